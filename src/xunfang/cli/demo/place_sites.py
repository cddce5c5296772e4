"""Where the 536 key places stand, what they are called, when they are busy."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

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

    from xunfang.cli.demo.city_model import Station
    from xunfang.cli.demo.ground import StreetGround
    from xunfang.cli.demo.premises import PlaceKind
    from xunfang.cli.demo.territory import Territory

# Night markets: station, streets tried in this order, months, weekdays, hours.
NIGHT_MARKETS = (
    ("S01", "滨河路", tuple(range(4, 11)), ALL_WEEK, (18 * 60, 25 * 60)),
    ("S02", "汀西步行街", ALL_YEAR, ALL_WEEK, (17 * 60, 23 * 60)),
    ("S03", "沿江路", tuple(range(5, 11)), ALL_WEEK, (19 * 60, 26 * 60)),
    ("S08", "湖滨路", (6, 7, 8, 9), (5, 6, 7), (18 * 60, 23 * 60 + 30)),
)
_OTHER_KIND_M = 14.0
_OFF_STREET_M = 9.0
_HINT_REACH_M = 260.0
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
    return np.asarray(degrees * np.array(ground.m_per_degree), dtype=np.float64)


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
    night = night_market_sites(ground, territory, stations)
    names = _Names(rng)
    streets = cKDTree(ground.points_m)
    places: list[KeyPlace] = []
    for station in stations:
        siting = _Siting(ground, territory, station, streets, rng)
        levels = iter(SCHOOL_LEVELS)
        if N_BY_STATION[station.code][0] <= len(SCHOOL_LEVELS_SMALL):
            levels = iter(SCHOOL_LEVELS_SMALL)
        for kind, n in zip(KINDS, N_BY_STATION[station.code], strict=True):
            # The first few restaurants of a station with a night market are its stalls.
            stalls = 4 if kind.code == "restaurant" and station.code in night else 0
            for i in range(n):
                market = night[station.code] if i < stalls else None
                site = siting.find(kind, market)
                level = None
                if kind.code == "kindergarten":
                    level = "kindergarten"
                elif kind.code == "school":
                    level = next(levels)
                name = names.draw(kind, station, level, site.hint, stall=i < stalls)
                cell = territory.cell_near(site.at_m, site.street_point)
                lon, lat = ground.lonlat(site.at_m)
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
                        street=ground.street_name(site.street_point),
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


@dataclass(frozen=True, slots=True)
class _Site:
    at_m: NDArray[np.float64]
    street_point: int
    hint: str | None = None


class _Siting:
    """Finds free sites in one station's territory."""

    def __init__(
        self,
        ground: StreetGround,
        territory: Territory,
        station: Station,
        streets: cKDTree,
        rng: np.random.Generator,
    ) -> None:
        owner = np.array(territory.station_of_cell)[territory.cell_of_point]
        self._ground, self._territory, self._code = ground, territory, station.code
        self._streets, self._rng = streets, rng
        self._mine = np.flatnonzero(owner == station.code)
        middle = station_point(ground, station)
        self._distance_m = np.hypot(*(ground.points_m[self._mine] - middle).T)
        self._spread_m = 1_400.0 if station.kind in {"urban", "industrial"} else 700.0
        self._hints = [
            (hint, float(np.hypot(*(np.array(hint.at_m) - middle))))
            for hint in ground.hints
            if territory.station_at(np.array(hint.at_m)) == station.code
        ]
        self._taken: dict[str, list[NDArray[np.float64]]] = {}

    def find(self, kind: PlaceKind, market: int | None) -> _Site:
        """Return a free site of a kind; beside street point ``market`` if given."""
        site = None
        if market is not None:
            site = self._beside_market(market)
        if site is None:
            site = self._at_hint(kind)
        if site is None:
            site = self._on_a_street(kind)
        self._taken.setdefault(kind.code, []).append(site.at_m)
        return site

    def _beside_market(self, market: int) -> _Site | None:
        points = self._ground.points_m
        gap = np.hypot(*(points[self._mine] - points[market]).T)
        for k in self._rng.permutation(self._mine[gap < 170.0]).tolist():
            at = self._beside(k, None)
            if self._is_free(at, "restaurant", 18.0):
                return _Site(at, k)
        return None

    def _at_hint(self, kind: PlaceKind) -> _Site | None:
        mine = [(h, d) for h, d in self._hints if h.kind.split(":")[0] in kind.hints]
        away = np.array([d for _, d in mine])
        pull = np.exp(-kind.downtown * away / (2.5 * self._spread_m))
        points = self._ground.points_m[self._mine]
        for i in _weighted_order(pull, self._rng).tolist():
            hint = mine[i][0]
            gap = np.hypot(*(points - hint.at_m).T)
            if gap.min() > _HINT_REACH_M:
                continue
            k = int(self._mine[gap.argmin()])
            at = self._beside(k, np.array(hint.at_m))
            if self._is_free(at, kind.code, _APART_M.get(kind.code, 130.0)):
                return _Site(at, k, hint.kind)
        return None

    def _on_a_street(self, kind: PlaceKind) -> _Site:
        suits = np.isin(self._ground.highway[self._mine], kind.streets)
        weights = np.exp(-kind.downtown * self._distance_m / self._spread_m)
        weights *= np.where(suits, 1.0, 1e-4)
        apart_m = _APART_M.get(kind.code, 130.0)
        while True:
            for i in _weighted_order(weights, self._rng)[:200].tolist():
                k = int(self._mine[i])
                at = self._beside(k, None)
                if self._is_free(at, kind.code, apart_m):
                    return _Site(at, k)
            # A small territory is full at this distance: closer, then.
            apart_m *= 0.6

    def _beside(
        self, k: int, towards: NDArray[np.float64] | None
    ) -> NDArray[np.float64]:
        """A point 10 to 25 m beside street point ``k``, on the side of ``towards``."""
        at, along = self._ground.points_m[k], self._ground.along[k]
        normal = np.array([-along[1], along[0]])
        side = 1.0 if self._rng.random() < 0.5 else -1.0
        if towards is not None:
            side = 1.0 if (towards - at) @ normal >= 0.0 else -1.0
        away_m = side * (10.5 + 14.0 * self._rng.random())
        return np.asarray(at + away_m * normal, dtype=np.float64)

    def _is_free(self, at: NDArray[np.float64], kind: str, apart_m: float) -> bool:
        """Whether a point lies in the territory, off the streets, off other places."""
        if self._territory.station_at(at) != self._code:
            return False
        for other, spots in self._taken.items():
            least = apart_m if other == kind else _OTHER_KIND_M
            if min(math.dist(at, spot) for spot in spots) < least:
                return False
        near = self._streets.query_ball_point(at, 22.0)
        off = at - self._ground.points_m[near]
        along = self._ground.along[near]
        beside = np.abs(off[:, 0] * along[:, 1] - off[:, 1] * along[:, 0])
        ahead = np.abs((off * along).sum(axis=1))
        # Sample points are 30 m apart: each speaks for half of that either way.
        return not bool(((beside < _OFF_STREET_M) & (ahead < 18.0)).any())


def _weighted_order(
    weights: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.int64]:
    """A random order in which heavier items tend to come first.

    Efraimidis & Spirakis (2006): sort by exponential variates over the weights.
    """
    return np.argsort(rng.exponential(size=len(weights)) / np.maximum(weights, 1e-300))


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
            return self._keep(Name(zh, en))
        for attempt in range(400):
            words = PARK_WORDS if kind.code == "park_square" else PLACE_WORDS
            word = words[int(self._rng.integers(len(words)))]
            if level and level != "kindergarten":
                tail = SCHOOL_NAMES[level]
                town = attempt == 0 and level != "primary"
                word = place if town else word
            elif stall:
                tail = Name("夜排档", "Night Stalls")
            elif hint == "waterside":
                tail = Name("亲水平台", "Waterside")
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
