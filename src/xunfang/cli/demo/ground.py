"""The ground police geography is laid over: points along streets, a border, hints.

Nothing here knows where the streets come from. The generated town gives its own
ground; a real network gives one made of the sample points an importer has.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from xunfang.core.errors import DomainError
from xunfang.core.streets.modes import STREET_CLASSES, Mode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from xunfang.cli.demo.network import Way
    from xunfang.core.streets.network import StreetNetwork

M_PER_DEGREE_LON = 111_320.0
M_PER_DEGREE_LAT = 110_574.0
SAMPLE_STEP_M = 30.0
# Streets a key place may lie on.
PLACE_HIGHWAYS = (
    "primary",
    "secondary",
    "tertiary",
    "unclassified",
    "residential",
    "living_street",
    "pedestrian",
)
_FEWEST_SEGMENTS = 150


class TooFewStreets(DomainError):
    """A street network is too small to lay a city's police over it."""

    code = "demo.too_few_streets"


@dataclass(frozen=True, slots=True)
class GroundHint:
    """A spot the street map itself suggests: a school yard, a bridge, a village.

    ``kind`` is a word, with Chinese and English name after colons where it has one.
    """

    kind: str
    at_m: tuple[float, float]


@dataclass(frozen=True, slots=True)
class StreetGround:
    """Streets as points, in metres about an origin.

    Attributes
    ----------
    points_m
        Points along streets about every 30 m, shape ``(n, 2)``.
    along
        Direction of the street at each point, unit vectors, shape ``(n, 2)``.
    street
        Index into ``street_names`` of each point, -1 where the street has no name.
    highway
        Class of the street at each point, as in OpenStreetMap.
    border_m
        Convex outline of the territory, counter-clockwise, shape ``(k, 2)``.
    station_sites_m
        Where the ten territories have their centres, shape ``(10, 2)``; None to let
        the streets decide.
    origin_lonlat, m_per_degree
        How metres become degrees.
    """

    points_m: NDArray[np.float64]
    along: NDArray[np.float64]
    street: NDArray[np.int64]
    street_names: tuple[tuple[str, str], ...]
    highway: NDArray[np.str_]
    border_m: NDArray[np.float64]
    station_sites_m: NDArray[np.float64] | None
    hints: tuple[GroundHint, ...]
    origin_lonlat: tuple[float, float] = (0.0, 0.0)
    m_per_degree: tuple[float, float] = (M_PER_DEGREE_LON, M_PER_DEGREE_LAT)

    def street_name(self, point: int) -> tuple[str, str] | None:
        """Chinese and English name of the street at a point; None without one."""
        number = int(self.street[point])
        return self.street_names[number] if number >= 0 else None

    def lonlat(self, xy_m: NDArray[np.float64]) -> NDArray[np.float64]:
        """Degrees (lon, lat) of points in metres, rounded to 1e-7 degree."""
        degrees = xy_m / np.array(self.m_per_degree) + np.array(self.origin_lonlat)
        return np.asarray(np.round(degrees, 7), dtype=np.float64)


def lonlat_of_m(xy_m: NDArray[np.float64]) -> NDArray[np.float64]:
    """Degrees of points in metres about 0°/0°, as the demo city uses them."""
    degrees: NDArray[np.float64] = xy_m / np.array([M_PER_DEGREE_LON, M_PER_DEGREE_LAT])
    return degrees


def ground_of_ways(
    points_m: NDArray[np.float64],
    ways: Sequence[Way],
    *,
    border_m: NDArray[np.float64],
    station_sites_m: NDArray[np.float64],
    hints: tuple[GroundHint, ...],
) -> StreetGround:
    """Make the ground of the generated town, in metres about its origin."""
    sampler = _Sampler()
    for way in ways:
        if way.highway in PLACE_HIGHWAYS and not way.bridge:
            name = (way.name.zh, way.name.en) if way.name else None
            sampler.add(points_m[list(way.nodes)], name, way.highway)
    return sampler.ground(
        border_m=border_m, station_sites_m=station_sites_m, hints=hints
    )


class _Sampler:
    """Collects points along streets, about every 30 m."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, str], int] = {}
        self._points: list[NDArray[np.float64]] = []
        self._along: list[NDArray[np.float64]] = []
        self._street: list[NDArray[np.int64]] = []
        self._highway: list[str] = []

    def add(
        self, line: NDArray[np.float64], name: tuple[str, str] | None, highway: str
    ) -> None:
        """Sample one street, given by its points in metres."""
        steps = np.diff(line, axis=0)
        length = np.hypot(steps[:, 0], steps[:, 1])
        at = np.concatenate([[0.0], np.cumsum(length)])
        n = max(1, int(at[-1] / SAMPLE_STEP_M))
        s = (np.arange(n) + 0.5) / n * at[-1]
        piece = np.clip(np.searchsorted(at, s, side="right") - 1, 0, len(length) - 1)
        unit = steps / np.maximum(length, 1e-9)[:, None]
        number = -1 if name is None else self._names.setdefault(name, len(self._names))
        self._points.append(line[piece] + unit[piece] * (s - at[piece])[:, None])
        self._along.append(unit[piece])
        self._street.append(np.full(n, number, dtype=np.int64))
        self._highway += [highway] * n

    def ground(
        self,
        *,
        border_m: NDArray[np.float64],
        station_sites_m: NDArray[np.float64] | None,
        hints: tuple[GroundHint, ...],
        origin_lonlat: tuple[float, float] = (0.0, 0.0),
        m_per_degree: tuple[float, float] = (M_PER_DEGREE_LON, M_PER_DEGREE_LAT),
    ) -> StreetGround:
        """The ground made of everything that was added."""
        return StreetGround(
            points_m=np.vstack(self._points),
            along=np.vstack(self._along),
            street=np.concatenate(self._street),
            street_names=tuple(self._names),
            highway=np.array(self._highway),
            border_m=border_m,
            station_sites_m=station_sites_m,
            hints=hints,
            origin_lonlat=origin_lonlat,
            m_per_degree=m_per_degree,
        )


def ground_of_network(network: StreetNetwork) -> StreetGround:
    """Make the ground of an imported network: real streets for fictional police.

    Only streets of the largest part that cars can reach and leave are used, so that
    no key place lands on a piece that is cut off at the extract's rim. The border is
    the box round them.

    Raises
    ------
    TooFewStreets
        There is not enough street for ten stations.
    """
    usable = np.isin(np.array(STREET_CLASSES)[network.segment_class], PLACE_HIGHWAYS)
    usable &= _in_largest_part(network)
    numbers = np.flatnonzero(usable)
    if len(numbers) < _FEWEST_SEGMENTS:
        message = (
            f"{len(numbers)} connected pieces of street, the demo needs "
            f"{_FEWEST_SEGMENTS}. Choose a larger extract."
        )
        raise TooFewStreets(message)
    shapes = [network.shape_of(int(s)) for s in numbers]
    everything = np.vstack(shapes)
    low, high = everything.min(axis=0), everything.max(axis=0)
    origin = (low + high) / 2.0
    per_degree = np.array(
        [M_PER_DEGREE_LON * math.cos(math.radians(origin[1])), M_PER_DEGREE_LAT]
    )
    margin = np.array([120.0, 120.0])
    (west, south), (east, north) = (
        (low - origin) * per_degree - margin,
        (high - origin) * per_degree + margin,
    )
    sampler = _Sampler()
    for number, shape in zip(numbers.tolist(), shapes, strict=True):
        name = network.segment_name_of(number)
        sampler.add(
            (shape - origin) * per_degree,
            (name, name) if name else None,
            network.segment_class_of(number),
        )
    return sampler.ground(
        border_m=np.array([(west, south), (east, south), (east, north), (west, north)]),
        station_sites_m=None,
        hints=(),
        origin_lonlat=(float(origin[0]), float(origin[1])),
        m_per_degree=(float(per_degree[0]), float(per_degree[1])),
    )


def _in_largest_part(network: StreetNetwork) -> NDArray[np.bool_]:
    """Which segments lie in the largest strongly connected part for cars."""
    open_edges = network.edge_speed_mps(Mode.CAR) > 0.0
    tails, heads = network.edge_tail[open_edges], network.edge_head[open_edges]
    shape = (network.n_nodes, network.n_nodes)
    graph = coo_array((np.ones(len(tails)), (tails, heads)), shape=shape)
    _, part = connected_components(graph, directed=True, connection="strong")
    largest = np.bincount(part).argmax()
    in_largest: NDArray[np.bool_] = part == largest
    return np.asarray(
        in_largest[network.segment_start] & in_largest[network.segment_end]
    )
