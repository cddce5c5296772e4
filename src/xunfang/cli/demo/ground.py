"""The ground police geography is laid over: points along streets, a border, hints.

Nothing here knows where the streets come from. The generated town gives its own
ground; a real network gives one made of the sample points an importer has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from xunfang.cli.demo.network import Way

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

    def lonlat(self, xy_m: NDArray[np.float64]) -> NDArray[np.float64]:
        """Degrees (lon, lat) of points in metres, rounded to 1e-7 degree."""
        degrees = xy_m / np.array(self.m_per_degree) + np.array(self.origin_lonlat)
        return np.round(degrees, 7)


def lonlat_of_m(xy_m: NDArray[np.float64]) -> NDArray[np.float64]:
    """Degrees of points in metres about 0°/0°, as the demo city uses them."""
    return xy_m / np.array([M_PER_DEGREE_LON, M_PER_DEGREE_LAT])


def ground_of_network(
    points_m: NDArray[np.float64],
    ways: Sequence[Way],
    *,
    border_m: NDArray[np.float64],
    station_sites_m: NDArray[np.float64],
    hints: tuple[GroundHint, ...],
) -> StreetGround:
    """Sample the streets of a network about every 30 m."""
    names: dict[tuple[str, str], int] = {}
    points, along, street, highway = [], [], [], []
    for way in ways:
        if way.highway not in PLACE_HIGHWAYS or way.bridge:
            continue
        key = (way.name.zh, way.name.en) if way.name else None
        index = names.setdefault(key, len(names)) if key else -1
        line = points_m[list(way.nodes)]
        steps = np.diff(line, axis=0)
        length = np.hypot(steps[:, 0], steps[:, 1])
        at = np.concatenate([[0.0], np.cumsum(length)])
        n = max(1, int(at[-1] / SAMPLE_STEP_M))
        s = (np.arange(n) + 0.5) / n * at[-1]
        piece = np.clip(np.searchsorted(at, s, side="right") - 1, 0, len(length) - 1)
        unit = steps / np.maximum(length, 1e-9)[:, None]
        points.append(line[piece] + unit[piece] * (s - at[piece])[:, None])
        along.append(unit[piece])
        street.append(np.full(n, index))
        highway.append(np.full(n, way.highway))
    return StreetGround(
        points_m=np.vstack(points),
        along=np.vstack(along),
        street=np.concatenate(street),
        street_names=tuple(names),
        highway=np.concatenate(highway),
        border_m=border_m,
        station_sites_m=station_sites_m,
        hints=hints,
    )


def ground_of_points(
    lonlat: NDArray[np.float64],
    street_names: Sequence[tuple[str, str] | None],
    highways: Sequence[str],
    bbox: tuple[float, float, float, float],
) -> StreetGround:
    """Make the ground of a real network from sample points along its streets.

    Parameters
    ----------
    lonlat
        Points along streets, about every 30 m, degrees, shape ``(n, 2)``.
    street_names
        Name of the street of each point in Chinese and English (repeat the Chinese
        one where the map has no other); None where it has none.
    highways
        Class of the street of each point, as in OpenStreetMap.
    bbox
        West, south, east, north of the territory, degrees.
    """
    west, south, east, north = bbox
    origin = ((west + east) / 2.0, (south + north) / 2.0)
    per_degree = (
        M_PER_DEGREE_LON * float(np.cos(np.radians(origin[1]))),
        M_PER_DEGREE_LAT,
    )
    corners = np.array([(west, south), (east, south), (east, north), (west, north)])
    inside = ((lonlat >= (west, south)) & (lonlat <= (east, north))).all(axis=1)
    usable = np.flatnonzero(inside & np.isin(np.array(highways), PLACE_HIGHWAYS))
    names: dict[tuple[str, str], int] = {}
    street = np.array(
        [
            -1
            if (name := street_names[i]) is None
            else names.setdefault(name, len(names))
            for i in usable
        ],
        dtype=np.int64,
    )
    points = (lonlat[usable] - origin) * per_degree
    return StreetGround(
        points_m=points,
        along=_towards_neighbour(points),
        street=street,
        street_names=tuple(names),
        highway=np.array([highways[i] for i in usable]),
        border_m=(corners - origin) * per_degree,
        station_sites_m=None,
        hints=(),
        origin_lonlat=origin,
        m_per_degree=per_degree,
    )


def _towards_neighbour(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Unit vectors from each point to its nearest other one: along the street."""
    _, near = cKDTree(points).query(points, k=2)
    step = points[near[:, 1]] - points
    length = np.hypot(step[:, 0], step[:, 1])
    east = np.tile([1.0, 0.0], (len(points), 1))
    safe = np.maximum(length, 1e-9)[:, None]
    return np.where(length[:, None] > 1e-6, step / safe, east)
