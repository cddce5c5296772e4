"""A city's night: ten stations, 536 key places, planned and proven on two cores.

    .venv/bin/python benchmarks/city_night.py [--streets FILE] [--cpu-s 10]

Builds the demo city in a temporary folder (on its own streets, or on FILE), states each
station's night and solves the stations side by side, one a process. Prints a line a
station: people, wishes, value, upper bound, proven share, seconds to the first usable
plan. The goals: all planned and proven within 120 s, a first usable plan within 5 s.
"""

import argparse
import os
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

NIGHT = date(2026, 6, 12)  # a Friday in term, with all four night markets open


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streets", type=Path)
    parser.add_argument("--cpu-s", type=float, default=10.0)
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XUNFANG_DATA_DIR"] = folder
        began = time.perf_counter()
        problems = state_nights(arguments.streets)
        stated = time.perf_counter()
        jobs = [(code, problem, arguments.cpu_s) for code, problem in problems.items()]
        # The largest first, so that no core waits for the last one.
        jobs.sort(key=lambda job: -len(job[1]["stops"]))
        with ProcessPoolExecutor(
            arguments.processes, initializer=warm_up, mp_context=get_context("spawn")
        ) as pool:
            list(pool.map(pow, range(arguments.processes * 4), [2] * 100))
            ready = time.perf_counter()
            rows = list(pool.map(solve_one, jobs))
        ended = time.perf_counter()
    print_table(sorted(rows, key=lambda row: row["station"]))
    print(
        f"\nbuilt and stated {stated - began:.1f} s, compiled {ready - stated:.1f} s, "
        f"planned and proven {ended - ready:.1f} s on {arguments.processes} processes"
    )


def state_nights(streets: Path | None) -> dict[str, dict[str, Any]]:
    """Build the demo city and return each station's night as a problem document."""
    from xunfang.cli import serve
    from xunfang.cli.demo import command

    serve.prepare()
    command.build(streets, night=NIGHT, at=datetime.now(UTC), say=lambda _: None)
    from zoneinfo import ZoneInfo

    from xunfang.core.planning.format import documents
    from xunfang.patrols.wanted.statement import state_night
    from xunfang.places.queries import find_current_network
    from xunfang.units.models import Station

    network = find_current_network()
    assert network is not None
    return {
        station.code: documents.write_problem(
            state_night(
                station=station,
                night=NIGHT,
                network=network,
                zone=ZoneInfo("Asia/Shanghai"),
            ).problem
        )
        for station in Station.objects.all()
    }


def warm_up() -> None:
    """Load the compiled search, so that compiling is not counted as planning."""
    from xunfang.core.planning.budget import Budget
    from xunfang.core.planning.format import documents
    from xunfang.core.planning.solve import solve

    smallest = {
        "format": "xunfang.patrol-problem/1",
        "travel": {"car": [[0, 5], [5, 0]]},
        "units": [{"id": "u1", "mode": "car", "start": 0, "shift": [0, 480]}],
        "stops": [{"id": "p1", "at": 1, "dwell": 15, "value": 40}],
    }
    solve(documents.read_problem(smallest).problem, budget=Budget(cpu_s=0.5), seed=1)


def solve_one(job: tuple[str, dict[str, Any], float]) -> dict[str, Any]:
    """Solve one station's night and return its line of the table."""
    from xunfang.core.planning.budget import Budget
    from xunfang.core.planning.format import documents
    from xunfang.core.planning.solve import Progress, solve

    code, document, cpu_s = job
    problem = documents.read_problem(document).problem
    began, cpu_began = time.perf_counter(), time.process_time()
    first: list[float] = []

    def hear(progress: Progress) -> None:
        if not first and progress.n_mandatory_missing == 0 and progress.value > 0:
            first.append(time.perf_counter() - began)

    plan = solve(problem, budget=Budget(cpu_s=cpu_s), seed=1, on_progress=hear)
    return {
        "station": code,
        "units": len(problem.units),
        "people": sum(unit.crew.total for unit in problem.units),
        "wishes": len(problem.stops) + len(problem.posts) + len(problem.presence),
        "value": plan.value,
        "bound": plan.upper_bound,
        "gap": plan.gap_share,
        "duties_missing": sum(u.n_missing for u in plan.unmet if u.mandatory),
        "first_s": first[0] if first else None,
        "cpu_s": time.process_time() - cpu_began,
    }


def print_table(rows: list[dict[str, Any]]) -> None:
    print(
        "station units people wishes    value    bound  proven  duties missing  first s  CPU s"
    )
    for row in rows:
        first = "-" if row["first_s"] is None else f"{row['first_s']:.1f}"
        print(
            f"{row['station']:7s} {row['units']:5d} {row['people']:6d} {row['wishes']:6d} "
            f"{row['value']:8.1f} {row['bound']:8.1f} {1 - row['gap']:7.2%} "
            f"{row['duties_missing']:15d} {first:>8s} {row['cpu_s']:6.1f}"
        )
    value = sum(row["value"] for row in rows)
    bound = sum(row["bound"] for row in rows)
    people = sum(row["people"] for row in rows)
    print(
        f"city    {people:12d} people {value:15.1f} {bound:8.1f} {value / bound:7.2%}"
    )


if __name__ == "__main__":
    main()
