"""The checker: one night that holds, and every fault we know how to plant in it.

Points 0 to 4 lie on one street, five minutes apart by car and four on foot (the foot
patrol takes the lane). The night was drawn up by hand; its arithmetic is beside it.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xunfang.core.planning.bound.upper_bound import UpperBound
from xunfang.core.planning.check import (
    Violation,
    mandatory_missing,
    recounted_value,
    violations,
)
from xunfang.core.planning.check_route import Facts
from xunfang.core.planning.plan import Event, EventKind, LoopVisit, Plan, Route, Unmet
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
    Stop,
    Unit,
)
from xunfang.core.planning.sentences import VIOLATIONS
from xunfang.core.planning.tasks import tasks_of

STEPS = np.abs(np.subtract.outer(np.arange(5), np.arange(5))).astype(np.int32)

CAR = Unit(
    id="car",
    mode="car",
    start=0,
    end=0,
    shift=(0, 240),
    breaks=(Break((100, 150), 30),),
    crew=Crew(sworn=2, auxiliary=1),
    tags=frozenset({"school"}),
    max_drive=60,
)
WALK = Unit(
    id="walk",
    mode="foot",
    start=0,
    end=0,
    shift=(0, 240),
    breaks=(Break((60, 120), 20, at=0),),
    crew=Crew(sworn=1, auxiliary=1),
)
ALLEY = Stop("alley", 1, 1, 10, ((0, 10.0), (60, 20.0)), ((0, 50), (80, 200)))
BRIDGE = Stop(
    "bridge", 2, 2, 10, ((0, 5.0),), ((0, 240),), mandatory=True, visits_max=2
)
BRIDGE = replace(BRIDGE, min_gap=30, max_gap=90)
LANE = Stop("lane", 4, 3, {"car": 8}, ((0, 7.0),), ((0, 240),), reversible=True)
GATE_NEED = Need(crew=CrewNeed(2, 3), tags=frozenset({"school"}))
GATE = Post("gate", 1, (30, 60), value=3.0, need=GATE_NEED)
MARKET = Loop("market", (3, 4), 5, (160, 200), 15, "foot", value=4.0)
CORNER = Presence("corner", 4, 10, ((0, 120, 15),), value_per_minute=2.0)
PROBLEM = Problem(
    travel={"car": STEPS * 5, "foot": STEPS * 4},
    units=(CAR, WALK),
    stops=(ALLEY, BRIDGE, LANE),
    posts=(GATE,),
    loops=(MARKET,),
    presence=(CORNER,),
)

STOP, POST, LOOP = EventKind.STOP, EventKind.POST, EventKind.LOOP
PRESENCE, BREAK = EventKind.PRESENCE, EventKind.BREAK
ROUNDS = (
    LoopVisit(3, 160, 165),
    LoopVisit(4, 169, 174),
    LoopVisit(3, 178, 183),
    LoopVisit(4, 187, 192),
    LoopVisit(3, 196, 200),
)
CAR_ROUTE = Route(
    "car",
    0,
    (
        Event(STOP, "alley", 1, 1, 5, 5, 15),  # 10: before 60 the alley is worth 10
        Event(POST, "gate", 1, 1, 15, 30, 60),  # 3
        Event(STOP, "bridge", 2, 2, 65, 65, 75),  # 5
        Event(STOP, "lane", 3, 4, 80, 80, 88),  # 7, walked from its far end
        Event(BREAK, "1", 4, 4, 88, 100, 130),
        Event(STOP, "bridge", 2, 2, 140, 140, 150),  # 5, 65 minutes after the first
    ),
    160,
)
WALK_ROUTE = Route(
    "walk",
    0,
    (
        Event(PRESENCE, "corner", 4, 4, 16, 16, 26),
        Event(PRESENCE, "corner", 4, 4, 26, 26, 36),  # 20 minutes, 15 count: 30
        Event(BREAK, "1", 0, 0, 52, 60, 80),
        Event(LOOP, "market", 3, 3, 92, 160, 200, ROUNDS),  # 4
    ),
    212,
)
FORTY_SIX_SHORT: Facts = {"needed_duration": 0, "had_duration": -46}
PLAN = Plan((CAR_ROUTE, WALK_ROUTE), value=64.0)


def test_a_night_drawn_up_by_hand_holds() -> None:
    """10 + 3 + 5 + 7 + 5 by car, 30 + 4 on foot."""
    assert violations(PROBLEM, PLAN) == ()
    assert recounted_value(PROBLEM, PLAN) == 64.0


def test_a_violation_names_the_unit_the_stop_and_the_moments() -> None:
    """At the alley until 61, the car is not at the gate at 15: 46 minutes are missing."""
    late = _with_event("car", 0, start=51, end=61, arrive=51)

    found = violations(PROBLEM, late)

    way: Facts = {"from_point": 1, "to_point": 1}
    assert found == (
        Violation("too_fast", "car", "gate", way | FORTY_SIX_SHORT),
        Violation("outside_window", "car", "alley", {"start_moment": 51}),
    )


def _lack(kind: EventKind, wanted_id: str, n_missing: int) -> Unmet:
    return Unmet(kind, wanted_id, n_missing, mandatory=True, code="some_reason")


def _with_event(unit: str, number: int, **changes: object) -> Plan:
    """Return the good plan with one event changed."""

    def change(events: tuple[Event, ...]) -> tuple[Event, ...]:
        changed = replace(events[number], **changes)  # type: ignore[arg-type]
        return (*events[:number], changed, *events[number + 1 :])

    return _with_events(unit, change)


def _with_events(
    unit: str, change: Callable[[tuple[Event, ...]], tuple[Event, ...]]
) -> Plan:
    routes = tuple(
        replace(route, events=change(route.events)) if route.unit == unit else route
        for route in PLAN.routes
    )
    return replace(PLAN, routes=routes)


def _with_route(unit: str, **changes: object) -> Plan:
    routes = tuple(
        replace(route, **changes) if route.unit == unit else route  # type: ignore[arg-type]
        for route in PLAN.routes
    )
    return replace(PLAN, routes=routes)


def _without(unit: str, number: int) -> Plan:
    return _with_events(unit, lambda events: events[:number] + events[number + 1 :])


def _with_rounds(*visits: LoopVisit) -> Plan:
    return _with_event("walk", 3, visits=visits)


def _idle_walk(back: int) -> Plan:
    """Return the plan with a foot patrol that only eats, at its start, from 60 to 80."""
    meal = WALK_ROUTE.events[2]
    idle = Route("walk", 0, (replace(meal, arrive=0),), 60 + back)
    return replace(PLAN, routes=(CAR_ROUTE, idle))


PLANTED_IN_THE_PLAN: list[tuple[str, Plan]] = [
    ("unit_unknown", replace(PLAN, routes=(*PLAN.routes, Route("ghost", 0, (), 0)))),
    ("unit_twice", replace(PLAN, routes=(*PLAN.routes, Route("car", 0, (), 240)))),
    ("event_unknown", _with_event("car", 0, id="nowhere")),
    ("before_shift", _with_route("car", depart=-1)),
    ("after_shift", _with_route("car", back=241)),
    ("too_fast", _with_event("car", 0, arrive=4)),
    ("too_fast", _with_route("car", depart=1)),
    ("too_fast", _with_route("car", back=159)),
    ("back_too_early", _idle_walk(back=19)),
    ("begins_before_arrival", _with_event("car", 1, arrive=31)),
    ("ends_before_begin", _with_event("car", 3, end=79)),
    ("dwell_wrong", _with_event("car", 0, end=14)),
    ("dwell_wrong", _with_event("walk", 0, end=25)),
    ("place_wrong", _with_event("car", 0, at=2, exit=2)),
    ("place_wrong", _with_event("car", 0, at=9, exit=9)),
    ("place_wrong", _with_event("car", 3, at=3, exit=3)),
    ("outside_window", _with_event("car", 0, start=51, end=61)),
    ("not_throughout", _with_event("car", 1, start=31)),
    ("not_throughout", _with_event("walk", 3, end=199)),
    ("outside_band", _with_event("walk", 1, start=111, end=121)),
    ("break_missing", _without("car", 4)),
    ("break_unknown", _with_event("car", 4, id="2")),
    ("break_twice", _with_events("car", lambda e: (*e[:5], e[4], *e[5:]))),
    ("break_outside_window", _with_event("car", 4, start=99, end=129)),
    ("break_wrong_length", _with_event("car", 4, end=129)),
    ("break_wrong_place", _with_event("car", 4, at=3, exit=3)),
    ("break_wrong_place", _with_event("walk", 2, at=4, exit=4)),
    ("too_many_visits", _with_events("car", lambda e: (*e, e[5]))),
    ("gap_too_short", _with_event("car", 5, start=104, end=114, arrive=104)),
    ("gap_too_short", _with_event("walk", 1, start=25, end=35, arrive=25)),
    ("gap_too_long", _with_event("car", 5, start=170, end=180)),
    ("unit_twice_at_once", _with_events("car", lambda e: (*e[:2], e[1], *e[2:]))),
    ("too_many_units", _with_events("walk", lambda e: (*e, CAR_ROUTE.events[1]))),
    ("no_rounds", _with_rounds()),
    ("round_wrong_place", _with_rounds(LoopVisit(2, 164, 169))),
    ("round_too_short", _with_rounds(replace(ROUNDS[0], end=164), *ROUNDS[1:])),
    ("too_fast", _with_rounds(ROUNDS[0], replace(ROUNDS[1], start=168), *ROUNDS[2:])),
    ("loop_gap", _with_rounds(*ROUNDS[:2], *ROUNDS[4:])),
    ("value_wrong", replace(PLAN, value=65.0)),
    ("bound_wrong", replace(PLAN, upper_bound=63.0)),
    ("unmet_wrong", _without("car", 1)),
    ("unmet_wrong", replace(PLAN, unmet=(_lack(STOP, "bridge", 1),))),
]


@pytest.mark.parametrize(("code", "plan"), PLANTED_IN_THE_PLAN)
def test_a_fault_planted_in_the_plan_is_named(code: str, plan: Plan) -> None:
    assert code in {violation.code for violation in violations(PROBLEM, plan)}


def _problem_with_car(**changes: object) -> Problem:
    return replace(PROBLEM, units=(replace(CAR, **changes), WALK))  # type: ignore[arg-type]


def _problem_with_gate(need: Need) -> Problem:
    return replace(PROBLEM, posts=(replace(GATE, need=need),))


CAR_WAY_CLOSED = (STEPS * 5).copy()
CAR_WAY_CLOSED[0, 1] = UNREACHABLE

PLANTED_IN_THE_PROBLEM: list[tuple[str, Problem]] = [
    ("no_sworn_officer", _problem_with_car(crew=Crew(0, 3))),
    ("too_few_sworn", _problem_with_car(crew=Crew(1, 2))),
    ("too_few_people", _problem_with_car(crew=Crew(2, 0))),
    ("tag_missing", _problem_with_car(tags=frozenset())),
    ("drive_too_long", _problem_with_car(max_drive=34)),
    ("mode_unknown", _problem_with_car(mode="boat")),
    ("before_shift", _problem_with_car(shift=(1, 240))),
    ("after_shift", _problem_with_car(shift=(0, 159))),
    ("wrong_mode", _problem_with_gate(Need(modes=frozenset({"foot"})))),
    ("reserved_for_others", _problem_with_gate(Need(only_units=frozenset({"walk"})))),
    ("excluded", _problem_with_gate(Need(not_units=frozenset({"car"})))),
    ("no_way", replace(PROBLEM, travel=PROBLEM.travel | {"car": CAR_WAY_CLOSED})),
    (
        "wrong_mode",
        replace(PROBLEM, stops=(ALLEY, BRIDGE, replace(LANE, dwell={"foot": 8}))),
    ),
    (
        "place_wrong",
        replace(PROBLEM, stops=(ALLEY, BRIDGE, replace(LANE, reversible=False))),
    ),
    ("too_many_visits", replace(PROBLEM, stops=(ALLEY, replace(BRIDGE, visits_max=1)))),
    ("mode_unknown", replace(PROBLEM, loops=(replace(MARKET, mode="boat"),))),
    (
        "breaks_out_of_order",
        _problem_with_car(breaks=(Break((0, 240), 30), Break((1, 2), 5))),
    ),
]


@pytest.mark.parametrize(("code", "problem"), PLANTED_IN_THE_PROBLEM)
def test_a_rule_made_stricter_is_named(code: str, problem: Problem) -> None:
    plan = PLAN
    if code == "breaks_out_of_order":
        early = Event(BREAK, "2", 0, 0, 0, 1, 6)
        plan = _with_events("car", lambda events: (early, *events))

    assert code in {violation.code for violation in violations(problem, plan)}


def test_every_kind_of_violation_has_been_planted() -> None:
    planted = {code for code, _ in PLANTED_IN_THE_PLAN}
    planted |= {code for code, _ in PLANTED_IN_THE_PROBLEM}

    assert planted == set(VIOLATIONS)


@given(by=st.integers(1, 500))
def test_a_night_that_begins_later_holds_just_as_well(by: int) -> None:
    problem, plan = _shifted(PROBLEM, PLAN, by)

    assert violations(problem, plan) == ()


def _shifted(problem: Problem, plan: Plan, by: int) -> tuple[Problem, Plan]:
    """Move every moment of a night and of its plan."""

    def window(moments: tuple[int, int]) -> tuple[int, int]:
        return moments[0] + by, moments[1] + by

    later = replace(
        problem,
        units=tuple(
            replace(
                unit,
                shift=window(unit.shift),
                breaks=tuple(replace(b, window=window(b.window)) for b in unit.breaks),
            )
            for unit in problem.units
        ),
        stops=tuple(
            replace(
                stop,
                windows=tuple(map(window, stop.windows)),
                value=tuple((since + by, worth) for since, worth in stop.value),
            )
            for stop in problem.stops
        ),
        posts=tuple(replace(p, window=window(p.window)) for p in problem.posts),
        loops=tuple(replace(o, window=window(o.window)) for o in problem.loops),
        presence=tuple(
            replace(
                place, wanted=tuple((a + by, b + by, n) for a, b, n in place.wanted)
            )
            for place in problem.presence
        ),
    )
    routes = tuple(
        replace(
            route,
            depart=route.depart + by,
            back=route.back + by,
            events=tuple(
                replace(
                    event,
                    arrive=event.arrive + by,
                    start=event.start + by,
                    end=event.end + by,
                    visits=tuple(
                        LoopVisit(visit.at, visit.start + by, visit.end + by)
                        for visit in event.visits
                    ),
                )
                for event in route.events
            ),
        )
        for route in plan.routes
    )
    return later, replace(plan, routes=routes)


def test_the_drive_limit_counts_every_way_the_unit_drives() -> None:
    """0-1, 1-2, 2-3, 4-2 and 2-0 are 5 + 5 + 5 + 10 + 10 minutes; the lane is walked."""
    exact = _problem_with_car(max_drive=35)
    strict = _problem_with_car(max_drive=34)

    assert violations(exact, PLAN) == ()
    assert violations(strict, PLAN) == (
        Violation(
            "drive_too_long", "car", None, {"drive_duration": 35, "limit_duration": 34}
        ),
    )


def test_a_break_without_a_place_may_be_taken_at_the_end_post() -> None:
    unit = replace(CAR, breaks=(Break((160, 200), 30),), end=1)
    problem = replace(PROBLEM, units=(unit, WALK))
    meal = Event(BREAK, "1", 1, 1, 155, 160, 190)
    route = replace(
        CAR_ROUTE, events=(*CAR_ROUTE.events[:4], CAR_ROUTE.events[5], meal)
    )
    plan = replace(PLAN, routes=(replace(route, back=190), WALK_ROUTE))

    assert violations(problem, plan) == ()


def test_an_idle_unit_eats_at_its_start_and_needs_no_way_home() -> None:
    unit = replace(CAR, end=4, breaks=(Break((0, 30), 20),))
    problem = Problem(travel=PROBLEM.travel, units=(unit,))
    meal = Event(BREAK, "1", 0, 0, 0, 0, 20)

    assert violations(problem, Plan((Route("car", 20, (meal,), 20),), 0.0)) == ()
    assert violations(problem, Plan((Route("car", 0, (meal,), 240),), 0.0)) == ()


def test_a_unit_left_out_of_the_plan_owes_nothing() -> None:
    problem = Problem(travel=PROBLEM.travel, units=(CAR,))

    assert violations(problem, Plan((), 0.0)) == ()


def test_mandatory_things_that_are_missing_must_be_named_and_counted_right() -> None:
    nobody = Plan((), 0.0)
    named = (
        _lack(STOP, "bridge", 1),
        _lack(POST, "gate", 1),
        _lack(LOOP, "market", 2),
    )

    assert mandatory_missing(PROBLEM, nobody) == {
        (STOP, "bridge"): 1,
        (POST, "gate"): 1,
        (LOOP, "market"): 1,
    }
    assert violations(PROBLEM, replace(nobody, unmet=named)) == ()
    assert violations(PROBLEM, replace(nobody, unmet=named[1:])) == (
        Violation(
            "unmet_wrong",
            None,
            "bridge",
            {"kind": "stop", "n_missing": 1, "n_listed": 0},
        ),
    )


def test_a_second_unit_on_a_loop_that_one_unit_holds_is_one_too_many() -> None:
    """It would earn the loop's 4 again, of which the upper bound knows nothing."""
    both = Problem(PROBLEM.travel, (WALK, replace(WALK, id="walk 2")), loops=(MARKET,))
    on_the_loop = [
        Route(unit, 0, WALK_ROUTE.events[2:], 212) for unit in ("walk", "walk 2")
    ]
    alone = Plan((on_the_loop[0],), value=4.0)
    together = Plan(tuple(on_the_loop), value=8.0)
    bound = UpperBound(both, tasks_of(both)).value

    assert violations(both, replace(alone, upper_bound=bound)) == ()
    assert violations(both, together) == (
        Violation("too_many_units", None, "market", {"n_units": 2, "n_allowed": 1}),
    )
    assert bound == 4.0


def test_a_loop_that_is_reported_as_not_held_may_have_a_long_gap() -> None:
    plan = _with_rounds(*ROUNDS[:2], *ROUNDS[4:])
    reported = replace(plan, unmet=(_lack(LOOP, "market", 1),))

    assert violations(PROBLEM, reported) == ()


@given(
    unit=st.sampled_from(["car", "walk"]),
    number=st.integers(0, 5),
    key=st.sampled_from(["arrive", "start", "end"]),
    by=st.integers(-40, 40).filter(bool),
)
def test_shifting_one_moment_is_never_praised_with_more_value(
    unit: str, number: int, key: str, by: int
) -> None:
    """Whatever is moved: either the plan still holds at its value, or a fault is named."""
    route = next(route for route in PLAN.routes if route.unit == unit)
    number %= len(route.events)
    moved = _with_event(unit, number, **{key: getattr(route.events[number], key) + by})

    found = violations(PROBLEM, moved)

    if key in {"start", "end"}:
        assert found
    else:
        assert recounted_value(PROBLEM, moved) == PLAN.value
