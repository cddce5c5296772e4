"""What units do without a call: go to a post, patrol, move to a better post. Compiled.

A unit that waits counts for the post it stands at or goes to, also while it patrols
near it.
"""

import numpy as np

from xunfang.core.dispatching.choice import NONE
from xunfang.core.dispatching.coverage import count_cover
from xunfang.core.dispatching.patrolling import fill_in
from xunfang.core.dispatching.reassignment import (
    best_move,
    best_post,
    weigh_change,
    weigh_posts,
)
from xunfang.core.dispatching.relocation import by_table, relocate, ride_left_s
from xunfang.core.simulation.compiling import inlined
from xunfang.core.simulation.motion import begin_leg, hour_of_week, share_done
from xunfang.core.simulation.tables import (
    ALWAYS,
    HOME,
    HOUR_WEIGHED,
    N_MOVES,
    N_VISITS,
    PATROLLING,
    RELOCATING,
    TABLE,
    TO_OWN_POST,
    WAITING,
    State,
    World,
)


@inlined
def settle(world: World, state: State, unit: int, at_s: float) -> None:
    """Send a unit that has nothing to do to the post where it should wait."""
    mode = world.mode_of_hour[hour_of_week(at_s)]
    here = state.to_place[unit]
    post = _post_for(world, state, unit, here, mode, at_s)
    state.status[unit] = WAITING
    go_to_post(world, state, unit, post, at_s)


@inlined
def _post_for(
    world: World, state: State, unit: int, here: int, mode: int, at_s: float
) -> int:
    home = world.home[unit]
    if world.moves == HOME:
        return int(home)
    ride_s = world.post_s[mode, here]
    if world.moves == TABLE:
        n_free = 1
        for u in range(state.status.size):
            n_free += state.status[u] == WAITING
        wanted = by_table(ride_s, world.n_wanted[n_free], state.n_standing)
        return int(home if wanted == NONE else wanted)
    left_s = ride_left_s(
        at_s - state.on_since_s[unit], state.ridden_s[unit], world.cap_s_per_h
    )
    may_move = state.off_at_s[unit] - at_s > world.rest_guard_s
    if world.moves == ALWAYS:
        _weigh_posts(world, state, mode, at_s)
        post = best_post(
            ride_s,
            home,
            state.gain,
            left_s,
            world.min_gain,
            world.sent_per_h,
            may_move,
        )
        return int(post)
    post = relocate(
        ride_s,
        home,
        state.n_cover[mode],
        world.cover_from[mode],
        world.cover_cell,
        world.demand[hour_of_week(at_s)],
        world.nth_worth,
        left_s,
        world.min_gain,
        may_move,
    )
    return int(post)


@inlined
def go_to_post(world: World, state: State, unit: int, post: int, at_s: float) -> None:
    """Let a waiting unit go to a post from where it stands."""
    mode = world.mode_of_hour[hour_of_week(at_s)]
    here, there = state.to_place[unit], world.post_place[post]
    ride_s = world.post_s[mode, here, post]
    purpose = TO_OWN_POST if post == world.home[unit] else RELOCATING
    begin_leg(world, state, unit, here, there, ride_s, ride_s, purpose, mode, at_s)
    state.post[unit] = post
    state.stop[unit] = NONE
    state.n_standing[post] += 1
    _count_cover(world, state, post, 1, at_s)
    state.next_s[unit] = at_s + ride_s + world.patrol_after_s


@inlined
def leave_post(world: World, state: State, unit: int, at_s: float) -> None:
    """A unit no longer waits: its post and its patrol stop are without it."""
    post = state.post[unit]
    _count_cover(world, state, post, -1, at_s)
    state.n_standing[post] -= 1
    state.post[unit] = NONE
    _leave_stop(state, unit, at_s)


@inlined
def _count_cover(
    world: World, state: State, post: int, change: int, at_s: float
) -> None:
    for mode in range(world.cover_from.shape[0]):
        count_cover(
            state.n_cover[mode],
            world.cover_from[mode],
            world.cover_cell,
            post,
            change,
        )
    hour = hour_of_week(at_s)
    if state.tally[HOUR_WEIGHED] == hour + 1:
        mode = world.mode_of_hour[hour]
        weigh_change(
            state.gain,
            state.both,
            state.n_cover[mode],
            world.cover_from[mode],
            world.cover_cell,
            world.post_from[mode],
            world.post_of,
            world.pair_from[mode],
            world.pair_at,
            world.demand[hour],
            world.nth_worth,
            post,
            change,
        )


@inlined
def _leave_stop(state: State, unit: int, at_s: float) -> None:
    stop = state.stop[unit]
    if stop == NONE:
        return
    state.claimed[stop] = False
    state.stop[unit] = NONE
    if share_done(state, unit, at_s) >= 1.0:
        state.visited_s[stop] = at_s
        state.tally[N_VISITS] += 1


@inlined
def next_while_idle(world: World, state: State, unit: int, at_s: float) -> None:
    """Patrol the next stop, or go back to the post and wait."""
    _leave_stop(state, unit, at_s)
    mode = world.mode_of_hour[hour_of_week(at_s)]
    here, post = state.to_place[unit], state.post[unit]
    for stop in range(world.stop_place.size):
        near = world.post_s[mode, world.stop_place[stop], post] <= world.patrol_reach_s
        ride_s = world.stop_s[mode, here, stop]
        state.stop_ride_s[stop] = ride_s if near else np.inf
        since_s = at_s - state.visited_s[stop]
        unmet = min(1.0, since_s / world.patrol_every_s)
        state.stop_worth[stop] = (
            0.0 if state.claimed[stop] else unmet * world.stop_share[stop]
        )
    stop = fill_in(
        state.stop_ride_s,
        state.stop_worth,
        state.stop_dwell_s,
        state.stop_opens_s,
        state.stop_closes_s,
        state.off_at_s[unit] - at_s,
    )
    if stop != NONE:
        there, ride_s = world.stop_place[stop], state.stop_ride_s[stop]
        stays_s = world.patrol_dwell_s
        state.claimed[stop] = True
    else:
        there, ride_s = world.post_place[post], world.post_s[mode, here, post]
        stays_s = world.patrol_after_s
    begin_leg(world, state, unit, here, there, ride_s, ride_s, PATROLLING, mode, at_s)
    state.stop[unit] = stop
    state.next_s[unit] = at_s + ride_s + stays_s


@inlined
def move_waiting(world: World, state: State, at_s: float) -> None:
    """A unit has left: let one that stands at a post move to where it adds more."""
    if world.moves != ALWAYS:
        return
    mode = world.mode_of_hour[hour_of_week(at_s)]
    for _ in range(world.n_moves):
        _find_movers(world, state, at_s)
        _weigh_posts(world, state, mode, at_s)
        unit, post = best_move(
            world.post_s[mode],
            state.to_place,
            state.post,
            state.is_free,
            state.arrival_s,
            state.gain,
            state.both,
            world.min_gain,
            world.sent_per_h,
        )
        if unit == NONE:
            return
        leave_post(world, state, unit, at_s)
        go_to_post(world, state, unit, post, at_s)
        state.tally[N_MOVES] += 1


@inlined
def _find_movers(world: World, state: State, at_s: float) -> None:
    """Note who may move, and how far. Of units at one post, who is like another is not."""
    for post in range(state.mover.size):
        state.mover[post] = NONE
    for u in range(state.status.size):
        state.is_free[u] = (
            state.status[u] == WAITING
            and state.stop[u] == NONE
            and share_done(state, u, at_s) >= 1.0
            and state.off_at_s[u] - at_s > world.rest_guard_s
        )
        if not state.is_free[u]:
            continue
        state.arrival_s[u] = ride_left_s(
            at_s - state.on_since_s[u], state.ridden_s[u], world.cap_s_per_h
        )
        other = state.mover[state.post[u]]
        if other == NONE:
            state.mover[state.post[u]] = u
        elif state.arrival_s[other] >= state.arrival_s[u]:
            state.is_free[u] = False


@inlined
def _weigh_posts(world: World, state: State, mode: int, at_s: float) -> None:
    """Have posts weighed: from change to change they stay so, but demand has hours."""
    hour = hour_of_week(at_s)
    if state.tally[HOUR_WEIGHED] == hour + 1:
        return
    state.tally[HOUR_WEIGHED] = hour + 1
    weigh_posts(
        state.gain,
        state.both,
        state.n_cover[mode],
        world.post_from[mode],
        world.post_of,
        world.pair_from[mode],
        world.pair_at,
        world.demand[hour],
        world.nth_worth,
    )
