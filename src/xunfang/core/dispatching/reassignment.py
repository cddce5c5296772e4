"""Which waiting unit should move to a better post, now that another has left.

Relocating only the unit that became free leaves a gap open until somebody comes back.
Here any unit that waits may fill it: the pair of unit and post with the largest gain
of expected cover, less what the ride is taken to cost, is moved. What a move gains is
reckoned as it is: the cells that both posts cover do not lose the unit.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from xunfang.core.dispatching.choice import NONE

type Ints = NDArray[np.int64]
type Floats = NDArray[np.float64]
type Bools = NDArray[np.bool_]

FREE_BUSY_SHARE = 0.7
"""Relocation counts only who is free now, so whoever it counts is missing less often than
a unit of the roster: this share of the busy fraction did best on all towns tried."""
RIDES_COUNT = 3.0
"""How much a ride counts in relocation. One would be a unit's own calls only; three did
best on the towns of ``benchmarks/simulation.py``, because who rides covers neither where
it was nor where it goes; twice or half as much changes little but the kilometres."""


def weigh_once(
    covers: Bools, n_cover: Ints, demand: Floats, nth_worth: Floats
) -> tuple[Floats, Floats]:
    """Return ``gain`` and ``both`` as `weigh_posts` writes them, for one look.

    ``covers`` says which post covers which cell, ``(n_posts, n_cells)``. No lists are
    needed, however many posts there are.
    """
    covered = covers.astype(np.float64)
    adds = demand * nth_worth[n_cover]
    stays = np.where(n_cover > 0, demand * nth_worth[n_cover - 1] - adds, 0.0)
    return covered @ adds, ((covered * stays) @ covered.T).ravel()


@njit(cache=True, nogil=True)
def weigh_posts(
    gain: Floats,
    both: Floats,
    n_cover: Ints,
    post_from: Ints,
    post_of: Ints,
    pair_from: Ints,
    pair_at: Ints,
    demand: Floats,
    nth_worth: Floats,
) -> None:
    """Write what one unit more would add at each post, and what posts have in common.

    Parameters
    ----------
    gain
        Written to, ``(n_posts,)``: `coverage.gain_at` of every post.
    both
        Written to, ``(n_posts * n_posts,)``: at ``a * n_posts + b`` what a unit that
        moves from a to b goes on covering. So where somebody stands, one unit less
        costs ``gain[a] + both[a * n_posts + a]``.
    n_cover
        Free units over each cell.
    post_from, post_of, pair_from, pair_at
        From `coverage.covering_lists` and `coverage.pair_lists`.
    """
    gain[:] = 0.0
    both[:] = 0.0
    for cell in range(n_cover.size):
        k = n_cover[cell]
        adds = demand[cell] * nth_worth[k]
        for n in range(post_from[cell], post_from[cell + 1]):
            gain[post_of[n]] += adds
        if k > 0:
            stays = demand[cell] * nth_worth[k - 1] - adds
            for n in range(pair_from[cell], pair_from[cell + 1]):
                both[pair_at[n]] += stays


@njit(cache=True, nogil=True)
def weigh_change(
    gain: Floats,
    both: Floats,
    n_cover: Ints,
    cover_from: Ints,
    cover_cell: Ints,
    post_from: Ints,
    post_of: Ints,
    pair_from: Ints,
    pair_at: Ints,
    demand: Floats,
    nth_worth: Floats,
    post: int,
    change: int,
) -> None:
    """Keep right what `weigh_posts` wrote when a post has one unit more (1) or less (-1).

    ``n_cover`` is as `coverage.count_cover` has left it.
    """
    for pair in range(cover_from[post], cover_from[post + 1]):
        cell = cover_cell[pair]
        now = n_cover[cell]
        before = now - change
        adds = demand[cell] * (nth_worth[now] - nth_worth[before])
        stays = 0.0
        if now > 0:
            stays += demand[cell] * (nth_worth[now - 1] - nth_worth[now])
        if before > 0:
            stays -= demand[cell] * (nth_worth[before - 1] - nth_worth[before])
        for n in range(post_from[cell], post_from[cell + 1]):
            gain[post_of[n]] += adds
        for n in range(pair_from[cell], pair_from[cell + 1]):
            both[pair_at[n]] += stays


@njit(cache=True, nogil=True)
def best_move(
    ride_s: Floats,
    place: Ints,
    post: Ints,
    may_move: Bools,
    ride_left_s: Floats,
    gain: Floats,
    both: Floats,
    min_gain: float,
    sent_per_h: float,
) -> tuple[int, int]:
    """Return the unit and the post to which it should move; ``NONE``, ``NONE`` if none.

    Of moves worth the same, the first unit's; of these, to the first post.

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
    gain, both
        From `weigh_posts`.
    min_gain
        Hysteresis: share of demand that a move must add.
    sent_per_h
        How often a free unit is sent to a call, for each hour: so much of what a post
        adds is lost on an hour's ride there.
    """
    n_posts = gain.size
    best_unit, best_post = NONE, NONE
    best = 0.0
    rate = sent_per_h / 3600.0
    for u in range(post.size):
        if not may_move[u]:
            continue
        own = post[u]
        way_s = ride_s[place[u]]
        stays = both[own * n_posts : (own + 1) * n_posts]
        costs = gain[own] + stays[own] + min_gain
        for p in range(n_posts):
            adds = (1.0 - rate * way_s[p]) * (gain[p] + stays[p])
            if adds > best + costs and way_s[p] <= ride_left_s[u] and p != own:
                best = adds - costs
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
