"""A loop is walked so that no point of it is left alone too long."""

from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xunfang.core.planning.check_loop import n_units_taken
from xunfang.core.planning.plan import LoopVisit
from xunfang.core.planning.problem import Loop, Problem
from xunfang.core.planning.rounds import Round, plan_rounds, walk_round

# Four stalls on the corners of a square, 3 minutes a side, 5 across.
SQUARE = np.array(
    [[0, 3, 5, 3], [3, 0, 3, 5], [5, 3, 0, 3], [3, 5, 3, 0]], dtype=np.int32
)


def test_one_unit_goes_round_the_square_along_its_sides():
    """4 stays of 2 and 4 sides of 3 make 20; each stall is alone for 18."""
    rounds = plan_rounds(travel=SQUARE, at=(0, 2, 1, 3), dwell=2, max_gap=18)

    assert rounds == (Round(order=(0, 1, 2, 3), length=20),)


def test_a_gap_one_minute_shorter_takes_a_second_unit():
    """Two stalls each: 2 stays of 2 and 2 sides of 3 make 10."""
    rounds = plan_rounds(travel=SQUARE, at=(0, 1, 2, 3), dwell=2, max_gap=17)

    assert rounds == (Round(order=(0, 1), length=10), Round(order=(2, 3), length=10))


def test_no_gap_at_all_means_somebody_at_every_stall():
    rounds = plan_rounds(travel=SQUARE, at=(0, 1, 2), dwell=2, max_gap=0)

    assert rounds == (Round((0,), 2), Round((1,), 2), Round((2,), 2))


def test_one_far_stall_is_a_post_of_its_own():
    """Three stalls a minute apart, one ten away: 3 stays of 2 and 3 ways of 1 make 9.

    Two and two would need three units, for the pair with the far stall is too long.
    """
    way = np.full((4, 4), 1, dtype=np.int32)
    way[3, :] = way[:, 3] = 10
    np.fill_diagonal(way, 0)

    rounds = plan_rounds(travel=way, at=(0, 1, 2, 3), dwell=2, max_gap=7)

    assert rounds == (Round((0, 1, 2), 9), Round((3,), 2))


def test_more_than_eight_points_are_gone_along_in_the_order_given():
    """Nine points, each a minute from the next in the list and three from all others.

    Three in a row: 3 stays of 1, ways of 1, 1 and 3 back make 8, alone for 7.
    """
    way = np.full((9, 9), 3, dtype=np.int32)
    at = (4, 0, 7, 1, 8, 2, 6, 3, 5)
    for here, there in pairwise(at):
        way[here, there] = 1
    np.fill_diagonal(way, 0)

    rounds = plan_rounds(travel=way, at=at, dwell=1, max_gap=7)

    assert rounds == (
        Round((4, 0, 7), 8),
        Round((1, 8, 2), 8),
        Round((6, 3, 5), 8),
    )


def test_rounds_fill_the_window_and_the_last_stay_lasts_until_it_closes():
    """Stays at 0, 5, 10; the next arrival would be 15, the moment of closing."""
    visits = walk_round(Round((0, 1), 10), travel=SQUARE, dwell=2, window=(0, 15))

    assert visits == (LoopVisit(0, 0, 2), LoopVisit(1, 5, 7), LoopVisit(0, 10, 15))


def test_a_single_point_is_held_all_the_time():
    visits = walk_round(Round((2,), 2), travel=SQUARE, dwell=2, window=(60, 90))

    assert visits == (LoopVisit(2, 60, 90),)


@pytest.mark.parametrize(("dwell", "max_gap"), [(0, 10), (2, -1)])
def test_a_stay_without_length_or_a_negative_gap_is_a_bug(dwell, max_gap):
    with pytest.raises(ValueError, match="dwell >= 1"):
        plan_rounds(travel=SQUARE, at=(0, 1), dwell=dwell, max_gap=max_gap)


@st.composite
def towns(draw):
    n_points = draw(st.integers(2, 9))
    cells = draw(
        st.lists(st.integers(0, 30), min_size=n_points * n_points, max_size=n_points**2)
    )
    travel = np.array(cells, dtype=np.int32).reshape(n_points, n_points)
    np.fill_diagonal(travel, 0)
    return travel


@given(
    travel=towns(),
    dwell=st.integers(1, 5),
    max_gap=st.integers(0, 120),
    length=st.integers(1, 200),
)
def test_nobody_ever_leaves_a_point_alone_longer_than_allowed(
    travel, dwell, max_gap, length
):
    at = tuple(range(len(travel)))

    rounds = plan_rounds(travel=travel, at=at, dwell=dwell, max_gap=max_gap)

    assert sorted(p for part in rounds for p in part.order) == list(at)
    for part in rounds:
        visits = walk_round(part, travel=travel, dwell=dwell, window=(0, length))
        for before, after in pairwise(visits):
            assert after.start - before.end == travel[before.at, after.at]
        assert visits[-1].end == length
        for point in part.order:
            ends = [0] + [v.end for v in visits if v.at == point]
            starts = [v.start for v in visits if v.at == point] + [length]
            assert max(s - e for e, s in zip(ends, starts, strict=True)) <= max_gap


@given(travel=towns(), dwell=st.integers(1, 5))
def test_up_to_eight_points_no_order_is_shorter(travel, dwell):
    at = tuple(range(min(len(travel), 6)))

    (found,) = plan_rounds(travel=travel, at=at, dwell=dwell, max_gap=10_000)

    shortest = min(
        sum(int(travel[a, b]) for a, b in pairwise((0, *order, 0)))
        for order in permutations(at[1:])
    )
    assert found.length == shortest + dwell * len(at)


@given(
    travel=towns(),
    dwell=st.integers(1, 5),
    max_gap=st.integers(0, 60),
    n_points=st.integers(1, 9),
    data=st.data(),
)
def test_checker_allows_as_many_units_as_the_planner_sends(
    travel, dwell, max_gap, n_points, data
):
    """Each counts in its own way: were the checker's number larger, a plan it lets pass
    could be worth more than the upper bound, which counts the units of ``tasks_of``."""
    at = tuple(data.draw(st.permutations(range(len(travel)))))[:n_points]
    loop = Loop("market", at, dwell, (0, 200), max_gap, "foot")

    rounds = plan_rounds(travel=travel, at=at, dwell=dwell, max_gap=max_gap)

    assert n_units_taken(Problem({"foot": travel}, ()), loop) == len(rounds)
