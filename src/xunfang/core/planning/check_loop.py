"""How many units a loop takes, counted for the checker.

Like ``check.py`` it shares no code with what makes plans: ``rounds.py`` finds the same
number by dynamic programming, here every order is tried. A test holds the two equal;
were they not, a plan could send more units than the upper bound reckons with.
"""

from functools import cache
from itertools import combinations, pairwise, permutations

from xunfang.core.planning.problem import Loop, Problem

MOST_TRIED = 8
"""Beyond so many points the format fixes the order: that of the list."""


def n_units_taken(problem: Problem, loop: Loop) -> int:
    """Return the least number of units whose rounds leave no point alone too long.

    A unit's round leads through its points and back to the first, ``loop.dwell`` at
    each; a point is then left alone for the round less one dwell. One point by itself
    is never left alone. More than eight points are gone along in the order of the list.
    """
    points = tuple(dict.fromkeys(loop.at))
    travel = problem.travel.get(loop.mode)
    if travel is None:
        return len(points)

    def is_held_along(order: tuple[int, ...]) -> bool:
        if len(order) == 1:
            return True
        way = sum(int(travel[a, b]) for a, b in pairwise((*order, order[0])))
        return way + loop.dwell * (len(order) - 1) <= loop.max_gap

    if len(points) > MOST_TRIED:
        fewest = [0]
        for end in range(1, len(points) + 1):
            fewest.append(
                1
                + min(
                    fewest[first]
                    for first in range(end)
                    if is_held_along(points[first:end])
                )
            )
        return fewest[-1]

    @cache
    def is_held(part: tuple[int, ...]) -> bool:
        return any(is_held_along((part[0], *rest)) for rest in permutations(part[1:]))

    @cache
    def fewest_for(left: tuple[int, ...]) -> int:
        if not left:
            return 0
        counts = []
        for n_more in range(len(left)):
            for more in combinations(left[1:], n_more):
                if is_held((left[0], *more)):
                    rest = tuple(point for point in left[1:] if point not in more)
                    counts.append(1 + fewest_for(rest))
        return min(counts)

    return fewest_for(points)
