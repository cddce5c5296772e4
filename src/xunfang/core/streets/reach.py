"""Which streets somebody can be at within so many minutes.

One search from all posts at once (Dijkstra on the turn graph, cut off at the longest
time) tells for every directed edge when its beginning is passed first; from that
follows every point of every street, to the metre.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from xunfang.core.geo import Floats
from xunfang.core.streets.ends import Ends, ends_of
from xunfang.core.streets.network import Ints, StreetNetwork
from xunfang.core.streets.shapes import cut_segment
from xunfang.core.streets.snapping import Snaps
from xunfang.core.streets.travel import TravelTimes
from xunfang.core.streets.turns import TurnGraph


@dataclass(frozen=True, eq=False)
class Stretches:
    """Parts of segments, none overlapping another, sorted by segment and share.

    Each array has length ``n``; shares run from 0 at the segment's start as drawn
    to 1 at its end.
    """

    segment: Ints
    from_share: Floats
    to_share: Floats

    def length_m(self, network: StreetNetwork) -> float:
        """Length of all stretches together, in metres."""
        share = self.to_share - self.from_share
        return float((share * network.segment_length_m[self.segment]).sum())

    def share_by_segment(self, network: StreetNetwork) -> Floats:
        """How much of each segment is in a stretch, 0 to 1, shape ``(n_segments,)``."""
        share = self.to_share - self.from_share
        return np.bincount(self.segment, weights=share, minlength=network.n_segments)

    def lines(self, network: StreetNetwork) -> list[Floats]:
        """Points to draw each stretch through, WGS84, shape ``(k, 2)`` each."""
        return [
            cut_segment(network, segment, from_share=low, to_share=high)
            for segment, low, high in zip(
                self.segment.tolist(),
                self.from_share.tolist(),
                self.to_share.tolist(),
                strict=True,
            )
        ]


@dataclass(frozen=True, eq=False)
class Reach:
    """How soon the nearest of several posts can be anywhere.

    Parameters
    ----------
    network, graph
        The streets, and the turn graph of the mode.
    limit_s
        Up to which time the search went.
    enter_ms
        When the beginning of each state's edge is passed first, shape
        ``(n_states,)``; infinite where that is later than the limit.
    posts
        Where the posts lie, as ends of journeys.
    """

    network: StreetNetwork
    graph: TurnGraph
    limit_s: float
    enter_ms: Floats
    posts: Ends

    def arrival_s(self, places: Snaps) -> Floats:
        """Return when the nearest post can be at each place.

        Returns
        -------
        ndarray
            Seconds, shape ``(len(places),)``; infinite if later than ``limit_s``.
        """
        ends = ends_of(self.graph, places)
        state = np.where(ends.usable, ends.state, 0)
        times_ms = np.where(
            ends.usable, self.enter_ms[state] + ends.done_ms, np.inf
        ).min(axis=1, initial=np.inf)
        for row in np.flatnonzero(np.isin(ends.segment, self.posts.segment)).tolist():
            times_ms[row] = min(times_ms[row], self._straight_ms(ends, row))
        times_ms[times_ms > 1000 * self.limit_s] = np.inf
        return np.asarray(times_ms / 1000.0)

    def _straight_ms(self, ends: Ends, row: int) -> float:
        """Time from the best post on the same street with the place ahead of it."""
        posts = np.flatnonzero(self.posts.segment == ends.segment[row])
        ahead = ends.done_ms[row] - self.posts.done_ms[posts]
        possible = self.posts.usable[posts] & (ahead >= 0)
        return float(np.where(possible, ahead, np.inf).min(initial=np.inf))

    def stretches(self, within_s: float) -> Stretches:
        """Return the parts of streets that a post can be at within a time.

        Raises
        ------
        ValueError
            The time is beyond the limit of the search.
        """
        if within_s > self.limit_s:
            message = f"{within_s} s is beyond the {self.limit_s} s searched"
            raise ValueError(message)
        within_ms = 1000.0 * within_s
        edge = self.graph.state_edge
        time_ms = self.graph.state_time_ms
        entered = np.flatnonzero(self.enter_ms < within_ms)
        done = np.minimum((within_ms - self.enter_ms[entered]) / time_ms[entered], 1.0)
        through = _as_drawn(edge[entered], np.zeros(len(entered)), done)

        row, way = np.nonzero(self.posts.usable)
        state = self.posts.state[row, way]
        begin = self.posts.done_ms[row, way] / time_ms[state]
        finish = np.minimum(begin + within_ms / time_ms[state], 1.0)
        at_post = _as_drawn(edge[state], begin, finish)
        return _merge(
            *(np.concatenate(pair) for pair in zip(through, at_post, strict=True))
        )

    @cached_property
    def n_posts(self) -> int:
        """From how many posts the search went out."""
        return len(self.posts.segment)


def reach(travel: TravelTimes, posts: Snaps, *, limit_s: float = 600.0) -> Reach:
    """Search outwards from all posts at once, closures respected.

    Parameters
    ----------
    travel
        Who is moving, on which streets.
    posts
        From `TravelTimes.snap`; with none, nothing is reached.
    limit_s
        The longest time asked for, above zero.

    Raises
    ------
    ValueError
        The limit is not above zero.
    """
    if not limit_s > 0:
        message = f"the time to reach within must be above zero, not {limit_s}"
        raise ValueError(message)
    graph = travel.graph
    ends = ends_of(graph, posts)
    row, way = np.nonzero(ends.usable)
    begin, position = np.unique(ends.state[row, way], return_inverse=True)
    left_ms = np.full(len(begin), np.inf)
    np.minimum.at(left_ms, position, ends.left_ms[row, way])

    # One more state, from which all posts are left, makes it a single search.
    arc_time_ms = travel.arc_time_ms.astype(np.float64)
    n_arcs_out = np.bincount(graph.arc_tail, minlength=graph.n_states)
    first_arc = np.concatenate(
        ([0], np.cumsum(n_arcs_out), [len(arc_time_ms) + len(begin)])
    )
    # scipy takes a stored zero for an arc of no cost, which is what it is here.
    network = csr_array(
        (
            np.concatenate((arc_time_ms, left_ms)),
            np.concatenate((graph.arc_head, begin)),
            first_arc,
        ),
        shape=(graph.n_states + 1, graph.n_states + 1),
    )
    end_ms = dijkstra(network, indices=graph.n_states, limit=1000.0 * limit_s)[:-1]
    enter_ms = np.full(graph.n_states, np.inf)
    arrives = end_ms[graph.arc_tail] + arc_time_ms - graph.state_time_ms[graph.arc_head]
    np.minimum.at(enter_ms, graph.arc_head, arrives)
    enter_ms[enter_ms > 1000.0 * limit_s] = np.inf
    return Reach(travel.network, graph, limit_s, enter_ms, ends)


def _as_drawn(edge: Ints, begin: Floats, finish: Floats) -> tuple[Ints, Floats, Floats]:
    """Shares along directed edges as shares along segments, low before high."""
    backwards = edge % 2 == 1
    low = np.where(backwards, 1.0 - finish, begin)
    high = np.where(backwards, 1.0 - begin, finish)
    return edge // 2, low, high


def _merge(segment: Ints, low: Floats, high: Floats) -> Stretches:
    """Join stretches of a segment that overlap or touch."""
    order = np.lexsort((low, segment))
    segment, low, high = segment[order], low[order], high[order]
    # Segments two apart on one line can never touch: one running maximum does all.
    position = 2.0 * segment
    farthest = np.maximum.accumulate(position + high)
    begins = np.ones(len(segment), dtype=np.bool_)
    begins[1:] = position[1:] + low[1:] > farthest[:-1]
    first = np.flatnonzero(begins)
    if not len(first):
        return Stretches(segment, low, high)
    return Stretches(segment[first], low[first], np.maximum.reduceat(high, first))
