"""What the event loop reads and writes: arrays, made once for each simulation."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from xunfang.core.dispatching.choice import NONE
from xunfang.core.dispatching.coverage import (
    cover_lists,
    covering_lists,
    nth_worths,
    pair_lists,
)
from xunfang.core.simulation.calls import Calls
from xunfang.core.simulation.city import City, Fleet
from xunfang.core.simulation.rules import Moves, Rules

type Ints = NDArray[np.int64]
type Floats = NDArray[np.float64]
type Bools = NDArray[np.bool_]

# What a unit does.
OFF, WAITING, DRIVING, ON_SCENE = range(4)
# Why it drives: columns of State.driven_m.
TO_CALL, TO_OWN_POST, RELOCATING, PATROLLING = range(4)
N_PURPOSES = 4
# Where it goes when free: Moves as numbers.
HOME, FREED, ALWAYS, TABLE = range(4)
_NUMBER_OF = {
    Moves.HOME: HOME,
    Moves.FREED: FREED,
    Moves.ALWAYS: ALWAYS,
    Moves.TABLE: TABLE,
}
# Columns of Log.row.
L_CALL, L_UNIT, L_TURNED = range(3)
# Columns of Log.time.
L_SENT, L_ARRIVED, L_ENDED = range(3)
# Columns of Log.tick.
T_AT, T_WAITING, T_DRIVING, T_ON_SCENE, T_QUEUED, T_COVERED, T_DRIVEN = range(7)
N_TICK_COLUMNS = T_DRIVEN + N_PURPOSES
# Entries of State.tally.
N_LOGGED, N_QUEUED, N_TICKS, N_VISITS, N_MOVES = range(5)
# And the hour of the week for which posts are weighed, plus one.
HOUR_WEIGHED = 5


class World(NamedTuple):
    """What does not change while the clock runs."""

    to_s: Floats
    """Shape (n_modes, to, from): who looks for the closest reads one row."""
    post_s: Floats
    """Shape (n_modes, from, n_posts)."""
    mode_of_hour: Ints
    speed_mps: Floats
    post_place: Ints
    target_s: Floats
    turnout_s: float
    home: Ints
    duty_at_s: Floats
    """Beginnings and ends of duty in order; ends before beginnings."""
    duty_unit: Ints
    duty_until_s: Floats
    """Until when, at a beginning; negative at an end."""
    call_at_s: Floats
    call_place: Ints
    call_priority: Ints
    service_s: Floats
    travel_factor: Floats
    demand: Floats
    """Shape (168, n_places)."""
    cover_from: Ints
    """Shape (n_modes, n_posts + 1): what a post covers depends on the traffic; each row
    as of ``dispatching.coverage.cover_lists``, all into one ``cover_cell``."""
    cover_cell: Ints
    post_from: Ints
    """Shape (n_modes, n_places + 1): which posts cover a place, likewise."""
    post_of: Ints
    pair_from: Ints
    """Shape (n_modes, n_places + 1): which two posts both cover a place, likewise."""
    pair_at: Ints
    nth_worth: Floats
    n_wanted: Ints
    """Compliance table, shape (n_units + 1, n_posts); no rows if not used."""
    stop_place: Ints
    stop_share: Floats
    stop_s: Floats
    """Shape (n_modes, from, n_stops)."""
    moves: int
    min_gain: float
    sent_per_h: float
    cap_s_per_h: float
    rest_guard_s: float
    n_moves: int
    urgent_to: int
    waits_from: int
    preempt_gain_s: float
    spare_from: int
    patrol_after_s: float
    patrol_reach_s: float
    patrol_dwell_s: float
    patrol_every_s: float
    tick_s: float


class State(NamedTuple):
    """Where everything stands now. ``(n_units,)`` unless said otherwise."""

    status: Ints
    call: Ints
    entry: Ints
    """Row of the log that the unit's call is written to."""
    from_place: Ints
    to_place: Ints
    left_s: Floats
    ride_s: Floats
    """How long the leg takes; where ``left_s + ride_s`` has passed, the unit is there."""
    leg_m: Floats
    purpose: Ints
    next_s: Floats
    """When something happens to the unit by itself; infinite: nothing."""
    post: Ints
    stop: Ints
    on_duty: Bools
    on_since_s: Floats
    off_at_s: Floats
    ridden_s: Floats
    driven_m: Floats
    """Shape (n_units, N_PURPOSES)."""
    n_cover: Ints
    """Shape (n_modes, n_places): units that wait within reach in each mode of traffic."""
    n_standing: Ints
    """(n_posts,): units that wait there or are on their way to."""
    visited_s: Floats
    """(n_stops,): when the last patrol left."""
    claimed: Bools
    """(n_stops,)"""
    queue: Ints
    """A heap of priority * n_calls + call."""
    tally: Ints
    arrival_s: Floats
    is_free: Bools
    loss: Floats
    gain: Floats
    """(n_posts,), as `dispatching.reassignment.weigh_posts` writes it, of one hour."""
    both: Floats
    """(n_posts * n_posts,), likewise."""
    mover: Ints
    """(n_posts,): of units that may move from there, the one looked at."""
    stop_ride_s: Floats
    stop_worth: Floats
    stop_dwell_s: Floats
    stop_opens_s: Floats
    stop_closes_s: Floats


class Log(NamedTuple):
    """What happened."""

    row: Ints
    """(n_sendings, 3): call, unit, whether the unit was turned round on the way."""
    time: Floats
    """(n_sendings, 3): sent, arrived, ended; NaN: has not happened."""
    tick: Floats
    """(n_ticks, N_TICK_COLUMNS): how things stood every so often."""


def make_world(
    city: City,
    fleet: Fleet,
    calls: Calls,
    rules: Rules,
    *,
    demand: Floats,
    n_wanted: Ints | None,
    tick_s: float,
) -> World:
    """Lay everything out as the loop reads it."""
    aims, patrol, preemption = rules.relocation, rules.patrol, rules.preemption
    cover_from, cover_cell = _cover_lists(city)
    post_from, post_of, pair_from, pair_at = _lists_by_place(
        cover_from, cover_cell, city
    )
    duty = _duty_events(fleet)
    # Patrol stops are the places with the most calls: enough to fill every idle hour.
    share = demand.mean(axis=0)
    stops = np.argsort(-share, kind="stable")[: max(1, 6 * fleet.n_units)]
    stops = stops[share[stops] > 0.0] if patrol else stops[:0]
    never = np.inf
    return World(
        to_s=np.ascontiguousarray(city.travel_s.transpose(0, 2, 1)),
        post_s=np.ascontiguousarray(city.travel_s[:, :, city.post_place]),
        mode_of_hour=city.mode_of_hour.astype(np.int64),
        speed_mps=city.speed_mps.astype(np.float64),
        post_place=city.post_place.astype(np.int64),
        target_s=city.target_s.astype(np.float64),
        turnout_s=float(city.turnout_s),
        home=fleet.home.astype(np.int64),
        duty_at_s=duty[0],
        duty_unit=duty[1],
        duty_until_s=duty[2],
        call_at_s=calls.at_s,
        call_place=calls.place,
        call_priority=calls.priority,
        service_s=calls.service_s,
        travel_factor=calls.travel_factor,
        demand=np.ascontiguousarray(demand, dtype=np.float64),
        cover_from=cover_from,
        cover_cell=cover_cell,
        post_from=post_from,
        post_of=post_of,
        pair_from=pair_from,
        pair_at=pair_at,
        nth_worth=nth_worths(aims.busy_share, fleet.n_units),
        n_wanted=np.zeros((0, city.n_posts), np.int64)
        if n_wanted is None
        else n_wanted.astype(np.int64),
        stop_place=stops.astype(np.int64),
        stop_share=share[stops],
        stop_s=np.ascontiguousarray(city.travel_s[:, :, stops]),
        moves=_NUMBER_OF[rules.moves],
        min_gain=float(aims.min_gain),
        sent_per_h=float(aims.sent_per_h),
        cap_s_per_h=float(aims.cap_s_per_h),
        rest_guard_s=float(aims.rest_guard_s),
        n_moves=int(aims.n_moves),
        urgent_to=NONE if preemption is None else preemption.urgent_to,
        waits_from=NONE if preemption is None else preemption.waits_from,
        preempt_gain_s=0.0 if preemption is None else float(preemption.min_gain_s),
        spare_from=99 if rules.spare_from is None else rules.spare_from,
        patrol_after_s=never if patrol is None else float(patrol.after_s),
        patrol_reach_s=0.0 if patrol is None else float(patrol.reach_s),
        patrol_dwell_s=0.0 if patrol is None else float(patrol.dwell_s),
        patrol_every_s=1.0 if patrol is None else float(patrol.every_s),
        tick_s=float(tick_s),
    )


def _cover_lists(city: City) -> tuple[Ints, Ints]:
    """Return which places each post covers in each mode of traffic."""
    ride_s = city.turnout_s + city.travel_s[:, city.post_place]
    per_target = (ride_s / city.target_s).reshape(-1, city.n_places)
    cover_from, cover_cell = cover_lists(per_target, within_s=1.0)
    begins = cover_from[:-1].reshape(len(city.travel_s), city.n_posts)
    ends = cover_from[city.n_posts :: city.n_posts]
    return np.column_stack([begins, ends]), cover_cell


def _lists_by_place(
    cover_from: Ints, cover_cell: Ints, city: City
) -> tuple[Ints, Ints, Ints, Ints]:
    """Return which posts, and which two of them, cover each place in each mode."""
    posts = [covering_lists(row, cover_cell, city.n_places) for row in cover_from]
    pairs = [pair_lists(*lists, city.n_posts) for lists in posts]
    return *_end_to_end(posts), *_end_to_end(pairs)


def _end_to_end(lists: list[tuple[Ints, Ints]]) -> tuple[Ints, Ints]:
    """Put lists of several modes into one, each mode's beginnings in a row."""
    begins = np.cumsum([0, *(len(entries) for _, entries in lists)])
    rows = [row + n for (row, _), n in zip(lists, begins, strict=False)]
    return np.stack(rows), np.concatenate([entries for _, entries in lists])


def _duty_events(fleet: Fleet) -> tuple[Floats, Ints, Floats]:
    n = len(fleet.duty_unit)
    at_s = np.concatenate([fleet.duty_to_s, fleet.duty_from_s])
    unit = np.concatenate([fleet.duty_unit, fleet.duty_unit])
    until_s = np.concatenate([np.full(n, -1.0), fleet.duty_to_s])
    order = np.argsort(at_s, kind="stable")
    order = order[np.isfinite(at_s[order])]
    return at_s[order], unit[order].astype(np.int64), until_s[order]


def new_state(world: World) -> State:
    """Everybody is off duty, nothing has happened."""
    n_units, n_calls = len(world.home), len(world.call_at_s)
    n_stops, n_posts = len(world.stop_place), len(world.post_place)

    def whole(fill: int, n: int = n_units) -> Ints:
        return np.full(n, fill, dtype=np.int64)

    def real(fill: float, n: int = n_units) -> Floats:
        return np.full(n, fill, dtype=np.float64)

    home_place = world.post_place[world.home]
    return State(
        status=whole(OFF), call=whole(NONE), entry=whole(NONE),
        from_place=home_place.copy(), to_place=home_place.copy(),
        left_s=real(0.0), ride_s=real(0.0), leg_m=real(0.0), purpose=whole(TO_OWN_POST),
        next_s=real(np.inf), post=whole(NONE), stop=whole(NONE),
        on_duty=np.zeros(n_units, np.bool_), on_since_s=real(0.0),
        off_at_s=real(np.inf), ridden_s=real(0.0),
        driven_m=np.zeros((n_units, N_PURPOSES)),
        n_cover=np.zeros(world.to_s.shape[:2], np.int64), n_standing=whole(0, n_posts),
        visited_s=real(-world.patrol_every_s, n_stops),
        claimed=np.zeros(n_stops, np.bool_),
        queue=whole(0, n_calls + 1), tally=whole(0, 6),
        arrival_s=real(np.inf), is_free=np.zeros(n_units, np.bool_), loss=real(0.0),
        gain=real(0.0, n_posts), both=real(0.0, n_posts * n_posts),

        mover=whole(NONE, n_posts),
        stop_ride_s=real(0.0, n_stops), stop_worth=real(0.0, n_stops),
        stop_dwell_s=real(world.patrol_dwell_s, n_stops),
        stop_opens_s=real(0.0, n_stops), stop_closes_s=real(np.inf, n_stops),
    )  # fmt: skip


def new_log(world: World, *, until_s: float) -> Log:
    """Empty pages, as many as can be needed."""
    n_calls = len(world.call_at_s)
    # An urgent call turns at most one unit round, so there are no more second sendings.
    n_urgent = int((world.call_priority <= world.urgent_to).sum())
    n_rows = n_calls + n_urgent
    n_ticks = int(until_s / world.tick_s) + 2
    return Log(
        row=np.full((n_rows, 3), NONE, dtype=np.int64),
        time=np.full((n_rows, 3), np.nan),
        tick=np.zeros((n_ticks, N_TICK_COLUMNS)),
    )
