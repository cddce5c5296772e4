"""How quickly somebody could be there: the reach of a plan, quarter by quarter.

At every moment each unit that may leave what it does stands somewhere or is under way.
From where it stands it needs the travel time of an urgent call. Under way it first
finishes the leg it is on: that promises nobody a turn in the middle of a street, and is
never faster than what a driver could do. The nearest free unit counts.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xunfang.core.planning.plan import EventKind, Plan, Route
from xunfang.core.planning.problem import Problem, Unit, Window

THRESHOLDS_S = (60, 180, 300)
QUARTER_S = 900

MAY_LEAVE = frozenset({EventKind.STOP, EventKind.PRESENCE})
"""What a unit may walk away from when a call comes. Not a school gate, not a market's
rounds; and a meal is a meal."""


@dataclass(frozen=True, slots=True)
class ResponseCurve:
    """Share of expected demand that a free unit reaches in time."""

    begins: NDArray[np.int64]
    """First moment of each quarter of an hour, in the problem's time, ``(n_quarters,)``;
    the last quarter may be cut short."""
    thresholds_s: tuple[int, ...]
    within_share: NDArray[np.float64]
    """``(n_quarters, n_thresholds)`` in [0, 1]; NaN where no demand is expected."""
    n_free_units: NDArray[np.float64]
    """Mean number of units that could go, ``(n_quarters,)``."""
    demand: NDArray[np.float64]
    """Expected demand of each quarter, ``(n_quarters,)``."""

    def overall_share(self) -> tuple[float, ...] | None:
        """Return the share within each threshold over all quarters, by demand.

        None where no demand is expected at all.
        """
        total = self.demand.sum()
        if total <= 0:
            return None
        reached = np.nan_to_num(self.within_share) * self.demand[:, None]
        return tuple(float(share) for share in reached.sum(axis=0) / total)

    def worst_quarter(self, threshold_s: int) -> tuple[int, float] | None:
        """Return when the share within ``threshold_s`` is lowest, and that share.

        None where no demand is expected at all.
        """
        share = self.within_share[:, self.thresholds_s.index(threshold_s)]
        if np.isnan(share).all():
            return None
        worst = int(np.nanargmin(share))
        return int(self.begins[worst]), float(share[worst])


@dataclass(frozen=True, slots=True)
class Floor:
    """A share of demand that must be in reach in every quarter of a span."""

    threshold_s: int
    share: float
    span: Window | None = None
    """Quarters that begin in here; None: all."""


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A quarter in which a floor is not kept."""

    begins: int
    share: float
    missing_share: float


@dataclass(frozen=True, slots=True)
class FloorChoice:
    """The plan chosen for a floor, and what it still misses."""

    index: int
    shortfalls: tuple[Shortfall, ...]
    """Empty: the floor is kept."""

    @property
    def kept(self) -> bool:
        return not self.shortfalls


def response_of(
    problem: Problem,
    plan: Plan,
    *,
    reach_s: Mapping[str, NDArray[np.floating]],
    demand: NDArray[np.float64],
    span: Window | None = None,
    thresholds_s: tuple[int, ...] = THRESHOLDS_S,
    may_leave: Collection[EventKind] = MAY_LEAVE,
) -> ResponseCurve:
    """Follow the plan moment by moment and see what is in reach.

    Parameters
    ----------
    reach_s
        By mode, time of an urgent call from each of the problem's points to each place
        of demand, shape ``(n_points, n_places)``, infinite where no way leads. A mode
        that is missing does not answer calls.
    demand
        Expected calls at each place in each hour, shape ``(n_hours, n_places)``, not
        negative. Row 0 is the first hour of the problem's time; rows repeat from the
        beginning when the plan lasts longer.
    span
        From when to when; by default from the first shift's start to the last one's end.
    may_leave
        What units may be called away from.

    Raises
    ------
    ValueError
        The shapes do not fit, or demand is negative.
    """
    begins, ends = span or _span_of(problem)
    n_places = demand.shape[1]
    _check_shapes(problem, reach_s, demand)
    moments = np.arange(begins, ends, dtype=np.int64)
    nearest_s = np.full((len(moments), n_places), np.inf)
    n_free = np.zeros(len(moments))
    routes = {route.unit: route for route in plan.routes}
    for unit in problem.units:
        if unit.mode not in reach_s:
            continue
        where, first = _follow(problem, unit, routes.get(unit.id), moments, may_leave)
        free = where >= 0
        at_once_s = reach_s[unit.mode][where[free]]
        first_s = first[free, None] * problem.time_unit_s
        nearest_s[free] = np.minimum(nearest_s[free], at_once_s + first_s)
        n_free += free

    hour = (moments * problem.time_unit_s // 3600) % len(demand)
    weight = demand[hour] * problem.time_unit_s / 3600
    limits = np.array(thresholds_s)
    reached = np.stack(
        [(weight * (nearest_s <= limit)).sum(axis=1) for limit in limits], axis=1
    )
    return _by_quarter(problem, moments, weight.sum(axis=1), reached, n_free, limits)


@dataclass(frozen=True, slots=True)
class FreeUnit:
    """A unit that could go at some moment: from which point, and after how long."""

    unit: Unit
    point: int
    first: int
    """Time until it is at the point, in the problem's time units."""


def free_units(
    problem: Problem,
    plan: Plan,
    moment: int,
    *,
    may_leave: Collection[EventKind] = MAY_LEAVE,
) -> tuple[FreeUnit, ...]:
    """Return the units that a call could be given to at one moment."""
    routes = {route.unit: route for route in plan.routes}
    found = []
    for unit in problem.units:
        moments = np.array([moment], dtype=np.int64)
        where, first = _follow(problem, unit, routes.get(unit.id), moments, may_leave)
        if where[0] >= 0:
            found.append(FreeUnit(unit, int(where[0]), int(first[0])))
    return tuple(found)


def shortfalls(curve: ResponseCurve, floor: Floor) -> tuple[Shortfall, ...]:
    """Return the quarters in which the floor is not kept, in order of time."""
    column = curve.thresholds_s.index(floor.threshold_s)
    first, last = floor.span or (int(curve.begins[0]), int(curve.begins[-1]))
    return tuple(
        Shortfall(int(begins), float(share), float(floor.share - share))
        for begins, share in zip(
            curve.begins, curve.within_share[:, column], strict=True
        )
        if first <= begins <= last and share < floor.share
    )


def choose_for_floor(
    plans: Sequence[Plan], curves: Sequence[ResponseCurve], floor: Floor
) -> FloorChoice:
    """Choose the plan worth most among those that keep the floor.

    If none keeps it, the one whose worst quarter misses least is chosen, and by how
    much is said. ``plans`` are those of a pool (``near_best.pool_of_plans``), which are
    near-best and differ in where the units are.
    """
    missed = [shortfalls(curve, floor) for curve in curves]

    def rank(index: int) -> tuple[float, float]:
        worst = max((s.missing_share for s in missed[index]), default=0.0)
        return -worst, plans[index].value

    index = max(range(len(plans)), key=rank)
    return FloorChoice(index, missed[index])


def _span_of(problem: Problem) -> Window:
    starts = [unit.shift[0] for unit in problem.units]
    ends = [unit.shift[1] for unit in problem.units]
    return (min(starts, default=0), max(ends, default=0))


def _check_shapes(
    problem: Problem,
    reach_s: Mapping[str, NDArray[np.floating]],
    demand: NDArray[np.float64],
) -> None:
    if demand.ndim != 2 or len(demand) == 0 or (demand < 0).any():
        raise ValueError("demand must be (n_hours, n_places) and not negative")
    for mode, times in reach_s.items():
        if times.shape != (problem.n_points, demand.shape[1]):
            raise ValueError(f"reach_s[{mode!r}] must be (n_points, n_places)")


def _follow(
    problem: Problem,
    unit: Unit,
    route: Route | None,
    moments: NDArray[np.int64],
    may_leave: Collection[EventKind],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where a unit can start from at each moment, and how long until it is there.

    Both of shape ``(n_moments,)``; where = -1 while it is off duty or may not leave. A
    unit without a route stays off.
    """
    travel = problem.travel[unit.mode]
    where = np.full(len(moments), -1, dtype=np.int64)
    first = np.zeros(len(moments), dtype=np.int64)

    def stand(point: int, since: int, until: int) -> None:
        where[(since <= moments) & (moments < until)] = point

    def go(point: int, leave: int, arrive: int) -> None:
        under_way = (leave <= moments) & (moments < arrive)
        where[under_way] = point
        first[under_way] = arrive - moments[under_way]

    if route is None:
        return where, first
    here, since = unit.start, unit.shift[0]
    for event in route.events:
        leave = event.arrive - int(travel[here, event.at])
        stand(here, since, leave)
        go(event.at, leave, event.arrive)
        stand(event.at, event.arrive, event.start)
        if event.kind in may_leave:
            stand(event.exit, event.start, event.end)
        here, since = event.exit, event.end
    leave = route.back - int(travel[here, unit.end])
    if leave < since:  # it has nothing to do and stays where it is
        stand(here, since, unit.shift[1])
        return where, first
    stand(here, since, leave)
    go(unit.end, leave, route.back)
    stand(unit.end, route.back, unit.shift[1])
    return where, first


def _by_quarter(
    problem: Problem,
    moments: NDArray[np.int64],
    weight: NDArray[np.float64],
    reached: NDArray[np.float64],
    n_free: NDArray[np.float64],
    limits: NDArray[np.int64],
) -> ResponseCurve:
    quarter = moments * problem.time_unit_s // QUARTER_S
    numbers, opens = np.unique(quarter, return_index=True)
    if len(numbers) == 0:
        raise ValueError("the span is empty")
    demand = np.add.reduceat(weight, opens)
    within = np.full((len(numbers), len(limits)), np.nan)
    some = demand > 0
    within[some] = np.add.reduceat(reached, opens)[some] / demand[some, None]
    length = np.diff(np.append(opens, len(moments)))
    return ResponseCurve(
        begins=moments[opens],
        thresholds_s=tuple(int(limit) for limit in limits),
        within_share=np.clip(within, 0.0, 1.0),
        n_free_units=np.add.reduceat(n_free, opens) / length,
        demand=demand,
    )
