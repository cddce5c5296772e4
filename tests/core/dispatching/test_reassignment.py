"""Which waiting unit moves: held against cover counted anew for every possible move."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xunfang.core.dispatching.choice import NONE
from xunfang.core.dispatching.coverage import (
    count_cover,
    cover_lists,
    covering_lists,
    expected_cover,
    nth_worths,
    pair_lists,
)
from xunfang.core.dispatching.reassignment import (
    best_move,
    weigh_change,
    weigh_once,
    weigh_posts,
)

N_CELLS = 9


class Ground:
    """Posts, what they cover, and units that stand at some of them."""

    def __init__(self, covers, standing, *, busy_share, demand=None) -> None:
        covers = np.asarray(covers, dtype=bool)
        n_cells = covers.shape[1]
        self.covers = covers
        self.cover = cover_lists(np.where(covers, 1.0, 3.0), within_s=2.0)
        self.posts = covering_lists(*self.cover, n_cells)
        self.pairs = pair_lists(*self.posts, len(covers))
        self.worth = nth_worths(busy_share, len(standing) + 1)
        self.demand = np.full(n_cells, 1.0 / n_cells) if demand is None else demand
        self.standing = np.array(standing, dtype=np.int64)
        self.n_cover = np.zeros(n_cells, dtype=np.int64)
        for post in standing:
            count_cover(self.n_cover, *self.cover, post, 1)
        self.gain = np.empty(len(covers))
        self.both = np.empty(len(covers) ** 2)

    def weigh(self) -> None:
        weigh_posts(
            *(self.gain, self.both, self.n_cover, *self.posts, *self.pairs),
            *(self.demand, self.worth),
        )

    def change(self, post: int, change: int) -> None:
        count_cover(self.n_cover, *self.cover, post, change)
        weigh_change(
            *(self.gain, self.both, self.n_cover, *self.cover),
            *(*self.posts, *self.pairs, self.demand, self.worth, post, change),
        )

    def covered(self, standing) -> float:
        n_cover = np.zeros_like(self.n_cover)
        for post in standing:
            count_cover(n_cover, *self.cover, post, 1)
        return expected_cover(n_cover, self.demand, self.worth)

    def move(self, ride_s, *, sent_per_h=0.0, min_gain=0.0, left_s=1000.0, may=None):
        n = len(self.standing)
        self.weigh()
        return best_move(
            np.asarray(ride_s, dtype=np.float64),
            self.standing,
            self.standing,
            np.ones(n, dtype=bool) if may is None else np.array(may),
            np.full(n, left_s),
            *(self.gain, self.both, min_gain, sent_per_h),
        )


# Six cells in a row, each a sixth of the calls; posts 0, 1, 2 cover three cells each.
ROW = [
    [1, 1, 1, 0, 0, 0],
    [0, 1, 1, 1, 0, 0],
    [0, 0, 0, 1, 1, 1],
]
RIDES = [[0.0, 60.0, 600.0], [60.0, 0.0, 540.0], [600.0, 540.0, 0.0]]


def test_the_gap_is_filled_by_whom_it_costs_least():
    """q = 1/2, both units at post 0: their cells are covered 3/4.

    One to post 1: cell 0 falls from 3/4 to 1/2, cells 1 and 2 keep 3/4, cell 3 gets 1/2:
    (-1/4 + 1/2) / 6 = 1/24. One to post 2: three cells lose 1/4, three gain 1/2:
    3/4 / 6 = 1/8.
    """
    ground = Ground(ROW, [0, 0], busy_share=0.5)

    assert ground.move(RIDES) == (0, 2)
    assert ground.covered([2, 0]) - ground.covered([0, 0]) == pytest.approx(1 / 8)
    # With an eighth as hysteresis it is not worth it, and post 1 is worth less still.
    assert ground.move(RIDES, min_gain=0.1251) == (NONE, NONE)


def test_what_both_posts_cover_is_not_lost_by_a_move():
    """One unit at post 0, calls only in cells 2 and 3: at post 1 it covers both.

    As if cell 2 were lost on the way, the move would gain 1/4 - 1/4 = 0 of cover.
    """
    demand = np.array([0.0, 0.0, 0.5, 0.5, 0.0, 0.0])
    ground = Ground(ROW, [0], busy_share=0.5, demand=demand)

    assert ground.move(RIDES) == (0, 1)
    assert ground.covered([1]) - ground.covered([0]) == pytest.approx(1 / 4)


def test_a_long_ride_must_add_more():
    """Sent three times an hour, who rides ten minutes is there half the time.

    The unit costs 3/24 where it leaves. Post 2 adds 3/12, half of it is no more than
    that. Post 1 is one minute off: 0.95 of (1/2 + 1/4 + 1/4) / 6 is more.
    """
    ground = Ground(ROW, [0, 0], busy_share=0.5)

    assert ground.move(RIDES, sent_per_h=3.0) == (0, 1)
    # 30 times an hour: half of 1/6 is left at post 1.
    assert ground.move(RIDES, sent_per_h=30.0) == (NONE, NONE)


def test_nobody_rides_further_than_is_left_or_moves_who_may_not():
    ground = Ground(ROW, [0, 0], busy_share=0.5)

    assert ground.move(RIDES, left_s=599.0) == (0, 1)
    assert ground.move(RIDES, left_s=59.0) == (NONE, NONE)
    assert ground.move(RIDES, may=[False, True]) == (1, 2)
    assert ground.move(RIDES, may=[False, False]) == (NONE, NONE)


tables = st.lists(
    st.lists(st.booleans(), min_size=N_CELLS, max_size=N_CELLS), min_size=2, max_size=6
)


@given(data=st.data(), covers=tables, busy_share=st.sampled_from([0.0, 0.2, 0.6]))
@settings(max_examples=60, deadline=None)
def test_the_move_that_is_chosen_adds_most_of_all(data, covers, busy_share):
    """Free of charge, the best move is the one after which most is covered."""
    posts = st.integers(0, len(covers) - 1)
    standing = data.draw(st.lists(posts, min_size=1, max_size=5))
    weight = data.draw(st.lists(st.integers(0, 9), min_size=N_CELLS, max_size=N_CELLS))
    ground = Ground(
        covers, standing, busy_share=busy_share, demand=np.array(weight) / 81.0
    )

    unit, post = ground.move(np.full((len(covers), len(covers)), 60.0))

    now = ground.covered(standing)
    after = {
        (u, p): ground.covered([*standing[:u], p, *standing[u + 1 :]]) - now
        for u in range(len(standing))
        for p in range(len(covers))
    }
    if unit == NONE:
        assert max(after.values()) <= 1e-9
    else:
        assert after[unit, post] == pytest.approx(max(after.values()))


@given(data=st.data(), covers=tables)
@settings(max_examples=60, deadline=None)
def test_posts_weighed_from_change_to_change_are_as_weighed_anew(data, covers):
    posts = st.integers(0, len(covers) - 1)
    ground = Ground(covers, data.draw(st.lists(posts, max_size=4)), busy_share=0.4)
    ground.worth = nth_worths(0.4, 20)
    ground.weigh()
    there = list(ground.standing)
    for post in data.draw(st.lists(posts, min_size=1, max_size=10)):
        change = -1 if post in there and data.draw(st.booleans()) else 1
        there.append(post) if change == 1 else there.remove(post)
        ground.change(post, change)
    gain, both = ground.gain.copy(), ground.both.copy()

    ground.weigh()

    np.testing.assert_allclose(gain, ground.gain, atol=1e-12)
    np.testing.assert_allclose(both, ground.both, atol=1e-12)


@given(data=st.data(), covers=tables)
@settings(max_examples=30, deadline=None)
def test_the_desk_weighs_posts_as_the_simulator_does(data, covers):
    posts = st.integers(0, len(covers) - 1)
    ground = Ground(covers, data.draw(st.lists(posts, max_size=4)), busy_share=0.4)
    ground.weigh()

    gain, both = weigh_once(ground.covers, ground.n_cover, ground.demand, ground.worth)

    np.testing.assert_allclose(gain, ground.gain, atol=1e-12)
    np.testing.assert_allclose(both, ground.both, atol=1e-12)
