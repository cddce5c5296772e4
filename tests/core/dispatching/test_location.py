"""Posts that cover: once, all, or although units may be busy."""

from itertools import combinations_with_replacement

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose

from tests.core.dispatching.cities import (
    SF_COVER_5_KM,
    SF_FEWEST_8_KM,
    san_francisco,
)
from xunfang.core.dispatching.coverage import cover_lists
from xunfang.core.dispatching.location import (
    compliance_table,
    cover_share_of,
    expected_cover_posts,
    fewest_posts,
    maximal_cover,
)

# Four posts over five cells. The second covers the middle, the first and the third
# everything between them; the last cell only the fourth.
COVERS = np.array(
    [[1, 1, 0, 0, 0], [0, 1, 1, 0, 0], [0, 0, 1, 1, 0], [0, 0, 0, 0, 1]],
    dtype=np.bool_,
)
DEMAND = np.array([10.0, 40.0, 30.0, 15.0, 5.0])


def _lists(covers):
    return cover_lists(np.where(covers, 0.0, 1.0), within_s=0.0)


@pytest.mark.parametrize(
    ("n_open", "posts", "share"),
    [(0, [], 0.0), (1, [1], 0.70), (2, [0, 2], 0.95), (3, [0, 2, 3], 1.0)],
)
def test_most_demand_once(n_open, posts, share):
    found = maximal_cover(COVERS, DEMAND, n_open)

    assert found.posts.tolist() == posts
    assert_allclose([found.cover_share, found.bound], share)
    assert found.is_proven


def test_fewest_posts_say_what_nobody_covers():
    assert fewest_posts(COVERS).posts.tolist() == [0, 2, 3]
    assert fewest_posts(COVERS).bound == 3

    without_last = fewest_posts(COVERS[:3])

    assert without_last.posts.tolist() == [0, 2]
    assert without_last.out_of_reach.tolist() == [4]
    assert fewest_posts(np.zeros((2, 2), dtype=np.bool_)).posts.size == 0


def test_two_units_may_share_a_post_if_one_of_them_is_likely_busy():
    """Busy nine times of ten. The second unit on post 1 adds 0.9 of what the first
    gave, 0.07 * 0.9 = 0.063; on post 2 it would add 0.03 * 0.9 + 0.015 = 0.042."""
    found = expected_cover_posts(COVERS, DEMAND, 2, busy_share=0.9)

    assert found.n_at.tolist() == [0, 2, 0, 0]
    assert_allclose(found.cover_share, 0.07 + 0.063)
    apart = expected_cover_posts(COVERS, DEMAND, 2, busy_share=0.9, room=1)
    assert apart.n_at.tolist() == [1, 1, 0, 0]
    assert_allclose(apart.cover_share, 0.07 + 0.1 * (0.4 * 0.9 + 0.1))


def test_the_table_says_where_each_further_unit_stands():
    """Never busy: 70 of 100 from post 1; then 15 from post 2, 10 from 0, 5 from 3."""
    table = compliance_table(*_lists(COVERS), DEMAND, 4, busy_share=0.0)

    assert table.order.tolist() == [1, 2, 0, 3]
    assert table.n_wanted.tolist() == [
        [0, 0, 0, 0],
        [0, 1, 0, 0],
        [0, 1, 1, 0],
        [1, 1, 1, 0],
        [1, 1, 1, 1],
    ]
    assert_allclose(table.cover_share, [0.0, 0.70, 0.85, 0.95, 1.0])


@pytest.mark.parametrize(
    "ask",
    [
        lambda: maximal_cover(COVERS, DEMAND[:3], 1),
        lambda: maximal_cover(COVERS, -DEMAND, 1),
        lambda: maximal_cover(COVERS, 0 * DEMAND, 1),
        lambda: maximal_cover(COVERS, DEMAND, 5),
        lambda: fewest_posts(DEMAND > 0),
        lambda: expected_cover_posts(COVERS, DEMAND, 5, busy_share=0.1, room=1),
        lambda: expected_cover_posts(COVERS, DEMAND, 2, busy_share=1.0),
        lambda: compliance_table(*_lists(COVERS), -DEMAND, 2, busy_share=0.1),
        lambda: compliance_table(*_lists(COVERS), DEMAND, 9, busy_share=0.1, room=2),
    ],
)
def test_what_makes_no_sense_is_refused(ask):
    with pytest.raises(ValueError, match=r"must be|must not be|too little room"):
        ask()


def test_no_units_cover_nothing():
    assert expected_cover_posts(COVERS, DEMAND, 0, busy_share=0.3).cover_share == 0.0
    table = compliance_table(*_lists(COVERS), DEMAND, 0, busy_share=0.3)
    assert table.n_wanted.tolist() == [[0, 0, 0, 0]]


@pytest.mark.parametrize(("n_open", "cover"), [(0, 0), (1, 4), (2, 6), (3, 6)])
def test_the_small_case_of_jemss(n_open, cover):
    """Covers of 4, 2 and 2 of six: 0, 4, 6, 6 for 0 to 3 posts (JEMSS test_mclp.jl)."""
    covers = np.array([[1, 1, 1, 1, 0, 0], [0, 0, 0, 0, 1, 1], [1, 1, 0, 0, 0, 0]]) > 0

    found = maximal_cover(covers, np.ones(6), n_open)

    assert_allclose(6 * found.cover_share, cover)


towns = st.tuples(st.integers(1, 5), st.integers(1, 7)).flatmap(
    lambda shape: st.tuples(
        arrays(np.bool_, shape),
        arrays(np.float64, shape[1], elements=st.integers(1, 9)),
        st.integers(1, 4),
        st.sampled_from([0.0, 0.2, 0.5, 0.9]),
    )
)


@given(towns)
def test_posts_are_best_of_all_and_the_nested_ones_near_it(town):
    covers, demand, n_units, busy_share = town
    n_posts = len(covers)
    ways = [
        np.bincount(posts, minlength=n_posts)
        for posts in combinations_with_replacement(range(n_posts), n_units)
    ]
    best = max(cover_share_of(w, covers, demand, busy_share=busy_share) for w in ways)

    found = expected_cover_posts(covers, demand, n_units, busy_share=busy_share)
    table = compliance_table(*_lists(covers), demand, n_units, busy_share=busy_share)

    assert_allclose(found.cover_share, best, atol=1e-9)
    assert found.is_proven
    assert found.n_at.sum() == n_units
    assert table.cover_share[-1] <= best + 1e-9
    assert table.cover_share[-1] >= (1 - 1 / np.e) * best - 1e-9
    # Each row adds one unit to the row before, and covers what it says it covers.
    assert (np.diff(table.n_wanted, axis=0) >= 0).all()
    assert (table.n_wanted.sum(axis=1) == np.arange(n_units + 1)).all()
    assert_allclose(
        table.cover_share,
        [
            cover_share_of(row, covers, demand, busy_share=busy_share)
            for row in table.n_wanted
        ],
        atol=1e-9,
    )
    # Each unit adds no more than the one before.
    assert (np.diff(table.cover_share, 2) <= 1e-9).all()


@given(towns)
def test_units_that_are_never_busy_are_covering_once(town):
    covers, demand, n_units, _ = town
    n_open = min(n_units, len(covers))

    once = maximal_cover(covers, demand, n_open)
    never_busy = expected_cover_posts(covers, demand, n_open, busy_share=0.0)

    assert_allclose(once.cover_share, never_busy.cover_share, atol=1e-9)
    fewest = fewest_posts(covers)
    reached = covers[fewest.posts].any(axis=0)
    assert (reached == covers.any(axis=0)).all()
    assert fewest.out_of_reach.tolist() == np.flatnonzero(~reached).tolist()
    if len(fewest.posts):
        one_less = maximal_cover(covers, demand, len(fewest.posts) - 1)
        everything = demand[reached].sum() / demand.sum()
        assert one_less.cover_share < everything - 1e-9


@pytest.mark.shared
@pytest.mark.parametrize(("n_open", "covered"), SF_COVER_5_KM.items())
def test_san_francisco_covered_as_published(shared_data, n_open, covered):
    metres, demand = san_francisco(shared_data / "dispatch/spopt_sf")

    found = maximal_cover(metres <= 5000, demand, n_open)

    assert_allclose(found.cover_share * demand.sum(), covered)
    assert found.is_proven


@pytest.mark.shared
def test_san_francisco_needs_as_many_stores_as_published(shared_data):
    metres, _ = san_francisco(shared_data / "dispatch/spopt_sf")

    found = fewest_posts(metres <= 8000)

    assert len(found.posts) == found.bound == SF_FEWEST_8_KM
    assert found.out_of_reach.size == 0
