"""The calendar of a date, as people see it."""

from datetime import date

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LANGUAGES, SIZES, THEMES
from tests.factories import linhe_city

pytestmark = pytest.mark.django_db(transaction=True)

DAY = date(2026, 8, 14)


@pytest.fixture
def officer(account):
    linhe_city.add_station()
    schools = "\n".join(
        f'[[schools]]\ncode = "H{number}"\nname = "第{number}高中"\n'
        f'name_en = "High school {number}"\nlevel = "high"\nstation = "S01"\n'
        for number in range(6)
    )
    linhe_city.add_calendar(linhe_city.CALENDAR + schools)
    return account("duty_officer", station_code="")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_calendar_is_legible_everywhere(
    open_context, officer, check_accessible, take_screenshot, size, language, theme
):
    page = open_context(
        size=size, language=language, theme=theme, user=officer
    ).new_page()

    page.goto(f"/calendar/{DAY}/")

    take_screenshot(page, f"calendar-{size}-{language}-{theme}")
    check_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_folded_schools_are_opened_by_keyboard(open_context, officer):
    page = open_context(language="en", user=officer).new_page()
    page.goto(f"/calendar/{DAY}/")
    fold = page.locator("summary", has_text="7 items")

    fold.focus()
    page.keyboard.press("Enter")

    expect(page.get_by_text("High school 5")).to_be_visible()


def test_market_is_found_by_another_word_and_its_next_day_leads_on(
    open_context, live_server, officer
):
    page = open_context(language="en", user=officer).new_page()
    page.goto(f"/calendar/{DAY}/")

    page.get_by_label("Search markets").fill("逢集")
    page.keyboard.press("Enter")
    page.locator(".market-day").first.click()

    expect(page).to_have_url(f"{live_server.url}/calendar/2026-08-15/")


def test_another_date_is_one_form_away(open_context, live_server, officer):
    page = open_context(language="en", user=officer).new_page()
    page.goto(f"/calendar/{DAY}/")

    page.get_by_label("Date").fill("2026-10-01")
    page.get_by_role("button", name="Go").click()

    expect(page).to_have_url(f"{live_server.url}/calendar/2026-10-01/")
