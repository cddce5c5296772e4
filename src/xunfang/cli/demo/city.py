"""The demo police of Yunting, laid over a town's streets or over any others.

``generate_city`` takes the generated town; ``place_city_on`` takes any
:class:`~xunfang.cli.demo.ground.StreetGround`, so that the same ten stations, sixty
patrol areas, 412 grid cells and 536 key places can be shown on real streets: real
streets, fictional police.
"""

from __future__ import annotations

import json
from datetime import date
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

from xunfang.cli.demo.city_model import (
    City,
    PatrolArea,
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
from xunfang.cli.demo.names import Name
from xunfang.cli.demo.place_sites import make_places
from xunfang.cli.demo.territory import Territory, divide
from xunfang.cli.demo.town import DEFAULT_SEED

if TYPE_CHECKING:
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
    territory = divide(ground, figures, rng)
    stations = _stations(ground, territory, figures)
    sites = make_places(ground, territory, stations, rng)
    markets = make_markets(ground, territory, stations, figures, rng)
    areas = _name_areas(ground, territory, stations)
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


def _name_areas(
    ground: StreetGround, territory: Territory, stations: list[Station]
) -> tuple[PatrolArea, ...]:
    """Name each area after the longest street that lies mostly in it."""
    area_of_point = np.array(territory.area_of_cell)[territory.cell_of_point]
    n_streets = len(ground.street_names)
    named = ground.street >= 0
    length = np.bincount(ground.street[named], minlength=n_streets)
    names = {s.code: Name(s.zh.removesuffix("所"), s.en) for s in stations}
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
        station, number = code.split("-A")
        numbered = f"{names[station].zh}{number}号", f"{names[station].en} {number}"
        zh, en = _area_word(fresh[0]) if fresh else numbered
        taken.add(zh)
        areas.append(
            PatrolArea(
                code=code,
                station=station,
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
