"""Every street is walked at least once, and no walker has much more than another."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from benchmarks.planning_tours import follow, grid_part
from xunfang.core.planning.postman import (
    PostmanWalk,
    StreetPart,
    StreetsApart,
    cheapest_pairs,
    postman,
)
from xunfang.core.planning.tours import Leg, StreetTour, street_tours


def _part(*streets: tuple[int, int, int], one_way: tuple[int, ...] = ()) -> StreetPart:
    tail, head, length = np.array(streets, dtype=np.int64).T
    closed = np.isin(np.arange(len(streets)), one_way)
    return StreetPart(int(max(tail.max(), head.max())) + 1, tail, head, length, closed)


BLOCK = _part((0, 1, 10), (1, 2, 20), (2, 3, 10), (3, 0, 20))


def test_around_a_block_nothing_is_walked_twice():
    assert postman(BLOCK) == PostmanWalk(doubled=(), length=60, bound=60.0)


def test_a_dead_end_is_walked_in_and_out():
    """A block of 60 with a lane of 7 at crossing 2: 60 + 2 * 7."""
    lane = _part((0, 1, 10), (1, 2, 20), (2, 3, 10), (3, 0, 20), (2, 4, 7))

    walk = postman(lane)

    assert walk == PostmanWalk(doubled=((2, 4),), length=74, bound=74.0)


def test_one_walker_walks_the_postman_walk_home_again():
    part = _part((0, 1, 5))

    found = street_tours(part, station=0, n_tours=1, n_moves=10, seed=1)

    assert found.tours == (
        StreetTour((Leg(0, 0, 1, covers=True), Leg(0, 1, 0, covers=False)), 10),
    )
    assert found.bound == 10.0


def test_two_blocks_at_the_station_are_two_equal_tours():
    """Blocks of 40 on both sides of crossing 0."""
    eight = _part(
        (0, 1, 10), (1, 2, 10), (2, 3, 10), (3, 0, 10),
        (0, 4, 10), (4, 5, 10), (5, 6, 10), (6, 0, 10),
    )  # fmt: skip

    found = street_tours(eight, station=0, n_tours=2, n_moves=2000, seed=1)

    assert [tour.length for tour in found.tours] == [40, 40]
    assert found.over_bound_share == 0.0


def test_the_farthest_street_bounds_every_tour_from_below():
    """A lane of 100: there and back is 200, however many walkers share the rest."""
    part = _part((0, 1, 100), (0, 2, 1), (0, 3, 1))

    found = street_tours(part, station=0, n_tours=3, n_moves=500, seed=1)

    assert found.bound == 200.0
    assert found.longest == 200


def test_streets_that_cannot_be_reached_are_refused():
    with pytest.raises(StreetsApart):
        postman(_part((0, 1, 5), (2, 3, 5)))
    with pytest.raises(StreetsApart):
        postman(_part((0, 1, 5), one_way=(0,)))


@pytest.mark.parametrize(("station", "n_tours"), [(0, 0), (9, 1)])
def test_no_walker_or_a_station_off_the_streets_is_the_callers_bug(station, n_tours):
    with pytest.raises(ValueError, match="at least one tour"):
        street_tours(BLOCK, station=station, n_tours=n_tours, n_moves=1, seed=1)


def _brute_force(cost: np.ndarray, left: frozenset[int]) -> float:
    if not left:
        return 0.0
    first = min(left)
    return min(
        cost[first, other] + _brute_force(cost, left - {first, other})
        for other in left - {first}
    )


@settings(deadline=None, max_examples=60)
@given(st.sampled_from([2, 4, 6, 8]), st.integers(0, 10_000))
def test_no_pairing_is_cheaper(n, seed):
    rng = np.random.default_rng(seed)
    cost = rng.integers(1, 30, size=(n, n)).astype(np.float64)
    cost = cost + cost.T

    pairs, bound = cheapest_pairs(cost)

    assert sorted(i for pair in pairs for i in pair) == list(range(n))
    best = _brute_force(cost, frozenset(range(n)))
    assert sum(cost[i, j] for i, j in pairs) == pytest.approx(best)
    assert bound <= best + 1e-6


@pytest.mark.parametrize("seed", range(4))
def test_three_far_triangles_need_a_whole_pairing_and_get_one(seed):
    """Within a triangle pairs cost 1, so shares of a half look cheap: 3 x 1.5 = 4.5.

    Six such corners pair up whole only across: two triangles give 1 + 1 + across.
    """
    rng = np.random.default_rng(seed)
    at = rng.permutation(6)
    cost = np.full((6, 6), 50.0)
    for group in (at[:3], at[3:]):
        for i, j in combinations(group, 2):
            cost[i, j] = cost[j, i] = 1.0

    pairs, bound = cheapest_pairs(cost)

    assert sum(cost[i, j] for i, j in pairs) == 52.0
    assert bound == pytest.approx(52.0)


@st.composite
def parts(draw, *, one_way: bool):
    n_nodes = draw(st.integers(2, 8))
    ends = st.tuples(st.integers(0, n_nodes - 1), st.integers(0, n_nodes - 1))
    pairs = draw(st.lists(ends, min_size=2, max_size=16))
    # A ring through all crossings holds the streets together.
    pairs += [(n, (n + 1) % n_nodes) for n in range(n_nodes)]
    lengths = draw(
        st.lists(st.integers(1, 40), min_size=len(pairs), max_size=len(pairs))
    )
    closed = draw(
        st.lists(st.booleans(), min_size=len(pairs), max_size=len(pairs))
        if one_way
        else st.just([False] * len(pairs))
    )
    tail, head = np.array(pairs, dtype=np.int64).T
    return StreetPart(n_nodes, tail, head, np.array(lengths), np.array(closed))


@settings(deadline=None, max_examples=40)
@given(parts(one_way=False), st.integers(1, 4))
def test_all_streets_are_walked_from_the_station_and_the_bound_holds(part, n_tours):
    found = street_tours(part, station=0, n_tours=n_tours, n_moves=300, seed=1)

    follow(part, found, 0)
    assert len(found.tours) == n_tours
    assert found.longest >= found.bound - 1e-6
    if n_tours == 1:
        assert found.longest == found.postman.length


@settings(deadline=None, max_examples=40)
@given(parts(one_way=True), st.integers(1, 3))
def test_one_way_streets_are_walked_their_way(part, n_tours):
    try:
        found = street_tours(part, station=0, n_tours=n_tours, n_moves=300, seed=1)
    except StreetsApart:
        reject()

    follow(part, found, 0)
    assert found.longest >= found.bound - 1e-6


def test_a_town_of_a_few_hundred_streets_is_shared_within_five_per_cent():
    part = grid_part(12, seed=3)

    found = street_tours(part, station=6 * 12 + 6, n_tours=4, n_moves=400_000, seed=1)

    follow(part, found, 6 * 12 + 6)
    assert found.over_bound_share <= 0.05
