"""An area is redrawn today: tonight shows the new boundary, an old night the old one."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories import linhe_city
from tests.factories.linhe_city import AFTERNOON, NIGHT, box
from xunfang.core.planning.budget import Budget
from xunfang.patrols import queries as patrols
from xunfang.patrols import services
from xunfang.patrols.plans import making
from xunfang.patrols.tasks import queue_plan
from xunfang.places import queries as places

pytestmark = pytest.mark.django_db

LAST_NIGHT = NIGHT - timedelta(days=1)
OLD, NEW = box(-1, -50, 299, 650), box(-1, -50, 100, 650)


@pytest.fixture(autouse=True)
def _own_data_folder(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    places.load_streets.cache_clear()
    monkeypatch.setattr(making, "budget_of", lambda run, **_: Budget(iterations=60))
    monkeypatch.setattr("django.utils.timezone.now", lambda: AFTERNOON)


@pytest.fixture
def officer(account):
    return account("duty_officer", station_code="")


@pytest.fixture
def city(officer, client):
    """Linhe with two nights planned, and headquarters' duty officer at the desk."""
    linhe_city.import_streets(by=officer)
    station = linhe_city.build_city()
    for code in ("1", "2"):
        linhe_city.add_crew(station, code, night=LAST_NIGHT)
    client.force_login(officer)
    for night in (LAST_NIGHT, NIGHT):
        [run] = services.ask_for_plans(
            night=night, stations=[station], cpu_s=1, seed=1, by=officer, at=AFTERNOON
        )
        making.make_plan(run_id=run.pk, clock=lambda: AFTERNOON, queue=queue_plan)
    return station


def boundary_shown(client, night) -> list:
    """Outer rings of the first area on the map of a night."""
    whole = client.get(f"/tonight/{night}/S01/map/").json()
    [area] = [
        feature
        for feature in whole["features"]
        if feature["properties"].get("name") == "一号巡区"
    ]
    return [polygon[0] for polygon in area["geometry"]["coordinates"]]


def cells_by_area(client, night) -> dict[str, list[str]]:
    """Rows of the coverage page of a night: an area and its cells."""
    coverage = client.get(f"/tonight/{night}/S01/coverage/").context["coverage"]
    return {
        rows.area.name: [cell.name for cell in rows.cells] for rows in coverage.areas
    }


def draw(client) -> str:
    """Send two boundaries that hold from today; return the address of the preview."""
    features = [
        {
            "type": "Feature",
            "properties": {"code": code},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for code, ring in (("A1", NEW), ("A2", box(100, -50, 900, 650)))
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    answer = client.post(
        "/places/redraws/",
        {
            "valid_from": NIGHT.isoformat(),
            "file": SimpleUploadedFile("areas.geojson", content),
            "datum": "wgs84",
            "takes_over": "on",
        },
    )
    assert answer.status_code == 303
    return answer["Location"]


@pytest.mark.row("A02")
def test_old_night_shows_its_old_boundary_and_tonight_the_new_one(client, city):
    url = draw(client)
    preview = client.get(url)
    assert boundary_shown(client, NIGHT) == [OLD]
    text = preview.content.decode()
    assert "无巡区路段 0 条，重叠路段 0 条" in " ".join(text.split())

    client.post(f"{url}apply/", {"seen_digest": preview.context["seen_digest"]})

    assert boundary_shown(client, LAST_NIGHT) == [OLD]
    assert boundary_shown(client, NIGHT) == [NEW]
    assert cells_by_area(client, LAST_NIGHT) == {
        "一号巡区": ["C1", "C2"],
        "二号巡区": ["C3", "C4"],
    }
    assert cells_by_area(client, NIGHT) == {"二号巡区": ["C1", "C2", "C3", "C4"]}


@pytest.mark.row("A02")
def test_redraw_of_today_is_taken_back_and_tonight_is_as_before(client, city):
    url = draw(client)
    seen_digest = client.get(url).context["seen_digest"]
    client.post(f"{url}apply/", {"seen_digest": seen_digest})

    client.post(f"{url}undo/")

    assert boundary_shown(client, NIGHT) == [OLD]
    assert cells_by_area(client, NIGHT) == cells_by_area(client, LAST_NIGHT)


@pytest.mark.row("A12")
def test_minutes_of_the_cells_still_add_up_to_those_of_their_area(client, city):
    url = draw(client)
    seen_digest = client.get(url).context["seen_digest"]
    client.post(f"{url}apply/", {"seen_digest": seen_digest})

    for night in (LAST_NIGHT, NIGHT):
        coverage = client.get(f"/tonight/{night}/S01/coverage/").context["coverage"]
        # Each number is rounded by itself: a minute a cell is the most they differ.
        for rows in coverage.areas:
            total = sum(cell.total for cell in rows.cells)
            assert abs(rows.area.total - total) <= len(rows.cells)
        together = sum(rows.area.total for rows in coverage.areas)
        assert abs(coverage.total.total - together) <= len(coverage.areas)


def test_closed_place_leaves_the_plan_of_tonight(client, city, officer):
    before = {stop.id for stop in problem_of(NIGHT)}
    assert "K2" in before

    client.post("/places/at/K2/close/")
    [run] = services.ask_for_plans(
        night=NIGHT,
        stations=[city],
        cpu_s=1,
        seed=1,
        by=officer,
        at=AFTERNOON + timedelta(minutes=1),
    )
    making.make_plan(run_id=run.pk, clock=lambda: AFTERNOON, queue=queue_plan)

    assert "K2" not in {stop.id for stop in problem_of(NIGHT)}


def problem_of(night):
    """Return the stops of the problem of a night's plan in force."""
    from xunfang.patrols.models import Plan  # noqa: PLC0415 -- after set-up

    plan = Plan.objects.get(night=night, is_current=True)
    return patrols.documents_by_id(plan.pk).problem.stops
