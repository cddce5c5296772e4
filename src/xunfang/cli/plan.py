"""``xunfang plan``: make a patrol plan from a problem file, check one, vary one."""

import argparse
import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from xunfang.cli.plan_files import Unreadable, check_writable, load_plan, load_problem
from xunfang.cli.plan_words import (
    end_progress_line,
    print_json,
    progress_line,
    say_plan,
    say_set_aside,
    say_variation,
    say_violations,
    show_progress,
    summary,
    written_set_aside,
)
from xunfang.core.planning.budget import Budget
from xunfang.core.planning.check import violations
from xunfang.core.planning.format.documents import write_plan
from xunfang.core.planning.wording import Lang, clock_of

if TYPE_CHECKING:
    from xunfang.core.planning.vary import Variation

# SLOW_TO_WAKE: the compiled search takes a second or two to import, and whoever asks
# for a calendar or for --help should not wait for it.

EXIT_DONE, EXIT_REFUSED, EXIT_UNREADABLE = 0, 1, 2

DEFAULT_CPU_S = 10.0
DEFAULT_POOL_CPU_S = 1.2
"""For each plan of a pool: what a station night of 200 stops takes to be near its best."""
POOL_SIZE = 40


def add_parser(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add the verb."""
    parser = subparsers.add_parser(
        "plan",
        help="make, check and vary a patrol plan / 制定、核对、变换巡逻计划",
        description=(
            "Patrol plans from problem files (docs/reference/patrol-problem.md). "
            "由任务书制定巡逻计划，并核对、变换。"
        ),
    )
    parts = parser.add_subparsers(required=True, metavar="PART")
    _add_solve(parts)
    _add_check(parts)
    _add_vary(parts)


type _Parts = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 -- the only name it has


def _add_part(
    parts: "_Parts", name: str, handler: Callable[[argparse.Namespace], int], text: str
) -> argparse.ArgumentParser:
    part = parts.add_parser(name, help=text, description=text)
    part.add_argument(
        "problem", type=Path, metavar="PROBLEM.json", help="the problem / 任务书"
    )
    part.add_argument("--json", action="store_true", help="print one JSON object")
    part.add_argument("--lang", choices=("zh", "en"), default="zh")
    part.set_defaults(handler=handler)
    return part


def _add_solve(parts: "_Parts") -> None:
    part = _add_part(
        parts, "solve", _solve, "make a plan and prove it / 制定计划并证明"
    )
    _add_budget(part, f"CPU seconds (default {DEFAULT_CPU_S:g})")
    part.add_argument(
        "--warm", type=Path, metavar="PLAN.json", help="begin with a plan"
    )
    part.add_argument("--no-bound", action="store_true", help="leave out the proof")
    part.add_argument("--out", type=Path, metavar="PLAN.json", help="write the plan")


def _add_check(parts: "_Parts") -> None:
    part = _add_part(
        parts, "check", _check, "name every rule that a plan breaks / 逐条核对计划"
    )
    part.add_argument("plan", type=Path, metavar="PLAN.json", help="the plan / 计划")


def _add_vary(parts: "_Parts") -> None:
    part = _add_part(
        parts, "vary", _vary, "near-best plans nobody can guess / 难以预料的近优计划"
    )
    _add_budget(part, f"CPU seconds for each plan (default {DEFAULT_POOL_CPU_S:g})")
    part.add_argument(
        "--nights",
        type=_positive_int,
        default=30,
        metavar="N",
        help="nights a watcher has seen, and nights drawn (default 30)",
    )
    part.add_argument(
        "--plans",
        type=_positive_int,
        default=POOL_SIZE,
        metavar="N",
        help=f"plans in the pool (default {POOL_SIZE})",
    )
    part.add_argument(
        "--hot",
        action="append",
        default=[],
        metavar="ID",
        help="a stop to be visited every night; may be repeated",
    )


def _add_budget(part: argparse.ArgumentParser, text: str) -> None:
    budget = part.add_mutually_exclusive_group()
    budget.add_argument("--cpu-s", type=_positive_float, metavar="S", help=text)
    budget.add_argument(
        "--iterations", type=_positive_int, metavar="N", help="rounds of the search"
    )
    part.add_argument("--threads", type=_positive_int, default=1, metavar="N")
    part.add_argument("--seed", type=int, default=1, metavar="N")


def _positive_int(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text}: 1 or more / 至少为 1")
    return number


def _positive_float(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text}: more than 0 / 须大于 0")
    return number


# Verbs.


def _solve(arguments: argparse.Namespace) -> int:
    lang: Lang = arguments.lang
    try:
        read = load_problem(arguments.problem, lang)
        warm = None
        if arguments.warm is not None:
            warm = load_plan(arguments.warm, read.problem, lang)
        check_writable(arguments.out, lang)
    except Unreadable as error:
        return _say_unreadable(error)
    problem = read.problem
    if not arguments.json:
        say_set_aside(arguments.problem, read, lang)
    from xunfang.core.planning.solve import solve  # noqa: PLC0415 -- see SLOW_TO_WAKE

    with _stopping_on_interrupt() as should_stop:
        plan = solve(
            problem,
            budget=_budget(arguments, DEFAULT_CPU_S),
            seed=arguments.seed,
            n_threads=arguments.threads,
            warm_start=warm,
            with_bound=not arguments.no_bound,
            on_progress=progress_line(lang),
            should_stop=should_stop,
        )
    end_progress_line()
    # The solver has checked it; what is written to a file is checked once more here.
    found = violations(problem, plan)
    if found:
        say_violations(found, clock_of(problem), lang, as_json=arguments.json)
        return EXIT_REFUSED
    if arguments.out is not None:
        document = write_plan(plan, problem)
        text = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)
        arguments.out.write_text(text + "\n", encoding="utf-8")
    if arguments.json:
        print_json(summary(arguments.problem, read, plan, lang))
    else:
        say_plan(problem, plan, lang)
        if arguments.out is not None:
            print(("已写入 " if lang == "zh" else "Written to ") + str(arguments.out))
    return EXIT_DONE


def _check(arguments: argparse.Namespace) -> int:
    lang: Lang = arguments.lang
    try:
        read = load_problem(arguments.problem, lang)
        plan = load_plan(arguments.plan, read.problem, lang)
    except Unreadable as error:
        return _say_unreadable(error)
    if not arguments.json:
        say_set_aside(arguments.problem, read, lang)
    found = violations(read.problem, plan)
    clock = clock_of(read.problem)
    if found:
        say_violations(found, clock, lang, as_json=arguments.json)
        return EXIT_REFUSED
    if arguments.json:
        print_json({"ok": True, "violations": []})
    elif lang == "zh":
        print(f"核对通过：{len(plan.routes)} 条路线，价值 {plan.value:g}。")
    else:
        print(f"The plan holds: {len(plan.routes)} routes, value {plan.value:g}.")
    return EXIT_DONE


def _vary(arguments: argparse.Namespace) -> int:
    lang: Lang = arguments.lang
    try:
        read = load_problem(arguments.problem, lang)
    except Unreadable as error:
        return _say_unreadable(error)
    if not arguments.json:
        say_set_aside(arguments.problem, read, lang)

    def tell(n_done: int, best_value: float) -> None:
        share = n_done / arguments.plans
        words = f"{n_done}/{arguments.plans}"
        show_progress(
            share, f"{words}  {'价值' if lang == 'zh' else 'value'} {best_value:g}"
        )

    from xunfang.core.planning.near_best import (  # noqa: PLC0415 -- see SLOW_TO_WAKE
        pool_of_plans,
    )
    from xunfang.core.planning.vary import vary  # noqa: PLC0415 -- see SLOW_TO_WAKE

    with _stopping_on_interrupt() as should_stop:
        plans = pool_of_plans(
            read.problem,
            n_plans=arguments.plans,
            seed=arguments.seed,
            budget=_budget(arguments, DEFAULT_POOL_CPU_S),
            n_threads=arguments.threads,
            on_plan=tell,
            should_stop=should_stop,
        )
    end_progress_line()
    variation = vary(
        read.problem,
        plans,
        hot_places=arguments.hot,
        n_nights_watched=arguments.nights,
        seed=arguments.seed,
    )
    drawn = _rehearsed_nights(variation, arguments.nights, arguments.seed)
    report = asdict(variation.report)
    if arguments.json:
        print_json(
            report
            | {
                "weights": list(variation.weights),
                "values": [plan.value for plan in variation.plans],
                "nights": drawn,
                "seed": arguments.seed,
                "set_aside": written_set_aside(arguments.problem, read, lang),
            }
        )
    else:
        say_variation(variation, lang)
    return EXIT_DONE


def _rehearsed_nights(variation: "Variation", n_nights: int, seed: int) -> list[int]:
    """Numbers of the plans that so many nights might draw.

    A rehearsal with an open seed: real nights are drawn with a secret (sealed_draw).
    """
    rng = np.random.default_rng(seed)
    weights = np.array(variation.weights)
    drawn = rng.choice(len(weights), size=n_nights, p=weights / weights.sum())
    return [int(number) for number in drawn]


def _budget(arguments: argparse.Namespace, default_cpu_s: float) -> Budget:
    if arguments.iterations is not None:
        return Budget(iterations=arguments.iterations)
    return Budget(cpu_s=arguments.cpu_s or default_cpu_s)


def _say_unreadable(error: Unreadable) -> int:
    print(f"xunfang: {error}", file=sys.stderr)
    return EXIT_UNREADABLE


@contextmanager
def _stopping_on_interrupt() -> Iterator[Callable[[], bool]]:
    """Ctrl-C asks for the best plan so far; a second one gives up."""
    asked = False

    def ask(number: int, frame: object) -> None:
        nonlocal asked
        del number, frame
        asked = True
        signal.signal(signal.SIGINT, signal.default_int_handler)

    try:
        before = signal.signal(signal.SIGINT, ask)
    except ValueError:
        # Not the main thread, which alone hears signals: nobody can press Ctrl-C here.
        yield lambda: False
        return
    try:
        yield lambda: asked
    finally:
        signal.signal(signal.SIGINT, before)
