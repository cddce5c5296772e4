"""Team orienteering with time windows: our search and its peers in one table.

Usage: ``python benchmarks/planning_toptw.py DATA [--cpu-s 10] [--seeds 10]
[--rows pr04:3,rc104:4] [--peers PYTHON] [--only xunfang,vroom]``, where DATA holds the
instances of Righini & Salani and Vansteenwegen et al. with ``best_known.csv``, and PYTHON
is that of ``benchmarks/peers``. One thread, CPU seconds; the gap is to the best known.
"""

import argparse
import csv
import math
import statistics
import subprocess
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from planning_peers import ask

from xunfang.core.planning.budget import Budget
from xunfang.core.planning.problem import Problem, Stop, Unit
from xunfang.core.planning.solve import solve


def read_toptw(path: Path, *, n_units: int) -> Problem:
    """Read one instance. Distances are floored to 0.1 (Solomon) or 0.01 (Cordeau)."""
    scale = 100 if path.stem.startswith("pr") else 10
    lines = [line.split() for line in path.read_text().splitlines() if line.strip()]
    n_stops = int(lines[0][2])
    rows = [[float(x) for x in line] for line in lines[2 : 3 + n_stops]]
    unit_shift = (round(rows[0][-2] * scale), round(rows[0][-1] * scale))
    stops = tuple(
        Stop(
            id=str(number),
            at=number,
            exit=number,
            dwell=round(row[3] * scale),
            value=((0, row[4]),),
            windows=((round(row[-2] * scale), round(row[-1] * scale)),),
        )
        for number, row in enumerate(rows)
        if number > 0
    )
    units = tuple(Unit(f"u{n}", "car", 0, 0, unit_shift) for n in range(n_units))
    way = floored_way([(row[1], row[2]) for row in rows], scale)
    return Problem(travel={"car": way}, units=units, stops=stops, name=path.stem)


def floored_way(at: list[tuple[float, float]], scale: int) -> NDArray[np.int32]:
    """Return Euclidean distances times ``scale``, rounded down, shape (n, n)."""
    return np.array(
        [[math.floor(math.dist(a, b) * scale + 1e-9) for b in at] for a in at], np.int32
    )


def read_options(description: str | None) -> argparse.Namespace:
    """Read what both benchmarks of orienteering instances may be asked."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("data", type=Path)
    parser.add_argument("--cpu-s", type=float, default=10.0)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--rows", default="")
    parser.add_argument("--peers", default="")
    parser.add_argument("--only", default="xunfang,pyvrp,vroom,ortools")
    asked = parser.parse_args()
    asked.rows = {tuple(row.split(":")) for row in asked.rows.split(",") if row}
    asked.names = asked.only.split(",") if asked.peers else ["xunfang"]
    return asked


def main() -> None:
    asked = read_options(__doc__)
    gaps: dict[str, list[float]] = {name: [] for name in asked.names}
    print("instance  m   best", *(f"{name:>16}" for name in gaps))
    for row in csv.DictReader((asked.data / "best_known.csv").open()):
        key = (row["instance"], row["m"])
        if asked.rows and key not in asked.rows:
            continue
        problem = read_toptw(asked.data / f"{key[0]}.txt", n_units=int(key[1]))
        best = float(row["value"])
        cells = []
        for name, column in gaps.items():
            values = values_found(name, problem, asked)
            if not values:
                cells.append(f"{'-':>16}")
                continue
            gap = 100 * (best - statistics.mean(values)) / best
            column.append(gap)
            cells.append(f"{gap:7.2f} ({max(values):.0f})".rjust(16))
        print(f"{key[0]:8} {key[1]:>2} {best:6.0f}", *cells, flush=True)
    for name, column in gaps.items():
        if column:
            print(f"{name:10} mean gap {statistics.mean(column):6.2f} %", end="   ")
            print(f"worst mean of an instance {max(column):6.2f} %")


def values_found(name: str, problem: Problem, asked: argparse.Namespace) -> list[float]:
    """Return the value of each run of one solver; none where it cannot answer."""
    if name == "xunfang":
        budget = Budget(cpu_s=asked.cpu_s)
        return [
            solve(problem, budget=budget, seed=seed, with_bound=False).value
            for seed in range(1, asked.seeds + 1)
        ]
    # Only PyVRP draws lots: for the others one run says all.
    n_runs = asked.seeds if name == "pyvrp" else 1
    try:
        return [
            ask(asked.peers, name, problem, cpu_s=asked.cpu_s, seed=seed)[0]
            for seed in range(1, n_runs + 1)
        ]
    except (subprocess.CalledProcessError, ValueError) as fault:
        print(f"# {name}: {getattr(fault, 'stderr', fault)}"[-300:])
        return []


if __name__ == "__main__":
    main()
