"""GeoReport v2, the half that is read: every rule, asked of a running server over HTTP."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.rooms.api.open311.city import ANSWER, KEY, OTHER_KEY
from xunfang.accounts.models import User
from xunfang.feedback.models import Word
from xunfang.places.models import AddressCount, GridCell, PatrolArea

pytestmark = pytest.mark.django_db(transaction=True)

REQUEST_FIELDS = [
    *("service_request_id", "status", "status_notes", "service_name", "service_code"),
    *("description", "agency_responsible", "service_notice", "requested_datetime"),
    *("updated_datetime", "expected_datetime", "address", "address_id", "zipcode"),
    *("lat", "long", "media_url"),
]


def numbers(answer) -> list[str]:
    return [row["service_request_id"] for row in answer.rows]


# Discovery


@pytest.mark.parametrize("path", ["/open311/discovery", "/open311/v2/discovery"])
def test_discovery_says_the_same_in_both_formats_and_its_type_has_no_charset(
    client, path
):
    xml, plain = client.ask(f"{path}.xml"), client.ask(f"{path}.json")

    assert (xml.status, xml.headers["Content-Type"]) == (200, "text/xml")
    assert (plain.status, plain.headers["Content-Type"]) == (200, "application/json")
    said = plain.json
    assert list(said) == ["changeset", "contact", "key_service", "endpoints"]
    root = xml.xml
    assert root.tag == "discovery"
    assert {each.tag: each.text for each in root if each.tag != "endpoints"} == {
        name: said[name] for name in ("changeset", "contact", "key_service")
    }
    assert [
        {part.tag: part.text for part in endpoint if part.tag != "formats"}
        | {"formats": [each.text for each in endpoint.findall("formats/format")]}
        for endpoint in root.findall("endpoints/endpoint")
    ] == said["endpoints"]


def test_discovery_has_two_endpoints_with_two_formats_and_changesets_in_the_past(
    client,
):
    said = client.ask("/open311/discovery.json").json

    assert [endpoint["type"] for endpoint in said["endpoints"]] == [
        "production",
        "test",
    ]
    for endpoint in said["endpoints"]:
        assert endpoint["formats"] == ["text/xml", "application/json"]
        assert endpoint["specification"]
        for changeset in (said["changeset"], endpoint["changeset"]):
            moment = datetime.fromisoformat(changeset)
            assert moment.tzinfo is not None
            assert moment < datetime.now(UTC)  # noqa: TID251 -- as a client reads it
        path = endpoint["url"].removeprefix(client.url)
        assert client.ask(f"{path}/services.xml").status == 200


# Service list and definitions


def test_services_are_listed_in_both_formats(client):
    xml, plain = client.get("services.xml"), client.get("services.json")

    assert xml.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert plain.headers["Content-Type"] == "application/json; charset=utf-8"
    assert xml.body.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
    assert xml.xml.tag == "services"
    assert {each.tag for each in xml.xml} == {"service"}
    said = plain.json
    assert isinstance(said, list)
    assert [row["service_code"] for row in xml.rows] == [
        row["service_code"] for row in said
    ]
    [lamp] = [row for row in xml.rows if row["service_code"] == "0702"]
    assert list(lamp) == [
        *("service_code", "service_name", "description", "metadata", "type"),
        *("keywords", "group"),
    ]
    assert (lamp["service_name"], lamp["metadata"], lamp["type"]) == (
        "照明与监控故障",
        "true",
        "realtime",
    )
    assert {row["metadata"] for row in said} == {True, False}
    codes = {row["service_code"] for row in said}
    assert not codes & {"1004", "1103"}


def test_names_come_in_the_language_that_is_asked_for(client):
    said = client.ask(
        "/open311/v2/services.json", headers={"Accept-Language": "en"}
    ).json

    assert {row["service_code"]: row["service_name"] for row in said}[
        "0702"
    ] == "Street lamp, camera faults"


def test_a_definition_says_what_is_asked_and_in_what_form(client):
    xml, plain = client.get("services/0702.xml"), client.get("services/0702.json")

    said = plain.json
    assert list(said) == ["service_code", "attributes"]
    assert said["service_code"] == "0702"
    assert [list(each) for each in said["attributes"]] == [
        [
            *("variable", "code", "datatype", "required", "datatype_description"),
            *("order", "description", "values"),
        ]
    ] * len(said["attributes"])
    root = xml.xml
    assert root.tag == "service_definition"
    assert root.findtext("service_code") == "0702"
    first = root.find("attributes/attribute")
    assert first is not None
    assert {part.tag: part.text for part in first if part.tag != "values"} == {
        "variable": "true",
        "code": "WHAT",
        "datatype": "singlevaluelist",
        "required": "true",
        "datatype_description": None,
        "order": "1",
        "description": "什么坏了？",
    }
    assert [
        (value.findtext("key"), value.findtext("name"))
        for value in first.findall("values/value")
    ] == [(each["key"], each["name"]) for each in said["attributes"][0]["values"]]


def test_every_definition_holds_to_the_specification(client):
    types = set()
    for service in client.get("services.json").json:
        said = client.get(f"services/{service['service_code']}.json").json
        attributes = said["attributes"]
        assert bool(attributes) == service["metadata"]
        assert [each["order"] for each in attributes] == list(
            range(1, len(attributes) + 1)
        )
        codes = [each["code"] for each in attributes]
        assert len(codes) == len(set(codes))
        for each in attributes:
            types.add(each["datatype"])
            assert bool(each["values"]) == each["datatype"].endswith("valuelist")
            assert not (each["required"] and not each["variable"])
    assert types == {
        *("string", "number", "datetime", "text", "singlevaluelist", "multivaluelist")
    }


# Requests


def test_only_public_matters_are_listed_the_newest_first(client, city):
    answer = client.get("requests.xml")

    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert answer.xml.tag == "service_requests"
    assert {each.tag for each in answer.xml} == {"request"}
    assert numbers(answer) == [city.parking, city.lamp, city.hidden]
    assert [row["service_request_id"] for row in client.get("requests.json").json] == [
        city.parking,
        city.lamp,
        city.hidden,
    ]


def test_a_closed_request_has_every_field_and_the_text_a_person_let_out(client, city):
    [row] = client.get(f"requests/{city.lamp}.xml").rows
    [said] = client.get(f"requests/{city.lamp}.json").json

    assert list(row) == list(said) == REQUEST_FIELDS
    closed_at = (city.now - timedelta(hours=3)).astimezone()
    expected = {
        "service_request_id": city.lamp,
        "status": "closed",
        "status_notes": ANSWER,
        "service_name": "照明与监控故障",
        "service_code": "0702",
        "description": "三里巷某号门口路灯坏了",
        "agency_responsible": "河湾派出所",
        "address": "三里巷",
        # No cell has been counted around the door: it stands at no point.
        "lat": None,
        "long": None,
    }
    assert {name: said[name] for name in expected} == expected
    updated, requested, due = (
        datetime.fromisoformat(said[f"{name}_datetime"])
        for name in ("updated", "requested", "expected")
    )
    assert abs(updated - closed_at) < timedelta(seconds=1)
    assert all(each.utcoffset() is not None for each in (updated, requested, due))
    assert said["requested_datetime"].endswith("+08:00")
    assert due > requested


def test_a_place_is_the_point_that_eight_addresses_share_never_the_pin(client, city):
    lamp = Word.objects.get(number=city.lamp)
    area = PatrolArea.objects.create(code="A1", name="一号巡区", station_code="S03")
    west, south, east, north = lamp.lon - 1, lamp.lat - 1, lamp.lon + 1, lamp.lat + 1
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    cell = GridCell.objects.create(
        code="C1", area=area, lon=112.5, lat=26.5, polygon=ring
    )
    for n, point in ((7, (None, None)), (8, (26.5, 112.5))):
        AddressCount.objects.create(
            cell=cell,
            n_addresses=n,
            source="标准地址库",
            counted_on=city.now.date(),
            at=city.now,
            by=User.objects.earliest("pk"),
        )
        [said] = client.get(f"requests/{city.lamp}.json").json
        assert (said["lat"], said["long"]) == point


def test_what_is_hidden_by_law_is_a_stub_without_a_place(client, city):
    [said] = client.get(f"requests/{city.hidden}.json").json

    assert "民法典第1024条" in said["description"]
    assert "骗子" not in json.dumps(said, ensure_ascii=False)
    assert (said["lat"], said["long"]) == (None, None)


def test_what_is_sealed_sensitive_or_not_let_out_is_not_there(client, city):
    for number in (city.sealed, city.family, city.unseen, "W260101-00000", "%27or1"):
        for form in ("xml", "json"):
            answer = client.get(f"requests/{number}.{form}")
            assert answer.status == 404, number
        assert [code for code, _ in client.get(f"requests/{number}.xml").errors] == [
            "404"
        ]
        listed = client.get("requests.xml", service_request_id=number)
        assert (listed.status, listed.rows) == (200, [])


def test_no_name_no_number_and_no_door_is_in_any_answer(client, city):
    paths = ("requests", "servicerequestupdates", f"requests/{city.lamp}")
    for path in paths:
        for query in ({}, {"api_key": KEY}):
            for form in ("xml", "json"):
                said = client.get(f"{path}.{form}", **query).body.decode()
                for private in (
                    "王某某",
                    "139123",
                    "138000",
                    "姓名",
                    "十二号",
                    "26.9912,",
                ):
                    assert private not in said


def test_what_xml_cannot_hold_is_replaced_and_markup_is_text(client, city):
    [row] = client.get(f"requests/{city.parking}.xml").rows
    [said] = client.get(f"requests/{city.parking}.json").json

    assert row["description"] == "违停 <b>&#x41;</b> \ufffd{{7*7}} 堵住了盲道"
    assert said["description"] == "违停 <b>&#x41;</b> \x0b{{7*7}} 堵住了盲道"


def test_several_numbers_override_every_other_filter(client, city):
    answer = client.get(
        "requests.xml",
        service_request_id=f"{city.lamp}, {city.old},,{city.sealed}",
        status="open",
        service_code="0401",
        start_date="nonsense",
    )

    assert (answer.status, numbers(answer)) == (200, [city.lamp, city.old])


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"status": "open"}, ["parking", "hidden"]),
        ({"status": "closed"}, ["lamp"]),
        ({"status": "open,closed"}, ["parking", "lamp", "hidden"]),
        ({"status": "OPEN"}, ["parking", "hidden"]),
        ({"service_code": "0702"}, ["lamp"]),
        ({"service_code": "0702,0401"}, ["parking", "lamp"]),
        ({"service_code": "9999"}, []),
        ({"service_code": "", "status": "", "jurisdiction_id": ""}, None),
        ({"page": "1", "page_size": "2"}, ["parking", "lamp"]),
        ({"page": "2", "page_size": "2"}, ["hidden"]),
        ({"page": "9"}, []),
    ],
)
def test_requests_are_filtered_and_empty_is_the_same_as_absent(
    client, city, query, names
):
    answer = client.get("requests.xml", **query)

    expected = ["parking", "lamp", "hidden"] if names is None else names
    assert (answer.status, numbers(answer)) == (
        200,
        [getattr(city, name) for name in expected],
    )


def test_dates_are_read_with_z_with_an_offset_and_without(client, city):
    def days_ago(n: float) -> datetime:
        return (city.now - timedelta(days=n)).replace(microsecond=0)

    z = days_ago(1.5).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert numbers(client.get("requests.xml", start_date=z)) == [city.parking]
    assert numbers(client.get("requests.xml", end_date=z)) == [city.lamp, city.hidden]
    offset = days_ago(2.5).astimezone().isoformat()
    both = client.get("requests.xml", start_date=offset, end_date=z)
    assert numbers(both) == [city.lamp]
    # A plus sign nobody escaped comes as a space.
    lost = client.ask(f"/open311/v2/requests.xml?start_date={offset}")
    assert numbers(lost) == [city.parking, city.lamp]
    old = client.get("requests.xml", end_date=days_ago(100).isoformat())
    assert numbers(old) == [city.old]
    since = client.get("requests.xml", start_date=days_ago(130).isoformat())
    assert numbers(since) == [city.old]


@pytest.mark.parametrize(
    "query",
    [
        {"start_date": "yesterday"},
        {"start_date": "2026-13-01T00:00:00Z"},
        {"start_date": "0001-01-01T00:00:00+14:00"},
        {"end_date": "9999-12-31T23:59:59-12:00"},
        {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-06-01T00:00:00Z"},
        {"start_date": "2026-02-01T00:00:00Z", "end_date": "2026-01-01T00:00:00Z"},
        {"status": "done"},
        {"page": "0"},
        {"page_size": "1001"},
        {"page": "-1"},
        {"page": "١"},
    ],
)
def test_what_cannot_be_read_is_400_with_errors(client, query):
    for path in ("requests.xml", "servicerequestupdates.xml"):
        if "status" in query and path != "requests.xml":
            continue
        answer = client.get(path, **query)
        assert answer.status == 400
        assert [code for code, _ in answer.errors] == ["400"]


def test_everything_that_is_missing_is_404_in_the_form_asked_for(client):
    for path in (
        "services/9999.xml",
        "services/07.xml",
        "services/1103.xml",
        "tokens/nothing.xml",
        "nothing.xml",
        "services",
        "services.html",
        "",
    ):
        answer = client.get(path)
        assert answer.status == 404, path
        assert [code for code, _ in answer.errors] == ["404"]
    answer = client.get("nothing.json")
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert [set(each) for each in answer.json] == [{"code", "description"}]


def test_our_jurisdiction_is_tolerated_and_an_unknown_one_is_404(client, city):
    paths = (
        *("services", "services/0702", "requests", f"requests/{city.lamp}"),
        *("servicerequestupdates", f"tokens/{city.ours}"),
    )
    for path in paths:
        for form in ("xml", "json"):
            at = f"{path}.{form}"
            assert client.get(at, jurisdiction_id="xunfang").status == 200
            assert client.get(at, jurisdiction_id="elsewhere.gov").status == 404


def test_other_methods_are_405_and_say_which_are_allowed(client):
    answer = client.ask("/open311/v2/requests.xml", method="DELETE")
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, POST")
    assert [code for code, _ in answer.errors] == ["405"]
    answer = client.ask("/open311/v2/services.xml", method="POST")
    assert (answer.status, answer.headers["Allow"]) == (405, "GET")
    assert client.ask("/open311/v2/services.xml", method="HEAD").status == 200


def test_pages_of_other_cities_may_ask_without_cookies(client):
    answer = client.get("requests.json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in answer.headers


# What a sender learns of its own


def test_a_sender_learns_how_far_its_own_requests_are_and_nothing_else(client, city):
    [row] = client.get(f"requests/{city.ours}.json", api_key=KEY).json

    assert row["status"] == "open"
    told = {name for name, value in row.items() if value}
    assert told == {
        *("service_request_id", "status", "requested_datetime"),
        *("updated_datetime", "expected_datetime"),
    }
    assert city.ours in numbers(client.get("requests.xml", api_key=KEY))
    by_header = client.ask(
        f"/open311/v2/requests/{city.ours}.xml",
        headers={"Authorization": f"Bearer {KEY}"},
    )
    assert by_header.status == 200
    # Nor can it be found out what it was sorted as.
    assert numbers(client.get("requests.xml", api_key=KEY, service_code="0401")) == [
        city.parking
    ]


def test_whoever_was_given_a_number_asks_for_it_without_a_key(client, city):
    [own] = client.get(f"requests/{city.ours}.json", api_key=KEY).json

    for key in ({}, {"api_key": OTHER_KEY}):
        assert client.get(f"requests/{city.ours}.json", **key).json == [own]
        [asked] = client.get("requests.json", service_request_id=city.ours, **key).json
        assert asked == own
        # Nobody learns a number by asking for all.
        assert city.ours not in numbers(client.get("requests.xml", **key))
        assert client.get("servicerequestupdates.json", **key).json == [
            each
            for each in client.get("servicerequestupdates.json").json
            if each["service_request_id"] != city.ours
        ]


def test_a_key_that_is_none_is_403_even_where_none_is_needed(client, city):
    for path in ("requests.xml", f"requests/{city.lamp}.xml"):
        answer = client.get(path, api_key="guessed")
        assert answer.status == 403
        assert [code for code, _ in answer.errors] == ["403"]


# Tokens and updates


def test_a_request_is_its_own_token(client, city):
    answer = client.get(f"tokens/{city.ours}.xml")

    assert answer.xml.tag == "service_requests"
    assert answer.rows == [{"service_request_id": city.ours, "token": city.ours}]
    assert client.get(f"tokens/{city.lamp}.xml").status == 404


def test_answers_are_told_as_updates_with_the_status_after_them(client, city):
    answer = client.get("servicerequestupdates.xml")

    assert answer.xml.tag == "service_request_updates"
    assert {each.tag for each in answer.xml} == {"request_update"}
    [row] = answer.rows
    assert {name: row[name] for name in list(row)[1:]} == {
        "service_request_id": city.lamp,
        "status": "closed",
        "updated_datetime": row["updated_datetime"],
        "description": ANSWER,
        "media_url": "",
    }
    assert row["update_id"].endswith(city.lamp)
    assert datetime.fromisoformat(row["updated_datetime"]).utcoffset() is not None
    assert client.get("servicerequestupdates.json").json == [row]
    before = (city.now - timedelta(days=1)).isoformat()
    assert client.get("servicerequestupdates.xml", end_date=before).rows == []
    of_one = client.get("update.xml", service_request_id=city.parking)
    assert of_one.rows == []
