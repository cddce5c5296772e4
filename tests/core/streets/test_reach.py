"""Who can be where within so many minutes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.streets.oracle import dijkstra_matrix_s
from tests.core.streets.test_travel import TRAVEL, anywhere, modes
from tests.towns.linhe import between, linhe, segment_between
from xunfang.core.streets.lookup import segments_named
from xunfang.core.streets.modes import Mode
from xunfang.core.streets.reach import reach
from xunfang.core.streets.travel import TravelTimes

NETWORK = linhe()


def test_half_a_minute_from_the_middle_of_the_northern_street():
    """On foot from half of A-B, 30 s are 40 m to each side: 80 m of 北门街."""
    travel = TRAVEL[Mode.FOOT]

    within = reach(travel, travel.snap(between("A", "B"))).stretches(30)

    assert within.segment.tolist() == [segment_between(NETWORK, "A", "B")]
    assert within.length_m(NETWORK) == pytest.approx(80, abs=0.1)
    assert np.concatenate(within.lines(NETWORK)) == pytest.approx(
        np.concatenate((between("A", "B", 0.3), between("A", "B", 0.7))), abs=2e-7
    )


def test_two_minutes_and_a_half_on_foot_from_a_junction_are_two_hundred_metres_each_way():
    """From F: to E, towards G, to B, to K, 200 m each; V is passed, 柳巷 100 m up."""
    travel = TRAVEL[Mode.FOOT]

    within = reach(travel, travel.snap(between("E", "F", 1.0))).stretches(150.0)

    assert within.length_m(NETWORK) == pytest.approx(4 * 200 + 100, abs=1)


def test_a_patrol_car_on_a_one_way_street_reaches_what_lies_ahead():
    """9 s from half of K-L: to L and no farther; nothing behind."""
    travel = TRAVEL[Mode.CAR]

    within = reach(travel, travel.snap(between("K", "L"))).stretches(8.9)

    assert within.segment.tolist() == [segments_named(NETWORK, "健康路")[1]]
    assert within.from_share == pytest.approx([0.5], abs=1e-3)
    assert within.to_share == pytest.approx([0.5 + 0.5 * 8.9 / 9], abs=1e-3)


@settings(max_examples=60)
@given(
    posts=anywhere,
    places=anywhere,
    mode=modes,
    closed=st.sets(st.integers(0, NETWORK.n_segments - 1), max_size=4),
)
def test_arrivals_equal_those_of_the_best_post_by_dijkstra(posts, places, mode, closed):
    travel = TravelTimes(NETWORK, mode)
    start, end = travel.snap(posts), travel.snap(places)
    travel.close(closed)

    arrival_s = reach(travel, start, limit_s=120).arrival_s(end)

    exact_s = dijkstra_matrix_s(travel, start, end).min(axis=0)
    exact_s[exact_s > 120] = np.inf
    assert arrival_s.tolist() == exact_s.tolist()


@given(posts=anywhere, places=anywhere, mode=modes, within_s=st.floats(1, 200))
def test_a_place_is_in_a_stretch_exactly_if_it_is_reached_in_time(
    posts, places, mode, within_s
):
    travel = TRAVEL[mode]
    found = reach(travel, travel.snap(posts), limit_s=200)
    end = travel.snap(places)

    within = found.stretches(within_s)

    arrival_s = found.arrival_s(end)
    for segment, share, arrives in zip(end.segment, end.share, arrival_s, strict=True):
        if abs(arrives - within_s) < 0.1:
            continue  # Edges are rounded to the millisecond.
        here = within.segment == segment
        inside = (within.from_share[here] <= share + 1e-4) & (
            share - 1e-4 <= within.to_share[here]
        )
        assert inside.any() == (arrives < within_s)


@given(
    posts=anywhere,
    mode=modes,
    times=st.lists(st.floats(1, 300), min_size=2, max_size=4),
)
def test_more_time_and_more_posts_never_reach_less(posts, mode, times):
    travel = TRAVEL[mode]
    snapped = travel.snap(posts)
    all_posts, one_post = reach(travel, snapped), reach(travel, snapped[:1])

    lengths_m = [
        all_posts.stretches(time_s).length_m(NETWORK) for time_s in sorted(times)
    ]
    fewer_m = [one_post.stretches(time_s).length_m(NETWORK) for time_s in sorted(times)]

    assert lengths_m == sorted(lengths_m)
    assert all(many >= one - 1e-6 for many, one in zip(lengths_m, fewer_m, strict=True))


def test_in_the_end_every_street_is_reached_once():
    travel = TRAVEL[Mode.FOOT]

    share = (
        reach(travel, travel.snap(between("K", "L")), limit_s=7200)
        .stretches(7200)
        .share_by_segment(NETWORK)
    )

    assert share == pytest.approx(np.ones(NETWORK.n_segments))


def test_without_posts_nothing_is_reached():
    travel = TRAVEL[Mode.CAR]

    found = reach(travel, travel.snap(np.empty((0, 2))))

    assert found.stretches(600).length_m(NETWORK) == 0.0
    assert found.arrival_s(travel.snap(between("K", "L"))).tolist() == [np.inf]


def test_times_beyond_the_search_and_no_time_are_the_callers_bug():
    travel = TRAVEL[Mode.CAR]
    posts = travel.snap(between("K", "L"))

    with pytest.raises(ValueError, match="beyond"):
        reach(travel, posts, limit_s=60).stretches(61)
    with pytest.raises(ValueError, match="above zero"):
        reach(travel, posts, limit_s=0)
