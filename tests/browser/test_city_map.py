"""The map: what it draws, what it says, and what happens when it cannot be drawn."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LANGUAGES, SIZES, THEMES, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _page_with_a_map(settings):
    settings.ROOT_URLCONF = "tests.browser.map_page"


def open_map(page: Page, url: str = "/map/") -> None:
    page.add_init_script(
        """
        window.chosen = [];
        addEventListener("stop-selected", (event) => window.chosen.push(event.detail.id));
        """
    )
    page.goto(url)
    expect(page.locator("city-map[data-state=ready]")).to_be_attached(timeout=15_000)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
def test_map_is_drawn_by_day_and_by_night(
    open_context, check_accessible, take_screenshot, size, theme
):
    page = open_context(size=size, theme=theme).new_page()

    open_map(page)

    take_screenshot(page, f"city-map-{size}-{theme}")
    check_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.locator("[data-failure]:visible")).to_have_count(0)
    ground = {"light": (244, 242, 237), "night": (21, 27, 34)}[theme]
    assert ground in colours_of_the_map(page)


def colours_of_the_map(page: Page) -> set[tuple[int, int, int]]:
    """Return the colours of the map's picture, by decoding a screenshot in the page."""
    picture = page.locator(".city-map__canvas").screenshot()
    pixels = page.evaluate(
        """
        async (bytes) => {
          const blob = new Blob([new Uint8Array(bytes)], { type: "image/png" });
          const image = await createImageBitmap(blob);
          const canvas = new OffscreenCanvas(image.width, image.height);
          const pen = canvas.getContext("2d");
          pen.drawImage(image, 0, 0);
          const { data } = pen.getImageData(0, 0, image.width, image.height);
          const seen = new Set();
          for (let i = 0; i < data.length; i += 4) {
            seen.add(`${data[i]},${data[i + 1]},${data[i + 2]}`);
          }
          return [...seen];
        }
        """,
        list(picture),
    )
    return {tuple(map(int, pixel.split(","))) for pixel in pixels}


def test_keyboard_goes_from_post_to_stop_and_round_and_says_which(open_context):
    page = open_context().new_page()
    open_map(page)
    page.locator(".city-map__canvas canvas").focus()

    page.keyboard.press("PageDown")
    page.keyboard.press("PageDown")
    page.keyboard.press("PageUp")
    page.keyboard.press("PageUp")

    assert page.evaluate("window.chosen") == ["q1", "p1", "q1", "p3"]
    expect(page.locator("city-map [role=status]")).to_have_text("第 3 站")


def test_click_on_a_stop_selects_it(open_context):
    page = open_context().new_page()
    open_map(page)
    # The second stop lies in the middle of what is drawn, east to west.
    box = page.locator(".city-map__canvas").bounding_box()

    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    assert page.evaluate("window.chosen") == ["p2"]


def test_list_selects_a_stop_on_the_map(open_context):
    page = open_context().new_page()
    open_map(page)

    page.evaluate(
        """
        document.querySelector("city-map").dispatchEvent(
          new CustomEvent("select-stop", { detail: { id: "p3" } }))
        """
    )

    expect(page.locator("city-map [role=status]")).to_have_text("第 3 站")
    assert page.evaluate("window.chosen") == []


def test_layers_are_switched_off_and_on(open_context):
    page = open_context(language="en").new_page()
    open_map(page)
    unit_0, reach_1 = (0, 114, 178), (11, 93, 79)

    page.get_by_label("Reach").uncheck()
    page.get_by_label("Stops").uncheck()
    page.get_by_label("Routes").uncheck()
    until(lambda: colours_of_the_map(page).isdisjoint({unit_0, reach_1}), page)
    page.get_by_label("Routes").check()
    until(lambda: unit_0 in colours_of_the_map(page), page)

    assert reach_1 not in colours_of_the_map(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_browser_without_webgl_reads_a_sentence(
    open_context, take_screenshot, language
):
    page = open_context(language=language).new_page()
    page.add_init_script(
        """
        const original = HTMLCanvasElement.prototype.getContext;
        HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
          return kind.startsWith("webgl") ? null : original.call(this, kind, ...rest);
        };
        """
    )

    page.goto("/map/")

    expect(page.locator("[data-failure=map]")).to_be_visible()
    expect(page.locator(".city-map__canvas")).to_be_hidden()
    take_screenshot(page, f"city-map-without-webgl-{language}")


def test_overlay_that_does_not_load_is_said_and_the_streets_stay(open_context):
    page = open_context().new_page()

    open_map(page, "/map/?overlay=/nowhere.json")

    expect(page.locator("[data-failure=overlay]")).to_be_visible()
    expect(page.locator("[data-failure=map]")).to_be_hidden()


def test_night_falls_while_the_map_is_open(open_context):
    page = open_context(theme="light").new_page()
    open_map(page)

    page.emulate_media(color_scheme="dark")

    until(lambda: (21, 27, 34) in colours_of_the_map(page), page)
