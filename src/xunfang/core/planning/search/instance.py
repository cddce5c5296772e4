"""A patrol problem as plain arrays: what the compiled search reads.

Each task becomes one or more *nodes*: a node is a task made in one direction for one
value, with all the windows in which it is worth that value. Breaks are nodes of their
own that only their unit may take. Columns are named by the integer constants below, so
that a compiled function is handed a few tables instead of dozens of vectors.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from xunfang.core.planning.plan import EventKind
from xunfang.core.planning.problem import UNREACHABLE, Problem, Unit
from xunfang.core.planning.tasks import Option, Task

# Columns of Instance.unit.
MODE, OPENS, CLOSES, FROM, TO, MAX_DRIVE, BREAK_FIRST, BREAK_END = range(8)
# Columns of Instance.node; OPENS and CLOSES are the first and last moment of all windows.
TASK, NODE_OPENS, NODE_CLOSES, IN, OUT, WINDOW_FIRST, WINDOW_END, TWIN = range(8)
# Columns of Instance.task.
NODE_FIRST, NODE_END, GROUP = range(3)
# Columns of Instance.group.
GROUP_FIRST, GROUP_END, MIN_GAP, MAX_GAP, GAPPED, DISTINCT, EQUAL = range(7)
# Columns of Instance.gain.
DUTY, WORTH = range(2)
# Entries of Instance.scale.
DRIVE_COST, TIME_PER_VALUE, MEAN_VALUE, MEAN_STEP = range(4)

FLOATING = -1
"""IN and OUT of a break that is taken wherever the unit stands."""

AT_END = -2
"""TWIN of a break that is taken at the end post: nothing comes after it but breaks."""

NO_LIMIT = 1 << 40
"""Larger than any moment or duration."""

N_NEAR = 150
"""Related tasks remembered for each task: more are never reached by one ruin."""


class Instance(NamedTuple):
    """Tables of the search; all whole numbers are int64 unless said."""

    travel: NDArray[np.int32]
    """Shape (2, n_modes, n_places, n_places): [0, m, i, j] from i to j, [1, m, j, i]
    the same number, so that both ways of a place lie in one stretch of memory."""
    unit: NDArray[np.int64]
    node: NDArray[np.int64]
    dwell: NDArray[np.int64]
    """Shape (n_nodes, n_modes); -1 where the mode may not serve."""
    window: NDArray[np.int64]
    """Shape (n_windows, 2), those of a node in order and apart."""
    task: NDArray[np.int64]
    group: NDArray[np.int64]
    eligible: NDArray[np.uint8]
    """Shape (n_tasks, n_units)."""
    gain: NDArray[np.float64]
    """Row ``GROUP_FIRST + k``: what the (k+1)-th visit of the group adds, whichever of
    its tasks it is: duty weight, and worth beyond the value of the node."""
    value: NDArray[np.float64]
    """By node."""
    near: NDArray[np.int32]
    """Shape (n_tasks, k): related tasks, nearest first, itself at the front."""
    scale: NDArray[np.float64]


class Packed(NamedTuple):
    """An instance and the way back to the problem."""

    instance: Instance
    tasks: tuple[Task, ...]
    points: NDArray[np.int64]
    """Point of the problem for each place of the instance."""
    idle_units: frozenset[int]
    """Units that cannot even take their breaks: nothing is given to them."""


def pack(problem: Problem, tasks: tuple[Task, ...]) -> Packed:
    """Turn a problem and its tasks into tables.

    The duty weights make one mandatory visit of priority p outweigh all of lower
    urgency together; with so many priorities that a double cannot hold them apart,
    the least urgent ones share a weight.
    """
    modes = {mode: number for number, mode in enumerate(problem.travel)}
    nodes = _Nodes(problem, modes)
    for number, task in enumerate(tasks):
        nodes.add_task(number, task)
    unit_rows = [nodes.add_unit(unit) for unit in problem.units]
    points, node_table = nodes.places()
    place_of = {int(point): place for place, point in enumerate(points)}
    for row in unit_rows:
        row[FROM], row[TO] = place_of[row[FROM]], place_of[row[TO]]

    travel = np.stack(
        [np.minimum(problem.travel[mode], UNREACHABLE) for mode in modes]
    ).astype(np.int32)[:, points][:, :, points]
    unit_table = np.array(unit_rows, np.int64).reshape(-1, 8)
    group_table, gain = _groups(tasks)
    value = np.array(nodes.value, np.float64)
    dwell = np.array(nodes.dwell, np.int64).reshape(-1, max(1, len(modes)))
    idle = _idle_units(travel, unit_table, node_table, dwell, nodes.windows)
    task_table = np.array(nodes.task_rows, np.int64).reshape(-1, 3)
    instance = Instance(
        travel=np.ascontiguousarray(np.stack([travel, travel.transpose(0, 2, 1)])),
        unit=unit_table,
        node=node_table,
        dwell=dwell,
        window=np.array(nodes.windows, np.int64).reshape(-1, 2),
        task=task_table,
        group=group_table,
        eligible=_eligible(problem.units, tasks, idle),
        gain=gain,
        value=value,
        near=_near(travel, unit_table, node_table, dwell, task_table),
        scale=_scale(travel, unit_table, dwell, task_table, value, gain),
    )
    return Packed(instance, tasks, points, idle)


class _Nodes:
    """Collects nodes row by row."""

    def __init__(self, problem: Problem, modes: dict[str, int]) -> None:
        self.modes = modes
        self.rows: list[list[int]] = []
        self.windows: list[tuple[int, int]] = []
        self.dwell: list[list[int]] = []
        self.value: list[float] = []
        self.task_rows: list[tuple[int, int, int]] = []
        self.start_points = [
            p for unit in problem.units for p in (unit.start, unit.end)
        ]

    def add_task(self, number: int, task: Task) -> None:
        first = len(self.rows)
        dwell = [task.dwell.get(mode, -1) for mode in self.modes]
        for (at, leave, value), windows in _nodes_of(task):
            worth = 0.0 if task.kind is EventKind.PRESENCE else value
            self._add(number, windows, at, leave, dwell, worth)
        self.task_rows.append((first, len(self.rows), task.group))

    def add_unit(self, unit: Unit) -> list[int]:
        """Add the unit's breaks and return its row, still with points."""
        n_modes = len(self.modes)
        breaks = sorted(unit.breaks, key=lambda pause: pause.window)
        first = len(self.rows)
        for pause in breaks:
            at = FLOATING if pause.at is None else pause.at
            self._add(-1, [pause.window], at, at, [pause.minutes] * n_modes, 0.0)
        for number, pause in enumerate(breaks):
            if pause.at is None:  # or at the end post, when all is done
                self.rows[first + number][TWIN] = len(self.rows)
                dwell = [pause.minutes] * n_modes
                self._add(-1, [pause.window], unit.end, unit.end, dwell, 0.0)
                self.rows[-1][TWIN] = AT_END
        limit = NO_LIMIT if unit.max_drive is None else unit.max_drive
        mode = self.modes[unit.mode]
        shift = unit.shift
        last = first + len(breaks)
        return [mode, *shift, unit.start, unit.end, limit, first, last]

    def places(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the points in use and the nodes with places instead of points."""
        table = np.array(self.rows, np.int64).reshape(-1, 8)
        used = np.concatenate([table[:, IN], table[:, OUT], self.start_points])
        points = np.unique(used[used >= 0]).astype(np.int64)
        for column in (IN, OUT):
            fixed = table[:, column] >= 0
            table[fixed, column] = np.searchsorted(points, table[fixed, column])
        return points, table

    def _add(
        self,
        task: int,
        windows: Sequence[tuple[int, int]],
        at: int,
        leave: int,
        dwell: list[int],
        value: float,
    ) -> None:
        first, end = len(self.windows), len(self.windows) + len(windows)
        opens, closes = windows[0][0], windows[-1][1]
        self.windows += windows
        self.rows.append([task, opens, closes, at, leave, first, end, -1])
        self.dwell.append(dwell)
        self.value.append(value)


def _nodes_of(
    task: Task,
) -> list[tuple[tuple[int, int, float], list[tuple[int, int]]]]:
    """Gather the options of one direction and value; the most valuable come first."""
    found: dict[tuple[int, int, float], list[Option]] = {}
    for option in task.options:
        found.setdefault((option.at, option.exit, option.value), []).append(option)
    return [
        (key, sorted((option.open, option.close) for option in options))
        for key, options in sorted(found.items(), key=lambda item: -item[0][2])
    ]


def _eligible(
    units: tuple[Unit, ...], tasks: tuple[Task, ...], idle: frozenset[int]
) -> NDArray[np.uint8]:
    table = np.zeros((len(tasks), len(units)), np.uint8)
    for column, unit in enumerate(units):
        if column in idle or unit.crew.sworn < 1:  # auxiliaries never work alone
            continue
        for row, task in enumerate(tasks):
            may = unit.mode in task.dwell and _in_time(task, unit)
            table[row, column] = may and not task.need.barriers(unit)
    return table


def _in_time(task: Task, unit: Unit) -> bool:
    """Tell whether a task could be made within a unit's shift, the way left aside."""
    begin_by = unit.shift[1] - task.dwell[unit.mode]
    return any(
        option.open <= begin_by and option.close >= unit.shift[0]
        for option in task.options
    )


def duty_weights(tasks: tuple[Task, ...]) -> dict[int, float]:
    """Return for each priority what one mandatory visit of it weighs.

    Whole numbers. One of priority p weighs more than all of lower urgency together.
    """
    n_of: dict[int, int] = {}
    for task in tasks:
        if task.priority is not None:
            n_of[task.priority] = n_of.get(task.priority, 0) + 1
    weights: dict[int, float] = {}
    weight, below = 1.0, 0.0
    for priority in sorted(n_of, reverse=True):
        if below + 1.0 < 2.0**40:  # sums of these stay exact in a double
            weight = below + 1.0
        weights[priority] = weight
        below += weight * n_of[priority]
    return weights


def _groups(
    tasks: tuple[Task, ...],
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    n_groups = 1 + max((task.group for task in tasks), default=-1)
    table = np.zeros((n_groups, 7), np.int64)
    gain = np.zeros((len(tasks), 2), np.float64)
    weights = duty_weights(tasks)
    members: dict[int, list[int]] = {}
    for number, task in enumerate(tasks):
        members.setdefault(task.group, []).append(number)
        if task.priority is not None:
            gain[number, DUTY] = weights[task.priority]
        if task.kind is EventKind.PRESENCE:
            gain[number, WORTH] = task.options[0].value
    for group, numbers in members.items():
        one = tasks[numbers[0]]
        together = one.kind in (EventKind.POST, EventKind.LOOP)
        table[group] = (
            numbers[0],
            numbers[-1] + 1,
            one.min_gap,
            NO_LIMIT if one.max_gap is None else one.max_gap,
            len(numbers) > 1 and not together,
            one.one_unit_each,
            one.kind is not EventKind.LOOP,
        )
    return table, gain


def _idle_units(
    travel: NDArray[np.int32],
    unit: NDArray[np.int64],
    node: NDArray[np.int64],
    dwell: NDArray[np.int64],
    windows: list[tuple[int, int]],
) -> frozenset[int]:
    """Find units whose breaks do not fit even if they do nothing else."""
    idle = set()
    for number, row in enumerate(unit):
        now, place, mode = int(row[OPENS]), int(row[FROM]), int(row[MODE])
        drive, moved = 0, False
        for pause in range(int(row[BREAK_FIRST]), int(row[BREAK_END])):
            if node[pause, IN] != FLOATING:
                hop = int(travel[mode, place, node[pause, IN]])
                now, drive = now + hop, drive + hop
                place, moved = int(node[pause, IN]), True
            opens, closes = windows[int(node[pause, WINDOW_FIRST])]
            now = max(now, opens)
            if now > closes:
                idle.add(number)
            now += int(dwell[pause, mode])
        if moved:
            hop = int(travel[mode, place, row[TO]])
            now, drive = now + hop, drive + hop
        if now > row[CLOSES] or drive > row[MAX_DRIVE]:
            idle.add(number)
    return frozenset(idle)


def _near(
    travel: NDArray[np.int32],
    unit: NDArray[np.int64],
    node: NDArray[np.int64],
    dwell: NDArray[np.int64],
    task: NDArray[np.int64],
) -> NDArray[np.int32]:
    """Order tasks by how likely one follows another: way, waiting and lateness.

    Proximity of Vidal et al. (2013), equation 4, with waiting at one fifth and lateness
    at full weight; the better of both directions counts.
    """
    n_tasks = len(task)
    if not n_tasks:
        return np.zeros((0, 0), np.int32)
    first = task[:, NODE_FIRST]
    here = node[np.minimum(first, len(node) - 1)]
    # With nobody on shift every way of moving counts alike.
    used = (
        np.bincount(unit[:, MODE], minlength=len(travel))
        if len(unit)
        else np.ones(len(travel))
    )
    mean = np.average(np.minimum(travel, 1 << 20), axis=0, weights=used)
    way = mean[here[:, OUT]][:, here[:, IN]]
    stay = np.maximum(dwell[np.minimum(first, len(node) - 1)].max(axis=1), 0)
    opens, closes = here[:, NODE_OPENS].copy(), here[:, NODE_CLOSES].copy()
    for number, row in enumerate(task):
        mine = node[row[NODE_FIRST] : row[NODE_END]]
        if len(mine):
            opens[number] = mine[:, NODE_OPENS].min()
            closes[number] = mine[:, NODE_CLOSES].max()
    wait = np.maximum(0, opens[None, :] - (closes + stay)[:, None] - way)
    late = np.maximum(0, (opens + stay)[:, None] + way - closes[None, :])
    apart = way + 0.2 * wait + late
    apart = np.minimum(apart, apart.T)
    np.fill_diagonal(apart, -1.0)
    n_near = min(n_tasks, N_NEAR)
    return np.argsort(apart, axis=1, kind="stable")[:, :n_near].astype(np.int32)


def _scale(
    travel: NDArray[np.int32],
    unit: NDArray[np.int64],
    dwell: NDArray[np.int64],
    task: NDArray[np.int64],
    value: NDArray[np.float64],
    gain: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return how time and value compare in this problem (see the entries' names)."""
    worth = np.array(
        [
            max(value[row[NODE_FIRST] : row[NODE_END]], default=0.0)
            + gain[number, WORTH]
            for number, row in enumerate(task)
        ]
    )
    worth = worth[worth > 0]
    mean_value = float(worth.mean()) if worth.size else 1.0
    near = np.minimum(travel, 1 << 20).reshape(-1)
    reach = near[near < 1 << 20]
    typical = float(np.quantile(reach, 0.1)) if reach.size else 1.0
    stay = dwell[dwell > 0]
    step = max(1.0, typical + (float(stay.mean()) if stay.size else 0.0))
    return np.array([1e-3 * mean_value / step, step / mean_value, mean_value, step])
