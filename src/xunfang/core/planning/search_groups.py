"""Visits of one place that keep their gaps, whichever units make them.

Two routes that share a stop depend on one another: a delay here breaks a gap there. The
search cuts that tie: each visit placed owns a slice of its windows, and the slices are
laid so that any starts inside them keep the gaps. A route may then shift freely within
its slices. Slack between two visits is halved between them, and the slices are laid
anew whenever a visit of the group comes or goes.
"""

from xunfang.core.planning.instance import (
    GROUP_END,
    GROUP_FIRST,
    MAX_GAP,
    MIN_GAP,
    NO_LIMIT,
    NODE_CLOSES,
    NODE_OPENS,
    Instance,
)
from xunfang.core.planning.search_insert import position_of
from xunfang.core.planning.search_state import (
    LEAVE,
    START,
    T_NODE,
    T_UNIT,
    State,
    compiled,
    refresh,
    take_out,
    touch,
)


@compiled
def next_visit(instance: Instance, state: State, group: int, after: int) -> int:
    """Return the task of the group that comes after another in time, -1 at the end.

    ``after`` is -1 to ask for the first. Ties go by task number.
    """
    since, found, found_at = -NO_LIMIT, -1, NO_LIMIT
    if after >= 0:
        since = start_of(state, after)
    for task in range(
        instance.group[group, GROUP_FIRST], instance.group[group, GROUP_END]
    ):
        if state.task[task, T_UNIT] < 0 or task == after:
            continue
        at = start_of(state, task)
        if (at > since or (at == since and task > after)) and at < found_at:
            found, found_at = task, at
    return found


@compiled
def start_of(state: State, task: int) -> int:
    """Return when a placed task begins."""
    unit = state.task[task, T_UNIT]
    return int(
        state.route[unit, START, position_of(state, unit, state.task[task, T_NODE])]
    )


@compiled
def end_of(state: State, task: int) -> int:
    """Return when a placed task ends."""
    unit = state.task[task, T_UNIT]
    return int(
        state.route[unit, LEAVE, position_of(state, unit, state.task[task, T_NODE])]
    )


@compiled
def drop_broken(instance: Instance, state: State, group: int) -> None:
    """Remove visits at the end of a group where a missing one left too wide a gap."""
    most = instance.group[group, MAX_GAP]
    if most >= NO_LIMIT:
        return
    one = next_visit(instance, state, group, -1)
    while one >= 0:
        other = next_visit(instance, state, group, one)
        if other >= 0 and start_of(state, other) - end_of(state, one) > most:
            unit = state.task[other, T_UNIT]
            touch(state, unit)
            slot = position_of(state, unit, state.task[other, T_NODE])
            take_out(instance, state, unit, slot)
            refresh(instance, state, unit)
        else:
            one = other


@compiled
def lay_slices(instance: Instance, state: State, group: int) -> bool:
    """Give each placed visit of a group its slice; False if a route no longer holds.

    Every visit's current start lies inside its new slice, so the routes stay as they
    are; they are refreshed because their latest starts change.
    """
    least, most = instance.group[group, MIN_GAP], instance.group[group, MAX_GAP]
    one = next_visit(instance, state, group, -1)
    if one < 0:
        return True
    task = one
    while task >= 0:
        touch(state, state.task[task, T_UNIT])
        node = state.task[task, T_NODE]
        state.slice[node, 0] = instance.node[node, NODE_OPENS]
        state.slice[node, 1] = instance.node[node, NODE_CLOSES]
        task = next_visit(instance, state, group, task)
    one = next_visit(instance, state, group, -1)
    other = next_visit(instance, state, group, one)
    while other >= 0:
        a, b = state.task[one, T_NODE], state.task[other, T_NODE]
        start, stay = start_of(state, one), end_of(state, one) - start_of(state, one)
        slack = start_of(state, other) - start - stay - least
        if slack < 0:
            return False
        latest = min(state.slice[a, 1], start + slack // 2)
        state.slice[a, 1] = latest
        state.slice[b, 0] = max(state.slice[b, 0], latest + stay + least)
        one, other = other, next_visit(instance, state, group, other)
    feasible = most >= NO_LIMIT or bound_gaps(instance, state, group)
    for task in range(
        instance.group[group, GROUP_FIRST], instance.group[group, GROUP_END]
    ):
        unit = state.task[task, T_UNIT]
        if unit >= 0 and not refresh(instance, state, unit):
            feasible = False
    return feasible


@compiled
def bound_gaps(instance: Instance, state: State, group: int) -> bool:
    """Narrow the slices so that no gap can grow beyond the greatest allowed.

    False if one is too wide already.
    """
    most = instance.group[group, MAX_GAP]
    one = next_visit(instance, state, group, -1)
    other = next_visit(instance, state, group, one)
    while other >= 0:
        a, b = state.task[one, T_NODE], state.task[other, T_NODE]
        room = most - (start_of(state, other) - end_of(state, one))
        if room < 0:
            return False
        earliest = max(state.slice[a, 0], start_of(state, one) - room // 2)
        state.slice[a, 0] = earliest
        stay = end_of(state, one) - start_of(state, one)
        state.slice[b, 1] = min(state.slice[b, 1], earliest + stay + most)
        one, other = other, next_visit(instance, state, group, other)
    return True
