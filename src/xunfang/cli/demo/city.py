"""The demo police of Yunting, laid over a town's streets or over any others.

``generate_city`` takes the generated town; ``place_city_on`` takes any
:class:`~xunfang.cli.demo.ground.StreetGround`, so that the same ten stations, sixty
patrol areas, 412 grid cells and 536 key places can be shown on real streets: real
streets, fictional police.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.cluster.vq import kmeans2
from scipy.spatial import cKDTree

from xunfang.cli.demo.city_model import (
    City,
    GridCell,
    PatrolArea,
    Ring,
    Station,
    VillageCentre,
)
from xunfang.cli.demo.duties import (
    make_circles,
    make_local_crews,
    make_markets,
    make_night_groups,
    make_rooms,
)
from xunfang.cli.demo.history import count_incidents
from xunfang.cli.demo.partition import (
    Piece,
    holds,
    knit,
    outline_of,
    split_evenly,
    territories,
)
from xunfang.cli.demo.place_sites import make_places
from xunfang.cli.demo.town import DEFAULT_SEED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from xunfang.cli.demo.ground import StreetGround
    from xunfang.cli.demo.town import Town

DEFAULT_AS_OF = date(2026, 9, 28)


def demo_figures() -> dict[str, Any]:
    """The agreed numbers of the demo city, as in ``data/demo_city.json``."""
    text = files("xunfang.cli.demo").joinpath("data/demo_city.json").read_text("utf-8")
    figures: dict[str, Any] = json.loads(text)
    return figures


def generate_city(
    town: Town, seed: int = DEFAULT_SEED, *, as_of: date = DEFAULT_AS_OF
) -> City:
    """Lay stations, areas, cells, key places and crews over the generated town.

    ``as_of`` is the last of the ninety days whose incidents are counted.
    """
    return place_city_on(town.ground(), seed, as_of=as_of, real_streets=False)


def place_city_on(
    ground: StreetGround,
    seed: int = DEFAULT_SEED,
    *,
    as_of: date = DEFAULT_AS_OF,
    real_streets: bool = True,
) -> City:
    """Lay the same demo over any streets; the same seed gives the same city."""
    figures = demo_figures()
    rng = np.random.default_rng([seed, 2])
    territory = _divide(ground, figures, rng)
    stations = _stations(ground, territory, figures)
    sites = make_places(ground, territory, stations, rng)
    markets = make_markets(ground, territory, stations, figures, rng)
    areas = _name_areas(ground, territory)
    counts = count_incidents(figures, territory, sites, as_of, rng)
    return City(
        zh=figures["name"],
        en="Yunting",
        disclaimer=figures["disclaimer"],
        real_streets=real_streets,
        stations=tuple(stations),
        areas=areas,
        cells=territory.cells(ground),
        places=tuple(sites),
        markets=tuple(markets),
        circles=tuple(make_circles(sites)),
        rooms=tuple(make_rooms(ground, territory, stations, figures, areas, rng)),
        villages=_villages(ground, territory, figures, rng),
        night_groups=tuple(make_night_groups(stations, figures)),
        local_crews=tuple(make_local_crews(stations)),
        reported=counts[0],
        patrol_found=counts[1],
    )


@dataclass(frozen=True, slots=True)
class Territory:
    """The knitted pieces of the map: cells in areas in stations.

    Attributes
    ----------
    corners_m
        Common corners of all cells, shape ``(n, 2)``.
    rings
        Corner numbers of each cell, counter-clockwise.
    cell_codes, area_of_cell, station_of_cell
        Code of each cell, and of the area and station that hold it.
    cell_of_point
        The cell of each street point of the ground.
    sites_m, station_codes
        Centre of each station's territory and the station's code.
    """

    corners_m: NDArray[np.float64]
    rings: list[list[int]]
    cell_codes: list[str]
    area_of_cell: list[str]
    station_of_cell: list[str]
    cell_of_point: NDArray[np.int64]
    sites_m: NDArray[np.float64]
    station_codes: list[str]

    def station_at(self, point_m: NDArray[np.float64]) -> str:
        """The station whose site is nearest: the one whose territory holds a point."""
        return self.station_codes[int(np.hypot(*(self.sites_m - point_m).T).argmin())]

    def ring(self, ground: StreetGround, corners: list[int]) -> Ring:
        """Coordinates of a ring of corner numbers."""
        return tuple(
            (float(lon), float(lat))
            for lon, lat in ground.lonlat(self.corners_m[corners])
        )

    def outline(self, ground: StreetGround, codes: list[str], code: str) -> Ring:
        """The outline of all cells whose entry in ``codes`` is ``code``."""
        rings = [r for r, c in zip(self.rings, codes, strict=True) if c == code]
        return self.ring(ground, outline_of(rings))

    def cells(self, ground: StreetGround) -> tuple[GridCell, ...]:
        """All grid cells."""
        rows = zip(
            self.cell_codes,
            self.station_of_cell,
            self.area_of_cell,
            self.rings,
            strict=True,
        )
        return tuple(
            GridCell(code, station, area, self.ring(ground, ring))
            for code, station, area, ring in rows
        )

    def cell_at(self, point_m: NDArray[np.float64]) -> int | None:
        """The number of the cell that holds a point; None outside the border."""
        station = self.station_at(point_m)
        for i, ring in enumerate(self.rings):
            if self.station_of_cell[i] != station:
                continue
            if holds(self.corners_m[ring], point_m[None])[0]:
                return i
        return None


def _divide(
    ground: StreetGround, figures: dict[str, Any], rng: np.random.Generator
) -> Territory:
    rows = figures["stations"]
    points = ground.points_m
    sites = ground.station_sites_m
    if sites is None:
        sites = _centres(points, len(rows), rng)
    n_cells = _shares(
        np.array([row["population"] for row in rows], dtype=float),
        figures["totals"]["grid_cells"],
    )
    outlines: list[NDArray[np.float64]] = []
    codes: list[str] = []
    area_codes: list[str] = []
    station_codes: list[str] = []
    cell_of_point = np.full(len(points), -1)
    nearest = cKDTree(sites).query(points)[1]
    for i, (row, outline) in enumerate(
        zip(rows, territories(ground.border_m, sites), strict=True)
    ):
        piece = Piece(outline, np.flatnonzero(nearest == i))
        areas = split_evenly(piece, points, ground.along, row["patrol_areas"], rng)
        per_area = _shares(np.ones(len(areas)), int(n_cells[i]))
        for a, area in enumerate(areas, start=1):
            area_code = f"{row['code']}-A{a}"
            cells = split_evenly(area, points, ground.along, int(per_area[a - 1]), rng)
            for c, cell in enumerate(cells, start=1):
                cell_of_point[cell.members] = len(outlines)
                outlines.append(cell.outline)
                codes.append(f"{area_code}-{c:02d}")
                area_codes.append(area_code)
                station_codes.append(row["code"])
    corners, rings = knit(outlines)
    return Territory(
        corners,
        rings,
        codes,
        area_codes,
        station_codes,
        cell_of_point,
        sites,
        [r["code"] for r in rows],
    )


def _centres(
    points: NDArray[np.float64], n: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Centres of ``n`` clusters of streets, the densest first."""
    some = points[rng.permutation(len(points))[:20_000]]
    centres, label = kmeans2(some, n, minit="++", seed=rng)
    radius = [
        float(np.median(np.hypot(*(some[label == i] - centres[i]).T)))
        if (label == i).any()
        else np.inf
        for i in range(n)
    ]
    return np.asarray(centres[np.argsort(radius, kind="stable")])


def _shares(weights: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Whole numbers in proportion to weights (largest remainders; Hamilton 1792)."""
    quota = weights / weights.sum() * total
    whole = np.floor(quota).astype(np.int64)
    rest = total - int(whole.sum())
    whole[np.argsort(-(quota - whole), kind="stable")[:rest]] += 1
    return whole


def _stations(
    ground: StreetGround, territory: Territory, figures: dict[str, Any]
) -> list[Station]:
    hinted = {h.kind: np.array(h.at_m) for h in ground.hints if h.kind.startswith("S")}
    main = np.isin(ground.highway, ["primary", "secondary", "tertiary"])
    owner = np.array(territory.station_of_cell)[territory.cell_of_point]
    stations = []
    for row in figures["stations"]:
        code = row["code"]
        at = hinted.get(code)
        if at is None:
            mine = np.flatnonzero((owner == code) & main)
            if not len(mine):
                mine = np.flatnonzero(owner == code)
            middle = np.median(ground.points_m[mine], axis=0)
            k = mine[int(np.hypot(*(ground.points_m[mine] - middle).T).argmin())]
            along = ground.along[k]
            at = ground.points_m[k] + 15.0 * np.array([-along[1], along[0]])
        lon, lat = ground.lonlat(at)
        stations.append(
            Station(
                code=code,
                zh=row["zh"],
                en=row["en"],
                kind=row["kind"],
                at=(float(lon), float(lat)),
                ring=territory.outline(ground, territory.station_of_cell, code),
                population=row["population"],
                n_sworn=row["sworn"],
                n_auxiliaries=row["auxiliary"],
                n_community_officers=row["community_officers"],
            )
        )
    return stations


def _name_areas(ground: StreetGround, territory: Territory) -> tuple[PatrolArea, ...]:
    """Name each area after the longest street that lies mostly in it."""
    area_of_point = np.array(territory.area_of_cell)[territory.cell_of_point]
    n_streets = len(ground.street_names)
    named = ground.street >= 0
    length = np.bincount(ground.street[named], minlength=n_streets)
    taken: set[str] = set()
    areas = []
    for code in dict.fromkeys(territory.area_of_cell):
        inside = np.bincount(
            ground.street[named & (area_of_point == code)], minlength=n_streets
        )
        mostly = np.flatnonzero((inside > 0) & (inside >= 0.6 * length))
        mostly = mostly[np.argsort(-inside[mostly], kind="stable")]
        roads = tuple(ground.street_names[i] for i in mostly[:6])
        any_road = np.argsort(-inside, kind="stable")[:4]
        choices = [*roads, *(ground.street_names[i] for i in any_road if inside[i])]
        # 桂花东巷 before 桂花二巷, and the village before its road.
        choices.sort(
            key=lambda name: any(digit in name[0] for digit in "二三四五六七八九")
        )
        fresh = [name for name in choices if _area_word(name)[0] not in taken]
        zh, en = _area_word(fresh[0]) if fresh else (f"{code[-2:]}号", code)
        taken.add(zh)
        areas.append(
            PatrolArea(
                code=code,
                station=code.split("-", maxsplit=1)[0],
                zh=f"{zh}片区",
                en=f"{en} Area",
                ring=territory.outline(ground, territory.area_of_cell, code),
                roads=roads or tuple(choices[:1]),
            )
        )
    return tuple(areas)


def _area_word(street: tuple[str, str]) -> tuple[str, str]:
    """The name an area takes from a street: 老田湾村 from 老田湾村路, else the street."""
    zh, en = street
    if zh.endswith("村路"):
        return zh.removesuffix("路"), en.removesuffix(" Road")
    return zh, en


def _villages(
    ground: StreetGround,
    territory: Territory,
    figures: dict[str, Any],
    rng: np.random.Generator,
) -> tuple[VillageCentre, ...]:
    """The town's own villages; on other streets, spots far from one another."""
    known = [h for h in ground.hints if h.kind.startswith("village:")]
    villages = []
    for hint in known:
        _, code, zh, en = hint.kind.split(":")
        lon, lat = ground.lonlat(np.array(hint.at_m))
        villages.append(VillageCentre(zh, en, code, (float(lon), float(lat))))
    if villages:
        return tuple(villages)
    owner = np.array(territory.station_of_cell)[territory.cell_of_point]
    for row in figures["stations"]:
        mine = np.flatnonzero(owner == row["code"])
        for i, k in enumerate(
            rng.choice(mine, row["villages"], replace=False), start=1
        ):
            lon, lat = ground.lonlat(ground.points_m[k])
            zh, en = f"{row['zh'][:-1]}{i}村", f"{row['en']} Village {i}"
            villages.append(
                VillageCentre(zh, en, row["code"], (float(lon), float(lat)))
            )
    return tuple(villages)
