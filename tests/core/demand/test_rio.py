"""Two years of real emergency calls, foretold as well as promised."""

import gzip

import numpy as np
import pytest

from xunfang.core.demand.counting import CellCounts
from xunfang.core.demand.forecast import fit
from xunfang.core.demand.judging import calibrate, mean_poisson_deviance

WEEKS = 104.0


@pytest.fixture(scope="module")
def calls(shared_data):
    """Calls by zone, weekday and half-hour, ``(76, 7, 48)``."""
    folder = shared_data / "dispatch" / "rio"
    with gzip.open(folder / "calls.dat.gz", "rt") as lines:
        rows = np.loadtxt(lines, dtype=np.int64, comments="END")
    n = np.zeros((76, 7, 48), dtype=np.int64)
    np.add.at(n, (rows[:, 2], rows[:, 1], rows[:, 0]), rows[:, 5])
    return n


@pytest.mark.shared
@pytest.mark.parametrize(("train_share", "goal"), [(0.75, 0.711), (0.25, 0.817)])
def test_calls_are_foretold_as_well_as_promised(calls, train_share, goal):
    """Thinned by lot, three times; the goal is for the mean (dispatch.md, 5.1 and 8)."""
    assert calls.sum() == 229_857
    deviances = []

    for seed in range(3):
        learnt = np.random.default_rng(seed).binomial(calls, train_share)
        days = np.full(calls.shape, WEEKS * train_share)
        forecast = fit(CellCounts(learnt.astype(float), days))
        expected = forecast.expected_per_day * WEEKS * (1 - train_share)
        deviances.append(mean_poisson_deviance(calls - learnt, expected))

        ratio = calibrate(calls - learnt, expected).ratio
        assert (abs(ratio[5:] - 1) < 0.06).all()

    assert np.mean(deviances) <= goal
