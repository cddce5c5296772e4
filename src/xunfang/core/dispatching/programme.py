"""Integer programmes of this package, handed to HiGHS."""

from dataclasses import dataclass, field

import highspy
import numpy as np
from numpy.typing import NDArray

type Ints = NDArray[np.int64]
type Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the solver found, and below which (above which) nothing can be."""

    values: Floats
    """One for each column; empty if nothing was found within the nodes allowed."""
    objective: float
    bound: float
    is_proven: bool


@dataclass(slots=True)
class Programme:
    """Columns added in blocks, rows added one shape at a time. A fresh one for each use."""

    cost: list[Floats] = field(default_factory=list)
    upper: list[Floats] = field(default_factory=list)
    is_whole: list[NDArray[np.bool_]] = field(default_factory=list)
    n_columns: int = 0
    _rows: list[tuple[Ints, Ints, Floats]] = field(default_factory=list)
    _low: list[Floats] = field(default_factory=list)
    _high: list[Floats] = field(default_factory=list)
    _n_rows: int = 0

    def columns(self, cost: Floats, *, upper: float = 1.0, whole: bool = True) -> Ints:
        """Add columns from 0 to ``upper`` with these costs; return their numbers."""
        first = self.n_columns
        self.n_columns += len(cost)
        self.cost.append(np.asarray(cost, dtype=np.float64))
        self.upper.append(np.full(len(cost), upper))
        self.is_whole.append(np.full(len(cost), whole))
        return np.arange(first, self.n_columns, dtype=np.int64)

    def rows(
        self,
        n_rows: int,
        entries: list[tuple[Ints, Ints, float]],
        *,
        low: float = -np.inf,
        high: float = np.inf,
    ) -> None:
        """Add rows ``low <= sum <= high``; entries are (row, column, coefficient)."""
        for row, column, value in entries:
            self._rows.append((row + self._n_rows, column, np.full(len(row), value)))
        self._low.append(np.full(n_rows, low))
        self._high.append(np.full(n_rows, high))
        self._n_rows += n_rows

    def sum_is(self, columns: Ints, total: float) -> None:
        """Add one row: the columns sum to ``total``."""
        row = np.zeros(len(columns), dtype=np.int64)
        self.rows(1, [(row, columns, 1.0)], low=total, high=total)

    def solve(
        self,
        *,
        maximise: bool = False,
        max_nodes: int = 100_000,
        relaxed: bool = False,
    ) -> Answer:
        """Return the best whole solution; with ``relaxed``, fractions are allowed.

        ``max_nodes`` bounds the branching, so that the answer does not depend on the
        machine. The programme must have a solution.
        """
        highs = highspy.Highs()  # type: ignore[no-untyped-call]  # theirs
        highs.setOptionValue("output_flag", False)  # noqa: FBT003 -- theirs
        highs.setOptionValue("threads", 1)
        highs.setOptionValue("mip_rel_gap", 0.0)
        highs.setOptionValue("mip_abs_gap", 1e-9)
        highs.setOptionValue("mip_max_nodes", max_nodes)
        is_whole = np.concatenate(self.is_whole) & (not relaxed)
        highs.passModel(self._model(is_whole, maximise=maximise))
        highs.run()
        solution = highs.getSolution()
        is_proven = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
        if not solution.value_valid:
            worst = -np.inf if maximise else np.inf
            return Answer(np.empty(0), worst, -worst, is_proven=False)
        values = np.array(solution.col_value)
        values[is_whole] = np.rint(values[is_whole])
        objective = float(np.concatenate(self.cost) @ values)
        bound = objective
        if is_whole.any() and not is_proven:
            bound = float(highs.getInfo().mip_dual_bound)
        return Answer(values, objective, bound, is_proven)

    def _model(self, is_whole: NDArray[np.bool_], *, maximise: bool) -> highspy.HighsLp:
        row = np.concatenate([row for row, _, _ in self._rows])
        order = np.argsort(row, kind="stable")
        start = np.zeros(self._n_rows + 1, dtype=np.int32)
        np.cumsum(np.bincount(row, minlength=self._n_rows), out=start[1:])
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self.n_columns, self._n_rows
        if maximise:
            lp.sense_ = highspy.ObjSense.kMaximize
        lp.col_cost_ = np.concatenate(self.cost)
        lp.col_lower_ = np.zeros(self.n_columns)
        lp.col_upper_ = np.concatenate(self.upper)
        lp.row_lower_ = np.concatenate(self._low)
        lp.row_upper_ = np.concatenate(self._high)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = start
        column = np.concatenate([column for _, column, _ in self._rows])
        lp.a_matrix_.index_ = column[order].astype(np.int32)
        value = np.concatenate([value for _, _, value in self._rows])
        lp.a_matrix_.value_ = value[order]
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[int(whole)] for whole in is_whole]
        return lp
