"""Safety plans, service points, cards and ideas in a real browser, at both sizes."""

import re
from datetime import date, timedelta

import pypdfium2
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LANGUAGES, SIZES
from tests.factories import linhe_city, people, safety
from tests.factories.linhe_city import AFTERNOON
from xunfang.places.models import KeyPlace, PatrolArea, PlaceCheck
from xunfang.places.models.ideas import Idea, Measure
from xunfang.places.models.measures import TroubleSpot
from xunfang.places.models.school_plans import SchoolPlan
from xunfang.places.models.service_points import ServicePoint, ServicePointStaffing
from xunfang.places.safety.ideas import services as ideas
from xunfang.places.safety.measures import services as measures
from xunfang.places.safety.service_points import services as service_points

pytestmark = pytest.mark.django_db(transaction=True)

DAY = timedelta(days=1)
SPOTS = (
    TroubleSpot("柳巷口停车棚", "增设照明，物业夜间值守"),
    TroubleSpot("河滨夜市东口", "移动护栏分流"),
)


@pytest.fixture(autouse=True)
def _it_is_that_afternoon(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: AFTERNOON)


@pytest.fixture
def officer(account):
    return account("duty_officer", station_code="")


@pytest.fixture
def leader(account):
    return account("leader", station_code="")


@pytest.fixture
def city(officer, leader):
    """Linhe, three schools (one without a plan), three police rooms, two cards, an idea."""
    people.add_station_unit(linhe_city.build_city(), phone="0100-0000110")
    first, second = safety.add_schools(2)
    safety.review(first, officer)
    safety.review(first, officer, shown_edition=1, days=170)
    safety.review(second, officer, at=AFTERNOON - 200 * DAY)
    staffed = safety.add_service_point(officer, "R01")
    safety.add_service_point(officer, "R02", area=PatrolArea.objects.get(code="A2"))
    safety.add_service_point(officer, "R03", hours={5: "20:00-02:00"})
    service_points.staff_service_point(
        point=staffed, until=AFTERNOON + timedelta(hours=2), by=officer, at=AFTERNOON
    )
    service_points.set_exception(
        point=staffed,
        day=date(2026, 8, 17),
        hours="",
        reason="停电检修",
        by=officer,
        at=AFTERNOON,
    )
    safety.set_card("A1", officer, at=AFTERNOON - 40 * DAY)
    safety.set_card("A2", officer, text="旧措施", at=AFTERNOON - 10 * DAY)
    safety.set_card("A2", officer, spots=SPOTS, shown_edition=1)
    begin_trial(officer, leader)


def begin_trial(officer, leader) -> Idea:
    """On trial for a week, with checks before and during."""
    long_ago = AFTERNOON - 8 * DAY
    west, east = PatrolArea.objects.order_by("code")
    idea = ideas.submit_idea(
        text="夜市收摊后留守半小时", area=west, is_named=False, by=officer, at=long_ago
    )
    ideas.begin_trial(
        idea=idea,
        area=west,
        comparison=east,
        measure=Measure.CHECKS,
        begins_on=date(2026, 8, 7),
        ends_on=date(2026, 8, 20),
        by=leader,
        at=long_ago,
    )
    PlaceCheck.objects.bulk_create(
        PlaceCheck(
            place=KeyPlace.objects.get(code=code),
            checked_on=date(2026, 8, day),
            unit_code="1",
        )
        for code, day in (("K1", 3), ("K1", 8), ("K1", 9), ("K2", 4), ("K2", 10))
    )
    return idea


PAGES = {
    "hub": "/safety/",
    "school-plans": "/safety/schools/",
    "school-plan": "/safety/schools/S002/",
    "school-plan-review": "/safety/schools/S002/review/",
    "police-rooms": "/safety/police-rooms/",
    "police-room": "/safety/police-rooms/R01/",
    "police-room-edit": "/safety/police-rooms/R01/edit/",
    "cards": "/safety/cards/",
    "card": "/safety/cards/A1/",
    "card-edit": "/safety/cards/A2/edit/",
    "area-card": "/safety/cards/A2/page/",
    "ideas": "/safety/ideas/",
    "idea-submit": "/safety/ideas/new/",
}
RESIDENTS = {
    "residents": "/service-points/",
    "residents-one": "/service-points/R01/",
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_pages_are_legible_everywhere(
    open_context,
    officer,
    leader,
    city,
    check_accessible,
    take_screenshot,
    size,
    language,
):
    theme = "night" if (size, language) == ("phone", "en") else "light"
    page = open_context(
        size=size, language=language, theme=theme, user=officer
    ).new_page()

    for name, url in PAGES.items():
        assert page.goto(url).ok, url
        for summary in page.locator("main details > summary").all():
            summary.click()
        look_at(page, f"safety-{name}-{size}-{language}", take_screenshot)
        check_accessible(page)
    page = open_context(size=size, language=language, user=leader).new_page()
    page.goto(f"/safety/ideas/{Idea.objects.get().pk}/")
    for summary in page.locator("main details > summary").all():
        summary.click()
    look_at(page, f"safety-idea-{size}-{language}", take_screenshot)
    check_accessible(page)


@pytest.mark.row("B15")
@pytest.mark.parametrize("theme", ["light", "night"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_residents_read_the_service_points_without_signing_in(
    open_context, city, check_accessible, take_screenshot, size, language, theme
):
    page = open_context(size=size, language=language, theme=theme).new_page()

    for name, url in RESIDENTS.items():
        assert page.goto(url).ok, url
        look_at(page, f"safety-{name}-{size}-{language}-{theme}", take_screenshot)
        check_accessible(page)


def look_at(page, name, take_screenshot) -> None:
    take_screenshot(page, name)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


def test_school_plan_is_reviewed_by_keyboard(open_context, officer, city):
    page = open_context(user=officer).new_page()
    page.goto("/safety/schools/K3/review/")

    page.get_by_label("岗位位置").first.fill("南门")
    page.get_by_label("处室").first.select_option(label="保卫处")
    page.get_by_label("电话").first.fill("0100-1230000")
    page.get_by_label("检查什么").first.fill("监控与照明")
    page.get_by_label("检查什么").first.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("安防方案")
    expect(page.locator("main")).to_contain_text("南门")
    assert SchoolPlan.objects.get(place__code="K3").edition == 1


@pytest.mark.row("B15")
def test_officers_say_that_they_are_there_in_two_taps(open_context, officer, city):
    """One tap on the list's button, and it is done; one more where hours differ."""
    page = open_context(size="phone", user=officer).new_page()
    page.goto("/safety/police-rooms/")

    page.get_by_role("button", name=re.compile("登记在岗.*R02")).tap()

    expect(page.locator(".presence").first).to_contain_text("有人在岗")
    staffing = ServicePointStaffing.objects.get(point__code="R02")
    assert staffing.ends_at == AFTERNOON + timedelta(hours=2)
    page.get_by_role("button", name="4 小时").tap()
    expect(page.locator("main")).to_contain_text("2 人在岗至 20:00")


def test_hours_that_cannot_be_read_are_said_beside_their_weekday(
    open_context, officer, city
):
    page = open_context(user=officer).new_page()
    page.goto("/safety/police-rooms/R02/edit/")

    page.get_by_label("周三").fill("九点到十二点")
    page.get_by_label("周三").press("Enter")

    wrong = page.locator(".field--wrong")
    expect(wrong).to_have_count(1)
    expect(wrong).to_contain_text("周三")
    expect(wrong).to_contain_text("“九点到十二点”无法识别")
    assert ServicePoint.objects.get(code="R02").revision == 1


@pytest.mark.row("A17")
def test_new_card_stands_first_and_shows_what_it_said_before(
    open_context, officer, account, city
):
    page = open_context(user=account("patrol_officer")).new_page()

    page.goto("/safety/cards/")

    cards = page.locator(".cards > section")
    expect(cards.nth(0)).to_contain_text("二号巡区")
    expect(cards.nth(0).locator(".badge")).to_have_text("新")
    cards.nth(0).locator("summary").press("Enter")
    expect(cards.nth(0)).to_contain_text("旧措施")
    expect(cards.nth(1)).to_contain_text("一号巡区")


def test_fullest_card_is_printed_on_one_page(open_context, officer, city, tmp_path):
    """As many lines as are allowed, three spots, four kinds of places, two rooms."""
    text = "\n".join(["夜" * 42] * (measures.MOST_LINES - 6))
    spots = [TroubleSpot("口" * 40, "试" * 43) for _ in range(3)]
    assert measures.card_lines(text, spots) == measures.MOST_LINES
    safety.set_card("A2", officer, text=text, spots=spots, shown_edition=2)
    for number in range(4, 7):
        safety.add_service_point(
            officer, f"R0{number}", area=PatrolArea.objects.get(code="A2")
        )
    page = open_context(user=officer).new_page()
    page.goto("/safety/cards/A2/page/")

    page.pdf(path=tmp_path / "card.pdf", format="A4", prefer_css_page_size=True)

    with pypdfium2.PdfDocument(tmp_path / "card.pdf") as document:
        assert len(document) == 1
