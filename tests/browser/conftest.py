"""A real browser before the real pages: hashed files, strict policy, no other host."""

import asyncio
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.contrib.staticfiles import handlers
from django.core.management import call_command
from django.test import Client, override_settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError
from pytest_django.live_server_helper import LiveServer

SCREENSHOTS = Path(__file__).parent / "screenshots"
SIZES = {
    "desk": {"width": 1366, "height": 768},
    "phone": {"width": 390, "height": 844},
}
LANGUAGES = ("zh-hans", "en")
LOCALES = {"zh-hans": "zh-CN", "zh-hant": "zh-TW", "en": "en-GB"}
THEMES = {"light": "light", "night": "dark"}

# Playwright's synchronous interface runs an event loop in this thread, and Django
# would then refuse to touch the database from a fixture.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


LOOKS = {
    ("desk", "zh-hans", "light"),
    ("desk", "en", "night"),
    ("phone", "zh-hans", "night"),
}
LOOK_ELSEWHERE = ("phone", "en", "light")
"""Size, language and theme, so that every two of them meet in one look: three with the
embedded database, the fourth with the other one."""


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Mark everything in this folder as needing a browser, and choose the looks.

    How a page looks, and what its scripts do, is asked with the embedded database. With
    another one each page is opened once, in the look that is left: what it shows comes
    from any.
    """
    ours = [item for item in items if Path(__file__).parent in item.path.parents]
    for item in ours:
        item.add_marker("browser")
    is_embedded = django_settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    left_out = {
        item for item in ours if not (_is_asked(item) if is_embedded else _opens(item))
    }
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=list(left_out))


def _look(item: pytest.Item) -> tuple[str, ...] | None:
    params = item.callspec.params if hasattr(item, "callspec") else {}
    names = ("size", "language", "theme")
    return tuple(params[name] for name in names) if set(names) <= set(params) else None


def _is_asked(item: pytest.Item) -> bool:
    look = _look(item)
    return look is None or look in LOOKS


def _opens(item: pytest.Item) -> bool:
    return _look(item) == LOOK_ELSEWHERE


@pytest.fixture(scope="session")
def collected_static(tmp_path_factory) -> Iterator[Path]:
    """Collect and hash the static files once, as an installation does."""
    folder = tmp_path_factory.mktemp("static")
    with override_settings(STATIC_ROOT=folder):
        call_command("collectstatic", interactive=False, verbosity=0)
        yield folder


@pytest.fixture(scope="session")
def live_server(collected_static, django_db_setup) -> Iterator[LiveServer]:
    """Serve the pages with their static files as an installation does.

    Django's own test server would answer for static files itself, from the source
    folders and under their plain names: neither the hashed names nor WhiteNoise would
    ever be tried.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(handlers, "StaticFilesHandler", lambda application: application)
        server = LiveServer("127.0.0.1", start=False)
    with override_settings(ALLOWED_HOSTS=["127.0.0.1", "testserver"]):
        server.start()
        yield server
        server.stop()


def chromium_path() -> str | None:
    """Return the browser to drive, or None for Playwright's own."""
    for candidate in (os.environ.get("XUNFANG_CHROMIUM"), "/usr/bin/chromium"):
        if candidate and Path(candidate).exists():
            return candidate
    return None


@pytest.fixture(autouse=True)
def _event_loop_of_playwright(browser) -> Iterator[None]:
    """Leave no running event loop to tests of other folders in this process.

    Playwright's synchronous interface marks its loop as running in this thread for as
    long as the browser is open, and ``asyncio.run`` then refuses to work.
    """
    asyncio._set_running_loop(browser._loop)
    yield
    asyncio._set_running_loop(None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start one browser for all tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(),
            args=["--no-sandbox", "--disable-dev-shm-usage"],
        )
        yield browser
        asyncio._set_running_loop(browser._loop)
        browser.close()


type OpenContext = Callable[..., BrowserContext]


@pytest.fixture
def open_context(browser, live_server) -> Iterator[OpenContext]:
    """Return a function that opens a fresh browser window.

    ``open_context(size="phone", language="en", theme="night", user=user)``. Every
    window fails its test if a page asks another host for anything, breaks the content
    security policy, or throws in a script.
    """
    trouble: list[str] = []
    contexts: list[BrowserContext] = []

    def open_one(
        *,
        size: str = "desk",
        language: str = "zh-hans",
        theme: str = "light",
        user: object = None,
    ) -> BrowserContext:
        context = browser.new_context(
            base_url=live_server.url,
            viewport=SIZES[size],
            locale=LOCALES[language],
            color_scheme=THEMES[theme],
            has_touch=size == "phone",
        )
        contexts.append(context)

        def guard(route) -> None:
            if re.match(
                r"(http://(127\.0\.0\.1|localhost)[:/]|data:|blob:)", route.request.url
            ):
                route.continue_()
            else:
                trouble.append(f"asked another host: {route.request.url}")
                route.abort()

        context.route("**/*", guard)
        context.on("weberror", lambda error: trouble.append(str(error.error)))
        context.on(
            "console",
            lambda message: (
                trouble.append(message.text)
                if "Content Security Policy" in message.text
                else None
            ),
        )
        if user is not None:
            sign_in_as(context, live_server.url, user)
        return context

    yield open_one
    for context in contexts:
        context.close()
    assert trouble == []


def sign_in_as(context: BrowserContext, base_url: str, user: object) -> None:
    """Give the window a session of ``user`` without typing a password."""
    client = Client()
    client.force_login(user)
    name = django_settings.SESSION_COOKIE_NAME
    context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": base_url}]
    )


def until(holds: Callable[[], object], page: Page) -> None:
    """Wait for something that no locator shows."""
    for _ in range(100):
        if holds():
            return
        page.wait_for_timeout(100)
    pytest.fail("it never came about")


def until_maps_rest(page: Page) -> None:
    """Wait until each map on the page, if any, is drawn and moves no more."""
    rest = """() => [...document.querySelectorAll("city-map")].every(
        ({ map }) => map?.loaded() && map.areTilesLoaded() && !map.isMoving())"""
    until(lambda: page.evaluate(rest), page)


@pytest.fixture
def check_accessible(request) -> Callable[[Page], None]:
    """Return a function that fails on any WCAG 2.2 A or AA violation axe can see.

    What contrast colours have does not depend on the size of the window. Where a page is
    looked at on a desk as well, in the light and by night, it is not asked again.
    """
    axe = Axe()
    look = _look(request.node)
    asks_contrast = look is None or look[0] == "desk"
    options = {
        "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
        "resultTypes": ["violations"],
        "rules": {"color-contrast": {"enabled": asks_contrast}},
        # It would copy our styles into the page, which the policy forbids.
        "preload": False,
    }

    def check(page: Page) -> None:
        results = axe.run(page, options=options)
        assert results.violations_count == 0, results.generate_report()

    return check


@pytest.fixture
def take_screenshot() -> Callable[[Page, str], Path]:
    """Return a function that keeps a picture of the page for a person to look at.

    Chromium now and then refuses one picture and takes the same a moment later, which says
    nothing about the page (robotframework-browser issue 5237).
    """

    def take(page: Page, name: str) -> Path:
        SCREENSHOTS.mkdir(exist_ok=True)
        path = SCREENSHOTS / f"{name}.png"
        try:
            page.screenshot(path=path)
        except PlaywrightError as refused:
            if "Unable to capture screenshot" not in refused.message:
                raise
            page.wait_for_timeout(250)
            page.screenshot(path=path)
        return path

    return take
