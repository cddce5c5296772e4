"""Others' tables are read as they are published; rows here are made up."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.factories import calls as factory
from tests.rooms.calls.conftest import NOW
from xunfang.calls import log
from xunfang.calls.mirror.moments import UnreadableMoment, read_moment
from xunfang.calls.models import Call
from xunfang.core.dispatching.sheets import Step

pytestmark = pytest.mark.django_db

CHINA = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def through(city_desk):
    def open_source(preset):
        return factory.add_source(preset, by=city_desk, at=NOW)

    return open_source


def clocks(number: str) -> dict[str, str]:
    """What was kept of a call, as hours, minutes and seconds UTC."""
    sheet = log.sheet_of(Call.objects.get(number=number).events.all())
    return {
        step.value: f"{moment:%d %H:%M:%S}" for step, moment in sheet.clocks.items()
    }


def problems(done) -> list[tuple[int, bool, list[str]]]:
    return [
        (line.line, line.is_taken, [code for code, _ in line.problems])
        for line in done.set_aside.all()
    ]


def test_new_orleans(bring, through):
    """Its own units' finds come in as such; one unit arrived before it was sent."""
    row = {
        "NOPD_Item": "H0000126",
        "InitialTypeText": "COMPLAINT OTHER",
        "TypeText": "DISTURBANCE (OTHER)",
        "TimeCreate": "2026-08-01T00:00:50",
        "TimeDispatch": "2026-08-01T00:02:50",
        "TimeArrive": "2026-08-01T00:10:34",
        "TimeClosed": "2026-08-01T00:23:24",
        "SelfInitiated": "N",
        "BLOCK_ADDRESS": "019XX Nowhere St",
        "Location": "POINT (-90.1 29.95)",
        "DispositionText": "Necessary Action Taken",
    }
    done = bring(
        row,
        row
        | {"NOPD_Item": "H0000226", "SelfInitiated": "Y", "Location": "(29.9, -90)"},
        row | {"NOPD_Item": "H0000326", "TimeArrive": "2026-08-01T00:01:00"},
        through=through("new-orleans"),
    )

    call = Call.objects.get(number="H0000126")
    assert clocks("H0000126") == {
        "reported": "01 05:00:50",
        "assigned": "01 05:02:50",
        "arrived": "01 05:10:34",
        "closed": "01 05:23:24",
    }
    assert (call.reporter, call.lon, call.lat) == ("resident", -90.1, 29.95)
    assert (call.status, call.outcome_note) == ("closed", "Necessary Action Taken")
    found = Call.objects.get(number="H0000226")
    assert (found.reporter, found.lon, found.lat) == ("patrol", -90.0, 29.9)
    assert problems(done) == [(4, True, ["out_of_order"])]
    assert done.unknown_classes == {"COMPLAINT OTHER": 3, "DISTURBANCE (OTHER)": 3}


def test_cincinnati_writes_months_first_and_half_days(bring, through):
    bring(
        {
            "EVENT_NUMBER": "CPD260801000001",
            "CREATE_TIME_INCIDENT": "08/01/2026 11:58:03 PM",
            "DISPATCH_TIME_PRIMARY_UNIT": "08/02/2026 12:04:00 AM",
            "ARRIVAL_TIME_PRIMARY_UNIT": "",
            "CLOSED_TIME_INCIDENT": "08/02/2026 12:30:00 AM",
            "LATITUDE_X": "39.1",
            "LONGITUDE_X": "-84.5",
            "INCIDENT_TYPE_DESC": "NOISE",
            "ADDRESS_X": "1XX NOWHERE AV",
        },
        through=through("cincinnati"),
    )

    assert clocks("CPD260801000001") == {
        "reported": "02 03:58:03",
        "assigned": "02 04:04:00",
        "closed": "02 04:30:00",
    }


def test_new_york_leaves_empty_what_it_does_not_know(bring, through):
    bring(
        {
            "CAD_EVNT_ID": "98000001",
            "ADD_TS": "08/01/2026 12:00:10 AM",
            "DISP_TS": "08/01/2026 12:03:00 AM",
            "ARRIVD_TS": "01/01/1900 12:00:00 AM",
            "CLOSNG_TS": "(null)",
            "TYP_DESC": "NOISE",
            "Latitude": "40.7",
            "Longitude": "-73.9",
        },
        through=through("nypd"),
    )

    assert clocks("98000001") == {"reported": "01 04:00:10", "assigned": "01 04:03:00"}


def test_sacramento_has_dates_and_times_of_day_apart(bring, through):
    bring(
        {
            "Record_ID": "5550001",
            "Received_Date": "2026-08-01T00:00:00",
            "Received_Time": "21:15",
            "Dispatch_Date": "2026-08-01T00:00:00",
            "Dispatch_Time": "21:19:30",
            "Enroute_Date": "1899-12-30T00:00:00",
            "Enroute_Time": "00:00",
            "At_Scene_Date": "2026-08-01T00:00:00",
            "At_Scene_Time": "21:31",
            "Clear_Date": "2026-08-01T00:00:00",
            "Clear_Time": "22:01",
            "Unit_ID": "3C1",
        },
        through=through("sacramento"),
    )

    assert clocks("5550001") == {
        "reported": "02 04:15:00",
        "assigned": "02 04:19:30",
        "arrived": "02 04:31:00",
        "closed": "02 05:01:00",
    }
    assert Call.objects.get().dispatches.get().unit_text == "3C1"


def test_detroit_gives_minutes_and_some_of_them_cannot_be(bring, through):
    """1.5 + 2 + 6.5 minutes to the scene; a negative and an absurd span are left out."""
    row = {
        "incident_id": "1",
        "call_timestamp": "2026/08/01 12:00:00+00",
        "intaketime": "1.5",
        "dispatchtime": "2.0",
        "traveltime": "6.5",
        "time_on_scene": "20",
        "totaltime": "30",
        "officerinitiated": "No",
        "respondingunit": "4-21",
    }
    done = bring(
        row,
        row | {"incident_id": "2", "traveltime": "-3.5", "officerinitiated": "Yes"},
        row | {"incident_id": "3", "time_on_scene": "370000000"},
        through=through("detroit"),
    )

    assert clocks("1") == {
        "reported": "01 12:00:00",
        "entered": "01 12:01:30",
        "assigned": "01 12:03:30",
        "arrived": "01 12:10:00",
        "finished": "01 12:30:00",
        "closed": "01 12:30:00",
    }
    assert Step.ARRIVED.value not in clocks("2")
    assert Call.objects.get(number="2").reporter == "patrol"
    assert Step.FINISHED.value not in clocks("3")
    assert problems(done) == [
        (3, True, ["span_negative"]),
        (4, True, ["span_absurd"]),
    ]


def test_chinese_sheets_also_by_the_names_of_their_fields(bring, source):
    bring({"JJDBH": "3701", "BJSJ": "20260814200005", "PJSJ": "2026年8月14日 20:01:30"})

    assert clocks("3701") == {"reported": "14 12:00:05", "assigned": "14 12:01:30"}
    assert Call.objects.get().dispatches.get().unit_text == "110"


@pytest.mark.parametrize(
    "text",
    [
        *("2026-08-14 20:15:30", "2026/8/14 20:15:30", "20260814201530"),
        *("2026-08-14T12:15:30Z", "2026-08-14T20:15:30.000+08:00"),
        *("2026年8月14日20时15分30秒", "08/14/2026 8:15:30 PM", "2026.08.14 20:15:30"),
    ],
)
def test_the_usual_ways_of_writing_a_time(text):
    expected = datetime(2026, 8, 14, 12, 15, 30, tzinfo=UTC)

    assert read_moment(text, zone=CHINA) == expected


@pytest.mark.parametrize("text", ["昨晚", "2026-08-14", "2026-13-01 00:00", "45000.5"])
def test_what_is_no_time_is_not_guessed(text):
    with pytest.raises(UnreadableMoment):
        read_moment(text, zone=CHINA)


def test_a_source_may_say_how_it_writes_times():
    expected = datetime(2026, 8, 1, 12, 15, tzinfo=UTC)

    found = read_moment("01.08.2026 20-15", zone=CHINA, time_format="%d.%m.%Y %H-%M")

    assert found == expected
