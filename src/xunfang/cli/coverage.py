"""``xunfang coverage``: fold a night's positions now, and say what was covered."""

import argparse
from datetime import date

from xunfang.cli import serve


def add_parser(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add the verb."""
    parser = subparsers.add_parser(
        "coverage", help="work out what was patrolled on a night / 汇算当晚巡逻"
    )
    parser.add_argument(
        "--night",
        type=date.fromisoformat,
        metavar="YYYY-MM-DD",
        help="this night, whole (default: whatever has come since the last time)",
    )
    parser.add_argument(
        "--target-min",
        type=float,
        metavar="MIN",
        help="minutes from which a cell counts as covered (default 15)",
    )
    parser.set_defaults(handler=run)


def run(arguments: argparse.Namespace) -> int:
    """Fold, and print the share of each station and band."""
    serve.set_up()
    from django.utils import timezone  # noqa: PLC0415 -- Django is set up only now

    from xunfang.patrols.coverage import queries  # noqa: PLC0415 -- after set-up
    from xunfang.patrols.coverage.figures import (  # noqa: PLC0415 -- after set-up
        TARGET_MIN,
        NightRows,
    )
    from xunfang.patrols.coverage.page import band_name  # noqa: PLC0415 -- after set-up
    from xunfang.patrols.runs import covering  # noqa: PLC0415 -- after set-up
    from xunfang.places import queries as places  # noqa: PLC0415 -- after set-up

    at = timezone.now()
    if arguments.night is None:
        nights = covering.fold_what_is_due(at=at)
    else:
        nights = [arguments.night]
        covering.fold_night(night=arguments.night, at=at)
    if not nights:
        print("nothing new has come 没有新的定位")
    target_min = TARGET_MIN if arguments.target_min is None else arguments.target_min
    for night in nights:
        print(f"{night}: cells with at least {target_min:g} min 达标警格")
        with NightRows(night) as rows:
            shares = rows.shares(
                places.all_cells(day=night),
                queries.bands_asked(until=night),
                target_min=target_min,
            )
        for station, bands in shares.items():
            parts = [
                f"{band_name(night, one.band)} {one.n_reached}/{one.n_cells}"
                for one in bands
            ]
            print(f"  {station:6} {'   '.join(parts)}")
    return 0
