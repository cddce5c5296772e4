"""Nights of one station: our search, its bound and its peers in one table.

Usage: ``python benchmarks/planning_stations.py [--cpu-s 10] [--seeds 3] [--sizes
8:200,12:300,20:500] [--breaks] [--bound] [--peers PYTHON] [--only pyvrp,vroom]``.
A made-up town of 4 by 4 km with a street grid, one-ways and arterials; cars, bicycles and
officers on foot in seven shifts of 3 to 8 hours; stops of 10 to 15 minutes, 30 % open for
half an hour, 30 % for three hours, the rest all day. With ``--breaks`` units on shift for
five hours or more have a 30-minute break and half of the wide stops three windows.
"""

import argparse
import statistics
import subprocess

import numpy as np
from numpy.typing import NDArray
from planning_peers import ask
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

from xunfang.core.planning.budget import Budget
from xunfang.core.planning.problem import Break, Problem, Stop, Unit, Window
from xunfang.core.planning.solve import solve

SPACING_KM = 0.2
N_STREETS = 21
SHIFTS_H = ((7, 12), (8, 16), (9, 13), (12, 18), (14, 22), (17, 22), (15, 18))
MODES = ("car", "car", "bike", "foot")
FAR_MIN = 15_000


def make_station(*, n_units: int, n_stops: int, seed: int, breaks: bool) -> Problem:
    """Draw a station night; minutes, travel rounded up and metric."""
    rng = np.random.default_rng(seed)
    at_km, travel_s = _streets(rng)
    hot = rng.integers(0, len(at_km), 6)
    nearest = ((at_km[:, None] - at_km[hot][None]) ** 2).sum(axis=2).min(axis=1)
    share = np.exp(-nearest / 0.5) + 0.15
    corners = rng.choice(len(at_km), n_stops, p=share / share.sum())
    post = (N_STREETS // 2) * N_STREETS + N_STREETS // 2
    nodes = np.concatenate([[post], corners])
    travel = {mode: _minutes(graph, nodes) for mode, graph in travel_s.items()}
    stops = tuple(_stop(rng, number, breaks=breaks) for number in range(1, n_stops + 1))
    units = []
    for number in range(n_units):
        first, last = SHIFTS_H[number % len(SHIFTS_H)]
        middle = 30 * (first + last)
        meal = Break((middle - 60, middle + 30), 30)
        units.append(
            Unit(
                id=f"u{number}",
                mode=MODES[number % len(MODES)],
                start=0,
                end=0,
                shift=(60 * first, 60 * last),
                breaks=(meal,) if breaks and last - first >= 5 else (),
            )
        )
    return Problem(travel=travel, units=tuple(units), stops=stops)


def _streets(rng: np.random.Generator) -> tuple[NDArray[np.float64], dict[str, object]]:
    """Return corners in km and, by mode, a sparse graph of seconds."""
    grid = [(i, j) for i in range(N_STREETS) for j in range(N_STREETS)]
    at_km = np.array(grid) * SPACING_KM + rng.normal(0, 0.03, (len(grid), 2))
    tails, heads, length_km, car_kmh = [], [], [], []
    for i, j in grid:
        for step_i, step_j in ((1, 0), (0, 1)):
            if i + step_i >= N_STREETS or j + step_j >= N_STREETS:
                continue
            if rng.random() <= 0.12:
                continue
            one, other = i * N_STREETS + j, (i + step_i) * N_STREETS + j + step_j
            is_arterial = (i % 5 == 0 and step_j == 1) or (j % 5 == 0 and step_i == 1)
            is_oneway = rng.random() < 0.08
            speed = 36.0 if is_arterial else 20.0
            tails += [one, other]
            heads += [other, one]
            length_km += [1.1 * float(np.hypot(*(at_km[one] - at_km[other])))] * 2
            car_kmh += [speed, 1e-3 if is_oneway else speed]
    km = np.array(length_km)
    speeds = {"car": np.array(car_kmh), "bike": 14.0, "foot": 4.8}
    shape = (len(grid), len(grid))
    return at_km, {
        mode: coo_matrix((km / kmh * 3600, (tails, heads)), shape=shape).tocsr()
        for mode, kmh in speeds.items()
    }


def _minutes(graph: object, nodes: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return travel in whole minutes: 20 s to set out, rounded up, shortest chains."""
    way_s = dijkstra(graph, indices=nodes)[:, nodes]
    way_s = np.minimum(np.where(np.isfinite(way_s), way_s, 8e5), 9e5)
    way_s += np.where(np.eye(len(nodes), dtype=bool), 0, 20)
    way = np.minimum(np.ceil(np.ceil(way_s) / 60), FAR_MIN).astype(np.int64)
    np.fill_diagonal(way, 0)
    for middle in range(len(nodes)):
        np.minimum(way, way[:, [middle]] + way[[middle], :], out=way)
    return way.astype(np.int32)


def _stop(rng: np.random.Generator, number: int, *, breaks: bool) -> Stop:
    dwell = int(rng.integers(10, 16))
    kind = rng.random()
    if kind < 0.3:  # school gates, closing times
        opens = int(rng.choice([7.25, 11.5, 13.75, 16.25, 17.5, 20.0]) * 60)
        windows: tuple[Window, ...] = ((opens, opens + 30),)
        value = rng.integers(30, 101)
    elif kind < 0.6:
        opens = int(rng.integers(8, 19)) * 60
        windows, value = ((opens, opens + 180),), rng.integers(10, 80)
    else:
        windows, value = ((7 * 60, 22 * 60),), rng.integers(1, 50)
        if breaks and rng.random() < 0.5:
            windows = tuple((h * 60, (h + 2) * 60) for h in (7, 12, 18))
    return Stop(
        id=f"s{number}",
        at=number,
        exit=number,
        dwell=dwell,
        value=((0, float(value)),),
        windows=windows,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cpu-s", type=float, default=10.0)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--sizes", default="8:200,12:300,20:500")
    parser.add_argument("--breaks", action="store_true")
    parser.add_argument("--bound", action="store_true")
    parser.add_argument("--peers", default="")
    parser.add_argument("--only", default="pyvrp,vroom,ortools")
    asked = parser.parse_args()
    print("units stops  who        values (mean)")
    for size in asked.sizes.split(","):
        n_units, n_stops = (int(part) for part in size.split(":"))
        night = make_station(
            n_units=n_units, n_stops=n_stops, seed=0, breaks=asked.breaks
        )
        plans = [
            solve(
                night,
                budget=Budget(cpu_s=asked.cpu_s),
                seed=seed,
                with_bound=asked.bound,
            )
            for seed in range(1, asked.seeds + 1)
        ]
        proof = ""
        if asked.bound:
            gaps = ", ".join(f"{100 * (plan.gap_share or 0.0):.2f}" for plan in plans)
            cpu_s = ", ".join(f"{plan.cpu_s:.1f}" for plan in plans)
            proof = f"  gap % {gaps}  CPU s {cpu_s}"
        _print(size, "xunfang", [plan.value for plan in plans], proof)
        for peer in asked.only.split(",") if asked.peers else []:
            try:
                n_runs = asked.seeds if peer == "pyvrp" else 1
                answers = [
                    ask(asked.peers, peer, night, cpu_s=asked.cpu_s, seed=seed)
                    for seed in range(1, n_runs + 1)
                ]
            except (subprocess.CalledProcessError, ValueError) as fault:
                said = str(getattr(fault, "stderr", fault)).strip()
                print(f"{size:12} {peer:10} -  {said[-80:]}", flush=True)
                continue
            spent = f"  CPU s {statistics.mean(cpu_s for _, cpu_s in answers):.1f}"
            _print(size, peer, [value for value, _ in answers], spent)


def _print(size: str, who: str, values: list[float], rest: str) -> None:
    listed = " ".join(f"{value:.0f}" for value in values)
    print(
        f"{size:12} {who:10} {listed}  ({statistics.mean(values):.1f}){rest}",
        flush=True,
    )


if __name__ == "__main__":
    main()
