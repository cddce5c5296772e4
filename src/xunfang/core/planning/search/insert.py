"""Where a visit fits best: the innermost loop of the search.

A slot k of a route lies before position k. The price of a slot is the time by which it
pushes back what follows, and a third of the detour. Visits of one group get slices of
their windows that keep their gaps whatever else moves (see ``groups``).
"""

import numpy as np

from xunfang.core.planning.search.instance import (
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
)
from xunfang.core.planning.search.state import (
    BLINK,
    C_CLOSES,
    C_NODE,
    C_OPENS,
    C_SLOT,
    C_TASK,
    C_UNIT,
    C_VERSION,
    DRIVE,
    DWELL,
    ELIGIBLE,
    FLOATS,
    G_REMOVED,
    HOP,
    LAST_SLOT,
    LATEST,
    LEAVE,
    N_MADE,
    N_OPENED,
    P_IN,
    P_OUT,
    SEQ,
    SLICE_CLOSES,
    SLICE_OPENS,
    START,
    STEPS,
    T_NODE,
    T_UNIT,
    TOUCHED_LIST,
    VERSION,
    Tables,
    below,
    compiled,
    inlined,
    next_start,
)

NO_SLOT = 1e18
"""Price where nothing fits."""

DETOUR_SHARE = 0.3
"""What a unit of detour costs beside a unit of delay (measured on TOPTW)."""


@compiled
def slot_before_break(
    t: Tables, unit: int, slot: int, place: int, now: int
) -> tuple[bool, int]:
    """Follow breaks that are taken where the unit stands, from ``slot`` on.

    Returns whether the next fixed place is still reached in time, and the way to it.
    The times kept for such breaks do not help: they move along with the visit.
    """
    route, travel = t.route[unit], t.travel[0, t.unit[unit, MODE]]
    k = slot
    while route[k, FLOATS] == 1:
        node = route[k, SEQ]
        now = max(now, t.node[node, SLICE_OPENS])
        if now > t.node[node, SLICE_CLOSES]:
            return False, 0
        now += t.node[node, DWELL + t.unit[unit, MODE]]
        k += 1
    hop = int(travel[place, route[k, P_IN]])
    return now + hop <= route[k, LATEST], hop - route[k, HOP]


@inlined
def best_slot(
    t: Tables,
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
    mode = t.unit[unit, MODE]
    stay = t.node[node, DWELL + mode]
    entry, leave_by = t.node[node, IN], t.node[node, OUT]
    first, end = t.node[node, WINDOW_FIRST], t.node[node, WINDOW_END]
    spare_drive = t.unit[unit, MAX_DRIVE] - t.unit[unit, DRIVE]
    price, where = NO_SLOT, -1
    last = t.unit[unit, LAST_SLOT]
    t.tally[STEPS] += last
    begin = 1
    # Most slots end here: what follows them has to begin before the node may end.
    while begin <= last and (
        t.route[unit, begin, LATEST] < opens + stay
        and t.route[unit, begin, FLOATS] == 0
    ):
        begin += 1
    for k in range(begin, last + 1):
        free_at = t.route[unit, k - 1, LEAVE]
        if free_at > closes:
            break
        latest = t.route[unit, k, LATEST]
        # Even without any way there is no time.
        if latest < free_at + stay and t.route[unit, k, FLOATS] == 0:
            continue
        way_in = np.int64(t.travel[1, mode, entry, t.route[unit, k - 1, P_OUT]])
        now = max(free_at + way_in, opens)
        if end - first > 1:
            now = next_start(t.window, first, end, now)
        if now > closes:
            continue
        now += stay
        if t.route[unit, k, FLOATS] == 1:
            fits, longer = slot_before_break(t, unit, k, leave_by, now)
            if not fits:
                continue
            detour = way_in + longer
        else:
            way_on = np.int64(t.travel[0, mode, leave_by, t.route[unit, k, P_IN]])
            now += way_on
            if now > latest:
                continue
            detour = way_in + way_on - t.route[unit, k, HOP]
        if detour > spare_drive:
            continue
        asked = max(0, now - t.route[unit, k, START]) + DETOUR_SHARE * detour
        if asked < price:
            t.tally[BLINK] -= 1
            if t.tally[BLINK] < 0:
                t.tally[BLINK] = below(t.rng, int(2.0 / blink) + 1)
                continue
            price, where = asked, k
    return price, where


@inlined
def find_plain(
    t: Tables,
    candidate: int,
    everywhere: bool,  # noqa: FBT001 -- compiled code takes no keywords cheaply
    blink: float,
) -> float:
    """Find the cheapest place for a candidate whose group asks for no gaps.

    Fills the candidate's row and returns the price. Unless ``everywhere``, only routes
    opened by this ruin are tried: in the others it did not fit before either.
    """
    task = t.candidate[candidate, C_TASK]
    group = t.task[task, GROUP]
    distinct = t.group[group, DISTINCT] == 1 and t.group[group, N_MADE] > 0
    first, end = t.task[task, NODE_FIRST], t.task[task, NODE_END]
    price = NO_SLOT
    t.candidate[candidate, C_UNIT] = -1
    n_units = len(t.unit) if everywhere else t.tally[N_OPENED]
    for number in range(n_units):
        unit = number if everywhere else t.unit[number, TOUCHED_LIST]
        if t.task[task, ELIGIBLE + unit] == 0:
            continue
        if distinct and serves_group(t, unit, group):
            continue
        for node in range(first, end):
            opens, closes = t.node[node, NODE_OPENS], t.node[node, NODE_CLOSES]
            asked, slot = best_slot(t, unit, node, opens, closes, blink)
            if slot < 0:
                continue
            if end - first > 1:
                asked += lost_value(t, node, first)
            if asked < price:
                price = asked
                t.candidate[candidate, C_UNIT] = unit
                t.candidate[candidate, C_SLOT] = slot
                t.candidate[candidate, C_NODE] = node
    if price < NO_SLOT:
        node = t.candidate[candidate, C_NODE]
        t.candidate[candidate, C_OPENS] = t.node[node, NODE_OPENS]
        t.candidate[candidate, C_CLOSES] = t.node[node, NODE_CLOSES]
        unit = t.candidate[candidate, C_UNIT]
        t.candidate[candidate, C_VERSION] = t.unit[unit, VERSION]
    return price


@compiled
def find_place(t: Tables, candidate: int, blink: float) -> float:
    """Find the cheapest place for any candidate; see ``find_plain``."""
    task = t.candidate[candidate, C_TASK]
    group = t.task[task, GROUP]
    everywhere = t.group[group, G_REMOVED] == 1
    if t.group[group, GAPPED] == 0 or t.group[group, N_MADE] == 0:
        return float(find_plain(t, candidate, everywhere, blink))
    price = NO_SLOT
    t.candidate[candidate, C_UNIT] = -1
    n_units = len(t.unit) if everywhere else t.tally[N_OPENED]
    for number in range(n_units):
        unit = number if everywhere else t.unit[number, TOUCHED_LIST]
        if t.task[task, ELIGIBLE + unit] == 0:
            continue
        for node in range(t.task[task, NODE_FIRST], t.task[task, NODE_END]):
            price = find_between(t, candidate, unit, node, price, blink)
    return price


@compiled
def lost_value(t: Tables, node: int, best: int) -> float:
    """Price, in time, of making a task for less than its highest value."""
    lost = t.value[best] - t.value[node]
    return lost * t.scale[TIME_PER_VALUE] if lost > 0 else 0.0


@compiled
def serves_group(t: Tables, unit: int, group: int) -> bool:
    """Tell whether a unit already makes a visit of the group."""
    for task in range(t.group[group, GROUP_FIRST], t.group[group, GROUP_END]):
        if t.task[task, T_UNIT] == unit:
            return True
    return False


@compiled
def position_of(t: Tables, unit: int, node: int) -> int:
    """Return where a node stands in its route."""
    k = 1
    while t.route[unit, k, SEQ] != node:
        k += 1
    return k


@compiled
def find_between(
    t: Tables,
    candidate: int,
    unit: int,
    node: int,
    price: float,
    blink: float,
) -> float:
    """Find the cheapest moment for a visit among the other visits of its group.

    Each stretch between two visits already placed is tried: after the end of the one
    by the least gap, before the start of the other, and within the greatest gap.
    """
    task = t.node[node, TASK]
    group = t.task[task, GROUP]
    g_first, g_end = (
        t.group[group, GROUP_FIRST],
        t.group[group, GROUP_END],
    )
    least, most = t.group[group, MIN_GAP], t.group[group, MAX_GAP]
    stay = t.node[node, DWELL + t.unit[unit, MODE]]
    best = price
    # -1 stands for the stretch before all visits; otherwise after that member.
    for before in range(g_first - 1, g_end):
        low, high = -NO_LIMIT, NO_LIMIT
        since = -NO_LIMIT
        if before >= g_first:
            if t.task[before, T_UNIT] < 0:
                continue
            owner = t.task[before, T_UNIT]
            k = position_of(t, owner, t.task[before, T_NODE])
            since = t.route[owner, k, START]
            ended = t.route[owner, k, LEAVE]
            low, high = ended + least, min(NO_LIMIT, ended + most)
        following, follows = NO_LIMIT, False
        for other in range(g_first, g_end):
            if t.task[other, T_UNIT] < 0 or other == before:
                continue
            owner = t.task[other, T_UNIT]
            k = position_of(t, owner, t.task[other, T_NODE])
            begun = t.route[owner, k, START]
            later = begun > since or (begun == since and other > before)
            if later and begun < following:
                following, follows = begun, True
        if follows:
            high = min(high, following - least - stay)
            low = max(low, following - most - stay)
        opens = max(low, t.node[node, NODE_OPENS])
        closes = min(high, t.node[node, NODE_CLOSES])
        if opens > closes:
            continue
        asked, slot = best_slot(t, unit, node, opens, closes, blink)
        if slot < 0:
            continue
        asked += lost_value(t, node, t.task[task, NODE_FIRST])
        if asked < best:
            best = asked
            t.candidate[candidate, C_UNIT] = unit
            t.candidate[candidate, C_SLOT] = slot
            t.candidate[candidate, C_NODE] = node
            t.candidate[candidate, C_OPENS] = opens
            t.candidate[candidate, C_CLOSES] = closes
            t.candidate[candidate, C_VERSION] = -1
    return best
