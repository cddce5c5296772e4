"""What ``xunfang plan`` prints: plans, proofs, violations and progress, in two languages."""

import json
import math
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xunfang.core.planning.check import Violation
from xunfang.core.planning.format.documents import ReadProblem, line_of
from xunfang.core.planning.format.plan_format import write_unmet
from xunfang.core.planning.plan import Plan
from xunfang.core.planning.problem import Problem
from xunfang.core.planning.wording import (
    Clock,
    Lang,
    clock_of,
    set_aside_sentence,
    unmet_sentence,
    violation_sentence,
)

if TYPE_CHECKING:
    from xunfang.core.planning.solve import Progress
    from xunfang.core.planning.vary import Variation


def say_set_aside(path: Path, read: ReadProblem, lang: Lang) -> None:
    for item in written_set_aside(path, read, lang):
        print(f"{path}:{item['line']}: {item['path']}: {item['text']}", file=sys.stderr)


def written_set_aside(
    path: Path, read: ReadProblem, lang: Lang
) -> list[dict[str, Any]]:
    if not read.set_aside:
        return []
    text, clock = path.read_text(encoding="utf-8-sig"), clock_of(read.problem)
    return [
        asdict(aside)
        | {
            "line": line_of(text, aside.path),
            "text": set_aside_sentence(aside, clock, lang),
        }
        for aside in read.set_aside
    ]


def say_violations(
    found: tuple[Violation, ...], clock: Clock, lang: Lang, *, as_json: bool
) -> None:
    told = [violation_sentence(violation, clock, lang) for violation in found]
    if as_json:
        listed = [
            asdict(violation) | {"text": text}
            for violation, text in zip(found, told, strict=True)
        ]
        print_json({"ok": False, "violations": listed})
        return
    print("\n".join(told))
    print(f"共 {len(told)} 处违反。" if lang == "zh" else f"{len(told)} violations.")


def summary(path: Path, read: ReadProblem, plan: Plan, lang: Lang) -> dict[str, Any]:
    clock = clock_of(read.problem)
    unmet = [
        write_unmet(lack) | {"text": unmet_sentence(lack, clock, lang)}
        for lack in plan.unmet
    ]
    return {
        "value": plan.value,
        "upper_bound": plan.upper_bound,
        "gap_share": plan.gap_share,
        "cpu_s": None if plan.cpu_s is None else round(plan.cpu_s, 3),
        "seed": plan.seed,
        "stopped_early": plan.stopped_early,
        "checked": True,
        "n_mandatory_missing": _n_mandatory_missing(plan),
        "n_routes": sum(bool(route.events) for route in plan.routes),
        "unmet": unmet,
        "set_aside": written_set_aside(path, read, lang),
    }


def _n_mandatory_missing(plan: Plan) -> int:
    return sum(lack.n_missing for lack in plan.unmet if lack.mandatory)


def say_plan(problem: Problem, plan: Plan, lang: Lang) -> None:
    clock = clock_of(problem)
    for route in plan.routes:
        print(f"{route.unit}")
        for event in route.events:
            begins, ends = (
                clock.moment(event.start, lang),
                clock.moment(event.end, lang),
            )
            print(f"  {begins}–{ends}  {event.kind.value} {event.id}")
    for lack in plan.unmet:
        mark = "!" if lack.mandatory else "-"
        print(f"{mark} {unmet_sentence(lack, clock, lang)}")
    print(_proof_line(plan, lang))


def _proof_line(plan: Plan, lang: Lang) -> str:
    """Say what the plan is worth and how good that is proven to be."""
    is_zh = lang == "zh"
    value = f"价值 {plan.value:g}" if is_zh else f"Value {plan.value:g}"
    parts = [value]
    if plan.gap_share is not None and plan.upper_bound is not None:
        parts.append(_proof(plan.gap_share, plan.upper_bound, lang))
    if plan.cpu_s is not None:
        parts.append(f"{plan.cpu_s:.1f} CPU {'秒' if is_zh else 's'}")
    parts.append("已核对" if is_zh else "checked")
    if plan.stopped_early:
        parts.append("提前停止" if is_zh else "stopped early")
    return ("，" if is_zh else ", ").join(parts) + ("。" if is_zh else ".")


def _proof(gap_share: float, upper_bound: float, lang: Lang) -> str:
    if gap_share == 0:
        return "已证明最优" if lang == "zh" else "proven to be the best possible"
    # Rounded down: what is said to be proven is proven.
    proven = math.floor((1 - gap_share) * 1000) / 10
    if lang == "zh":
        return f"至少为最优值的 {proven}%（上界 {upper_bound:g}）"
    return f"at least {proven} % of the best possible (bound {upper_bound:g})"


def say_variation(variation: "Variation", lang: Lang) -> None:
    report = variation.report
    is_zh = lang == "zh"
    hot = report.hot_coverage_min_share
    rows = [
        ("计划数（采用）", "plans (used)", f"{report.n_plans} ({report.n_plans_used})"),
        ("期望价值", "expected value", f"{report.expected_value_share:.1%}"),
        ("最差价值", "worst value", f"{report.worst_value_share:.1%}"),
        ("最佳猜中率", "best guess", f"{report.best_guess_share:.1%}"),
        (
            f"观察 {report.n_nights_watched} 夜者猜中率",
            f"watcher of {report.n_nights_watched} nights",
            f"{report.watcher_hit_share:.1%}",
        ),
        ("每次到访比特数", "bits per visit", f"{report.bits_per_visit:.2f}"),
        ("重点处最低覆盖", "least hot coverage", "—" if hot is None else f"{hot:.1%}"),
    ]
    for zh, en, figure in rows:
        print(f"{zh if is_zh else en:<28} {figure:>10}")
    for note in report.notes:
        print(_VARIATION_NOTES[note][0 if is_zh else 1])


_VARIATION_NOTES = {
    "value_floor_lowered": (
        "这些计划达不到价值下限，已降到能达到的最高值。",
        "These plans cannot keep the floor on value; it was lowered to the best they can.",
    ),
    "hot_floor_lowered": (
        "这些计划达不到重点处的覆盖下限，已降到能达到的最高值。",
        "These plans cannot keep the floor on hot places; it was lowered likewise.",
    ),
}


def print_json(content: dict[str, Any]) -> None:
    print(json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False))


def progress_line(lang: Lang) -> Callable[["Progress"], None]:
    def tell(progress: "Progress") -> None:
        words = f"{'价值' if lang == 'zh' else 'value'} {progress.value:g}"
        if progress.upper_bound is not None:
            words += f" / {progress.upper_bound:g}"
        if progress.n_mandatory_missing:
            missing = "缺必办" if lang == "zh" else "duties missing"
            words += f"  {missing} {progress.n_mandatory_missing}"
        show_progress(progress.done_share, f"{words}  {progress.cpu_s:.1f} s")

    return tell


def show_progress(share: float, words: str) -> None:
    if sys.stderr.isatty():
        bar = "█" * round(20 * min(1.0, share))
        print(f"\r\x1b[2K{bar:░<20} {words}", end="", file=sys.stderr, flush=True)


def end_progress_line() -> None:
    if sys.stderr.isatty():
        print(file=sys.stderr)
