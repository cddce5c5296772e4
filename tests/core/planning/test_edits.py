"""Edits by hand: what each becomes, and what holds of every edited night."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.core.planning.tiny import tiny_problem
from xunfang.core.planning import check
from xunfang.core.planning.budget import Budget
from xunfang.core.planning.compare import Change, pair_up
from xunfang.core.planning.edits import (
    Exclude,
    Hold,
    LeaveOut,
    Outcome,
    PointUnknown,
    Stay,
    Wish,
    apply_edits,
    base_key,
    carry_over,
    held_id,
    outcome,
)
from xunfang.core.planning.plan import Event, EventKind, Plan
from xunfang.core.planning.problem import (
    Break,
    Need,
    Post,
    Presence,
    Problem,
    Reason,
    Stop,
    Unit,
)
from xunfang.core.planning.solve import solve

STOP, POST, PRESENCE = EventKind.STOP, EventKind.POST, EventKind.PRESENCE
BUDGET = Budget(iterations=150)


def a_line(**wanted) -> Problem:
    """Two cars at point 0; points 0, 1, 2 lie 10 minutes apart in a row.

    Both are on shift from 0 to 120 and have nothing to do but what is handed in.
    """
    way = np.array([[0, 10, 20], [10, 0, 10], [20, 10, 0]], np.int32)
    return Problem(
        travel={"car": way},
        units=(
            Unit("a", "car", 0, 0, (0, 120)),
            Unit("b", "car", 0, 0, (0, 120)),
        ),
        points=((0.0, 0.0), (1.0, 0.0), (2.0, 0.0)),
        **wanted,
    )


def look(code: str, at: int, worth: float = 10.0, **values) -> Stop:
    return Stop(
        code,
        at=at,
        exit=at,
        dwell=12,
        value=((0, worth),),
        windows=((0, 120),),
        **values,
    )


def hold(
    problem: Problem, stay: Stay, unit: str | None, start: int | None = None
) -> Hold:
    return Hold(stay, held_id(problem, stay), unit, start)


def plan_of(problem: Problem, before: Plan | None = None, edits=()) -> Plan:
    warm = None if before is None else carry_over(before, problem, edits)
    return solve(problem, budget=BUDGET, seed=1, warm_start=warm, with_bound=False)


def events(plan: Plan) -> list[tuple[str, EventKind, str, int]]:
    return [
        (route.unit, event.kind, event.id, event.start)
        for route in plan.routes
        for event in route.events
        if event.kind is not EventKind.BREAK
    ]


# What each edit becomes.


def test_held_stop_is_a_duty_at_its_minute_by_its_unit_and_goes_first():
    gate = Post("gate", at=2, window=(60, 90))
    night = a_line(stops=(look("k1", 1), look("k2", 2)), posts=(gate,))

    edited = apply_edits(night, [hold(night, Stay(STOP, "k1", "a", 30, 12), "b", 40)])

    held = replace(
        night.stops[0],
        windows=((40, 40),),
        need=Need(only_units=frozenset({"b"})),
        mandatory=True,
        priority=1,
    )
    assert edited == replace(
        night, stops=(held, night.stops[1]), posts=(replace(gate, priority=2),)
    )


def test_stop_held_by_a_unit_alone_may_be_at_any_time():
    night = a_line(stops=(look("k1", 1),))

    [stop] = apply_edits(night, [hold(night, Stay(STOP, "k1", "a", 30, 12), "b")]).stops

    assert (stop.windows, stop.need.only_units) == (((0, 120),), frozenset({"b"}))


def test_moved_bell_moves_the_post_and_says_so():
    """The bell of 21:30 rings at 20:50: a post from 1260 to 1290 stands 40 earlier."""
    gate = Post(
        "gate:K3:1260",
        at=1,
        window=(1260, 1290),
        reason=Reason("school.bell", {"bell_min": 1290, "lead_min": 30}),
    )
    night = a_line(posts=(gate,))

    [moved] = apply_edits(
        night, [hold(night, Stay(POST, "gate:K3:1260", "a", 1260, 30), None, 1220)]
    ).posts

    assert moved == replace(
        gate,
        window=(1220, 1250),
        priority=2,
        reason=Reason("school.bell", {"bell_min": 1250, "lead_min": 30}),
    )


def test_one_unit_of_a_post_for_two_is_held_and_the_other_place_stays_open():
    post = Post("p", at=1, window=(30, 60), units=2, value=5.0)
    night = a_line(posts=(post,))

    rest, held = apply_edits(
        night, [hold(night, Stay(POST, "p", "a", 30, 30), "a")]
    ).posts

    assert rest == replace(
        post, units=1, priority=2, need=Need(not_units=frozenset({"a"}))
    )
    assert held == replace(
        post, id="p@a", units=1, need=Need(only_units=frozenset({"a"}))
    )


def test_stay_cut_out_of_a_presence_is_not_wanted_twice():
    """36 minutes are wanted from 0 to 60 at 1.5 a minute; 24 of them are held: 36.0."""
    cell = Presence(
        "cell:C1",
        at=1,
        dwell=12,
        wanted=((0, 60, 36), (60, 120, 12)),
        value_per_minute=1.5,
    )
    night = a_line(presence=(cell,))

    edited = apply_edits(
        night, [hold(night, Stay(PRESENCE, "cell:C1", "a", 24, 24), "a", 30)]
    )

    assert edited.presence == (replace(cell, wanted=((0, 60, 12), (60, 120, 12))),)
    assert edited.stops == (
        Stop(
            "cell:C1@24",
            at=1,
            exit=1,
            dwell=24,
            value=((30, 36.0),),
            windows=((30, 30),),
            mandatory=True,
            priority=1,
            need=Need(only_units=frozenset({"a"})),
        ),
    )
    assert base_key(STOP, "cell:C1@24") == (PRESENCE, "cell:C1")


def test_excluded_unit_is_not_there_or_goes_home_early_with_its_meal():
    meal = Break((40, 100), 20)
    night = a_line()
    night = replace(
        night, units=(replace(night.units[0], breaks=(meal,)), night.units[1])
    )

    all_night = apply_edits(night, [Exclude("a")])
    from_90 = apply_edits(night, [Exclude("a", 90)])
    from_50 = apply_edits(night, [Exclude("a", 50)])

    assert [unit.id for unit in all_night.units] == ["b"]
    assert (from_90.units[0].shift, from_90.units[0].breaks) == (
        (0, 90),
        (Break((40, 70), 20),),
    )
    assert (from_50.units[0].shift, from_50.units[0].breaks) == ((0, 50), ())


@pytest.mark.parametrize(
    ("edit", "left"),
    [
        (LeaveOut(STOP, "k1"), (0, 1, 1)),
        (LeaveOut(POST, "p"), (1, 0, 1)),
        (LeaveOut(PRESENCE, "c"), (1, 1, 0)),
    ],
)
def test_what_is_left_out_is_not_asked_for(edit, left):
    night = a_line(
        stops=(look("k1", 1),),
        posts=(Post("p", at=1, window=(30, 60)),),
        presence=(Presence("c", at=2, dwell=12, wanted=((0, 60, 12),)),),
    )

    edited = apply_edits(night, [edit])

    assert (len(edited.stops), len(edited.posts), len(edited.presence)) == left


def test_wish_is_a_stop_at_a_known_point():
    wish = Wish("wish:1", (1.0, 0.0), dwell=15, window=(20, 60), worth=25.0)

    edited = apply_edits(a_line(), [wish])

    assert edited.stops == (
        Stop(
            "wish:1",
            at=1,
            exit=1,
            dwell=15,
            value=((20, 25.0),),
            windows=((20, 60),),
            mandatory=True,
        ),
    )
    with pytest.raises(PointUnknown):
        apply_edits(a_line(), [replace(wish, lonlat=(9.0, 9.0))])


# What becomes of edits.


def test_held_stay_that_nobody_can_make_is_missing_with_its_reason():
    """Point 2 is 20 minutes away: nobody is there at minute 5."""
    night = a_line(stops=(look("k2", 2),))
    edited = apply_edits(night, [hold(night, Stay(STOP, "k2", "a", 30, 12), "a", 5)])

    plan = plan_of(edited)

    assert [(lack.id, lack.mandatory, lack.code) for lack in plan.unmet] == [
        ("k2", True, "too_far")
    ]
    said, lack = outcome(edited, plan, "k2", STOP)
    assert (said, lack) == (Outcome.UNMET, plan.unmet[0])


def test_stay_held_by_a_unit_that_may_not_come_says_what_keeps_it_away():
    night = a_line(stops=(look("k1", 1, need=Need(modes=frozenset({"foot"}))),))
    edited = apply_edits(night, [hold(night, Stay(STOP, "k1", "a", 30, 12), "a", 30)])

    [lack] = plan_of(edited).unmet

    assert (lack.code, lack.facts["unit"]) == ("wrong_mode", "a")


def test_hold_of_what_is_not_asked_for_is_gone_and_changes_nothing():
    night = a_line(stops=(look("k1", 1),))
    edited = apply_edits(night, [hold(night, Stay(STOP, "k9", "a", 30, 12), "a", 30)])

    assert edited == night
    assert outcome(edited, plan_of(edited), "k9", STOP) == (Outcome.GONE, None)


# What holds of every edited night.


def holdable(problem: Problem, plan: Plan) -> list[Stay]:
    single = {stop.id for stop in problem.stops if stop.visits_max == 1}
    kinds = {POST, PRESENCE}
    return [
        Stay(event.kind, event.id, route.unit, event.start, event.end - event.start)
        for route in plan.routes
        for event in route.events
        if event.kind in kinds or (event.kind is STOP and event.id in single)
    ]


def where(plan: Plan, kind: EventKind, id_: str) -> list[tuple[str, int]]:
    """Where something is, read from the events alone: the second opinion."""
    return [
        (unit, start)
        for unit, found, name, start in events(plan)
        if (found, name) == (kind, id_)
    ]


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_law_no_edit_changes_nothing(seed):
    problem = tiny_problem(np.random.default_rng(seed))

    assert apply_edits(problem, ()) is problem


@given(st.integers(0, 2**32 - 1))
@example(2752540)  # its route is driven whole, but not its beginning alone
@settings(max_examples=80, deadline=None)
def test_law_holding_a_plan_as_it_stands_keeps_it(seed):
    """The plan itself serves all that is held, so all of it can be served."""
    problem = tiny_problem(np.random.default_rng(seed))
    before = plan_of(problem)
    stays = holdable(problem, before)
    edits = [hold(problem, stay, stay.unit, stay.start) for stay in stays]

    edited = apply_edits(problem, edits)
    after = plan_of(edited, before, edits)

    assert check.violations(edited, after) == ()
    for stay in stays:
        kind = STOP if stay.kind is PRESENCE else stay.kind
        assert (stay.unit, stay.start) in where(after, kind, held_id(problem, stay))


@given(st.integers(0, 2**32 - 1))
@example(16936)
@settings(max_examples=120, deadline=None)
def test_law_held_stays_are_where_they_were_put_or_missing_with_a_reason(seed):
    rng = np.random.default_rng(seed)
    problem = tiny_problem(rng)
    before = plan_of(problem)
    units = [unit.id for unit in problem.units]
    edits = [
        hold(
            problem,
            stay,
            str(rng.choice(units)) if rng.random() < 0.7 else None,
            int(rng.integers(0, 14)),
        )
        for stay in holdable(problem, before)
        if rng.random() < 0.6
    ]

    edited = apply_edits(problem, edits)
    after = plan_of(edited, before, edits)

    assert check.violations(edited, after) == ()
    for number, edit in enumerate(edits):
        kind = STOP if edit.stay.kind is PRESENCE else edit.stay.kind
        # A post at another time is so for all who stand there: it keeps its name, and
        # of several times the last one said holds.
        whole = edit.unit is None and edit.stay.kind is POST
        name = edit.stay.id if whole else edit.held_as
        start = edit.start
        if whole:
            start = [
                later.start
                for later in edits[number:]
                if (later.stay.kind, later.stay.id) == (POST, edit.stay.id)
            ][-1]
        at = where(after, kind, name)
        said, lack = outcome(edited, after, name, kind)
        if said is Outcome.UNMET:
            assert lack is not None
            assert lack.code
            continue
        assert at
        assert {begun for _, begun in at} == {start}
        if edit.unit is not None:
            assert {unit for unit, _ in at} == {edit.unit}


@given(st.integers(0, 2**32 - 1), st.integers(0, 16))
@settings(max_examples=80, deadline=None)
def test_law_nothing_is_done_by_who_is_excluded_nor_at_what_is_left_out(seed, since):
    problem = tiny_problem(np.random.default_rng(seed))
    before = plan_of(problem)
    left_out = [LeaveOut(kind, id_) for _, kind, id_, _ in events(before)[:1]]
    edits = [Exclude("u0", since), *left_out]

    edited = apply_edits(problem, edits)
    after = plan_of(edited, before, edits)

    assert check.violations(edited, after) == ()
    assert all(where(after, edit.kind, edit.id) == [] for edit in left_out)
    for route in after.routes:
        if route.unit == "u0":
            assert all(event.end <= since for event in route.events)
            assert route.back <= since


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_law_undoing_a_hold_brings_back_what_was_asked_for(seed):
    """A plan of the edited night, carried back, is a plan to begin the old night with."""
    problem = tiny_problem(np.random.default_rng(seed))
    before = plan_of(problem)
    edits = [
        hold(problem, stay, stay.unit, stay.start) for stay in holdable(problem, before)
    ]
    held = plan_of(apply_edits(problem, edits), before, edits)

    back = carry_over(held, problem, ())

    assert all(
        name == base_key(kind, name)[1] or kind is POST
        for _, kind, name, _ in events(back)
    )
    assert check.violations(problem, plan_of(problem, held)) == ()


# What changed.


def stay(unit: str, id_: str, start: int, kind: EventKind = STOP):
    return unit, Event(kind, id_, 0, 0, start, start, start + 12)


def test_stays_are_paired_by_what_they_are_for():
    """k1 stays, k2 goes to b, k3 comes 11 minutes later, k4 is new, k5 is gone."""
    before = [
        stay("a", "k1", 0),
        stay("a", "k2", 20),
        stay("a", "k3", 40),
        stay("b", "k5", 0),
    ]
    after = [
        stay("a", "k1", 10),
        stay("b", "k2", 20),
        stay("a", "k3", 51),
        stay("b", "k4", 0),
    ]

    pairs = pair_up(before, after)

    assert {pair.key[1]: pair.change for pair in pairs} == {
        "k1": Change.SAME,
        "k2": Change.MOVED,
        "k3": Change.SHIFTED,
        "k4": Change.ADDED,
        "k5": Change.DROPPED,
    }


def test_several_stays_at_one_cell_are_paired_with_the_nearest():
    """What was cut out of the presence by hand is still the same cell."""
    before = [stay("a", "c", 0, PRESENCE), stay("a", "c", 60, PRESENCE)]
    after = [stay("a", "c@60", 62, STOP), stay("b", "c", 0, PRESENCE)]

    changes = [(pair.change, pair.after[1].start) for pair in pair_up(before, after)]

    assert changes == [(Change.MOVED, 0), (Change.SAME, 62)]


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_law_a_plan_compared_with_itself_has_not_changed(seed):
    plan = plan_of(tiny_problem(np.random.default_rng(seed)))
    stays = [(route.unit, event) for route in plan.routes for event in route.events]

    pairs = pair_up(stays, stays)

    assert {pair.change for pair in pairs} <= {Change.SAME}
    assert len(pairs) == len(events(plan))
