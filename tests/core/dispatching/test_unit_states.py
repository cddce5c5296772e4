"""What a unit is doing follows from its log and its calls."""

from datetime import UTC, datetime, timedelta

import pytest

from xunfang.core.dispatching.sheets import AssignmentStatus
from xunfang.core.dispatching.unit_states import (
    RULES,
    DutyEvent,
    DutyStep,
    OpenAssignment,
    UnitState,
    standing,
)

EIGHT = datetime(2026, 8, 14, 12, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return EIGHT + timedelta(minutes=minutes)


def entry(key: int, step: DutyStep, minutes: float, **values: object) -> DutyEvent:
    return DutyEvent(key, step, at(minutes), at(minutes), **values)


ON = entry(1, DutyStep.ON, 0, mode="car")


def test_who_has_not_begun_is_off():
    assert standing([]).state is UnitState.OFF


def test_who_goes_on_duty_patrols_with_the_way_of_moving_it_said():
    now = standing([ON])

    assert (now.state, now.since, now.mode) == (UnitState.PATROL, at(0), "car")


def test_a_call_comes_before_patrol_and_patrol_resumes_after_it():
    call = OpenAssignment(5, AssignmentStatus.EN_ROUTE, at(3))

    on_call, after = standing([ON], [call]), standing([ON])

    assert (on_call.state, on_call.since) == (UnitState.EN_ROUTE, at(3))
    assert on_call.assignment == 5
    assert not on_call.rule.is_patrol
    assert after.state is UnitState.PATROL


def test_of_several_calls_the_one_that_is_furthest_along_says_it():
    calls = [
        OpenAssignment(5, AssignmentStatus.ASSIGNED, at(9)),
        OpenAssignment(6, AssignmentStatus.ON_SCENE, at(3)),
    ]

    assert standing([ON], calls).assignment == 6


def test_a_cry_for_help_comes_before_everything_until_help_is_there():
    cry = entry(2, DutyStep.EMERGENCY, 5)
    call = OpenAssignment(5, AssignmentStatus.ON_SCENE, at(3))

    assert standing([ON, cry], [call]).state is UnitState.EMERGENCY
    assert (
        standing([ON, cry, entry(3, DutyStep.EMERGENCY_OVER, 6)], [call]).state
        is UnitState.ON_SCENE
    )


def test_who_went_off_is_off_although_a_call_is_open():
    off = entry(2, DutyStep.OFF, 60)
    call = OpenAssignment(5, AssignmentStatus.ASSIGNED, at(59))

    assert standing([ON, off], [call]).state is UnitState.OFF


def test_a_withdrawn_pause_never_was():
    pause = entry(2, DutyStep.PAUSE, 5)
    undone = entry(3, DutyStep.PAUSE, 6, corrects=2, is_withdrawal=True)

    assert standing([ON, pause, undone]).state is UnitState.PATROL


def test_a_line_that_comes_late_falls_into_its_place():
    pause, resume = entry(2, DutyStep.PAUSE, 5), entry(3, DutyStep.PATROL, 9)

    assert standing([resume, ON, pause]) == standing([ON, pause, resume])


def test_the_same_state_reported_twice_lasts_since_the_first_time():
    assert standing([ON, entry(2, DutyStep.PATROL, 30)]).since == at(0)


@pytest.mark.parametrize("state", UnitState)
def test_every_state_has_a_rule(state):
    rule = RULES[state]

    if rule.warn_after_s is not None and rule.alarm_after_s is not None:
        assert rule.warn_after_s <= rule.alarm_after_s
