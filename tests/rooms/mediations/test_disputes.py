"""From a call to a dispute in one tap, and what becomes of it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import calls as factory
from tests.factories.linhe_city import add_station
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.calls.care import services as care
from xunfang.mediations import queries, services
from xunfang.mediations.models import Dispute

pytestmark = pytest.mark.django_db

EIGHT = datetime(2026, 8, 14, 12, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return EIGHT + timedelta(minutes=minutes)


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: at(10))


@pytest.fixture
def desk(account):
    return account("duty_officer")


@pytest.fixture
def station():
    return add_station()


@pytest.fixture
def call(desk, station):
    return factory.add_call(
        "110-7",
        by=desk,
        at=at(0),
        words="因感情纠纷砸车",
        station=station,
        place_text="柳巷 12 号门前",
        point=(120.0, 30.0),
    )


@pytest.mark.row("H05")
def test_from_a_call_to_a_dispute_in_one_tap_with_nothing_typed_again(
    client, desk, station, call
):
    client.force_login(desk)
    page = client.get(f"/calls/care/{call.pk}/")
    assertContains(page, "转为纠纷")

    answer = client.post(f"/calls/care/{call.pk}/dispute/")

    dispute = Dispute.objects.get()
    assert answer["Location"] == f"/mediations/{dispute.number}/"
    assert dispute.number == "D20260814-001"
    assert (
        *(dispute.words, dispute.place_text, dispute.lon, dispute.lat),
        *(dispute.station, dispute.source_call, dispute.opened_by),
    ) == (
        *("因感情纠纷砸车", "柳巷 12 号门前", 120.0, 30.0),
        *(station, "110-7", desk),
    )
    assertContains(client.get(answer["Location"]), "因感情纠纷砸车")
    assert Event.objects.filter(kind="dispute.opened").count() == 1


def test_a_call_becomes_one_dispute_and_its_page_leads_there(client, desk, call):
    care.open_dispute(call=call, by=desk, at=at(1))

    with pytest.raises(services.DisputeThere):
        care.open_dispute(call=call, by=desk, at=at(2))

    client.force_login(desk)
    page = client.get(f"/calls/care/{call.pk}/")
    assertNotContains(page, "转为纠纷")
    assertContains(page, "/mediations/D20260814-001/")
    assert client.post(f"/calls/care/{call.pk}/dispute/").status_code == 409


def test_a_restricted_call_is_no_dispute(desk, station):
    secret = factory.add_call(
        "110-8",
        by=desk,
        at=at(0),
        station=station,
        call_class=factory.add_class("B2", restriction="domestic_violence"),
    )

    with pytest.raises(care.NotForMediation):
        care.open_dispute(call=secret, by=desk, at=at(1))

    assert not Dispute.objects.exists()


def test_a_dispute_knows_no_person():
    assert {field.name for field in Dispute._meta.get_fields()} == {
        *("id", "number", "opened_at", "opened_by", "place_text", "lon", "lat"),
        *("station", "words", "source_call", "state", "note", "ended_at", "revision"),
    }


def test_it_is_noted_ended_and_opened_again(client, desk, call):
    dispute = care.open_dispute(call=call, by=desk, at=at(1))
    client.force_login(desk)
    url = f"/mediations/{dispute.number}/"

    client.post(f"{url}note/", {"note": "约双方明日见面", "revision": 0})
    empty = client.post(f"{url}note/", {"note": "", "revision": 1, "over": "1"})
    client.post(f"{url}note/", {"note": "已和解", "revision": 1, "over": "1"})

    assert empty.status_code == 422
    dispute.refresh_from_db()
    assert (dispute.state, dispute.note, dispute.ended_at) == (
        "ended",
        "已和解",
        at(10),
    )
    client.post(f"{url}reopen/")
    dispute.refresh_from_db()
    assert (dispute.state, dispute.ended_at) == ("open", None)
    assert Event.objects.get(kind="dispute.ended").detail == {"was": "约双方明日见面"}


def test_two_people_note_one_dispute_and_neither_is_lost_unseen(client, desk, call):
    dispute = care.open_dispute(call=call, by=desk, at=at(1))
    services.note_dispute(dispute=dispute, note="甲写的", revision=0, by=desk, at=at(2))
    client.force_login(desk)
    url = f"/mediations/{dispute.number}/note/"

    answer = client.post(url, {"note": "乙写的", "revision": 0})

    assert answer.status_code == 422
    assertContains(answer, "甲写的", status_code=422)
    assertContains(answer, "乙写的", status_code=422)
    assert client.post(url, {"note": "乙写的", "revision": 1}).status_code == 303


def test_numbers_of_a_day_follow_one_another(desk, station):
    numbers = [
        services.open_dispute(
            words="", place_text="", station=station, by=desk, at=at(n)
        ).number
        for n in range(3)
    ]

    assert numbers == ["D20260814-001", "D20260814-002", "D20260814-003"]


def test_disputes_are_seen_and_kept_by_their_own_station(account, desk, call):
    dispute = care.open_dispute(call=call, by=desk, at=at(1))
    stranger = account("community_officer", station_code="S02")

    assert not queries.visible_to(stranger).exists()
    with pytest.raises(NotAllowed):
        services.note_dispute(
            dispute=dispute, note="x", revision=0, by=stranger, at=at(2)
        )
    neighbour = account("community_officer", username="ours")
    assert queries.visible_to(neighbour).count() == 1
    services.note_dispute(dispute=dispute, note="x", revision=0, by=neighbour, at=at(2))


def test_the_list_finds_by_words_and_puts_open_ones_first(client, desk, station):
    for words in ("邻里噪声", "工资", "噪声又起"):
        services.open_dispute(
            words=words, place_text="", station=station, by=desk, at=at(0)
        )
    last = Dispute.objects.get(words="噪声又起")
    services.end_dispute(dispute=last, note="和解", revision=0, by=desk, at=at(1))
    client.force_login(desk)

    page = client.get("/mediations/?q=噪声")

    assert [dispute.words for dispute in page.context["page"]] == [
        "邻里噪声",
        "噪声又起",
    ]
    assertContains(client.get("/mediations/?q=没有的"), "没有符合的纠纷")


def test_the_list_asks_as_often_for_one_row_as_for_three(client, desk, station):
    client.force_login(desk)

    def open_one(code: str) -> None:
        services.open_dispute(
            words="", place_text=code, station=station, by=desk, at=at(0)
        )

    open_one("1")
    client.get("/mediations/")
    with CaptureQueriesContext(connection) as one:
        client.get("/mediations/")
    open_one("2")
    open_one("3")
    with CaptureQueriesContext(connection) as three:
        client.get("/mediations/")

    assert len(one) == len(three)
