"""How long a round lasted, to the minute."""

from datetime import UTC, datetime, timedelta

import pytest

from xunfang.core.calendars.round_length import RoundLength, round_length

EIGHT = datetime(2026, 8, 14, 12, tzinfo=UTC)


def lasted(**length) -> RoundLength:
    return round_length(
        departed_at=EIGHT, ended_at=EIGHT + timedelta(**length), required_minutes=180
    )


@pytest.mark.row("A05")
def test_two_hours_forty_of_three_are_short_by_twenty_minutes():
    found = lasted(hours=2, minutes=40)

    assert found == RoundLength(actual_minutes=160, required_minutes=180)
    assert (found.is_short, found.missing_minutes) == (True, 20)


def test_exactly_three_hours_are_enough_and_a_second_less_is_not():
    assert not lasted(hours=3).is_short
    assert lasted(hours=2, minutes=59, seconds=59) == RoundLength(179, 180)
    assert lasted(hours=4).missing_minutes == 0


def test_times_that_cannot_be_are_the_callers_bug():
    with pytest.raises(ValueError, match="ends after"):
        lasted(hours=0)
    with pytest.raises(ValueError, match="time zone"):
        round_length(
            departed_at=EIGHT.replace(tzinfo=None), ended_at=EIGHT, required_minutes=1
        )
