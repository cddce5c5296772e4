"""Rounds among a few points, so that none is left alone for too long.

With at most a handful of points the best order is found exactly (Held and Karp, 1962).
"""

from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from xunfang.core.planning.plan import LoopVisit
from xunfang.core.planning.problem import Window

MOST_POINTS_EXACT = 8
"""Up to here the shortest round is found exactly; above, by nearest neighbour."""


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

    The gap at a point is the round's length less the dwell. The shortest closed order
    is cut into parts of near-equal size; a part with one point is a standing post and
    has no gap. At most eight points are ordered exactly, more by nearest neighbour.
    Of all places to begin cutting, the one with the shortest longest round is taken.

    Raises
    ------
    ValueError
        ``dwell`` is less than one time unit, or ``max_gap`` negative.
    """
    if dwell < 1 or max_gap < 0:
        raise ValueError("a round needs dwell >= 1 and max_gap >= 0")
    points = tuple(dict.fromkeys(at))
    circle = _shortest_order(travel, points)
    for n_units in range(1, len(points) + 1):
        rounds = _best_cut(travel, circle, dwell, n_units)
        if all(_gap(part, dwell) <= max_gap for part in rounds):
            return rounds
    return ()


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


def _best_cut(
    travel: NDArray[np.int32], circle: tuple[int, ...], dwell: int, n_units: int
) -> tuple[Round, ...]:
    """Cut the circle into parts whose sizes differ by at most one."""
    sizes = [
        len(circle) // n_units + (number < len(circle) % n_units)
        for number in range(n_units)
    ]
    best: tuple[Round, ...] = ()
    for offset in range(len(circle) if n_units > 1 else 1):
        turned = circle[offset:] + circle[:offset]
        rounds, first = [], 0
        for size in sizes:
            order = _shortest_order(travel, turned[first : first + size])
            rounds.append(Round(order, _length(travel, order, dwell)))
            first += size
        if not best or _longest(rounds) < _longest(best):
            best = tuple(rounds)
    return best


def _longest(rounds: list[Round] | tuple[Round, ...]) -> int:
    return max(part.length for part in rounds)


def _length(travel: NDArray[np.int32], order: tuple[int, ...], dwell: int) -> int:
    return dwell * len(order) + _way(travel, order)


def _way(travel: NDArray[np.int32], order: tuple[int, ...]) -> int:
    if len(order) == 1:
        return 0
    return sum(int(travel[a, b]) for a, b in pairwise((*order, order[0])))


def _shortest_order(
    travel: NDArray[np.int32], points: tuple[int, ...]
) -> tuple[int, ...]:
    """Return the points as a short closed way that begins at the first of them."""
    if len(points) <= 2:
        return points
    if len(points) > MOST_POINTS_EXACT:
        return _nearest_neighbour_order(travel, points)
    home, rest = points[0], points[1:]
    # reached[visited, last] = shortest way from home through `visited`, ending at last.
    reached: dict[tuple[frozenset[int], int], tuple[int, tuple[int, ...]]] = {
        (frozenset((p,)), p): (int(travel[home, p]), (p,)) for p in rest
    }
    for size in range(2, len(rest) + 1):
        for chosen in combinations(rest, size):
            visited = frozenset(chosen)
            for last in chosen:
                ways = (
                    reached[visited - {last}, before]
                    for before in chosen
                    if before != last
                )
                reached[visited, last] = min(
                    (way + int(travel[path[-1], last]), (*path, last))
                    for way, path in ways
                )
    everywhere = frozenset(rest)
    _, path = min(
        (way + int(travel[last, home]), path)
        for (visited, last), (way, path) in reached.items()
        if visited == everywhere
    )
    return (home, *path)


def _nearest_neighbour_order(
    travel: NDArray[np.int32], points: tuple[int, ...]
) -> tuple[int, ...]:
    order, left = [points[0]], list(points[1:])
    while left:
        here = order[-1]
        nearest = min(left, key=lambda p: (int(travel[here, p]), p))
        left.remove(nearest)
        order.append(nearest)
    return tuple(order)
