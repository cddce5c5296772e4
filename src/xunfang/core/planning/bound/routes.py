"""Pricing: the best routes of every team at given prices of the items."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xunfang.core.planning.bound import dp, labels
from xunfang.core.planning.bound.dp import NEVER, Net, Tables
from xunfang.core.planning.bound.network import Board, Team

MOST_NODES_OF_A_ROUTE = 4096
MOST_LABELS = 300_000
"""Labels of one search; where they run out, what is left is reckoned at its best."""
ROUTES_RECALLED = 8
FIRST_FLOOR, FLOOR_STEP = 0.8, 0.1
"""How deep below the best q-route to look at first, as a share of how deep the best route
lay last time, and how much deeper each time nothing is found. The work grows steeply: a
tenth deeper is twice as much."""

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
        self._labels = np.zeros((MOST_LABELS, 8), np.int32)
        self._words = np.zeros((MOST_LABELS, n_words), np.uint64)
        self._answer = np.zeros(2, np.int64)

    def room(self, net: Net) -> labels.Recall:
        """Return room for one search on a net."""
        return labels.Recall(
            bit_from=self.bit_from,
            near=self.near,
            labels=self._labels,
            memory=self._words,
            at_tick=np.empty(net.n_ticks, np.int32),
            at_node=np.empty(len(net.code) * net.n_layers, np.int32),
            ends=np.empty(ROUTES_RECALLED, np.int32),
            answer=self._answer,
        )

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
        net = board.net
        n_cells = net.n_layers * net.n_nodes * net.width
        n_kept = n_cells if net.n_layers > 1 else 0
        self._tables = Tables(
            is_active=np.zeros(net.n_nodes, dtype=bool),
            piece_amount=np.zeros(len(net.piece_open), np.int32),
            first=np.full(n_cells, NEVER, np.int32),
            via=np.full(n_cells, dp.END, np.int32),
            second=np.full(n_cells, NEVER, np.int32),
            stay_first=np.full(n_kept, NEVER, np.int32),
            stay_via=np.full(n_kept, dp.END, np.int32),
            stay_second=np.full(n_kept, NEVER, np.int32),
            ceiling=np.full(net.n_layers * net.n_groups * net.width, NEVER, np.int32),
        )
        self._ways = np.zeros((len(net.code) * net.n_layers + 1, 4), np.int32)
        self._out = np.zeros((2, MOST_NODES_OF_A_ROUTE), np.int32)
        self._drops = [0] * len(board.teams)
        # A layer is entered when a break ends, never before, and left when one begins.
        self._since, self._until = [0] * net.n_layers, [net.n_ticks] * net.n_layers
        for layer, node in enumerate(net.break_node.tolist()):
            begun = net.break_open[layer] if node >= 0 else net.break_first[layer]
            earliest = int(np.min(begun, initial=net.n_ticks))
            self._since[layer + 1] = max(self._since[layer], earliest, 0)
            left = net.break_close[layer] if node >= 0 else net.break_last[layer]
            latest = max(int(np.max(left, initial=0)), int(net.last_end[layer].max()))
            self._until[layer] = min(net.n_ticks, max(0, latest + 1))
        n_pieces = np.diff(net.pieces_from)[: net.n_nodes]
        self._piece_node = np.repeat(np.arange(net.n_nodes), n_pieces)

    @property
    def _is_empty(self) -> bool:
        return self.board.net.n_nodes == 0 or self.board.net.n_ticks == 0

    def price(self, amount_of_item: NDArray[np.int64], scale: float) -> int:
        """Fill the tables for prices on the grid ``1 / scale``. Returns the work done.

        Parameters
        ----------
        amount_of_item
            Price times scale, shape ``(n_items,)``.
        """
        if self._is_empty:
            return 0
        board, net, tables = self.board, self.board.net, self._tables
        owner = self._piece_node
        offset = np.ceil(board.piece_offset * scale).astype(np.int64)
        amounts = amount_of_item[net.item[owner]] + offset
        # What earns nothing is passed by, where passing it by takes no longer.
        is_worth = (amounts > 0) | ~board.may_skip[owner]
        tables.piece_amount[:] = np.where(is_worth, amounts, NEVER)
        tables.is_active[:] = ~board.may_skip
        tables.is_active[owner[is_worth]] = True
        work = 0
        for layer in range(net.n_layers - 1, -1, -1):
            if layer + 1 < net.n_layers and net.break_node[layer] >= 0:
                dp.fill_break(net, tables, layer)
            work += dp.sweep(net, tables, layer, self._since[layer], self._until[layer])
        return work

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
        room = memory.room(board.net)
        columns: dict[Column, None] = {}
        while work < most_work and top > 0:
            floor = max(-1, top - drop)
            n_ends = labels.best_route(
                board.net,
                self._tables,
                room,
                team.node,
                team.begins,
                floor,
                most_work - work,
            )
            lost, done = (int(x) for x in room.answer)
            work += done
            if n_ends == 0 and lost > NEVER:
                # Too much to look at: what was proven before is all there is.
                break
            if n_ends == 0:
                top = max(0, floor)
                drop += max(least, int(drop * FLOOR_STEP))
                continue
            ends = room.ends[:n_ends][::-1].tolist()
            reached = int(room.labels[ends[0], labels.L_AMOUNT])
            top = min(top, max(reached, lost))
            for end in ends:
                items, pieces = self._unwound(room.labels, end)
                offset = float(board.piece_offset[pieces].sum())
                columns[Column(self.first_team + number, items, offset)] = None
            break
        self._drops[number] = max(least, int((best - top) * FIRST_FLOOR))
        return Recalled(top, tuple(columns), work)

    def _unwound(self, settled: Ints, end: int) -> tuple[tuple[int, ...], list[int]]:
        """Return the items and pieces of the route that ends with a label."""
        items, pieces = [], []
        while end >= 0:
            label = settled[end]
            if label[labels.L_PIECE] >= 0:
                items.append(int(self.board.net.item[label[labels.L_NODE]]))
                pieces.append(int(label[labels.L_PIECE]))
            end = int(label[labels.L_PARENT])
        return tuple(items[::-1]), pieces[::-1]

    def _openings(self, team: Team) -> Ints:
        if self._is_empty:
            return self._ways[:0]
        n = dp.go_on(
            self.board.net,
            self._tables,
            0,
            team.node,
            team.begins,
            dp.END,
            self._ways,
        )
        return self._ways[:n]

    def _follow(self, team: int, layer: int, node: int, arrival: int) -> Column:
        board = self.board
        n = dp.trace(
            board.net,
            self._tables,
            layer,
            node,
            arrival,
            self._ways,
            self._out[0],
            self._out[1],
        )
        nodes, pieces = self._out[0, :n], self._out[1, :n]
        items = board.net.item[nodes]
        return Column(
            team=team,
            items=tuple(int(i) for i in items[items >= 0]),
            offset=float(board.piece_offset[pieces[pieces >= 0]].sum()),
        )
