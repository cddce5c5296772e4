"""The event loop: one clock, and what happens next. Compiled; each function has its
un-jitted twin (``NUMBA_DISABLE_JIT=1``), which gives the same numbers.

Of things that happen at one moment, units come first (lowest number first), then
beginnings and ends of duty, then the look round (tick), then calls: who becomes free
at the moment of a call can take it.
"""

import numpy as np

from xunfang.core.dispatching.choice import NONE, closest, least_loss
from xunfang.core.dispatching.coverage import loss_at
from xunfang.core.simulation.compiling import called_from_python, inlined
from xunfang.core.simulation.motion import (
    arrival_s,
    begin_leg,
    book_leg,
    hour_of_week,
    near_end,
    share_done,
)
from xunfang.core.simulation.tables import (
    DRIVING,
    L_ARRIVED,
    L_CALL,
    L_ENDED,
    L_SENT,
    L_TURNED,
    L_UNIT,
    N_LOGGED,
    N_QUEUED,
    N_TICKS,
    OFF,
    ON_SCENE,
    T_AT,
    T_COVERED,
    T_DRIVEN,
    T_QUEUED,
    T_WAITING,
    TO_CALL,
    WAITING,
    Log,
    State,
    World,
)
from xunfang.core.simulation.waiting import (
    leave_post,
    move_waiting,
    next_while_idle,
    settle,
)


@called_from_python
def run(world: World, state: State, log: Log, until_s: float) -> None:
    """Let everything happen up to a moment."""
    n_calls, n_duty = world.call_at_s.size, world.duty_at_s.size
    next_s = state.next_s
    next_call, next_duty = 0, 0
    while True:
        unit, at_s = NONE, np.inf
        for u in range(next_s.size):
            if next_s[u] < at_s:
                unit, at_s = u, next_s[u]
        call_s = world.call_at_s[next_call] if next_call < n_calls else np.inf
        duty_s = world.duty_at_s[next_duty] if next_duty < n_duty else np.inf
        tick_s = state.tally[N_TICKS] * world.tick_s
        soonest_s = min(at_s, duty_s, tick_s, call_s)
        if soonest_s > until_s:
            break
        if at_s == soonest_s:
            _next_of_unit(world, state, log, unit, at_s)
        elif duty_s == soonest_s:
            _change_duty(world, state, log, next_duty)
            next_duty += 1
        elif tick_s == soonest_s:
            _look_round(world, state, log, tick_s)
        else:
            _take_call(world, state, log, next_call, call_s)
            next_call += 1
    for u in range(next_s.size):
        book_leg(state, u, until_s)


@inlined
def _next_of_unit(world: World, state: State, log: Log, unit: int, at_s: float) -> None:
    status = state.status[unit]
    if status == DRIVING:
        call = state.call[unit]
        log.time[state.entry[unit], L_ARRIVED] = at_s
        state.status[unit] = ON_SCENE
        state.next_s[unit] = at_s + world.service_s[call]
    elif status == ON_SCENE:
        log.time[state.entry[unit], L_ENDED] = at_s
        state.call[unit] = NONE
        _become_free(world, state, log, unit, at_s)
    else:
        next_while_idle(world, state, unit, at_s)


@inlined
def _become_free(world: World, state: State, log: Log, unit: int, at_s: float) -> None:
    """Take the next call that waits, or go off duty, or go and wait."""
    if not state.on_duty[unit]:
        book_leg(state, unit, at_s)
        state.status[unit] = OFF
        state.next_s[unit] = np.inf
        return
    if state.tally[N_QUEUED] > 0:
        call = _pop(state) % world.call_at_s.size
        mode = world.mode_of_hour[hour_of_week(at_s)]
        here = state.to_place[unit]
        ride_s = world.to_s[mode, world.call_place[call], here]
        _send(world, state, log, unit, call, ride_s, 0.0, at_s)
        return
    settle(world, state, unit, at_s)


@inlined
def _change_duty(world: World, state: State, log: Log, number: int) -> None:
    unit, at_s = world.duty_unit[number], world.duty_at_s[number]
    until_s = world.duty_until_s[number]
    if until_s < 0.0:
        state.on_duty[unit] = False
        if state.status[unit] == WAITING:
            leave_post(world, state, unit, at_s)
            book_leg(state, unit, at_s)
            state.status[unit] = OFF
            state.next_s[unit] = np.inf
            move_waiting(world, state, at_s)
        return
    state.on_duty[unit] = True
    state.on_since_s[unit] = at_s
    state.off_at_s[unit] = until_s
    state.ridden_s[unit] = 0.0
    if state.status[unit] == OFF:
        # Duty begins at its own post.
        state.from_place[unit] = world.post_place[world.home[unit]]
        state.to_place[unit] = state.from_place[unit]
        state.ride_s[unit] = 0.0
        _become_free(world, state, log, unit, at_s)


@inlined
def _take_call(world: World, state: State, log: Log, call: int, at_s: float) -> None:
    """Send somebody to a new call, or let it wait."""
    if state.tally[N_QUEUED] > 0 and world.call_priority[call] > world.urgent_to:
        # Whoever could take it would have taken those that wait.
        _push(state, call, world)
        return
    unit = _choose(world, state, call, at_s)
    if unit == NONE:
        _push(state, call, world)
        return
    turned = state.call[unit]
    _send_from_where_it_is(world, state, log, unit, call, at_s)
    if turned != NONE:
        # It goes back with its own time, before all of its priority that came later.
        _push(state, turned, world)
        _serve_waiting(world, state, log, at_s)
    move_waiting(world, state, at_s)


@inlined
def _serve_waiting(world: World, state: State, log: Log, at_s: float) -> None:
    while state.tally[N_QUEUED] > 0:
        call = state.queue[0] % world.call_at_s.size
        n_free = 0
        for u in range(state.status.size):
            n_free += state.status[u] == WAITING
        if n_free == 0:
            return
        unit = _choose(world, state, call, at_s)
        if unit == NONE or state.call[unit] != NONE:
            return
        _pop(state)
        _send_from_where_it_is(world, state, log, unit, call, at_s)


@inlined
def _choose(world: World, state: State, call: int, at_s: float) -> int:
    """Return who goes: a free unit, or one that is turned round on its way."""
    place, priority = world.call_place[call], world.call_priority[call]
    mode = world.mode_of_hour[hour_of_week(at_s)]
    may_turn = priority <= world.urgent_to
    for u in range(state.status.size):
        status = state.status[u]
        may_go = status == WAITING
        later_s = 0.0
        if may_turn and status == DRIVING:
            may_go = world.call_priority[state.call[u]] >= world.waits_from
            later_s = world.preempt_gain_s
        state.is_free[u] = may_go
        if may_go:
            state.arrival_s[u] = later_s + arrival_s(world, state, u, place, mode, at_s)
    if priority < world.spare_from:
        return int(closest(state.arrival_s, state.is_free))
    demand = world.demand[hour_of_week(at_s)]
    for u in range(state.status.size):
        if state.is_free[u]:
            state.loss[u] = loss_at(
                state.n_cover[mode],
                world.cover_from[mode],
                world.cover_cell,
                demand,
                world.nth_worth,
                state.post[u],
            )
    within_s = world.target_s[place] - (at_s - world.call_at_s[call])
    return int(least_loss(state.arrival_s, state.is_free, within_s, state.loss))


@inlined
def _send_from_where_it_is(
    world: World, state: State, log: Log, unit: int, call: int, at_s: float
) -> None:
    """Send a unit that waits, patrols, drives to a post, or is turned round."""
    mode = world.mode_of_hour[hour_of_week(at_s)]
    place = world.call_place[call]
    soon_s = arrival_s(world, state, unit, place, mode, at_s)
    if state.status[unit] == DRIVING:
        entry = state.entry[unit]
        log.row[entry, L_TURNED] = 1
        log.time[entry, L_ENDED] = at_s
        turnout_s = 0.0
    else:
        at_post = share_done(state, unit, at_s) >= 1.0 and state.stop[unit] < 0
        turnout_s = world.turnout_s if at_post else 0.0
        leave_post(world, state, unit, at_s)
    _send(world, state, log, unit, call, soon_s - turnout_s, turnout_s, at_s)


@inlined
def _send(
    world: World,
    state: State,
    log: Log,
    unit: int,
    call: int,
    table_s: float,
    turnout_s: float,
    at_s: float,
) -> None:
    mode = world.mode_of_hour[hour_of_week(at_s)]
    ride_s = turnout_s + table_s * world.travel_factor[call]
    begin_leg(
        world,
        state,
        unit,
        near_end(state, unit, at_s),
        world.call_place[call],
        table_s,
        ride_s,
        TO_CALL,
        mode,
        at_s,
    )
    state.status[unit] = DRIVING
    state.call[unit] = call
    state.next_s[unit] = at_s + ride_s
    entry = state.tally[N_LOGGED]
    state.tally[N_LOGGED] += 1
    state.entry[unit] = entry
    log.row[entry, L_CALL] = call
    log.row[entry, L_UNIT] = unit
    log.row[entry, L_TURNED] = 0
    log.time[entry, L_SENT] = at_s


@inlined
def _look_round(world: World, state: State, log: Log, at_s: float) -> None:
    """Note how things stand."""
    row = log.tick[state.tally[N_TICKS]]
    state.tally[N_TICKS] += 1
    row[T_AT] = at_s
    for u in range(state.status.size):
        if state.status[u] != OFF:
            row[T_WAITING + state.status[u] - WAITING] += 1.0
        for purpose in range(state.driven_m.shape[1]):
            row[T_DRIVEN + purpose] += state.driven_m[u, purpose]
    row[T_QUEUED] = state.tally[N_QUEUED]
    demand = world.demand[hour_of_week(at_s)]
    n_cover = state.n_cover[world.mode_of_hour[hour_of_week(at_s)]]
    for place in range(demand.size):
        if n_cover[place] > 0:
            row[T_COVERED] += demand[place]


@inlined
def _push(state: State, call: int, world: World) -> None:
    """Let a call wait: by priority, then by when it came in."""
    key = world.call_priority[call] * world.call_at_s.size + call
    queue, child = state.queue, state.tally[N_QUEUED]
    state.tally[N_QUEUED] += 1
    while child > 0:
        parent = (child - 1) // 2
        if queue[parent] <= key:
            break
        queue[child] = queue[parent]
        child = parent
    queue[child] = key


@inlined
def _pop(state: State) -> int:
    """Return the key of the call whose turn it is, and take it out."""
    queue = state.queue
    first = queue[0]
    state.tally[N_QUEUED] -= 1
    size = state.tally[N_QUEUED]
    key, parent = queue[size], 0
    while 2 * parent + 1 < size:
        child = 2 * parent + 1
        if child + 1 < size and queue[child + 1] < queue[child]:
            child += 1
        if key <= queue[child]:
            break
        queue[parent] = queue[child]
        parent = child
    queue[parent] = key
    return int(first)
