"""Where the 536 key places stand, what they are called, when they are busy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xunfang.cli.demo.city_model import BusyWindow, KeyPlace
from xunfang.cli.demo.names import PARK_WORDS, Name
from xunfang.cli.demo.premises import (
    ALL_WEEK,
    ALL_YEAR,
    BELLS_MIN,
    KINDS,
    N_BY_STATION,
    PLACE_WORDS,
    SCHOOL_LEVELS,
    SCHOOL_LEVELS_SMALL,
    SCHOOL_NAMES,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from xunfang.cli.demo.city import Territory
    from xunfang.cli.demo.city_model import Station
    from xunfang.cli.demo.ground import StreetGround
    from xunfang.cli.demo.premises import PlaceKind

# Night markets: station, streets tried in this order, months, weekdays, hours.
NIGHT_MARKETS = (
    ("S01", "滨河路", tuple(range(4, 11)), ALL_WEEK, (18 * 60, 25 * 60)),
    ("S02", "汀西步行街", ALL_YEAR, ALL_WEEK, (17 * 60, 23 * 60)),
    ("S03", "沿江路", tuple(range(5, 11)), ALL_WEEK, (19 * 60, 26 * 60)),
    ("S08", "湖滨路", (6, 7, 8, 9), (5, 6, 7), (18 * 60, 23 * 60 + 30)),
)
_APART_M = {"school": 500.0, "kindergarten": 380.0, "park_square": 500.0, "fuel": 700.0}


def night_market_sites(
    ground: StreetGround, territory: Territory, stations: Sequence[Station]
) -> dict[str, int]:
    """The street point of each night market, by station."""
    owner = np.array(territory.station_of_cell)[territory.cell_of_point]
    centre = {s.code: station_point(ground, s) for s in stations}
    sites = {}
    for code, street, *_ in NIGHT_MARKETS:
        mine = np.flatnonzero(owner == code)
        numbers = [i for i, (zh, _) in enumerate(ground.street_names) if zh == street]
        there = mine[np.isin(ground.street[mine], numbers)]
        if not len(there):
            there = mine[np.isin(ground.highway[mine], ["residential", "pedestrian"])]
        if not len(there):
            there = mine
        distance = np.hypot(*(ground.points_m[there] - centre[code]).T)
        sites[code] = int(there[np.abs(distance - 450.0).argmin()])
    return sites


def station_point(ground: StreetGround, station: Station) -> NDArray[np.float64]:
    """Where a station stands, in metres."""
    degrees = np.array(station.at) - np.array(ground.origin_lonlat)
    return degrees * np.array(ground.m_per_degree)


def make_places(
    ground: StreetGround,
    territory: Territory,
    stations: Sequence[Station],
    rng: np.random.Generator,
) -> list[KeyPlace]:
    """Return the key places, ordered by station, kind and number.

    A place takes a spot that the map suggests (a school yard, a park, a bridgehead)
    where there is one in the territory, and else a point beside a street of a class
    that suits its kind; 10 to 25 m from the street in either case.
    """
    owner = np.array(territory.station_of_cell)[territory.cell_of_point]
    night = night_market_sites(ground, territory, stations)
    names = _Names(rng)
    places: list[KeyPlace] = []
    for station in stations:
        mine = np.flatnonzero(owner == station.code)
        middle = station_point(ground, station)
        spread = 1_400.0 if station.kind in {"urban", "industrial"} else 700.0
        level_no = 0
        for kind, n in zip(KINDS, N_BY_STATION[station.code], strict=True):
            taken: list[NDArray[np.float64]] = []
            stalls = 4 if kind.code == "restaurant" and station.code in night else 0
            for i in range(n):
                at, street_point, hint = _site(
                    ground, territory, station.code, mine, kind, taken, middle,
                    spread, night[station.code] if i < stalls else None, rng,
                )  # fmt: skip
                taken.append(at)
                level = None
                if kind.code == "kindergarten":
                    level = "kindergarten"
                elif kind.code == "school":
                    levels = SCHOOL_LEVELS if int(n) > 3 else SCHOOL_LEVELS_SMALL
                    level = levels[level_no]
                    level_no += 1
                cell = territory.cell_at(at)
                if cell is None:
                    raise LookupError(station.code)
                name = names.draw(kind, station, level, hint, stall=i < stalls)
                lon, lat = ground.lonlat(at)
                street = int(ground.street[street_point])
                places.append(
                    KeyPlace(
                        code=f"K{len(places) + 1:04d}",
                        kind=kind.code,
                        kind_zh=kind.zh,
                        zh=name.zh,
                        en=name.en,
                        station=station.code,
                        area=territory.area_of_cell[cell],
                        cell=territory.cell_codes[cell],
                        at=(float(lon), float(lat)),
                        street=ground.street_names[street] if street >= 0 else None,
                        check_every_days=kind.check_every_days,
                        busy=_stall_hours(station.code) if i < stalls else kind.busy,
                        school_level=level,
                        bells_min=BELLS_MIN[level] if level else (),
                    )
                )
    return places


def _stall_hours(station: str) -> tuple[BusyWindow, ...]:
    for code, _, months, weekdays, (start, end) in NIGHT_MARKETS:
        if code == station:
            return (BusyWindow(months, weekdays, start, end),)
    return ()


def _site(
    ground: StreetGround,
    territory: Territory,
    station: str,
    mine: NDArray[np.int64],
    kind: PlaceKind,
    taken: list[NDArray[np.float64]],
    middle: NDArray[np.float64],
    spread: float,
    near: int | None,
    rng: np.random.Generator,
) -> tuple[NDArray[np.float64], int, str | None]:
    """A free site of a kind: its position, its street point, the hint it follows."""
    apart = _APART_M.get(kind.code, 130.0)
    points = ground.points_m
    if near is not None:
        close = mine[np.hypot(*(points[mine] - points[near]).T) < 170.0]
        for k in rng.permutation(close):
            at = _beside(ground, int(k), None, rng)
            if _fits(territory, station, at, taken, 18.0):
                return at, int(k), None
    hints = [
        h
        for h in ground.hints
        if h.kind.split(":")[0] in kind.hints
        and territory.station_at(np.array(h.at_m)) == station
    ]
    weight = np.array([np.hypot(*(np.array(h.at_m) - middle)) for h in hints])
    for i in _weighted_order(np.exp(-kind.downtown * weight / (2.5 * spread)), rng):
        hint = np.array(hints[i].at_m)
        gap = np.hypot(*(points[mine] - hint).T)
        k = int(mine[gap.argmin()])
        if gap.min() > 260.0:
            continue
        at = _beside(ground, k, hint, rng)
        if _fits(territory, station, at, taken, apart):
            return at, k, hints[i].kind
    distance = np.hypot(*(points[mine] - middle).T)
    suits = np.isin(ground.highway[mine], kind.streets)
    weights = np.exp(-kind.downtown * distance / spread) * np.where(suits, 1.0, 1e-4)
    while True:
        for i in _weighted_order(weights + 1e-12, rng)[:200]:
            at = _beside(ground, int(mine[i]), None, rng)
            if _fits(territory, station, at, taken, apart):
                return at, int(mine[i]), None
        apart *= 0.6


def _weighted_order(
    weights: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.int64]:
    """A random order in which heavier items tend to come first.

    Efraimidis & Spirakis (2006): sort by exponential variates over the weights.
    """
    return np.argsort(rng.exponential(size=len(weights)) / np.maximum(weights, 1e-300))


def _beside(
    ground: StreetGround,
    k: int,
    towards: NDArray[np.float64] | None,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """A point 10 to 25 m beside street point ``k``, on the side of ``towards``."""
    normal = np.array([-ground.along[k, 1], ground.along[k, 0]])
    side = 1.0 if rng.random() < 0.5 else -1.0
    if towards is not None:
        side = 1.0 if (towards - ground.points_m[k]) @ normal >= 0.0 else -1.0
    return ground.points_m[k] + side * (10.5 + 14.0 * rng.random()) * normal


def _fits(
    territory: Territory,
    station: str,
    at: NDArray[np.float64],
    taken: list[NDArray[np.float64]],
    apart: float,
) -> bool:
    if taken and min(float(np.hypot(*(at - t))) for t in taken) < apart:
        return False
    return territory.station_at(at) == station


class _Names:
    """Draws names of places, none twice."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._taken: set[str] = set()

    def draw(
        self,
        kind: PlaceKind,
        station: Station,
        level: str | None,
        hint: str | None,
        *,
        stall: bool,
    ) -> Name:
        """A name that no other place has."""
        place = Name(station.zh.removesuffix("所"), station.en)
        if kind.code == "station" and hint == "railway_station":
            return self._keep(Name("云汀火车站", "Yunting Railway Station"))
        if kind.code == "water_bridge" and hint and hint.startswith("bridge:"):
            _, zh, en = hint.split(":")
            return self._keep(
                Name(f"{zh}桥头".replace("桥桥", "桥"), f"{en} Bridgehead")
            )
        for attempt in range(400):
            words = PARK_WORDS if kind.code == "park_square" else PLACE_WORDS
            word = words[int(self._rng.integers(len(words)))]
            if level and level != "kindergarten":
                tail = SCHOOL_NAMES[level]
                town = attempt == 0 and level != "primary"
                word = place if town else word
            elif stall:
                tail = Name("夜排档", "Night Stalls")
            else:
                tail = kind.tails[int(self._rng.integers(len(kind.tails)))]
            local = attempt > 12 or station.kind not in {"urban", "industrial"}
            head = Name(place.zh + word.zh, f"{place.en} {word.en}") if local else word
            if word is place:
                head = place
            name = Name(head.zh + tail.zh, f"{head.en} {tail.en}".replace("-", " "))
            if name.zh not in self._taken:
                return self._keep(name)
        raise LookupError(kind.code)

    def _keep(self, name: Name) -> Name:
        n = 2
        zh, en = name
        while zh in self._taken:
            zh, en = f"{name.zh}{n}号", f"{name.en} {n}"
            n += 1
        self._taken.add(zh)
        return Name(zh, en)
