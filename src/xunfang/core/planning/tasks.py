"""Everything wanted, as one list of visits: what the search and the bound work on.

A task is one visit that one unit can make. Stops with several visits, posts for several
units, presence by bands and loops all become tasks here, so that the search knows only
one kind of thing. The checker does not use this module: it reads the problem itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from xunfang.core.planning.plan import EventKind
from xunfang.core.planning.problem import (
    Loop,
    Need,
    Post,
    Presence,
    Problem,
    Stop,
    Window,
)
from xunfang.core.planning.rounds import Round, plan_rounds, walk_round


@dataclass(frozen=True, slots=True)
class Option:
    """One way to make the visit: begin within [open, close], earn ``value``."""

    open: int
    close: int
    value: float
    at: int
    exit: int


@dataclass(frozen=True, slots=True)
class Task:
    """One visit wanted from one unit.

    Options do not overlap in time for one direction; within an option the value is
    constant, so several windows and values by hour are both just options.
    """

    kind: EventKind
    id: str
    """Of the stop, post, loop or presence it belongs to."""
    group: int
    """Tasks of one group are visits of the same thing: they share its gaps."""
    options: tuple[Option, ...]
    dwell: dict[str, int]
    """By mode; a mode that is missing may not serve."""
    need: Need
    priority: int | None
    """None: optional. Otherwise mandatory, 1 first."""
    min_gap: int = 0
    """Between visits of the same group, end to begin, whichever units make them."""
    max_gap: int | None = None
    one_unit_each: bool = False
    """No unit may serve two tasks of this group (a post wants different units)."""


def tasks_of(problem: Problem) -> tuple[Task, ...]:
    """List every visit wanted, stops first, then posts, loops and presence.

    A stop wanted up to three times gives three equal tasks; a post for two units gives
    two; a loop as many as its rounds need; presence one for each visit that its bands
    still count.
    """
    modes = tuple(problem.travel)
    tasks: list[Task] = []
    group = 0
    for stop in problem.stops:
        tasks += _tasks_of_stop(stop, modes, group)
        group += 1
    for post in problem.posts:
        tasks += _tasks_of_post(post, modes, group)
        group += 1
    for loop in problem.loops:
        tasks += _tasks_of_loop(loop, problem, modes, group)
        group += 1
    for presence in problem.presence:
        for band in presence.wanted:
            tasks += _tasks_of_band(presence, band, modes, group)
            group += 1
    return tuple(tasks)


def merge_windows(windows: tuple[Window, ...]) -> tuple[Window, ...]:
    """Return the same moments as windows in order that neither touch nor overlap."""
    merged: list[Window] = []
    for first, last in sorted(windows):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return tuple(merged)


def _tasks_of_stop(stop: Stop, modes: tuple[str, ...], group: int) -> list[Task]:
    dwell = (
        stop.dwell if isinstance(stop.dwell, dict) else dict.fromkeys(modes, stop.dwell)
    )
    ways = [(stop.at, stop.exit)]
    if stop.reversible and stop.at != stop.exit:
        ways.append((stop.exit, stop.at))
    pieces = list(_constant_pieces(stop))
    options = tuple(
        Option(open=first, close=last, value=value, at=at, exit=leave)
        for at, leave in ways
        for first, last, value in pieces
    )
    n_mandatory = stop.visits_min if stop.mandatory else 0
    return [
        Task(
            kind=EventKind.STOP,
            id=stop.id,
            group=group,
            options=options,
            dwell=dwell,
            need=stop.need,
            priority=stop.priority if number < n_mandatory else None,
            min_gap=stop.min_gap,
            max_gap=stop.max_gap,
        )
        for number in range(stop.visits_max)
    ]


def _constant_pieces(stop: Stop) -> Iterator[tuple[int, int, float]]:
    """Cut the windows where the value changes: ``(first, last, value)`` in order."""
    for first, last in merge_windows(stop.windows):
        for number, (since, value) in enumerate(stop.value):
            begins = first if number == 0 else max(first, since)
            is_last = number + 1 == len(stop.value)
            ends = last if is_last else min(last, stop.value[number + 1][0] - 1)
            if begins <= ends:
                yield begins, ends, value


def _tasks_of_post(post: Post, modes: tuple[str, ...], group: int) -> list[Task]:
    begins, ends = post.window
    option = Option(begins, begins, post.value, at=post.at, exit=post.at)
    return [
        Task(
            kind=EventKind.POST,
            id=post.id,
            group=group,
            options=(option,),
            dwell=dict.fromkeys(modes, ends - begins),
            need=post.need,
            priority=post.priority if post.mandatory else None,
            one_unit_each=True,
        )
    ] * post.units


def _tasks_of_loop(
    loop: Loop, problem: Problem, modes: tuple[str, ...], group: int
) -> list[Task]:
    begins, ends = loop.window
    travel = problem.travel[loop.mode]
    rounds = plan_rounds(
        travel=travel,
        at=loop.at,
        dwell=loop.dwell,
        max_gap=loop.max_gap,
    )

    def leave(part: Round) -> int:
        visits = walk_round(part, travel=travel, dwell=loop.dwell, window=loop.window)
        return visits[-1].at

    return [
        Task(
            kind=EventKind.LOOP,
            id=loop.id,
            group=group,
            options=(
                Option(begins, begins, loop.value, at=part.order[0], exit=leave(part)),
            ),
            dwell=dict.fromkeys(modes, ends - begins),
            need=loop.need,
            priority=loop.priority if loop.mandatory else None,
            one_unit_each=True,
        )
        for part in rounds
    ]


def _tasks_of_band(
    presence: Presence, band: tuple[int, int, int], modes: tuple[str, ...], group: int
) -> list[Task]:
    begins, ends, minutes = band
    latest = ends - presence.dwell
    n_visits = -(-minutes // presence.dwell) if latest >= begins else 0
    tasks = []
    for number in range(n_visits):
        counted = min(presence.dwell, minutes - number * presence.dwell)
        value = presence.value_per_minute * counted
        tasks.append(
            Task(
                kind=EventKind.PRESENCE,
                id=presence.id,
                group=group,
                options=(Option(begins, latest, value, presence.at, presence.at),),
                dwell=dict.fromkeys(modes, presence.dwell),
                need=presence.need,
                priority=None,
            )
        )
    return tasks
