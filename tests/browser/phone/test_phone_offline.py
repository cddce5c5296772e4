"""A turn without signal, from the gear to the report: nothing lost, nothing doubled, and
nothing on the phone that should not be there."""

import re
from datetime import date, datetime

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LANGUAGES
from tests.browser.phone.conftest import (
    URL,
    minutes_pass,
    press,
    rows_kept,
    times_noted,
    wait_for,
    wait_until_kept,
)
from tests.factories import calls as call_factory
from tests.factories import on_duty
from tests.factories.on_duty import after
from xunfang.audit.models import Event
from xunfang.calls import services as calls
from xunfang.calls.models import CallEvent, CardTick, LocalHelp
from xunfang.core.dispatching.sheets import Step
from xunfang.field.models import Receipt
from xunfang.patrols.models import Observation
from xunfang.units.models import DutyEntry, Fix, GearCheck, Position

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clock")]

PASSWORD = "a long way home"  # noqa: S105 -- of a test
WORDS = {
    "zh-hans": {
        "sign_in": "登录",
        "gear": "装备齐全",
        "on": "上勤",
        "presses": ("签收", "出发", "到场", "完毕"),
        "notice": "随手记一处…",
        "matter": "路灯不亮",
        "keep": "保存",
        "offline": "无信号",
        "refused": "我已知悉",
    },
    "en": {
        "sign_in": "Sign in",
        "gear": "Everything is there",
        "on": "Go on duty",
        "presses": ("Acknowledge", "Set out", "On scene", "Finished"),
        "notice": "Noticed something…",
        "matter": "Light out",
        "keep": "Keep",
        "offline": "No signal",
        "refused": "I have read this",
    },
}


@pytest.fixture
def bridge():
    """A class of calls that carries the card of somebody who may harm themselves."""
    return call_factory.add_class(
        name="有人欲自杀、自伤", name_en="Self-harm", protocol="self_harm", urgency=1
    )


@pytest.fixture
def lenders():
    """Two life buoys and three pumps, each some way further from the call."""
    for number, (kind, name) in enumerate(
        (
            *(("life_buoy", "大桥管理处"), ("life_buoy", "游船码头")),
            *(("pump", "柳坪村委会"), ("pump", "城南社区"), ("pump", "供水公司")),
        )
    ):
        LocalHelp.objects.create(
            kind=kind,
            name=name,
            name_en=f"Office {number}",
            place_text="河滨路",
            lon=110.0,
            lat=30.0 + 0.009 * (number + 1),
            phone=f"1200000000{number}",
            confirmed_on=date(2026, 8, 1),
        )


def lose_signal(page):
    page.context.set_offline(True)


def find_signal(page):
    page.context.set_offline(False)


def open_again(page):
    """Let the page die, with all it had in memory, and open it anew.

    Not in a new window: the browser's emulation would not have cut that off in time.
    """
    page.reload()


def fixes_kept(page):
    return len(rows_kept(page, "fixes"))


def last_fix(page):
    kept = rows_kept(page, "fixes")
    return kept[-1]["lon"] if kept else None


def kept_text(page):
    """Return everything of the screen that is on the phone's disk."""
    return page.evaluate(
        """async () => {
            const pages = await caches.open("xunfang-field-pages");
            const texts = await Promise.all((await pages.keys()).map(
                async (one) => (await pages.match(one)).text()));
            return texts.join("\\n");
        }"""
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whole_turn_without_signal_comes_once_and_at_its_time(
    open_context, officer, crew, desk, clock, live_server, language
):
    """Signed in, gear, on duty and a call by 20:05; then an hour without signal.

    20:05 acknowledged, 20:06 set out, 20:15 on scene, the phone dies and is opened
    again, 20:35 finished, 20:40 a lamp that is out. At 20:30 the desk stands a second
    call down which the crew presses at 20:41: refused, and shown until it is read.
    """
    words = WORDS[language]
    officer.set_password(PASSWORD)
    officer.save()
    page = open_context(size="phone", language=language, theme="night").new_page()
    page.clock.install(time=clock.now)
    page.goto(URL)
    page.locator("#id_username").fill(officer.username)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name=words["sign_in"]).click()
    # Before, the browser would send the forms by itself, and clocks would move nothing.
    wait_until_kept(page)
    page.get_by_role("button", name=words["gear"]).tap()
    page.get_by_role("button", name=words["on"], exact=True).tap()
    expect(page.locator("#duty")).to_have_attribute("data-on", "yes")
    expect(page.locator(".queue__row")).to_have_count(0)
    dispatch = on_duty.send(crew, by=desk, minutes=4, words="两人争执", urgency=1)
    second = on_duty.send(crew, by=desk, minutes=4, number="110-2", urgency=4)
    minutes_pass(page, clock, 0.25)
    expect(page.locator(".call-card")).to_have_count(2)
    wait_until_kept_with(page, "110-2")
    first = page.locator(f'[data-dispatch="{dispatch.pk}"]')
    lose_signal(page)

    for name, minutes in zip(words["presses"][:3], (1, 9, 0.25), strict=True):
        first.get_by_role("button", name=re.compile(name)).tap()
        minutes_pass(page, clock, minutes)
    expect(page.locator(".queue__row")).to_have_count(3)
    open_again(page)
    expect(page.locator("[data-queue-sum]")).to_contain_text(words["offline"])
    expect(page.locator(".queue__row")).to_have_count(3)
    first = page.locator(f'[data-dispatch="{dispatch.pk}"]')
    calls.take_off(
        dispatch=second, step=Step.STOOD_DOWN, reason="近处有人", by=desk, at=after(12)
    )
    minutes_pass(page, clock, 19.5)
    first.get_by_role("button", name=re.compile(words["presses"][3])).tap()
    minutes_pass(page, clock, 5)
    # Where: proposed is the stop that is on.
    taps = (
        page.get_by_text(words["notice"]),
        page.locator(".kinds").get_by_text(words["matter"], exact=True),
        page.get_by_role("button", name=words["keep"]),
    )
    for tap in taps:
        tap.tap()
    page.locator(f'[data-dispatch="{second.pk}"]').get_by_role(
        "button", name=re.compile(words["presses"][2])
    ).tap()
    expect(page.locator(".queue__row")).to_have_count(6)
    open_again(page)
    expect(page.locator(".queue__row")).to_have_count(6)
    noted = times_noted(page)
    assert not Receipt.objects.filter(kind__in=["press", "observation"]).exists()
    minutes_pass(page, clock, 25)
    find_signal(page)

    refused = page.locator('.queue__row[data-status="refused"]')
    expect(refused).to_have_count(1, timeout=15_000)
    expect(page.locator(".queue__row")).to_have_count(1)
    assert len(taps) <= 6
    done = CallEvent.objects.filter(source="phone").order_by("happened_at")
    seen = Observation.objects.get()
    assert (seen.kind, seen.place_text) == ("light_out", "临河高中北门")
    # To the millisecond when the officer pressed, though all came half an hour later.
    assert [
        *((one.step, one.happened_at) for one in done),
        ("observation", seen.noted_at),
    ] == noted[:-1]
    assert [name for name, _at in noted] == [
        *("acknowledged", "departed", "arrived", "finished", "observation", "arrived"),
    ]
    assert {one.recorded_at for one in done} == {clock.now}
    assert GearCheck.objects.count() == DutyEntry.objects.count() == 1
    assert Receipt.objects.filter(outcome="refused").get().what == "arrived 110-2"
    open_again(page)
    refused = page.locator('.queue__row[data-status="refused"]')
    expect(refused).to_have_count(1)
    refused.get_by_role("button", name=words["refused"]).tap()
    expect(refused).to_have_count(0)


def wait_until_kept_with(page, text):
    wait_for(page, lambda: text in kept_text(page), wanted=True)


def test_positions_without_signal_outlive_the_page_and_come_once(
    open_phone, officer, out, clock, take_screenshot
):
    page = open_phone(officer)
    context = page.context
    context.grant_permissions(["geolocation"])
    context.set_geolocation({"longitude": 110.0, "latitude": 30.0})
    page.get_by_role("switch").tap()
    wait_for(page, Fix.objects.count, 1)
    lose_signal(page)

    for number in range(1, 4):
        minutes_pass(page, clock, 0.5)
        context.set_geolocation({"longitude": 110.0 + number / 1000, "latitude": 30.0})
        wait_for(page, lambda: last_fix(page), 110.0 + number / 1000)
    expect(page.get_by_role("switch")).to_contain_text("个位置待发")
    take_screenshot(page, "phone-positions-zh-hans-night")
    n_kept = fixes_kept(page)
    open_again(page)
    # Opened, it measures at once; what waits to be sent is the same from then on.
    wait_for(page, lambda: fixes_kept(page) > n_kept, wanted=True)
    noted = [datetime.fromisoformat(fix["at"]) for fix in rows_kept(page, "fixes")]
    assert len(noted) >= 3
    minutes_pass(page, clock, 60)
    # The answer to the first sending is lost: it is sent again.
    lost = []

    def lose(route):
        lost.append(route.fetch().status)
        route.abort()

    find_signal(page)
    context.route("**/field/position/", lose, times=1)
    wait_for(page, lambda: len(lost), 1)
    minutes_pass(page, clock, 0.5)
    wait_for(page, lambda: fixes_kept(page), 0)

    assert lost == [204]
    out_there = Fix.objects.filter(fixed_at__lt=after(10)).order_by("fixed_at")
    assert {round((one.lon - 110) * 1000) for one in out_there} == {0, 1, 2, 3}
    kept = [one.device_at for one in out_there]
    assert len(set(kept)) == len(kept)
    # All that waited; before it the one that was sent at once.
    assert kept[-len(noted) :] == noted


def test_going_off_duty_without_signal_sends_what_was_measured_later_and_nothing_else(
    open_phone, officer, out, clock, lenders, take_screenshot
):
    page = open_phone(officer)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": 110.0, "latitude": 30.0})
    page.get_by_role("switch").tap()
    wait_for(page, Fix.objects.count, 1)
    is_kept = "caches.has('xunfang-field-library')"
    wait_for(page, lambda: page.evaluate(is_kept), wanted=True)
    lose_signal(page)
    minutes_pass(page, clock, 1)
    page.context.set_geolocation({"longitude": 110.1, "latitude": 30.0})
    wait_for(page, lambda: last_fix(page), 110.1)

    page.get_by_text("下勤…").tap()
    page.get_by_role("button", name="下勤", exact=True).tap()

    wait_for(page, lambda: page.evaluate(is_kept), wanted=False)
    expect(page.get_by_role("switch")).to_be_hidden()
    assert page.evaluate("localStorage.getItem('xunfang-position')") is None
    n_kept = fixes_kept(page)
    assert n_kept >= 1
    expect(page.locator("[data-places]")).to_contain_text(f"{n_kept} 个位置")
    take_screenshot(page, "phone-places-after-duty-zh-hans-night")
    page.context.set_geolocation({"longitude": 110.2, "latitude": 30.0})
    minutes_pass(page, clock, 20)
    open_again(page)
    expect(page.locator("[data-places]")).to_be_visible()
    assert fixes_kept(page) == n_kept
    find_signal(page)

    wait_for(page, lambda: fixes_kept(page), 0)
    expect(page.locator("[data-places]")).to_be_hidden()
    off = DutyEntry.objects.get(step="off")
    late = Fix.objects.filter(received_at__gt=off.happened_at)
    assert late.count() == n_kept
    assert {one.lon for one in late} <= {110.0, 110.1}
    assert all(one.fixed_at < off.happened_at for one in late)
    assert not Position.objects.exists()


def test_a_position_older_than_three_days_is_not_on_the_phone(
    open_phone, officer, out, clock
):
    page = open_phone(officer)
    page.evaluate(
        """() => new Promise((resolve) => {
            const opening = indexedDB.open("xunfang-field");
            opening.onsuccess = () => {
                const db = opening.result;
                const writing = db.transaction("fixes", "readwrite");
                writing.objectStore("fixes").add({
                    user: "somebody else", lon: 1, lat: 1,
                    at: new Date(Date.now() - 73 * 3600e3).toISOString(),
                });
                writing.oncomplete = () => { db.close(); resolve(); };
            };
        })"""
    )

    page.reload()

    wait_for(page, lambda: fixes_kept(page), 0)


@pytest.mark.row("H02", "H07")
def test_a_life_risk_card_and_local_help_are_there_without_signal(
    open_phone, officer, out, desk, clock, bridge, lenders, take_screenshot
):
    dispatch = on_duty.send(
        out,
        by=desk,
        minutes=4,
        words="一名女子在桥栏杆外",
        place_text="河滨大桥",
        point=(110.0, 30.0),
        call_class=bridge,
        urgency=1,
    )
    page = open_phone(officer)
    is_kept = "caches.has('xunfang-field-library')"
    wait_for(page, lambda: page.evaluate(is_kept), wanted=True)
    expect(page.locator(".call-card .help-line")).to_have_count(2)
    lose_signal(page)
    minutes_pass(page, clock, 0.5)

    open_again(page)

    card = page.locator(f'[data-dispatch="{dispatch.pk}"]')
    expect(card.locator(".risk__first")).to_contain_text("先稳住人", timeout=1000)
    expect(card.locator(".risk__clock")).to_contain_text(re.compile(r"1:[345]\d"))
    steps = card.locator("[data-risk-step]")
    expect(steps).to_have_count(7)
    expect(steps.first).to_contain_text("已超")
    lenders_on_card = card.locator(".help-line a")
    expect(lenders_on_card).to_have_count(2)
    for n, number in enumerate(("12000000000", "12000000001")):
        expect(lenders_on_card.nth(n)).to_have_attribute("href", f"tel:{number}")
    take_screenshot(page, "phone-risk-zh-hans-night")
    steps.first.get_by_role("button").tap()
    expect(steps.first).to_have_attribute("data-state", "kept")
    page.get_by_text("附近借抽水机、船、钥匙…").tap()
    page.locator("#guide-asked").fill("pump")
    pumps = page.locator("#guide .help-line")
    expect(pumps).to_have_count(3)
    expect(pumps.first).to_contain_text("柳坪村委会 抽水机 3.0公里")
    page.locator("#guide").scroll_into_view_if_needed()
    take_screenshot(page, "phone-help-zh-hans-night")
    page.get_by_text("生命危险怎么办…").tap()
    page.locator(".guide__card summary").nth(1).tap()
    expect(page.locator(".guide__card").nth(1)).to_contain_text("先看清再施救")
    [ticked] = times_noted(page)
    minutes_pass(page, clock, 1)
    find_signal(page)

    wait_for(page, CardTick.objects.count, 1)
    tick = CardTick.objects.get()
    assert tick.ticked_by == officer
    assert (tick.step, tick.ticked_at) == ticked


@pytest.mark.row("H03")
def test_a_restricted_call_is_on_the_phone_no_longer_than_it_may_be(
    open_phone, officer, out, desk, clock
):
    restricted = call_factory.add_class(
        "R1",
        name="家庭暴力",
        name_en="Domestic violence",
        restriction="domestic_violence",
    )
    dispatch = on_duty.send(
        out, by=desk, minutes=4, words="丈夫打人", place_text="7栋2单元",
        call_class=restricted,
    )  # fmt: skip
    page = open_phone(officer)
    wait_until_kept_with(page, "丈夫打人")
    lose_signal(page)
    open_again(page)
    card = page.locator(f'[data-dispatch="{dispatch.pk}"]')
    expect(card).to_contain_text("丈夫打人")
    expect(page.locator(".queue__row")).to_contain_text("查看受限警情 · 110-1")
    [(_look, read_at)] = times_noted(page)

    press(page, "完毕")
    card.get_by_role("button", name="提交反馈").tap()

    expect(card).not_to_contain_text("丈夫打人")
    wait_for(page, lambda: "丈夫打人" in kept_text(page), wanted=False)
    assert "7栋2单元" not in kept_text(page)
    minutes_pass(page, clock, 10)
    find_signal(page)
    wait_for(page, Receipt.objects.filter(outcome="done").count, 3)
    told_later = Event.objects.get(kind="call.restricted_seen", subject="110-1")
    assert (told_later.by, told_later.detail) == (
        officer,
        {"read_at": read_at.isoformat()},
    )


def test_hours_after_the_duty_nothing_of_it_is_on_a_phone_without_signal(
    open_phone, officer, dispatch, clock
):
    page = open_phone(officer)
    wait_until_kept_with(page, "夜市口两名摊贩争执")
    lose_signal(page)
    press(page, "签收")
    expect(page.locator(".queue__row")).to_have_count(1)
    [(_step, noted_at)] = times_noted(page)

    # 02:00 and four hours more.
    minutes_pass(page, clock, 10 * 60 + 1)

    expect(page.locator("[data-expired]")).to_be_visible()
    expect(page.locator(".call-card")).to_have_count(0)
    wait_for(page, lambda: "夜市口" in kept_text(page), wanted=False)
    expect(page.locator(".queue__row")).to_have_count(1)
    open_again(page)
    expect(page.locator("[data-expired]")).to_be_visible()
    expect(page.locator(".queue__row")).to_have_count(1)
    find_signal(page)
    wait_for(page, Receipt.objects.count, 1)
    assert Receipt.objects.get().happened_at == noted_at
