"""Yunting as a map: streets, water, houses and the places police geography needs.

``generate_town(seed)`` gives the same town for the same seed, to the byte. Its streets
leave here as an OpenStreetMap document (:func:`Town.osm_xml`), so that the demo enters
through the importer that a real city's extract enters through.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from xunfang.cli.demo import county
from xunfang.cli.demo.blocks import Shape, Spot
from xunfang.cli.demo.core_plan import ROWS, TOWNS, draw_core, draw_town
from xunfang.cli.demo.ground import GroundHint, StreetGround, ground_of_ways
from xunfang.cli.demo.names import Name, StreetNamer
from xunfang.cli.demo.network import Network, Water, Way, inside, smooth_curve
from xunfang.cli.demo.osm_document import write_osm
from xunfang.cli.demo.town_map import Label, TownMap
from xunfang.cli.demo.villages import (
    Village,
    line_with_houses,
    settle_villages,
    woods_and_fields,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from xunfang.cli.demo.blocks import Fabric
    from xunfang.cli.demo.network import Bend

DEFAULT_SEED = 20_260_801

_CORE_TURN_RAD = -0.20
_CAR_HIGHWAYS = frozenset(
    {"primary", "secondary", "tertiary", "unclassified", "residential", "living_street"}
)


@dataclass(frozen=True, slots=True)
class Town(TownMap):
    """The generated municipality: its map, and what is made of it."""

    def osm_xml(self) -> str:
        """The town as an OpenStreetMap XML document (sorted nodes, ways, relations)."""
        return write_osm(self)

    def ground(self) -> StreetGround:
        """What police geography is laid over: streets, border, hints (metres)."""
        hints = [GroundHint(s.kind, s.at) for s in self.spots]
        hints += [
            GroundHint(f"village:{v.station}:{v.name.zh}:{v.name.en}", v.at_m)
            for v in self.villages
        ]
        hints.append(GroundHint("MK08", county.SHIMEN_M))
        hints += [GroundHint("waterside", at) for at in self._watersides()]
        return ground_of_ways(
            self.points_m,
            self.ways,
            border_m=county.border(),
            station_sites_m=np.array(list(county.STATION_SITES.values())),
            hints=tuple(hints),
        )

    def _watersides(self) -> list[tuple[float, float]]:
        """Country bridges, and spots on the shore of the lake."""
        spots = [
            self.points_m[list(way.nodes)].mean(axis=0)
            for way in self.ways
            if way.bridge and way.highway in {"tertiary", "unclassified"}
        ]
        spots += [
            shore
            for water in self.waters
            if water.kind == "lake"
            for shore in water.outline[::10]
        ]
        return [(float(x), float(y)) for x, y in spots]


def generate_town(
    seed: int = DEFAULT_SEED, *, n_villages: dict[str, int] | None = None
) -> Town:
    """Generate the municipality of Yunting from a seed.

    Parameters
    ----------
    seed
        Same seed, same town; the layout of main roads and quarters stays.
    n_villages
        Villages by station code; by default those of ``demo_city.json``.
    """
    rng = np.random.default_rng(seed)
    namer = StreetNamer(rng)
    for road in ROWS:
        namer.reserve(road.zh)
    network = Network()
    shapes: list[Shape] = []
    spots: list[Spot] = []
    anchors: list[NDArray[np.int64]] = []

    core = draw_core(rng, namer)
    _make_pedestrian_street(core)
    # Station S01 is the origin of the map.
    at_s01 = next(s.at for s in core.spots if s.kind == "S01")
    origin = bend_core(np.array([at_s01]))

    def bend(uv: NDArray[np.float64]) -> NDArray[np.float64]:
        return bend_core(uv) - origin

    _add(network, core, bend, shapes, spots, anchors)
    for plan in TOWNS:
        town = draw_town(plan, rng, StreetNamer(rng))
        _add(
            network,
            town,
            _town_bend(plan.at_m, plan.heading_rad),
            shapes,
            spots,
            anchors,
        )

    v = np.linspace(4_150.0, -4_780.0, 64)
    course = bend(np.column_stack([np.zeros_like(v), v]))
    waters = county.draw_waters(course, rng)
    built = np.concatenate(anchors)
    first = len(network.ways)
    county.draw_county_roads(network, built, waters, rng)
    roads = range(first, len(network.ways))
    houses = line_with_houses(network, roads, network.xy()[built], rng)
    villages, village_houses = settle_villages(
        network, roads, built, waters, n_villages or VILLAGES_BY_STATION, rng
    )
    houses += village_houses
    network.bridge_waters(waters)
    shapes = _dry(shapes + houses, waters)
    shapes += woods_and_fields(rng)
    xy = network.xy()
    ways, signals = _split_at_signals(network.ways)
    return Town(
        seed=seed,
        points_m=xy,
        ways=tuple(_open_one_ways(xy, ways)),
        shapes=tuple(shapes),
        waters=tuple(waters),
        railway_m=_railway(bend),
        signals=signals,
        no_left_turns=_no_left_turns(xy, ways, signals, rng),
        villages=tuple(villages),
        spots=tuple(spots),
        labels=tuple(_labels(spots, villages)),
    )


VILLAGES_BY_STATION = {
    "S03": 2, "S04": 4, "S05": 7, "S06": 15, "S07": 17, "S08": 12, "S09": 20, "S10": 19,
}  # fmt: skip


def _labels(spots: list[Spot], villages: list[Village]) -> list[Label]:
    """Names of the city, its towns and villages, and the railway station."""
    at = {spot.kind: spot.at for spot in spots}
    city, town = (("place", "city"),), (("place", "town"),)
    labels = [Label(Name("云汀市", "Yunting"), at["S01"], city)]
    labels += [Label(Name(p.zh + p.kind, p.en), at[p.station], town) for p in TOWNS]
    labels += [Label(v.name, v.at_m, (("place", "village"),)) for v in villages]
    labels.append(
        Label(
            Name("云汀站", "Yunting Railway Station"),
            at["railway_station"],
            (("railway", "station"),),
        )
    )
    return labels


def bend_core(uv: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bend the core's sheet as the river bends, and turn it; ``(n, 2)`` to ``(n, 2)``.

    Both displacements stay well below one metre per metre, so that no two points of
    the sheet fall together.
    """
    u, v = uv[:, 0], uv[:, 1]
    meander = 540.0 * np.sin((v + 300.0) / 1_180.0) + 90.0 * np.sin(v / 480.0)
    x = (
        u
        + meander * np.exp(-((u / 4_300.0) ** 2))
        + 70.0 * np.sin(v / 790.0 + u / 2_100.0)
    )
    y = v + 95.0 * np.sin(u / 880.0 + 1.1) + 40.0 * np.sin(u / 410.0 - v / 900.0)
    c, s = math.cos(_CORE_TURN_RAD), math.sin(_CORE_TURN_RAD)
    return np.column_stack([c * x - s * y, s * x + c * y])


def _town_bend(at_m: tuple[float, float], heading_rad: float) -> Bend:
    def bend(uv: NDArray[np.float64]) -> NDArray[np.float64]:
        u, v = uv[:, 0], uv[:, 1]
        x = u + 45.0 * np.sin(v / 260.0 + at_m[0])
        y = v + 70.0 * np.sin(u / 430.0 + at_m[1])
        c, s = math.cos(heading_rad), math.sin(heading_rad)
        return np.column_stack([c * x - s * y + at_m[0], s * x + c * y + at_m[1]])

    return bend


def _add(
    network: Network,
    fabric: Fabric,
    bend: Bend,
    shapes: list[Shape],
    spots: list[Spot],
    anchors: list[NDArray[np.int64]],
) -> None:
    junctions = network.add_fabric(fabric, bend)
    open_to_cars = {
        node
        for line in fabric.sheet.lines
        if line.highway in {"primary", "secondary", "tertiary"}
        for node in line.nodes()
    }
    anchors.append(junctions.start + np.array(sorted(open_to_cars), dtype=np.int64))
    flat = [*fabric.areas, *fabric.buildings]
    # All corners at once: bending one outline at a time takes ten times as long.
    bent = bend(
        np.array([corner for shape in flat for corner in shape.outline])
    ).tolist()
    start = 0
    for shape in flat:
        end = start + len(shape.outline)
        outline = tuple((x, y) for x, y in bent[start:end])
        shapes.append(Shape(outline, shape.tags))
        start = end
    for spot in fabric.spots:
        x, y = bend(np.array([spot.at]))[0]
        spots.append(Spot(spot.kind, (float(x), float(y))))


def _make_pedestrian_street(core: Fabric) -> None:
    """Close the longest shopping street of the west bank to cars: 汀西步行街."""
    points = core.sheet.points

    candidates = [
        line
        for line in core.sheet.lines
        if line.highway == "residential"
        and all(-2_000.0 < points[n][0] < -1_050.0 for n in line.nodes())
        and all(450.0 < points[n][1] < 1_450.0 for n in line.nodes())
    ]
    street = max(candidates, key=lambda w: math.dist(points[w.start], points[w.end]))
    street.highway = "pedestrian"
    street.name = Name("汀西步行街", "Tingxi Walking Street")
    street.oneway = False
    for line in core.sheet.lines:
        if line.oneway and {line.start, line.end} & set(street.nodes()):
            line.oneway = False


def _dry(shapes: list[Shape], waters: list[Water]) -> list[Shape]:
    """Leave out what would stand in the water."""
    opposite = [(s.outline[0], s.outline[len(s.outline) // 2]) for s in shapes]
    corners = np.array(opposite).reshape(-1, 2)
    wet = np.zeros(len(shapes), dtype=bool)
    for water in waters:
        wet |= inside(water.outline, corners).reshape(-1, 2).any(axis=1)
    return [shape for shape, is_wet in zip(shapes, wet, strict=True) if not is_wet]


def _railway(bend: Bend) -> NDArray[np.float64]:
    """The railway, from the western border past the station to the eastern one."""
    from_core = bend(
        np.column_stack([np.linspace(-4_200.0, 4_600.0, 45), np.full(45, 3_660.0)])
    )
    a, b = from_core[0], from_core[-1]
    west = [(-21_500.0, 1_200.0), (-13_500.0, 2_300.0), (-8_500.0, 4_000.0)]
    east = [(9_500.0, 4_300.0), (14_000.0, 5_700.0), (19_000.0, 5_200.0)]
    left = smooth_curve([*west, (float(a[0]), float(a[1]))], 300.0)[:-1]
    right = smooth_curve([(float(b[0]), float(b[1])), *east], 300.0)[1:]
    return np.vstack([left, from_core, right])


def _split_at_signals(ways: list[Way]) -> tuple[list[Way], tuple[int, ...]]:
    """Main roads end where they meet under traffic lights, as turn rules need."""
    main = {"primary", "secondary"}
    meets: dict[int, set[str]] = {}
    for way in ways:
        if way.highway in main:
            for node in way.nodes:
                meets.setdefault(node, set()).add(way.name.zh if way.name else "")
    signals = tuple(sorted(n for n, names in meets.items() if len(names) > 1))
    lit = set(signals)
    pieces: list[Way] = []
    for way in ways:
        start = 0
        last = len(way.nodes) - 1
        for i, node in enumerate(way.nodes):
            if i == last or (way.highway in main and i > 0 and node in lit):
                nodes = way.nodes[start : i + 1]
                pieces.append(
                    Way(
                        nodes,
                        way.highway,
                        way.name,
                        way.oneway,
                        way.bridge,
                        way.maxspeed_kmh,
                    )
                )
                start = i
    return pieces, signals


def _open_one_ways(xy: NDArray[np.float64], ways: list[Way]) -> list[Way]:
    """Give both directions back to one-way streets that would cut a place off."""
    tails: list[int] = []
    heads: list[int] = []
    for way in ways:
        if way.highway not in _CAR_HIGHWAYS | {"service"}:
            continue
        for a, b in zip(way.nodes, way.nodes[1:], strict=False):
            tails.append(a)
            heads.append(b)
            if not way.oneway:
                tails.append(b)
                heads.append(a)
    graph = coo_array((np.ones(len(tails)), (tails, heads)), shape=(len(xy), len(xy)))
    _, label = connected_components(graph, directed=True, connection="strong")
    return [
        replace(way, oneway=False)
        if way.oneway and len({int(label[n]) for n in way.nodes}) > 1
        else way
        for way in ways
    ]


def _no_left_turns(
    xy: NDArray[np.float64],
    ways: list[Way],
    signals: tuple[int, ...],
    rng: np.random.Generator,
) -> tuple[tuple[int, int, int], ...]:
    """Forbid one left turn at every third junction with lights."""
    at: dict[int, list[int]] = {n: [] for n in signals}
    for w, way in enumerate(ways):
        if way.highway in {"primary", "secondary"}:
            for node in {way.nodes[0], way.nodes[-1]}:
                if node in at:
                    at[node].append(w)
    turns: list[tuple[int, int, int]] = []
    for node, arms in at.items():
        if len(arms) < 4 or rng.random() > 0.33:
            continue
        enter = arms[int(rng.integers(len(arms)))]
        came = _bearing(xy, ways[enter], node) + math.pi
        for leave in arms:
            turn = (_bearing(xy, ways[leave], node) - came) % (2.0 * math.pi)
            if math.radians(50.0) < turn < math.radians(130.0):
                turns.append((enter, node, leave))
                break
    return tuple(turns)


def _bearing(xy: NDArray[np.float64], way: Way, node: int) -> float:
    """Direction of a way as it leaves a node at one of its ends, radians."""
    other = way.nodes[1] if way.nodes[0] == node else way.nodes[-2]
    dx, dy = xy[other] - xy[node]
    return math.atan2(dy, dx)
