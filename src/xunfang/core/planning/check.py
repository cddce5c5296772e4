"""Does a plan hold? Every rule of the problem, read again from the statement.

This module believes nobody. It imports the statement of the problem and of the plan and
no line of the code that makes plans (not the tasks, the rounds, the schedule or the
search), so that a mistake there is found here. Every plan that is shown, saved or
exported has passed :func:`violations`.

A violation is a code and its facts; ``wording.py`` turns them into a sentence for an
officer. In facts, a name ending in ``_moment`` is a time as in the problem, one ending in
``_duration`` a length of time, one ending in ``_point`` a place.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from xunfang.core.planning.check_loop import n_units_taken
from xunfang.core.planning.check_route import (
    Facts,
    Violation,
    Wanted,
    band_of,
    faults_of_route,
)
from xunfang.core.planning.plan import Event, EventKind, LoopVisit, Plan
from xunfang.core.planning.problem import Loop, Post, Presence, Problem, Stop

__all__ = ["Violation", "mandatory_missing", "recounted_value", "violations"]

VALUE_TOLERANCE = 1e-6
"""Values are sums of floats: the same terms added in another order may differ so much."""


def violations(problem: Problem, plan: Plan) -> tuple[Violation, ...]:
    """Name every rule of the problem that the plan breaks; empty if it holds.

    A mandatory thing that is missing is no violation (there may be no way to hold it),
    but a plan that is silent about it is: ``plan.unmet`` must name it and count it
    right. An upper bound below the value is a violation too, for one of the two is wrong.
    """
    units = {unit.id: unit for unit in problem.units}
    known = _known(problem)
    found: list[Violation] = []
    for unit_id, n_routes in Counter(route.unit for route in plan.routes).items():
        if unit_id not in units:
            found.append(Violation("unit_unknown", unit_id))
        elif n_routes > 1:
            found.append(Violation("unit_twice", unit_id, facts={"n_routes": n_routes}))
    for route in plan.routes:
        if route.unit in units:
            found += faults_of_route(problem, known, units[route.unit], route)
    found += _faults_between_units(problem, plan)
    found += _faults_of_account(problem, plan)
    return tuple(found)


def recounted_value(problem: Problem, plan: Plan) -> float:
    """Add up what the plan earns, from its events alone.

    A visit to a stop earns the step of the stop's value that holds when its dwell
    begins. A post or a loop earns its value for each unit that comes. A presence earns
    its value a minute for the minutes delivered in each band, up to those wanted there.
    """
    known = _known(problem)
    total = 0.0
    minutes: defaultdict[tuple[str, int], int] = defaultdict(int)
    for _, event in _events(plan):
        match known.get((event.kind, event.id)):
            case Stop() as stop:
                total += _value_at(stop, event.start)
            case Post(value=value) | Loop(value=value):
                total += value
            case Presence() as presence:
                band = band_of(presence, event)
                if band is not None:
                    minutes[presence.id, band] += event.end - event.start
    for presence in problem.presence:
        for number, (_, _, wanted) in enumerate(presence.wanted):
            counted = min(wanted, minutes[presence.id, number])
            total += presence.value_per_minute * counted
    return total


def mandatory_missing(problem: Problem, plan: Plan) -> dict[tuple[EventKind, str], int]:
    """Count what is missing from every mandatory thing that is not held.

    For a stop the visits short of its least number, for a post the units short. A loop
    counts 1 when nobody comes or one of its points is left alone longer than allowed:
    how many more units that would take is for ``explain.py`` to say.
    """
    made = Counter((event.kind, event.id) for _, event in _events(plan))
    missing: dict[tuple[EventKind, str], int] = {}
    for stop in problem.stops:
        short = stop.visits_min - made[EventKind.STOP, stop.id]
        if stop.mandatory and short > 0:
            missing[EventKind.STOP, stop.id] = short
    for post in problem.posts:
        short = post.units - made[EventKind.POST, post.id]
        if post.mandatory and short > 0:
            missing[EventKind.POST, post.id] = short
    for loop in problem.loops:
        is_left_alone = max(_loop_gaps(loop, plan)) > loop.max_gap
        nobody_comes = made[EventKind.LOOP, loop.id] == 0
        if loop.mandatory and (is_left_alone or nobody_comes):
            missing[EventKind.LOOP, loop.id] = 1
    return missing


# What several units do together.


def _faults_between_units(problem: Problem, plan: Plan) -> Iterator[Violation]:
    by_id: defaultdict[tuple[EventKind, str], list[tuple[str, Event]]] = defaultdict(
        list
    )
    for unit, event in _events(plan):
        by_id[event.kind, event.id].append((unit, event))
    for stop in problem.stops:
        made = by_id[EventKind.STOP, stop.id]
        if len(made) > stop.visits_max:
            facts: Facts = {"n_visits": len(made), "n_allowed": stop.visits_max}
            yield Violation("too_many_visits", None, stop.id, facts)
        yield from _faults_of_gaps(stop.id, made, stop.min_gap, stop.max_gap)
    for post in problem.posts:
        made = by_id[EventKind.POST, post.id]
        yield from _faults_of_attendance(post.id, made, post.units)
    for loop in problem.loops:
        made = by_id[EventKind.LOOP, loop.id]
        # One unit is always allowed: there is nothing to count until a second comes.
        n_allowed = n_units_taken(problem, loop) if len(made) > 1 else 1
        yield from _faults_of_attendance(loop.id, made, n_allowed)
        longest = max(_loop_gaps(loop, plan))
        is_reported = any(
            (lack.kind, lack.id) == (EventKind.LOOP, loop.id) for lack in plan.unmet
        )
        if made and longest > loop.max_gap and not is_reported:
            facts = {"gap_duration": longest, "limit_duration": loop.max_gap}
            yield Violation("loop_gap", None, loop.id, facts)
    for presence in problem.presence:
        made = by_id[EventKind.PRESENCE, presence.id]
        yield from _faults_of_gaps(presence.id, made, 0, None)


def _faults_of_gaps(
    wanted_id: str,
    made: Sequence[tuple[str, Event]],
    min_gap: int,
    max_gap: int | None,
) -> Iterator[Violation]:
    in_time = sorted(made, key=lambda visit: (visit[1].start, visit[1].end))
    for (_, before), (unit, after) in pairwise(in_time):
        gap = after.start - before.end
        facts: Facts = {"gap_duration": gap, "start_moment": after.start}
        if gap < min_gap:
            short = facts | {"limit_duration": min_gap}
            yield Violation("gap_too_short", unit, wanted_id, short)
        if max_gap is not None and gap > max_gap:
            long = facts | {"limit_duration": max_gap}
            yield Violation("gap_too_long", unit, wanted_id, long)


def _faults_of_attendance(
    wanted_id: str, made: Sequence[tuple[str, Event]], n_allowed: int
) -> Iterator[Violation]:
    for unit, n_times in Counter(unit for unit, _ in made).items():
        if n_times > 1:
            facts: Facts = {"n_times": n_times}
            yield Violation("unit_twice_at_once", unit, wanted_id, facts)
    if len(made) > n_allowed:
        facts = {"n_units": len(made), "n_allowed": n_allowed}
        yield Violation("too_many_units", None, wanted_id, facts)


# What the plan says about itself.


def _faults_of_account(problem: Problem, plan: Plan) -> Iterator[Violation]:
    value = recounted_value(problem, plan)
    if abs(value - plan.value) > VALUE_TOLERANCE * max(1.0, abs(value)):
        facts: Facts = {"stated": plan.value, "recounted": value}
        yield Violation("value_wrong", facts=facts)
    bound = plan.upper_bound
    if bound is not None and value > bound + VALUE_TOLERANCE * max(1.0, abs(value)):
        yield Violation("bound_wrong", facts={"bound": bound, "recounted": value})

    missing = mandatory_missing(problem, plan)
    listed: Counter[tuple[EventKind, str]] = Counter()
    for lack in plan.unmet:
        if lack.mandatory:
            listed[lack.kind, lack.id] += lack.n_missing
    for kind, wanted_id in sorted(missing.keys() | listed.keys()):
        n_missing, n_listed = missing.get((kind, wanted_id), 0), listed[kind, wanted_id]
        # How many units a loop lacks is not ours to know, only that it is not held.
        is_right = (
            n_listed >= n_missing if kind is EventKind.LOOP else n_listed == n_missing
        )
        if not is_right:
            facts = {"kind": kind.value, "n_missing": n_missing, "n_listed": n_listed}
            yield Violation("unmet_wrong", None, wanted_id, facts)


# Reading the statement.


def _known(problem: Problem) -> dict[tuple[EventKind, str], Wanted]:
    known: dict[tuple[EventKind, str], Wanted] = {}
    known |= {(EventKind.STOP, stop.id): stop for stop in problem.stops}
    known |= {(EventKind.POST, post.id): post for post in problem.posts}
    known |= {(EventKind.LOOP, loop.id): loop for loop in problem.loops}
    known |= {(EventKind.PRESENCE, place.id): place for place in problem.presence}
    return known


def _events(plan: Plan) -> Iterator[tuple[str, Event]]:
    for route in plan.routes:
        for event in route.events:
            yield route.unit, event


def _value_at(stop: Stop, moment: int) -> float:
    worth = stop.value[0][1]
    for since, value in stop.value[1:]:
        if moment >= since:
            worth = value
    return worth


def _loop_gaps(loop: Loop, plan: Plan) -> list[int]:
    """Longest time each point of the loop is left alone, in the order of ``loop.at``.

    Counted from the first to the last moment of the window, whichever units come.
    """
    visits: defaultdict[int, list[LoopVisit]] = defaultdict(list)
    for _, event in _events(plan):
        if event.kind is EventKind.LOOP and event.id == loop.id:
            for visit in event.visits:
                visits[visit.at].append(visit)
    longest = []
    for at in loop.at:
        alone_since, worst = loop.window[0], 0
        for visit in sorted(visits[at], key=lambda visit: visit.start):
            worst = max(worst, visit.start - alone_since)
            alone_since = max(alone_since, visit.end)
        longest.append(max(worst, loop.window[1] - alone_since))
    return longest
