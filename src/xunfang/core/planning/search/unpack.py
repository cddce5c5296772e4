"""Between the tables of the search and the words of a plan, both ways."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from xunfang.core.planning.plan import Event, EventKind, Plan
from xunfang.core.planning.problem import Problem
from xunfang.core.planning.search.instance import (
    AT_END,
    BREAK_END,
    BREAK_FIRST,
    DISTINCT,
    DUTY,
    GAPPED,
    GROUP,
    GROUP_FIRST,
    IN,
    NODE_END,
    NODE_FIRST,
    NODE_OPENS,
    OUT,
    TASK,
    TWIN,
    WINDOW_END,
    WINDOW_FIRST,
    WORTH,
    Packed,
)
from xunfang.core.planning.search.schedule import Part, Pause, Visit, schedule
from xunfang.core.planning.search.state import (
    BEST_LENGTH,
    BEST_SEQ,
    BEST_START,
    LENGTH,
    N_MADE,
    S_DUTY,
    S_VALUE,
    SEQ,
    SLICE_CLOSES,
    SLICE_OPENS,
    T_NODE,
    T_UNIT,
    Tables,
    refresh,
)


def parts_of(problem: Problem, packed: Packed, t: Tables) -> Plan:
    """Return the best plan of a search, with the starts it had there."""
    routes: dict[str, list[Part]] = {}
    for number, unit in enumerate(problem.units):
        if number in packed.idle_units:
            continue
        n = int(t.unit[number, BEST_LENGTH])
        routes[unit.id] = [
            _part(packed, number, int(t.route[number, k, BEST_SEQ]), int(start))
            for k, start in enumerate(t.route[number, : n + 1, BEST_START])
            if k > 0
        ]
    return schedule(problem, packed.tasks, routes)


def visits_of(
    problem: Problem, packed: Packed, t: Tables
) -> list[tuple[str, list[int]]]:
    """Return the tasks of each unit in the best plan of a search, in order."""
    node = packed.instance.node
    return [
        (
            unit.id,
            [int(k) for k in node[t.route[row, 1 : n + 1, BEST_SEQ], TASK] if k >= 0],
        )
        for row, (unit, n) in enumerate(
            zip(problem.units, t.unit[:, BEST_LENGTH], strict=True)
        )
    ]


def n_duties_missing(packed: Packed, t: Tables) -> int:
    """Count the mandatory visits that the best plan of a search lacks."""
    instance = packed.instance
    n_made: Counter[int] = Counter()
    for unit, n in enumerate(t.unit[:, BEST_LENGTH]):
        tasks = instance.node[t.route[unit, 1 : n + 1, BEST_SEQ], TASK]
        n_made.update(int(g) for g in instance.task[tasks[tasks >= 0], GROUP])
    wanted = Counter(t.group for t in packed.tasks if t.priority is not None)
    return sum((wanted - n_made).values())


def _part(packed: Packed, unit: int, node: int, start: int) -> Part:
    instance = packed.instance
    row = instance.node[node]
    if row[TASK] < 0:
        first, end = instance.unit[unit, BREAK_FIRST], instance.unit[unit, BREAK_END]
        if row[TWIN] == AT_END:
            (which,) = np.flatnonzero(instance.node[first:end, TWIN] == node)
            return Pause(int(which) + 1, at_end=True, not_before=start)
        return Pause(node - int(first) + 1, not_before=start)
    task = packed.tasks[row[TASK]]
    at, leave = int(packed.points[row[IN]]), int(packed.points[row[OUT]])
    for number, option in enumerate(task.options):
        here = option.at == at and option.exit == leave
        if here and option.open <= start <= option.close:
            return Visit(int(row[TASK]), number, not_before=start)
    raise AssertionError(node, start)


def place_plan(problem: Problem, packed: Packed, t: Tables, plan: Plan) -> None:
    """Put the visits of a plan into a state that has none, as far as they still fit.

    Each visit goes behind those before it in its route, ahead of the breaks still to
    come; one that no longer fits is left out. The search mends broken gaps itself.
    """
    free: dict[tuple[EventKind, str], list[int]] = {}
    for number, wanted in enumerate(packed.tasks):
        free.setdefault((wanted.kind, wanted.id), []).append(number)
    planned = {route.unit: route.events for route in plan.routes}
    for unit, row in enumerate(packed.instance.unit):
        if unit in packed.idle_units:
            continue
        events = planned.get(problem.units[unit].id, ())
        breaks = list(range(int(row[BREAK_FIRST]), int(row[BREAK_END])))
        # A route that is driven whole may have a beginning that is not: ways need not
        # obey the triangle inequality.
        route = _all_of(packed, t, unit, events, free, breaks)
        if route is None:
            route = _as_far_as_it_fits(packed, t, unit, events, free, breaks)
        for node in route:
            _count(packed, t, unit, node)


def _all_of(
    packed: Packed,
    t: Tables,
    unit: int,
    events: Sequence[Event],
    free: dict[tuple[EventKind, str], list[int]],
    breaks: list[int],
) -> list[int] | None:
    """Make all events the unit's route, or none."""
    waiting, route = list(breaks), []
    taken: list[tuple[Event, int, int]] = []
    for event in events:
        if event.kind is EventKind.BREAK:
            route += waiting[:1]
            del waiting[:1]
            continue
        nodes = _nodes_for(packed, unit, event, free)
        if not nodes:
            break
        task, node = nodes[0]
        free[event.kind, event.id].remove(task)
        taken.append((event, task, node))
        _pin(packed, t, task, node, event.start)
        route.append(node)
    else:
        if _write(packed, t, unit, [*route, *waiting]):
            return [*route, *waiting]
    for event, task, node in reversed(taken):
        free[event.kind, event.id].insert(0, task)
        _unpin(packed, t, node)
    return None


def _as_far_as_it_fits(
    packed: Packed,
    t: Tables,
    unit: int,
    events: Sequence[Event],
    free: dict[tuple[EventKind, str], list[int]],
    breaks: list[int],
) -> list[int]:
    """Make the unit's route of one event after the other, without what does not fit."""
    waiting, route = list(breaks), []
    for event in events:
        if event.kind is EventKind.BREAK:
            route += waiting[:1]
            del waiting[:1]
            continue
        for task, node in _nodes_for(packed, unit, event, free):
            _pin(packed, t, task, node, event.start)
            if _write(packed, t, unit, [*route, node, *waiting]):
                route.append(node)
                free[event.kind, event.id].remove(task)
                break
            _unpin(packed, t, node)
    _write(packed, t, unit, [*route, *waiting])
    return [*route, *waiting]


def _pin(packed: Packed, t: Tables, task: int, node: int, start: int) -> None:
    """Have a visit of a group that keeps gaps begin at its minute."""
    if packed.instance.group[packed.instance.task[task, GROUP], GAPPED]:
        t.node[node, SLICE_OPENS : SLICE_CLOSES + 1] = (start, start)


def _unpin(packed: Packed, t: Tables, node: int) -> None:
    t.node[node, SLICE_OPENS : SLICE_CLOSES + 1] = packed.instance.node[
        node, NODE_OPENS:IN
    ]


def place_visits(
    problem: Problem, packed: Packed, t: Tables, visits: list[tuple[str, list[int]]]
) -> None:
    """Put ``(unit, tasks in order)`` into a state that has none, as far as they fit.

    Breaks come after what there is; visits that keep gaps are left to the search.
    """
    instance = packed.instance
    tasks_of_unit = dict(visits)
    for unit, row in enumerate(instance.unit):
        if unit in packed.idle_units:
            continue
        breaks = list(range(int(row[BREAK_FIRST]), int(row[BREAK_END])))
        route: list[int] = []
        groups: set[int] = set()
        for task in tasks_of_unit.get(problem.units[unit].id, ()):
            first, end, group = (int(x) for x in instance.task[task, :3])
            may = instance.eligible[task, unit] and not instance.group[group, GAPPED]
            if not may or (instance.group[group, DISTINCT] and group in groups):
                continue
            for node in range(first, end):
                if _write(packed, t, unit, [*route, node, *breaks]):
                    route.append(node)
                    groups.add(group)
                    break
        _write(packed, t, unit, [*route, *breaks])
        for node in route:
            _count(packed, t, unit, node)


def _nodes_for(
    packed: Packed,
    unit: int,
    event: Event,
    free: dict[tuple[EventKind, str], list[int]],
) -> list[tuple[int, int]]:
    """Return one free task and its nodes that mean the same visit as an event."""
    instance = packed.instance
    for task in free.get((event.kind, event.id), []):
        if not instance.eligible[task, unit]:
            continue
        found = []
        for node in range(
            instance.task[task, NODE_FIRST], instance.task[task, NODE_END]
        ):
            row = instance.node[node]
            ways = (int(packed.points[row[IN]]), int(packed.points[row[OUT]]))
            windows = instance.window[row[WINDOW_FIRST] : row[WINDOW_END]]
            opens = any(first <= event.start <= last for first, last in windows)
            if ways == (event.at, event.exit) and opens:
                found.append((task, node))
        if found:
            return found
    return []


def _write(packed: Packed, t: Tables, unit: int, nodes: list[int]) -> bool:
    """Make these nodes the unit's route; False if it cannot be driven."""
    t.unit[unit, LENGTH] = len(nodes)
    t.route[unit, 1 : 1 + len(nodes), SEQ] = nodes
    return bool(refresh(t, unit))


def _count(packed: Packed, t: Tables, unit: int, node: int) -> None:
    """Enter a visit in the books of the search."""
    instance = packed.instance
    task = int(instance.node[node, TASK])
    if task < 0:
        return
    group = instance.task[task, GROUP]
    gain = instance.gain[instance.group[group, GROUP_FIRST] + t.group[group, N_MADE]]
    t.group[group, N_MADE] += 1
    t.task[task, T_UNIT], t.task[task, T_NODE] = unit, node
    t.score[0, S_DUTY] += gain[DUTY]
    t.score[0, S_VALUE] += gain[WORTH] + instance.value[node]
