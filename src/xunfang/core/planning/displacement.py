"""Where in a plan one more visit would fit, and what would have to give way for it.

The question behind "why not": each route keeps its order; stops may slide within the
hours in which they are worth as much as planned, and some of them may be taken out.
Whatever this module says would fit, does fit: it may miss a cleverer exchange, never
promise an impossible one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from xunfang.core.planning.plan import Event, EventKind, Route
from xunfang.core.planning.problem import UNREACHABLE, Presence, Unit, Window
from xunfang.core.planning.tasks import Option, Task

LONGEST_SEGMENT = 4
"""Stops in a row that may give way to one. Four are worth more than one nearly always."""

type Key = tuple[EventKind, str]


@dataclass(frozen=True, slots=True)
class Item:
    """One event of a route, and when it may begin without losing anything."""

    event: Event
    windows: tuple[Window, ...]
    dwell: int
    floats: bool = False
    """A break without a place of its own: it is taken wherever the unit then stands."""
    is_removable: bool = False
    priority: int | None = None
    """None: optional. Otherwise mandatory."""
    value: float = 0.0
    counts_in_part: bool = False
    """A presence visit beyond the minutes wanted: without two of them more is lost than
    without the one and without the other."""


@dataclass(frozen=True, slots=True)
class Displacement:
    """A way to make a visit: who, when, earning what, in place of what."""

    unit: str
    before: int
    """Number of events that come before it."""
    start: int
    value: float
    """What the visit itself earns."""
    out: tuple[Item, ...]
    """What gives way."""
    option: Option

    @property
    def lost(self) -> float:
        return sum(item.value for item in self.out)

    @property
    def net(self) -> float:
        return self.value - self.lost

    @property
    def mandatory_out(self) -> tuple[Item, ...]:
        return tuple(item for item in self.out if item.priority is not None)

    @property
    def rank(self) -> tuple[tuple[int, ...], float]:
        """Smaller is better: first what duty loses, urgent duties most, then value."""
        lost = sorted(item.priority or 0 for item in self.mandatory_out)
        return tuple(-priority for priority in lost), -self.net


class Track:
    """One unit's route, ready to be asked what else would fit in."""

    def __init__(
        self, unit: Unit, items: Sequence[Item], travel: Sequence[Sequence[int]]
    ) -> None:
        self.unit = unit
        self.items = _settled(unit, items)
        # Lists, not an array: single cells are read far more often than rows.
        self._travel = travel
        self._n_before_last_meals = len(items)
        while self._n_before_last_meals and items[self._n_before_last_meals - 1].floats:
            self._n_before_last_meals -= 1
        self._leave, self._place = self._forward()
        self._latest = self._backward()
        self._drive_to = [0, *accumulate(self._legs())]

    @property
    def is_sound(self) -> bool:
        """Whether the items can be done in this order and in time."""
        n_done = self._n_before_last_meals
        if len(self._leave) <= n_done or any(
            latest is None or left - item.dwell > latest
            for item, left, latest in zip(
                self.items[:n_done], self._leave[1:], self._latest, strict=False
            )
        ):
            return False
        limit = self.unit.max_drive
        return self._is_home_in_time(
            self._place[n_done], self._leave[n_done], self.items[n_done:]
        ) and (limit is None or self._drive_to[-1] <= limit)

    def displacements(
        self, options: Iterable[Option], dwell: int, siblings: Key
    ) -> Iterator[Displacement]:
        """Yield the ways to put one visit in, taking out up to a few stops in a row.

        ``options`` are the moments at which the visit may begin. Visits of the same
        thing (``siblings``) are never taken out to make room for it.
        """
        by_time = sorted(options, key=lambda option: option.open)
        last_moment = max((option.close for option in by_time), default=-1)
        n_items = len(self.items)
        for before in range(len(self._leave)):
            clock, place = self._leave[before], self._place[before]
            if clock > last_moment:
                break
            for first_kept in range(before, min(before + LONGEST_SEGMENT, n_items) + 1):
                if first_kept > before:
                    gone = self.items[first_kept - 1]
                    key = (gone.event.kind, gone.event.id)
                    if not gone.is_removable or key == siblings:
                        break
                    if gone.counts_in_part and any(
                        item.event.id == gone.event.id and item.counts_in_part
                        for item in self.items[before : first_kept - 1]
                    ):
                        break
                for option in by_time:
                    start = max(clock + self._travel[place][option.at], option.open)
                    if start > option.close or not self._fits(
                        before, first_kept, option, start + dwell
                    ):
                        continue
                    out = self.items[before:first_kept]
                    yield Displacement(
                        self.unit.id, before, start, option.value, out, option
                    )
                    break

    def with_items(self, items: Sequence[Item]) -> "Track":
        """Return the track of the same unit with other things to do."""
        return Track(self.unit, items, self._travel)

    def _fits(self, before: int, first_kept: int, option: Option, leave: int) -> bool:
        """Whether the rest of the night is still in time after a visit put in."""
        rest = first_kept
        while rest < len(self.items) and self.items[rest].floats:
            rest += 1
        meals = self.items[first_kept:rest]
        if rest == len(self.items):
            in_time = self._is_home_in_time(option.exit, leave, meals)
        else:
            clock = _after_meals(leave, meals)
            latest = self._latest[rest]
            way = self._travel[option.exit][self.items[rest].event.at]
            in_time = clock is not None and latest is not None and clock + way <= latest
        return in_time and self._drives_little_enough(before, rest, option)

    def _is_home_in_time(self, place: int, clock: int, meals: Sequence[Item]) -> bool:
        """Whether the shift is kept with these meals left, here or at the end post."""
        for n_here in range(len(meals) + 1):
            left = _after_meals(clock, meals[:n_here])
            if left is not None:
                home = left + self._travel[place][self.unit.end]
                back = _after_meals(home, meals[n_here:])
                if back is not None and back <= self.unit.shift[1]:
                    return True
        return False

    def _latest_to_leave(self, place: int, meals: Sequence[Item]) -> int | None:
        """The other way round: when the unit must be free at the latest."""
        found = []
        for n_here in range(len(meals) + 1):
            limit = _before_meals(self.unit.shift[1], meals[n_here:])
            if limit is not None:
                way = self._travel[place][self.unit.end]
                limit = _before_meals(limit - way, meals[:n_here])
            if limit is not None:
                found.append(limit)
        return max(found, default=None)

    def _drives_little_enough(self, before: int, rest: int, option: Option) -> bool:
        limit = self.unit.max_drive
        travel, here = self._travel, self._place[before]
        target = self.unit.end if rest == len(self.items) else self.items[rest].event.at
        way_in, way_out = travel[here][option.at], travel[option.exit][target]
        if way_in >= UNREACHABLE or way_out >= UNREACHABLE:
            return False
        if limit is None:
            return True
        total = self._drive_to[before] + way_in + way_out
        total += self._drive_to[-1] - self._drive_to[rest + 1]
        return bool(total <= limit)

    def _legs(self) -> list[int]:
        """Travel times of the route: to each item, and home."""
        legs, place = [], self.unit.start
        for item in self.items:
            legs.append(self._travel[place][item.event.at])
            place = item.event.exit
        # An idle unit need not go home, but here the question is what else it could do.
        return [*legs, self._travel[place][self.unit.end]]

    def _forward(self) -> tuple[list[int], list[int]]:
        """Earliest moment at which the unit is free, and where, before each item."""
        leave, places = [self.unit.shift[0]], [self.unit.start]
        for item in self.items:
            arrive = leave[-1] + self._travel[places[-1]][item.event.at]
            start = _next_moment(item.windows, arrive)
            if start is None:
                break
            leave.append(start + item.dwell)
            places.append(item.event.exit)
        return leave, places

    def _backward(self) -> list[int | None]:
        """Latest moment at which each item may begin so that all after it are in time.

        None where nothing is early enough. The last meals have none of their own.
        """
        n_done = self._n_before_last_meals
        legs = self._legs()
        last_place = self.items[n_done - 1].event.exit if n_done else self.unit.start
        free_by = self._latest_to_leave(last_place, self.items[n_done:])
        latest: list[int | None] = []
        for number in range(n_done - 1, -1, -1):
            item = self.items[number]
            if free_by is None:
                latest.append(None)
                continue
            moment = _last_moment(item.windows, free_by - item.dwell)
            latest.append(moment)
            free_by = None if moment is None else moment - legs[number]
        return latest[::-1]


def without_optional(track: Track) -> Track:
    """Return the track with its breaks and its duties alone."""
    return track.with_items(
        [
            item
            for item in track.items
            if item.priority is not None or item.event.kind is EventKind.BREAK
        ]
    )


def optional_out(
    track: Track, way: Displacement, options: Iterable[Option], dwell: int
) -> tuple[Item, ...]:
    """Return what must give way for a visit found where a unit has only its duties.

    What was optional is put back, the most valuable first, each where it was in the
    order, as long as the night still holds.
    """
    duties = without_optional(track).items
    event = Event(
        *(EventKind.STOP, "", way.option.at, way.option.exit),
        *(way.start, way.start, way.start + dwell),
    )
    windows = tuple(
        (option.open, option.close)
        for option in options
        if (option.at, option.exit) == (event.at, event.exit)
        and option.value >= way.value
    )
    visit = Item(event, windows, dwell)
    order = {_identity(item): number for number, item in enumerate(track.items)}
    follows = (
        order[_identity(duties[way.before])] if way.before < len(duties) else len(order)
    )

    def rank(item: Item) -> float:
        return follows - 0.5 if item is visit else order[_identity(item)]

    kept = [*duties[: way.before], visit, *duties[way.before :]]
    optional = [i for i in track.items if i.is_removable and i.priority is None]
    out = []
    for item in sorted(optional, key=lambda item: -item.value):
        trial = sorted([*kept, item], key=rank)
        if track.with_items(trial).is_sound:
            kept = trial
        else:
            out.append(item)
    return tuple(sorted(out, key=rank))


def _identity(item: Item) -> tuple[EventKind, str, int]:
    return item.event.kind, item.event.id, item.event.start


def _settled(unit: Unit, items: Sequence[Item]) -> tuple[Item, ...]:
    """Put breaks without a place where the unit stands."""
    settled: list[Item] = []
    place = unit.start
    for item in items:
        event = item.event
        if item.floats and event.at != place:
            event = replace(event, at=place, exit=place)
            settled.append(replace(item, event=event))
        else:
            settled.append(item)
        place = event.exit
    return tuple(settled)


def items_of(
    unit: Unit,
    route: Route,
    tasks: Mapping[Key, Sequence[Task]],
    n_made: Mapping[Key, int],
    worth: Mapping[int, float],
) -> list[Item]:
    """Turn the events of a route into items.

    ``n_made`` counts the visits in the whole plan. Things wanted more than once stay at
    their planned moments, because gaps bind their visits to one another. ``worth`` is the marginal value of each event, by its identity.
    """
    meals = sorted(unit.breaks, key=lambda meal: meal.window)
    items = []
    for event in route.events:
        dwell = event.end - event.start
        if event.kind is EventKind.BREAK:
            meal = meals[int(event.id) - 1]
            windows: tuple[Window, ...] = (meal.window,)
            floats = meal.at is None
            items.append(Item(event, windows, dwell, floats=floats))
            continue
        key = (event.kind, event.id)
        of_it = tasks.get(key, ())
        planned = [
            option.value
            for task in of_it
            for option in task.options
            if option.open <= event.start <= option.close
        ]
        # Gaps bind the visits of one thing to one another: they stay where they are.
        if len(of_it) > 1 or not planned:
            windows = ((event.start, event.start),)
        else:
            windows = tuple(
                (option.open, option.close)
                for option in of_it[0].options
                if option.value >= max(planned)
                and (option.at, option.exit) == (event.at, event.exit)
            )
        # Taking out a visit between two others could leave too long a gap.
        is_linked = n_made[key] > 1 and any(task.max_gap is not None for task in of_it)
        priorities = [task.priority for task in of_it if task.priority is not None]
        items.append(
            Item(
                event=event,
                windows=windows or ((event.start, event.start),),
                dwell=dwell,
                is_removable=not is_linked,
                priority=min(priorities) if priorities else None,
                value=worth[id(event)],
                counts_in_part=(
                    event.kind is EventKind.PRESENCE
                    and worth[id(event)] < max(planned, default=0.0)
                ),
            )
        )
    return items


def break_items(unit: Unit) -> list[Item]:
    """The breaks of a unit with nothing else to do."""
    items, place = [], unit.start
    for number, meal in enumerate(sorted(unit.breaks, key=lambda b: b.window), 1):
        place = place if meal.at is None else meal.at
        first = meal.window[0]
        event = Event(
            EventKind.BREAK,
            str(number),
            place,
            place,
            first,
            first,
            first + meal.minutes,
        )
        floats = meal.at is None
        items.append(Item(event, (meal.window,), meal.minutes, floats=floats))
    return items


def presence_worth(presence: Presence, delivered: int, wanted: int, more: int) -> float:
    """Value of ``more`` minutes (or, negative, of fewer) where some are delivered."""
    after = min(wanted, delivered + more)
    return presence.value_per_minute * (after - min(wanted, delivered))


def _after_meals(clock: int, meals: Sequence[Item]) -> int | None:
    """When breaks taken on the spot are over; None if one would begin too late."""
    for meal in meals:
        start = _next_moment(meal.windows, clock)
        if start is None:
            return None
        clock = start + meal.dwell
    return clock


def _before_meals(limit: int, meals: Sequence[Item]) -> int | None:
    """When such breaks must begin to be over by ``limit``; None if there is no time."""
    for meal in reversed(meals):
        start = _last_moment(meal.windows, limit - meal.dwell)
        if start is None:
            return None
        limit = start
    return limit


def _next_moment(windows: Sequence[Window], moment: int) -> int | None:
    starts = [max(first, moment) for first, last in windows if moment <= last]
    return min(starts) if starts else None


def _last_moment(windows: Sequence[Window], moment: int) -> int | None:
    starts = [min(last, moment) for first, last in windows if first <= moment]
    return max(starts) if starts else None
