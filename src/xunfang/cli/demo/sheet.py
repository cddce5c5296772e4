"""A drawing sheet on which a district is divided into blocks by straight streets.

A town is drawn twice. First on a flat sheet with straight lines, where every block is
a convex polygon and every street knows exactly which other streets end on it. Then
the sheet is bent (see :mod:`xunfang.cli.demo.town`) so that the streets curve as the
river does. Nothing is ever intersected by tolerance: a street that ends on another
registers its end there, so that the network is in one piece by construction.

The division by repeated cuts follows Parish & Müller (2001, "Procedural modeling of
cities", section 5) in its simplest form: cut the longest side about its middle.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from xunfang.cli.demo.names import Name

type Point = tuple[float, float]


@dataclass(slots=True)
class Line:
    """One straight street on the sheet, from ``start`` to ``end`` (node numbers)."""

    start: int
    end: int
    highway: str
    name: Name | None = None
    oneway: bool = False
    bridge: bool = False
    maxspeed_kmh: int | None = None
    stops: list[tuple[float, int]] = field(default_factory=list)

    def nodes(self) -> list[int]:
        """Every node on the line, from start to end."""
        inner = [node for _, node in sorted(self.stops)]
        return [self.start, *inner, self.end]


@dataclass(slots=True)
class Block:
    """A convex piece of ground; side ``i`` runs from corner ``i`` along ``lines[i]``."""

    corners: list[int]
    lines: list[int]


@dataclass(frozen=True, slots=True)
class CutStyle:
    """How finely a district is cut, and how crookedly."""

    target_m2: float
    crooked_rad: float
    off_centre: float


class Sheet:
    """Nodes, straight lines between them, and the blocks they enclose (metres)."""

    def __init__(self) -> None:
        self.points: list[Point] = []
        self.lines: list[Line] = []

    def add_point(self, point: Point) -> int:
        """Put down a node and return its number."""
        self.points.append(point)
        return len(self.points) - 1

    def add_line(self, line: Line) -> int:
        """Draw a line and return its number."""
        self.lines.append(line)
        return len(self.lines) - 1

    def node_on(self, line_no: int, point: Point, *, snap_m: float = 22.0) -> int:
        """Return the node of a line near ``point``, made there if none is near."""
        line = self.lines[line_no]
        nearest = min(line.nodes(), key=lambda n: math.dist(self.points[n], point))
        if math.dist(self.points[nearest], point) <= snap_m:
            return nearest
        a, b = self.points[line.start], self.points[line.end]
        length2 = (b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2
        along = (point[0] - a[0]) * (b[0] - a[0]) + (point[1] - a[1]) * (b[1] - a[1])
        t = along / length2
        node = self.add_point((a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])))
        line.stops.append((t, node))
        return node

    def outline(self, block: Block) -> list[Point]:
        """The corners of a block as coordinates."""
        return [self.points[c] for c in block.corners]

    def cut(self, block: Block, through: Point, angle: float) -> Cut | None:
        """Find where a straight line crosses a block; None if it only grazes it.

        ``angle`` is the line's direction in radians.
        """
        outline = self.outline(block)
        nx, ny = -math.sin(angle), math.cos(angle)
        side = [(x - through[0]) * nx + (y - through[1]) * ny for x, y in outline]
        ends: list[tuple[int, int]] = []
        for i, here in enumerate(side):
            there = side[(i + 1) % len(side)]
            if (here > 0.0) == (there > 0.0):
                continue
            t = here / (here - there)
            (ax, ay), (bx, by) = outline[i], outline[(i + 1) % len(side)]
            point = (ax + t * (bx - ax), ay + t * (by - ay))
            ends.append((i, self.node_on(block.lines[i], point)))
        if len(ends) != 2 or ends[0][1] == ends[1][1]:
            return None
        (i, start), (j, end) = ends
        return Cut(i, start, j, end)

    def divide(
        self, block: Block, cut: Cut, line_no: int
    ) -> tuple[Block, Block] | None:
        """Return the two pieces on either side of a cut that was drawn as a line."""
        halves = []
        n = len(block.corners)
        for i, a, j, b in (
            (cut.side_a, cut.node_a, cut.side_b, cut.node_b),
            (cut.side_b, cut.node_b, cut.side_a, cut.node_a),
        ):
            # From the cut's end on side j, round the corners, to its start on side i.
            corners, lines = [b], [block.lines[j]]
            k = (j + 1) % n
            while True:
                corners.append(block.corners[k])
                lines.append(block.lines[k])
                if k == i:
                    break
                k = (k + 1) % n
            if corners[-1] == a:
                corners.pop()
                lines.pop()
            if len(corners) > 1 and corners[0] == corners[1]:
                corners.pop(0)
                lines.pop(0)
            corners.append(a)
            lines.append(line_no)
            if len(corners) < 3:
                return None
            halves.append(Block(corners, lines))
        return halves[0], halves[1]


@dataclass(frozen=True, slots=True)
class Cut:
    """A straight crossing of a block between two nodes on two of its sides."""

    side_a: int
    node_a: int
    side_b: int
    node_b: int


def area_m2(outline: list[Point]) -> float:
    """Area of a polygon by the shoelace formula, positive when counter-clockwise."""
    total = 0.0
    for (ax, ay), (bx, by) in zip(outline, outline[1:] + outline[:1], strict=True):
        total += ax * by - bx * ay
    return total / 2.0


def centre(outline: list[Point]) -> Point:
    """Centre of gravity of a polygon."""
    total = cx = cy = 0.0
    for (ax, ay), (bx, by) in zip(outline, outline[1:] + outline[:1], strict=True):
        cross = ax * by - bx * ay
        total += cross
        cx += (ax + bx) * cross
        cy += (ay + by) * cross
    return cx / (3.0 * total), cy / (3.0 * total)


def longest_side(outline: list[Point]) -> tuple[Point, Point]:
    """Both ends of the longest side."""
    sides = zip(outline, outline[1:] + outline[:1], strict=True)
    return max(sides, key=lambda side: math.dist(*side))


def propose_cut(
    outline: list[Point], style: CutStyle, rng: np.random.Generator
) -> tuple[Point, float]:
    """Return a point and a direction for a cut across the long side of a block.

    The cut runs along another side where one is nearly at right angles, so that the
    pieces stay in line with the streets around them.
    """
    (ax, ay), (bx, by) = longest_side(outline)
    t = 0.5 + style.off_centre * (2.0 * rng.random() - 1.0)
    turn = style.crooked_rad * (2.0 * rng.random() - 1.0)
    long = math.atan2(by - ay, bx - ax)
    across = long + math.pi / 2.0
    guides = [
        math.atan2(dy - cy, dx - cx)
        for (cx, cy), (dx, dy) in zip(outline, outline[1:] + outline[:1], strict=True)
        if math.dist((cx, cy), (dx, dy)) > 40.0
    ]
    guide = max(guides, key=lambda angle: abs(math.sin(angle - long)), default=across)
    if abs(math.sin(guide - long)) > 0.82:
        across = guide
    return (ax + t * (bx - ax), ay + t * (by - ay)), across + turn


def inset(outline: list[Point], distance_m: float) -> list[Point]:
    """Shrink a convex, counter-clockwise polygon; empty when nothing is left."""
    shrunk = outline
    for (ax, ay), (bx, by) in zip(outline, outline[1:] + outline[:1], strict=True):
        length = math.hypot(bx - ax, by - ay)
        if length < 1e-6:
            continue
        nx, ny = -(by - ay) / length, (bx - ax) / length
        shrunk = keep_left(
            shrunk, (ax + nx * distance_m, ay + ny * distance_m), (nx, ny)
        )
        if len(shrunk) < 3:
            return []
    return shrunk


def keep_left(outline: list[Point], at: Point, normal: Point) -> list[Point]:
    """Clip a convex polygon to the half plane that ``normal`` points into."""
    height = [(x - at[0]) * normal[0] + (y - at[1]) * normal[1] for x, y in outline]
    kept: list[Point] = []
    for i, here in enumerate(height):
        j = (i + 1) % len(outline)
        there = height[j]
        if here >= 0.0:
            kept.append(outline[i])
        if (here >= 0.0) != (there >= 0.0):
            t = here / (here - there)
            (ax, ay), (bx, by) = outline[i], outline[j]
            kept.append((ax + t * (bx - ax), ay + t * (by - ay)))
    return kept


def contains(outline: list[Point], point: Point) -> bool:
    """Whether a convex, counter-clockwise polygon holds a point."""
    return all(
        (bx - ax) * (point[1] - ay) - (by - ay) * (point[0] - ax) >= 0.0
        for (ax, ay), (bx, by) in zip(outline, outline[1:] + outline[:1], strict=True)
    )
