"""How good a forecast was: by what came, at equal ground, beside the best possible.

Deviance judges a forecast for staffing. PAI and PEI judge only a choice of places, depend
on how much ground is chosen and how it is cut up, and are compared at equal ground or not
at all; so the oracle, which chose with hindsight, is always reported beside them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import xlogy

type Floats = NDArray[np.float64]


def mean_poisson_deviance(observed: ArrayLike, expected: ArrayLike) -> float:
    """Return 2 mean(n log(n / m) - n + m); zero for a perfect forecast only.

    Infinite where something came that was held to be impossible (McCullagh and Nelder,
    *Generalized Linear Models*, 1989, 2.3).

    Raises
    ------
    ValueError
        Shapes disagree, there is nothing to judge, or a number is negative.
    """
    n, m = _both(observed, expected)
    if ((m == 0) & (n > 0)).any():
        return float("inf")
    # xlogy(0, 0) is 0: nothing came, and nothing was expected.
    terms = xlogy(n, np.where(n > 0, n, 1.0)) - xlogy(n, np.where(m > 0, m, 1.0))
    return float(2.0 * (terms - n + m).mean())


@dataclass(frozen=True, slots=True)
class Calibration:
    """Events expected and observed, from the quietest tenth of the cells to the busiest."""

    expected: Floats
    """Shape ``(n_groups,)``."""
    observed: Floats

    @property
    def ratio(self) -> Floats:
        """Observed by expected; NaN where nothing was expected. One is right."""
        expected = np.where(self.expected > 0, self.expected, np.nan)
        return np.asarray(self.observed / expected)


def calibrate(
    observed: ArrayLike, expected: ArrayLike, *, n_groups: int = 10
) -> Calibration:
    """Add up what was expected and what came, by groups of cells of like expectation.

    Groups hold equally many cells, give or take one; equal expectations stay in order.

    Raises
    ------
    ValueError
        Shapes disagree, a number is negative, or there are fewer cells than groups.
    """
    n, m = _both(observed, expected)
    if not 1 <= n_groups <= n.size:
        raise ValueError("there must be at least one group and a cell for each")
    groups = np.array_split(np.argsort(m, axis=None, kind="stable"), n_groups)
    n, m = n.ravel(), m.ravel()
    return Calibration(
        expected=np.array([m[group].sum() for group in groups]),
        observed=np.array([n[group].sum() for group in groups]),
    )


@dataclass(frozen=True, slots=True)
class PlaceChoice:
    """What a choice of places held (Chainey, Tompson and Uhlig 2008; Hunt 2016)."""

    area_share: float
    """Share of the ground that was chosen."""
    hit_share: float
    """Share of the events that came there."""
    oracle_share: float
    """Share that the best choice of as much ground would have held."""

    @property
    def pai(self) -> float:
        """Predictive accuracy index: how many times as many as on equal ground by lot."""
        return self.hit_share / self.area_share

    @property
    def oracle_pai(self) -> float:
        """The PAI of the best choice."""
        return self.oracle_share / self.area_share

    @property
    def pei(self) -> float:
        """Predictive efficiency index: share of what could have been reached."""
        return self.hit_share / self.oracle_share


def judge_choice(
    observed: ArrayLike,
    expected: ArrayLike,
    *,
    area_km2: ArrayLike,
    area_share: float,
) -> PlaceChoice:
    """Choose the places where most is expected per km², and see what came there.

    The last place is chosen in part, and places of equal expectation in equal parts, so
    that every forecast is given exactly the same ground and luck breaks no tie.

    Parameters
    ----------
    observed, expected
        Events by place, shape ``(n_places,)``.
    area_km2
        Ground of each place, positive.
    area_share
        Share of all ground to choose, in (0, 1].

    Raises
    ------
    ValueError
        Shapes disagree, a number is out of its range, or no event came.
    """
    n, m = _both(observed, expected)
    area = np.asarray(area_km2, dtype=np.float64)
    if n.ndim != 1 or area.shape != n.shape:
        raise ValueError("events and areas must be one number a place")
    if not 0 < area_share <= 1 or (area <= 0).any():
        raise ValueError("areas are positive and their share lies in (0, 1]")
    if n.sum() == 0:
        raise ValueError("no event came: there is nothing to judge")
    ground = area_share * area.sum()
    return PlaceChoice(
        area_share=area_share,
        hit_share=float((n * _chosen_parts(m / area, area, ground)).sum() / n.sum()),
        oracle_share=float((n * _chosen_parts(n / area, area, ground)).sum() / n.sum()),
    )


def _chosen_parts(density: Floats, area: Floats, ground: float) -> Floats:
    """Share of each place that is chosen, densest first, until the ground is used up."""
    _, level = np.unique(-density, return_inverse=True)
    area_of_level = np.bincount(level, weights=area)
    before = np.cumsum(area_of_level) - area_of_level
    part = ((ground - before) / area_of_level).clip(0.0, 1.0)
    return np.asarray(part[level])


def _both(observed: ArrayLike, expected: ArrayLike) -> tuple[Floats, Floats]:
    n = np.asarray(observed, dtype=np.float64)
    m = np.asarray(expected, dtype=np.float64)
    if n.shape != m.shape or not n.size:
        message = f"observed {n.shape} and expected {m.shape} disagree or are empty"
        raise ValueError(message)
    if not ((n >= 0).all() and (m >= 0).all()):
        raise ValueError("numbers of events are not negative")
    return n, m
