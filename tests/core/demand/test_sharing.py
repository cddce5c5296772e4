"""Shares of patrol time: floor, cap, and no runaway feedback."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from xunfang.core.demand.sharing import (
    PresenceUnknown,
    SharesImpossible,
    learn,
    patrol_shares,
)


def test_shares_follow_the_forecast_where_floor_and_cap_allow():
    assert_allclose(
        patrol_shares([6, 3, 1], floor_share=0.05, cap_share=0.7), [0.6, 0.3, 0.1]
    )


def test_what_the_cap_cuts_off_goes_to_the_others_in_proportion():
    """90:6:4 with at most .5 each: .5 is left for 6:4."""
    assert_allclose(
        patrol_shares([90, 6, 4], floor_share=0.0, cap_share=0.5), [0.5, 0.3, 0.2]
    )


def test_what_the_floor_takes_comes_from_the_others_in_proportion():
    """6:4:0 with at least .1 each: .9 is left for 6:4."""
    assert_allclose(
        patrol_shares([6, 4, 0], floor_share=0.1, cap_share=1.0), [0.54, 0.36, 0.1]
    )


def test_areas_of_which_nothing_is_expected_share_alike_what_others_may_not_take():
    assert_allclose(
        patrol_shares([5, 0, 0], floor_share=0.0, cap_share=0.5), [0.5, 0.25, 0.25]
    )


def test_a_forecast_of_nothing_at_all_patrols_alike():
    assert_allclose(
        patrol_shares([0, 0, 0, 0], floor_share=0.1, cap_share=[0.1, 1, 1, 1]),
        [0.1, 0.3, 0.3, 0.3],
    )


def test_each_case_has_its_own_level():
    assert_allclose(
        patrol_shares([[1, 3], [30, 1], [0, 0]], floor_share=0.1, cap_share=0.9),
        [[0.25, 0.75], [0.9, 0.1], [0.5, 0.5]],
    )


def test_a_quiet_area_beside_a_very_busy_one_loses_no_part_of_its_share():
    share = patrol_shares([32768, 0.001, 0], floor_share=0, cap_share=[0.5, 1, 0])

    assert_allclose(share, [0.5, 0.5, 0.0], rtol=0, atol=1e-15)


def test_a_single_area_has_it_all():
    assert patrol_shares([3.0], floor_share=0.0, cap_share=1.0).tolist() == [1.0]


@given(
    expected=st.lists(
        st.floats(0, 1e6) | st.just(0.0) | st.floats(1e-3, 10), min_size=1, max_size=9
    ),
    bounds=st.lists(
        st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=9, max_size=9
    ),
)
def test_shares_add_up_to_one_and_keep_floor_and_cap(expected, bounds):
    n_areas = len(expected)
    floor = np.array([min(pair) for pair in bounds[:n_areas]]) / n_areas
    cap = np.array([max(pair) for pair in bounds[:n_areas]])
    assume(cap.sum() >= 1 and (floor <= cap).all())

    share = patrol_shares(expected, floor_share=floor, cap_share=cap)

    assert share.sum() == pytest.approx(1, abs=1e-9)
    assert (share >= floor).all()
    assert (share <= cap).all()
    # Of two areas within their bounds the one with more expected has more.
    weight = np.array(expected)
    free = (share > floor + 1e-9) & (share < cap - 1e-9) & (weight > 1e-9)
    if free.sum() > 1:
        assert_allclose(
            share[free] / weight[free],
            np.full(free.sum(), share[free][0] / weight[free][0]),
            rtol=1e-6,
        )


@pytest.mark.parametrize(
    ("floor", "cap", "says"),
    [
        (0.4, 1.0, "floors add up to 1.200"),
        (0.0, 0.3, "caps add up to 0.900"),
        (0.3, 0.2, "above its cap"),
        (-0.1, 1.0, "negative"),
    ],
)
def test_bounds_that_cannot_be_kept_are_refused(floor, cap, says):
    with pytest.raises(SharesImpossible, match=says) as refused:
        patrol_shares([1, 2, 3], floor_share=floor, cap_share=cap)

    assert refused.value.code == "demand.shares_impossible"


@pytest.mark.parametrize("expected", [[], [-1.0, 2], [np.nan, 1]])
def test_a_forecast_that_cannot_be_is_a_bug(expected):
    with pytest.raises(ValueError, match=r"area|negative"):
        patrol_shares(expected, floor_share=0, cap_share=1)


def test_what_a_patrol_was_told_counts_by_its_share():
    """Two areas, patrolled .2 and .8: one event counts .5/.2 = 2.5 or .5/.8 = .625."""
    learnt = learn(
        [10, 10], reported=[1, 0], told_to_patrol=[1, 1], patrol_share=[0.2, 0.8]
    )

    assert_allclose(learnt, [13.5, 10.625])


def test_where_nobody_was_nothing_can_have_been_told():
    with pytest.raises(PresenceUnknown):
        learn([1, 1], told_to_patrol=[1, 0], patrol_share=[0, 1])

    assert learn([1, 1], reported=[1, 0], patrol_share=[0, 1]).tolist() == [2, 1]


@given(
    rates=st.lists(st.floats(0.01, 1), min_size=2, max_size=6),
    weights=st.lists(st.floats(0.05, 1), min_size=6, max_size=6),
)
def test_what_is_learnt_in_the_mean_does_not_depend_on_the_shares(rates, weights):
    """A patrol hears rate x share; a night then adds rate / n_areas, whatever the share."""
    share = np.array(weights[: len(rates)])
    share = share / share.sum()

    learnt = learn(
        np.zeros(len(rates)), told_to_patrol=rates * share, patrol_share=share
    )

    assert_allclose(learnt, np.array(rates) / len(rates))


N_DAYS, N_RUNS = 20_000, 40
OURS = np.array([True, False])[:, None, None, None]
FIRST_AREA = np.array([True, False])
RATES = np.array([[0.11, 0.10], [0.10, 0.10]])


@pytest.fixture(scope="module")
def long_run_share():
    """Share of patrols to the first area after 20,000 days of two areas and one patrol.

    Shape ``(way of learning, rates, run)``: first ours, then an urn that counts what the
    patrol was told as if it had been reported. All begin at 10 : 10. A patrol goes to one
    area a day, by lot with the shares, and is told of an event with the area's rate
    (Ensign et al. 2018, 4; runs of ``dispatch.md`` 5.3).
    """
    rng = np.random.default_rng(2018)
    learnt = np.full((2, len(RATES), N_RUNS, 2), 10.0)
    for _ in range(N_DAYS):
        share = patrol_shares(learnt, floor_share=0.05, cap_share=0.95)
        lot, luck = rng.random((2, *share.shape[:-1], 1))
        # The lot falls into the first area's stretch of [0, 1) or into the second's.
        there = (lot < share[..., :1]) == FIRST_AREA
        told = there & (luck < RATES[:, None, :])
        learnt = learn(
            learnt,
            told_to_patrol=told & OURS,
            reported=told & ~OURS,
            patrol_share=share,
        )
    return patrol_shares(learnt, floor_share=0.05, cap_share=0.95)[..., 0]


@pytest.mark.rule("CL-23")
def test_twenty_thousand_days_of_patrols_end_at_the_true_shares(long_run_share):
    truth = RATES[:, 0] / RATES.sum(axis=1)

    assert_allclose(truth, [0.524, 0.5], atol=5e-4)
    assert_allclose(long_run_share[0].mean(axis=1), truth, atol=0.02)
    assert (long_run_share[0].std(axis=1) < 0.02).all()


def test_the_same_days_run_away_when_what_patrols_hear_is_counted_plainly(
    long_run_share,
):
    """The test above would notice: here the runs end anywhere between .3 and .8."""
    truth = RATES[:, 0] / RATES.sum(axis=1)

    assert (long_run_share[1].std(axis=1) > 0.05).all()
    assert abs(long_run_share[1].mean(axis=1) - truth).max() > 0.02
