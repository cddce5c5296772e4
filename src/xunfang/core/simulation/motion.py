"""Where units are: legs, and how soon somebody under way is elsewhere. Compiled.

A leg goes from one place to another. The table says how long it takes from both ends
to a third place; from a point between them it is reckoned as on a map whose distances
are driving times: with ``a`` and ``b`` from the ends, ``d`` the length of the leg and
``x`` the share that is done, Stewart's theorem gives
``(1 - x) * a**2 + x * b**2 - x * (1 - x) * d**2`` for the square. It is exact where
streets run straight in all directions, and is held between what the table proves: not
sooner than ``a - x * d``, not later than by way of the leg's end.
"""

import numpy as np

from xunfang.core.simulation.compiling import inlined
from xunfang.core.simulation.tables import State, World

_HOUR_S = 3600.0
_HOURS_A_WEEK = 168


@inlined
def between_s(a_s: float, b_s: float, leg_s: float, share: float) -> float:
    """Return the time to a place from a point of a leg.

    Parameters
    ----------
    a_s, b_s
        To the place from the leg's beginning and from its end.
    leg_s
        From the beginning to the end.
    share
        How much of the leg is done, in [0, 1].
    """
    square = (
        (1.0 - share) * a_s * a_s
        + share * b_s * b_s
        - share * (1.0 - share) * leg_s * leg_s
    )
    least = max(0.0, a_s - share * leg_s)
    most = (1.0 - share) * leg_s + b_s
    return float(min(max(np.sqrt(max(square, 0.0)), least), most))


@inlined
def hour_of_week(at_s: float) -> int:
    """Return the hour of the week, Monday 0:00 being 0."""
    return int(at_s / _HOUR_S) % _HOURS_A_WEEK


@inlined
def share_done(state: State, unit: int, at_s: float) -> float:
    """Return how much of its leg a unit has done, in [0, 1]."""
    done_s = at_s - state.left_s[unit]
    if done_s >= state.ride_s[unit]:
        return 1.0
    return float(max(0.0, done_s / state.ride_s[unit]))


@inlined
def arrival_s(
    world: World, state: State, unit: int, place: int, mode: int, at_s: float
) -> float:
    """Return how soon a unit that waits or drives could be at a place."""
    row = world.to_s[mode, place]
    end = state.to_place[unit]
    share = share_done(state, unit, at_s)
    if share >= 1.0:
        ride_s = row[end]
        at_post = state.stop[unit] < 0 and state.call[unit] < 0
        return float(ride_s + world.turnout_s if at_post else ride_s)
    begin = state.from_place[unit]
    leg_s = world.to_s[mode, end, begin]
    return float(between_s(row[begin], row[end], leg_s, share))


@inlined
def near_end(state: State, unit: int, at_s: float) -> int:
    """Return the end of its leg that a unit is nearer to."""
    if share_done(state, unit, at_s) < 0.5:
        return int(state.from_place[unit])
    return int(state.to_place[unit])


@inlined
def begin_leg(
    world: World,
    state: State,
    unit: int,
    begin: int,
    end: int,
    table_s: float,
    ride_s: float,
    purpose: int,
    mode: int,
    at_s: float,
) -> None:
    """Put a unit on its way; what it drove before is booked.

    ``table_s`` is the driving time from which kilometres are reckoned, ``ride_s`` how
    long the leg takes, turnout and chance included.
    """
    book_leg(state, unit, at_s)
    state.from_place[unit] = begin
    state.to_place[unit] = end
    state.left_s[unit] = at_s
    state.ride_s[unit] = ride_s
    state.leg_m[unit] = table_s * world.speed_mps[mode]
    state.purpose[unit] = purpose


@inlined
def book_leg(state: State, unit: int, at_s: float) -> None:
    """Book what a unit has driven of its leg."""
    share = share_done(state, unit, at_s)
    state.driven_m[unit, state.purpose[unit]] += share * state.leg_m[unit]
    if state.purpose[unit] == 2:
        state.ridden_s[unit] += share * state.ride_s[unit]
    state.leg_m[unit] = 0.0
    state.from_place[unit] = near_end(state, unit, at_s)
    state.to_place[unit] = state.from_place[unit]
    state.ride_s[unit] = 0.0
