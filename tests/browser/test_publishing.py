"""Publishing a night in a real browser: from draft to paper, and back."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LANGUAGES, SIZES, THEMES
from tests.factories import linhe_city
from tests.factories.linhe_city import AFTERNOON, NIGHT
from tests.factories.published_night import name_crews, plan_night, publish
from xunfang.core.planning.budget import Budget
from xunfang.patrols.models import Publication
from xunfang.patrols.plans import making

pytestmark = pytest.mark.django_db(transaction=True)

CITY = f"/tonight/{NIGHT}/"
URL = f"{CITY}S01/"


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
    name_crews(station)
    plan_night(station, by=officer)
    return station


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_state_of_a_night_is_legible_everywhere(
    open_context,
    officer,
    station,
    check_accessible,
    take_screenshot,
    size,
    language,
    theme,
):
    publish(station, by=officer)
    plan_night(station, by=officer)
    page = open_context(
        size=size, language=language, theme=theme, user=officer
    ).new_page()

    page.goto(f"{URL}publication/")
    page.locator(".confirm summary").last.click()
    take_screenshot(page, f"publication-{size}-{language}-{theme}")
    check_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.goto(CITY)
    page.locator("#publish-city-title").scroll_into_view_if_needed()
    take_screenshot(page, f"publish-city-{size}-{language}-{theme}")
    check_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_night_goes_from_draft_to_paper_and_back(
    open_context, officer, station, take_screenshot
):
    context = open_context(user=officer)
    page = context.new_page()
    page.goto(URL)
    expect(page.locator("#publication")).to_contain_text("草案：未发布")

    page.get_by_label("以上情况已知悉，仍然发布").check()
    page.get_by_role("button", name="发布方案第 1 版").click()

    expect(page.locator("#publication")).to_contain_text("已发布：第 1 版")
    take_screenshot(page, "publication-board-desk")
    for link in page.locator(".publication__links a").all():
        answer = context.request.get(link.get_attribute("href"))
        assert (answer.status, answer.headers["content-type"]) == (
            200,
            "application/pdf",
        )

    page.locator(".publication summary", has_text="撤回").press("Enter")
    page.get_by_label("撤回理由").fill("大桥封闭")
    page.get_by_role("button", name="确认撤回").press("Enter")

    expect(page.locator("#publication")).to_contain_text("已撤回：第 1 版")
    expect(page.locator("#publication")).to_contain_text("请通知警组作废")
    take_screenshot(page, "publication-withdrawn-desk")


def test_stale_page_is_told_of_the_newer_plan(open_context, officer, station):
    page = open_context(user=officer).new_page()
    page.goto(URL)
    plan_night(station, by=officer)

    page.get_by_label("以上情况已知悉，仍然发布").check()
    page.get_by_role("button", name="发布方案第 1 版").click()

    expect(page.get_by_role("alert")).to_contain_text("打开本页后已有新方案")
    assert not Publication.objects.exists()
    page.get_by_label("以上情况已知悉，仍然发布").check()
    page.get_by_role("button", name="发布方案第 2 版").click()
    expect(page.locator("#publication")).to_contain_text("依据方案第 2 版")


def test_city_is_published_in_one_go_and_the_rest_is_named(
    open_context, officer, station, take_screenshot
):
    other = linhe_city.add_station("S02", "二号所")
    linhe_city.add_crew(other, "21", "car")
    plan_night(other, by=officer)
    context = open_context(user=officer)
    page = context.new_page()
    page.goto(CITY)

    page.get_by_label("有缺勤务或存疑的所也一并发布").check()
    page.get_by_role("button", name="发布全部派出所").click()

    expect(page.locator("#refused-title")).to_have_text("1 个所未发布")
    expect(page.locator("main")).to_contain_text("21组：尚无人员")
    take_screenshot(page, "publish-city-refused-desk")
    for name in ("夜间勤务令（PDF）", "全部勤务单（PDF）"):
        link = page.get_by_role("link", name=name)
        answer = context.request.get(link.get_attribute("href"))
        assert (answer.status, answer.headers["content-type"]) == (
            200,
            "application/pdf",
        )


def test_stations_are_watched_while_the_city_is_being_published(
    open_context, officer, station
):
    page = open_context(language="en", user=officer).new_page()
    page.goto(CITY)
    # "No content" leaves the page as it stands while it waits for the next one.
    page.route("**/publish/", lambda route: route.fulfill(status=204))
    button = page.get_by_role("button", name="Publish all stations")

    button.press("Enter")
    expect(page.get_by_role("progressbar", name="Publishing")).to_be_visible()
    expect(button).to_be_disabled()
    expect(page.locator("#stations")).to_contain_text("Draft")
    publish(station, by=officer)

    expect(page.locator("#stations")).not_to_contain_text("Draft")
