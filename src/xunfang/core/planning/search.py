"""Ruin and recreate: take neighbouring stretches out of a few routes, fill them anew.

After "Slack Induction by String Removals" (Christiaens & Vanden Berghe, Transportation
Science 2020), rewritten for prizes: most of what is wanted may stay undone, so the
question in each round is which of hundreds of open visits go into the gaps. Only routes
that were just opened are tried for them, since in the others they did not fit before.
A round is kept by simulated annealing on value; duties are compared first and are never
given up for value. The temperature falls with the share of counted work done, so that a
run depends on its seed and its budget alone.
"""

import numpy as np
from numpy.typing import NDArray

from xunfang.core.planning.instance import (
    BREAK_END,
    BREAK_FIRST,
    DRIVE_COST,
    DUTY,
    GAPPED,
    GROUP,
    GROUP_END,
    GROUP_FIRST,
    IN,
    MEAN_STEP,
    MEAN_VALUE,
    MODE,
    NODE_FIRST,
    TASK,
    TWIN,
    WORTH,
    Instance,
)
from xunfang.core.planning.search_groups import drop_broken, lay_slices
from xunfang.core.planning.search_insert import NO_SLOT, find_place, position_of
from xunfang.core.planning.search_state import (
    BEST_LENGTH,
    C_CLOSES,
    C_NODE,
    C_OPENS,
    C_SLOT,
    C_TASK,
    C_UNIT,
    C_VERSION,
    ITERATION,
    KEPT,
    LAST_SLOT,
    LATEST,
    LENGTH,
    N_GROUPS_HIT,
    N_REMOVED,
    N_STOPS,
    N_TOUCHED,
    S_DRIVE,
    S_DUTY,
    S_VALUE,
    SEQ,
    START,
    STEPS,
    T_NODE,
    T_REMOVED,
    T_UNIT,
    TOUCHED,
    VERSION,
    State,
    begin_move,
    below,
    called_from_python,
    compiled,
    put_in,
    refresh,
    restore,
    take_out,
    touch,
    uniform,
)

# Entries of the parameters of a run.
HOT, COLD, RUIN_MEAN, STRING_MAX, BLINK_SHARE = range(5)

DEFAULT_PARAMETERS = (0.3, 0.02, 10.0, 10.0, 0.01)
"""Temperature at the beginning and at the end as shares of the mean value; visits taken
out in a round, on average; longest stretch; share of slots overlooked."""

N_ORDERS = 6
"""Ways to order the visits that wait for a place; one is drawn for each round."""


@called_from_python
def run(
    instance: Instance,
    state: State,
    parameters: NDArray[np.float64],
    steps_end: int,
    steps_total: int,
) -> None:
    """Search until ``steps_end`` counted steps of ``steps_total`` are done."""
    hot = parameters[HOT] * instance.scale[MEAN_VALUE]
    cooling = np.log(parameters[COLD] / parameters[HOT])
    n_tasks = len(instance.task)
    if state.count[ITERATION] == 0:
        begin_move(state)
        for unit in range(len(instance.unit)):
            touch(state, unit)
        mend_groups(instance, state)
        recreate(instance, state, parameters)
        keep_if_best(instance, state)
    while state.count[STEPS] < steps_end:
        state.count[ITERATION] += 1
        state.count[STEPS] += 30 + n_tasks // 4
        begin_move(state)
        ruin(instance, state, parameters)
        reseat_breaks(instance, state)
        recreate(instance, state, parameters)
        heat = hot * np.exp(cooling * min(1.0, state.count[STEPS] / steps_total))
        if accepted(instance, state, heat):
            keep_if_best(instance, state)
        else:
            restore(instance, state)


@compiled
def mend_groups(instance: Instance, state: State) -> None:
    """Make a plan that was handed in keep its gaps: a group that breaks them goes."""
    for group in range(len(instance.group)):
        if instance.group[group, GAPPED] == 0 or state.n_made[group] == 0:
            continue
        drop_broken(instance, state, group)
        if lay_slices(instance, state, group):
            continue
        for task in range(
            instance.group[group, GROUP_FIRST], instance.group[group, GROUP_END]
        ):
            unit = state.task[task, T_UNIT]
            if unit >= 0:
                node = state.task[task, T_NODE]
                take_out(instance, state, unit, position_of(state, unit, node))
                refresh(instance, state, unit)


@compiled
def accepted(instance: Instance, state: State, heat: float) -> bool:
    """Decide on a move: duties first, then value less driving by temperature."""
    duty = state.score[0, S_DUTY] - state.score[1, S_DUTY]
    if duty != 0.0:
        return bool(duty > 0.0)
    gain = state.score[0, S_VALUE] - state.score[1, S_VALUE]
    gain -= instance.scale[DRIVE_COST] * (
        state.score[0, S_DRIVE] - state.score[1, S_DRIVE]
    )
    return bool(gain >= 0.0 or uniform(state.rng) < np.exp(gain / heat))


@compiled
def keep_if_best(instance: Instance, state: State) -> None:
    """Copy the plan if it is better than every one before."""
    duty = state.score[0, S_DUTY] - state.score[2, S_DUTY]
    gain = state.score[0, S_VALUE] - state.score[2, S_VALUE]
    gain -= instance.scale[DRIVE_COST] * (
        state.score[0, S_DRIVE] - state.score[2, S_DRIVE]
    )
    if duty < 0.0 or (duty == 0.0 and gain <= 1e-9):
        return
    for entry in range(3):
        state.score[2, entry] = state.score[0, entry]
    for unit in range(len(instance.unit)):
        n = state.unit[unit, LENGTH]
        state.unit[unit, BEST_LENGTH] = n
        for k in range(1, n + 1):
            state.best[unit, 0, k] = state.route[unit, SEQ, k]
            state.best[unit, 1, k] = state.route[unit, START, k]


@compiled
def ruin(instance: Instance, state: State, parameters: NDArray[np.float64]) -> None:
    """Take out stretches of visits around a random task, each from another route."""
    n_tasks, n_units = len(instance.task), len(instance.unit)
    if n_tasks == 0:
        return
    n_stops, n_used = 0, 0
    for unit in range(n_units):
        n_stops += state.unit[unit, N_STOPS]
        n_used += state.unit[unit, N_STOPS] > 0
    longest = max(1.0, min(parameters[STRING_MAX], n_stops / max(1, n_used)))
    n_strings = int(
        uniform(state.rng) * (4.0 * parameters[RUIN_MEAN] / (1.0 + longest) - 1.0) + 1.0
    )
    centre = below(state.rng, n_tasks)
    for rank in range(instance.near.shape[1]):
        if state.count[N_TOUCHED] >= n_strings:
            break
        task = instance.near[centre, rank]
        unit = state.task[task, T_UNIT]
        if unit < 0 or state.unit[unit, TOUCHED] == 1:
            continue
        touch(state, unit)
        take_string(instance, state, unit, task, longest)
        if not refresh(instance, state, unit):
            # Ways need not obey the triangle inequality: without a stop on the way the
            # next may come too late. Such a route is emptied but for its breaks.
            empty(instance, state, unit)
    for number in range(state.count[N_GROUPS_HIT]):
        group = state.groups_hit[number]
        drop_broken(instance, state, group)
        lay_slices(instance, state, group)


@compiled
def take_string(
    instance: Instance, state: State, unit: int, task: int, longest: float
) -> None:
    """Take a stretch that contains a task out of its route; breaks stay."""
    n = state.unit[unit, LENGTH]
    size = min(n, int(uniform(state.rng) * min(float(n), longest) + 1.0))
    at = 1
    while instance.node[state.route[unit, SEQ, at], TASK] != task:
        at += 1
    low, high = max(1, at - size + 1), min(at, n - size + 1)
    first = low + below(state.rng, high - low + 1)
    for k in range(first + size - 1, first - 1, -1):
        drop(instance, state, unit, k)


@compiled
def drop(instance: Instance, state: State, unit: int, slot: int) -> None:
    """Take one visit out and remember that it was there; breaks stay."""
    task = instance.node[state.route[unit, SEQ, slot], TASK]
    if task < 0:
        return
    take_out(instance, state, unit, slot)
    state.removed[state.count[N_REMOVED]] = task
    state.count[N_REMOVED] += 1
    state.task[task, T_REMOVED] = 1
    group = instance.task[task, GROUP]
    if instance.group[group, GAPPED]:
        state.groups_hit[state.count[N_GROUPS_HIT]] = group
        state.count[N_GROUPS_HIT] += 1


@compiled
def empty(instance: Instance, state: State, unit: int) -> None:
    """Take all visits out of a route and set its breaks at the start post."""
    for k in range(state.unit[unit, LENGTH], 0, -1):
        drop(instance, state, unit, k)
    first, end = instance.unit[unit, BREAK_FIRST], instance.unit[unit, BREAK_END]
    for node in range(first, end):
        state.route[unit, SEQ, 1 + node - first] = node
    refresh(instance, state, unit)


@compiled
def reseat_breaks(instance: Instance, state: State) -> None:
    """Look for better moments for the breaks of opened routes, half of the time."""
    for number in range(state.count[N_TOUCHED]):
        unit = state.touched[number]
        first, end = instance.unit[unit, BREAK_FIRST], instance.unit[unit, BREAK_END]
        if first == end or uniform(state.rng) < 0.5:
            continue
        n = state.unit[unit, LENGTH]
        for k in range(1, n + 1):
            state.route[unit, KEPT, k] = state.route[unit, SEQ, k]
        for k in range(n, 0, -1):
            if instance.node[state.route[unit, SEQ, k], TASK] < 0:
                take_out(instance, state, unit, k)
        seated = refresh(instance, state, unit)
        after = 0
        for node in range(first, end):
            if seated:
                after = seat_break(instance, state, unit, node, after)
                seated = after > 0
        if not seated:
            state.unit[unit, LENGTH] = n
            for k in range(1, n + 1):
                state.route[unit, SEQ, k] = state.route[unit, KEPT, k]
            refresh(instance, state, unit)


@compiled
def seat_break(
    instance: Instance, state: State, unit: int, node: int, after: int
) -> int:
    """Put a break into a route behind position ``after``; 0 if it fits nowhere.

    All slots are tried with noise in the price. A break that is taken where the unit
    stands may also be taken at the end post.
    """
    price, where, chosen = NO_SLOT, 0, node
    n = state.unit[unit, LENGTH]
    for slot in range(after + 1, n + 2):
        for form in range(2):
            one = node
            if form == 1:
                one = instance.node[node, TWIN]
                if one < 0 or slot != n + 1 or state.unit[unit, N_STOPS] == 0:
                    continue
            elif slot > state.unit[unit, LAST_SLOT] and instance.node[node, IN] >= 0:
                continue
            put_in(instance, state, unit, slot, one)
            if refresh(instance, state, unit):
                asked = float(state.route[unit, START, n + 2])
                for k in range(1, n + 2):  # less what can still be put off
                    asked += 0.2 * (
                        state.route[unit, START, k] - state.route[unit, LATEST, k]
                    )
                asked += uniform(state.rng) * instance.scale[MEAN_STEP]
                if asked < price:
                    price, where, chosen = asked, slot, one
            take_out(instance, state, unit, slot)
    refresh(instance, state, unit)
    if where > 0:
        put_in(instance, state, unit, where, chosen)
        refresh(instance, state, unit)
    return where


@compiled
def recreate(instance: Instance, state: State, parameters: NDArray[np.float64]) -> None:
    """Put waiting visits where they fit, in a random order of one of several kinds.

    Each candidate is priced once; only those that fit somewhere are sorted, and one is
    priced again when the route it had chosen has changed meanwhile.
    """
    blink = parameters[BLINK_SHARE]
    kind = below(state.rng, N_ORDERS)
    n_found = 0
    for task in range(len(instance.task)):
        if state.task[task, T_UNIT] >= 0:
            continue
        group = instance.task[task, GROUP]
        gain = instance.group[group, GROUP_FIRST] + state.n_made[group]
        duty = instance.gain[gain, DUTY]
        worth = instance.gain[gain, WORTH]
        worth += instance.value[instance.task[task, NODE_FIRST]]
        if duty <= 0.0 and worth <= 0.0:
            continue
        state.candidate[n_found, C_TASK] = task
        everywhere = state.task[task, T_REMOVED] == 1
        price = find_place(instance, state, n_found, everywhere, blink)
        if state.candidate[n_found, C_UNIT] < 0:
            continue
        state.key[n_found] = order_key(
            instance, state, n_found, kind, worth, duty, price
        )
        n_found += 1
    sort_candidates(state, n_found)
    for number in range(n_found):
        place_candidate(instance, state, state.order[number], blink)
    for number in range(state.count[N_REMOVED]):
        state.task[state.removed[number], T_REMOVED] = 0


@compiled
def sort_candidates(state: State, n: int) -> None:
    """Order candidates by key, lowest first (shell sort: few, and no memory needed)."""
    for number in range(n):
        state.order[number] = number
    gap = 1
    while gap < n // 3:
        gap = 3 * gap + 1
    while gap > 0:
        for right in range(gap, n):
            one = state.order[right]
            left = right - gap
            while left >= 0 and state.key[state.order[left]] > state.key[one]:
                state.order[left + gap] = state.order[left]
                left -= gap
            state.order[left + gap] = one
        gap //= 3


@compiled
def order_key(
    instance: Instance,
    state: State,
    candidate: int,
    kind: int,
    worth: float,
    duty: float,
    price: float,
) -> float:
    """Return the place in the queue of one candidate: lowest goes first."""
    node, unit = state.candidate[candidate, C_NODE], state.candidate[candidate, C_UNIT]
    stay = float(instance.dwell[node, instance.unit[unit, MODE]])
    noise = uniform(state.rng)
    step = instance.scale[MEAN_STEP]
    if kind == 0:
        key = noise
    elif kind == 1:
        key = -worth * (0.7 + 0.6 * noise)
    elif kind == 2:
        key = -worth / (stay + 0.3 * step) * (0.7 + 0.6 * noise)
    elif kind == 3:
        width = (
            state.candidate[candidate, C_CLOSES] - state.candidate[candidate, C_OPENS]
        )
        key = (
            width / step * (0.7 + 0.6 * noise)
            - 3.0 * worth / instance.scale[MEAN_VALUE]
        )
    elif kind == 4:
        key = -worth * worth / (stay + 0.3 * step) * (0.6 + 0.8 * noise)
    else:
        key = -worth / (price + 0.5 * step) * (0.6 + 0.8 * noise)
    if duty > 0.0:
        key -= 1e9 * (1.0 + np.log(duty))
    return key


@compiled
def place_candidate(
    instance: Instance, state: State, candidate: int, blink: float
) -> None:
    """Insert a candidate where it was priced, or where it is cheapest by now."""
    row = state.candidate[candidate]
    task = row[C_TASK]
    group = instance.task[task, GROUP]
    gapped = instance.group[group, GAPPED] == 1
    if gapped or state.unit[row[C_UNIT], VERSION] != row[C_VERSION]:
        everywhere = state.task[task, T_REMOVED] == 1
        find_place(instance, state, candidate, everywhere, blink)
        if row[C_UNIT] < 0:
            return
    unit, slot, node = row[C_UNIT], row[C_SLOT], row[C_NODE]
    touch(state, unit)
    state.slice[node, 0], state.slice[node, 1] = row[C_OPENS], row[C_CLOSES]
    put_in(instance, state, unit, slot, node)
    fits = refresh(instance, state, unit)
    if fits and gapped and state.n_made[group] > 1:
        fits = lay_slices(instance, state, group)
    if not fits:
        take_out(instance, state, unit, slot)
        refresh(instance, state, unit)
        if gapped:
            lay_slices(instance, state, group)
