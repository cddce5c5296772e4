"""Pages of publishing: draft or in force, stale pages, the city in one go."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import linhe_city
from tests.factories.linhe_city import AFTERNOON, NIGHT
from tests.factories.published_night import name_crews, plan_night, publish
from xunfang.patrols.models import Order, Publication
from xunfang.patrols.publishing import services as publishing

pytestmark = pytest.mark.django_db

NIGHT_PAGE = f"/tonight/{NIGHT}/S01/"
PAGE = f"{NIGHT_PAGE}publication/"
PUBLISH = f"{NIGHT_PAGE}publish/"
CITY = f"/tonight/{NIGHT}/"


@pytest.fixture(autouse=True)
def _afternoon(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: AFTERNOON)


@pytest.fixture
def plan(streets, station, duty_officer, client):
    name_crews(station)
    client.force_login(duty_officer)
    return plan_night(station, by=duty_officer)


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_draft_is_marked_for_everyone(client, plan, account):
    client.force_login(account("patrol_officer"))

    page = text(client.get(NIGHT_PAGE))

    assert "草案：未发布" in page
    assert "发布方案第 1 版" not in page


def test_plan_is_published_from_the_board(client, plan):
    answer = client.post(PUBLISH, {"plan_edition": 1, "accepts_warnings": "on"})

    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        f"{NIGHT_PAGE}#publication",
    )
    page = text(client.get(NIGHT_PAGE))
    assert "已发布：第 1 版" in page
    assert "2026-08-14 16:00 由 测试值班民警 发布，依据方案第 1 版" in page
    assert f'href="{NIGHT_PAGE}sheets/1/"' in page


def test_stale_page_publishes_nothing_and_says_who_made_the_newer_plan(
    client, plan, duty_officer
):
    plan_night(plan.station, by=duty_officer)

    answer = client.post(PUBLISH, {"plan_edition": 1, "accepts_warnings": "on"})

    assert answer.status_code == 409
    page = text(answer)
    assert "打开本页后已有新方案" in page
    assert "当前方案为第 2 版，2026-08-14 16:00 制定 · 测试值班民警" in page
    assert 'name="plan_edition" value="2"' in page
    assert not Publication.objects.exists()


def test_unread_warnings_are_shown_with_a_tick(client, plan):
    answer = client.post(PUBLISH, {"plan_edition": 1})

    assert answer.status_code == 409
    assert "有 1 个岗位天黑后未安排亮灯" in text(answer)
    assert 'name="accepts_warnings"' in text(answer)


def test_faults_are_listed_instead_of_a_button(client, streets, station, duty_officer):
    plan_night(station, by=duty_officer)
    client.force_login(duty_officer)

    page = text(client.get(PAGE))

    assert "1组：尚无人员" in page
    assert "发布方案第" not in page
    assert client.post(PUBLISH, {"plan_edition": 1}).status_code == 409


def test_what_is_no_edition_is_answered_with_the_page(client, plan):
    assert client.post(PUBLISH, {"plan_edition": "x"}).status_code == 422


def test_newer_draft_is_told_from_what_the_crews_hold(client, plan, duty_officer):
    publish(plan.station, by=duty_officer)
    plan_night(plan.station, by=duty_officer)

    page = text(client.get(NIGHT_PAGE))

    assert "方案第 2 版为草案：警组手中的勤务单依据第 1 版" in page
    assert "改发方案第 2 版" in page
    assert "有新草案" in text(client.get(CITY))


def test_withdrawal_asks_for_a_reason_and_names_who_has_paper(
    client, plan, duty_officer
):
    done = publish(plan.station, by=duty_officer)
    client.get(f"{NIGHT_PAGE}sheets/1/")

    refused = client.post(f"/publications/{done.pk}/withdraw/", {"reason": " "})
    answer = client.post(f"/publications/{done.pk}/withdraw/", {"reason": "大桥封闭"})

    assert (refused.status_code, answer.status_code) == (422, 303)
    page = text(client.get(NIGHT_PAGE))
    assert "已撤回：第 1 版" in page
    assert "2026-08-14 16:00 测试值班民警：大桥封闭" in page
    assert "16:00 测试值班民警 · 1" in page
    assert f'href="{NIGHT_PAGE}sheets/?edition=1"' in page


def test_withdrawing_twice_is_refused(client, plan, duty_officer):
    done = publish(plan.station, by=duty_officer)
    url = f"/publications/{done.pk}/withdraw/"
    client.post(url, {"reason": "大桥封闭"})

    assert client.post(url, {"reason": "再次"}).status_code == 409


def test_publication_of_another_station_is_not_found(
    client, plan, duty_officer, account
):
    done = publish(plan.station, by=duty_officer)
    client.force_login(account("leader", station_code="S02"))

    url = f"/publications/{done.pk}/withdraw/"
    assert client.post(url, {"reason": "x"}).status_code == 404
    assert client.get(PAGE).status_code == 404
    assert client.post(PUBLISH, {"plan_edition": 1}).status_code == 404


def test_night_that_is_over_can_be_read_only(client, plan, duty_officer, monkeypatch):
    publish(plan.station, by=duty_officer)
    later = AFTERNOON + timedelta(days=2)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    client.force_login(duty_officer)

    page = text(client.get(NIGHT_PAGE))

    assert "已发布：第 1 版" in page
    assert "改发方案" not in page
    assert "撤回…" not in page
    assert "全市发布" not in text(client.get(CITY))


# The city -----------------------------------------------------------------------------


def city_form(**editions: int) -> dict[str, str]:
    return {
        "title": "平安夜巡",
        "plan_editions": json.dumps(editions),
        "accepts_warnings": "on",
    }


def test_city_is_published_from_its_page(client, plan):
    assert "草案" in text(client.get(CITY))

    answer = client.post(f"{CITY}publish/", city_form(S01=1))

    assert answer.status_code == 303
    page = text(client.get(CITY))
    assert f'href="{CITY}order/"' in page
    assert "平安夜巡" in page
    assert Order.objects.get().title == "平安夜巡"


def test_refused_stations_are_listed_with_what_to_put_right(client, plan, duty_officer):
    other = linhe_city.add_station("S02", "二号所")
    linhe_city.add_crew(other, "21", "car")
    plan_night(other, by=duty_officer)

    answer = client.post(f"{CITY}publish/", city_form(S01=1, S02=1))

    page = text(answer)
    assert answer.status_code == 409
    assert "1 个所未发布" in page
    assert "21组：尚无人员" in page
    assert "1 个所已发布" in page
    assert Publication.objects.get().station == plan.station


@pytest.mark.parametrize("editions", ["[1]", '{"S01": "x"}', "nonsense"])
def test_form_that_was_tampered_with_publishes_nothing(client, plan, editions):
    answer = client.post(
        f"{CITY}publish/", {"title": "平安夜巡", "plan_editions": editions}
    )

    assert answer.status_code == 422
    assert not Publication.objects.exists()


def test_leader_of_a_station_does_not_publish_the_city(client, plan, account):
    client.force_login(account("leader", station_code="S01"))

    answer = client.post(f"{CITY}publish/", city_form(S01=1))

    assert answer.status_code == 403
    assert not Publication.objects.exists()


def test_city_page_costs_the_same_for_one_published_station_as_for_three(
    client, plan, duty_officer
):
    publish(plan.station, by=duty_officer)
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(CITY)
    for code in ("S02", "S03"):
        other = linhe_city.add_station(code, f"{code}所")
        linhe_city.add_crew(other, f"{code}1", "car")
        name_crews(other)
        plan_night(other, by=duty_officer)
        publish(other, by=duty_officer)
    with CaptureQueriesContext(connection) as three:
        client.get(CITY)

    assert len(three) == len(one)


def test_state_costs_the_same_for_one_crew_as_for_three(client, plan, duty_officer):
    publish(plan.station, by=duty_officer)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as two:
        client.get(PAGE)
    for code in ("8", "9"):
        linhe_city.add_crew(plan.station, code)
    publishing.record_print(
        publications=[Publication.objects.get()], by=duty_officer, at=AFTERNOON
    )
    with CaptureQueriesContext(connection) as four:
        client.get(PAGE)

    assert len(four) == len(two)
