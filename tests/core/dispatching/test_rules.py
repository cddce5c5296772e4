"""The rules that the duty desk and the simulator share."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose

from xunfang.core.dispatching.choice import NONE, closest, least_loss
from xunfang.core.dispatching.coverage import (
    count_cover,
    cover_lists,
    expected_cover,
    gain_at,
    loss_at,
    losses,
    nth_worths,
)
from xunfang.core.dispatching.patrolling import fill_in
from xunfang.core.dispatching.relocation import by_table, relocate, ride_left_s

INF = np.inf
ALL = np.ones(3, dtype=np.bool_)

# Three posts and four cells on one street, a minute apart; a post covers what lies
# within a minute: cells 0-1, 0-2 and 2-3.
TRAVEL_S = np.array(
    [[0.0, 60.0, 120.0, 180.0], [60.0, 0.0, 60.0, 120.0], [180.0, 120.0, 60.0, 0.0]]
)
COVER_FROM, COVER_CELL = cover_lists(TRAVEL_S, within_s=60.0)
DEMAND = np.array([0.1, 0.2, 0.3, 0.4])
HALF = nth_worths(0.5, 4)


def _cover(*posts: int) -> np.ndarray:
    n_cover = np.zeros(4, dtype=np.int64)
    for post in posts:
        count_cover(n_cover, COVER_FROM, COVER_CELL, post, 1)
    return n_cover


def _relocate(home: int = NONE, **changes) -> int:
    asked = {
        "ride_s": np.array([100.0, 100.0, 100.0]),
        "n_cover": _cover(),
        "demand": DEMAND,
        "ride_left_s": INF,
        "min_gain": 0.0,
        "may_move": True,
    } | changes
    return relocate(
        asked["ride_s"],
        home,
        asked["n_cover"],
        COVER_FROM,
        COVER_CELL,
        asked["demand"],
        HALF,
        asked["ride_left_s"],
        asked["min_gain"],
        asked["may_move"],
    )


def test_the_closest_free_unit_is_sent_and_of_equals_the_first():
    assert closest(np.array([90.0, 60.0, 60.0]), ALL) == 1
    assert closest(np.array([90.0, 60.0, 60.0]), np.array([True, False, True])) == 2
    assert closest(np.array([INF, 60.0, INF]), np.array([True, False, True])) == NONE
    assert closest(np.empty(0), np.empty(0, dtype=np.bool_)) == NONE


def test_a_call_that_can_wait_takes_the_unit_that_costs_least_cover_in_time():
    arrival_s = np.array([60.0, 200.0, 290.0])
    loss = np.array([0.30, 0.10, 0.01])

    assert least_loss(arrival_s, ALL, 300.0, loss) == 2
    assert least_loss(arrival_s, ALL, 200.0, loss) == 1
    assert least_loss(arrival_s, ALL, 30.0, loss) == 0, "nobody in time: the closest"
    assert least_loss(arrival_s, ALL, INF, np.zeros(3)) == 0, "equal: who is first"
    assert least_loss(np.full(3, INF), ALL, INF, loss) == NONE


def test_the_lists_hold_what_each_post_covers():
    assert COVER_FROM.tolist() == [0, 2, 5, 7]
    assert COVER_CELL.tolist() == [0, 1, 0, 1, 2, 2, 3]


@pytest.mark.parametrize("travel_s", [np.zeros(3), np.full((1, 1), np.nan), -TRAVEL_S])
def test_times_that_are_none_are_refused(travel_s):
    with pytest.raises(ValueError, match="travel_s"):
        cover_lists(travel_s, within_s=60.0)


@pytest.mark.parametrize(("busy", "n"), [(1.0, 3), (-0.1, 3), (np.nan, 3), (0.5, -1)])
def test_a_busy_share_is_a_share(busy, n):
    with pytest.raises(ValueError, match="busy_share"):
        nth_worths(busy, n)


def test_a_freed_unit_waits_where_one_more_adds_most():
    """Alone: posts add half of 0.3, 0.6 and 0.7. Beside one at post 2: cells 2 and 3
    are worth a quarter, so posts add 0.15, 0.15 + 0.075 and 0.175."""
    assert _relocate() == 2
    assert _relocate(n_cover=_cover(2)) == 1
    gain = gain_at(_cover(2), COVER_FROM, COVER_CELL, DEMAND, HALF, 1)
    assert_allclose(gain, 0.225)


def test_a_move_must_be_worth_it():
    """Beside one at post 2, post 1 beats post 0 by 0.225 - 0.15 = 0.075."""
    beside = {"home": 0, "n_cover": _cover(2)}

    assert _relocate(**beside, min_gain=0.07) == 1
    assert _relocate(**beside, min_gain=0.08) == 0


def test_a_unit_is_not_sent_further_than_its_driving_allows_except_home():
    ride_s = np.array([500.0, 200.0, 300.0])

    assert _relocate(ride_s=ride_s, ride_left_s=250.0) == 1
    assert _relocate(home=0, ride_s=ride_s, ride_left_s=100.0) == 0
    assert _relocate(ride_s=ride_s, ride_left_s=100.0) == NONE
    assert _relocate(ride_s=np.array([INF, 9.0, INF])) == 1


def test_a_unit_that_is_due_to_rest_goes_home():
    assert _relocate(home=0, may_move=False) == 0
    assert _relocate(home=0, may_move=True) == 2


def test_of_equal_posts_the_shorter_ride():
    assert _relocate(ride_s=np.array([9.0, 8.0, 8.0]), demand=np.zeros(4)) == 1


def test_the_compliance_table_fills_the_nearest_post_that_wants_one_more():
    ride_s = np.array([50.0, 40.0, 30.0])

    assert by_table(ride_s, np.array([1, 1, 1]), np.array([0, 0, 1])) == 1
    assert by_table(ride_s, np.array([1, 0, 1]), np.array([1, 0, 1])) == NONE


def test_the_driving_of_an_hour_is_there_at_once_and_saved_if_not_used():
    assert ride_left_s(600.0, 0.0, 900.0) == 900.0
    assert ride_left_s(7200.0, 1000.0, 900.0) == 800.0
    assert ride_left_s(3600.0, 1000.0, 900.0) == 0.0


def test_an_idle_unit_takes_the_stop_with_most_unmet_worth_per_second():
    """Worth 6 in 600 s, 8 in 1000 s, and one that is done already."""
    ride_s, dwell_s = np.array([300.0, 700.0, 0.0]), np.array([300.0, 300.0, 60.0])
    worth, always, never = np.array([6.0, 8.0, 0.0]), np.zeros(3), np.full(3, INF)

    def ask(**changes) -> int:
        asked = {"worth": worth, "opens": always, "closes": never, "left": INF}
        asked |= changes
        return fill_in(
            ride_s,
            asked["worth"],
            dwell_s,
            asked["opens"],
            asked["closes"],
            asked["left"],
        )

    assert ask() == 0
    assert ask(opens=np.array([2000.0, 0.0, 0.0])) == 1, "waiting costs, too"
    assert ask(closes=np.array([299.0, INF, INF])) == 1
    assert ask(closes=np.array([300.0, INF, INF])) == 0
    assert ask(left=599.0) == NONE
    assert ask(worth=np.zeros(3)) == NONE


rules = st.integers(1, 6).flatmap(
    lambda n_posts: st.integers(1, 8).flatmap(
        lambda n_cells: st.tuples(
            arrays(np.float64, (n_posts, n_cells), elements=st.floats(0, 600)),
            arrays(np.float64, n_cells, elements=st.integers(0, 9)),
            arrays(np.float64, n_posts, elements=st.integers(0, 900)),
            arrays(np.int64, n_posts, elements=st.integers(0, 3)),
            st.integers(NONE, n_posts - 1),
            st.floats(0.0, 0.95),
        )
    )
)


@given(rules, st.floats(0, 900), st.floats(0, 0.2), st.booleans())
def test_compiled_rules_answer_as_plain_python_does(town, left_s, min_gain, may_move):
    travel_s, demand, ride_s, n_standing, home, busy = town
    cover_from, cover_cell = cover_lists(travel_s, within_s=300.0)
    worth = nth_worths(busy, int(n_standing.sum()) + 1)
    n_cover = np.zeros(demand.size, dtype=np.int64)
    for post, n_units in enumerate(n_standing):
        count_cover(n_cover, cover_from, cover_cell, post, n_units)
    asked = (ride_s, home, n_cover, cover_from, cover_cell, demand, worth)

    post = relocate(*asked, left_s, min_gain, may_move)

    assert post == relocate.py_func(*asked, left_s, min_gain, may_move)
    free = n_standing > 0
    assert closest(ride_s, free) == closest.py_func(ride_s, free)
    loss = ride_s % 7
    assert least_loss(ride_s, free, 300.0, loss) == least_loss.py_func(
        ride_s, free, 300.0, loss
    )
    stops = (ride_s, loss, ride_s, ride_s % 100, ride_s + 50, left_s)
    assert fill_in(*stops) == fill_in.py_func(*stops)
    wanted = n_standing[::-1].copy()
    assert by_table(ride_s, wanted, n_standing) == by_table.py_func(
        ride_s, wanted, n_standing
    )


@given(rules)
def test_a_freed_unit_goes_where_the_whole_city_is_covered_best(town):
    travel_s, demand, ride_s, n_standing, _, busy = town
    cover_from, cover_cell = cover_lists(travel_s, within_s=300.0)
    worth = nth_worths(busy, int(n_standing.sum()) + 1)
    covers = (travel_s <= 300.0).astype(np.int64)
    n_cover = n_standing @ covers

    post = relocate(
        *(ride_s, NONE, n_cover, cover_from, cover_cell, demand, worth),
        *(INF, 0.0, np.bool_(1)),
    )

    # Written out: 1 - q ** k of each cell's demand, with the unit at each post.
    after = ((1 - busy ** (n_cover + covers).astype(np.float64)) * demand).sum(axis=1)
    assert_allclose(after[post], after.max(), atol=1e-9)


@given(rules)
def test_what_a_unit_adds_is_what_it_takes_with_it(town):
    travel_s, demand, _, n_standing, _, busy = town
    cover_from, cover_cell = cover_lists(travel_s, within_s=300.0)
    worth = nth_worths(busy, int(n_standing.sum()) + 1)
    n_cover = np.zeros(demand.size, dtype=np.int64)
    for post, n_units in enumerate(n_standing):
        count_cover(n_cover, cover_from, cover_cell, post, n_units)
    lists = (cover_from, cover_cell)
    before = expected_cover(n_cover, demand, worth)

    gain = gain_at(n_cover, *lists, demand, worth, 0)
    count_cover(n_cover, *lists, 0, 1)

    assert_allclose(expected_cover(n_cover, demand, worth), before + gain)
    assert loss_at(n_cover, *lists, demand, worth, 0) == gain
    # The same where units stand anywhere: as many rows as units at the posts.
    stands_at = np.repeat(np.arange(n_standing.size), n_standing)
    stands_at = np.append(stands_at, 0)
    found = losses(travel_s[stands_at] <= 300.0, demand, busy_share=busy)
    assert_allclose(found[-1], gain, atol=1e-12)


def test_losses_need_one_share_of_demand_for_each_cell():
    with pytest.raises(ValueError, match="n_cells"):
        losses(np.ones((2, 3), dtype=np.bool_), np.ones(2), busy_share=0.5)
