"""When it is dark: from the end of the evening's civil twilight to the morning's.

Sun's place by the low-precision formulas of the Astronomical Almanac, as in Meeus,
*Astronomical Algorithms* (2nd ed., 1998), chapters 15 and 25. Right to two minutes
between the polar circles from 1950 to 2050; mountains round a valley are not known.
"""

import math
from datetime import date

MINUTES_PER_DAY = 24 * 60
CIVIL_TWILIGHT_DEG = -6.0
"""Height of the sun below which a street without lamps is dark."""
_J2000 = date(2000, 1, 1)


def dark_hours(
    day: date, *, lon: float, lat: float, utc_offset_min: int
) -> tuple[int, int] | None:
    """Return when the night that begins on a day is dark, or None where it never is.

    Parameters
    ----------
    lon, lat
        Degrees, east and north positive.
    utc_offset_min
        Of the clock that the answer is for: 480 in China.

    Returns
    -------
    tuple
        First and last minute, counted from the midnight with which ``day`` begins; the
        last is in the next morning, above 1440. Where the sun does not come up at all,
        from noon to noon.

    Raises
    ------
    ValueError
        No such place: the caller's bug.
    """
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise ValueError(f"{lon}, {lat} is no place in degrees")
    noon, half_day = _noon_and_half_day_min(day, lon, lat)
    if half_day >= MINUTES_PER_DAY / 2:
        return None
    next_noon, next_half_day = _noon_and_half_day_min(
        date.fromordinal(day.toordinal() + 1), lon, lat
    )
    dusk = noon + half_day + utc_offset_min
    dawn = MINUTES_PER_DAY + next_noon - next_half_day + utc_offset_min
    return math.ceil(dusk), math.floor(dawn)


def _noon_and_half_day_min(day: date, lon: float, lat: float) -> tuple[float, float]:
    """Return the sun's noon in minutes of UTC, and how long before dusk it is."""
    days = (day - _J2000).days - lon / 360.0
    anomaly = math.radians((357.5291 + 0.98560028 * days) % 360.0)
    centre = (
        1.9148 * math.sin(anomaly)
        + 0.0200 * math.sin(2 * anomaly)
        + 0.0003 * math.sin(3 * anomaly)
    )
    longitude = math.radians((math.degrees(anomaly) + centre + 180.0 + 102.9372) % 360)
    equation_days = 0.0053 * math.sin(anomaly) - 0.0069 * math.sin(2 * longitude)
    noon = MINUTES_PER_DAY * (0.5 - lon / 360.0 + equation_days)
    sin_declination = math.sin(longitude) * math.sin(math.radians(23.4397))
    cos_declination = math.sqrt(1.0 - sin_declination**2)
    sin_lat, cos_lat = math.sin(math.radians(lat)), math.cos(math.radians(lat))
    height = math.sin(math.radians(CIVIL_TWILIGHT_DEG))
    cosine = (height - sin_lat * sin_declination) / max(1e-9, cos_lat * cos_declination)
    angle = math.acos(min(1.0, max(-1.0, cosine)))
    return noon, MINUTES_PER_DAY * angle / (2 * math.pi)
