"""Points part-way along a street, as the two ends of a journey."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xunfang.core.streets.network import Ints
from xunfang.core.streets.snapping import Snaps
from xunfang.core.streets.turns import TurnGraph

# A state, and the milliseconds it costs to begin or to end there.
type Terminal = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Ends:
    """Points as ends of journeys: driving along the segment as drawn, and back.

    Parameters
    ----------
    segment
        Segment of each point, shape ``(n,)``.
    state
        State of each direction, shape ``(n, 2)``.
    done_ms, left_ms
        Time from the beginning of the edge to the point, and from there to its end,
        shape ``(n, 2)``; together the time of the edge, to the millisecond.
    usable
        Whether the mode may use that direction, shape ``(n, 2)``; where not, the
        other arrays mean nothing.
    """

    segment: Ints
    state: Ints
    done_ms: Ints
    left_ms: Ints
    usable: NDArray[np.bool_]

    def terminals(self, row: int) -> list[Terminal]:
        """Where a journey from this point begins: state, and time to its end."""
        return [
            (int(self.state[row, way]), int(self.left_ms[row, way]))
            for way in np.flatnonzero(self.usable[row])
        ]

    def targets(self, row: int) -> tuple[list[Terminal], int]:
        """Where a journey to this point ends, and by how much all costs are raised.

        What is left of the last edge is not driven. The library takes no negative
        cost, so every target is raised by the same ``shift``, to be taken off again.
        """
        ends = self.terminals(row)
        shift = max((left for _, left in ends), default=0)
        return [(state, shift - left) for state, left in ends], shift

    def done_of(self, row: int, state: int) -> int:
        """Time from the beginning of this state's edge to the point, in ms."""
        way = int(np.flatnonzero((self.state[row] == state) & self.usable[row])[0])
        return int(self.done_ms[row, way])


def ends_of(graph: TurnGraph, snaps: Snaps) -> Ends:
    """Return snapped points as ends of journeys on a mode's graph."""
    edges = 2 * snaps.segment[:, None] + np.array([0, 1])
    state = graph.edge_state[edges]
    usable = state < graph.n_states
    time_ms = graph.state_time_ms[np.where(usable, state, 0)]
    share = np.stack((snaps.share, 1.0 - snaps.share), axis=1)
    done_ms = np.rint(share * time_ms).astype(np.int64)
    return Ends(snaps.segment, state, done_ms, time_ms - done_ms, usable)
