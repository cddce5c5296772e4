"""Best routes by value, when a place may be visited again: the kernels of the bound.

A *q-route* (Christofides, Mingozzi and Toth, 1981) is a route that may come back to a
stop, only not at once (i, k, i is forbidden where i may be visited once). The best one is
found by dynamic programming backwards in time over (node, moment). All amounts are
int32: prices on a fixed grid, rounded up, so that the result is exact and the bound made
from it holds to the last digit.

Most ways to go on are never looked at: places are put into groups of neighbours, and a
group whose best continuation, at the earliest arrival at any of its places, is worth less
than the two best ways already known is passed over whole.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from xunfang.core.planning.bound.lanes import LANES, is_above, offer

type Ints = NDArray[np.int32]

NEVER = -(1 << 30)
"""Amount of what cannot be done."""
END = -1
"""Item code of the end of the route."""


class Net(NamedTuple):
    """What units route on: nodes, arcs and times in ticks. Start nodes come last."""

    n_ticks: int
    n_layers: int
    """A layer: so many breaks taken."""
    n_nodes: int
    """Without the start nodes."""
    n_groups: int
    width: int
    """Columns of a table: ``n_ticks`` and so many more, which hold NEVER."""
    block: int
    """Moments settled at a time, at most the shortest step between two nodes."""
    n_sweeps: int
    """A shortest step of nought needs several sweeps over one moment."""
    item: Ints
    """Item of each node, -1 for a break."""
    code: Ints
    """The item again; -2 - item where it may be visited again at once."""
    group: Ints
    """Group of neighbours each node belongs to."""
    runs_from: Ints
    """Node i goes on by the runs ``runs_from[i]`` .. ``runs_from[i + 1] - 1``, those
    with the shortest first step first. A run leads to nodes of one group."""
    run_group: Ints
    run_from: Ints
    """Run r holds the arcs ``run_from[r]`` .. ``run_from[r + 1] - 1``, steps ascending."""
    arcs_to: Ints
    arcs_step: Ints
    """From begin of dwell to arrival."""
    last_end: Ints
    """Latest begin of the dwell from which the route may still end, by layer and node."""
    pieces_from: Ints
    piece_open: Ints
    piece_close: Ints
    """When the dwell at a node may begin."""
    break_last: Ints
    break_len: Ints
    break_first: Ints
    """The next break may be taken after node i if its dwell begins at or before
    ``break_last[layer, i]``; the unit goes on as if its dwell had begun ``break_len``
    later, and not before ``break_first[layer, i]``."""
    break_node: Ints
    break_open: Ints
    break_close: Ints
    """Breaks at a point: its node (-1: anywhere) and when they may begin."""


class Tables(NamedTuple):
    """What prices make of a net. Cell ``(layer * n_nodes + node) * width + tick``.

    All are what is left when time passes, so they never grow with the tick.
    """

    is_active: NDArray[np.bool_]
    """Nodes in use, shape ``(n_nodes,)``."""
    piece_amount: Ints
    """What beginning in each piece of time earns."""
    first: Ints
    """Best amount from arriving at a node, its own price included."""
    via: Ints
    """Item visited next by that best continuation (END: none)."""
    second: Ints
    """Best amount among continuations whose next item is another one."""
    stay_first: Ints
    stay_via: Ints
    stay_second: Ints
    """The same from the begin of the dwell on, without the price; only with breaks."""
    ceiling: Ints
    """The largest ``first`` of a group: ``(layer * n_groups + group) * width + tick``."""


@njit(cache=True, nogil=True, boundscheck=False)
def sweep(net: Net, tables: Tables, layer: int, since: int, until: int) -> int:
    """Fill the tables of one layer before tick ``until``, back to ``since``.

    At ``until`` and later no route of this layer can end or go on to the next one. The
    layer above is filled, and so are arrivals at the break. Returns the work done.
    """
    first, via, second = tables.first, tables.via, tables.second
    ceiling, n_nodes, n_ticks = tables.ceiling, net.n_nodes, net.n_ticks
    block, width, n_groups = net.block, net.width, net.n_groups
    # Named here once: a field looked up in the loops costs time there and when compiled.
    code, group, runs_from = net.code, net.group, net.runs_from
    run_group, run_from, arcs_to = net.run_group, net.run_from, net.arcs_to
    arcs_step, last_end, pieces_from = net.arcs_step, net.last_end, net.pieces_from
    piece_open, piece_close, break_last = (
        net.piece_open,
        net.piece_close,
        net.break_last,
    )
    break_first = net.break_first
    is_active, piece_amount, stay_first = (
        tables.is_active,
        tables.piece_amount,
        tables.stay_first,
    )
    stay_via, stay_second = tables.stay_via, tables.stay_second
    n_lanes = -(-block // LANES) * LANES
    one = np.zeros(n_lanes, np.int32)
    two = np.zeros(n_lanes, np.int32)
    nxt = np.zeros(n_lanes, np.int32)
    amount = np.zeros(block, np.int32)
    favourite = np.full((n_nodes, 2), -1, np.int32)
    origin = layer * n_nodes * width
    has_break = layer + 1 < net.n_layers and net.break_len[layer] >= 0
    filled = net.break_node[layer] if layer + 1 < net.n_layers else -1
    later = origin + n_nodes * width
    kept_from, kept_until = _kept(net, layer)
    work = 0
    high = until
    while high > since:
        low = max(high - block, 0)
        size = high - low
        if net.n_sweeps > 1:
            # Steps of nought read this very moment: begin from nothing.
            for g in range(layer * n_groups, (layer + 1) * n_groups):
                for t in range(low, high):
                    ceiling[g * width + t] = -NEVER
            for i in range(n_nodes):
                if i != filled:
                    for t in range(low, high):
                        first[origin + i * width + t] = NEVER
                        second[origin + i * width + t] = NEVER
        for _ in range(net.n_sweeps):
            for i in range(n_nodes):
                row = origin + i * width
                if not is_active[i]:
                    for t in range(low, high):
                        first[row + t] = NEVER
                        second[row + t] = NEVER
                    continue
                # -- what beginning at i earns at low, low + 1, ...
                for x in range(size):
                    amount[x] = NEVER
                is_open = False
                for q in range(pieces_from[i], pieces_from[i + 1]):
                    if piece_amount[q] == NEVER:
                        continue
                    opens = max(low, piece_open[q])
                    for t in range(opens, min(high, piece_close[q] + 1)):
                        amount[t - low] = max(amount[t - low], piece_amount[q])
                        is_open = True
                work += 2 + size
                is_kept = kept_from[i] < high and kept_until[i] > low
                if not is_open and not is_kept and i != filled:
                    for t in range(low, high):
                        at = row + t
                        first[at] = first[row + high]
                        via[at] = via[row + high]
                        second[at] = second[row + high]
                    continue
                # -- the best ways to go on from i, its dwell begun at low, low + 1, ...
                own = code[i]
                n_may_end = last_end[layer, i] - low + 1
                for x in range(n_lanes):
                    one[x] = 0 if x < n_may_end else NEVER
                    # Moments at which nothing begins ask for nothing.
                    asks = x < size and (
                        amount[x] > NEVER or kept_from[i] <= low + x < kept_until[i]
                    )
                    two[x] = NEVER if asks else -NEVER
                    nxt[x] = END
                # What was best in the block before comes first, to weed out the rest.
                best_arc, next_arc = favourite[i, 0], favourite[i, 1]
                for a in (best_arc, next_arc):
                    if a >= 0 and low + arcs_step[a] < n_ticks:
                        j = arcs_to[a]
                        at = origin + j * width + low + arcs_step[a]
                        item = _item_of(code[j])
                        for x in range(0, n_lanes, LANES):
                            offer(
                                first, via, second, at + x, own, item, one, two, nxt, x
                            )
                work += 20 + 2 * size
                for r in range(runs_from[i], runs_from[i + 1]):
                    begin = run_from[r]
                    base = low + arcs_step[begin]
                    if base >= n_ticks:
                        break
                    at = (layer * n_groups + run_group[r]) * width + base
                    work += 1
                    if not _is_any_above(ceiling, at, two):
                        continue
                    for a in range(begin, run_from[r + 1]):
                        base = low + arcs_step[a]
                        if base >= n_ticks:
                            break
                        j = arcs_to[a]
                        at = origin + j * width + base
                        work += 1
                        if not _is_any_above(first, at, two):
                            continue
                        work += 2
                        was_one, was_two = one[0], two[0]
                        item = _item_of(code[j])
                        for x in range(0, n_lanes, LANES):
                            offer(
                                first, via, second, at + x, own, item, one, two, nxt, x
                            )
                        if one[0] > was_one:
                            best_arc, next_arc = a, best_arc
                        elif two[0] > was_two:
                            next_arc = a
                favourite[i, 0], favourite[i, 1] = best_arc, next_arc
                if has_break:
                    for x in range(size):
                        t = low + x
                        if t > break_last[layer, i]:
                            break
                        u = max(t + net.break_len[layer], break_first[layer, i])
                        if u >= n_ticks:
                            break
                        at = later + i * width + u
                        one[x], nxt[x], two[x] = merge(
                            one[x],
                            nxt[x],
                            two[x],
                            stay_first[at],
                            stay_via[at],
                            stay_second[at],
                        )
                if is_kept:
                    for x in range(size):
                        stay_first[row + low + x] = one[x]
                        stay_via[row + low + x] = nxt[x]
                        stay_second[row + low + x] = two[x]
                if i == filled:
                    continue
                # -- arriving at i: begin at once or wait for a better moment
                at = row + high
                a1, s1, a2 = first[at], via[at], second[at]
                for x in range(size - 1, -1, -1):
                    if amount[x] > NEVER and one[x] > NEVER:
                        g2 = two[x] + amount[x] if two[x] > NEVER else NEVER
                        a1, s1, a2 = merge(a1, s1, a2, one[x] + amount[x], nxt[x], g2)
                    first[row + low + x] = a1
                    via[row + low + x] = s1
                    second[row + low + x] = a2
        for g in range(layer * n_groups, (layer + 1) * n_groups):
            for t in range(low, high):
                ceiling[g * width + t] = NEVER
        for i in range(n_nodes):
            top = (layer * n_groups + group[i]) * width
            for t in range(low, high):
                value = first[origin + i * width + t]
                ceiling[top + t] = max(ceiling[top + t], value)
        high = low
    return work


@njit(cache=True, nogil=True, boundscheck=False)
def _kept(net: Net, layer: int) -> tuple[Ints, Ints]:
    """From when until when the layer below asks for ``stay_*``, by node.

    A dwell that began at t goes on after the break as if begun later (see ``Net``).
    """
    since = np.empty(net.n_nodes, np.int32)
    until = np.empty(net.n_nodes, np.int32)
    for i in range(net.n_nodes):
        since[i], until[i] = net.n_ticks, 0
        for below in range(layer):
            if net.break_len[below] < 0:
                since[i], until[i] = net.n_ticks, 0
                if net.break_node[below] == i:
                    since[i], until[i] = 0, net.n_ticks
                continue
            for q in range(net.pieces_from[i], net.pieces_from[i + 1]):
                since[i] = min(since[i], net.piece_open[q])
                until[i] = max(until[i], net.piece_close[q] + 1)
            last = min(until[i] - 1, net.break_last[below, i])
            later, earliest = net.break_len[below], net.break_first[below, i]
            since[i] = max(since[i] + later, earliest)
            until[i] = max(last + later, earliest) + 1
    return since, until


@njit(cache=True, nogil=True, boundscheck=False)
def _is_any_above(table: Ints, at: int, two: Ints) -> bool:
    """Tell whether a run of amounts exceeds the second best at any moment."""
    is_any = False
    for x in range(0, len(two), LANES):
        is_any |= is_above(table, at + x, two, x)
    return is_any


@njit(cache=True, nogil=True, boundscheck=False)
def _item_of(code: int) -> np.int32:
    return np.int32(code if code >= 0 else -2 - code)


@njit(cache=True, nogil=True, boundscheck=False)
def merge(a1: int, s1: int, a2: int, b1: int, r1: int, b2: int) -> tuple[int, int, int]:
    """Join two pairs of (best, its next item, best with another next item)."""
    if b1 > a1:
        return b1, r1, max(b2, a2 if s1 == r1 else a1)
    return a1, s1, max(a2, b2 if s1 == r1 else b1)


@njit(cache=True, nogil=True, boundscheck=False)
def fill_break(net: Net, tables: Tables, layer: int) -> None:
    """Arrival tables of a break taken at a point: wait, eat, go on one layer later."""
    node = net.break_node[layer]
    row = (layer * net.n_nodes + node) * net.width
    later = row + net.n_nodes * net.width
    for t in range(net.n_ticks):
        begins = max(t, net.break_open[layer])
        may = begins <= net.break_close[layer] and begins < net.n_ticks
        tables.first[row + t] = tables.stay_first[later + begins] if may else NEVER
        # What comes after a meal may be what came before it: nothing is forbidden.
        tables.via[row + t] = END
        tables.second[row + t] = tables.first[row + t]


@njit(cache=True, nogil=True, boundscheck=False)
def go_on(
    net: Net,
    tables: Tables,
    layer: int,
    i: int,
    begun: int,
    forbidden: int,
    ways: Ints,
) -> int:
    """List all ways to go on from node i: ``ways[w] = (amount, layer, node, arrival)``.

    Breaks where the unit stands are taken in passing. Returns how many ways there are.
    """
    n = 0
    own = net.code[i]
    now = begun
    begin, end = net.run_from[net.runs_from[i]], net.run_from[net.runs_from[i + 1]]
    while layer < net.n_layers:
        for a in range(begin, end):
            j = net.arcs_to[a]
            t = now + net.arcs_step[a]
            if t >= net.n_ticks or _item_of(net.code[j]) == forbidden:
                continue
            at = (layer * net.n_nodes + j) * net.width + t
            v = tables.second[at] if tables.via[at] == own else tables.first[at]
            if v > NEVER:
                ways[n, 0], ways[n, 1], ways[n, 2], ways[n, 3] = v, layer, j, t
                n += 1
        if layer + 1 == net.n_layers or net.break_len[layer] < 0:
            break
        if now > net.break_last[layer, i]:
            break
        now = max(now + net.break_len[layer], net.break_first[layer, i])
        layer += 1
    return n


@njit(cache=True, nogil=True, boundscheck=False)
def trace(
    net: Net,
    tables: Tables,
    layer: int,
    i: int,
    arrival: int,
    ways: Ints,
    out_node: Ints,
    out_piece: Ints,
) -> int:
    """Follow a best route from arriving at node i; returns how many nodes it has.

    ``out_node`` and ``out_piece`` receive the nodes and the pieces of time in which they
    are begun (-1 for a break).
    """
    n = 0
    before = END
    while n < len(out_node):
        best = NEVER
        next_layer, next_node, next_arrival, chosen = -1, -1, 0, -1
        at_break = layer < len(net.break_node) and net.break_node[layer] == i
        n_choices = 1 if at_break else net.pieces_from[i + 1] - net.pieces_from[i]
        forbidden = END if at_break else before
        for c in range(n_choices):
            if at_break:
                q, from_layer, gain = -1, layer + 1, 0
                begun = max(arrival, net.break_open[layer])
                if begun > net.break_close[layer]:
                    continue
            else:
                q = net.pieces_from[i] + c
                from_layer, gain = layer, tables.piece_amount[q]
                begun = max(arrival, net.piece_open[q])
                if begun > net.piece_close[q]:
                    continue
            if begun >= net.n_ticks:
                continue
            if begun <= net.last_end[from_layer, i] and gain > best:
                best, chosen, next_node = gain, q, -1
            n_ways = go_on(net, tables, from_layer, i, begun, forbidden, ways)
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
        before = net.code[i]
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
