"""Best routes by value, when a place may be visited again: the kernels of the bound.

A *q-route* (Christofides, Mingozzi and Toth, 1981) is a route that may come back to a
stop, only not at once (i, k, i is forbidden where i may be visited once). The best one is
found by dynamic programming backwards in time over (node, moment). All amounts are
int32: prices on a fixed grid, rounded up, so that the result is exact and the bound made
from it holds to the last digit.

Tables have one row per node and one column per moment ("tick"):

``first[j, t]``   best amount from arriving at j at t, its own price included
``via[j, t]``     item visited next by that best continuation (END: none)
``second[j, t]``  best amount among continuations whose next item is another one

All three are what is left when time passes, so they never grow with t.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

type Ints = NDArray[np.int32]

NEVER = -(1 << 30)
"""Amount of what cannot be done."""
END = -1
"""Item code of the end of the route."""
LANES = 8
"""Moments computed side by side: eight int32 fill one AVX2 register."""


@njit(cache=True, nogil=True, boundscheck=False)
def sweep(
    since: int,
    n_ticks: int,
    block: int,
    lanes: int,
    n_sweeps: int,
    active: Ints,
    arcs_from: Ints,
    arcs_to: Ints,
    arcs_step: Ints,
    code: Ints,
    last_end: Ints,
    pieces_from: Ints,
    piece_open: Ints,
    piece_close: Ints,
    piece_amount: Ints,
    is_filled: NDArray[np.bool_],
    break_last: Ints,
    break_len: int,
    break_first: Ints,
    later_first: Ints,
    later_via: Ints,
    later_second: Ints,
    keep: bool,  # noqa: FBT001 -- compiled code takes no keywords
    stay_first: Ints,
    stay_via: Ints,
    stay_second: Ints,
    first: Ints,
    via: Ints,
    second: Ints,
    ceiling: Ints,
) -> int:
    """Fill the tables of one layer (a layer: so many breaks taken). Returns arcs read.

    Parameters
    ----------
    since, n_ticks, block, lanes, n_sweeps
        Moments since .. n_ticks - 1; ``block`` of them are settled at a time, at most the
        shortest step between two nodes; ``lanes`` (a multiple of LANES, >= block) are
        computed. A shortest step of nought needs several sweeps over one moment.
    active
        Nodes in use, shape ``(n_active,)``.
    arcs_from, arcs_to, arcs_step
        Successors of the k-th active node are ``arcs_to[arcs_from[k]:arcs_from[k+1]]``
        with steps from begin of dwell to arrival, ascending.
    code
        Item of each node; -2 - item where the item may be visited again at once.
    last_end
        Latest begin of the dwell from which the route may still end, by node.
    pieces_from, piece_open, piece_close, piece_amount
        When the dwell at a node may begin, and what it then earns.
    is_filled
        Nodes whose arrival tables are given, not computed (breaks at a point).
    break_last, break_len, break_first
        The next break may be taken after node i if its dwell begins at or before
        ``break_last[i]``; the unit goes on as if its dwell had begun ``break_len``
        later, and not before ``break_first[i]``.
    later_first, later_via, later_second
        ``stay_*`` of the layer with one break more.
    stay_first, stay_via, stay_second
        Best continuation once the dwell at i began at t; filled where ``keep``.
    first, via, second
        Filled. Columns n_ticks and beyond hold NEVER.
    ceiling
        Shape ``(n_columns,)``: the largest ``first`` of any node by column; filled.
    """
    one = np.zeros(lanes, np.int32)
    two = np.zeros(lanes, np.int32)
    nxt = np.zeros(lanes, np.int32)
    amount = np.zeros(block, np.int32)
    n_active = len(active)
    n_read = 0
    # Unsigned and flat: so the compiler reads several moments at once.
    width = np.uintp(first.shape[1])
    n_lanes = np.uintp(lanes)
    flat_first, flat_via = first.reshape(-1), via.reshape(-1)
    flat_second = second.reshape(-1)
    favourite = np.empty((n_active, 2), np.int32)
    for k in range(n_active):
        favourite[k, :] = arcs_from[k]
    high = n_ticks
    while high > since:
        low = max(high - block, 0)
        size = high - low
        if n_sweeps > 1:
            # Steps of nought read this very moment: begin from nothing.
            for t in range(low, high):
                ceiling[t] = -NEVER
                for k in range(n_active):
                    if not is_filled[active[k]]:
                        first[active[k], t] = NEVER
                        second[active[k], t] = NEVER
        for _ in range(n_sweeps):
            for k in range(n_active):
                i = active[k]
                own = code[i]
                n_read += 10 + size
                # -- the best ways to go on from i, its dwell begun at low, low + 1, ...
                n_may_end = last_end[i] - low + 1
                for x in range(lanes):
                    one[x] = 0 if x < n_may_end else NEVER
                    two[x] = NEVER
                    nxt[x] = END
                # What was best in the block before comes first, to weed out the rest.
                begin, end = arcs_from[k], arcs_from[k + 1]
                for turn in range(begin - 2 if begin < end else end, end):
                    a = favourite[k, begin - 1 - turn] if turn < begin else turn
                    base = low + arcs_step[a]
                    if base >= n_ticks:
                        if turn < begin:
                            continue
                        break
                    if turn >= begin and (turn - begin) % 8 == 0:
                        # Steps ascend and amounts fall: is there nothing left to gain?
                        hits = 0
                        for x in range(n_lanes):
                            hits += ceiling[np.uintp(base) + x] > two[x]
                        if hits == 0:
                            break
                    n_read += 1
                    j = arcs_to[a]
                    at = np.uintp(j) * width + np.uintp(base)
                    hits = 0
                    for x in range(n_lanes):
                        hits += flat_first[at + x] > two[x]
                    if hits == 0:
                        continue
                    n_read += 4
                    item = code[j]
                    if item < 0:
                        item = np.int32(-2 - item)
                    for x in range(n_lanes):
                        v = flat_first[at + x]
                        if v <= two[x]:
                            continue
                        if flat_via[at + x] == own:
                            v = flat_second[at + x]
                        if nxt[x] == item:
                            # Two nodes of one item count as one next item.
                            one[x] = max(one[x], v)
                        elif v > one[x]:
                            two[x], one[x], nxt[x] = one[x], v, item
                            if x == 0:
                                favourite[k, 1] = favourite[k, 0]
                                favourite[k, 0] = a
                        elif v > two[x]:
                            two[x] = v
                            if x == 0:
                                favourite[k, 1] = a
                if break_len >= 0:
                    for x in range(min(lanes, n_ticks - low)):
                        t = low + x
                        if t > break_last[i]:
                            break
                        u = max(t + break_len, break_first[i])
                        if u >= n_ticks:
                            break
                        one[x], nxt[x], two[x] = merge(
                            one[x],
                            nxt[x],
                            two[x],
                            later_first[i, u],
                            later_via[i, u],
                            later_second[i, u],
                        )
                if keep:
                    for x in range(size):
                        stay_first[i, low + x] = one[x]
                        stay_via[i, low + x] = nxt[x]
                        stay_second[i, low + x] = two[x]
                if is_filled[i]:
                    continue
                # -- arriving at i: begin at once or wait for a better moment
                for x in range(size):
                    amount[x] = NEVER
                for q in range(pieces_from[i], pieces_from[i + 1]):
                    for t in range(
                        max(low, piece_open[q]), min(high, piece_close[q] + 1)
                    ):
                        amount[t - low] = max(amount[t - low], piece_amount[q])
                a1, s1, a2 = first[i, high], via[i, high], second[i, high]
                for x in range(size - 1, -1, -1):
                    if amount[x] > NEVER and one[x] > NEVER:
                        g2 = two[x] + amount[x] if two[x] > NEVER else NEVER
                        a1, s1, a2 = merge(a1, s1, a2, one[x] + amount[x], nxt[x], g2)
                    first[i, low + x] = a1
                    via[i, low + x] = s1
                    second[i, low + x] = a2
        for t in range(low, high):
            top = NEVER
            for k in range(n_active):
                top = max(top, first[active[k], t])
            ceiling[t] = top
        high = low
    return n_read


@njit(cache=True, nogil=True, boundscheck=False)
def merge(a1: int, s1: int, a2: int, b1: int, r1: int, b2: int) -> tuple[int, int, int]:
    """Join two pairs of (best, its next item, best with another next item)."""
    if b1 > a1:
        return b1, r1, max(b2, a2 if s1 == r1 else a1)
    return a1, s1, max(a2, b2 if s1 == r1 else b1)


@njit(cache=True, nogil=True, boundscheck=False)
def fill_break(
    node: int,
    opens: int,
    closes: int,
    item: int,
    n_ticks: int,
    later_first: Ints,
    first: Ints,
    via: Ints,
    second: Ints,
) -> None:
    """Arrival tables of a break taken at a point: wait, eat, go on one layer later."""
    for t in range(n_ticks):
        begins = max(t, opens)
        may = begins <= closes and begins < n_ticks
        first[node, t] = later_first[node, begins] if may else NEVER
        # What comes after a meal may be what came before it: nothing is forbidden.
        via[node, t] = END
        second[node, t] = first[node, t]


@njit(cache=True, nogil=True, boundscheck=False)
def select_arcs(
    active: Ints,
    is_active: NDArray[np.bool_],
    arcs_from: Ints,
    arcs_to: Ints,
    arcs_step: Ints,
    out_from: Ints,
    out_to: Ints,
    out_step: Ints,
) -> None:
    """Copy the arcs between active nodes, one run per active node."""
    n = 0
    for k in range(len(active)):
        out_from[k] = n
        for a in range(arcs_from[active[k]], arcs_from[active[k] + 1]):
            if is_active[arcs_to[a]]:
                out_to[n] = arcs_to[a]
                out_step[n] = arcs_step[a]
                n += 1
    out_from[len(active)] = n


@njit(cache=True, nogil=True, boundscheck=False)
def go_on(
    layer: int,
    i: int,
    begun: int,
    forbidden: int,
    n_ticks: int,
    n_layers: int,
    is_active: NDArray[np.bool_],
    arcs_from: Ints,
    arcs_to: Ints,
    arcs_step: Ints,
    code: Ints,
    break_last: Ints,
    break_len: Ints,
    break_first: Ints,
    first: Ints,
    via: Ints,
    second: Ints,
    ways: Ints,
) -> int:
    """List all ways to go on from node i: ``ways[w] = (amount, layer, node, arrival)``.

    Breaks where the unit stands are taken in passing. Returns how many ways there are.
    """
    n = 0
    own = code[i]
    now = begun
    while layer < n_layers:
        for a in range(arcs_from[i], arcs_from[i + 1]):
            j = arcs_to[a]
            t = now + arcs_step[a]
            if t >= n_ticks:
                break
            item = code[j] if code[j] >= 0 else -2 - code[j]
            if not is_active[j] or item == forbidden:
                continue
            v = second[layer, j, t] if via[layer, j, t] == own else first[layer, j, t]
            if v > NEVER:
                ways[n, 0], ways[n, 1], ways[n, 2], ways[n, 3] = v, layer, j, t
                n += 1
        if layer + 1 == n_layers or break_len[layer] < 0:
            break
        if now > break_last[layer, i]:
            break
        now = max(now + break_len[layer], break_first[layer, i])
        layer += 1
    return n


@njit(cache=True, nogil=True, boundscheck=False)
def trace(
    layer: int,
    i: int,
    arrival: int,
    before: int,
    n_ticks: int,
    n_layers: int,
    is_active: NDArray[np.bool_],
    arcs_from: Ints,
    arcs_to: Ints,
    arcs_step: Ints,
    code: Ints,
    last_end: Ints,
    pieces_from: Ints,
    piece_open: Ints,
    piece_close: Ints,
    piece_amount: Ints,
    break_last: Ints,
    break_len: Ints,
    break_first: Ints,
    break_node: Ints,
    break_open: Ints,
    break_close: Ints,
    first: Ints,
    via: Ints,
    second: Ints,
    ways: Ints,
    out_node: Ints,
    out_piece: Ints,
) -> int:
    """Follow a best route from arriving at node i; returns how many nodes it has.

    ``before`` is the item visited just before. ``out_node`` and ``out_piece`` receive
    the nodes and the pieces of time in which they are begun (-1 for a break).
    """
    n = 0
    while n < len(out_node):
        best = NEVER
        next_layer, next_node, next_arrival, chosen = -1, -1, 0, -1
        at_break = layer < len(break_node) and break_node[layer] == i
        n_choices = 1 if at_break else pieces_from[i + 1] - pieces_from[i]
        forbidden = END if at_break else before
        for c in range(n_choices):
            if at_break:
                q, from_layer, gain = -1, layer + 1, 0
                begun = max(arrival, break_open[layer])
                if begun > break_close[layer]:
                    continue
            else:
                q = pieces_from[i] + c
                from_layer, gain = layer, piece_amount[q]
                begun = max(arrival, piece_open[q])
                if begun > piece_close[q]:
                    continue
            if begun >= n_ticks:
                continue
            if begun <= last_end[from_layer, i] and gain > best:
                best, chosen, next_node = gain, q, -1
            n_ways = go_on(
                from_layer,
                i,
                begun,
                forbidden,
                n_ticks,
                n_layers,
                is_active,
                arcs_from,
                arcs_to,
                arcs_step,
                code,
                break_last,
                break_len,
                break_first,
                first,
                via,
                second,
                ways,
            )
            for w in range(n_ways):
                if ways[w, 0] + gain > best:
                    best, chosen = ways[w, 0] + gain, q
                    next_layer, next_node = ways[w, 1], ways[w, 2]
                    next_arrival = ways[w, 3]
        if best == NEVER:
            break
        out_node[n], out_piece[n] = i, chosen
        n += 1
        if next_node < 0:
            break
        before = code[i]
        layer, i, arrival = next_layer, next_node, next_arrival
    return n


@njit(cache=True, nogil=True, boundscheck=False)
def most_saved(travel: Ints, at: int, leave: int) -> int:
    """Return the largest ``travel[j, k] - travel[j, at] - travel[leave, k]``."""
    most = NEVER
    for j in range(len(travel)):
        way_there = travel[j, at]
        for k in range(len(travel)):
            most = max(most, int(travel[j, k]) - int(way_there) - int(travel[leave, k]))
    return most
