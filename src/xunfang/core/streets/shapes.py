"""Cut pieces out of streets, for drawing and measuring."""

import numpy as np

from xunfang.core.geo import Floats
from xunfang.core.streets.network import Ints, StreetNetwork


def cut_segment(
    network: StreetNetwork, segment: int, *, from_share: float, to_share: float
) -> Floats:
    """Return the points of a segment between two shares of its length.

    Shares run from 0 at its start as drawn to 1; if ``from_share`` is the larger one
    the points run backwards. WGS84, shape ``(n, 2)``, n at least 2.
    """
    low, high = sorted((from_share, to_share))
    span = slice(network.shape_offset[segment], network.shape_offset[segment + 1])
    shape, along = network.shape_lonlat[span], network.shape_along_m[span]
    ends = np.array([low, high]) * along[-1]
    inner = (along > ends[0]) & (along < ends[1])
    cut = np.stack([np.interp(ends, along, shape[:, axis]) for axis in (0, 1)], axis=1)
    points = np.concatenate((cut[:1], shape[inner], cut[1:]))
    return points if from_share <= to_share else points[::-1]


def draw_along(
    network: StreetNetwork, edges: Ints, *, from_share: float, to_share: float
) -> tuple[Floats, float]:
    """Return points and length of a way along directed edges.

    Parameters
    ----------
    edges
        In the order they are driven, at least one.
    from_share, to_share
        Where on the first and the last segment, as drawn, the way begins and ends.

    Returns
    -------
    tuple
        WGS84 points, shape ``(n, 2)``, and the length in metres.
    """
    pieces: list[Floats] = []
    length_m = 0.0
    for index, edge in enumerate(edges.tolist()):
        segment, backwards = divmod(edge, 2)
        begin, finish = (1.0, 0.0) if backwards else (0.0, 1.0)
        begin = from_share if index == 0 else begin
        finish = to_share if index == len(edges) - 1 else finish
        points = cut_segment(network, segment, from_share=begin, to_share=finish)
        # The last point of the piece before is the first of this one.
        pieces.append(points if index == 0 else points[1:])
        length_m += abs(finish - begin) * float(network.segment_length_m[segment])
    return np.concatenate(pieces), length_m
