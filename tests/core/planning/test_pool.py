"""Routes from several plans are chosen together, under rules that link them."""

import numpy as np
import pytest

from xunfang.core.planning.plan import EventKind
from xunfang.core.planning.pool import Linking, NoChoiceHolds, RoutePool
from xunfang.core.planning.problem import Problem, Stop, Unit
from xunfang.core.planning.search.schedule import Visit, schedule
from xunfang.core.planning.tasks import tasks_of


def _two_units(*, min_gap: int = 0, visits_max: int = 1) -> Problem:
    """Two cars; stops A (10), B (6) and C (5), all one minute apart."""
    travel = np.ones((4, 4), np.int32) - np.eye(4, dtype=np.int32)
    units = tuple(Unit(id=u, mode="car", start=0, end=0, shift=(0, 60)) for u in "xy")
    stops = tuple(
        Stop(
            id=name,
            at=at,
            exit=at,
            dwell=10,
            value=((0, value),),
            windows=((0, 60),),
            min_gap=min_gap if name == "A" else 0,
            visits_max=visits_max if name == "A" else 1,
        )
        for name, at, value in (("A", 1, 10.0), ("B", 2, 6.0), ("C", 3, 5.0))
    )
    return Problem(travel={"car": travel}, units=units, stops=stops)


def _pool(problem: Problem, *plans: dict[str, list[str]]) -> RoutePool:
    tasks = tasks_of(problem)
    number = {task.id: n for n, task in enumerate(tasks)}
    pool = RoutePool(problem)
    for plan in plans:
        parts = {u: [Visit(number[s], 0) for s in stops] for u, stops in plan.items()}
        pool.add(schedule(problem, tasks, parts))
    return pool


def _stops(plan) -> dict[str, list[str]]:
    return {
        route.unit: [e.id for e in route.events if e.kind is EventKind.STOP]
        for route in plan.routes
    }


def test_the_best_routes_of_two_plans_are_put_together():
    """x: A or B; y: A or C. A with C is 15, B with A is 16."""
    pool = _pool(_two_units(), {"x": ["A"], "y": ["C"]}, {"x": ["B"], "y": ["A"]})

    plan = pool.choose()

    assert (_stops(plan), plan.value) == ({"x": ["B"], "y": ["A"]}, 16.0)


def test_a_place_wanted_once_is_not_visited_twice():
    pool = _pool(_two_units(), {"x": ["A"]}, {"y": ["A"]})

    plan = pool.choose()

    assert plan.value == 10.0


def test_a_linking_rule_keeps_units_even():
    """Two routes at most two visits apart: x may not do all three while y does none."""
    problem = _two_units()
    pool = _pool(problem, {"x": ["A", "B", "C"], "y": []}, {"x": ["B"], "y": ["C"]})
    lead = np.array(
        [len(r.events) * (1.0 if r.unit == "x" else -1.0) for r in pool.routes]
    )

    plan = pool.choose(linking=[Linking(lead, lower=-1.0, upper=1.0)])

    assert (_stops(plan), plan.value) == ({"x": ["B"], "y": ["C"]}, 11.0)


def test_routes_that_would_break_a_gap_are_not_chosen_together():
    """Both reach A at minute 1: with a gap of 30 only one of them may."""
    problem = _two_units(min_gap=30, visits_max=2)
    pool = _pool(problem, {"x": ["A"], "y": ["C"]}, {"y": ["A"]})

    plan = pool.choose()

    assert plan.value == 15.0


def test_rules_that_contradict_each_other_are_refused():
    pool = _pool(_two_units(), {"x": ["A"]})

    with pytest.raises(NoChoiceHolds):
        pool.choose(linking=[Linking(np.array([1.0]), lower=2.0)])
