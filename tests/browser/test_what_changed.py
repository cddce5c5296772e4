"""Before and after, causes and heat in a real browser: on a phone, in Chinese."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.factories import linhe_city
from tests.factories.calls import add_class
from tests.factories.linhe_city import AFTERNOON, NIGHT
from tests.factories.measured_weeks import measured
from tests.factories.public_matters import public_matter
from xunfang.calls.models import Call
from xunfang.calls.problems import services as problems
from xunfang.cases.causes.services import ensure_causes, say_causes
from xunfang.cases.models import Case, RootCause, Topic
from xunfang.patrols.extras import services as extras
from xunfang.places.models import KeyPlace

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _that_afternoon(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr("django.utils.timezone.now", lambda: AFTERNOON)


@pytest.fixture
def officer(account):
    return account("duty_officer", station_code="")


@pytest.fixture
def case(officer) -> Case:
    """A village asked for patrol; for a month there was more of it, and a lamp."""
    station = linhe_city.build_city()
    place = KeyPlace.objects.get(code="K1")
    ensure_causes(at=AFTERNOON)
    for ago in (70, 50, 3, 2, 1):
        case = public_matter(
            "石门坳晚上一个警车都看不到，能不能一个礼拜来两回",
            by=officer,
            at=AFTERNOON - timedelta(days=ago),
            topic=Topic.PATROL,
            station=station,
            lonlat=(place.lon, place.lat),
        ).case
        say_causes(
            case=case,
            causes=RootCause.objects.filter(code="presence"),
            revision=case.revision,
            by=officer,
            at=AFTERNOON,
        )
    begins_on = NIGHT - timedelta(days=14)
    extras.order_reinforcement(
        place=place,
        minutes=30,
        begins_on=begins_on,
        until=NIGHT,
        reason="群众留言",
        case=case,
        by=officer,
        at=AFTERNOON,
    )
    for ago in range(1, 60, 3):
        night = NIGHT - timedelta(days=ago)
        measured(station, night, "C1", 35 if night >= begins_on else 8)
    return case


@pytest.fixture
def problem(case, officer):
    """Break-ins before the fence was mended, fewer after it."""
    kind = add_class("C2", name="盗窃", name_en="Theft")
    place = KeyPlace.objects.get(code="K1")
    for n, ago in enumerate((120, 110, 100, 90, 80, 75, 30)):
        Call.objects.create(
            number=f"T{n}",
            origin="mirror",
            final_class=kind,
            station=case.station,
            lon=place.lon,
            lat=place.lat,
            reported_at=AFTERNOON - timedelta(days=ago),
        )
    problem = problems.open_problem(
        case=case,
        place=place,
        kind=kind,
        radius_m=200,
        why="围墙矮，翻墙入室反复发生",
        by=officer,
        at=AFTERNOON,
    )
    problems.note_measure(
        problem=problem,
        text="围墙装防攀爬刺",
        done_on=NIGHT - timedelta(days=60),
        by=officer,
        at=AFTERNOON,
    )
    return problem


def test_what_came_of_it_is_legible_on_a_phone(
    open_context, officer, case, problem, check_accessible, take_screenshot
):
    page = open_context(size="phone", language="zh-hans", user=officer).new_page()
    for name, url in (
        ("problem", f"/problems/{problem.pk}/"),
        ("problems", "/problems/"),
        ("problem-of-case", f"/cases/{case.number}/problems/"),
        ("causes", "/cases/causes/"),
        ("hot", "/cases/hot/"),
        ("minutes", f"/cases/{case.number}/patrols/K1/"),
        ("public-minutes", f"/matters/{case.number}/patrol/K1/"),
    ):
        page.goto(url)
        take_screenshot(page, f"changed-{name}")
        check_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


def test_a_day_is_corrected_and_a_problem_withdrawn_on_a_phone(
    open_context, officer, problem, check_accessible, take_screenshot
):
    page = open_context(size="phone", language="zh-hans", user=officer).new_page()
    page.goto(f"/problems/{problem.pk}/")

    page.get_by_text("日期不对").click()
    day = NIGHT - timedelta(days=50)
    page.locator("[name^=correct]").fill(day.isoformat())
    page.get_by_role("button", name="更正日期").click()
    page.get_by_text("撤回这个地点问题").click()
    take_screenshot(page, "changed-problem-before-withdrawal")
    check_accessible(page)
    page.get_by_label("为什么撤回").fill("范围画大了")
    page.get_by_label("为什么撤回").press("Enter")

    expect(page.locator("h1")).to_contain_text("✕ 已撤回")
    take_screenshot(page, "changed-problem-withdrawn")
    check_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="取消撤回").click()
    expect(page.locator("h1")).not_to_contain_text("已撤回")
