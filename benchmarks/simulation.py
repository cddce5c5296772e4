"""A year of calls in a second, and what moving units about is worth.

    .venv/bin/python benchmarks/simulation.py [--rio FOLDER] [--quick]

Three tables of one run. (1) CPU seconds for a year of 300,000 calls with 100 units:
closest unit, DMEXCLP on each freed unit, our relocation; SimPy (the judge of the tests)
on the first 30,000 calls, for a whole year by proportion, and whether it gives the same
arrivals. (2) Relocation against the best fixed posts: the best by simulation of MEXCLP
optima for five busy fractions, chosen on other calls than those it is judged by. Four
towns, several loads; 95 % intervals over repetitions on the same calls. (3) Whether the
goals are met: a year in 1 s and in 6 s, arrivals equal, a tenth fewer late and the mean
not worse at up to 0.4 busy.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xunfang.cli import compiled

if TYPE_CHECKING:
    from xunfang.core.simulation.calls import CallRates, Calls
    from xunfang.core.simulation.city import City

ROOT = Path(__file__).resolve().parents[1]
RIO = ROOT.parent / "shared" / "data" / "dispatch" / "rio"
DAY_S = 86_400.0
N_YEAR, N_SIMPY = 300_000, 30_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rio", type=Path, default=RIO)
    parser.add_argument("--quick", action="store_true", help="short periods")
    arguments = parser.parse_args()
    compiled.choose_folder()
    sys.path.insert(0, str(ROOT))
    verdicts = speed(N_SIMPY // 10 if arguments.quick else N_SIMPY)
    verdicts += relocation(arguments.rio, quick=arguments.quick)
    print("\ngoal                                            reached")
    for goal, reached in verdicts:
        print(f"{goal:47s} {reached}")


def speed(n_simpy: int) -> list[tuple[str, str]]:
    """Time a year, and hold SimPy beside its beginning."""
    from tests.core.simulation.simpy_oracle import Oracle
    from xunfang.cli.simulate_policies import relocation_aims
    from xunfang.core.simulation.calls import CallClass, CallRates, draw_calls
    from xunfang.core.simulation.city import Fleet
    from xunfang.core.simulation.rules import Moves, Rules
    from xunfang.core.simulation.run import simulate

    city, demand = grid(side_km=20.0, cell_km=1.0, n_posts=36, target_s=480.0)
    kinds = tuple(CallClass(f"{p}", p, 1500.0) for p in range(3))
    share = np.array([0.2, 0.5, 0.3])
    per_hour = np.zeros((168, 3, city.n_places))
    per_hour[:] = N_YEAR / 8760.0 * share[:, None] * demand
    rates = CallRates(per_hour, kinds, travel_spread=0.2)
    calls = draw_calls(rates, n_days=365, rng=np.random.default_rng(1))
    fleet = Fleet.always_on(np.arange(100) % city.n_posts)
    by_hour = rates.demand_by_hour()
    aims = relocation_aims(city, rates, n_units=100)
    rules = {
        "closest unit": Rules(),
        "DMEXCLP, freed unit": Rules(moves=Moves.FREED, relocation=aims),
        "relocation (ours)": Rules(moves=Moves.ALWAYS, relocation=aims),
    }
    few = first_calls(calls, 1_000)
    took = {}
    print(f"{len(calls):,} calls, 100 units, {city.n_places} places; CPU seconds")
    print(f"{'rule':22s} {'year':>7s} {'calls/s':>10s} {'mean min':>9s} {'late %':>7s}")
    for name, rule in rules.items():
        simulate(city, fleet, few, rule, demand=by_hour)
        began = time.process_time()
        run = simulate(city, fleet, calls, rule, demand=by_hour)
        took[name] = time.process_time() - began
        print(
            f"{name:22s} {took[name]:7.2f} {len(calls) / took[name]:10,.0f} "
            f"{run.response_s().mean() / 60:9.2f} {100 * run.is_late().mean():7.2f}"
        )
    part = first_calls(calls, n_simpy)
    until_s = float(part.at_s[-1]) + DAY_S
    equal = True
    for name, rule in list(rules.items())[:2]:
        n = n_simpy if name == "closest unit" else n_simpy // 10
        part = first_calls(calls, n)
        ours = simulate(city, fleet, part, rule, demand=by_hour, until_s=until_s)
        began = time.process_time()
        theirs = Oracle(city, fleet, part, rule, by_hour).run(until_s)
        simpy_s = time.process_time() - began
        worst = float(np.abs(ours.arrived_s - theirs).max())
        equal &= worst < 1e-3
        print(
            f"SimPy, {name}: {n:,} calls {simpy_s:.1f} s, a year "
            f"{simpy_s * len(calls) / n:.0f} s; largest difference {worst:.1e} s"
        )
    return [
        ("a year, closest unit, <= 1 s", f"{took['closest unit']:.2f} s"),
        ("a year, DMEXCLP, <= 6 s", f"{took['DMEXCLP, freed unit']:.2f} s"),
        ("a year, our relocation, <= 6 s", f"{took['relocation (ours)']:.2f} s"),
        (f"arrivals of {n_simpy:,} calls equal to SimPy's", "yes" if equal else "NO"),
    ]


def relocation(rio: Path, *, quick: bool) -> list[tuple[str, str]]:
    """Compare with the best fixed posts."""
    from xunfang.cli.simulate_policies import relocation_aims
    from xunfang.core.simulation.calls import draw_calls
    from xunfang.core.simulation.city import Fleet
    from xunfang.core.simulation.figures import Measure, Total
    from xunfang.core.simulation.posting import best_posts, expected_busy_share
    from xunfang.core.simulation.rules import Moves, Rules
    from xunfang.core.simulation.trials import Candidate, compare, try_out

    n_days, n_repetitions = (40, 3) if quick else (200, 5)
    print(
        "\nrelocation against the best fixed posts: late %, change of late %, mean min, "
        "km a unit and day (of them relocating)"
    )
    print(
        f"{'town':22s} {'units':>5s} {'busy':>5s} {'fixed':>6s} {'DMEXCLP':>15s} "
        f"{'ours':>15s} {'mean':>14s} {'p90':>14s} {'km':>16s}"
    )
    reached = []
    for name, city, rates, n_units in towns(rio):
        demand = rates.per_hour.sum(axis=(0, 1))
        demand /= demand.sum()
        q = expected_busy_share(city, rates, n_units=n_units)
        to_s = (n_days + 1) * DAY_S
        settings = {
            "draw": lambda rng, rates=rates: draw_calls(
                rates, n_days=n_days + 1, rng=rng
            ),
            "demand": rates.demand_by_hour(),
            "n_repetitions": n_repetitions,
            "from_s": DAY_S,
            "to_s": to_s,
        }
        fixed = [
            Candidate(
                f"q {share:.2f}",
                Fleet.always_on(
                    best_posts(city, demand, n_units=n_units, busy_share=share)
                ),
            )
            for share in sorted({min(0.9, f * q) for f in (0.5, 1.0, 1.5, 2.0, 3.0)})
        ]
        tried = try_out(city, fixed, rng=np.random.default_rng(99), **settings)
        best = min(tried, key=lambda t: t.of(Measure.LATE_SHARE).mean).candidate
        aims = relocation_aims(city, rates, n_units=n_units)
        trials = try_out(
            city,
            [
                replace(best, name="fixed"),
                replace(best, rules=Rules(moves=Moves.FREED, relocation=aims)),
                replace(best, rules=Rules(moves=Moves.ALWAYS, relocation=aims)),
            ],
            rng=np.random.default_rng(1),
            **settings,
        )
        base, freed, ours = trials
        busy = base.total(Total.BUSY_SHARE).mean
        cells = [
            f"{100 * c.mean:+.1f} ±{100 * (c.half_width or 0):.1f}"
            for c in (compare(base, t).late_change for t in (freed, ours))
        ]
        mean = [t.of(Measure.MEAN_S).mean / 60.0 for t in (base, ours)]
        p90 = [t.of(Measure.P90_S).mean / 60.0 for t in (base, ours)]
        km = [t.total(Total.KM_A_UNIT).mean for t in (base, ours)]
        moving = ours.total(Total.KM_RELOCATING).mean / n_units
        print(
            f"{name:22s} {n_units:5d} {busy:5.2f} "
            f"{100 * base.of(Measure.LATE_SHARE).mean:6.2f} {cells[0]:>15s} "
            f"{cells[1]:>15s} {mean[0]:5.2f} -> {mean[1]:5.2f} "
            f"{p90[0]:5.2f} -> {p90[1]:5.2f} {km[0]:4.0f} -> {km[1]:3.0f} ({moving:.0f})",
            flush=True,
        )
        if busy <= 0.4:
            fewer = -compare(base, ours).late_change.mean
            reached.append((fewer, mean[1] <= mean[0]))
    n_tenth = sum(fewer >= 0.1 for fewer, _ in reached)
    n_mean = sum(better for _, better in reached)
    return [
        ("busy <= 0.4: a tenth fewer late", f"{n_tenth} of {len(reached)}"),
        ("busy <= 0.4: mean not worse", f"{n_mean} of {len(reached)}"),
    ]


def first_calls(calls: "Calls", n: int) -> "Calls":
    """Return the first calls of a year."""
    columns = ("at_s", "place", "class_", "priority", "service_s", "travel_factor")
    return replace(calls, **{name: getattr(calls, name)[:n] for name in columns})


def grid(
    *, side_km: float, cell_km: float, n_posts: int, target_s: float
) -> tuple["City", NDArray[np.float64]]:
    """Return a square city with streets in two directions, and its uneven demand."""
    from xunfang.core.simulation.city import City

    speed_mps = 30.0 / 3.6
    middle = np.arange(cell_km / 2.0, side_km, cell_km) * 1000.0
    xy = np.array([(x, y) for x in middle for y in middle])
    n = len(xy)
    metres = np.abs(xy[:, None] - xy[None]).sum(axis=2)
    metres[np.arange(n), np.arange(n)] = 1000.0 * cell_km / 3.0
    city = City(
        travel_s=metres[None] / speed_mps,
        mode_of_hour=np.zeros(168, np.int64),
        speed_mps=np.array([speed_mps]),
        post_place=np.random.default_rng(3).choice(n, n_posts, replace=False),
        target_s=np.full(n, target_s),
        area_of_place=np.zeros(n, np.int64),
        areas=("all",),
    )
    return city, np.random.default_rng(5).dirichlet(np.ones(n))


def towns(rio: Path) -> Iterator[tuple[str, "City", "CallRates", int]]:
    """Yield name, city, rates and number of units."""
    from xunfang.cli.simulate_city import demo_setting
    from xunfang.cli.simulate_rio import rio_setting
    from xunfang.core.simulation.calls import CallClass, CallRates

    def scaled(rates: CallRates, load: float) -> CallRates:
        return CallRates(rates.per_hour * load, rates.classes, rates.travel_spread)

    for per_min, minutes in ((0.10, 5), (0.15, 5), (0.15, 3), (0.25, 5), (0.25, 8),
                             (0.40, 5)):  # fmt: skip
        city, demand = twelve_km(60.0 * minutes)
        per_hour = np.zeros((168, 1, city.n_places))
        per_hour[:, 0, :] = 60.0 * per_min * demand
        rates = CallRates(per_hour, (CallClass("any", 0, 22 * 60.0),))
        yield f"12 km, {per_min}/min, {minutes} min", city, rates, 20
    city, demand = grid(side_km=20.0, cell_km=1.0, n_posts=36, target_s=480.0)
    for per_day, n_units in ((200.0, 20), (400.0, 30), (822.0, 100)):
        per_hour = np.zeros((168, 1, city.n_places))
        per_hour[:, 0, :] = per_day / 24.0 * demand
        rates = CallRates(per_hour, (CallClass("any", 0, 1500.0),), 0.2)
        yield f"20 km, {per_day:.0f} a day", city, rates, n_units
    demo = demo_setting(n_units=None, load=1.0, say=lambda _: None)
    for load, n_units in ((1.0, 15), (2.0, 25), (4.0, 25), (6.0, 25)):
        yield f"Yunting x{load:g}", demo.city, scaled(demo.rates, load), n_units
    if not rio.is_dir():
        print(f"Rio left out: {rio} is not here")
        return
    setting = rio_setting(rio, n_units=None, load=1.0)
    for n_units in (26, 30, 38, 45):
        yield "Rio, 10 min", setting.city, setting.rates, n_units


def twelve_km(target_s: float) -> tuple["City", NDArray[np.float64]]:
    """Return twelve hot spots in 12 km, 36 posts on a grid, and the demand."""
    from xunfang.core.simulation.city import City

    rng, side, speed = np.random.default_rng(7), 12.0, 0.5 / 60.0
    hot, weight = rng.uniform(1, 11, (12, 2)), rng.dirichlet(np.full(12, 1.5))
    cells = np.array([(x, y) for x in np.arange(0.25, side, 0.5)
                      for y in np.arange(0.25, side, 0.5)])  # fmt: skip
    posts = np.array([(x, y) for x in np.arange(1, 12, 2.0)
                      for y in np.arange(1, 12, 2.0)])  # fmt: skip
    share = np.full(len(cells), 0.25 / len(cells))
    for centre, w in zip(hot, weight, strict=True):
        near = np.exp(-((cells - centre) ** 2).sum(axis=1) / 1.62)
        share += 0.75 * w * near / near.sum()
    xy = np.vstack([cells, posts])
    km = np.abs(xy[:, None] - xy[None]).sum(axis=2)
    km[np.arange(len(cells)), np.arange(len(cells))] = 0.25
    n = len(xy)
    city = City(
        travel_s=km[None] / speed,
        mode_of_hour=np.zeros(168, np.int64),
        speed_mps=np.array([1000.0 * speed]),
        post_place=np.arange(len(cells), n),
        target_s=np.full(n, target_s),
        area_of_place=np.zeros(n, np.int64),
        areas=("all",),
    )
    return city, np.concatenate([share / share.sum(), np.zeros(len(posts))])


if __name__ == "__main__":
    main()
