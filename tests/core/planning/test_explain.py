"""Why not, and what it would take: each answer on a night drawn up by hand.

Four points on one street, five minutes apart. The unit starts and ends at point 0.
"""

from dataclasses import replace

import numpy as np
import pytest

from xunfang.core.planning.check import violations
from xunfang.core.planning.explain import reasons, unmet
from xunfang.core.planning.plan import Event, EventKind, Plan, Route, Unmet
from xunfang.core.planning.problem import (
    UNREACHABLE,
    Break,
    Crew,
    CrewNeed,
    Loop,
    Need,
    Post,
    Presence,
    Problem,
    Reason,
    Stop,
    Unit,
)

LINE = np.abs(np.subtract.outer(np.arange(4), np.arange(4))).astype(np.int32) * 5
UNIT = Unit("u1", "car", 0, 0, (0, 120), crew=Crew(2, 2))
STOP = Stop("s", 1, 1, 10, ((0, 8.0),), ((0, 120),))
NOBODY_GOES = Plan((), 0.0)
TAKE = {
    "take_mode": "car",
    "take_from_moment": 0,
    "take_duration": 20,
    "take_people": 1,
}


def _night(stop: Stop, *units: Unit) -> Problem:
    return Problem(travel={"car": LINE, "foot": LINE * 3}, units=units, stops=(stop,))


def _answer(
    problem: Problem, plan: Plan = NOBODY_GOES
) -> tuple[str, dict[str, object]]:
    (lack,) = unmet(problem, plan)
    return lack.code, dict(lack.facts)


def test_needs_six_people_and_the_largest_unit_has_four() -> None:
    stop = replace(STOP, need=Need(crew=CrewNeed(1, 6)))

    assert _answer(_night(stop, replace(UNIT, id="u2", crew=Crew(1, 1)), UNIT)) == (
        "too_few_people",
        {"unit": "u1", "needed": 6, "largest": 4, "take_people": 2},
    )


@pytest.mark.parametrize(
    ("need", "code", "facts"),
    [
        (
            Need(crew=CrewNeed(3, 3)),
            "too_few_sworn",
            {"unit": "u1", "needed": 3, "largest": 2, "take_sworn": 1},
        ),
        (
            Need(modes=frozenset({"foot"})),
            "wrong_mode",
            {"unit": "u1", "modes": "foot"},
        ),
        (
            Need(tags=frozenset({"boat"})),
            "tag_missing",
            {"unit": "u1", "tags": "boat"},
        ),
        (
            Need(only_units=frozenset({"u7"})),
            "reserved_for_others",
            {"units": "u7"},
        ),
        (Need(not_units=frozenset({"u1"})), "excluded", {"unit": "u1"}),
    ],
)
def test_who_may_not_serve_is_told_what_is_lacking(
    need: Need, code: str, facts: dict[str, object]
) -> None:
    assert _answer(_night(replace(STOP, need=need), UNIT)) == (code, facts)


def test_without_a_unit_nothing_can_be_served() -> None:
    assert _answer(_night(STOP)) == ("no_unit", {})


def test_auxiliaries_alone_serve_nothing() -> None:
    code, facts = _answer(_night(STOP, replace(UNIT, crew=Crew(0, 6))))

    assert (code, facts["take_sworn"]) == ("too_few_sworn", 1)


def test_nobody_is_on_shift_then() -> None:
    stop = replace(STOP, windows=((300, 320),))

    assert _answer(_night(stop, UNIT)) == (
        "no_unit_on_shift",
        {"first_moment": 300, "last_moment": 320} | TAKE | {"take_from_moment": 295},
    )


def test_too_far_even_with_nothing_else_to_do() -> None:
    stop = replace(STOP, at=3, exit=3, windows=((0, 14),))

    assert _answer(_night(stop, UNIT)) == (
        "too_far",
        {"unit": "u1", "arrive_moment": 15, "last_moment": 14}
        | TAKE
        | {"take_duration": 40},
    )


def test_the_limit_on_driving_stands_in_the_way() -> None:
    stop = replace(STOP, at=3, exit=3)
    code, facts = _answer(_night(stop, replace(UNIT, max_drive=29)))

    assert (code, facts["unit"]) == ("drive_limit", "u1")
    assert _answer(_night(stop, replace(UNIT, max_drive=30)))[0] == "search_missed_it"


def test_the_break_stands_in_the_way() -> None:
    unit = replace(UNIT, breaks=(Break((0, 10), 100),))

    code, _ = _answer(_night(replace(STOP, windows=((0, 90),)), unit))

    assert code == "break_in_the_way"


def test_visits_already_planned_leave_no_moment() -> None:
    """One visit from 50 to 60 and a gap of 60: the next begins at 120, and ends late."""
    stop = replace(STOP, visits_max=2, min_gap=60, windows=((0, 119),))
    visit = Event(EventKind.STOP, "s", 1, 1, 5, 50, 60)
    plan = Plan((Route("u1", 0, (visit,), 65),), 8.0)

    assert _answer(_night(stop, UNIT), plan) == ("gaps_leave_no_moment", TAKE)


def test_a_night_that_needs_31_people_and_has_26() -> None:
    need = Need(crew=CrewNeed(1, 15))
    posts = (
        Post("gate", 1, (30, 60), need=need),
        Post("fair", 2, (30, 60), need=Need(crew=CrewNeed(1, 16))),
    )
    units = (replace(UNIT, crew=Crew(2, 14)), replace(UNIT, id="u2", crew=Crew(2, 8)))
    problem = Problem(travel={"car": LINE}, units=units, posts=posts)
    event = Event(EventKind.POST, "fair", 2, 2, 10, 30, 60)
    plan = Plan((Route("u1", 0, (event,), 70),), 0.0)

    (lack,) = unmet(problem, plan)

    assert lack == Unmet(
        EventKind.POST,
        "gate",
        1,
        mandatory=True,
        code="too_few_people_then",
        facts={
            "take_mode": "car",
            "take_from_moment": 25,
            "take_duration": 40,
            "take_people": 5,
            "first_moment": 30,
            "last_moment": 60,
            "needs": 31,
            "has": 26,
        },
    )
    assert violations(problem, replace(plan, unmet=(lack,))) == ()


def test_people_enough_but_too_few_units() -> None:
    posts = (Post("east", 1, (30, 60)), Post("west", 2, (30, 60)))
    problem = Problem(travel={"car": LINE}, units=(UNIT,), posts=posts)
    event = Event(EventKind.POST, "east", 1, 1, 5, 30, 60)

    code, facts = _answer(problem, Plan((Route("u1", 0, (event,), 65),), 0.0))

    assert (code, facts["needs"], facts["has"]) == ("too_few_units_then", 2, 1)


def test_all_who_may_are_there_already() -> None:
    post = Post("gate", 1, (30, 60), units=2)
    problem = Problem(travel={"car": LINE}, units=(UNIT,), posts=(post,))
    event = Event(EventKind.POST, "gate", 1, 1, 5, 30, 60)

    code, facts = _answer(problem, Plan((Route("u1", 0, (event,), 65),), 0.0))

    assert (code, facts["n_able"], facts["n_wanted"]) == (
        "all_who_may_are_there",
        1,
        2,
    )


def test_a_duty_at_the_same_hour_goes_first() -> None:
    problem = replace(
        _night(replace(STOP, windows=((40, 50),)), UNIT),
        posts=(Post("gate", 2, (30, 100)),),
    )
    event = Event(EventKind.POST, "gate", 2, 2, 10, 30, 100)

    code, facts = _answer(problem, Plan((Route("u1", 0, (event,), 110),), 0.0))

    assert (code, facts["duties"], facts["unit"]) == ("duties_go_first", "gate", "u1")


def test_a_stop_worth_less_than_what_it_displaces_says_which_and_how_much() -> None:
    """The shift of 40 holds one visit of 10 with its way of 10, and not two."""
    unit = replace(UNIT, shift=(0, 40))
    far = Stop("far", 3, 3, 10, ((0, 9.0),), ((0, 40),))
    problem = replace(_night(STOP, unit), stops=(STOP, far))
    event = Event(EventKind.STOP, "far", 3, 3, 15, 15, 25)

    assert _answer(problem, Plan((Route("u1", 0, (event,), 40),), 9.0)) == (
        "worth_less_than_what_it_displaces",
        {
            "unit": "u1",
            "start_moment": 5,
            "value": 8.0,
            "lost": 9.0,
            "n_displaced": 1,
            "displaced": "far",
        }
        | TAKE,
    )


def test_what_would_still_fit_is_admitted() -> None:
    assert _answer(_night(STOP, UNIT)) == (
        "search_missed_it",
        {
            "unit": "u1",
            "start_moment": 5,
            "value": 8.0,
            "lost": 0,
            "n_displaced": 0,
            "displaced": "",
        },
    )


def test_only_the_least_valuable_optional_stops_give_way_to_a_duty() -> None:
    """Between two optional stops with a duty in the middle only one has to go."""
    ends = 60
    unit = replace(UNIT, shift=(0, ends))
    cheap = Stop("cheap", 1, 1, 20, ((0, 1.0),), ((0, 60),))
    dear = replace(cheap, id="dear", value=((0, 9.0),))
    duty = replace(cheap, id="duty", mandatory=True, value=((0, 0.0),))
    wanted = replace(cheap, id="wanted", mandatory=True, priority=2)
    problem = Problem({"car": LINE}, (unit,), (cheap, dear, duty, wanted))
    events = (
        Event(EventKind.STOP, "cheap", 1, 1, 5, 5, 25),
        Event(EventKind.STOP, "duty", 1, 1, 25, 25, 45),
    )
    plan = Plan((Route("u1", 0, events, 50),), 1.0)

    by_id = {lack.id: lack for lack in unmet(problem, plan)}

    assert [lack.id for lack in unmet(problem, plan)] == ["wanted", "dear"]
    assert by_id["wanted"].code == "search_missed_it"
    assert by_id["wanted"].facts["displaced"] == "cheap"
    assert by_id["dear"].code == "search_missed_it"
    assert (by_id["dear"].facts["value"], by_id["dear"].facts["lost"]) == (9.0, 1.0)


def test_presence_is_missing_by_whole_visits_and_worth_only_what_still_counts() -> None:
    """25 minutes wanted, one visit of 10 made: of the next two the last counts 5."""
    presence = Presence("cell", 1, 10, ((0, 120, 25),), value_per_minute=2.0)
    problem = Problem({"car": LINE}, (UNIT,), presence=(presence,))
    made = tuple(
        Event(EventKind.PRESENCE, "cell", 1, 1, at, at, at + 10) for at in (5, 15)
    )

    (lack,) = unmet(problem, Plan((Route("u1", 0, made, 30),), 40.0))

    assert (lack.n_missing, lack.mandatory, lack.code) == (1, False, "search_missed_it")
    assert (lack.facts["value"], lack.facts["start_moment"]) == (10.0, 25)


def test_a_loop_lacks_the_units_its_rounds_take() -> None:
    loop = Loop("market", (0, 1, 2, 3), 5, (30, 90), 20, "foot")
    problem = Problem({"car": LINE, "foot": LINE}, (UNIT,), loops=(loop,))

    (lack,) = unmet(problem, NOBODY_GOES)

    assert (lack.kind, lack.n_missing, lack.mandatory) == (EventKind.LOOP, 2, True)
    assert (lack.code, lack.facts["needs"], lack.facts["has"]) == (
        "too_few_units_then",
        2,
        1,
    )
    assert violations(problem, replace(NOBODY_GOES, unmet=(lack,))) == ()


def test_a_stop_with_duty_and_wishes_missing_is_listed_for_both() -> None:
    stop = replace(STOP, mandatory=True, visits_min=1, visits_max=3, value=((0, 2.0),))
    problem = _night(stop, UNIT)

    lacks = unmet(problem, NOBODY_GOES)

    assert [(lack.n_missing, lack.mandatory) for lack in lacks] == [
        (1, True),
        (2, False),
    ]
    assert violations(problem, replace(NOBODY_GOES, unmet=lacks)) == ()


def test_every_event_says_why_it_is_there() -> None:
    told = Reason("request", {"number": 12})
    problem = Problem(
        {"car": LINE},
        (replace(UNIT, breaks=(Break((0, 90), 10),)),),
        stops=(
            replace(STOP, reason=told),
            replace(STOP, id="duty", mandatory=True, priority=2),
            replace(STOP, id="plain", value=((0, 8.0), (50, 3.0))),
        ),
        presence=(Presence("cell", 1, 10, ((0, 120, 10),), value_per_minute=0.5),),
    )
    events = (
        Event(EventKind.STOP, "s", 1, 1, 5, 5, 15),
        Event(EventKind.STOP, "duty", 1, 1, 15, 15, 25),
        Event(EventKind.BREAK, "1", 1, 1, 25, 25, 35),
        Event(EventKind.STOP, "plain", 1, 1, 35, 50, 60),
        Event(EventKind.PRESENCE, "cell", 1, 1, 60, 60, 70),
    )

    found = reasons(problem, Plan((Route("u1", 0, events, 75),), 24.0))

    assert [item.reason for item in found] == [
        told,
        Reason("duty", {"priority": 2}),
        Reason("break"),
        Reason("worth", {"value": 3.0}),
        Reason("presence", {"value_per_minute": 0.5}),
    ]
    assert [item.event for item in found] == list(events)


def test_a_stop_that_no_mode_may_serve_is_told_so() -> None:
    stop = replace(STOP, dwell={}, mandatory=True, windows=((0, 9),))

    assert _answer(_night(stop, UNIT)) == ("wrong_mode", {"unit": "u1", "modes": ""})


def test_a_stop_without_any_window_has_nobody_on_shift() -> None:
    code, _ = _answer(_night(replace(STOP, windows=()), UNIT))

    assert code == "no_unit_on_shift"


def test_where_no_way_leads_nobody_goes() -> None:
    island = LINE.copy()
    island[:, 1] = UNREACHABLE

    problem = Problem({"car": island}, (UNIT,), (STOP,))

    assert _answer(problem) == ("no_way", {"at_point": 1})
