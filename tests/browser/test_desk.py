"""The duty desk in a real browser: by keys, in both languages, by day and night."""

import time
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import (
    LANGUAGES,
    SIZES,
    THEMES,
    sign_in_as,
    until,
    until_maps_rest,
)
from tests.factories import desk_night, linhe_city
from tests.factories.desk_night import NOW
from tests.factories.words import say
from xunfang.calls import services as calls
from xunfang.calls.desk.live import HUB
from xunfang.calls.models import CallEvent, Dispatch
from xunfang.cases.advice.queries import topic_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_night(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    HUB.forget()
    began = time.monotonic()
    monkeypatch.setattr(
        "django.utils.timezone.now",
        lambda: NOW + timedelta(seconds=time.monotonic() - began),
    )


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

    say("河湾烧烤广场有人拿着酒瓶追着打,五六个人围着一个,快来!", at=NOW)
    asked = "有人让我把钱转到安全账户"
    say(
        asked,
        topic=topic_of(asked),
        at=NOW - timedelta(hours=6),
        station=night.station,
    )

    page.goto("/desk/")
    expect(page.locator(".urgent-word")).to_contain_text("河湾烧烤广场")
    # Of six hours the scam desk was open for the first: 21:05 to 22:00.
    expect(page.locator(".late-questions")).to_contain_text("55")
    page.keyboard.press("j")
    expect(page.locator("#desk-work h2")).to_contain_text("110-1")
    until_maps_rest(page)

    take_screenshot(page, f"desk-{size}-{language}-{theme}")
    check_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("theme", THEMES)
def test_the_wall_and_the_replay_are_legible(
    open_context, officer, night, check_accessible, take_screenshot, theme
):
    page = open_context(theme=theme, user=officer).new_page()

    for name, url in (
        ("wall", "/desk/wall/"),
        ("replay", f"/desk/replay/{desk_night.NIGHT}/"),
        ("posts", "/desk/posts/"),
    ):
        page.goto(url)
        until_maps_rest(page)
        take_screenshot(page, f"desk-{name}-{theme}")
        check_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


class Keyboard:
    """Presses keys and counts them."""

    def __init__(self, page):
        self.page = page

    def press(self, *keys):
        assert len(keys) <= 2, "an action of the ten takes at most two keystrokes"
        for key in keys:
            self.page.keyboard.press(key)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_of_the_ten_actions_takes_at_most_two_keystrokes(
    open_context, officer, night, language
):
    page = open_context(language=language, user=officer).new_page()
    page.goto("/desk/")
    keys = Keyboard(page)
    head = page.locator("#desk-work h2")
    bound = page.locator(".work__bound > li")
    busy = page.locator("#desk-work[aria-busy]")

    def settled():
        expect(busy).to_have_count(0)

    keys.press("j")  # 1: next call
    expect(head).to_contain_text("110-1")
    settled()
    keys.press("j")
    expect(head).to_contain_text("110-2")
    settled()
    keys.press("k")  # 2: previous call
    expect(head).to_contain_text("110-1")
    settled()
    keys.press("Enter")  # 3: accept the first unit
    expect(bound).to_have_count(1)
    settled()
    keys.press("1")  # 4: choose unit n
    expect(bound).to_have_count(2)
    settled()
    first = Dispatch.objects.earliest("pk")
    for key, step in zip(
        "asdf", ("acknowledged", "departed", "arrived", "finished"), strict=True
    ):
        keys.press(key, "1")  # 5: how far a unit is; two are bound, so which
        until(lambda step=step: CallEvent.objects.filter(step=step).exists(), page)
        settled()
    first.refresh_from_db()
    assert first.status == "finished"
    keys.press("x", "1")  # 6: stand down
    expect(bound).to_have_count(0)
    settled()
    keys.press("p", "C")  # 7: pause a unit by its letter
    unit = page.locator(f"#unit-{night.crews[2].pk}")
    expect(unit).to_have_attribute("data-shape", "bar", timeout=4000)
    keys.press("p", "C")
    expect(unit).to_have_attribute("data-shape", "circle", timeout=4000)
    settled()
    page.keyboard.press("n")  # 8: note; the words are not keystrokes of the action
    page.keyboard.type("门口有人 jk1")
    page.keyboard.press("Enter")
    expect(page.locator("#desk-work .feed")).to_contain_text("门口有人 jk1")
    settled()
    keys.press("c")  # 9: close
    expect(page.locator(f"#call-{night.calls[0].pk}")).to_have_count(0, timeout=4000)
    settled()
    keys.press("z")  # 10: undo
    expect(page.locator(f"#call-{night.calls[0].pk}")).to_have_count(1, timeout=4000)
    keys.press("/")  # and the command line
    expect(page.locator("#command-line")).to_be_focused()
    assert CallEvent.objects.filter(step="noted", note="门口有人 jk1").count() == 1


def test_a_second_enter_does_not_send_a_second_unit(open_context, officer, night):
    page = open_context(user=officer).new_page()
    page.goto(f"/desk/?call={night.calls[0].pk}")

    page.keyboard.press("Enter")
    expect(page.locator(".work__bound > li")).to_have_count(1)
    page.keyboard.press("Enter")
    # Whatever an Enter orders, it is under way from then on until it is answered.
    expect(page.locator("#desk-work[aria-busy]")).to_have_count(0)

    assert Dispatch.objects.count() == 1


def test_the_command_line_shows_what_it_will_do_and_escape_never_acts(
    open_context, officer, night
):
    page = open_context(user=officer).new_page()
    page.goto("/desk/")
    means = page.locator(".command__means")

    page.keyboard.press("/")
    page.keyboard.type("s 3 x")
    expect(means).to_have_attribute("data-certain", "false")
    expect(means).to_contain_text("s 3巡 休整")
    page.keyboard.press("Escape")
    expect(page.locator("#command-line")).to_have_value("")
    page.keyboard.press("/")
    page.keyboard.type("s 3 xz")
    expect(means).to_have_attribute("data-certain", "true")
    page.keyboard.press("Tab")
    expect(page.locator("#command-line")).to_have_value("s 3巡 休整")
    page.keyboard.press("Enter")

    unit = page.locator(f"#unit-{night.crews[2].pk}")
    expect(unit).to_have_attribute("data-shape", "bar", timeout=4000)


def test_a_bound_unit_is_asked_about_once_by_key(
    open_context, officer, night, take_screenshot, check_accessible
):
    calls.send_unit(
        call=night.calls[1],
        shift=night.crews[0],
        knows=(),
        by=officer,
        at=desk_night.ago(1),
    )
    page = open_context(user=officer).new_page()
    page.goto(f"/desk/?call={night.calls[0].pk}")
    digit = page.locator(".offers tr", has_text="1巡").locator("kbd").inner_text()

    page.keyboard.press(digit)
    question = page.locator(".work__question")
    expect(question).to_contain_text("110-2")
    take_screenshot(page, "desk-question")
    check_accessible(page)
    page.keyboard.press("Enter")

    expect(page.locator(".work__bound > li")).to_have_count(1)
    assert Dispatch.objects.get(is_open=True).call == night.calls[0]


def test_keys_help_opens_and_single_keys_can_be_switched_off(
    open_context, officer, night, take_screenshot, check_accessible
):
    page = open_context(user=officer).new_page()
    page.goto("/desk/")

    page.keyboard.press("?")
    expect(page.locator("#desk-keys")).to_be_visible()
    take_screenshot(page, "desk-keys")
    check_accessible(page)
    page.locator("[data-keys-on]").uncheck()
    page.keyboard.press("Escape")
    expect(page.locator("#desk-keys")).to_be_hidden()
    page.keyboard.press("j")
    # Whatever call a key asks for, it is being fetched from then on until it is there.
    expect(page.locator("#desk-work[aria-busy]")).to_have_count(0)

    expect(page.locator("#desk-work")).to_have_attribute("data-call", "")


def test_the_map_never_moves_under_the_hand(open_context, officer, night):
    page = open_context(user=officer).new_page()
    page.goto("/desk/")
    until_maps_rest(page)
    centre = "JSON.stringify(document.querySelector('city-map').centre)"
    box = page.locator(".city-map__canvas").bounding_box()

    page.mouse.move(box["x"] + 200, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 260, box["y"] + 130, steps=4)
    page.mouse.up()
    assert page.evaluate("document.querySelector('desk-map').isHeld")
    until_maps_rest(page)
    held = page.evaluate(centre)
    desk_night.call_at("P", "110-8", by=officer, minutes_ago=0, station=night.station)
    expect(page.locator(".queue__call")).to_have_count(4, timeout=4000)
    assert page.evaluate(centre) == held

    page.keyboard.press("m")
    until(lambda: page.evaluate(centre) != held, page)
    assert not page.evaluate("document.querySelector('desk-map').isHeld")


def test_everything_works_without_scripts(browser, live_server, officer, night):
    context = browser.new_context(
        base_url=live_server.url, java_script_enabled=False, locale="zh-CN"
    )
    sign_in_as(context, live_server.url, officer)
    page = context.new_page()
    page.goto("/desk/")

    page.get_by_role("link", name="下一起").click()
    page.locator("[data-first]").click()
    page.get_by_role("button", name="到场").click()
    page.locator(".units__unit", has_text="3巡").get_by_role("button").click()
    page.locator("#command-line").fill("n 门锁着")
    page.get_by_role("button", name="执行").click()

    expect(page.locator("#desk-work .feed")).to_contain_text("门锁着")
    context.close()
    assert Dispatch.objects.get().status == "on_scene"
