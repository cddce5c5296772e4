"""Villages along one road each, led to from the county roads; woods and fields."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

from xunfang.cli.demo.blocks import Shape
from xunfang.cli.demo.core_plan import TOWNS
from xunfang.cli.demo.county import (
    LAKE_AT_M,
    LAKE_RADIUS_M,
    STATION_SITES,
    border,
    road_curve,
)
from xunfang.cli.demo.names import (
    MOUNTAIN_TAILS,
    VILLAGE_HEADS,
    VILLAGE_TAILS,
    Name,
    draw_compounds,
)
from xunfang.cli.demo.network import Network, Water, Way, inside

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from xunfang.cli.demo.sheet import Point

_LONGEST_LINK_M = 3_200.0
_BUILT_UP_CLEAR_M = 800.0


@dataclass(frozen=True, slots=True)
class Village:
    """A village along one road."""

    name: Name
    station: str
    at_m: Point


def settle_villages(
    network: Network,
    county_ways: range,
    junctions: NDArray[np.int64],
    waters: list[Water],
    n_villages: dict[str, int],
    rng: np.random.Generator,
) -> tuple[list[Village], list[Shape]]:
    """Place every village, lead a road to it; returns villages and their houses.

    ``county_ways`` are the roads a village road may branch off; ``junctions`` mark
    core and towns, which villages keep away from.
    """
    first = len(network.ways)
    sites = np.array(list(STATION_SITES.values()))
    codes = list(STATION_SITES)
    plain = draw_compounds(rng, VILLAGE_HEADS, VILLAGE_TAILS, 96, joined=True)
    high = draw_compounds(rng, VILLAGE_HEADS, MOUNTAIN_TAILS, 96, joined=True)
    ground = _open_country(network.xy()[junctions], waters, rng)
    owner = np.hypot(*(ground[:, None] - sites[None]).transpose(2, 0, 1)).argmin(axis=1)
    road_nodes = sorted(
        {
            node
            for way in (network.ways[w] for w in county_ways)
            if way.highway != "footway"
            for node in way.nodes
        }
    )
    villages: list[Village] = []
    houses: list[Shape] = []
    taken: set[str] = set()
    for code, n in n_villages.items():
        mine = ground[owner == codes.index(code)]
        names = high if code == "S10" else plain
        spacing_m = 1_650.0
        n_placed = 0
        while n_placed < n:
            for at in mine:
                if n_placed == n:
                    break
                here = np.array([v.at_m for v in villages]).reshape(-1, 2)
                if len(here) and np.hypot(*(here - at).T).min() < spacing_m:
                    continue
                link = _link(network, at, road_nodes, waters, rng)
                if link is None:
                    continue
                name = next(name for name in names if name.zh not in taken)
                taken.add(name.zh)
                road_nodes += _draw_village(network, *link, at, name, houses, rng)
                villages.append(Village(name, code, (float(at[0]), float(at[1]))))
                n_placed += 1
            # Where roads do not reach that far apart, villages lie closer.
            spacing_m *= 0.85
    _link_neighbours(network, villages, waters, rng)
    network.join_crossings(range(first, len(network.ways)))
    return villages, houses


def line_with_houses(
    network: Network,
    county_ways: range,
    centres: NDArray[np.float64],
    rng: np.random.Generator,
) -> list[Shape]:
    """Houses along county roads where they come near core and towns."""
    houses: list[Shape] = []
    built_up, xy = cKDTree(centres), network.xy()
    for w in county_ways:
        way = network.ways[w]
        if way.highway not in {"secondary", "tertiary"}:
            continue
        for a, b in pairwise(xy[list(way.nodes)]):
            gap = float(built_up.query((a + b) / 2.0)[0])
            if 60.0 < gap < 1_300.0:
                houses += _houses_along(a, b, 14.0, 0.75 - gap / 2_200.0, rng)
    return houses


def _open_country(
    built: NDArray[np.float64], waters: list[Water], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Random points inside the border, off the water, clear of core and towns."""
    edge = border()
    middle = edge.mean(axis=0)
    low, top = edge.min(axis=0), edge.max(axis=0)
    points = low + (top - low) * rng.random((6_000, 2))
    points = points[inside(middle + 0.955 * (edge - middle), points)]
    for water in waters:
        points = points[~inside(water.outline, points)]
    gap, _ = cKDTree(built).query(points)
    return np.asarray(points[gap > _BUILT_UP_CLEAR_M], dtype=np.float64)


def _dry_line(
    a: NDArray[np.float64], b: NDArray[np.float64], waters: list[Water]
) -> bool:
    line = a + np.linspace(0.0, 1.0, 15)[:, None] * (b - a)
    return not any(inside(water.outline, line).any() for water in waters)


def _link(
    network: Network,
    at: NDArray[np.float64],
    road_nodes: list[int],
    waters: list[Water],
    rng: np.random.Generator,
) -> tuple[int, NDArray[np.float64]] | None:
    """A road node and the road's line from there to a village; None over water."""
    xy = np.array([network.points[n] for n in road_nodes])
    gap = np.hypot(*(xy - at).T)
    k = int(gap.argmin())
    if not 120.0 < gap[k] < _LONGEST_LINK_M or not _dry_line(xy[k], at, waters):
        return None
    path = [(float(xy[k, 0]), float(xy[k, 1])), (float(at[0]), float(at[1]))]
    return road_nodes[k], road_curve(path, rng, 0.0)


def _draw_village(
    network: Network,
    origin: int,
    link: NDArray[np.float64],
    at: NDArray[np.float64],
    name: Name,
    houses: list[Shape],
    rng: np.random.Generator,
) -> list[int]:
    """Lead the road to the village and through it, houses on both sides."""
    nodes = [origin, *(network.add_point(x, y) for x, y in link[1:])]
    network.ways.append(Way(tuple(nodes), "unclassified", maxspeed_kmh=40))
    lead = link[-1] - link[-2]
    turn = math.atan2(lead[1], lead[0]) + 0.9 * (2.0 * rng.random() - 1.0)
    length = 320.0 + 380.0 * rng.random()
    street = [at]
    for _ in range(4):
        turn += 0.35 * (2.0 * rng.random() - 1.0)
        step = np.array([math.cos(turn), math.sin(turn)]) * length / 4
        street.append(street[-1] + step)
    through = [nodes[-1], *(network.add_point(x, y) for x, y in street[1:])]
    road = Name(name.zh + "路", f"{name.en} Road")
    network.ways.append(Way(tuple(through), "residential", road, maxspeed_kmh=30))
    for a, b in pairwise(street):
        houses += _houses_along(a, b, 8.0, 0.62, rng)
    return [*nodes[1:], *through[1:]]


def _houses_along(
    a: NDArray[np.float64],
    b: NDArray[np.float64],
    setback_m: float,
    built_share: float,
    rng: np.random.Generator,
) -> list[Shape]:
    """Detached houses on both sides of a straight piece of road."""
    houses = []
    length = float(np.hypot(*(b - a)))
    u = (b - a) / length
    v = np.array([-u[1], u[0]])
    for side in (v, -v):
        s = 6.0 + 10.0 * rng.random()
        while s < length - 16.0:
            wide, deep = 10.0 + 5.0 * rng.random(), 8.0 + 4.0 * rng.random()
            if rng.random() < built_share:
                base = a + u * s + side * (setback_m + 5.0 * rng.random())
                back = side * deep
                ring = (base, base + u * wide, base + u * wide + back, base + back)
                outline = tuple((float(p[0]), float(p[1])) for p in ring)
                houses.append(Shape(outline, (("building", "house"),)))
            s += wide + 8.0 + 16.0 * rng.random()
    return houses


def _link_neighbours(
    network: Network,
    villages: list[Village],
    waters: list[Water],
    rng: np.random.Generator,
) -> None:
    """Tracks between near villages, so that not every village road is a dead end."""
    at = np.array([v.at_m for v in villages])
    number = {point: node for node, point in enumerate(network.points)}
    for i, village in enumerate(villages):
        gap = np.hypot(*(at - at[i]).T)
        for j in np.argsort(gap)[1:3].tolist():
            if j < i or gap[j] > 2_600.0 or rng.random() < 0.35:
                continue
            other = villages[j]
            if not _dry_line(at[i], at[j], waters):
                continue
            curve = road_curve([village.at_m, other.at_m], rng, 0.0)
            ends = number.get(village.at_m), number.get(other.at_m)
            if ends[0] is None or ends[1] is None:
                continue
            inner = [network.add_point(x, y) for x, y in curve[1:-1]]
            nodes = (ends[0], *inner, ends[1])
            network.ways.append(Way(nodes, "unclassified", maxspeed_kmh=30))


def woods_and_fields(rng: np.random.Generator) -> list[Shape]:
    """Woods on the hills of the west and north, fields in the plain."""
    shapes: list[Shape] = []
    edge = border()
    middle = edge.mean(axis=0)
    low, top = edge.min(axis=0), edge.max(axis=0)
    spots = low + (top - low) * rng.random((620, 2))
    spots = spots[inside(middle + 0.93 * (edge - middle), spots)]
    spots = spots[np.hypot(spots[:, 0] - 100.0, spots[:, 1] - 200.0) > 6_300.0]
    for town in TOWNS:
        spots = spots[np.hypot(*(spots - town.at_m).T) > 1_900.0]
    spots = spots[np.hypot(*(spots - LAKE_AT_M).T) > 1.65 * LAKE_RADIUS_M]
    angle = 2.0 * np.pi * np.arange(18) / 18
    for x, y in spots:
        north = (y > 12_000.0 and x < 8_000.0) or (x > 8_000.0 and y > 11_000.0)
        hilly = x < -10_500.0 or north
        size = (760.0 if hilly else 480.0) * (0.6 + 0.8 * rng.random())
        radius = np.ones(18)
        for k in (2, 3, 5):
            radius += 0.5 / k * np.sin(k * angle + 2.0 * np.pi * rng.random())
        stretch = 0.7 + 0.6 * rng.random()
        ring = (
            size
            * radius[:, None]
            * np.column_stack([stretch * np.cos(angle), np.sin(angle) / stretch])
        )
        kind = "forest" if hilly or rng.random() < 0.12 else "farmland"
        outline = tuple((float(a + x), float(b + y)) for a, b in ring)
        shapes.append(Shape(outline, (("landuse", kind),)))
    return shapes
