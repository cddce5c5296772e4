"""Find streets by name and by area."""

import numpy as np
from numpy.typing import ArrayLike

from xunfang.core.geo import Floats, points_in_polygon
from xunfang.core.streets.network import Ints, StreetNetwork


def find_street_names(network: StreetNetwork, text: str) -> list[str]:
    """Return the names of streets that contain a text, shortest first.

    Upper and lower case are the same; an empty text finds nothing.
    """
    wanted = text.strip().casefold()
    if not wanted:
        return []
    found = {str(name) for name in network.names if wanted in str(name).casefold()}
    return sorted(found, key=lambda name: (len(name), name))


def segments_named(network: StreetNetwork, name: str) -> Ints:
    """Return the segments of all streets of exactly this name, ascending."""
    if not name:
        return np.empty(0, dtype=np.int64)
    return np.flatnonzero(
        np.isin(network.segment_name, np.flatnonzero(network.names == name))
    )


def segment_middles(network: StreetNetwork) -> Floats:
    """Return the point half-way along each segment, WGS84, shape ``(n_segments, 2)``."""
    along, shape = network.shape_along_m, network.shape_lonlat
    half_m = along[network.shape_offset[1:] - 1] / 2.0
    # Laid end to end, all segments are one line on which distances only grow.
    before_m = np.concatenate(([0.0], np.cumsum(2.0 * half_m + 1.0)))[:-1]
    line_m = along + np.repeat(before_m, np.diff(network.shape_offset))
    return np.stack(
        [np.interp(before_m + half_m, line_m, shape[:, axis]) for axis in (0, 1)],
        axis=1,
    )


def streets_within(network: StreetNetwork, ring: ArrayLike) -> Ints:
    """Return the segments whose middle lies within a polygon, ascending.

    The middle decides, so that patrol areas whose polygons do not overlap never
    share a segment, even where their border runs across it.

    Parameters
    ----------
    network
        The streets.
    ring
        Corners, WGS84, shape ``(m, 2)``.

    Raises
    ------
    ValueError
        The ring has fewer than three corners.
    """
    return np.flatnonzero(points_in_polygon(segment_middles(network), ring))
