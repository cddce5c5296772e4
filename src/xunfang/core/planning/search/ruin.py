"""What a move takes out: neighbouring stretches of a few routes, in whole or in part."""

import numpy as np
from numpy.typing import NDArray

from xunfang.core.planning.search.groups import drop_broken, lay_slices
from xunfang.core.planning.search.instance import (
    BREAK_END,
    BREAK_FIRST,
    GAPPED,
    GROUP,
    TASK,
)
from xunfang.core.planning.search.state import (
    CENTRE,
    G_REMOVED,
    HIT_LIST,
    LENGTH,
    N_GROUPS_HIT,
    N_REMOVED,
    N_STOPS,
    N_TOUCHED,
    REMOVED_LIST,
    RUIN_MEAN,
    SEQ,
    STRING_MAX,
    T_UNIT,
    TOUCHED,
    Tables,
    below,
    compiled,
    refresh,
    take_out,
    touch,
    uniform,
)

SPLIT_SHARE, SPLIT_MORE_SHARE = 0.5, 0.3
"""How often a stretch leaves visits in its middle, and how often one more."""


@compiled
def ruin(t: Tables, parameters: NDArray[np.float64]) -> None:
    """Take out stretches of visits around a random task, each from another route."""
    n_tasks, n_units = len(t.task), len(t.unit)
    if n_tasks == 0:
        return
    n_stops, n_used = 0, 0
    for unit in range(n_units):
        n_stops += t.unit[unit, N_STOPS]
        n_used += t.unit[unit, N_STOPS] > 0
    longest = max(1.0, min(parameters[STRING_MAX], n_stops / max(1, n_used)))
    n_strings = int(
        uniform(t.rng) * (4.0 * parameters[RUIN_MEAN] / (1.0 + longest) - 1.0) + 1.0
    )
    centre = below(t.rng, n_tasks)
    t.tally[CENTRE] = centre
    for rank in range(t.near.shape[1]):
        if t.tally[N_TOUCHED] >= n_strings:
            break
        task = t.near[centre, rank]
        unit = t.task[task, T_UNIT]
        if unit < 0 or t.unit[unit, TOUCHED] == 1:
            continue
        touch(t, unit)
        take_string(t, unit, task, longest)
        if not refresh(t, unit):
            # Ways need not obey the triangle inequality: without a stop on the way the
            # next may come too late. Such a route is emptied but for its breaks.
            empty(t, unit)
    for unit in range(n_units):
        if t.unit[unit, N_STOPS] == 0:
            touch(t, unit)  # nothing to take out, yet something may fit by now
    for number in range(t.tally[N_GROUPS_HIT]):
        group = t.task[number, HIT_LIST]
        drop_broken(t, group)
        lay_slices(t, group)


@compiled
def take_string(t: Tables, unit: int, task: int, longest: float) -> None:
    """Take a stretch that contains a task out of its route; breaks stay.

    Half of the stretches leave a few visits in their middle where they are (the split
    strings of Christiaens & Vanden Berghe 2020).
    """
    n = t.unit[unit, LENGTH]
    size = min(n, int(uniform(t.rng) * min(float(n), longest) + 1.0))
    n_left = int(0)  # noqa: RUF046, UP018 -- see recreate
    if size > 1 and size < n and uniform(t.rng) < SPLIT_SHARE:
        n_left = 1
        while size + n_left < n and uniform(t.rng) < SPLIT_MORE_SHARE:
            n_left += 1
    at = 1
    while t.node[t.route[unit, at, SEQ], TASK] != task:
        at += 1
    whole = size + n_left
    low, high = max(1, at - whole + 1), min(at, n - whole + 1)
    first = low + below(t.rng, high - low + 1)
    left_from = first + below(t.rng, size + 1)
    for k in range(first + whole - 1, first - 1, -1):
        if k < left_from or k >= left_from + n_left:
            drop(t, unit, k)


@compiled
def drop(t: Tables, unit: int, slot: int) -> None:
    """Take one visit out and remember that it was there; breaks stay."""
    task = t.node[t.route[unit, slot, SEQ], TASK]
    if task < 0:
        return
    take_out(t, unit, slot)
    t.task[t.tally[N_REMOVED], REMOVED_LIST] = task
    t.tally[N_REMOVED] += 1
    group = t.task[task, GROUP]
    t.group[group, G_REMOVED] = 1
    if t.group[group, GAPPED]:
        t.task[t.tally[N_GROUPS_HIT], HIT_LIST] = group
        t.tally[N_GROUPS_HIT] += 1


@compiled
def empty(t: Tables, unit: int) -> None:
    """Take all visits out of a route and set its breaks at the start post."""
    for k in range(t.unit[unit, LENGTH], 0, -1):
        drop(t, unit, k)
    first, end = t.unit[unit, BREAK_FIRST], t.unit[unit, BREAK_END]
    for node in range(first, end):
        t.route[unit, 1 + node - first, SEQ] = node
    refresh(t, unit)
