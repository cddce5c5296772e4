"""Tonight as the duty officer has it before them: map, list, proof, planning."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import LANGUAGES, SIZES, THEMES, until_maps_rest
from tests.factories import linhe_city, yunting_city
from tests.factories.linhe_city import AFTERNOON, NIGHT
from xunfang.core.planning.budget import Budget
from xunfang.patrols import services
from xunfang.patrols.models import Plan, SolveRun
from xunfang.patrols.plans import making
from xunfang.patrols.tasks import queue_plan

pytestmark = pytest.mark.django_db(transaction=True)

URL = f"/tonight/{NIGHT}/S01/"
README_PICTURE = Path(__file__).parents[2] / "docs" / "images" / "tonight.png"
IN_THE_PICTURE = (
    ".proof__share",
    "city-map[data-state=ready] canvas",
    ".unit[open] .stop button",
    ".unit > summary .unit-mark",
    "#unmet-title",
    "[data-layer=routes]",
    "#moment",
)
"""What somebody who saw the picture in the README looks for on the page."""


@pytest.fixture(autouse=True)
def _own_data_folder(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(making, "budget_of", lambda run, **_: Budget(iterations=60))


@pytest.fixture
def officer(account):
    return account("duty_officer", station_code="")


@pytest.fixture
def station(officer, tmp_path):
    linhe_city.import_streets_with_map(tmp_path, by=officer)
    return linhe_city.build_city()


def make_plan(station, officer) -> Plan:
    [run] = services.ask_for_plans(
        night=NIGHT, stations=[station], cpu_s=1, seed=1, by=officer, at=AFTERNOON
    )
    making.make_plan(run_id=run.pk, clock=lambda: AFTERNOON, queue=queue_plan)
    return Plan.objects.get(station=station, night=NIGHT, is_current=True)


@pytest.fixture
def plan(station, officer) -> Plan:
    return make_plan(station, officer)


def open_night(page: Page, url: str = URL) -> None:
    page.add_init_script(
        """
        window.chosen = [];
        addEventListener("stop-selected", (event) => window.chosen.push(event.detail.id));
        """
    )
    page.goto(url)
    expect(page.locator("city-map[data-state=ready]")).to_be_attached(timeout=20_000)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_night_is_legible_everywhere(
    open_context,
    officer,
    plan,
    check_accessible,
    take_screenshot,
    size,
    language,
    theme,
):
    page = open_context(
        size=size, language=language, theme=theme, user=officer
    ).new_page()

    open_night(page)

    take_screenshot(page, f"tonight-{size}-{language}-{theme}")
    check_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.locator("[data-failure]:visible")).to_have_count(0)
    for selector in IN_THE_PICTURE:
        expect(page.locator(selector).first).to_be_visible()


@pytest.mark.parametrize("path", ["", "S01/coverage/"])
@pytest.mark.parametrize("size", SIZES)
def test_city_and_coverage_are_legible(
    open_context, officer, plan, check_accessible, take_screenshot, size, path
):
    page = open_context(size=size, user=officer).new_page()

    page.goto(f"/tonight/{NIGHT}/{path}")
    if not path:
        expect(page.locator("city-map[data-state=ready]")).to_be_attached(
            timeout=20_000
        )

    take_screenshot(page, f"night-{'coverage' if path else 'city'}-{size}")
    check_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_stop_chosen_in_the_list_is_chosen_on_the_map(open_context, officer, plan):
    page = open_context(user=officer).new_page()
    open_night(page)
    button = page.locator(".unit[open] button[data-select]").nth(1)

    button.click()

    expect(page.locator(".stop--chosen")).to_have_count(1)
    expect(page.locator(".stop--chosen button")).to_have_attribute(
        "data-select", button.get_attribute("data-select")
    )
    said = page.locator("city-map [role=status]")
    expect(said).to_contain_text(button.inner_text().split(" ", 1)[1])


def test_stop_chosen_on_the_map_is_chosen_in_the_list(open_context, officer, plan):
    page = open_context(user=officer).new_page()
    open_night(page)
    page.locator(".unit[open] > summary").first.click()
    page.locator(".city-map__canvas canvas").focus()

    page.keyboard.press("PageDown")

    [chosen] = page.evaluate("window.chosen")
    expect(page.locator(".stop--chosen")).to_have_id(f"row-{chosen}")
    expect(page.locator(".stop--chosen")).to_be_visible()


def test_list_is_walked_by_keyboard_alone(open_context, officer, plan):
    page = open_context(user=officer).new_page()
    open_night(page)
    first_of = page.locator(".unit")
    page.locator(".unit[open] button[data-select]").first.focus()

    page.keyboard.press("ArrowDown")
    expect(page.locator(".stop--chosen .stop__number")).to_have_text("2")
    page.keyboard.press("ArrowUp")
    expect(page.locator(".stop--chosen .stop__number")).to_have_text("1")
    page.keyboard.press("PageDown")

    expect(first_of.nth(1)).to_have_attribute("open", "")
    expect(first_of.nth(1).locator("button[data-select]").first).to_be_focused()


def test_reach_at_an_hour_is_fetched_and_drawn(open_context, officer, plan):
    page = open_context(user=officer).new_page()
    open_night(page)

    with page.expect_response(lambda answer: "?minute=1260" in answer.url) as answer:
        page.locator("#moment").select_option("1260")

    kinds = {f["properties"]["kind"] for f in answer.value.json()["features"]}
    assert "reach" in kinds
    expect(page.locator("city-map[data-state=ready]")).to_be_attached(timeout=20_000)


@pytest.mark.row("A21")
def test_layers_are_switched_and_the_totals_stay(open_context, officer, plan):
    page = open_context(user=officer).new_page()
    open_night(page, f"/tonight/{NIGHT}/")
    totals = page.locator(".totals").inner_text()

    for layer in ("posts", "routes", "areas"):
        page.locator(f"input[data-layer={layer}]").uncheck()
        assert page.locator(".totals").inner_text() == totals
        page.locator(f"input[data-layer={layer}]").check()

    assert page.locator(".totals").inner_text() == totals


def test_planning_is_watched_stopped_and_the_new_plan_offered(
    open_context, officer, station, plan
):
    page = open_context(language="en", user=officer).new_page()
    open_night(page)

    page.get_by_role("button", name="Plan this night").click()
    stop = page.get_by_role("button", name="Stop and keep the best so far")
    expect(stop).to_be_visible()
    [run] = SolveRun.objects.filter(state=SolveRun.QUEUED)
    SolveRun.objects.filter(pk=run.pk).update(
        state=SolveRun.RUNNING, done_share=0.42, value=123.0, heard_at=timezone.now()
    )
    expect(page.locator("#run")).to_contain_text("42 %", timeout=5_000)
    stop.click()
    expect(page.locator("#run")).to_contain_text("Stopping")
    run.refresh_from_db()
    SolveRun.objects.filter(pk=run.pk).update(state=SolveRun.QUEUED)
    making.make_plan(run_id=run.pk, clock=lambda: AFTERNOON, queue=queue_plan)

    assert run.stop_asked_at is not None
    page.get_by_role("link", name="Edition 2 of this night is ready").click(
        timeout=10_000
    )
    expect(page.locator(".proof__count")).to_contain_text("Edition 2")


def test_failed_planning_is_said_and_the_last_plan_stays(
    open_context, officer, station, plan
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
    page = open_context(language="en", user=officer).new_page()

    open_night(page)

    expect(page.locator("#run [role=alert]")).to_contain_text("a fault of ours")
    expect(page.locator(".proof__count")).to_contain_text("Edition 1")


def test_board_can_be_used_before_the_map_is_there(open_context, officer, plan):
    page = open_context(user=officer).new_page()
    page.route("**/*.mvt", lambda route: None)  # tiles that never come

    page.goto(URL, wait_until="domcontentloaded")
    page.locator(".unit[open] button[data-select]").first.click()

    expect(page.locator(".stop--chosen")).to_have_count(1)


@pytest.mark.skipif(
    not os.environ.get("XUNFANG_WRITE_SCREENSHOT"),
    reason="set XUNFANG_WRITE_SCREENSHOT=1 to take the picture of the README anew",
)
def test_picture_of_the_readme_is_taken(open_context, officer, monkeypatch):
    monkeypatch.setattr(making, "budget_of", lambda run, **_: Budget(cpu_s=run.cpu_s))
    night = yunting_city.build(by=officer)
    yunting_city.plan(night, "S01", by=officer, cpu_s=20.0)
    page = open_context(user=officer).new_page()

    open_night(page, f"/tonight/{night}/S01/")
    for selector in IN_THE_PICTURE:
        expect(page.locator(selector).first).to_be_visible()
    until_maps_rest(page)

    README_PICTURE.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=README_PICTURE)
