"""The duty desk in a real browser: by keys, in both languages, by day and night."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LANGUAGES, SIZES, THEMES
from tests.factories import desk_night, linhe_city
from tests.factories.desk_night import NOW
from xunfang.calls.desk.live import HUB
from xunfang.calls.models import CallEvent, Dispatch

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_night(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    HUB.forget()
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def officer(account):
    return account("duty_officer")


@pytest.fixture
def night(officer, tmp_path):
    linhe_city.import_streets_with_map(tmp_path, by=officer)
    return desk_night.build(by=officer, streets=False)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_the_desk_is_legible_everywhere(
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

    page.goto("/desk/")
    page.keyboard.press("j")
    expect(page.locator("#desk-work h2")).to_contain_text("110-1")
    page.wait_for_timeout(1500)

    take_screenshot(page, f"desk-{size}-{language}-{theme}")
    check_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
