"""The entrance for residents in a real browser: with scripts and without."""

import re
from io import BytesIO

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from tests.factories.public_matters import answered, public_matter
from xunfang.audit.ledger.sealing import seal
from xunfang.cases import services as cases
from xunfang.cases.topics.services import ensure_topics
from xunfang.feedback import services as feedback
from xunfang.feedback.models import Asks, Photo, Word
from xunfang.public.figures import services as figures
from xunfang.public.follow.passes import pass_to
from xunfang.public.matters import alike
from xunfang.units.models import Station

pytestmark = pytest.mark.django_db(transaction=True)

LOOKS = [("desk", "zh-hans", "light"), ("phone", "en", "light")]


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"
    alike.forget()
    ensure_topics(at=timezone.now())


@pytest.fixture
def leader(account):
    return account("leader", station_code="")


@pytest.fixture
def matters(leader, account):
    """Two matters that everybody sees, one of them answered, one with a hidden word."""
    station = Station.objects.create(
        code="S03", name="河湾派出所", name_en="Hewan", lon=0, lat=0
    )
    now = timezone.now()
    first = public_matter("该抓的不抓。", by=leader, at=now, station=station)
    answered(first, "今年以来抓获盗窃电动车三人,案号已公布。", by=leader)
    second = public_matter(
        "长江路的路灯坏了三天", by=leader, at=now, topic="1002", station=station
    )
    cases.decide(case=second.case, decision="yes", why="本周修好", by=leader, at=now)
    hidden = public_matter("某某欠钱不还", by=leader, at=now)
    feedback.hide(
        word=hidden.word,
        reason="privacy",
        law="民法典第1032条",
        by=account("supervisor", station_code="", username="s"),
        at=now,
    )
    figures.enter_sent_count(
        first_on=now.date(),
        last_on=timezone.localdate(),
        n_sent=120_000,
        source="账单",
        by=leader,
        at=now,
    )
    return first, second


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("size", "language", "theme"), LOOKS)
def test_pages_are_legible_everywhere(
    open_context,
    check_accessible,
    take_screenshot,
    matters,
    leader,
    size,
    language,
    theme,
):
    # A leader sees what everybody sees, and one page more.
    user = leader if size == "desk" else None
    page = open_context(size=size, language=language, theme=theme, user=user).new_page()
    first, _ = matters
    signed = pass_to(first.word)
    seal(at=timezone.now())

    for name, address in {
        "say": "/say/",
        "code": "/r/",
        "receipt": f"/r/{signed}/receipt/",
        "followed": f"/r/{signed}/",
        "matters": "/matters/",
        "matter": f"/matters/{first.case.number}/",
        "listening": "/listening/",
        **({"enter": "/listening/enter/"} if user else {}),
    }.items():
        page.goto(address)
        expect(page.locator("h1")).to_be_visible()
        take_screenshot(page, f"public-{name}-{size}-{language}")
        check_accessible(page)
        assert fits(page), name


def test_words_are_sent_and_followed_by_keyboard_alone(open_context, matters):
    page = open_context().new_page()
    page.goto("/say/")
    page.locator("#id_text").focus()
    page.keyboard.type("长江路路灯坏了")
    page.keyboard.press("Tab")

    # The matter that others have brought is offered, and blocks nothing.
    expect(page.locator("#similar a")).to_have_text(matters[1].case.number)
    page.keyboard.press("Space")
    expect(page.locator("[name=asks]:checked")).to_have_count(1)
    page.locator("#id_where").focus()
    page.keyboard.press("Enter")

    code = page.locator(".receipt__code").inner_text()
    assert re.fullmatch(r"\w{4}-\w{4}-\w{4}", code)
    assert Word.objects.count() == 4
    assert page.locator(".receipt__qr img").evaluate("(img) => img.naturalWidth") > 100

    # As a scanned receipt opens it: the code comes along behind the #.
    page.goto(f"/r/#{code}")
    page.reload()
    page.goto("/say/")
    page.goto(f"/r/#{code}")
    expect(page.locator("[name=code]")).to_have_value(code)
    assert code not in page.url
    page.locator("[name=code]").press("Enter")
    expect(page.locator("blockquote")).to_have_text("长江路路灯坏了")


@pytest.mark.parametrize(
    ("size", "language", "theme"), [("phone", "zh-hans", "night"), LOOKS[1]]
)
def test_a_sender_opens_by_keyboard_in_which_lists_their_words_stood(
    open_context,
    matters,
    leader,
    check_accessible,
    take_screenshot,
    size,
    language,
    theme,
):
    staff = open_context(user=leader).new_page()
    for address in ("/cases/?shown=all", "/cases/?q=路灯&shown=all", "/cases/hot/"):
        staff.goto(address)
    page = open_context(size=size, language=language, theme=theme).new_page()
    page.goto(f"/r/{pass_to(matters[0].word)}/")
    rows = page.locator("main details tbody tr")
    expect(rows).to_be_hidden()

    page.locator("main summary").focus()
    page.keyboard.press("Enter")

    expect(rows).to_have_count(1)
    rows.scroll_into_view_if_needed()
    take_screenshot(page, f"public-showings-{size}-{language}")
    check_accessible(page)
    assert fits(page)


def test_browser_proves_that_a_word_still_stands(open_context):
    word = cases.take_in(
        channel="web", text="只会做样子!", asks=Asks.CRITICISM, at=timezone.now()
    ).word
    seal(at=timezone.now())
    page = open_context(language="en").new_page()

    page.goto(f"/r/{pass_to(word)}/")
    page.get_by_role("button", name="Let my browser check").click()

    expect(page.locator("receipt-proof [role=status]")).to_have_text(
        "Good: still there, unaltered."
    )
    assert word.said.text == "只会做样子!"


def test_without_scripts_nothing_is_missing(browser, live_server, matters, leader):
    context = browser.new_context(
        base_url=live_server.url, java_script_enabled=False, locale="en-GB"
    )
    try:
        page = context.new_page()
        page.goto("/say/")
        page.locator("#id_text").fill("长江路路灯坏了,河边有人要跳桥")
        page.locator("#id_where").fill("大桥")
        page.get_by_role("button", name="See first").click()
        assert page.locator("#id_where").input_value() == "大桥"
        page.get_by_role("button", name="Send").click()

        assert "110" in page.locator(".urgent__call").inner_text()
        code = page.locator(".receipt__code").inner_text()
        page.goto("/r/")
        page.locator("[name=code]").fill(code.lower().replace("-", ""))
        page.get_by_role("button", name="Open").click()
        assert "河边有人要跳桥" in page.locator("blockquote").inner_text()

        # An answer that misses the point is sent back, once.
        page.goto(f"/r/{pass_to(matters[0].word)}/")
        page.get_by_role("button", name="My point is not answered").click()
        assert "opened again" in page.content()
        assert page.get_by_role("button", name="My point").count() == 0
    finally:
        context.close()


def test_a_photo_stays_without_scripts_when_the_form_comes_back(
    browser, live_server, take_screenshot
):
    context = browser.new_context(
        base_url=live_server.url,
        java_script_enabled=False,
        viewport={"width": 360, "height": 780},
        locale="zh-CN",
    )
    picture = BytesIO()
    Image.new("RGB", (640, 480), "teal").save(picture, "JPEG")
    try:
        page = context.new_page()
        page.goto("/say/")
        page.get_by_text("添加照片").click()
        page.locator("[name=photos]").set_input_files(
            [
                {"name": name, "mimeType": "image/jpeg", "buffer": picture.getvalue()}
                for name in ("井盖.jpg", f"IMG_{'2026' * 15}.jpg")
            ]
        )
        page.locator(".send .button--primary").click()

        kept = page.locator(".held-photos")
        assert "井盖.jpg" in kept.inner_text()
        kept.scroll_into_view_if_needed()
        take_screenshot(page, "public-held-photos-phone-zh-hans")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.get_by_label("移除 IMG_").check()
        page.locator("#id_text").fill("井盖没了")
        page.locator("#id_where").press("Enter")

        assert page.locator(".receipt__code").count() == 1
        assert Photo.objects.count() == 1
    finally:
        context.close()


def test_thanks_and_criticism_are_of_equal_size(open_context, matters):
    page = open_context().new_page()
    page.goto("/listening/")

    sizes = page.locator(".balance__n").evaluate_all(
        "(all) => all.map((one) => {"
        " const style = getComputedStyle(one);"
        " return [style.fontSize, style.fontWeight, style.color,"
        "  one.parentElement.getBoundingClientRect().width]; })"
    )

    assert len(sizes) == 2
    assert sizes[0] == sizes[1]
