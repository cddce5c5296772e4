"""The JSON formats: what is read, what is set aside, what is refused, and where."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xunfang.core.planning.format.documents import (
    NetworkRef,
    TravelUnresolved,
    network_of,
    read_plan,
    read_problem,
    write_plan,
    write_problem,
)
from xunfang.core.planning.format.node import (
    UnknownWord,
    parse,
)
from xunfang.core.planning.plan import Event, EventKind, LoopVisit, Plan, Route, Unmet
from xunfang.core.planning.problem import (
    UNREACHABLE,
    Break,
    Crew,
    CrewNeed,
    Loop,
    Need,
    Post,
    Presence,
    Problem,
    Reason,
    Stop,
    Unit,
)

SMALLEST = """{"format": "xunfang.patrol-problem/1", "time_unit_s": 60,
 "travel": {"car": [[0, 5], [5, 0]]},
 "units": [{"id": "u1", "mode": "car", "start": 0, "end": 0, "shift": [0, 480]}],
 "stops": [{"id": "p1", "at": 1, "dwell": 15, "value": 40,
            "windows": [[60, 120], [300, 360]]}]}"""


def _document(**changes: Any) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(SMALLEST)
    return document | changes


def _with_stop(**changes: Any) -> dict[str, Any]:
    document = _document()
    document["stops"].append({"id": "p2", "at": 1, "dwell": 10} | changes)
    return document


def _with_unit(**changes: Any) -> dict[str, Any]:
    document = _document()
    unit = {"id": "u2", "start": 0, "shift": [0, 480]}
    document["units"].append(unit | changes)
    return document


def _is_same(one: Problem, other: Problem) -> bool:
    return (
        replace(one, travel={}) == replace(other, travel={})
        and one.travel.keys() == other.travel.keys()
        and all(np.array_equal(one.travel[m], other.travel[m]) for m in one.travel)
    )


def test_the_smallest_problem_is_read_with_its_documented_defaults() -> None:
    read = read_problem(parse(SMALLEST))

    assert read.set_aside == ()
    assert read.problem.travel["car"].tolist() == [[0, 5], [5, 0]]
    assert replace(read.problem, travel={}) == Problem(
        travel={},
        units=(
            Unit(
                id="u1",
                mode="car",
                start=0,
                end=0,
                shift=(0, 480),
                breaks=(),
                crew=Crew(sworn=2, auxiliary=0),
                tags=frozenset(),
                max_drive=None,
            ),
        ),
        stops=(
            Stop(
                id="p1",
                at=1,
                exit=1,
                dwell=15,
                value=((0, 40.0),),
                windows=((60, 120), (300, 360)),
                mandatory=False,
                visits_min=1,
                visits_max=1,
            ),
        ),
        time_unit_s=60,
        origin=None,
        name="",
        points=(),
    )


def test_every_key_of_the_reference_is_read() -> None:
    why = {
        "crew": {"sworn": 2, "total": 6},
        "modes": ["foot"],
        "tags": ["market"],
        "only_units": ["u1", "u2"],
        "not_units": ["u2"],
        "layer": "overlay",
        "reason": {"code": "order", "facts": {"number": 7}},
    }
    document = {
        "format": "xunfang.patrol-problem/1",
        "name": "Linhe, Tuesday",
        "time_unit_s": 60,
        "origin": "2026-06-02T18:00:00+08:00",
        "points": [[104.06, 30.66], [104.07, 30.66]],
        "travel": {"car": [[0, 5], [None, 0]], "foot": [[0, 9.0], [9, 0]]},
        "units": [
            {
                "id": "u1",
                "mode": "foot",
                "start": 0,
                "end": 1,
                "shift": [0, 480],
                "breaks": [{"window": [300, 310], "minutes": 30, "at": 1}],
                "break": {"window": [100, 200], "minutes": 20},
                "crew": {"sworn": 2, "auxiliary": 4},
                "tags": ["market"],
                "max_drive": 120,
            },
            {"id": "u2", "mode": "car", "start": 1, "shift": [0, 480]},
        ],
        "stops": [
            {
                "id": "s",
                "at": 0,
                "exit": 1,
                "dwell": {"foot": 15, "car": 10},
                "value": [[60, 2], [0, 1.5]],
                "windows": [[0, 9], [20, 29]],
                "mandatory": True,
                "priority": 3,
                "visits": {"min": 2, "max": 4, "min_gap": 30, "max_gap": 90},
                "reversible": True,
                **why,
            }
        ],
        "streets": [{"id": "lane", "from": 0, "to": 1, "minutes": {"foot": 12}}],
        "posts": [
            {
                "id": "gate",
                "at": 1,
                "window": [30, 60],
                "units": 2,
                "mandatory": False,
                "priority": 2,
                "value": 5,
                **why,
            }
        ],
        "loops": [
            {
                "id": "market",
                "at": [0, 1],
                "dwell": 5,
                "window": [100, 200],
                "max_gap": 40,
                "mandatory": False,
                "priority": 2,
                "value": 6,
                **why,
            }
        ],
        "presence": [
            {
                "id": "cell",
                "at": 1,
                "dwell": 10,
                "wanted": [[0, 60, 20], [60, 120, 10]],
                "value_per_minute": 0.5,
                **why,
            }
        ],
    }
    need = Need(
        crew=CrewNeed(2, 6),
        modes=frozenset({"foot"}),
        tags=frozenset({"market"}),
        only_units=frozenset({"u1", "u2"}),
        not_units=frozenset({"u2"}),
    )
    order = Reason("order", {"number": 7})

    read = read_problem(document)

    problem = read.problem
    assert read.set_aside == ()
    assert problem.travel["car"].tolist() == [[0, 5], [UNREACHABLE, 0]]
    assert problem.travel["foot"].tolist() == [[0, 9], [9, 0]]
    assert replace(problem, travel={}) == Problem(
        travel={},
        units=(
            Unit(
                id="u1",
                mode="foot",
                start=0,
                end=1,
                shift=(0, 480),
                breaks=(Break((100, 200), 20), Break((300, 310), 30, at=1)),
                crew=Crew(2, 4),
                tags=frozenset({"market"}),
                max_drive=120,
            ),
            Unit(id="u2", mode="car", start=1, end=1, shift=(0, 480)),
        ),
        stops=(
            Stop(
                id="s",
                at=0,
                exit=1,
                dwell={"foot": 15, "car": 10},
                value=((0, 1.5), (60, 2.0)),
                windows=((0, 9), (20, 29)),
                mandatory=True,
                priority=3,
                visits_min=2,
                visits_max=4,
                min_gap=30,
                max_gap=90,
                reversible=True,
                need=need,
                layer="overlay",
                reason=order,
            ),
            Stop(
                id="lane",
                at=0,
                exit=1,
                dwell={"foot": 12},
                value=((0, 1.0),),
                windows=((0, 480),),
                reversible=True,
            ),
        ),
        posts=(
            Post(
                "gate",
                1,
                (30, 60),
                units=2,
                mandatory=False,
                priority=2,
                value=5.0,
                need=need,
                layer="overlay",
                reason=order,
            ),
        ),
        loops=(
            Loop(
                "market",
                (0, 1),
                5,
                (100, 200),
                40,
                "foot",
                mandatory=False,
                priority=2,
                value=6.0,
                need=need,
                layer="overlay",
                reason=order,
            ),
        ),
        presence=(
            Presence(
                "cell",
                1,
                10,
                ((0, 60, 20), (60, 120, 10)),
                value_per_minute=0.5,
                need=need,
                layer="overlay",
                reason=order,
            ),
        ),
        time_unit_s=60,
        origin=datetime.fromisoformat("2026-06-02T18:00:00+08:00"),
        name="Linhe, Tuesday",
        points=((104.06, 30.66), (104.07, 30.66)),
    )
    assert _is_same(read_problem(write_problem(problem)).problem, problem)


def test_a_stop_that_must_be_has_no_value_beside_the_duty_unless_stated() -> None:
    read = read_problem(_with_stop(mandatory=True))

    assert read.problem.stops[1].value == ((0, 0.0),)
    assert read.problem.stops[1].windows == ((0, 480),)


def test_travel_may_be_left_to_a_street_network() -> None:
    network = {
        "file": "linhe.osm.pbf",
        "points": [[104.06, 30.66], [104.07, 30.66]],
        "modes": {"car": "car", "foot": "foot"},
    }
    document = _document(network=network)
    del document["travel"]
    matrix = np.array([[0, 3], [4, 0]], dtype=np.int32)

    assert network_of(_document()) is None
    assert network_of(document) == NetworkRef(
        "linhe.osm.pbf",
        ((104.06, 30.66), (104.07, 30.66)),
        {"car": "car", "foot": "foot"},
    )
    with pytest.raises(TravelUnresolved):
        read_problem(document)
    read = read_problem(document, travel={"car": matrix, "foot": matrix * 3})
    assert read.problem.travel["foot"].tolist() == [[0, 9], [12, 0]]
    assert read.problem.points == ((104.06, 30.66), (104.07, 30.66))


moments = st.integers(0, 400)
windows = st.tuples(moments, st.integers(0, 80)).map(lambda w: (w[0], w[0] + w[1]))
names = st.text(min_size=1, max_size=4).filter(str.strip)
needs = st.builds(
    Need,
    crew=st.builds(CrewNeed, st.integers(1, 3), st.integers(3, 6)),
    modes=st.none() | st.just(frozenset({"car"})),
    tags=st.frozensets(names, max_size=2),
    not_units=st.just(frozenset({"u1"})) | st.just(frozenset[str]()),
)
stops = st.builds(
    Stop,
    id=names,
    at=st.integers(0, 2),
    exit=st.integers(0, 2),
    dwell=st.integers(0, 30) | st.fixed_dictionaries({"foot": st.integers(0, 30)}),
    value=st.dictionaries(moments, st.floats(0, 1e6), min_size=1, max_size=3).map(
        lambda steps: tuple(sorted({0: 1.0, **steps}.items()))
    ),
    windows=st.lists(windows, min_size=1, max_size=3).map(tuple),
    mandatory=st.booleans(),
    priority=st.integers(1, 5),
    visits_min=st.integers(1, 2),
    visits_max=st.integers(2, 4),
    min_gap=st.integers(0, 30),
    max_gap=st.none() | st.integers(30, 90),
    reversible=st.booleans(),
    need=needs,
    layer=st.sampled_from(["baseline", "overlay"]),
    reason=st.none() | st.builds(Reason, names),
)
problems = st.builds(
    Problem,
    travel=st.lists(st.integers(0, 30) | st.just(UNREACHABLE), min_size=18, max_size=18).map(
        lambda cells: {
            mode: np.array(cells[at : at + 9], dtype=np.int32).reshape(3, 3)
            * (1 - np.eye(3, dtype=np.int32))
            for mode, at in (("car", 0), ("foot", 9))
        }
    ),
    units=st.just(
        (
            Unit("u1", "car", 0, 1, (0, 600), (Break((100, 200), 30),), max_drive=99),
            Unit("u2", "foot", 1, 1, (0, 600), crew=Crew(1, 5), tags=frozenset("ab")),
        )
    ),
    stops=st.lists(stops, max_size=4, unique_by=lambda stop: stop.id).map(tuple),
    time_unit_s=st.sampled_from([1, 30, 60]),
    name=st.text(),
)  # fmt: skip


@given(problems)
def test_a_problem_that_is_written_and_read_again_is_the_same(problem: Problem) -> None:
    written = json.loads(json.dumps(write_problem(problem)))

    read = read_problem(written)

    assert read.set_aside == () or {aside.code for aside in read.set_aside} <= {
        "planning.aside.break_outside_shift"  # no way from 0 to 1: the unit keeps none
    }
    units = read.problem.units
    assert _is_same(replace(read.problem, units=()), replace(problem, units=()))
    assert [replace(unit, breaks=()) for unit in units] == [
        replace(unit, breaks=()) for unit in problem.units
    ]


def test_a_plan_that_is_written_and_read_again_is_the_same() -> None:
    problem = read_problem(parse(SMALLEST)).problem
    plan = Plan(
        routes=(
            Route(
                "u1",
                55,
                (
                    Event(EventKind.STOP, "p1", 1, 1, 60, 60, 75),
                    Event(EventKind.STOP, "lane", 1, 0, 75, 80, 90),
                    Event(
                        EventKind.LOOP, "m", 0, 0, 90, 95, 99, (LoopVisit(0, 95, 99),)
                    ),
                ),
                99,
            ),
        ),
        value=40.0,
        upper_bound=50.0,
        unmet=(
            Unmet(
                EventKind.POST,
                "gate",
                2,
                mandatory=True,
                code="too_few_people",
                facts={"needed": 6, "largest": 4},
            ),
        ),
        seed=7,
        cpu_s=1.25,
        stopped_early=True,
    )

    written = json.loads(json.dumps(write_plan(plan, problem)))

    assert read_plan(written, problem) == plan
    assert written["gap_share"] == 0.2
    with pytest.raises(UnknownWord) as refusal:
        read_plan(written | {"time_unit_s": 1}, problem)
    assert refusal.value.path == "time_unit_s"


def test_a_plan_with_an_unknown_kind_of_event_is_refused_with_its_place() -> None:
    problem = read_problem(parse(SMALLEST)).problem
    event = {"kind": "nap", "id": "1", "at": 0, "start": 0, "end": 9}
    route = {"unit": "u1", "depart": 0, "back": 9, "events": [event]}
    document = {"format": "xunfang.patrol-plan/1", "value": 0, "routes": [route]}

    with pytest.raises(UnknownWord) as refusal:
        read_plan(document, problem)

    assert refusal.value.path == "routes[0].events[0].kind"
