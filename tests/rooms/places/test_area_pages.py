"""The pages of areas and of their redrawing, as people use them."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import linhe_city
from tests.factories.linhe_city import AFTERNOON, NIGHT, box
from xunfang.places import queries
from xunfang.places.models import AreaEdition, PatrolArea, Redraw

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _afternoon(monkeypatch, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    queries.load_streets.cache_clear()
    monkeypatch.setattr("django.utils.timezone.now", lambda: AFTERNOON)


@pytest.fixture
def officer(account, client):
    user = account("duty_officer", station_code="")
    client.force_login(user)
    return user


@pytest.fixture
def _city():
    linhe_city.import_streets()
    linhe_city.add_station()
    linhe_city.add_ground()


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def draw(client, **changed: object):
    typed = {
        "valid_from": NIGHT.isoformat(),
        "roads": "A1：人民路、经三路\nA2：健康路",
        "datum": "wgs84",
        "takes_over": "on",
    }
    return client.post("/places/redraws/", typed | changed)


def put_in_force(client, url: str):
    seen_digest = client.get(url).context["seen_digest"]
    return client.post(f"{url}apply/", {"seen_digest": seen_digest})


@pytest.mark.usefixtures("_city")
def test_list_of_areas_costs_the_same_queries_for_two_as_for_three(client, officer):
    def n_queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/places/areas/").status_code == 200
        return len(asked)

    client.get("/places/areas/")
    for_two = n_queries()
    area = PatrolArea.objects.create(code="A3", name="三号巡区", station_code="S01")
    AreaEdition.objects.create(area=area, valid_from=NIGHT, polygons=[box(0, 0, 9, 9)])

    assert n_queries() == for_two


@pytest.mark.usefixtures("_city")
def test_area_shows_streets_cells_and_editions_of_any_day(client, officer):
    put_in_force(client, draw(client)["Location"])
    linhe_city.add_reports("C1", n_incidents=7)

    today = text(client.get("/places/areas/at/A1/"))
    in_march = text(client.get("/places/areas/at/A1/?day=2026-03-01"))

    assert "人民路 <span" in today
    assert "自 2026-06-01 起 30 天" in today
    assert "2026-01-01 至" not in today
    assert "2026-01-01 起，至 2026-08-14 前" in today
    assert "没有所属街道" in in_march
    kinds = [
        feature["properties"]["kind"]
        for feature in client.get("/places/areas/at/A1/map/").json()["features"]
    ]
    assert {"cell", "area", "street"} == set(kinds)


@pytest.mark.usefixtures("_city")
def test_report_lists_every_street_in_no_area_by_pages_and_as_csv(client, officer):
    """Nothing is drawn by street yet: Linhe's 34 segments are in no area."""
    answer = client.get("/places/areas/report/")
    n_segments = answer.context["page"].paginator.count

    assert f"无巡区路段 {n_segments} 条，重叠路段 0 条" in text(answer)
    csv = client.get("/places/areas/report/csv/").content.decode("utf-8-sig")
    assert len(csv.splitlines()) == n_segments + 1
    features = client.get("/places/areas/report/map/").json()["features"]
    states = [f["properties"].get("state") for f in features]
    assert states.count("gap") == min(50, n_segments)


@pytest.mark.usefixtures("_city")
def test_redraw_by_roads_is_looked_at_put_in_force_and_taken_back(client, officer):
    answer = draw(client)
    assert answer.status_code == 303
    url = answer["Location"]
    page = text(client.get(url))
    assert "人民路 <span" in page
    assert "划入" in page
    assert client.get(f"{url}map/").status_code == 200
    assert not AreaEdition.objects.filter(redraw__isnull=False).exists()

    assert put_in_force(client, url).status_code == 303

    assert AreaEdition.objects.on(NIGHT).filter(redraw__isnull=False).count() == 2
    assert "撤销重划" in text(client.get(url))
    client.post(f"{url}undo/")
    assert not AreaEdition.objects.filter(redraw__isnull=False).exists()
    assert "已撤销" in text(client.get("/places/redraws/"))


@pytest.mark.usefixtures("_city")
def test_preview_that_was_not_looked_at_is_shown_again(client, officer):
    url = draw(client)["Location"]

    refused = client.post(f"{url}apply/", {"seen_digest": "0"})

    assert refused.status_code == 409
    assert "请重新核对后再确认生效" in text(refused)


@pytest.mark.usefixtures("_city")
def test_second_redraw_of_a_day_is_told_before_it_is_tried(client, officer):
    put_in_force(client, draw(client)["Location"])
    url = draw(client, roads="A1 健康路")["Location"]

    page = text(client.get(url))

    assert "以下在该日或之后已有变更：一号巡区" in page
    assert "确认生效" not in page
    assert put_in_force(client, url).status_code == 409


@pytest.mark.usefixtures("_city")
@pytest.mark.parametrize(
    ("changed", "status", "says"),
    [
        ({"roads": ""}, 422, "二者择一"),
        ({"roads": "Z9 人民路"}, 422, "没有巡区 Z9"),
        ({"valid_from": "2026-08-13"}, 409, "今天"),
        ({"valid_from": "x"}, 422, 'value="x"'),
    ],
)
def test_drawing_that_cannot_be_used_keeps_what_was_typed(
    client, officer, changed, status, says
):
    answer = draw(client, **changed)

    assert answer.status_code == status
    assert says in text(answer)
    assert not Redraw.objects.exists()


def test_without_streets_the_drawing_says_so(client, officer):
    linhe_city.add_ground()

    assert "街道尚未导入" in text(draw(client))
    assert "每条路段恰属一个巡区" in text(client.get("/places/areas/report/"))
    assert client.get("/places/areas/at/A1/map/").status_code == 200


@pytest.mark.usefixtures("_city")
def test_boundaries_that_were_handed_out_come_in_again(client, officer):
    handed_out = client.get("/places/areas/areas.geojson").content
    assert len(json.loads(handed_out)["features"]) == 2

    url = draw(client, roads="", file=SimpleUploadedFile("a.geojson", handed_out))[
        "Location"
    ]

    found = client.get(url).context["found"]
    assert [change.polygons for change in found.changes] == [
        edition.polygons for edition in AreaEdition.objects.order_by("area__code")
    ]
    assert (found.report.gaps, found.report.overlaps, found.moves) == ((), {}, ())


@pytest.mark.usefixtures("_city")
def test_station_sees_its_areas_and_does_not_redraw(client, account):
    client.force_login(account("duty_officer", station_code="S02"))

    assert client.get("/places/areas/at/A1/").status_code == 404
    assert "尚无巡区" in text(client.get("/places/areas/"))
    assert client.get("/places/redraws/").status_code == 403
    cells = client.get("/places/areas/cells.geojson").json()
    assert cells["features"] == []
