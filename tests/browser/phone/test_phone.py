"""The officer's phone in a real browser: five inches, day and night, with and without
signal."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LANGUAGES, THEMES, sign_in_as
from tests.browser.phone.conftest import (
    FIVE_INCHES,
    URL,
    minutes_pass,
    press,
    times_noted,
    wait_for,
    wait_until_kept,
)
from tests.factories.on_duty import after
from xunfang.calls import services as calls
from xunfang.calls.models import CallEvent, Dispatch
from xunfang.core.dispatching.sheets import Step
from xunfang.field.models import BurdenDay, Receipt
from xunfang.patrols.models import Observation
from xunfang.units.models import DutyEntry, GearCheck, Position

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clock")]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_screen_is_legible_with_gloves_by_day_and_night(
    open_phone, officer, dispatch, check_accessible, take_screenshot, language, theme
):
    page = open_phone(officer, language=language, theme=theme)

    take_screenshot(page, f"phone-call-{language}-{theme}")
    page.locator(".observe summary").click()
    page.locator(".observe").scroll_into_view_if_needed()
    take_screenshot(page, f"phone-observe-{language}-{theme}")
    check_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = page.evaluate(
        """() => [...document.querySelectorAll(
            "main a, main button, main summary, main select, main label:has(input)"
            + ", main input:not([type=radio], [type=checkbox], [type=hidden])")]
            .filter((one) => one.checkVisibility() && one.offsetHeight < 48)
            .map((one) => one.outerHTML.slice(0, 80))"""
    )
    assert small == []


@pytest.mark.row("A16")
def test_gear_is_checked_with_one_tap_before_going_out(
    open_phone, officer, crew, take_screenshot
):
    page = open_phone(officer, at=after(5))
    take_screenshot(page, "phone-gear-zh-hans-night")
    expect(page.get_by_role("button", name="上勤", exact=True)).to_be_hidden()

    page.get_by_role("button", name="装备齐全").tap()
    page.get_by_role("button", name="上勤", exact=True).tap()

    expect(page.locator("#duty [data-now]")).to_have_text("巡逻中")
    assert GearCheck.objects.get().overridden_because == ""
    assert DutyEntry.objects.get().step == "on"
    take_screenshot(page, "phone-patrol-zh-hans-night")


def test_a_call_is_worked_on_for_an_hour_without_signal(
    open_phone, officer, dispatch, clock, take_screenshot
):
    page = open_phone(officer)
    page.context.set_offline(True)

    press(page, "签收")
    minutes_pass(page, clock, 1)
    press(page, "出发")
    minutes_pass(page, clock, 9)
    press(page, "到场")
    minutes_pass(page, clock, 20)
    expect(page.locator("[data-queue-sum]")).to_contain_text("无信号")
    expect(page.locator("[data-queue-sum]")).to_contain_text("3条待发 · 最早30分钟前")
    take_screenshot(page, "phone-offline-zh-hans-night")
    page.reload()
    expect(page.locator(".queue__row")).to_have_count(3)
    press(page, "完毕")
    minutes_pass(page, clock, 30)
    assert not Receipt.objects.exists()
    noted = times_noted(page)
    page.context.set_offline(False)

    expect(page.locator(".queue__row")).to_have_count(0, timeout=15_000)
    events = CallEvent.objects.filter(dispatch=dispatch, source="phone")
    assert [(one.step, one.happened_at) for one in events] == noted
    steps, times = zip(*noted, strict=True)
    assert steps == ("acknowledged", "departed", "arrived", "finished")
    minutes = [(b - a).seconds // 60 for a, b in pairwise(times)]
    assert minutes == [1, 9, 20]
    assert {one.recorded_at for one in events} == {after(65)}
    expect(page.locator("[data-report]")).to_be_visible()


def test_what_the_desk_did_meanwhile_is_shown_until_it_is_read(
    open_phone, officer, dispatch, desk, clock, take_screenshot
):
    page = open_phone(officer)
    page.context.set_offline(True)
    clock.now = after(10)
    calls.take_off(
        dispatch=dispatch, step=Step.STOOD_DOWN, reason="近处有人", by=desk, at=after(6)
    )
    page.clock.fast_forward(5 * 60_000)
    press(page, "到场")
    page.context.set_offline(False)

    row = page.locator('.queue__row[data-status="refused"]')
    expect(row).to_contain_text("到场 · 110-1")
    expect(row).to_contain_text("该警组已不在这起警情上")
    expect(page.locator(".call-card")).to_contain_text("近处有人")
    take_screenshot(page, "phone-refused-zh-hans-night")
    page.reload()
    row.get_by_role("button", name="我已知悉").click()
    expect(row).to_have_count(0)
    assert Receipt.objects.get().code == "calls.dispatch_over"


def test_an_observation_takes_six_taps_at_most(
    open_phone, officer, out, take_screenshot
):
    page = open_phone(officer)
    taps = 0

    def tap(locator):
        nonlocal taps
        taps += 1
        locator.tap()

    tap(page.get_by_text("随手记一处…"))
    tap(page.get_by_text("路灯不亮"))
    page.clock.fast_forward(12_000)
    tap(page.get_by_role("button", name="保存"))

    expect(page.locator(".observe details")).not_to_have_attribute("open", "")
    wait_for(page, Observation.objects.count, wanted=1)
    expect(page.locator(".queue__row")).to_have_count(0)
    assert taps <= 6
    seen = Observation.objects.get()
    assert (seen.kind, seen.place_text) == ("light_out", "河滨夜市东口")
    [burden] = BurdenDay.objects.all()
    assert (burden.form, burden.n_entries) == ("observation", 1)
    assert 12 <= burden.seconds <= 40


def test_the_number_of_a_person_is_pointed_out(open_phone, officer, out):
    page = open_phone(officer, worker=False)
    page.get_by_text("随手记一处…").click()

    page.locator("#observe-note").fill("店主电话13800138000")
    expect(page.locator("#observe-hint")).to_be_visible()
    page.locator("#observe-note").fill("卷帘门没关")
    expect(page.locator("#observe-hint")).to_be_hidden()


def test_help_is_asked_for_by_holding_and_goes_first(open_phone, officer, out, clock):
    page = open_phone(officer)
    page.context.set_offline(True)
    page.get_by_role("button", name="休整").click()
    cry = page.get_by_role("button", name="请求支援")
    cry.click()
    assert page.locator(".queue__row").count() == 1

    box = cry.bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 20)
    page.mouse.down()
    page.clock.fast_forward(2100)
    expect(page.locator("#help [data-kept]")).to_be_visible()
    page.mouse.up()
    page.context.set_offline(False)

    expect(page.get_by_role("button", name="求援解除")).to_be_visible(timeout=15_000)
    assert [
        one.step for one in DutyEntry.objects.exclude(step="on").order_by("pk")
    ] == ["emergency", "pause"]


def test_a_session_that_ended_keeps_the_queue_and_sends_it_after_signing_in(
    open_phone, officer, dispatch, live_server
):
    page = open_phone(officer)
    page.context.clear_cookies()

    press(page, "签收")
    expect(page.locator("[data-sign-in]")).to_be_visible()
    expect(page.locator(".queue__row")).to_have_count(1)
    sign_in_as(page.context, live_server.url, officer)
    page.goto(URL)

    expect(page.locator(".queue__row")).to_have_count(0)
    expect(page.locator('[data-step="acknowledged"]')).to_have_attribute(
        "data-state", "done"
    )
    assert Receipt.objects.get().outcome == "done"


def test_nothing_is_left_for_whoever_signs_in_next(
    open_phone, officer, dispatch, account, live_server
):
    page = open_phone(officer)
    page.context.set_offline(True)
    press(page, "签收")
    page.get_by_text("更多").click()
    page.get_by_role("button", name="退出登录").click()
    # Something has not been sent: the first press only says so.
    expect(page.locator("[data-unsent]")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator(".queue__row")).to_have_count(0, timeout=15_000)
    page.get_by_role("button", name="退出登录").click()
    expect(page).to_have_url(re.compile("/account/sign-in/"))

    left = page.evaluate(
        """async () => [
            (await caches.keys()).length,
            (await indexedDB.databases()).length,
            (await navigator.serviceWorker.getRegistrations()).length,
            localStorage.length,
        ]"""
    )
    assert left == [0, 0, 0, 0]
    page.context.set_offline(True)
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        page.goto(URL)


def test_another_officer_on_the_phone_sees_and_sends_nothing_of_the_first(
    open_phone, officer, dispatch, account, live_server
):
    page = open_phone(officer)
    page.context.set_offline(True)
    press(page, "签收")
    # The screen is put away: what it would do when the signal returns is not asked here.
    page.goto("about:blank")
    page.context.clear_cookies()
    page.context.set_offline(False)
    stranger = account("patrol_officer", username="stranger")
    sign_in_as(page.context, live_server.url, stranger)
    page.goto(URL)

    expect(page.locator("[data-others]")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("110-1")
    wait_until_kept(page)
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("main")).not_to_contain_text("夜市")
    assert not Receipt.objects.exists()


def test_position_is_sent_on_duty_with_the_switch_on_and_not_otherwise(
    open_phone, officer, out, take_screenshot
):
    page = open_phone(officer)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": 110.001, "latitude": 30.002})
    switch = page.get_by_role("switch")
    expect(switch).to_have_attribute("aria-checked", "false")
    assert not Position.objects.exists()

    with page.expect_response("**/field/position/"):
        switch.click()
    expect(switch).to_have_text("位置上报中")
    expect(switch).to_have_attribute("aria-checked", "true")
    assert (Position.objects.get().lon, Position.objects.get().lat) == (110.001, 30.002)

    page.get_by_text("下勤…").click()
    page.get_by_role("button", name="下勤", exact=True).click()
    expect(page.locator("#duty")).to_have_attribute("data-on", "no")
    expect(page.get_by_text("有效巡逻分钟")).to_be_visible()
    assert not Position.objects.exists()
    assert page.evaluate("localStorage.getItem('xunfang-position')") is None
    take_screenshot(page, "phone-off-zh-hans-night")


def test_phone_can_install_it(open_phone, officer, out):
    page = open_phone(officer)

    manifest = page.evaluate(
        """async () => {
            const link = document.querySelector("link[rel=manifest]");
            return await (await fetch(link.href)).json();
        }"""
    )
    assert {"name", "start_url", "display", "icons", "scope"} <= set(manifest)
    assert manifest["display"] == "standalone"
    for icon in manifest["icons"]:
        assert page.evaluate("async (src) => (await fetch(src)).ok", icon["src"])
    assert (
        page.evaluate(
            "navigator.serviceWorker.ready.then((one) => new URL(one.scope).pathname)"
        )
        == URL
    )
    session = page.context.new_cdp_session(page)
    errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # A window of a test is a private one, where nothing is installed.
    assert [one["errorId"] for one in errors] == ["in-incognito"]


def test_it_works_without_scripts(browser, live_server, officer, dispatch):
    context = browser.new_context(
        base_url=live_server.url,
        viewport=FIVE_INCHES,
        locale="zh-CN",
        java_script_enabled=False,
    )
    sign_in_as(context, live_server.url, officer)
    page = context.new_page()
    page.goto(URL)

    for words in ("签收", "出发", "到场", "完毕"):
        press(page, words)
    page.get_by_label("处理结果").select_option("settled")
    page.get_by_role("button", name="提交反馈").click()
    page.get_by_role("button", name="休整").click()

    expect(page.locator("#duty [data-now]")).to_have_text("休整")
    assert Dispatch.objects.get().status == "finished"
    assert Dispatch.objects.get().call.outcome == "settled"
    context.close()
