"""The night's pages: what they show, when there is something and when there is not."""

import json
from datetime import date, timedelta

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import linhe_city
from tests.factories.linhe_city import AFTERNOON, NIGHT
from xunfang.patrols import services
from xunfang.patrols.models import Plan, SolveRun
from xunfang.patrols.plans import making
from xunfang.patrols.tasks import queue_plan
from xunfang.places import services as places_services
from xunfang.places.models import GridCell, PatrolArea, StreetNetwork
from xunfang.units.models import Shift

pytestmark = pytest.mark.django_db

URL = f"/tonight/{NIGHT}/S01/"


def plan_night(station, user) -> Plan:
    [run] = services.ask_for_plans(
        night=NIGHT, stations=[station], cpu_s=1, seed=1, by=user, at=AFTERNOON
    )
    making.make_plan(run_id=run.pk, clock=lambda: AFTERNOON, queue=queue_plan)
    return Plan.objects.get(station=station, is_current=True)


@pytest.fixture
def signed_in(client, duty_officer):
    client.force_login(duty_officer)
    return client


@pytest.fixture
def planned(streets, station, duty_officer, signed_in) -> Plan:
    return plan_night(station, duty_officer)


def overlay(client, query="") -> list[dict]:
    return json.loads(client.get(f"{URL}map/{query}").content)["features"]


def kinds(features) -> dict[str, int]:
    found = [feature["properties"]["kind"] for feature in features]
    return {kind: found.count(kind) for kind in sorted(set(found))}


def test_station_page_shows_proof_stops_reasons_and_timeline(signed_in, planned):
    page = signed_in.get(URL)

    board = page.context["board"]
    n_bars = sum(len(unit.bars) for unit in board.units)
    assertContains(page, "临河所")
    assertContains(page, "第 1 版")
    assertContains(page, "应每 30 天检查一次")
    assertContains(page, "21:30 放学，提前 30 分钟到岗")
    assertContains(page, 'class="timeline__bar', count=n_bars)
    assert board.n_stops == planned.figures["n_stops"] + planned.figures["n_posts"]


@pytest.mark.parametrize(
    ("bound", "said"),
    [
        (lambda value: value, "已证明为最优"),
        (lambda value: value / 0.98199, "至少达到最优方案的 98.1 %"),
        (lambda value: None, "尚未证明"),
        (lambda value: value / 0.8, "证明较松"),
    ],
)
def test_proof_is_said_plainly(signed_in, planned, bound, said):
    Plan.objects.filter(pk=planned.pk).update(upper_bound=bound(planned.value))

    assertContains(signed_in.get(URL), said)


def test_duty_that_cannot_be_held_comes_first_and_in_words(
    streets, station, duty_officer, signed_in
):
    """Nobody is on shift before 22:00, so the school gate from 21:00 stays empty."""
    Shift.objects.update(begins_min=22 * 60)
    plan_night(station, duty_officer)

    page = signed_in.get(URL)

    assertContains(page, "项勤务无法保障")
    board = page.context["board"]
    [missing] = board.missing_duties
    assert (missing.place, missing.is_mandatory) == ("临河高中", True)
    assert board.shortage == "21:00 至 21:50，勤务共需 2 人，当班 0 人。"
    assertContains(page, board.shortage)


def test_wishes_are_folded_and_grouped_the_most_valuable_first(
    streets, station, duty_officer, signed_in
):
    Shift.objects.filter(code="2").delete()
    Shift.objects.update(begins_min=21 * 60, ends_min=23 * 60)
    plan = plan_night(station, duty_officer)

    board = signed_in.get(URL).context["board"]

    assert board.n_wishes == plan.n_unmet_optional > 0
    for group in board.missing_wishes:
        worth = [row.worth for row in group.rows]
        assert worth == sorted(worth, reverse=True)


def test_map_shows_areas_cells_routes_stops_posts_and_the_station(signed_in, planned):
    features = overlay(signed_in)

    found = kinds(features)
    assert found["area"] == 2
    assert found["cell"] == 4
    assert found["station"] == 1
    assert found["route"] == planned.figures["n_routes"]
    assert found["stop"] == planned.figures["n_stops"]
    assert found.get("post", 0) == planned.figures["n_posts"] == 1
    [post] = [f["properties"] for f in features if f["properties"]["kind"] == "post"]
    assert post["name"].endswith("临河高中")


def test_reach_is_on_the_map_when_an_hour_is_asked_for(signed_in, planned):
    reach = [
        feature["properties"]["minutes"]
        for feature in overlay(signed_in, "?minute=1260")
        if feature["properties"]["kind"] == "reach"
    ]

    assert "reach" not in kinds(overlay(signed_in))
    assert set(reach) <= {1, 3, 5}
    assert 5 in reach


def test_minute_that_is_none_is_passed_over(signed_in, planned):
    assert kinds(overlay(signed_in, "?minute=soon")) == kinds(overlay(signed_in))


@pytest.mark.row("A02")
def test_old_night_shows_the_old_boundary(signed_in, planned):
    before = [f for f in overlay(signed_in) if f["properties"]["kind"] == "area"]
    places_services.redraw_area(
        area=PatrolArea.objects.get(code="A1"),
        polygons=[linhe_city.box(0, 0, 100, 100)],
        streets=[],
        valid_from=NIGHT + timedelta(days=1),
        by=None,
        at=AFTERNOON,
    )

    after = [f for f in overlay(signed_in) if f["properties"]["kind"] == "area"]
    next_night = json.loads(
        signed_in.get(f"/tonight/{NIGHT + timedelta(days=1)}/S01/map/").content
    )["features"]

    assert after == before
    assert [f for f in next_night if f["properties"]["kind"] == "area"] != before


@pytest.mark.row("A12")
def test_coverage_adds_up_from_cells_to_areas(signed_in, planned):
    coverage = signed_in.get(f"{URL}coverage/").context["coverage"]

    assert coverage.hours == (18, 19, 20, 21, 22, 23, 0, 1, 2)
    for rows in coverage.areas:
        by_hour = zip(*(row.minutes for row in rows.cells), strict=True)
        assert rows.area.minutes == tuple(sum(hour) for hour in by_hour)
        assert rows.area.total == sum(row.total for row in rows.cells)
    at_places = sum(row[2] for row in planned.figures["modes"])
    assert (
        coverage.total.total == at_places == sum(r.area.total for r in coverage.areas)
    )


@pytest.mark.row("A12")
def test_every_cell_has_24_hours(planned):
    assert {code: len(hours) for code, hours in planned.figures["cells"].items()} == {
        cell.code: 24 for cell in GridCell.objects.all()
    }


@pytest.mark.row("A14")
def test_cells_nobody_looked_after_are_listed_as_not_covered(signed_in, planned):
    coverage = signed_in.get(f"{URL}coverage/").context["coverage"]

    minutes = {code: sum(hours) for code, hours in planned.figures["cells"].items()}
    assert {gap.cell for gap in coverage.gaps} == {
        code for code, total in minutes.items() if total < 12
    }
    # C3 (by C) has a bank that was never looked in on, C2 (by K) has nothing at all.
    assert "C2" in {gap.cell for gap in coverage.gaps}


@pytest.mark.row("A21")
def test_points_lines_and_areas_are_counted_whatever_is_shown(signed_in, planned):
    page = signed_in.get(f"/tonight/{NIGHT}/")
    drawn = json.loads(signed_in.get(f"/tonight/{NIGHT}/map/").content)["features"]

    assert page.context["totals"] == {
        "n_posts": 1,
        "n_stops": planned.figures["n_stops"],
        "n_routes": planned.figures["n_routes"],
        "n_areas": 2,
    }
    assert kinds(drawn) == {
        "area": 2,
        "post": 1,
        "route": planned.figures["n_routes"],
        "station": 1,
    }
    for layer in ("posts", "routes", "areas"):
        assertContains(page, f'data-layer="{layer}"')


def run_part(client, shown):
    return client.get(
        f"{URL}?part=run&shown={shown}", headers={"HX-Request": "true"}
    ).content.decode()


def test_new_edition_is_offered_to_who_has_an_older_one_before_them(signed_in, planned):
    assert "第 1 版方案已排好" in run_part(signed_in, 0)
    assert "第 1 版方案已排好" not in run_part(signed_in, 1)


def test_page_being_watched_goes_on_comparing_with_the_edition_it_shows(
    station, duty_officer, signed_in, planned
):
    services.ask_for_plans(
        night=NIGHT, stations=[station], cpu_s=1, seed=2, by=duty_officer, at=AFTERNOON
    )

    page = signed_in.get(URL).content.decode()
    part = run_part(signed_in, 1)

    for text in (page, part):
        assert "part=run&amp;shown=1" in text
        assert 'hx-trigger="every 1s"' in text


def test_failed_run_says_why_and_that_the_last_plan_stays(
    station, duty_officer, signed_in, planned
):
    SolveRun.objects.create(
        station=station,
        night=NIGHT,
        cpu_s=1,
        seed=1,
        state=SolveRun.FAILED,
        error_code="patrols.solver_failed",
        asked_at=AFTERNOON + timedelta(minutes=1),
        ended_at=AFTERNOON + timedelta(minutes=2),
    )

    page = signed_in.get(URL)

    assertContains(page, "规划因系统故障失败")
    assertContains(page, "第 1 版")


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        (
            lambda: StreetNetwork.objects.update(is_current=False),
            "xunfang import streets",
        ),
        (lambda: Shift.objects.all().delete(), "当晚没有警组当班"),
        (lambda: None, "请在下方排班"),
    ],
    ids=["no streets", "no crews", "no plan"],
)
def test_empty_night_says_what_to_do(streets, station, signed_in, prepare, said):
    prepare()

    page = signed_in.get(URL)

    assertContains(page, 'class="empty"')
    assertContains(page, said)


def test_night_without_crews_is_planned_as_an_empty_night_not_a_crash(
    streets, station, duty_officer, signed_in
):
    Shift.objects.all().delete()

    plan = plan_night(station, duty_officer)

    assert plan.value == 0.0
    assertContains(signed_in.get(URL), "当晚没有警组当班")


def test_city_officer_without_stations_sees_what_to_do(signed_in):
    assertContains(signed_in.get(f"/tonight/{NIGHT}/"), "派出所")


def test_station_of_others_is_not_there(account, client, planned):
    client.force_login(account("patrol_officer", station_code="S02"))

    assert client.get(URL).status_code == 404
    assert client.get(f"{URL}map/").status_code == 404
    assert client.get(f"{URL}coverage/").status_code == 404


def test_station_page_costs_the_same_queries_however_long_the_plan(
    station, duty_officer, signed_in, planned, django_assert_max_num_queries
):
    signed_in.get(URL)
    with django_assert_max_num_queries(25) as before:
        signed_in.get(URL)
    n_before = len(before)
    for number in range(5, 12):
        linhe_city.add_place(f"K{number}", "D", "C3")
    plan_night(station, duty_officer)
    signed_in.get(URL)

    with django_assert_max_num_queries(n_before):
        signed_in.get(URL)


def test_asking_from_the_page_queues_one_run_and_comes_back(
    streets, station, signed_in
):
    response = signed_in.post(
        f"/tonight/{NIGHT}/solve/", {"station": "S01", "cpu_s": "3"}
    )

    assert (response.status_code, response["Location"]) == (303, URL)
    [run] = SolveRun.objects.all()
    assert (run.cpu_s, run.state) == (3.0, "queued")


def test_plan_asked_for_on_the_page_can_be_shown_on_it(streets, station, signed_in):
    signed_in.post(f"/tonight/{NIGHT}/solve/", {"station": "S01", "cpu_s": "3"})
    [run] = SolveRun.objects.all()

    making.make_plan(run_id=run.pk, clock=lambda: AFTERNOON, queue=queue_plan)

    assertContains(signed_in.get(URL), "第 1 版")


def test_nonsense_is_answered_with_the_form_and_nothing_is_queued(
    streets, station, signed_in
):
    response = signed_in.post(f"/tonight/{NIGHT}/solve/", {"cpu_s": "forever"})

    assert response.status_code == 422
    assert SolveRun.objects.count() == 0


def test_tonight_leads_to_the_own_station(account, client, station):
    client.force_login(account("patrol_officer", station_code="S01"))

    response = client.get("/tonight/")

    night = date.fromisoformat(response["Location"].split("/")[2])
    assert response["Location"] == f"/tonight/{night}/S01/"
    assertNotContains(client.get(response["Location"]), "全市")
