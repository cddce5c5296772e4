"""The clock of "ask before you pay"."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xunfang.core.calendars.holidays import Holidays
from xunfang.core.casework.clocks import due
from xunfang.core.casework.scam_desk import (
    CLOSES,
    OPENS,
    TARGET,
    FirstAnswers,
    answer_by,
    first_answers,
    open_time,
)

ZONE = ZoneInfo("Asia/Shanghai")
MOMENTS = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001 -- the zone comes beside it
    datetime(2027, 12, 31),  # noqa: DTZ001 -- as above
    timezones=st.just(ZONE),
)


def on(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("asked_at", "by"),
    [
        (on(20, 14, 27), on(20, 14, 37)),
        (on(20, 7, 59), on(20, 8, 10)),
        (on(20, 21, 50), on(20, 22)),
        # Five minutes of the desk today, five tomorrow.
        (on(20, 21, 55), on(21, 8, 5)),
        (on(20, 22), on(21, 8, 10)),
        (on(20, 22, 30), on(21, 8, 10)),
        (on(21, 0, 30), on(21, 8, 10)),
    ],
)
def test_a_question_has_ten_minutes_of_the_open_desk(asked_at, by) -> None:
    assert answer_by(asked_at, zone=ZONE) == by


@given(MOMENTS)
def test_until_it_is_due_the_desk_is_open_for_ten_minutes(asked_at) -> None:
    by = answer_by(asked_at, zone=ZONE)

    assert open_time(asked_at, by, zone=ZONE) == TARGET
    assert OPENS < by.time() <= CLOSES


@given(MOMENTS, MOMENTS)
def test_who_asks_later_is_never_due_earlier(one, other) -> None:
    first, second = sorted((one, other))
    assert answer_by(first, zone=ZONE) <= answer_by(second, zone=ZONE)


@given(MOMENTS, MOMENTS, MOMENTS)
def test_open_time_adds_up_and_is_fourteen_hours_a_day(one, two, three) -> None:
    first, second, third = sorted((one, two, three))
    parts = open_time(first, second, zone=ZONE) + open_time(second, third, zone=ZONE)

    assert open_time(first, third, zone=ZONE) == parts
    day = timedelta(days=1)
    assert open_time(first, first + day, zone=ZONE) == timedelta(hours=14)
    assert open_time(third, first, zone=ZONE) == timedelta()


@pytest.mark.parametrize(
    ("urgency", "reply_by"),
    # A matter of life keeps its minute, at night too.
    [(1, on(20, 22, 31)), (2, on(21, 8, 10)), (3, on(21, 8, 10))],
)
def test_its_clock_is_the_one_of_the_case(urgency, reply_by) -> None:
    found = due(
        urgency, on(20, 22, 30), holidays=Holidays(), zone=ZONE, is_before_paying=True
    )
    assert found.reply_by == reply_by


@pytest.mark.parametrize(
    ("urgency", "settle_by"),
    # Friday 20 November: three working days end on Wednesday.
    [(2, on(20, 23)), (3, on(25, 18)), (4, on(25, 18))],
)
def test_a_question_about_services_is_answered_in_three_working_days(
    urgency, settle_by
) -> None:
    found = due(
        urgency, on(20, 11), holidays=Holidays(), zone=ZONE, is_about_services=True
    )
    assert found.settle_by == settle_by


def test_what_is_late_and_still_waits_counts_as_the_longest() -> None:
    """Of 4, 9, 12 minutes and one that waits: two of four in time, median 10.5."""
    waits = [*(timedelta(minutes=n) for n in (12, 4, 9)), None]

    assert first_answers(waits) == FirstAnswers(4, 2, timedelta(minutes=10, seconds=30))
    assert first_answers(waits).in_time_share == 0.5
    assert first_answers([None, *waits[1:]]).median is None
    assert first_answers([]) == FirstAnswers(0, 0, None)
    assert first_answers([]).in_time_share is None
