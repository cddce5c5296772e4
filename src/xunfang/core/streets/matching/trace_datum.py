"""Notice that a device writes its positions in another datum than it says.

`datum_check.suspect_datum` asks this of places that have nothing to do with one
another. Fixes of a patrol have: a thousand of them may be one stay, and an hour on foot
may be two streets. So the whole trace is matched, as given and with the shift taken
off. A trace moved by some hundred metres into a dense centre still lies near streets,
but not along any: on the streets of six cities, with up to 8 m of noise, right readings
fit within 11 m and wrong ones not within 12.
"""

from typing import Final

import numpy as np

from xunfang.core.geo import Datum, to_wgs84
from xunfang.core.streets.datum_check import DatumSuspicion
from xunfang.core.streets.matching.fixes import Fixes, tidy_fixes
from xunfang.core.streets.matching.graph import MatchGraph
from xunfang.core.streets.matching.match import match_fixes
from xunfang.core.streets.snapping import Snapper

FEWEST_CELLS: Final = 8
"""A trace that touches fewer squares of 60 m says too little."""
_CELL_M: Final = 60.0
_MOST_FIXES: Final = 3_000
# Taking the shift off must make the fit good, and much better than it was.
_GOOD_FIT_M: Final = 16.0
_MUCH_BETTER: Final = 0.8
_FAR_M: Final = 100.0


def suspect_trace_datum(
    graph: MatchGraph, snapper: Snapper, fixes: Fixes
) -> DatumSuspicion | None:
    """Return a suspicion if fixes, taken for WGS84, are not where they say; else None.

    Ask of one device at a time: of ten, one wrong is lost among nine right ones.

    Parameters
    ----------
    graph
        The streets of the mode the device moved in.
    snapper
        The streets of all modes, for the distances told.
    fixes
        As they would be stored. Those that touch fewer than `FEWEST_CELLS` squares of
        60 m are suspected only where half of them are farther than 100 m from any
        street and so lie off the map.
    """
    if not len(fixes):
        return None
    some = slice(0, _MOST_FIXES)
    lonlat = fixes.lonlat[some]
    cells = np.floor(graph.network.projection.to_xy_m(lonlat) / _CELL_M)
    usual_m = _median_m(snapper, lonlat)
    if len(np.unique(cells, axis=0)) >= FEWEST_CELLS:
        read_as = {
            datum: to_wgs84(lonlat, datum)
            for datum in (Datum.WGS84, Datum.GCJ02, Datum.BD09)
        }
        fit_m = {
            datum: _fit_m(graph, tidy_fixes(fixes.unit[some], fixes.t_s[some], places))
            for datum, places in read_as.items()
        }
        likely = min(fit_m, key=lambda datum: fit_m[datum])
        if (
            fit_m[likely] <= _GOOD_FIT_M
            and fit_m[likely] <= _MUCH_BETTER * fit_m[Datum.WGS84]
        ):
            return DatumSuspicion(likely, usual_m, _median_m(snapper, read_as[likely]))
    return DatumSuspicion(None, usual_m, None) if usual_m > _FAR_M else None


def _fit_m(graph: MatchGraph, fixes: Fixes) -> float:
    """Root mean square distance of fixes from the path that fits them best."""
    matched = match_fixes(graph, fixes)
    off_m = np.where(matched.is_matched, matched.distance_m, graph.grid.radius_m)
    return float(np.sqrt(np.mean(off_m**2)))


def _median_m(snapper: Snapper, lonlat: np.ndarray) -> float:
    return float(np.median(snapper.snap(lonlat).distance_m))
