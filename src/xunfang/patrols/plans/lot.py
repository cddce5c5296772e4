"""Tonight's plan drawn by lot from many of nearly the same worth, and sealed.

Whoever watches the patrol should not learn when it comes. The seal goes into the
record before the night; the night's key, laid open afterwards, proves that nobody
picked the plan by hand.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from xunfang.core.planning import explain
from xunfang.core.planning.budget import Budget
from xunfang.core.planning.near_best import pool_of_plans
from xunfang.core.planning.plan import Plan
from xunfang.core.planning.problem import Problem
from xunfang.core.planning.sealed_draw import draw, seal
from xunfang.core.planning.vary import vary

N_HOT_PLACES = 5
"""The places with the most reports are visited whatever plan is drawn."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The plan that was drawn, and what may be told of the draw."""

    plan: Plan
    seal: str
    variation: dict[str, Any]


def draw_by_lot(
    problem: Problem,
    best: Plan,
    *,
    n_plans: int,
    budget: Budget,
    seed: int,
    secret: bytes,
    night: date,
    should_stop: Callable[[], bool],
) -> Drawn:
    """Search near-best plans beside ``best`` and draw one of them.

    ``budget`` is for each plan. What is drawn keeps the bound proven for the problem,
    which holds for every plan of it.
    """
    pool = pool_of_plans(
        problem,
        n_plans=n_plans,
        seed=seed,
        budget=budget,
        first=best,
        should_stop=should_stop,
    )
    variation = vary(problem, pool, hot_places=hot_places(problem))
    chosen = pool[draw(variation, secret, night)]
    sealed = seal(variation, secret, night)
    return Drawn(
        plan=replace(
            chosen,
            upper_bound=best.upper_bound,
            unmet=explain.unmet(problem, chosen),
            seed=best.seed,
            cpu_s=best.cpu_s,
            stopped_early=best.stopped_early,
        ),
        seal=sealed.commitment,
        variation=asdict(variation.report) | {"pool_digest": sealed.pool_digest},
    )


def hot_places(problem: Problem) -> list[str]:
    """Return the presence wanted where residents reported most."""

    def n_reports(facts: dict[str, str | int | float]) -> int:
        return int(facts.get("n_reports", 0))

    wanted = [
        (n_reports(presence.reason.facts), presence.id)
        for presence in problem.presence
        if presence.reason is not None
    ]
    ranked = sorted(wanted, key=lambda pair: (-pair[0], pair[1]))
    return [id_ for n, id_ in ranked[:N_HOT_PLACES] if n > 0]


def drawn_text(variation: dict[str, Any]) -> str:
    """Say how the night was drawn and how hard it is to guess; empty if it was not."""
    if not variation:
        return ""
    return _(
        "Drawn by lot from %(n)d near-best plans. Somebody who watched %(nights)d nights "
        "would name the right half hour of a stop in %(hit)d %%."
    ) % {
        "n": variation["n_plans"],
        "nights": variation["n_nights_watched"],
        # Rounded up: it is never made to look harder to guess than it is.
        "hit": -int(-100 * variation["watcher_hit_share"] // 1),
    }
