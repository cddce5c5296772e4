"""Cases in a real browser: sorted by three keys, legible everywhere, without scripts."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LANGUAGES, SIZES, THEMES
from tests.factories.words import FRIDAY, case_about, say
from xunfang.cases import services
from xunfang.cases.models import Case, Topic
from xunfang.cases.referrals import services as referrals
from xunfang.feedback.models import Asks, Channel, Word
from xunfang.units.models import Station

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _that_friday(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr("django.utils.timezone.now", lambda: FRIDAY)


@pytest.fixture
def officer(account):
    return account("duty_officer", station_code="S01")


@pytest.fixture
def station(officer):
    return Station.objects.create(code="S01", name="汀东派出所", lon=0, lat=0)


@pytest.fixture
def cases(officer, station):
    """What a Friday morning brings, from fire to thanks."""
    said = [
        ("着火了,有人困在三楼", {}),
        ("東街的路燈壞了三天,晚上很黑", {"contact": "120 0000 0001"}),
        ("东街路灯坏了,晚上很黑", {"channel": Channel.PHONE}),
        ("做样子!", {"asks": Asks.CRITICISM}),
        ("建议在中学门口加装护栏,放学时车很多", {"asks": Asks.SUGGESTION}),
    ]
    found = [case_about(text, station=station, **more) for text, more in said]
    lamp = services.sort(
        case=found[1],
        topic=Topic.objects.get(code="0702"),
        urgency=found[1].urgency,
        station=station,
        place_name="东街",
        by=officer,
        at=FRIDAY,
        revision=0,
    )
    services.take(case=lamp, owner=officer, by=officer, at=FRIDAY)
    referrals.refer(
        case=lamp, office="12345", matter="东街路灯不亮", by=officer, at=FRIDAY
    )
    return found


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_cases_are_legible_everywhere(
    open_context,
    officer,
    cases,
    check_accessible,
    take_screenshot,
    size,
    language,
    theme,
):
    page = open_context(
        size=size, language=language, theme=theme, user=officer
    ).new_page()
    lamp = cases[1].number
    for name, url in (
        ("inbox", "/cases/"),
        ("case", f"/cases/{lamp}/"),
        ("sort", "/cases/sort/"),
        ("new", "/cases/new/"),
        ("referrals", "/cases/referrals/"),
    ):
        page.goto(url)
        if name == "case":
            for summary in page.locator(".act > summary").all():
                if summary.is_visible():
                    summary.click()
        take_screenshot(page, f"cases-{name}-{size}-{language}-{theme}")
        check_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_message_is_sorted_with_three_keys(open_context, officer, station):
    first = case_about("东街路灯坏了,晚上很黑", station=station)
    case_about("路灯坏了,东街", station=station)
    page = open_context(user=officer).new_page()
    page.goto("/cases/sort/")
    expect(page.locator("h2")).to_contain_text(first.number)

    for key in ("1", "w", "Enter"):
        page.keyboard.press(key)

    expect(page.locator("h2")).not_to_contain_text(first.number)
    first.refresh_from_db()
    assert (first.state, first.urgency, first.topic.code) == (
        "sorted",
        2,
        first.suggested[0][0],
    )


def test_without_scripts_a_message_is_sorted_and_a_word_written_down(
    browser, live_server, officer, station, client
):
    case = case_about("东街路灯坏了,晚上很黑", station=station)
    client.force_login(officer)
    context = browser.new_context(
        base_url=live_server.url, java_script_enabled=False, locale="zh-CN"
    )
    [cookie] = client.cookies.values()
    context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "url": live_server.url}]
    )
    page = context.new_page()
    page.goto("/cases/sort/")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("全部归类完毕")).to_be_visible()
    page.goto("/cases/new/")
    page.get_by_label("群众原话").fill("巷口太黑")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".receipt__code")).to_be_visible()
    context.close()

    assert Case.objects.get(pk=case.pk).state == "sorted"
    assert Word.objects.get(channel=Channel.PHONE).said.text == "巷口太黑"


def test_a_word_is_written_down_by_keyboard_alone(open_context, officer, station):
    say("先有分类")
    page = open_context(user=officer).new_page()
    page.goto("/cases/new/")

    page.keyboard.type("夜里巷口太黑")
    page.keyboard.press("Alt+2")
    page.keyboard.press("Enter")

    expect(page.locator(".receipt__code")).to_be_visible()
    assert Word.objects.get(channel=Channel.FACE).said.text == "夜里巷口太黑"
