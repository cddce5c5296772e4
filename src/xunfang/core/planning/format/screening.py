"""What makes no sense by itself is set aside, so that the rest can still be planned.

A shift that ends before it begins, a place off the map, a break outside its shift: each
costs its own line and no other, and each is named with its place in the document and a
code whose sentence in ``wording.py`` says what to do about it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol

from xunfang.core.planning.problem import (
    Break,
    Loop,
    Need,
    Post,
    Presence,
    Problem,
    Stop,
    Unit,
    Window,
)

type Facts = dict[str, str | int | float]


@dataclass(frozen=True, slots=True)
class SetAside:
    """Something in a document that was not taken over, and why."""

    path: str
    """Its place, such as ``stops[3].windows[0]``."""
    code: str
    """Stable; listed with its sentence and remedy in ``wording.py``."""
    id: str | None = None
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found[Item]:
    """An item as it was read, and its place in the document."""

    path: str
    item: Item


class _Named(Protocol):
    @property
    def id(self) -> str: ...


type _Wanted = Stop | Post | Loop | Presence


def screen(
    problem: Problem,
    *,
    units: Sequence[Found[Unit]],
    stops: Sequence[Found[Stop]],
    posts: Sequence[Found[Post]],
    loops: Sequence[Found[Loop]],
    presence: Sequence[Found[Presence]],
) -> tuple[Problem, tuple[SetAside, ...]]:
    """Return the problem with all that makes sense, and what does not.

    ``problem`` brings travel times and the clock; its own items are replaced.
    """
    aside = _Tray(problem)
    kept_units = aside.kept(units, aside.sound_unit)
    shifts = tuple(unit.shift for unit in kept_units)
    named_units = frozenset(found.item.id for found in units)
    for wanted in (stops, posts, loops, presence):
        for found in wanted:
            aside.note_unknown_names(
                found.path, found.item.id, found.item.need, named_units
            )
    kept = replace(
        problem,
        units=kept_units,
        stops=aside.kept(stops, partial(aside.sound_stop, shifts=shifts)),
        posts=aside.kept(posts, partial(aside.sound_post, shifts=shifts)),
        loops=aside.kept(loops, partial(aside.sound_loop, shifts=shifts)),
        presence=aside.kept(presence, partial(aside.sound_presence, shifts=shifts)),
    )
    return kept, tuple(aside.found)


class _Tray:
    """Collects what is set aside, and answers what may stay."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.found: list[SetAside] = []

    def put(
        self, path: str, code: str, item_id: str | None, **facts: str | float
    ) -> None:
        full_code = f"planning.aside.{code}"
        self.found.append(SetAside(path, full_code, item_id, dict(facts)))

    def kept[Item: _Named](
        self, items: Iterable[Found[Item]], sound: Callable[[str, Item], Item | None]
    ) -> tuple[Item, ...]:
        """Return what is sound of the items, each identity once."""
        seen: dict[str, str] = {}
        kept = []
        for found in items:
            if found.item.id in seen:
                first = seen[found.item.id]
                self.put(found.path, "duplicate_id", found.item.id, first=first)
                continue
            seen[found.item.id] = found.path
            item = sound(found.path, found.item)
            if item is not None:
                kept.append(item)
        return tuple(kept)

    # Units.

    def sound_unit(self, path: str, unit: Unit) -> Unit | None:
        first, last = unit.shift
        if first > last:
            self.put(
                f"{path}.shift",
                "shift_reversed",
                unit.id,
                first_moment=first,
                last_moment=last,
            )
            return None
        if unit.mode not in self.problem.travel:
            self.put(f"{path}.mode", "mode_without_travel", unit.id, mode=unit.mode)
            return None
        places = {"start": unit.start, "end": unit.end}
        if not self._are_on_the_map(path, unit.id, places):
            return None
        if unit.crew.sworn < 1:
            n_auxiliary = unit.crew.auxiliary
            self.put(
                f"{path}.crew", "no_sworn_officer", unit.id, n_auxiliary=n_auxiliary
            )
            return None
        return replace(unit, breaks=self._sound_breaks(path, unit))

    def _sound_breaks(self, path: str, unit: Unit) -> tuple[Break, ...]:
        """Keep the breaks that a unit with nothing else to do could take, in order."""
        travel = self.problem.travel[unit.mode]
        clock, place = unit.shift[0], unit.start
        kept = []
        in_order = sorted(enumerate(unit.breaks), key=lambda pair: pair[1].window)
        for number, meal in in_order:
            where = f"{path}.breaks[{number}]"
            first, last = meal.window
            facts: Facts = {"first_moment": first, "last_moment": last}
            at = place if meal.at is None else meal.at
            if first > last:
                self.put(where, "window_reversed", unit.id, **facts)
            elif not 0 <= at < self.problem.n_points:
                self._put_off_the_map(f"{where}.at", unit.id, at)
            else:
                start = max(clock + int(travel[place, at]), first)
                home = 0 if at == unit.start else int(travel[at, unit.end])
                if start <= last and start + meal.minutes + home <= unit.shift[1]:
                    kept.append(meal)
                    clock, place = start + meal.minutes, at
                else:
                    facts |= {"wanted_duration": meal.minutes}
                    facts |= {"shift_first_moment": unit.shift[0]}
                    facts |= {"shift_last_moment": unit.shift[1]}
                    self.put(where, "break_outside_shift", unit.id, **facts)
        return tuple(kept)

    # What is wanted.

    def sound_stop(
        self, path: str, stop: Stop, shifts: tuple[Window, ...]
    ) -> Stop | None:
        places = {"at": stop.at, "exit": stop.exit}
        if not self._are_on_the_map(path, stop.id, places):
            return None
        if stop.max_gap is not None and stop.min_gap > stop.max_gap:
            gaps = {"min_duration": stop.min_gap, "max_duration": stop.max_gap}
            self.put(f"{path}.visits", "gaps_contradict", stop.id, **gaps)
            return None
        if stop.visits_min > stop.visits_max:
            counts = {"n_least": stop.visits_min, "n_most": stop.visits_max}
            self.put(f"{path}.visits", "visits_contradict", stop.id, **counts)
            return None
        dwell = stop.dwell
        if isinstance(dwell, dict):
            modes = ", ".join(sorted(dwell))
            dwell = {m: time for m, time in dwell.items() if m in self.problem.travel}
            if not dwell:
                self.put(f"{path}.dwell", "mode_without_travel", stop.id, mode=modes)
                return None
        if self._is_contradictory_need(path, stop):
            return None
        shortest = min(dwell.values()) if isinstance(dwell, dict) else dwell
        windows = []
        for number, window in enumerate(stop.windows):
            where = f"{path}.windows[{number}]"
            if self._is_sound_window(where, stop.id, window, shortest, shifts):
                windows.append(window)
        if not windows:
            self.put(path, "no_window_left", stop.id)
            return None
        return replace(stop, dwell=dwell, windows=tuple(windows))

    def sound_post(
        self, path: str, post: Post, shifts: tuple[Window, ...]
    ) -> Post | None:
        is_sound = (
            self._are_on_the_map(path, post.id, {"at": post.at})
            and not self._is_contradictory_need(path, post)
            and self._is_sound_window(f"{path}.window", post.id, post.window, 0, shifts)
        )
        return post if is_sound else None

    def sound_loop(
        self, path: str, loop: Loop, shifts: tuple[Window, ...]
    ) -> Loop | None:
        if loop.mode not in self.problem.travel:
            self.put(f"{path}.mode", "mode_without_travel", loop.id, mode=loop.mode)
            return None
        places = {f"at[{number}]": point for number, point in enumerate(loop.at)}
        is_sound = (
            self._are_on_the_map(path, loop.id, places)
            and not self._is_contradictory_need(path, loop)
            and self._is_sound_window(f"{path}.window", loop.id, loop.window, 0, shifts)
        )
        return loop if is_sound else None

    def sound_presence(
        self, path: str, presence: Presence, shifts: tuple[Window, ...]
    ) -> Presence | None:
        places = {"at": presence.at}
        if not self._are_on_the_map(path, presence.id, places):
            return None
        if self._is_contradictory_need(path, presence):
            return None
        kept: list[tuple[int, int, int]] = []
        for number, (begins, ends, minutes) in enumerate(presence.wanted):
            where = f"{path}.wanted[{number}]"
            facts: Facts = {"first_moment": begins, "last_moment": ends}
            latest = ends - presence.dwell
            if begins > ends:
                self.put(where, "window_reversed", presence.id, **facts)
            elif latest < begins:
                facts["wanted_duration"] = presence.dwell
                self.put(where, "band_too_short", presence.id, **facts)
            elif any(begins < other[1] and other[0] < ends for other in kept):
                self.put(where, "bands_overlap", presence.id, **facts)
            elif self._is_sound_window(
                where, presence.id, (begins, latest), presence.dwell, shifts
            ):
                kept.append((begins, ends, minutes))
        if not kept:
            self.put(path, "no_window_left", presence.id)
            return None
        return replace(presence, wanted=tuple(kept))

    def note_unknown_names(
        self, path: str, item_id: str, need: Need, units: frozenset[str]
    ) -> None:
        """Say so where a rule names a unit or a mode that is nowhere in the document."""
        for key, names in (
            ("only_units", need.only_units or ()),
            ("not_units", need.not_units),
        ):
            for name in sorted(set(names) - units):
                self.put(f"{path}.{key}", "unknown_unit", item_id, unit=name)
        for mode in sorted((need.modes or frozenset()) - self.problem.travel.keys()):
            self.put(f"{path}.modes", "unknown_mode", item_id, mode=mode)

    # Shared questions.

    def _are_on_the_map(self, path: str, item_id: str, places: dict[str, int]) -> bool:
        for key, point in places.items():
            if not 0 <= point < self.problem.n_points:
                self._put_off_the_map(f"{path}.{key}", item_id, point)
                return False
        return True

    def _put_off_the_map(self, path: str, item_id: str, point: int) -> None:
        n_points = self.problem.n_points
        self.put(path, "place_unknown", item_id, point=point, n_points=n_points)

    def _is_contradictory_need(self, path: str, wanted: _Wanted) -> bool:
        need = wanted.need
        if need.only_units is not None and not need.only_units - need.not_units:
            self.put(f"{path}.only_units", "nobody_allowed", wanted.id)
            return True
        return False

    def _is_sound_window(
        self,
        path: str,
        item_id: str,
        window: Window,
        dwell: int,
        shifts: tuple[Window, ...],
    ) -> bool:
        first, last = window
        facts: Facts = {"first_moment": first, "last_moment": last}
        if first > last:
            self.put(path, "window_reversed", item_id, **facts)
            return False
        # Without a unit every window is outside every shift: that is said elsewhere.
        is_inside = any(
            begins <= last and max(begins, first) + dwell <= ends
            for begins, ends in shifts
        )
        if shifts and not is_inside:
            self.put(path, "window_outside_shifts", item_id, **facts)
            return False
        return True
