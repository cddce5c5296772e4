"""The policies that ``xunfang simulate`` offers by name."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from xunfang.cli.simulate_setting import Setting
from xunfang.core.dispatching.reassignment import FREE_BUSY_SHARE
from xunfang.core.simulation.calls import CallRates
from xunfang.core.simulation.city import City
from xunfang.core.simulation.posting import (
    best_posts,
    expected_busy_share,
    sent_per_h,
    table_of_posts,
)
from xunfang.core.simulation.rules import (
    Moves,
    PatrolRule,
    Preemption,
    Relocation,
    Rules,
)
from xunfang.core.simulation.trials import Candidate

type Floats = NDArray[np.float64]


def candidates(
    names: Sequence[str], setting: Setting, *, preempt: bool
) -> list[Candidate]:
    """Return the candidates of some names.

    ``closest`` and ``patrol`` leave everybody at the own station. All others start from
    the best fixed posts, so that what moving adds is not mixed up with what better
    posts add.
    """
    city, rates, fleet = setting.city, setting.rates, setting.fleet
    demand = rates.per_hour.sum(axis=(0, 1))
    demand = demand / demand.sum()
    n_units = fleet.n_units
    busy_share = expected_busy_share(city, rates, n_units=n_units)
    at_best = fleet
    if set(names) - {"closest", "patrol"}:
        at_best = fleet.at_posts(
            best_posts(city, demand, n_units=n_units, busy_share=busy_share)
        )
    aims = relocation_aims(city, rates, n_units=n_units)
    rules = {
        "closest": Rules(),
        "posts": Rules(),
        "relocate": Rules(moves=Moves.ALWAYS, relocation=aims),
        "freed": Rules(moves=Moves.FREED, relocation=aims),
        "table": Rules(moves=Moves.TABLE, relocation=aims),
        "spare": Rules(spare_from=2, relocation=aims),
        "patrol": Rules(patrol=PatrolRule()),
    }
    n_wanted = table_of_posts(city, demand, n_units=n_units, busy_share=busy_share)
    preemption = Preemption() if preempt else None
    return [
        Candidate(
            name=name,
            fleet=fleet if name in {"closest", "patrol"} else at_best,
            rules=replace(rules[name], preemption=preemption),
            n_wanted=n_wanted if name == "table" else None,
        )
        for name in names
    ]


def relocation_aims(city: City, rates: CallRates, *, n_units: int) -> Relocation:
    """Return what relocation goes by where nothing else is known of a city."""
    busy_share = expected_busy_share(city, rates, n_units=n_units)
    return Relocation(
        busy_share=FREE_BUSY_SHARE * busy_share,
        sent_per_h=sent_per_h(rates, n_units=n_units),
    )
