"""Team orienteering with time windows: our search and its peers in one table.

Usage: ``python benchmarks/planning_toptw.py DATA [--cpu-s 10] [--seeds 10]
[--rows pr04:3,rc104:4] [--peers PYTHON] [--only pyvrp,vroom]``, where DATA holds the
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
    at = [(row[1], row[2]) for row in rows]
    way = np.array(
        [[math.floor(math.dist(a, b) * scale + 1e-9) for b in at] for a in at], np.int32
    )
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
    return Problem(travel={"car": way}, units=units, stops=stops, name=path.stem)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--cpu-s", type=float, default=10.0)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--rows", default="")
    parser.add_argument("--peers", default="")
    parser.add_argument("--only", default="pyvrp,vroom,ortools")
    asked = parser.parse_args()
    chosen = {tuple(row.split(":")) for row in asked.rows.split(",") if row}
    peers = asked.only.split(",") if asked.peers else []
    gaps: dict[str, list[float]] = {name: [] for name in ["xunfang", *peers]}
    print("instance  m   best", *(f"{name:>16}" for name in gaps))
    for row in csv.DictReader((asked.data / "best_known.csv").open()):
        key = (row["instance"], row["m"])
        if chosen and key not in chosen:
            continue
        problem = read_toptw(asked.data / f"{key[0]}.txt", n_units=int(key[1]))
        best = float(row["value"])
        cells = []
        for name, column in gaps.items():
            values = _values(name, problem, asked)
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


def _values(name: str, problem: Problem, asked: argparse.Namespace) -> list[float]:
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
