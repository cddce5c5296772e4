"""What is theirs to confirm, in a real browser: on a phone, by keyboard, without scripts."""

from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from tests.factories.words import FRIDAY, say
from xunfang.cases.causes.services import ensure_causes
from xunfang.cases.livelihood import services as livelihood
from xunfang.cases.lost import services as lost
from xunfang.cases.models import Topic
from xunfang.cases.topics.services import ensure_topics
from xunfang.public.follow.passes import pass_to
from xunfang.units.models import Station

pytestmark = pytest.mark.django_db(transaction=True)
NARROW = {"width": 360, "height": 800}


@pytest.fixture(autouse=True)
def _that_friday(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"
    monkeypatch.setattr("django.utils.timezone.now", lambda: FRIDAY)


def test_everybody_confirms_what_is_theirs_on_a_phone(
    browser, live_server, open_context, account, check_accessible, take_screenshot
):
    officer = account("duty_officer", station_code="S01")
    station = Station.objects.create(code="S01", name="汀东派出所", lon=0, lat=0)
    ensure_topics(at=FRIDAY)
    leaves = {leaf.code: leaf for leaf in Topic.objects.exclude(parent=None)}
    by = {"by": officer, "at": FRIDAY}
    greens = say("三万斤青菜没人收", station=station, topic=leaves[Topic.LIVELIHOOD])
    canteen = say("食堂每天要三吨青菜", station=station).word
    request = livelihood.open_request(
        case=greens.case,
        word=greens.word,
        what="青菜",
        quantity=Decimal(30_000),
        unit="jin",
        due_on=FRIDAY.date() + timedelta(days=2),
        **by,
    )
    offer = livelihood.add_offer(
        request=request,
        firm="汀中食堂",
        quantity=Decimal(3),
        unit="tonne",
        word=canteen,
        **by,
    )
    livelihood.confirm(
        offer=offer,
        side="resident",
        channel="phone",
        said_by="种植户",
        said_at=FRIDAY,
        **by,
    )
    leaf = leaves[Topic.LOST_AND_FOUND]
    misses = say("我的书包丢了", station=station, topic=leaf)
    bag = {"kind": "bag", "description": "蓝色双肩书包", "on": FRIDAY.date(), **by}
    missed = lost.enter_item(case=misses.case, side="lost", word=misses.word, **bag)
    found = lost.enter_item(
        case=say("捡到书包", station=station, topic=leaf).case, side="found", **bag
    )
    lost.give_back(found=found, lost=missed, given_by="finder", **by)
    without_scripts = browser.new_context(
        base_url=live_server.url,
        java_script_enabled=False,
        locale="zh-CN",
        viewport=NARROW,
    ).new_page()

    for name, word, press in (
        ("buyer", canteen, "确认按此收购青菜"),
        ("owner", misses.word, "我已拿到"),
    ):
        without_scripts.goto(f"/r/{pass_to(word)}/")
        button = without_scripts.get_by_role("button", name=press)
        button.scroll_into_view_if_needed()
        take_screenshot(without_scripts, f"confirm-{name}-before")
        button.focus()
        without_scripts.keyboard.press("Enter")
        expect(without_scripts.get_by_text("撤回我的说法（限当天）")).to_be_visible()
    without_scripts.context.close()

    page = open_context(size="phone", language="zh-hans", user=officer).new_page()
    page.set_viewport_size(NARROW)
    for name, address in {
        "followed": f"/r/{pass_to(misses.word)}/",
        "bought": f"/r/{pass_to(canteen)}/",
        "request": f"/cases/livelihood/{request.number}/",
        "found": f"/cases/lost/{found.number}/",
    }.items():
        page.goto(address)
        expect(page.locator("h1")).to_be_visible()
        part = page.locator("#offers-title, #returns-title, #facts-title").first
        part.scroll_into_view_if_needed()
        take_screenshot(page, f"confirm-{name}-phone")
        check_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    expect(page.get_by_text("已归还失主")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "night"])
def test_a_cause_is_added_by_keyboard(
    open_context, account, check_accessible, take_screenshot, theme
):
    supervisor = account("supervisor", station_code="")
    ensure_topics(at=FRIDAY)
    ensure_causes(at=FRIDAY)
    page = open_context(
        size="phone", language="zh-hans", theme=theme, user=supervisor
    ).new_page()
    page.set_viewport_size(NARROW)
    page.goto("/cases/causes/")
    page.get_by_role("link", name="症结名称").press("Enter")
    page.get_by_text("增加症结").press("Enter")
    for label, text in (
        ("中文名称", "公交太少"),
        ("英文名称", "Too few buses"),
        ("含义", "晚上没有公交"),
    ):
        page.get_by_label(label).press_sequentially(text)
    check_accessible(page)
    page.get_by_role("button", name="增加", exact=True).press("Enter")

    expect(page.get_by_role("heading", name="公交太少")).to_be_visible()
    page.reload()
    page.get_by_text("把“公交太少”并入另一条").press("Enter")
    take_screenshot(page, f"confirm-causes-{theme}")
    check_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
