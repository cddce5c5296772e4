"""``xunfang simulate``: try a rule on a year of calls before it is used."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from xunfang.cli.plan_files import Unreadable, check_writable
from xunfang.cli.plan_words import end_progress_line, print_json, show_progress
from xunfang.core.errors import DomainError

if TYPE_CHECKING:
    from xunfang.cli.simulate_setting import Setting
    from xunfang.core.planning.wording import Lang
    from xunfang.core.simulation.calls import Calls

EXIT_DONE, EXIT_UNREADABLE = 0, 2

# SLOW_TO_WAKE: whoever asks for --help should not wait for the compiler, as in plan.py.

POLICY_NAMES = ("closest", "posts", "relocate", "freed", "table", "spare", "patrol")
DEFAULT_POLICIES = ("closest", "posts", "relocate")
MOST_UNITS = 2_000
WARM_UP_DAYS = 1
DAY_S = 86_400.0


def add_parser(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add the verb."""
    parser = subparsers.add_parser(
        "simulate",
        help="try rules of dispatch on a year of calls / 用一年的警情试一试派警规则",
        description=(
            "Runs calls through a city by several rules and compares them on the very "
            "same calls (docs/how-to/try-a-rule.md). "
            "让同一批警情按几种规则各过一遍，逐项比较。"
        ),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=(
            "policies / 规则:\n"
            "  closest   nearest free unit; everybody waits at the own station 就近派警\n"
            "  posts     the same from the best fixed posts (MEXCLP) 最优固定点位\n"
            "  relocate  the same, and free units move to where a gap is 动态备勤\n"
            "  freed     only who has become free is sent to a gap (DMEXCLP) 回程备勤\n"
            "  table     by a compliance table 按对照表备勤\n"
            "  spare     calls that can wait get whom the city misses least 缓警留近\n"
            "  patrol    closest, and idle units patrol 无警巡逻\n"
        ),
    )
    _add_what(parser)
    _add_how(parser)
    parser.set_defaults(handler=run)


def _add_what(parser: argparse.ArgumentParser) -> None:
    city = parser.add_mutually_exclusive_group()
    city.add_argument(
        "--city",
        choices=["demo"],
        default="demo",
        help="云汀市, the demo city / 演示城市 (default)",
    )
    city.add_argument(
        "--rio",
        type=Path,
        metavar="FOLDER",
        help="Rio de Janeiro's emergency calls (folder with doc.txt)",
    )
    parser.add_argument(
        "--calls",
        type=Path,
        metavar="FILE.csv",
        help="replay recorded calls: at,lon,lat,class[,service_min] / 重放历史警情",
    )
    parser.add_argument(
        "--days", type=_days, default=365, metavar="N", help="days (default 365)"
    )
    parser.add_argument("--units", type=_units, metavar="N", help="how many units")
    parser.add_argument(
        "--load",
        type=_positive,
        default=1.0,
        metavar="X",
        help="times as many calls / 警情量倍数",
    )
    parser.add_argument(
        "--target-min",
        type=_positive,
        metavar="MIN",
        help="late after so many minutes / 超过几分钟算迟到",
    )


def _add_how(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--policy",
        type=_policies,
        default=DEFAULT_POLICIES,
        metavar="NAMES",
        help=f"comma-separated (default {','.join(DEFAULT_POLICIES)})",
    )
    parser.add_argument(
        "--against",
        choices=POLICY_NAMES,
        metavar="NAME",
        help="compare with this one (default: the first)",
    )
    parser.add_argument(
        "--preempt",
        action="store_true",
        help="urgent calls turn round who is on the way to one that can wait / 改派",
    )
    parser.add_argument(
        "--replications",
        type=_count,
        default=4,
        metavar="N",
        help="repetitions with new calls (default 4) / 重复次数",
    )
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--picture", type=Path, metavar="OUT.svg", help="draw it / 画图"
    )
    parser.add_argument("--lang", choices=("zh", "en"), default="zh")


def _policies(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part))
    unknown = [name for name in names if name not in POLICY_NAMES]
    if unknown or not names:
        raise argparse.ArgumentTypeError(
            f"{text}: choose from / 可选 {', '.join(POLICY_NAMES)}"
        )
    return names


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text}: 1 or more / 至少为 1")
    return number


def _days(text: str) -> int:
    from xunfang.cli.simulate_city import MOST_DAYS  # noqa: PLC0415 -- SLOW_TO_WAKE

    number = _count(text)
    if number > MOST_DAYS:
        raise argparse.ArgumentTypeError(f"{text}: at most / 最多 {MOST_DAYS}")
    return number


def _units(text: str) -> int:
    number = _count(text)
    if number > MOST_UNITS:
        raise argparse.ArgumentTypeError(f"{text}: at most / 最多 {MOST_UNITS}")
    return number


def _positive(text: str) -> float:
    number = float(text)
    if not 0.0 < number < 1e6:
        raise argparse.ArgumentTypeError(f"{text}: more than 0 / 须大于 0")
    return number


def run(arguments: argparse.Namespace) -> int:
    """Simulate, print, draw."""
    lang: Lang = arguments.lang
    against = arguments.against or arguments.policy[0]
    if against not in arguments.policy:
        print(f"xunfang: --against {against}: not in --policy", file=sys.stderr)
        return EXIT_UNREADABLE
    say = _quiet if arguments.json else _say
    try:
        check_writable(arguments.picture, lang)
        setting = _setting(arguments, say)
        draw, from_s, to_s = _drawing(arguments, setting)
    except (DomainError, Unreadable) as error:
        print(f"xunfang: {error}", file=sys.stderr)
        return EXIT_UNREADABLE
    from xunfang.cli.simulate_picture import (  # noqa: PLC0415 -- SLOW_TO_WAKE
        picture,
    )
    from xunfang.cli.simulate_policies import (  # noqa: PLC0415 -- SLOW_TO_WAKE
        candidates,
    )
    from xunfang.cli.simulate_words import (  # noqa: PLC0415 -- SLOW_TO_WAKE
        Result,
        as_json,
        print_result,
    )
    from xunfang.core.simulation.trials import (  # noqa: PLC0415 -- SLOW_TO_WAKE
        try_out,
    )

    say("Choosing posts, compiling … 选点位、编译（首次约半分钟）")
    chosen = candidates(arguments.policy, setting, preempt=arguments.preempt)

    def tell(n_done: int, n_all: int) -> None:
        show_progress(n_done / n_all, f"{n_done}/{n_all}")

    trials = try_out(
        setting.city,
        chosen,
        draw,
        demand=setting.rates.demand_by_hour(),
        rng=np.random.default_rng(arguments.seed),
        n_repetitions=arguments.replications,
        from_s=from_s,
        to_s=to_s,
        on_progress=tell,
    )
    end_progress_line()
    result = Result(
        setting=setting,
        trials=tuple(trials),
        against=arguments.policy.index(against),
        n_days=round((to_s - from_s) / DAY_S),
        seed=arguments.seed,
        replayed=arguments.calls is not None,
    )
    if arguments.json:
        print_json(as_json(result))
    else:
        print_result(result, lang)
    if arguments.picture is not None:
        arguments.picture.write_text(picture(result, lang), encoding="utf-8")
        say(f"Written to / 已写入 {arguments.picture}")
    return EXIT_DONE


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def _quiet(sentence: str) -> None:
    del sentence


def _setting(arguments: argparse.Namespace, say: Callable[[str], None]) -> "Setting":
    from xunfang.cli.simulate_city import demo_setting  # noqa: PLC0415 -- SLOW_TO_WAKE
    from xunfang.cli.simulate_rio import rio_setting  # noqa: PLC0415 -- SLOW_TO_WAKE
    from xunfang.cli.simulate_setting import (  # noqa: PLC0415 -- SLOW_TO_WAKE
        with_target,
    )

    units, load = arguments.units, arguments.load
    if arguments.rio is not None:
        setting = rio_setting(arguments.rio, n_units=units, load=load)
    else:
        setting = demo_setting(n_units=units, load=load, say=say)
    if arguments.target_min is not None:
        setting = with_target(setting, 60.0 * arguments.target_min)
    return setting


def _drawing(
    arguments: argparse.Namespace, setting: "Setting"
) -> tuple[Callable[[np.random.Generator], "Calls"], float, float]:
    """Return what makes the calls, and the period that is counted."""
    from xunfang.cli.simulate_calls import read_calls  # noqa: PLC0415 -- SLOW_TO_WAKE
    from xunfang.core.simulation.calls import (  # noqa: PLC0415 -- SLOW_TO_WAKE
        draw_calls,
        recorded_calls,
    )

    rates, factor = setting.rates, setting.day_factor
    if arguments.calls is not None:
        record = read_calls(arguments.calls, setting)

        def replay(rng: np.random.Generator) -> "Calls":
            return recorded_calls(
                rates,
                at_s=record.at_s,
                place=record.place,
                class_=record.class_,
                service_s=record.service_s,
                rng=rng,
            )

        return replay, record.first_day_s, record.last_day_s
    n_days = arguments.days + WARM_UP_DAYS
    if factor is not None:
        # The day for warming up is the last of the year before.
        factor = factor[(np.arange(n_days) - WARM_UP_DAYS) % len(factor)]

    def draw(rng: np.random.Generator) -> "Calls":
        return draw_calls(rates, n_days=n_days, rng=rng, day_factor=factor)

    return draw, WARM_UP_DAYS * DAY_S, n_days * DAY_S
