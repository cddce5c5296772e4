"""Floors for a mix of plans: what it is worth, and who is visited every night."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog


@dataclass(frozen=True, slots=True)
class FloorPolytope:
    """Weights that keep the floors: ``rows @ q >= bounds`` on the simplex."""

    rows: NDArray[np.float64]
    bounds: NDArray[np.float64]
    value_floor: float
    hot_floor: float

    def best_vertex(self, gain: NDArray[np.float64]) -> NDArray[np.float64] | None:
        """Return the weights with the greatest ``gain @ q``, None if there are none."""
        found = linprog(
            -gain,
            A_ub=-self.rows,
            b_ub=-self.bounds,
            A_eq=np.ones((1, len(gain))),
            b_eq=np.ones(1),
            bounds=(0.0, None),
        )
        return np.asarray(found.x, dtype=np.float64) if found.success else None


_SLACK = 1e-9


def keep_floors(
    value_share: NDArray[np.float64],
    hot: NDArray[np.float64],
    value_floor: float,
    hot_floor: float,
) -> tuple[FloorPolytope, NDArray[np.bool_], tuple[str, ...]]:
    """Return the weights allowed, lowering what cannot be kept, and say so.

    Parameters
    ----------
    value_share
        Value of each plan, of the best known, ``(n_plans,)``.
    hot
        1 where a plan visits a hot place, ``(n_plans, n_hot)``.
    value_floor, hot_floor
        Least expected value share and least chance of each hot place, in [0, 1]. The
        value floor is lowered to the best plan's value; hot places that at most half
        of the plans hold together get a lower floor.

    Also returned: which hot places have ``hot_floor``, shape ``(n_hot,)``, and the
    notes ``value_floor_lowered`` and ``hot_floor_lowered``.
    """
    notes = []
    if value_floor > value_share.max():
        value_floor = float(value_share.max())
        notes.append("value_floor_lowered")
    held = _hot_that_most_plans_hold(value_share, hot, value_floor)
    least = np.where(held, hot_floor, 0.0)
    if not held.all():
        most = _most_coverage_of_others(value_share, hot, value_floor, least, held)
        least[~held] = min(hot_floor, _SHARE_OF_MOST * most)
        notes.append("hot_floor_lowered")
    rows = np.vstack([value_share, hot.T])
    bounds = np.append(value_floor, least) - _SLACK
    polytope = FloorPolytope(
        rows, bounds, value_floor, float(least.min(initial=hot_floor))
    )
    return polytope, held, tuple(notes)


_SHARE_OF_MOST = 0.8
"""Of the coverage that hot places could have at most: all of it leaves no choice."""


def _hot_that_most_plans_hold(
    value_share: NDArray[np.float64], hot: NDArray[np.float64], value_floor: float
) -> NDArray[np.bool_]:
    """Choose the hot places to hold every night, shape ``(n_hot,)``.

    One by one, those in most plans first, as long as more than half of the plans hold
    all that were chosen: a place that few plans hold would decide every night.
    """
    n_plans, n_hot = hot.shape
    held = np.zeros(n_hot, dtype=np.bool_)
    allowed = np.ones(n_plans, dtype=np.bool_)
    for place in np.argsort(-hot.sum(axis=0), kind="stable"):
        left = allowed & (hot[:, place] > 0)
        if left.sum() > n_plans / 2 and value_share[left].max() >= value_floor:
            held[place] = True
            allowed = left
    return held


def _most_coverage_of_others(
    value_share: NDArray[np.float64],
    hot: NDArray[np.float64],
    value_floor: float,
    least: NDArray[np.float64],
    held: NDArray[np.bool_],
) -> float:
    """Return the highest floor for all places that are not held, beside the others."""
    n_plans, n_hot = hot.shape
    # Unknowns: the weights and the coverage c; maximise c with hot.T @ q >= c.
    found = linprog(
        np.append(np.zeros(n_plans), -1.0),
        A_ub=np.vstack(
            [
                np.column_stack([-hot.T, (~held).astype(np.float64)]),
                np.append(-value_share, 0.0),
            ]
        ),
        b_ub=np.append(np.zeros(n_hot) - least, -value_floor) + _SLACK,
        A_eq=np.append(np.ones(n_plans), 0.0)[None, :],
        b_eq=np.ones(1),
        bounds=(0.0, None),
    )
    return min(1.0, float(np.asarray(found.x)[-1])) if found.success else 0.0
