"""Travel times by SciPy's Dijkstra, sharing with the product only the turn graph.

Where the product measures from the end of one edge to the end of another, this cuts
the edges at the points: every point is a node of its own, with an arc for each way of
leaving and of reaching it. Nothing is subtracted, so nothing can become negative.
"""

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from xunfang.core.streets.cch import CLOSED_MS
from xunfang.core.streets.snapping import Snaps
from xunfang.core.streets.travel import TravelTimes
from xunfang.core.streets.turns import TurnGraph


def dijkstra_matrix_s(
    travel: TravelTimes, origins: Snaps, destinations: Snaps
) -> np.ndarray:
    """Exact times in seconds, shape ``(n_origins, n_destinations)``."""
    graph = travel.graph
    n, n_from, n_to = graph.n_states, len(origins), len(destinations)
    # Nodes: the beginning of each edge 0..n-1, its end n..2n-1, origins, destinations.
    arcs: dict[tuple[int, int], int] = {}

    def add(tail: int, head: int, ms: int) -> None:
        if ms < CLOSED_MS and ms < arcs.get((tail, head), CLOSED_MS):
            arcs[tail, head] = ms

    turn_ms = travel.arc_time_ms - graph.state_time_ms[graph.arc_head]
    for tail, head, ms, whole in zip(
        graph.arc_tail.tolist(),
        graph.arc_head.tolist(),
        turn_ms.tolist(),
        travel.arc_time_ms.tolist(),
        strict=True,
    ):
        if whole < CLOSED_MS:
            add(n + tail, head, ms)
    for state, ms in enumerate(graph.state_time_ms.tolist()):
        add(state, n + state, ms)
    on_edge = [_positions(graph, snaps) for snaps in (origins, destinations)]
    for row, positions in enumerate(on_edge[0]):
        for state, done_ms, time_ms in positions:
            add(2 * n + row, n + state, time_ms - done_ms)
            for column, others in enumerate(on_edge[1]):
                for other, other_done_ms, _ in others:
                    if other == state and other_done_ms >= done_ms:
                        add(
                            2 * n + row,
                            2 * n + n_from + column,
                            other_done_ms - done_ms,
                        )
    for column, positions in enumerate(on_edge[1]):
        for state, done_ms, _ in positions:
            add(state, 2 * n + n_from + column, done_ms)

    size = 2 * n + n_from + n_to
    tails, heads = np.array(list(arcs), dtype=np.int64).T
    times = np.array(list(arcs.values()), dtype=np.float64)
    network = csr_array((times, (tails, heads)), shape=(size, size))
    found = dijkstra(network, indices=np.arange(2 * n, 2 * n + n_from))
    return found[:, 2 * n + n_from :] / 1000


def _positions(graph: TurnGraph, snaps: Snaps) -> list[list[tuple[int, int, int]]]:
    """For each point: state, time from the edge's beginning, time of the edge; in ms."""
    found: list[list[tuple[int, int, int]]] = []
    for segment, share in zip(
        snaps.segment.tolist(), snaps.share.tolist(), strict=True
    ):
        here = []
        for edge, along in ((2 * segment, share), (2 * segment + 1, 1.0 - share)):
            state = int(graph.edge_state[edge])
            if state < graph.n_states:
                time_ms = int(graph.state_time_ms[state])
                here.append((state, round(along * time_ms), time_ms))
        found.append(here)
    return found
