"""A call's three sheets are a fold over its log."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xunfang.core.dispatching.sheets import (
    AssignmentStatus,
    CallEvent,
    CallStatus,
    Step,
    by_server_clock,
    fold,
)

EIGHT = datetime(2026, 8, 14, 12, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return EIGHT + timedelta(minutes=minutes)


def event(key: int, step: Step, minutes: float, **values: object) -> CallEvent:
    return CallEvent(
        **{
            "key": key,
            "step": step,
            "happened_at": at(minutes),
            "recorded_at": at(minutes),
        }
        | values
    )


EVENING = [
    event(1, Step.REPORTED, 0),
    event(2, Step.TAKEN, 0.2),
    event(3, Step.ENTERED, 1),
    event(4, Step.ASSIGNED, 2, assignment=7),
    event(5, Step.ACKNOWLEDGED, 2.5, assignment=7),
    event(6, Step.DEPARTED, 3, assignment=7),
    event(7, Step.ARRIVED, 8, assignment=7),
    event(8, Step.FINISHED, 20, assignment=7),
    event(9, Step.FED_BACK, 25),
    event(10, Step.CLOSED, 30),
]


@pytest.mark.parametrize(
    ("n_events", "status"),
    [
        (3, CallStatus.WAITING),
        (4, CallStatus.ASSIGNED),
        (5, CallStatus.ASSIGNED),
        (6, CallStatus.EN_ROUTE),
        (7, CallStatus.ON_SCENE),
        (8, CallStatus.HANDLED),
        (9, CallStatus.FED_BACK),
        (10, CallStatus.CLOSED),
    ],
)
def test_a_call_goes_through_its_statuses(n_events, status):
    assert fold(EVENING[:n_events]).status is status


def test_every_clock_of_the_sheets_comes_from_the_log():
    sheet = fold(EVENING)

    assert sheet.seconds(Step.REPORTED, Step.ARRIVED) == 480
    assert sheet.assignments[7].seconds(Step.ASSIGNED, Step.ACKNOWLEDGED) == 30
    assert sheet.seconds(Step.REPORTED, Step.REFUSED) is None
    assert sheet.waits_since == at(0)


def test_an_upload_that_comes_late_makes_the_same_sheets():
    first = fold(EVENING[3:8])

    assert all(fold(order) == first for order in permutations(EVENING[3:8]))


def test_a_press_that_is_missing_is_not_waited_for():
    sheet = fold([EVENING[3], EVENING[6]])

    assert sheet.assignments[7].status is AssignmentStatus.ON_SCENE
    assert sheet.assignments[7].seconds(Step.ASSIGNED, Step.DEPARTED) is None


def test_a_correction_takes_the_place_of_a_line():
    corrected = event(11, Step.ARRIVED, 6, assignment=7, corrects=7, recorded_at=at(40))

    sheet = fold([*EVENING, corrected])

    assert sheet.assignments[7].clocks[Step.ARRIVED] == at(6)


def test_a_withdrawn_line_counts_no_more():
    withdrawn = event(11, Step.ARRIVED, 9, assignment=7, corrects=7, is_withdrawal=True)

    sheet = fold([*EVENING[:7], withdrawn])

    assert sheet.status is CallStatus.EN_ROUTE
    assert Step.ARRIVED not in sheet.clocks


def test_a_correction_can_be_corrected():
    first = event(11, Step.ARRIVED, 6, assignment=7, corrects=7, recorded_at=at(40))
    second = event(12, Step.ARRIVED, 7, assignment=7, corrects=11, recorded_at=at(41))

    assert fold([*EVENING, second, first]).clocks[Step.ARRIVED] == at(7)


def test_a_unit_that_was_sent_elsewhere_leaves_the_call_waiting_with_its_first_time():
    sheet = fold([*EVENING[:6], event(11, Step.PREEMPTED, 5, assignment=7)])

    assert sheet.status is CallStatus.WAITING
    assert sheet.waits_since == at(0)


def test_of_two_units_each_has_a_status_of_its_own():
    sheet = fold([*EVENING[:8], event(11, Step.ASSIGNED, 10, assignment=8)])

    assert sheet.assignments[7].status is AssignmentStatus.FINISHED
    assert sheet.assignments[8].status is AssignmentStatus.ASSIGNED
    assert sheet.status is CallStatus.ASSIGNED


def test_times_that_contradict_each_other_are_named_and_kept():
    sheet = fold([*EVENING[:6], event(11, Step.ARRIVED, 2.6, assignment=7)])

    assert sheet.out_of_order == ((7, Step.DEPARTED, Step.ARRIVED),)
    assert sheet.clocks[Step.ARRIVED] == at(2.6)


def test_a_closed_call_can_be_opened_again():
    assert fold([*EVENING, event(11, Step.REOPENED, 40)]).status is CallStatus.HANDLED


def test_a_telephone_an_hour_fast_is_put_right_by_when_it_sent():
    pressed = by_server_clock(device_at=at(70), sent_at=at(90), received_at=at(30))

    assert (pressed.happened_at, pressed.is_skewed) == (at(10), True)


def test_a_right_clock_keeps_its_time_after_eight_hours_without_signal():
    pressed = by_server_clock(
        device_at=at(5), sent_at=at(480), received_at=at(480) + timedelta(seconds=2)
    )

    assert (pressed.happened_at, pressed.is_skewed) == (at(5), False)


@given(
    noted=st.integers(0, 30_000),
    waited=st.integers(0, 30_000),
    wrong=st.integers(-90_000, 90_000),
)
def test_however_wrong_a_clock_is_what_it_noted_is_placed_to_the_minute(
    noted, waited, wrong
):
    true = EIGHT + timedelta(seconds=noted)
    off = timedelta(seconds=wrong)
    sent = true + timedelta(seconds=waited)

    placed = by_server_clock(device_at=true + off, sent_at=sent + off, received_at=sent)

    assert abs(placed.happened_at - true) <= timedelta(seconds=60)
    assert placed.happened_at <= sent
