"""The demo city as the simulator takes it: cells, posts, roads, a year of calls."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xunfang.cli import compiled
from xunfang.cli.demo.city import demo_figures, generate_city
from xunfang.cli.demo.city_model import Ring
from xunfang.cli.demo.history import CLASS_SHARES
from xunfang.cli.demo.town import generate_town
from xunfang.cli.simulate_setting import Setting, modes_of_day, spread_over_posts
from xunfang.core.geo import short_distance_m
from xunfang.core.simulation.calls import CallClass, CallRates
from xunfang.core.simulation.city import HOURS_A_WEEK, City, Fleet
from xunfang.core.streets.modes import Mode
from xunfang.core.streets.snapping import Snaps
from xunfang.core.streets.travel import TravelTimes
from xunfang.places.streets import osm

type Floats = NDArray[np.float64]
type Ints = NDArray[np.int64]
type Arrays = dict[str, NDArray[Any]]

MOST_DAYS = 1095
TURNOUT_S = 40.0
TOWN_TARGET_S, COUNTRY_TARGET_S = 300.0, 600.0
"""城区五分钟、城郊十分钟: the rules for 110 calls, articles 21 to 24."""
TRAVEL_SPREAD = 0.25
N_ROUTES_MEASURED = 200
INSIDE_MPS = 7.0
"""25 km/h from one door of a cell to another."""

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
    figures = demo_figures()
    laid_out = _laid_out(say)
    n_cells = len(laid_out["counts"])
    in_town = np.array(
        [s["kind"] in {"urban", "industrial"} for s in figures["stations"]]
    )
    mode_of_hour, slowness = modes_of_day()
    station = laid_out["station"]
    city = City(
        travel_s=laid_out["travel_s"][None] * slowness[:, None, None],
        mode_of_hour=mode_of_hour,
        speed_mps=float(laid_out["speed_mps"]) / slowness,
        post_place=np.arange(n_cells, len(station)),
        target_s=np.where(in_town[station], TOWN_TARGET_S, COUNTRY_TARGET_S),
        area_of_place=station,
        areas=tuple(s["zh"] for s in figures["stations"]),
        turnout_s=TURNOUT_S,
    )
    rates = _rates(laid_out, figures, n_places=city.n_places, load=load)
    by_station = np.bincount(station, rates.per_hour.sum(axis=(0, 1)))
    home = spread_over_posts(by_station, n_units or int(laid_out["n_cars"]))
    return Setting(
        name=figures["name"],
        name_en="Yunting",
        city=city,
        rates=rates,
        fleet=_fleet(home),
        day_factor=_day_factor(figures),
        lonlat=laid_out["lonlat"],
    )


def _laid_out(say: Callable[[str], None]) -> Arrays:
    """What takes long, kept beside the compiled code until its sources change."""
    folder = Path(os.environ.get("XUNFANG_DATA_DIR") or compiled.PROJECT_DIR / "var")
    demo = compiled.sources_digest(Path(__file__).parent / "demo")
    streets = compiled.sources_digest(compiled.CORE_DIR / "streets")
    kept = folder / "simulate" / f"yunting-{demo}-{streets}.npz"
    if kept.is_file():
        with np.load(kept) as arrays:
            return dict(arrays)
    made = _lay_out(say)
    kept.parent.mkdir(parents=True, exist_ok=True)
    # Written aside and renamed: who stops us half-way leaves no half file.
    aside = kept.with_suffix(f".{os.getpid()}.npz")
    np.savez_compressed(aside, allow_pickle=False, **made)
    aside.replace(kept)
    return made


def _lay_out(say: Callable[[str], None]) -> Arrays:
    say("Generating 云汀市 … 生成演示城市")
    town = generate_town()
    demo = generate_city(town)
    say("Reckoning driving times … 计算行车时间")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "yunting.osm"
        path.write_text(town.osm_xml(), encoding="utf-8")
        network = osm.build(osm.read_streets(path)).network
    roads = TravelTimes(network, Mode.CAR_URGENT)
    rings = [cell.ring for cell in demo.cells]
    lonlat = np.vstack(
        [
            np.array([_middle(ring) for ring in rings]),
            np.array([station.at for station in demo.stations]),
            np.array([room.at for room in demo.rooms]),
        ]
    )
    places = roads.snap(lonlat)
    travel_s = roads.matrix_s(places, places)
    speed_mps = _mean_speed_mps(roads, places, travel_s)
    # A call in the cell of the unit still is half a cell away.
    own = np.arange(len(rings))
    travel_s[own, own] = [_radius_m(ring) / INSIDE_MPS for ring in rings]
    number = {s.code: n for n, s in enumerate(demo.stations)}
    station = [number[c.station] for c in demo.cells]
    station += [*number.values(), *(number[room.station] for room in demo.rooms)]
    return {
        "travel_s": travel_s,
        "lonlat": lonlat,
        "station": np.array(station),
        "speed_mps": np.array(speed_mps),
        "counts": demo.reported.by_cell.sum(axis=(0, 2)),
        "area": np.unique([c.area for c in demo.cells], return_inverse=True)[1],
        "n_cars": np.array(len(demo.local_crews)),
    }


def _middle(ring: Ring) -> Floats:
    return np.array(ring).mean(axis=0)


def _radius_m(ring: Ring) -> float:
    return float(short_distance_m(np.array(ring), _middle(ring)).mean())


def _mean_speed_mps(roads: TravelTimes, places: Snaps, table_s: Floats) -> float:
    """Metres a second over some routes: what makes kilometres of driving times."""
    rng = np.random.default_rng(1)
    pairs = rng.integers(0, len(places), size=(N_ROUTES_MEASURED, 2)).tolist()
    metres, seconds = 0.0, 0.0
    for begin, end in pairs:
        if begin == end:
            continue
        route = roads.route(places[begin : begin + 1], places[end : end + 1])
        if route is not None:
            metres += route.length_m
            seconds += float(table_s[begin, end])
    return metres / seconds


def _rates(
    laid_out: Arrays, figures: dict[str, Any], *, n_places: int, load: float
) -> CallRates:
    """Calls sent to stations, by hour profile, weekday and place.

    A place's share is that of its reported incidents, drawn half-way to the mean of its
    area, because ninety days are few for one cell.
    """
    classes = tuple(
        CallClass(name, priority, 60.0 * minutes)
        for name, (priority, minutes) in _CLASSES.items()
    )
    per_day = figures["daily"]["dispatched_to_stations"] * load
    area, counts = laid_out["area"], laid_out["counts"].astype(np.float64)
    weekday = np.array(list(figures["weekday_factor"].values()))
    profiles = figures["hour_profile_permille"]
    per_hour = np.zeros((HOURS_A_WEEK, len(classes), n_places))
    for c, (name, class_share) in enumerate(CLASS_SHARES.items()):
        mean = np.bincount(area, counts[:, c]) / np.bincount(area)
        share = counts[:, c] + mean[area]
        hourly = np.array(profiles.get(name, profiles["all_valid"]))
        by_hour = np.outer(weekday / weekday.mean(), hourly / hourly.sum()).ravel()
        by_cell = per_day * class_share * share / share.sum()
        per_hour[:, c, : len(share)] = np.outer(by_hour, by_cell)
    return CallRates(per_hour, classes, travel_spread=TRAVEL_SPREAD)


def _day_factor(figures: dict[str, Any]) -> Floats:
    """Calls of each month and class about the mean, for the days of a year."""
    lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    month = np.repeat(np.arange(12), lengths)
    factors = figures["month_factor"]
    by_class = [factors.get(name, factors["all_valid"]) for name in CLASS_SHARES]
    factor = np.array(by_class).T[month]
    return np.asarray(factor / factor.mean(axis=0))


def _fleet(home: Ints) -> Fleet:
    """Cars around the clock, half an hour off for each of two meals; never all at once."""
    shifts: list[tuple[int, float, float]] = []
    for unit in range(len(home)):
        lunch, supper = 11.0 + unit % 3, 17.0 + unit % 3
        shifts += [(unit, supper + 0.5, lunch + 24.0), (unit, lunch + 0.5, supper)]
    return Fleet.in_shifts(home, shifts, n_days=MOST_DAYS + 2)
