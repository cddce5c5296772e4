"""Calls are merged, split and linked; nothing is lost, everything can be undone."""

from datetime import timedelta

import pytest

from tests.factories import calls as factory
from tests.factories.linhe_city import NIGHT, add_station
from tests.rooms.calls.conftest import NOW
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.calls import queries, services
from xunfang.calls.links import services as links
from xunfang.calls.models import Call, CallLink

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(city_desk):
    return city_desk


@pytest.fixture
def three(desk):
    """A, B and C, a minute apart."""
    return [
        factory.add_call(
            name, by=desk, at=NOW + timedelta(minutes=n), words=f"{name}说"
        )
        for n, name in enumerate(["A", "B", "C"])
    ]


def merge(call, into, by):
    link = links.merge(call=call, into=into, by=by, at=NOW)
    call.refresh_from_db()
    return link


def waiting():
    return [call.number for call in queries.queue(Call.objects.all())]


def test_a_merged_call_leaves_the_queue_and_a_split_one_stands_where_it_stood(
    desk, three
):
    a, b, _c = three

    link = merge(b, a, desk)
    assert waiting() == ["A", "C"]
    links.split(call=b, by=desk, at=NOW)

    link.refresh_from_db()
    assert waiting() == ["A", "B", "C"]
    assert (link.undone_at, link.undone_by) == (NOW, desk)
    assert [
        event.kind for event in Event.objects.filter(subject="B").order_by("pk")
    ] == ["call.entered", "call.merged", "call.split"]


def test_every_callers_words_stay_with_the_call_they_were_said_on(desk, three):
    a, b, c = three
    merge(b, a, desk)
    merge(c, b, desk)

    assert [call.words.get().words for call in (a, b, c)] == ["A说", "B说", "C说"]
    c.refresh_from_db()
    assert c.merged_into == a, "into what is worked on, not into what is merged itself"


def test_links_do_not_go_round(desk, three):
    a, b, c = three
    merge(b, a, desk)

    with pytest.raises(links.LinksGoRound):
        merge(a, b, desk)
    links.link(call=a, to=c, kind="repeat", by=desk, at=NOW)
    with pytest.raises(links.LinksGoRound):
        links.link(call=c, to=b, kind="repeat", by=desk, at=NOW)
    with pytest.raises(links.LinksGoRound):
        merge(c, a, desk)
    with pytest.raises(links.LinkedToItself):
        merge(a, a, desk)


def test_a_link_that_was_taken_back_is_no_part_of_a_ring(desk, three):
    a, b, _c = three
    link = links.link(call=a, to=b, kind="chase_up", by=desk, at=NOW)

    links.unlink(link=link, by=desk, at=NOW)

    links.link(call=b, to=a, kind="chase_up", by=desk, at=NOW)
    with pytest.raises(links.LinkUndone):
        links.unlink(link=link, by=desk, at=NOW)


def test_a_link_is_made_once(desk, three):
    a, b, _c = three
    links.link(call=a, to=b, kind="repeat", by=desk, at=NOW)

    with pytest.raises(links.LinkThere):
        links.link(call=a, to=b, kind="repeat", by=desk, at=NOW)
    links.link(call=a, to=b, kind="nuisance", by=desk, at=NOW)
    assert CallLink.objects.count() == 2


@pytest.mark.parametrize("closed", [0, 1])
def test_what_is_closed_is_not_merged_but_may_be_linked(desk, three, closed):
    services.close_call(call=three[closed], by=desk, at=NOW)

    with pytest.raises(links.MergeClosed):
        merge(three[0], three[1], desk)
    links.link(call=three[0], to=three[1], kind="repeat", by=desk, at=NOW)


def test_a_call_with_a_unit_on_it_is_not_merged_away_under_the_unit(desk, three):
    a, b, _c = three
    crew = factory.add_shift(NIGHT, add_station(), "1")
    services.send_unit(call=b, shift=crew, knows=(), by=desk, at=NOW)

    with pytest.raises(services.NotYetHandled):
        merge(b, a, desk)
    merge(a, b, desk)
    assert waiting() == ["B", "C"]


def test_nobody_merges_calls_of_another_station(account, desk):
    add_station()
    add_station("S02", "柳巷所")
    own = account("duty_officer", station_code="S01", username="s01")
    stations = {s.code: s for s in type(add_station("S03", "三所")).objects.all()}
    a = factory.add_call("A", by=desk, at=NOW, station=stations["S01"])
    b = factory.add_call("B", by=desk, at=NOW, station=stations["S02"])

    with pytest.raises(NotAllowed):
        merge(a, b, own)
    assert not CallLink.objects.exists()
