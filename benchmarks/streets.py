"""Streets: how fast, and whether still right. Prints one table.

    python benchmarks/streets.py [--data ../shared/data/streets] [--city beijing]

Every row states its goal; a row that misses it ends with "MISSED" and the run with
exit code 1. Goals are for wall time on two free cores; the processor time beside it,
programs called included, is what they would be alone, and the machine's load is printed.
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from xunfang.core.streets.ends import ends_of
from xunfang.core.streets.modes import Mode
from xunfang.core.streets.network import StreetNetwork
from xunfang.core.streets.reach import reach
from xunfang.core.streets.snapping import Snaps
from xunfang.core.streets.travel import TravelTimes
from xunfang.places.streets.basemap import write_basemap
from xunfang.places.streets.osm import (
    build,
    load_network,
    load_orders,
    read_streets,
    save_network,
)

N_UNITS, N_CALLS = 200, 1000

missed = 0


def row(what: str, measured: str, goal: str = "", *, reached: bool = True) -> None:
    """Print one line of the table."""
    global missed  # noqa: PLW0603 -- one table, one count
    missed += not reached
    print(
        f"{what:<44} {measured:>22}   {goal:<28} {'' if reached else 'MISSED'}".rstrip()
    )


@dataclass(frozen=True, slots=True)
class Took:
    """How long something took, on the clock and on the processors."""

    wall_s: float
    cpu_s: float

    def __add__(self, other: Self) -> Self:
        return type(self)(self.wall_s + other.wall_s, self.cpu_s + other.cpu_s)

    def __str__(self) -> str:
        return f"{self.wall_s:.2f} s (cpu {self.cpu_s:.2f})"


def timed[T](call: Callable[[], T]) -> tuple[T, Took]:
    """Call, and say what it answered and how long that took."""
    began_s, began_cpu_s = time.perf_counter(), cpu_s()
    answer = call()
    return answer, Took(time.perf_counter() - began_s, cpu_s() - began_cpu_s)


def cpu_s() -> float:
    """Processor time of this process and of the programs it has called."""
    called = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + called.ru_utime + called.ru_stime


def random_points(
    network: StreetNetwork, n: int, rng: np.random.Generator
) -> np.ndarray:
    """Places within some 30 m of streets chosen at random."""
    node = rng.integers(0, network.n_nodes, n)
    return network.node_lonlat[node] + rng.normal(0, 3e-4, (n, 2))


def dijkstra_winners(travel: TravelTimes, units: Snaps, calls: Snaps) -> np.ndarray:
    """Time of each unit to each call by SciPy: one search backwards from each call.

    Pairs on one street are left out (NaN): there the answer needs no search.
    """
    graph = travel.graph
    n = graph.n_states
    backwards = csr_array(
        (graph.arc_time_ms.astype(np.float64), (graph.arc_head, graph.arc_tail)),
        shape=(n, n),
    )
    start, end = ends_of(graph, units), ends_of(graph, calls)
    times_ms = np.full((len(units), len(calls)), np.inf)
    for call in range(len(calls)):
        for way in np.flatnonzero(end.usable[call]):
            to_end_ms = dijkstra(backwards, indices=int(end.state[call, way]))
            state = np.where(start.usable, start.state, 0)
            from_unit = np.where(start.usable, to_end_ms[state] + start.left_ms, np.inf)
            reached_ms = from_unit.min(axis=1) - end.left_ms[call, way]
            times_ms[:, call] = np.minimum(times_ms[:, call], reached_ms)
    times_ms[units.segment[:, None] == calls.segment[None, :]] = np.nan
    return times_ms / 1000


def measure_import(path: Path) -> tuple[StreetNetwork, TravelTimes]:
    source, read = timed(lambda: read_streets(path))
    built, made = timed(lambda: build(source))
    network = built.network
    travel, prepared = timed(lambda: TravelTimes(network, Mode.CAR))
    graph = travel.graph
    row("network", f"{network.n_nodes:,} / {network.n_segments:,}", "nodes / segments")
    row(
        "turn graph, car",
        f"{graph.n_states:,} / {len(graph.arc_tail):,}",
        "states / turns",
    )
    row("read", f"{read}")
    row("build network, report five modes", f"{made}")
    row("prepare car travel times", f"{prepared}")
    with tempfile.TemporaryDirectory() as folder:
        _, drawn = timed(lambda: write_basemap(path, Path(folder) / "map.pmtiles"))
        row("base map", f"{drawn}")
        stored = Path(folder) / "network.npz"
        save_network(network, stored, orders={Mode.CAR: travel.order})
        again, loaded = timed(lambda: load_network(stored))
        order = load_orders(stored)[Mode.CAR]
        size_mb = stored.stat().st_size / 1e6
    _, ready = timed(lambda: TravelTimes(again, Mode.CAR, order=order))
    total = read + made + prepared
    row("import to routable", f"{total}", "at most 10 s", reached=total.wall_s <= 10)
    total += drawn
    row("import, map included", f"{total}", "at most 10 s", reached=total.wall_s <= 10)
    row(f"load stored network, {size_mb:.0f} MB", f"{loaded}")
    row("prepare car with the order kept", f"{ready}")
    return network, travel


def measure_matrix(travel: TravelTimes, points: np.ndarray) -> None:
    snaps, snapped = timed(lambda: travel.snap(points))
    row(f"snap {len(points):,} points", f"{snapped}")
    half = len(points) // 2
    runs = [
        timed(lambda: travel.matrix_s(snaps[:half], snaps[half:]))[1] for _ in range(3)
    ]
    best = min(runs, key=lambda took: took.wall_s)
    row(
        f"turn-aware {half:,} x {half:,}, two threads",
        f"{best}",
        "at most 2 s",
        reached=best.wall_s <= 2,
    )


def measure_dispatch(travel: TravelTimes, rng: np.random.Generator) -> None:
    network = travel.network
    units = travel.snap(random_points(network, N_UNITS, rng))
    places = random_points(network, N_CALLS, rng)
    took_all, winners = [], []
    for place in places:
        answer, took = timed(lambda at=place: travel.nearest(units, travel.snap(at)))
        took_all.append(took)
        winners.append(answer[0])
    p95_ms = 1000 * float(np.quantile([took.wall_s for took in took_all], 0.95))
    p95_cpu_ms = 1000 * float(np.quantile([took.cpu_s for took in took_all], 0.95))
    row(
        f"{N_UNITS} units to one place, snapped, p95",
        f"{p95_ms:.1f} ms (cpu {p95_cpu_ms:.1f})",
        "at most 5 ms",
        reached=p95_ms <= 5,
    )
    calls = travel.snap(places)
    exact_s, searched = timed(lambda: dijkstra_winners(travel, units, calls))
    same = 0
    for column, (unit, time_s) in enumerate(winners):
        others = exact_s[:, column]
        # On one street with the call no search is needed; the rest must not beat it.
        mine = time_s if np.isnan(others[unit]) else others[unit]
        same += mine == time_s and not (others < time_s).any()
    row(
        "the same winner as SciPy's Dijkstra",
        f"{same:,} of {N_CALLS:,}",
        "all",
        reached=same == N_CALLS,
    )
    row(
        "Dijkstra for the same, each call",
        f"{1000 * searched.cpu_s / N_CALLS:.1f} ms (cpu)",
    )


def measure_closures(travel: TravelTimes, points: np.ndarray) -> None:
    network = travel.network
    before = travel.arc_time_ms
    snaps = travel.snap(points[:200])
    took_all: list[Took] = []
    n_used = n_closed = 0
    for number in range(100):
        start, end = snaps[number : number + 1], snaps[number + 100 : number + 101]
        route = travel.route(start, end)
        if route is None or len(route.segments) < 5:
            continue
        street = int(route.segments[len(route.segments) // 2])
        if street in {int(start.segment[0]), int(end.segment[0])}:
            continue

        def close_and_ask(
            street: int = street, start: Snaps = start, end: Snaps = end
        ) -> object:
            closure = travel.close([street])
            return closure, travel.route(start, end)

        (closure, around), took = timed(close_and_ask)
        took_all.append(took)
        n_closed += 1
        n_used += around is not None and street in around.segments.tolist()
        travel.reopen(closure)
    worst_ms = 1000 * max(took.wall_s for took in took_all)
    worst_cpu_ms = 1000 * max(took.cpu_s for took in took_all)
    row(
        "close a street and route round it, worst",
        f"{worst_ms:.1f} ms (cpu {worst_cpu_ms:.1f})",
        "below 50 ms",
        reached=worst_ms < 50,
    )
    row(
        "routes that use the closed street",
        f"{n_used} of {n_closed}",
        "none",
        reached=not n_used,
    )
    exact = bool(np.array_equal(before, travel.arc_time_ms))
    row(
        "times after undoing all",
        "the same" if exact else "changed",
        "the same",
        reached=exact,
    )
    longest = np.argsort(np.bincount(network.segment_name)[1:])[-1] + 1
    segments = np.flatnonzero(network.segment_name == longest)
    closure, closed = timed(lambda: travel.close(segments.tolist()))
    _, opened = timed(lambda: travel.reopen(closure))
    row(
        f"close and open {network.names[longest]} ({len(segments)} segments)",
        f"{1000 * closed.wall_s:.1f} / {1000 * opened.wall_s:.1f} ms",
    )


def measure_reach(travel: TravelTimes, points: np.ndarray) -> None:
    posts = travel.snap(points[:12])
    found, searched = timed(lambda: reach(travel, posts))
    _, cut = timed(lambda: [found.stretches(60 * m) for m in (1, 3, 5, 10)])
    row("reach of 12 posts, 10 minutes", f"{1000 * searched.wall_s:.1f} ms")
    row("streets within 1, 3, 5, 10 minutes", f"{1000 * cut.wall_s:.1f} ms")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    here = Path(__file__).resolve().parents[1]
    parser.add_argument(
        "--data", type=Path, default=here.parent / "shared" / "data" / "streets"
    )
    parser.add_argument("--city", default="beijing")
    arguments = parser.parse_args()
    path = arguments.data / f"{arguments.city}.osm.pbf"
    if not path.is_file():
        print(f"no {path}: give --data", file=sys.stderr)
        return 2
    rng = np.random.default_rng(1)
    print(f"{arguments.city}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    network, travel = measure_import(path)
    points = random_points(network, 2000, rng)
    measure_matrix(travel, points)
    measure_dispatch(travel, rng)
    measure_closures(travel, points)
    measure_reach(travel, points)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    row("memory at most", f"{peak_mb:.0f} MB")
    print(f"\nload {os.getloadavg()[0]:.1f}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
