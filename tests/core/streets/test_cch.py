"""The wrapper around the routing library: answers, changes, and panics."""

import numpy as np
import pytest

from xunfang.core.streets.cch import CLOSED_MS, Hierarchy, RoutingFailed

# 0 -> 1 -> 2 -> 0, and a slow way straight from 0 to 2; 3 stands alone.
TAIL = np.array([0, 1, 2, 0])
HEAD = np.array([1, 2, 0, 2])
TIME_MS = np.array([5, 7, 2, 20])
LONLAT = np.array([[113.0, 34.0], [113.1, 34.0], [113.1, 34.1], [113.0, 34.1]])


def ring(**more) -> Hierarchy:
    return Hierarchy(
        n_states=4,
        arc_tail=TAIL,
        arc_head=HEAD,
        arc_time_ms=TIME_MS,
        state_lonlat=LONLAT,
        **more,
    )


def test_times_from_terminals_to_states():
    """From 0 with 1 ms in hand, or 2 with 100: 1 and 1 + 12; 3 is never reached."""
    times = ring().many_to_many_ms(
        sources=[[(0, 1), (2, 100)]], target_states=np.array([0, 2, 3])
    )

    assert times.tolist() == [[1, 13, np.inf]]


def test_times_from_states_to_terminals():
    times = ring().many_to_one_ms(
        source_states=np.array([0, 1, 3]), targets=[(2, 1), (0, 50)]
    )

    assert times.tolist() == [13, 8, np.inf]


def test_nobody_and_nowhere():
    hierarchy = ring()

    assert hierarchy.many_to_many_ms(sources=[], target_states=np.array([1])).shape == (
        0,
        1,
    )
    assert (
        hierarchy.many_to_one_ms(
            source_states=np.empty(0, dtype=np.int64), targets=[(1, 0)]
        ).tolist()
        == []
    )
    assert hierarchy.path(sources=[(0, 0)], targets=[(3, 0)]) is None


def test_many_threads_answer_as_one():
    sources = [[(state % 3, state)] for state in range(200)]
    targets = np.array([0, 1, 2, 3])

    one, four = (
        ring(n_threads=n)
        .many_to_many_ms(sources=sources, target_states=targets)
        .tolist()
        for n in (1, 4)
    )

    assert one == four


def test_a_changed_time_is_in_the_next_answer_and_its_undoing_too():
    hierarchy = ring()

    hierarchy.change_times(arcs=np.array([1]), time_ms=np.array([CLOSED_MS]))
    closed = hierarchy.path(sources=[(0, 0)], targets=[(2, 0)])
    hierarchy.change_times(arcs=np.array([1]), time_ms=np.array([7]))
    opened = hierarchy.path(sources=[(0, 0)], targets=[(2, 0)])

    assert closed is not None
    assert opened is not None
    assert (closed.states, closed.time_ms) == ((0, 2), 20)
    assert (opened.states, opened.time_ms) == ((0, 1, 2), 12)
    assert hierarchy.arc_time_ms.tolist() == TIME_MS.tolist()


def test_an_order_that_is_none_is_the_callers_bug():
    with pytest.raises(ValueError, match="permutation"):
        ring(order=np.array([0, 1, 1, 3]))


def test_a_panic_of_the_library_becomes_an_error_that_can_be_caught(capfd):
    hierarchy = ring()

    with pytest.raises(RoutingFailed, match="routing library failed"):
        hierarchy.path(sources=[(99, 0)], targets=[(0, 0)])

    assert hierarchy.path(sources=[(0, 0)], targets=[(1, 0)]) is not None
    capfd.readouterr()
