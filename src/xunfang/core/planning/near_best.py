"""Many plans of nearly the best worth: what the nights are drawn from.

One good plan is searched with patience. The others begin with what is left of it when
a third to a half of its visits are struck out at random, and see the values through
their own noise: a stop worth 40 may look like 36 or 45. What a plan is worth is always
counted with the true values. Noise above 0.15 costs worth and hides little more; plans
searched from nothing in the same time are worth a point less, and as hard to guess.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from xunfang.core.planning import check
from xunfang.core.planning.budget import Budget
from xunfang.core.planning.plan import EventKind, Plan
from xunfang.core.planning.problem import Problem
from xunfang.core.planning.solve import solve as solve_once

MAX_NOISE = 0.15
RUIN_SHARES = (0.3, 0.5)
"""Least and greatest share of the first plan's visits that are struck out."""
PATIENCE = 10
"""Budgets of one plan that the first plan gets."""


def pool_of_plans(
    problem: Problem,
    *,
    n_plans: int,
    seed: int,
    budget: Budget,
    first: Plan | None = None,
    noise: float = MAX_NOISE,
    n_threads: int = 1,
    solve: Callable[..., Plan] = solve_once,
    on_plan: Callable[[int, float], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> tuple[Plan, ...]:
    """Return different near-best plans, the best first, with their true values.

    Parameters
    ----------
    n_plans
        Plans to search for; equal ones are kept once. Forty or more do well.
    budget
        For each plan; the first gets ten times as much.
    first
        A checked plan of this very problem, such as tonight's; it then need not be
        searched and is the pool's first plan.
    noise
        Standard deviation of the factor by which a value is misjudged, in [0, 0.15].
    n_threads
        Plans searched at the same time. The result does not depend on it.
    solve
        As ``solve.solve``; another one for tests.
    on_plan
        Told the number of plans done and the best true value.
    should_stop
        Asked before each plan but the first; a stop returns what there is.

    Plans that hold less of what is mandatory than the best do are left out.

    Raises
    ------
    ValueError
        ``noise`` is out of range or ``n_plans`` less than one.
    """
    if n_plans < 1 or not 0 <= noise <= MAX_NOISE:
        raise ValueError(f"want n_plans >= 1 and noise in [0, {MAX_NOISE}]")

    seeds = np.random.default_rng(seed).integers(2**31, size=n_plans)
    if first is None:
        patient = _times(budget, PATIENCE)
        first = solve(problem, budget=patient, seed=int(seeds[0]), with_bound=False)
    best = replace(first, upper_bound=None)

    def search(number: int) -> Plan | None:
        if number == 0:
            return best
        if should_stop is not None and should_stop():
            return None
        rng = np.random.default_rng([seed, number])
        plan = solve(
            misjudged(problem, noise, rng),
            budget=budget,
            seed=int(seeds[number]),
            with_bound=False,
            warm_start=ruined(best, rng.uniform(*RUIN_SHARES), rng),
        )
        value = check.recounted_value(problem, plan)
        return replace(plan, value=value, upper_bound=None)

    found: dict[object, Plan] = {}
    with ThreadPoolExecutor(max_workers=n_threads) as threads:
        for number, plan in enumerate(threads.map(search, range(n_plans))):
            if plan is None:
                continue
            found.setdefault(plan.routes, plan)
            if on_plan is not None:
                on_plan(number + 1, max(p.value for p in found.values()))
    return _best_by_duty(problem, list(found.values()))


def misjudged(problem: Problem, noise: float, rng: np.random.Generator) -> Problem:
    """Return the problem with every value multiplied by its own random factor.

    Factors are normal around 1 with standard deviation ``noise``, not below 0.
    """

    def factor() -> float:
        return max(0.0, 1.0 + noise * float(rng.standard_normal()))

    stops = []
    for stop in problem.stops:
        by = factor()
        value = tuple((since, worth * by) for since, worth in stop.value)
        stops.append(replace(stop, value=value))
    return replace(
        problem,
        stops=tuple(stops),
        posts=tuple(replace(p, value=p.value * factor()) for p in problem.posts),
        loops=tuple(replace(p, value=p.value * factor()) for p in problem.loops),
        presence=tuple(
            replace(p, value_per_minute=p.value_per_minute * factor())
            for p in problem.presence
        ),
    )


def ruined(plan: Plan, share: float, rng: np.random.Generator) -> Plan:
    """Strike visits out at random, each with the chance ``share``; breaks stay.

    What is left is no checked plan: it only tells a search in which order to begin.
    """
    return replace(
        plan,
        routes=tuple(
            replace(
                route,
                events=tuple(
                    event
                    for event in route.events
                    if event.kind is EventKind.BREAK or rng.random() >= share
                ),
            )
            for route in plan.routes
        ),
    )


def _times(budget: Budget, factor: int) -> Budget:
    if budget.cpu_s is not None:
        return Budget(cpu_s=budget.cpu_s * factor)
    return Budget(iterations=(budget.iterations or 0) * factor)


def _best_by_duty(problem: Problem, plans: list[Plan]) -> tuple[Plan, ...]:
    """Keep the plans that miss least by priority, the most valuable first."""
    missing = [_missing_by_priority(problem, plan) for plan in plans]
    least = min(missing)
    kept = [plan for plan, m in zip(plans, missing, strict=True) if m == least]
    return tuple(sorted(kept, key=lambda plan: -plan.value))


def _missing_by_priority(problem: Problem, plan: Plan) -> tuple[int, ...]:
    priority = {(EventKind.STOP, s.id): s.priority for s in problem.stops}
    priority |= {(EventKind.POST, p.id): p.priority for p in problem.posts}
    priority |= {(EventKind.LOOP, p.id): p.priority for p in problem.loops}
    counts = dict.fromkeys(sorted(set(priority.values())), 0)
    for thing, n_missing in check.mandatory_missing(problem, plan).items():
        counts[priority[thing]] += n_missing
    return tuple(counts.values())
