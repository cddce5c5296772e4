"""What keeps desks up to date: cheap to ask, complete, and honest about its age."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from asgiref.sync import async_to_sync
from django.db import OperationalError, connection
from django.test import AsyncClient
from django.test.utils import CaptureQueriesContext

from tests.factories import calls as factory
from tests.factories import desk_night, linhe_city
from tests.factories.desk_night import NOW, ago, call_at, put
from xunfang.accounts.models import Role
from xunfang.calls import services as calls
from xunfang.calls.desk import live
from xunfang.calls.desk.live import HUB, Hub, Viewer, cursor
from xunfang.core.dispatching.unit_states import DutyStep
from xunfang.units.duty import services as duty
from xunfang.units.duty.crews import forget_nights
from xunfang.units.models import DutyStay

pytestmark = pytest.mark.django_db


def later(seconds):
    return NOW + timedelta(seconds=seconds)


@pytest.fixture(autouse=True)
def _own_night(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    HUB.forget()
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def desk(account):
    return account("duty_officer")


@pytest.fixture
def night(desk):
    return desk_night.build(by=desk)


@pytest.fixture
def viewer(desk, night):
    return Viewer(desk, "zh-hans", hub=Hub())


def test_the_first_message_is_whole(viewer, night):
    message = viewer.next_message(NOW)

    assert message["is_whole"]
    assert message["order"]["queue"] == [f"call-{call.pk}" for call in night.calls]
    assert set(message["rows"]) >= {f"unit-{crew.pk}" for crew in night.crews}
    assert set(message["units"]) == {str(crew.pk) for crew in night.crews[:2]}
    lon, lat, heading, fixed_ms, shape, letters = message["units"][
        str(night.crews[0].pk)
    ]
    assert (heading, shape, letters) == (90, "circle", "A")
    assert fixed_ms == round(ago(0.1).timestamp() * 1000)
    assert (round(lon, 3), round(lat, 3)) == (113.652, 34.764)


def test_where_nothing_changes_only_the_age_is_sent(viewer):
    viewer.next_message(NOW)

    message = viewer.next_message(later(1))

    assert set(message) == {"now", "as_of", "version"}


def test_a_unit_that_moves_is_all_that_is_sent(viewer, night):
    viewer.next_message(NOW)
    put(night.crews[0], "K", seen_at=later(0.5))

    message = viewer.next_message(later(1))

    assert set(message["units"]) == {str(night.crews[0].pk)}
    assert message["rows"] == {}
    assert "order" not in message


def test_all_units_that_moved_come_in_one_message(viewer, night):
    viewer.next_message(NOW)
    for crew, node in zip(night.crews, "KLM", strict=True):
        put(crew, node, seen_at=later(0.5))

    assert len(viewer.next_message(later(1))["units"]) == 3


def test_whatever_happens_is_on_the_next_message(viewer, desk, night):
    viewer.next_message(NOW)
    dispatch = calls.send_unit(
        call=night.calls[0], shift=night.crews[0], knows=(), by=desk, at=later(1)
    )

    sent = viewer.next_message(later(2))

    assert f"call-{night.calls[0].pk}" in sent["rows"]
    assert "110-1" in sent["rows"][f"unit-{night.crews[0].pk}"]
    assert sent["order"]["feed"][0].startswith("event-c")
    assert sent["units"][str(night.crews[0].pk)][4] == "triangle"
    del dispatch
    duty.report(
        shift=night.crews[1], step=DutyStep.OFF, key=uuid4(), by=desk, at=later(3)
    )
    off = viewer.next_message(later(4))
    assert off["units_gone"] == [str(night.crews[1].pk)]
    calls.close_call(call=night.calls[2], by=desk, at=later(5))
    closed = viewer.next_message(later(6))
    assert closed["calls_gone"] == [str(night.calls[2].pk)]
    assert f"call-{night.calls[2].pk}" not in closed["order"]["queue"]


def test_the_cursor_moves_with_everything_that_is_shown(desk, night):
    def moved(change):
        before = cursor(NOW)
        change()
        return cursor(NOW) != before

    assert moved(lambda: put(night.crews[0], "K", seen_at=NOW))
    assert moved(
        lambda: duty.report(
            shift=night.crews[0], step=DutyStep.PAUSE, key=uuid4(), by=desk, at=NOW
        )
    )
    assert moved(
        lambda: call_at("B", "110-8", by=desk, minutes_ago=0, station=night.station)
    )
    assert moved(
        lambda: duty.declare(shift=night.crews[0], kinds=["first_aid"], by=desk, at=NOW)
    )
    assert moved(
        lambda: DutyStay.objects.create(
            shift=night.crews[0],
            number=1,
            begins_at=NOW,
            ends_at=later(60),
            lon=113.65,
            lat=34.76,
            name="岗",
            edition=1,
        )
    )
    assert moved(lambda: calls.close_call(call=night.calls[1], by=desk, at=NOW))
    assert not moved(lambda: None)


def test_a_quiet_look_takes_few_queries_whoever_looks(desk, night):
    hub = Hub()
    viewers = [Viewer(desk, "zh-hans", hub=hub) for _ in range(10)]
    for viewer in viewers:
        viewer.next_message(NOW)

    with CaptureQueriesContext(connection) as queries:
        for viewer in viewers:
            viewer.next_message(later(1))

    assert len(queries) == 7


def test_more_calls_and_units_take_as_many_queries(desk, night):
    with CaptureQueriesContext(connection) as few:
        Viewer(desk, "zh-hans", hub=Hub()).next_message(NOW)
    for n in range(4):
        crew = linhe_city.add_crew(night.station, f"x{n}", ends_min=1800)
        factory.go_on_duty(crew, by=desk, at=ago(30))
        put(crew, "K", seen_at=ago(1))
        call_at("J", f"110-x{n}", by=desk, minutes_ago=n, station=night.station)

    forget_nights()
    with CaptureQueriesContext(connection) as many:
        Viewer(desk, "zh-hans", hub=Hub()).next_message(NOW)

    assert len(many) == len(few)


def test_a_database_that_does_not_answer_shows_as_age(viewer, monkeypatch):
    viewer.next_message(NOW)

    def locked(at):
        raise OperationalError("database is locked")

    monkeypatch.setattr(live, "cursor", locked)
    messages = [viewer.next_message(later(seconds)) for seconds in (3, 9)]

    ages = [message["now"] - message["as_of"] for message in messages]
    assert ages == [3000, 9000]


def test_what_no_count_sees_is_read_all_the_same_every_ten_seconds(viewer, night):
    viewer.next_message(NOW)
    type(night.calls[0]).objects.filter(pk=night.calls[0].pk).update(place_text="新址")

    assert "rows" not in viewer.next_message(later(5))
    assert "新址" in viewer.next_message(later(11))["rows"][f"call-{night.calls[0].pk}"]


def test_each_sees_what_is_theirs(account, night):
    hub = Hub()
    stranger = account("duty_officer", username="s2", station_code="S02")
    city = account("duty_officer", username="city", station_code="")

    assert Viewer(stranger, "en", hub=hub).next_message(NOW)["order"] == {
        "queue": [],
        "units": [],
        "feed": [],
        "urgent": [],
        "questions": [],
    }
    assert len(Viewer(city, "en", hub=hub).next_message(NOW)["order"]["queue"]) == 3


def test_who_loses_the_right_to_look_loses_the_picture(viewer, desk):
    viewer.next_message(NOW)
    type(desk).objects.filter(pk=desk.pk).update(role=Role.PATROL_OFFICER)

    assert viewer.next_message(later(20)) is not None
    assert viewer.next_message(later(40)) is None


def test_a_row_is_in_the_language_of_who_looks(desk, night):
    hub = Hub()
    key = f"call-{night.calls[0].pk}"

    chinese = Viewer(desk, "zh-hans", hub=hub).next_message(NOW)["rows"][key]
    english = Viewer(desk, "en", hub=hub).next_message(NOW)["rows"][key]

    assert "待派" in chinese
    assert "Waiting" in english


def test_the_wall_is_sent_no_buttons_even_for_who_commands(desk, night):
    rows = Viewer(desk, "en", looks_on=True, hub=Hub()).next_message(NOW)["rows"]

    assert not any("<button" in html for html in rows.values())


def test_behind_a_server_without_open_lines_the_desk_asks_instead(client, desk, night):
    client.force_login(desk)

    assert client.get("/desk/stream/").status_code == 204
    whole = client.get("/desk/now/").json()
    again = client.get("/desk/now/", {"seen": whole["version"]}).json()

    assert whole["is_whole"]
    assert set(again) == {"now", "as_of", "version"}


@pytest.mark.django_db(transaction=True)
def test_the_stream_sends_the_whole_board_first(desk, night):
    async def first_chunks():
        client = AsyncClient()
        await client.aforce_login(desk)
        response = await client.get("/desk/stream/")
        assert response.headers["Content-Type"].startswith("text/event-stream")
        stream = response.streaming_content
        chunks = [await anext(stream), await anext(stream)]
        await stream.aclose()
        return chunks

    retry, first = async_to_sync(first_chunks)()

    assert retry == b"retry: 1000\n\n"
    message = json.loads(first.decode().removeprefix("data: "))
    assert message["order"]["queue"] == [f"call-{call.pk}" for call in night.calls]
