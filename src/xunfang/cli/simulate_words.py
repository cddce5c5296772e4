"""What ``xunfang simulate`` prints: tables in two languages, or one JSON object."""

import unicodedata
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from xunfang.cli.simulate_setting import Setting
from xunfang.core.planning.wording import Lang
from xunfang.core.simulation.figures import Group, GroupKind, Measure, Total
from xunfang.core.simulation.intervals import Estimate
from xunfang.core.simulation.trials import N_BATCHES, Comparison, Trial, compare

MOST_AREAS_PRINTED = 20

_WORDS: dict[str, tuple[str, str]] = {
    "policy": ("规则", "policy"),
    "closest": ("就近派警", "closest"),
    "posts": ("最优固定点位", "posts"),
    "relocate": ("动态备勤", "relocate"),
    "freed": ("回程备勤", "freed"),
    "table": ("按对照表备勤", "table"),
    "spare": ("缓警留近", "spare"),
    "patrol": ("无警巡逻", "patrol"),
    "mean": ("平均", "mean"),
    "p50": ("中位", "p50"),
    "p90": ("90 分位", "p90"),
    "late": ("迟到 %", "late %"),
    "busy": ("忙碌 %", "busy %"),
    "covered": ("覆盖 %", "covered %"),
    "waited": ("候警 %", "waited %"),
    "queued": ("排队", "queued"),
    "km": ("公里", "km"),
    "relocating": ("调动公里", "relocating km"),
    "patrolling": ("巡逻公里", "patrol km"),
    "class": ("类别", "class"),
    "area": ("辖区", "area"),
    "hour": ("时段", "hour"),
    "calls": ("警情", "calls"),
    "fewer": ("迟到增减 %", "late, change %"),
    "points": ("迟到率差", "late, points"),
    "mean_diff": ("平均差(分)", "mean, min"),
    "p90_diff": ("90 分位差(分)", "p90, min"),
    "theft": ("盗窃", "theft"),
    "noise": ("噪音", "noise"),
    "disputes": ("纠纷", "disputes"),
    "traffic": ("交通", "traffic"),
    "scam": ("诈骗", "scam"),
    "lost_help": ("求助", "help"),
    "other": ("其他", "other"),
    "priority 1": ("一级", "priority 1"),
    "priority 2": ("二级", "priority 2"),
    "priority 3": ("三级", "priority 3"),
}


@dataclass(frozen=True, eq=False)
class Result:
    """What was simulated and what came out."""

    setting: Setting
    trials: tuple[Trial, ...]
    against: int
    n_days: int
    seed: int
    replayed: bool

    def comparisons(self) -> list[Comparison]:
        """Every other candidate against the chosen one."""
        base = self.trials[self.against]
        return [compare(base, trial) for trial in self.trials if trial is not base]


def word(key: str, lang: Lang) -> str:
    """A word in the language asked for; the key itself where there is none."""
    zh_en = _WORDS.get(key)
    return key if zh_en is None else zh_en[0 if lang == "zh" else 1]


def print_result(result: Result, lang: Lang) -> None:
    """Print everything."""
    print(heading(result, lang))
    print(_interval_sentence(result, lang))
    print()
    _print_table(_policy_rows(result, lang))
    if len(result.trials) > 1:
        base = word(result.trials[result.against].candidate.name, lang)
        print()
        print(
            f"与“{base}”同警情逐次相比（差值及 95 % 区间）："
            if lang == "zh"
            else f"Against '{base}' on the same calls (difference, 95 % interval):"
        )
        _print_table(_comparison_rows(result, lang))
    n_areas = len(result.setting.city.areas)
    for kind in (GroupKind.CLASS, GroupKind.AREA, GroupKind.HOUR):
        if kind is GroupKind.AREA and n_areas > MOST_AREAS_PRINTED:
            continue
        print()
        _print_table(_group_rows(result, kind, lang))
    print()
    print(
        "响应自报警起算，单位分钟；各组列为 中位/90 分位/迟到 %。方法见 "
        "docs/methods/simulation.md。"
        if lang == "zh"
        else "Response counts from the call, minutes; groups: p50/p90/late %. "
        "Method: docs/methods/simulation.md."
    )


def heading(result: Result, lang: Lang) -> str:
    """Say what was simulated, in a line."""
    setting, n_days = result.setting, result.n_days
    n_units, n_posts = setting.fleet.n_units, setting.city.n_posts
    per_day = result.trials[0].of(Measure.N_CALLS).mean / max(1, n_days)
    if lang == "zh":
        how = "重放历史警情" if result.replayed else "抽样警情"
        return (
            f"{setting.name}：{n_units} 组警力，{n_posts} 个点位，{n_days} 天，"
            f"每天 {per_day:.0f} 起（{how}，种子 {result.seed}）"
        )
    how = "recorded calls" if result.replayed else "calls drawn"
    return (
        f"{setting.name_en}: {n_units} units, {n_posts} posts, {n_days} days, "
        f"{per_day:.0f} calls a day ({how}, seed {result.seed})"
    )


def _interval_sentence(result: Result, lang: Lang) -> str:
    n = len(result.trials[0].whole)
    if n > 1:
        return (
            f"± 为 {n} 次重复的 95 % 区间（t 分布）。"
            if lang == "zh"
            else f"±: 95 % interval, Student's t over {n} repetitions."
        )
    return (
        f"± 为 {N_BATCHES} 段批均值的 95 % 区间（t 分布）。"
        if lang == "zh"
        else f"±: 95 % interval, Student's t over {N_BATCHES} batches of one run."
    )


def _policy_rows(result: Result, lang: Lang) -> list[list[str]]:
    heads = ["policy", "mean", "p50", "p90", "late", "busy", "covered", "waited"]
    heads += ["queued", "km", "relocating", "patrolling"]
    rows = [[word(head, lang) for head in heads]]
    n_units = result.setting.fleet.n_units
    for trial in result.trials:
        km = [
            trial.total(total).mean / n_units
            for total in (Total.KM_RELOCATING, Total.KM_PATROLLING)
        ]
        rows.append(
            [
                word(trial.candidate.name, lang),
                _number(trial.of(Measure.MEAN_S), 60.0, 2),
                _number(trial.of(Measure.P50_S), 60.0, 2),
                _number(trial.of(Measure.P90_S), 60.0, 2),
                _number(trial.of(Measure.LATE_SHARE), 0.01, 2),
                f"{100 * trial.total(Total.BUSY_SHARE).mean:.1f}",
                f"{100 * trial.total(Total.COVERED_SHARE).mean:.1f}",
                f"{100 * trial.total(Total.WAITED_SHARE).mean:.2f}",
                f"{trial.total(Total.N_QUEUED).mean:.3f}",
                f"{trial.total(Total.KM_A_UNIT).mean:.0f}",
                *(f"{value:.0f}" for value in km),
            ]
        )
    return rows


def _comparison_rows(result: Result, lang: Lang) -> list[list[str]]:
    heads = ["policy", "fewer", "points", "mean_diff", "p90_diff"]
    rows = [[word(head, lang) for head in heads]]
    rows += [
        [
            word(found.second, lang),
            _number(found.late_change, 0.01, 1, signed=True),
            _number(found.late_share, 0.01, 2, signed=True),
            _number(found.mean_s, 60.0, 2, signed=True),
            _number(found.p90_s, 60.0, 2, signed=True),
        ]
        for found in result.comparisons()
    ]
    return rows


def _group_rows(result: Result, kind: GroupKind, lang: Lang) -> list[list[str]]:
    names = [word(trial.candidate.name, lang) for trial in result.trials]
    rows = [[word(kind.value, lang), word("calls", lang), *names]]
    groups = [g for g in result.trials[0].whole[0].groups if g.kind is kind]
    for group in groups:
        n_calls = result.trials[0].of(Measure.N_CALLS, group).mean
        if n_calls > 0.0:
            cells = [_response(trial, group) for trial in result.trials]
            rows.append([word(group.name, lang), f"{n_calls:.0f}", *cells])
    return rows


def _response(trial: Trial, group: Group) -> str:
    middle, tail, late = (
        trial.of(measure, group).mean
        for measure in (Measure.P50_S, Measure.P90_S, Measure.LATE_SHARE)
    )
    return f"{middle / 60:.1f}/{tail / 60:.1f}/{100 * late:.1f}"


def _number(found: Estimate, unit: float, digits: int, *, signed: bool = False) -> str:
    if not np.isfinite(found.mean):
        return "–"
    value = found.mean / unit
    text = f"{value:+.{digits}f}" if signed else f"{value:.{digits}f}"
    half = found.half_width
    return text if half is None else f"{text} ±{half / unit:.{digits}f}"


def _print_table(rows: list[list[str]]) -> None:
    """The first column to the left, numbers to the right; Chinese is two wide."""
    widths = [max(_width(row[k]) for row in rows) for k in range(len(rows[0]))]
    for row in rows:
        cells = []
        for k, (cell, width) in enumerate(zip(row, widths, strict=True)):
            gap = " " * (width - _width(cell))
            cells.append(cell + gap if k == 0 else gap + cell)
        print("  ".join(cells).rstrip())


def _width(text: str) -> int:
    return sum(1 + (unicodedata.east_asian_width(char) in "WF") for char in text)


def as_json(result: Result) -> dict[str, Any]:
    """Everything as plain numbers; what cannot be told is null."""
    setting = result.setting
    return {
        "city": setting.name_en,
        "n_units": setting.fleet.n_units,
        "n_posts": setting.city.n_posts,
        "n_days": result.n_days,
        "seed": result.seed,
        "replayed": result.replayed,
        "intervals": {
            "confidence": 0.95,
            "over": "repetitions" if len(result.trials[0].whole) > 1 else "batches",
            "n": len(result.trials[0].observations),
        },
        "policies": [_trial_json(trial) for trial in result.trials],
        "against": result.trials[result.against].candidate.name,
        "comparisons": [_comparison_json(c) for c in result.comparisons()],
    }


def _trial_json(trial: Trial) -> dict[str, Any]:
    return {
        "policy": trial.candidate.name,
        "totals": {total.value: _estimate_json(trial.total(total)) for total in Total},
        "groups": [
            {"kind": group.kind.value, "name": group.name}
            | {
                measure.value: _estimate_json(trial.of(measure, group))
                for measure in Measure
            }
            for group in trial.whole[0].groups
        ],
    }


def _comparison_json(comparison: Comparison) -> dict[str, Any]:
    return {
        name: value if isinstance(value, str) else _estimate_json(Estimate(**value))
        for name, value in asdict(comparison).items()
    }


def _estimate_json(found: Estimate) -> dict[str, float | int | None]:
    return {
        "mean": found.mean if np.isfinite(found.mean) else None,
        "low": found.low,
        "high": found.high,
        "n": found.n,
    }
