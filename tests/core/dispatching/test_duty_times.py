"""From a crew's log to its effective minutes."""

from datetime import UTC, datetime, timedelta

import pytest

from xunfang.core.calendars.patrol_minutes import Leg, Span
from xunfang.core.dispatching.duty_times import duty_times, patrolled
from xunfang.core.dispatching.unit_states import DutyEvent, DutyStep


def clock(text: str) -> datetime:
    hours, minutes = text.split(":")
    return datetime(2026, 8, 14, tzinfo=UTC) + timedelta(
        hours=int(hours), minutes=int(minutes)
    )


def span(begin: str, end: str) -> Span:
    return Span(clock(begin), clock(end))


def log(*lines):
    return [
        DutyEvent(n, step, clock(when), clock(when), mode[0] if mode else "")
        for n, (when, step, *mode) in enumerate(lines)
    ]


NIGHT_OVER = clock("30:00")


@pytest.mark.row("A03")
@pytest.mark.parametrize(
    ("ends", "minutes", "is_short"), [("22:20", 185, False), ("22:05", 170, True)]
)
def test_foot_patrol_with_a_break_meets_the_rule_or_does_not(ends, minutes, is_short):
    """19:00-22:20 with a 15-min break = 185 min; 19:00-22:05 with 15 min = 170 min."""
    events = log(
        ("19:00", DutyStep.ON, "foot"),
        ("20:30", DutyStep.PAUSE),
        ("20:45", DutyStep.PATROL),
        (ends, DutyStep.OFF),
    )

    found = patrolled(duty_times(events, mode="foot", until=NIGHT_OVER), [])

    assert found is not None
    assert (found.effective_minutes, found.is_short) == (minutes, is_short)
    assert found.paused == timedelta(minutes=15)


@pytest.mark.row("A09")
def test_minutes_stop_with_a_call_and_go_on_when_it_is_over():
    """19:00-22:00, on a call 20:00-20:40: 180 - 40 = 140 minutes."""
    events = log(("19:00", DutyStep.ON, "car"), ("22:00", DutyStep.OFF))

    found = patrolled(
        duty_times(events, mode="car", until=NIGHT_OVER), [span("20:00", "20:40")]
    )

    assert found is not None
    assert found.effective_minutes == 140
    assert found.effective_spans == (span("19:00", "20:00"), span("20:40", "22:00"))


@pytest.mark.row("A10")
def test_mixed_shift_is_split_by_mode():
    """95 min on foot and 80 by car, 175 together."""
    events = log(
        ("19:00", DutyStep.ON, "foot"),
        ("20:35", DutyStep.MODE, "car"),
        ("21:55", DutyStep.OFF),
    )

    times = duty_times(events, mode="foot", until=NIGHT_OVER)
    found = patrolled(times, [])

    assert times.legs == (
        Leg("foot", span("19:00", "20:35")),
        Leg("car", span("20:35", "21:55")),
    )
    assert found is not None
    assert {mode.mode: mode.minutes for mode in found.by_mode} == {
        "foot": 95,
        "car": 80,
    }
    assert found.effective_minutes == 175


def test_standby_and_what_comes_after_a_call_are_no_patrol():
    events = log(
        ("19:00", DutyStep.ON, "car"),
        ("20:00", DutyStep.STAND_BY),
        ("20:10", DutyStep.WAIT),
        ("21:00", DutyStep.ESCORT),
        ("21:30", DutyStep.RETURN),
        ("21:40", DutyStep.PATROL),
        ("22:00", DutyStep.EMERGENCY),
        ("22:05", DutyStep.EMERGENCY_OVER),
        ("23:00", DutyStep.OFF),
    )

    times = duty_times(events, mode="car", until=NIGHT_OVER)
    found = patrolled(times, [])

    assert times.off_patrol == (span("20:00", "20:10"),)
    assert times.with_somebody == (span("21:00", "21:40"), span("22:00", "22:05"))
    assert found is not None
    assert (found.paused, found.responding) == (
        timedelta(minutes=10),
        timedelta(minutes=45),
    )
    assert found.effective_minutes == 240 - 55


def test_time_off_duty_between_two_turns_is_neither_patrol_nor_pause():
    events = log(
        ("18:00", DutyStep.ON, "foot"),
        ("19:00", DutyStep.OFF),
        ("22:00", DutyStep.ON, "foot"),
        ("23:00", DutyStep.OFF),
    )

    times = duty_times(events, mode="foot", until=NIGHT_OVER)
    # A call that nobody took back lasts on while the crew is off duty.
    found = patrolled(times, [span("18:50", "22:10")])

    assert found is not None
    assert found.effective_minutes == 100
    assert (found.paused, found.responding) == (timedelta(), timedelta(minutes=20))
    assert times.is_over


def test_open_duty_counts_until_now():
    events = log(("18:00", DutyStep.ON, "foot"))

    times = duty_times(events, mode="foot", until=clock("18:30"))
    found = patrolled(times, [])

    assert not times.is_over
    assert found is not None
    assert found.effective_minutes == 30


def test_crew_that_was_never_on_duty_has_no_time():
    times = duty_times([], mode="foot", until=NIGHT_OVER)

    assert patrolled(times, [span("18:00", "19:00")]) is None
    assert not times.is_over
