"""What night it is, when it begins, and when it is dark."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from xunfang.core.calendars.daylight import dark_hours
from xunfang.core.planning.problem import Window

FARTHEST_FROM_CLOCK_DEG = 60.0
"""No place keeps the clock of a meridian so far away. A city that seems to is invented,
and lies where no other does: its sun then goes by its clock."""
NOON = time(12)


def tonight(at: datetime, zone: ZoneInfo) -> date:
    """Return the date of the night at a moment: until 06:00 it is still yesterday's."""
    return (at.astimezone(zone) - timedelta(hours=6)).date()


def midnight_before(night: date, zone: ZoneInfo) -> datetime:
    """Return the moment with which the night's date begins: minute 0 of its plan."""
    return datetime.combine(night, time(), tzinfo=zone)


def night_span(night: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return from when to when somebody is away who is away for a night: noon to noon.

    No crew of the evening begins before the first noon or ends after the second.
    """
    next_day = night + timedelta(days=1)
    return (
        datetime.combine(night, NOON, tzinfo=zone),
        datetime.combine(next_day, NOON, tzinfo=zone),
    )


def dark_at(lon: float, lat: float, night: date, zone: ZoneInfo) -> Window | None:
    """Return when a night is dark at a place, in minutes from its midnight."""
    offset = midnight_before(night, zone).utcoffset()
    minutes = 0 if offset is None else round(offset.total_seconds() / 60)
    meridian = minutes / 4.0
    if abs(lon - meridian) > FARTHEST_FROM_CLOCK_DEG:
        lon = meridian
    return dark_hours(night, lon=lon, lat=lat, utc_offset_min=minutes)


def night_hours(night: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the hours in which crews of a night are out: 18:00 to 06:00."""
    midnight = midnight_before(night, zone)
    return midnight + timedelta(hours=18), midnight + timedelta(hours=30)
