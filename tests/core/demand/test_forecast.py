"""What is expected of each cell: between its own days and the model's."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose
from scipy.stats import nbinom, poisson

from xunfang.core.demand.counting import CellCounts, count_events, day_types
from xunfang.core.demand.events import read_events
from xunfang.core.demand.forecast import (
    INTERACTIONS,
    SEPARABLE,
    Forecast,
    NothingToForecast,
    Predicted,
    fit,
    shrink,
)
from xunfang.core.demand.judging import mean_poisson_deviance

SHAPE = (3, 7, 6)

some_counts = st.builds(
    lambda n, days: CellCounts(np.where(days > 0, n, 0).astype(float), days * 1.0),
    arrays(np.int64, SHAPE, elements=st.sampled_from([0, 0, 0, 1, 2, 9])),
    arrays(np.int64, SHAPE, elements=st.sampled_from([0, 1, 5, 26, 26])),
)


def _even(n: np.ndarray, days: float = 26.0) -> CellCounts:
    return CellCounts(n.astype(float), np.full(n.shape, days))


def test_a_cell_is_drawn_towards_the_model_by_its_own_days():
    """4 events in 10 weeks, the model says .1 a week, worth 30 weeks: (4 + 3)/(10 + 30)."""
    assert shrink(np.array([4.0]), np.array([10.0]), np.array([0.1]), 30.0) == 0.175


@settings(max_examples=40)
@given(counts=some_counts)
def test_every_cell_lies_between_its_own_days_and_the_model(counts):
    if not counts.n.sum():
        with pytest.raises(NothingToForecast):
            fit(counts)
        return

    forecast = fit(counts)

    model, expected = forecast.modelled_per_day, forecast.expected_per_day
    own = np.where(counts.days > 0, counts.n / np.maximum(counts.days, 1), model)
    assert (expected >= np.minimum(own, model) - 1e-12).all()
    assert (expected <= np.maximum(own, model) + 1e-12).all()
    assert (expected > 0).all()
    # The model keeps the total of all events.
    assert (counts.days * model).sum() == pytest.approx(counts.n.sum())


@settings(max_examples=20)
@given(counts=some_counts, seed=st.integers(0, 1000))
def test_the_order_of_places_changes_nothing(counts, seed):
    if not counts.n.sum():
        return
    order = np.random.default_rng(seed).permutation(SHAPE[0])

    one = fit(counts)
    other = fit(CellCounts(counts.n[order], counts.days[order]))

    # Sums in another order differ in the last bits, and may tip a choice between two
    # that do equally well.
    assume((one.choices, one.strength_days) == (other.choices, other.strength_days))
    assert_allclose(one.expected_per_day[order], other.expected_per_day, rtol=1e-4)


def test_the_same_counts_give_the_same_forecast_to_the_bit():
    n = np.random.default_rng(1).poisson(0.4, (5, 7, 48))

    one, other = fit(_even(n)), fit(_even(n))

    assert (one.expected_per_day == other.expected_per_day).all()
    assert one.choices == other.choices


def test_places_with_one_week_in_common_are_seen_to_have_one():
    """Truth is separable: the model finds it, and keeps cells close to itself."""
    rng = np.random.default_rng(7)
    place = rng.gamma(1.0, 1.0, (40, 1, 1))
    week = rng.gamma(5.0, 0.2, (1, 7, 1)) * (
        1.2 + np.sin(np.arange(48) / 48 * 2 * np.pi)[None, None, :]
    )
    truth = 0.05 * place * week
    n = rng.poisson(truth * 52)

    forecast = fit(_even(n, 52.0))

    assert forecast.strength_days >= 1000
    raw = mean_poisson_deviance(truth, np.maximum(n / 52, 1e-3))
    ours = mean_poisson_deviance(truth, forecast.expected_per_day)
    assert ours < 0.05 * raw


def test_cells_that_are_themselves_are_left_to_themselves():
    """Many events, no pattern: each cell's own count is the best guess, and is taken."""
    rng = np.random.default_rng(7)
    truth = rng.gamma(1.0, 5.0, (10, 7, 24))
    n = rng.poisson(truth * 200)

    forecast = fit(_even(n, 200.0))

    assert forecast.strength_days == 30
    assert_allclose(forecast.expected_per_day.sum(), n.sum() / 200, rtol=0.02)


def test_the_night_markets_own_day_is_learnt():
    """Two places as busy, one by day and one by night: the separable model cannot say."""
    rng = np.random.default_rng(5)
    hour = np.arange(48) / 2
    by_day = np.exp(-0.5 * ((hour - 11) / 2) ** 2)
    by_night = np.exp(-0.5 * ((hour - 21) / 2) ** 2)
    truth = 0.2 * np.stack([by_day, by_night] * 3)[:, None, :] * np.ones((1, 7, 1))
    n = rng.poisson(truth * 26)

    separable, ours = fit(_even(n), interactions=()), fit(_even(n))

    assert ours.choices[4].factor == "place x time"
    assert mean_poisson_deviance(truth, ours.modelled_per_day) < 0.1 * (
        mean_poisson_deviance(truth, separable.modelled_per_day)
    )


def test_a_place_covered_by_night_only_is_not_thought_busy():
    """Both places have the same rate; nights are four times as busy as days. B's data
    are of nights only, and only half as long: the model must not call it busier."""
    rate = np.where(np.arange(48) < 12, 0.8, 0.2) * np.ones((2, 7, 1))
    days = np.full(rate.shape, 100.0)
    days[1] = 50.0
    days[1, :, 12:] = 0.0

    forecast = fit(CellCounts(rate * days, days))

    assert_allclose(forecast.expected_per_day[1], rate[1], rtol=0.06)


def test_a_new_type_of_day_is_expected_to_be_like_the_mean_day():
    """No festival in the data yet: no event, no day, and yet a sensible answer."""
    rng = np.random.default_rng(3)
    n = np.concatenate(
        [rng.poisson(2.0, (4, 7, 24)), np.zeros((4, 1, 24), dtype=int)], axis=1
    )
    days = np.full(n.shape, 20.0)
    days[:, 7] = 0

    forecast = fit(CellCounts(n.astype(float), days))

    mean_day = (forecast.modelled_per_day[:, :7].mean(axis=1)).sum()
    assert forecast.modelled_per_day[:, 7].sum() == pytest.approx(mean_day, rel=0.02)
    week_with_festival = np.array([1.0] * 7 + [1.0])[:, None]
    assert (forecast.predict(week_with_festival).variance > 0).all()


def test_a_place_without_an_event_is_not_thought_safe():
    n = np.zeros((20, 7, 48), dtype=int)
    n[:19] = np.random.default_rng(2).poisson(0.1, (19, 7, 48))

    forecast = fit(_even(n))

    quiet = forecast.expected_per_day[19].sum()
    assert 0 < quiet < forecast.expected_per_day[:19].sum(axis=(1, 2)).min()


def test_from_rows_to_a_friday_night():
    """Three events each Friday at nine at P1 for twenty weeks: some three are expected."""
    first = datetime(2026, 1, 2, 21, tzinfo=UTC)
    rows = [
        first + timedelta(weeks=week, minutes=7 * n)
        for week in range(20)
        for n in range(3)
    ]
    events = read_events(
        {
            "place": ["P1"] * 60,
            "at": rows,
            "class_code": ["noise"] * 60,
            "source": ["resident"] * 60,
            "link": ["first"] * 60,
        },
        places=("P1", "P2"),
        zone=UTC,
    )
    days = day_types(date(2026, 1, 1), date(2026, 5, 20))

    forecast = fit(count_events(events, days, n_places=2))

    one_friday = (np.arange(7) == 4)[:, None].astype(float)
    at_p1 = np.zeros((2, 1, 1), dtype=bool)
    at_p1[0] = True
    night = forecast.predict(one_friday, where=at_p1)
    assert night.mean == pytest.approx(3, rel=0.2)
    low, high = night.interval(0.9)
    assert (low, high) == (0, 6)


def test_no_event_and_no_day_are_refused():
    for counts in (
        _even(np.zeros(SHAPE)),
        CellCounts(np.zeros(SHAPE), np.zeros(SHAPE)),
    ):
        with pytest.raises(NothingToForecast) as refused:
            fit(counts)

        assert refused.value.code == "demand.nothing_to_forecast"


def test_a_prediction_adds_up_its_cells():
    """Two cells, .5 and .25 a day, 20 days known, 10 to come: 7.5 expected.

    Variance 5 (1 + 10/20) + 2.5 (1 + 10/20) = 11.25.
    """
    counts = CellCounts(np.array([[[10.0, 5.0]]]), np.full((1, 1, 2), 20.0))
    forecast = Forecast(counts, np.array([[[0.5, 0.25]]]), 100.0, ())

    total = forecast.predict(10.0, where=np.ones((1, 1, 2), dtype=bool))
    nothing = forecast.predict(0.0)

    assert (float(total.mean), float(total.variance)) == pytest.approx((7.5, 11.25))
    assert [bound.tolist() for bound in nothing.interval()] == [[[[0.0, 0.0]]]] * 2


@given(
    mean=st.floats(0.001, 500),
    excess=st.floats(0.001, 20),
    share=st.sampled_from([0.5, 0.8, 0.9, 0.99]),
)
def test_intervals_are_those_of_the_negative_binomial(mean, excess, share):
    low, high = Predicted(np.array(mean), np.array(mean * (1 + excess))).interval(share)

    chance = 1 / (1 + excess)
    law = nbinom(mean * chance / (1 - chance), chance)
    tail = (1 - share) / 2
    for bound, quantile in ((low, tail), (high, 1 - tail)):
        # Either side of a step of the distribution, rounding decides.
        assert law.cdf(bound) >= quantile - 1e-9
        assert bound == 0 or law.cdf(bound - 1) < quantile + 1e-9


@given(mean=st.floats(0.001, 500))
def test_without_doubt_about_the_rate_intervals_are_poissons(mean):
    low, high = Predicted(np.array(mean), np.array(mean)).interval(0.9)

    assert (low, high) == tuple(poisson(mean).ppf([0.05, 0.95]))


def test_intervals_hold_what_comes_as_often_as_they_say():
    rng = np.random.default_rng(11)
    truth = 0.5 * rng.gamma(2.0, 0.5, (400, 1, 1)) * rng.gamma(4.0, 0.25, (1, 7, 12))
    forecast = fit(_even(rng.poisson(truth * 26)))
    came = rng.poisson(truth * 4)

    low, high = forecast.predict(4.0).interval(0.9)
    by_place = [
        forecast.predict(4.0, where=np.arange(400)[:, None, None] == place).interval(
            0.9
        )
        for place in range(400)
    ]

    within = (came >= low) & (came <= high)
    totals = came.sum(axis=(1, 2))
    places_within = [
        bounds[0] <= total <= bounds[1]
        for bounds, total in zip(by_place, totals, strict=True)
    ]
    assert 0.9 <= within.mean() <= 0.98
    assert 0.87 <= np.mean(places_within) <= 0.95


def test_the_interactions_are_named_after_the_separable_model():
    assert [factor.name for factor in SEPARABLE + INTERACTIONS] == [
        "place",
        "time",
        "type",
        "type x time",
        "place x time",
        "place x type",
    ]
