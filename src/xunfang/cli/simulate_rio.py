"""Rio de Janeiro's emergency calls as the simulator takes them.

Two years of counts by half-hour, weekday, zone and priority, with 34 bases (LASPATED,
Guigues, Kleywegt and others, BSD licence). Times of service and speeds are not in the
record; they are assumptions of ours. Nor are dates: its index ``j`` numbers the weeks
in which something was observed, not the weeks. So days are drawn from its rates.
"""

import gzip
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xunfang.cli.simulate_setting import Setting, modes_of_day, spread_over_posts
from xunfang.core.errors import DomainError
from xunfang.core.geo import LocalProjection, haversine_m
from xunfang.core.simulation.calls import CallClass, CallRates
from xunfang.core.simulation.city import HOURS_A_WEEK, City, Fleet

type Ints = NDArray[np.int64]
type Floats = NDArray[np.float64]

FILES = ("info.dat", "calls.dat.gz", "bases.csv", "neighbors.dat")
DETOUR = 1.35
SPEED_MPS = 8.5
TARGET_S = 600.0
TURNOUT_S = 60.0
TRAVEL_SPREAD = 0.25
SERVICE_MEDIAN_S = 1500.0
BUSY_SHARE = 0.3


class RioUnreadable(DomainError):
    """The folder is not the Rio data set."""

    code = "cli.rio_unreadable"


def rio_setting(folder: Path, *, n_units: int | None, load: float) -> Setting:
    """Read the data set: every zone becomes seven places, so that distances are real.

    Raises
    ------
    RioUnreadable
        A file is missing or not as described in ``doc.txt``.
    """
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        message = (
            f"{folder}: {', '.join(missing)} missing; give the folder with doc.txt"
        )
        raise RioUnreadable(message)
    try:
        info = (folder / "info.dat").read_text("utf-8").split()
        n_halves, n_weekdays, n_zones, n_classes = (int(n) for n in info[:4])
        n_days = np.array([int(n) for n in info[6 : 6 + n_weekdays]])
        rows = _rows(folder / "calls.dat.gz")
        lonlat, spacing_m = _zones(folder / "neighbors.dat", n_zones)
        bases = np.loadtxt(folder / "bases.csv", delimiter=",", skiprows=1)[:, ::-1]
    except (ValueError, IndexError, OSError) as error:
        message = f"{folder}: not as doc.txt describes it ({error})"
        raise RioUnreadable(message) from error
    points, zone = _seven_points(lonlat, spacing_m)
    places = np.vstack([points, bases])
    metres = haversine_m(places[:, None], places[None]) * DETOUR
    inside_m = np.repeat(spacing_m, 7) / 3.0 / 2.0
    n_points = len(points)
    metres[np.arange(n_points), np.arange(n_points)] = inside_m
    mode_of_hour, slowness = modes_of_day()
    nearest = haversine_m(bases[:, None], lonlat[None]).argmin(axis=1)
    city = City(
        travel_s=(metres / SPEED_MPS)[None] * slowness[:, None, None],
        mode_of_hour=mode_of_hour,
        speed_mps=SPEED_MPS / slowness,
        post_place=np.arange(n_points, len(places)),
        target_s=np.full(len(places), TARGET_S),
        area_of_place=np.concatenate([zone, nearest]),
        areas=tuple(f"{number}" for number in range(n_zones)),
        turnout_s=TURNOUT_S,
    )
    classes = tuple(
        CallClass(f"priority {p + 1}", min(p, 3), SERVICE_MEDIAN_S)
        for p in range(n_classes)
    )
    rates = _rates(rows, n_days, classes, zone, len(places), n_halves, load)
    if n_units is None:
        needed = rates.per_day() * (rates.mean_service_s() + TARGET_S) / 86_400.0
        n_units = int(np.ceil(needed / BUSY_SHARE))
    by_base = np.bincount(
        haversine_m(points[:, None], bases[None]).argmin(axis=1),
        rates.per_hour.sum(axis=(0, 1))[:n_points],
        minlength=len(bases),
    )
    return Setting(
        name="里约热内卢",
        name_en="Rio de Janeiro",
        city=city,
        rates=rates,
        fleet=Fleet.always_on(spread_over_posts(by_base, n_units)),
        day_factor=None,
        lonlat=places,
    )


def _rows(path: Path) -> Ints:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        lines = [line for line in file if line[:1].isdigit()]
    table = np.array([line.split() for line in lines], dtype=np.int64)
    return np.repeat(table, table[:, 5], axis=0)


def _zones(path: Path, n_zones: int) -> tuple[Floats, Floats]:
    """Centres of the zones and how far the next one is, metres."""
    lines = path.read_text("utf-8").splitlines()[:n_zones]
    centres = np.array([line.split()[1:3] for line in lines], dtype=np.float64)
    lonlat = centres[:, ::-1]
    apart_m = haversine_m(lonlat[:, None], lonlat[None])
    np.fill_diagonal(apart_m, np.inf)
    return lonlat, apart_m.min(axis=1)


def _seven_points(lonlat: Floats, spacing_m: Floats) -> tuple[Floats, Ints]:
    """The centre of each zone and six points round it, a third of its width away."""
    flat = LocalProjection.around(lonlat)
    angle = np.arange(6) * np.pi / 3.0
    ring = np.vstack([[0.0, 0.0], np.column_stack([np.cos(angle), np.sin(angle)])])
    xy = flat.to_xy_m(lonlat)[:, None] + ring[None] * spacing_m[:, None, None] / 3.0
    zone = np.repeat(np.arange(len(lonlat)), 7)
    return flat.to_lonlat(xy.reshape(-1, 2)), zone


def _rates(
    rows: Ints,
    n_days: Ints,
    classes: tuple[CallClass, ...],
    zone: Ints,
    n_places: int,
    n_halves: int,
    load: float,
) -> CallRates:
    """Hours of the week times places, for each class: single cells are too thin."""
    hour = rows[:, 0] * 24 // n_halves + 24 * rows[:, 1]
    per_hour = np.zeros((HOURS_A_WEEK, len(classes), n_places))
    n_zones = int(zone.max()) + 1
    for c in range(len(classes)):
        mine = rows[:, 3] == c
        by_hour = np.bincount(hour[mine], minlength=HOURS_A_WEEK) / n_days.repeat(24)
        by_zone = np.bincount(rows[mine, 2], minlength=n_zones)
        share = (by_zone / by_zone.sum())[zone] / 7.0
        per_hour[:, c, : len(zone)] = load * np.outer(by_hour, share)
    return CallRates(per_hour, classes, travel_spread=TRAVEL_SPREAD)
