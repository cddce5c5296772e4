"""Posts for the units of a simulated city, best for the demand of a mean week.

What relocation is measured against: a good place for everybody who never moves is worth
more than moving people about between bad places.
"""

import numpy as np
from numpy.typing import NDArray

from xunfang.core.dispatching.coverage import cover_lists
from xunfang.core.dispatching.location import compliance_table, expected_cover_posts
from xunfang.core.dispatching.reassignment import RIDES_COUNT
from xunfang.core.simulation.calls import CallRates
from xunfang.core.simulation.city import City

type Ints = NDArray[np.int64]
type Floats = NDArray[np.float64]
type Bools = NDArray[np.bool_]

MOST_BUSY_SHARE = 0.95


def covers_of(city: City) -> Bools:
    """Which post reaches which place in time on a mean hour, ``(n_posts, n_places)``."""
    ride_s = city.turnout_s + city.usual_travel_s()[city.post_place]
    return np.asarray(ride_s <= city.target_s)


def expected_busy_share(city: City, rates: CallRates, *, n_units: float) -> float:
    """Reckon how busy units will be: calls times (drive + time on the scene).

    The drive is the mean from the nearest post, so the true share is a little higher.
    """
    demand = rates.per_hour.sum(axis=(0, 1))
    drive_s = city.usual_travel_s()[city.post_place].min(axis=0)
    mean_drive_s = float(np.average(drive_s, weights=demand)) + city.turnout_s
    work_s = rates.per_day() * (mean_drive_s + rates.mean_service_s())
    return min(MOST_BUSY_SHARE, work_s / (86_400.0 * n_units))


def best_posts(city: City, demand: Floats, *, n_units: int, busy_share: float) -> Ints:
    """Return each unit's post so that expected cover is largest (MEXCLP, by HiGHS).

    Parameters
    ----------
    demand
        Share of each place, ``(n_places,)``.
    n_units, busy_share
        As in `dispatching.location.expected_cover_posts`.
    """
    wanted = demand > 0.0
    posts = expected_cover_posts(
        covers_of(city)[:, wanted], demand[wanted], n_units, busy_share=busy_share
    )
    return np.repeat(np.arange(city.n_posts), posts.n_at).astype(np.int64)


def table_of_posts(
    city: City, demand: Floats, *, n_units: int, busy_share: float
) -> Ints:
    """Return the compliance table: who should stand where when k units are free.

    Shape ``(n_units + 1, n_posts)``.
    """
    cover_from, cover_cell = cover_lists(
        (city.turnout_s + city.usual_travel_s()[city.post_place]) / city.target_s,
        within_s=1.0,
    )
    table = compliance_table(
        cover_from, cover_cell, demand, n_units, busy_share=busy_share
    )
    return table.n_wanted


def sent_per_h(rates: CallRates, *, n_units: int) -> float:
    """Return how often a unit is sent for each hour (`Relocation.sent_per_h`)."""
    return RIDES_COUNT * rates.per_day() / 24.0 / n_units
