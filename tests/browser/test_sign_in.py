"""Signing in, as a person at a desk and as one with a phone at night."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LANGUAGES, SIZES, THEMES
from xunfang.accounts import services
from xunfang.accounts.models import Role

pytestmark = pytest.mark.django_db(transaction=True)

NOON = datetime(2026, 5, 4, 4, tzinfo=UTC)


@pytest.fixture
def supervisor():
    return services.open_account(
        username="wang",
        password="tiger-on-the-bridge",
        display_name="王督察",
        role=Role.SUPERVISOR,
        by=None,
        at=NOON,
    )


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_sign_in_page_is_legible_everywhere(
    open_context, check_accessible, take_screenshot, size, language, theme
):
    page = open_context(size=size, language=language, theme=theme).new_page()

    page.goto("/account/sign-in/")
    page.locator(".header__tools summary").click()

    take_screenshot(page, f"sign-in-{size}-{language}-{theme}")
    check_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_person_signs_in_and_out_by_keyboard_alone(
    open_context, live_server, supervisor
):
    page = open_context(language="en").new_page()
    page.goto("/account/record/")

    page.keyboard.type("wang")
    page.keyboard.press("Tab")
    page.keyboard.type("tiger-on-the-bridge")
    page.keyboard.press("Enter")

    expect(page).to_have_url(f"{live_server.url}/account/record/")
    expect(page.get_by_role("cell", name="Signed in")).to_be_visible()

    page.locator(".header__tools summary").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Sign out").press("Enter")

    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto("/account/record/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_wrong_password_keeps_the_name_and_drops_the_password(open_context, supervisor):
    page = open_context(language="en").new_page()
    page.goto("/account/sign-in/")
    page.get_by_label("User name").fill("wang")
    page.get_by_label("Password").fill("tiger-on-the-hill")

    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("alert")).to_contain_text("do not go together")
    expect(page.get_by_label("User name")).to_have_value("wang")
    expect(page.get_by_label("Password")).to_have_value("")


def test_night_chosen_by_hand_outlives_the_page(open_context):
    page = open_context(language="en", theme="light").new_page()
    page.goto("/account/sign-in/")

    page.locator(".header__tools summary").click()
    page.get_by_role("button", name="Night").click()
    page.goto("/account/sign-in/")

    expect(page.locator("html")).to_have_attribute("data-theme", "night")
    background = page.evaluate(
        "getComputedStyle(document.body.parentNode).backgroundColor"
    )
    assert background == "rgb(14, 20, 27)"


def test_menu_closes_by_escape_and_by_pressing_elsewhere(open_context):
    page = open_context().new_page()
    page.goto("/account/sign-in/")
    menu, summary = page.locator(".menu"), page.locator(".header__tools summary")
    summary.click()
    expect(menu).to_have_attribute("open", "")

    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(summary).to_be_focused()

    summary.click()
    page.locator("main").click(position={"x": 5, "y": 5})
    expect(menu).not_to_have_attribute("open", "")


def test_language_is_one_press_away(open_context):
    page = open_context(language="zh-hans").new_page()
    page.goto("/account/sign-in/")

    page.get_by_role("button", name="English").click()

    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_what_is_pressed_on_a_phone_is_large_enough_for_a_thumb(
    open_context, supervisor
):
    page = open_context(size="phone", user=supervisor).new_page()
    page.goto("/account/record/")
    pressed = page.locator(
        "header a, header button, summary, main button, main select, main input"
    ).filter(visible=True)

    for menu in page.locator("header summary").all():
        menu.click()
        too_small = [
            (element.inner_text(), box["height"])
            for element in pressed.all()
            if (box := element.bounding_box()) and box["height"] < 44
        ]
        assert too_small == []
        page.keyboard.press("Escape")


def test_files_named_by_their_content_are_kept_for_good_and_obey_the_policy(
    open_context,
):
    page = open_context().new_page()
    with page.expect_response("**/htmx.min.*.js") as script:
        page.goto("/account/sign-in/")

    headers = script.value.headers
    assert "immutable" in headers["cache-control"]
    assert "default-src 'self'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
