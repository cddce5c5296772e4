"""Help, livelihood, lost and found in a real browser: legible on a phone, in Chinese."""

from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from tests.factories.words import FRIDAY, say
from xunfang.cases.help import services as given
from xunfang.cases.livelihood import services as livelihood
from xunfang.cases.lost import services as lost
from xunfang.cases.models import HelpType, Topic
from xunfang.cases.topics.services import ensure_topics
from xunfang.public.follow.passes import pass_to
from xunfang.units.models import Station

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _that_friday(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"
    monkeypatch.setattr("django.utils.timezone.now", lambda: FRIDAY)


def test_deeds_are_legible_on_a_phone(
    open_context, account, check_accessible, take_screenshot
):
    officer = account("duty_officer", station_code="S01")
    station = Station.objects.create(code="S01", name="汀东派出所", lon=0, lat=0)
    ensure_topics(at=FRIDAY)
    given.ensure_types()
    leaves = {leaf.code: leaf for leaf in Topic.objects.exclude(parent=None)}
    greens = say(
        "地里三万斤青菜没人收", station=station, topic=leaves[Topic.LIVELIHOOD]
    )
    bag = say("捡到书包", station=station, topic=leaves[Topic.LOST_AND_FOUND]).case
    by = {"by": officer, "at": FRIDAY}
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
        firm="汀东食品厂",
        quantity=Decimal(12),
        unit="tonne",
        contact="120",
        **by,
    )
    livelihood.confirm(
        offer=offer,
        side="buyer",
        channel="phone",
        said_by="采购负责人",
        said_at=FRIDAY,
        **by,
    )
    for kind, words in (("bag", "蓝色双肩书包"), ("identity", "")):
        item = lost.enter_item(
            case=bag,
            side="found",
            kind=kind,
            description=words,
            place_name="白鹭湖游客中心",
            on=FRIDAY.date(),
            owner_name="张三",
            document_number="4530",
            **by,
        )
    for what in ("帮忙卖菜", "又登记了一次"):
        given.note_help(
            kind=HelpType.objects.get(code="sell"),
            case=greens.case,
            place_name="青石镇集贸市场",
            what=what,
            **by,
        )
    page = open_context(size="phone", language="zh-hans", user=officer).new_page()
    signed = pass_to(greens.word)

    for name, address in {
        "case": f"/cases/{greens.case.number}/",
        "help": "/cases/help/",
        "request": f"/cases/livelihood/{request.number}/",
        "lost-of-case": f"/cases/{bag.number}/lost/",
        "lost-item": f"/cases/lost/{item.number}/",
        "public-lost": "/lost/",
        "followed": f"/r/{signed}/",
    }.items():
        page.goto(address)
        expect(page.locator("h1")).to_be_visible()
        take_screenshot(page, f"deeds-{name}-phone")
        check_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name

    page.get_by_role("button", name="同意卖给汀东食品厂").click()
    expect(page.get_by_text("双方已确认")).to_be_visible()
