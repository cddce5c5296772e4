"""Recorded calls from a file, to be replayed by other rules."""

import csv
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from xunfang.cli.simulate_city import MOST_DAYS
from xunfang.cli.simulate_setting import Setting
from xunfang.core.errors import DomainError
from xunfang.core.geo import LocalProjection

type Floats = NDArray[np.float64]
type Ints = NDArray[np.int64]

COLUMNS = ("at", "lon", "lat", "class")
FARTHEST_M = 5_000.0
"""A call farther from every place of the city is not of this city."""
DAY_S = 86_400.0


class CallsUnreadable(DomainError):
    """A file of recorded calls cannot be used; the message names the line."""

    code = "cli.calls_unreadable"


@dataclass(frozen=True, eq=False)
class Record:
    """Recorded calls, in seconds from Monday 0:00 before the first."""

    at_s: Floats
    place: Ints
    class_: Ints
    service_s: Floats
    first_day_s: float
    last_day_s: float


def read_calls(path: Path, setting: Setting) -> Record:
    """Read calls and put each at the next place of the city.

    Times are local and without a zone (``2026-08-01T21:30``). ``service_min`` may be
    left out or empty.

    Raises
    ------
    CallsUnreadable
        The file, a column or a line cannot be used.
    """
    number = {c.name: n for n, c in enumerate(setting.rates.classes)}
    times: list[datetime] = []
    points: list[tuple[float, float]] = []
    kinds: list[int] = []
    minutes: list[float] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [c for c in COLUMNS if c not in (reader.fieldnames or ())]
            if missing:
                message = f"{path}: column {', '.join(missing)} missing"
                raise CallsUnreadable(message)
            for row in reader:
                line = f"{path}:{reader.line_num}"
                if row["class"] not in number:
                    known = ", ".join(number)
                    message = f"{line}: class {row['class']!r}: choose from {known}"
                    raise CallsUnreadable(message)
                try:
                    times.append(datetime.fromisoformat(row["at"]).replace(tzinfo=None))
                    points.append((float(row["lon"]), float(row["lat"])))
                    minutes.append(float(row.get("service_min") or "nan"))
                except ValueError as error:
                    message = f"{line}: {error}"
                    raise CallsUnreadable(message) from error
                kinds.append(number[row["class"]])
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path}: cannot be read ({error})"
        raise CallsUnreadable(message) from error
    if not times:
        message = f"{path}: no calls in it"
        raise CallsUnreadable(message)
    first, last = min(times).date(), max(times).date()
    n_days = (last - first).days + 1
    if n_days > MOST_DAYS:
        message = f"{path}: {n_days} days from first to last call, at most {MOST_DAYS}"
        raise CallsUnreadable(message)
    monday = datetime.combine(
        first - timedelta(days=first.weekday()), datetime.min.time()
    )
    first_day_s = first.weekday() * DAY_S
    return Record(
        at_s=np.array([(at - monday).total_seconds() for at in times]),
        place=_places(path, setting.lonlat, np.array(points)),
        class_=np.array(kinds, dtype=np.int64),
        service_s=60.0 * np.array(minutes),
        first_day_s=first_day_s,
        last_day_s=first_day_s + n_days * DAY_S,
    )


def _places(path: Path, lonlat: Floats, points: Floats) -> Ints:
    on_earth = (np.abs(points) <= [180.0, 90.0]).all(axis=1)
    flat = LocalProjection.around(lonlat)
    far_m = np.full(len(points), np.inf)
    place = np.zeros(len(points), dtype=np.int64)
    far_m[on_earth], place[on_earth] = cKDTree(flat.to_xy_m(lonlat)).query(
        flat.to_xy_m(points[on_earth])
    )
    lost = np.flatnonzero(~(far_m <= FARTHEST_M))
    if len(lost):
        message = (
            f"{path}: call {lost[0] + 1} lies more than {FARTHEST_M / 1000:g} km from "
            "every place of the city. Check that longitude comes first, and the datum."
        )
        raise CallsUnreadable(message)
    return place
