"""Bands of hours in which a station's crews were to be out, from their shifts.

Minutes and hours are counted from the midnight with which a night's date begins: a day
shift lies at 480-960, 27 is three in the morning of the next day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

BAND_HOURS: Final = 3
"""All bands are as long as each other and begin at 00:00, 03:00, 06:00, …: the same
minutes ask the same in each, and stations and nights stand in the same columns."""
LEAST_OUT_MIN: Final = 60
"""A band counts if somebody was to be out in it for so long. Half an hour of a shift at
its edge cannot bring a crew into every cell, and is no reproach to anybody."""


@dataclass(frozen=True, slots=True, order=True)
class Band:
    """Hours that somebody was to be out in."""

    first_hour: int
    out_min: tuple[tuple[int, int], ...]
    """When at least one crew was to be out: spans of minutes, apart, in order."""

    @property
    def last_hour(self) -> int:
        """The hour before which it ends."""
        return self.first_hour + BAND_HOURS

    @property
    def is_whole(self) -> bool:
        """Whether somebody was to be out in all of it."""
        return self.out_min == ((60 * self.first_hour, 60 * self.last_hour),)


def first_hour_of(hour: int) -> int:
    """Return with which hour the band begins that an hour lies in.

    >>> first_hour_of(25)
    24
    """
    return hour - hour % BAND_HOURS


def bands_of_shifts(
    shifts: Iterable[tuple[int, int]], *, least_out_min: int = LEAST_OUT_MIN
) -> tuple[Band, ...]:
    """Return the bands in which crews with these shifts were to be out, in order.

    Parameters
    ----------
    shifts
        From which minute to which, not negative; they may overlap.

    >>> [band.first_hour for band in bands_of_shifts([(1080, 1560), (1170, 1620)])]
    [18, 21, 24]
    """
    length = 60 * BAND_HOURS
    cut: dict[int, list[tuple[int, int]]] = {}
    for begins, ends in _joined(shifts):
        for number in range(begins // length, -(-ends // length)):
            part = (max(begins, number * length), min(ends, (number + 1) * length))
            cut.setdefault(number, []).append(part)
    return tuple(
        Band(number * BAND_HOURS, tuple(parts))
        for number, parts in sorted(cut.items())
        if sum(ends - begins for begins, ends in parts) >= least_out_min
    )


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for begins, ends in sorted(spans):
        if joined and begins <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], ends))
        else:
            joined.append((begins, ends))
    return joined
