"""A grid over streets: which pieces of street are near a place."""

from typing import Final

import numpy as np

from xunfang.core.streets.matching.kernels import GridArrays
from xunfang.core.streets.network import Ints, StreetNetwork

_CELL_M: Final = 60.0
# A province in cells of 60 m would be all grid; the cells grow instead.
_MOST_CELLS: Final = 4e6


def build_grid(
    network: StreetNetwork, segments: Ints, *, radius_m: float
) -> GridArrays:
    """Lay a grid over some of a network's segments.

    Parameters
    ----------
    network, segments
        The streets, and which of them to put into the grid, at least one.
    radius_m
        Up to which distance from a place its streets are to be found.
    """
    offset = network.shape_offset
    n_pieces = (np.diff(offset) - 1)[segments]
    piece = np.repeat(offset[:-1][segments], n_pieces) + _count_up(n_pieces)
    xy = network.projection.to_xy_m(network.shape_lonlat)
    start, end = xy[piece], xy[piece + 1]
    along_m = network.shape_along_m

    low = np.minimum(start, end) - radius_m
    high = np.maximum(start, end) + radius_m
    west_south, east_north = low.min(axis=0), high.max(axis=0)
    size = east_north - west_south
    cell_m = max(_CELL_M, float(np.sqrt(size.prod() / _MOST_CELLS)))
    n_columns, n_lines = (np.floor(size / cell_m).astype(np.int64) + 1).tolist()

    first = np.floor((low - west_south) / cell_m).astype(np.int64)
    last = np.floor((high - west_south) / cell_m).astype(np.int64)
    width, height = (last - first + 1).T
    n_cells = width * height
    number = _count_up(n_cells)
    tall = np.repeat(height, n_cells)
    column = np.repeat(first[:, 0], n_cells) + number // tall
    line = np.repeat(first[:, 1], n_cells) + number % tall
    cell = column * n_lines + line
    order = np.argsort(cell, kind="stable")
    cell_first = np.concatenate(
        ([0], np.cumsum(np.bincount(cell, minlength=n_columns * n_lines)))
    )
    step = end - start
    return GridArrays(
        piece_x=start[:, 0].copy(),
        piece_y=start[:, 1].copy(),
        piece_dx=step[:, 0].copy(),
        piece_dy=step[:, 1].copy(),
        piece_segment=np.repeat(segments, n_pieces).astype(np.int32),
        piece_from_m=along_m[piece],
        piece_length_m=along_m[piece + 1] - along_m[piece],
        cell_first=cell_first,
        cell_piece=np.repeat(np.arange(len(piece)), n_cells)[order].astype(np.int32),
        n_columns=n_columns,
        n_lines=n_lines,
        cell_m=cell_m,
        west_m=float(west_south[0]),
        south_m=float(west_south[1]),
        radius_m=float(radius_m),
    )


def _count_up(sizes: Ints) -> Ints:
    """0, 1, 2, ... for each size in turn."""
    return np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
