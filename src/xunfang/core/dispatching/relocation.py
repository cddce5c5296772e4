"""Where a unit that became free should wait.

``relocate`` is DMEXCLP (Jagtenberg, Bhulai and van der Mei 2015, Operations Research
for Health Care 4, section 4): the post at which one more unit adds most expected cover,
counting each other free unit where it stands or is going to. With three guards that the
paper has not: a move must be worth it (hysteresis), each unit has so many seconds of
driving an hour, and a unit that is due to rest goes to its own post.
``by_table`` follows a compliance table instead, which a station chief can read.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from xunfang.core.dispatching.choice import NONE
from xunfang.core.dispatching.coverage import gain_at

type Ints = NDArray[np.int64]
type Floats = NDArray[np.float64]


@njit(cache=True, nogil=True)
def relocate(
    ride_s: Floats,
    home: int,
    n_cover: Ints,
    cover_from: Ints,
    cover_cell: Ints,
    demand: Floats,
    nth_worth: Floats,
    ride_left_s: float,
    min_gain: float,
    may_move: bool,  # noqa: FBT001 -- compiled code takes arguments by position
) -> int:
    """Return the post at which the unit should wait.

    Parameters
    ----------
    ride_s
        From the unit to each post, shape ``(n_posts,)``.
    home
        Its own post, or where it waits now; ``NONE`` if it has none. It may always go
        there, however far: a unit must be able to go home.
    n_cover
        Free units over each cell without this one.
    ride_left_s
        It is not sent further than this, except home; see the function of that name.
    min_gain
        Hysteresis: share of demand by which another post must beat its own, not
        negative. 0.005 are five calls of a thousand.
    may_move
        False: due to rest, at its meal, or declined. It goes home.

    Returns
    -------
    A post; ``home`` if nothing beats it; ``NONE`` if it has no home and nothing is in
    reach. Of equal posts the shorter ride, then the first.
    """
    if not may_move:
        return home
    best = NONE
    best_gain = 0.0
    for post in range(ride_s.size):
        if post == home or ride_s[post] == np.inf or ride_s[post] > ride_left_s:
            continue
        gain = gain_at(n_cover, cover_from, cover_cell, demand, nth_worth, post)
        if (
            best == NONE
            or gain > best_gain
            or (gain == best_gain and ride_s[post] < ride_s[best])
        ):
            best = post
            best_gain = gain
    if home == NONE:
        return best
    gain_home = gain_at(n_cover, cover_from, cover_cell, demand, nth_worth, home)
    return best if best != NONE and best_gain > gain_home + min_gain else home


@njit(cache=True, nogil=True)
def by_table(ride_s: Floats, n_wanted: Ints, n_standing: Ints) -> int:
    """Return the nearest post that wants one more unit; ``NONE`` if none does.

    ``n_wanted (n_posts,)`` is the row of the compliance table for the number of units
    that are free now, this one included; ``n_standing (n_posts,)`` counts those that
    are there or on their way, this one not.
    """
    best = NONE
    best_s = np.inf
    for post in range(ride_s.size):
        if n_standing[post] < n_wanted[post] and ride_s[post] < best_s:
            best = post
            best_s = ride_s[post]
    return best


@njit(cache=True, nogil=True)
def ride_left_s(on_duty_s: float, ridden_s: float, cap_s_per_h: float) -> float:
    """Return how long a unit may still drive for relocation, not negative.

    ``cap_s_per_h`` seconds for each hour on duty, those of the first hour at once;
    what was not driven may be driven later. ``ridden_s``: driven for relocation so far.
    """
    return max(0.0, cap_s_per_h * max(1.0, on_duty_s / 3600.0) - ridden_s)
