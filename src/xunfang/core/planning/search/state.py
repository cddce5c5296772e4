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

from xunfang.core.planning.search.instance import (
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

# Last index of Tables.route: what is known of each position, the eight that the
# innermost loop reads first. Position 0 is the start post, LENGTH + 1 the end post.
SEQ, START, LEAVE, LATEST, P_IN, P_OUT, HOP, FLOATS = range(8)
SAVED_SEQ, SAVED_OPENS, SAVED_CLOSES, BEST_SEQ, BEST_START, KEPT = range(8, 14)
N_ROUTE_FIELDS = 16
"""Two of them are empty: with sixteen a position fills whole lines of the cache."""
# Columns of Tables.unit behind those of the instance; the last is not about the unit
# of its row but lists the units touched in this move.
LENGTH, DRIVE, TOUCHED, LAST_SLOT, VERSION = range(8, 13)
BEST_LENGTH, SAVED_LENGTH, N_STOPS, TOUCHED_LIST = range(13, 17)
# Columns of Tables.node behind those of the instance: the part of its windows in which
# a node may begin now, and its dwell by mode.
SLICE_OPENS, SLICE_CLOSES, DWELL = range(8, 11)
# Columns of Tables.task behind those of the instance: who makes it and as which node, the
# last move in which it was queued; two lists of this move; by how many thousandths of the
# mean value it is worth more than it costs, if that is known; then for each unit whether
# it may serve.
T_UNIT, T_NODE, T_ASKED, REMOVED_LIST, HIT_LIST, T_SURPLUS, ELIGIBLE = range(3, 10)
# Columns of Tables.group behind those of the instance: visits made, and whether one was
# taken out in this move.
N_MADE, G_REMOVED = range(7, 9)
# Columns of Tables.score.
S_DUTY, S_VALUE, S_DRIVE = range(3)
# Entries of Tables.tally.
N_TOUCHED, N_REMOVED, BLINK, STEPS, ITERATION, N_GROUPS_HIT, N_OPENED, CENTRE = range(8)
# Columns of Tables.candidate.
C_TASK, C_UNIT, C_SLOT, C_NODE, C_OPENS, C_CLOSES, C_VERSION = range(7)

# Entries of the parameters of a run.
HOT, COLD, RUIN_MEAN, STRING_MAX, BLINK_SHARE, LOOK, N_ORDERS = range(7)

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
"""How all behind them is: without a wrapper for Python, which takes longest to make.
Never call one from Python: without the wrapper the interpreter dies."""

inlined = njit(**{**_OPTIONS, "no_cpython_wrapper": True, "forceinline": True})
"""How the innermost loops are: handing over the tables costs more than a trial."""


class Tables(NamedTuple):
    """Instance and state in one argument: one set of tables for each search.

    The first columns of ``unit``, ``node``, ``task`` and ``group`` are those of the
    instance and never change; the state of the search stands in those behind.
    """

    travel: NDArray[np.int32]
    near: NDArray[np.int32]
    window: NDArray[np.int64]
    unit: NDArray[np.int64]
    node: NDArray[np.int64]
    task: NDArray[np.int64]
    group: NDArray[np.int64]
    gain: NDArray[np.float64]
    value: NDArray[np.float64]
    scale: NDArray[np.float64]
    route: NDArray[np.int64]
    """Shape (n_units, n_positions, N_ROUTE_FIELDS): a position lies in one or two lines
    of the cache."""
    candidate: NDArray[np.int64]
    key: NDArray[np.float64]
    """What the queue is sorted by."""
    queue: NDArray[np.int64]
    """Candidates in the order in which they are placed."""
    score: NDArray[np.float64]
    """Shape (3, 3): now, before the move, best; columns duty, value, drive."""
    tally: NDArray[np.int64]
    rng: NDArray[np.uint64]


def new_tables(instance: Instance, *, seed: int) -> Tables:
    """Return tables in which every unit only takes its breaks."""
    n_units, n_tasks = len(instance.unit), len(instance.task)
    n_breaks = int(
        np.diff(instance.unit[:, BREAK_FIRST : BREAK_END + 1]).max(initial=0)
    )
    n_positions = n_tasks + n_breaks + 3
    opening = instance.node[:, NODE_OPENS : NODE_CLOSES + 1]

    def wider(table: NDArray[np.int64], n_more: int) -> NDArray[np.int64]:
        return np.hstack([table, np.zeros((len(table), n_more), np.int64)])

    t = Tables(
        travel=instance.travel,
        near=instance.near,
        window=instance.window,
        unit=wider(instance.unit, TOUCHED_LIST + 1 - LENGTH),
        node=np.hstack([instance.node, opening, instance.dwell]),
        task=np.hstack([wider(instance.task, ELIGIBLE - T_UNIT), instance.eligible]),
        group=wider(instance.group, 2),
        gain=instance.gain,
        value=instance.value,
        scale=instance.scale,
        route=np.zeros((n_units, n_positions, N_ROUTE_FIELDS), np.int64),
        candidate=np.zeros((n_tasks, 8), np.int64),
        key=np.zeros(n_tasks, np.float64),
        queue=np.zeros(n_tasks, np.int64),
        score=np.zeros((3, 3), np.float64),
        tally=np.zeros(8, np.int64),
        rng=seed_rng(seed),
    )
    t.task[:, T_UNIT : T_NODE + 1] = -1
    for unit in range(n_units):
        first, end = instance.unit[unit, BREAK_FIRST], instance.unit[unit, BREAK_END]
        t.unit[unit, LENGTH] = end - first
        t.route[unit, 1 : 1 + end - first, SEQ] = np.arange(first, end)
        refresh(t, unit)
    t.score[0, S_DRIVE] = t.unit[:, DRIVE].sum()
    t.score[2, S_DUTY] = -NO_LIMIT
    return t


def seed_rng(seed: int) -> NDArray[np.uint64]:
    """Return a generator state: splitmix64 of the seed (Steele et al. 2014)."""
    mask = (1 << 64) - 1
    mixed = (seed + 0x9E3779B97F4A7C15) & mask
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & mask
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & mask
    return np.array([(mixed ^ (mixed >> 31)) or 1], np.uint64)


@called_from_python
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
            return int(max(moment, window[row, 0]))
    return NO_LIMIT


@compiled
def last_start(window: NDArray[np.int64], first: int, end: int, moment: int) -> int:
    """Return the last moment inside a window that is not after ``moment``."""
    for row in range(end - 1, first - 1, -1):
        if moment >= window[row, 0]:
            return int(min(moment, window[row, 1]))
    return -NO_LIMIT


@called_from_python
def refresh(t: Tables, unit: int) -> bool:
    """Recompute the times of one route; False if it cannot be driven as it is."""
    route, row = t.route[unit], t.unit[unit]
    mode = row[MODE]
    travel = t.travel[0, mode]
    n = t.unit[unit, LENGTH]
    now = int(row[OPENS])
    place = row[FROM]
    drive = 0
    n_located = 0
    n_stops = 0
    last_slot = n + 1
    route[0, LEAVE] = now
    route[0, START] = now
    route[0, P_OUT] = place
    for k in range(1, n + 1):
        node = route[k, SEQ]
        entry = t.node[node, IN]
        if entry == FLOATING:
            route[k, FLOATS] = 1
            hop = 0
            entry = place
            leave = place
        else:
            route[k, FLOATS] = 0
            hop = int(travel[place, entry])
            leave = t.node[node, OUT]
            if t.node[node, TWIN] == AT_END:
                last_slot = min(last_slot, k)
            n_located += 1
            n_stops += t.node[node, TASK] >= 0
        now = max(now + hop, t.node[node, SLICE_OPENS])
        first, end = t.node[node, WINDOW_FIRST], t.node[node, WINDOW_END]
        if end - first > 1:
            now = next_start(t.window, first, end, now)
        route[k, START] = now
        now += t.node[node, DWELL + mode]
        route[k, LEAVE] = now
        route[k, HOP] = hop
        route[k, P_IN] = entry
        route[k, P_OUT] = leave
        place = leave
        drive += hop
    # A unit with nothing to do stays where it is.
    hop = int(travel[place, row[TO]]) if n_located > 0 else 0
    drive += hop
    route[n + 1, START] = now + hop
    route[n + 1, HOP] = hop
    route[n + 1, P_IN] = row[TO]
    route[n + 1, FLOATS] = 0
    route[n + 1, LATEST] = row[CLOSES]
    feasible = bool(now + hop <= row[CLOSES] and drive <= row[MAX_DRIVE])
    for k in range(n, 0, -1):
        node = route[k, SEQ]
        moment = route[k + 1, LATEST] - route[k + 1, HOP]
        moment -= route[k, LEAVE] - route[k, START]
        moment = min(moment, t.node[node, SLICE_CLOSES])
        first, end = t.node[node, WINDOW_FIRST], t.node[node, WINDOW_END]
        if end - first > 1:
            moment = last_start(t.window, first, end, moment)
        route[k, LATEST] = moment
        if route[k, START] > moment:
            feasible = False
    t.score[0, S_DRIVE] += drive - t.unit[unit, DRIVE]
    t.unit[unit, DRIVE] = drive
    t.unit[unit, LAST_SLOT] = last_slot
    t.unit[unit, N_STOPS] = n_stops
    t.unit[unit, VERSION] += 1
    t.tally[STEPS] += n + 2
    return feasible


@compiled
def touch(t: Tables, unit: int) -> None:
    """Remember a route before it is changed for the first time in a move."""
    if t.unit[unit, TOUCHED] == 1:
        return
    t.unit[unit, TOUCHED] = 1
    t.unit[t.tally[N_TOUCHED], TOUCHED_LIST] = unit
    t.tally[N_TOUCHED] += 1
    n = t.unit[unit, LENGTH]
    t.unit[unit, SAVED_LENGTH] = n
    for k in range(1, n + 1):
        node = t.route[unit, k, SEQ]
        t.route[unit, k, SAVED_SEQ] = node
        t.route[unit, k, SAVED_OPENS] = t.node[node, SLICE_OPENS]
        t.route[unit, k, SAVED_CLOSES] = t.node[node, SLICE_CLOSES]


@compiled
def put_in(t: Tables, unit: int, slot: int, node: int) -> None:
    """Write a node into a route, before position ``slot``; the times are now stale."""
    n = t.unit[unit, LENGTH]
    for k in range(n, slot - 1, -1):
        t.route[unit, k + 1, SEQ] = t.route[unit, k, SEQ]
    t.route[unit, slot, SEQ] = node
    t.unit[unit, LENGTH] = n + 1
    task = t.node[node, TASK]
    if task >= 0:
        group = t.task[task, GROUP]
        gain = t.group[group, GROUP_FIRST] + t.group[group, N_MADE]
        t.group[group, N_MADE] += 1
        t.task[task, T_UNIT] = unit
        t.task[task, T_NODE] = node
        t.score[0, S_DUTY] += t.gain[gain, DUTY]
        t.score[0, S_VALUE] += t.gain[gain, WORTH] + t.value[node]


@compiled
def take_out(t: Tables, unit: int, slot: int) -> None:
    """Delete position ``slot`` of a route; the times are now stale."""
    node = t.route[unit, slot, SEQ]
    n = t.unit[unit, LENGTH]
    for k in range(slot, n):
        t.route[unit, k, SEQ] = t.route[unit, k + 1, SEQ]
    t.unit[unit, LENGTH] = n - 1
    task = t.node[node, TASK]
    if task >= 0:
        forget(t, task, node)


@compiled
def forget(t: Tables, task: int, node: int) -> None:
    """Count a task as not made."""
    group = t.task[task, GROUP]
    t.group[group, N_MADE] -= 1
    gain = t.group[group, GROUP_FIRST] + t.group[group, N_MADE]
    t.task[task, T_UNIT] = -1
    t.score[0, S_DUTY] -= t.gain[gain, DUTY]
    t.score[0, S_VALUE] -= t.gain[gain, WORTH] + t.value[node]
    if t.group[group, GAPPED]:
        t.node[node, SLICE_OPENS] = t.node[node, NODE_OPENS]
        t.node[node, SLICE_CLOSES] = t.node[node, NODE_CLOSES]


@compiled
def restore(t: Tables) -> None:
    """Undo the move: bring every touched route back."""
    for number in range(t.tally[N_TOUCHED]):
        unit = t.unit[number, TOUCHED_LIST]
        for k in range(1, t.unit[unit, LENGTH] + 1):
            node = t.route[unit, k, SEQ]
            if t.node[node, TASK] >= 0:
                forget(t, t.node[node, TASK], node)
        t.unit[unit, LENGTH] = 0
    for number in range(t.tally[N_TOUCHED]):
        unit = t.unit[number, TOUCHED_LIST]
        for k in range(1, t.unit[unit, SAVED_LENGTH] + 1):
            node = t.route[unit, k, SAVED_SEQ]
            put_in(t, unit, k, node)
            t.node[node, SLICE_OPENS] = t.route[unit, k, SAVED_OPENS]
            t.node[node, SLICE_CLOSES] = t.route[unit, k, SAVED_CLOSES]
        refresh(t, unit)
    for entry in range(3):
        t.score[0, entry] = t.score[1, entry]


@compiled
def begin_move(t: Tables) -> None:
    """Forget which routes were touched; what is now is what a rejected move returns to."""
    for number in range(t.tally[N_TOUCHED]):
        t.unit[t.unit[number, TOUCHED_LIST], TOUCHED] = 0
    t.tally[N_TOUCHED] = 0
    t.tally[N_REMOVED] = 0
    t.tally[N_GROUPS_HIT] = 0
    for entry in range(3):
        t.score[1, entry] = t.score[0, entry]
