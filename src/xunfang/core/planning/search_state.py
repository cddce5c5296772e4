"""Where a search stands: routes with their times, and the moves on one route.

The times of a route are kept both ways: the earliest start of each visit, and the
latest start that still lets everything behind it be done. With both, one comparison
tells whether a visit fits between two others, also when a visit has several windows:
the latest start is itself a moment inside a window.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from xunfang.core.planning.instance import (
    AT_END,
    BREAK_END,
    BREAK_FIRST,
    CLOSES,
    DUTY,
    FLOATING,
    FROM,
    GAPPED,
    GROUP,
    GROUP_FIRST,
    IN,
    MAX_DRIVE,
    MODE,
    NO_LIMIT,
    NODE_CLOSES,
    NODE_OPENS,
    OPENS,
    OUT,
    TASK,
    TO,
    TWIN,
    WINDOW_END,
    WINDOW_FIRST,
    WORTH,
    Instance,
)

# Second index of State.route: what is known of each position. Position 0 is the start
# post, position LENGTH + 1 the end post.
SEQ, START, LEAVE, LATEST, P_IN, P_OUT, HOP, FLOATS, KEPT = range(9)
# Columns of State.unit.
LENGTH, DRIVE, TOUCHED, LAST_SLOT, VERSION, BEST_LENGTH, SAVED_LENGTH, N_STOPS = range(
    8
)
# Columns of State.task.
T_UNIT, T_NODE, T_REMOVED = range(3)
# Second index of State.saved.
SAVED_SEQ, SAVED_OPENS, SAVED_CLOSES = range(3)
# Entries of State.score.
S_DUTY, S_VALUE, S_DRIVE = range(3)
# Entries of State.count.
N_TOUCHED, N_REMOVED, BLINK, STEPS, ITERATION, N_GROUPS_HIT, N_POOLED = range(7)
# Columns of State.candidate.
C_TASK, C_UNIT, C_SLOT, C_NODE, C_OPENS, C_CLOSES, C_VERSION = range(7)


_OPTIONS: dict[str, Any] = {
    "cache": True,
    "nogil": True,
    "error_model": "numpy",
    # The search allocates nothing, so it needs no reference counts: without them it
    # runs five times as fast.
    "_nrt": False,
    "no_cfunc_wrapper": True,
}
called_from_python = njit(**_OPTIONS)
"""How the doors of the search are compiled."""

compiled = njit(**{**_OPTIONS, "no_cpython_wrapper": True})
"""How all behind them is: without a wrapper for Python, which takes longest to make."""


class State(NamedTuple):
    """Tables that the search changes."""

    route: NDArray[np.int64]
    """Shape (n_units, 9, n_positions)."""
    unit: NDArray[np.int64]
    task: NDArray[np.int64]
    n_made: NDArray[np.int64]
    """Visits made of each group."""
    slice: NDArray[np.int64]
    """Shape (n_nodes, 2): the part of its windows in which a node may begin now."""
    saved: NDArray[np.int64]
    """Shape (n_units, 3, n_positions): touched routes as they were before the move."""
    best: NDArray[np.int64]
    """Shape (n_units, 2, n_positions): nodes and starts of the best plan so far."""
    score: NDArray[np.float64]
    """Shape (3, 3): now, before the move, best; columns duty, value, drive."""
    count: NDArray[np.int64]
    touched: NDArray[np.int64]
    removed: NDArray[np.int64]
    groups_hit: NDArray[np.int64]
    candidate: NDArray[np.int64]
    order: NDArray[np.int64]
    key: NDArray[np.float64]
    rng: NDArray[np.uint64]


def new_state(instance: Instance, *, seed: int) -> State:
    """Return a state in which every unit only takes its breaks."""
    n_units, n_tasks, n_nodes = (
        len(instance.unit),
        len(instance.task),
        len(instance.node),
    )
    n_breaks = int(
        np.diff(instance.unit[:, BREAK_FIRST : BREAK_END + 1]).max(initial=0)
    )
    n_positions = n_tasks + n_breaks + 3
    state = State(
        route=np.zeros((n_units, 9, n_positions), np.int64),
        unit=np.zeros((n_units, 8), np.int64),
        task=np.zeros((n_tasks, 3), np.int64),
        n_made=np.zeros(max(1, len(instance.group)), np.int64),
        slice=np.zeros((n_nodes, 2), np.int64),
        saved=np.zeros((n_units, 3, n_positions), np.int64),
        best=np.zeros((n_units, 2, n_positions), np.int64),
        score=np.zeros((3, 3), np.float64),
        count=np.zeros(8, np.int64),
        touched=np.zeros(n_units + 1, np.int64),
        removed=np.zeros(n_tasks + 1, np.int64),
        groups_hit=np.zeros(n_tasks + 1, np.int64),
        candidate=np.zeros((n_tasks + 1, 7), np.int64),
        order=np.zeros(n_tasks + 1, np.int64),
        key=np.zeros(n_tasks + 1, np.float64),
        rng=seed_rng(seed),
    )
    state.task[:, :2] = -1
    state.slice[:, 0] = instance.node[:, NODE_OPENS]
    state.slice[:, 1] = instance.node[:, NODE_CLOSES]
    for unit in range(n_units):
        first, end = instance.unit[unit, BREAK_FIRST], instance.unit[unit, BREAK_END]
        state.unit[unit, LENGTH] = end - first
        state.route[unit, SEQ, 1 : 1 + end - first] = np.arange(first, end)
        refresh(instance, state, unit)
    state.score[0, S_DRIVE] = state.unit[:, DRIVE].sum()
    state.score[2] = -NO_LIMIT, 0.0, 0.0
    return state


def seed_rng(seed: int) -> NDArray[np.uint64]:
    """Return a generator state: splitmix64 of the seed (Steele et al. 2014)."""
    mask = (1 << 64) - 1
    mixed = (seed + 0x9E3779B97F4A7C15) & mask
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & mask
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & mask
    return np.array([(mixed ^ (mixed >> 31)) or 1], np.uint64)


@compiled
def uniform(rng: NDArray[np.uint64]) -> float:
    """Return the next number of [0, 1): xorshift64* (Vigna 2016)."""
    x = rng[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    rng[0] = x
    return np.float64((x * np.uint64(2685821657736338717)) >> np.uint64(11)) * (
        1.0 / 9007199254740992.0
    )


@compiled
def below(rng: NDArray[np.uint64], n: int) -> int:
    """Return a whole number of [0, n)."""
    return int(uniform(rng) * n)


@compiled
def next_start(window: NDArray[np.int64], first: int, end: int, moment: int) -> int:
    """Return the first moment inside a window that is not before ``moment``."""
    for row in range(first, end):
        if moment <= window[row, 1]:
            return max(moment, window[row, 0])
    return NO_LIMIT


@compiled
def last_start(window: NDArray[np.int64], first: int, end: int, moment: int) -> int:
    """Return the last moment inside a window that is not after ``moment``."""
    for row in range(end - 1, first - 1, -1):
        if moment >= window[row, 0]:
            return min(moment, window[row, 1])
    return -NO_LIMIT


@called_from_python
def refresh(instance: Instance, state: State, unit: int) -> bool:
    """Recompute the times of one route; False if it cannot be driven as it is."""
    route, row = state.route[unit], instance.unit[unit]
    mode = row[MODE]
    travel = instance.travel[0, mode]
    n = state.unit[unit, LENGTH]
    now = row[OPENS]
    place = row[FROM]
    drive = 0
    n_located = 0
    last_slot = n + 1
    route[LEAVE, 0] = now
    route[START, 0] = now
    route[P_OUT, 0] = place
    for k in range(1, n + 1):
        node = route[SEQ, k]
        entry = instance.node[node, IN]
        if entry == FLOATING:
            route[FLOATS, k] = 1
            hop = 0
            entry = place
            leave = place
        else:
            route[FLOATS, k] = 0
            hop = np.int64(travel[place, entry])
            leave = instance.node[node, OUT]
            if instance.node[node, TWIN] == AT_END:
                last_slot = min(last_slot, k)
            n_located += 1
        now = max(now + hop, state.slice[node, 0])
        first, end = instance.node[node, WINDOW_FIRST], instance.node[node, WINDOW_END]
        if end - first > 1:
            now = next_start(instance.window, first, end, now)
        route[START, k] = now
        now += instance.dwell[node, mode]
        route[LEAVE, k] = now
        route[HOP, k] = hop
        route[P_IN, k] = entry
        route[P_OUT, k] = leave
        place = leave
        drive += hop
    # A unit with nothing to do stays where it is.
    hop = np.int64(travel[place, row[TO]]) if n_located > 0 else 0
    drive += hop
    route[START, n + 1] = now + hop
    route[HOP, n + 1] = hop
    route[P_IN, n + 1] = row[TO]
    route[FLOATS, n + 1] = 0
    route[LATEST, n + 1] = row[CLOSES]
    feasible = bool(now + hop <= row[CLOSES] and drive <= row[MAX_DRIVE])
    for k in range(n, 0, -1):
        node = route[SEQ, k]
        moment = route[LATEST, k + 1] - route[HOP, k + 1]
        moment -= route[LEAVE, k] - route[START, k]
        moment = min(moment, state.slice[node, 1])
        first, end = instance.node[node, WINDOW_FIRST], instance.node[node, WINDOW_END]
        if end - first > 1:
            moment = last_start(instance.window, first, end, moment)
        route[LATEST, k] = moment
        if route[START, k] > moment:
            feasible = False
    state.score[0, S_DRIVE] += drive - state.unit[unit, DRIVE]
    state.unit[unit, DRIVE] = drive
    state.unit[unit, LAST_SLOT] = last_slot
    state.unit[unit, N_STOPS] = n_located
    state.unit[unit, VERSION] += 1
    state.count[STEPS] += n + 2
    return feasible


@compiled
def touch(state: State, unit: int) -> None:
    """Remember a route before it is changed for the first time in a move."""
    if state.unit[unit, TOUCHED] == 1:
        return
    state.unit[unit, TOUCHED] = 1
    state.touched[state.count[N_TOUCHED]] = unit
    state.count[N_TOUCHED] += 1
    n = state.unit[unit, LENGTH]
    state.unit[unit, SAVED_LENGTH] = n
    for k in range(1, n + 1):
        node = state.route[unit, SEQ, k]
        state.saved[unit, SAVED_SEQ, k] = node
        state.saved[unit, SAVED_OPENS, k] = state.slice[node, 0]
        state.saved[unit, SAVED_CLOSES, k] = state.slice[node, 1]


@compiled
def put_in(instance: Instance, state: State, unit: int, slot: int, node: int) -> None:
    """Write a node into a route, before position ``slot``; the times are now stale."""
    n = state.unit[unit, LENGTH]
    for k in range(n, slot - 1, -1):
        state.route[unit, SEQ, k + 1] = state.route[unit, SEQ, k]
    state.route[unit, SEQ, slot] = node
    state.unit[unit, LENGTH] = n + 1
    task = instance.node[node, TASK]
    if task >= 0:
        group = instance.task[task, GROUP]
        gain = instance.group[group, GROUP_FIRST] + state.n_made[group]
        state.n_made[group] += 1
        state.task[task, T_UNIT] = unit
        state.task[task, T_NODE] = node
        state.score[0, S_DUTY] += instance.gain[gain, DUTY]
        state.score[0, S_VALUE] += instance.gain[gain, WORTH] + instance.value[node]


@compiled
def take_out(instance: Instance, state: State, unit: int, slot: int) -> None:
    """Delete position ``slot`` of a route; the times are now stale."""
    node = state.route[unit, SEQ, slot]
    n = state.unit[unit, LENGTH]
    for k in range(slot, n):
        state.route[unit, SEQ, k] = state.route[unit, SEQ, k + 1]
    state.unit[unit, LENGTH] = n - 1
    task = instance.node[node, TASK]
    if task >= 0:
        forget(instance, state, task, node)


@compiled
def forget(instance: Instance, state: State, task: int, node: int) -> None:
    """Count a task as not made."""
    group = instance.task[task, GROUP]
    state.n_made[group] -= 1
    gain = instance.group[group, GROUP_FIRST] + state.n_made[group]
    state.task[task, T_UNIT] = -1
    state.score[0, S_DUTY] -= instance.gain[gain, DUTY]
    state.score[0, S_VALUE] -= instance.gain[gain, WORTH] + instance.value[node]
    if instance.group[group, GAPPED]:
        state.slice[node, 0] = instance.node[node, NODE_OPENS]
        state.slice[node, 1] = instance.node[node, NODE_CLOSES]


@compiled
def restore(instance: Instance, state: State) -> None:
    """Undo the move: bring every touched route back."""
    for number in range(state.count[N_TOUCHED]):
        unit = state.touched[number]
        for k in range(1, state.unit[unit, LENGTH] + 1):
            node = state.route[unit, SEQ, k]
            if instance.node[node, TASK] >= 0:
                forget(instance, state, instance.node[node, TASK], node)
        state.unit[unit, LENGTH] = 0
    for number in range(state.count[N_TOUCHED]):
        unit = state.touched[number]
        for k in range(1, state.unit[unit, SAVED_LENGTH] + 1):
            node = state.saved[unit, SAVED_SEQ, k]
            put_in(instance, state, unit, k, node)
            state.slice[node, 0] = state.saved[unit, SAVED_OPENS, k]
            state.slice[node, 1] = state.saved[unit, SAVED_CLOSES, k]
        refresh(instance, state, unit)
    for entry in range(3):
        state.score[0, entry] = state.score[1, entry]


@compiled
def begin_move(state: State) -> None:
    """Forget which routes were touched; what is now is what a rejected move returns to."""
    for number in range(state.count[N_TOUCHED]):
        state.unit[state.touched[number], TOUCHED] = 0
    state.count[N_TOUCHED] = 0
    state.count[N_REMOVED] = 0
    state.count[N_GROUPS_HIT] = 0
    for entry in range(3):
        state.score[1, entry] = state.score[0, entry]
