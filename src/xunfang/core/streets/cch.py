"""The one place that touches `routingkit_cch`: shortest times on a graph that changes.

Customizable contraction hierarchies (Dibbelt, Strasser, Wagner, *JEA* 21, 2016). The
order of contraction depends on the streets only; changed times are taken in within a
fraction of a millisecond.

The library panics (a `BaseException` no ``except Exception`` catches) when a metric
is changed while a query on it lives, and its query objects must stay in the thread
that made them. Here queries are made, used and dropped inside one locked call,
answers are copied out, and a panic becomes an ordinary error.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from routingkit_cch import (
    CCH,
    CCHManyToOne,
    CCHMetric,
    CCHMetricPartialUpdater,
    CCHOneToMany,
    CCHQuery,
    compute_order_inertial,
)

from xunfang.core.errors import DomainError
from xunfang.core.geo import Floats
from xunfang.core.streets.ends import Terminal
from xunfang.core.streets.network import Ints

# RoutingKit's "no arc": half of what an unsigned 32-bit number holds.
CLOSED_MS: Final = 2**31 - 1

# Below this many sources for each thread, starting one costs more than it saves.
_FEWEST_SOURCES: Final = 32


class RoutingFailed(DomainError):
    """The routing library failed; the network is unharmed, the answer is missing."""

    code = "streets.routing_failed"


@dataclass(frozen=True, slots=True)
class StatePath:
    """States passed from first to last, and the time in milliseconds."""

    states: tuple[int, ...]
    time_ms: int


class Hierarchy:
    """Shortest times between states of a directed graph whose arc times may change.

    Parameters
    ----------
    n_states
        Number of states.
    arc_tail, arc_head
        Arcs, shape ``(n_arcs,)``.
    arc_time_ms
        Whole milliseconds, 0 to `CLOSED_MS`; `CLOSED_MS` means no arc.
    state_lonlat
        Where the states lie, shape ``(n_states, 2)``; separators are cut by it.
    order
        An order of contraction made earlier for the same arcs (`order`), which saves
        most of the preparation; None to compute it.
    n_threads
        How many threads a large table may use; the answer is the same.

    Raises
    ------
    ValueError
        ``order`` is not a permutation of the states.
    """

    def __init__(
        self,
        *,
        n_states: int,
        arc_tail: Ints,
        arc_head: Ints,
        arc_time_ms: Ints,
        state_lonlat: Floats,
        order: NDArray[np.integer[Any]] | None = None,
        n_threads: int = 1,
    ) -> None:
        tail, head = arc_tail.tolist(), arc_head.tolist()
        self._lock = Lock()
        self._n_threads = max(1, n_threads)
        self.n_states = n_states
        with _panics_as_errors():
            if order is None:
                order = np.array(
                    compute_order_inertial(
                        n_states,
                        tail,
                        head,
                        state_lonlat[:, 1].tolist(),
                        state_lonlat[:, 0].tolist(),
                    )
                )
            elif not np.array_equal(np.sort(order), np.arange(n_states)):
                message = "the order of contraction is not a permutation of the states"
                raise ValueError(message)
            self._cch = CCH(order.tolist(), tail, head, False)  # noqa: FBT003 -- positional only
            self._metric = CCHMetric(self._cch, arc_time_ms.tolist())
        self.order = order.astype(np.int32)
        self._arc_time_ms = arc_time_ms.copy()

    @property
    def arc_time_ms(self) -> Ints:
        """Times in force, shape ``(n_arcs,)``; a copy."""
        return self._arc_time_ms.copy()

    def change_times(self, *, arcs: Ints, time_ms: Ints) -> None:
        """Give arcs new times; every later answer knows them."""
        updates = dict(zip(arcs.tolist(), time_ms.tolist(), strict=True))
        if not updates:
            return
        with self._lock, _panics_as_errors():
            updater = CCHMetricPartialUpdater(self._cch)
            try:
                updater.apply(self._metric, updates)
            finally:
                del updater
            self._arc_time_ms[arcs] = time_ms

    def many_to_many_ms(
        self, *, sources: Sequence[Sequence[Terminal]], target_states: Ints
    ) -> Floats:
        """Time from the best terminal of each source to each state.

        Returns
        -------
        ndarray
            Shape ``(len(sources), len(target_states))``, milliseconds; infinite where
            no street leads.
        """
        times = np.empty((len(sources), len(target_states)))
        if not times.size:
            return times
        targets = target_states.tolist()
        n_threads = min(self._n_threads, len(sources) // _FEWEST_SOURCES + 1)

        def fill(first: int) -> None:
            query = CCHOneToMany(self._metric, targets)
            try:
                for row in range(first, len(sources), n_threads):
                    times[row] = query.distances_from_multi(list(sources[row]))
            finally:
                del query

        # The library lets go of the GIL: two threads take half the time.
        with self._lock, _panics_as_errors():
            if n_threads == 1:
                fill(0)
            else:
                with ThreadPoolExecutor(n_threads) as pool:
                    list(pool.map(fill, range(n_threads)))
        return _unreached_as_infinite(times)

    def many_to_one_ms(
        self, *, source_states: Ints, targets: Sequence[Terminal]
    ) -> Floats:
        """Time from each state to the best of the target's terminals.

        Returns
        -------
        ndarray
            Shape ``(len(source_states),)``, milliseconds; infinite where no street leads.
        """
        if not len(source_states):
            return np.empty(0)
        with self._lock, _panics_as_errors():
            query = CCHManyToOne(self._metric, source_states.tolist())
            try:
                answer = query.distances_to_multi(list(targets))
            finally:
                del query
        return _unreached_as_infinite(np.array(answer, dtype=np.float64))

    def path(
        self, *, sources: Sequence[Terminal], targets: Sequence[Terminal]
    ) -> StatePath | None:
        """Fastest way from the best source to the best target; None if there is none."""
        with self._lock, _panics_as_errors():
            query = CCHQuery(self._metric)
            try:
                result = query.run_multi(list(sources), list(targets))
                distance, states = result.distance, tuple(result.node_path)
                # The result borrows the query, the query the metric: last in, first out.
                del result
            finally:
                del query
        return None if distance is None or not states else StatePath(states, distance)


def _unreached_as_infinite(times: Floats) -> Floats:
    times[np.isnan(times) | (times >= CLOSED_MS)] = np.inf
    return times


@contextmanager
def _panics_as_errors() -> Iterator[None]:
    try:
        yield
    except BaseException as panic:
        if type(panic).__name__ != "PanicException":
            raise
        message = f"the routing library failed: {panic}"
        raise RoutingFailed(message) from panic
