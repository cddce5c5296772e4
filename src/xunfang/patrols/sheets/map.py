"""A crew's map for paper: streets, its way, its numbered stops and posts, as SVG.

Drawn for a copier and a torch: black on white, width and shape instead of colour, no
line thinner than a printer holds. One unit of the drawing is a millimetre on paper.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray

from xunfang.core.geo import LocalProjection
from xunfang.core.streets.modes import STREET_CLASSES
from xunfang.core.streets.network import StreetNetwork
from xunfang.patrols.sheets.labels import Labels, Name, street_names

type Floats = NDArray[np.float64]
type Feature = Mapping[str, Any]

MARGIN_MM = 9.0
"""Left free around what is drawn, for the ground it lies in and the numbers."""
SHORTEST_SIDE_M = 500.0
"""A post alone is shown with the streets around it."""
TOGETHER_MM = 1.6
"""Stays closer than that are at one place for somebody who reads a map."""
APART_MM = 0.4
MOST_PUSHES = 60
MARK_MM, STATION_MM = 4.4, 4.8
LANES_UP_TO_M_PER_MM, STREETS_UP_TO_M_PER_MM = 14.0, 45.0
"""Where a millimetre is more than that, lanes, or all small streets, only blacken it."""
ARROW_EVERY_MM = 26.0
FONT = "Noto Sans SC"
SVG = "http://www.w3.org/2000/svg"
NUMBER_MM = 2.9

MAJOR = frozenset(
    code
    for code, name in enumerate(STREET_CLASSES)
    if name.removesuffix("_link") in {"motorway", "trunk", "primary", "secondary"}
)
LANES = frozenset(
    code
    for code, name in enumerate(STREET_CLASSES)
    if name in {"service", "track", "cycleway", "footway", "path", "steps"}
)
SMALL = frozenset(
    code
    for code, name in enumerate(STREET_CLASSES)
    if name in {"residential", "living_street", "unclassified", "road", "pedestrian"}
)
STROKES = {
    "lane": ("#d3d3d3", 0.25),
    "street": ("#c4c4c4", 0.6),
    "major": ("#b2b2b2", 1.3),
}


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a point of the earth lies on the paper."""

    projection: LocalProjection
    middle_m: Floats
    m_per_mm: float
    width_mm: float
    height_mm: float

    def to_paper(self, lonlat: Floats) -> Floats:
        """Return millimetres from the upper left corner, shape ``(n, 2)``."""
        xy = (self.projection.to_xy_m(lonlat) - self.middle_m) / self.m_per_mm
        return np.asarray(
            xy * np.array([1.0, -1.0]) + np.array([self.width_mm, self.height_mm]) / 2.0
        )

    def around(self) -> tuple[Floats, Floats]:
        """Return the south-west and north-east corners in degrees."""
        half = np.array([self.width_mm, self.height_mm]) / 2.0 * self.m_per_mm
        corners = self.projection.to_lonlat(
            np.array([self.middle_m - half, self.middle_m + half])
        )
        return corners[0], corners[1]


def draw_map(
    features: Iterable[Feature],
    *,
    network: StreetNetwork | None,
    station: tuple[float, float],
    station_mark: str,
    width_mm: float,
    height_mm: float,
) -> str:
    """Return the SVG of one crew's night.

    ``features`` are the crew's own of a plan's drawing: its ways, stops, posts, halts.
    """
    drawn = list(features)
    frame = _frame(drawn, station, width_mm, height_mm)
    base = frame.to_paper(np.array([station]))[0]
    marks = _marks(drawn, frame, base)
    labels = Labels(frame.width_mm, frame.height_mm)
    for mark in marks:
        labels.keep_clear(mark.x, mark.y, mark.width + 0.6, MARK_MM + 0.6)
    labels.keep_clear(base[0], base[1], 5.4, 5.4)
    labels.keep_clear(width_mm - 5.0, 5.5, 8.4, 8.4)
    labels.keep_clear(0.12 * width_mm, height_mm - 4.0, 0.24 * width_mm, 6.0)
    size = f'width="{width_mm}" height="{height_mm}"'
    parts = [
        f'<svg xmlns="{SVG}" viewBox="0 0 {width_mm} {height_mm}" font-family="{FONT}">',
        f'<rect {size} fill="#fff"/>',
    ]
    names: list[Name] = []
    if network is not None:
        seen = _segments_in(network, frame)
        parts += _streets(network, seen, frame)
        names = street_names(network, seen, frame.to_paper, MAJOR)
    parts += _ways(drawn, frame)
    parts += labels.write(names)
    parts += [mark.leader() for mark in marks]
    parts += [_station(base, station_mark)]
    parts += [mark.svg() for mark in marks]
    parts += [_halt(point) for point in _points(drawn, {"halt"}, frame)]
    parts += [_scale(frame), _north(frame)]
    edge = f'x="0.2" y="0.2" width="{width_mm - 0.4}" height="{height_mm - 0.4}"'
    parts += [f'<rect {edge} fill="none" stroke="#000" stroke-width="0.4"/>', "</svg>"]
    return "".join(parts)


def _frame(
    features: Sequence[Feature],
    station: tuple[float, float],
    width_mm: float,
    height_mm: float,
) -> Frame:
    points = [station]
    for feature in features:
        shape = feature["geometry"]
        line = shape["coordinates"]
        points += line if shape["type"] == "LineString" else [line]
    projection = LocalProjection.around(np.array(points))
    xy = projection.to_xy_m(np.array(points))
    low, high = xy.min(axis=0), xy.max(axis=0)
    room = np.array([width_mm, height_mm]) - 2.0 * MARGIN_MM
    sides = np.maximum(high - low, SHORTEST_SIDE_M / 2.0)
    return Frame(
        projection=projection,
        middle_m=(low + high) / 2.0,
        m_per_mm=float((sides / room).max()),
        width_mm=width_mm,
        height_mm=height_mm,
    )


@lru_cache(maxsize=2)
def _boxes(network: StreetNetwork) -> tuple[Floats, Floats]:
    """South-west and north-east corner of every segment, shape ``(n_segments, 2)``."""
    starts = network.shape_offset[:-1]
    return (
        np.minimum.reduceat(network.shape_lonlat, starts, axis=0),
        np.maximum.reduceat(network.shape_lonlat, starts, axis=0),
    )


def _segments_in(network: StreetNetwork, frame: Frame) -> NDArray[np.int64]:
    low, high = _boxes(network)
    south_west, north_east = frame.around()
    touches = (low <= north_east).all(axis=1) & (high >= south_west).all(axis=1)
    if frame.m_per_mm > LANES_UP_TO_M_PER_MM:
        touches &= ~np.isin(network.segment_class, list(LANES))
    if frame.m_per_mm > STREETS_UP_TO_M_PER_MM:
        touches &= ~np.isin(network.segment_class, list(SMALL))
    return np.flatnonzero(touches)


def _streets(
    network: StreetNetwork, segments: NDArray[np.int64], frame: Frame
) -> list[str]:
    """All streets of one kind are one path, in tenths of a millimetre."""
    codes = network.segment_class[segments]
    is_major = np.isin(codes, list(MAJOR))
    is_lane = np.isin(codes, list(LANES))
    parts = []
    for kind, chosen in (
        ("lane", is_lane),
        ("street", ~is_lane & ~is_major),
        ("major", is_major),
    ):
        colour, width = STROKES[kind]
        path = _path(network, segments[chosen], frame)
        parts.append(
            f'<path d="{path}" transform="scale(0.1)" fill="none" stroke="{colour}" '
            f'stroke-width="{10 * width}" stroke-linecap="round" '
            f'stroke-linejoin="round"/>'
        )
    return parts


def _path(network: StreetNetwork, segments: NDArray[np.int64], frame: Frame) -> str:
    first, last = network.shape_offset[segments], network.shape_offset[segments + 1]
    if not len(segments):
        return ""
    counts = last - first
    ends = np.cumsum(counts)
    points = np.arange(ends[-1]) + np.repeat(first - (ends - counts), counts)
    paper = np.rint(10.0 * frame.to_paper(network.shape_lonlat[points])).astype(int)
    # A bend that falls on the dot before it is not seen.
    is_seen = np.ones(len(paper), dtype=bool)
    is_seen[1:] = (paper[1:] != paper[:-1]).any(axis=1)
    is_seen[ends - counts] = True
    letters = np.full(len(paper), "L")
    letters[ends - counts] = "M"
    return "".join(
        f"{letter}{x} {y}"
        for letter, (x, y) in zip(
            letters[is_seen].tolist(), paper[is_seen].tolist(), strict=True
        )
    )


def _ways(features: Iterable[Feature], frame: Frame) -> list[str]:
    """The way on a white edge, so that it stands out of grey streets, with arrows."""
    lines = [
        frame.to_paper(np.array(feature["geometry"]["coordinates"]))
        for feature in features
        if feature["properties"]["kind"] == "route"
    ]
    path = "".join(_polyline(line) for line in lines)
    if not path:
        return []
    joins = 'stroke-linecap="round" stroke-linejoin="round" fill="none"'
    return [
        f'<path d="{path}" stroke="#fff" stroke-width="1.9" {joins}/>',
        f'<path d="{path}" stroke="#000" stroke-width="0.8" {joins}/>',
        *(arrow for line in lines for arrow in _arrows(line)),
    ]


def _polyline(points: Floats) -> str:
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points.tolist())


def _arrows(line: Floats) -> list[str]:
    steps = np.hypot(*np.diff(line, axis=0).T)
    along = np.concatenate(([0.0], np.cumsum(steps)))
    found = []
    for distance in np.arange(ARROW_EVERY_MM / 2.0, along[-1], ARROW_EVERY_MM):
        n = int(np.searchsorted(along, distance, side="right")) - 1
        if steps[n] < 1.0:  # Too short a piece to point anywhere.
            continue
        share = (distance - along[n]) / steps[n]
        x, y = line[n] + share * (line[n + 1] - line[n])
        dx, dy = line[n + 1] - line[n]
        turn = float(np.degrees(np.arctan2(dy, dx)))
        found.append(
            f'<path d="M1.5 0L-0.9 1.25L-0.4 0L-0.9 -1.25Z" stroke="#fff" '
            f'stroke-width="0.3" '
            f'transform="translate({x:.2f} {y:.2f}) rotate({turn:.0f})"/>'
        )
    return found


@dataclass(slots=True)
class Mark:
    """The numbers of one or more stays at one place."""

    at_x: float
    at_y: float
    numbers: list[str]
    is_post: bool
    x: float = field(init=False)
    y: float = field(init=False)
    """Where it is drawn; a line leads to where it belongs."""

    def __post_init__(self) -> None:
        self.x, self.y = self.at_x, self.at_y

    @property
    def text(self) -> str:
        """Consecutive stays at one place are a run: 3, 4 and 9 read 3–4,9."""
        runs: list[list[int]] = []
        for number in sorted(map(int, self.numbers)):
            if runs and number == runs[-1][-1] + 1:
                runs[-1].append(number)
            else:
                runs.append([number])
        return ",".join(
            str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs
        )

    @property
    def width(self) -> float:
        return max(MARK_MM, 0.62 * NUMBER_MM * len(self.text) + 2.0)

    def leader(self) -> str:
        """Return the line to where a moved mark belongs."""
        if np.hypot(self.x - self.at_x, self.y - self.at_y) < TOGETHER_MM:
            return ""
        return (
            f'<path d="M{self.at_x:.2f} {self.at_y:.2f}L{self.x:.2f} {self.y:.2f}" '
            f'stroke="#000" stroke-width="0.3"/>'
            f'<circle cx="{self.at_x:.2f}" cy="{self.at_y:.2f}" r="0.8" '
            f'stroke="#fff" stroke-width="0.25"/>'
        )

    def svg(self) -> str:
        """A post is a black box, a stop a white pill: told apart on any copy."""
        fill, ink, round_mm = (
            ("#000", "#fff", 0.5) if self.is_post else ("#fff", "#000", 2.2)
        )
        return (
            f'<rect x="{self.x - self.width / 2:.2f}" y="{self.y - 2.2:.2f}" '
            f'width="{self.width:.2f}" height="{MARK_MM}" rx="{round_mm}" fill="{fill}" '
            f'stroke="{"#fff" if self.is_post else "#000"}" stroke-width="0.45"/>'
            f'<text x="{self.x:.2f}" y="{self.y + 0.36 * NUMBER_MM:.2f}" '
            f'font-size="{NUMBER_MM}" font-weight="700" text-anchor="middle" '
            f'fill="{ink}">{escape(self.text)}</text>'
        )


def _marks(features: Iterable[Feature], frame: Frame, base: Floats) -> list[Mark]:
    """One mark a place, moved off the others so that every number can be read.

    The station's own mark is at ``base`` and stays there.
    """
    marks: list[Mark] = []
    for feature in features:
        kind = feature["properties"]["kind"]
        if kind not in {"stop", "post"}:
            continue
        x, y = frame.to_paper(np.array([feature["geometry"]["coordinates"]]))[0]
        number, is_post = str(feature["properties"]["number"]), kind == "post"
        for mark in marks:
            is_there = np.hypot(mark.at_x - x, mark.at_y - y) < TOGETHER_MM
            if mark.is_post == is_post and is_there:
                mark.numbers.append(number)
                break
        else:
            marks.append(Mark(float(x), float(y), [number], is_post))
    _move_apart(marks, frame, base)
    return marks


def _move_apart(marks: Sequence[Mark], frame: Frame, base: Floats) -> None:
    """Push overlapping marks apart, each time where the least is needed."""
    boxes = [(mark, mark.width / 2) for mark in marks]
    for _ in range(MOST_PUSHES):
        is_quiet = True
        for (one, half), (other, other_half) in combinations(boxes, 2):
            over_x = half + other_half + APART_MM - abs(one.x - other.x)
            over_y = MARK_MM + APART_MM - abs(one.y - other.y)
            if over_x <= 0 or over_y <= 0:
                continue
            is_quiet = False
            if over_x < over_y:
                push = over_x / 2 * (1 if one.x >= other.x else -1)
                one.x, other.x = one.x + push, other.x - push
            else:
                push = over_y / 2 * (1 if one.y >= other.y else -1)
                one.y, other.y = one.y + push, other.y - push
        for mark, half in boxes:
            dx, dy = mark.x - base[0], mark.y - base[1]
            over_x = half + STATION_MM / 2 + APART_MM - abs(dx)
            over_y = (MARK_MM + STATION_MM) / 2 + APART_MM - abs(dy)
            if over_x > 0 and over_y > 0:
                is_quiet = False
                if over_x < over_y:
                    mark.x += over_x if dx >= 0 else -over_x
                else:
                    mark.y += over_y if dy >= 0 else -over_y
            mark.x = min(max(mark.x, half + 0.4), frame.width_mm - half - 0.4)
            mark.y = min(max(mark.y, 2.8), frame.height_mm - 2.8)
        if is_quiet:
            return


def _points(features: Iterable[Feature], kinds: set[str], frame: Frame) -> list[Floats]:
    return [
        frame.to_paper(np.array([feature["geometry"]["coordinates"]]))[0]
        for feature in features
        if feature["properties"]["kind"] in kinds
    ]


def _halt(at: Floats) -> str:
    return (
        f'<circle cx="{at[0]:.2f}" cy="{at[1]:.2f}" r="1.1" fill="#000" '
        f'stroke="#fff" stroke-width="0.4"/>'
    )


def _station(at: Floats, mark: str) -> str:
    """The own station: a double square with one character."""
    x, y = at
    half = STATION_MM / 2
    return (
        f'<rect x="{x - half:.2f}" y="{y - half:.2f}" width="{STATION_MM}" '
        f'height="{STATION_MM}" '
        f'fill="#fff" stroke="#000" stroke-width="0.4"/>'
        f'<rect x="{x - 1.9:.2f}" y="{y - 1.9:.2f}" width="3.8" height="3.8" '
        f'fill="#fff" stroke="#000" stroke-width="0.25"/>'
        f'<text x="{x:.2f}" y="{y + 1.05:.2f}" font-size="2.8" font-weight="700" '
        f'text-anchor="middle">{escape(mark)}</text>'
    )


def _scale(frame: Frame) -> str:
    """A bar of a round length, about a fifth of the width."""
    most = 0.22 * frame.width_mm * frame.m_per_mm
    power = 10.0 ** np.floor(np.log10(most))
    length_m = max(step * power for step in (1, 2, 5) if step * power <= most)
    length_mm = length_m / frame.m_per_mm
    text = f"{length_m / 1000:g} km" if length_m >= 1000 else f"{length_m:g} m"
    x, y = 3.0, frame.height_mm - 3.0
    return (
        f'<rect x="{x - 1.2}" y="{y - 4.2}" width="{length_mm + 2.4:.2f}" height="5.6" '
        f'fill="#fff"/>'
        f'<path d="M{x} {y - 1.2}V{y}H{x + length_mm:.2f}V{y - 1.2}" fill="none" '
        f'stroke="#000" stroke-width="0.4"/>'
        f'<text x="{x + length_mm / 2:.2f}" y="{y - 1.0}" font-size="2.5" '
        f'text-anchor="middle">{text}</text>'
    )


def _north(frame: Frame) -> str:
    x, y = frame.width_mm - 5.0, 8.6
    return (
        f'<circle cx="{x}" cy="{y - 2.4}" r="4.2" fill="#fff"/>'
        f'<path d="M{x} {y - 6.2}L{x + 1.5} {y - 1.6}L{x} {y - 2.6}L{x - 1.5} '
        f'{y - 1.6}Z"/>'
        f'<text x="{x}" y="{y + 1.2}" font-size="2.6" font-weight="700" '
        f'text-anchor="middle">N</text>'
    )
