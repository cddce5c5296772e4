"""Where units should wait: cover as much as can be, or all with as few as can be.

Set covering (Toregas, Swain, ReVelle and Bergman 1971), maximal covering (Church and
ReVelle 1974) and maximum expected covering (Daskin 1983), each solved by HiGHS. The
posts that a station chief can read are the nested ones: where the first unit waits,
where the second, and so on; with one unit less nobody else moves.

The nearest in sum is in ``median``.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from xunfang.core.dispatching.coverage import gain_at, nth_worths
from xunfang.core.dispatching.programme import Answer, Programme

type Ints = NDArray[np.int64]
type Floats = NDArray[np.float64]
type Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Posts:
    """How many units wait where, and what that covers."""

    n_at: Ints
    """``(n_posts,)``."""
    cover_share: float
    """Of the demand, in [0, 1]; expected, where units may be busy."""
    bound: float
    """No posts for as many units cover more."""
    is_proven: bool

    @property
    def posts(self) -> Ints:
        """Posts with a unit, in order."""
        return np.flatnonzero(self.n_at)


@dataclass(frozen=True, slots=True)
class FewestPosts:
    """The fewest posts that cover whatever can be covered."""

    posts: Ints
    out_of_reach: Ints
    """Cells that no post covers."""
    bound: int
    """Fewer posts never do."""
    is_proven: bool


@dataclass(frozen=True, slots=True)
class ComplianceTable:
    """Where k free units should stand, for each k."""

    n_wanted: Ints
    """``(n_units + 1, n_posts)``: row k for k free units; each row adds one unit."""
    cover_share: Floats
    """``(n_units + 1,)``: expected share of the demand that finds a unit in time."""
    order: Ints
    """``(n_units,)``: the post that each further unit takes."""


def maximal_cover(
    covers: Bools, demand: Floats, n_open: int, *, max_nodes: int = 100_000
) -> Posts:
    """Choose posts that cover most demand once.

    Parameters
    ----------
    covers
        Which post covers which cell, shape ``(n_posts, n_cells)``.
    demand
        By cell, ``(n_cells,)``, not negative, in any unit.
    n_open
        How many posts, in [0, n_posts].
    max_nodes
        Bounds the branching, so that the answer does not depend on the machine.

    Raises
    ------
    ValueError
        Shapes disagree, demand is negative or nothing, or ``n_open`` is out of range.
    """
    share = _shares(covers, demand)
    if not 0 <= n_open <= len(covers):
        raise ValueError(f"n_open must be in [0, {len(covers)}]")
    programme = Programme()
    opened = programme.columns(np.zeros(len(covers)))
    covered = programme.columns(share, whole=False)
    programme.sum_is(opened, n_open)
    post, cell = np.nonzero(covers)
    each = np.arange(len(share))
    programme.rows(
        len(share), [(each, covered, 1.0), (cell, opened[post], -1.0)], high=0.0
    )
    answer = programme.solve(maximise=True, max_nodes=max_nodes)
    return _posts(answer, len(covers), n_open, covers, share, busy_share=0.0)


def fewest_posts(covers: Bools, *, max_nodes: int = 100_000) -> FewestPosts:
    """Choose as few posts as cover every cell that any post covers.

    ``covers`` as in `maximal_cover`.

    Raises
    ------
    ValueError
        ``covers`` is no table.
    """
    if covers.ndim != 2:
        raise ValueError("covers must be (n_posts, n_cells)")
    can_be = covers.any(axis=0)
    out_of_reach = np.flatnonzero(~can_be)
    if not can_be.any():
        return FewestPosts(np.empty(0, np.int64), out_of_reach, 0, is_proven=True)
    programme = Programme()
    opened = programme.columns(np.ones(len(covers)))
    post, cell = np.nonzero(covers[:, can_be])
    programme.rows(int(can_be.sum()), [(cell, opened[post], 1.0)], low=1.0)
    answer = programme.solve(max_nodes=max_nodes)
    chosen = answer.values > 0.5
    if not len(chosen):
        # Out of nodes before anything was found: all posts are an answer.
        chosen = np.ones(len(covers), dtype=np.bool_)
    bound = (
        max(0, int(np.ceil(answer.bound - 1e-6))) if np.isfinite(answer.bound) else 1
    )
    return FewestPosts(np.flatnonzero(chosen), out_of_reach, bound, answer.is_proven)


def expected_cover_posts(
    covers: Bools,
    demand: Floats,
    n_units: int,
    *,
    busy_share: float,
    room: int | None = None,
    max_nodes: int = 100_000,
) -> Posts:
    """Choose posts that cover most demand although units may be busy (Daskin 1983).

    Parameters
    ----------
    covers, demand, max_nodes
        As in `maximal_cover`.
    n_units
        How many units, not negative. Several may share a post.
    busy_share
        q in [0, 1), the same for all units.
    room
        Most units at one post; None: any number.

    Raises
    ------
    ValueError
        As in `maximal_cover`; ``busy_share`` is none; there is too little room.
    """
    share = _shares(covers, demand)
    room = n_units if room is None else room
    worth = nth_worths(busy_share, n_units)[:n_units]
    if room * len(covers) < n_units:
        raise ValueError("there is too little room for so many units")
    if n_units == 0:
        nobody = np.zeros(len(covers), dtype=np.int64)
        return Posts(nobody, 0.0, 0.0, is_proven=True)
    programme = Programme()
    waiting = programme.columns(np.zeros(len(covers)), upper=room)
    # The first unit over a cell is worth more than the second: no need to say in which
    # order they are counted, nor that they are whole.
    n_useful = np.minimum(covers.sum(axis=0) * room, n_units)
    cells, nth = np.nonzero(np.arange(n_units) < n_useful[:, None])
    counted = programme.columns(share[cells] * worth[nth], whole=False)
    programme.sum_is(waiting, n_units)
    post, cell = np.nonzero(covers)
    programme.rows(
        len(share), [(cells, counted, 1.0), (cell, waiting[post], -1.0)], high=0.0
    )
    answer = programme.solve(maximise=True, max_nodes=max_nodes)
    return _posts(answer, len(covers), n_units, covers, share, busy_share=busy_share)


def compliance_table(
    cover_from: Ints,
    cover_cell: Ints,
    demand: Floats,
    n_units: int,
    *,
    busy_share: float,
    room: int | None = None,
) -> ComplianceTable:
    """Give each further unit the post that adds most: rows for 0 to ``n_units`` units.

    Nested by construction: with one unit more or less, one post changes. The cover is
    at least 1 - 1/e = 63 % of the best for any number (Nemhauser, Wolsey and Fisher
    1978), in practice within a few per cent; `expected_cover_posts` says how near.

    Parameters
    ----------
    cover_from, cover_cell
        Which cells each post covers: ``coverage.cover_lists``.
    demand
        By cell, ``(n_cells,)``, not negative, in any unit.
    n_units, busy_share, room
        As in `expected_cover_posts`.

    Of equal posts the first.

    Raises
    ------
    ValueError
        Demand is negative or nothing, ``busy_share`` is none, or too little room.
    """
    if not (demand >= 0).all() or not demand.sum() > 0:
        raise ValueError("demand must not be negative, nor nothing")
    n_posts = len(cover_from) - 1
    room = n_units if room is None else room
    if room * n_posts < n_units:
        raise ValueError("there is too little room for so many units")
    share = demand / demand.sum()
    worth = nth_worths(busy_share, n_units)
    order, gains = _nested(cover_from, cover_cell, share, worth, n_units, room)
    n_wanted = np.zeros((n_units + 1, n_posts), dtype=np.int64)
    for k, post in enumerate(order):
        n_wanted[k + 1] = n_wanted[k]
        n_wanted[k + 1, post] += 1
    cover_share = np.concatenate([[0.0], np.cumsum(gains)])
    return ComplianceTable(n_wanted, cover_share, order)


@njit(cache=True, nogil=True)
def _nested(
    cover_from: Ints,
    cover_cell: Ints,
    demand: Floats,
    nth_worth: Floats,
    n_units: int,
    room: int,
) -> tuple[Ints, Floats]:
    n_posts = cover_from.size - 1
    n_cover = np.zeros(demand.size, dtype=np.int64)
    n_at = np.zeros(n_posts, dtype=np.int64)
    order = np.empty(n_units, dtype=np.int64)
    gains = np.empty(n_units)
    for k in range(n_units):
        best, best_gain = -1, -1.0
        for post in range(n_posts):
            if n_at[post] >= room:
                continue
            gain = gain_at(n_cover, cover_from, cover_cell, demand, nth_worth, post)
            if gain > best_gain:
                best, best_gain = post, gain
        order[k] = best
        gains[k] = best_gain
        n_at[best] += 1
        for pair in range(cover_from[best], cover_from[best + 1]):
            n_cover[cover_cell[pair]] += 1
    return order, gains


def cover_share_of(
    n_at: Ints, covers: Bools, demand: Floats, *, busy_share: float
) -> float:
    """Return what units at their posts cover: ``1 - q ** k`` of each cell's demand.

    Written out, not as a sum of what each unit adds: it checks the others.
    """
    n_cover = n_at @ covers.astype(np.int64)
    return float(((1.0 - busy_share**n_cover) * demand).sum() / demand.sum())


def _shares(covers: Bools, demand: Floats) -> Floats:
    if covers.ndim != 2 or covers.shape[1:] != demand.shape:
        raise ValueError("covers must be (n_posts, n_cells), demand (n_cells,)")
    if not (demand >= 0).all() or not demand.sum() > 0:
        raise ValueError("demand must not be negative, nor nothing")
    return np.asarray(demand / demand.sum(), dtype=np.float64)


def _posts(
    answer: Answer,
    n_posts: int,
    n_units: int,
    covers: Bools,
    share: Floats,
    *,
    busy_share: float,
) -> Posts:
    """Read the posts off the first columns, and count anew what they cover."""
    if len(answer.values):
        n_at = np.rint(answer.values[:n_posts]).astype(np.int64)
    else:
        # Out of nodes before anything was found: the first posts are an answer.
        n_at = np.zeros(n_posts, dtype=np.int64)
        np.add.at(n_at, np.arange(n_units) % n_posts, 1)
    reached = cover_share_of(n_at, covers, share, busy_share=busy_share)
    bound = min(1.0, max(reached, answer.bound))
    return Posts(n_at, reached, bound, answer.is_proven)
