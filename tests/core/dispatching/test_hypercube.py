"""How busy units will be: states of all units, and Larson's approximation."""

from math import factorial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from tests.core.dispatching.cities import larson
from xunfang.core.dispatching.hypercube import (
    NotSettled,
    Overloaded,
    Streams,
    approximate,
    busy_distribution,
    correction_factors,
    erlang_b,
    erlang_c,
    exact,
)

TWO = Streams(np.array([0.5, 0.5]), np.array([[0, 1], [1, 0]]))


def test_two_units_each_with_half_the_town():
    """Rate 1, each clears 1 an hour, nobody waits: states 0, 1, 2 busy as 1 : 1 : 1/2,
    so 0.4, 0.4, 0.2; each is busy 0.2 + 0.2. Its own half it takes if it is free, the
    other's in the state in which only the other is busy."""
    found = exact(TWO, calls_per_h=np.ones(2), queue=False)

    assert_allclose(found.busy_share, [0.4, 0.4])
    assert_allclose(found.sent_share, [[0.6, 0.2], [0.2, 0.6]])
    assert_allclose(found.all_busy_share, 0.2)


def test_a_slow_unit_is_busy_longer():
    """One unit asked first, clearing one call in two hours: rate 1 against 0.5, busy
    2/3 of the time if nobody waits, whoever comes second."""
    streams = Streams(np.array([1.0]), np.array([[0, 1]]))

    found = exact(streams, calls_per_h=np.array([0.5, 3.0]), queue=False)

    assert_allclose(found.busy_share[0], 2 / 3)
    # Flow out of unit 1 equals flow into it.
    assert_allclose(found.busy_share[1] * 3.0, found.sent_share[0, 1])


@pytest.mark.parametrize(
    ("rate", "preference"),
    [([1.0, 1.0], [[0, 1]]), ([-1.0], [[0]]), ([0.0], [[0]]), ([1.0], [[0, 0]])],
)
def test_streams_that_make_no_sense_are_refused(rate, preference):
    with pytest.raises(ValueError, match=r"rate must|each preference"):
        Streams(np.array(rate), np.array(preference))


def test_more_calls_than_units_can_clear_are_refused_where_they_would_wait():
    with pytest.raises(Overloaded):
        exact(TWO, calls_per_h=np.array([0.5, 0.5]), queue=True)
    with pytest.raises(Overloaded):
        approximate(TWO, calls_per_h=0.5, queue=True)
    with pytest.raises(Overloaded):
        erlang_c(2, 2.0)
    assert exact(TWO, calls_per_h=np.array([0.5, 0.5]), queue=False).all_busy_share > 0


def test_what_makes_no_sense_is_refused():
    many = Streams(np.ones(1), np.arange(16)[None])

    with pytest.raises(ValueError, match="too many"):
        exact(many, calls_per_h=np.ones(16), queue=False)
    with pytest.raises(ValueError, match="calls_per_h"):
        exact(TWO, calls_per_h=np.zeros(2), queue=False)
    with pytest.raises(ValueError, match="calls_per_h"):
        approximate(TWO, calls_per_h=0.0, queue=False)


def test_an_approximation_that_keeps_moving_says_so():
    with pytest.raises(NotSettled):
        approximate(TWO, calls_per_h=1.0, queue=False, settled=-1.0, max_rounds=5)


def _erlang_b_written_out(n: int, offered: float) -> float:
    terms = [offered**k / factorial(k) for k in range(n + 1)]
    return terms[-1] / sum(terms)


@given(st.integers(1, 20), st.floats(0.01, 30))
def test_erlang_as_written_in_the_books(n, offered):
    assert_allclose(erlang_b(n, offered), _erlang_b_written_out(n, offered))
    assert_allclose(
        busy_distribution(n, offered, queue=False)[-1], erlang_b(n, offered)
    )
    if offered < n:
        last = offered**n / factorial(n) * n / (n - offered)
        first = sum(offered**k / factorial(k) for k in range(n))
        assert_allclose(erlang_c(n, offered), last / (first + last))
        waiting = 1 - busy_distribution(n, offered, queue=True)[:-1].sum()
        assert_allclose(waiting, erlang_c(n, offered), atol=1e-12)


streams = st.integers(1, 6).flatmap(
    lambda n_units: st.lists(
        st.tuples(st.floats(0.05, 2.0), st.permutations(range(n_units))),
        min_size=1,
        max_size=4,
    )
)


@given(streams, st.booleans(), st.floats(0.1, 0.95))
def test_equal_units_are_busy_as_in_one_queue_whoever_is_asked_first(
    asked, queue, load
):
    """Preferences share the work out; how much there is they do not change."""
    towns = Streams(
        np.array([rate for rate, _ in asked]), np.array([order for _, order in asked])
    )
    n_units = towns.preference.shape[1]
    calls_per_h = towns.rate.sum() / (load * n_units)
    offered = load * n_units

    found = exact(towns, calls_per_h=np.full(n_units, calls_per_h), queue=queue)
    near = approximate(towns, calls_per_h=calls_per_h, queue=queue)

    expected = erlang_c(n_units, offered) if queue else erlang_b(n_units, offered)
    mean = load if queue else load * (1 - expected)
    for workload in (found, near):
        assert_allclose(workload.all_busy_share, expected, rtol=1e-8)
        assert_allclose(workload.busy_share.mean(), mean, rtol=1e-8)
    assert_allclose(found.sent_share.sum(axis=1), 1 - expected, rtol=1e-8)
    # Each unit is busy as often as it is sent, and shares the waiting evenly.
    waiting = expected * towns.rate.sum() / n_units if queue else 0.0
    assert_allclose(
        found.busy_share * calls_per_h, towns.rate @ found.sent_share + waiting
    )


@given(st.permutations(range(4)))
def test_alike_streams_make_alike_units(order):
    """Each unit first choice of one stream, in a ring: all equally busy, exactly and
    by the approximation."""
    ring = np.array([np.roll(order, -shift) for shift in range(4)])
    towns = Streams(np.full(4, 0.6), ring)

    found = exact(towns, calls_per_h=np.ones(4), queue=True)
    near = approximate(towns, calls_per_h=1.0, queue=True)

    assert_allclose(found.busy_share, 0.6, rtol=1e-9)
    assert_allclose(near.busy_share, 0.6, rtol=1e-9)


def test_the_compiled_solver_settles_where_plain_python_does():
    from xunfang.core.dispatching import hypercube  # noqa: PLC0415 -- its inner doors

    asked = (TWO.rate, TWO.preference, np.array([1.0, 2.0]), 100, 1e-12)

    chance, n_sweeps = hypercube._settle(*asked)
    plain, n_plain = hypercube._settle.py_func(*asked)

    assert_allclose(chance, plain)
    assert n_sweeps == n_plain
    assert_allclose(
        hypercube._sent(TWO.preference, chance),
        hypercube._sent.py_func(TWO.preference, chance),
    )


@pytest.mark.shared
def test_the_table_of_larson_and_odoni_to_four_decimals(shared_data):
    towns, printed = larson(shared_data / "dispatch/larson")

    found = exact(towns, calls_per_h=np.ones(3), queue=True)

    assert found.busy_share.round(4).tolist() == printed["exact_workload"]


@pytest.mark.shared
def test_the_approximation_of_larson_and_odoni_to_three_decimals(shared_data):
    towns, printed = larson(shared_data / "dispatch/larson")

    found = approximate(towns, calls_per_h=1.0, queue=True, settled=0.0012)

    factors = correction_factors(busy_distribution(3, 1.5, queue=True), 0.5)
    assert factors.round(5).tolist() == printed["Q(3,1/2,0..2)"]
    assert_allclose(found.busy_share, printed["approx_workload_iter3"], atol=5e-4)
    assert found.n_rounds == printed["iterations_at_eps_0.0011"]
