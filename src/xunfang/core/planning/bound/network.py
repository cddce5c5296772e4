"""The problem as the bound sees it: items to be visited and boards to route on.

An *item* is a set of equal visits (the three visits of one stop, the ten of a presence
band). A *node* is one way to make it (a street walked from either end is two nodes). A
*board* is what units with the same mode, end, shift end, breaks and rights share: one
table of best routes serves them all, wherever and whenever they begin.

Everything that rounds, rounds in favour of the unit, so that no plan is better than the
best routes on the boards.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from xunfang.core.planning.bound.dp import Net, most_saved
from xunfang.core.planning.bound.lanes import LANES
from xunfang.core.planning.problem import UNREACHABLE, Break, Problem, Unit
from xunfang.core.planning.tasks import Option, Task

MOST_WORK = 4e8
"""Arc-moments one sweep over all boards may have before moments are put together."""
N_NEAR = 6
"""Items that a route remembers about each place, to begin with."""
EXACT_LENGTH = 3000
"""Shifts up to so many time units (two days of minutes) are never put into ticks."""
MOST_CELLS = 6e7
"""Table entries held at most, all boards and layers together."""
GROUP_SIZE = 12
"""Places put into one group of neighbours, on average (see ``dp``)."""
LONGEST_BLOCK = 32
"""Moments settled at a time, at most."""
FAR = 1 << 29
"""A step that never fits."""

type Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Item:
    """Equal visits of one group."""

    group: int
    tasks: tuple[int, ...]
    """Indices of its tasks, the most valuable first."""
    values: tuple[float, ...]
    """What the first, second, ... visit is worth, never ascending."""
    options: tuple[Option, ...]
    """With the value relative to ``values[0]``: nought or less."""
    n_forced: int
    """So many visits every plan considered makes."""

    @property
    def may_repeat(self) -> bool:
        return len(self.tasks) > 1


@dataclass(frozen=True, slots=True)
class Team:
    """Units that are alike in everything the bound knows."""

    units: tuple[str, ...]
    node: int
    """Node of the board that stands for the start point."""
    begins: int
    """Tick of the earliest departure."""


@dataclass(frozen=True, slots=True)
class Board:
    """One network of nodes and ticks, and who routes on it."""

    teams: tuple[Team, ...]
    net: Net
    piece_offset: NDArray[np.float64]
    """Worth of each piece of time relative to the item's price."""
    may_skip: NDArray[np.bool_]
    """Nodes that no route passes but for their price, shape ``(n_nodes,)``."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A node before ticks are chosen."""

    item: int
    at: int
    exit: int
    dwell: int
    pieces: tuple[tuple[int, int, float], ...]


type _Signature = tuple[str, int, int, tuple[Break, ...], tuple[int, ...]]


def items_of(tasks: Sequence[Task], *, all_mandatory: bool) -> tuple[Item, ...]:
    """Put tasks together that differ in nothing but, at most, one constant value."""
    sets: dict[tuple[object, ...], list[int]] = {}
    for number, task in enumerate(tasks):
        # A value that differs between visits is told apart from one by the hour only
        # where there is a single value.
        is_flat = len({option.value for option in task.options}) == 1
        shape = tuple(
            (o.open, o.close, None if is_flat else o.value, o.at, o.exit)
            for o in task.options
        )
        dwell = tuple(sorted(task.dwell.items()))
        sets.setdefault((task.group, shape, dwell, task.need), []).append(number)
    items = []
    for numbers in sets.values():
        best = {
            n: max((o.value for o in tasks[n].options), default=0.0) for n in numbers
        }
        numbers.sort(key=lambda n: (-best[n], n))
        top = best[numbers[0]]
        items.append(
            Item(
                group=tasks[numbers[0]].group,
                tasks=tuple(numbers),
                values=tuple(best[n] for n in numbers),
                options=tuple(
                    Option(o.open, o.close, o.value - top, o.at, o.exit)
                    for o in tasks[numbers[0]].options
                ),
                n_forced=sum(tasks[n].priority is not None for n in numbers)
                if all_mandatory
                else 0,
            )
        )
    return tuple(items)


def near_items(problem: Problem, items: Sequence[Item]) -> NDArray[np.bool_]:
    """Which items lie so near each other that a route between them remembers both.

    Shape ``(n_items, n_items)``: of each item, the ``N_NEAR`` nearest there and back.
    """
    is_near = np.zeros((len(items), len(items)), dtype=bool)
    at = np.array([item.options[0].at if item.options else 0 for item in items], int)
    if not problem.travel or not len(at):
        return is_near
    way = next(iter(problem.travel.values())).astype(np.int64)[np.ix_(at, at)]
    for row, away in enumerate(way + way.T):
        is_near[row, np.argsort(away, kind="stable")[:N_NEAR]] = True
    return is_near


def boards_of(
    problem: Problem, tasks: Sequence[Task], items: Sequence[Item]
) -> tuple[Board, ...]:
    """Lay out one board for all units that share mode, end, breaks and rights."""
    shared: dict[_Signature, list[Unit]] = {}
    for unit in problem.units:
        if unit.mode not in problem.travel:
            continue
        allowed = tuple(
            number
            for number, item in enumerate(items)
            if unit.mode in tasks[item.tasks[0]].dwell
            and not tasks[item.tasks[0]].need.barriers(unit)
        )
        breaks = tuple(sorted(unit.breaks, key=lambda b: b.window))
        signature = (unit.mode, unit.end, unit.shift[1], breaks, allowed)
        shared.setdefault(signature, []).append(unit)
    detours = {mode: _Detours(travel) for mode, travel in problem.travel.items()}
    drafts = [
        _Draft(problem, tasks, items, signature, units, detours[signature[0]])
        for signature, units in shared.items()
    ]
    tick = _choose_tick(drafts)
    return tuple(draft.lay_out(tick) for draft in drafts)


def _choose_tick(drafts: Sequence["_Draft"]) -> int:
    """Return how many time units make one tick: one, unless tables grow too large."""
    tick = 1
    if max((draft.length for draft in drafts), default=0) <= EXACT_LENGTH:
        return tick
    while True:
        work = sum(draft.work(tick) for draft in drafts)
        cells = sum(draft.cells(tick) for draft in drafts)
        shortest = min((draft.shortest_step for draft in drafts), default=1)
        if (work <= MOST_WORK and cells <= MOST_CELLS) or 2 * (tick + 1) > shortest:
            return tick
        tick += 1


class _Detours:
    """How much sooner a place can be reached by way of another one."""

    def __init__(self, travel: NDArray[np.int32]) -> None:
        self._travel = np.ascontiguousarray(travel, np.int32)
        self._gain: dict[tuple[int, int], int] = {}

    def gain(self, at: int, leave: int) -> int:
        """The most that entering at ``at`` and leaving at ``leave`` at once can save.

        Nought or less in a metric. Streets walked end to end, ways that do not exist
        and turns saved by stopping make it more.
        """
        if (at, leave) not in self._gain:
            self._gain[at, leave] = int(most_saved(self._travel, at, leave))
        return self._gain[at, leave]


class _Draft:
    """A board in time units, before they are put together into ticks."""

    def __init__(
        self,
        problem: Problem,
        tasks: Sequence[Task],
        items: Sequence[Item],
        signature: _Signature,
        units: Sequence[Unit],
        detours: _Detours,
    ) -> None:
        mode, self.end, self.closes, self.breaks, allowed = signature
        self.units = units
        self.items = items
        self.travel = problem.travel[mode].astype(np.int64)
        self.opens = min(unit.shift[0] for unit in units)
        self.leave_by = self._latest_departures()
        self.places = []
        for number in allowed:
            dwell = tasks[items[number].tasks[0]].dwell[mode]
            self.places += self._places_of(number, dwell)
        for meal in self.breaks:
            if meal.at is not None:
                self.places.append(_Place(-1, meal.at, meal.at, meal.minutes, ()))
        self.at = np.array([p.at for p in self.places], np.int64)
        self.exit = np.array([p.exit for p in self.places], np.int64)
        self.dwell = np.array([p.dwell for p in self.places], np.int64)
        self.step = self._steps()
        # Without the visit a break would have to be taken further back on the way.
        eats_anywhere = any(meal.at is None for meal in self.breaks)
        self.may_skip = [
            place.item >= 0
            and not eats_anywhere
            and detours.gain(place.at, place.exit) <= place.dwell
            for place in self.places
        ]
        real = self.step[self.step < FAR]
        self.shortest_step = int(real.min()) if len(real) else max(1, self.length)

    @property
    def length(self) -> int:
        return max(0, self.closes - self.opens)

    def work(self, tick: int) -> float:
        n_arcs = float((self.step < FAR).sum())
        return n_arcs * (len(self.breaks) + 1) * (self.length / tick + 1)

    def cells(self, tick: int) -> float:
        n_tables = 3 if not self.breaks else 6 * (len(self.breaks) + 1)
        return float(len(self.places) * n_tables) * (self.length / tick + 20)

    def _places_of(self, number: int, dwell: int) -> list[_Place]:
        """The ways to make a visit, and when it may begin."""
        by_way: dict[tuple[int, int], list[tuple[int, int, float]]] = {}
        latest = self.closes - dwell
        for option in self.items[number].options:
            # Travel need not be shortest paths: the way home may be faster by another
            # place, so all that is certain is that the dwell ends inside the shift.
            first, last = max(option.open, self.opens), min(option.close, latest)
            if first <= last:
                by_way.setdefault((option.at, option.exit), []).append(
                    (first, last, option.value)
                )
        return [
            _Place(number, at, leave, dwell, tuple(pieces))
            for (at, leave), pieces in by_way.items()
        ]

    def _latest_departures(self) -> NDArray[np.int64]:
        """When a unit that only has breaks left must leave each point, by layer.

        A break without a place is taken where the unit stands or at the end post.
        """
        n_layers = len(self.breaks) + 1
        latest = np.empty((n_layers, len(self.travel)), np.int64)
        latest[-1] = self.closes - self.travel[:, self.end]
        for layer in range(n_layers - 2, -1, -1):
            meal = self.breaks[layer]
            begin_by = np.minimum(latest[layer + 1] - meal.minutes, meal.window[1])
            begin_by[begin_by < meal.window[0]] = -FAR
            if meal.at is not None:
                latest[layer] = begin_by[meal.at] - self.travel[:, meal.at]
            else:
                latest[layer] = np.maximum(
                    begin_by, begin_by[self.end] - self.travel[:, self.end]
                )
        return latest

    def _steps(self) -> NDArray[np.int64]:
        """From begin of dwell to arrival, between all nodes; FAR where it never fits."""
        n = len(self.places)
        if n == 0:
            return np.empty((0, 0), np.int64)
        way = self.travel[np.ix_(self.exit, self.at)]
        step = self.dwell[:, None] + way
        opens = np.array(
            [
                min((p[0] for p in place.pieces), default=self.opens)
                for place in self.places
            ]
        )
        closes = np.array(
            [
                max((p[1] for p in place.pieces), default=self.closes)
                for place in self.places
            ]
        )
        never = (way >= UNREACHABLE) | (opens[:, None] + step > closes[None, :])
        item = np.array([place.item for place in self.places])
        repeats = np.array(
            [i >= 0 and self.items[i].may_repeat for i in item], dtype=bool
        )
        same = (item[:, None] == item[None, :]) & (item[:, None] >= 0)
        never |= same & ~repeats[:, None]
        np.fill_diagonal(never, never.diagonal() | (item < 0))
        step[never] = FAR
        return step

    def lay_out(self, tick: int) -> Board:
        """Turn time units into ticks, each time rounded down."""
        n, n_layers = len(self.places), len(self.breaks) + 1
        origin = self.opens // tick
        n_ticks = max(0, self.closes // tick - origin + 1)
        starts = sorted({(u.start, u.shift[0]) for u in self.units})
        points = sorted({start for start, _ in starts})
        teams = tuple(
            Team(
                units=tuple(
                    u.id for u in self.units if (u.start, u.shift[0]) == (start, begins)
                ),
                node=n + points.index(start),
                begins=begins // tick - origin,
            )
            for start, begins in starts
        )
        step = np.full((n + len(points), n), FAR, np.int64)
        step[:n] = self.step
        for row, point in enumerate(points, n):
            if n:
                way = self.travel[point, self.at]
                step[row] = np.where(way >= UNREACHABLE, FAR, way)
        dwell = np.concatenate([self.dwell, np.zeros(len(points), np.int64)])
        leave_at = np.concatenate([self.exit, np.array(points, np.int64)])
        step = np.where(step < FAR, step // tick, FAR)
        group = _groups_of(self.travel, self.at)
        arcs = _in_order(step, group)
        between = step[:n][step[:n] < FAR]
        shortest = int(between.min()) if len(between) else LONGEST_BLOCK
        block = max(1, min(LONGEST_BLOCK, shortest))
        pieces = [
            (first // tick - origin, last // tick - origin, value)
            for place in self.places
            for first, last, value in place.pieces
        ]
        counts = [len(place.pieces) for place in self.places] + [0] * len(points)
        n_items = len(self.items)
        is_break = np.array([place.item < 0 for place in self.places], dtype=bool)
        break_node = np.full(len(self.breaks), -1)
        at_point = [k for k, meal in enumerate(self.breaks) if meal.at is not None]
        break_node[at_point] = np.nonzero(is_break)[0]
        code = [
            -2 - place.item
            if place.item >= 0 and self.items[place.item].may_repeat
            else place.item
            for place in self.places
        ]
        for number, node in enumerate(np.nonzero(is_break)[0]):
            code[node] = n_items + number
        code += [n_items + len(self.breaks) + row for row in range(len(points))]
        meals = self.breaks
        ends = np.maximum(self.leave_by[:, leave_at] - dwell, -FAR) // tick - origin
        n_places = len(dwell)
        break_last = np.empty((len(meals), n_places), np.int64)
        break_first = np.empty((len(meals), n_places), np.int64)
        for layer, meal in enumerate(meals):
            break_last[layer] = (meal.window[1] - dwell) // tick - origin
            break_first[layer] = (
                meal.window[0] + meal.minutes - dwell
            ) // tick - origin
        net = Net(
            n_ticks=n_ticks,
            n_layers=n_layers,
            n_nodes=n,
            n_groups=int(group.max(initial=-1)) + 1,
            width=n_ticks + block + 2 * LANES,
            block=block,
            n_sweeps=1 if shortest > 0 else 1 + self._most_at_once(step, n),
            item=_ints([place.item for place in self.places]),
            code=_ints(code),
            group=_ints(group),
            runs_from=arcs.runs_from,
            run_group=arcs.run_group,
            run_from=arcs.run_from,
            arcs_to=arcs.to,
            arcs_step=arcs.step,
            last_end=_ints(np.clip(ends, -FAR, FAR)).reshape(n_layers, n_places),
            pieces_from=_ints(np.concatenate([[0], np.cumsum(counts)])),
            piece_open=_ints([piece[0] for piece in pieces]),
            piece_close=_ints([piece[1] for piece in pieces]),
            break_last=_ints(break_last),
            break_len=_ints(
                [-1 if meal.at is not None else meal.minutes // tick for meal in meals]
            ),
            break_first=_ints(break_first),
            break_node=_ints(break_node),
            break_open=_ints([meal.window[0] // tick - origin for meal in meals]),
            break_close=_ints([meal.window[1] // tick - origin for meal in meals]),
        )
        return Board(
            teams=teams,
            net=net,
            piece_offset=np.array([piece[2] for piece in pieces], np.float64),
            may_skip=np.array(self.may_skip, dtype=bool),
        )

    def _most_at_once(self, step: NDArray[np.int64], n: int) -> int:
        """How many visits one unit may make without time passing, at most."""
        touched = (step[:n] == 0).any(axis=1) | (step[:n] == 0).any(axis=0)
        at_once = {self.places[node].item for node in np.nonzero(touched)[0]}
        return sum(len(self.items[item].tasks) if item >= 0 else 1 for item in at_once)


def _groups_of(travel: NDArray[np.int64], at: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number places so that neighbours share a group: centres far apart are drawn first.

    (Gonzalez, 1985: each next centre is the place farthest from those there are.)
    """
    away = travel[np.ix_(at, at)]
    away = away + away.T
    group = np.zeros(len(at), np.int64)
    nearest = away[0].copy() if len(at) else np.zeros(0, np.int64)
    for number in range(1, -(-len(at) // GROUP_SIZE)):
        centre = int(nearest.argmax())
        closer = away[centre] < nearest
        group[closer] = number
        nearest = np.minimum(nearest, away[centre])
    return group


class _Arcs(NamedTuple):
    """Arcs in the order that ``Net`` wants."""

    runs_from: Ints
    run_group: Ints
    run_from: Ints
    to: Ints
    step: Ints


def _in_order(step: NDArray[np.int64], group: NDArray[np.int64]) -> _Arcs:
    """List the arcs of each node by groups, the nearest group and arc first."""
    n_groups = int(group.max(initial=0)) + 1
    tail, to = np.nonzero(step < FAR)
    length, run = step[tail, to], tail * n_groups + group[to]
    shortest = np.full(len(step) * n_groups, FAR, np.int64)
    np.minimum.at(shortest, run, length)
    order = np.lexsort((to, length, run, shortest[run], tail))
    run_from = np.nonzero(np.diff(run[order], prepend=-1))[0]
    firsts = order[run_from]
    return _Arcs(
        runs_from=_ints(np.searchsorted(tail[firsts], np.arange(len(step) + 1))),
        run_group=_ints(group[to[firsts]]),
        run_from=_ints(np.append(run_from, len(order))),
        to=_ints(to[order]),
        step=_ints(length[order]),
    )


def _ints(values: object) -> Ints:
    return np.ascontiguousarray(np.asarray(values, dtype=np.int64).astype(np.int32))
