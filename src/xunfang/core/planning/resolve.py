"""Answer for an edit: a plan of the edited night that leaves the rest as it was.

A search that is let loose finds plans of nearly the same worth that look quite different,
and a night that was read out once should not be turned over because one stop was locked.
So there are three plans to choose from: the one before, as far as it still fits; one in
which every stay keeps its crew and, within a few minutes, its time, or is given up; and
one that was free to change everything. A plan with more duties is better. Among equals
every stay that is not where it was must have earned enough to be changed.
"""

from collections.abc import Iterable
from dataclasses import replace

from xunfang.core.planning.budget import Budget
from xunfang.core.planning.compare import SHIFT_MIN, Change, Stay, pair_up
from xunfang.core.planning.edits import SPLIT, carry_over
from xunfang.core.planning.plan import Event, EventKind, Plan
from xunfang.core.planning.problem import Presence, Problem, Stop
from xunfang.core.planning.solve import OnProgress, Progress, ShouldStop, solve

WORTH_OF_A_CHANGE = 2.0
"""What a stay that is given up, moved or shifted must earn at least, in value: a tenth of
a look at a place."""
STEADY_SHARE = 0.4
"""Of the budget, for the plan that leaves the rest as it was."""
TAKE_OVER = Budget(iterations=1)
"""To put a plan into the tables as it is."""
LOOSELY = "~"
"""Marks a stay that is kept where it was for the first search."""


def resolve(
    problem: Problem,
    before: Plan,
    *,
    budget: Budget,
    seed: int,
    on_progress: OnProgress | None = None,
    should_stop: ShouldStop | None = None,
) -> Plan:
    """Return a checked plan of ``problem`` near ``before``, with its upper bound.

    Parameters
    ----------
    problem
        The night as edited.
    before
        The plan in force, as ``carry_over`` returns it for the edits.
    budget
        For both searches and the bound together.
    on_progress, should_stop
        As for ``solve``.
    """

    def part(first: float, share: float) -> OnProgress | None:
        if on_progress is None:
            return None
        return lambda told: on_progress(
            replace(told, done_share=first + share * told.done_share)
        )

    still = solve(
        problem,
        budget=TAKE_OVER,
        seed=seed,
        warm_start=before,
        with_bound=False,
        calm=True,
    )
    loose = keep_loosely(problem, before)
    steady = solve(
        loose,
        budget=_share(budget, STEADY_SHARE),
        seed=seed,
        warm_start=_renamed(before, loose),
        with_bound=False,
        calm=True,
        on_progress=part(0.0, STEADY_SHARE),
        should_stop=should_stop,
    )
    steady = solve(
        problem,
        budget=TAKE_OVER,
        seed=seed,
        warm_start=carry_over(_named_back(steady), problem, ()),
        with_bound=False,
        calm=True,
    )
    free = solve(
        problem,
        budget=_share(budget, 1.0 - STEADY_SHARE),
        seed=seed,
        warm_start=steady,
        calm=True,
        on_progress=part(STEADY_SHARE, 1.0 - STEADY_SHARE),
        should_stop=should_stop,
    )
    # The first among equals is the one that was changed least.
    best = max((still, steady, free), key=lambda plan: _merit(before, plan))
    if on_progress is not None:
        on_progress(Progress(1.0, best.value, _lacking(best), free.upper_bound, 0.0))
    # A bound speaks of plans that hold as many duties as the plan it was proven with.
    holds = _lacking(best) == _lacking(free)
    return replace(
        best,
        upper_bound=_bound_for(best, free) if holds else None,
        seed=seed,
        stopped_early=free.stopped_early,
        cpu_s=free.cpu_s,
    )


def _share(budget: Budget, share: float) -> Budget:
    if budget.cpu_s is not None:
        return Budget(cpu_s=budget.cpu_s * share)
    return Budget(iterations=max(1, int((budget.iterations or 0) * share)))


def keep_loosely(problem: Problem, before: Plan) -> Problem:
    """Return a part of the problem's freedom: every optional stay is where it was, or not.

    A stop keeps its crew and begins within ten minutes of its time; a part of a presence
    is cut out of it and does the same. Duties and what was not in the plan are free.
    """
    units = {unit.id for unit in problem.units}
    stops = {stop.id: stop for stop in problem.stops}
    presence = {place.id: place for place in problem.presence}
    added: list[Stop] = []
    for route in before.routes:
        if route.unit not in units:
            continue
        for event in _joined(route.events):
            if event.kind is EventKind.STOP and event.id in stops:
                stop = stops[event.id]
                if not stop.mandatory and stop.visits_max == 1:
                    stops[event.id] = _kept(stop, route.unit, event)
            elif event.kind is EventKind.PRESENCE and event.id in presence:
                rest, stay = _cut_out(presence[event.id], route.unit, event)
                if stay is not None:
                    presence[event.id] = rest
                    added.append(stay)
    return replace(
        problem,
        stops=(*stops.values(), *added),
        presence=tuple(place for place in presence.values() if place.wanted),
    )


def _kept(stop: Stop, unit: str, event: Event) -> Stop:
    windows = tuple(
        (max(first, event.start - SHIFT_MIN), min(last, event.start + SHIFT_MIN))
        for first, last in stop.windows
    )
    return replace(
        stop,
        windows=tuple(window for window in windows if window[0] <= window[1])
        or stop.windows,
        need=replace(stop.need, only_units=frozenset({unit})),
    )


def _cut_out(
    presence: Presence, unit: str, event: Event
) -> tuple[Presence, Stop | None]:
    duration = event.end - event.start
    for number, (begins, ends, minutes) in enumerate(presence.wanted):
        if not begins <= event.start <= event.end <= ends:
            continue
        counted = min(minutes, duration)
        bands = list(presence.wanted)
        bands[number] = (begins, ends, minutes - counted)
        stay = Stop(
            id=f"{presence.id}{SPLIT}{event.start}{LOOSELY}{unit}",
            at=presence.at,
            exit=presence.at,
            dwell=duration,
            value=((0, presence.value_per_minute * counted),),
            windows=(
                (
                    max(begins, event.start - SHIFT_MIN),
                    min(ends - duration, event.start + SHIFT_MIN),
                ),
            ),
            need=replace(presence.need, only_units=frozenset({unit})),
        )
        wanted = tuple(band for band in bands if band[2] > 0)
        return replace(presence, wanted=wanted), stay
    return presence, None


def _joined(events: Iterable[Event]) -> list[Event]:
    """Visits of a presence that follow one another without a pause are one stay."""
    joined: list[Event] = []
    for event in events:
        last = joined[-1] if joined else None
        if (
            last is not None
            and event.kind is last.kind is EventKind.PRESENCE
            and (event.id, event.start) == (last.id, last.end)
        ):
            joined[-1] = replace(last, end=event.end)
        else:
            joined.append(event)
    return joined


def _renamed(before: Plan, loose: Problem) -> Plan:
    names = {stop.id for stop in loose.stops}

    def renamed(unit: str, event: Event) -> Event:
        name = f"{event.id}{SPLIT}{event.start}{LOOSELY}{unit}"
        if event.kind is EventKind.PRESENCE and name in names:
            return replace(event, kind=EventKind.STOP, id=name)
        return event

    return replace(
        before,
        routes=tuple(
            replace(
                route,
                events=tuple(
                    renamed(route.unit, event) for event in _joined(route.events)
                ),
            )
            for route in before.routes
        ),
    )


def _named_back(steady: Plan) -> Plan:
    """Let what was kept loosely look as if it had been held: ``carry_over`` undoes that."""
    return replace(
        steady,
        routes=tuple(
            replace(
                route,
                events=tuple(
                    replace(event, id=event.id.partition(LOOSELY)[0])
                    for event in route.events
                ),
            )
            for route in steady.routes
        ),
    )


def _bound_for(best: Plan, free: Plan) -> float | None:
    """Return what was proven of the problem; None if a plan of it says otherwise."""
    bound = free.upper_bound
    if bound is None or best.value > bound + 1e-6 * max(1.0, abs(best.value)):
        return None
    return max(bound, best.value)


def _merit(before: Plan, plan: Plan) -> tuple[int, float]:
    n_changed = _n_changed(before, plan)
    return -_lacking(plan), plan.value - WORTH_OF_A_CHANGE * n_changed


def _lacking(plan: Plan) -> int:
    return sum(lack.n_missing for lack in plan.unmet if lack.mandatory)


def _n_changed(before: Plan, after: Plan) -> int:
    pairs = pair_up(_stays(before), _stays(after))
    return sum(pair.change is not Change.SAME for pair in pairs)


def _stays(plan: Plan) -> list[Stay]:
    return [
        (route.unit, event) for route in plan.routes for event in _joined(route.events)
    ]
