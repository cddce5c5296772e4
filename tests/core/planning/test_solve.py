"""Plans are made, proven and checked; the best of tiny problems are known."""

from dataclasses import replace

import numpy as np
import pytest

from tests.core.planning.exact import optimum
from tests.core.planning.tiny import tiny_problem
from xunfang.core.planning import check
from xunfang.core.planning import solve as solving
from xunfang.core.planning.budget import (
    STEPS_PER_CPU_S,
    Budget,
    BudgetUnclear,
    ThreadClock,
)
from xunfang.core.planning.plan import Plan
from xunfang.core.planning.problem import Break, Problem, Stop, Unit
from xunfang.core.planning.solve import Progress, solve

SHORT = Budget(iterations=200)


def _night(*, n_stops: int = 30, n_units: int = 3, seed: int = 0) -> Problem:
    """Stops on a plane, half of them with narrow windows, one break a unit."""
    rng = np.random.default_rng(seed)
    at = rng.integers(0, 30, (n_stops + 1, 2))
    way = np.abs(at[:, None] - at[None]).sum(axis=2).astype(np.int32)
    opens = rng.integers(0, 300, n_stops)
    width = np.where(rng.random(n_stops) < 0.5, 30, 400)
    stops = tuple(
        Stop(
            id=f"s{n}",
            at=n + 1,
            exit=n + 1,
            dwell=int(rng.integers(10, 16)),
            value=((0, float(rng.integers(1, 100))),),
            windows=((int(opens[n]), int(opens[n] + width[n])),),
        )
        for n in range(n_stops)
    )
    units = tuple(
        Unit(f"u{n}", "car", 0, 0, (60 * n, 60 * n + 240), (Break((120, 300), 30),))
        for n in range(n_units)
    )
    return Problem(travel={"car": way}, units=units, stops=stops)


def _without_cost(plan: Plan) -> Plan:
    return replace(plan, cpu_s=None)


def test_tiny_problems_are_solved_to_the_best_by_trying_all_plans():
    """All features at once. Where ways break the triangle inequality, a visit can be
    possible only together with another; placing one at a time misses a few of those.
    """
    n_best = 0
    seeds = range(60)

    for seed in seeds:
        problem = tiny_problem(np.random.default_rng(seed))
        plan = solve(problem, budget=SHORT, seed=1, with_bound=False)
        best = optimum(problem)
        served, value = best.lexicographic
        missing = sum(item.n_missing for item in plan.unmet if item.mandatory)
        n_missing_best = sum(best.n_mandatory) - sum(served)
        assert missing >= n_missing_best
        if missing == n_missing_best:
            assert plan.value <= value + 1e-6
            n_best += plan.value >= value - 1e-6

    assert n_best >= 0.95 * len(seeds)


def test_a_bound_is_never_below_the_plan_it_is_printed_with():
    for seed in range(30):
        problem = tiny_problem(np.random.default_rng(seed))

        plan = solve(problem, budget=SHORT, seed=1)

        assert plan.upper_bound is not None
        assert plan.upper_bound >= plan.value


@pytest.mark.parametrize("n_threads", [1, 2])
def test_same_seed_and_budget_give_the_same_plan(n_threads):
    problem = _night()

    plans = [
        _without_cost(solve(problem, budget=SHORT, seed=3, n_threads=n_threads))
        for _ in range(2)
    ]

    assert plans[0] == plans[1]


def test_any_whole_number_is_a_seed():
    plan = solve(_night(n_stops=6), budget=Budget(iterations=40), seed=-7)

    assert plan.seed == -7
    assert plan.upper_bound >= plan.value > 0


def test_a_warm_start_is_never_made_worse():
    problem = _night()
    first = solve(problem, budget=Budget(iterations=2000), seed=3, with_bound=False)

    again = solve(
        problem,
        budget=Budget(iterations=1),
        seed=4,
        warm_start=first,
        with_bound=False,
    )

    assert again.value >= first.value


def test_what_no_longer_fits_of_a_warm_start_is_left_out():
    problem = _night()
    first = solve(problem, budget=SHORT, seed=3, with_bound=False)
    planned = {event.id for route in first.routes for event in route.events}
    gone = next(stop.id for stop in problem.stops if stop.id in planned)
    smaller = replace(
        problem, stops=tuple(stop for stop in problem.stops if stop.id != gone)
    )

    plan = solve(smaller, budget=SHORT, seed=3, warm_start=first, with_bound=False)

    assert check.violations(smaller, plan) == ()
    assert gone not in {event.id for route in plan.routes for event in route.events}


def test_a_stop_on_request_gives_the_best_checked_plan_so_far():
    problem = _night()
    heard: list[Progress] = []

    plan = solve(
        problem,
        budget=Budget(iterations=20_000),
        seed=3,
        with_bound=False,
        on_progress=heard.append,
        should_stop=lambda: len(heard) >= 2,
    )

    assert plan.stopped_early
    assert check.violations(problem, plan) == ()
    assert [progress.done_share for progress in heard] == [1 / 40, 2 / 40]
    assert plan.value == heard[-1].value


def test_where_not_all_duties_fit_the_more_urgent_one_is_held_and_the_other_named():
    """Two duties at the same moment, ten minutes apart, and one unit."""
    way = np.array([[0, 5, 5], [5, 0, 10], [5, 10, 0]], np.int32)
    unit = Unit("u", "car", 0, 0, (0, 100))
    stops = tuple(
        Stop(
            id=name,
            at=at,
            exit=at,
            dwell=10,
            value=((0, value),),
            windows=((30, 35),),
            mandatory=True,
            priority=priority,
        )
        for name, at, value, priority in (("less", 1, 99.0, 2), ("more", 2, 0.0, 1))
    )
    problem = Problem(travel={"car": way}, units=(unit,), stops=stops)

    plan = solve(problem, budget=SHORT, seed=1, with_bound=False)

    assert [event.id for event in plan.routes[0].events] == ["more"]
    assert [(item.id, item.mandatory) for item in plan.unmet] == [("less", True)]


def test_a_problem_without_anything_has_an_empty_plan():
    problem = Problem(travel={"car": np.zeros((1, 1), np.int32)}, units=())

    plan = solve(problem, budget=SHORT, seed=1)

    assert (plan.routes, plan.value, plan.unmet) == ((), 0.0, ())


def test_a_plan_the_checker_refuses_is_not_returned(monkeypatch):
    fault = check.Violation("too_late", "u0")
    monkeypatch.setattr(check, "violations", lambda problem, plan: (fault,))

    with pytest.raises(solving.PlanRefused):
        solve(_night(), budget=SHORT, seed=1, with_bound=False)


@pytest.mark.parametrize(
    "stated", [{}, {"cpu_s": 1.0, "iterations": 5}, {"cpu_s": 0.0}, {"iterations": -1}]
)
def test_a_budget_that_is_not_clear_is_refused(stated):
    with pytest.raises(BudgetUnclear):
        Budget(**stated)


def test_cpu_seconds_are_counted_work():
    assert Budget(cpu_s=2.0).steps(0.5) == STEPS_PER_CPU_S


def test_a_clock_counts_from_when_it_was_made():
    times = iter([5.0, 7.5])

    clock = ThreadClock(read=lambda: next(times))

    assert clock.cpu_s() == 2.5
