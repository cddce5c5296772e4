"""What was patrolled, in a real browser: at both sizes, in both languages, by night."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LANGUAGES, SIZES, THEMES
from tests.factories import calls, linhe_city
from tests.factories.linhe_city import NIGHT
from tests.factories.patrolled_night import bind, clock, go, log, stay
from tests.towns.linhe import at as place
from xunfang.core.dispatching.unit_states import DutyStep
from xunfang.patrols.models import NightEdit, ShortRun
from xunfang.patrols.runs import covering
from xunfang.units.models import Shift

pytestmark = pytest.mark.django_db(transaction=True)

URL = f"/coverage/{NIGHT}/"
PAGES = {
    "night": URL,
    "station": f"{URL}S01/",
    "cells": f"{URL}S01/cells/?band=18&cell=C1",
    "streets": f"{URL}S01/streets/",
    "stays": f"{URL}S01/stays/",
    "blind": f"{URL}S01/blind/?nights=3",
    "crews": f"{URL}crews/",
    "handled": f"/coverage/handled/?first={NIGHT}&last={NIGHT}",
}


@pytest.fixture(autouse=True)
def _own_data_folder(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr("django.utils.timezone.now", lambda: clock("29:30"))


@pytest.fixture
def officer(account):
    return account("duty_officer", station_code="")


@pytest.fixture
def night(officer, tmp_path):
    linhe_city.import_streets_with_map(tmp_path, by=officer)
    linhe_city.build_city()
    car, walkers = Shift.objects.order_by("code")
    log(
        car,
        ("18:00", DutyStep.ON, "car"),
        ("20:00", DutyStep.MODE, "foot"),
        ("20:30", DutyStep.OFF),
    )
    log(walkers, ("19:00", DutyStep.ON, "foot"), ("22:20", DutyStep.OFF))
    stay(car, "E", begins="18:00", minutes=40)
    for begins in ("18:45", "18:50", "18:55"):
        go(car, "EFVGHMLKFE", begins=begins)
    stay(car, "F", begins="19:05", minutes=70)
    stay(walkers, "L", begins="20:00", minutes=118)
    bind(car, 1, "E", "18:10", "18:25")
    bind(car, 2, "B", "19:10", "19:25")
    bind(walkers, 1, "L", "20:00", "20:15")
    bind(walkers, 2, "O", "19:05", "19:20", is_post=True)
    # A day shift with overtime, and below a crew that had no device.
    day = linhe_city.add_crew(walkers.station, "3", begins_min=9 * 60, ends_min=720)
    log(day, ("09:00", DutyStep.ON, "car"), ("12:30", DutyStep.OFF))
    stay(day, "G", begins="10:00", minutes=150, every_s=60)
    covering.fold_what_is_due(at=clock("29:00"))
    # Afterwards, so that it does not take the proof from the blind streets.
    quiet = linhe_city.add_crew(walkers.station, "4", "foot")
    log(quiet, ("18:00", DutyStep.ON, "foot"), ("22:20", DutyStep.OFF))
    bind(quiet, 1, "J", "18:30", "19:00")
    for number, node, when in (("1101", "G", "11:30"), ("1102", "J", "18:40")):
        calls.add_call(
            number,
            by=officer,
            at=clock(when),
            station=walkers.station,
            point=tuple(place(node)[0]),
            reporter="patrol",
        )


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_pages_are_legible_everywhere(
    open_context,
    officer,
    night,
    check_accessible,
    take_screenshot,
    size,
    language,
    theme,
):
    page = open_context(
        size=size, language=language, theme=theme, user=officer
    ).new_page()

    for name, url in PAGES.items():
        page.goto(url)
        if name == "station":
            expect(page.locator("city-map")).to_have_attribute("data-state", "ready")
        for summary in page.locator(".coverage__formula summary").all():
            summary.click()

        take_screenshot(page, f"coverage-{name}-{size}-{language}-{theme}")
        check_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


def test_share_opens_in_two_clicks_by_keyboard(open_context, officer, night):
    page = open_context(user=officer).new_page()
    page.goto(URL)

    page.locator("tbody td a").first.press("Enter")
    expect(page.locator(".coverage__sum")).to_contain_text("÷")
    page.get_by_role("link", name="C1", exact=True).first.press("Enter")

    expect(page.locator("#cell-title")).to_be_in_viewport()
    expect(
        page.locator("[aria-labelledby='cell-title'] tbody tr").first
    ).to_be_visible()


def test_reason_and_wish_are_given_in_one_go(open_context, officer, night):
    page = open_context(user=officer).new_page()
    page.goto(f"{URL}crews/?only=short")

    page.get_by_label("原因", exact=True).fill("增援邻所")
    page.get_by_label("原因", exact=True).press("Enter")
    expect(page.locator("main")).to_contain_text("增援邻所")
    page.goto(f"{URL}S01/blind/?nights=1")
    page.get_by_role("button", name="今夜安排").first.press("Enter")

    expect(page.locator("main .message")).to_contain_text("已提出今夜需求")
    assert ShortRun.objects.get().reason == "增援邻所"
    assert NightEdit.objects.get().minutes == 15
