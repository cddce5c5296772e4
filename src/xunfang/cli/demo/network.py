"""The streets of the whole municipality as one graph in metres, and its water."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from xunfang.cli.demo.blocks import Fabric
    from xunfang.cli.demo.names import Name
    from xunfang.cli.demo.sheet import Point

type Bend = Callable[[NDArray[np.float64]], NDArray[np.float64]]

_STEP_M = 70.0
_SIMPLIFY_M = 1.6


@dataclass(frozen=True, slots=True)
class Way:
    """A street or path through nodes of the network, in drawing order."""

    nodes: tuple[int, ...]
    highway: str
    name: Name | None = None
    oneway: bool = False
    bridge: bool = False
    maxspeed_kmh: int | None = None


@dataclass(frozen=True, slots=True)
class Water:
    """A river, brook or lake: its outline, and its course if it flows."""

    outline: NDArray[np.float64]
    name: Name
    kind: str
    course: NDArray[np.float64] | None = None


class Network:
    """Nodes (metres) and ways; grown fabric by fabric and road by road."""

    def __init__(self) -> None:
        self.points: list[Point] = []
        self.ways: list[Way] = []

    def xy(self) -> NDArray[np.float64]:
        """All nodes, shape ``(n, 2)``, metres."""
        return np.array(self.points, dtype=np.float64).reshape(-1, 2)

    def add_point(self, x: float, y: float) -> int:
        """Put down a node and return its number."""
        self.points.append((float(x), float(y)))
        return len(self.points) - 1

    def add_fabric(self, fabric: Fabric, bend: Bend) -> range:
        """Bend a sheet's lines into the network; returns its junctions' numbers."""
        sheet = fabric.sheet
        first = len(self.points)
        for x, y in bend(np.array(sheet.points)).tolist():
            self.add_point(x, y)
        junctions = range(first, len(self.points))
        # Every piece between two nodes gets points on the way, bent with the rest.
        flat: list[Point] = []
        for line in sheet.lines:
            stops = line.nodes()
            for a, b in itertools.pairwise(stops):
                flat += _steps(sheet.points[a], sheet.points[b])
        bent = bend(np.array(flat))
        done = 0
        for line in sheet.lines:
            stops = line.nodes()
            nodes = [first + stops[0]]
            for a, b in itertools.pairwise(stops):
                n = len(_steps(sheet.points[a], sheet.points[b]))
                curve = bent[done : done + n]
                done += n
                if n > 2:
                    curve = simplified(curve, _SIMPLIFY_M)
                    nodes += [self.add_point(x, y) for x, y in curve[1:-1].tolist()]
                nodes.append(first + b)
            self.ways.append(
                Way(
                    tuple(nodes),
                    line.highway,
                    line.name,
                    line.oneway,
                    line.bridge,
                    line.maxspeed_kmh,
                )
            )
        return junctions

    def segments(self, ways: range) -> NDArray[np.int64]:
        """Pieces of some ways: rows (way, position on the way, node, next node)."""
        rows = [
            (w, i, a, b)
            for w in ways
            for i, (a, b) in enumerate(
                zip(self.ways[w].nodes, self.ways[w].nodes[1:], strict=False)
            )
        ]
        return np.array(rows, dtype=np.int64).reshape(-1, 4)

    def join_crossings(self, ways: range) -> None:
        """Make a junction wherever one of ``ways`` crosses any way on the level."""
        xy = self.xy()
        mine = self.segments(ways)
        everyone = self.segments(range(len(self.ways)))
        everyone = everyone[[not self.ways[w].bridge for w in everyone[:, 0]]]
        inserts: dict[int, list[tuple[int, float, int]]] = {}
        for row, other, t, s in _crossings(xy, mine, xy, everyone):
            w, i, a, b = (int(v) for v in mine[row])
            v, j, c, d = (int(u) for u in everyone[other])
            if len({a, b, c, d}) < 4 or (v in ways and (v, j) < (w, i)):
                continue
            x, y = xy[a] + t * (xy[b] - xy[a])
            node = self.add_point(x, y)
            inserts.setdefault(w, []).append((i, t, node))
            inserts.setdefault(v, []).append((j, s, node))
        self._insert(inserts)

    def bridge_waters(self, waters: list[Water]) -> None:
        """Split every way at the banks it crosses; what lies over water is a bridge."""
        xy = self.xy()
        ways = range(len(self.ways))
        mine = self.segments(ways)
        mine = mine[[not self.ways[w].bridge for w in mine[:, 0]]]
        inserts: dict[int, list[tuple[int, float, int]]] = {}
        for water in waters:
            bank = np.arange(len(water.outline))
            sides = np.column_stack([bank, bank, bank, np.roll(bank, -1)])
            for other, row, _, t in _crossings(water.outline, sides, xy, mine):
                del other
                w, i, a, b = (int(v) for v in mine[row])
                x, y = xy[a] + t * (xy[b] - xy[a])
                inserts.setdefault(w, []).append((i, t, self.add_point(x, y)))
        self._insert(inserts)
        xy = self.xy()
        pieces: list[Way] = []
        for w, way in enumerate(self.ways):
            if w not in inserts:
                pieces.append(way)
                continue
            ends = xy[list(way.nodes)]
            wet = np.zeros(len(way.nodes) - 1, dtype=bool)
            for water in waters:
                wet |= inside(water.outline, (ends[1:] + ends[:-1]) / 2.0)
            start = 0
            for i in range(1, len(wet) + 1):
                if i == len(wet) or wet[i] != wet[start]:
                    nodes = way.nodes[start : i + 1]
                    pieces.append(replace(way, nodes=nodes, bridge=bool(wet[start])))
                    start = i
        self.ways = pieces

    def _insert(self, inserts: dict[int, list[tuple[int, float, int]]]) -> None:
        for w, extra in inserts.items():
            nodes = list(self.ways[w].nodes)
            for i, _, node in sorted(extra, reverse=True):
                nodes.insert(i + 1, node)
            self.ways[w] = replace(self.ways[w], nodes=tuple(nodes))


def _steps(a: Point, b: Point) -> list[Point]:
    """Points from ``a`` to ``b``, both included, about every 70 m."""
    n = max(1, int(math.dist(a, b) / _STEP_M))
    (ax, ay), (dx, dy) = a, (b[0] - a[0], b[1] - a[1])
    return [(ax + dx * k / n, ay + dy * k / n) for k in range(n + 1)]


def _crossings(
    xy_a: NDArray[np.float64],
    segments_a: NDArray[np.int64],
    xy_b: NDArray[np.float64],
    segments_b: NDArray[np.int64],
) -> list[tuple[int, int, float, float]]:
    """Proper crossings of two sets of segments: rows and positions on both."""
    a0, a1 = xy_a[segments_a[:, 2]], xy_a[segments_a[:, 3]]
    b0, b1 = xy_b[segments_b[:, 2]], xy_b[segments_b[:, 3]]
    b_low, b_high = np.minimum(b0, b1), np.maximum(b0, b1)
    a_low, a_high = np.minimum(a0, a1), np.maximum(a0, a1)
    order = np.argsort(b_low[:, 0], kind="stable")
    reach = float((b_high[:, 0] - b_low[:, 0]).max(initial=0.0))
    lows = b_low[order, 0]
    found: list[tuple[int, int, float, float]] = []
    first = np.searchsorted(lows, a_low[:, 0] - reach)
    last = np.searchsorted(lows, a_high[:, 0], side="right")
    for row in range(len(segments_a)):
        near = order[first[row] : last[row]]
        near = near[
            (b_high[near, 0] >= a_low[row, 0])
            & (b_low[near, 1] <= a_high[row, 1])
            & (b_high[near, 1] >= a_low[row, 1])
        ]
        if not len(near):
            continue
        d = a1[row] - a0[row]
        e = b1[near] - b0[near]
        w = b0[near] - a0[row]
        cross = d[0] * e[:, 1] - d[1] * e[:, 0]
        with np.errstate(divide="ignore", invalid="ignore"):
            t = (w[:, 0] * e[:, 1] - w[:, 1] * e[:, 0]) / cross
            s = (w[:, 0] * d[1] - w[:, 1] * d[0]) / cross
        hit = (t > 0.0) & (t < 1.0) & (s > 0.0) & (s < 1.0)
        found += [
            (row, int(other), float(t[k]), float(s[k]))
            for k, other in enumerate(near)
            if hit[k]
        ]
    return found


def inside(
    outline: NDArray[np.float64], points: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Whether points lie in a polygon (even-odd rule); shapes ``(m, 2)``, ``(n, 2)``."""
    held = np.zeros(len(points), dtype=bool)
    low, high = outline.min(axis=0), outline.max(axis=0)
    near = np.flatnonzero(((points >= low) & (points <= high)).all(axis=1))
    near = near[np.argsort(points[near, 1], kind="stable")]
    x, y = points[near].T
    ends = np.roll(outline, -1, axis=0)
    # Only points at the height of a side can see it: sorted by height they are a slice.
    first = np.searchsorted(y, np.minimum(outline[:, 1], ends[:, 1]), side="left")
    last = np.searchsorted(y, np.maximum(outline[:, 1], ends[:, 1]), side="left")
    odd = np.zeros(len(near), dtype=bool)
    for side in np.flatnonzero(last > first):
        span = slice(first[side], last[side])
        (ax, ay), (bx, by) = outline[side], ends[side]
        odd[span] ^= x[span] < ax + (y[span] - ay) * ((bx - ax) / (by - ay))
    held[near] = odd
    return held


def simplified(curve: NDArray[np.float64], tolerance_m: float) -> NDArray[np.float64]:
    """Drop points nearer than a tolerance to the line (Douglas & Peucker 1973)."""
    keep = np.zeros(len(curve), dtype=bool)
    keep[[0, -1]] = True
    todo = [(0, len(curve) - 1)]
    while todo:
        a, b = todo.pop()
        if b - a < 2:
            continue
        chord = curve[b] - curve[a]
        length = max(float(np.hypot(*chord)), 1e-9)
        off = curve[a + 1 : b] - curve[a]
        distance = np.abs(off[:, 0] * chord[1] - off[:, 1] * chord[0]) / length
        k = int(distance.argmax())
        if distance[k] > tolerance_m:
            keep[a + 1 + k] = True
            todo += [(a, a + 1 + k), (a + 1 + k, b)]
    return curve[keep]


def smooth_curve(controls: list[Point], step_m: float) -> NDArray[np.float64]:
    """A smooth curve through control points, with a point about every ``step_m``.

    Cubic Hermite pieces over chord length; the tangent at a point is that of the
    parabola through it and its neighbours (three-point difference), so that uneven
    spacing makes no loops.
    """
    p = np.array(controls, dtype=np.float64)
    chord = np.diff(p, axis=0)
    h = np.hypot(chord[:, 0], chord[:, 1])[:, None]
    slope = chord / h
    tangent = np.vstack([slope[:1], slope[-1:]])
    if len(p) > 2:
        inner = (slope[:-1] * h[1:] + slope[1:] * h[:-1]) / (h[:-1] + h[1:])
        tangent = np.vstack([slope[:1], inner, slope[-1:]])
    pieces = []
    for i, length in enumerate(h[:, 0].tolist()):
        t = np.linspace(0.0, 1.0, max(2, int(length / step_m)), endpoint=False)[:, None]
        pieces.append(
            (2 * t**3 - 3 * t**2 + 1) * p[i]
            + (t**3 - 2 * t**2 + t) * length * tangent[i]
            + (3 * t**2 - 2 * t**3) * p[i + 1]
            + (t**3 - t**2) * length * tangent[i + 1]
        )
    return np.vstack([*pieces, p[-1:]])


def ribbon(
    course: NDArray[np.float64], width_m: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The outline of a river from its course, shape ``(n, 2)``, and widths ``(n,)``."""
    along = np.gradient(course, axis=0)
    along /= np.hypot(along[:, 0], along[:, 1])[:, None]
    normal = np.column_stack([-along[:, 1], along[:, 0]])
    half = width_m[:, None] / 2.0
    return np.vstack([course + normal * half, (course - normal * half)[::-1]])
