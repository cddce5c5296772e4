"""What share of the demand a unit of the plan could reach in time."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from xunfang.core.planning.plan import Event, EventKind, Plan, Route
from xunfang.core.planning.problem import Problem, Unit
from xunfang.core.planning.response import (
    Floor,
    FloorChoice,
    Shortfall,
    choose_for_floor,
    response_of,
    shortfalls,
)

# Three points on a road, ten minutes apart; one place of demand at points 0 and 2.
TRAVEL = {"car": np.array([[0, 10, 20], [10, 0, 10], [20, 10, 0]], dtype=np.int32)}
REACH_S = {"car": np.array([[0.0, 600.0], [300.0, 300.0], [600.0, 0.0]])}
EVEN = np.ones((1, 2))


def _problem(*units: Unit) -> Problem:
    return Problem(TRAVEL, units)


def _unit(name: str = "u1", start: int = 0, end: int = 0) -> Unit:
    return Unit(name, "car", start, end, (0, 60))


def _visit(at: int, arrive: int, end: int, kind: EventKind = EventKind.STOP) -> Event:
    return Event(kind, "x", at, at, arrive, arrive, end)


def _idle(*units: str, value: float = 0.0) -> Plan:
    return Plan(tuple(Route(unit, 0, (), 0) for unit in units), value)


def test_a_unit_that_waits_at_the_station_reaches_its_half_of_the_town():
    """Standing at point 0 all hour: place 0 at once, place 1 in ten minutes."""
    curve = response_of(_problem(_unit()), _idle("u1"), reach_s=REACH_S, demand=EVEN)

    assert curve.begins.tolist() == [0, 15, 30, 45]
    assert curve.within_share.tolist() == [[0.5, 0.5, 0.5]] * 4
    assert curve.n_free_units.tolist() == [1.0] * 4
    assert_allclose(curve.demand, [0.5] * 4)
    assert curve.overall_share() == (0.5, 0.5, 0.5)


def test_at_the_middle_everything_is_five_minutes_away():
    """Under way 0-10 to point 1: 10-k minutes left, then five more; there 10-60."""
    problem = _problem(_unit(end=1))
    plan = Plan((Route("u1", 0, (_visit(1, 10, 60),), 60),), 0.0)

    curve = response_of(problem, plan, reach_s=REACH_S, demand=EVEN)

    assert_allclose(curve.within_share[0], [0.0, 0.0, 5 / 15])
    assert_allclose(curve.within_share[1:], [[0.0, 0.0, 1.0]] * 3)


def test_the_last_minutes_of_a_leg_count_before_the_call():
    """Two minutes before point 2: place 1 is 2 + 0 minutes away, within three."""
    problem = _problem(_unit(start=1, end=2))
    plan = Plan((Route("u1", 0, (_visit(2, 10, 60),), 60),), 0.0)

    curve = response_of(problem, plan, reach_s=REACH_S, demand=EVEN, span=(8, 9))

    assert curve.within_share.tolist() == [[0.0, 0.5, 0.5]]


def test_a_unit_without_a_route_stays_off():
    curve = response_of(_problem(_unit()), Plan((), 0.0), reach_s=REACH_S, demand=EVEN)

    assert curve.within_share.tolist() == [[0.0, 0.0, 0.0]] * 4
    assert curve.n_free_units.tolist() == [0.0] * 4


def test_an_idle_unit_with_a_meal_stays_at_its_start():
    """At point 0 all hour, though its end post is elsewhere; the meal lasts 0-15."""
    meal = Event(EventKind.BREAK, "1", 0, 0, 0, 0, 15)
    plan = Plan((Route("u1", 0, (meal,), 15),), 0.0)

    curve = response_of(_problem(_unit(end=2)), plan, reach_s=REACH_S, demand=EVEN)

    assert curve.within_share[:, 0].tolist() == [0.0, 0.5, 0.5, 0.5]


@pytest.mark.parametrize("kind", [EventKind.POST, EventKind.LOOP, EventKind.BREAK])
def test_whoever_may_not_leave_reaches_nobody(kind):
    plan = Plan((Route("u1", 0, (_visit(0, 0, 30, kind),), 30),), 0.0)

    curve = response_of(_problem(_unit()), plan, reach_s=REACH_S, demand=EVEN)

    assert curve.within_share[:, 0].tolist() == [0.0, 0.0, 0.5, 0.5]
    assert curve.n_free_units.tolist() == [0.0, 0.0, 1.0, 1.0]


def test_an_hour_without_demand_has_no_share():
    problem = _problem(replace(_unit(), shift=(0, 120)))
    demand = np.array([[0.0, 0.0], [2.0, 0.0]])

    curve = response_of(problem, _idle("u1"), reach_s=REACH_S, demand=demand)

    assert np.isnan(curve.within_share[:4]).all()
    assert curve.within_share[4:].tolist() == [[1.0, 1.0, 1.0]] * 4
    assert curve.overall_share() == (1.0, 1.0, 1.0)
    assert curve.worst_quarter(60) == (60, 1.0)


def test_a_floor_names_the_quarters_and_by_how_much():
    plan = Plan((Route("u1", 0, (_visit(0, 0, 15, EventKind.POST),), 15),), 0.0)
    curve = response_of(_problem(_unit()), plan, reach_s=REACH_S, demand=EVEN)

    missed = shortfalls(curve, Floor(60, 0.5))

    assert missed == (Shortfall(begins=0, share=0.0, missing_share=0.5),)
    assert curve.worst_quarter(60) == (0, 0.0)
    assert shortfalls(curve, Floor(60, 0.5, span=(15, 60))) == ()


def test_the_best_plan_that_keeps_the_floor_is_chosen():
    post = Plan((Route("u1", 0, (_visit(0, 0, 15, EventKind.POST),), 15),), 9.0)
    plans = (post, _idle("u1", value=5.0), _idle("u1", value=7.0))
    curves = [
        response_of(_problem(_unit()), plan, reach_s=REACH_S, demand=EVEN)
        for plan in plans
    ]

    assert choose_for_floor(plans, curves, Floor(60, 0.5)) == FloorChoice(2, ())
    assert choose_for_floor(plans, curves, Floor(60, 0.0)) == FloorChoice(0, ())


def test_if_no_plan_keeps_the_floor_the_nearest_says_what_it_misses():
    plans = (_idle("u1", value=5.0),)
    curves = [response_of(_problem(_unit()), plans[0], reach_s=REACH_S, demand=EVEN)]

    choice = choose_for_floor(plans, curves, Floor(60, 0.75))

    assert not choice.kept
    assert choice.shortfalls[0] == Shortfall(0, 0.5, 0.25)


@pytest.mark.parametrize("demand", [np.ones((1, 3)), -EVEN, np.ones(2)])
def test_shapes_that_do_not_fit_are_the_callers_bug(demand):
    with pytest.raises((ValueError, IndexError)):
        response_of(_problem(_unit()), Plan((), 0.0), reach_s=REACH_S, demand=demand)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=4),
    st.integers(0, 2),
)
def test_one_more_unit_never_lowers_the_share_and_longer_limits_never_reach_less(
    ends, extra
):
    units = [_unit(f"u{n}", a, b) for n, (a, b) in enumerate(ends)]
    fewer = _problem(*units)
    more = _problem(*units, _unit("extra", extra, extra))

    plan = _idle("extra", *(unit.id for unit in units))
    before = response_of(fewer, plan, reach_s=REACH_S, demand=EVEN)
    after = response_of(more, plan, reach_s=REACH_S, demand=EVEN)

    assert (after.within_share >= before.within_share).all()
    assert (np.diff(before.within_share, axis=1) >= 0).all()
