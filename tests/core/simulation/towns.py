"""Small cities for trying the simulator."""

import numpy as np

from xunfang.core.simulation.calls import CallClass, CallRates
from xunfang.core.simulation.city import City, Ints

SPEED_MPS = 10.0


def square_city(
    *,
    n_side: int = 8,
    cell_m: float = 1000.0,
    posts: Ints | None = None,
    target_s: float = 400.0,
    turnout_s: float = 0.0,
    rush_factor: float = 1.0,
) -> City:
    """Cells in a square, streets in two directions; slower from 7 to 9 and 17 to 19."""
    middle = (np.arange(n_side) + 0.5) * cell_m
    xy = np.array([(x, y) for x in middle for y in middle])
    metres = np.abs(xy[:, None] - xy[None]).sum(axis=2)
    travel_s = metres / SPEED_MPS
    hour = np.arange(168) % 24
    rush = ((hour >= 7) & (hour < 9)) | ((hour >= 17) & (hour < 19))
    n = len(xy)
    west = (xy[:, 0] < n_side * cell_m / 2.0).astype(np.int64)
    return City(
        travel_s=np.stack([travel_s, travel_s * rush_factor]),
        mode_of_hour=rush.astype(np.int64),
        speed_mps=np.array([SPEED_MPS, SPEED_MPS / rush_factor]),
        post_place=np.arange(0, n, 5) if posts is None else posts,
        target_s=np.full(n, target_s),
        area_of_place=1 - west,
        areas=("west", "east"),
        turnout_s=turnout_s,
    )


CLASSES = (
    CallClass("urgent", 0, 1500.0),
    CallClass("usual", 1, 1200.0),
    CallClass("can wait", 2, 900.0, 0.3),
)


def rates(
    city: City,
    *,
    per_day: float,
    seed: int = 5,
    travel_spread: float = 0.2,
    classes: tuple[CallClass, ...] = CLASSES,
) -> CallRates:
    """Calls that crowd in some cells, and at night in others."""
    rng = np.random.default_rng(seed)
    by_place = rng.dirichlet(np.full(city.n_places, 0.5), size=2)
    hour = np.arange(168) % 24
    night = ((hour < 7) | (hour >= 21)).astype(np.int64)
    weight = 1.0 + 0.5 * np.sin((np.arange(168) - 9) * np.pi / 12.0)
    share = np.array([0.2, 0.5, 0.3])[: len(classes)]
    per_hour = (
        weight[:, None, None]
        * (share / share.sum())[None, :, None]
        * by_place[night][:, None, :]
    )
    return CallRates(
        per_hour * (7.0 * per_day / per_hour.sum()), classes, travel_spread
    )
