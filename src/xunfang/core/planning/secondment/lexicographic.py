"""Integer programmes with goals in order: what comes first is settled before the next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import highspy
import numpy as np
from numpy.typing import NDArray

WHOLE = 1e-6
"""As near to a whole number a value counts as one."""
PRICE = 1e-6
"""Prices come of whole coefficients: less is noise."""


type Goal = Mapping[int, int]
"""Whole coefficients by column; their sum is to be made as large as possible."""


@dataclass(slots=True)
class Rows:
    """Columns that take whole numbers from nought up, and rows over them."""

    upper: list[int] = field(default_factory=list)
    _low: list[float] = field(default_factory=list)
    _high: list[float] = field(default_factory=list)
    _start: list[int] = field(default_factory=lambda: [0])
    _index: list[int] = field(default_factory=list)
    _value: list[int] = field(default_factory=list)

    def column(self, upper: int) -> int:
        self.upper.append(upper)
        return len(self.upper) - 1

    def at_most(self, entries: Mapping[int, int], bound: int) -> None:
        """Add  sum of entries <= bound."""
        if entries:
            self._index += entries.keys()
            self._value += entries.values()
            self._start.append(len(self._index))
            self._low.append(-np.inf)
            self._high.append(bound)

    def model(self) -> highspy.HighsLp:
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.upper), len(self._high)
        lp.sense_ = highspy.ObjSense.kMaximize
        lp.col_cost_ = np.zeros(lp.num_col_)
        lp.col_lower_ = np.zeros(lp.num_col_)
        lp.col_upper_ = np.array(self.upper, np.float64)
        lp.row_lower_, lp.row_upper_ = np.array(self._low), np.array(self._high)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.array(self._start, np.int32)
        lp.a_matrix_.index_ = np.array(self._index, np.int32)
        lp.a_matrix_.value_ = np.array(self._value, np.float64)
        return lp


@dataclass(frozen=True, slots=True)
class Solution:
    """One whole number for each column."""

    values: NDArray[np.int64]
    is_proven: bool
    """No stage ran out of nodes: no solution is better by the goals in their order."""


def maximise(rows: Rows, goals: Sequence[Goal], *, max_nodes: int) -> Solution:
    """Return a solution that is best by the first goal, then by the second, and so on.

    All columns at nought must be a solution. ``max_nodes`` bounds the branching of each
    stage, so that the answer does not depend on the machine; if it binds, what was found
    by then stands for that stage.

    Each goal is a stage, never a weighted sum of several: measured on nights with too few
    people, one after another takes a third of the time. A stage is first solved with
    fractions allowed. If the optimum is whole all the same, the next stage is held to its
    face by complementary slackness (what has a price may not move), which keeps the rows
    those of a transportation problem; only otherwise is there branching, and a row that
    holds what was reached.
    """
    n_columns = len(rows.upper)
    values, is_proven = np.zeros(n_columns, np.int64), True
    if n_columns == 0:
        return Solution(values, is_proven)
    highs = highspy.Highs()  # type: ignore[no-untyped-call]  # theirs
    highs.setOptionValue("output_flag", False)  # noqa: FBT003 -- theirs
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("mip_rel_gap", 0.0)
    highs.setOptionValue("mip_abs_gap", 0.5)
    highs.setOptionValue("mip_max_nodes", max_nodes)
    highs.passModel(rows.model())
    everything = np.arange(n_columns, dtype=np.int32)
    for goal in goals:
        if not goal:
            continue
        weights = np.zeros(n_columns)
        weights[list(goal)] = list(goal.values())
        highs.changeColsCost(n_columns, everything, weights)
        highs.run()
        relaxed = highs.getSolution()
        bound = float(weights @ np.array(relaxed.col_value))
        nearest = np.rint(relaxed.col_value)
        if np.abs(relaxed.col_value - nearest).max() < WHOLE:
            values = nearest.astype(np.int64)
            _stay_on_face(highs, relaxed)
            continue
        if weights @ values < np.floor(bound + WHOLE):
            found, is_best = _branch(highs, values)
            values, is_proven = found, is_proven and is_best
        used = np.flatnonzero(weights).astype(np.int32)
        reached = float(weights @ values)
        highs.addRow(reached, np.inf, len(used), used, weights[used])
    return Solution(values, is_proven)


def _stay_on_face(highs: highspy.Highs, optimum: highspy.HighsSolution) -> None:
    """Fix columns and rows that have a price: the optimal face of the programme."""
    priced = np.flatnonzero(np.abs(optimum.col_dual) > PRICE).astype(np.int32)
    at = np.rint(np.array(optimum.col_value)[priced])
    highs.changeColsBounds(len(priced), priced, at, at)
    for row in np.flatnonzero(np.abs(optimum.row_dual) > PRICE):
        activity = round(optimum.row_value[row])
        highs.changeRowBounds(int(row), activity, activity)


def _branch(
    highs: highspy.Highs, known: NDArray[np.int64]
) -> tuple[NDArray[np.int64], bool]:
    """Return the best whole solution and whether that is certain."""
    start = highspy.HighsSolution()
    start.col_value = known.astype(np.float64)
    _set_kind(highs, len(known), highspy.HighsVarType.kInteger)
    highs.setSolution(start)
    highs.run()
    found = highs.getSolution()
    is_best = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    values = np.rint(found.col_value).astype(np.int64) if found.value_valid else known
    _set_kind(highs, len(known), highspy.HighsVarType.kContinuous)
    return values, is_best


def _set_kind(highs: highspy.Highs, n_columns: int, kind: highspy.HighsVarType) -> None:
    kinds = np.full(n_columns, int(kind), np.uint8)
    highs.changeColsIntegrality(n_columns, np.arange(n_columns, dtype=np.int32), kinds)
