"""What `xunfang simulate` simulates, wherever it comes from."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from xunfang.core.simulation.calls import CallRates
from xunfang.core.simulation.city import HOURS_A_WEEK, City, Fleet, Floats, Ints


@dataclass(frozen=True, eq=False)
class Setting:
    """A city with its units and what to expect of it.

    Attributes
    ----------
    day_factor
        Calls of each day of a year and class about the mean; None: every week is alike.
    lonlat
        Where each place is, WGS84, ``(n_places, 2)``.
    """

    name: str
    name_en: str
    city: City
    rates: CallRates
    fleet: Fleet
    day_factor: Floats | None
    lonlat: Floats


def modes_of_day() -> tuple[Ints, Floats]:
    """Return the mode of each hour of the week, and how slow each is.

    Night (22 to 6), day, and rush hours of working days (7 to 9, 17 to 19). An
    assumption, to be replaced by what positions show.
    """
    hour, day = np.arange(HOURS_A_WEEK) % 24, np.arange(HOURS_A_WEEK) // 24
    night = (hour >= 22) | (hour < 6)
    rush = (((hour >= 7) & (hour < 9)) | ((hour >= 17) & (hour < 19))) & (day < 5)
    mode = np.where(night, 0, np.where(rush, 2, 1)).astype(np.int64)
    return mode, np.array([0.9, 1.0, 1.35])


def spread_over_posts(weight: NDArray[np.float64], n_units: int) -> Ints:
    """Give each further unit to whoever has most calls for each unit: one home each.

    Every post gets one unit before any gets two, as far as there are units
    (D'Hondt's highest averages, after one for each).
    """
    n_at = np.zeros(len(weight), dtype=np.int64)
    order = np.argsort(-weight, kind="stable")
    home: list[int] = order[:n_units].tolist()
    n_at[home] = 1
    while len(home) < n_units:
        post = int((weight / (n_at + 1)).argmax())
        n_at[post] += 1
        home.append(post)
    return np.array(sorted(home), dtype=np.int64)


def with_target(setting: Setting, target_s: float) -> Setting:
    """The same with one target for all places."""
    same = np.full(setting.city.n_places, target_s)
    return replace(setting, city=replace(setting.city, target_s=same))
