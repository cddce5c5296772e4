"""The country round Yunting: its border, rivers and lake, and the county roads."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from xunfang.cli.demo.names import Name
from xunfang.cli.demo.network import (
    Network,
    Water,
    Way,
    ribbon,
    simplified,
    smooth_curve,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from xunfang.cli.demo.sheet import Point

# Area of the municipality, 1,268 km² (demo_city.json), as a rounded shape about this
# centre: radii by direction, scaled to the area.
_BORDER_CENTRE_M = (-1_800.0, 900.0)
_BORDER_RADII = (
    1.02, 1.05, 0.98, 0.93, 0.95, 1.04, 1.10, 1.12, 1.06, 1.00, 0.98, 0.96, 0.97, 1.00,
)  # fmt: skip
AREA_M2 = 1_268e6

# Points whose nearest neighbourhoods are the stations' territories.
STATION_SITES = {
    "S01": (700.0, 0.0),
    "S02": (-2_000.0, 500.0),
    "S03": (-3_600.0, -3_700.0),
    "S04": (-600.0, 4_300.0),
    "S05": (-300.0, -4_700.0),
    "S06": (10_600.0, 6_900.0),
    "S07": (-4_300.0, 12_000.0),
    "S08": (11_600.0, -4_600.0),
    "S09": (-9_900.0, -8_800.0),
    "S10": (-14_600.0, 4_900.0),
}

# 石门坳, where the road into the mountains ends: market MK08.
SHIMEN_M = (-18_500.0, 8_200.0)

RIVER = Name("汀江", "Ting River")
LAKE = Name("白鹭湖", "Bailu Lake")
LAKE_AT_M, LAKE_RADIUS_M = (13_900.0, -4_600.0), 2_250.0


# The river outside the core, downstream.
_RIVER_ABOVE = (
    (-11_900.0, 20_500.0), (-10_200.0, 15_200.0), (-7_600.0, 10_600.0),
    (-3_600.0, 7_900.0),
)  # fmt: skip
_RIVER_BELOW = (
    (1_200.0, -7_650.0), (3_500.0, -9_000.0), (6_900.0, -10_800.0), (9_800.0, -13_600.0),
    (15_200.0, -20_500.0),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CountyRoad:
    """A road between two places: end points are the nearest streets to both ends."""

    zh: str
    en: str
    highway: str
    path: tuple[Point, ...]
    winding_m: float = 0.0


COUNTY_ROADS = (
    CountyRoad("云青公路", "Yunqing Highway", "secondary", ((3500, 2400), (7500, 5600), (11400, 7300))),
    CountyRoad("云柳公路", "Yunliu Highway", "secondary", ((-500, 4300), (-1900, 8200), (-4300, 11800))),
    CountyRoad("云鹭公路", "Yunlu Highway", "secondary", ((4400, -1500), (7400, -2300), (10500, -3900))),
    CountyRoad("云双公路", "Yunshuang Highway", "secondary", ((-4600, -2500), (-7600, -5800), (-9800, -8400))),
    CountyRoad("云高公路", "Yungao Highway", "secondary", ((-5600, 1200), (-9300, 2300), (-15600, 4600)), 90.0),
    CountyRoad("青柳公路", "Qingliu Highway", "tertiary", ((11400, 7300), (4800, 11000), (-4300, 11800))),
    CountyRoad("青鹭公路", "Qinglu Highway", "tertiary", ((11400, 7300), (12600, 1600), (10500, -3900))),
    CountyRoad("柳高公路", "Liugao Highway", "tertiary", ((-4300, 11800), (-9800, 9800), (-15600, 4600)), 110.0),
    CountyRoad("双高公路", "Shuanggao Highway", "tertiary", ((-9800, -8400), (-14800, -2400), (-15600, 4600)), 120.0),
    CountyRoad("双港公路", "Shuanggang Highway", "tertiary", ((-9800, -8400), (-3600, -9900), (2000, -6400))),
    CountyRoad("鹭港公路", "Lugang Highway", "tertiary", ((10500, -3900), (7200, -7000), (3300, -5800))),
    CountyRoad("石门公路", "Shimen Highway", "tertiary", ((-15600, 4600), (-18500, 8200)), 130.0),
    CountyRoad("青东公路", "Qingdong Highway", "secondary", ((11400, 7300), (15800, 9400))),
    CountyRoad("柳北公路", "Liubei Highway", "secondary", ((-4300, 11800), (-3000, 17600))),
    CountyRoad("双南公路", "Shuangnan Highway", "secondary", ((-9800, -8400), (-12300, -14300))),
    CountyRoad("港南公路", "Gangnan Highway", "tertiary", ((3300, -6400), (4900, -9600), (4000, -15800))),
)  # fmt: skip


def border() -> NDArray[np.float64]:
    """The municipality's border, convex, counter-clockwise, exactly 1,268 km²."""
    angle = 2.0 * np.pi * np.arange(len(_BORDER_RADII)) / len(_BORDER_RADII)
    radius = np.array(_BORDER_RADII)
    ring = radius[:, None] * np.column_stack([1.08 * np.cos(angle), np.sin(angle)])
    x, y = ring[:, 0], ring[:, 1]
    area = 0.5 * float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))
    scaled = ring * math.sqrt(AREA_M2 / area)
    return np.asarray(scaled + np.array(_BORDER_CENTRE_M), dtype=np.float64)


def draw_waters(
    through_core: NDArray[np.float64], rng: np.random.Generator
) -> list[Water]:
    """River, brooks and lake. ``through_core``: the river's course there, downstream."""
    north, south = through_core[0], through_core[-1]
    # The course goes on for a kilometre as it leaves the core, without a kink.
    into = north - 1_100.0 * _unit(through_core[1] - north)
    out = south + 1_100.0 * _unit(south - through_core[-2])
    upper = smooth_curve([*_RIVER_ABOVE, tuple(into), tuple(north)], 130.0)[:-1]
    lower = smooth_curve([tuple(south), tuple(out), *_RIVER_BELOW], 130.0)[1:]
    course = np.vstack([_meandering(upper, rng), through_core, _meandering(lower, rng)])
    width = np.interp(
        np.arange(len(course)),
        [0, len(upper), len(upper) + len(through_core), len(course)],
        [120.0, 232.0, 262.0, 380.0],
    )
    waters = [Water(ribbon(course, width), RIVER, "river", course)]
    for name, controls, wide in (
        (Name("双溪", "Shuang Brook"), [(-22_000, -1_500), (-17_000, -4_200), (-13_200, -6_500), (-9_600, -7_350), (-6_300, -8_000), (-2_500, -7_600), (1_150, -7_620)], 46.0),
        (Name("鹭溪", "Lu Brook"), [(13_400, -6_400), (12_000, -8_800), (9_200, -10_400), (8_000, -11_500)], 34.0),
        (Name("青溪", "Qing Brook"), [(9_000, 14_500), (12_700, 9_600), (13_300, 4_000), (14_700, 200), (14_300, -2_700)], 30.0),
    ):  # fmt: skip
        brook = smooth_curve([(float(x), float(y)) for x, y in controls], 140.0)
        brook = brook + _wobble(len(brook), 46.0, rng)
        waters.append(
            Water(ribbon(brook, np.full(len(brook), wide)), name, "stream", brook)
        )
    waters.append(Water(lake_outline(rng), LAKE, "lake"))
    return waters


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(vector / np.hypot(*vector), dtype=np.float64)


def _meandering(
    course: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Let a river swing about its course, less so at both ends."""
    step = np.gradient(course, axis=0)
    s = np.cumsum(np.hypot(step[:, 0], step[:, 1]))
    normal = np.column_stack([-step[:, 1], step[:, 0]])
    normal /= np.hypot(normal[:, 0], normal[:, 1])[:, None]
    phase = 2.0 * np.pi * rng.random(2)
    swing = 330.0 * np.sin(2.0 * np.pi * s / 5_200.0 + phase[0])
    swing += 120.0 * np.sin(2.0 * np.pi * s / 2_300.0 + phase[1])
    taper = np.clip(np.minimum(s - 400.0, s[-1] - s - 400.0) / 2_500.0, 0.0, 1.0)
    swung = course + normal * (swing * taper**2)[:, None]
    return np.asarray(swung, dtype=np.float64)


def lake_outline(rng: np.random.Generator) -> NDArray[np.float64]:
    """The shore of the lake: a circle with bays."""
    angle = 2.0 * np.pi * np.arange(120) / 120
    radius = np.ones(120)
    for k in (2, 3, 5, 7, 11):
        phase = 2.0 * np.pi * rng.random()
        radius += 0.34 / k * np.sin(k * angle + phase)
    shape = np.column_stack([0.82 * np.cos(angle), 1.15 * np.sin(angle)])
    return np.array(LAKE_AT_M) + LAKE_RADIUS_M * radius[:, None] * shape


def _wobble(n: int, size_m: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """A smooth random walk about zero, shape ``(n, 2)``, zero at both ends."""
    walk = rng.standard_normal((n + 8, 2))
    kernel = np.hanning(9)
    smooth = np.column_stack(
        [np.convolve(walk[:, i], kernel / kernel.sum(), mode="valid") for i in (0, 1)]
    )
    taper = np.minimum(1.0, np.minimum(np.arange(n), np.arange(n)[::-1]) / 6.0)
    return smooth * taper[:, None] * size_m * 2.0


def road_curve(
    path: list[Point], rng: np.random.Generator, winding_m: float
) -> NDArray[np.float64]:
    """A road's line through a path: slightly restless, winding in the mountains."""
    curve = smooth_curve(path, 130.0)
    curve = curve + _wobble(len(curve), 26.0, rng)
    if winding_m > 0.0:
        steps = np.hypot(*np.gradient(curve, axis=0).T)
        s = np.cumsum(steps)
        along = np.gradient(curve, axis=0) / steps[:, None]
        normal = np.column_stack([-along[:, 1], along[:, 0]])
        taper = np.minimum(1.0, np.minimum(s, s[-1] - s) / 900.0)
        swing = np.sin(2 * np.pi * s / 880.0 + 2.6 * np.sin(2 * np.pi * s / 3_300.0))
        swing *= 0.65 + 0.5 * np.sin(2 * np.pi * s / 5_100.0 + 1.0)
        curve = curve + normal * (winding_m * taper * swing)[:, None]
    return simplified(curve, 6.0)


def draw_county_roads(
    network: Network,
    junctions: NDArray[np.int64],
    waters: list[Water],
    rng: np.random.Generator,
) -> None:
    """Draw the roads between core and towns, and those round the lake.

    ``junctions`` are the nodes of core and towns that a road may start from.
    """
    first = len(network.ways)
    xy = network.xy()
    for road in COUNTY_ROADS:
        path: list[Point] = [(float(x), float(y)) for x, y in road.path]
        ends: list[int | None] = []
        for i, toward in ((0, path[1]), (-1, path[-2])):
            near = junctions[np.hypot(*(xy[junctions] - path[i]).T) < 2_300.0]
            if not len(near):
                ends.append(None)
                continue
            node = int(near[np.hypot(*(xy[near] - toward).T).argmin()])
            ends.append(node)
            path[i] = (float(xy[node, 0]), float(xy[node, 1]))
        curve = road_curve(path, rng, road.winding_m)
        nodes = [network.add_point(x, y) for x, y in curve]
        for i, end in ((0, ends[0]), (-1, ends[1])):
            if end is not None:
                nodes[i] = end
        speed = 70 if road.highway == "secondary" else 50
        name = Name(road.zh, road.en)
        network.ways.append(Way(tuple(nodes), road.highway, name, maxspeed_kmh=speed))
    ring = _draw_lake_roads(network, waters[-1].outline)
    _tie_lake_road(network, junctions, ring)
    network.join_crossings(range(first, len(network.ways)))


def _draw_lake_roads(network: Network, lake: NDArray[np.float64]) -> list[int]:
    """A road and a footpath round the lake; returns the road's nodes."""
    heart = lake.mean(axis=0)
    shore = simplified(heart + 1.07 * (lake - heart), 8.0)
    ring = [network.add_point(x, y) for x, y in shore]
    ring_name = Name("环湖路", "Lakeside Road")
    network.ways.append(Way((*ring, ring[0]), "tertiary", ring_name, maxspeed_kmh=40))
    walk = [network.add_point(x, y) for x, y in heart + 1.025 * (lake[::2] - heart)]
    walk_name = Name("白鹭湖步道", "Bailu Lake Walk")
    network.ways.append(Way((*walk, walk[0]), "footway", walk_name))
    at = network.xy()
    for k in range(0, len(walk), 12):
        gap = np.hypot(*(at[ring] - at[walk[k]]).T)
        network.ways.append(Way((walk[k], ring[int(gap.argmin())]), "footway"))
    return ring


def _tie_lake_road(
    network: Network, junctions: NDArray[np.int64], ring: list[int]
) -> None:
    """Two short links from the lakeside town to the road round the lake."""
    xy = network.xy()
    gaps = np.hypot(*(xy[junctions][:, None] - xy[ring][None]).transpose(2, 0, 1))
    for _ in range(2):
        j, r = np.unravel_index(int(gaps.argmin()), gaps.shape)
        network.ways.append(
            Way(
                (int(junctions[j]), ring[r]),
                "tertiary",
                Name("湖滨路", "Hubin Road"),
                maxspeed_kmh=40,
            )
        )
        far = np.hypot(*(xy[ring] - xy[ring[r]]).T) > 700.0
        gaps[:, ~far] = np.inf
