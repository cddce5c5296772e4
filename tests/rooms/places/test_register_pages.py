"""The pages of the register and of imports, as people use them."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import linhe_city
from tests.factories.linhe_city import AFTERNOON, NIGHT
from tests.towns.linhe import at
from xunfang.places.models import GridCell, KeyPlace, PlaceCheck, PlaceImport
from xunfang.web.tables import write_csv

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _afternoon(monkeypatch, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr("django.utils.timezone.now", lambda: AFTERNOON)


@pytest.fixture
def officer(account, client):
    user = account("duty_officer", station_code="S01")
    client.force_login(user)
    return user


@pytest.fixture
def bank():
    linhe_city.add_station()
    linhe_city.add_ground()
    return linhe_city.add_place("K1", "B", "C1", name="北门银行")


def typed(**changed: object) -> dict[str, object]:
    lon, lat = at("B")[0].tolist()
    return {
        "code": "K9",
        "name": "新银行",
        "name_en": "",
        "kind": "bank",
        "lon": lon,
        "lat": lat,
        "datum": "wgs84",
        "check_every_days": 30,
        "revision": 0,
    } | changed


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


# The list


def test_list_costs_the_same_queries_for_one_place_as_for_three(client, officer, bank):
    def n_queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get("/places/").status_code == 200
        return len(asked)

    client.get("/places/")
    for_one = n_queries()
    linhe_city.add_place("K2", "C", "C3")
    linhe_city.add_place("K3", "L", "C4")

    assert n_queries() == for_one


def test_list_names_station_area_state_and_keeps_the_search_in_its_files(
    client, officer, bank
):
    linhe_city.add_place("K2", "C", "C3", kind="school", name="东明学校")

    answer = client.get("/places/?q=北门")

    assert "北门银行" in text(answer)
    assert "临河所" in text(answer)
    assert "一号巡区" in text(answer)
    assert "从未检查" in text(answer)
    assert "东明学校" not in text(answer)
    assert "/places/export/csv/?q=" in text(answer)
    handed_out = client.get("/places/export/csv/?q=北门").content.decode("utf-8-sig")
    assert [row.split(",")[0] for row in handed_out.splitlines()] == ["编号", "K1"]


def test_map_numbers_the_places_as_the_list_does(client, officer, bank):
    linhe_city.add_place("K2", "C", "C3")

    whole = client.get("/places/map/").json()

    assert [
        (f["properties"]["number"], f["properties"]["id"]) for f in whole["features"]
    ] == [("1", "K1"), ("2", "K2")]


def test_empty_register_and_empty_search_say_so(client, officer):
    assert "尚无重点部位" in text(client.get("/places/"))
    assert "没有符合条件的部位" in text(client.get("/places/?q=x"))


def test_place_of_another_station_is_not_there(client, account, bank):
    client.force_login(account("duty_officer", station_code="S02"))

    assert client.get("/places/at/K1/").status_code == 404
    assert client.post("/places/at/K1/close/").status_code == 404
    assert "北门银行" not in text(client.get("/places/"))


@pytest.mark.parametrize("to", ["csv", "xlsx", "geojson"])
def test_list_is_handed_out_in_three_formats(client, officer, bank, to):
    answer = client.get(f"/places/export/{to}/")

    assert answer.status_code == 200
    assert f'places-{NIGHT}.{to}"' in answer["Content-Disposition"]
    assert client.get("/places/export/pdf/").status_code == 404


@pytest.mark.row("B08")
def test_report_says_distinct_536_and_checks_1874(client, account):
    """1,874 checks: three of each place are 1,608, and 266 places have one more.

    A double check on the same day raises the second number only.
    """
    linhe_city.add_ground()
    cell = GridCell.objects.get(code="C1")
    register = KeyPlace.objects.bulk_create(
        KeyPlace(code=f"K{n}", name=f"{n}号", kind="bank", cell=cell, lon=0, lat=0)
        for n in range(536)
    )
    PlaceCheck.objects.bulk_create(
        PlaceCheck(place=place, checked_on=NIGHT, unit_code="1")
        for number, place in enumerate(register)
        for _ in range(3 + (number < 266))
    )
    client.force_login(account("duty_officer", station_code=""))

    page = text(client.get("/places/checks/"))
    in_english = text(client.get("/places/checks/", headers={"Accept-Language": "en"}))
    PlaceCheck.objects.create(place=register[0], checked_on=NIGHT, unit_code="1")
    after = text(client.get("/places/checks/"))

    assert "去重 536 处 / 检查 1874 次" in page
    assert "distinct 536 / checks 1,874" in in_english
    assert "去重 536 处 / 检查 1875 次" in after


def test_report_of_a_period_that_ends_before_it_begins_keeps_what_was_typed(
    client, officer, bank
):
    answer = client.get("/places/checks/?first=2026-08-10&last=2026-08-01")

    assert answer.status_code == 422
    assert 'value="2026-08-10"' in text(answer)


# One place


def test_place_is_added_changed_closed_and_reopened(client, officer, bank):
    added = client.post("/places/new/", typed())
    assert (added.status_code, added["Location"]) == (303, "/places/at/K9/")
    client.post("/places/at/K9/edit/", typed(name="改名银行"))
    client.post("/places/at/K9/close/")

    place = KeyPlace.objects.get(code="K9")
    assert (place.name, place.ended_on, place.revision) == ("改名银行", NIGHT, 2)
    assert "方案不再派人前往" in text(client.get("/places/at/K9/"))

    client.post("/places/at/K9/reopen/")

    assert KeyPlace.objects.get(code="K9").ended_on is None


def test_place_off_the_map_keeps_what_was_typed_and_says_how_far(client, officer, bank):
    lon, lat = at("P", east_m=1000, north_m=300)[0].tolist()

    answer = client.post("/places/new/", typed(lon=lon, lat=lat))

    assert answer.status_code == 409
    assert "距最近的巡区二号巡区 100 米" in text(answer)
    assert 'value="新银行"' in text(answer)


def test_form_that_makes_no_sense_is_kept_with_422(client, officer, bank):
    answer = client.post("/places/new/", typed(name="", check_every_days=0))

    assert answer.status_code == 422
    assert 'value="K9"' in text(answer)
    assert KeyPlace.objects.count() == 1


def test_stale_form_shows_what_changed_and_keeps_what_was_typed(client, officer, bank):
    client.post("/places/at/K1/edit/", typed(name="甲", name_en="Bank B"))

    answer = client.post("/places/at/K1/edit/", typed(name="乙", name_en="Bank B"))

    assert answer.status_code == 409
    assert "<td>甲</td><td>乙</td>" in text(answer)
    assert 'value="乙"' in text(answer)
    assert 'name="revision" value="1"' in text(answer)
    assert KeyPlace.objects.get(code="K1").name == "甲"


def test_check_is_recorded_and_taken_back(client, officer, bank):
    made = client.post(
        "/places/at/K1/check/", {"checked_on": NIGHT.isoformat(), "unit_code": "1组"}
    )
    assert made.status_code == 303
    page = text(client.get("/places/at/K1/"))
    [check] = PlaceCheck.objects.all()
    assert "1组" in page
    assert officer.display_name in page
    assert f"/places/checks/{check.pk}/take-back/" in page

    client.post(f"/places/checks/{check.pk}/take-back/")

    assert not PlaceCheck.objects.exists()


def test_check_of_tomorrow_stays_in_the_form(client, officer, bank):
    tomorrow = (NIGHT + timedelta(days=1)).isoformat()

    answer = client.post(
        "/places/at/K1/check/", {"checked_on": tomorrow, "unit_code": "1组"}
    )

    assert answer.status_code == 409
    assert f'value="{tomorrow}"' in text(answer)


def windows(*lines: dict[str, object], revision: int = 0) -> dict[str, object]:
    data: dict[str, object] = {
        "window-TOTAL_FORMS": len(lines),
        "window-INITIAL_FORMS": 0,
        "revision": revision,
    }
    for number, line in enumerate(lines):
        for name, value in line.items():
            data[f"window-{number}-{name}"] = value
    return data


EVENING = {
    "first_month": 4,
    "last_month": 10,
    "weekdays": ["5", "6"],
    "begins": "19:00",
    "ends": "01:00",
}


def test_busy_hours_are_set_and_shown_in_words(client, officer, bank):
    answer = client.post("/places/at/K1/hours/", windows(EVENING))

    assert answer.status_code == 303
    assert "4 月至 10 月 · 周五、周六 · 19:00–01:00" in text(
        client.get("/places/at/K1/")
    )
    assert 'value="19:00"' in text(client.get("/places/at/K1/hours/"))


def test_hours_with_one_time_only_are_kept_with_422(client, officer, bank):
    answer = client.post("/places/at/K1/hours/", windows(EVENING | {"ends": ""}))

    assert answer.status_code == 422
    assert "两个时间都填" in text(answer)
    assert 'value="19:00"' in text(answer)


def test_stale_hours_show_what_is_kept(client, officer, bank):
    client.post("/places/at/K1/hours/", windows(EVENING))

    answer = client.post("/places/at/K1/hours/", windows(EVENING | {"ends": "02:00"}))

    assert answer.status_code == 409
    assert "19:00–01:00" in text(answer)
    assert 'value="02:00"' in text(answer)


def test_map_of_a_place_has_its_cell_and_area(client, officer, bank):
    whole = client.get("/places/at/K1/map/").json()

    assert [
        (f["properties"]["kind"], f["properties"].get("name"))
        for f in whole["features"]
    ] == [("area", "一号巡区"), ("cell", "C1"), ("stop", None)]


# Imports


HEADER = ["编号", "名称", "类别", "经度", "纬度"]


def upload(client, *lines: list[object], name: str = "places.csv"):
    content = write_csv(HEADER, lines)
    return client.post(
        "/places/imports/",
        {"file": SimpleUploadedFile(name, content), "datum": "wgs84"},
    )


def a_line(code: str, node: str = "C", kind: str = "银行") -> list[object]:
    lon, lat = at(node)[0].tolist()
    return [code, f"{code}银行", kind, lon, lat]


def test_list_is_looked_at_applied_and_its_remainder_downloaded(client, officer, bank):
    answer = upload(client, a_line("K2"), a_line("K1", "B"), a_line("K3", kind="庙"))
    [kept] = PlaceImport.objects.all()
    assert answer["Location"] == f"/places/imports/{kept.pk}/"

    page = client.get(answer["Location"])
    assert "新增 1，变更 1，待修正 1，无变化 0" in text(page)
    assert "类别“庙”无法识别" in text(page)
    assert "<del>北门银行</del> → <ins>K1银行</ins>" in text(
        client.get(f"{answer['Location']}?show=changed")
    )
    assert KeyPlace.objects.count() == 1

    seen_digest = page.context["seen_digest"]
    client.post(f"{answer['Location']}apply/", {"seen_digest": seen_digest})

    assert sorted(KeyPlace.objects.values_list("name", flat=True)) == [
        "K1银行",
        "K2银行",
    ]
    assert "新增 1，变更 1，待修正 1" in text(client.get(answer["Location"]))
    aside = client.get(f"{answer['Location']}set-aside/").content.decode("utf-8-sig")
    assert aside.splitlines()[0].endswith(",问题")
    assert "K3" in aside.splitlines()[1]


def test_list_that_was_not_looked_at_is_shown_again(client, officer, bank):
    answer = upload(client, a_line("K2"))

    refused = client.post(f"{answer['Location']}apply/", {"seen_digest": "0" * 16})

    assert refused.status_code == 409
    assert "请重新核对后再写入" in text(refused)
    assert KeyPlace.objects.count() == 1


def test_list_is_put_away(client, officer, bank):
    answer = upload(client, a_line("K2"))

    client.post(f"{answer['Location']}drop/")

    assert not PlaceImport.objects.exists()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\x00\x01", "CSV"),
        ("编号,名称\nK1,x\n".encode(), "类别、经度、纬度"),
        (b'{"type": ', "GeoJSON"),
    ],
)
def test_file_that_cannot_be_used_is_refused_at_its_field(
    client, officer, bank, content, says
):
    answer = client.post(
        "/places/imports/",
        {"file": SimpleUploadedFile("x.csv", content), "datum": "wgs84"},
    )

    assert answer.status_code == 409
    assert says in text(answer)
    assert not PlaceImport.objects.exists()


def test_list_of_another_station_is_not_there(client, officer, account, bank):
    answer = upload(client, a_line("K2"))
    client.force_login(account("duty_officer", station_code="S02", username="other"))

    assert client.get(answer["Location"]).status_code == 404
    assert client.post(f"{answer['Location']}apply/").status_code == 404


def test_preview_of_a_long_list_is_shown_by_pages(client, officer, bank):
    lines = []
    for number in range(60):
        lon, lat = at("B", east_m=number)[0].tolist()
        lines.append([f"N{number}", f"{number}号", "银行", lon, lat])
    answer = upload(client, *lines)

    page = text(client.get(f"{answer['Location']}?show=new&page=2"))

    assert "第 2 页" in page
    assert "N59" in page
    assert "N49" not in page
