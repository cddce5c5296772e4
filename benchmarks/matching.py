"""Positions to coverage: how fast, and how right. Prints one table.

    python benchmarks/matching.py [--data ../shared/data]

Every row states its goal; a row that misses it ends with "MISSED" and the run with exit
code 1. Speeds are for processor time on one core, the machine's load is printed. The
day of the city is made up, so what was driven is known: 60 cars, 4 hours, a fix every
5 s with 7 m of noise. Real traces: ten of Kubicka and others, 1 Hz, with their routes;
recall and precision are by length, all traces together.
"""

import argparse
import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.towns.patrolled import Patrolled, Receiver, patrol
from tests.towns.real_traces import N_TRACES, length_m, overlap_m, read_trace
from xunfang.cli import compiled

compiled.choose_folder()

from xunfang.core.geo import Datum, from_wgs84
from xunfang.core.streets.matching.bins import StreetBins, cover_streets
from xunfang.core.streets.matching.blind import (
    NearStreets,
    blind_spots,
    seen_of_night,
)
from xunfang.core.streets.matching.fixes import tidy_fixes
from xunfang.core.streets.matching.graph import MatchGraph
from xunfang.core.streets.matching.match import match_fixes
from xunfang.core.streets.matching.stays import find_stays
from xunfang.core.streets.matching.trace_datum import suspect_trace_datum
from xunfang.core.streets.modes import Mode
from xunfang.core.streets.network import StreetNetwork
from xunfang.core.streets.snapping import Snapper
from xunfang.places.streets.osm import build, read_streets

missed = 0


def row(what: str, measured: str, goal: str = "", *, reached: bool = True) -> None:
    """Print one line of the table."""
    global missed  # noqa: PLW0603 -- one table, one count
    missed += not reached
    print(
        f"{what:<46} {measured:>24}   {goal:<24} {'' if reached else 'MISSED'}".rstrip()
    )


def timed[T](call: Callable[[], T]) -> tuple[T, float]:
    """Call, and say what it answered and the processor time that took."""
    began = time.process_time()
    answer = call()
    return answer, time.process_time() - began


@dataclass
class Sums:
    """What the real traces come to."""

    n_fixes: int = 0
    took_s: float = 0.0
    true_m: float = 0.0
    found_m: float = 0.0
    both_m: float = 0.0


def real_traces(folder: Path) -> None:
    sums = Sums()
    for number in range(N_TRACES):
        trace = read_trace(folder, number)
        graph = MatchGraph.build(trace.network, Mode.CAR)
        fixes = tidy_fixes(np.zeros(len(trace.t_s)), trace.t_s, trace.lonlat)
        matched, took_s = timed(lambda g=graph, f=fixes: match_fixes(g, f))
        path = matched.path
        found = list(
            zip(
                path.edge.tolist(),
                path.from_m.tolist(),
                path.to_m.tolist(),
                strict=True,
            )
        )
        true_m, found_m = length_m(trace.route), length_m(found)
        both_m = overlap_m(found, trace.route)
        row(
            f"  trace {number}: {len(fixes):,} fixes, {true_m / 1000:.1f} km",
            f"{both_m / true_m:.4f} / {both_m / found_m:.4f}",
        )
        sums.n_fixes += len(fixes)
        sums.took_s += took_s
        sums.true_m += true_m
        sums.found_m += found_m
        sums.both_m += both_m
    recall, precision = sums.both_m / sums.true_m, sums.both_m / sums.found_m
    row("recall, real traces", f"{recall:.4f}", ">= .990", reached=recall >= 0.990)
    row(
        "precision, real traces",
        f"{precision:.4f}",
        ">= .985",
        reached=precision >= 0.985,
    )
    speed(sums.n_fixes, sums.took_s, "matching, real traces")


def speed(n_fixes: int, took_s: float, what: str) -> None:
    rate = n_fixes / took_s
    row(what, f"{rate:,.0f} fixes/s", ">= 200,000 fixes/s", reached=rate >= 200_000)


def made_up_day(
    network: StreetNetwork, name: str, mode: Mode, day: Patrolled, *, judged: bool
) -> None:
    graph, built_s = timed(lambda: MatchGraph.build(network, mode))
    n_rows = len(graph.ways.row_node)
    row(f"{name}: grid and table of {n_rows:,} ways", f"{built_s:.2f} s")
    bins = StreetBins.cut(network)
    fixes, tidied_s = timed(lambda: tidy_fixes(day.unit, day.t_s, day.lonlat))
    matched, matched_s = timed(lambda: match_fixes(graph, fixes))
    coverage, covered_s = timed(lambda: cover_streets(bins, matched.path))
    speed(len(fixes), matched_s, f"{name}: matching of {len(fixes):,} fixes")
    speed(
        len(fixes), tidied_s + matched_s + covered_s, f"{name}: from fixes to coverage"
    )
    truth = cover_streets(bins, day.path)
    found, true = coverage.is_covered, truth.is_covered
    false_share = float((found & ~true).sum() / found.sum())
    missed_share = float((true & ~found).sum() / true.sum())
    row(f"{name}: bins covered, truly", f"{found.mean():.3f}, {true.mean():.3f}")
    row(
        f"{name}: falsely covered",
        f"{100 * false_share:.2f} %",
        "<= 0.5 %" if judged else "",
        reached=not judged or false_share <= 0.005,
    )
    row(
        f"{name}: missed",
        f"{100 * missed_share:.2f} %",
        "<= 1 %" if judged else "",
        reached=not judged or missed_share <= 0.01,
    )
    near = NearStreets(bins)
    seen, seen_s = timed(lambda: seen_of_night(near, fixes.lonlat, coverage))
    blind = blind_spots(bins, [seen], n_nights=1).segments
    wrong = np.intersect1d(blind, np.flatnonzero(truth.share_by_segment() > 0))
    speed(len(fixes), seen_s, f"{name}: folding the night")
    row(
        f"{name}: wrongly called blind",
        f"{len(wrong)} of {len(blind):,}",
        "none",
        reached=not len(wrong),
    )
    if day.stays:
        stays, stays_s = timed(
            lambda: find_stays(fixes, [place for *_, place in day.stays])
        )
        counted = {(s.unit, s.stop) for s in stays if s.counts}
        n_found = sum(
            (unit, stop) in counted for stop, (unit, *_) in enumerate(day.stays)
        )
        row(
            f"{name}: stays of 12 to 16 min found, {stays_s:.2f} s",
            f"{n_found} of {len(day.stays)}",
            "all",
            reached=n_found == len(day.stays),
        )


def datum(folder: Path) -> None:
    right = n = 0
    for city in ("beijing", "chengdu", "shanghai_center", "shenzhen_futian", "ninghua"):
        network = build(read_streets(folder / f"{city}.osm.pbf")).network
        snapper = Snapper(network)
        for mode, minutes, kmh in ((Mode.CAR, 30, 25), (Mode.FOOT, 60, 4.5)):
            graph = MatchGraph.build(network, mode)
            for seed in range(10):
                day = patrol(
                    network,
                    mode,
                    rng=np.random.default_rng(seed),
                    minutes=minutes,
                    speed_kmh=kmh,
                )
                for given in (Datum.WGS84, Datum.GCJ02, Datum.BD09):
                    lonlat = from_wgs84(day.lonlat, given)
                    fixes = tidy_fixes(day.unit, day.t_s, lonlat)
                    found = suspect_trace_datum(graph, snapper, fixes)
                    named = found.likely if found else Datum.WGS84
                    n, right = n + 1, right + (named is given)
    row("datum of traces named, 5 cities", f"{right} of {n}", "all", reached=right == n)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    here = Path(__file__).resolve().parents[1]
    parser.add_argument("--data", type=Path, default=here.parent / "shared" / "data")
    arguments = parser.parse_args()
    streets = arguments.data / "streets"
    if not streets.is_dir():
        print(f"no {streets}: give --data", file=sys.stderr)
        return 2
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    network = build(read_streets(streets / "shanghai_center.osm.pbf")).network
    began = time.perf_counter()
    warm = patrol(network, Mode.CAR, rng=np.random.default_rng(0), minutes=2)
    graph = MatchGraph.build(network, Mode.CAR)
    match_fixes(graph, tidy_fixes(warm.unit, warm.t_s, warm.lonlat))
    NearStreets(StreetBins.cut(network)).mark(warm.lonlat[:1])
    row("compile, or load what is compiled", f"{time.perf_counter() - began:.1f} s")
    rng = np.random.default_rng(20261122)
    made_up_day(
        network,
        "cars",
        Mode.CAR,
        patrol(network, Mode.CAR, rng=rng, n_units=60, minutes=240),
        judged=True,
    )
    made_up_day(
        network,
        "cars that stay, bad receivers",
        Mode.CAR,
        patrol(
            network,
            Mode.CAR,
            rng=rng,
            n_units=60,
            minutes=240,
            stay_every_min=40,
            receiver=Receiver(lost_share=0.05, repeated_share=0.05, late_share=0.05),
        ),
        judged=True,
    )
    made_up_day(
        network,
        "on foot",
        Mode.FOOT,
        patrol(
            network,
            Mode.FOOT,
            rng=rng,
            n_units=20,
            minutes=240,
            speed_kmh=4.5,
            stay_every_min=40,
            receiver=Receiver(noise_m=8.0),
        ),
        judged=False,
    )
    datum(streets)
    print("\nreal traces: recall / precision")
    real_traces(arguments.data / "traces")
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    row("memory at most", f"{peak_mb:.0f} MB")
    print(f"\nload {os.getloadavg()[0]:.1f}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
