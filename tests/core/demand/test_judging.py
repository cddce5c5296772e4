"""How good a forecast was, by hand and by law."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose

from xunfang.core.demand.judging import (
    PlaceChoice,
    calibrate,
    judge_choice,
    mean_poisson_deviance,
)

counts = arrays(np.float64, 12, elements=st.integers(0, 30).map(float))
expectations = arrays(np.float64, 12, elements=st.floats(0.01, 30))


def test_deviance_worked_by_hand():
    """n = 0, 2 where 1, 1 were expected.

    2 (0 - 0 + 1) = 2;  2 (2 ln 2 - 2 + 1) = 0.77259;  mean 1.38629 = 2 ln 2.
    """
    assert mean_poisson_deviance([0, 2], [1, 1]) == pytest.approx(2 * np.log(2))


def test_an_event_that_was_held_impossible_is_infinitely_bad():
    assert mean_poisson_deviance([0, 1], [0, 0]) == np.inf
    assert mean_poisson_deviance([0, 0], [0, 0]) == 0


@given(expected=expectations)
def test_a_perfect_forecast_has_no_deviance(expected):
    assert mean_poisson_deviance(expected, expected) == pytest.approx(0, abs=1e-12)


@given(observed=counts, expected=expectations)
def test_deviance_is_never_negative_and_the_mean_is_the_best_constant(
    observed, expected
):
    assert mean_poisson_deviance(observed, expected) >= -1e-12
    if observed.sum():
        best = mean_poisson_deviance(observed, np.full(12, observed.mean()))
        other = mean_poisson_deviance(observed, np.full(12, expected[0]))
        assert best <= other + 1e-9


def test_calibration_adds_up_by_tenths():
    expected = np.arange(20, 0, -1) / 10
    observed = np.round(expected)

    found = calibrate(observed, expected)

    assert_allclose(found.expected[[0, 9]], [0.3, 3.9])
    assert_allclose(found.observed[[0, 9]], [0.0, 4.0])
    assert_allclose(found.ratio[9], 4 / 3.9)
    assert found.observed.sum() == observed.sum()


def test_calibration_of_what_nobody_expected_is_unknown():
    assert np.isnan(calibrate([0, 0], [0, 0], n_groups=2).ratio).all()


def test_a_choice_of_places_worked_by_hand():
    """Four places of 1 km², half of the ground: the forecast chooses A and B.

    There came 3 of 10 events; the best choice, C and B, holds 9. On equal ground by lot
    half of them would come: PAI .3/.5 = .6, the oracle's .9/.5 = 1.8, PEI 3/9.
    """
    found = judge_choice([1, 2, 7, 0], [9, 8, 1, 0], area_km2=[1] * 4, area_share=0.5)

    assert found == PlaceChoice(area_share=0.5, hit_share=0.3, oracle_share=0.9)
    assert found.pai == pytest.approx(0.6)
    assert found.oracle_pai == pytest.approx(1.8)
    assert found.pei == pytest.approx(1 / 3)


def test_ground_is_equal_to_the_last_part_of_a_place():
    """3 km² and 1 km² with as much expected: the denser first, then a third of the other."""
    found = judge_choice([6, 2], [4, 4], area_km2=[3, 1], area_share=0.5)

    assert found.hit_share == pytest.approx((2 + 6 / 3) / 8)


def test_a_forecast_that_says_nothing_does_as_well_as_the_lot():
    found = judge_choice([5, 1, 0, 2], [1, 1, 1, 1], area_km2=[1] * 4, area_share=0.25)

    assert found.pai == pytest.approx(1)


@given(observed=counts, expected=expectations, share=st.floats(0.05, 1))
def test_nobody_does_better_than_the_oracle_and_all_ground_holds_all(
    observed, expected, share
):
    observed = observed + 1
    area = np.linspace(0.5, 2, 12)

    found = judge_choice(observed, expected, area_km2=area, area_share=share)
    oracle = judge_choice(observed, observed, area_km2=area, area_share=share)
    whole = judge_choice(observed, expected, area_km2=area, area_share=1)

    assert found.pei <= 1 + 1e-9
    assert oracle.pei == pytest.approx(1)
    assert whole.hit_share == pytest.approx(1)


@pytest.mark.parametrize(
    "judge",
    [
        lambda: mean_poisson_deviance([1, 2], [1]),
        lambda: mean_poisson_deviance([], []),
        lambda: mean_poisson_deviance([-1], [1]),
        lambda: mean_poisson_deviance([1], [np.nan]),
        lambda: calibrate([1, 2], [1, 2], n_groups=3),
        lambda: judge_choice([1, 2], [1, 2], area_km2=[1], area_share=0.5),
        lambda: judge_choice([1, 2], [1, 2], area_km2=[1, 0], area_share=0.5),
        lambda: judge_choice([1, 2], [1, 2], area_km2=[1, 1], area_share=0),
        lambda: judge_choice([0, 0], [1, 2], area_km2=[1, 1], area_share=0.5),
    ],
)
def test_what_cannot_be_judged_is_a_bug(judge):
    with pytest.raises(ValueError, match=r"."):
        judge()
