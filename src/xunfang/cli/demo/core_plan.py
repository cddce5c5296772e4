"""The plan of Yunting's urban core and of a market town, on flat sheets.

The core lies on both banks of the 汀江 (u = 0 on the sheet, flowing towards -v): a
grid of main roads whose meshes were given a quarter by hand, because where the old
town, the station and the port lie is a decision and not a matter of chance. What is
inside each mesh is drawn from the seed.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xunfang.cli.demo.blocks import Fabric, Shape, Spot
from xunfang.cli.demo.names import Name
from xunfang.cli.demo.sheet import Block, Line, Sheet

if TYPE_CHECKING:
    import numpy as np

    from xunfang.cli.demo.names import StreetNamer
    from xunfang.cli.demo.sheet import Point

# Main roads from west to east; the river runs between the two roads at ±195 m.
WEST_U_M = (-4300.0, -3050.0, -2000.0, -1050.0, -195.0)
EAST_U_M = (195.0, 1050.0, 2100.0, 3200.0, 4400.0)
# Main roads from south to north; the southernmost serves the port alone.
V_M = (-4800.0, -3700.0, -2650.0, -1600.0, -550.0, 450.0, 1450.0, 2500.0, 3500.0)


@dataclass(frozen=True, slots=True)
class MainRoad:
    """Name and class of one main road of the core."""

    zh: str
    en: str
    highway: str
    split: bool = False

    def name(self, *, west: bool) -> Name:
        """The name on one bank: a road across the river is 西 on one, 东 on the other."""
        if not self.split:
            return Name(self.zh, self.en)
        kind = "大道" if self.zh.endswith("大道") else self.zh[-1]
        word, en = self.zh[: -len(kind)], self.en.rsplit(" ", 1)
        side, side_en = ("西", "West") if west else ("东", "East")
        return Name(f"{word}{side}{kind}", f"{en[0]} {side_en} {en[1]}")


ROWS = (
    MainRoad("新港大道", "Xingang Avenue", "secondary"),
    MainRoad("港城路", "Gangcheng Road", "primary", split=True),
    MainRoad("环城南路", "Huancheng South Road", "primary"),
    MainRoad("观澜路", "Guanlan Road", "secondary", split=True),
    MainRoad("明德路", "Mingde Road", "secondary", split=True),
    MainRoad("云汀大道", "Yunting Avenue", "primary", split=True),
    MainRoad("文昌路", "Wenchang Road", "secondary", split=True),
    MainRoad("环城北路", "Huancheng North Road", "primary"),
    MainRoad("北山路", "Beishan Road", "secondary"),
)
WEST_COLUMNS = (
    MainRoad("西岭路", "Xiling Road", "tertiary"),
    MainRoad("环城西路", "Huancheng West Road", "primary"),
    MainRoad("凤栖路", "Fengqi Road", "secondary"),
    MainRoad("建安路", "Jianan Road", "secondary"),
    MainRoad("沿江路", "Yanjiang Road", "secondary"),
)
EAST_COLUMNS = (
    MainRoad("滨河路", "Binhe Road", "secondary"),
    MainRoad("汀江路", "Tingjiang Road", "primary"),
    MainRoad("龙腾路", "Longteng Road", "secondary"),
    MainRoad("环城东路", "Huancheng East Road", "primary"),
    MainRoad("东岭路", "Dongling Road", "tertiary"),
)
# Bridges by the row of the road that crosses on them.
BRIDGES = {
    1: Name("港城大桥", "Gangcheng Bridge"),
    2: Name("南环大桥", "Nanhuan Bridge"),
    4: Name("明德桥", "Mingde Bridge"),
    5: Name("云汀大桥", "Yunting Bridge"),
    6: Name("白鹭桥", "Bailu Bridge"),
    7: Name("北环大桥", "Beihuan Bridge"),
}

# The quarter of each mesh, from north to south: four meshes on the west bank, four
# on the east. "-" is open country.
QUARTER_MAP = """
    -       fringe  estate  mixed     | mixed    estate   fringe   -
    fringe  estate  mixed   commerce  | mixed    mixed    estate   fringe
    estate  estate  commerce old      | old      commerce estate   fringe
    fringe  mixed   mixed   old       | old      commerce mixed    estate
    fringe  estate  mixed   commerce  | mixed    estate   mixed    fringe
    -       estate  park    mixed     | estate   mixed    industry fringe
    -       -       fringe  mixed     | industry industry industry -
    -       -       -       -         | industry industry industry -
"""

# Meshes cut from corner to corner: (bank, column, row, first corner, road).
DIAGONALS = (
    ("east", 1, 4, 1, MainRoad("锦绣大道", "Jinxiu Avenue", "secondary")),
    ("east", 2, 3, 1, MainRoad("锦绣大道", "Jinxiu Avenue", "secondary")),
    ("east", 3, 2, 1, MainRoad("锦绣大道", "Jinxiu Avenue", "secondary")),
    ("west", 1, 6, 0, MainRoad("环城西北路", "Huancheng Northwest Road", "primary")),
    ("east", 2, 6, 1, MainRoad("环城东北路", "Huancheng Northeast Road", "primary")),
    ("west", 1, 2, 1, MainRoad("环城西南路", "Huancheng Southwest Road", "primary")),
)
# The stations of the core: bank, column of the road they stand on, row below them.
STATIONS_AT = {
    "S01": ("east", 1, 4),
    "S02": ("west", 3, 4),
    "S03": ("west", 3, 2),
    "S04": ("west", 3, 7),
    "S05": ("east", 1, 1),
}
MAXSPEED_KMH = {"primary": 60, "secondary": 50, "tertiary": 40}


def draw_core(rng: np.random.Generator, namer: StreetNamer) -> Fabric:
    """Draw the urban core on its sheet and fill its meshes."""
    fabric = Fabric(Sheet(), namer, rng)
    quarters = [
        [side.split() for side in row.split("|")]
        for row in reversed(QUARTER_MAP.strip().splitlines())
    ]
    banks = (("west", WEST_U_M, WEST_COLUMNS), ("east", EAST_U_M, EAST_COLUMNS))
    river_ends: dict[str, list[int]] = {}
    for side, (bank, us, columns) in enumerate(banks):
        kinds = [row[side] for row in quarters]
        grid = _Grid(fabric, us, V_M, rng, bank_at=-1 if bank == "west" else 0)
        grid.draw(
            kinds,
            [road.name(west=bank == "west") for road in ROWS],
            [road.highway for road in ROWS],
            [Name(road.zh, road.en) for road in columns],
            [road.highway for road in columns],
            {(c, r): (first, road) for b, c, r, first, road in DIAGONALS if b == bank},
        )
        river_ends[bank] = grid.nodes[-1 if bank == "west" else 0]
        for code, (on_bank, column, row) in STATIONS_AT.items():
            if on_bank == bank:
                start, end = grid.nodes[column][row], grid.nodes[column][row + 1]
                fabric.spots.append(Spot(code, _beside(fabric.sheet, start, end)))
    for row, name in BRIDGES.items():
        fabric.sheet.add_line(
            Line(
                river_ends["west"][row],
                river_ends["east"][row],
                ROWS[row].highway,
                name,
                bridge=True,
                maxspeed_kmh=MAXSPEED_KMH[ROWS[row].highway],
            )
        )
        for bank, zh, en in (("west", "西", "West"), ("east", "东", "East")):
            head = fabric.sheet.points[river_ends[bank][row]]
            kind = f"bridge:{name.zh}{zh}桥头:{name.en} {en} End"
            fabric.spots.append(Spot(kind, head))
    _draw_promenades(fabric)
    _lay_out_station(fabric)
    return fabric


class _Grid:
    """Main roads of one bank, or of a town, with their meshes."""

    def __init__(
        self,
        fabric: Fabric,
        us: tuple[float, ...],
        vs: tuple[float, ...],
        rng: np.random.Generator,
        *,
        bank_at: int | None = None,
        sway_m: float = 95.0,
    ) -> None:
        self.fabric = fabric
        sway = sway_m * (2.0 * rng.random((len(us), len(vs), 2)) - 1.0)
        # The rim of a town is ragged: its nodes stray twice as far.
        sway[0] *= 2.0
        sway[-1] *= 2.0
        sway[:, -1] *= 1.6
        if bank_at is not None:
            sway[bank_at] = 0.0
        self.nodes = [
            [
                fabric.sheet.add_point((u + sway[i, j, 0], v + sway[i, j, 1]))
                for j, v in enumerate(vs)
            ]
            for i, u in enumerate(us)
        ]

    def draw(
        self,
        kinds: list[list[str]],
        row_names: list[Name],
        row_classes: list[str],
        column_names: list[Name],
        column_classes: list[str],
        diagonals: dict[tuple[int, int], tuple[int, MainRoad]],
    ) -> None:
        """Draw the roads round every built mesh, then fill the meshes."""
        sheet, nodes = self.fabric.sheet, self.nodes
        drawn: dict[tuple[int, int], int] = {}

        def road(a: int, b: int, name: Name, highway: str) -> int:
            key = (min(a, b), max(a, b))
            if key not in drawn:
                speed = MAXSPEED_KMH[highway]
                line = Line(a, b, highway, name, maxspeed_kmh=speed)
                drawn[key] = sheet.add_line(line)
            return drawn[key]

        meshes: list[tuple[Block, str]] = []
        for j in range(len(nodes[0]) - 1):
            for i in range(len(nodes) - 1):
                if kinds[j][i] == "-":
                    continue
                corners = [
                    nodes[i][j],
                    nodes[i + 1][j],
                    nodes[i + 1][j + 1],
                    nodes[i][j + 1],
                ]
                sides = [
                    road(corners[0], corners[1], row_names[j], row_classes[j]),
                    road(
                        corners[1],
                        corners[2],
                        column_names[i + 1],
                        column_classes[i + 1],
                    ),
                    road(corners[3], corners[2], row_names[j + 1], row_classes[j + 1]),
                    road(corners[0], corners[3], column_names[i], column_classes[i]),
                ]
                block = Block(corners, sides)
                if (i, j) in diagonals:
                    first, avenue = diagonals[i, j]
                    halves = self._halve(block, first, avenue)
                    meshes += [(half, kinds[j][i]) for half in halves]
                else:
                    meshes.append((block, kinds[j][i]))
        for block, kind in meshes:
            self.fabric.fill(block, kind)

    def _halve(self, block: Block, first: int, avenue: MainRoad) -> list[Block]:
        """Cut a mesh from one corner to the opposite one."""
        c, s = block.corners, block.lines
        a, b = first, first + 2
        name = Name(avenue.zh, avenue.en)
        speed = MAXSPEED_KMH[avenue.highway]
        line = Line(c[a], c[b], avenue.highway, name, maxspeed_kmh=speed)
        cut = self.fabric.sheet.add_line(line)
        return [
            Block([c[a], c[a + 1], c[b]], [s[a], s[a + 1], cut]),
            Block([c[b], c[(b + 1) % 4], c[a]], [s[b], s[(b + 1) % 4], cut]),
        ]


def _draw_promenades(fabric: Fabric) -> None:
    """Footpaths along both banks, reached from the riverside roads."""
    sheet = fabric.sheet
    for u, road_zh, zh, en in (
        (-158.0, "沿江路", "西岸步道", "West Bank Walk"),
        (158.0, "滨河路", "东岸步道", "East Bank Walk"),
    ):
        riverside = [
            line for line in sheet.lines if line.name and line.name.zh == road_zh
        ]
        foots = sorted(
            {n for line in riverside for n in line.nodes()},
            key=lambda n: sheet.points[n][1],
        )
        chosen: list[int] = []
        for node in foots:
            v = sheet.points[node][1]
            far_enough = not chosen or v - sheet.points[chosen[-1]][1] > 260.0
            if -3600.0 < v < 3450.0 and far_enough:
                chosen.append(node)
        ends = [sheet.add_point((u, sheet.points[n][1])) for n in chosen]
        for node, end in zip(chosen, ends, strict=True):
            sheet.add_line(Line(node, end, "footway"))
        fabric.spots += [Spot("waterside", sheet.points[end]) for end in ends[1::3]]
        for a, b in itertools.pairwise(ends):
            sheet.add_line(Line(a, b, "footway", Name(zh, en)))
        low, high = sheet.points[ends[0]][1], sheet.points[ends[-1]][1]
        inner = u - 34.0 if u > 0 else u + 34.0
        outer = u + 26.0 if u > 0 else u - 26.0
        steps = [low + (high - low) * k / 60 for k in range(61)]
        strip = [(inner, v) for v in steps] + [(outer, v) for v in reversed(steps)]
        fabric.areas.append(Shape(tuple(strip), (("leisure", "park"),)))


def _lay_out_station(fabric: Fabric) -> None:
    """The railway station north of 北山路, with its forecourt."""
    u, v = 1500.0, 3640.0
    hall = ((u - 90, v - 28), (u + 90, v - 28), (u + 90, v + 8), (u - 90, v + 8))
    court = ((u - 110, v - 95), (u + 110, v - 95), (u + 110, v - 32), (u - 110, v - 32))
    fabric.buildings.append(Shape(hall, (("building", "train_station"),)))
    fabric.areas.append(Shape(court, (("place", "square"),)))
    fabric.spots.append(Spot("railway_station", (u, v - 60)))


@dataclass(frozen=True, slots=True)
class TownPlan:
    """Where a market town lies and which way its main street points."""

    station: str
    zh: str
    en: str
    at_m: tuple[float, float]
    heading_rad: float
    stretch: float = 1.0
    kind: str = "镇"


TOWNS = (
    TownPlan("S06", "青石", "Qingshi", (11_400.0, 7_300.0), 0.55, 1.1),
    TownPlan("S07", "柳坪", "Liuping", (-4_300.0, 11_800.0), 1.25),
    TownPlan("S08", "白鹭", "Bailu", (10_500.0, -3_900.0), 1.45),
    TownPlan("S09", "双桥", "Shuangqiao", (-9_800.0, -8_400.0), 0.20, 1.05),
    TownPlan("S10", "高岭", "Gaoling", (-15_600.0, 4_600.0), -0.60, 0.8, "乡"),
)
_TOWN_U_M = (-860.0, -280.0, 290.0, 880.0)
_TOWN_V_M = (-420.0, 0.0, 400.0)
_TOWN_KINDS = (["town", "town", "fringe"], ["fringe", "town", "town"])


def draw_town(plan: TownPlan, rng: np.random.Generator, namer: StreetNamer) -> Fabric:
    """Draw a market town: a main street, a market street, lanes behind both."""
    fabric = Fabric(Sheet(), namer, rng)
    us = tuple(u * plan.stretch for u in _TOWN_U_M)
    grid = _Grid(fabric, us, _TOWN_V_M, rng, sway_m=55.0)
    zh, en = plan.zh, plan.en
    grid.draw(
        [list(row) for row in _TOWN_KINDS],
        [
            Name(f"{zh}南街", f"{en} South Street"),
            Name(f"{zh}正街", f"{en} Main Street"),
            Name(f"{zh}北街", f"{en} North Street"),
        ],
        ["tertiary", "secondary", "tertiary"],
        [
            Name(f"{zh}新街", f"{en} New Street"),
            Name(f"{zh}集市街", f"{en} Market Street"),
            Name(f"{zh}老街", f"{en} Old Street"),
            Name(f"{zh}东街", f"{en} East Street"),
        ],
        ["tertiary", "tertiary", "tertiary", "tertiary"],
        {},
    )
    start, end = grid.nodes[1][1], grid.nodes[2][1]
    fabric.spots.append(Spot(plan.station, _beside(fabric.sheet, start, end)))
    return fabric


def _beside(sheet: Sheet, start: int, end: int) -> Point:
    """A point 16 m left of a street's middle."""
    (ax, ay), (bx, by) = sheet.points[start], sheet.points[end]
    length = math.dist((ax, ay), (bx, by))
    return (
        (ax + bx) / 2.0 - 16.0 * (by - ay) / length,
        (ay + by) / 2.0 + 16.0 * (bx - ax) / length,
    )
