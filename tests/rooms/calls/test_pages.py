"""The pages of calls: found, read, set right; a restricted one only by whom it concerns."""

import re

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import calls as factory
from tests.factories import linhe_city
from tests.factories.linhe_city import NIGHT
from tests.factories.people import add_person, add_station_unit, assign
from tests.rooms.calls.asking import n_queries
from tests.rooms.calls.conftest import NOW
from tests.rooms.calls.test_mirror import LINE, WHOLE
from xunfang.accounts.models import User
from xunfang.audit.models import Event
from xunfang.calls import services
from xunfang.calls.classes import services as classes
from xunfang.calls.links import services as links
from xunfang.calls.models import (
    Call,
    CallClass,
    CallEvent,
    CallLink,
)
from xunfang.core.dispatching.sheets import Step

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _it_is_that_morning(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def desk(city_desk, client):
    client.force_login(city_desk)
    return city_desk


@pytest.fixture
def call(desk):
    return factory.add_call("A1", by=desk, at=NOW, place_text="滨河路8号")


# The list


def test_list_costs_the_same_for_one_call_as_for_three(client, desk, bring):
    bring(WHOLE)
    one = n_queries(client, "/calls/")
    bring(WHOLE | {"接警单编号": "2"}, WHOLE | {"接警单编号": "3"})

    assert n_queries(client, "/calls/") == one


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("q=A1", ["A1"]),
        ("q=滨河", ["A1"]),
        ("q=吵架", ["B2", "A1"]),
        ("q=nothing", []),
        ("status=closed", ["B2"]),
        ("call_class=B", ["B2"]),
        ("call_class=B1.1", ["B2"]),
        ("call_class=C", []),
        ("reporter=patrol", ["B2"]),
        ("first_on=2026-08-16", []),
        ("last_on=2026-08-15", ["B2", "A1"]),
        ("", ["B2", "A1"]),
    ],
)
def test_calls_are_found(client, desk, call, asked, expected):
    classes.load_starter_tree(by=desk, at=NOW)
    other = factory.add_call(
        "B2",
        by=desk,
        at=NOW,
        call_class=CallClass.objects.get(code="B1.1"),
        reporter="patrol",
    )
    services.close_call(call=other, by=desk, at=NOW)

    page = client.get(f"/calls/?{asked}").context["page"]

    assert [one.number for one in page] == expected


def test_a_station_sees_its_own_calls(client, account, desk, call):
    station = linhe_city.add_station()
    factory.add_call("S1", by=desk, at=NOW, station=station)
    client.force_login(account("patrol_officer", station_code="S01"))

    page = client.get("/calls/").context["page"]

    assert [one.number for one in page] == ["S1"]
    assert client.get("/calls/at/A1/").status_code == 404


# One call


def test_the_page_shows_the_three_sheets_every_clock_and_the_corrections(
    client, desk, bring
):
    bring(WHOLE)
    bring(WHOLE | {"到达现场时间": "2026-08-14 20:05:00"})

    page = client.get("/calls/at/3701/")

    for text in (
        *("20:00:00", "20:01:50", "20:05:00", "21:00:00", "河边有人打架", "东街组"),
        *("13800000001", "滨河路8号", "<s>08-14 20:06:10</s>"),
    ):
        assertContains(page, text)
    assert client.get("/calls/at/3701/print/").status_code == 200


def test_times_that_contradict_each_other_are_named(client, desk, bring):
    bring(WHOLE | {"到达现场时间": "2026-08-14 20:01:40"})

    assertContains(client.get("/calls/at/3701/"), "东街组")
    assert len(client.get("/calls/at/3701/").context["sheets"].contradictions) == 1


def test_a_page_of_a_call_costs_the_same_however_long_its_log(client, desk, bring):
    bring(LINE)
    short = n_queries(client, "/calls/at/3701/")
    bring(WHOLE, *(WHOLE | {"处警单位": f"{n}组"} for n in range(3)))

    assert n_queries(client, "/calls/at/3701/") == short


def test_what_callers_said_on_merged_calls_is_read_where_it_is_worked_on(
    client, desk, call
):
    other = factory.add_call("B2", by=desk, at=NOW, words="桥下有人喊救命")
    links.merge(call=other, into=call, by=desk, at=NOW)

    assertContains(client.get("/calls/at/A1/"), "桥下有人喊救命")
    assertContains(client.get("/calls/at/B2/"), "/calls/at/A1/")


def test_class_urgency_and_place_are_set_right_and_the_first_class_stays(client, desk):
    first, second = factory.add_class("B1"), factory.add_class("C2", letters="dq")
    call = factory.add_call("A1", by=desk, at=NOW, call_class=first)

    answer = client.post(
        "/calls/at/A1/revise/",
        {
            "revise-revision": call.revision,
            "revise-call_class": "dq",
            "revise-urgency": 1,
            "revise-place_text": "人民路1号",
            "revise-point": "104.1, 30.6",
        },
    )

    call.refresh_from_db()
    assert answer.status_code == 303
    assert (call.initial_class, call.final_class, call.urgency) == (first, second, 1)
    assert (call.place_text, call.lon, call.lat) == ("人民路1号", 104.1, 30.6)
    assert Event.objects.get(kind="call.revised").detail["class_was"] == "B1"


def test_two_desks_do_not_set_right_the_same_call_unseen(client, desk, call):
    typed = {
        "revise-revision": call.revision - 1,
        "revise-urgency": 1,
        "revise-place_text": "桥下",
    }

    answer = client.post("/calls/at/A1/revise/", typed)

    assert answer.status_code == 409
    assertContains(answer, 'value="桥下"', status_code=409)
    [revision] = re.findall(
        r'name="revise-revision" value="(\d+)"', answer.content.decode()
    )
    again = client.post("/calls/at/A1/revise/", typed | {"revise-revision": revision})
    call.refresh_from_db()
    assert (again.status_code, call.place_text) == (303, "桥下")


def test_a_call_is_fed_back_closed_and_opened_again(client, desk, call):
    client.post(
        "/calls/at/A1/feed-back/",
        {"feed-back-outcome": "handed_to_family", "feed-back-note": "已由家人接回"},
    )
    client.post("/calls/at/A1/close/")
    call.refresh_from_db()
    assert (call.status, call.outcome) == ("closed", "handed_to_family")
    refused = client.post("/calls/at/A1/reopen/", {"reopen-reason": " "})
    client.post("/calls/at/A1/reopen/", {"reopen-reason": "又来报警"})

    call.refresh_from_db()
    assert (refused.status_code, call.status) == (422, "waiting")


def test_a_time_is_corrected_on_the_page_and_the_wrong_one_stays_visible(
    client, desk, bring
):
    bring(WHOLE)
    event = CallEvent.objects.get(step="arrived")
    url, name = f"/calls/at/3701/log/{event.pk}/correct/", f"line-{event.pk}"

    missing = client.post(url, {f"{name}-reason": "车组报告"})
    done = client.post(
        url,
        {f"{name}-happened_at": "2026-08-14T20:04:00", f"{name}-reason": "车组报告"},
    )

    assert (missing.status_code, done.status_code) == (422, 303)
    assertContains(client.get("/calls/at/3701/"), "<s>08-14 20:06:10</s>")
    assertContains(client.get("/calls/at/3701/"), "20:04:00")


def test_calls_are_merged_linked_and_split_from_the_page(client, desk, call):
    factory.add_call("B2", by=desk, at=NOW)

    unknown = client.post("/calls/at/B2/merge/", {"merge-into": "X9"})
    client.post("/calls/at/B2/merge/", {"merge-into": "a1"})
    assert Call.objects.get(number="B2").merged_into == call
    link = CallLink.objects.get()
    client.post(f"/calls/at/B2/links/{link.pk}/undo/")
    client.post("/calls/at/B2/link/", {"link-kind": "repeat", "link-to": "A1"})

    assert unknown.status_code == 422
    assert Call.objects.get(number="B2").merged_into is None
    assertContains(client.get("/calls/at/A1/"), "B2")


# Restricted calls


@pytest.fixture
def restricted(desk, account):
    """A call of S01 about somebody at risk, with a crew of two sent to it."""
    station = linhe_city.add_station()
    unit = add_station_unit(station)
    crew = factory.add_shift(NIGHT, station, "1")
    officer = account("patrol_officer", username="crew")
    assign(crew, add_person("1001", unit, account=officer))
    kind = factory.add_class("A1", restriction="self_harm", urgency=1)
    call = factory.add_call(
        "R1",
        by=desk,
        at=NOW,
        station=station,
        call_class=kind,
        words="女子站在桥栏外",
        place_text="兰花桥",
    )
    services.send_unit(call=call, shift=crew, knows=(), by=desk, at=NOW)
    return call


@pytest.mark.row("H03")
def test_a_restricted_call_is_read_by_its_unit_and_the_duty_officer_only(
    client, account, desk, restricted
):
    """'Handed to the family' in few words; each reading is a line on record."""
    services.take_off(
        dispatch=restricted.dispatches.get(),
        step=Step.STOOD_DOWN,
        reason="已处置",
        by=desk,
        at=NOW,
    )
    services.feed_back(
        call=restricted, outcome="handed_to_family", note="已回家", by=desk, at=NOW
    )
    readers = {
        "crew": User.objects.get(username="crew"),
        "other crew": account("patrol_officer", username="other"),
        "leader": account("leader"),
        "supervisor": account("supervisor", station_code=""),
        "other duty officer": account(
            "duty_officer", station_code="S02", username="s02"
        ),
        "duty officer": account("duty_officer", station_code="S01", username="s01"),
    }

    seen = {}
    for name, reader in readers.items():
        client.force_login(reader)
        page = client.get("/calls/at/R1/")
        seen[name] = (
            page.status_code == 200 and "女子站在桥栏外" in page.content.decode()
        )
        listed = client.get("/calls/").content.decode()
        assert "女子站在桥栏外" not in listed
        assert "兰花桥" not in listed

    assert {name for name, may in seen.items() if may} == {"crew", "duty officer"}
    assert [
        (event.subject, event.by.username, event.at, event.detail)
        for event in Event.objects.filter(kind="call.viewed").order_by("pk")
    ] == [
        ("R1", "crew", NOW, {"page": "sheets"}),
        ("R1", "s01", NOW, {"page": "sheets"}),
    ]
    restricted.refresh_from_db()
    assert restricted.outcome == "handed_to_family"


def test_nobody_learns_by_searching_what_was_said_on_a_restricted_call(
    client, desk, restricted
):
    assert not client.get("/calls/?q=桥栏").context["page"].object_list
    assert client.get("/calls/?q=R1").context["page"].object_list


def test_printing_a_restricted_call_is_on_record_as_well(client, desk, restricted):
    client.get("/calls/at/R1/print/")

    assert Event.objects.get(kind="call.viewed").detail == {"page": "print"}


def test_a_restricted_call_that_is_merged_is_read_on_its_own_page(
    client, desk, call, restricted
):
    other = factory.add_call(
        "R2", by=desk, at=NOW, words="别让人知道", call_class=restricted.call_class
    )
    links.merge(call=other, into=call, by=desk, at=NOW)

    assertNotContains(client.get("/calls/at/A1/"), "别让人知道")


def test_a_call_is_restricted_and_opened_with_a_reason(client, desk, call):
    answer = client.post(
        "/calls/at/A1/restrict/",
        {"restrict-restriction": "minor", "restrict-reason": "涉及儿童"},
    )

    call.refresh_from_db()
    assert (answer.status_code, call.restriction) == (303, "minor")
    assert Event.objects.get(kind="call.restricted").detail["reason"] == "涉及儿童"
