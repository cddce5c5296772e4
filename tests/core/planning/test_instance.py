"""A problem becomes tables that mean the same."""

import numpy as np

from xunfang.core.planning.plan import EventKind
from xunfang.core.planning.problem import (
    Break,
    Crew,
    CrewNeed,
    Need,
    Problem,
    Stop,
    Unit,
)
from xunfang.core.planning.search.instance import (
    AT_END,
    BREAK_FIRST,
    FLOATING,
    GAPPED,
    GROUP,
    IN,
    NODE_END,
    NODE_FIRST,
    OUT,
    TWIN,
    WINDOW_END,
    WINDOW_FIRST,
    duty_weights,
    pack,
)
from xunfang.core.planning.tasks import Option, Task, tasks_of

LINE = np.array([[0, 10, 20], [10, 0, 10], [20, 10, 0]], np.int32)


def _unit(name: str = "u", **changes) -> Unit:
    return Unit(id=name, mode="car", start=0, end=0, shift=(0, 100), **changes)


def _stop(name: str = "s", **changes) -> Stop:
    stated = {"at": 1, "exit": 1, "dwell": 5, "value": ((0, 3.0),)}
    return Stop(id=name, **(stated | {"windows": ((0, 90),)} | changes))


def _pack(units, stops):
    problem = Problem(travel={"car": LINE}, units=tuple(units), stops=tuple(stops))
    return pack(problem, tasks_of(problem))


def test_windows_of_one_value_are_one_node_and_each_value_has_its_own():
    """Worth 3 until 49 and 8 from 50, open 0-10, 20-60: 3 in two windows, 8 in one."""
    stop = _stop(value=((0, 3.0), (50, 8.0)), windows=((0, 10), (20, 60)))

    instance = _pack([_unit()], [stop]).instance

    first, end, _ = instance.task[0, :3]
    windows = [
        instance.window[row[WINDOW_FIRST] : row[WINDOW_END]].tolist()
        for row in instance.node[first:end]
    ]
    assert instance.value[first:end].tolist() == [8.0, 3.0]
    assert windows == [[[50, 60]], [[0, 10], [20, 49]]]


def test_a_street_that_may_be_walked_both_ways_has_a_node_for_each():
    instance = _pack([_unit()], [_stop(exit=2, reversible=True)]).instance

    first, end = instance.task[0, NODE_FIRST], instance.task[0, NODE_END]
    ways = {(int(row[IN]), int(row[OUT])) for row in instance.node[first:end]}
    assert ways == {(1, 2), (2, 1)}


def test_a_break_anywhere_floats_and_has_a_twin_at_the_end_post():
    unit = _unit(breaks=(Break((10, 20), 30),))

    instance = _pack([unit], []).instance

    first = instance.unit[0, BREAK_FIRST]
    twin = instance.node[first, TWIN]
    assert instance.node[first, IN] == FLOATING
    assert instance.node[twin, TWIN] == AT_END


def test_a_crew_too_small_or_without_a_sworn_officer_serves_nothing():
    units = [
        _unit("pair"),
        _unit("single", crew=Crew(1, 0)),
        _unit("auxiliaries", crew=Crew(0, 3)),
    ]
    stop = _stop(need=Need(crew=CrewNeed(sworn=1, total=2)))

    instance = _pack(units, [stop]).instance

    assert instance.eligible.tolist() == [[1, 0, 0]]


def test_a_unit_that_cannot_take_its_break_is_left_out():
    """The break must begin by 20, but the way to it takes 20 from minute 5."""
    late = Unit(
        id="late",
        mode="car",
        start=0,
        end=0,
        shift=(5, 100),
        breaks=(Break((10, 20), 30, at=2),),
    )

    packed = _pack([_unit(), late], [_stop()])

    assert packed.idle_units == frozenset({1})
    assert packed.instance.eligible.tolist() == [[1, 0]]


def test_only_things_wanted_several_times_have_gaps():
    packed = _pack([_unit()], [_stop("once"), _stop("twice", visits_max=2)])

    groups = packed.instance.group[packed.instance.task[:, GROUP]]
    assert groups[:, GAPPED].tolist() == [0, 1, 1]


def test_one_duty_outweighs_all_less_urgent_ones():
    """Three of priority 2 weigh 1 each, so one of priority 1 weighs 4."""

    def task(priority: int | None) -> Task:
        option = Option(0, 9, 1.0, at=1, exit=1)
        need = Need()
        return Task(EventKind.STOP, "s", 0, (option,), {"car": 5}, need, priority)

    weights = duty_weights(tuple(map(task, (2, 1, 2, None, 2))))

    assert weights == {1: 4.0, 2: 1.0}


def test_related_tasks_are_ordered_by_the_way_between_them():
    stops = [_stop("a", at=0, exit=0), _stop("c", at=2, exit=2), _stop("b")]

    instance = _pack([_unit()], stops).instance

    assert instance.near[0].tolist() == [0, 2, 1]
