"""How long it takes and which way it goes, for one mode on one network.

A state of the turn graph is "at the end of this edge", so a journey begins with what
is left of its first edge, and arrives as much before the end of its last edge as is
left of that one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xunfang.core.geo import Floats
from xunfang.core.streets.cch import CLOSED_MS, Hierarchy
from xunfang.core.streets.ends import Ends, ends_of
from xunfang.core.streets.modes import Mode
from xunfang.core.streets.network import Ints, SegmentUnknown, StreetNetwork
from xunfang.core.streets.shapes import draw_along
from xunfang.core.streets.snapping import Snapper, Snaps
from xunfang.core.streets.turns import TurnGraph, build_turn_graph

# A post at a junction is as near to one street as to another. On a one-way street it
# could be left in one direction only, so a street open both ways is preferred, if it is
# no more than this much farther.
_ONE_WAY_PENALTY_M: Final = 1.0


@dataclass(frozen=True, eq=False)
class Route:
    """A way from one point to another.

    Parameters
    ----------
    travel_time_s, length_m
        Of the whole way.
    edges
        Directed edges in the order they are used, the first and last in part.
    lonlat
        Points to draw it through, WGS84, shape ``(n, 2)``.
    """

    travel_time_s: float
    length_m: float
    edges: Ints
    lonlat: Floats

    @property
    def segments(self) -> Ints:
        """Segments in the order they are used."""
        return self.edges // 2


@dataclass(frozen=True, slots=True)
class Closure:
    """Streets that were closed together; hand it back to `TravelTimes.reopen`."""

    number: int
    segments: tuple[int, ...]


class TravelTimes:
    """Travel times of one mode, with streets that may be closed and opened again.

    Parameters
    ----------
    network
        The streets.
    mode
        Who is moving.
    order
        `TravelTimes.order` of an earlier one for the same network and mode, to be
        ready sooner.
    n_threads
        How many threads a large table may use; the answer is the same.

    Raises
    ------
    NoStreetsForMode
        The mode may go nowhere in this network.
    """

    def __init__(
        self,
        network: StreetNetwork,
        mode: Mode,
        *,
        order: NDArray[np.integer[Any]] | None = None,
        n_threads: int = 2,
    ) -> None:
        self.network = network
        self.mode = mode
        self.graph: TurnGraph = build_turn_graph(network, mode)
        graph = self.graph
        middle = (
            network.node_lonlat[network.edge_tail[graph.state_edge]]
            + network.node_lonlat[network.edge_head[graph.state_edge]]
        ) / 2
        self._hierarchy = Hierarchy(
            n_states=graph.n_states,
            arc_tail=graph.arc_tail,
            arc_head=graph.arc_head,
            arc_time_ms=graph.arc_time_ms,
            state_lonlat=middle,
            order=order,
            n_threads=n_threads,
        )
        n_ways = np.bincount(graph.state_edge // 2, minlength=network.n_segments)
        self._snapper = Snapper(
            network,
            np.flatnonzero(n_ways),
            penalty_m=np.where(n_ways == 1, _ONE_WAY_PENALTY_M, 0.0),
        )
        self._arcs_by_head = np.argsort(graph.arc_head, kind="stable")
        self._head_first = np.searchsorted(
            graph.arc_head[self._arcs_by_head], np.arange(graph.n_states + 1)
        )
        self._tail_first = np.searchsorted(
            graph.arc_tail, np.arange(graph.n_states + 1)
        )
        self._n_closures = np.zeros(network.n_segments, dtype=np.int64)
        self._closures: dict[int, Closure] = {}
        self._last_number = 0
        self._closing = Lock()

    @property
    def order(self) -> NDArray[np.int32]:
        """The costly part of the preparation, to be kept beside the network."""
        return self._hierarchy.order

    @property
    def arc_time_ms(self) -> Ints:
        """Times of the turn graph's arcs in force, closures included."""
        return self._hierarchy.arc_time_ms

    # Points

    def snap(self, lonlat: ArrayLike) -> Snaps:
        """Put WGS84 points, shape ``(n, 2)``, on the next street the mode can use now.

        Closed streets are passed over, so a place on a closed street is reached from
        the next one.

        Raises
        ------
        PositionInvalid
            A position is not a longitude and latitude.
        """
        closed = self._n_closures > 0
        return self._snapper.snap(lonlat, skip=closed if closed.any() else None)

    # Times

    def matrix_s(self, origins: Snaps, destinations: Snaps) -> Floats:
        """Travel time from each origin to each destination.

        Parameters
        ----------
        origins, destinations
            From `snap`.

        Returns
        -------
        ndarray
            Seconds, shape ``(len(origins), len(destinations))``, exact to the
            millisecond of the edges; infinite where no open street leads.
        """
        start, end = ends_of(self.graph, origins), ends_of(self.graph, destinations)
        n_from, n_to = len(origins), len(destinations)
        times_ms = np.full((n_from, n_to), np.inf)
        if not times_ms.size:
            return times_ms
        targets, position = np.unique(end.state[end.usable], return_inverse=True)
        to_end = self._hierarchy.many_to_many_ms(
            sources=[start.terminals(row) for row in range(n_from)],
            target_states=targets,
        )
        column = np.zeros((n_to, 2), dtype=np.int64)
        column[end.usable] = position
        for way in (0, 1):
            usable = end.usable[:, way]
            through = to_end[:, column[usable, way]] - end.left_ms[usable, way]
            times_ms[:, usable] = np.minimum(times_ms[:, usable], through)
        self._measure_same_street(times_ms, start, end)
        return times_ms / 1000.0

    def to_place_s(self, origins: Snaps, place: Snaps) -> Floats:
        """Travel time from many origins to one place, the dispatcher's question.

        The same answer as ``matrix_s(origins, place)[:, 0]``, much faster for one
        destination.

        Returns
        -------
        ndarray
            Seconds, shape ``(len(origins),)``; infinite where no open street leads.

        Raises
        ------
        ValueError
            ``place`` is not exactly one point.
        """
        if len(place) != 1:
            message = f"one place is asked for, not {len(place)}"
            raise ValueError(message)
        start, end = ends_of(self.graph, origins), ends_of(self.graph, place)
        times_ms = np.full((len(origins), 1), np.inf)
        targets, shift = end.targets(0)
        if targets and len(origins):
            states, position = np.unique(start.state[start.usable], return_inverse=True)
            onward = self._hierarchy.many_to_one_ms(
                source_states=states, targets=targets
            )
            from_point = np.full((len(origins), 2), np.inf)
            from_point[start.usable] = (
                onward[position] + start.left_ms[start.usable] - shift
            )
            times_ms[:, 0] = from_point.min(axis=1)
        self._measure_same_street(times_ms, start, end)
        return np.asarray(times_ms[:, 0] / 1000.0)

    def nearest(
        self, origins: Snaps, place: Snaps, *, n: int = 1
    ) -> list[tuple[int, float]]:
        """Return the ``n`` origins that reach a place first, and their seconds.

        Origins that cannot reach it are left out; of equal ones the lower row is
        first.
        """
        times_s = self.to_place_s(origins, place)
        ranked = np.argsort(times_s, kind="stable")[:n]
        return [
            (int(row), float(times_s[row]))
            for row in ranked
            if np.isfinite(times_s[row])
        ]

    def route(self, origin: Snaps, destination: Snaps) -> Route | None:
        """Return the fastest way between two points; None if there is none.

        Raises
        ------
        ValueError
            More or fewer than one point on either side.
        """
        if len(origin) != 1 or len(destination) != 1:
            message = "a route has one origin and one destination"
            raise ValueError(message)
        start, end = ends_of(self.graph, origin), ends_of(self.graph, destination)
        best = self._best_way(start, end, 0, 0)
        if best is None:
            return None
        time_ms, states = best
        edges = self.graph.state_edge[np.array(states)]
        lonlat, length_m = draw_along(
            self.network,
            edges,
            from_share=float(origin.share[0]),
            to_share=float(destination.share[0]),
        )
        return Route(time_ms / 1000.0, length_m, edges, lonlat)

    # Closures

    @property
    def closed_segments(self) -> Ints:
        """Segments closed now, ascending."""
        return np.flatnonzero(self._n_closures)

    def close(self, segments: Iterable[int]) -> Closure:
        """Close streets: nobody drives into or through them from the next answer on.

        Who stands on one may leave it. A street closed twice opens when both
        closures are undone.

        Raises
        ------
        SegmentUnknown
            A segment is not of this network.
        """
        chosen = tuple(sorted({int(segment) for segment in segments}))
        for segment in chosen:
            if not 0 <= segment < self.network.n_segments:
                message = f"no street segment {segment} in this network"
                raise SegmentUnknown(message)
        rows = np.array(chosen, dtype=np.int64)
        with self._closing:
            self._last_number += 1
            closure = Closure(self._last_number, chosen)
            self._closures[closure.number] = closure
            self._n_closures[rows] += 1
            self._apply_closures(rows)
        return closure

    def reopen(self, closure: Closure) -> None:
        """Undo a closure exactly; undoing it twice changes nothing the second time."""
        rows = np.array(closure.segments, dtype=np.int64)
        with self._closing:
            if self._closures.pop(closure.number, None) is None:
                return
            self._n_closures[rows] -= 1
            self._apply_closures(rows)

    def _apply_closures(self, segments: Ints) -> None:
        edges = np.concatenate((2 * segments, 2 * segments + 1))
        states = self.graph.edge_state[edges]
        states = states[states < self.graph.n_states]
        arcs = (
            np.concatenate([self._arcs_into(state) for state in states.tolist()])
            if len(states)
            else np.empty(0, dtype=np.int64)
        )
        into = self.graph.state_edge[self.graph.arc_head[arcs]] // 2
        closed = self._n_closures[into] > 0
        self._hierarchy.change_times(
            arcs=arcs, time_ms=np.where(closed, CLOSED_MS, self.graph.arc_time_ms[arcs])
        )

    # One way, exactly

    def _measure_same_street(self, times_ms: Floats, start: Ends, end: Ends) -> None:
        """Redo pairs on one street, where "from the end of e to the end of e" misleads.

        There the hierarchy sees no way to go, and subtracting what is left of the
        last edge would make a place behind the unit be reached before it sets out.
        """
        same = start.segment[:, None] == end.segment[None, :]
        for row, column in zip(*np.nonzero(same), strict=True):
            best = self._best_way(start, end, int(row), int(column))
            times_ms[row, column] = np.inf if best is None else best[0]

    def _best_way(
        self, start: Ends, end: Ends, row: int, column: int
    ) -> tuple[int, tuple[int, ...]] | None:
        """Time in ms and states from one point to another; None if there is no way."""
        ways: list[tuple[int, tuple[int, ...]]] = []
        targets, shift = end.targets(column)
        target_states = {state for state, _ in targets}
        sources: dict[int, tuple[int, int | None]] = {}
        for state, left_ms in start.terminals(row):
            if state not in target_states:
                _keep_least(sources, state, left_ms, None)
                continue
            ahead_ms = end.done_of(column, state) - start.done_of(row, state)
            if ahead_ms >= 0:
                ways.append((ahead_ms, (state,)))
                continue
            # The place is behind: drive on, and come round again.
            for arc in range(self._tail_first[state], self._tail_first[state + 1]):
                arc_ms = int(self._arc_time_in_force_ms(arc))
                if arc_ms < CLOSED_MS:
                    head = int(self.graph.arc_head[arc])
                    _keep_least(sources, head, left_ms + arc_ms, state)
        if sources and targets:
            path = self._hierarchy.path(
                sources=[(state, ms) for state, (ms, _) in sources.items()],
                targets=targets,
            )
            if path is not None:
                before = sources[path.states[0]][1]
                states = path.states if before is None else (before, *path.states)
                ways.append((path.time_ms - shift, states))
        return min(ways, default=None)

    def _arc_time_in_force_ms(self, arc: int) -> int:
        into = self.graph.state_edge[self.graph.arc_head[arc]] // 2
        return CLOSED_MS if self._n_closures[into] else int(self.graph.arc_time_ms[arc])

    def _arcs_into(self, state: int) -> Ints:
        first, last = self._head_first[state : state + 2]
        return self._arcs_by_head[first:last]


def _keep_least(
    sources: dict[int, tuple[int, int | None]], state: int, ms: int, before: int | None
) -> None:
    if state not in sources or ms < sources[state][0]:
        sources[state] = ms, before
