"""Make the plan: search, choose among the routes found, prove, check.

Any-time: whoever asked hears how far it is and may stop it; what is returned has passed
the checker, and a run that goes wrong leaves the last plan that had.
"""

import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from xunfang.core.errors import DomainError
from xunfang.core.planning import check, explain
from xunfang.core.planning.bound.upper_bound import UpperBound
from xunfang.core.planning.budget import Budget, ProcessClock, ThreadClock
from xunfang.core.planning.plan import Plan
from xunfang.core.planning.problem import Break, Problem, Stop, Unit
from xunfang.core.planning.search import ruin_recreate
from xunfang.core.planning.search.instance import GROUP, MEAN_VALUE, Packed, pack
from xunfang.core.planning.search.state import (
    COLD,
    HOT,
    N_ORDERS,
    S_DUTY,
    S_VALUE,
    STEPS,
    T_SURPLUS,
    Tables,
    new_tables,
)
from xunfang.core.planning.search.unpack import (
    n_duties_missing,
    parts_of,
    place_plan,
    place_visits,
    visits_of,
)
from xunfang.core.planning.tasks import tasks_of

FIRST_SHARE, BOUND_SHARE = 0.1, 0.3
"""Of the budget, when a bound is wanted too: for a first plan from which the bound
learns, and for the bound. The rest goes into the search near the relaxed optimum."""

SEARCH_SHARE = 0.7
"""Of the budget, when there is a plan to begin with: it is what is searched around."""

N_RACERS, RACER_SHARE = 4, 0.15
"""Searches that begin at different drawings from the relaxed optimum, one after the
other, and what each has of the rest; with what is left, the best plan is searched around.
One long search ends as high on average, but falls short more often."""

HOT_NEAR_OPTIMUM, HOT_AROUND_BEST = 0.05, 0.03
"""Temperatures of these searches: a hotter one would forget where it began; measured at
+0.2 to +0.4 % on nights of 200 and 300 stops."""

BOUND_CPU_S = 1.0
"""For the bound when the budget counts rounds of the search."""

N_CHUNKS = 40
"""Times at which progress is told and a stop is heard."""


class PlanRefused(DomainError):
    """The checker found fault with a plan, and there was no earlier one: our bug."""

    code = "planning.plan_refused"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work is."""

    done_share: float
    value: float
    """Of the best plan so far."""
    n_mandatory_missing: int
    upper_bound: float | None
    cpu_s: float


type OnProgress = Callable[[Progress], None]
type ShouldStop = Callable[[], bool]


def solve(
    problem: Problem,
    *,
    budget: Budget,
    seed: int,
    n_threads: int = 1,
    warm_start: Plan | None = None,
    with_bound: bool = True,
    calm: bool = False,
    on_progress: OnProgress | None = None,
    should_stop: ShouldStop | None = None,
) -> Plan:
    """Return the best plan found, checked, with its upper bound.

    Parameters
    ----------
    problem
        What is wanted.
    budget
        Rounds of the search, or CPU seconds of all threads together. The same seed,
        budget and number of threads give the same plan, unless ``stopped_early``.
    seed
        Any whole number.
    n_threads
        Searches that run at the same time, each with its own seed and its part of the
        budget; the best plan wins, the first among equals.
    warm_start
        A plan to begin with, such as yesterday's or an edited one. What of it no longer
        fits is left out. The result is never worse than what does fit.
    with_bound
        Also spend part of the budget on the proof.
    calm
        Search near ``warm_start``: hardly anything that is worth less is tried on the
        way. In a second or two it ends higher than a search that forgets the plan.
    on_progress, should_stop
        Called now and then from this thread; a stop ends with the best plan so far.

    Raises
    ------
    PlanRefused
        The checker refuses even the first plan. This is a bug; nothing is hidden.
    """
    warm_up()
    clock = ProcessClock()
    packed = pack(problem, tasks_of(problem))
    share = 1.0
    if with_bound:
        share = FIRST_SHARE if warm_start is None else SEARCH_SHARE
    team = _Team(packed, budget, seed=seed, n_threads=n_threads)
    if calm:
        team.stay_cold()
    if warm_start is not None:
        team.place(problem, warm_start)
    done = 0.0

    def tell(done_share: float, bound: float | None = None) -> None:
        if on_progress is not None:
            on_progress(
                Progress(
                    done_share=done_share,
                    value=team.best_value,
                    n_mandatory_missing=team.n_mandatory_missing,
                    upper_bound=bound,
                    cpu_s=clock.cpu_s(),
                )
            )

    def search(part: float) -> None:
        nonlocal done
        team.run(
            part,
            tell=lambda of_part: tell(done + of_part * part),
            should_stop=should_stop,
        )
        done += part

    search(share)
    plan, found_by = _checked(problem, packed, team.in_order())
    bound: float | None = None
    if with_bound:
        proof = _Proof(problem, packed, plan)
        proof.bound.learn(visits_of(problem, packed, found_by))
        part = BOUND_SHARE if warm_start is None else 1.0
        proof.improve(plan, budget, part, clock, should_stop)
        if warm_start is None:
            done += BOUND_SHARE
            tell(done, proof.value_for(plan))
            rest = 1.0 - done
            for _ in range(N_RACERS):
                if not team.is_stopped:
                    team.begin_near(problem, proof.bound)
                    search(rest * RACER_SHARE)
            plan, _ = _checked(problem, packed, team.in_order())
            if not team.is_stopped:
                team.begin_around(problem, proof.bound, plan)
                search(1.0 - done)
            plan, found_by = _checked(problem, packed, team.in_order())
            proof.bound.learn(visits_of(problem, packed, found_by))
            if budget.cpu_s is not None:
                proof.improve(plan, budget, 1.0, clock, should_stop)
        bound = proof.value_for(plan)
        tell(1.0, bound)
    return replace(
        plan,
        upper_bound=bound,
        seed=seed,
        cpu_s=clock.cpu_s(),
        stopped_early=team.stopped_early,
    )


@functools.cache
def warm_up() -> None:
    """Compile search and bound, or fetch them compiled, at nobody's expense.

    It takes seconds the first time on a machine; no budget should pay for that.
    """
    way = np.array([[0, 5], [5, 0]], np.int32)
    meal = Break((120, 240), 30)
    night = Problem(
        travel={"car": way},
        units=(Unit("u", "car", 0, 0, (0, 480), breaks=(meal,)),),
        stops=(
            Stop("p", at=1, exit=1, dwell=15, value=((0, 1.0),), windows=((0, 400),)),
        ),
    )
    packed = pack(night, tasks_of(night))
    ruin_recreate.run(
        new_tables(packed.instance, seed=1),
        np.array(ruin_recreate.DEFAULT_PARAMETERS, np.float64),
        1,
        1,
    )
    UpperBound(night, packed.tasks).improve(incumbent=0.0, cpu_s=0.01)


class _Team:
    """Searches with different seeds on the same instance."""

    def __init__(
        self, packed: Packed, budget: Budget, *, seed: int, n_threads: int
    ) -> None:
        self._packed = packed
        self._budget = budget
        self._seed = seed
        self._n_threads = n_threads
        self._parameters = np.array(ruin_recreate.DEFAULT_PARAMETERS, np.float64)
        self._earlier: list[Tables] = []
        self._n_begun = 0
        self._searches = self._new_searches()
        self.is_stopped = False
        self.stopped_early = False

    def _new_searches(self) -> list[Tables]:
        """Each time with other seeds."""
        first = self._seed * 1_000_003 + self._n_begun * 500_009
        self._n_begun += 1
        return [
            new_tables(self._packed.instance, seed=first + number)
            for number in range(self._n_threads)
        ]

    def begin_near(self, problem: Problem, bound: UpperBound) -> None:
        """Begin anew at routes of the relaxed optimum; what was found before counts."""
        self._begin(HOT_NEAR_OPTIMUM, bound)
        rng = np.random.default_rng([self._seed & (2**64 - 1), self._n_begun])
        for one in self._searches:
            place_visits(problem, self._packed, one, bound.draw(rng))

    def begin_around(self, problem: Problem, bound: UpperBound, plan: Plan) -> None:
        """Begin anew at a plan; what was found before counts."""
        self._begin(HOT_AROUND_BEST, bound)
        self.place(problem, plan)

    def stay_cold(self) -> None:
        """Search at the temperature at which a search ends, from the beginning."""
        self._parameters[HOT] = self._parameters[COLD]

    def _begin(self, hot: float, bound: UpperBound) -> None:
        self._earlier = self.in_order()[: self._n_threads]
        self._searches = self._new_searches()
        self._parameters[HOT] = hot
        self._parameters[N_ORDERS] = ruin_recreate.N_ORDERS_PRICED
        instance = self._packed.instance
        surplus = bound.surplus[instance.task[:, GROUP]] / instance.scale[MEAN_VALUE]
        for one in self._searches:
            one.task[:, T_SURPLUS] = np.rint(1000 * surplus)

    @property
    def best_value(self) -> float:
        return max(0.0, float(self.in_order()[0].score[2, S_VALUE]))

    @property
    def n_mandatory_missing(self) -> int:
        return n_duties_missing(self._packed, self.in_order()[0])

    def in_order(self) -> list[Tables]:
        """Return the searches, the best first; the first seed among equals."""
        return sorted(
            [*self._searches, *self._earlier],
            key=lambda s: (-s.score[2, S_DUTY], -s.score[2, S_VALUE]),
        )

    def place(self, problem: Problem, plan: Plan) -> None:
        """Begin every search with the visits of a plan."""
        for one in self._searches:
            place_plan(problem, self._packed, one, plan)

    def run(
        self,
        share: float,
        *,
        tell: Callable[[float], None],
        should_stop: ShouldStop | None,
    ) -> None:
        """Spend a share of the budget."""
        steps = max(1, self._budget.steps(share) // self._n_threads)
        cpu_s: float | None = None
        if self._budget.cpu_s is not None:
            cpu_s = self._budget.cpu_s * share / self._n_threads

        def hear(done_share: float) -> None:
            tell(done_share)
            if should_stop is not None and should_stop():
                self.is_stopped = True

        with ThreadPoolExecutor(max_workers=len(self._searches)) as pool:
            others = [
                pool.submit(self._run_one, one, steps, cpu_s, None)
                for one in self._searches[1:]
            ]
            self._run_one(self._searches[0], steps, cpu_s, hear)
            for other in others:
                other.result()

    def _run_one(
        self,
        one: Tables,
        total: int,
        cpu_s: float | None,
        hear: Callable[[float], None] | None,
    ) -> None:
        """Run one search in pieces.

        The steps are fixed beforehand; where the CPU clock shows that they would take
        longer than allowed, the rest is cut so that the search still cools down.
        """
        clock = ThreadClock()
        for chunk in range(1, N_CHUNKS + 1):
            end = total * chunk // N_CHUNKS
            ruin_recreate.run(one, self._parameters, end, total)
            if hear is not None:
                hear(chunk / N_CHUNKS)
            if self.is_stopped:
                self.stopped_early |= chunk < N_CHUNKS
                return
            if cpu_s is None:
                continue
            done, used = int(one.tally[STEPS]), clock.cpu_s()
            affordable = done * cpu_s / used if used > 0 else total
            if affordable < 0.97 * total and chunk < N_CHUNKS:
                total = max(done + 1, int(affordable))
                self.stopped_early = True


def _checked(
    problem: Problem, packed: Packed, searches: list[Tables]
) -> tuple[Plan, Tables]:
    """Return the first plan that the checker accepts, with what it leaves unmet."""
    found: tuple[check.Violation, ...] = ()
    for one in searches:
        plan = parts_of(problem, packed, one)
        plan = replace(plan, unmet=explain.unmet(problem, plan))
        found = check.violations(problem, plan)
        if not found:
            return plan, one
    raise PlanRefused(found)


class _Proof:
    """An upper bound for plans that hold as much of what is mandatory as the first."""

    def __init__(self, problem: Problem, packed: Packed, plan: Plan) -> None:
        self._all_mandatory = not _lacks_duties(plan)
        self.bound = UpperBound(
            problem, packed.tasks, all_mandatory=self._all_mandatory
        )

    def improve(
        self,
        plan: Plan,
        budget: Budget,
        share: float,
        clock: ProcessClock,
        should_stop: ShouldStop | None,
    ) -> None:
        """Spend a share of the budget, or what is left of it if that is less."""
        cpu_s = BOUND_CPU_S
        if budget.cpu_s is not None:
            left = budget.cpu_s - clock.cpu_s()
            cpu_s = max(0.05, min(budget.cpu_s * share, left))
        self.bound.improve(incumbent=plan.value, cpu_s=cpu_s, should_stop=should_stop)

    def value_for(self, plan: Plan) -> float | None:
        """Return the bound, None where a plan is worth more or holds fewer duties.

        One of the two is wrong if it is worth more, and the plan has been checked, so nothing is
        proven. Tests hold that this never happens.
        """
        if self._all_mandatory and _lacks_duties(plan):
            return None
        value = float(self.bound.value)
        if value < plan.value - 1e-6 * max(1.0, abs(plan.value)):
            return None
        return max(value, plan.value)


def _lacks_duties(plan: Plan) -> bool:
    return any(item.mandatory and item.n_missing for item in plan.unmet)
