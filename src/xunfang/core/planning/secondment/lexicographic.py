"""Integer programmes with goals in order: what comes first is settled before the next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import highspy
import numpy as np
from numpy.typing import NDArray

type Floats = NDArray[np.float64]

MOST_PER_STAGE = 1e6
"""Goals are settled together, weighted, while one unit of the last is no less of all of
them than this: beyond it the tolerances of floating point could swallow it."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A sum of columns with whole coefficients, to be made as large as possible."""

    coefficients: Mapping[int, int]
    span: int
    """Difference of its largest and smallest value over all solutions, at most."""


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
        lp.integrality_ = [highspy.HighsVarType.kInteger] * lp.num_col_
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
    """
    highs = highspy.Highs()  # type: ignore[no-untyped-call]  # theirs
    highs.setOptionValue("output_flag", False)  # noqa: FBT003 -- theirs
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("mip_rel_gap", 0.0)
    highs.setOptionValue("mip_abs_gap", 0.5)
    highs.setOptionValue("mip_max_nodes", max_nodes)
    n_columns = len(rows.upper)
    values, is_proven = np.zeros(n_columns, np.int64), True
    if n_columns == 0:
        return Solution(values, is_proven)
    highs.passModel(rows.model())
    everything = np.arange(n_columns, dtype=np.int32)
    for weights in _stages(goals, n_columns):
        highs.changeColsCost(n_columns, everything, weights)
        known = highspy.HighsSolution()
        known.col_value = values.astype(np.float64)
        highs.setSolution(known)
        highs.run()
        found = highs.getSolution()
        status = highs.getModelStatus()
        is_proven &= status == highspy.HighsModelStatus.kOptimal
        if found.value_valid:
            values = np.rint(found.col_value).astype(np.int64)
        reached = float(weights @ values)
        used = np.flatnonzero(weights).astype(np.int32)
        highs.addRow(reached - 0.5, np.inf, len(used), used, weights[used])
    return Solution(values, is_proven)


def _stages(goals: Sequence[Goal], n_columns: int) -> list[Floats]:
    stages: list[Floats] = []
    room = 0.0
    for goal in goals:
        coefficients = np.zeros(n_columns)
        for column, value in goal.coefficients.items():
            coefficients[column] = value
        if not coefficients.any():
            continue
        if goal.span + 1 <= room:
            stages[-1] = stages[-1] * (goal.span + 1) + coefficients
            room /= goal.span + 1
        else:
            stages.append(coefficients)
            room = MOST_PER_STAGE / (goal.span + 1)
    return stages
