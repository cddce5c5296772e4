"""Notice that a set of places is written in another datum than it says.

GCJ-02 moves places by 370 to 570 m, BD-09 by about a kilometre. In a dense centre a
shifted place still falls near some street, so its distance alone tells little. What
tells is the comparison: if taking the shift off brings the places much nearer to the
streets, they were shifted.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from xunfang.core.geo import Datum, to_wgs84
from xunfang.core.streets.snapping import Snapper

# Fewer places than this may lie oddly by chance.
FEWEST_PLACES: Final = 10
_FAR_M: Final = 200.0
# Taking the shift off must at least halve the usual distance, and places within a
# street's width of the streets are right as they are.
_IMPROVES_TO_SHARE: Final = 0.5
_ON_STREET_M: Final = 12.0


@dataclass(frozen=True, slots=True)
class DatumSuspicion:
    """Why a set of places is probably not where it says.

    ``likely`` is the datum that fits, None if none does: then the places lie off the
    map. Distances are medians to the next street, as given and read as ``likely``.
    """

    likely: Datum | None
    distance_m: float
    likely_distance_m: float | None


def suspect_datum(snapper: Snapper, lonlat: ArrayLike) -> DatumSuspicion | None:
    """Return a suspicion if places, taken for WGS84, lie off the streets; else None.

    Parameters
    ----------
    snapper
        The streets of all modes.
    lonlat
        Places as they would be stored, shape ``(n, 2)``: kerb-side places or
        positions of patrols. Fewer than `FEWEST_PLACES` are suspected only when far
        off.
    """
    points = np.asarray(lonlat, dtype=np.float64).reshape(-1, 2)
    if not len(points):
        return None
    given_m = _usual_distance_m(snapper, points)
    read_as = {
        datum: _usual_distance_m(snapper, to_wgs84(points, datum))
        for datum in (Datum.GCJ02, Datum.BD09)
    }
    likely = min(read_as, key=lambda datum: read_as[datum])
    if (
        len(points) >= FEWEST_PLACES
        and given_m > _ON_STREET_M
        and read_as[likely] < _IMPROVES_TO_SHARE * given_m
    ):
        return DatumSuspicion(likely, given_m, read_as[likely])
    return DatumSuspicion(None, given_m, None) if given_m > _FAR_M else None


def _usual_distance_m(snapper: Snapper, points: ArrayLike) -> float:
    return float(np.median(snapper.snap(points).distance_m))
