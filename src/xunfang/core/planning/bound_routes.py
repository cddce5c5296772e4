"""Pricing: the best routes of every team at given prices of the items."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xunfang.core.planning import bound_dp
from xunfang.core.planning.bound_network import Board, Team

MOST_NODES_OF_A_ROUTE = 4096

type Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Column:
    """One route of a team, as a cut for the prices: ``theta >= offset + visits @ price``."""

    team: int
    items: tuple[int, ...]
    """Items in the order visited; one may come again."""
    offset: float
    """Worth beside the prices: values by hour that are below the best."""


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
        return int(max(0, ways[:, 0].max(initial=0)))

    def columns(self, number: int, *, most: int) -> Iterator[Column]:
        """Yield the best routes of a team, each with another first stop, best first."""
        team = self.board.teams[number]
        ways = self._openings(team).copy()
        for w in np.argsort(-ways[:, 0], kind="stable")[:most]:
            amount, layer, node, arrival = (int(x) for x in ways[w])
            if amount <= 0:
                return
            yield self._follow(self.first_team + number, layer, node, arrival)

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
