"""Intervals hold what they promise; comparisons use the same calls."""

import numpy as np
import pytest

from tests.core.simulation.towns import rates, square_city
from xunfang.core.simulation.calls import draw_calls
from xunfang.core.simulation.city import Fleet
from xunfang.core.simulation.figures import (
    DAY_S,
    Group,
    GroupKind,
    Measure,
    Total,
    busy_by_hour,
    measure,
)
from xunfang.core.simulation.intervals import estimate, paired
from xunfang.core.simulation.posting import best_posts, expected_busy_share
from xunfang.core.simulation.rules import Rules
from xunfang.core.simulation.run import simulate
from xunfang.core.simulation.trials import N_BATCHES, Candidate, compare, try_out


def test_interval_by_hand():
    """1, 2, 3, 4: mean 2.5, s = 1.2910, error 0.6455, t(3, 0.975) = 3.1824."""
    found = estimate(np.array([1.0, 2.0, 3.0, 4.0]))

    assert found.mean == 2.5
    assert found.half_width == pytest.approx(3.1824 * 1.2910 / 2.0, rel=1e-4)
    assert found.n == 4


def test_without_repetition_there_is_no_interval():
    found = estimate(np.array([7.0, np.nan]))

    assert (found.mean, found.low, found.high, found.n) == (7.0, None, None, 1)


def test_what_both_have_in_common_falls_out():
    rng = np.random.default_rng(1)
    noise = rng.normal(0.0, 100.0, 10)

    found = paired(noise, noise - 1.0)

    assert found.mean == pytest.approx(-1.0)
    assert found.half_width == pytest.approx(0.0, abs=1e-9)


def test_nineteen_of_twenty_intervals_hold_the_truth():
    rng = np.random.default_rng(3)
    held = 0
    for _ in range(2000):
        found = estimate(rng.normal(5.0, 2.0, 6))
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 5.0 <= found.high

    assert held / 2000 == pytest.approx(0.95, abs=0.015)


@pytest.fixture(scope="module")
def tried():
    city = square_city(turnout_s=30.0, rush_factor=1.4)
    expected = rates(city, per_day=200.0)
    demand = expected.per_hour.sum(axis=(0, 1))
    demand /= demand.sum()
    q = expected_busy_share(city, expected, n_units=8)
    anywhere = Fleet.always_on(np.arange(8))
    best = Fleet.always_on(best_posts(city, demand, n_units=8, busy_share=q))

    def of(n_repetitions: int):
        return try_out(
            city,
            [Candidate("anywhere", anywhere), Candidate("best", best)],
            lambda rng: draw_calls(expected, n_days=41, rng=rng),
            demand=expected.demand_by_hour(),
            rng=np.random.default_rng(5),
            n_repetitions=n_repetitions,
            from_s=DAY_S,
            to_s=41 * DAY_S,
        )

    return of(1), of(4)


def test_good_posts_are_better_and_pairs_tell_it_sharper(tried):
    _, (anywhere, best) = tried

    found = compare(anywhere, best)

    assert found.late_share.high is not None
    assert found.late_share.high < 0.0
    assert found.late_change.mean < -0.1
    width = found.late_share.half_width
    alone = [t.of(Measure.LATE_SHARE).half_width for t in (anywhere, best)]
    assert width is not None
    assert width < np.hypot(*(w or 0.0 for w in alone))


def test_one_long_run_is_cut_into_batches(tried):
    (alone, _), (repeated, _) = tried

    assert len(alone.observations) == N_BATCHES
    assert len(repeated.observations) == 4
    one, many = alone.of(Measure.LATE_SHARE), repeated.of(Measure.LATE_SHARE)
    assert one.mean == pytest.approx(many.mean, abs=0.03)
    assert one.half_width is not None
    assert one.half_width > 0.0


def test_groups_add_up_to_all(tried):
    _, (trial, _) = tried
    figures = trial.whole[0]

    for kind in (GroupKind.CLASS, GroupKind.AREA, GroupKind.HOUR):
        rows = [n for n, g in enumerate(figures.groups) if g.kind is kind]
        n_calls = figures.by_group[rows, 0]
        late = np.nan_to_num(figures.by_group[rows, 4])
        assert n_calls.sum() == figures.by_group[0, 0]
        share = (n_calls * late).sum() / n_calls.sum()
        assert share == pytest.approx(figures.by_group[0, 4])
    assert trial.of(Measure.N_CALLS, Group(GroupKind.HOUR, "09")).mean > 0


def test_busy_is_what_calls_take(tried):
    _, (trial, _) = tried
    expected = expected_busy_share(
        square_city(turnout_s=30.0, rush_factor=1.4),
        rates(square_city(), per_day=200.0),
        n_units=8,
    )

    assert trial.total(Total.BUSY_SHARE).mean == pytest.approx(expected, rel=0.2)


def test_nobody_came_is_late_and_has_no_time():
    city = square_city()
    expected = rates(city, per_day=50.0)
    calls = draw_calls(expected, n_days=2, rng=np.random.default_rng(1))
    nobody = Fleet(np.array([0]), np.array([0]), np.array([9e8]), np.array([1e9]))

    run = simulate(city, nobody, calls, Rules(), demand=expected.demand_by_hour())

    found = measure(run, from_s=0.0, to_s=2 * DAY_S)
    n, mean_s, _, _, late, n_unserved = found.by_group[0].tolist()
    assert (late, n_unserved) == (1.0, n)
    assert np.isnan(mean_s)
    assert busy_by_hour(run, from_s=0.0, to_s=DAY_S).tolist() == [0.0] * 24
