"""Where a visit fits best: the innermost loop of the search.

A slot k of a route lies before position k. The price of a slot is the time by which it
pushes back what follows, and a third of the detour. Visits of one group get slices of
their windows that keep their gaps whatever else moves (see ``search_groups``).
"""

import numpy as np
from numpy.typing import NDArray

from xunfang.core.planning.instance import (
    DISTINCT,
    GAPPED,
    GROUP,
    GROUP_END,
    GROUP_FIRST,
    IN,
    MAX_DRIVE,
    MAX_GAP,
    MIN_GAP,
    MODE,
    NO_LIMIT,
    NODE_CLOSES,
    NODE_END,
    NODE_FIRST,
    NODE_OPENS,
    OUT,
    TASK,
    TIME_PER_VALUE,
    WINDOW_END,
    WINDOW_FIRST,
    Instance,
)
from xunfang.core.planning.search_state import (
    BLINK,
    C_CLOSES,
    C_NODE,
    C_OPENS,
    C_SLOT,
    C_TASK,
    C_UNIT,
    C_VERSION,
    DRIVE,
    FLOATS,
    HOP,
    LAST_SLOT,
    LATEST,
    LEAVE,
    N_TOUCHED,
    P_IN,
    P_OUT,
    SEQ,
    START,
    STEPS,
    T_NODE,
    T_UNIT,
    VERSION,
    State,
    below,
    compiled,
    next_start,
    uniform,
)

NO_SLOT = 1e18
"""Price where nothing fits."""

DETOUR_SHARE = 0.3
"""What a unit of detour costs beside a unit of delay (measured on TOPTW)."""


@compiled
def slot_before_break(
    instance: Instance, state: State, unit: int, slot: int, place: int, now: int
) -> tuple[bool, int]:
    """Follow breaks that are taken where the unit stands, from ``slot`` on.

    Returns whether the next fixed place is still reached in time, and the way to it.
    The times kept for such breaks do not help: they move along with the visit.
    """
    route, travel = state.route[unit], instance.travel[0, instance.unit[unit, MODE]]
    k = slot
    while route[FLOATS, k] == 1:
        node = route[SEQ, k]
        now = max(now, state.slice[node, 0])
        if now > state.slice[node, 1]:
            return False, 0
        now += instance.dwell[node, instance.unit[unit, MODE]]
        k += 1
    hop = int(travel[place, route[P_IN, k]])
    return now + hop <= route[LATEST, k], hop - route[HOP, k]


@compiled
def best_slot(
    instance: Instance,
    state: State,
    unit: int,
    node: int,
    opens: int,
    closes: int,
    blink: float,
) -> tuple[float, int]:
    """Return the price of the cheapest slot for a node in one route, and the slot.

    ``opens`` and ``closes`` bound the start beside the node's own windows. With
    probability ``blink`` a slot is overlooked, which keeps the search from repeating
    itself (Christiaens & Vanden Berghe 2020, section 4.3).
    """
    row = instance.unit[unit]
    mode = row[MODE]
    stay = instance.dwell[node, mode]
    entry, leave_by = instance.node[node, IN], instance.node[node, OUT]
    first, end = instance.node[node, WINDOW_FIRST], instance.node[node, WINDOW_END]
    several = end - first > 1
    into = instance.travel[1, mode, entry]
    onward = instance.travel[0, mode, leave_by]
    route = state.route[unit]
    spare_drive = row[MAX_DRIVE] - state.unit[unit, DRIVE]
    price, where = NO_SLOT, -1
    last = state.unit[unit, LAST_SLOT]
    for k in range(1, last + 1):
        if route[LATEST, k] < opens + stay and route[FLOATS, k] == 0:
            continue
        if route[LEAVE, k - 1] > closes:
            break
        state.count[STEPS] += 1
        way_in = int(into[route[P_OUT, k - 1]])
        now = max(route[LEAVE, k - 1] + way_in, opens)
        if several:
            now = next_start(instance.window, first, end, now)
        if now > closes:
            continue
        now += stay
        if route[FLOATS, k] == 1:
            fits, longer = slot_before_break(instance, state, unit, k, leave_by, now)
            if not fits:
                continue
            detour = way_in + longer
            delay = max(0, now - route[START, k])
        else:
            way_on = int(onward[route[P_IN, k]])
            now += way_on
            if now > route[LATEST, k]:
                continue
            detour = way_in + way_on - route[HOP, k]
            delay = max(0, now - route[START, k])
        if detour > spare_drive:
            continue
        asked = delay + DETOUR_SHARE * detour
        if asked < price:
            state.count[BLINK] -= 1
            if state.count[BLINK] < 0:
                state.count[BLINK] = below(state.rng, int(2.0 / blink) + 1)
                continue
            price, where = asked, k
    return price, where


@compiled
def find_place(
    instance: Instance,
    state: State,
    candidate: int,
    everywhere: bool,  # noqa: FBT001 -- compiled code takes no keywords cheaply
    blink: float,
) -> float:
    """Find the cheapest unit, direction, value and slot for one candidate.

    Fills the candidate's row and returns the price. Unless ``everywhere``, only routes
    touched in this move are tried: in the others it did not fit before either.
    """
    row = state.candidate[candidate]
    task = row[C_TASK]
    group = instance.task[task, GROUP]
    gapped = instance.group[group, GAPPED] == 1 and state.n_made[group] > 0
    distinct = instance.group[group, DISTINCT] == 1 and state.n_made[group] > 0
    first, end = instance.task[task, NODE_FIRST], instance.task[task, NODE_END]
    price = NO_SLOT
    row[C_UNIT] = -1
    n_units = len(instance.unit) if everywhere else state.count[N_TOUCHED]
    for number in range(n_units):
        unit = number if everywhere else state.touched[number]
        if instance.eligible[task, unit] == 0:
            continue
        if distinct and serves_group(instance, state, unit, group):
            continue
        for node in range(first, end):
            if gapped:
                asked = find_between(instance, state, row, unit, node, price, blink)
                price = min(price, asked)
                continue
            opens, closes = (
                instance.node[node, NODE_OPENS],
                instance.node[node, NODE_CLOSES],
            )
            asked, slot = best_slot(instance, state, unit, node, opens, closes, blink)
            if slot < 0:
                continue
            asked += lost_value(instance, node, first)
            if asked < price:
                price = asked
                row[C_UNIT], row[C_SLOT], row[C_NODE] = unit, slot, node
                row[C_OPENS], row[C_CLOSES] = opens, closes
                row[C_VERSION] = state.unit[unit, VERSION]
    return price


@compiled
def lost_value(instance: Instance, node: int, best: int) -> float:
    """Price, in time, of making a task for less than its highest value."""
    lost = instance.value[best] - instance.value[node]
    return lost * instance.scale[TIME_PER_VALUE] if lost > 0 else 0.0


@compiled
def serves_group(instance: Instance, state: State, unit: int, group: int) -> bool:
    """Tell whether a unit already makes a visit of the group."""
    for task in range(
        instance.group[group, GROUP_FIRST], instance.group[group, GROUP_END]
    ):
        if state.task[task, T_UNIT] == unit:
            return True
    return False


@compiled
def position_of(state: State, unit: int, node: int) -> int:
    """Return where a node stands in its route."""
    k = 1
    while state.route[unit, SEQ, k] != node:
        k += 1
    return k


@compiled
def find_between(
    instance: Instance,
    state: State,
    row: NDArray[np.int64],
    unit: int,
    node: int,
    price: float,
    blink: float,
) -> float:
    """Find the cheapest moment for a visit among the other visits of its group.

    Each stretch between two visits already placed is tried: after the end of the one
    by the least gap, before the start of the other, and within the greatest gap.
    """
    task = instance.node[node, TASK]
    group = instance.task[task, GROUP]
    g_first, g_end = (
        instance.group[group, GROUP_FIRST],
        instance.group[group, GROUP_END],
    )
    least, most = instance.group[group, MIN_GAP], instance.group[group, MAX_GAP]
    stay = instance.dwell[node, instance.unit[unit, MODE]]
    best = price
    # -1 stands for the stretch before all visits; otherwise after that member.
    for before in range(g_first - 1, g_end):
        low, high = -NO_LIMIT, NO_LIMIT
        since = -NO_LIMIT
        if before >= g_first:
            if state.task[before, T_UNIT] < 0:
                continue
            owner = state.task[before, T_UNIT]
            k = position_of(state, owner, state.task[before, T_NODE])
            since = state.route[owner, START, k]
            ended = state.route[owner, LEAVE, k]
            low, high = ended + least, min(NO_LIMIT, ended + most)
        following, follows = NO_LIMIT, False
        for other in range(g_first, g_end):
            if state.task[other, T_UNIT] < 0 or other == before:
                continue
            owner = state.task[other, T_UNIT]
            k = position_of(state, owner, state.task[other, T_NODE])
            begun = state.route[owner, START, k]
            later = begun > since or (begun == since and other > before)
            if later and begun < following:
                following, follows = begun, True
        if follows:
            high = min(high, following - least - stay)
            low = max(low, following - most - stay)
        opens = max(low, instance.node[node, NODE_OPENS])
        closes = min(high, instance.node[node, NODE_CLOSES])
        if opens > closes:
            continue
        asked, slot = best_slot(instance, state, unit, node, opens, closes, blink)
        if slot < 0:
            continue
        asked += lost_value(instance, node, instance.task[task, NODE_FIRST])
        if asked < best:
            best = asked
            row[C_UNIT], row[C_SLOT], row[C_NODE] = unit, slot, node
            row[C_OPENS], row[C_CLOSES] = opens, closes
            row[C_VERSION] = -1
    return best


@compiled
def chance(state: State, share: float) -> bool:
    """Answer yes with the given probability."""
    return bool(uniform(state.rng) < share)
