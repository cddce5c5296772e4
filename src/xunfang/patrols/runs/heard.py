"""A night's fixes, judged by the logs of the crews they came from.

What came at a time when, by its log, a crew was not on duty is counted and not looked at
(CL-17); what came in a pause is no patrol, but whoever was near a street has been near.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from xunfang.core.calendars.patrol_minutes import Span
from xunfang.core.geo import Floats
from xunfang.core.streets.matching.fixes import Fixes, tidy_fixes
from xunfang.core.streets.network import Ints
from xunfang.patrols.runs.times import CrewTime
from xunfang.units.models import Fix, Shift

type Which = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Heard:
    """What crews sent on duty. Times are seconds from the midnight of the night."""

    shifts: tuple[Shift, ...]
    fixes: Fixes
    """Of all crews; ``unit`` is the place of the crew in ``shifts``."""
    leg: Ints
    """On which leg of its crew each fix lies."""
    is_patrol: Which
    """Whether it lies in no pause."""
    legs: tuple[tuple[str, ...], ...]
    """Modes of the legs of each crew."""
    n_off_duty: tuple[int, ...]

    def of_crews(self, crews: Sequence[int]) -> Fixes:
        """Return the fixes of some crews, pauses included."""
        return pick(self.fixes, np.isin(self.fixes.unit, crews))

    def in_mode(self, mode: str) -> Fixes:
        """Return the fixes of patrol in one mode; each leg is a unit of its own."""
        of_mode = np.array(
            [
                self.legs[unit][leg] == mode
                for unit, leg in zip(
                    self.fixes.unit.tolist(), self.leg.tolist(), strict=True
                )
            ],
            dtype=np.bool_,
        )
        return self._some(of_mode & self.is_patrol)

    def _some(self, which: Which) -> Fixes:
        most = max((len(legs) for legs in self.legs), default=1) or 1
        return Fixes(
            unit=self.fixes.unit[which] * most + self.leg[which],
            t_s=self.fixes.t_s[which],
            lonlat=self.fixes.lonlat[which],
            row=np.flatnonzero(which),
        )

    def crews_of(self, units: Ints) -> Ints:
        """Return the crews of units as ``in_mode`` numbers them."""
        most = max((len(legs) for legs in self.legs), default=1) or 1
        return np.asarray(units // most)

    def heard_s(self) -> Floats:
        """Return how long each crew was heard of."""
        follows = self.fixes.follows()
        step_s = np.diff(self.fixes.t_s, prepend=0.0)
        return np.bincount(
            self.fixes.unit[follows], step_s[follows], minlength=len(self.shifts)
        )


def pick(fixes: Fixes, which: Which | slice) -> Fixes:
    """Return some of the fixes, in their order."""
    return Fixes(
        fixes.unit[which], fixes.t_s[which], fixes.lonlat[which], fixes.row[which]
    )


def listen(
    shifts: Sequence[Shift], times: Mapping[int, CrewTime], *, midnight: datetime
) -> Heard:
    """Read the fixes of crews that are kept, and judge them. One query."""
    number = {shift.pk: n for n, shift in enumerate(shifts)}
    rows = (
        Fix.objects.filter(shift__in=shifts)
        .order_by("shift", "fixed_at")
        .values_list("shift_id", "fixed_at", "lon", "lat")
    )
    zero_s = midnight.timestamp()
    units: list[int] = []
    columns: list[tuple[float, float, float]] = []
    for shift, some in groupby(rows.iterator(chunk_size=20_000), key=itemgetter(0)):
        mine = [(at.timestamp() - zero_s, lon, lat) for _, at, lon, lat in some]
        columns += mine
        units += [number[shift]] * len(mine)
    table = np.array(columns, dtype=np.float64).reshape(-1, 3)
    fixes = tidy_fixes(units, table[:, 0], table[:, 1:])

    leg = np.full(len(fixes), -1, dtype=np.int64)
    is_patrol = np.zeros(len(fixes), dtype=np.bool_)
    for n, shift in enumerate(shifts):
        low, high = np.searchsorted(fixes.unit, [n, n + 1]).tolist()
        duty, t_s = times[shift.pk].duty, fixes.t_s[low:high]
        for which, one in enumerate(duty.legs):
            leg[low:high][_within(t_s, one.span, zero_s)] = which
        paused = np.zeros(high - low, dtype=np.bool_)
        for span in duty.off_patrol:
            paused |= _within(t_s, span, zero_s)
        is_patrol[low:high] = ~paused
    on_duty = leg >= 0
    n_off = np.bincount(fixes.unit[~on_duty], minlength=len(shifts))
    return Heard(
        shifts=tuple(shifts),
        fixes=pick(fixes, on_duty),
        leg=leg[on_duty],
        is_patrol=is_patrol[on_duty],
        legs=tuple(
            tuple(one.mode for one in times[shift.pk].duty.legs) for shift in shifts
        ),
        n_off_duty=tuple(n_off.tolist()),
    )


def _within(t_s: Floats, span: Span, zero_s: float) -> Which:
    begin_s = span.begins_at.timestamp() - zero_s
    end_s = span.ends_at.timestamp() - zero_s
    return np.asarray((t_s >= begin_s) & (t_s <= end_s))
