"""The record and the pages for when something goes wrong, as people see them."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LANGUAGES, SIZES, THEMES
from xunfang.audit import services as audit

pytestmark = pytest.mark.django_db(transaction=True)

NOON = datetime(2026, 5, 4, 4, tzinfo=UTC)


@pytest.fixture
def supervisor(account):
    user = account("supervisor")
    for number in range(60):
        audit.record(
            kind="plan.made",
            subject=f"S{number % 10 + 1:02} 2026-05-04",
            by=user,
            at=NOON + timedelta(minutes=number),
            edition=number,
            value=1234.5,
        )
    return user


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    ("size", "language"), [("desk", "en"), ("phone", "zh-hans"), ("desk", "zh-hans")]
)
def test_record_is_legible_everywhere(
    open_context, supervisor, check_accessible, take_screenshot, size, language, theme
):
    page = open_context(
        size=size, language=language, theme=theme, user=supervisor
    ).new_page()

    page.goto("/account/record/")

    take_screenshot(page, f"record-{size}-{language}-{theme}")
    check_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_lost_person_finds_the_way_back(
    open_context, supervisor, check_accessible, take_screenshot, size, language
):
    page = open_context(size=size, language=language, user=supervisor).new_page()

    page.goto("/nowhere/")

    take_screenshot(page, f"not-found-{size}-{language}")
    check_accessible(page)
    expect(page.locator("main a.button--primary")).to_have_attribute("href", "/")


def test_page_works_at_twice_the_size(open_context, supervisor):
    context = open_context(language="en", user=supervisor)
    page = context.new_page()
    # 200 % of a 1366 px window leaves 683 px to the page.
    page.set_viewport_size({"width": 683, "height": 384})

    page.goto("/account/record/")

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.get_by_role("button", name="Show")).to_be_visible()


def test_skip_link_is_the_first_stop_and_leads_past_the_header(
    open_context, supervisor
):
    page = open_context(language="en", user=supervisor).new_page()
    page.goto("/account/record/")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    expect(page.get_by_label("What was done")).to_be_focused()
