"""Visits of one place that keep their gaps, whichever units make them.

Two routes that share a stop depend on one another: a delay here breaks a gap there. The
search cuts that tie: each visit placed owns a slice of its windows, and the slices are
laid so that any starts inside them keep the gaps. A route may then shift freely within
its slices. Slack between two visits is halved between them, and the slices are laid
anew whenever a visit of the group comes or goes.
"""

from xunfang.core.planning.search.insert import position_of
from xunfang.core.planning.search.instance import (
    GROUP_END,
    GROUP_FIRST,
    MAX_GAP,
    MIN_GAP,
    NO_LIMIT,
    NODE_CLOSES,
    NODE_OPENS,
)
from xunfang.core.planning.search.state import (
    LEAVE,
    SLICE_CLOSES,
    SLICE_OPENS,
    START,
    T_NODE,
    T_UNIT,
    Tables,
    compiled,
    refresh,
    take_out,
    touch,
)


@compiled
def next_visit(t: Tables, group: int, after: int) -> int:
    """Return the task of the group that comes after another in time, -1 at the end.

    ``after`` is -1 to ask for the first. Ties go by task number.
    """
    since, found, found_at = -NO_LIMIT, -1, NO_LIMIT
    if after >= 0:
        since = start_of(t, after)
    for task in range(t.group[group, GROUP_FIRST], t.group[group, GROUP_END]):
        if t.task[task, T_UNIT] < 0 or task == after:
            continue
        at = start_of(t, task)
        if (at > since or (at == since and task > after)) and at < found_at:
            found, found_at = task, at
    return found


@compiled
def first_visit(t: Tables, group: int) -> int:
    """Return the task of the group that comes first in time, -1 if none is made."""
    # A literal would be compiled a second time, as a type of its own.
    return int(next_visit(t, group, int(-1)))  # noqa: RUF046, UP018 -- above


@compiled
def start_of(t: Tables, task: int) -> int:
    """Return when a placed task begins."""
    unit = t.task[task, T_UNIT]
    return int(t.route[unit, position_of(t, unit, t.task[task, T_NODE]), START])


@compiled
def end_of(t: Tables, task: int) -> int:
    """Return when a placed task ends."""
    unit = t.task[task, T_UNIT]
    return int(t.route[unit, position_of(t, unit, t.task[task, T_NODE]), LEAVE])


@compiled
def drop_broken(t: Tables, group: int) -> None:
    """Remove visits at the end of a group where a missing one left too wide a gap."""
    most = t.group[group, MAX_GAP]
    if most >= NO_LIMIT:
        return
    one = first_visit(t, group)
    while one >= 0:
        other = next_visit(t, group, one)
        if other >= 0 and start_of(t, other) - end_of(t, one) > most:
            unit = t.task[other, T_UNIT]
            touch(t, unit)
            slot = position_of(t, unit, t.task[other, T_NODE])
            take_out(t, unit, slot)
            refresh(t, unit)
        else:
            one = other


@compiled
def lay_slices(t: Tables, group: int) -> bool:
    """Give each placed visit of a group its slice; False if a route no longer holds.

    Every visit's current start lies inside its new slice, so the routes stay as they
    are; they are refreshed because their latest starts change.
    """
    least, most = t.group[group, MIN_GAP], t.group[group, MAX_GAP]
    one = first_visit(t, group)
    if one < 0:
        return True
    task = one
    while task >= 0:
        touch(t, t.task[task, T_UNIT])
        node = t.task[task, T_NODE]
        t.node[node, SLICE_OPENS] = t.node[node, NODE_OPENS]
        t.node[node, SLICE_CLOSES] = t.node[node, NODE_CLOSES]
        task = next_visit(t, group, task)
    one = first_visit(t, group)
    other = next_visit(t, group, one)
    while other >= 0:
        a, b = t.task[one, T_NODE], t.task[other, T_NODE]
        start, stay = start_of(t, one), end_of(t, one) - start_of(t, one)
        slack = start_of(t, other) - start - stay - least
        if slack < 0:
            return False
        latest = min(t.node[a, SLICE_CLOSES], start + slack // 2)
        t.node[a, SLICE_CLOSES] = latest
        t.node[b, SLICE_OPENS] = max(t.node[b, SLICE_OPENS], latest + stay + least)
        one, other = other, next_visit(t, group, other)
    feasible = bool(most >= NO_LIMIT or bound_gaps(t, group))
    for task in range(t.group[group, GROUP_FIRST], t.group[group, GROUP_END]):
        unit = t.task[task, T_UNIT]
        if unit >= 0 and not refresh(t, unit):
            feasible = False
    return feasible


@compiled
def bound_gaps(t: Tables, group: int) -> bool:
    """Narrow the slices so that no gap can grow beyond the greatest allowed.

    False if one is too wide already.
    """
    most = t.group[group, MAX_GAP]
    one = first_visit(t, group)
    other = next_visit(t, group, one)
    while other >= 0:
        a, b = t.task[one, T_NODE], t.task[other, T_NODE]
        room = most - (start_of(t, other) - end_of(t, one))
        if room < 0:
            return False
        earliest = max(t.node[a, SLICE_OPENS], start_of(t, one) - room // 2)
        t.node[a, SLICE_OPENS] = earliest
        stay = end_of(t, one) - start_of(t, one)
        t.node[b, SLICE_CLOSES] = min(t.node[b, SLICE_CLOSES], earliest + stay + most)
        one, other = other, next_visit(t, group, other)
    return True
