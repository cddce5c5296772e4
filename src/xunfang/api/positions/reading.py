"""What every format has in common: numbers as clients write them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from typing import Any, Final

from xunfang.units.positions.receiving import Spot

MILLISECONDS_FROM: Final = 1e11
"""A time of so many seconds lies 3,000 years ahead: it is milliseconds."""


class Unreadable(ValueError):
    """This is not what the format says."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a request says."""

    spots: tuple[Spot, ...] = ()
    code: str | None = None
    """What the device calls itself; None: it does not say."""
    n_unusable: int = 0
    """Fixes that were read and name no place on earth."""
    is_clock_right: bool = False
    """Whether the times were put right by what the device's clock showed on sending."""


NOTHING: Final = Said()


def number(value: Any) -> float:
    """Return a number that clients write as one or as text.

    Raises
    ------
    Unreadable
        It is none, or not finite.
    """
    try:
        read = value if type(value) is float else float(value)
    except (TypeError, ValueError, OverflowError):
        raise Unreadable(f"{value!r} is no number") from None
    if not isfinite(read):
        raise Unreadable(f"{value!r} is no number")
    return read


def measure(value: Any) -> float | None:
    """Return a number that may be left out; clients write -1 for unknown, or nothing.

    Raises
    ------
    Unreadable
        It is there, and none.
    """
    if value is None or value == "":
        return None
    read = number(value)
    return read if read >= 0.0 else None


def optional(values: Mapping[str, Any], *names: str) -> float | None:
    """Return the first of these numbers that is there."""
    for name in names:
        value = values.get(name)
        if value is not None and value != "":
            return measure(value)
    return None


def seconds(value: Any) -> float:
    """Return a time as seconds since 1970: clients write seconds, milliseconds or ISO.

    Raises
    ------
    Unreadable
        It is none of these. A time without a zone is none.
    """
    try:
        read = number(value)
    except Unreadable:
        return _iso_seconds(value)
    return read / 1000.0 if abs(read) >= MILLISECONDS_FROM else read


def _iso_seconds(value: Any) -> float:
    try:
        read = datetime.fromisoformat(value)
        if read.tzinfo is None:
            raise Unreadable(f"{value!r} has no zone")
        return read.astimezone(UTC).timestamp()
    except (TypeError, ValueError, OverflowError):
        raise Unreadable(f"{value!r} is no time") from None


def is_on_earth(lon: float, lat: float) -> bool:
    """Say whether a place may be meant: 0, 0 is what a receiver says that has no fix."""
    return -180.0 <= lon <= 180.0 and -90.0 <= lat <= 90.0 and (lon, lat) != (0.0, 0.0)


def percent(value: float | None) -> int | None:
    """Return a state of charge in percent."""
    return None if value is None else min(100, round(value))
