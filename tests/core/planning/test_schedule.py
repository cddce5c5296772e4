"""Orders of visits become times by hand-checked arithmetic."""

import numpy as np
import pytest

from xunfang.core.planning.plan import Event, EventKind, Plan, Route
from xunfang.core.planning.problem import Break, Presence, Problem, Stop, Unit
from xunfang.core.planning.search.schedule import (
    Pause,
    RouteNotDrivable,
    Visit,
    schedule,
)
from xunfang.core.planning.tasks import tasks_of

LINE = np.array([[0, 10, 20], [10, 0, 10], [20, 10, 0]], np.int32)
"""Station, near and far on one street, ten minutes apart."""


def _problem(*, breaks: tuple[Break, ...] = (), closes: int = 100) -> Problem:
    unit = Unit(id="u", mode="car", start=0, end=0, shift=(0, closes), breaks=breaks)
    near = Stop(
        id="near",
        at=1,
        exit=1,
        dwell=5,
        value=((0, 3.0), (40, 8.0)),
        windows=((30, 60),),
    )
    far = Stop(id="far", at=2, exit=2, dwell=5, value=((0, 2.0),), windows=((0, 90),))
    return Problem(travel={"car": LINE}, units=(unit,), stops=(near, far))


def test_schedule_begins_each_visit_as_early_as_it_may_and_sets_out_late():
    """Near opens at 30, so the unit sets out at 20; far is reached at 45."""
    problem = _problem()
    tasks = tasks_of(problem)

    plan = schedule(problem, tasks, {"u": [Visit(0, 0), Visit(1, 0)]})

    near = Event(EventKind.STOP, "near", 1, 1, arrive=30, start=30, end=35)
    far = Event(EventKind.STOP, "far", 2, 2, arrive=45, start=45, end=50)
    assert plan == Plan(routes=(Route("u", 20, (near, far), 70),), value=5.0)


def test_schedule_waits_for_the_hour_that_is_worth_more():
    """Option 1 of near is worth 8 from minute 40."""
    problem = _problem()

    plan = schedule(problem, tasks_of(problem), {"u": [Visit(0, 1)]})

    (event,) = plan.routes[0].events
    assert (event.start, plan.value) == (40, 8.0)


def test_schedule_takes_a_break_where_the_unit_stands():
    """Near 30-35, break there 35-55, far at 65."""
    problem = _problem(breaks=(Break((20, 50), 20),))

    plan = schedule(
        problem, tasks_of(problem), {"u": [Visit(0, 0), Pause(1), Visit(1, 0)]}
    )

    pause = Event(EventKind.BREAK, "1", 1, 1, arrive=35, start=35, end=55)
    assert plan.routes[0].events[1] == pause
    assert plan.routes[0].events[2].start == 65


def test_schedule_takes_the_last_break_at_the_end_post():
    """Near 30-35, back at 45, break 45-65."""
    problem = _problem(breaks=(Break((20, 50), 20),))

    plan = schedule(
        problem, tasks_of(problem), {"u": [Visit(0, 0), Pause(1, at_end=True)]}
    )

    pause = Event(EventKind.BREAK, "1", 0, 0, arrive=45, start=45, end=65)
    assert (plan.routes[0].events[1], plan.routes[0].back) == (pause, 65)


def test_an_idle_unit_stays_and_takes_its_break():
    problem = _problem(breaks=(Break((20, 50), 20),))

    plan = schedule(problem, tasks_of(problem), {"u": [Pause(1)]})

    pause = Event(EventKind.BREAK, "1", 0, 0, arrive=0, start=20, end=40)
    assert plan == Plan(routes=(Route("u", 0, (pause,), 40),), value=0.0)


def test_presence_pays_full_visits_before_the_last_part():
    """15 minutes wanted in visits of 10: the first pays 10, the second 5."""
    unit = Unit(id="u", mode="car", start=0, end=0, shift=(0, 200))
    presence = Presence(id="p", at=1, dwell=10, wanted=((0, 100, 15),))
    problem = Problem(travel={"car": LINE}, units=(unit,), presence=(presence,))
    tasks = tasks_of(problem)

    values = [
        schedule(problem, tasks, {"u": visits}).value
        for visits in ([Visit(1, 0)], [Visit(1, 0), Visit(0, 0)])
    ]

    assert values == [10.0, 15.0]


def test_a_route_that_ends_after_the_shift_is_refused():
    problem = _problem(closes=69)

    with pytest.raises(RouteNotDrivable):
        schedule(problem, tasks_of(problem), {"u": [Visit(0, 0), Visit(1, 0)]})


def test_a_visit_that_comes_after_its_window_is_refused():
    """Near ends at 35 at the earliest, then again near at 61 is past 60."""
    problem = _problem()

    with pytest.raises(RouteNotDrivable):
        schedule(problem, tasks_of(problem), {"u": [Visit(0, 0, not_before=61)]})
