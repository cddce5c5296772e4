"""The model of the bound that the routes seen so far make, minimised near the best prices.

A route gives a cut: whatever the prices, its team earns at least what the route does. The
linear programme over all cuts says where the bound might be lowest; because it knows
little at first it may only step inside a box around the best prices so far (boxstep:
Marsten, Hogan and Blankenship, 1975).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from xunfang.core.planning.bound.network import Item
from xunfang.core.planning.bound.routes import Column

type Floats = NDArray[np.float64]

MOST_IDLE_ROUNDS = 4
"""A cut that was slack for so long is dropped."""
MOST_VALUES_LOST = 20.0
"""A mandatory visit is priced at so many times the highest value, at most."""


@dataclass(frozen=True, slots=True)
class Step:
    """Where the model is lowest inside the box."""

    value: float
    prices: Floats
    is_global: bool
    """The box does not bind: nowhere at all is the model lower."""
    work: int
    """Simplex iterations."""


class Master:
    """min  sum_i items(price_i) + sum_t n_units_t * theta_t  over prices in a box."""

    def __init__(self, items: Sequence[Item], n_units: Sequence[int]) -> None:
        self._n_items = len(items)
        self._n_teams = len(n_units)
        self.highest = highest_prices(items)
        highs = highspy.Highs()  # type: ignore[no-untyped-call]  # theirs
        highs.setOptionValue("output_flag", False)  # noqa: FBT003 -- theirs
        highs.setOptionValue("threads", 1)
        highs.setOptionValue("presolve", "off")
        self._highs = highs
        infinity = highspy.kHighsInf
        for item, top in zip(items, self.highest, strict=True):
            highs.addCol(
                -float(_n_linear(item)), 0.0, float(top), 0, _no_index(), _no_value()
            )
        for n in n_units:
            highs.addCol(float(n), 0.0, infinity, 0, _no_index(), _no_value())
        self._constant = 0.0
        n_columns = self._n_items + self._n_teams
        for number, item in enumerate(items):
            self._constant += sum(item.values[: _n_linear(item)])
            for value, count in _kinks(item):
                # s >= value - price, s >= 0: visits that are made only if they pay.
                highs.addCol(float(count), 0.0, infinity, 0, _no_index(), _no_value())
                highs.addRow(
                    value,
                    infinity,
                    2,
                    np.array([number, n_columns], np.int32),
                    np.array([1.0, 1.0]),
                )
                n_columns += 1
        self._n_fixed_rows = highs.getNumRow()
        self._keys: list[tuple[int, bytes, float]] = []
        self._cuts: list[Column] = []
        self._known: set[tuple[int, bytes, float]] = set()
        self._idle = np.zeros(0, np.int64)
        self.shares: list[tuple[float, Column]] = []
        """The routes that were best together at the last minimum, and how far each."""

    @property
    def n_cuts(self) -> int:
        return len(self._keys)

    def add(self, column: Column) -> bool:
        """Add a route as a cut; False if it is there already."""
        items, counts = np.unique(np.array(column.items, np.int32), return_counts=True)
        key = (
            column.team,
            np.stack([items, counts.astype(np.int32)]).tobytes(),
            column.offset,
        )
        if key in self._known:
            return False
        self._known.add(key)
        self._keys.append(key)
        self._cuts.append(column)
        self._idle = np.append(self._idle, 0)
        index = np.append(items, self._n_items + column.team).astype(np.int32)
        value = np.append(-counts.astype(np.float64), 1.0)
        self._highs.addRow(column.offset, highspy.kHighsInf, len(index), index, value)
        return True

    def minimise(self, centre: Floats, radius: Floats) -> Step:
        """Solve the model with every price within ``radius`` of ``centre``."""
        low = np.maximum(0.0, centre - radius)
        high = np.minimum(self.highest, centre + radius)
        self._highs.changeColsBounds(
            self._n_items,
            np.arange(self._n_items, dtype=np.int32),
            low,
            np.maximum(low, high),
        )
        self._highs.run()
        solution = self._highs.getSolution()
        info = self._highs.getInfo()
        prices = np.array(solution.col_value[: self._n_items])
        duals = np.array(solution.row_dual[self._n_fixed_rows :])
        at_edge = (prices <= low + 1e-9) & (low > 0.0)
        at_edge |= (prices >= high - 1e-9) & (high < self.highest)
        self._idle = np.where(np.abs(duals) > 1e-9, 0, self._idle + 1)
        self.shares = [
            (float(share), self._cuts[row])
            for row, share in enumerate(np.abs(duals))
            if share > 1e-9
        ]
        return Step(
            value=self._constant + info.objective_function_value,
            prices=np.clip(prices, low, np.maximum(low, high)),
            is_global=not at_edge.any(),
            work=int(info.simplex_iteration_count),
        )

    def drop_idle(self) -> None:
        """Forget cuts that have been slack for long."""
        is_idle = self._idle > MOST_IDLE_ROUNDS
        if is_idle.sum() >= max(50, len(self._keys) // 4):
            self._forget(is_idle)

    def drop_unless(self, keeps: Callable[[Sequence[int]], bool]) -> None:
        """Forget the routes whose items, in order, are not to be kept."""
        self._forget(np.array([not keeps(c.items) for c in self._cuts], dtype=bool))

    def active(self) -> list[Column]:
        """Return the routes that hold the model up where it was lowest."""
        return [
            cut for cut, idle in zip(self._cuts, self._idle, strict=True) if idle == 0
        ]

    def _forget(self, is_gone: NDArray[np.bool_]) -> None:
        gone = np.nonzero(is_gone)[0]
        self._highs.deleteRows(len(gone), (gone + self._n_fixed_rows).astype(np.int32))
        self._known -= {self._keys[row] for row in gone}
        self._keys = [
            key for key, is_out in zip(self._keys, is_gone, strict=True) if not is_out
        ]
        self._cuts = [
            cut for cut, is_out in zip(self._cuts, is_gone, strict=True) if not is_out
        ]
        self._idle = self._idle[~is_gone]


def highest_prices(items: Sequence[Item]) -> Floats:
    """Return the price above which nothing is gained, shape ``(n_items,)``.

    That is the first value; but a visit that is made in any case may cost other visits
    many times as much, and its price has to tell.
    """
    values = np.array([max(0.0, item.values[0]) for item in items])
    dear = MOST_VALUES_LOST * values.max(initial=1.0)
    return np.where([item.n_forced > 0 for item in items], dear, values)


def _n_linear(item: Item) -> int:
    """Visits whose worth is linear in the price over its whole range."""
    if item.n_forced:
        return item.n_forced
    return (
        sum(value == item.values[0] for value in item.values)
        if item.values[0] > 0
        else 0
    )


def _kinks(item: Item) -> list[tuple[float, int]]:
    """The other visits: ``(value, how many)``."""
    rest = [value for value in item.values[_n_linear(item) :] if value > 0]
    return [(value, rest.count(value)) for value in sorted(set(rest), reverse=True)]


def _no_index() -> NDArray[np.int32]:
    return np.empty(0, np.int32)


def _no_value() -> Floats:
    return np.empty(0, np.float64)
