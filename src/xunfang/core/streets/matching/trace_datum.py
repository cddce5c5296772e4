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
    lonlat = fixes.lonlat[:_MOST_FIXES]
    usual_m = _median_m(snapper, lonlat)
    shown = shown_datum(graph, fixes, declared=Datum.WGS84)
    if shown is not None and shown is not Datum.WGS84:
        return DatumSuspicion(
            shown, usual_m, _median_m(snapper, to_wgs84(lonlat, shown))
        )
    return DatumSuspicion(None, usual_m, None) if usual_m > _FAR_M else None


def shown_datum(graph: MatchGraph, fixes: Fixes, *, declared: Datum) -> Datum | None:
    """Return the datum in which a device writes, as its way along the streets shows.

    Parameters
    ----------
    graph
        The streets of the mode the device moved in.
    fixes
        As one device sent them, converted by nobody. Those beyond 3,000 are not read.
    declared
        What the device is said to write; it is believed unless another datum fits much
        better.

    Returns
    -------
    Datum or None
        None: it went along too little, or along no streets that we know.
    """
    some = slice(0, _MOST_FIXES)
    lonlat = fixes.lonlat[some]
    read_as = {
        datum: to_wgs84(lonlat, datum)
        for datum in dict.fromkeys((declared, Datum.WGS84, Datum.GCJ02, Datum.BD09))
        # They are the same to the metre.
        if datum is declared or {datum, declared} != {Datum.WGS84, Datum.CGCS2000}
    }
    cells = np.floor(graph.network.projection.to_xy_m(read_as[declared]) / _CELL_M)
    if len(np.unique(cells, axis=0)) < FEWEST_CELLS:
        return None
    fit_m = {
        datum: _fit_m(graph, tidy_fixes(fixes.unit[some], fixes.t_s[some], places))
        for datum, places in read_as.items()
    }
    likely = min(fit_m, key=lambda datum: fit_m[datum])
    if fit_m[likely] <= _GOOD_FIT_M and fit_m[likely] <= _MUCH_BETTER * fit_m[declared]:
        return likely
    return declared if fit_m[declared] <= _GOOD_FIT_M else None


def _fit_m(graph: MatchGraph, fixes: Fixes) -> float:
    """Root mean square distance of fixes from the path that fits them best."""
    matched = match_fixes(graph, fixes)
    off_m = np.where(matched.is_matched, matched.distance_m, graph.grid.radius_m)
    return float(np.sqrt(np.mean(off_m**2)))


def _median_m(snapper: Snapper, lonlat: np.ndarray) -> float:
    return float(np.median(snapper.snap(lonlat).distance_m))
