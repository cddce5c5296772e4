"""How long the points of a loop were left alone."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from xunfang.core.streets.matching.match import Path
from xunfang.core.streets.matching.stays import Stay
from xunfang.core.streets.network import StreetNetwork
from xunfang.core.streets.snapping import Snaps


@dataclass(frozen=True, slots=True)
class LongestGap:
    """The longest time within a window during which nobody was at a point."""

    point: int
    from_s: float
    to_s: float
    n_passes: int
    """How often somebody came by within the window."""

    @property
    def gap_s(self) -> float:
        """Length of the gap."""
        return self.to_s - self.from_s


def longest_gaps(
    network: StreetNetwork,
    points: Snaps,
    path: Path,
    stays: Sequence[Stay],
    *,
    opens_s: float,
    closes_s: float,
) -> tuple[LongestGap, ...]:
    """Return the longest gap at each point of a loop, in the order of the points.

    Somebody is at a point during a stay there, and when the path runs past it on its
    street, in either direction. The time from the window's beginning to the first pass
    and from the last to its end are gaps as well.

    Parameters
    ----------
    network, points
        The streets the path was matched on, and the points put on them.
    path
        From `match.match_fixes`, of all units that go round.
    stays
        From `stays.find_stays`, with the points as stops: their ``stop`` is the number
        of the point.
    opens_s, closes_s
        The window of the loop, on the clock of the fixes.

    Raises
    ------
    ValueError
        The window is empty.
    """
    if not closes_s > opens_s:
        message = f"the window of a loop ends at {closes_s}, before {opens_s}"
        raise ValueError(message)
    return tuple(
        _longest_gap(
            point,
            [
                *_passes_s(network, points[point : point + 1], path),
                *((s.arrived_s, s.left_s) for s in stays if s.stop == point),
            ],
            opens_s,
            closes_s,
        )
        for point in range(len(points))
    )


def _longest_gap(
    point: int, there: list[tuple[float, float]], opens_s: float, closes_s: float
) -> LongestGap:
    clock, n_passes = opens_s, 0
    best = (opens_s, opens_s)
    for begin, end in sorted(there):
        if end < opens_s or begin > closes_s:
            continue
        if begin - clock > best[1] - best[0]:
            best = (clock, begin)
        # What overlaps, such as a pass seen as path and as stay, is one pass.
        n_passes += begin > clock or n_passes == 0
        clock = max(clock, end)
    if closes_s - clock > best[1] - best[0]:
        best = (clock, closes_s)
    return LongestGap(point, best[0], best[1], n_passes)


def _passes_s(
    network: StreetNetwork, point: Snaps, path: Path
) -> list[tuple[float, float]]:
    """Moments at which the path runs over a point."""
    segment = int(point.segment[0])
    rows = np.flatnonzero(path.edge // 2 == segment)
    from_m, to_m = path.from_m[rows], path.to_m[rows]
    share = np.where(path.edge[rows] % 2 == 1, 1.0 - point.share[0], point.share[0])
    at_m = share * network.segment_length_m[segment]
    over = (from_m <= at_m) & (at_m <= to_m)
    enter_s, leave_s = path.enter_s[rows][over], path.leave_s[rows][over]
    done = (at_m - from_m)[over] / (to_m - from_m)[over]
    moment_s = enter_s + done * (leave_s - enter_s)
    return [(at_s, at_s) for at_s in moment_s.tolist()]
