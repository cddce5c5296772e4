"""Mistakes in a problem file: refused with their place, or set aside with it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xunfang.core.planning.format.documents import (
    SetAside,
    read_problem,
)
from xunfang.core.planning.format.node import (
    BadMatrix,
    BadMoment,
    FormatError,
    FractionalTime,
    MissingKey,
    NotJson,
    NumberOutOfRange,
    UnknownWord,
    WrongFormat,
    WrongType,
    line_of,
    parse,
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


REFUSED: list[tuple[object, type[FormatError], str]] = [
    ([], WrongType, ""),
    ({}, WrongFormat, ""),
    (_document(format="xunfang.patrol-problem/2"), WrongFormat, "format"),
    ({"format": "xunfang.patrol-problem/1"}, MissingKey, ""),
    (_document(travel={}), MissingKey, "travel"),
    (_document(travel={"car": [[0, 1]]}), BadMatrix, "travel.car[0]"),
    (_document(travel={"car": []}), BadMatrix, "travel.car"),
    (_document(travel={"car": [[1]]}), BadMatrix, "travel.car[0][0]"),
    (_document(travel={"car": [[0]], "foot": [[0, 1], [1, 0]]}), BadMatrix, "travel.foot"),
    (_document(travel={"on foot": [[0, -1], [1, 0]]}), NumberOutOfRange, 'travel["on foot"][0][1]'),
    (_document(travel={"car": [[0, 15.5], [1, 0]]}), FractionalTime, "travel.car[0][1]"),
    (_document(units={}), WrongType, "units"),
    (_document(units=[{}]), MissingKey, "units[0]"),
    (_document(time_unit_s=0), NumberOutOfRange, "time_unit_s"),
    (_document(origin="2026-06-02T18:00:00"), BadMoment, "origin"),
    (_document(origin="tonight"), BadMoment, "origin"),
    (_with_unit(shift=[0]), WrongType, "units[1].shift"),
    (_with_unit(shift=[0, "22:00"]), WrongType, "units[1].shift[1]"),
    (_with_unit(id=""), MissingKey, "units[1].id"),
    (_with_stop(dwell=15.5), FractionalTime, "stops[1].dwell"),
    (_with_stop(dwell=True), WrongType, "stops[1].dwell"),
    (_with_stop(dwell={"car": "x"}), WrongType, "stops[1].dwell.car"),
    (_with_stop(value=-1), NumberOutOfRange, "stops[1].value"),
    (_with_stop(value=float("nan")), NumberOutOfRange, "stops[1].value"),
    (_with_stop(value=[[0, 1, 2]]), WrongType, "stops[1].value[0]"),
    (_with_stop(windows=[[0, 1], 5]), WrongType, "stops[1].windows[1]"),
    (_with_stop(windows=[[-5, 5]]), NumberOutOfRange, "stops[1].windows[0][0]"),
    (_with_stop(mandatory="yes"), WrongType, "stops[1].mandatory"),
    (_with_stop(visits={"min": 0}), NumberOutOfRange, "stops[1].visits.min"),
    (_with_stop(tags="school"), WrongType, "stops[1].tags"),
    (_with_stop(reason={"code": "x", "facts": {"a": []}}), WrongType, "stops[1].reason.facts.a"),
    (_document(presence=[{"id": "c", "at": 0, "dwell": 5, "wanted": [[0, 1]]}]), WrongType, "presence[0].wanted[0]"),
    (_document(loops=[{"id": "l", "at": [], "dwell": 5, "window": [0, 9], "max_gap": 4}]), UnknownWord, "loops[0].at"),
    (_document(travel={"car": [[0]], "foot": [[0]]}, units=[{"id": "u", "start": 0, "shift": [0, 9]}]), MissingKey, "units[0]"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "error", "path"), REFUSED)
def test_structural_nonsense_is_refused_with_its_place(
    document: object, error: type[FormatError], path: str
) -> None:
    with pytest.raises(FormatError) as refusal:
        read_problem(document)

    assert (type(refusal.value), refusal.value.path) == (error, path)
    assert refusal.value.code == error.code


def test_fifteen_and_a_half_minutes_come_with_the_number_to_write() -> None:
    with pytest.raises(FractionalTime) as refusal:
        read_problem(_with_stop(dwell=15.5))

    assert refusal.value.facts == {"number": "15.5", "up": 16}
    assert read_problem(_with_stop(dwell=15.0)).problem.stops[1].dwell == 15


ASIDE: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    (_with_unit(shift=[480, 0]), [("units[1].shift", "shift_reversed")]),
    (_with_unit(start=7), [("units[1].start", "place_unknown")]),
    (_with_unit(end=7), [("units[1].end", "place_unknown")]),
    (_with_unit(id="u1"), [("units[1]", "duplicate_id")]),
    (_with_unit(mode="boat"), [("units[1].mode", "mode_without_travel")]),
    (_with_unit(crew={"sworn": 0, "auxiliary": 6}), [("units[1].crew", "no_sworn_officer")]),
    (_with_unit(breaks=[{"window": [470, 480], "minutes": 30}]), [("units[1].breaks[0]", "break_outside_shift")]),
    (_with_unit(breaks=[{"window": [9, 3], "minutes": 30}]), [("units[1].breaks[0]", "window_reversed")]),
    (_with_unit(breaks=[{"window": [0, 3], "minutes": 30, "at": 1}]), [("units[1].breaks[0]", "break_outside_shift")]),
    (_with_unit(breaks=[{"window": [0, 3], "minutes": 30, "at": 2}]), [("units[1].breaks[0].at", "place_unknown")]),
    (_with_stop(at=9), [("stops[1].at", "place_unknown")]),
    (_with_stop(id="p1"), [("stops[1]", "duplicate_id")]),
    (_with_stop(windows=[[9, 3], [10, 20]]), [("stops[1].windows[0]", "window_reversed")]),
    (_with_stop(windows=[[471, 900]]), [("stops[1].windows[0]", "window_outside_shifts"), ("stops[1]", "no_window_left")]),
    (_with_stop(windows=[]), [("stops[1]", "no_window_left")]),
    (_with_stop(visits={"min_gap": 60, "max_gap": 30}), [("stops[1].visits", "gaps_contradict")]),
    (_with_stop(visits={"min": 3, "max": 2}), [("stops[1].visits", "visits_contradict")]),
    (_with_stop(dwell={"boat": 5}), [("stops[1].dwell", "mode_without_travel")]),
    (_with_stop(only_units=["u1"], not_units=["u1"]), [("stops[1].only_units", "nobody_allowed")]),
    (_with_stop(only_units=["u1", "u9"]), [("stops[1].only_units", "unknown_unit")]),
    (_with_stop(modes=["car", "boat"]), [("stops[1].modes", "unknown_mode")]),
    (_with_stop(window=[0, 9]), [("stops[1].window", "unknown_key")]),
    (_document(unts=[]), [("unts", "unknown_key")]),
    (_document(_remark="mine"), []),
    (_document(points=[[104.0, 30.0]]), [("points", "points_count")]),
    (_document(posts=[{"id": "g", "at": 1, "window": [500, 600]}]), [("posts[0].window", "window_outside_shifts")]),
    (_document(loops=[{"id": "l", "at": [0, 5], "dwell": 5, "window": [0, 60], "max_gap": 9}]), [("loops[0].at[1]", "place_unknown")]),
    (_document(presence=[{"id": "c", "at": 1, "dwell": 10, "wanted": [[0, 60, 9], [59, 90, 9], [90, 95, 5], [99, 98, 1]]}]),
     [("presence[0].wanted[1]", "bands_overlap"), ("presence[0].wanted[2]", "band_too_short"), ("presence[0].wanted[3]", "window_reversed")]),
]  # fmt: skip


@pytest.mark.parametrize(("document", "expected"), ASIDE)
def test_what_makes_no_sense_by_itself_is_set_aside_and_the_rest_is_read(
    document: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    read = read_problem(document)

    found = [(aside.path, aside.code) for aside in read.set_aside]
    assert found == [(path, f"planning.aside.{code}") for path, code in expected]
    assert read.problem.units[0].id == "u1"
    assert read.problem.stops[0].id == "p1"


def test_a_misspelt_key_comes_with_the_nearest_right_one() -> None:
    read = read_problem(_with_stop(windws=[[0, 9]]))

    facts: dict[str, str | int | float] = {"key": "windws", "nearest": "windows"}
    assert read.set_aside == (
        SetAside("stops[1].windws", "planning.aside.unknown_key", None, facts),
    )


def test_text_that_is_no_json_is_refused_with_its_line() -> None:
    with pytest.raises(NotJson) as refusal:
        parse('{\n "units": [1,\n ]\n}')

    assert refusal.value.facts["line"] in {2, 3}


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("", 1),
        ("travel.car[1]", 2),
        ("units[0].shift[1]", 3),
        ("stops[0]", 4),
        ("stops[0].windows[1][0]", 5),
        ("stops[0].crew", 4),
        ("stops[7]", 4),
        ('travel["on foot"][0]', 2),
    ],
)
def test_the_line_of_a_place_in_the_text_is_found(path: str, line: int) -> None:
    assert line_of(SMALLEST, path) == line


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), json_values, min_size=1), st.data())
def test_the_line_of_every_key_is_the_line_it_was_written_on(
    document: dict[str, object], data: st.DataObject
) -> None:
    """Whatever the keys and values, written one to a line."""
    lines = [f"{json.dumps(key)}: {json.dumps(item)}" for key, item in document.items()]
    text = "{\n" + ",\n".join(lines) + "\n}"
    number = data.draw(st.integers(0, len(lines) - 1))
    key = list(document)[number]

    assert line_of(text, f"[{json.dumps(key)}]") == number + 2


@given(json_values)
def test_any_json_is_read_or_refused_with_a_code_never_a_crash(value: object) -> None:
    document = _document(units=value, stops=value)

    code = _code_of_refusal(document)

    assert code is None or code.startswith("planning.format.")


def _code_of_refusal(document: object) -> str | None:
    try:
        read_problem(document)
    except FormatError as error:
        return error.code
    return None
