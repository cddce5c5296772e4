"""The public map: points that eight addresses share, and no pin anywhere."""

import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import linhe_city
from tests.factories.public_matters import public_matter
from tests.factories.words import FRIDAY
from tests.towns.linhe import at
from xunfang.cases.models import Case, Topic
from xunfang.places.models import AddressCount, GridCell

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_topics")]

C1, C2, C3 = {"east_m": 40, "north_m": 410}, {"east_m": 60, "north_m": 20}, "G"
"""In the west 12 and 3 addresses; in the east 7 in all."""
POINT = [round(float(degrees), 6) for degrees in at("F")[0]]


@pytest.fixture
def ground(db, handler):
    linhe_city.add_ground()
    for code, n in (("C1", 12), ("C2", 3), ("C3", 7)):
        count(code, n, by=handler)


def count(code: str, n: int, *, by, source: str = "标准地址库") -> None:
    AddressCount.objects.create(
        cell=GridCell.objects.get(code=code),
        n_addresses=n,
        source=source,
        counted_on=FRIDAY.date(),
        at=FRIDAY,
        by=by,
    )


def pinned(text: str, where, *, by, **values):
    """Have somebody point to a place, to the tenth of a metre."""
    lonlat = at("P", **where)[0] if isinstance(where, dict) else at(where)[0]
    lon, lat = (float(degrees) + 1.23456e-6 for degrees in lonlat)
    return public_matter(text, by=by, lonlat=(lon, lat), **values)


def board(client, query: str = "") -> list[tuple[str, int]]:
    found = client.get(f"/matters/map/{query}").context["board"]
    return [(point.code, point.n_matters) for point in found.points]


@pytest.mark.usefixtures("ground")
def test_matters_stand_at_the_point_of_their_group_or_in_the_list_only(
    client, handler
) -> None:
    first = pinned("一", C1, by=handler)
    second = pinned("二", C2, by=handler)
    few = pinned("三", C3, by=handler)
    unpinned = public_matter("四", by=handler)
    outside = pinned("五", {"east_m": -5000, "north_m": 0}, by=handler)

    page = client.get("/matters/map/")

    assert board(client) == [("C1", 2)]
    assert page.context["board"].n_elsewhere == 3
    assert "有 3 件不在地图上" in page.content.decode()
    rows = client.get("/matters.json").json()["matters"]
    assert {row["number"]: row["point"] for row in rows} == {
        first.case.number: POINT,
        second.case.number: POINT,
        few.case.number: None,
        unpinned.case.number: None,
        outside.case.number: None,
    }
    # Any cell of the group leads to all of it, and one without a point to nothing.
    for cell, expected in (
        ("C1", {first.case.number, second.case.number}),
        ("C2", {first.case.number, second.case.number}),
        ("C3", set()),
        ("nowhere", set()),
    ):
        answer = client.get(f"/matters/?cell={cell}")
        shown = {row.case.number for row in answer.context["matters"]}
        assert shown == expected


@pytest.mark.rule("CL-16")
@pytest.mark.usefixtures("ground")
def test_no_pin_leaves_the_server_in_any_format(client, handler) -> None:
    taken = [pinned(f"第{n}句", C2, by=handler) for n in range(3)]
    case = taken[0].case
    assert case.lon is not None

    addresses = [
        *("/matters/", "/matters/map/", "/matters/map/?cell=C1", "/matters/map.json"),
        *("/matters/?cell=C2", "/matters.csv", "/matters.json", "/matters.rss"),
        f"/matters/{case.number}/",
    ]
    given = "\n".join(client.get(each).content.decode() for each in addresses)

    assert case.number in given
    whole = client.get("/matters/map.json").json()
    assert [each["geometry"]["coordinates"] for each in whole["features"]] == [POINT]
    # Not even to eleven metres: the only degrees given out are the point's.
    assert f"{case.lat:.4f}" not in given
    degrees = {float(each) for each in re.findall(r"\b\d+\.\d{4,}\b", given)}
    assert degrees <= set(POINT)


@pytest.mark.usefixtures("ground")
def test_points_and_their_order_are_the_same_wherever_within_a_group_the_pins_are(
    client, handler
) -> None:
    """Two towns that differ in nothing but the pins' exact places give the same bytes."""
    cases = [
        pinned(f"第{n}句", C1, by=handler, at=FRIDAY - timedelta(minutes=n)).case
        for n in range(3)
    ]

    def given() -> list[bytes]:
        return [
            client.get(each, headers={"HX-Request": "true"}).content
            for each in ("/matters/map.json", "/matters.json", "/matters/map/?cell=C1")
        ]

    before = given()
    for case, (east_m, north_m) in zip(
        cases, ((250, 590), (5, 5), (120, 330)), strict=True
    ):
        lon, lat = at("P", east_m=east_m, north_m=north_m)[0]
        Case.objects.filter(pk=case.pk).update(lon=lon, lat=lat)

    assert given() == before


@pytest.mark.usefixtures("ground")
def test_the_same_filters_hold_as_in_the_list_and_what_is_not_public_is_no_point(
    client, handler
) -> None:
    sensitive = Topic.objects.filter(is_sensitive=True).exclude(parent=None)[0]
    pinned("路灯坏了", C1, by=handler, topic="1002")
    pinned("秘密一", C1, by=handler, topic=sensitive.code)
    hidden = pinned("秘密二", C1, by=handler)
    Case.objects.filter(pk=hidden.case.pk).update(public_since=None)

    assert board(client) == [("C1", 1)]
    assert board(client, "?topic=1002") == [("C1", 1)]
    assert board(client, "?q=路灯") == [("C1", 1)]
    assert board(client, "?topic=1001") == []
    assert board(client, "?q=秘密") == []
    assert board(client, "?cell=C9") == [("C1", 1)]


@pytest.mark.usefixtures("ground")
def test_an_area_that_loses_its_addresses_loses_its_point(client, handler) -> None:
    pinned("一", C1, by=handler)
    assert board(client) == [("C1", 1)]

    count("C1", 4, by=handler, source="走访")

    assert board(client) == []
    assert client.get("/matters.json").json()["matters"][0]["point"] is None
    assert "地图上没有事项" in client.get("/matters/map/").content.decode()


@pytest.mark.usefixtures("ground")
def test_choosing_a_point_answers_with_its_matters_as_links(client, handler) -> None:
    taken = pinned("路灯坏了", C2, by=handler)

    part = client.get("/matters/map/?cell=C1", headers={"HX-Request": "true"})

    shown = part.content.decode()
    assert shown.strip().startswith('<section id="chosen"')
    assert f'href="/matters/{taken.case.number}/"' in shown
    whole = client.get("/matters/map/").content.decode()
    assert 'href="/matters/?cell=C1"' in whole
    feature = json.loads(client.get("/matters/map.json").content)["features"][0]
    assert feature["properties"] == {
        "kind": "stop",
        "id": "C1",
        "number": 1,
        "label": "无名道路，一号巡区：1 件",
    }


@pytest.mark.usefixtures("ground")
@pytest.mark.parametrize(
    "address", ["/matters/map/?cell=C1", "/matters.json", "/matters/?cell=C1"]
)
def test_map_asks_as_much_for_one_matter_as_for_three(client, handler, address) -> None:
    def ask() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return len(captured)

    pinned("一", C1, by=handler)
    one = ask()
    pinned("二", C1, by=handler)
    pinned("三", C2, by=handler)

    assert ask() == one
