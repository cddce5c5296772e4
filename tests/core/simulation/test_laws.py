"""What holds in every simulation, whatever the city, the calls and the rules."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.simulation.towns import rates, square_city
from xunfang.core.simulation.calls import draw_calls
from xunfang.core.simulation.city import Fleet
from xunfang.core.simulation.posting import table_of_posts
from xunfang.core.simulation.rules import (
    Moves,
    PatrolRule,
    Preemption,
    Relocation,
    Rules,
)
from xunfang.core.simulation.run import Run, simulate

DAY_S = 86_400.0
N_DAYS = 3

all_rules = st.builds(
    Rules,
    moves=st.sampled_from(Moves),
    relocation=st.builds(
        Relocation,
        busy_share=st.sampled_from([0.0, 0.3, 0.7]),
        min_gain=st.sampled_from([0.0, 0.01]),
        sent_per_h=st.sampled_from([0.0, 0.05]),
        cap_s_per_h=st.sampled_from([0.0, 600.0, 3600.0]),
        n_moves=st.integers(1, 3),
    ),
    preemption=st.none()
    | st.builds(
        Preemption,
        urgent_to=st.integers(0, 1),
        waits_from=st.just(2),
        min_gain_s=st.sampled_from([0.0, 60.0]),
    ),
    patrol=st.none() | st.builds(PatrolRule),
    spare_from=st.none() | st.integers(0, 2),
)


@st.composite
def fleets(draw, n_posts: int) -> Fleet:
    n_units = draw(st.integers(1, 6))
    home = np.array(
        draw(st.lists(st.integers(0, n_posts - 1), min_size=n_units, max_size=n_units))
    )
    if draw(st.booleans()):
        return Fleet.always_on(home)
    shifts = []
    for unit in range(n_units):
        begins = draw(st.integers(0, 23))
        length = draw(st.integers(1, 12))
        shifts.append((unit, float(begins), float(begins + length)))
    return Fleet.in_shifts(home, shifts, n_days=N_DAYS)


def _simulated(data: st.DataObject) -> Run:
    city = square_city(n_side=4, turnout_s=30.0, rush_factor=1.5, target_s=250.0)
    rules = data.draw(all_rules)
    fleet = data.draw(fleets(city.n_posts))
    expected = rates(city, per_day=data.draw(st.sampled_from([5.0, 60.0, 400.0])))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    calls = draw_calls(expected, n_days=N_DAYS, rng=rng)
    demand = expected.demand_by_hour()
    n_wanted = None
    if rules.moves is Moves.TABLE:
        n_wanted = table_of_posts(
            city, demand.mean(axis=0), n_units=fleet.n_units, busy_share=0.3
        )
    return simulate(city, fleet, calls, rules, demand=demand, n_wanted=n_wanted)


@settings(max_examples=150)
@given(st.data())
def test_every_call_is_served_once_or_still_waits(data):
    run = _simulated(data)
    sent = run.sendings

    served = sent.call[np.isfinite(sent.arrived_s)]
    assert len(np.unique(served)) == len(served)
    open_ = set(range(len(run.calls))) - set(served.tolist())
    under_way = set(sent.call[~sent.turned & np.isnan(sent.arrived_s)].tolist())
    n_waiting = len(open_) - len(under_way)
    assert under_way <= open_
    assert n_waiting >= 0
    # Who was turned round never arrived; the call had another sending, or still waits.
    assert not (sent.turned & np.isfinite(sent.arrived_s)).any()
    # Each call has at most one sending that was not turned round.
    kept = sent.call[~sent.turned]
    assert len(np.unique(kept)) == len(kept)


@settings(max_examples=150)
@given(st.data())
def test_no_unit_serves_two_calls_at_once_and_times_only_grow(data):
    run = _simulated(data)
    sent = run.sendings

    assert (np.diff(sent.sent_s) >= 0.0).all()
    assert (sent.sent_s >= run.calls.at_s[sent.call]).all()
    there = np.isfinite(sent.arrived_s)
    assert (sent.arrived_s[there] >= sent.sent_s[there]).all()
    done = there & np.isfinite(sent.ended_s)
    np.testing.assert_allclose(
        sent.ended_s[done] - sent.arrived_s[done],
        run.calls.service_s[sent.call[done]],
        rtol=0.0,
        atol=1e-6,
    )
    for unit in range(run.fleet.n_units):
        mine = np.flatnonzero(sent.unit == unit)
        ends = sent.ended_s[mine[:-1]]
        assert np.isfinite(ends).all()
        assert (sent.sent_s[mine[1:]] >= ends).all()
    assert (run.driven_m >= 0.0).all()
    on_duty = run.ticks[:, 1:4].sum(axis=1)
    assert (on_duty <= run.fleet.n_units).all()
    assert (run.ticks[:, 5] <= 1.0 + 1e-9).all()


@settings(max_examples=40)
@given(st.data())
def test_nobody_waits_while_an_older_call_of_the_same_priority_is_passed_over(data):
    run = _simulated(data)
    calls, sent = run.calls, run.sendings

    first_sent_s = np.full(len(calls), np.inf)
    np.minimum.at(first_sent_s, sent.call, sent.sent_s)
    for priority in range(3):
        mine = first_sent_s[calls.priority == priority]
        # Of one priority the first to come is the first to be sent to.
        assert (mine[1:] >= mine[:-1]).all()


@settings(max_examples=25)
@given(st.integers(0, 2**32))
def test_one_unit_more_is_never_worse_where_travel_takes_no_time(seed):
    city = square_city(n_side=2)
    still = replace(city, travel_s=np.zeros_like(city.travel_s))
    expected = rates(still, per_day=180.0)
    calls = draw_calls(expected, n_days=2, rng=np.random.default_rng(seed))
    demand = expected.demand_by_hour()

    few, more = (
        simulate(
            still,
            Fleet.always_on(np.zeros(n, np.int64)),
            replace(calls, priority=np.zeros_like(calls.priority)),
            Rules(),
            demand=demand,
        )
        for n in (4, 5)
    )

    assert (more.response_s() <= few.response_s() + 1e-6).all()
