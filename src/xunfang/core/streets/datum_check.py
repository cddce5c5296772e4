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

from xunfang.core.geo import Datum, Floats, to_wgs84
from xunfang.core.streets.snapping import Snapper

# Fewer places than this may lie oddly by chance.
FEWEST_PLACES: Final = 20
_FAR_M: Final = 200.0
# How many standard errors the mean improvement must be above zero: by itself, or
# where taking the shift off halves the usual distance as well. Places that have
# nothing to do with the streets pass the first once in 30,000 sets.
_CERTAIN: Final = 4.0
_CERTAIN_IF_HALVED: Final = 3.0
# Places in a village without streets must not outweigh all others.
_CAP_M: Final = 300.0


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
    given_m = _distance_m(snapper, points)
    usual_m = float(np.median(given_m))
    if len(points) >= FEWEST_PLACES:
        read_as = {
            datum: _distance_m(snapper, to_wgs84(points, datum))
            for datum in (Datum.GCJ02, Datum.BD09)
        }
        likely = min(read_as, key=lambda datum: float(read_as[datum].mean()))
        if _is_nearer(read_as[likely], given_m):
            return DatumSuspicion(likely, usual_m, float(np.median(read_as[likely])))
    return DatumSuspicion(None, usual_m, None) if usual_m > _FAR_M else None


def _distance_m(snapper: Snapper, points: ArrayLike) -> Floats:
    return np.minimum(snapper.snap(points).distance_m, _CAP_M)


def _is_nearer(distance_m: Floats, given_m: Floats) -> bool:
    gain_m = given_m - distance_m
    error_m = float(gain_m.std(ddof=1)) / np.sqrt(len(gain_m))
    certainty = float(gain_m.mean()) / max(error_m, 0.1)
    halved = np.median(distance_m) < np.median(given_m) / 2
    return certainty > _CERTAIN or (bool(halved) and certainty > _CERTAIN_IF_HALVED)
