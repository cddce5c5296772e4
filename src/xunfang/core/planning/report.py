"""What a plan does for loops and presence, in figures a page can show.

Read from the events of the plan alone, as the checker does.
"""

from dataclasses import dataclass
from itertools import pairwise

from xunfang.core.planning.plan import EventKind, Plan
from xunfang.core.planning.problem import Problem


@dataclass(frozen=True, slots=True)
class PointGap:
    """The longest time one point of a loop is left alone."""

    loop: str
    number: int
    """Of the point in the loop, from 1, as on the loop's own list."""
    at: int
    gap: int
    since: int
    """When it begins. It ends at ``since + gap``."""
    n_visits: int
    max_gap: int
    """What the loop asks for."""

    @property
    def is_held(self) -> bool:
        return self.gap <= self.max_gap


def longest_gaps(problem: Problem, plan: Plan) -> tuple[PointGap, ...]:
    """Return the longest gap at every point of every loop, in the order of the problem.

    A gap runs from the end of one stay to the beginning of the next, whichever units
    make them, and from the opening of the loop's window and to its closing. Of equal
    gaps the first counts. A point nobody visits is alone for the whole window.
    """
    found = []
    for loop in problem.loops:
        begins, ends = loop.window
        stays = [
            visit
            for route in plan.routes
            for event in route.events
            if (event.kind, event.id) == (EventKind.LOOP, loop.id)
            for visit in event.visits
        ]
        for number, at in enumerate(loop.at, 1):
            here = sorted((stay.start, stay.end) for stay in stays if stay.at == at)
            marks = [(begins, begins), *here, (ends, ends)]
            # A stay may lie within another unit's longer one: alone only after both.
            left, gaps = begins, []
            for (_, end), (start, _) in pairwise(marks):
                left = max(left, end)
                gaps.append((max(0, start - left), left))
            gap, since = max(gaps, key=lambda pair: pair[0])
            found.append(
                PointGap(loop.id, number, at, gap, since, len(here), loop.max_gap)
            )
    return tuple(found)


def worst_gap(problem: Problem, plan: Plan, loop_id: str) -> PointGap | None:
    """Return the point of one loop that is left alone longest; None: no such loop."""
    gaps = [gap for gap in longest_gaps(problem, plan) if gap.loop == loop_id]
    return max(gaps, key=lambda gap: gap.gap, default=None)


@dataclass(frozen=True, slots=True)
class BandPresence:
    """Presence wanted and delivered in one band of time."""

    id: str
    begins: int
    ends: int
    wanted: int
    delivered: int
    n_visits: int

    @property
    def missing(self) -> int:
        return max(0, self.wanted - self.delivered)


def presence_by_band(problem: Problem, plan: Plan) -> tuple[BandPresence, ...]:
    """Return what was wanted and what is delivered, band by band, in time units."""
    made: dict[str, list[tuple[int, int]]] = {}
    for route in plan.routes:
        for event in route.events:
            if event.kind is EventKind.PRESENCE:
                made.setdefault(event.id, []).append((event.start, event.end))
    rows = []
    for presence in problem.presence:
        for begins, ends, wanted in presence.wanted:
            inside = [
                end - start
                for start, end in made.get(presence.id, ())
                if begins <= start and end <= ends
            ]
            rows.append(
                BandPresence(
                    presence.id, begins, ends, wanted, sum(inside), len(inside)
                )
            )
    return tuple(rows)
