"""Every plan of a tiny problem, counted one by one: what search and bound are held to.

Works on ``Problem`` itself and shares nothing with search, bound or check except the
rounds of a loop, which say how many units a loop takes and where each stands at the
beginning and at the end. Exponential in everything: a few units, a handful of things, a
horizon of a few dozen moments.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, pairwise

from xunfang.core.planning.problem import UNREACHABLE, Break, Need, Problem, Stop, Unit
from xunfang.core.planning.rounds import plan_rounds, walk_round

type Key = tuple[str, int]
"""Kind and number of something wanted; for loops and presence, of its part."""
type Visit = tuple[Key, int, int]
"""What, and from when to when."""


MOST_STEPS = 20_000
"""Steps of all nights of one unit, or of joining two units' nights, before giving up."""


class TooManyPlans(Exception):
    """The problem is not tiny enough to try everything."""


@dataclass(frozen=True)
class Thing:
    key: Key
    need: Need
    ways: tuple[tuple[int, int], ...]
    starts: tuple[tuple[int, float], ...]
    """Moments at which it may begin and what it is then worth by itself."""
    dwell: dict[str, int]
    is_linked: bool
    """Whether it matters to other visits when this one is made."""


@dataclass(frozen=True)
class Optimum:
    """What the plans of a problem can be worth."""

    value: float
    """Of the best plan, whatever mandatory things it leaves out."""
    value_by_served: dict[tuple[int, ...], float]
    """Best value by how many mandatory visits of each priority are made, 1 first."""
    n_mandatory: tuple[int, ...]
    """Mandatory visits wanted of each priority."""

    @property
    def lexicographic(self) -> tuple[tuple[int, ...], float]:
        """Most mandatory visits by priority, then value."""
        served = max(self.value_by_served)
        return served, self.value_by_served[served]

    @property
    def value_all_mandatory(self) -> float | None:
        """Best value of the plans that make every mandatory visit; None: there is none."""
        return self.value_by_served.get(self.n_mandatory)


def optimum(problem: Problem) -> Optimum:
    """Return the best values over all plans.

    Raises
    ------
    TooManyPlans
        There are too many to try.
    """
    things = list(_things(problem))
    # (single things made, linked visits made) -> best value of single things
    made: dict[tuple[tuple[Key, ...], tuple[Visit, ...]], float] = {((), ()): 0.0}
    for unit in problem.units:
        nights = _nights(problem, unit, things)
        if len(made) * len(nights) > MOST_STEPS:
            raise TooManyPlans
        joined: dict[tuple[tuple[Key, ...], tuple[Visit, ...]], float] = {}
        for (single, linked), value in made.items():
            for (more_single, more_linked), more in nights.items():
                if set(single) & set(more_single):
                    continue
                both = tuple(sorted(linked + more_linked))
                if not _may_still_hold(problem, both):
                    continue
                key = (tuple(sorted(single + more_single)), both)
                joined[key] = max(joined.get(key, value + more), value + more)
        made = joined
    priorities = sorted(
        {s.priority for s in problem.stops if s.mandatory}
        | {p.priority for p in problem.posts if p.mandatory}
        | {o.priority for o in problem.loops if o.mandatory}
    )
    best: dict[tuple[int, ...], float] = {}
    for (single, linked), value in made.items():
        if not _gaps_hold(problem, linked):
            continue
        served = _served(problem, single, linked, priorities)
        total = value + _presence_value(problem, linked)
        best[served] = max(best.get(served, total), total)
    wanted = Counter[int]()
    for stop in problem.stops:
        wanted[stop.priority] += stop.visits_min if stop.mandatory else 0
    for post in problem.posts:
        wanted[post.priority] += post.units if post.mandatory else 0
    for loop in problem.loops:
        rounds = _rounds(problem, loop)
        wanted[loop.priority] += len(rounds) if loop.mandatory else 0
    return Optimum(max(best.values()), best, tuple(wanted[p] for p in priorities))


def _rounds(problem, loop):
    return plan_rounds(
        travel=problem.travel[loop.mode],
        at=loop.at,
        dwell=loop.dwell,
        max_gap=loop.max_gap,
    )


def _things(problem: Problem) -> Iterator[Thing]:
    modes = tuple(problem.travel)
    for number, stop in enumerate(problem.stops):
        ways = {(stop.at, stop.exit)}
        if stop.reversible:
            ways.add((stop.exit, stop.at))
        moments = sorted({t for a, b in stop.windows for t in range(a, b + 1)})
        dwell = stop.dwell
        yield Thing(
            ("stop", number),
            stop.need,
            tuple(sorted(ways)),
            tuple((t, _value_at(stop, t)) for t in moments),
            dict(dwell) if isinstance(dwell, dict) else dict.fromkeys(modes, dwell),
            is_linked=stop.visits_max > 1,
        )
    for number, post in enumerate(problem.posts):
        begins, ends = post.window
        yield Thing(
            ("post", number),
            post.need,
            ((post.at, post.at),),
            ((begins, post.value),),
            dict.fromkeys(modes, ends - begins),
            is_linked=True,
        )
    for number, loop in enumerate(problem.loops):
        begins, ends = loop.window
        for part, way in enumerate(_rounds(problem, loop)):
            visits = walk_round(
                way,
                travel=problem.travel[loop.mode],
                dwell=loop.dwell,
                window=loop.window,
            )
            yield Thing(
                ("loop", 100 * number + part),
                loop.need,
                ((way.order[0], visits[-1].at),),
                ((begins, loop.value),),
                dict.fromkeys(modes, ends - begins),
                is_linked=False,
            )
    for number, presence in enumerate(problem.presence):
        for band, (begins, ends, _) in enumerate(presence.wanted):
            moments = range(begins, ends - presence.dwell + 1)
            yield Thing(
                ("presence", 100 * number + band),
                presence.need,
                ((presence.at, presence.at),),
                tuple((t, 0.0) for t in moments),
                dict.fromkeys(modes, presence.dwell),
                is_linked=True,
            )


def _value_at(stop: Stop, moment: int) -> float:
    value = stop.value[0][1]
    for since, worth in stop.value[1:]:
        if moment >= since:
            value = worth
    return value


def _nights(problem: Problem, unit: Unit, things: list[Thing]):
    """All a unit can do: ``(single things, linked visits) -> best value``."""
    travel = problem.travel[unit.mode].tolist()
    meals = sorted(unit.breaks, key=lambda b: b.window)
    mine = [
        thing
        for thing in things
        if not thing.need.barriers(unit) and unit.mode in thing.dwell
    ]
    found: dict[tuple[tuple[Key, ...], tuple[Visit, ...]], float] = {((), ()): 0.0}

    def record(single: tuple[Key, ...], linked: tuple[Visit, ...], value: float):
        key = (tuple(sorted(single)), tuple(sorted(linked)))
        found[key] = max(found.get(key, value), value)

    def may_finish(place: int, clock: int, drive: int, meals_left: list[Break]) -> bool:
        """Whether the unit can take the meals left and be at its end in time."""
        if not meals_left:
            way = travel[place][unit.end]
            return (
                way < UNREACHABLE
                and clock + way <= unit.shift[1]
                and _within(drive + way, unit.max_drive)
            )
        meal = meals_left[0]
        places = {place, unit.end} if meal.at is None else {meal.at}
        for there in places:
            way = travel[place][there]
            begins = max(clock + way, meal.window[0])
            if (
                way < UNREACHABLE
                and begins <= meal.window[1]
                and may_finish(
                    there, begins + meal.minutes, drive + way, meals_left[1:]
                )
            ):
                return True
        return False

    n_steps = count()

    def go(place, clock, drive, n_meals, single, linked, value):
        if next(n_steps) > MOST_STEPS:
            raise TooManyPlans
        if not _within(drive, unit.max_drive) or clock > unit.shift[1]:
            return
        if may_finish(place, clock, drive, meals[n_meals:]):
            record(single, linked, value)
        if n_meals < len(meals):
            meal = meals[n_meals]
            there = place if meal.at is None else meal.at
            way = travel[place][there]
            begins = max(clock + way, meal.window[0])
            if way < UNREACHABLE and begins <= meal.window[1]:
                go(
                    there,
                    begins + meal.minutes,
                    drive + way,
                    n_meals + 1,
                    single,
                    linked,
                    value,
                )
        for thing in mine:
            if thing.key in single:
                continue
            if thing.key[0] == "post" and any(v[0] == thing.key for v in linked):
                continue
            dwell = thing.dwell[unit.mode]
            for at, leave in thing.ways:
                way = travel[place][at]
                if way >= UNREACHABLE:
                    continue
                starts = [s for s in thing.starts if s[0] >= clock + way]
                if not thing.is_linked:
                    starts = _earliest_by_value(starts)
                for begins, worth in starts:
                    if begins + dwell > unit.shift[1]:
                        break
                    visit = (thing.key, begins, begins + dwell)
                    if thing.is_linked:
                        more = tuple(sorted((*linked, visit)))
                        if not _may_still_hold(problem, more):
                            continue
                        rest = (single, more)
                    else:
                        rest = ((*single, thing.key), linked)
                    go(
                        leave,
                        begins + dwell,
                        drive + way,
                        n_meals,
                        *rest,
                        value + worth,
                    )

    go(unit.start, unit.shift[0], 0, 0, (), (), 0.0)
    return found


def _within(drive: int, most: int | None) -> bool:
    return most is None or drive <= most


def _earliest_by_value(starts):
    earliest: dict[float, int] = {}
    for moment, worth in starts:
        earliest.setdefault(worth, moment)
    return sorted((moment, worth) for worth, moment in earliest.items())


def _visits_of(linked: tuple[Visit, ...], key: Key) -> list[tuple[int, int]]:
    return sorted((begins, ends) for k, begins, ends in linked if k == key)


def _may_still_hold(problem: Problem, linked: tuple[Visit, ...]) -> bool:
    """Whether visits are few enough and far enough apart; more may still come."""
    for key in {visit[0] for visit in linked}:
        kind, number = key
        visits = _visits_of(linked, key)
        if kind == "post":
            if len(visits) > problem.posts[number].units:
                return False
        elif kind == "stop":
            stop = problem.stops[number]
            if len(visits) > stop.visits_max or not _apart(visits, stop.min_gap):
                return False
        elif not _apart(visits, 0) or _is_too_much(problem, number, len(visits)):
            return False
    return True


def _is_too_much(problem: Problem, number: int, n_visits: int) -> bool:
    """A presence visit that nobody counts any more is left out: it is worth nothing."""
    presence = problem.presence[number // 100]
    return (n_visits - 1) * presence.dwell >= presence.wanted[number % 100][2]


def _apart(visits: list[tuple[int, int]], gap: int) -> bool:
    return all(after[0] - before[1] >= gap for before, after in pairwise(visits))


def _gaps_hold(problem: Problem, linked: tuple[Visit, ...]) -> bool:
    for number, stop in enumerate(problem.stops):
        visits = _visits_of(linked, ("stop", number))
        if stop.max_gap is not None and any(
            after[0] - before[1] > stop.max_gap for before, after in pairwise(visits)
        ):
            return False
    return True


def _served(problem, single, linked, priorities) -> tuple[int, ...]:
    served = Counter[int]()
    n_linked = Counter(visit[0] for visit in linked)
    for number, stop in enumerate(problem.stops):
        key = ("stop", number)
        n_made = (key in single) + n_linked[key]
        if stop.mandatory:
            served[stop.priority] += min(stop.visits_min, n_made)
    for number, post in enumerate(problem.posts):
        if post.mandatory:
            served[post.priority] += n_linked["post", number]
    for number, loop in enumerate(problem.loops):
        if loop.mandatory:
            served[loop.priority] += sum(
                kind == "loop" and part // 100 == number for kind, part in single
            )
    return tuple(served[p] for p in priorities)


def _presence_value(problem: Problem, linked: tuple[Visit, ...]) -> float:
    total = 0.0
    n_linked = Counter(visit[0] for visit in linked)
    for number, presence in enumerate(problem.presence):
        for band, (_, _, wanted) in enumerate(presence.wanted):
            minutes = n_linked["presence", 100 * number + band] * presence.dwell
            total += presence.value_per_minute * min(wanted, minutes)
    return total
