"""Posts that are nearest in sum."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose

from tests.core.dispatching.cities import SF_MEDIAN, or_library, san_francisco
from xunfang.core.dispatching.median import exact_median, p_median

# Six houses on one road at 0, 1, 2, 10, 11 and 12: any of them may be a post.
ROAD = np.array([0.0, 1.0, 2.0, 10.0, 11.0, 12.0])
APART = np.abs(ROAD[:, None] - ROAD[None])


@pytest.mark.parametrize(
    ("n_open", "sites", "cost"),
    [(1, [2], 30.0), (2, [1, 4], 4.0), (6, [0, 1, 2, 3, 4, 5], 0.0)],
)
def test_posts_on_a_road(n_open, sites, cost, rng):
    """One post: at 2, 2 + 1 + 8 + 9 + 10 = 30. Two: in the middle of each three."""
    found = p_median(APART, n_open, rng=rng)

    assert found.sites.tolist() == sites
    assert (found.cost, found.bound, found.is_proven) == (cost, cost, True)
    assert_allclose(APART[np.arange(6), found.site_of].sum(), cost)


@pytest.fixture
def rng():
    return np.random.default_rng(4)


@pytest.mark.parametrize(
    ("cost", "n_open"),
    [
        (np.full((2, 2), np.inf), 1),
        (-APART, 1),
        (np.full((2, 2), np.nan), 1),
        (ROAD, 1),
        (APART, 0),
        (APART, 7),
    ],
)
def test_what_makes_no_sense_is_refused(cost, n_open, rng):
    with pytest.raises(ValueError, match=r"cost must be|n_open must be"):
        p_median(cost, n_open, rng=rng)


costs = st.tuples(st.integers(1, 8), st.integers(2, 7)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=st.integers(0, 50))
)


@given(costs, st.integers(1, 7), st.booleans(), st.integers(0, 9))
def test_a_median_is_best_of_all_choices_and_never_below_its_bounds(
    cost, n_open, is_proven_by_highs, seed
):
    n_open = min(n_open, cost.shape[1])
    best = min(
        cost[:, list(sites)].min(axis=1).sum()
        for sites in combinations(range(cost.shape[1]), n_open)
    )

    found = p_median(
        cost,
        n_open,
        rng=np.random.default_rng(seed),
        prove_up_to=10_000 if is_proven_by_highs else 0,
    )

    relaxed = exact_median(cost, n_open, relaxed=True)
    assert relaxed.objective <= found.cost + 1e-6
    assert found.bound <= best
    # So few sites: the exchanges find the best by themselves.
    assert found.cost == best
    assert found.is_proven or not is_proven_by_highs
    assert len(np.unique(found.sites)) == n_open


@given(costs, st.integers(0, 9))
def test_the_compiled_search_finds_what_plain_python_finds(cost, seed):
    from xunfang.core.dispatching import median  # noqa: PLC0415 -- its inner doors

    n_open = max(2, cost.shape[1] // 2)
    if n_open >= cost.shape[1]:
        return
    nearest = np.argsort(cost, axis=1, kind="stable")
    start = np.arange(n_open)

    compiled = median._search(cost, nearest, start, 5, 0.0, np.random.default_rng(seed))
    plain = median._search.py_func(
        cost, nearest, start, 5, 0.0, np.random.default_rng(seed)
    )

    assert compiled.tolist() == plain.tolist()


def test_a_larger_town_is_within_a_thousandth_of_its_bound(rng):
    """300 places and as many sites on a square, 20 to open: too large for HiGHS."""
    at = rng.random((300, 2))
    apart = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1))

    found = p_median(apart, 20, rng=rng)

    assert found.bound <= found.cost <= 1.001 * found.bound
    again = p_median(apart, 20, rng=np.random.default_rng(5))
    assert again.cost <= 1.001 * found.bound


@pytest.mark.shared
@pytest.mark.parametrize("name", ["pmed1", "pmed5", "pmed10", "pmed30"])
def test_or_library_within_a_thousandth(shared_data, name, rng):
    distance, n_open, optimum = or_library(shared_data / "dispatch/orlib", name)

    found = p_median(distance, n_open, rng=rng)

    assert found.bound <= optimum <= found.cost <= 1.001 * optimum


@pytest.mark.shared
@pytest.mark.parametrize(("n_open", "optimum"), SF_MEDIAN.items())
def test_san_francisco_as_published(shared_data, n_open, optimum, rng):
    metres, demand = san_francisco(shared_data / "dispatch/spopt_sf")

    found = p_median((metres * demand).T, n_open, rng=rng)

    assert_allclose(found.cost, optimum, rtol=1e-11)
    assert found.is_proven
