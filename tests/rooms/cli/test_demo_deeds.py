"""The demo's residents were helped 198 times, each with a type and a link."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db.models import Q

from tests.factories.calls import add_shift
from tests.factories.on_duty import add_stays
from tests.factories.words import say
from xunfang.cases.help import queries
from xunfang.cases.models import Help, LivelihoodRequest, LostItem
from xunfang.cli.demo import load_help, load_matches, load_words
from xunfang.units.models import Station

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.mark.row("L13")
def test_the_demo_lists_exactly_198_service_cases_none_without_a_type(
    account, client, django_assert_max_num_queries
):
    officer = account("duty_officer", station_code="")
    said = {each["id"]: each for each in load_words.messages()}
    for n, message in enumerate(("M001", "M002", "M003", "M039", "M042", "M047")):
        say(
            said[message]["text"],
            at=NOW - timedelta(days=24, minutes=n),
            source=load_words.SOURCE,
            external_id=message,
        )
    load_matches.load_matches(by=officer, at=NOW)
    station = Station.objects.create(code="S01", name="汀东派出所", lon=0, lat=0)
    visit = add_stays(add_shift(NOW.date(), station, "1"))[0]

    with django_assert_max_num_queries(12):
        assert load_help.load_help(by=officer, at=NOW) == 201
    assert load_help.load_help(by=officer, at=NOW) == 0

    found = queries.counted(officer)
    assert found.count() == 198
    assert sum(each.n_times for each in queries.by_type(found)) == 198
    on_visit = Help.objects.filter(case=None, visit_begins_at=visit.begins_at)
    assert list(on_visit.values_list("place_name", "station__code")) == [
        (visit.name, "S01")
    ]
    assert not Help.objects.filter(Q(kind=None) | Q(case=None, shift=None)).exists()
    client.force_login(officer)
    page = client.get("/cases/help/", headers={"accept-language": "zh-hans"})
    text = page.content.decode()
    assert "198" in text
    assert "人次" not in text
    table = client.get("/cases/help.csv").content.decode("utf-8-sig")
    assert len(table.splitlines()) == 1 + 198

    request = LivelihoodRequest.objects.get()
    assert (request.amount, request.offers.exclude(agreed_at=None).count()) == (
        Decimal(10_000),
        1,
    )
    assert LostItem.objects.count() == 2
