"""What may enter a forecast, and what is turned away at the door."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest

from xunfang.core.demand.events import (
    COLUMNS,
    RESIDENT_REPORTED,
    ColumnsRefused,
    Link,
    NotAnEventOfItsOwn,
    NotResidentReported,
    PlaceSealed,
    PlaceUnknown,
    ResidentEvents,
    Source,
    TimeUnclear,
    read_events,
)

PLACES = ("P1", "P2", "P3")
CITY = timezone(timedelta(hours=8))


def _columns(**changed):
    """Three good rows, some columns changed."""
    return {
        "place": ["P2", "P1", "P2"],
        "at": [datetime(2026, 6, 12, hour, 5, tzinfo=UTC) for hour in (12, 13, 14)],
        "class_code": ["theft", "noise", "theft"],
        "source": ["resident", "resident", "resident"],
        "link": ["first", "first", "first"],
    } | changed


def _read(columns, *, places=PLACES, sealed=()):
    return read_events(columns, places=places, zone=CITY, sealed=sealed)


def test_what_residents_reported_is_read_in_order():
    events = _read(_columns(), sealed={"P3"})

    assert events.place.tolist() == [1, 0, 1]
    assert events.at.astype(str).tolist() == [
        "2026-06-12T20:05:00",
        "2026-06-12T21:05:00",
        "2026-06-12T22:05:00",
    ]
    assert events.class_code.tolist() == ["theft", "noise", "theft"]
    assert events.source.tolist() == ["resident", "resident", "resident"]


@pytest.mark.rule("CL-23")
@pytest.mark.parametrize("source", sorted(set(Source) - RESIDENT_REPORTED))
def test_what_patrols_brought_up_is_refused_by_its_row(source):
    with pytest.raises(NotResidentReported) as refused:
        _read(_columns(source=["resident", source, "resident"]))

    assert refused.value.row == 1
    assert str(refused.value) == f"row 1: source {source.value}"
    assert refused.value.code == "demand.not_resident_reported"


def test_a_source_nobody_knows_is_refused():
    with pytest.raises(NotResidentReported, match="row 2: source rumour"):
        _read(_columns(source=["resident", "resident", "rumour"]))


@pytest.mark.parametrize("link", [*sorted(set(Link) - {Link.FIRST}), "other"])
def test_what_is_no_event_of_its_own_is_refused_by_its_row(link):
    with pytest.raises(NotAnEventOfItsOwn) as refused:
        _read(_columns(link=["first", "first", link]))

    assert refused.value.row == 2


def test_an_event_at_a_sealed_place_is_refused_without_naming_the_place():
    with pytest.raises(PlaceSealed) as refused:
        _read(_columns(), sealed={"P1"})

    assert refused.value.row == 1
    assert "P1" not in str(refused.value)


def test_a_sealed_place_is_refused_even_where_it_is_not_forecast():
    with pytest.raises(PlaceSealed, match="row 1"):
        _read(_columns(), places=("P2",), sealed={"P1"})


def test_a_place_that_is_not_forecast_is_refused_by_its_row():
    with pytest.raises(PlaceUnknown, match="row 1: place P1"):
        _read(_columns(), places=("P2", "P3"))


@pytest.mark.parametrize(
    "at",
    [None, "2026-06-12 21:05", datetime(2026, 6, 12, 21, 5)],  # noqa: DTZ001
)
def test_a_time_that_is_missing_or_without_a_zone_is_refused(at):
    good = datetime(2026, 6, 12, 20, 5, tzinfo=UTC)

    with pytest.raises(TimeUnclear, match="row 1"):
        _read(_columns(at=[good, at, good]))


@pytest.mark.rule("CL-01", "CL-23")
@pytest.mark.parametrize(
    "column",
    ["caller", "caller_phone", "id_number", "person", "name", "address", "words"],
)
def test_no_column_about_a_person_can_enter(column):
    with pytest.raises(ColumnsRefused, match=column):
        _read(_columns(**{column: ["x", "y", "z"]}))


@pytest.mark.rule("CL-01")
def test_the_table_a_forecast_reads_is_a_closed_set_of_columns():
    assert {"place", "at", "class_code", "source", "link"} == COLUMNS
    assert [field.name for field in fields(ResidentEvents)] == [
        "place",
        "at",
        "class_code",
        "source",
    ]
    events = _read(_columns())
    with pytest.raises((AttributeError, TypeError)):
        events.caller = ["x", "y", "z"]


def test_a_missing_column_is_refused_by_its_name():
    columns = _columns()
    del columns["link"]

    with pytest.raises(ColumnsRefused, match="missing: \\['link'\\]"):
        _read(columns)


@pytest.mark.rule("CL-23")
def test_the_table_cannot_be_built_past_the_loader():
    with pytest.raises(NotResidentReported, match="row 1"):
        ResidentEvents(
            place=np.array([0, 0]),
            at=np.array(["2026-06-12T20:00"] * 2, dtype="datetime64[s]"),
            class_code=np.array(["theft", "theft"]),
            source=np.array(["resident", "patrol"]),
        )


def test_the_table_cannot_be_changed_afterwards():
    events = _read(_columns())

    with pytest.raises(ValueError, match="read-only"):
        events.source[0] = "patrol"


def test_what_the_caller_passed_stays_the_callers_to_change():
    source = np.array(["resident"] * 3)

    events = _read(_columns(source=source))
    source[0] = "patrol"

    assert events.source.tolist() == ["resident"] * 3


def test_no_rows_are_no_events():
    empty = {name: [] for name in COLUMNS}

    assert len(_read(empty)) == 0


@pytest.mark.parametrize(
    ("columns", "places"),
    [(_columns(link=["first"]), PLACES), (_columns(), ("P1", "P2", "P1"))],
)
def test_columns_of_different_length_and_places_named_twice_are_a_bug(columns, places):
    with pytest.raises(ValueError, match=r"length|twice"):
        _read(columns, places=places)
