"""Pricing: the best routes of every team at given prices of the items."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xunfang.core.planning import bound_dp, bound_labels
from xunfang.core.planning.bound_network import Board, Team

MOST_NODES_OF_A_ROUTE = 4096
MOST_LABELS = 300_000
"""Labels of one search; where they run out, what is left is reckoned at its best."""
ROUTES_RECALLED = 8

type Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Column:
    """One route of a team, as a cut for the prices: ``theta >= offset + visits @ price``."""

    team: int
    items: tuple[int, ...]
    """Items in the order visited; one may come again."""
    offset: float
    """Worth beside the prices: values by hour that are below the best."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """What routes that remember can earn at most, and the best of them found."""

    amount: int
    columns: tuple[Column, ...]
    work: int


class Memory:
    """Which visits a route remembers where; room for the labels of one search."""

    def __init__(self, copies: Sequence[int], near: NDArray[np.bool_]) -> None:
        self._copies = copies
        self.bit_from = np.concatenate([[0], np.cumsum(copies)]).astype(np.int32)
        self._kept: list[set[int]] = [set() for _ in copies]
        n_words = max(1, -(-int(self.bit_from[-1]) // 64))
        self.near = np.zeros((len(copies), n_words), np.uint64)
        for item, other in np.argwhere(near):
            self._remember(int(item), int(other))
        for item in range(len(copies)):
            self._remember(item, item)
        self.labels = np.zeros((MOST_LABELS, 8), np.int32)
        self.words = np.zeros((MOST_LABELS, n_words), np.uint64)
        self.ends = np.zeros(ROUTES_RECALLED, np.int32)
        self.answer = np.zeros(2, np.int64)

    def _remember(self, item: int, other: int) -> None:
        self._kept[item].add(other)
        for bit in range(self.bit_from[other], self.bit_from[other + 1]):
            self.near[item, bit >> 6] |= np.uint64(1 << (bit & 63))

    def forbid(self, items: Sequence[int]) -> bool:
        """Remember what would have kept this route from its cycles; True if any."""
        seen: dict[int, list[int]] = {}
        has_cycle = False
        for place, item in enumerate(items):
            visits = seen.setdefault(item, [])
            visits.append(place)
            if len(visits) > self._copies[item]:
                has_cycle = True
                for between in items[visits[-1 - self._copies[item]] : place]:
                    self._remember(between, item)
        return has_cycle

    def allows(self, items: Sequence[int]) -> bool:
        """Tell whether a route comes back to an item only where that is forgotten."""
        counts: dict[int, int] = {}
        for item in items:
            if counts.get(item, 0) >= self._copies[item] > 0:
                return False
            counts = {k: n for k, n in counts.items() if k in self._kept[item]}
            counts[item] = counts.get(item, 0) + 1
        return True


class Pricer:
    """The tables of one board, and how they are filled and read."""

    def __init__(self, board: Board, *, first_team: int) -> None:
        self.board = board
        self.first_team = first_team
        n_columns = board.n_ticks + board.lanes + 8
        shape = (board.n_layers, board.n_nodes, n_columns)
        self._first = np.full(shape, bound_dp.NEVER, np.int32)
        self._via = np.full(shape, bound_dp.END, np.int32)
        self._second = np.full(shape, bound_dp.NEVER, np.int32)
        kept = shape if board.n_layers > 1 else (1, 1, 1)
        self._stay_first = np.full(kept, bound_dp.NEVER, np.int32)
        self._stay_via = np.full(kept, bound_dp.END, np.int32)
        self._stay_second = np.full(kept, bound_dp.NEVER, np.int32)
        self._ceiling = np.full(n_columns, bound_dp.NEVER, np.int32)
        n_places = len(board.code)
        self._arcs_from = np.zeros(n_places + 1, np.int32)
        self._arcs_to = np.zeros(len(board.arcs_to), np.int32)
        self._arcs_step = np.zeros(len(board.arcs_to), np.int32)
        self._ways = np.zeros((n_places * board.n_layers + 1, 4), np.int32)
        self._out = np.zeros((2, MOST_NODES_OF_A_ROUTE), np.int32)
        self._active = np.zeros(n_places, dtype=bool)
        self._amount = np.zeros(len(board.piece_open), np.int32)
        # A layer is entered when a break ends, never before.
        self._drops = [0] * len(board.teams)
        self._at_tick = np.zeros(board.n_ticks, np.int32)
        self._at_node = np.zeros(n_places * board.n_layers, np.int32)
        self._since = [0] * board.n_layers
        for layer, node in enumerate(board.break_node.tolist()):
            begun = board.break_open[layer] if node >= 0 else board.break_first[layer]
            earliest = int(np.min(begun, initial=board.n_ticks))
            self._since[layer + 1] = max(self._since[layer], earliest, 0)
        self._piece_item = np.repeat(
            board.item, np.diff(board.pieces_from)[: board.n_nodes]
        )

    def price(self, amount_of_item: NDArray[np.int64], scale: float) -> int:
        """Fill the tables for prices on the grid ``1 / scale``. Returns the work done.

        Parameters
        ----------
        amount_of_item
            Price times scale, shape ``(n_items,)``.
        """
        board = self.board
        n = board.n_nodes
        if n == 0 or board.n_ticks == 0:
            return 0
        offset = np.ceil(board.piece_offset * scale).astype(np.int64)
        amounts = amount_of_item[self._piece_item] + offset
        owner = np.repeat(np.arange(n), np.diff(board.pieces_from)[:n])
        # What earns nothing is passed by, where passing it by takes no longer.
        is_worth = (amounts > 0) | ~board.may_skip[owner]
        self._amount[:] = np.where(is_worth, amounts, bound_dp.NEVER)
        self._active[:n] = ~board.may_skip
        self._active[owner[is_worth]] = True
        active = np.nonzero(self._active)[0].astype(np.int32)
        bound_dp.select_arcs(
            active,
            self._active,
            board.arcs_from,
            board.arcs_to,
            board.arcs_step,
            self._arcs_from,
            self._arcs_to,
            self._arcs_step,
        )
        work = int(self._arcs_from[len(active)])
        for layer in range(board.n_layers - 1, -1, -1):
            work += self._price_layer(layer, active)
        return work

    def _price_layer(self, layer: int, active: Ints) -> int:
        board = self.board
        is_filled = np.zeros(len(board.code), dtype=bool)
        is_last = layer + 1 == board.n_layers
        later = 0 if is_last else layer + 1
        stay = layer if board.n_layers > 1 else 0
        if not is_last and board.break_node[layer] >= 0:
            node = int(board.break_node[layer])
            is_filled[node] = True
            bound_dp.fill_break(
                node,
                int(board.break_open[layer]),
                int(board.break_close[layer]),
                int(board.code[node]),
                board.n_ticks,
                self._stay_first[later],
                self._first[layer],
                self._via[layer],
                self._second[layer],
            )
        none = np.zeros(0, np.int32)
        return int(
            bound_dp.sweep(
                self._since[layer],
                board.n_ticks,
                board.block,
                board.lanes,
                board.n_sweeps,
                active,
                self._arcs_from,
                self._arcs_to,
                self._arcs_step,
                board.code,
                board.last_end[layer],
                board.pieces_from,
                board.piece_open,
                board.piece_close,
                self._amount,
                is_filled,
                none if is_last else board.break_last[layer],
                -1 if is_last else int(board.break_len[layer]),
                none if is_last else board.break_first[layer],
                self._stay_first[later],
                self._stay_via[later],
                self._stay_second[later],
                board.n_layers > 1,
                self._stay_first[stay],
                self._stay_via[stay],
                self._stay_second[stay],
                self._first[layer],
                self._via[layer],
                self._second[layer],
                self._ceiling,
            )
        )

    def best(self, team: Team) -> int:
        """Return the amount of the team's best route; staying at home is worth nought."""
        ways = self._openings(team)
        return max(0, int(ways[:, 0].max(initial=0)))

    def columns(self, number: int, *, most: int) -> Iterator[Column]:
        """Yield the best routes of a team, each with another first stop, best first."""
        team = self.board.teams[number]
        ways = self._openings(team).copy()
        for w in np.argsort(-ways[:, 0], kind="stable")[:most]:
            amount, layer, node, arrival = (int(x) for x in ways[w])
            if amount <= 0:
                return
            yield self._follow(self.first_team + number, layer, node, arrival)

    def recall(self, number: int, memory: "Memory", most_work: int) -> "Recalled":
        """Return the best route of a team that remembers where it has been.

        Call ``price`` before.
        """
        board, team = self.board, self.board.teams[number]
        best = top = self.best(team)
        least = max(1, best >> 12)
        drop, work = max(least, self._drops[number]), 0
        columns: dict[Column, None] = {}
        while work < most_work and top > 0:
            floor = max(-1, top - drop)
            n_ends = self._search(team, floor, most_work - work, memory)
            lost, done = (int(x) for x in memory.answer)
            work += done
            if n_ends == 0 and lost > bound_dp.NEVER:
                # Too much to look at: what was proven before is all there is.
                break
            if n_ends == 0:
                top = max(0, floor)
                drop *= 2
                continue
            ends = memory.ends[:n_ends][::-1].tolist()
            reached = int(memory.labels[ends[0], bound_labels.L_AMOUNT])
            top = min(top, max(reached, lost))
            for end in ends:
                items, pieces = self._unwound(memory, end)
                offset = float(board.piece_offset[pieces].sum())
                columns[Column(self.first_team + number, items, offset)] = None
            break
        self._drops[number] = max(least, (best - top) + (best - top) // 8)
        return Recalled(top, tuple(columns), work)

    def _search(self, team: Team, floor: int, most_work: int, memory: "Memory") -> int:
        board = self.board
        return int(
            bound_labels.best_route(
                team.node,
                team.begins,
                floor,
                most_work,
                board.n_ticks,
                board.n_layers,
                self._active,
                board.arcs_from,
                board.arcs_to,
                board.arcs_step,
                board.item,
                board.code,
                board.last_end,
                board.pieces_from,
                board.piece_open,
                board.piece_close,
                self._amount,
                board.break_last,
                board.break_len,
                board.break_first,
                board.break_node,
                board.break_open,
                board.break_close,
                self._first,
                self._via,
                self._second,
                memory.bit_from,
                memory.near,
                self._at_tick,
                self._at_node,
                memory.labels,
                memory.words,
                memory.ends,
                memory.answer,
            )
        )

    def _unwound(self, memory: "Memory", end: int) -> tuple[tuple[int, ...], list[int]]:
        """Return the items and pieces of the route that ends with a label."""
        items, pieces = [], []
        while end >= 0:
            label = memory.labels[end]
            if label[bound_labels.L_PIECE] >= 0:
                items.append(int(self.board.item[label[bound_labels.L_NODE]]))
                pieces.append(int(label[bound_labels.L_PIECE]))
            end = int(label[bound_labels.L_PARENT])
        return tuple(items[::-1]), pieces[::-1]

    def _openings(self, team: Team) -> Ints:
        board = self.board
        if board.n_nodes == 0 or board.n_ticks == 0:
            return self._ways[:0]
        n = bound_dp.go_on(
            0,
            team.node,
            team.begins,
            bound_dp.END,
            board.n_ticks,
            board.n_layers,
            self._active,
            board.arcs_from,
            board.arcs_to,
            board.arcs_step,
            board.code,
            board.break_last,
            board.break_len,
            board.break_first,
            self._first,
            self._via,
            self._second,
            self._ways,
        )
        return self._ways[:n]

    def _follow(self, team: int, layer: int, node: int, arrival: int) -> Column:
        board = self.board
        n = bound_dp.trace(
            layer,
            node,
            arrival,
            bound_dp.END,
            board.n_ticks,
            board.n_layers,
            self._active,
            board.arcs_from,
            board.arcs_to,
            board.arcs_step,
            board.code,
            board.last_end,
            board.pieces_from,
            board.piece_open,
            board.piece_close,
            self._amount,
            board.break_last,
            board.break_len,
            board.break_first,
            board.break_node,
            board.break_open,
            board.break_close,
            self._first,
            self._via,
            self._second,
            self._ways,
            self._out[0],
            self._out[1],
        )
        nodes, pieces = self._out[0, :n], self._out[1, :n]
        items = board.item[nodes]
        return Column(
            team=team,
            items=tuple(int(i) for i in items[items >= 0]),
            offset=float(board.piece_offset[pieces[pieces >= 0]].sum()),
        )
