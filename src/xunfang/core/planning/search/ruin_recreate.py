"""Ruin and recreate: take neighbouring stretches out of a few routes, fill them anew.

After "Slack Induction by String Removals" (Christiaens & Vanden Berghe, Transportation
Science 2020), rewritten for prizes: most of what is wanted may stay undone, so the
question in each round is which of hundreds of open visits go into the gaps. Those around
the gap are tried, and only in routes that were just opened: in the others they did not
fit before.
A round is kept by simulated annealing on value; duties are compared first and are never
given up for value. The temperature falls with the share of counted work done, so that a
run depends on its seed and its budget alone.
"""

import numpy as np
from numpy.typing import NDArray

from xunfang.core.planning.search.groups import drop_broken, lay_slices
from xunfang.core.planning.search.insert import (
    NO_SLOT,
    find_place,
    find_plain,
    position_of,
)
from xunfang.core.planning.search.instance import (
    BREAK_END,
    BREAK_FIRST,
    DRIVE_COST,
    DUTY,
    EQUAL,
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
)
from xunfang.core.planning.search.ruin import ruin
from xunfang.core.planning.search.state import (
    BEST_LENGTH,
    BEST_SEQ,
    BEST_START,
    BLINK_SHARE,
    C_CLOSES,
    C_NODE,
    C_OPENS,
    C_SLOT,
    C_TASK,
    C_UNIT,
    C_VERSION,
    CENTRE,
    COLD,
    DWELL,
    G_REMOVED,
    HOT,
    ITERATION,
    KEPT,
    LAST_SLOT,
    LATEST,
    LENGTH,
    LOOK,
    N_MADE,
    N_OPENED,
    N_ORDERS,
    N_REMOVED,
    N_TOUCHED,
    REMOVED_LIST,
    S_DRIVE,
    S_DUTY,
    S_VALUE,
    SEQ,
    SLICE_CLOSES,
    SLICE_OPENS,
    START,
    STEPS,
    T_ASKED,
    T_NODE,
    T_SURPLUS,
    T_UNIT,
    TOUCHED_LIST,
    VERSION,
    Tables,
    begin_move,
    below,
    called_from_python,
    compiled,
    inlined,
    put_in,
    refresh,
    restore,
    take_out,
    touch,
    uniform,
)

DEFAULT_PARAMETERS = (0.6, 0.02, 10.0, 10.0, 0.01, 60.0, 6.0)
"""Temperature at the beginning and at the end as shares of the mean value; visits taken
out in a round, on average; longest stretch; share of slots overlooked; waiting tasks
tried in a round beside those taken out; ways to order them, of which one is drawn for
each round."""

STEPS_PER_MOVE = 2_000
"""What a move costs besides the slots it looks at, in steps."""

N_ORDERS_PRICED = 7.0
"""Ways to order them once prices say by how much each is worth more than it costs."""


@called_from_python
def run(
    t: Tables,
    parameters: NDArray[np.float64],
    steps_end: int,
    steps_total: int,
) -> None:
    """Search until ``steps_end`` counted steps of ``steps_total`` are done."""
    hot = parameters[HOT] * t.scale[MEAN_VALUE]
    cooling = np.log(parameters[COLD] / parameters[HOT])
    if t.tally[ITERATION] == 0:
        begin_move(t)
        for unit in range(len(t.unit)):
            touch(t, unit)
        mend_groups(t)
        recreate(t, parameters)
        keep_if_best(t)
    while t.tally[STEPS] < steps_end:
        t.tally[ITERATION] += 1
        t.tally[STEPS] += STEPS_PER_MOVE
        begin_move(t)
        ruin(t, parameters)
        reseat_breaks(t)
        recreate(t, parameters)
        heat = hot * np.exp(cooling * min(1.0, t.tally[STEPS] / steps_total))
        if accepted(t, heat):
            keep_if_best(t)
        else:
            restore(t)


@compiled
def mend_groups(t: Tables) -> None:
    """Make a plan that was handed in keep its gaps: a group that breaks them goes."""
    for group in range(len(t.group)):
        if t.group[group, GAPPED] == 0 or t.group[group, N_MADE] == 0:
            continue
        drop_broken(t, group)
        if lay_slices(t, group):
            continue
        for task in range(t.group[group, GROUP_FIRST], t.group[group, GROUP_END]):
            unit = t.task[task, T_UNIT]
            if unit >= 0:
                node = t.task[task, T_NODE]
                take_out(t, unit, position_of(t, unit, node))
                refresh(t, unit)


@compiled
def accepted(t: Tables, heat: float) -> bool:
    """Decide on a move: duties first, then value less driving by temperature."""
    duty = t.score[0, S_DUTY] - t.score[1, S_DUTY]
    if duty != 0.0:
        return bool(duty > 0.0)
    gain = t.score[0, S_VALUE] - t.score[1, S_VALUE]
    gain -= t.scale[DRIVE_COST] * (t.score[0, S_DRIVE] - t.score[1, S_DRIVE])
    return bool(gain >= 0.0 or uniform(t.rng) < np.exp(gain / heat))


@compiled
def keep_if_best(t: Tables) -> None:
    """Copy the plan if it is better than every one before."""
    duty = t.score[0, S_DUTY] - t.score[2, S_DUTY]
    gain = t.score[0, S_VALUE] - t.score[2, S_VALUE]
    gain -= t.scale[DRIVE_COST] * (t.score[0, S_DRIVE] - t.score[2, S_DRIVE])
    if duty < 0.0 or (duty == 0.0 and gain <= 1e-9):
        return
    for entry in range(3):
        t.score[2, entry] = t.score[0, entry]
    for unit in range(len(t.unit)):
        n = t.unit[unit, LENGTH]
        t.unit[unit, BEST_LENGTH] = n
        for k in range(1, n + 1):
            t.route[unit, k, BEST_SEQ] = t.route[unit, k, SEQ]
            t.route[unit, k, BEST_START] = t.route[unit, k, START]


@compiled
def reseat_breaks(t: Tables) -> None:
    """Look for better moments for the breaks of opened routes, half of the time."""
    for number in range(t.tally[N_TOUCHED]):
        unit = t.unit[number, TOUCHED_LIST]
        first, end = t.unit[unit, BREAK_FIRST], t.unit[unit, BREAK_END]
        if first == end or uniform(t.rng) < 0.5:
            continue
        n = t.unit[unit, LENGTH]
        for k in range(1, n + 1):
            t.route[unit, k, KEPT] = t.route[unit, k, SEQ]
        for k in range(n, 0, -1):
            if t.node[t.route[unit, k, SEQ], TASK] < 0:
                take_out(t, unit, k)
        seated = refresh(t, unit)
        after = int(0)  # noqa: RUF046, UP018 -- see recreate
        for node in range(first, end):
            if seated:
                after = seat_break(t, unit, node, after)
                seated = after > 0
        if not seated:
            t.unit[unit, LENGTH] = n
            for k in range(1, n + 1):
                t.route[unit, k, SEQ] = t.route[unit, k, KEPT]
            refresh(t, unit)


@compiled
def seat_break(t: Tables, unit: int, node: int, after: int) -> int:
    """Put a break into a route behind position ``after``; 0 if it fits nowhere.

    All slots are tried with noise in the price. A break that is taken where the unit
    stands may also be taken at the end post.
    """
    price, where, chosen = NO_SLOT, int(0), node  # noqa: RUF046, UP018 -- see recreate
    n = t.unit[unit, LENGTH]
    for slot in range(after + 1, n + 2):
        for form in range(2):
            one = node
            if form == 1:
                one = t.node[node, TWIN]
                if one < 0 or slot != n + 1:
                    continue
            elif slot > t.unit[unit, LAST_SLOT] and t.node[node, IN] >= 0:
                continue
            put_in(t, unit, slot, one)
            if refresh(t, unit):
                asked = float(t.route[unit, n + 2, START])
                for k in range(1, n + 2):  # less what can still be put off
                    asked += 0.2 * (t.route[unit, k, START] - t.route[unit, k, LATEST])
                asked += uniform(t.rng) * t.scale[MEAN_STEP]
                if asked < price:
                    price, where, chosen = asked, slot, one
            take_out(t, unit, slot)
    refresh(t, unit)
    if where > 0:
        put_in(t, unit, where, chosen)
        refresh(t, unit)
    return where


@compiled
def recreate(t: Tables, parameters: NDArray[np.float64]) -> None:
    """Put waiting visits where they fit, in a random order of one of several kinds.

    Each candidate is priced once; only those that fit somewhere are sorted, and one is
    priced again when the route it had chosen has changed meanwhile.
    """
    blink = parameters[BLINK_SHARE]
    kind = below(t.rng, int(parameters[N_ORDERS]))
    t.tally[N_OPENED] = t.tally[N_TOUCHED]
    n_found = int(0)  # noqa: RUF046, UP018 -- a literal would be compiled twice
    for number in range(line_up(t, parameters)):
        task = t.queue[number]
        group = t.task[task, GROUP]
        gain = t.group[group, GROUP_FIRST] + t.group[group, N_MADE]
        duty = t.gain[gain, DUTY]
        worth = t.gain[gain, WORTH] + t.value[t.task[task, NODE_FIRST]]
        if duty <= 0.0 and worth <= 0.0:
            continue
        t.candidate[n_found, C_TASK] = task
        everywhere = bool(t.group[group, G_REMOVED] == 1)
        if everywhere or t.group[group, GAPPED] == 1:
            price = find_place(t, n_found, blink)
        else:  # nearly all
            price = find_plain(t, n_found, everywhere, blink)
        if t.candidate[n_found, C_UNIT] < 0:
            continue
        t.key[n_found] = order_key(t, n_found, kind, worth, duty, price)
        n_found += 1
    sort_candidates(t, n_found)
    for number in range(n_found):
        place_candidate(t, t.queue[number], blink)
    for number in range(t.tally[N_REMOVED]):
        t.group[t.task[t.task[number, REMOVED_LIST], GROUP], G_REMOVED] = 0


@compiled
def line_up(t: Tables, parameters: NDArray[np.float64]) -> int:
    """List waiting tasks in the queue: those around the ruin, and those taken out.

    Each once, and only the first of several that are alike: it stands for all. Returns
    how many.
    """
    n = int(0)  # noqa: RUF046, UP018 -- see recreate
    n_near = t.near.shape[1]
    if t.tally[ITERATION] == 0 or parameters[LOOK] >= n_near:
        for task in range(len(t.task)):
            n = ask(t, n, task)
        return n
    for rank in range(int(parameters[LOOK])):
        n = ask(t, n, np.int64(t.near[t.tally[CENTRE], rank]))
    for number in range(t.tally[N_REMOVED]):
        n = ask(t, n, t.task[number, REMOVED_LIST])
    return n


@inlined
def ask(t: Tables, n: int, task: int) -> int:
    """Put a task into the queue unless it is made or there already."""
    group = t.task[task, GROUP]
    if t.group[group, EQUAL] == 1:
        task = t.group[group, GROUP_FIRST]
        end = t.group[group, GROUP_END]
        while task < end and t.task[task, T_UNIT] >= 0:
            task += 1
        if task == end:
            return n
    now = t.tally[ITERATION] + 1
    if t.task[task, T_UNIT] >= 0 or t.task[task, T_ASKED] == now:
        return n
    t.task[task, T_ASKED] = now
    t.queue[n] = task
    return n + 1


@compiled
def sort_candidates(t: Tables, n: int) -> None:
    """Line candidates up by key, lowest first (shell sort: few, and in place)."""
    for number in range(n):
        t.queue[number] = number
    gap = 1
    while gap < n // 3:
        gap = 3 * gap + 1
    while gap > 0:
        for right in range(gap, n):
            one, key = t.queue[right], t.key[right]
            left = right - gap
            while left >= 0 and t.key[left] > key:
                t.queue[left + gap] = t.queue[left]
                t.key[left + gap] = t.key[left]
                left -= gap
            t.queue[left + gap] = one
            t.key[left + gap] = key
        gap //= 3


@compiled
def order_key(
    t: Tables,
    candidate: int,
    kind: int,
    worth: float,
    duty: float,
    price: float,
) -> float:
    """Return the place in the queue of one candidate: lowest goes first."""
    node, unit = t.candidate[candidate, C_NODE], t.candidate[candidate, C_UNIT]
    stay = float(t.node[node, DWELL + t.unit[unit, MODE]])
    noise = uniform(t.rng)
    step = t.scale[MEAN_STEP]
    if kind == 0:
        key = noise
    elif kind == 1:
        key = -worth * (0.7 + 0.6 * noise)
    elif kind == 2:
        key = -worth / (stay + 0.3 * step) * (0.7 + 0.6 * noise)
    elif kind == 3:
        width = t.candidate[candidate, C_CLOSES] - t.candidate[candidate, C_OPENS]
        key = width / step * (0.7 + 0.6 * noise) - 3.0 * worth / t.scale[MEAN_VALUE]
    elif kind == 4:
        key = -worth * worth / (stay + 0.3 * step) * (0.6 + 0.8 * noise)
    elif kind == 5:
        key = -worth / (price + 0.5 * step) * (0.6 + 0.8 * noise)
    else:
        # What is worth just its price comes late, but in any order.
        task = t.candidate[candidate, C_TASK]
        key = -(t.task[task, T_SURPLUS] + 3.0) * (0.5 + noise)
    if duty > 0.0:
        key -= 1e9 * (1.0 + np.log(duty))
    return float(key)


@compiled
def place_candidate(t: Tables, candidate: int, blink: float) -> None:
    """Insert a candidate where it was priced, or where it is cheapest by now.

    As long as that works, the next visit of the same group is tried too.
    """
    group = t.task[t.candidate[candidate, C_TASK], GROUP]
    unit = t.candidate[candidate, C_UNIT]
    fresh = t.unit[unit, VERSION] == t.candidate[candidate, C_VERSION]
    while True:
        task = t.candidate[candidate, C_TASK]
        if not fresh:
            find_place(t, candidate, blink)
            if t.candidate[candidate, C_UNIT] < 0:
                return
        if not insert(t, candidate):
            return
        while task < t.group[group, GROUP_END] and t.task[task, T_UNIT] >= 0:
            task += 1
        if task == t.group[group, GROUP_END] or t.group[group, EQUAL] == 0:
            return
        gain = t.group[group, GROUP_FIRST] + t.group[group, N_MADE]
        worth = t.gain[gain, WORTH] + t.value[t.task[task, NODE_FIRST]]
        if worth <= 0.0 and t.gain[gain, DUTY] <= 0.0:
            return
        t.candidate[candidate, C_TASK] = task
        fresh = False


@compiled
def insert(t: Tables, candidate: int) -> bool:
    """Put a candidate where it was priced; False, and no change, if it does not hold."""
    unit, slot = t.candidate[candidate, C_UNIT], t.candidate[candidate, C_SLOT]
    node, task = t.candidate[candidate, C_NODE], t.candidate[candidate, C_TASK]
    group = t.task[task, GROUP]
    touch(t, unit)
    t.node[node, SLICE_OPENS] = t.candidate[candidate, C_OPENS]
    t.node[node, SLICE_CLOSES] = t.candidate[candidate, C_CLOSES]
    put_in(t, unit, slot, node)
    fits = bool(refresh(t, unit))
    gapped = t.group[group, GAPPED] == 1
    if fits and gapped and t.group[group, N_MADE] > 1:
        fits = lay_slices(t, group)
    if not fits:
        take_out(t, unit, slot)
        refresh(t, unit)
        if gapped:
            lay_slices(t, group)
    return fits
