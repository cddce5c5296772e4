"""Why something is in a plan, and why something wanted is not: computed, not guessed.

For each thing that is missing :func:`unmet` asks in this order, and the first answer
that holds is given:

1. may any unit serve it (crew, mode, tags, names)?
2. is such a unit on shift then?
3. could it get there and home again with nothing else to do; with its breaks?
4. are there people enough for all duties of that hour?
5. where would it fit in the plan, and what would have to give way?

Together with each answer goes what it would take: people, or an extra unit and its hours.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from xunfang.core.planning.displacement import (
    Displacement,
    Key,
    Track,
    break_items,
    items_of,
    optional_out,
    presence_worth,
    without_optional,
)
from xunfang.core.planning.plan import Event, EventKind, Plan, Unmet
from xunfang.core.planning.problem import (
    UNREACHABLE,
    Loop,
    Need,
    Post,
    Presence,
    Problem,
    Reason,
    Stop,
    Unit,
)
from xunfang.core.planning.staffing import Staffing, shortage_of, staffing
from xunfang.core.planning.tasks import Option, Task, tasks_of

type Facts = dict[str, str | int | float]
type Answer = tuple[str, Facts]
type Moments = dict[str, list[Option]]
"""By mode, the moments at which a missing visit may begin."""

WORTH_NOTHING = 1e-9

ANSWERS = (
    *("no_unit", "excluded", "reserved_for_others", "wrong_mode", "tag_missing"),
    *("too_few_sworn", "too_few_people", "all_who_may_are_there"),
    *("gaps_leave_no_moment", "no_unit_on_shift", "no_way", "too_far", "drive_limit"),
    *("break_in_the_way", "too_few_people_then", "too_few_units_then"),
    *("no_room_beside_duties", "duties_go_first"),
    *("worth_less_than_what_it_displaces", "search_missed_it"),
)
"""Every answer, the most hopeless first."""


@dataclass(frozen=True, slots=True)
class EventReason:
    """Why a unit does something."""

    unit: str
    event: Event
    reason: Reason


def reasons(problem: Problem, plan: Plan) -> tuple[EventReason, ...]:
    """Say for each event of the plan why it is there.

    The reason of its statement, where it has one. Otherwise ``duty`` for what is
    mandatory, ``worth`` with its value for what is not, and ``break``.
    """
    wanted: dict[Key, Stop | Post | Loop | Presence] = {}
    wanted |= {(EventKind.STOP, stop.id): stop for stop in problem.stops}
    wanted |= {(EventKind.POST, post.id): post for post in problem.posts}
    wanted |= {(EventKind.LOOP, loop.id): loop for loop in problem.loops}
    wanted |= {(EventKind.PRESENCE, place.id): place for place in problem.presence}
    return tuple(
        EventReason(
            route.unit, event, _reason(wanted.get((event.kind, event.id)), event)
        )
        for route in plan.routes
        for event in route.events
    )


def _reason(wanted: Stop | Post | Loop | Presence | None, event: Event) -> Reason:
    if wanted is None:
        return Reason("break")
    if wanted.reason is not None:
        return wanted.reason
    if isinstance(wanted, Presence):
        return Reason("presence", {"value_per_minute": wanted.value_per_minute})
    if wanted.mandatory:
        return Reason("duty", {"priority": wanted.priority})
    if isinstance(wanted, Stop):
        worth = [value for since, value in wanted.value if since <= event.start]
        return Reason("worth", {"value": worth[-1] if worth else wanted.value[0][1]})
    return Reason("worth", {"value": wanted.value})


def unmet(problem: Problem, plan: Plan) -> tuple[Unmet, ...]:
    """List everything wanted that is not in the plan, with why and what it would take.

    Mandatory things come first, by priority, then optional ones by what they are worth.
    A stop that wants several visits is listed once with the number missing, and twice
    where some of the missing ones are mandatory and some are not. The facts of an
    answer are described in ``docs/reference/patrol-plan.md``.

    ``plan`` must hold (``check.violations``) but for its own list of what is unmet.
    """
    night = _Night(problem, plan)
    found = []
    for lack, tasks in night.missing():
        task = tasks[0]
        # Bands of one presence and parts of one loop differ: the hopeful one counts.
        code, facts = max(
            (night.answer(task, is_mandatory=lack.mandatory) for task in tasks),
            key=lambda answer: ANSWERS.index(answer[0]),
        )
        worth = max((option.value for option in task.options), default=0.0)
        order = (not lack.mandatory, task.priority or 0, -worth, lack.kind, lack.id)
        found.append((order, replace(lack, code=code, facts=facts)))
    found.sort(key=lambda pair: pair[0])
    return tuple(lack for _, lack in found)


class _Night:
    """A plan taken apart, to be asked about many missing things."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = problem
        self.units = {unit.id: unit for unit in problem.units}
        self.tasks: defaultdict[Key, list[Task]] = defaultdict(list)
        for task in tasks_of(problem):
            self.tasks[task.kind, task.id].append(task)
        self.made: defaultdict[Key, list[tuple[str, Event]]] = defaultdict(list)
        for route in plan.routes:
            for event in route.events:
                if event.kind is not EventKind.BREAK:
                    self.made[event.kind, event.id].append((route.unit, event))
        self.presence = {place.id: place for place in problem.presence}
        self.staffing = staffing(problem)
        self.travel = {mode: matrix.tolist() for mode, matrix in problem.travel.items()}
        self.tracks = self._tracks(plan)
        # A unit with nothing else to do: driving as it likes, with its limit, with meals.
        self.idle_tracks = {
            unit.id: (
                Track(replace(unit, max_drive=None), (), self.travel[unit.mode]),
                Track(unit, (), self.travel[unit.mode]),
                Track(unit, break_items(unit), self.travel[unit.mode]),
            )
            for unit in problem.units
        }
        self.duty_tracks = {
            unit: without_optional(track) for unit, track in self.tracks.items()
        }

    def _tracks(self, plan: Plan) -> dict[str, Track]:
        n_made = Counter({key: len(made) for key, made in self.made.items()})
        routes = {route.unit: route for route in plan.routes}
        worth = {
            id(event): self._worth(event)
            for made in self.made.values()
            for _, event in made
        }
        tracks = {}
        for unit in self.problem.units:
            route = routes.get(unit.id)
            if route is None or not route.events:
                items = break_items(unit)
            else:
                items = items_of(unit, route, self.tasks, n_made, worth)
            tracks[unit.id] = Track(unit, items, self.travel[unit.mode])
        return tracks

    def _worth(self, event: Event) -> float:
        """What the plan would lose with this event alone."""
        if event.kind is EventKind.PRESENCE:
            presence = self.presence[event.id]
            wanted, delivered = self._band(presence, event.start)
            return -presence_worth(presence, delivered, wanted, event.start - event.end)
        return max(
            option.value
            for task in self.tasks[event.kind, event.id]
            for option in task.options
            if option.open <= event.start <= option.close
        )

    def _band(self, presence: Presence, moment: int) -> tuple[int, int]:
        """Minutes wanted and delivered in the band that holds a moment."""
        for begins, ends, wanted in presence.wanted:
            if begins <= moment < ends:
                made = self.made[EventKind.PRESENCE, presence.id]
                delivered = sum(
                    event.end - event.start
                    for _, event in made
                    if begins <= event.start and event.end <= ends
                )
                return wanted, delivered
        return 0, 0

    # What is missing.

    def missing(self) -> Iterator[tuple[Unmet, list[Task]]]:
        """Yield each thing that is missing, without its answer, and tasks to ask for."""
        for (kind, wanted_id), tasks in self.tasks.items():
            left = self._left(kind, wanted_id, tasks)
            for is_mandatory in (True, False):
                lacking = [
                    task for task in left if (task.priority is None) != is_mandatory
                ]
                if lacking:
                    lack = Unmet(kind, wanted_id, len(lacking), is_mandatory, "")
                    different = {task.options: task for task in lacking}
                    yield lack, list(different.values())

    def _left(
        self, kind: EventKind, wanted_id: str, tasks: Sequence[Task]
    ) -> list[Task]:
        """The tasks of one thing that no event of the plan fulfils."""
        made = [event for _, event in self.made[kind, wanted_id]]
        left = list(tasks)
        for event in made:
            for number, task in enumerate(left):
                if any(_is_made_by(option, event) for option in task.options):
                    del left[number]
                    break
        return left

    # Why.

    def answer(self, task: Task, *, is_mandatory: bool) -> Answer:
        key = (task.kind, task.id)
        units = self.problem.units
        if not units:
            return "no_unit", {}
        able = [unit for unit in units if _may_serve(unit, task)]
        if not able:
            return _closest_barrier(units, task)
        there = {unit for unit, _ in self.made[key]} if task.one_unit_each else set()
        free = [unit for unit in able if unit.id not in there]
        take = self._what_it_takes(able, task)
        if not free:
            facts: Facts = {"n_able": len(able), "n_wanted": len(self.tasks[key])}
            return "all_who_may_are_there", facts | take
        moments = {mode: self._moments(task, mode) for mode in task.dwell}
        if task.options and not any(moments[unit.mode] for unit in free):
            return "gaps_leave_no_moment", take
        on_shift = [
            unit for unit in free if _is_on_shift(unit, task, moments[unit.mode])
        ]
        if not on_shift:
            facts = {
                "first_moment": min((o.open for o in task.options), default=0),
                "last_moment": max((o.close for o in task.options), default=0),
            }
            return "no_unit_on_shift", facts | take
        return self._answer_of_time(task, moments, on_shift, take, is_mandatory)

    def _answer_of_time(
        self,
        task: Task,
        moments: Moments,
        units: Sequence[Unit],
        take: Facts,
        is_mandatory: bool,  # noqa: FBT001 -- private, always by its name's sense
    ) -> Answer:
        key = (task.kind, task.id)
        alone = {
            unit.id: [
                any(track.displacements(moments[unit.mode], task.dwell[unit.mode], key))
                for track in self.idle_tracks[unit.id]
            ]
            for unit in units
        }
        for number, code in enumerate(("too_far", "drive_limit", "break_in_the_way")):
            if not any(possible[number] for possible in alone.values()):
                nearest = self._nearest(task, moments, units)
                if not nearest:
                    return "no_way", {"at_point": task.options[0].at}
                return code, nearest | take
        if is_mandatory:
            short = shortage_of(self.staffing, task.kind, task.id)
            if short is not None:
                return _answer_of_shortage(short, take)
        ways = [
            self._with_true_worth(task, way)
            for unit in units
            for way in self.tracks[unit.id].displacements(
                moments[unit.mode], task.dwell[unit.mode], key
            )
        ]
        best = min(ways, key=lambda way: way.rank, default=None)
        if best is None or best.mandatory_out:
            best = self._among_duties_alone(task, moments, units) or best
        return _answer_of_displacement(best, task, is_mandatory=is_mandatory, take=take)

    def _with_true_worth(self, task: Task, way: Displacement) -> Displacement:
        if task.kind is not EventKind.PRESENCE:
            return way
        presence = self.presence[task.id]
        wanted, delivered = self._band(presence, way.start)
        worth = presence_worth(presence, delivered, wanted, presence.dwell)
        return replace(way, value=worth)

    def _among_duties_alone(
        self, task: Task, moments: Moments, units: Iterable[Unit]
    ) -> Displacement | None:
        """Where the visit fits if a unit gives up what is optional, as little as it can."""
        found = []
        for unit in units:
            options = moments[unit.mode]
            dwell = task.dwell[unit.mode]
            ways = (
                way
                for way in self.duty_tracks[unit.id].displacements(
                    options, dwell, (task.kind, task.id)
                )
                if not way.out
            )
            way = next(ways, None)
            if way is not None:
                out = optional_out(self.tracks[unit.id], way, options, dwell)
                found.append(self._with_true_worth(task, replace(way, out=out)))
        return min(found, key=lambda way: way.rank, default=None)

    def _moments(self, task: Task, mode: str) -> list[Option]:
        """The options of a task, cut to what the visits already planned leave open."""
        others = sorted(
            (event.start, event.end) for _, event in self.made[task.kind, task.id]
        )
        if task.one_unit_each or not others:
            return list(task.options)
        dwell = task.dwell[mode]
        horizon = (-UNREACHABLE, UNREACHABLE)
        max_gap = UNREACHABLE if task.max_gap is None else task.max_gap
        spans = []
        for before, after in zip((None, *others), (*others, None), strict=True):
            first, last = horizon
            if before is not None:
                first, last = before[1] + task.min_gap, before[1] + max_gap
            if after is not None:
                first = max(first, after[0] - max_gap - dwell)
                last = min(last, after[0] - task.min_gap - dwell)
            spans.append((first, last))
        return [
            replace(option, open=max(option.open, a), close=min(option.close, b))
            for option in task.options
            for a, b in spans
            if max(option.open, a) <= min(option.close, b)
        ]

    # What it would take.

    def _what_it_takes(self, units: Iterable[Unit], task: Task) -> Facts:
        """An extra unit like the one among these with the shortest way: its hours."""
        best: Facts = {}
        for unit in units:
            travel = self.problem.travel[unit.mode]
            for option in task.options:
                out = int(travel[unit.start, option.at])
                home = int(travel[option.exit, unit.end])
                if out >= UNREACHABLE or home >= UNREACHABLE:
                    continue
                leave = max(0, option.open - out)
                duration = out + task.dwell[unit.mode] + home
                if not best or duration < int(best["take_duration"]):
                    best = {
                        "take_mode": unit.mode,
                        "take_from_moment": leave,
                        "take_duration": duration,
                        "take_people": task.need.crew.total,
                    }
        return best

    def _nearest(self, task: Task, moments: Moments, units: Iterable[Unit]) -> Facts:
        """The unit that would be there first, when, and when it would have to be."""
        best: Facts = {}
        for unit in units:
            travel = self.problem.travel[unit.mode]
            for option in moments[unit.mode]:
                way = int(travel[unit.start, option.at])
                arrive = unit.shift[0] + way
                if way < UNREACHABLE and (
                    not best or arrive < int(best["arrive_moment"])
                ):
                    best = {"unit": unit.id, "arrive_moment": arrive}
                    best["last_moment"] = max(o.close for o in moments[unit.mode])
        return best


def _is_made_by(option: Option, event: Event) -> bool:
    return (
        option.open <= event.start <= option.close
        and option.at == event.at
        and option.exit == event.exit
    )


def _may_serve(unit: Unit, task: Task) -> bool:
    return not _barriers(unit, task)


def _barriers(unit: Unit, task: Task) -> tuple[str, ...]:
    barriers = task.need.barriers(unit)
    if unit.mode not in task.dwell and "wrong_mode" not in barriers:
        barriers = (*barriers, "wrong_mode")
    # Auxiliaries never work alone, whatever the need says.
    if unit.crew.sworn < 1 and "too_few_sworn" not in barriers:
        barriers = (*barriers, "too_few_sworn")
    return barriers


def _closest_barrier(units: Sequence[Unit], task: Task) -> Answer:
    """Nobody may serve it: what keeps away the unit that is kept away by least.

    Where it is reserved for some, what keeps those away says more than the name of it.
    """
    need: Need = task.need
    named = [unit for unit in units if unit.id in (need.only_units or ())]
    closest = min(
        named or units,
        key=lambda unit: (
            len(_barriers(unit, task)),
            need.crew.total - unit.crew.total,
            need.crew.sworn - unit.crew.sworn,
        ),
    )
    barrier = _barriers(closest, task)[0]
    facts: Facts = {"unit": closest.id}
    if barrier == "too_few_people":
        facts |= {"needed": need.crew.total, "largest": closest.crew.total}
        facts |= {"take_people": need.crew.total - closest.crew.total}
    elif barrier == "too_few_sworn":
        needed = max(1, need.crew.sworn)
        facts |= {"needed": needed, "largest": closest.crew.sworn}
        facts |= {"take_sworn": needed - closest.crew.sworn}
    elif barrier == "wrong_mode":
        allowed = (
            set(task.dwell) if need.modes is None else need.modes & set(task.dwell)
        )
        facts |= {"modes": ", ".join(sorted(allowed))}
    elif barrier == "tag_missing":
        facts |= {"tags": ", ".join(sorted(need.tags - closest.tags))}
    elif barrier == "reserved_for_others":
        facts = {"units": ", ".join(sorted(need.only_units or ()))}
    return barrier, facts


def _is_on_shift(unit: Unit, task: Task, moments: Iterable[Option]) -> bool:
    first, last = unit.shift
    dwell = task.dwell[unit.mode]
    return any(
        max(option.open, first) <= min(option.close, last - dwell) for option in moments
    )


def _answer_of_shortage(short: Staffing, take: Facts) -> Answer:
    facts: Facts = {"first_moment": short.begins, "last_moment": short.ends}
    if short.n_people_short:
        facts |= {"needs": short.n_people_needed, "has": short.n_people_on_shift}
        facts["take_people"] = short.n_people_short
        return "too_few_people_then", take | facts
    facts |= {"needs": short.n_units_needed, "has": short.n_units_placeable}
    return "too_few_units_then", facts | take


def _answer_of_displacement(
    way: Displacement | None, task: Task, *, is_mandatory: bool, take: Facts
) -> Answer:
    if way is None:
        return "no_room_beside_duties", take
    facts: Facts = {
        "unit": way.unit,
        "start_moment": way.start,
        "value": way.value,
        "lost": round(way.lost, 6),
        "n_displaced": len(way.out),
        "displaced": ", ".join(item.event.id for item in way.out),
    }
    urgent = [item for item in way.out if item.priority is not None]
    own = task.priority if is_mandatory and task.priority is not None else None
    gives_way = own is None or any((item.priority or 0) <= own for item in urgent)
    if urgent and gives_way:
        facts["duties"] = ", ".join(item.event.id for item in urgent)
        return "duties_go_first", facts | take
    if is_mandatory or way.net > WORTH_NOTHING:
        # The search stopped before it saw this exchange: more time would find it.
        return "search_missed_it", facts
    return "worth_less_than_what_it_displaces", facts | take
