"""Where units wait and who is sent: against published answers. Prints one table.

    python benchmarks/location.py [--data ../shared/data/dispatch]

Every row states its goal; a row that misses it ends with "MISSED" and the run with exit
code 1. OR-Library p-median (Beasley 1990), San Francisco (spopt's notebook), the
three-server example of Larson and Odoni (1981, 5.4.3 and 5.5.3); then how long the list
of 100 units takes, and one decision of relocation. Times are wall time after compiling;
the processor time beside it is what it would be alone.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.core.dispatching.cities import (
    SF_COVER_5_KM,
    SF_FEWEST_8_KM,
    SF_MEDIAN,
    larson,
    or_library,
    san_francisco,
)
from xunfang.core.dispatching.choice import NONE
from xunfang.core.dispatching.coverage import count_cover, cover_lists, nth_worths
from xunfang.core.dispatching.hypercube import approximate, exact
from xunfang.core.dispatching.location import (
    compliance_table,
    expected_cover_posts,
    fewest_posts,
    maximal_cover,
)
from xunfang.core.dispatching.median import p_median
from xunfang.core.dispatching.recommend import (
    Call,
    Cover,
    Dispatchable,
    Requirement,
    Tier,
    Units,
    recommend,
)
from xunfang.core.dispatching.relocation import relocate

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "dispatch"
N_UNITS, N_CELLS, N_LISTS = 100, 400, 2000
N_POSTS = 36

missed = 0


def row(what: str, measured: str, goal: str = "", *, reached: bool = True) -> None:
    """Print one line of the table."""
    global missed  # noqa: PLW0603 -- one table, one count
    missed += not reached
    print(
        f"{what:<42} {measured:>34}   {goal:<30} {'' if reached else 'MISSED'}".rstrip()
    )


def timed[Answer](ask: Callable[[], Answer]) -> tuple[Answer, float, float]:
    """Return the answer, wall seconds and processor seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    answer = ask()
    return answer, time.perf_counter() - wall, time.process_time() - cpu


def medians(folder: Path) -> None:
    """OR-Library: gap to the optimum, and whether our own bound proves it."""
    p_median(np.eye(4), 2, rng=np.random.default_rng(0))
    for name in ("pmed1", "pmed5", "pmed10", "pmed30"):
        distance, n_open, optimum = or_library(folder / "orlib", name)
        worst, wall, cpu, n_proven = 0.0, 0.0, 0.0, 0
        for seed in range(3):
            rng = np.random.default_rng(seed)
            found, took_s, used_s = timed(
                lambda rng=rng, d=distance, n=n_open: p_median(d, n, rng=rng)
            )
            worst = max(worst, found.cost / optimum - 1)
            wall, cpu = max(wall, took_s), max(cpu, used_s)
            n_proven += found.is_proven
        row(
            f"{name} n={len(distance)} p={n_open} of {optimum}, 3 seeds",
            f"{100 * worst:.3f} % {wall:.2f} s (cpu {cpu:.2f}) {n_proven}/3 proven",
            "gap <= 0.1 % in <= 5 s",
            reached=worst <= 0.001 and wall <= 5.0,
        )


def cities(folder: Path) -> None:
    """San Francisco: 205 tracts, 16 stores."""
    metres, demand = san_francisco(folder / "spopt_sf")
    for n_open, optimum in SF_MEDIAN.items():
        rng = np.random.default_rng(0)
        found, took_s, _ = timed(
            lambda n=n_open, rng=rng: p_median((metres * demand).T, n, rng=rng)
        )
        row(
            f"San Francisco p-median p={n_open}",
            f"{found.cost:.4f} {1000 * took_s:.0f} ms",
            f"= {optimum}",
            reached=abs(found.cost / optimum - 1) < 1e-11 and found.is_proven,
        )
    for n_open, covered in SF_COVER_5_KM.items():
        posts, took_s, _ = timed(
            lambda n=n_open: maximal_cover(metres <= 5000, demand, n)
        )
        reached = round(posts.cover_share * demand.sum())
        row(
            f"San Francisco covered within 5 km p={n_open}",
            f"{reached} {1000 * took_s:.0f} ms",
            f"= {covered}",
            reached=reached == covered and posts.is_proven,
        )
    fewest, took_s, _ = timed(lambda: fewest_posts(metres <= 8000))
    row(
        "San Francisco, fewest within 8 km",
        f"{len(fewest.posts)} {1000 * took_s:.0f} ms",
        f"= {SF_FEWEST_8_KM}",
        reached=len(fewest.posts) == SF_FEWEST_8_KM and fewest.is_proven,
    )
    lists = cover_lists(metres, within_s=5000.0)
    table = compliance_table(*lists, demand, 10, busy_share=0.4)
    for n_units in (2, 4, 6, 10):
        best = expected_cover_posts(metres <= 5000, demand, n_units, busy_share=0.4)
        share = table.cover_share[n_units] / best.bound
        row(
            f"San Francisco, {n_units} units busy 0.4, nested",
            f"{table.cover_share[n_units]:.4f} = {100 * share:.2f} % of best",
            ">= 63.2 % (1 - 1/e)",
            reached=share >= 1 - np.exp(-1),
        )


def queues(folder: Path) -> None:
    """Larson and Odoni: three units, ten atoms, infinite line."""
    streams, printed = larson(folder / "larson")
    solved, took_s, _ = timed(
        lambda: exact(streams, calls_per_h=np.ones(3), queue=True)
    )
    row(
        "Larson-Odoni, exact",
        " ".join(f"{share:.4f}" for share in solved.busy_share),
        " ".join(f"{share:.4f}" for share in printed["exact_workload"]),
        reached=solved.busy_share.round(4).tolist() == printed["exact_workload"],
    )
    near = approximate(streams, calls_per_h=1.0, queue=True, settled=0.0012)
    row(
        f"Larson-Odoni, approximate, round {near.n_rounds}",
        " ".join(f"{share:.4f}" for share in near.busy_share),
        " ".join(f"{share:.4f}" for share in printed["approx_workload_iter3"]),
        reached=bool(
            np.abs(near.busy_share - printed["approx_workload_iter3"]).max() < 5e-4
        ),
    )
    rng = np.random.default_rng(0)
    for n_units in (12, 15):
        preference = np.array([rng.permutation(n_units) for _ in range(40)])
        many = type(streams)(rng.random(40) * n_units / 32, preference)
        solved, took_s, _ = timed(
            lambda m=many, n=n_units: exact(m, calls_per_h=np.ones(n), queue=True)
        )
        near = approximate(many, calls_per_h=1.0, queue=True)
        apart = np.abs(solved.busy_share - near.busy_share).max()
        row(
            f"{n_units} units, all {2**n_units} states",
            f"{took_s:.2f} s, approximation {apart:.4f} off",
        )


def night(rng: np.random.Generator) -> tuple[Call, Units, Cover]:
    """A hundred units of three tiers in a city of 12 by 12 km, and a call."""
    at, cells = rng.random((N_UNITS, 2)) * 12, rng.random((N_CELLS, 2)) * 12
    call_at = rng.random(2) * 12
    units = Units(
        number=rng.permutation(N_UNITS),
        arrival_s=np.abs(at - call_at).sum(axis=1) * 120.0,
        is_on_duty=rng.random(N_UNITS) < 0.95,
        dispatchable=rng.choice(np.array(list(Dispatchable)), N_UNITS),
        tier=rng.choice(np.array(list(Tier)), N_UNITS),
        n_sworn=rng.integers(0, 3, N_UNITS),
        n_auxiliaries=rng.integers(0, 4, N_UNITS),
        position_age_s=rng.exponential(200.0, N_UNITS),
        is_resting=rng.random(N_UNITS) < 0.1,
        patrol_min_lost=rng.random(N_UNITS) * 30,
        patrol_worth_lost=rng.random(N_UNITS),
        declared=rng.random((N_UNITS, 4)) < 0.5,
    )
    travel_s = np.abs(at[:, None] - cells[None]).sum(axis=2) * 120.0
    cover = Cover(travel_s, np.full(N_CELLS, 1 / N_CELLS), 300.0, 0.3)
    wanted = (
        Requirement(Tier.STREET, 2, 60.0),
        Requirement(Tier.COUNTY, 1, 180.0),
        Requirement(Tier.CITY, 1, 300.0),
    )
    return Call(wanted, needs=(0,)), units, cover


def decisions() -> None:
    """How long the list of 100 units takes, and one relocation."""
    rng = np.random.default_rng(1)
    took = []
    for _ in range(N_LISTS):
        call, units, cover = night(rng)
        took.append(timed(lambda c=call, u=units, v=cover: recommend(c, u, cover=v)))
    took_ms = np.array([[1000 * wall, 1000 * cpu] for _, wall, cpu in took])
    (middle, cpu), (high, high_cpu) = np.percentile(took_ms, [50, 99], axis=0)
    row(
        f"list of {N_UNITS} units, {N_CELLS} cells, {N_LISTS} calls",
        f"p50 {middle:.1f} ms, p99 {high:.1f} ms (cpu {cpu:.1f}, {high_cpu:.1f})",
        "p99 <= 20 ms",
        reached=high <= 20.0,
    )
    posts, cells = rng.random((N_POSTS, 2)) * 12, rng.random((N_CELLS, 2)) * 12
    lists = cover_lists(
        np.abs(posts[:, None] - cells[None]).sum(axis=2) * 120.0, within_s=300.0
    )
    n_cover = np.zeros(N_CELLS, dtype=np.int64)
    for post in rng.integers(0, N_POSTS, 20):
        count_cover(n_cover, *lists, post, 1)
    fixed = (n_cover, *lists, np.full(N_CELLS, 1 / N_CELLS), nth_worths(0.3, 21))
    rides_s = rng.random((10_000, N_POSTS)) * 900
    may_move = True
    relocate(rides_s[0], NONE, *fixed, np.inf, 0.0, may_move)
    _, wall, _ = timed(
        lambda: [relocate(r, NONE, *fixed, 600.0, 0.005, may_move) for r in rides_s]
    )
    row(
        f"relocation, {N_POSTS} posts, {N_CELLS} cells, from Python",
        f"{wall / len(rides_s) * 1e6:.1f} microseconds",
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--data", type=Path, default=SHARED)
    folder = parser.parse_args().data
    load = os.getloadavg()[0]
    print(f"numpy {np.__version__}; load of the machine {load:.1f}\n")
    medians(folder)
    cities(folder)
    queues(folder)
    decisions()
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
