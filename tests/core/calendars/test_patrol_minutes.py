"""Effective patrol minutes: without pauses and calls, by mode, against three hours."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xunfang.core.calendars.patrol_minutes import (
    Leg,
    LegsOverlap,
    ModeTime,
    Span,
    patrol_time,
)

DAY = datetime(2026, 8, 14, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def at(clock: str) -> datetime:
    hours, minutes = clock.split(":")
    return DAY + timedelta(hours=int(hours), minutes=int(minutes))


def span(begins: str, ends: str) -> Span:
    return Span(at(begins), at(ends))


@pytest.mark.row("A03")
def test_three_hours_on_foot_are_counted_without_the_break():
    """19:00-22:20 is 200 min, less 15 is 185; 19:00-22:05 is 185, less 15 is 170."""
    pause = span("20:30", "20:45")

    met = patrol_time(span("19:00", "22:20"), pauses=[pause])
    not_met = patrol_time(span("19:00", "22:05"), pauses=[pause])

    assert (met.effective_minutes, met.is_short, met.missing_minutes) == (185, False, 0)
    assert (not_met.effective_minutes, not_met.is_short) == (170, True)
    assert not_met.missing_minutes == 10


@pytest.mark.row("A10")
def test_a_mixed_shift_reports_each_mode_and_their_sum_is_the_total():
    """19:00-20:40 on foot less 5 min of pause is 95; 20:40-22:00 by car is 80."""
    found = patrol_time(
        span("19:00", "22:00"),
        pauses=[span("19:30", "19:35")],
        legs=[Leg("car", span("20:40", "22:00")), Leg("foot", span("19:00", "20:40"))],
    )

    assert found.by_mode == (
        ModeTime("foot", 95 * MINUTE, 95),
        ModeTime("car", 80 * MINUTE, 80),
    )
    assert found.effective_minutes == 175


def test_patrol_minutes_stop_with_a_call_and_go_on_after_it():
    """Called 20:00-20:30, and again 20:20-20:50: 50 min are not patrol."""
    found = patrol_time(
        span("19:00", "22:00"),
        responses=[span("20:20", "20:50"), span("20:00", "20:30")],
    )

    assert found.responding == 50 * MINUTE
    assert found.effective_minutes == 130
    assert found.effective_spans == (span("19:00", "20:00"), span("20:50", "22:00"))


def test_who_is_called_out_of_a_pause_responds():
    found = patrol_time(
        span("19:00", "22:00"),
        pauses=[span("20:00", "20:20"), span("18:00", "19:05")],
        responses=[span("20:10", "20:40")],
    )

    assert (found.paused, found.responding) == (15 * MINUTE, 30 * MINUTE)
    assert found.effective_minutes == 135


def test_exactly_three_hours_are_enough_and_a_second_less_is_not():
    whole = span("19:00", "22:00")
    less = Span(whole.begins_at, whole.ends_at - timedelta(seconds=1))

    assert not patrol_time(whole).is_short
    assert patrol_time(less).is_short
    assert (patrol_time(less).effective_minutes, patrol_time(less).missing_minutes) == (
        179,
        1,
    )


def test_time_without_a_leg_is_counted_under_no_mode():
    found = patrol_time(
        span("19:00", "20:00"), legs=[Leg("foot", span("19:15", "19:45"))]
    )

    assert found.by_mode == (
        ModeTime("foot", 30 * MINUTE, 30),
        ModeTime(None, 30 * MINUTE, 30),
    )


def test_two_modes_at_once_are_refused():
    legs = [Leg("foot", span("19:00", "20:00")), Leg("car", span("19:59", "21:00"))]

    with pytest.raises(LegsOverlap, match="foot until"):
        patrol_time(span("19:00", "21:00"), legs=legs)


def test_spans_that_cannot_be_are_the_callers_bug():
    with pytest.raises(ValueError, match="ends after"):
        Span(DAY, DAY)
    with pytest.raises(ValueError, match="time zone"):
        Span(DAY.replace(tzinfo=None), DAY.replace(tzinfo=None) + MINUTE)


seconds = st.integers(-3600, 5 * 3600)
spans = st.lists(
    st.tuples(seconds, st.integers(1, 7200)).map(
        lambda pair: Span(
            DAY + timedelta(seconds=pair[0]),
            DAY + timedelta(seconds=pair[0] + pair[1]),
        )
    ),
    max_size=6,
)


@given(pauses=spans, responses=spans, cut_s=st.integers(1, 14_399))
def test_every_second_of_a_duty_is_exactly_one_of_three(pauses, responses, cut_s):
    duty = Span(DAY, DAY + timedelta(hours=4))
    cut = DAY + timedelta(seconds=cut_s)
    legs = [Leg("foot", Span(DAY, cut)), Leg("car", Span(cut, duty.ends_at))]

    found = patrol_time(duty, pauses=pauses, responses=responses, legs=legs)

    def is_in(some: list[Span], moment: datetime) -> bool:
        return any(one.begins_at <= moment < one.ends_at for one in some)

    # Counted second by second, which shares nothing with unions and differences.
    tally = {"effective": 0, "responding": 0, "paused": 0}
    for second in range(4 * 3600):
        moment = DAY + timedelta(seconds=second)
        if is_in(responses, moment):
            tally["responding"] += 1
        else:
            tally["paused" if is_in(pauses, moment) else "effective"] += 1
    assert tally == {
        name: getattr(found, name) // timedelta(seconds=1) for name in tally
    }
    assert sum(mode.minutes for mode in found.by_mode) == found.effective_minutes
