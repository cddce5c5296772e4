"""What a duty officer changes by hand, stated as changes of the problem.

An edit does not touch a plan: it changes what is asked for, and the night is solved
again. So a stay that is held stays where it was put through every later plan, the
checker judges the edited night like any other, and what cannot be held is missing with
a reason. What is ordered by hand goes before every other duty.

========== ==========================================================================
``Hold``    a stop or a part of a presence becomes a duty of its own: begun at this
            minute, by this unit, or both; a post is held by this unit, or stands at
            another time
``LeaveOut`` it is not asked for
``Exclude`` the unit is not there, or its shift ends at a minute
``Wish``    a stop that nobody had asked for
========== ==========================================================================
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from xunfang.core.planning.plan import Event, EventKind, Plan, Route, Unmet
from xunfang.core.planning.problem import (
    Break,
    Loop,
    Need,
    Post,
    Presence,
    Problem,
    Reason,
    Stop,
    Unit,
    Window,
)

BY_HAND = 1
"""Priority of what is held by hand; that of every other duty is put back by one."""
SPLIT = "@"
"""Stands between the name of something and the mark of the part held by hand."""


@dataclass(frozen=True, slots=True)
class Stay:
    """A stay of a plan that somebody lays a hand on."""

    kind: EventKind
    id: str
    """Of the stop, post or presence, as the unedited problem calls it."""
    unit: str
    start: int
    duration: int


@dataclass(frozen=True, slots=True)
class Hold:
    """A stay is made by this unit, begins at this moment, or both."""

    stay: Stay
    held_as: str
    """What the edited problem calls it: ``held_id``."""
    unit: str | None = None
    start: int | None = None


@dataclass(frozen=True, slots=True)
class LeaveOut:
    """Something is not asked for this night."""

    kind: EventKind
    id: str


@dataclass(frozen=True, slots=True)
class Exclude:
    """A unit is not there: all night, or from a moment on, at which it is back."""

    unit: str
    since: int | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """A place where somebody should be, beside all that was asked for."""

    id: str
    lonlat: tuple[float, float]
    """One of the problem's points: travel to it must be known."""
    dwell: int
    window: Window
    """When it may begin."""
    worth: float
    mandatory: bool = True
    need: Need = field(default_factory=Need)
    reason: Reason | None = None


type Edit = Hold | LeaveOut | Exclude | Wish


class Outcome(StrEnum):
    """What became of an edit in a plan."""

    HONOURED = "honoured"
    UNMET = "unmet"
    """It is among what the plan leaves unmet, with a reason."""
    GONE = "gone"
    """What it speaks of is not asked for any more: there is nothing to hold."""


class PointUnknown(ValueError):
    """A wish lies at a point to which no travel is known: the caller's bug."""


def held_id(problem: Problem, stay: Stay) -> str:
    """Return what the edited problem calls a stay of ``problem`` that is held by hand.

    A part of a presence, and one unit's part of a post for several, get a name of their
    own; everything else keeps its name.
    """
    if stay.kind is EventKind.PRESENCE:
        return f"{stay.id}{SPLIT}{stay.start}"
    several = any(post.id == stay.id and post.units > 1 for post in problem.posts)
    if stay.kind is EventKind.POST and several:
        return f"{stay.id}{SPLIT}{stay.unit}"
    return stay.id


def base_key(kind: EventKind, id_: str) -> tuple[EventKind, str]:
    """Return what something was before a part of it was held by hand.

    >>> base_key(EventKind.STOP, "cell:C1@1200")
    (<EventKind.PRESENCE: 'presence'>, 'cell:C1')
    >>> base_key(EventKind.STOP, "K1")
    (<EventKind.STOP: 'stop'>, 'K1')
    """
    base, split, _ = id_.rpartition(SPLIT)
    if not split:
        return kind, id_
    return (EventKind.PRESENCE if kind is EventKind.STOP else kind), base


def apply_edits(problem: Problem, edits: Iterable[Edit]) -> Problem:
    """Return the problem as the edits make it; the problem itself is not changed.

    Wishes come first, for they too may be held; then holds, what is left out, and units,
    each in the order given. An edit of something that is not asked for changes nothing: ``outcome`` names
    it. Stops that want several visits, and loops, cannot be held; they can be left out.

    Raises
    ------
    PointUnknown
        A wish lies at no point of the problem.
    """
    edits = tuple(edits)
    holds = [edit for edit in edits if isinstance(edit, Hold)]
    wishes = [edit for edit in edits if isinstance(edit, Wish)]
    if any(_is_holdable(problem, hold.stay) for hold in holds) or any(
        wish.mandatory for wish in wishes
    ):
        problem = _put_back(problem)
    for wish in wishes:
        problem = _add_wish(problem, wish)
    for hold in holds:
        problem = _hold(problem, hold)
    for edit in edits:
        if isinstance(edit, LeaveOut):
            problem = _leave_out(problem, edit)
    for edit in edits:
        if isinstance(edit, Exclude):
            problem = _exclude(problem, edit)
    return problem


def outcome(
    problem: Problem, plan: Plan, held_as: str, kind: EventKind
) -> tuple[Outcome, Unmet | None]:
    """Say what became of a hold or a wish in a plan of the edited problem.

    ``held_as`` and ``kind`` say what the edited problem calls it: ``held_id`` and the
    kind of the stay (a stop where it is a presence), or the id of the wish and a stop.
    """
    for lack in plan.unmet:
        if (lack.kind, lack.id) == (kind, held_as):
            return Outcome.UNMET, lack
    known = {(EventKind.STOP, stop.id) for stop in problem.stops}
    known |= {(EventKind.POST, post.id) for post in problem.posts}
    return (Outcome.HONOURED if (kind, held_as) in known else Outcome.GONE), None


# What each edit makes of the problem.


def _is_holdable(problem: Problem, stay: Stay) -> bool:
    wanted: Sequence[Stop | Post | Presence] = ()
    match stay.kind:
        case EventKind.STOP:
            wanted = [stop for stop in problem.stops if stop.visits_max == 1]
        case EventKind.POST:
            wanted = problem.posts
        case EventKind.PRESENCE:
            wanted = problem.presence
    return any(thing.id == stay.id for thing in wanted)


def _put_back(problem: Problem) -> Problem:
    """Make room for what goes first."""

    def later[T: (Stop, Post, Loop)](things: tuple[T, ...]) -> tuple[T, ...]:
        return tuple(
            replace(thing, priority=thing.priority + 1) if thing.mandatory else thing
            for thing in things
        )

    return replace(
        problem,
        stops=later(problem.stops),
        posts=later(problem.posts),
        loops=later(problem.loops),
    )


def _hold(problem: Problem, hold: Hold) -> Problem:
    if not _is_holdable(problem, hold.stay):
        return problem
    match hold.stay.kind:
        case EventKind.STOP:
            return replace(
                problem,
                stops=tuple(
                    _held_stop(stop, hold) if stop.id == hold.stay.id else stop
                    for stop in problem.stops
                ),
            )
        case EventKind.POST:
            posts = [
                part
                for post in problem.posts
                for part in (
                    _held_post(post, hold) if post.id == hold.stay.id else [post]
                )
            ]
            return replace(problem, posts=tuple(posts))
        case _:
            return _hold_presence(problem, hold)


def _only(need: Need, unit: str | None) -> Need:
    """The unit may come even where it had been kept away by name."""
    if unit is None:
        return need
    return replace(
        need, only_units=frozenset({unit}), not_units=need.not_units - {unit}
    )


def _held_stop(stop: Stop, hold: Hold) -> Stop:
    return replace(
        stop,
        windows=stop.windows if hold.start is None else ((hold.start, hold.start),),
        need=_only(stop.need, hold.unit),
        mandatory=True,
        priority=BY_HAND,
    )


def _held_post(post: Post, hold: Hold) -> Iterator[Post]:
    """A post at another time is at another time for all who stand there."""
    if hold.start is not None:
        length = post.window[1] - post.window[0]
        moved = hold.start - post.window[0]
        post = replace(
            post,
            window=(hold.start, hold.start + length),
            reason=_with_bell(post.reason, moved),
        )
    if hold.unit is None:
        yield replace(post, mandatory=True)
        return
    held = replace(
        post,
        id=hold.held_as,
        units=1,
        need=_only(post.need, hold.unit),
        mandatory=True,
        priority=BY_HAND,
    )
    if post.units > 1:
        need = replace(post.need, not_units=post.need.not_units | {hold.unit})
        yield replace(post, units=post.units - 1, need=need)
        if held.id == post.id:
            # It was the last open place when it was held; another was freed since.
            held = replace(held, id=f"{post.id}{SPLIT}{hold.stay.unit}")
    yield held


def _with_bell(reason: Reason | None, moved: int) -> Reason | None:
    """The post moved because the bell did."""
    if reason is None or "bell_min" not in reason.facts:
        return reason
    bell = int(reason.facts["bell_min"]) + moved
    return replace(reason, facts=reason.facts | {"bell_min": bell})


def _hold_presence(problem: Problem, hold: Hold) -> Problem:
    """Cut a stay out of a presence: what is held is not wanted a second time."""
    stay = hold.stay
    [presence] = (place for place in problem.presence if place.id == stay.id)
    bands, counted, window = [], 0, (stay.start, stay.start)
    for begins, ends, minutes in presence.wanted:
        inside = min(ends, stay.start + stay.duration) - max(begins, stay.start)
        taken = min(minutes, max(0, inside))
        counted += taken
        if minutes > taken:
            bands.append((begins, ends, minutes - taken))
        if begins <= stay.start < ends:
            window = (begins, max(stay.start, ends - stay.duration))
    if hold.start is not None:
        window = (hold.start, hold.start)
    held = Stop(
        id=hold.held_as,
        at=presence.at,
        exit=presence.at,
        dwell=stay.duration,
        value=((window[0], presence.value_per_minute * counted),),
        windows=(window,),
        mandatory=True,
        priority=BY_HAND,
        need=_only(presence.need, hold.unit),
        layer=presence.layer,
        reason=presence.reason,
    )
    rest = replace(presence, wanted=tuple(bands))
    return replace(
        problem,
        stops=(*problem.stops, held),
        presence=tuple(
            rest if place.id == stay.id else place
            for place in problem.presence
            if place.id != stay.id or bands
        ),
    )


def _leave_out(problem: Problem, edit: LeaveOut) -> Problem:
    match edit.kind:
        case EventKind.STOP:
            left = tuple(stop for stop in problem.stops if stop.id != edit.id)
            return replace(problem, stops=left)
        case EventKind.POST:
            posts = tuple(post for post in problem.posts if post.id != edit.id)
            return replace(problem, posts=posts)
        case EventKind.LOOP:
            loops = tuple(loop for loop in problem.loops if loop.id != edit.id)
            return replace(problem, loops=loops)
        case _:
            places = tuple(p for p in problem.presence if p.id != edit.id)
            return replace(problem, presence=places)


def _exclude(problem: Problem, edit: Exclude) -> Problem:
    return replace(
        problem,
        units=tuple(
            there
            for unit in problem.units
            if (there := _until(unit, edit) if unit.id == edit.unit else unit)
        ),
    )


def _until(unit: Unit, edit: Exclude) -> Unit | None:
    if edit.since is None or edit.since <= unit.shift[0]:
        return None
    last = min(unit.shift[1], edit.since)
    return replace(
        unit,
        shift=(unit.shift[0], last),
        breaks=tuple(
            replace(meal, window=window)
            for meal in unit.breaks
            if (window := _meal_before(meal, last))
        ),
    )


def _meal_before(meal: Break, last: int) -> Window | None:
    ends = min(meal.window[1], last - meal.minutes)
    return (meal.window[0], ends) if meal.window[0] <= ends else None


def _add_wish(problem: Problem, wish: Wish) -> Problem:
    if wish.lonlat not in problem.points:
        raise PointUnknown(wish.id)
    point = problem.points.index(wish.lonlat)
    return replace(
        problem,
        stops=(
            *problem.stops,
            Stop(
                id=wish.id,
                at=point,
                exit=point,
                dwell=wish.dwell,
                value=((wish.window[0], wish.worth),),
                windows=(wish.window,),
                mandatory=wish.mandatory,
                priority=BY_HAND,
                need=wish.need,
                reason=wish.reason,
            ),
        ),
    )


# From the plan before to one to begin the search with.


def carry_over(plan: Plan, problem: Problem, edits: Iterable[Edit]) -> Plan:
    """Return a plan to begin with: the plan before, with every held stay in its place.

    Stays whose hold was undone become what they were. Nothing here is checked: the
    search takes over what fits and leaves the rest (``solve(warm_start=...)``).
    """
    stops = {stop.id for stop in problem.stops}
    presence = {place.id: place for place in problem.presence}
    routes = {
        route.unit: [
            back
            for event in route.events
            for back in _taken_back(event, stops, presence)
        ]
        for route in plan.routes
    }
    for edit in edits:
        if isinstance(edit, Hold):
            _carry(routes, edit)
    return replace(
        plan,
        routes=tuple(
            Route(unit, 0, tuple(events), 0) for unit, events in routes.items()
        ),
    )


def _taken_back(
    event: Event, stops: set[str], presence: dict[str, Presence]
) -> list[Event]:
    kind, base = base_key(event.kind, event.id)
    if kind is not EventKind.PRESENCE or event.id in stops or base not in presence:
        return [event]
    dwell = presence[base].dwell
    return [
        replace(event, kind=kind, id=base, arrive=begin, start=begin, end=begin + dwell)
        for begin in range(event.start, event.end - dwell + 1, dwell)
    ]


def _carry(routes: dict[str, list[Event]], hold: Hold) -> None:
    stay = hold.stay
    found = [
        (unit, event)
        for unit, events in routes.items()
        for event in events
        if event.id == hold.held_as or _is_part(event, stay)
    ]
    unit = hold.unit or stay.unit
    if not found or unit not in routes:
        return
    start = stay.start if hold.start is None else hold.start
    was_in, first = found[0]
    held = replace(
        first,
        kind=EventKind.STOP if stay.kind is EventKind.PRESENCE else stay.kind,
        id=hold.held_as,
        arrive=start,
        start=start,
        end=start + stay.duration,
    )
    at = routes[was_in].index(first)
    for other, event in found:
        routes[other].remove(event)
    events = routes[unit]
    if unit != was_in or start != first.start:
        # Where it stays, it keeps its place in the order: some stays last no time.
        at = next((k for k, e in enumerate(events) if e.start > start), len(events))
    events.insert(at, held)


def _is_part(event: Event, stay: Stay) -> bool:
    if (event.kind, event.id) != (stay.kind, stay.id):
        return False
    begins = range(stay.start, stay.start + stay.duration)
    return stay.kind is not EventKind.PRESENCE or event.start in begins
