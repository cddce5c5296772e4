"""What 110 calls a crew otherwise is said once, on the page of the source."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import calls as factory
from tests.factories.linhe_city import add_crew, add_station
from tests.rooms.calls.conftest import NOW
from tests.rooms.calls.test_mirror import LINE, evening
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.calls.mirror import services as mirror
from xunfang.calls.models import CallImport, Dispatch, UnitName

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _it_is_that_morning(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def crew(account):
    """The crew 东街组 of S01, on duty since an hour before the call of the evening."""
    desk = account("duty_officer", username="commands")
    crew = add_crew(add_station(), "3", name="东街组", ends_min=1800)
    factory.go_on_duty(crew, by=desk, at=evening("19:00:00"))
    return crew


@pytest.fixture
def page(source, city_desk, client):
    client.force_login(city_desk)
    return f"/calls/sources/{source.pk}/"


def said(crew, unit, number="3701"):
    return LINE | {
        "接警单编号": number,
        "处警单位": unit,
        "管辖单位": crew.station.name,
    }


def test_a_name_of_the_last_imports_is_matched_in_one_click_and_holds_from_then_on(
    bring, crew, page, client, source, city_desk
):
    done = bring(said(crew, "临河东街组PTU"), said(crew, "省厅机动队", "3702"))
    assert done.unknown_units == {"临河东街组PTU": 1, "省厅机动队": 1}
    shown = client.get(page)
    offered = f"{crew.station_id} 东街组"
    assertContains(shown, f'name="crew" value="{offered}"')

    answer = client.post(f"{page}units/", {"said": "临河东街组PTU", "crew": offered})
    bring(said(crew, "临河 东街组ptu", "3703"))

    assert answer.status_code == 303
    assert [
        (one.call.number, one.shift) for one in Dispatch.objects.order_by("pk")
    ] == [
        ("3701", None),
        ("3702", None),
        ("3703", crew),
    ]
    unknown = [unit.said for unit in client.get(page).context["unknown"]]
    assert unknown == ["省厅机动队"]
    event = Event.objects.get(kind="call_source.unit_matched")
    assert (event.subject, event.by) == (source.name, city_desk)
    assert event.detail == {"said": "临河东街组PTU", "crew": "东街组", "station": "S01"}


def test_a_matched_crew_is_meant_on_another_stations_ground_and_on_duty_only(
    bring, crew, source, city_desk
):
    other = add_station("S02")
    mirror.match_unit(
        source=source,
        said="机动3",
        station=crew.station,
        sign="3",
        by=city_desk,
        at=NOW,
    )

    bring(said(crew, "机动3") | {"管辖单位": other.name})
    bring(
        said(crew, "机动3", "3702")
        | {"报警时间": "2026-08-14 18:00:00"}
        | {
            key: text.replace(" 20:", " 18:")
            for key, text in said(crew, "机动3", "3702").items()
            if " 20:" in text
        }
    )

    meant = dict(Dispatch.objects.values_list("call__number", "shift"))
    assert meant == {"3701": crew.pk, "3702": None}


def test_a_name_means_one_crew_until_it_is_parted(
    crew, page, client, source, city_desk, account
):
    add_crew(crew.station, "4", name="西街组")
    ours, others = f"{crew.station_id} 东街组", f"{crew.station_id} 西街组"
    url = f"{page}units/"
    assert client.post(url, {"said": "PTU", "crew": ours}).status_code == 303
    assert client.post(url, {"said": "ＰＴＵ", "crew": ours}).status_code == 303

    refused = client.post(url, {"said": "ptu", "crew": others})

    assert refused.status_code == 409
    assertContains(refused, "请先取消对应", status_code=409)
    assert client.post(url, {"said": "", "crew": others}).status_code == 422
    assert client.post(url, {"said": "x", "crew": "9 谁"}).status_code == 422
    [name] = UnitName.objects.all()
    assert client.post(f"{url}{name.pk}/part/").status_code == 303
    assert not UnitName.objects.exists()
    assert Event.objects.get(kind="call_source.unit_parted").detail == {
        "said": "PTU",
        "crew": "东街组",
    }
    with pytest.raises(NotAllowed):
        mirror.match_unit(
            source=source,
            said="x",
            station=crew.station,
            sign="3",
            by=account("leader"),
            at=NOW,
        )


def test_a_table_from_when_no_crew_was_out_offers_nothing(bring, crew, page, client):
    old = said(crew, "PTU") | {"报警时间": "2025-08-14 20:00:00"}
    done = bring({key: text.replace("2026-", "2025-") for key, text in old.items()})

    assert done.unknown_units == {}
    assertNotContains(client.get(page), "PTU")


def test_a_page_of_many_names_and_a_table_of_many_units_cost_the_same_queries(
    bring, crew, page, client, source, city_desk
):
    def cost(act):
        with CaptureQueriesContext(connection) as queries:
            act()
        return len(queries)

    client.get(page)
    pages, tables = [], []
    for n in (1, 3):
        lines = [said(crew, f"东街组{n}{k}", f"5{n}{k}") for k in range(n)]
        tables.append(cost(lambda lines=lines: bring(*lines)))
        for k in range(n):
            mirror.match_unit(
                source=source,
                said=f"旧名{n}{k}",
                station=crew.station,
                sign="3",
                by=city_desk,
                at=NOW + timedelta(minutes=n),
            )
        pages.append(cost(lambda: client.get(page)))

    assert pages[0] == pages[1]
    assert tables[0] == tables[1]
    assert CallImport.objects.exclude(unknown_units={}).count() == 2
