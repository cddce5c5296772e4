"""A school's safety plan: reviewed, counted honestly, old editions kept."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import linhe_city, safety
from tests.factories.linhe_city import AFTERNOON
from tests.factories.safety import PLAN
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.places.models import GridCell, KeyPlace, PatrolArea
from xunfang.places.models.school_plans import (
    Check,
    Contact,
    PlanText,
    Post,
    SchoolPlan,
)
from xunfang.places.safety.editions import StaleEdition
from xunfang.places.safety.school_plans import queries
from xunfang.places.safety.school_plans import services as school_plans
from xunfang.web import tables

TODAY = date(2026, 8, 14)
URL = "/safety/schools/"
REVIEW = {
    "edition": "0",
    "next_review_on": f"{TODAY + timedelta(days=90)}",
    "notes": "雨天改走北门",
    "posts-TOTAL_FORMS": "2",
    "posts-INITIAL_FORMS": "0",
    "posts-0-where": "正门",
    "posts-0-minutes_before": "30",
    "posts-0-held_by": "police",
    "posts-1-where": "",
    "posts-1-minutes_before": "30",
    "posts-1-held_by": "police",
    "contacts-TOTAL_FORMS": "1",
    "contacts-INITIAL_FORMS": "0",
    "contacts-0-function": "security",
    "contacts-0-phone": "0100-1234567",
    "checks-TOTAL_FORMS": "1",
    "checks-INITIAL_FORMS": "0",
    "checks-0-what": "校门防撞柱",
    "checks-0-every_days": "30",
}


@pytest.fixture(autouse=True)
def _it_is_that_afternoon(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: AFTERNOON)


@pytest.fixture
def schools(ground):
    return safety.add_schools(3)


@pytest.mark.row("B04")
def test_42_of_42_schools_have_a_plan_with_review_within_180_days(
    client, ground, duty_officer
):
    """Kindergartens are counted apart; one school overdue or without is named."""
    schools = safety.add_schools(42)
    safety.add_schools(2, kind="kindergarten")
    for number, school in enumerate(schools):
        safety.review(school, duty_officer, days=1 + number)
    client.force_login(duty_officer)

    page = client.get(URL)

    assertContains(page, "<strong>42/42</strong> 所学校的方案在 180 天内安排了复核")
    assertContains(page, "<strong>0/2</strong> 所幼儿园")
    wanting = client.get(URL, {"wanting": "1"})
    assertContains(wanting, "这里的学校都有按期复核的方案。")
    SchoolPlan.objects.filter(place=schools[0]).delete()
    SchoolPlan.objects.filter(place=schools[1]).update(
        reviewed_on=TODAY - timedelta(days=180),
        next_review_on=TODAY - timedelta(days=1),
    )
    page = client.get(URL, {"wanting": "1"})
    assertContains(page, "<strong>40/42</strong> 所学校")
    assertContains(page, "没有方案 1 所，逾期未复核 1 所。")
    assert [row.place.code for row in page.context["rows"]] == ["S001", "S002"]


def test_review_keeps_the_plan_and_one_event(schools, duty_officer):
    plan = safety.review(schools[0], duty_officer)

    assert plan.text == PLAN
    assert (plan.edition, plan.is_current) == (1, True)
    assert (plan.reviewed_on, plan.next_review_on) == (
        TODAY,
        TODAY + timedelta(days=180),
    )
    event = Event.objects.get()
    assert (event.kind, event.subject, event.by, event.at, event.detail) == (
        "school_plan.reviewed",
        "S001",
        duty_officer,
        AFTERNOON,
        {"edition": 1, "next_review_on": "2027-02-10"},
    )


@pytest.mark.row("B04")
def test_old_edition_stays_to_be_read_after_the_next_review(
    client, schools, duty_officer
):
    safety.review(schools[0], duty_officer)
    newer = PlanText(
        posts=(Post("西门", 15, "guards"),), contacts=PLAN.contacts, checks=PLAN.checks
    )

    safety.review(schools[0], duty_officer, text=newer, shown_edition=1)

    kept = SchoolPlan.objects.order_by("edition")
    assert [(row.edition, row.is_current, row.text) for row in kept] == [
        (1, False, PLAN),
        (2, True, newer),
    ]
    client.force_login(duty_officer)
    page = client.get(f"{URL}S001/")
    assertContains(page, "西门")
    assertContains(page, "正门")
    assertContains(page, "第 1 版")


@pytest.mark.row("B04")
@pytest.mark.parametrize("days", [-1, 0, 181])
def test_review_date_not_within_180_days_is_refused(schools, duty_officer, days):
    with pytest.raises(school_plans.ReviewTooFar):
        safety.review(schools[0], duty_officer, days=days)

    assert (SchoolPlan.objects.count(), Event.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        (
            PlanText(posts=(), contacts=PLAN.contacts, checks=PLAN.checks),
            school_plans.PlanIncomplete,
        ),
        (
            PlanText(
                posts=PLAN.posts,
                contacts=PLAN.contacts,
                checks=PLAN.checks,
                notes="学生 110101201503071234 每天步行",
            ),
            school_plans.PersonInPlan,
        ),
    ],
)
def test_plan_that_lacks_a_part_or_names_a_person_is_refused(
    schools, duty_officer, text, refusal
):
    with pytest.raises(refusal):
        safety.review(schools[0], duty_officer, text=text)

    assert (SchoolPlan.objects.count(), Event.objects.count()) == (0, 0)


def test_two_reviews_of_the_same_edition_the_second_is_refused(schools, duty_officer):
    safety.review(schools[0], duty_officer)

    with pytest.raises(StaleEdition):
        safety.review(schools[0], duty_officer, days=10)

    assert SchoolPlan.objects.get().next_review_on == TODAY + timedelta(days=180)


@pytest.mark.parametrize(
    ("role", "station"), [("community_officer", "S02"), ("leader", "S01")]
)
def test_stranger_to_the_station_may_not_review(schools, account, role, station):
    with pytest.raises(NotAllowed):
        safety.review(schools[0], account(role, station_code=station))

    assert SchoolPlan.objects.count() == 0


def test_community_officer_reviews_from_the_page(client, schools, account):
    user = account("community_officer")
    client.force_login(user)
    assertContains(client.get(f"{URL}S001/review/"), 'value="2027-02-10"')

    response = client.post(f"{URL}S001/review/", REVIEW)

    assert (response.status_code, response["Location"]) == (303, f"{URL}S001/")
    plan = SchoolPlan.objects.get()
    assert plan.text == PlanText(
        posts=(Post("正门", 30, "police"),),
        contacts=(Contact("security", "0100-1234567"),),
        checks=(Check("校门防撞柱", 30),),
        notes="雨天改走北门",
    )
    assert plan.reviewed_by == user


@pytest.mark.parametrize(
    ("changed", "status", "said"),
    [
        ({"next_review_on": "2027-02-11"}, 409, "最迟为今天起第 180 天"),
        ({"next_review_on": ""}, 422, "field__error"),
        ({"posts-0-where": ""}, 409, "至少要有一个岗位"),
        ({"contacts-0-phone": "李主任"}, 422, "只填数字，不写人名"),
        ({"contacts-0-phone": ""}, 422, "请填该处室的电话"),
        ({"contacts-0-function": ""}, 422, "请选择这是哪个处室的电话"),
        ({"checks-0-every_days": "0"}, 422, "field__error"),
    ],
)
def test_wrong_review_is_said_at_its_place_and_what_was_typed_stays(
    client, schools, duty_officer, changed, status, said
):
    client.force_login(duty_officer)

    page = client.post(f"{URL}S001/review/", REVIEW | changed)

    assertContains(page, said, status_code=status)
    assertContains(page, "雨天改走北门", status_code=status)
    assert SchoolPlan.objects.count() == 0


def test_stale_review_shows_the_newer_plan_and_keeps_what_was_typed(
    client, schools, duty_officer, account
):
    other = account("community_officer")
    safety.review(schools[0], other)
    client.force_login(duty_officer)

    page = client.post(f"{URL}S001/review/", REVIEW | {"notes": "我写的话"})

    assertContains(page, "期间已有他人保存", status_code=409)
    assertContains(page, "东侧路口", status_code=409)
    assertContains(page, "我写的话", status_code=409)
    assertContains(
        page,
        '<input type="hidden" name="edition" value="1">',
        status_code=409,
        html=True,
    )
    again = client.post(f"{URL}S001/review/", REVIEW | {"edition": "1"})
    assert again.status_code == 303
    assert SchoolPlan.objects.get(is_current=True).edition == 2


def test_list_is_searched_filtered_by_station_and_by_kind(
    client, schools, duty_officer
):
    safety.add_schools(1, kind="kindergarten")
    PatrolArea.objects.filter(code="A2").update(station_code="S02")
    KeyPlace.objects.filter(code="S003").update(cell_id=cell_of("C3"))
    client.force_login(duty_officer)

    def listed(**asked):
        return [row.place.code for row in client.get(URL, asked).context["rows"]]

    assert listed() == ["S001", "S002", "S003"]
    assert listed(q="2校") == ["S002"]
    assert listed(q="school 3") == ["S003"]
    assert listed(station="S02") == ["S003"]
    assert listed(kind="kindergarten") == ["K001"]
    assertContains(client.get(URL, {"q": "无此校"}), "没有符合条件的学校。")


def cell_of(code: str) -> int:
    return GridCell.objects.get(code=code).pk


def test_list_opens_on_ones_own_station(client, schools, account):
    PatrolArea.objects.filter(code="A2").update(station_code="S02")
    KeyPlace.objects.filter(code="S003").update(cell_id=cell_of("C3"))
    client.force_login(account("community_officer", station_code="S02"))

    page = client.get(URL)

    assert [row.place.code for row in page.context["rows"]] == ["S003"]
    assertContains(page, "<strong>0/1</strong> 所学校")


def test_list_costs_the_same_for_one_school_as_for_three(
    client, ground, duty_officer, count_queries
):
    client.force_login(duty_officer)
    [first] = safety.add_schools(1)
    safety.review(first, duty_officer)
    before = count_queries(lambda: client.get(URL))
    for school in safety.add_schools(2):
        safety.review(school, duty_officer)

    assert count_queries(lambda: client.get(URL)) == before


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_list_is_handed_out_whole_as_a_table(client, schools, duty_officer, form):
    safety.review(schools[0], duty_officer)
    client.force_login(duty_officer)

    response = client.get(f"{URL}export/{form}/")

    columns = [
        tables.Column(name, (name,))
        for name in ("编号", "状态", "下次复核", "护学岗位")
    ]
    table = tables.read_table(response.content, columns)
    assert [tuple(row.cells.values()) for row in table.rows] == [
        (
            "S001",
            "正常",
            "2027-02-10",
            "正门 −30 min (公安); 东侧路口 −20 min (志愿者)",
        ),
        ("S002", "没有方案", "", ""),
        ("S003", "没有方案", "", ""),
    ]
    assert response["Content-Disposition"] == (
        f'attachment; filename="school-plans-2026-08-14.{form}"'
    )


def test_bells_of_the_calendar_stand_beside_the_plan(client, duty_officer, settings):
    linhe_city.build_city()
    client.force_login(duty_officer)

    assertContains(client.get(f"{URL}K3/"), "日历中的放学时间： 21:30")


def test_plan_is_overdue_the_day_after_its_review_date(schools, duty_officer):
    plan = safety.review(schools[0], duty_officer, days=10)

    assert queries.standing_of(plan, plan.next_review_on) == "held"
    assert (
        queries.standing_of(plan, plan.next_review_on + timedelta(days=1)) == "overdue"
    )
    assert queries.standing_of(None, TODAY) == "none"


def test_reader_sees_plans_and_no_button_to_change_them(client, schools, account):
    safety.review(schools[0], account("duty_officer"))
    client.force_login(account("patrol_officer"))

    page = client.get(f"{URL}S001/")

    assertContains(page, "正门")
    assertNotContains(page, "/review/")
    assert client.get(f"{URL}S001/review/").status_code == 403


def test_just_after_midnight_the_review_is_of_the_new_day(schools, duty_officer):
    """00:30 in Linhe is still yesterday in Greenwich."""
    at = datetime(2026, 8, 14, 16, 30, tzinfo=UTC)

    assert safety.review(schools[0], duty_officer, at=at).reviewed_on == date(
        2026, 8, 15
    )


def test_csv_begins_with_the_names_of_its_columns(client, schools, duty_officer):
    client.force_login(duty_officer)

    content = client.get(f"{URL}export/csv/").content.decode("utf-8-sig")

    header = next(csv.reader(io.StringIO(content)))
    assert header[:4] == ["编号", "学校", "派出所", "巡区"]
