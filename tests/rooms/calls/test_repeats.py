"""Small things that add up: named with their evidence, never for two."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains

from tests.factories import calls as factory
from tests.factories.linhe_city import add_station, import_streets
from tests.towns.linhe import at as place
from xunfang.calls.models import Call, CallLink
from xunfang.calls.reports import repeats

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 8, 14, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now(monkeypatch, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def desk(account):
    return account("duty_officer")


@pytest.fixture
def theft(desk):
    """Return a function that has a small theft reported some days ago at a node."""
    station = add_station()
    classes = {
        code: factory.add_class(code, name=name)
        for code, name in (("C2.2", "商铺盗窃"), ("C1", "抢劫"))
    }

    def report(
        number: str, node: str, days_ago: float, *, code: str = "C2.2", **values: object
    ) -> Call:
        lon, lat = place(node, east_m=40, north_m=30)[0]
        return factory.add_call(
            number,
            by=desk,
            at=NOW - timedelta(days=days_ago),
            station=station,
            call_class=classes[code],
            point=(lon, lat),
            place_text=f"{node}号商店",
            **values,
        )

    return report


@pytest.fixture
def three_shops(theft):
    for node in ("B", "R", "E"):
        for number, days_ago in enumerate((50, 20, 1)):
            theft(f"{node}-{number}", node, days_ago)


@pytest.mark.row("H11")
def test_three_shops_are_named_with_their_evidence_and_two_events_are_not(
    client, desk, theft, three_shops
):
    for number in range(2):
        theft(f"P-{number}", "P", 5)
    client.force_login(desk)

    page = client.get("/calls/repeats/")

    assert {
        tuple(call.number for call, _distance_m in line.evidence)
        for _number, line in page.context["lines"]
    } == {("B-0", "B-1", "B-2"), ("R-0", "R-1", "R-2"), ("E-0", "E-1", "E-2")}
    assertContains(page, "B-1")
    assertContains(page, "3 起")


def test_what_is_not_a_matter_of_its_own_or_not_small_is_no_evidence(desk, theft):
    theft("1", "B", 5)
    theft("2", "B", 4)
    theft("found", "B", 3, reporter="patrol")
    theft("large", "B", 3, code="C1")
    theft("old", "B", 61)
    told_again = theft("again", "B", 3)
    CallLink.objects.create(
        call=told_again,
        to=Call.objects.get(number="1"),
        kind="repeat",
        made_at=NOW,
        made_by=desk,
    )

    assert repeats.find_repeats(desk, now=NOW) == []


def test_a_link_that_was_undone_does_not_hide_a_matter(desk, theft):
    for number in range(3):
        theft(str(number), "B", 5)
    CallLink.objects.create(
        call=Call.objects.get(number="1"),
        to=Call.objects.get(number="0"),
        kind="repeat",
        made_at=NOW,
        made_by=desk,
        undone_at=NOW,
        undone_by=desk,
    )

    [line] = repeats.find_repeats(desk, now=NOW)

    assert len(line.evidence) == 3


def test_points_lie_on_the_street_and_not_on_a_door(client, desk, theft, three_shops):
    import_streets(by=desk)
    client.force_login(desk)
    doors = set(Call.objects.values_list("lon", "lat"))

    features = client.get("/calls/repeats/map/").json()["features"]

    assert len(features) == 3
    points = {tuple(feature["geometry"]["coordinates"]) for feature in features}
    assert not points & doors
    assert all(feature["properties"]["label"][2:] for feature in features)


def test_the_list_asks_as_often_for_one_place_as_for_three(client, desk, theft):
    client.force_login(desk)
    for number in range(3):
        theft(f"B-{number}", "B", 5)
    client.get("/calls/repeats/")
    with CaptureQueriesContext(connection) as one:
        client.get("/calls/repeats/")
    for node in ("R", "E"):
        for number in range(3):
            theft(f"{node}-{number}", node, 5)

    with CaptureQueriesContext(connection) as three:
        page = client.get("/calls/repeats/")

    assert len(page.context["lines"]) == 3
    assert len(one) == len(three)


def test_without_streets_a_point_is_rounded(desk, theft, three_shops):
    for line in repeats.find_repeats(desk, now=NOW):
        assert (line.lon, line.lat) == (round(line.lon, 3), round(line.lat, 3))
