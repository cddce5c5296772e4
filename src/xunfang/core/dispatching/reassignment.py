"""Which waiting unit should move to a better post, now that another has left or come.

Relocating only the unit that became free leaves a gap open until somebody comes back.
Here any unit that waits may fill it: the pair of unit and post with the largest gain
of expected cover, less what the ride is taken to cost, is moved.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from xunfang.core.dispatching.choice import NONE

type Ints = NDArray[np.int64]
type Floats = NDArray[np.float64]
type Bools = NDArray[np.bool_]


@njit(cache=True, nogil=True)
def weigh_posts(
    n_cover: Ints,
    cover_from: Ints,
    cover_cell: Ints,
    demand: Floats,
    nth_worth: Floats,
    next_worth: Floats,
    last_worth: Floats,
    gain: Floats,
    loss: Floats,
) -> None:
    """Write what one more unit would add at each post, and what one less would cost.

    ``gain`` and ``loss``, ``(n_posts,)``, are written to: `coverage.gain_at` and, where
    somebody stands, `coverage.loss_at` of every post, much sooner than one by one.
    ``next_worth`` and ``last_worth``, ``(n_cells,)``, are written on for that.
    """
    for cell in range(n_cover.size):
        k = n_cover[cell]
        next_worth[cell] = demand[cell] * nth_worth[k]
        last_worth[cell] = demand[cell] * nth_worth[k - 1] if k > 0 else 0.0
    for post in range(gain.size):
        adds, costs = 0.0, 0.0
        for pair in range(cover_from[post], cover_from[post + 1]):
            adds += next_worth[cover_cell[pair]]
            costs += last_worth[cover_cell[pair]]
        gain[post] = adds
        loss[post] = costs


@njit(cache=True, nogil=True)
def best_move(
    ride_s: Floats,
    place: Ints,
    post: Ints,
    may_move: Bools,
    ride_left_s: Floats,
    gain: Floats,
    loss: Floats,
    min_gain: float,
    sent_per_h: float,
) -> tuple[int, int]:
    """Return the unit and the post to which it should move; ``NONE``, ``NONE`` if none.

    Parameters
    ----------
    ride_s
        From each place to each post, shape ``(n_places, n_posts)``.
    place, post
        Where each unit stands, and the post it counts for, ``(n_units,)``.
    may_move
        Who waits and is not due to rest, ``(n_units,)``.
    ride_left_s
        How long each may still drive for relocation, ``(n_units,)``.
    gain, loss
        From `weigh_posts`. A post next to the one that is left gains at least this, so
        what is reckoned is never more than what is got.
    min_gain
        Hysteresis: share of demand that a move must add.
    sent_per_h
        How often a free unit is sent to a call, for each hour: so much of what a post
        adds is lost on an hour's ride there.
    """
    best_unit, best_post = NONE, NONE
    best = 0.0
    least = np.inf
    for u in range(post.size):
        if may_move[u]:
            least = min(least, loss[post[u]])
    for p in range(gain.size):
        if gain[p] - least - min_gain <= best:
            continue
        for u in range(post.size):
            if not may_move[u] or post[u] == p:
                continue
            way_s = ride_s[place[u], p]
            if way_s > ride_left_s[u]:
                continue
            there = max(0.0, 1.0 - sent_per_h * way_s / 3600.0)
            worth = there * gain[p] - loss[post[u]] - min_gain
            if worth > best:
                best = worth
                best_unit, best_post = u, p
    return best_unit, best_post


@njit(cache=True, nogil=True)
def best_post(
    ride_s: Floats,
    home: int,
    gain: Floats,
    ride_left_s: float,
    min_gain: float,
    sent_per_h: float,
    may_move: bool,  # noqa: FBT001 -- compiled code takes arguments by position
) -> int:
    """Return where a unit that became free should wait; `relocate` with rides priced.

    Parameters
    ----------
    ride_s
        From the unit to each post, shape ``(n_posts,)``.
    home
        Its own post, to which it may always go.
    gain
        From `weigh_posts`, without this unit.
    ride_left_s, min_gain, sent_per_h, may_move
        As in `best_move`; ``min_gain`` is by how much another post must beat its own.
    """
    if not may_move:
        return home
    rate = sent_per_h / 3600.0
    best = home
    best_worth = gain[home] * max(0.0, 1.0 - rate * ride_s[home]) + min_gain
    for post in range(ride_s.size):
        if post == home or not ride_s[post] <= ride_left_s:
            continue
        worth = gain[post] * max(0.0, 1.0 - rate * ride_s[post])
        if worth > best_worth:
            best = post
            best_worth = worth
    return best
