"""The simulator and SimPy tell the same story."""

import numpy as np
import pytest

from tests.core.simulation.simpy_oracle import Oracle
from tests.core.simulation.towns import rates, square_city
from xunfang.core.simulation.calls import draw_calls
from xunfang.core.simulation.city import Fleet
from xunfang.core.simulation.rules import Moves, Preemption, Relocation, Rules
from xunfang.core.simulation.run import simulate

N_UNITS = 12


def _shifts(n_posts: int, n_days: int) -> Fleet:
    home = np.arange(N_UNITS) % n_posts
    shifts = [
        period
        for unit in range(N_UNITS)
        for period in (
            [(unit, 7.0, 13.0), (unit, 13.5, 19.25)]
            if unit % 2
            else [(unit, 19.0, 31.1), (unit, 11.0, 15.0)]
        )
    ]
    return Fleet.in_shifts(home, shifts, n_days=n_days)


@pytest.mark.parametrize(
    ("rules", "per_day", "in_shifts"),
    [
        (Rules(), 250.0, False),
        (Rules(), 450.0, True),
        (Rules(preemption=Preemption(min_gain_s=30.0)), 420.0, True),
        (
            Rules(
                moves=Moves.FREED,
                relocation=Relocation(busy_share=0.35, min_gain=0.002),
                preemption=Preemption(),
            ),
            300.0,
            True,
        ),
        (
            Rules(
                moves=Moves.ALWAYS,
                relocation=Relocation(busy_share=0.35, sent_per_h=2.0),
                preemption=Preemption(),
            ),
            250.0,
            True,
        ),
    ],
    ids=[
        *("closest", "closest, shifts, queues", "turned round"),
        *("freed units move", "waiting units move"),
    ],
)
def test_every_arrival_is_simpys(rules, per_day, in_shifts):
    city = square_city(turnout_s=45.0, rush_factor=1.4)
    expected = rates(city, per_day=per_day)
    n_days = 12
    calls = draw_calls(expected, n_days=n_days, rng=np.random.default_rng(3))
    fleet = (
        _shifts(city.n_posts, n_days + 2)
        if in_shifts
        else Fleet.always_on(np.arange(N_UNITS) % city.n_posts)
    )
    demand = expected.demand_by_hour()
    until_s = (n_days + 1) * 86_400.0

    run = simulate(city, fleet, calls, rules, demand=demand, until_s=until_s)

    oracle = Oracle(city, fleet, calls, rules, demand)
    np.testing.assert_allclose(
        run.arrived_s, oracle.run(until_s), rtol=0.0, atol=1e-6, equal_nan=True
    )
    sent = list(
        zip(run.sendings.call.tolist(), run.sendings.unit.tolist(), strict=True)
    )
    assert sent == [(call, unit) for call, unit, _ in oracle.sent]
    assert run.sendings.turned.any() == (rules.preemption is not None)
