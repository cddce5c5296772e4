"""Which unit is sent: rules that the desk's list and the simulator share.

``closest`` is what every control room does and what all else is measured against.
``least_loss`` keeps the units that cover most: the dispatch heuristic of Jagtenberg,
Bhulai and van der Mei (2017, Health Care Management Science, "Dynamic ambulance
dispatching", section 4), which has 18 % fewer late arrivals and a mean response 37 %
longer. Hence for calls that can wait only; and where theirs, with nobody in time, still
sends whoever costs least, ours then sends the closest.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

type Floats = NDArray[np.float64]
type Bools = NDArray[np.bool_]

NONE = -1
"""No unit, no post, no stop: compiled code has no None."""


@njit(cache=True, nogil=True)
def closest(arrival_s: Floats, is_free: Bools) -> int:
    """Return the free unit that arrives first, of equals the first; or ``NONE``.

    A unit from which no street leads to the call (infinite) is never sent.
    """
    best = NONE
    best_s = np.inf
    for unit in range(arrival_s.size):
        if is_free[unit] and arrival_s[unit] < best_s:
            best = unit
            best_s = arrival_s[unit]
    return best


@njit(cache=True, nogil=True)
def least_loss(arrival_s: Floats, is_free: Bools, within_s: float, loss: Floats) -> int:
    """Return whoever arrives in time and costs least cover; else the closest.

    ``loss`` is the share of demand that loses cover if the unit goes, shape
    ``(n_units,)``. Equal losses: who arrives first; then the first in the array.
    """
    best = NONE
    for unit in range(arrival_s.size):
        if not is_free[unit] or not arrival_s[unit] <= within_s:
            continue
        if arrival_s[unit] == np.inf:
            continue
        if (
            best == NONE
            or loss[unit] < loss[best]
            or (loss[unit] == loss[best] and arrival_s[unit] < arrival_s[best])
        ):
            best = unit
    if best == NONE:
        return closest(arrival_s, is_free)
    return best
