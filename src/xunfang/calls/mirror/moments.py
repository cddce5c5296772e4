"""Times as tables write them: with or without a zone, in any of the usual ways."""

import re
import unicodedata
from datetime import UTC, datetime, tzinfo

NOTHING = frozenset({"", "-", "null", "(null)", "nan", "nat", "none", "n/a"})
"""What tables write where there is nothing."""

EARLIEST_YEAR = 2000
"""Tables write 1899 or 1900 where they have no time."""

YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?"
    r"(?:[T ]*(?P<hour>\d{1,2})[:时点](?P<minute>\d{1,2})分?"
    r"(?::?(?P<second>\d{1,2})秒?(?:\.\d+)?)?)?"
    r" ?(?P<half>[AP]M)?(?P<zone>Z|[+-]\d{2}(?::?\d{2})?)?",
    re.IGNORECASE,
)
MONTH_FIRST = re.compile(
    r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})"
    r"(?: +(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?)?"
    r" ?(?P<half>[AP]M)?(?P<zone>Z|[+-]\d{2}(?::?\d{2})?)?",
    re.IGNORECASE,
)
DIGITS = re.compile(
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
    r"(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?P<half>)(?P<zone>)"
)
HOUR = re.compile(
    r"(?:.*[T ])?(?P<hour>\d{1,2}):?(?P<minute>\d{2})(?::(?P<second>\d{2}))?(?:\.\d+)?"
    r" ?(?P<half>[AP]M)?",
    re.IGNORECASE,
)


class UnreadableMoment(ValueError):
    """Nobody could say when this is."""


def plain(text: str) -> str:
    """Write full-width characters as plain ones; nothing where a table means nothing.

    >>> plain(" ２０:１５ "), plain("(null)")
    ('20:15', '')
    """
    said = unicodedata.normalize("NFKC", text).strip()
    return "" if said.casefold() in NOTHING else said


def read_moment(
    text: str,
    *,
    zone: tzinfo,
    time_format: str = "",
    hour: str = "",
    whole: bool = False,
) -> datetime | None:
    """Return the moment a cell names, UTC; None where it is empty.

    Parameters
    ----------
    text
        Date and time; the date only where ``hour`` has the time of day.
    zone
        Holds where the cell does not say it.
    whole
        A date without a time of day is its midnight: so spreadsheets keep midnight.

    Raises
    ------
    UnreadableMoment
        It cannot be read, or there is no time of day.
    """
    text, hour = plain(text), plain(hour)
    if not text:
        return None
    try:
        found: datetime | None
        if time_format and not hour:
            found = datetime.strptime(text, time_format)  # noqa: DTZ007 -- the zone follows
        else:
            found = _usual(text, hour=hour, whole=whole)
        if found is None or found.year < EARLIEST_YEAR:
            return None
        if found.tzinfo is None:
            found = found.replace(tzinfo=zone)
        return found.astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError) as error:
        raise UnreadableMoment(text) from error


def _usual(text: str, *, hour: str, whole: bool) -> datetime | None:
    for pattern in (YEAR_FIRST, MONTH_FIRST, DIGITS):
        if match := pattern.fullmatch(text):
            break
    else:
        raise UnreadableMoment(text)
    parts = match.groupdict()
    year, month, day = (int(parts[name]) for name in ("year", "month", "day"))
    if year < EARLIEST_YEAR:
        return None
    if hour:
        of_day = HOUR.fullmatch(hour)
        if of_day is None:
            raise UnreadableMoment(hour)
        parts |= of_day.groupdict()
    elif parts["hour"] is None and not whole:
        raise UnreadableMoment(text)
    clock = int(parts["hour"] or 0)
    if half := parts["half"]:
        clock = clock % 12 + (12 if half.upper() == "PM" else 0)
    return datetime(
        year,
        month,
        day,
        clock,
        int(parts["minute"] or 0),
        int(parts["second"] or 0),
        tzinfo=_offset(parts["zone"]),
    )


def _offset(zone: str | None) -> tzinfo | None:
    if not zone:
        return None
    if zone.upper() == "Z":
        return UTC
    return datetime.fromisoformat(f"2000-01-01T00:00:00{zone}").tzinfo
