"""How good can any plan be? An upper bound on the value of all plans of a problem.

Lagrangian relaxation (Fisher, 1981; for orienteering, Boussier, Feillet and Gendreau,
2007): instead of forbidding visits beyond those wanted, each item has a price. A route
earns the prices of what it visits, and of each item the planner keeps the visits worth
more than their price. Whatever the prices,

    bound(price) = sum_i sum_k max(0, value_ik - price_i)  +  sum_u best_route_u(price)

is at least the value of every plan. Visits that every plan considered makes count
``value - price`` whatever its sign. The best route is that of ``dp``, and once the prices are
nearly right that of ``labels``, which lies lower; gaps between
visits, ``max_drive`` and repeated visits further apart are relaxed, which only lifts the
bound. Prices are improved with ``master``.

All amounts are whole numbers on a grid of prices, rounded up; only the last division is
in floating point.
"""

import math
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from xunfang.core.planning.bound.master import Master
from xunfang.core.planning.bound.network import boards_of, items_of, near_items
from xunfang.core.planning.bound.routes import Column, Memory, Pricer
from xunfang.core.planning.budget import ThreadClock
from xunfang.core.planning.problem import Problem
from xunfang.core.planning.tasks import Task

type Floats = NDArray[np.float64]

ROUTES_PER_TEAM = 5
"""Cuts a pricing gives by team: more make the linear programme dear, fewer the rounds."""
SLOWEST = 1.1
"""A round is the last one if it ends so many times later than was reckoned."""
ARCS_PER_S = 9e7
"""Work of the dynamic programme that one CPU second holds (as ``sweep`` counts it)."""
PIVOTS_PER_S = 1.3e4
"""Simplex iterations, times cuts over a thousand, that one CPU second holds."""
STEP_SHARE = 0.4
"""How far to go from the best prices to where the model is lowest. Routes found on the
way tell more than those at the far end (measured: a third fewer rounds)."""
NEAR_SHARE = 0.01
RECALL_SHARE = 0.002
"""Routes begin to remember when q-routes promise to gain no more than this share."""
RECALL_SHRINK = 0.3
"""Of the first box, with which they begin."""
MOST_RECALL = 8_000_000
"""Work on the labels of one team and round, after which no further search begins."""
LABELS_PER_S = 6.5e7
"""Work of the labels that one CPU second holds (as ``best_route`` counts it)."""
ROUND_S = 5e-4
TEAM_S = 2e-3
"""What a round costs besides, in CPU seconds."""
N_DRAWS = 1000
"""Drawings from the relaxed optimum of which the best is kept: it costs milliseconds and
the search that begins there ends 0.3 % higher (12 units, 300 stops) than with one."""
USUAL_PRICE_SHARE = 0.25
"""Price of a visit to begin with, as a share of the mean value of a visit."""
FIRST_RADIUS_SHARE = 0.1
"""Half width of a box, as a share of the highest price."""
FIRST_SHRINK = 1.5
"""So many times that is the first box: prices begin near enough for longer steps."""


class UpperBound:
    """The best bound so far, and how to better it.

    Parameters
    ----------
    problem, tasks
        The problem and ``tasks_of(problem)``.
    all_mandatory
        The bound then holds for plans that serve every mandatory thing; otherwise for
        every plan.
    """

    def __init__(
        self,
        problem: Problem,
        tasks: Sequence[Task],
        *,
        all_mandatory: bool = False,
    ) -> None:
        self._tasks = tuple(tasks)
        self._items = items_of(tasks, all_mandatory=all_mandatory)
        boards = boards_of(problem, tasks, self._items)
        self._pricers: list[Pricer] = []
        self._n_units: list[int] = []
        self._units: list[tuple[str, ...]] = []
        for board in boards:
            self._pricers.append(Pricer(board, first_team=len(self._n_units)))
            self._n_units += [len(team.units) for team in board.teams]
            self._units += [team.units for team in board.teams]
        self._team_of = {
            unit: team for team, units in enumerate(self._units) for unit in units
        }
        self._item_of = {
            task: number
            for number, item in enumerate(self._items)
            for task in item.tasks
        }
        self._least_offset = [
            min((option.value for option in item.options), default=0.0)
            for item in self._items
        ]
        self._master = Master(self._items, self._n_units)
        self._lattice = _lattice_of(tasks)
        self._scale = self._choose_scale()
        reached = {int(i) for p in self._pricers for i in p.board.net.item if i >= 0}
        top = np.array([item.values[0] for item in self._items], np.float64)
        self._is_reached = np.zeros(len(self._items), dtype=bool)
        self._is_reached[list(reached)] = True
        self._centre = self._start_prices([len(item.tasks) for item in self._items])
        self._best = math.inf
        self._radius = FIRST_RADIUS_SHARE * np.maximum(
            top, top[top > 0].mean() if (top > 0).any() else 1.0
        )
        self._shrink = FIRST_SHRINK
        self._memory = Memory(
            [len(item.tasks) for item in self._items], near_items(problem, self._items)
        )
        self._remembers = False
        self._is_done = False
        self.n_rounds = 0
        self.value = self._rounded(self._trivial())

    # -- what it says

    @property
    def surplus(self) -> Floats:
        """By how much a visit is worth more than its price, shape ``(n_groups,)``."""
        n_groups = max((task.group for task in self._tasks), default=-1) + 1
        surplus = np.zeros(n_groups)
        for item, price in zip(self._items, self._centre, strict=True):
            surplus[item.group] = max(surplus[item.group], item.values[0] - price)
        return surplus

    def draw(self, rng: np.random.Generator) -> list[tuple[str, list[int]]]:
        """Draw a route for each unit from the relaxed optimum: ``(unit, tasks in order)``.

        The linear programme mixes routes; each is drawn with its share in the mix, and of
        ``N_DRAWS`` drawings the one whose visits are worth most is kept, no task twice.
        What comes out has holes, yet lies near where good plans are.
        """
        shares = self._master.shares
        if not shares:
            return []
        columns = [column for _, column in shares]
        # A race of exponential clocks: drawing by weight, without return.
        clocks = rng.exponential(size=(N_DRAWS, len(columns)))
        order = np.argsort(clocks / np.array([share for share, _ in shares]), axis=1)
        is_drawn = np.zeros(order.shape, dtype=bool)
        team_at = np.array([column.team for column in columns])[order]
        for team, n_units in enumerate(self._n_units):
            is_in_time = (team_at == team).cumsum(axis=1) <= n_units
            row, rank = np.nonzero((team_at == team) & is_in_time)
            is_drawn[row, order[row, rank]] = True
        visits = np.zeros((len(columns), len(self._items)))
        for row, column in enumerate(columns):
            np.add.at(visits[row], list(column.items), 1.0)
        wanted = np.array([len(item.tasks) for item in self._items])
        worth = np.minimum(is_drawn @ visits, wanted) @ self._master.highest
        free = [list(units) for units in self._units]
        left = [list(item.tasks) for item in self._items]
        drawn = []
        for place in np.flatnonzero(is_drawn[worth.argmax()]).tolist():
            column = columns[place]
            tasks = [left[i].pop(0) for i in column.items if left[i]]
            drawn.append((free[column.team].pop(0), tasks))
        return drawn

    # -- how it is bettered

    def improve(
        self,
        *,
        incumbent: float,
        cpu_s: float,
        should_stop: Callable[[], bool] | None = None,
    ) -> float:
        """Better the bound until it is as good as it gets or the work is spent.

        ``cpu_s`` is turned into counted work, so that the same calls give the same
        bound on every machine that is fast enough; on a slower one the clock cuts the
        work short. No round is begun that would not fit. The first is always made.
        Returns ``value``; never more than before.
        """
        left = cpu_s
        stop = should_stop or _never
        clock: ThreadClock | None = None
        while not self._is_done and not stop():
            if self.value <= incumbent + 1e-9 * abs(incumbent):
                break
            spent = self._round(stop)
            left -= spent
            if left < spent:
                break
            if clock is None:
                # Not before the kernels are compiled.
                clock = ThreadClock()
            elif clock.cpu_s() > SLOWEST * cpu_s:
                break
        return self.value

    def learn(self, routes: Iterable[tuple[str, Sequence[int]]]) -> int:
        """Take in routes that a search found: ``(unit, tasks in order)``.

        The more of the best plans' routes are known, the sooner good prices are found.
        They guide, they prove nothing: the bound holds whatever is passed here. Routes
        of units or tasks unknown to the bound are passed over. Returns how many helped.
        """
        n_new = 0
        planned: set[int] = set()
        for unit, tasks in routes:
            team = self._team_of.get(unit)
            items = tuple(self._item_of[task] for task in tasks)
            if team is not None and items:
                # The hour of each visit is not told: the one worth least is assumed.
                offset = sum(self._least_offset[i] for i in items)
                n_new += self._master.add(Column(team, items, offset))
                planned.update(tasks)
        if planned and self.n_rounds == 0:
            self._centre = self._start_prices(
                [len(planned.intersection(item.tasks)) for item in self._items]
            )
        return n_new

    def _start_prices(self, n_planned: Sequence[int]) -> Floats:
        """Prices to begin with, if so many visits of each item are made.

        What is left undone is worth no more than it costs; what is done and open for
        long costs about the same everywhere. What nobody can reach is worth its price
        to nobody: it adds nothing.
        """
        top = np.array([max(0.0, item.values[0]) for item in self._items], np.float64)
        usual = USUAL_PRICE_SHARE * (top[top > 0].mean() if (top > 0).any() else 1.0)
        prices = np.minimum(top, usual)
        for number, (item, n) in enumerate(zip(self._items, n_planned, strict=True)):
            if not self._is_reached[number]:
                prices[number] = top[number]
            elif n < len(item.tasks):
                prices[number] = max(0.0, item.values[n])
        return prices

    def _round(self, stop: Callable[[], bool]) -> float:
        """One step of the master and one pricing. Returns the CPU seconds it stands for."""
        self.n_rounds += 1
        spent = ROUND_S + TEAM_S * len(self._n_units)
        if math.isinf(self._best):
            self._best, cpu_s = self._evaluate(self._centre, stop)
            if self.n_rounds == 1 and self._pricers:
                # Compiles it (or loads it), so that no clock runs meanwhile.
                self._pricers[0].recall(0, self._memory, most_work=1)
            return spent + cpu_s
        step = self._master.minimise(self._centre, self._radius * self._shrink)
        spent += step.work * (1 + self._master.n_cuts / 1000) / PIVOTS_PER_S
        if step.is_global and self._rounded(step.value) >= self.value:
            # The model never lies above the bound: it can fall no further.
            self._remember(is_lowest=True)
            return spent
        prices = np.where(self._is_reached, step.prices, self._centre)
        # Near the end, where the box no longer binds, the model is trusted wholly.
        is_near = self._best - step.value < NEAR_SHARE * abs(self._best)
        share = 1.0 if step.is_global and is_near else STEP_SHARE
        prices = self._centre + share * (prices - self._centre)
        value, cpu_s = self._evaluate(prices, stop)
        spent += cpu_s
        if math.isinf(value):
            return spent
        hoped, got = share * (self._best - step.value), self._best - value
        if got > 0:
            self._best, self._centre = value, prices
        if got > 0.5 * hoped:
            self._shrink = min(4.0, self._shrink * 1.5)
        elif got < 0:
            self._shrink *= 0.6
        if hoped <= 1e-6 * max(1.0, abs(self._best)):
            if step.is_global or self._shrink >= 1.0:
                self._remember(is_lowest=True)
            self._shrink = 1.0
        elif hoped < share * RECALL_SHARE * abs(self._best):
            self._remember(is_lowest=False)
        self._master.drop_idle()
        return spent

    def _remember(self, *, is_lowest: bool) -> None:
        """Let routes remember more, so that those now in use come back no more.

        Where none comes back and the model is lowest, there is nothing left to do.
        """
        self._remembers = True
        has_cycle = [
            self._memory.forbid(column.items) for column in self._master.active()
        ]
        if not any(has_cycle):
            self._is_done = is_lowest
            return
        self._master.drop_unless(self._memory.allows)
        self._best = math.inf
        self._shrink = max(RECALL_SHRINK, self._shrink)

    def _evaluate(
        self, prices: Floats, stop: Callable[[], bool]
    ) -> tuple[float, float]:
        """Return the bound at these prices, infinite if stopped, and the CPU seconds."""
        amounts = np.rint(prices * self._scale).astype(np.int64)
        total = 0
        for item, amount in zip(self._items, amounts.tolist(), strict=True):
            for number, value in enumerate(item.values):
                gain = math.ceil(value * self._scale) - amount
                total += gain if number < item.n_forced else max(0, gain)
        cpu_s = 0.0
        for pricer in self._pricers:
            if stop():
                return math.inf, cpu_s
            cpu_s += pricer.price(amounts, self._scale) / ARCS_PER_S
            for number, team in enumerate(pricer.board.teams):
                if self._remembers:
                    recalled = pricer.recall(number, self._memory, MOST_RECALL)
                    cpu_s += recalled.work / LABELS_PER_S
                    total += len(team.units) * recalled.amount
                    for column in recalled.columns:
                        self._master.add(column)
                else:
                    total += len(team.units) * pricer.best(team)
                for column in pricer.columns(number, most=ROUTES_PER_TEAM):
                    if self._remembers and not self._memory.allows(column.items):
                        continue
                    self._master.add(column)
        value = total / self._scale
        self.value = min(self.value, self._rounded(value))
        return value, cpu_s

    def _trivial(self) -> float:
        """Everything that somebody can reach, and all that must be done."""
        return sum(
            sum(v for v in item.values if v > 0)
            for item, reached in zip(self._items, self._is_reached, strict=True)
            if reached
        )

    def _rounded(self, value: float) -> float:
        """Down to what a plan can be worth, up by what floating point may have lost."""
        value = max(0.0, value)
        if self._lattice:
            return float(math.floor(value / self._lattice + 1e-6) * self._lattice)
        return value * (1 + 1e-12) + 1e-9

    def _choose_scale(self) -> float:
        """The finest grid of powers of two on which no route overflows 29 bits."""
        most = 1.0
        for pricer in self._pricers:
            net = pricer.board.net
            n_visits = net.n_ticks // max(1, net.block) + 2
            if net.n_sweeps > 1:
                n_visits = net.n_ticks * net.n_sweeps * (net.n_nodes + 1) + 2
            most = max(most, float(n_visits))
        top = float(self._master.highest.max(initial=1.0))
        return 2.0 ** math.floor(math.log2(2.0**29 / (most * max(top, 1e-9) * 4)))


def _lattice_of(tasks: Sequence[Task]) -> int:
    """Return what every plan's value is a multiple of; 0 if values are not whole."""
    values = {option.value for task in tasks for option in task.options}
    if not all(float(value).is_integer() for value in values):
        return 0
    return math.gcd(*(int(value) for value in values)) if values else 1


def _never() -> bool:
    return False
