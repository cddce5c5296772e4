"""By when a case must be replied to and settled, and who is told."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from xunfang.core.calendars.holidays import Holidays
from xunfang.core.casework.clocks import Warned, due, shifted, warned

ZONE = ZoneInfo("Asia/Shanghai")
NO_HOLIDAYS = Holidays()


def on(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("urgency", "opened_at", "reply_by", "settle_by"),
    [
        (1, on(20, 22, 41), on(20, 22, 42), on(21, 0, 41)),
        (2, on(20, 22, 41), on(20, 23, 11), on(21, 10, 41)),
        # Friday: the weekend does not count.
        (3, on(20, 11), on(23, 18), on(27, 18)),
        (4, on(20, 11), on(25, 18), on(5, 18) + timedelta(days=30)),
    ],
)
def test_limits_follow_urgency_and_working_days(
    urgency: int, opened_at: datetime, reply_by: datetime, settle_by: datetime
) -> None:
    found = due(urgency, opened_at, holidays=NO_HOLIDAYS, zone=ZONE)
    assert (found.reply_by, found.settle_by) == (reply_by, settle_by)


@pytest.mark.parametrize(
    ("opened_at", "reply_by"),
    [
        (on(20, 14, 27), on(20, 14, 37)),
        (on(20, 7, 59), on(20, 8, 10)),
        (on(20, 22), on(21, 8, 10)),
    ],
)
def test_a_question_before_paying_is_answered_in_ten_minutes_of_the_open_desk(
    opened_at: datetime, reply_by: datetime
) -> None:
    found = due(3, opened_at, holidays=NO_HOLIDAYS, zone=ZONE, is_before_paying=True)
    assert found.reply_by == reply_by


def test_a_time_from_abroad_counts_in_days_of_the_city() -> None:
    late = datetime(2026, 11, 22, 17, tzinfo=UTC)
    found = due(3, late, holidays=NO_HOLIDAYS, zone=ZONE)
    assert found.reply_by.date() == date(2026, 11, 24)


def test_a_pause_moves_both_moments() -> None:
    found = due(2, on(20, 9), holidays=NO_HOLIDAYS, zone=ZONE)
    moved = shifted(found, timedelta(hours=3))
    assert (moved.reply_by, moved.settle_by) == (on(20, 12, 30), on(21, 0))


def test_more_people_are_told_the_less_time_is_left() -> None:
    told = [warned(on(20, 0), on(20, 10), on(20, hour)) for hour in (4, 5, 8, 10, 20)]
    assert told == [
        Warned.NOBODY,
        Warned.OWNER,
        Warned.UNIT_HEAD,
        Warned.SUPERVISOR,
        Warned.SUPERVISOR,
    ]
