"""With no distances a city is a queue, and queues have formulas."""

import math
from dataclasses import replace

import numpy as np
import pytest

from tests.core.simulation.towns import square_city
from xunfang.core.simulation.calls import Calls
from xunfang.core.simulation.city import Fleet
from xunfang.core.simulation.figures import TOTALS, Total, measure
from xunfang.core.simulation.rules import Rules
from xunfang.core.simulation.run import simulate


def erlang_c(n_servers: int, load: float) -> float:
    """Share of calls that wait (Erlang 1917): all servers busy when they come."""
    last = load**n_servers / math.factorial(n_servers) / (1.0 - load / n_servers)
    before = sum(load**k / math.factorial(k) for k in range(n_servers))
    return last / (before + last)


def test_erlang_c_by_hand():
    """One server: the share that waits is its load. Two at load 1: 1/3."""
    assert erlang_c(1, 0.4) == pytest.approx(0.4)
    assert erlang_c(2, 1.0) == pytest.approx(1.0 / 3.0)


@pytest.mark.parametrize(("n_units", "load"), [(1, 0.5), (5, 3.5), (20, 14.0)])
def test_as_many_wait_as_erlang_says_and_as_long(n_units, load):
    city = square_city(n_side=2)
    still = replace(city, travel_s=np.zeros_like(city.travel_s))
    rng = np.random.default_rng(11)
    n, service_s = 600_000, 1800.0
    at_s = np.cumsum(rng.exponential(service_s / load, n))
    calls = Calls(
        at_s=at_s,
        place=rng.integers(0, still.n_places, n),
        class_=np.zeros(n, np.int64),
        priority=np.zeros(n, np.int64),
        service_s=rng.exponential(service_s, n),
        travel_factor=np.ones(n),
        class_names=("any",),
    )

    run = simulate(
        still,
        Fleet.always_on(np.zeros(n_units, np.int64)),
        calls,
        Rules(),
        demand=np.full((168, still.n_places), 1.0 / still.n_places),
    )

    found = measure(run, from_s=at_s[2_000], to_s=at_s[-1])
    waits = erlang_c(n_units, load)
    waited = found.totals[TOTALS.index(Total.WAITED_SHARE)]
    assert waited == pytest.approx(waits, rel=0.05)
    mean_s = waits * service_s / (n_units - load)
    assert found.by_group[0, 1] == pytest.approx(mean_s, rel=0.08)
    busy = found.totals[TOTALS.index(Total.BUSY_SHARE)]
    assert busy == pytest.approx(load / n_units, rel=0.02)
    # Little's law: as many wait as come in a time as long as they wait.
    queued = found.totals[TOTALS.index(Total.N_QUEUED)]
    assert queued == pytest.approx(load / service_s * mean_s, rel=0.1)
