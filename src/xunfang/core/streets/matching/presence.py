"""Unit minutes by grid cell and hour, from the fixes as they are."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from xunfang.core.geo import Floats
from xunfang.core.streets.matching.fixes import LONGEST_GAP_S, Fixes
from xunfang.core.streets.matching.keys import number_rows
from xunfang.core.streets.network import Ints

_HOUR_S = 3600


@dataclass(frozen=True, eq=False)
class Presence:
    """Time of units in cells, one row for each cell and hour with any.

    Sorted by hour, then cell; each array has length ``n``.

    Parameters
    ----------
    cell
        Number of the cell; -1 for time outside all cells.
    hour
        Hours since the clock of the fixes began.
    seconds
        Unit seconds, above zero: two units there for a minute are 120.
    """

    cell: Ints
    hour: Ints
    seconds: Floats

    def minutes(self, *, n_cells: int, hours: range) -> Floats:
        """Return minutes as a table, shape ``(len(hours), n_cells)``."""
        table = np.zeros((len(hours), n_cells))
        inside = (
            (self.cell >= 0)
            & (self.cell < n_cells)
            & (self.hour >= hours.start)
            & (self.hour < hours.stop)
        )
        table[self.hour[inside] - hours.start, self.cell[inside]] = (
            self.seconds[inside] / 60
        )
        return table


def presence_by_cell_hour(
    fixes: Fixes, cell: ArrayLike, *, longest_gap_s: float = LONGEST_GAP_S
) -> Presence:
    """Add up how long units were in each cell in each hour.

    The time between two fixes of a unit belongs half to the cell of each, cut where an
    hour begins. Where a unit was silent for longer than ``longest_gap_s`` nothing is
    counted, for nobody knows where it was. All rows together are exactly the time that
    is counted.

    Parameters
    ----------
    fixes
        On a clock whose hours are the hours wanted, such as seconds since 1970 where
        the zone is a whole number of hours.
    cell
        Cell of each fix, shape ``(len(fixes),)``, -1 for none: as
        `geo.rings_of_points` answers.
    """
    cells = np.asarray(cell, dtype=np.int64)
    if len(cells) != len(fixes):
        message = f"{len(fixes)} fixes, but cells for {len(cells)}"
        raise ValueError(message)
    after = np.flatnonzero(fixes.follows(longest_gap_s))
    begin_s, end_s = fixes.t_s[after - 1], fixes.t_s[after]
    middle_s = (begin_s + end_s) / 2
    of_cell = np.concatenate((cells[after - 1], cells[after]))
    from_s = np.concatenate((begin_s, middle_s))
    to_s = np.concatenate((middle_s, end_s))

    # No half gap is as long as an hour, so each is cut once at most.
    hour = np.floor(from_s / _HOUR_S).astype(np.int64)
    turn_s = np.minimum(to_s, (hour + 1.0) * _HOUR_S)
    of_cell = np.concatenate((of_cell, of_cell))
    of_hour = np.concatenate((hour, hour + 1))
    seconds = np.concatenate((turn_s - from_s, to_s - turn_s))
    some = seconds > 0
    (at_hour, in_cell), row = number_rows(of_hour[some], of_cell[some])
    total = np.bincount(row, weights=seconds[some], minlength=len(in_cell))
    return Presence(in_cell, at_hour, total)
