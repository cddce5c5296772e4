"""Does one unit's night hold? The part of the check that looks at a single route.

Like ``check.py`` it shares no code with what makes plans.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product

from xunfang.core.planning.plan import Event, EventKind, Route
from xunfang.core.planning.problem import (
    UNREACHABLE,
    Break,
    Loop,
    Need,
    Post,
    Presence,
    Problem,
    Stop,
    Unit,
)

type Facts = dict[str, str | int | float]
type Wanted = Stop | Post | Loop | Presence


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule that a plan breaks."""

    code: str
    """Stable; listed with its sentence in ``wording.py``."""
    unit: str | None = None
    """The unit that breaks it, where it is one unit."""
    id: str | None = None
    """The stop, post, loop or presence, or the number of the break, it is about."""
    facts: Facts = field(default_factory=dict)


def faults_of_route(
    problem: Problem,
    known: dict[tuple[EventKind, str], Wanted],
    unit: Unit,
    route: Route,
) -> Iterator[Violation]:
    yield from _faults_of_clock(problem, unit, route)
    yield from _faults_of_breaks(unit, route)
    for event in route.events:
        if event.kind is EventKind.BREAK:
            continue
        wanted = known.get((event.kind, event.id))
        if wanted is None:
            facts: Facts = {"kind": event.kind.value}
            yield Violation("event_unknown", unit.id, event.id, facts)
            continue
        yield from _faults_of_need(wanted.need, unit, event)
        match wanted:
            case Stop():
                yield from _faults_of_stop(wanted, unit, event)
            case Post():
                yield from _faults_of_post(wanted, unit, event)
            case Loop():
                yield from _faults_of_loop(problem, wanted, unit, event)
            case Presence():
                yield from _faults_of_presence(wanted, unit, event)


def _faults_of_clock(problem: Problem, unit: Unit, route: Route) -> Iterator[Violation]:
    """Follow the unit through its night: nowhere sooner than the way there takes."""
    first, last = unit.shift
    travel = problem.travel.get(unit.mode)
    if travel is None:
        yield Violation("mode_unknown", unit.id, facts={"mode": unit.mode})
        return
    if route.depart < first:
        early: Facts = {"depart_moment": route.depart, "shift_moment": first}
        yield Violation("before_shift", unit.id, facts=early)
    if route.back > last:
        late: Facts = {"back_moment": route.back, "shift_moment": last}
        yield Violation("after_shift", unit.id, facts=late)

    place, clock, drive = unit.start, first, 0
    has_left = False
    for event in route.events:
        points = (event.at, event.exit)
        if not all(0 <= point < problem.n_points for point in points):
            facts: Facts = {"at_point": event.at, "exit_point": event.exit}
            yield Violation("place_wrong", unit.id, event.id, facts)
            return
        if not has_left and not _is_break_at_start(unit, event):
            has_left = True
            clock = max(clock, route.depart)
        leg = int(travel[place, event.at])
        yield from _faults_of_leg(
            unit, event.id, place, event.at, leg, event.arrive - clock
        )
        if event.start < event.arrive:
            facts = {"arrive_moment": event.arrive, "start_moment": event.start}
            yield Violation("begins_before_arrival", unit.id, event.id, facts)
        if event.end < event.start:
            facts = {"start_moment": event.start, "end_moment": event.end}
            yield Violation("ends_before_begin", unit.id, event.id, facts)
        place, clock, drive = event.exit, event.end, drive + leg

    if has_left:
        leg = int(travel[place, unit.end])
        yield from _faults_of_leg(unit, None, place, unit.end, leg, route.back - clock)
        drive += leg
    elif route.back < max(clock, route.depart):
        facts = {
            "clock_moment": max(clock, route.depart),
            "back_moment": route.back,
        }
        yield Violation("back_too_early", unit.id, facts=facts)
    if unit.max_drive is not None and drive > unit.max_drive:
        facts = {"drive_duration": drive, "limit_duration": unit.max_drive}
        yield Violation("drive_too_long", unit.id, facts=facts)


def _is_break_at_start(unit: Unit, event: Event) -> bool:
    """Whether the unit is still at its start, eating, before it sets out."""
    return (
        event.kind is EventKind.BREAK
        and event.at == unit.start
        and event.exit == event.at
    )


def _faults_of_leg(
    unit: Unit, event_id: str | None, place: int, to: int, leg: int, had: int
) -> Iterator[Violation]:
    facts: Facts = {"from_point": place, "to_point": to}
    if leg >= UNREACHABLE:
        yield Violation("no_way", unit.id, event_id, facts)
    elif had < leg:
        facts |= {"needed_duration": leg, "had_duration": had}
        yield Violation("too_fast", unit.id, event_id, facts)


def _faults_of_breaks(unit: Unit, route: Route) -> Iterator[Violation]:
    """Each break once, in order, in its window, as long as it should be, where it may."""
    owed = {
        str(number): meal
        for number, meal in enumerate(sorted(unit.breaks, key=lambda b: b.window), 1)
    }
    taken = [event.id for event in route.events if event.kind is EventKind.BREAK]
    for number, n_times in Counter(taken).items():
        if number not in owed:
            yield Violation("break_unknown", unit.id, number)
        elif n_times > 1:
            yield Violation("break_twice", unit.id, number, {"n_times": n_times})
    for number, meal in owed.items():
        if number not in taken:
            first, last = meal.window
            facts: Facts = {"first_moment": first, "last_moment": last}
            yield Violation("break_missing", unit.id, number, facts)
    in_order = [number for number in owed if number in taken]
    seen = [number for number in dict.fromkeys(taken) if number in owed]
    if seen != in_order:
        yield Violation("breaks_out_of_order", unit.id, seen[0])
    place = unit.start
    for position, event in enumerate(route.events):
        if event.kind is EventKind.BREAK and event.id in owed:
            rest = route.events[position + 1 :]
            is_over = all(later.kind is EventKind.BREAK for later in rest)
            yield from _faults_of_break(
                unit, owed[event.id], event, place, is_over=is_over
            )
        place = event.exit


def _faults_of_break(
    unit: Unit, meal: Break, event: Event, place: int, *, is_over: bool
) -> Iterator[Violation]:
    first, last = meal.window
    facts: Facts = {
        "start_moment": event.start,
        "first_moment": first,
        "last_moment": last,
    }
    if not first <= event.start <= last:
        yield Violation("break_outside_window", unit.id, event.id, facts)
    if event.end - event.start != meal.minutes:
        facts = {
            "wanted_duration": meal.minutes,
            "had_duration": event.end - event.start,
        }
        yield Violation("break_wrong_length", unit.id, event.id, facts)
    # Where no place is given the unit eats where it stands, or at its end post after work.
    allowed = {meal.at} if meal.at is not None else {place}
    if meal.at is None and is_over:
        allowed.add(unit.end)
    if event.at not in allowed or event.exit != event.at:
        facts = {"at_point": event.at}
        yield Violation("break_wrong_place", unit.id, event.id, facts)


# One visit, post or round.


def _faults_of_need(need: Need, unit: Unit, event: Event) -> Iterator[Violation]:
    crew = unit.crew
    if crew.sworn < 1:
        yield Violation("no_sworn_officer", unit.id, event.id)
    elif crew.sworn < need.crew.sworn:
        facts: Facts = {"needed": need.crew.sworn, "has": crew.sworn}
        yield Violation("too_few_sworn", unit.id, event.id, facts)
    if crew.sworn + crew.auxiliary < need.crew.total:
        facts = {"needed": need.crew.total, "has": crew.sworn + crew.auxiliary}
        yield Violation("too_few_people", unit.id, event.id, facts)
    if need.modes is not None and unit.mode not in need.modes:
        yield Violation("wrong_mode", unit.id, event.id, {"mode": unit.mode})
    missing_tags = sorted(set(need.tags) - set(unit.tags))
    if missing_tags:
        facts = {"tags": ", ".join(missing_tags)}
        yield Violation("tag_missing", unit.id, event.id, facts)
    if need.only_units is not None and unit.id not in need.only_units:
        yield Violation("reserved_for_others", unit.id, event.id)
    if unit.id in need.not_units:
        yield Violation("excluded", unit.id, event.id)


def _faults_of_stop(stop: Stop, unit: Unit, event: Event) -> Iterator[Violation]:
    ways = {(stop.at, stop.exit)}
    if stop.reversible:
        ways.add((stop.exit, stop.at))
    yield from _faults_of_place(unit, event, ways)
    if isinstance(stop.dwell, dict):
        if unit.mode not in stop.dwell:
            yield Violation("wrong_mode", unit.id, event.id, {"mode": unit.mode})
        else:
            yield from _faults_of_dwell(unit, event, stop.dwell[unit.mode])
    else:
        yield from _faults_of_dwell(unit, event, stop.dwell)
    if not any(first <= event.start <= last for first, last in stop.windows):
        facts: Facts = {"start_moment": event.start}
        yield Violation("outside_window", unit.id, event.id, facts)


def _faults_of_post(post: Post, unit: Unit, event: Event) -> Iterator[Violation]:
    yield from _faults_of_place(unit, event, {(post.at, post.at)})
    yield from _faults_of_presence_throughout(post.window, unit, event)


def _faults_of_presence_throughout(
    window: tuple[int, int], unit: Unit, event: Event
) -> Iterator[Violation]:
    if (event.start, event.end) != window:
        facts: Facts = {
            "start_moment": event.start,
            "end_moment": event.end,
            "first_moment": window[0],
            "last_moment": window[1],
        }
        yield Violation("not_throughout", unit.id, event.id, facts)


def _faults_of_presence(
    presence: Presence, unit: Unit, event: Event
) -> Iterator[Violation]:
    yield from _faults_of_place(unit, event, {(presence.at, presence.at)})
    yield from _faults_of_dwell(unit, event, presence.dwell)
    if band_of(presence, event) is None:
        facts: Facts = {"start_moment": event.start, "end_moment": event.end}
        yield Violation("outside_band", unit.id, event.id, facts)


def _faults_of_loop(
    problem: Problem, loop: Loop, unit: Unit, event: Event
) -> Iterator[Violation]:
    """Walk the rounds: stays long enough, ways no faster than they are, all in time."""
    yield from _faults_of_place(unit, event, set(product(loop.at, loop.at)))
    yield from _faults_of_presence_throughout(loop.window, unit, event)
    travel = problem.travel.get(loop.mode)
    if travel is None:
        yield Violation("mode_unknown", unit.id, event.id, {"mode": loop.mode})
        return
    if not event.visits:
        yield Violation("no_rounds", unit.id, event.id)
    place, clock = event.at, event.start
    for visit in event.visits:
        facts: Facts = {"at_point": visit.at, "start_moment": visit.start}
        if visit.at not in loop.at:
            yield Violation("round_wrong_place", unit.id, event.id, facts)
            return
        # The closing of the window may cut the last stay short.
        is_cut_short = visit is event.visits[-1] and visit.end == loop.window[1]
        if visit.end - visit.start < loop.dwell and not is_cut_short:
            short = facts | {
                "wanted_duration": loop.dwell,
                "had_duration": visit.end - visit.start,
            }
            yield Violation("round_too_short", unit.id, event.id, short)
        leg = int(travel[place, visit.at])
        yield from _faults_of_leg(
            unit, event.id, place, visit.at, leg, visit.start - clock
        )
        place, clock = visit.at, visit.end
    if 0 <= event.exit < problem.n_points:
        leg = int(travel[place, event.exit])
        yield from _faults_of_leg(
            unit, event.id, place, event.exit, leg, event.end - clock
        )


def _faults_of_place(
    unit: Unit, event: Event, ways: set[tuple[int, int]]
) -> Iterator[Violation]:
    if (event.at, event.exit) not in ways:
        facts: Facts = {"at_point": event.at, "exit_point": event.exit}
        yield Violation("place_wrong", unit.id, event.id, facts)


def _faults_of_dwell(unit: Unit, event: Event, dwell: int) -> Iterator[Violation]:
    had = event.end - event.start
    if had != dwell:
        facts: Facts = {"wanted_duration": dwell, "had_duration": had}
        yield Violation("dwell_wrong", unit.id, event.id, facts)


def band_of(presence: Presence, event: Event) -> int | None:
    """Number of the band that holds the whole of the visit; None if none does."""
    for number, (begins, ends, _) in enumerate(presence.wanted):
        if begins <= event.start and event.end <= ends:
            return number
    return None
