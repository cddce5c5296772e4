"""What is said to fit, fits: random nights, driven and held to the checker."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from xunfang.core.planning.check import violations
from xunfang.core.planning.displacement import Item, Track, break_items
from xunfang.core.planning.plan import Event, EventKind, Plan, Route
from xunfang.core.planning.problem import (
    UNREACHABLE,
    Break,
    Crew,
    Problem,
    Stop,
    Unit,
)
from xunfang.core.planning.tasks import Option

UNIT = Unit("u1", "car", 0, 0, (0, 120), crew=Crew(2, 2))


def _route(
    unit: Unit, items: list[Item], travel: np.ndarray, n_at_home: int
) -> Route | None:
    """Drive the items in order as early as can be; None if the night does not hold.

    The last ``n_at_home`` of them, breaks without a place, are taken at the end post.
    """
    clock, place, events = unit.shift[0], unit.start, []
    for number, item in enumerate(items):
        at = place if item.floats else item.event.at
        leave = place if item.floats else item.event.exit
        if number >= len(items) - n_at_home:
            at = leave = unit.end
        arrive = clock + int(travel[place, at])
        starts = [max(a, arrive) for a, b in item.windows if arrive <= b]
        if not starts:
            return None
        clock, place = min(starts) + item.dwell, leave
        event = replace(item.event, at=at, exit=leave, arrive=arrive)
        events.append(replace(event, start=min(starts), end=clock))
    back = clock + int(travel[place, unit.end])
    if back > unit.shift[1]:
        return None
    return Route(unit.id, unit.shift[0], tuple(events), back)


points = st.integers(0, 3)
small_stops = st.builds(
    lambda at, leave, dwell, first, length: Stop(
        "", at, leave, dwell, ((0, 1.0),), ((first, first + length),)
    ),
    points,
    points,
    st.integers(0, 25),
    st.integers(0, 110),
    st.integers(0, 60),
)


@given(
    travel=st.lists(
        st.integers(0, 20) | st.just(UNREACHABLE), min_size=16, max_size=16
    ),
    stops=st.lists(small_stops, min_size=2, max_size=6),
    meal=st.none() | st.integers(0, 60),
    max_drive=st.none() | st.integers(10, 60),
    end=points,
)
def test_what_is_said_to_fit_makes_a_plan_that_the_checker_passes(
    travel: list[int],
    stops: list[Stop],
    meal: int | None,
    max_drive: int | None,
    end: int,
) -> None:
    matrix = np.array(travel, dtype=np.int32).reshape(4, 4)
    np.fill_diagonal(matrix, 0)
    breaks = () if meal is None else (Break((meal, meal + 30), 15),)
    unit = replace(UNIT, end=end, breaks=breaks, max_drive=max_drive)
    named = [replace(stop, id=f"s{number}") for number, stop in enumerate(stops)]
    problem = Problem({"car": matrix}, (unit,), tuple(named))
    items = break_items(unit)
    for stop in named[1:]:
        event = Event(EventKind.STOP, stop.id, stop.at, stop.exit, 0, 0, 0)
        assert isinstance(stop.dwell, int)
        item = Item(event, stop.windows, stop.dwell, is_removable=True, value=1.0)
        for place in range(len(items) + 1):
            trial = [*items[:place], item, *items[place:]]
            if _is_good(problem, unit, trial, matrix):
                items = trial
                break
    first = named[0]
    assert isinstance(first.dwell, int)
    options = [Option(*first.windows[0], 1.0, first.at, first.exit)]
    key = (EventKind.STOP, first.id)

    ways = list(
        Track(unit, items, matrix.tolist()).displacements(options, first.dwell, key)
    )

    event = Event(EventKind.STOP, first.id, first.at, first.exit, 0, 0, 0)
    visit = Item(event, first.windows, first.dwell)
    for way in ways:
        after = items[way.before + len(way.out) :]
        assert _is_good(problem, unit, [*items[: way.before], visit, *after], matrix)


@given(
    travel=st.lists(
        st.integers(0, 20) | st.just(UNREACHABLE), min_size=16, max_size=16
    ),
    stops=st.lists(small_stops, min_size=1, max_size=4),
    meals=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 90)), max_size=2),
    max_drive=st.none() | st.integers(10, 60),
    end=points,
)
def test_an_order_is_sound_exactly_where_the_checker_passes_it(
    travel: list[int],
    stops: list[Stop],
    meals: list[tuple[int, int]],
    max_drive: int | None,
    end: int,
) -> None:
    matrix = np.array(travel, dtype=np.int32).reshape(4, 4)
    np.fill_diagonal(matrix, 0)
    in_order = sorted(first for _, first in meals)
    breaks = tuple(Break((first, first + 20), 10) for first in in_order)
    unit = replace(UNIT, end=end, breaks=breaks, max_drive=max_drive)
    named = [replace(stop, id=f"s{number}") for number, stop in enumerate(stops)]
    problem = Problem({"car": matrix}, (unit,), tuple(named))
    items = []
    for stop in named:
        assert isinstance(stop.dwell, int)
        event = Event(EventKind.STOP, stop.id, stop.at, stop.exit, 0, 0, 0)
        items.append(Item(event, stop.windows, stop.dwell))
    for (place, _), meal in zip(sorted(meals), break_items(unit), strict=True):
        items.insert(place + int(meal.event.id) - 1, meal)

    track = Track(unit, items, matrix.tolist())

    assert track.is_sound == _is_good(problem, unit, items, matrix)


def _is_good(
    problem: Problem, unit: Unit, items: list[Item], matrix: np.ndarray
) -> bool:
    n_last_meals = 0
    while n_last_meals < len(items) and items[-1 - n_last_meals].floats:
        n_last_meals += 1
    routes = (
        _route(unit, items, matrix, n_at_home) for n_at_home in range(n_last_meals + 1)
    )
    n_stops = float(sum(item.event.kind is EventKind.STOP for item in items))
    return any(
        violations(problem, Plan((route,), n_stops)) == ()
        for route in routes
        if route is not None
    )
