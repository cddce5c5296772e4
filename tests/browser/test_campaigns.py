"""Campaigns and concentrated rounds in a real browser: both sizes, by day and night."""

from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LANGUAGES, SIZES, THEMES
from tests.factories import linhe_city
from tests.factories.linhe_city import AFTERNOON, NIGHT, add_crew, add_reports
from tests.factories.people import add_person, add_unit
from xunfang.patrols import orders
from xunfang.patrols.campaigns import focus
from xunfang.patrols.campaigns import services as campaigns
from xunfang.patrols.campaigns.services import CampaignPlan
from xunfang.patrols.models import CampaignShift, MusterEntry, Round
from xunfang.patrols.rounds import muster
from xunfang.patrols.rounds import services as rounds
from xunfang.patrols.rounds.services import RoundPlan
from xunfang.units.models import TeamTemplate

pytestmark = pytest.mark.django_db(transaction=True)

CALENDAR = (
    linhe_city.CALENDAR
    + """
[[half_month_duties]]
code = "NIGHT-ROUND"
title = "半月集中夜巡"
title_en = "Round every half-month"
from = 2026-05-08
to = 2026-12-31
times = 1

[[campaigns]]
code = "SUMMER"
title = "夏夜平安百日行动"
title_en = "Safe summer nights"
from = 2026-08-01
days = 100
from_time = "20:00"
until_time = "02:00"

[[campaigns.targets]]
measure = "hazards_found"
low = 3
high = 9
"""
)
EVENING = datetime(2026, 8, 14, 14, 40, tzinfo=UTC)
"""22:40 in Linhe."""


@pytest.fixture(autouse=True)
def _own_data_folder(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr("django.utils.timezone.now", lambda: EVENING)


@pytest.fixture
def officer(account):
    return account("duty_officer", station_code="")


@pytest.fixture
def town(officer):
    """A programme with two branches, a closed one, a round being mustered, an order."""
    station = linhe_city.build_city()
    linhe_city.import_calendar(CALENDAR)
    linhe_city.add_station("S02", "河东所")
    programme = _begin("DOUBLE", officer, name="双提升", targets={"shifts": (2, 4)})
    walks = _begin("WALKS", officer, name="平安夜巡", parent=programme)
    shops = _begin("SHOPS", officer, name="商户走访", parent=programme)
    crews = [
        add_crew(
            station, f"G{n}", night=NIGHT - timedelta(days=n % 3), is_seconded=True
        )
        for n in range(7)
    ]
    campaigns.tag_shifts(campaign=walks, shifts=crews, by=officer, at=AFTERNOON)
    campaigns.tag_shifts(campaign=shops, shifts=crews[:2], by=officer, at=AFTERNOON)
    spring = _begin(
        "SPRING", officer, name="春季行动", begins_on=date(2026, 3, 1),
        ends_on=date(2026, 4, 30), targets={"people": (3, 9)},
    )  # fmt: skip
    campaigns.close_campaign(campaign=spring, by=officer, at=AFTERNOON)
    planned = rounds.plan_round(
        plan=RoundPlan("统一夜巡", NIGHT, 1200, 1410, 180, "NIGHT-ROUND", programme),
        stations=[station],
        by=officer,
        at=AFTERNOON,
    )
    unit = add_unit("TJ", name="特警支队")
    muster.name_people(
        planned=planned,
        people=[add_person(f"{n:06d}", unit) for n in range(100001, 100010)],
        force="special",
        by=officer,
        at=AFTERNOON,
    )
    for number in (1, 2):
        muster.add_vehicle(
            planned=planned,
            call_sign=f"巡0{number}",
            masked_mark=f"云A·**{number}",
            seats=4,
            by=officer,
            at=AFTERNOON,
        )
    team = TeamTemplate.objects.create(
        code="market", name="赶场警务小分队", min_sworn=2, min_total=6
    )
    focus.set_focus(
        template=team, chosen=["pickpocketing", "scam"], by=officer, at=AFTERNOON
    )
    add_reports("C4", n_incidents=4, category="scam", source="patrol_found")
    order = orders.issue_order(
        night=NIGHT, title="统一清查", stations=[station], by=officer, at=AFTERNOON
    )
    return planned, order


def _begin(code, officer, **values):
    plan = {"begins_on": date(2026, 8, 1), "ends_on": date(2026, 11, 8)} | values
    return campaigns.begin_campaign(
        code=code, plan=CampaignPlan(**plan), by=officer, at=AFTERNOON
    )


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_pages_are_legible_everywhere(
    open_context,
    officer,
    town,
    check_accessible,
    take_screenshot,
    size,
    language,
    theme,
):
    planned, order = town
    page = open_context(
        size=size, language=language, theme=theme, user=officer
    ).new_page()

    for name, url in {
        "campaigns": "/campaigns/",
        "campaign": "/campaigns/DOUBLE/",
        "campaign-closed": "/campaigns/SPRING/",
        "campaign-announced": "/campaigns/SUMMER/",
        "campaign-form": "/campaigns/DOUBLE/edit/",
        "campaign-crews": "/campaigns/DOUBLE/crews/",
        "rounds": "/rounds/",
        "rounds-due": "/rounds/due/",
        "round-form": "/rounds/new/",
        "round": f"/rounds/{planned.pk}/",
        "muster": f"/rounds/{planned.pk}/muster/",
        "orders": "/orders/",
        "order": f"/orders/{order.pk}/",
        "focus": "/focus/",
        "focus-report": "/focus/market/NM1/",
    }.items():
        page.goto(url)
        take_screenshot(page, f"{name}-{size}-{language}-{theme}")
        check_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), url


def test_crews_of_a_night_are_tagged_by_keyboard(open_context, officer, town):
    page = open_context(user=officer).new_page()
    page.goto("/campaigns/DOUBLE/")

    page.get_by_label("警组", exact=True).select_option("seconded")
    page.get_by_role("button", name="计入本行动").press("Enter")

    expect(page.locator(".message--success")).to_contain_text("3 个警组已计入本行动")
    assert CampaignShift.objects.filter(campaign__code="DOUBLE").count() == 3
    # From the figure to its rows, and from a row to the crew's night.
    page.locator(".sums a").first.click()
    expect(page.locator("tbody tr")).to_have_count(7)


def test_round_is_mustered_departs_and_is_closed_short_with_its_reason(
    open_context, officer, town, take_screenshot
):
    planned, _order = town
    page = open_context(size="phone", user=officer).new_page()
    page.goto(f"/rounds/{planned.pk}/muster/")

    page.get_by_role("button", name="警员100001: 到").click()
    page.get_by_role("button", name="按单位安排其余人员乘车").click()
    expect(page.locator("#unassigned .badge")).to_have_text("1")
    page.locator(".picks input").first.check()
    page.get_by_label("安排到").select_option("foot")
    page.get_by_role("button", name="安排所选人员").click()
    expect(page.locator(".campaign-day")).to_contain_text("全员已安排")
    page.goto(f"/rounds/{planned.pk}/")
    page.locator("summary", has_text="出发…").click()
    page.get_by_label("出发时间").fill("2026-08-14T20:00")
    page.get_by_role("button", name="确认出发").click()
    expect(page.locator("#close-title")).to_be_visible()
    page.get_by_role("button", name="结束集中夜巡").click()
    expect(page.locator(".message--error").first).to_contain_text("未达3小时")
    page.get_by_label("时长不足的原因").fill("突降暴雨")
    page.get_by_role("button", name="结束集中夜巡").click()

    expect(page.locator("main .message--warning")).to_contain_text(
        "未达3小时 原因：突降暴雨"
    )
    page.emulate_media(media="print")
    take_screenshot(page, "round-on-paper")
    planned.refresh_from_db()
    assert (planned.state, planned.is_short) == (Round.CLOSED, True)
    assert MusterEntry.objects.filter(is_on_foot=True).count() == 1
