"""Points on a public map that each stand for many doors, so that none shows one.

As data.police.uk does it ("About the data", location anonymisation): where something
was is given away and only the nearest point is kept whose surroundings hold at least
eight postal addresses. Here the surroundings are grid cells. Whose point a cell has follows
from the cells and their addresses alone: nothing that is shown on the map can move it.
"""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xunfang.core.geo import Floats, LocalProjection

LEAST_ADDRESSES: Final = 8
"""As many as police.uk asks of a point; a point without any address is none with us."""


def shared_points(
    *,
    lonlat: ArrayLike,
    area: ArrayLike,
    n_addresses: ArrayLike,
    least: int = LEAST_ADDRESSES,
) -> NDArray[np.int64]:
    """Return for each cell the cell at whose point it is shown, -1 for nowhere.

    Cells with the same answer are one group. In each area the group with the fewest
    addresses (of equals the one whose first cell comes first) is joined with the group
    that has the nearest cell, until every group has ``least``; where the whole area has
    fewer, its cells are shown nowhere. A group is shown at its cell with most addresses.

    Parameters
    ----------
    lonlat
        The point of each cell, WGS84 degrees, shape ``(n, 2)``.
    area
        Number of the area of each cell, shape ``(n,)``. No group crosses an area.
    n_addresses
        Doors with a number in each cell, shape ``(n,)``, not negative. Cells that
        nobody has counted are 0: what is not known proves nothing.
    least
        At least 1.

    Raises
    ------
    ValueError
        Shapes disagree, a number is negative or ``least`` is below 1: the caller's bug.
    """
    places = np.asarray(lonlat, dtype=np.float64).reshape(-1, 2)
    areas = np.asarray(area, dtype=np.int64)
    counts = np.asarray(n_addresses, dtype=np.int64)
    if not areas.shape == counts.shape == (len(places),):
        raise ValueError(f"{places.shape}, {areas.shape} and {counts.shape} disagree")
    if least < 1 or (counts < 0).any():
        raise ValueError("addresses are counted from 0, and a point needs at least 1")
    shown_at = np.full(len(places), -1, dtype=np.int64)
    for each in np.unique(areas):
        cells = np.flatnonzero(areas == each)
        group = _joined(places[cells], counts[cells], least)
        for first in np.unique(group):
            members = cells[group == first]
            if counts[members].sum() >= least:
                shown_at[members] = members[counts[members].argmax()]
    return shown_at


def _joined(lonlat: Floats, counts: NDArray[np.int64], least: int) -> NDArray[np.int64]:
    """Return the first cell of each cell's group, for the cells of one area."""
    xy_m = LocalProjection.around(lonlat).to_xy_m(lonlat)
    apart_m = np.hypot(*(xy_m[:, None, :] - xy_m).transpose(2, 0, 1))
    group = np.arange(len(counts))
    while True:
        firsts = np.unique(group)
        totals = np.array([counts[group == first].sum() for first in firsts])
        if len(firsts) == 1 or totals.min() >= least:
            return group
        poorest = group == firsts[totals.argmin()]
        nearest = apart_m[np.ix_(poorest, ~poorest)].min(axis=0).argmin()
        both = poorest | (group == group[~poorest][nearest])
        group[both] = np.flatnonzero(both)[0]
