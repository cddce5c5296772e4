"""What fills a town's blocks: lanes, estates, schools, parks, halls, houses.

Each quarter is cut into blocks as fine as its kind of building asks for, and each
block gets its contents: courtyard houses in the old town, rows of slabs along the
inner road of an estate, a track beside a school, halls in the port.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xunfang.cli.demo.names import PORT_WORDS, STREET_WORDS, TOWN_WORDS
from xunfang.cli.demo.sheet import (
    Block,
    CutStyle,
    Line,
    area_m2,
    centre,
    contains,
    inset,
    keep_left,
    longest_side,
    propose_cut,
)

if TYPE_CHECKING:
    import numpy as np

    from xunfang.cli.demo.names import Name, StreetNamer
    from xunfang.cli.demo.sheet import Point, Sheet

type Tags = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """A closed outline with its map tags: a building, a park, a pond."""

    outline: tuple[Point, ...]
    tags: Tags


@dataclass(frozen=True, slots=True)
class Spot:
    """Something at a point that the police geography may use: a school, an estate."""

    kind: str
    at: Point


@dataclass(frozen=True, slots=True)
class Quarter:
    """A kind of quarter: how finely it is cut and what its blocks hold."""

    kind: str
    style: CutStyle
    contents: tuple[tuple[str, float], ...]
    lane_suffix: str
    words: tuple[Name, ...] = STREET_WORDS


QUARTERS = {
    q.kind: q
    for q in (
        Quarter(
            "old",
            CutStyle(8_500.0, 0.20, 0.16),
            (("houses", 0.93), ("school", 0.02), ("square", 0.02), ("park", 0.03)),
            "巷",
        ),
        Quarter(
            "mixed",
            CutStyle(30_000.0, 0.06, 0.12),
            (("houses", 0.42), ("estate", 0.46), ("school", 0.06), ("park", 0.06)),
            "街",
        ),
        Quarter(
            "estate",
            CutStyle(62_000.0, 0.04, 0.10),
            (("estate", 0.80), ("school", 0.07), ("houses", 0.07), ("park", 0.06)),
            "路",
        ),
        Quarter(
            "commerce",
            CutStyle(24_000.0, 0.03, 0.08),
            (("blocks", 0.72), ("estate", 0.16), ("square", 0.06), ("school", 0.06)),
            "街",
        ),
        Quarter(
            "industry",
            CutStyle(105_000.0, 0.02, 0.08),
            (("halls", 0.84), ("estate", 0.10), ("empty", 0.06)),
            "路",
            PORT_WORDS,
        ),
        Quarter(
            "fringe",
            CutStyle(150_000.0, 0.14, 0.16),
            (("empty", 0.50), ("estate", 0.26), ("halls", 0.18), ("school", 0.06)),
            "路",
        ),
        Quarter(
            "town",
            CutStyle(16_000.0, 0.16, 0.14),
            (("houses", 0.86), ("estate", 0.04), ("school", 0.05), ("empty", 0.05)),
            "巷",
            TOWN_WORDS,
        ),
        Quarter("park", CutStyle(4e5, 0.1, 0.1), (("park", 1.0),), "路"),
    )
}


@dataclass(slots=True)
class Fabric:
    """Everything drawn on one sheet, and the rules by which it is drawn."""

    sheet: Sheet
    namer: StreetNamer
    rng: np.random.Generator
    buildings: list[Shape] = field(default_factory=list)
    areas: list[Shape] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)

    def fill(self, block: Block, kind: str) -> None:
        """Cut a block into streets and fill what is left between them."""
        quarter = QUARTERS[kind]
        outline = self.sheet.outline(block)
        area = abs(area_m2(outline))
        small_enough = quarter.style.target_m2 * (0.75 + 0.95 * self.rng.random())
        if area > small_enough:
            for _ in range(4):
                pieces = self._split(block, quarter, area)
                if pieces is not None:
                    for piece in pieces:
                        self.fill(piece, kind)
                    return
        kinds, shares = zip(*quarter.contents, strict=True)
        content = kinds[self.rng.choice(len(kinds), p=shares)]
        self._build(block, content, quarter)

    def _split(
        self, block: Block, quarter: Quarter, area: float
    ) -> tuple[Block, Block] | None:
        outline = self.sheet.outline(block)
        cut = self.sheet.cut(block, *propose_cut(outline, quarter.style, self.rng))
        if cut is None:
            return None
        line_no = len(self.sheet.lines)
        pieces = self.sheet.divide(block, cut, line_no)
        if pieces is None:
            return None
        if min(abs(area_m2(self.sheet.outline(p))) for p in pieces) < 0.24 * area:
            return None
        self.sheet.add_line(self._street(cut.node_a, cut.node_b, quarter, area))
        return pieces

    def _street(self, start: int, end: int, quarter: Quarter, area: float) -> Line:
        """Choose class, name and direction of a street by the ground it divides."""
        draw = self.namer.draw
        length = math.dist(self.sheet.points[start], self.sheet.points[end])
        if area > 420_000.0:
            return Line(start, end, "tertiary", draw("路", quarter.words))
        if quarter.kind in {"old", "town"}:
            if area > 70_000.0:
                return Line(start, end, "residential", draw("街", quarter.words))
            if area > 20_000.0:
                lane = draw(quarter.lane_suffix)
                oneway = quarter.kind == "old" and self.rng.random() < 0.30
                return Line(start, end, "living_street", lane, oneway)
            name = draw("弄") if length > 85.0 else None
            return Line(start, end, "living_street", name)
        if area > 90_000.0:
            return Line(
                start, end, "residential", draw(quarter.lane_suffix, quarter.words)
            )
        oneway = quarter.kind == "commerce" and self.rng.random() < 0.35
        name = draw("街") if length > 230.0 or oneway else None
        return Line(start, end, "residential", name, oneway)

    def _build(self, block: Block, content: str, quarter: Quarter) -> None:
        outline = self.sheet.outline(block)
        if area_m2(outline) < 0.0:
            outline = outline[::-1]
        match content:
            case "houses":
                self._dead_end(block, quarter)
                self._build_along_sides(outline, quarter)
            case "blocks":
                self._build_blocks(outline)
            case "estate":
                self._build_estate(block, outline)
            case "school":
                self._build_school(outline)
            case "park":
                self._lay_out_park(block, outline)
            case "square":
                self._lay_out_square(outline)
            case "halls":
                self._build_halls(block, outline)

    def _dead_end(self, block: Block, quarter: Quarter) -> None:
        """Now and then a lane leads into a block and stops in its middle."""
        if self.rng.random() > 0.22:
            return
        outline = self.sheet.outline(block)
        cut = self.sheet.cut(block, *propose_cut(outline, quarter.style, self.rng))
        if cut is None:
            return
        points = self.sheet.points
        (ax, ay), (bx, by) = points[cut.node_a], points[cut.node_b]
        reach = 0.45 + 0.25 * self.rng.random()
        inner = self.sheet.add_point((ax + reach * (bx - ax), ay + reach * (by - ay)))
        name = self.namer.draw("弄") if self.rng.random() < 0.5 else None
        highway = "living_street" if name else "service"
        self.sheet.add_line(Line(cut.node_a, inner, highway, name))

    def _build_along_sides(self, outline: list[Point], quarter: Quarter) -> None:
        fine = quarter.kind in {"old", "town"}
        ground = inset(outline, 6.0 if fine else 13.0)
        if not ground:
            return
        lowest, widest = (12.0, 32.0) if fine else (24.0, 60.0)
        built_share = {"old": 0.66, "town": 0.60}.get(quarter.kind, 0.70)
        for (ax, ay), (bx, by) in zip(ground, ground[1:] + ground[:1], strict=True):
            length = math.dist((ax, ay), (bx, by))
            if length < lowest:
                continue
            ux, uy = (bx - ax) / length, (by - ay) / length
            at = 0.0
            while at < length - lowest:
                width = lowest + (widest - lowest) * self.rng.random()
                depth = (0.6 + 0.3 * self.rng.random()) * (14.0 if fine else 20.0)
                if self.rng.random() < built_share:
                    x, y = ax + ux * at, ay + uy * at
                    self._house(ground, (x, y), (ux, uy), width, depth)
                at += width + (1.5 if fine else 9.0) + 5.0 * self.rng.random()

    def _house(
        self, ground: list[Point], at: Point, along: Point, width: float, depth: float
    ) -> None:
        (x, y), (ux, uy) = at, along
        corners = (
            (x + 0.01 * (ux - uy), y + 0.01 * (uy + ux)),
            (x + ux * width, y + uy * width),
            (x + ux * width - uy * depth, y + uy * width + ux * depth),
            (x - uy * depth, y + ux * depth),
        )
        middle_side = [corners[2], corners[3]]
        if all(contains(ground, c) for c in middle_side):
            kind = "house" if width < 14.0 else "residential"
            self.buildings.append(Shape(corners, (("building", kind),)))

    def _build_blocks(self, outline: list[Point]) -> None:
        """Two or three big houses on one plinth: shops, offices, a mall."""
        ground = inset(outline, 16.0)
        if not ground:
            return
        (ax, ay), (bx, by) = longest_side(ground)
        length = math.dist((ax, ay), (bx, by))
        n = max(1, int(length // 75.0))
        for i in range(n):
            lo = (ax + (bx - ax) * i / n, ay + (by - ay) * i / n)
            hi = (ax + (bx - ax) * (i + 1) / n, ay + (by - ay) * (i + 1) / n)
            ux, uy = (bx - ax) / length, (by - ay) / length
            piece = keep_left(keep_left(ground, lo, (ux, uy)), hi, (-ux, -uy))
            piece = inset(piece, 5.0 + 9.0 * self.rng.random()) if piece else []
            if len(piece) >= 3 and area_m2(piece) > 250.0:
                kind = "retail" if self.rng.random() < 0.4 else "commercial"
                self.buildings.append(Shape(tuple(piece), (("building", kind),)))
        if self.rng.random() < 0.35:
            self.spots.append(Spot("mall", centre(outline)))

    def _build_estate(self, block: Block, outline: list[Point]) -> None:
        """Rows of slabs on both sides of an inner road with one or two gates."""
        ground = inset(outline, 15.0)
        if not ground:
            return
        cx, cy = centre(outline)
        (ax, ay), (bx, by) = longest_side(outline)
        angle = math.atan2(by - ay, bx - ax)
        ux, uy = math.cos(angle), math.sin(angle)
        spine = self.sheet.cut(block, (cx, cy), angle)
        if spine is None:
            return
        self._inner_road(block, spine.node_a, spine.node_b, (cx, cy), angle)
        along = [(x - cx) * ux + (y - cy) * uy for x, y in ground]
        across = [-(x - cx) * uy + (y - cy) * ux for x, y in ground]
        length, depth = 46.0 + 30.0 * self.rng.random(), 12.0 + 3.0 * self.rng.random()
        step = depth + 22.0 + 8.0 * self.rng.random()
        for direction in (1.0, -1.0):
            row = 9.0
            while row < max(abs(a) for a in across):
                at = min(along) + 8.0 * self.rng.random()
                while at < max(along) - length:
                    if not (-length - 7.0 < at < 7.0):
                        f = direction * (row if direction > 0 else row + depth)
                        x, y = cx + ux * at - uy * f, cy + uy * at + ux * f
                        rows = (
                            (x, y),
                            (x + ux * length, y + uy * length),
                            (
                                x + ux * length - uy * depth,
                                y + uy * length + ux * depth,
                            ),
                            (x - uy * depth, y + ux * depth),
                        )
                        if all(contains(ground, c) for c in rows):
                            tags = (("building", "apartments"),)
                            self.buildings.append(Shape(rows, tags))
                    at += length + 13.0
                row += step
        self.spots.append(Spot("estate", (cx, cy)))

    def _inner_road(
        self, block: Block, gate: int, far: int, middle: Point, angle: float
    ) -> None:
        points = self.sheet.points
        through = self.rng.random() < 0.6
        (gx, gy), (fx, fy) = points[gate], points[far]
        if not through:
            far = self.sheet.add_point((gx + 0.86 * (fx - gx), gy + 0.86 * (fy - gy)))
        spine = self.sheet.add_line(Line(gate, far, "service"))
        cross = self.sheet.cut(block, middle, angle + math.pi / 2.0)
        if cross is None:
            return
        hub = self.sheet.node_on(spine, middle, snap_m=1.0)
        for i, node in enumerate((cross.node_a, cross.node_b)):
            (hx, hy), (x, y) = points[hub], points[node]
            if i == 0 and self.rng.random() < 0.4:
                self.sheet.add_line(Line(hub, node, "service"))
            else:
                end = self.sheet.add_point((hx + 0.8 * (x - hx), hy + 0.8 * (y - hy)))
                self.sheet.add_line(Line(hub, end, "service"))

    def _build_school(self, outline: list[Point]) -> None:
        ground = inset(outline, 14.0)
        if not ground:
            return
        cx, cy = centre(ground)
        (ax, ay), (bx, by) = longest_side(ground)
        angle = math.atan2(by - ay, bx - ax)
        ux, uy = math.cos(angle), math.sin(angle)
        size = min(1.0, math.sqrt(area_m2(ground) / 22_000.0))
        ox, oy = cx + ux * 48.0 * size, cy + uy * 48.0 * size
        oval = []
        for k in range(20):
            a = 2.0 * math.pi * k / 20
            e = 24.0 * size * math.cos(a)
            f = 24.0 * size * math.sin(a) + math.copysign(22.0 * size, math.sin(a))
            oval.append((ox + ux * e - uy * f, oy + uy * e + ux * f))
        self.areas.append(Shape(tuple(ground), (("amenity", "school"),)))
        self.areas.append(
            Shape(tuple(oval), (("leisure", "pitch"), ("sport", "running")))
        )
        for e, f, wide, deep in (
            (-70, -40, 14, 80),
            (-40, 28, 46, 13),
            (-40, -40, 46, 13),
        ):
            x, y = cx + size * (ux * e - uy * f), cy + size * (uy * e + ux * f)
            w, d = wide * size, deep * size
            corners = (
                (x, y),
                (x + ux * w, y + uy * w),
                (x + ux * w - uy * d, y + uy * w + ux * d),
                (x - uy * d, y + ux * d),
            )
            if all(contains(ground, c) for c in corners):
                self.buildings.append(Shape(corners, (("building", "school"),)))
        self.spots.append(Spot("school", (cx, cy)))

    def _lay_out_park(self, block: Block, outline: list[Point]) -> None:
        ground = inset(outline, 8.0)
        if not ground:
            return
        self.areas.append(Shape(tuple(ground), (("leisure", "park"),)))
        cx, cy = centre(ground)
        first = self.rng.random() * math.pi
        for turn in (0.0, 1.3):
            cut = self.sheet.cut(block, (cx, cy), first + turn)
            if cut is None:
                continue
            (ax, ay), (bx, by) = (
                self.sheet.points[cut.node_a],
                self.sheet.points[cut.node_b],
            )
            # Both paths leave the street and end by the pond, each on its own side.
            for node, (x, y) in ((cut.node_a, (ax, ay)), (cut.node_b, (bx, by))):
                end = self.sheet.add_point((x + 0.7 * (cx - x), y + 0.7 * (cy - y)))
                self.sheet.add_line(Line(node, end, "footway"))
        radius = 0.20 * math.sqrt(area_m2(ground))
        pond = []
        for k in range(16):
            a = 2.0 * math.pi * k / 16
            r = radius * (0.75 + 0.3 * self.rng.random())
            pond.append((cx + 1.3 * r * math.cos(a), cy + 0.8 * r * math.sin(a)))
        if all(contains(ground, p) for p in pond):
            self.areas.append(Shape(tuple(pond), (("natural", "water"),)))
        self.spots.append(Spot("park", (cx, cy)))

    def _lay_out_square(self, outline: list[Point]) -> None:
        ground = inset(outline, 12.0)
        if ground:
            self.areas.append(Shape(tuple(ground), (("place", "square"),)))
            self.spots.append(Spot("square", centre(ground)))

    def _build_halls(self, block: Block, outline: list[Point]) -> None:
        ground = inset(outline, 18.0)
        if not ground:
            return
        self.areas.append(Shape(tuple(ground), (("landuse", "industrial"),)))
        cx, cy = centre(outline)
        (ax, ay), (bx, by) = longest_side(outline)
        angle = math.atan2(by - ay, bx - ax)
        spine = self.sheet.cut(block, (cx, cy), angle)
        if spine is not None:
            self.sheet.add_line(Line(spine.node_a, spine.node_b, "service"))
        ux, uy = math.cos(angle), math.sin(angle)
        reach = max(math.dist((cx, cy), c) for c in ground)
        length, depth = 70.0 + 70.0 * self.rng.random(), 36.0 + 26.0 * self.rng.random()
        for k in range(-int(reach / (depth + 20)) - 1, int(reach / (depth + 20)) + 1):
            f = 10.0 + k * (depth + 20.0) if k >= 0 else k * (depth + 20.0) + 10.0
            at = -reach
            while at < reach:
                x, y = cx + ux * at - uy * f, cy + uy * at + ux * f
                hall = (
                    (x, y),
                    (x + ux * length, y + uy * length),
                    (x + ux * length - uy * depth, y + uy * length + ux * depth),
                    (x - uy * depth, y + ux * depth),
                )
                if all(contains(ground, c) for c in hall):
                    self.buildings.append(Shape(hall, (("building", "industrial"),)))
                at += length + 24.0
        self.spots.append(Spot("factory", (cx, cy)))
