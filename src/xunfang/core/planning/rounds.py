"""Rounds among a few points, so that none is left alone for too long.

How many units a loop takes is part of the problem, not of the search: the format says
it (``docs/reference/patrol-problem.md``, loops) and the checker counts it again in its
own way. With at most eight points the least number is found exactly, each unit's round
by dynamic programming over subsets (Held and Karp, 1962).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from xunfang.core.planning.plan import LoopVisit
from xunfang.core.planning.problem import Window

MOST_POINTS_EXACT = 8
"""Up to here points are shared out and ordered as is best; above, in the order given."""


@dataclass(frozen=True, slots=True)
class Round:
    """One unit's part of a loop, repeated from the first to the last moment."""

    order: tuple[int, ...]
    """Points in the order they are visited; the last leads back to the first."""
    length: int
    """Time of one whole round, dwells and ways."""


def plan_rounds(
    *, travel: NDArray[np.int32], at: tuple[int, ...], dwell: int, max_gap: int
) -> tuple[Round, ...]:
    """Share the points among as few units as keep every gap within ``max_gap``.

    The gap at a point is the round's length less the dwell; a part with one point is a
    standing post and has no gap. Of all ways to share at most eight points among so few
    units, each going the shortest way, the one with the shortest longest round is taken.
    More points are gone along in the order given: the list is cut into so few pieces.

    Raises
    ------
    ValueError
        ``dwell`` is less than one time unit, or ``max_gap`` negative.
    """
    if dwell < 1 or max_gap < 0:
        raise ValueError("a round needs dwell >= 1 and max_gap >= 0")
    points = tuple(dict.fromkeys(at))
    if len(points) > MOST_POINTS_EXACT:
        return _cut_in_order(travel, points, dwell, max_gap)
    orders = _shortest_orders(travel, points)
    everything = (1 << len(points)) - 1
    parts = {
        subset: Round(order, way + dwell * len(order))
        for subset, (way, order) in orders.items()
    }
    may_be = {s: part for s, part in parts.items() if _gap(part, dwell) <= max_gap}
    return _fewest_parts(may_be, everything)


def walk_round(
    part: Round, *, travel: NDArray[np.int32], dwell: int, window: Window
) -> tuple[LoopVisit, ...]:
    """Lay the round out over a window: every stay, in order, first to last moment.

    The unit stands at ``order[0]`` when the window opens and goes round without pause.
    It sets out for the next point only if it gets there before the window closes; else
    it stays where it is to the end. A stay may be cut short by the closing. So no point
    is left alone longer than the round's gap, neither at the beginning nor at the end.
    Where the unit stands at the end is ``result[-1].at``.
    """
    begins, ends = window
    if len(part.order) == 1:
        return (LoopVisit(part.order[0], begins, ends),)
    visits: list[LoopVisit] = []
    number, arrive = 0, begins
    while True:
        here = part.order[number % len(part.order)]
        number += 1
        leave = min(arrive + dwell, ends)
        arrive_next = leave + int(travel[here, part.order[number % len(part.order)]])
        if arrive_next >= ends:
            visits.append(LoopVisit(here, arrive, ends))
            return tuple(visits)
        visits.append(LoopVisit(here, arrive, leave))
        arrive = arrive_next


def _gap(part: Round, dwell: int) -> int:
    return 0 if len(part.order) == 1 else part.length - dwell


def _longest(rounds: tuple[Round, ...]) -> int:
    return max((part.length for part in rounds), default=0)


def _fewest_parts(may_be: dict[int, Round], everything: int) -> tuple[Round, ...]:
    """Share all points (bits) among the fewest parts; of those, the shortest longest."""
    best: dict[int, tuple[Round, ...]] = {0: ()}
    for wanted in range(1, everything + 1):
        lowest = wanted & -wanted
        best[wanted] = min(
            (
                (may_be[part], *best[wanted ^ part])
                for part in _subsets(wanted)
                if part & lowest and part in may_be
            ),
            key=lambda parts: (len(parts), _longest(parts)),
        )
    return best[everything]


def _subsets(of: int) -> Iterator[int]:
    """Yield the subsets of a set of bits, the empty one left out, in rising order."""
    part = of & -of
    while part:
        yield part
        part = (part - of) & of


def _shortest_orders(
    travel: NDArray[np.int32], points: tuple[int, ...]
) -> dict[int, tuple[int, tuple[int, ...]]]:
    """Return for every subset of points (as bits) its shortest closed way and its order.

    An order begins at the point of the subset that is named first.
    """
    ways: list[list[int]] = travel[np.ix_(points, points)].tolist()
    found: dict[int, tuple[int, tuple[int, ...]]] = {}
    for home in range(len(points)):
        # reached[subset][last] = shortest way from home through the subset to last.
        reached: dict[int, dict[int, tuple[int, tuple[int, ...]]]] = {
            1 << home: {home: (0, (home,))}
        }
        for later in range(0, 1 << len(points), 2 << home):
            subset = later | 1 << home
            ends = reached.setdefault(subset, {})
            for last in range(home + 1, len(points)):
                if later >> last & 1:
                    ends[last] = min(
                        (way + ways[path[-1]][last], (*path, last))
                        for way, path in reached[subset ^ 1 << last].values()
                    )
            if later:
                ends.pop(home, None)
            way, path = min(
                (way + ways[path[-1]][home], path) for way, path in ends.values()
            )
            found[subset] = way, tuple(points[number] for number in path)
    return found


def _cut_in_order(
    travel: NDArray[np.int32], points: tuple[int, ...], dwell: int, max_gap: int
) -> tuple[Round, ...]:
    """Cut the list into the fewest pieces that hold; of those, the shortest longest."""
    best: list[tuple[Round, ...]] = [()]
    for end in range(1, len(points) + 1):
        pieces = (
            (first, Round(points[first:end], _length(travel, points[first:end], dwell)))
            for first in range(end)
        )
        best.append(
            min(
                (
                    (*best[first], piece)
                    for first, piece in pieces
                    if _gap(piece, dwell) <= max_gap
                ),
                key=lambda parts: (len(parts), _longest(parts)),
            )
        )
    return best[-1]


def _length(travel: NDArray[np.int32], order: tuple[int, ...], dwell: int) -> int:
    way = sum(int(travel[a, b]) for a, b in pairwise((*order, order[0])))
    return dwell * len(order) + way
