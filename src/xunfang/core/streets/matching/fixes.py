"""Positions of units, put in order: sorted, each moment once, nonsense left out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xunfang.core.geo import Floats
from xunfang.core.streets.network import Ints

LONGEST_GAP_S = 120.0
"""Nothing is said about where a unit was while it was silent for longer than this."""


@dataclass(frozen=True, eq=False)
class Fixes:
    """Positions sorted by unit and time, no moment of a unit twice.

    Parameters
    ----------
    unit
        A number for each unit, shape ``(n,)``.
    t_s
        When, in seconds of any one clock (such as since 1970), shape ``(n,)``.
    lonlat
        Where, WGS84, shape ``(n, 2)``.
    row
        Which of the rows given each fix comes from, shape ``(n,)``.
    n_repeated, n_invalid
        How many rows were left out: a moment of a unit that was there already, and
        positions or times that are none.
    """

    unit: Ints
    t_s: Floats
    lonlat: Floats
    row: Ints
    n_repeated: int = 0
    n_invalid: int = 0

    def __len__(self) -> int:
        return len(self.unit)

    def follows(self, longest_gap_s: float = LONGEST_GAP_S) -> NDArray[np.bool_]:
        """Tell which fixes continue the one before: same unit, no longer gap."""
        follows = np.zeros(len(self), dtype=np.bool_)
        follows[1:] = (self.unit[1:] == self.unit[:-1]) & (
            np.diff(self.t_s) <= longest_gap_s
        )
        return follows

    def unit_bounds(self) -> Ints:
        """Row at which each unit begins, and the number of fixes at the end."""
        first = np.flatnonzero(np.diff(self.unit)) + 1
        return np.concatenate(([0], first, [len(self)]))


def tidy_fixes(unit: ArrayLike, t_s: ArrayLike, lonlat: ArrayLike) -> Fixes:
    """Put fixes in order as they came in: late, repeated, out of order.

    Of several fixes of one unit at one moment the first one given stays: a phone that
    uploads twice repeats itself, and what was said first has been shown already.

    Parameters
    ----------
    unit, t_s, lonlat
        Shapes ``(n,)``, ``(n,)`` and ``(n, 2)``, in any order. Positions that are not
        on the earth, not numbers, or exactly (0, 0), which receivers send before they
        know, are left out.

    Raises
    ------
    ValueError
        The shapes do not fit one another: the caller's bug.
    """
    units = np.asarray(unit, dtype=np.int64).reshape(-1)
    times = np.asarray(t_s, dtype=np.float64).reshape(-1)
    places = np.asarray(lonlat, dtype=np.float64).reshape(-1, 2)
    if not len(units) == len(times) == len(places):
        message = f"{len(units)} units, {len(times)} times, {len(places)} positions"
        raise ValueError(message)
    is_valid = (
        np.isfinite(times)
        & np.isfinite(places).all(axis=1)
        & (np.abs(places[:, 0]) <= 180)
        & (np.abs(places[:, 1]) <= 90)
        & (places != 0).any(axis=1)
    )
    valid = np.flatnonzero(is_valid)
    order = valid[np.lexsort((valid, times[valid], units[valid]))]
    is_new = np.ones(len(order), dtype=np.bool_)
    is_new[1:] = (np.diff(units[order]) != 0) | (np.diff(times[order]) != 0)
    kept = order[is_new]
    return Fixes(
        unit=units[kept],
        t_s=times[kept],
        lonlat=places[kept],
        row=kept,
        n_repeated=len(order) - len(kept),
        n_invalid=len(units) - len(valid),
    )
