"""The demo city as the simulator takes it: cells, posts, roads, a year of calls."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xunfang.cli.demo.city import demo_figures, generate_city
from xunfang.cli.demo.city_model import City as DemoCity
from xunfang.cli.demo.history import CLASS_SHARES
from xunfang.cli.demo.town import generate_town
from xunfang.cli.simulate_setting import Setting, modes_of_day, spread_over_posts
from xunfang.core.geo import short_distance_m
from xunfang.core.simulation.calls import CallClass, CallRates
from xunfang.core.simulation.city import HOURS_A_WEEK, City, Fleet
from xunfang.core.streets.modes import Mode
from xunfang.core.streets.snapping import Snaps
from xunfang.core.streets.travel import TravelTimes
from xunfang.places import osm

type Floats = NDArray[np.float64]

TURNOUT_S = 40.0
TOWN_TARGET_S, COUNTRY_TARGET_S = 300.0, 600.0
"""城区五分钟、城郊十分钟."""
TRAVEL_SPREAD = 0.25
N_ROUTES_MEASURED = 200

# Priority, median minutes on the scene: assumptions, to be replaced by a station's own.
_CLASSES: dict[str, tuple[int, float]] = {
    "theft": (1, 35.0),
    "noise": (2, 15.0),
    "disputes": (0, 35.0),
    "traffic": (1, 30.0),
    "scam": (2, 30.0),
    "lost_help": (1, 20.0),
    "other": (2, 20.0),
}


def demo_setting(
    *, n_units: int | None, load: float, say: Callable[[str], None]
) -> Setting:
    """Lay out the demo city: 412 cells, 51 posts, roads as a marked car drives them."""
    say("Generating 云汀市 … 生成演示城市")
    town = generate_town()
    demo = generate_city(town)
    say("Driving times between all places … 计算各处行车时间")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "yunting.osm"
        path.write_text(town.osm_xml(), encoding="utf-8")
        network = osm.build(osm.read_streets(path)).network
    roads = TravelTimes(network, Mode.CAR_URGENT)
    middles = np.array([_middle(cell.ring) for cell in demo.cells])
    posts = np.array(
        [station.at for station in demo.stations] + [room.at for room in demo.rooms]
    )
    places = roads.snap(np.vstack([middles, posts]))
    table_s = roads.matrix_s(places, places)
    n_cells = len(demo.cells)
    # A call in the cell of the unit still is half a cell away.
    inside_s = _inside_s(demo, speed_mps=7.0)
    table_s[np.arange(n_cells), np.arange(n_cells)] = inside_s
    mode_of_hour, slowness = modes_of_day()
    speed_mps = _mean_speed_mps(roads, places, table_s)
    station = {s.code: number for number, s in enumerate(demo.stations)}
    owner = [station[c.station] for c in demo.cells]
    owner += [station[s.code] for s in demo.stations]
    owner += [station[r.station] for r in demo.rooms]
    in_town = np.array([s.kind in {"urban", "industrial"} for s in demo.stations])
    area = np.array(owner)
    city = City(
        travel_s=table_s[None] * slowness[:, None, None],
        mode_of_hour=mode_of_hour,
        speed_mps=speed_mps / slowness,
        post_place=np.arange(n_cells, n_cells + len(posts)),
        target_s=np.where(in_town[area], TOWN_TARGET_S, COUNTRY_TARGET_S),
        area_of_place=area,
        areas=tuple(s.zh for s in demo.stations),
        turnout_s=TURNOUT_S,
    )
    figures = demo_figures()
    rates = _rates(demo, figures, n_places=city.n_places, load=load)
    n_units = n_units or len(demo.local_crews)
    by_area = np.bincount(
        area, rates.per_hour.sum(axis=(0, 1)), minlength=len(demo.stations)
    )
    return Setting(
        name=demo.zh,
        city=city,
        rates=rates,
        fleet=_fleet(spread_over_posts(by_area, n_units)),
        day_factor=_day_factor(figures),
        lonlat=np.vstack([middles, posts]),
    )


def _middle(ring: tuple[tuple[float, float], ...]) -> Floats:
    return np.array(ring).mean(axis=0)


def _inside_s(demo: DemoCity, *, speed_mps: float) -> Floats:
    """Seconds from one point of a cell to another: half its mean radius twice."""
    radius_m = [
        float(short_distance_m(np.array(c.ring), _middle(c.ring)).mean())
        for c in demo.cells
    ]
    return np.array(radius_m) / speed_mps


def _mean_speed_mps(roads: TravelTimes, places: Snaps, table_s: Floats) -> float:
    """Metres a second over some routes: what makes kilometres of driving times."""
    rng = np.random.default_rng(1)
    pairs = rng.integers(0, len(places), size=(N_ROUTES_MEASURED, 2))
    metres, seconds = 0.0, 0.0
    for begin, end in pairs:
        route = roads.route(places[begin : begin + 1], places[end : end + 1])
        if begin != end and route is not None and route.travel_time_s > 0.0:
            metres += route.length_m
            seconds += float(table_s[begin, end])
    return metres / seconds


def _rates(
    demo: DemoCity, figures: dict[str, Any], *, n_places: int, load: float
) -> CallRates:
    """Calls sent to stations, by hour profile, weekday and place.

    A place's share is that of its reported incidents, drawn half-way to the mean of its
    area, because ninety days are few for one cell.
    """
    classes = tuple(
        CallClass(name, _CLASSES[name][0], 60.0 * _CLASSES[name][1])
        for name in CLASS_SHARES
    )
    per_day = figures["daily"]["dispatched_to_stations"] * load
    counts = demo.reported.by_cell.sum(axis=(0, 2)).astype(np.float64)
    area = np.unique([c.area for c in demo.cells], return_inverse=True)[1]
    weekday = np.array(list(figures["weekday_factor"].values()))
    per_hour = np.zeros((HOURS_A_WEEK, len(classes), n_places))
    profiles = figures["hour_profile_permille"]
    for c, name in enumerate(CLASS_SHARES):
        mean = np.bincount(area, counts[:, c]) / np.bincount(area)
        share = counts[:, c] + mean[area]
        hourly = np.array(profiles.get(name, profiles["all_valid"]))
        by_hour = np.outer(weekday / weekday.mean(), hourly / hourly.sum()).ravel()
        per_hour[:, c, : len(share)] = (
            per_day * CLASS_SHARES[name] * np.outer(by_hour, share / share.sum())
        )
    return CallRates(per_hour, classes, travel_spread=TRAVEL_SPREAD)


def _day_factor(figures: dict[str, Any]) -> Floats:
    """Calls of each month and class about the mean, for the days of a year."""
    lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    month = np.repeat(np.arange(12), lengths)
    by_class = [
        figures["month_factor"].get(name, figures["month_factor"]["all_valid"])
        for name in CLASS_SHARES
    ]
    factor = np.array(by_class).T[month]
    return np.asarray(factor / factor.mean(axis=0))


def _fleet(home: NDArray[np.int64]) -> Fleet:
    """Cars around the clock, off for two meals; never all at once."""
    shifts: list[tuple[int, float, float]] = []
    for unit in range(len(home)):
        lunch, supper = 11.0 + unit % 3, 17.0 + unit % 3
        shifts += [(unit, supper + 0.5, lunch + 24.0), (unit, lunch + 0.5, supper)]
    return Fleet.in_shifts(home, shifts, n_days=SHIFT_DAYS)


SHIFT_DAYS = 3 * 366
