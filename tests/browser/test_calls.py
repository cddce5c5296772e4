"""Calls in a real browser: taken down by keyboard alone, read at both sizes, by night."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LANGUAGES, SIZES, THEMES
from tests.factories import calls as factory
from tests.factories import linhe_city
from tests.factories.calls import sheet_110
from xunfang.calls.classes import services as classes
from xunfang.calls.links import services as links
from xunfang.calls.mirror import services as mirror
from xunfang.calls.models import Call, CallClass, CallImport, CallSource
from xunfang.calls.referrals import services as referrals

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 8, 15, 1, tzinfo=UTC)
RIVER = (104.0668, 30.6586)


@pytest.fixture(autouse=True)
def _it_is_that_morning(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def officer(account):
    return account("duty_officer", station_code="")


@pytest.fixture
def calls(officer):
    """A call of 110's with two units and a corrected time, and what hangs on it."""
    station = linhe_city.add_station()
    classes.load_starter_tree(by=officer, at=NOW)
    source = factory.add_source(by=officer, at=NOW)
    line = sheet_110("3701", "东街组", bj="20:00:00", jj="20:00:06", wc="20:01:00") | {
        "报警内容": "河边夜市有人打架,三四个人,有一个拿着酒瓶",
        "警情地址": "滨河路8号",
        "管辖单位": station.name,
        "警情类别": "正在殴打、伤害",
        "联系电话": "13800000001",
    }
    whole = line | sheet_110(
        "3701", "东街组", pj="20:01:30", qs="20:01:50", dd="20:06:10", wb="20:31:00"
    )
    factory.bring(whole, source=source, by=officer, at=NOW)
    factory.bring(
        whole | sheet_110("3701", "东街组", dd="20:05:00"),
        sheet_110("3701", "西街组", pj="20:02:00", qs="20:02:20", dd="20:01:40"),
        sheet_110("3702", bj="20:10:00") | {"警情类别": "990000"},
        {"接警单编号": "3703", "报警时间": "昨晚", "报警内容": "吵架"},
        source=source,
        by=officer,
        at=NOW + timedelta(minutes=1),
    )
    crew = factory.add_shift(NOW.date(), station, "3", name="东街组")
    mirror.match_unit(
        source=source, said="PTU3", station=station, sign=crew.name, by=officer, at=NOW
    )
    CallImport.objects.update(unknown_units={"临河东街组屯警点": 4, "省厅机动": 1})
    call = Call.objects.get(number="3701")
    other = factory.add_call(
        "X20260815-001",
        by=officer,
        at=NOW,
        words="夜市那边打起来了,快来人",
        station=station,
    )
    links.merge(call=other, into=call, by=officer, at=NOW)
    factory.add_call(
        "X20260815-002",
        by=officer,
        at=NOW,
        words="有人站在桥栏外",
        call_class=CallClass.objects.get(code="A1"),
    )
    lamp = factory.add_call(
        "X20260815-003", by=officer, at=NOW, words="路灯坏了", point=RIVER
    )
    referrals.refer(
        call=lamp, office="12345", matter="滨河路路灯不亮", by=officer, at=NOW
    )
    return call


def pages() -> dict[str, str]:
    return {
        "list": "/calls/",
        "call": "/calls/at/3701/",
        "print": "/calls/at/3701/print/",
        "enter": "/calls/enter/",
        "import": f"/calls/imports/{CallImport.objects.latest('pk').pk}/",
        "imports": "/calls/imports/",
        "sources": "/calls/sources/",
        "source": f"/calls/sources/{CallSource.objects.get().pk}/#units",
        "classes": "/calls/classes/",
        "class": "/calls/classes/at/C2/",
        "referrals": "/calls/referrals/",
        "receipt": "/calls/referrals/X20260815-003-R1/receipt/",
        "referral": "/calls/referrals/X20260815-003-R1/",
    }


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_pages_of_calls_are_legible_everywhere(
    open_context,
    officer,
    calls,
    check_accessible,
    take_screenshot,
    size,
    language,
    theme,
):
    page = open_context(
        size=size, language=language, theme=theme, user=officer
    ).new_page()

    for name, url in pages().items():
        page.goto(url)
        take_screenshot(page, f"calls-{name}-{size}-{language}-{theme}")
        check_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


def test_every_form_of_a_calls_page_opens_without_breaking_it(
    open_context, officer, calls, check_accessible, take_screenshot
):
    page = open_context(size="phone", user=officer).new_page()
    page.goto("/calls/at/3701/")

    for summary in page.locator(".call__acts .confirm > summary").all():
        summary.click()

    check_accessible(page)
    take_screenshot(page, "calls-acts-phone")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_call_is_taken_down_by_keyboard_alone(
    open_context, officer, calls, check_accessible, take_screenshot
):
    """Words, place, class, urgency; what is like it appears; Enter saves."""
    page = open_context(user=officer).new_page()
    page.goto("/calls/enter/")

    expect(page.get_by_label("报警内容")).to_be_focused()
    page.keyboard.type("夜市旁路灯坏了")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("很黑")
    page.keyboard.press("Tab")
    page.keyboard.type("滨河路")
    page.keyboard.press("Tab")
    page.keyboard.type("n2")
    page.keyboard.press("Alt+2")
    page.get_by_label("经度, 纬度").fill(f"{RIVER[0]}, {RIVER[1]}")
    page.keyboard.press("Tab")
    expect(page.locator("#near")).to_contain_text("X20260815-003")
    check_accessible(page)
    take_screenshot(page, "calls-near-desk")
    page.get_by_label("地点").press("Enter")

    expect(page.locator("h1")).to_contain_text("X20260815-004")
    call = Call.objects.get(number="X20260815-004")
    assert call.words.get().words == "夜市旁路灯坏了\n很黑"
    assert (call.initial_class.code, call.urgency) == ("N2", 2)


def test_a_call_is_hung_on_another_by_keyboard(open_context, officer, calls):
    page = open_context(user=officer).new_page()
    page.goto("/calls/enter/")
    page.keyboard.type("路灯坏了好几天")
    page.get_by_label("经度, 纬度").fill(f"{RIVER[0]}, {RIVER[1]}")
    page.keyboard.press("Enter")

    choice = page.get_by_role("radio", name="X20260815-003")
    choice.press("Space")
    choice.press("Enter")

    expect(page.locator("h1")).to_contain_text("X20260815-004")
    merged = Call.objects.get(number="X20260815-004").merged_into
    assert merged.number == "X20260815-003"
