"""Territories, patrol areas and grid cells: convex pieces that tile without a gap.

The border is cut into territories by the bisectors between station sites, a
territory into areas and an area into cells by straight cuts. Every piece is convex,
so a cut has exactly two pieces. The proof that nothing gaps or overlaps is then made
on whole numbers: corners that lie on a neighbour's side are added to that side, so
that each side of a cell is, in the opposite direction, a side of exactly one other
cell or a side of the border; and an area's outline is what is left of its cells'
sides when those pairs are struck out.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from xunfang.core.errors import DomainError

type Polygon = NDArray[np.float64]

_SAME_POINT_M = 0.05
_ENOUGH_STREETS = 60


class PartitionTorn(DomainError):
    """Pieces that should tile do not: a cut fell together with a corner."""

    code = "demo.partition_torn"


@dataclass(frozen=True, slots=True)
class Piece:
    """A convex polygon and the street points inside it (indices)."""

    outline: Polygon
    members: NDArray[np.int64]


def territories(border: Polygon, sites: NDArray[np.float64]) -> list[Polygon]:
    """Cut a convex border into the neighbourhoods of sites (Voronoi cells)."""
    pieces = []
    for i, site in enumerate(sites):
        outline = border
        for j, other in enumerate(sites):
            if i != j:
                outline = keep_side(outline, (site + other) / 2.0, site - other)
        pieces.append(outline)
    return pieces


def keep_side(
    outline: Polygon, at: NDArray[np.float64], normal: NDArray[np.float64]
) -> Polygon:
    """Clip a convex polygon to the half plane that ``normal`` points into."""
    height = (outline - at) @ normal / math.hypot(*normal)
    kept: list[NDArray[np.float64]] = []
    for i, here in enumerate(height):
        j = (i + 1) % len(outline)
        there = height[j]
        if here >= 0.0:
            kept.append(outline[i])
        if (here >= 0.0) != (there >= 0.0):
            t = here / (here - there)
            kept.append(outline[i] + t * (outline[j] - outline[i]))
    return np.array(kept).reshape(-1, 2)


def holds(outline: Polygon, points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which points a convex, counter-clockwise polygon holds; shape ``(n,)``."""
    side = np.roll(outline, -1, axis=0) - outline
    off = points[:, None, :] - outline[None]
    return np.asarray(
        (side[None, :, 0] * off[..., 1] - side[None, :, 1] * off[..., 0] >= 0).all(1)
    )


def split_evenly(
    piece: Piece,
    points: NDArray[np.float64],
    along: NDArray[np.float64],
    n: int,
    rng: np.random.Generator,
) -> list[Piece]:
    """Cut a piece into ``n`` of about equal weight.

    Weight is three parts streets and one part ground, so that open country gets
    large cells and never none. Each cut is across the longer extent of the piece.
    ``points`` and ``along`` are all street points and the streets' directions there.
    """
    if n == 1:
        return [piece]
    less = n // 2
    outline = piece.outline
    axis = _long_axis(outline, points[piece.members], along[piece.members])
    direction = axis + 0.06 * (2.0 * rng.random() - 1.0)
    normal = np.array([math.cos(direction), math.sin(direction)])
    ground = _ground_sample(outline)
    streets = points[piece.members]
    values = np.concatenate([streets @ normal, ground @ normal])
    weights = np.concatenate(
        [
            np.full(len(streets), 0.75 / max(1, len(streets))),
            np.full(len(ground), 0.25 / len(ground)),
        ]
    )
    order = np.argsort(values, kind="stable")
    total = np.cumsum(weights[order])
    at = values[order][int(np.searchsorted(total, total[-1] * less / n))]
    low, high = (outline @ normal).min(), (outline @ normal).max()
    # A sliver is no area: keep at least a fifth of an even share of the extent.
    margin = 0.2 * (high - low) / n
    at = min(max(at, low + margin), high - margin)
    left = keep_side(outline, normal * at, -normal)
    right = keep_side(outline, normal * at, normal)
    below = points[piece.members] @ normal <= at
    first = Piece(left, piece.members[below])
    second = Piece(right, piece.members[~below])
    return [
        *split_evenly(first, points, along, less, rng),
        *split_evenly(second, points, along, n - less, rng),
    ]


def _long_axis(
    outline: Polygon, streets: NDArray[np.float64], along: NDArray[np.float64]
) -> float:
    """Direction in which a piece is longest, radians.

    Where there are streets it is in line with them, and their spread without the outer
    tenths decides: the core of a station must not be sliced because its territory
    reaches far out.
    """
    if len(streets) >= _ENOUGH_STREETS:
        # Four-fold mean of directions: a street and its cross street count alike.
        turned = (along[:, 0] + 1j * along[:, 1]) ** 4
        grid = float(np.angle(turned.sum())) / 4.0
        axes = np.array([grid, grid + math.pi / 2.0])
        spread = streets @ np.stack([np.cos(axes), np.sin(axes)])
        low, high = np.quantile(spread, [0.1, 0.9], axis=0)
        return float(axes[int((high - low).argmax())])
    sides = np.roll(outline, -1, axis=0) - outline
    best = (math.inf, 0.0)
    for angle in np.arctan2(sides[:, 1], sides[:, 0]).tolist():
        u = np.array([math.cos(angle), math.sin(angle)])
        v = np.array([-u[1], u[0]])
        long, wide = float(np.ptp(outline @ u)), float(np.ptp(outline @ v))
        box = (long * wide, angle if long >= wide else angle + math.pi / 2.0)
        best = min(best, box)
    return best[1]


def _ground_sample(outline: Polygon) -> NDArray[np.float64]:
    """About a hundred points spread evenly over a polygon."""
    low, high = outline.min(axis=0), outline.max(axis=0)
    grid = (np.arange(14) + 0.5) / 14
    points = low + (high - low) * np.stack(np.meshgrid(grid, grid), -1).reshape(-1, 2)
    return points[holds(outline, points)]


def knit(outlines: list[Polygon]) -> tuple[NDArray[np.float64], list[list[int]]]:
    """Give polygons common corners: points ``(n, 2)`` and one ring of indices each.

    A corner that lies on a neighbour's side becomes a corner of that neighbour, too.
    """
    corners = np.vstack(outlines)
    tree = cKDTree(corners)
    label = np.arange(len(corners))
    pairs = tree.query_pairs(_SAME_POINT_M, output_type="ndarray")
    np.minimum.at(label, pairs[:, 1], pairs[:, 0])
    for i in range(len(label)):
        label[i] = label[label[i]]
    kept, ring_of = np.unique(label, return_inverse=True)
    points = corners[kept]
    rings: list[list[int]] = []
    start = 0
    for outline in outlines:
        ring = [int(i) for i in ring_of[start : start + len(outline)]]
        start += len(outline)
        ring = [a for a, b in zip(ring, ring[1:] + ring[:1], strict=True) if a != b]
        rings.append(_with_corners_between(ring, points))
    return points, rings


def _with_corners_between(ring: list[int], points: NDArray[np.float64]) -> list[int]:
    full: list[int] = []
    for a, b in zip(ring, ring[1:] + ring[:1], strict=True):
        side = points[b] - points[a]
        length = math.hypot(*side)
        off = points - points[a]
        along = off @ side / length
        beside = np.abs(off[:, 0] * side[1] - off[:, 1] * side[0]) / length
        between = np.flatnonzero(
            (beside < _SAME_POINT_M)
            & (along > _SAME_POINT_M)
            & (along < length - _SAME_POINT_M)
        )
        full += [a, *(int(i) for i in between[np.argsort(along[between])])]
    return full


def outline_of(rings: list[list[int]]) -> list[int]:
    """The one ring round a set of knitted pieces.

    Raises
    ------
    PartitionTorn
        The pieces are not one connected region without holes.
    """
    sides = Counter(
        (a, b) for ring in rings for a, b in zip(ring, ring[1:] + ring[:1], strict=True)
    )
    onward = {a: b for a, b in sides if (b, a) not in sides}
    n_sides = sum((b, a) not in sides for a, b in sides)
    if not onward or len(onward) != n_sides:
        raise PartitionTorn("two parts of an area touch in a point only")
    start = min(onward)
    ring = [start]
    while (step := onward[ring[-1]]) != start:
        ring.append(step)
        if len(ring) > n_sides:
            raise PartitionTorn("an outline does not close")
    if len(ring) != n_sides:
        raise PartitionTorn("an area lies in more than one part")
    return ring
