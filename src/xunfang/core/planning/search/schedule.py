"""From orders of visits to a plan with times: each thing as early as it may begin."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xunfang.core.errors import DomainError
from xunfang.core.planning.plan import Event, EventKind, LoopVisit, Plan, Route
from xunfang.core.planning.problem import UNREACHABLE, Loop, Problem, Unit
from xunfang.core.planning.rounds import plan_rounds, walk_round
from xunfang.core.planning.tasks import Task


class RouteNotDrivable(DomainError):
    """A unit cannot keep the order of visits it was given within windows and shift."""

    code = "planning.schedule.not_drivable"

    def __init__(self, unit: str, position: int) -> None:
        self.unit = unit
        self.position = position
        super().__init__(f"unit {unit} comes too late for its visit {position}")


@dataclass(frozen=True, slots=True)
class Visit:
    """A task made in one of its options, not before a moment if one is given."""

    task: int
    option: int
    not_before: int | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """A break of the unit, counted from 1 in the order of windows.

    ``at_end``: a break that may be taken anywhere is taken at the end post.
    """

    number: int
    at_end: bool = False
    not_before: int | None = None


type Part = Visit | Pause


def schedule(
    problem: Problem,
    tasks: Sequence[Task],
    routes: Mapping[str, Sequence[Part]],
) -> Plan:
    """Give each unit's visits and breaks their times, and count what they are worth.

    Each begins as early as it may; the unit sets out as late as still reaches the first
    of them then. Units that ``routes`` does not name get no route. The value is counted
    from the times: a stop's by when its dwell begins, a presence's by the minutes
    delivered in each band.

    Raises
    ------
    RouteNotDrivable
        A window or the end of the shift is missed, or no way leads there.
    """
    timeline = _Timeline(problem, tasks)
    planned = tuple(
        timeline.route(unit, routes[unit.id])
        for unit in problem.units
        if unit.id in routes
    )
    return Plan(routes=planned, value=_value(tasks, routes))


class _Timeline:
    """Lays routes out in time."""

    def __init__(self, problem: Problem, tasks: Sequence[Task]) -> None:
        self._problem = problem
        self._tasks = tasks
        self._loops = {loop.id: loop for loop in problem.loops}
        self._first_task: dict[tuple[EventKind, str], int] = {}
        for number, task in enumerate(tasks):
            self._first_task.setdefault((task.kind, task.id), number)

    def route(self, unit: Unit, parts: Sequence[Part]) -> Route:
        travel = self._problem.travel[unit.mode]
        now, place = unit.shift[0], unit.start
        depart: int | None = None
        events: list[Event] = []
        for position, part in enumerate(parts):
            event, stands = self._event(unit, part, now, place)
            if not stands:
                way = int(travel[place, event.at])
                if way >= UNREACHABLE:
                    raise RouteNotDrivable(unit.id, position)
                if depart is None:
                    depart = event.start - way
                    event = _moved(event, arrive=event.start)
            if not self._holds(unit, part, event):
                raise RouteNotDrivable(unit.id, position)
            events.append(event)
            now, place = event.end, event.exit
        if depart is None:
            if now > unit.shift[1]:
                raise RouteNotDrivable(unit.id, len(parts))
            return Route(unit.id, unit.shift[0], tuple(events), now)
        now += int(travel[place, unit.end])
        if now > unit.shift[1]:
            raise RouteNotDrivable(unit.id, len(parts))
        return Route(unit.id, depart, tuple(events), now)

    def _event(
        self, unit: Unit, part: Part, now: int, place: int
    ) -> tuple[Event, bool]:
        """Return what comes next, and whether the unit stands there already."""
        travel = self._problem.travel[unit.mode]
        if isinstance(part, Pause):
            pause = sorted(unit.breaks, key=lambda item: item.window)[part.number - 1]
            at = pause.at
            if at is None:
                at = unit.end if part.at_end else place
            stands = pause.at is None and not part.at_end
            arrive = now if stands else now + int(travel[place, at])
            start = max(arrive, pause.window[0], part.not_before or 0)
            end = start + pause.minutes
            name = str(part.number)
            return Event(EventKind.BREAK, name, at, at, arrive, start, end), stands
        task = self._tasks[part.task]
        option = task.options[part.option]
        arrive = now + int(travel[place, option.at])
        start = max(arrive, option.open, part.not_before or 0)
        end = start + task.dwell[unit.mode]
        visits = self._rounds(part.task) if task.kind is EventKind.LOOP else ()
        at, leave = option.at, option.exit
        return Event(task.kind, task.id, at, leave, arrive, start, end, visits), False

    def _holds(self, unit: Unit, part: Part, event: Event) -> bool:
        if isinstance(part, Pause):
            pause = sorted(unit.breaks, key=lambda item: item.window)[part.number - 1]
            return event.start <= pause.window[1]
        return event.start <= self._tasks[part.task].options[part.option].close

    def _rounds(self, number: int) -> tuple[LoopVisit, ...]:
        """Return the rounds that this task of a loop stands for."""
        task = self._tasks[number]
        loop: Loop = self._loops[task.id]
        travel = self._problem.travel[loop.mode]
        parts = plan_rounds(
            travel=travel, at=loop.at, dwell=loop.dwell, max_gap=loop.max_gap
        )
        part = parts[number - self._first_task[task.kind, task.id]]
        return walk_round(part, travel=travel, dwell=loop.dwell, window=loop.window)


def _moved(event: Event, *, arrive: int) -> Event:
    return Event(
        event.kind,
        event.id,
        event.at,
        event.exit,
        arrive,
        event.start,
        event.end,
        event.visits,
    )


def _value(tasks: Sequence[Task], routes: Mapping[str, Sequence[Part]]) -> float:
    """Add up the options chosen; of a presence band, the best-paid visits first."""
    total = 0.0
    n_presence: defaultdict[int, int] = defaultdict(int)
    for parts in routes.values():
        for part in parts:
            if isinstance(part, Pause):
                continue
            task = tasks[part.task]
            if task.kind is EventKind.PRESENCE:
                n_presence[task.group] += 1
            else:
                total += task.options[part.option].value
    for group, n_visits in n_presence.items():
        worth = [task.options[0].value for task in tasks if task.group == group]
        total += sum(sorted(worth, reverse=True)[:n_visits])
    return total
