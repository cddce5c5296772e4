"""Opening hours: read as people write them, open and closed to the minute."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xunfang.core.calendars.opening_hours import (
    HoursUnclear,
    OpeningHours,
    Standing,
    hours_text,
    parse_hours,
)

FRIDAY = date(2026, 8, 14)
OFFICE = OpeningHours(
    {day: parse_hours("09:00-12:00, 14:00-18:00") for day in range(1, 6)}
)


def moment(text: str, *, days: int = 0) -> datetime:
    """A time of Friday 14 August 2026, or of a day after it."""
    hour, minute = map(int, text.split(":"))
    return datetime.combine(FRIDAY, datetime.min.time()) + timedelta(
        days=days, hours=hour, minutes=minute
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("  ", ()),
        ("09:00-12:00", ((540, 720),)),
        ("9:00—12:00，14:00至18:00", ((540, 720), (840, 1080))),
        ("09：00～12：00、14:00 - 18:00", ((540, 720), (840, 1080))),
        ("00:00-24:00", ((0, 1440),)),
        ("20:00-02:00", ((1200, 1560),)),
        ("09:00-12:00, 20:00-02:00", ((540, 720), (1200, 1560))),
    ],
)
def test_hours_are_read_as_people_write_them(text, expected):
    assert parse_hours(text) == expected


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("nine to five", "nine to five"),
        ("09:00-12:00, 14-18", "14-18"),
        ("25:00-26:00", "25:00-26:00"),
        ("09:61-10:00", "09:61-10:00"),
        ("09:00-24:30", "09:00-24:30"),
        ("09:00-09:00", "09:00-09:00"),
        ("09:00-12:00, 11:00-13:00", "11:00-13:00"),
        ("14:00-18:00, 09:00-12:00", "09:00-12:00"),
        ("06:00-12:00, 20:00-07:00", "06:00-12:00, 20:00-07:00"),
    ],
)
def test_unclear_hours_are_refused_with_the_piece_that_is(text, part):
    with pytest.raises(HoursUnclear) as refusal:
        parse_hours(text)

    assert refusal.value.part == part


@st.composite
def spans(draw):
    bounds = draw(
        st.lists(st.integers(0, 1439), min_size=0, max_size=6, unique=True).map(sorted)
    )
    return tuple(zip(bounds[::2], bounds[1::2], strict=False))


@given(spans())
def test_what_is_written_is_read_again_the_same(found):
    assert parse_hours(hours_text(found)) == found


@given(spans(), st.integers(0, 7 * 1440 - 1))
def test_open_is_exactly_what_lies_within_a_span(found, minute):
    """Every day the same hours: open at a minute means within one of them."""
    hours = OpeningHours(dict.fromkeys(range(1, 8), found))
    at = moment("00:00", days=-4) + timedelta(minutes=minute)

    standing = hours.standing_at(at)

    expected = any(begins <= minute % 1440 < ends for begins, ends in found)
    assert standing.is_open == expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (moment("08:59"), Standing(is_open=False, opens=moment("09:00"))),
        (moment("09:00"), Standing(is_open=True, until=moment("12:00"))),
        (moment("11:59"), Standing(is_open=True, until=moment("12:00"))),
        (moment("12:00"), Standing(is_open=False, opens=moment("14:00"))),
        (moment("18:00"), Standing(is_open=False, opens=moment("09:00", days=3))),
    ],
)
def test_open_until_and_closed_until_are_said_to_the_minute(at, expected):
    """Friday; Saturday and Sunday are closed, so it opens on Monday."""
    assert OFFICE.standing_at(at) == expected


def test_hours_over_midnight_belong_to_the_day_they_begin_on():
    hours = OpeningHours({5: parse_hours("20:00-02:00")})

    assert hours.standing_at(moment("01:59", days=1)) == Standing(
        is_open=True, until=moment("02:00", days=1)
    )
    assert hours.standing_at(moment("01:59")) == Standing(
        is_open=False, opens=moment("20:00")
    )


def test_hours_that_meet_at_midnight_are_one_stretch():
    hours = OpeningHours({5: parse_hours("20:00-24:00"), 6: parse_hours("00:00-06:00")})

    assert hours.standing_at(moment("21:00")) == Standing(
        is_open=True, until=moment("06:00", days=1)
    )


def test_day_of_its_own_goes_before_the_weekday():
    closed = OpeningHours(OFFICE.by_weekday, {FRIDAY: ()})
    shorter = OpeningHours(OFFICE.by_weekday, {FRIDAY: parse_hours("10:00-11:00")})

    assert closed.standing_at(moment("10:00")) == Standing(
        is_open=False, opens=moment("09:00", days=3)
    )
    assert shorter.standing_at(moment("10:30")) == Standing(
        is_open=True, until=moment("11:00")
    )


def test_day_and_night_never_closes_and_no_hours_never_open():
    always = OpeningHours(dict.fromkeys(range(1, 8), ((0, 1440),)))

    assert always.standing_at(moment("03:00")) == Standing(is_open=True)
    assert OpeningHours({}).standing_at(moment("03:00")) == Standing(is_open=False)
