"""What is ordered beyond every day, in a real browser: at both sizes, by day and night."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LANGUAGES, SIZES, THEMES
from tests.factories import linhe_city
from tests.factories.linhe_city import AFTERNOON, NIGHT
from xunfang.core.planning.budget import Budget
from xunfang.patrols import services
from xunfang.patrols.extras import services as extras
from xunfang.patrols.models import Reinforcement
from xunfang.patrols.plans import making
from xunfang.patrols.tasks import queue_plan
from xunfang.places.models import KeyPlace

pytestmark = pytest.mark.django_db(transaction=True)

URL = f"/tonight/{NIGHT}/S01/more/"


@pytest.fixture(autouse=True)
def _own_data_folder(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(making, "budget_of", lambda run, **_: Budget(iterations=60))
    monkeypatch.setattr("django.utils.timezone.now", lambda: AFTERNOON)


@pytest.fixture
def officer(account):
    return account("duty_officer", station_code="")


@pytest.fixture
def station(officer):
    linhe_city.import_streets(by=officer)
    station = linhe_city.build_city()
    extras.order_reinforcement(
        place=KeyPlace.objects.get(code="K1"),
        minutes=30,
        begins_on=NIGHT,
        reason="连续失窃",
        by=officer,
        at=AFTERNOON,
    )
    extras.save_overlay(
        name="夏夜",
        changes={("C3", 21): 4, ("C3", 22): 4},
        by=officer,
        at=AFTERNOON,
    )
    extras.set_lights(
        station=station,
        window=(1200, 1290),
        begins_on=NIGHT,
        by=officer,
        at=AFTERNOON,
    )
    [run] = services.ask_for_plans(
        night=NIGHT, stations=[station], cpu_s=1, seed=1, by=officer, at=AFTERNOON
    )
    making.make_plan(run_id=run.pk, clock=lambda: AFTERNOON, queue=queue_plan)
    return station


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_orders_are_legible_everywhere(
    open_context,
    officer,
    station,
    check_accessible,
    take_screenshot,
    size,
    language,
    theme,
):
    page = open_context(
        size=size, language=language, theme=theme, user=officer
    ).new_page()

    page.goto(URL)
    page.locator(".extras__add summary").first.click()
    page.locator(".confirm summary").first.click()

    take_screenshot(page, f"extras-{size}-{language}-{theme}")
    check_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_order_is_given_and_ended_by_keyboard(open_context, officer, station):
    page = open_context(user=officer).new_page()
    page.goto(URL)

    page.locator(".extras__add summary").first.press("Enter")
    page.get_by_label("部位", exact=True).select_option(label="C号银行")
    page.get_by_label("理由", exact=True).fill("群众反映夜间滋扰")
    page.get_by_label("理由", exact=True).press("Enter")
    row = page.locator(".extras > li", has_text="群众反映夜间滋扰")
    expect(row).to_contain_text("尚未排入")
    row.locator("summary", has_text="提前结束").press("Enter")
    row.get_by_role("button", name="确认结束").press("Enter")

    expect(page.locator(".extras > li", has_text="群众反映夜间滋扰")).to_have_count(0)
    assert Reinforcement.objects.get(place__code="K2").ended_on == NIGHT


def test_post_without_light_is_flagged_on_the_nights_page(
    open_context, officer, station, take_screenshot
):
    """The gate stands from 21:00 to 21:50, the light is on until 21:30."""
    page = open_context(user=officer).new_page()

    page.goto(f"/tonight/{NIGHT}/S01/")

    flag = page.locator(".message--warning", has_text="天黑后未安排亮灯")
    expect(flag).to_contain_text("临河高中 21:30–21:50")
    take_screenshot(page, "tonight-unlit-desk")
    flag.get_by_role("link", name="设定亮灯时段").click()
    expect(page.locator("#lights-title")).to_be_in_viewport()
