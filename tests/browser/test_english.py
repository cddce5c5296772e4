"""English on a phone and by keyboard: longer words, and nothing lost at the edges."""

import pytest
from playwright.sync_api import expect

from tests.factories import linhe_city
from tests.factories.linhe_city import AFTERNOON, NIGHT
from tests.factories.people import assign
from tests.factories.rosters import Linhe
from xunfang.patrols.campaigns import services as campaigns
from xunfang.patrols.campaigns.services import CampaignPlan

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _afternoon(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr("django.utils.timezone.now", lambda: AFTERNOON)


@pytest.fixture
def officer(account):
    return account("duty_officer", station_code="")


def test_name_of_a_row_stays_in_sight_on_a_phone(
    open_context, officer, check_accessible
):
    plan = CampaignPlan(
        name="夏夜平安百日行动",
        name_en="Safe summer nights: a hundred days of patrols and visits",
        begins_on=NIGHT,
        ends_on=NIGHT,
    )
    campaigns.begin_campaign(code="SUMMER", plan=plan, by=officer, at=AFTERNOON)
    page = open_context(size="phone", language="en", user=officer).new_page()
    page.goto("/campaigns/")
    name = page.get_by_role("rowheader")
    tabs = page.get_by_role("navigation", name="Campaigns and rounds").get_by_role(
        "link"
    )

    page.locator(".table-frame").evaluate("frame => { frame.scrollLeft = 1000 }")

    # The name takes a few lines, not one for each word, and does not scroll away.
    box = name.bounding_box()
    assert 0 <= box["x"] <= 40
    assert box["height"] < 260
    for tab in tabs.all():
        assert tab.bounding_box()["x"] + tab.bounding_box()["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    check_accessible(page)


def test_focus_is_never_under_the_bar_that_stays_on_top(open_context, officer):
    linhe = Linhe()
    for number in range(1, 7):
        crew = linhe.crew(str(number), name=f"{number}组", n_sworn=1, n_auxiliary=1)
        if number == 1:
            assign(crew, linhe.sworn[0])
    page = open_context(language="en", user=officer).new_page()
    page.goto(f"/roster/{NIGHT}/S01/")
    links = page.locator(".crew__head a")
    bar = page.locator(".roster-swap").bounding_box()["height"]

    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    for link in reversed(links.all()):
        link.focus()

        expect(link).to_be_focused()
        assert link.bounding_box()["y"] >= bar


def test_city_wakes_up_in_english_with_every_field_named(
    open_context, officer, check_accessible, take_screenshot
):
    linhe_city.import_streets(by=officer)
    linhe_city.build_city()
    page = open_context(size="phone", language="en", user=officer).new_page()

    page.goto(f"/tonight/{NIGHT}/")

    expect(page.get_by_text("Friday 14 August 2026")).to_be_visible()
    expect(page.get_by_label("Order", exact=True)).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    check_accessible(page)
    take_screenshot(page, "english-city-phone")
