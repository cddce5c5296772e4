"""Choose one route per unit from many plans, under rules that link the routes.

Fairness between crews, a floor on the coverage of an area, equal weekends, day patterns:
what binds several routes at once is hard inside a search and easy here, where whole
routes are chosen by an integer programme (set packing; Foster & Ryan 1976). Gaps between
visits of one place by different units are cuts added when a choice breaks them, so every
plan returned has passed the checker.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import highspy
import numpy as np
from numpy.typing import NDArray

from xunfang.core.errors import DomainError
from xunfang.core.planning import check, explain
from xunfang.core.planning.plan import EventKind, Plan, Route
from xunfang.core.planning.problem import Problem
from xunfang.core.planning.tasks import tasks_of

MAX_CUT_ROUNDS = 50
"""Choices refused by the checker before the pool gives up."""


class NoChoiceHolds(DomainError):
    """No choice of routes from this pool keeps all linking rules and gaps."""

    code = "planning.pool.no_choice"


@dataclass(frozen=True, slots=True)
class Linking:
    """A rule over all chosen routes: lower <= sum of their coefficients <= upper."""

    coefficients: NDArray[np.float64]
    """One for each route of ``RoutePool.routes``, in that order."""
    lower: float = -np.inf
    upper: float = np.inf


class RoutePool:
    """Different routes for the units of one problem, gathered from whole plans."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._units = {unit.id: number for number, unit in enumerate(problem.units)}
        self._routes: dict[tuple[object, ...], Route] = {}
        self._capacity = _capacity(problem)
        self._weight = _mandatory_weight(problem)

    @property
    def routes(self) -> tuple[Route, ...]:
        return tuple(self._routes.values())

    def add(self, plan: Plan) -> None:
        """Take in the routes of a plan; those already here are not doubled."""
        for route in plan.routes:
            events = tuple((e.kind, e.id, e.start, e.at) for e in route.events)
            self._routes.setdefault((route.unit, *events), route)

    def choose(self, *, linking: Sequence[Linking] = (), max_nodes: int = 2000) -> Plan:
        """Return the plan of most mandatory things, then value, within the rules.

        Each unit drives at most one route; nothing is visited more often than it is
        wanted. ``max_nodes`` bounds the branching, so the answer does not depend on the
        machine; it may then be less than the best choice.

        Raises
        ------
        NoChoiceHolds
            The rules contradict each other on the routes there are.
        """
        routes = self.routes
        model = self._model(routes, linking)
        model.setOptionValue("mip_max_nodes", max_nodes)
        for _ in range(MAX_CUT_ROUNDS):
            model.run()
            solution = model.getSolution()
            if not solution.value_valid:
                raise NoChoiceHolds
            chosen = [i for i, x in enumerate(solution.col_value) if x > 0.5]
            plan = self._plan([routes[i] for i in chosen])
            found = check.violations(self._problem, plan)
            if not found:
                return plan
            model.addRow(
                -np.inf,
                float(len(chosen) - 1),
                len(chosen),
                np.array(chosen, np.int32),
                np.ones(len(chosen)),
            )
        raise NoChoiceHolds

    def _plan(self, routes: list[Route]) -> Plan:
        in_order = tuple(sorted(routes, key=lambda route: self._units[route.unit]))
        plan = Plan(routes=in_order, value=0.0)
        plan = replace(plan, value=check.recounted_value(self._problem, plan))
        return replace(plan, unmet=explain.unmet(self._problem, plan))

    def _model(
        self, routes: tuple[Route, ...], linking: Sequence[Linking]
    ) -> highspy.Highs:
        model = highspy.Highs()  # type: ignore[no-untyped-call]  # theirs
        model.setOptionValue("output_flag", False)  # noqa: FBT003 -- theirs
        model.setOptionValue("threads", 1)
        model.changeObjectiveSense(highspy.ObjSense.kMaximize)
        nothing = np.array([], np.int32), np.array([], np.float64)
        visits = [Counter((e.kind, e.id) for e in route.events) for route in routes]
        for number, route in enumerate(routes):
            alone = Plan(routes=(route,), value=0.0)
            worth = check.recounted_value(self._problem, alone)
            worth += sum(
                n * self._weight.get(key, 0.0) for key, n in visits[number].items()
            )
            model.addCol(worth, 0.0, 1.0, 0, *nothing)
            model.changeColIntegrality(number, highspy.HighsVarType.kInteger)
        rows: dict[object, tuple[float, dict[int, float]]] = {}
        for number, route in enumerate(routes):
            rows.setdefault(route.unit, (1.0, {}))[1][number] = 1.0
            for key, n in visits[number].items():
                if key in self._capacity:
                    room = float(self._capacity[key])
                    rows.setdefault(key, (room, {}))[1][number] = float(n)
        for upper, entries in rows.values():
            columns = np.array(list(entries), np.int32)
            values = np.array(list(entries.values()), np.float64)
            model.addRow(-np.inf, upper, len(columns), columns, values)
        everything = np.arange(len(routes), dtype=np.int32)
        for rule in linking:
            weights = rule.coefficients.astype(np.float64)
            model.addRow(rule.lower, rule.upper, len(routes), everything, weights)
        return model


def _capacity(problem: Problem) -> dict[tuple[EventKind, str], int]:
    """Return how often each thing may be visited in all."""
    return dict(Counter((task.kind, task.id) for task in tasks_of(problem)))


def _mandatory_weight(problem: Problem) -> dict[tuple[EventKind, str], float]:
    """Return the weight of one visit to each mandatory thing, above any value."""
    tasks = tasks_of(problem)
    most = 1.0 + sum(
        max((option.value for option in task.options), default=0.0) for task in tasks
    )
    ranks = sorted({t.priority for t in tasks if t.priority is not None}, reverse=True)
    weights: dict[tuple[EventKind, str], float] = {}
    weight = most
    for rank in ranks:
        members = [task for task in tasks if task.priority == rank]
        for task in members:
            weights[task.kind, task.id] = weight
        weight *= len(members) + 1
    return weights
