"""What units cover where they wait, counting that one of them may be busy.

Maximum expected covering (Daskin 1983, Transportation Science 17(1), eq. 1-4): a cell
within reach of k free units, each busy with probability q, finds one of them free with
probability ``1 - q ** k``; the k-th adds ``(1 - q) * q ** (k - 1)``. Units are taken
to be busy independently of one another, which overrates cover where calls crowd.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

type Ints = NDArray[np.int64]
type Floats = NDArray[np.float64]


def cover_lists(travel_s: Floats, *, within_s: float) -> tuple[Ints, Ints]:
    """Return ``cover_from`` and ``cover_cell``: which cells each post covers.

    Parameters
    ----------
    travel_s
        Seconds by road from each post to each cell, shape ``(n_posts, n_cells)``;
        infinite where no street leads there.
    within_s
        A cell is covered if it is reached within this time, the end included.

    Raises
    ------
    ValueError
        A travel time is negative or not a number.
    """
    if travel_s.ndim != 2 or not (travel_s >= 0).all():
        raise ValueError("travel_s must be a table of times that are not negative")
    covers = travel_s <= within_s
    cover_from = np.zeros(len(travel_s) + 1, dtype=np.int64)
    np.cumsum(covers.sum(axis=1), out=cover_from[1:])
    return cover_from, np.nonzero(covers)[1].astype(np.int64)


def covering_lists(
    cover_from: Ints, cover_cell: Ints, n_cells: int
) -> tuple[Ints, Ints]:
    """Return ``post_from`` and ``post_of``: which posts cover each cell, in order.

    ``cover_from`` and ``cover_cell`` are from `cover_lists`.
    """
    post = np.repeat(np.arange(len(cover_from) - 1), np.diff(cover_from))
    cell = cover_cell[cover_from[0] : cover_from[-1]]
    post_from = np.zeros(n_cells + 1, dtype=np.int64)
    np.cumsum(np.bincount(cell, minlength=n_cells), out=post_from[1:])
    return post_from, post[np.argsort(cell, kind="stable")]


@njit(cache=True)
def pair_lists(post_from: Ints, post_of: Ints, n_posts: int) -> tuple[Ints, Ints]:
    """Return ``pair_from`` and ``pair_at``: which two posts both cover each cell.

    Posts a and b are ``a * n_posts + b``; b and a are listed too, and a with itself.
    ``post_from`` and ``post_of`` are from `covering_lists`.
    """
    n_cells = post_from.size - 1
    pair_from = np.zeros(n_cells + 1, np.int64)
    for cell in range(n_cells):
        pair_from[cell + 1] = (
            pair_from[cell] + (post_from[cell + 1] - post_from[cell]) ** 2
        )
    pair_at = np.empty(pair_from[-1], np.int64)
    at = 0
    for cell in range(n_cells):
        for n in range(post_from[cell], post_from[cell + 1]):
            for m in range(post_from[cell], post_from[cell + 1]):
                pair_at[at] = post_of[n] * n_posts + post_of[m]
                at += 1
    return pair_from, pair_at


def nth_worths(busy_share: float, n_units: int) -> Floats:
    """Return what the first, second, ... unit over a cell adds, shape ``(n_units + 1,)``.

    ``busy_share`` is q in [0, 1): the share of time in which a unit is busy.

    Raises
    ------
    ValueError
        ``busy_share`` is not in [0, 1) or ``n_units`` is negative.
    """
    if not 0.0 <= busy_share < 1.0 or n_units < 0:
        raise ValueError("busy_share must be in [0, 1), n_units not negative")
    return np.asarray(
        (1.0 - busy_share) * busy_share ** np.arange(n_units + 1), dtype=np.float64
    )


@njit(cache=True, nogil=True)
def count_cover(
    n_cover: Ints, cover_from: Ints, cover_cell: Ints, post: int, change: int
) -> None:
    """Count one unit more (``change`` 1) or less (-1) at a post. Changes ``n_cover``."""
    for pair in range(cover_from[post], cover_from[post + 1]):
        n_cover[cover_cell[pair]] += change


@njit(cache=True, nogil=True)
def gain_at(
    n_cover: Ints,
    cover_from: Ints,
    cover_cell: Ints,
    demand: Floats,
    nth_worth: Floats,
    post: int,
) -> float:
    """Return the share of demand that one more unit at a post would add to cover."""
    gain = 0.0
    for pair in range(cover_from[post], cover_from[post + 1]):
        cell = cover_cell[pair]
        gain += demand[cell] * nth_worth[n_cover[cell]]
    return gain


@njit(cache=True, nogil=True)
def loss_at(
    n_cover: Ints,
    cover_from: Ints,
    cover_cell: Ints,
    demand: Floats,
    nth_worth: Floats,
    post: int,
) -> float:
    """Return the share of demand that loses cover if a unit leaves a post.

    The unit is counted in ``n_cover``. What it alone covered counts most.
    """
    loss = 0.0
    for pair in range(cover_from[post], cover_from[post + 1]):
        cell = cover_cell[pair]
        loss += demand[cell] * nth_worth[n_cover[cell] - 1]
    return loss


@njit(cache=True, nogil=True)
def expected_cover(n_cover: Ints, demand: Floats, nth_worth: Floats) -> float:
    """Return the share of demand that finds a free unit within reach, in [0, 1]."""
    covered = 0.0
    for cell in range(n_cover.size):
        for k in range(n_cover[cell]):
            covered += demand[cell] * nth_worth[k]
    return covered


def losses(covers: NDArray[np.bool_], demand: Floats, *, busy_share: float) -> Floats:
    """Return what leaves with each unit, where units stand anywhere, not at posts.

    Parameters
    ----------
    covers
        Which unit reaches which cell in time from where it is now, shape
        ``(n_units, n_cells)``; all False for a unit that is not free.
    demand
        Share of calls by cell, shape ``(n_cells,)``.
    busy_share
        q in [0, 1).

    Raises
    ------
    ValueError
        Shapes disagree, or ``busy_share`` is not in [0, 1).
    """
    if covers.ndim != 2 or covers.shape[1:] != demand.shape:
        raise ValueError("covers must be (n_units, n_cells), demand (n_cells,)")
    worth = nth_worths(busy_share, len(covers))
    n_cover = covers.sum(axis=0)
    last_worth = np.where(n_cover > 0, worth[n_cover - 1], 0.0)
    return np.asarray(covers @ (demand * last_worth), dtype=np.float64)
