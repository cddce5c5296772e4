"""When it is dark."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xunfang.core.calendars.daylight import dark_hours

BEIJING = {"lon": 116.4, "lat": 39.9, "utc_offset_min": 480}
DAYS = st.dates(date(2000, 1, 1), date(2049, 12, 31))


@pytest.mark.parametrize(
    ("day", "dusk", "dawn"),
    [
        # Civil twilight as almanacs give it: ends 20:19 and begins 04:13 in June,
        # ends 17:23 and begins 07:04 in December.
        (date(2026, 6, 21), 20 * 60 + 19, 28 * 60 + 13),
        (date(2026, 12, 22), 17 * 60 + 23, 31 * 60 + 4),
    ],
)
def test_beijing_is_dark_when_the_almanac_says(day, dusk, dawn):
    found = dark_hours(day, **BEIJING)

    assert found == (pytest.approx(dusk, abs=2), pytest.approx(dawn, abs=2))


def test_an_arctic_summer_is_never_dark_and_an_arctic_winter_always():
    north = {"lon": 20.0, "lat": 80.0, "utc_offset_min": 60}

    assert dark_hours(date(2026, 6, 21), **north) is None
    dusk, dawn = dark_hours(date(2026, 12, 22), **north)
    assert dawn - dusk == pytest.approx(1440, abs=2)


@given(day=DAYS, lat=st.floats(-60, 60), lon=st.floats(-180, 180))
def test_further_west_on_the_same_clock_it_is_dark_later(day, lat, lon):
    """Four minutes a degree."""
    here = dark_hours(day, lon=lon, lat=lat, utc_offset_min=0)
    west = dark_hours(day, lon=max(-180, lon - 10), lat=lat, utc_offset_min=0)

    if here is not None and west is not None:
        by = 4 * (lon - max(-180, lon - 10))
        assert west == (
            pytest.approx(here[0] + by, abs=2),
            pytest.approx(here[1] + by, abs=2),
        )


@given(day=DAYS)
def test_nights_grow_and_shrink_by_minutes_only(day):
    today = dark_hours(day, **BEIJING)
    tomorrow = dark_hours(day + timedelta(days=1), **BEIJING)

    assert all(abs(a - b) <= 3 for a, b in zip(today, tomorrow, strict=True))


@pytest.mark.parametrize(("lon", "lat"), [(181, 0), (0, -91)])
def test_a_place_off_the_globe_is_a_bug(lon, lat):
    with pytest.raises(ValueError, match="no place"):
        dark_hours(date(2026, 1, 1), lon=lon, lat=lat, utc_offset_min=0)
