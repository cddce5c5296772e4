"""A pool of near-best plans for the draw."""

from dataclasses import replace

import numpy as np
import pytest

from xunfang.core.planning import check
from xunfang.core.planning.budget import Budget
from xunfang.core.planning.near_best import PATIENCE, misjudged, pool_of_plans, ruined
from xunfang.core.planning.plan import Event, EventKind, Plan, Route
from xunfang.core.planning.problem import Post, Presence, Problem, Stop, Unit
from xunfang.core.planning.vary import vary

BUDGET = Budget(iterations=300)


def _station(n_stops: int = 14) -> Problem:
    rng = np.random.default_rng(3)
    at = rng.integers(0, 30, size=(n_stops + 1, 2))
    travel = np.abs(at[:, None] - at[None, :]).sum(axis=2).astype(np.int32) // 3
    stops = tuple(
        Stop(f"p{n}", n, n, 12, ((0, 20.0), (240, 30.0)), ((0, 420),))
        for n in range(1, n_stops + 1)
    )
    units = tuple(Unit(f"u{n}", "car", 0, 0, (0, 240 + 60 * n)) for n in range(2))
    return Problem(
        {"car": travel}, units, stops, presence=(Presence("w", 3, 10, ((0, 300, 20),)),)
    )


def test_the_pool_holds_different_checked_plans_best_first_with_true_values():
    problem = _station(40)  # more than two cars can do: many plans are nearly best

    pool = pool_of_plans(problem, n_plans=8, seed=1, budget=BUDGET)

    assert len(pool) >= 4
    assert len({plan.routes for plan in pool}) == len(pool)
    assert [plan.value for plan in pool] == sorted(
        (p.value for p in pool), reverse=True
    )
    for plan in pool:
        assert check.violations(problem, plan) == ()
        assert plan.upper_bound is None


def test_the_pool_is_the_same_on_one_thread_and_on_two():
    problem = _station(6)

    one = pool_of_plans(problem, n_plans=3, seed=1, budget=BUDGET)
    two = pool_of_plans(problem, n_plans=3, seed=1, budget=BUDGET, n_threads=2)

    assert [plan.routes for plan in one] == [plan.routes for plan in two]


def test_a_drawn_station_is_harder_to_guess_than_its_best_plan():
    problem = _station()

    report = vary(
        problem, pool_of_plans(problem, n_plans=12, seed=1, budget=BUDGET)
    ).report

    assert report.expected_value_share >= 0.98 - 1e-6
    assert report.watcher_hit_share < 1.0


def test_a_plan_that_misses_a_duty_is_left_out():
    problem = replace(_station(2), posts=(Post("gate", 1, (100, 160)),))
    gate = Event(EventKind.POST, "gate", 1, 1, 90, 100, 160)
    plans = iter(
        [
            Plan((Route("u0", 0, (), 0),), 0.0),
            Plan((Route("u0", 0, (gate,), 200),), 0.0),
            Plan((Route("u1", 0, (gate,), 200),), 0.0),
        ]
    )

    pool = pool_of_plans(
        problem, n_plans=3, seed=1, budget=BUDGET, solve=lambda *_, **__: next(plans)
    )

    assert [plan.routes[0].unit for plan in pool] == ["u0", "u1"]
    assert all(plan.routes[0].events for plan in pool)


def test_tonights_plan_is_the_pools_first_and_the_others_begin_with_its_remains():
    problem = _station(3)
    first = pool_of_plans(problem, n_plans=1, seed=1, budget=BUDGET)[0]
    asked = []

    def solve(seen, **kwargs):
        asked.append((kwargs["budget"], kwargs["warm_start"]))
        return Plan((), 0.0)

    pool = pool_of_plans(
        problem, n_plans=2, seed=1, budget=BUDGET, first=first, solve=solve
    )

    assert pool[0] == first
    assert [budget for budget, _ in asked] == [BUDGET]
    left = {e.id for route in asked[0][1].routes for e in route.events}
    assert left <= {e.id for route in first.routes for e in route.events}


def test_without_a_plan_the_first_is_searched_with_patience():
    asked = []

    def solve(seen, **kwargs):
        asked.append(kwargs["budget"])
        return Plan((), 0.0)

    pool_of_plans(_station(3), n_plans=2, seed=1, budget=Budget(cpu_s=0.5), solve=solve)

    assert asked == [Budget(cpu_s=0.5 * PATIENCE), Budget(cpu_s=0.5)]


def test_striking_out_leaves_meals_alone():
    meal = Event(EventKind.BREAK, "1", 0, 0, 0, 0, 30)
    stop = Event(EventKind.STOP, "p1", 1, 1, 40, 40, 50)
    plan = Plan((Route("u0", 0, (meal, stop), 60),), 20.0)
    rng = np.random.default_rng(1)

    assert ruined(plan, 1.0, rng).routes[0].events == (meal,)
    assert ruined(plan, 0.0, rng) == plan


def test_a_stop_ends_the_search_with_what_there_is():
    heard = []

    pool = pool_of_plans(
        _station(3),
        n_plans=5,
        seed=1,
        budget=BUDGET,
        on_plan=lambda n, value: heard.append(n),
        should_stop=lambda: True,
    )

    assert len(pool) == 1
    assert heard == [1]


def test_noise_scales_the_steps_of_a_value_together_and_never_below_zero():
    problem = _station()

    seen = misjudged(problem, 0.15, np.random.default_rng(1))

    factors = [s.value[0][1] / 20.0 for s in seen.stops]
    assert [s.value[1][1] / 30.0 for s in seen.stops] == pytest.approx(factors)
    assert min(factors) >= 0.0
    assert 0.05 < np.std(factors) < 0.3
    assert misjudged(problem, 0.0, np.random.default_rng(1)) == problem


@pytest.mark.parametrize(("n_plans", "noise"), [(0, 0.1), (3, 0.3), (3, -0.1)])
def test_a_pool_of_nothing_or_with_wild_noise_is_refused(n_plans, noise):
    with pytest.raises(ValueError, match="noise"):
        pool_of_plans(_station(2), n_plans=n_plans, seed=1, budget=BUDGET, noise=noise)
