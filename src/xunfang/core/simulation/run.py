"""Run calls through a city: the door of the simulator."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xunfang.core.simulation.calls import Calls
from xunfang.core.simulation.city import City, Fleet
from xunfang.core.simulation.loop import run
from xunfang.core.simulation.rules import Moves, Rules
from xunfang.core.simulation.tables import (
    L_ARRIVED,
    L_CALL,
    L_ENDED,
    L_SENT,
    L_TURNED,
    L_UNIT,
    N_LOGGED,
    N_MOVES,
    N_TICKS,
    N_VISITS,
    make_world,
    new_log,
    new_state,
)

type Ints = NDArray[np.int64]
type Floats = NDArray[np.float64]
type Bools = NDArray[np.bool_]

TICK_S = 900.0
DRAIN_S = 86_400.0
"""So long after the last call the clock runs on, for calls that still wait."""


@dataclass(frozen=True, eq=False)
class Sendings:
    """Every time a unit was sent to a call; arrays of one entry for each.

    Attributes
    ----------
    call, unit
        Which.
    turned
        Whether the unit was turned round to an urgent call before it was there.
    sent_s, arrived_s, ended_s
        When; NaN where it has not happened.
    """

    call: Ints
    unit: Ints
    turned: Bools
    sent_s: Floats
    arrived_s: Floats
    ended_s: Floats


@dataclass(frozen=True, eq=False)
class Run:
    """What happened.

    Attributes
    ----------
    arrived_s
        When somebody was at each call, ``(n_calls,)``; NaN: nobody came.
    sendings
        Who was sent where and when.
    ticks
        How things stood every quarter of an hour, as in `tables`, columns ``T_...``.
    driven_m
        Metres by unit and purpose, ``(n_units, 4)``: to calls, to the own post,
        relocating, patrolling.
    n_visits, n_moves
        Patrol stops made; moves of waiting units.
    until_s
        When the clock stopped.
    """

    city: City
    fleet: Fleet
    calls: Calls
    arrived_s: Floats
    sendings: Sendings
    ticks: Floats
    driven_m: Floats
    n_visits: int
    n_moves: int
    until_s: float

    def response_s(self) -> Floats:
        """From each call until somebody is there, ``(n_calls,)``; NaN: nobody came."""
        return np.asarray(self.arrived_s - self.calls.at_s)

    def is_late(self) -> Bools:
        """Whether nobody was there in time; a call that nobody came to is late."""
        target_s = self.city.target_s[self.calls.place]
        return np.asarray(~(self.response_s() <= target_s))


def simulate(
    city: City,
    fleet: Fleet,
    calls: Calls,
    rules: Rules,
    *,
    demand: Floats,
    n_wanted: Ints | None = None,
    until_s: float | None = None,
) -> Run:
    """Run calls through a city; the same arguments give the same answer, to the bit.

    Parameters
    ----------
    city, fleet, calls, rules
        Where, who, what, and how.
    demand
        Share of each place in the calls of each hour of the week that units are posted
        for, ``(168, n_places)``: `CallRates.demand_by_hour`.
    n_wanted
        Compliance table for ``Moves.TABLE``: how many units each post wants when so many
        are free, ``(n_units + 1, n_posts)``.
    until_s
        When the clock stops; by default a day after the last call.

    Raises
    ------
    ValueError
        A call is at no place of the city, shapes disagree, or there is no table for
        ``Moves.TABLE``: the caller's bug.
    """
    if len(calls) and not calls.place.max(initial=0) < city.n_places:
        raise ValueError("a call is at no place of the city")
    if demand.shape != (168, city.n_places):
        raise ValueError("demand must be (168, n_places)")
    if (n_wanted is None) is (rules.moves is Moves.TABLE):
        raise ValueError("n_wanted goes with Moves.TABLE, and only with it")
    if until_s is None:
        until_s = DRAIN_S + (float(calls.at_s[-1]) if len(calls) else 0.0)
    world = make_world(
        city, fleet, calls, rules, demand=demand, n_wanted=n_wanted, tick_s=TICK_S
    )
    state, log = new_state(world), new_log(world, until_s=until_s)
    run(world, state, log, until_s)
    n = int(state.tally[N_LOGGED])
    row, time = log.row[:n], log.time[:n]
    sendings = Sendings(
        call=row[:, L_CALL],
        unit=row[:, L_UNIT],
        turned=row[:, L_TURNED] == 1,
        sent_s=time[:, L_SENT],
        arrived_s=time[:, L_ARRIVED],
        ended_s=time[:, L_ENDED],
    )
    arrived_s = np.full(len(calls), np.nan)
    there = np.isfinite(sendings.arrived_s)
    arrived_s[sendings.call[there]] = sendings.arrived_s[there]
    return Run(
        city=city,
        fleet=fleet,
        calls=calls,
        arrived_s=arrived_s,
        sendings=sendings,
        ticks=log.tick[: int(state.tally[N_TICKS])],
        driven_m=state.driven_m,
        n_visits=int(state.tally[N_VISITS]),
        n_moves=int(state.tally[N_MOVES]),
        until_s=until_s,
    )
