"""Best routes that remember where they have been: the second, sharper relaxation.

A q-route may come back to a stop after two others, and where stops lie close together it
does so all night long. An *ng-route* (Baldacci, Mingozzi and Roberti, 2011) remembers of
its visits those that lie near where it is now; the farther cycles that still come about
are forbidden as they are seen (dynamic ng; Martinelli, Pecin and Poggi, 2014).

Labels are settled in order of time. The tables of the q-routes say what a label can
still earn at most; whatever cannot come above a floor is dropped, so that only routes
close to the best are ever looked at.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from xunfang.core.planning.bound.dp import NEVER, Net, Tables

type Ints = NDArray[np.int32]
type Words = NDArray[np.uint64]

L_LAYER, L_NODE, L_TIME, L_AMOUNT, L_BEFORE, L_PIECE, L_PARENT, L_NEXT = range(8)
"""Columns of a label: its layer, node, begin of dwell, what it has earned, the item
before, the piece of time, the label it came from and the next one of the same list."""


class Recall(NamedTuple):
    """What routes remember where, and room for the labels of one search."""

    bit_from: Ints
    """Item i owns the bits ``bit_from[i]`` .. ``bit_from[i + 1] - 1``, filled in order
    (none: never remembered)."""
    near: Words
    """The visits remembered at each item, as bits; shape ``(n_items, n_words)``."""
    labels: Ints
    memory: Words
    at_tick: Ints
    """First label of each moment, at least ``n_ticks`` long."""
    at_node: Ints
    """First label settled at each node of each layer, start nodes too."""
    ends: Ints
    """Receives the labels that end a route worth more than all before."""
    answer: NDArray[np.int64]
    """Receives what a route not looked at may be worth (NEVER: all were), and the work
    done."""


@njit(cache=True, nogil=True, boundscheck=False)
def best_route(
    net: Net,
    tables: Tables,
    recall: Recall,
    start: int,
    begins: int,
    floor: int,
    most_work: int,
) -> int:
    """Find the routes worth more than ``floor``; returns how many complete ones end."""
    labels, memory, ends, answer = (
        recall.labels,
        recall.memory,
        recall.ends,
        recall.answer,
    )
    at_tick, at_node = recall.at_tick, recall.at_node
    bit_from, near = recall.bit_from, recall.near
    # Named here once: a field looked up in the loops costs time there and when compiled.
    n_ticks, n_layers, n_nodes = net.n_ticks, net.n_layers, net.n_nodes
    n_groups, width, item = net.n_groups, net.width, net.item
    code, runs_from, run_group = net.code, net.runs_from, net.run_group
    run_from, arcs_to, arcs_step = net.run_from, net.arcs_to, net.arcs_step
    last_end, pieces_from, piece_open = net.last_end, net.pieces_from, net.piece_open
    piece_close, break_last, break_len = net.piece_close, net.break_last, net.break_len
    break_first, break_node, break_open = (
        net.break_first,
        net.break_node,
        net.break_open,
    )
    break_close = net.break_close
    first, via, second = tables.first, tables.via, tables.second
    ceiling, piece_amount = tables.ceiling, tables.piece_amount
    n_words = memory.shape[1]
    # Loops where slices would do: they take seconds less to compile.
    for place in range(n_ticks):
        at_tick[place] = -1
    n_places = len(code)
    for place in range(n_places * n_layers):
        at_node[place] = -1
    n_items = len(bit_from) - 1
    n, n_ends, lost, best, work = 1, 0, NEVER, floor, 0
    labels[0, L_LAYER], labels[0, L_NODE], labels[0, L_TIME] = 0, start, begins
    labels[0, L_AMOUNT], labels[0, L_BEFORE], labels[0, L_PIECE] = 0, -1, -1
    labels[0, L_PARENT], labels[0, L_NEXT] = -1, -1
    for w in range(n_words):
        memory[0, w] = 0
    at_tick[begins] = 0
    carried = np.zeros(n_words, np.uint64)
    one = np.uint64(1)
    for tick in range(begins, n_ticks):
        while at_tick[tick] >= 0:
            one_label = at_tick[tick]
            at_tick[tick] = labels[one_label, L_NEXT]
            layer, i = labels[one_label, L_LAYER], labels[one_label, L_NODE]
            amount, before = labels[one_label, L_AMOUNT], labels[one_label, L_BEFORE]
            if work > most_work:
                answer[0], answer[1] = -NEVER, work
                return n_ends
            # -- is there a label as good, no later, that remembers no more?
            slot = layer * n_places + i
            other, is_beaten, previous = at_node[slot], False, -1
            while other >= 0:
                work += 1
                following = labels[other, L_NEXT]
                if labels[other, L_AMOUNT] >= amount:
                    is_beaten = True
                    for w in range(n_words):
                        if memory[other, w] & ~memory[one_label, w]:
                            is_beaten = False
                            break
                    turned = labels[other, L_BEFORE]
                    if is_beaten and 0 <= turned < n_items and turned != before:
                        # It may not turn back to where it came from: may this one?
                        b = bit_from[turned]
                        is_beaten = b < bit_from[turned + 1]
                        if is_beaten:
                            word = memory[one_label, b >> 6]
                            is_beaten = (word >> np.uint64(b & 63)) & one != 0
                    if is_beaten:
                        break
                else:
                    covers = before < 0 or before == labels[other, L_BEFORE]
                    for w in range(n_words):
                        if not covers:
                            break
                        if memory[one_label, w] & ~memory[other, w]:
                            covers = False
                    if covers:
                        # Nothing will compare itself with that one again.
                        if previous < 0:
                            at_node[slot] = following
                        else:
                            labels[previous, L_NEXT] = following
                        other = following
                        continue
                previous = other
                other = following
            if is_beaten:
                continue
            labels[one_label, L_NEXT] = at_node[slot]
            at_node[slot] = one_label
            # -- go on from here, with the breaks that may be taken here
            own = code[i]
            now = tick
            while True:
                if now <= last_end[layer, i] and amount > best:
                    best = amount
                    if n_ends == len(ends):
                        n_ends -= 1
                        for place in range(n_ends):
                            ends[place] = ends[place + 1]
                    ends[n_ends] = one_label
                    n_ends += 1
                for r in range(runs_from[i], runs_from[i + 1]):
                    t = now + arcs_step[run_from[r]]
                    if t >= n_ticks:
                        break
                    work += 1
                    row = layer * n_groups + run_group[r]
                    if amount + ceiling[row * width + t] <= best:
                        continue
                    for a in range(run_from[r], run_from[r + 1]):
                        j = arcs_to[a]
                        t = now + arcs_step[a]
                        if t >= n_ticks:
                            break
                        work += 1
                        at = (layer * n_nodes + j) * width + t
                        hope = first[at]
                        if amount + hope <= best:
                            continue
                        if via[at] == own:
                            hope = second[at]
                            if amount + hope <= best:
                                continue
                        at_break = layer < len(break_node) and break_node[layer] == j
                        chosen, bit = item[j], -1
                        if code[j] >= 0 and code[j] == before:
                            continue
                        for w in range(n_words):
                            carried[w] = memory[one_label, w]
                        if not at_break and chosen >= 0:
                            bit = bit_from[chosen]
                            last_bit = bit_from[chosen + 1]
                            has_bits = bit < last_bit
                            while bit < last_bit:
                                if (
                                    carried[bit >> 6] >> np.uint64(bit & 63)
                                ) & one == 0:
                                    break
                                bit += 1
                            if has_bits and bit == last_bit:
                                continue
                            for w in range(n_words):
                                carried[w] &= near[chosen, w]
                            if has_bits:
                                carried[bit >> 6] |= one << np.uint64(bit & 63)
                        n_choices = (
                            1 if at_break else pieces_from[j + 1] - pieces_from[j]
                        )
                        for c in range(n_choices):
                            q, gain, reached = -1, 0, layer
                            if at_break:
                                reached = layer + 1
                                begun = max(t, break_open[layer])
                                if begun > break_close[layer]:
                                    continue
                            else:
                                q = pieces_from[j] + c
                                gain = piece_amount[q]
                                begun = max(t, piece_open[q])
                                if begun > piece_close[q] or gain == NEVER:
                                    continue
                            if begun >= n_ticks or begun < tick:
                                continue
                            if n == len(labels):
                                lost = max(lost, amount + hope)
                                break
                            labels[n, L_LAYER], labels[n, L_NODE] = reached, j
                            labels[n, L_TIME] = begun
                            labels[n, L_AMOUNT] = amount + gain
                            labels[n, L_BEFORE] = own if not at_break else -1
                            labels[n, L_PIECE], labels[n, L_PARENT] = q, one_label
                            labels[n, L_NEXT] = at_tick[begun]
                            for w in range(n_words):
                                memory[n, w] = carried[w]
                            at_tick[begun] = n
                            n += 1
                if layer + 1 == n_layers or break_len[layer] < 0:
                    break
                if now > break_last[layer, i]:
                    break
                now = max(now + break_len[layer], break_first[layer, i])
                layer += 1
    answer[0], answer[1] = lost, work
    return n_ends
