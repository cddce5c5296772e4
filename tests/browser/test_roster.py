"""The roster in a real browser: at both sizes, by day and night, and by keyboard."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LANGUAGES, SIZES, THEMES
from tests.factories.linhe_city import AFTERNOON, NIGHT
from tests.factories.people import LONG_AGO, assign
from tests.factories.rosters import Linhe, add_absence, work
from xunfang.units.models import Assignment, NightNotice, Part, SwapRequest
from xunfang.units.roster.allocation import allocate_night, repair_night

pytestmark = pytest.mark.django_db(transaction=True)

CITY = f"/roster/{NIGHT}/"
URL = f"/roster/{NIGHT}/S01/"


@pytest.fixture(autouse=True)
def _afternoon(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: AFTERNOON)


@pytest.fixture
def officer(account):
    return account("duty_officer", station_code="")


@pytest.fixture
def linhe(officer):
    """A crew that is held, one with open places, and a group after a repair."""
    linhe = Linhe()
    held = linhe.crew("1", name="城东一组", n_sworn=1, n_auxiliary=1)
    assign(held, linhe.sworn[0])
    assign(held, linhe.auxiliaries[0])
    assign(held, linhe.sworn[1], Part.STAND_IN)
    linhe.crew("2", name="集市组", n_sworn=1, n_auxiliary=1)
    work(linhe.seconded[3], linhe.station, 1, 2)
    linhe.group(10, name="机关下沉第十巡逻小组")
    allocate_night(night=NIGHT, by=officer, at=AFTERNOON, may_join_local=False)
    sick = Assignment.objects.filter(shift__code="G10", part=Part.MEMBER)[0].person
    add_absence(sick)
    repair_night(night=NIGHT, by=officer, at=AFTERNOON)
    NightNotice.objects.create(
        night=NIGHT, text="20 时起大雨，东桥封闭", posted_at=LONG_AGO, posted_by=officer
    )
    SwapRequest.objects.create(
        shift=held,
        person=linhe.sworn[0],
        instead=linhe.sworn[2],
        asked_at=LONG_AGO,
        asked_by=officer,
    )
    linhe.sworn[0].account = officer
    linhe.sworn[0].save()
    linhe.shift = held
    return linhe


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_roster_is_legible_everywhere(
    open_context,
    officer,
    linhe,
    check_accessible,
    take_screenshot,
    size,
    language,
    theme,
):
    page = open_context(
        size=size, language=language, theme=theme, user=officer
    ).new_page()

    for name, url in (
        ("station", URL),
        ("city", CITY),
        ("choose", f"/roster/crews/{linhe.shift.pk}/people/?part=stand_in"),
        ("crew", f"/roster/crews/{linhe.shift.pk}/"),
        ("import", "/roster/import/"),
        ("swaps", "/roster/swaps/"),
        ("hours", f"/roster/hours/?first={NIGHT}&last={NIGHT}"),
        ("duty", "/duty/"),
    ):
        page.goto(url)
        for summary in page.locator("main details > summary").all():
            summary.click()
        take_screenshot(page, f"roster-{name}-{size}-{language}-{theme}")
        check_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), url


@pytest.mark.row("C02", "D03")
def test_absent_officer_is_replaced_with_two_keys(open_context, officer, linhe):
    """From the crew's list: absent, then the stand-in takes over."""
    page = open_context(user=officer).new_page()
    page.goto(URL)
    crew = page.locator(".crew", has_text="城东一组")
    expect(crew).not_to_have_class("panel crew crew--red")

    crew.get_by_role("button", name="缺勤 警员L1", exact=True).press("Enter")
    expect(crew).to_contain_text("没有民警到岗")
    crew.get_by_role("button", name="由替补警员L2顶班").first.press("Enter")

    expect(crew.locator(".holder", has_text="警员L1")).to_have_count(0)
    assert set(
        Assignment.objects.filter(shift=linhe.shift).values_list("person__code", "part")
    ) == {("L2", "member"), ("LA1", "member")}


@pytest.mark.row("D11")
def test_two_swap_places_with_three_presses(open_context, officer, linhe):
    page = open_context(size="phone", user=officer).new_page()
    page.goto(URL)
    crew = page.locator(".crew", has_text="城东一组")

    crew.get_by_label("警员L1 L1").check()
    crew.get_by_label("警员L2 L2").check()
    page.get_by_role("button", name="互换两人").click()

    expect(crew.locator(".holders").first).to_contain_text("警员L2")
    assert Assignment.objects.get(person=linhe.sworn[0]).part == Part.STAND_IN
