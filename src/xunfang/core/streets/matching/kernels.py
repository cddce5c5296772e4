"""What is compiled: the search for the path, its filling, and what fixes are near.

These kernels stand in one file: the compiler notices that a file has changed, but not
that another one has whose functions are called.

A **state** is a directed edge with a place on it. Of each fix up to ``2 * n_streets``
states are looked at; the most probable chain of states is found by dynamic programming
(Viterbi 1967) with the probabilities of Newson and Krumm (2009): a fix lies off its
street normally, and the way along the streets differs from the straight line
exponentially. Ways between streets come from the table of `short_ways`.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

type Ints32 = NDArray[np.int32]
type Ints64 = NDArray[np.int64]
type Floats64 = NDArray[np.float64]

_OPTIONS: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy"}

# States whose logarithm is this far behind the best never win again.
_HOPELESS = 40.0


class GridArrays(NamedTuple):
    """Straight pieces of segments on a flat map, and which are near each cell.

    ``piece_*``: where each begins, its step, its segment, how far along the segment it
    begins and how long it is on the ground. ``cell_piece[cell_first[c]:cell_first[c +
    1]]``: the pieces that may be within ``radius_m`` of cell ``c``. Lengths in metres.
    """

    piece_x: Floats64
    piece_y: Floats64
    piece_dx: Floats64
    piece_dy: Floats64
    piece_segment: Ints32
    piece_from_m: Floats64
    piece_length_m: Floats64
    cell_first: Ints64
    cell_piece: Ints32
    n_columns: int
    n_lines: int
    cell_m: float
    west_m: float
    south_m: float
    radius_m: float


class WayArrays(NamedTuple):
    """Directed edges, and the short ways from node to node.

    ``row_first[v]`` is the first row of node ``v``; its rows are sorted by the node
    reached and tell the length of the way and the edge it ends with.
    """

    edge_is_open: NDArray[np.bool_]
    edge_tail: Ints32
    edge_head: Ints32
    edge_length_m: Floats64
    row_first: Ints64
    row_node: Ints32
    row_length_m: NDArray[np.float32]
    row_edge: Ints32


class Rules(NamedTuple):
    """How fixes and ways are judged; see `match.MatchRules`."""

    sigma_m: float
    beta_m: float
    n_streets: int
    still_m: float
    back_m: float
    turn_m: float
    longest_gap_s: float
    fastest_mps: float
    slack_m: float


@njit(**_OPTIONS)
def _find_row(ways: WayArrays, source: int, target: int) -> int:
    """Row of the way from one node to another, -1 if it is longer than the table's."""
    low, after = int(ways.row_first[source]), int(ways.row_first[source + 1])
    high = after
    while low < high:
        middle = (low + high) // 2
        if ways.row_node[middle] < target:
            low = middle + 1
        else:
            high = middle
    if low < after and ways.row_node[low] == target:
        return low
    return -1


@njit(**_OPTIONS)
def _cell_of(grid: GridArrays, x: float, y: float) -> int:
    """Cell of the grid a place lies in, -1 if it lies off the map."""
    column = int(np.floor((x - grid.west_m) / grid.cell_m))
    line = int(np.floor((y - grid.south_m) / grid.cell_m))
    if column < 0 or line < 0 or column >= grid.n_columns or line >= grid.n_lines:
        return -1
    return int(column * grid.n_lines + line)


@njit(**_OPTIONS)
def _find_states(
    grid: GridArrays,
    ways: WayArrays,
    x: float,
    y: float,
    n_streets: int,
    segment: Ints64,
    offset: Floats64,
    distance: Floats64,
    edge: Ints32,
    along: Floats64,
    off_m: Floats64,
) -> int:
    """Write the states near a place; return how many.

    ``segment``, ``offset`` and ``distance`` are room to work in, as many as streets.
    """
    cell = _cell_of(grid, x, y)
    if cell < 0:
        return 0
    n = 0
    for q in range(grid.cell_first[cell], grid.cell_first[cell + 1]):
        piece = grid.cell_piece[q]
        dx, dy = grid.piece_dx[piece], grid.piece_dy[piece]
        east, north = x - grid.piece_x[piece], y - grid.piece_y[piece]
        square = dx * dx + dy * dy
        share = 0.0
        if square > 0.0:
            share = min(1.0, max(0.0, (east * dx + north * dy) / square))
        east -= share * dx
        north -= share * dy
        away = np.sqrt(east * east + north * north)
        if away > grid.radius_m:
            continue
        mine = grid.piece_segment[piece]
        at = n
        for k in range(n):
            if segment[k] == mine:
                at = k
        if at == n:
            if n < n_streets:
                n += 1
            else:
                at = 0
                for k in range(1, n):
                    if distance[k] > distance[at]:
                        at = k
                if away >= distance[at]:
                    continue
        elif away >= distance[at]:
            continue
        segment[at], distance[at] = mine, away
        offset[at] = grid.piece_from_m[piece] + share * grid.piece_length_m[piece]
    n_states = 0
    for k in range(n):
        for back in range(2):
            one = 2 * segment[k] + back
            if not ways.edge_is_open[one]:
                continue
            length = ways.edge_length_m[one]
            at_m = min(offset[k], length)
            edge[n_states] = one
            along[n_states] = length - at_m if back else at_m
            off_m[n_states] = distance[k]
            n_states += 1
    return n_states


@njit(**_OPTIONS)
def find_chain(
    grid: GridArrays,
    ways: WayArrays,
    rules: Rules,
    unit: Ints64,
    t_s: Floats64,
    x: Floats64,
    y: Floats64,
) -> tuple[Ints64, Ints32, Floats64, Floats64, NDArray[np.bool_], Floats64]:
    """Find the most probable states of fixes sorted by unit and time.

    A fix that has not moved from the one before is not looked at again: it belongs to
    that one. A fix without a street near it is passed over.

    Returns
    -------
    tuple
        For each fix the key fix it belongs to (-1: none); for each key fix its edge,
        how far along, how far off, whether a leg begins there, and until when the unit
        had not moved from the key fix before.
    """
    n_fixes, width = len(t_s), 2 * rules.n_streets
    key_of = np.full(n_fixes, -1, dtype=np.int64)
    begins = np.zeros(n_fixes, dtype=np.bool_)
    left_s = np.zeros(n_fixes)
    n_states = np.zeros(n_fixes, dtype=np.int32)
    edges = np.empty((n_fixes, width), dtype=np.int32)
    alongs = np.empty((n_fixes, width))
    offs = np.empty((n_fixes, width))
    back = np.full((n_fixes, width), -1, dtype=np.int32)
    winner = np.full(n_fixes, -1, dtype=np.int32)
    score, before = np.empty(width), np.empty(width)
    order = np.empty(width, dtype=np.int64)
    segment = np.empty(rules.n_streets, dtype=np.int64)
    offset, distance = np.empty(rules.n_streets), np.empty(rules.n_streets)

    key, until_s = -1, 0.0
    for i in range(n_fixes):
        if key >= 0 and (
            unit[i] != unit[key] or t_s[i] - until_s > rules.longest_gap_s
        ):
            key = -1
        straight_m = 0.0
        if key >= 0:
            straight_m = np.hypot(x[i] - x[key], y[i] - y[key])
            is_last = (
                i + 1 == n_fixes
                or unit[i + 1] != unit[i]
                or t_s[i + 1] - t_s[i] > rules.longest_gap_s
            )
            if straight_m < rules.still_m and not is_last:
                key_of[i], until_s = key, t_s[i]
                continue
        n = _find_states(
            grid, ways, x[i], y[i], rules.n_streets, segment, offset, distance,
            edges[i], alongs[i], offs[i],
        )  # fmt: skip
        if n == 0:
            continue
        joined = False
        if key >= 0:
            farthest_m = rules.fastest_mps * (t_s[i] - until_s) + rules.slack_m
            # The best first: what is behind the score reached already need not be tried.
            for h in range(n_states[key]):
                before[h], place = score[h], h
                while place > 0 and before[order[place - 1]] < score[h]:
                    order[place] = order[place - 1]
                    place -= 1
                order[place] = h
            for k in range(n):
                score[k] = -np.inf
            for place in range(n_states[key]):
                h = order[place]
                if before[h] < before[order[0]] - _HOPELESS:
                    break
                a, from_m = edges[key, h], alongs[key, h]
                for k in range(n):
                    if score[k] >= before[h]:
                        continue
                    b, to_m = edges[i, k], alongs[i, k]
                    way_m = extra_m = 0.0
                    if a == b and to_m >= from_m - rules.back_m:
                        way_m = to_m - from_m
                    elif b == a ^ 1:
                        way_m = abs(ways.edge_length_m[a] - to_m - from_m)
                        extra_m = rules.turn_m
                    else:
                        row = _find_row(ways, ways.edge_head[a], ways.edge_tail[b])
                        if row < 0:
                            continue
                        way_m = ways.edge_length_m[a] - from_m + to_m
                        way_m += ways.row_length_m[row]
                    if way_m > farthest_m:
                        continue
                    worth = before[h] - (abs(way_m - straight_m) + extra_m) / (
                        rules.beta_m
                    )
                    if worth > score[k]:
                        score[k], back[i, k] = worth, h
                        joined = True
        if not joined:
            begins[i] = True
            for k in range(n):
                score[k] = 0.0
        left_s[i] = until_s if joined else t_s[i]
        winner[i] = 0
        for k in range(n):
            score[k] -= 0.5 * (offs[i, k] / rules.sigma_m) ** 2
            if score[k] > score[winner[i]]:
                winner[i] = k
        n_states[i], key_of[i] = n, i
        key, until_s = i, t_s[i]

    edge = np.full(n_fixes, -1, dtype=np.int32)
    along, off = np.zeros(n_fixes), np.zeros(n_fixes)
    after, state = -1, 0
    for i in range(n_fixes - 1, -1, -1):
        if key_of[i] != i:
            continue
        goes_on = after >= 0 and not begins[after]
        state = back[after, state] if goes_on else winner[i]
        edge[i], along[i], off[i] = edges[i, state], alongs[i, state], offs[i, state]
        after = i
    return key_of, edge, along, off, begins, left_s


@njit(**_OPTIONS)
def _farthest_seen(
    grid: GridArrays,
    ways: WayArrays,
    rules: Rules,
    x: Floats64,
    y: Floats64,
    key_of: Ints64,
    key: int,
    wanted: int,
) -> float:
    """Return how far along an edge the fixes were that belong to a key fix; 0 if none.

    Each counts together with the one before, so that noise alone carries nobody far.
    """
    segment = np.empty(rules.n_streets, dtype=np.int64)
    offset, distance = np.empty(rules.n_streets), np.empty(rules.n_streets)
    edge = np.empty(2 * rules.n_streets, dtype=np.int32)
    along, off = np.empty(2 * rules.n_streets), np.empty(2 * rules.n_streets)
    farthest_m = 0.0
    i = key + 1
    while i < len(key_of) and key_of[i] != i:
        if key_of[i] == key:
            n = _find_states(
                grid, ways, (x[i] + x[i - 1]) / 2, (y[i] + y[i - 1]) / 2,
                rules.n_streets, segment, offset, distance, edge, along, off,
            )  # fmt: skip
            for k in range(n):
                if edge[k] == wanted:
                    farthest_m = max(farthest_m, along[k])
        i += 1
    return farthest_m


@njit(**_OPTIONS)
def fill_path(
    grid: GridArrays,
    ways: WayArrays,
    rules: Rules,
    t_s: Floats64,
    x: Floats64,
    y: Floats64,
    key_of: Ints64,
    edge: Ints32,
    along: Floats64,
    begins: NDArray[np.bool_],
    left_s: Floats64,
) -> tuple[Ints64, Ints32, Ints64, Floats64]:
    """Lay the chain out as pieces of edges, each from somewhere to somewhere.

    A place behind the one reached on the same edge is the noise of the receiver: the
    path stays where it is until the unit has come past it. Where it turns round, it has
    been as far as any fix was seen, whether that counted as moving or not.

    Returns
    -------
    tuple
        Of each piece the key fix it leads to, its edge and leg; and from where to where
        and from when to when, shape ``(n, 4)``.
    """
    size = 4 * len(t_s) + 8
    piece_fix = np.empty(size, dtype=np.int64)
    piece_edge = np.empty(size, dtype=np.int32)
    piece_leg = np.empty(size, dtype=np.int64)
    piece = np.empty((size, 4))
    way = np.empty(64, dtype=np.int32)
    n, leg, key, reached_m, seen_m = 0, -1, -1, 0.0, 0.0
    for i in range(len(t_s)):
        if key_of[i] != i:
            continue
        if begins[i]:
            leg, key, reached_m, seen_m = leg + 1, i, along[i], 0.0
            continue
        a, b, to_m = edge[key], edge[i], along[i]
        if b == a ^ 1 or (a == b and to_m < reached_m):
            farthest_m = _farthest_seen(grid, ways, rules, x, y, key_of, key, a)
            seen_m = max(seen_m, farthest_m)
        first = n
        n_way, direct = 0, False
        if a == b and to_m >= along[key] - rules.back_m:
            direct = True
        elif b != a ^ 1:
            source, node = ways.edge_head[a], ways.edge_tail[b]
            while node != source:
                if n_way == len(way):
                    way = np.concatenate((way, np.empty(n_way, dtype=np.int32)))
                way[n_way] = ways.row_edge[_find_row(ways, source, node)]
                node = ways.edge_tail[way[n_way]]
                n_way += 1
        if n + n_way + 2 > size:
            more = size + n_way + 2
            piece_fix = np.concatenate((piece_fix, np.empty(more, dtype=np.int64)))
            piece_edge = np.concatenate((piece_edge, np.empty(more, dtype=np.int32)))
            piece_leg = np.concatenate((piece_leg, np.empty(more, dtype=np.int64)))
            piece = np.concatenate((piece, np.empty((more, 4))))
            size += more
        if direct:
            if to_m > reached_m:
                piece_edge[n], piece[n, 0], piece[n, 1] = a, reached_m, to_m
                n, reached_m, seen_m = n + 1, to_m, 0.0
        else:
            length_m = ways.edge_length_m[a]
            turn_m = length_m
            if b == a ^ 1:
                turn_m = min(length_m, max(reached_m, seen_m, length_m - to_m))
            if turn_m > reached_m:
                piece_edge[n], piece[n, 0], piece[n, 1] = a, reached_m, turn_m
                n += 1
            for k in range(n_way - 1, -1, -1):
                piece_edge[n] = way[k]
                piece[n, 0], piece[n, 1] = 0.0, ways.edge_length_m[way[k]]
                n += 1
            begin_m = length_m - turn_m if b == a ^ 1 else 0.0
            if to_m > begin_m:
                piece_edge[n], piece[n, 0], piece[n, 1] = b, begin_m, to_m
                n += 1
            reached_m, seen_m = max(to_m, begin_m), 0.0
        total_m = 0.0
        for k in range(first, n):
            piece_fix[k], piece_leg[k] = i, leg
            total_m += piece[k, 1] - piece[k, 0]
        clock = left_s[i]
        for k in range(first, n):
            piece[k, 2] = clock
            clock += (t_s[i] - left_s[i]) * (piece[k, 1] - piece[k, 0]) / total_m
            piece[k, 3] = clock
        if n > first:
            piece[n - 1, 3] = t_s[i]
        key = i
    return (
        piece_fix[:n].copy(),
        piece_edge[:n].copy(),
        piece_leg[:n].copy(),
        piece[:n].copy(),
    )


@njit(**_OPTIONS)
def mark_near(
    grid: GridArrays,
    x: Floats64,
    y: Floats64,
    within_m: float,
    bin_first: Ints64,
    bin_m: Floats64,
    is_near: NDArray[np.bool_],
) -> None:
    """Mark the bins of streets any part of which is within a distance of a place."""
    for i in range(len(x)):
        cell = _cell_of(grid, x[i], y[i])
        if cell < 0:
            continue
        for q in range(grid.cell_first[cell], grid.cell_first[cell + 1]):
            piece = grid.cell_piece[q]
            dx, dy = grid.piece_dx[piece], grid.piece_dy[piece]
            east, north = x[i] - grid.piece_x[piece], y[i] - grid.piece_y[piece]
            flat_m = np.hypot(dx, dy)
            if flat_m > 0.0:
                ahead_m = (east * dx + north * dy) / flat_m
                aside_m = (north * dx - east * dy) / flat_m
            else:
                ahead_m, aside_m = 0.0, np.hypot(east, north)
            half_sq = within_m * within_m - aside_m * aside_m
            if half_sq < 0.0:
                continue
            # The part of the piece inside the circle around the place.
            half_m = np.sqrt(half_sq)
            low_m, high_m = max(0.0, ahead_m - half_m), min(flat_m, ahead_m + half_m)
            if low_m > high_m:
                continue
            scale = grid.piece_length_m[piece] / flat_m if flat_m > 0.0 else 0.0
            segment = grid.piece_segment[piece]
            first, last = bin_first[segment], bin_first[segment + 1] - 1
            start_m = grid.piece_from_m[piece]
            low = first + int((start_m + low_m * scale) / bin_m[segment])
            high = first + int((start_m + high_m * scale) / bin_m[segment])
            for b in range(min(low, last), min(high, last) + 1):
                is_near[b] = True
