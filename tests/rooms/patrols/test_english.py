"""What an officer reads who has chosen English: names, lists, dates, rules, numbers."""

import re
from datetime import UTC, datetime

import pytest
from django.utils import translation
from django.utils.formats import date_format
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import linhe_city
from tests.factories.linhe_city import AFTERNOON, NIGHT
from xunfang.core.planning.problem import Reason
from xunfang.patrols import orders
from xunfang.patrols.board.reasons import why_here
from xunfang.patrols.calendars.market_rules import branch_name, rule_said
from xunfang.patrols.campaigns import services as campaigns
from xunfang.patrols.campaigns.services import CampaignPlan
from xunfang.patrols.rounds import services as rounds
from xunfang.patrols.rounds.services import RoundPlan


@pytest.fixture
def in_english(client, duty_officer):
    client.force_login(duty_officer)
    client.cookies["xunfang_language"] = "en"
    return client


@pytest.fixture
def two_stations(db):
    stations = [linhe_city.add_station("S01"), linhe_city.add_station("S02", "河东所")]
    for station, name_en in zip(stations, ("Linhe", "Hedong"), strict=True):
        station.name_en = name_en
        station.save(update_fields=["name_en"])
    return stations


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("农历逢一四七", "lunar dates ending in 1, 4, 7"),
        ("公历逢五、十", "dates ending in 0, 5"),
        ("农历初二、十六", "lunar days 2, 16"),
        ("每周三、六", "every Wednesday, Saturday"),
        ("空三赶四(丑巳酉日)", "days of chou (丑), si (巳), you (酉)"),
        ("天天", "every day"),
        ("不详", "not known"),
        (
            "农历逢五、十(小月无三十则廿九补)",
            "lunar dates ending in 0, 5 (the 29th where there is no 30th)",
        ),
        ("老规矩", "老规矩"),
    ],
)
def test_market_rule_is_read_back_as_written_and_said_in_english(written, said):
    with translation.override("zh-hans"):
        assert rule_said(written) == written
        assert branch_name("丑") == "丑"
    with translation.override("en"):
        assert rule_said(written) == said


def test_short_dates_cannot_be_read_as_another_day():
    moment = datetime(2026, 11, 12, 21, 5, tzinfo=UTC)
    said = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            said[language] = [
                date_format(moment, form)
                for form in (
                    "DAY_AND_WEEKDAY",
                    "SHORT_DAY_AND_WEEKDAY",
                    "SHORT_DAY",
                    "SHORT_MOMENT",
                )
            ]

    assert said == {
        "zh-hans": ["2026-11-12 星期四", "11-12 星期四", "11-12", "11-12 21:05"],
        "en": ["Thursday 12 November 2026", "Thu 12 Nov", "12 Nov", "12 Nov 21:05"],
    }


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (
            Reason("place.check", {"days_since_check": 1, "check_every_days": 7}),
            "Last checked 1 day ago; due every 7 days.",
        ),
        (
            Reason(
                "presence.resident_reports",
                {"n_reports": 1, "n_days": 90, "n_category": 1, "category": "theft"},
            ),
            "Residents reported 1 incident here in 90 days: 1 theft.",
        ),
    ],
)
def test_one_is_not_many(reason, said):
    with translation.override("en"):
        assert why_here(reason) == said


def test_missing_stations_are_listed_with_their_english_names(
    in_english, two_stations, duty_officer
):
    orders.issue_order(
        night=NIGHT, title="清查", stations=two_stations, by=duty_officer, at=AFTERNOON
    )

    page = in_english.get("/orders/")

    assertContains(page, "Not started: Linhe, Hedong")
    assertNotContains(page, "、")


def test_campaigns_and_units_are_chosen_by_their_english_names(
    in_english, two_stations, duty_officer
):
    campaigns.begin_campaign(
        code="WALKS",
        plan=CampaignPlan(
            name="平安夜巡", name_en="Safe nights", begins_on=NIGHT, ends_on=NIGHT
        ),
        by=duty_officer,
        at=AFTERNOON,
    )

    page = in_english.get(f"/tonight/{NIGHT}/")

    assertContains(page, ">Safe nights</option>")
    assertNotContains(page, "平安夜巡")


def test_every_field_of_a_page_with_two_forms_has_a_label_of_its_own(
    in_english, two_stations, duty_officer
):
    plan = RoundPlan("统一夜巡", NIGHT, 1200, 1410, 180)
    planned = rounds.plan_round(plan=plan, by=duty_officer, at=AFTERNOON)

    for url in (f"/tonight/{NIGHT}/", f"/rounds/{planned.pk}/muster/"):
        page = in_english.get(url).content.decode()
        ids = re.findall(r'\bid="([^"]+)"', page)
        assert sorted(set(ids)) == sorted(ids), url
        assert set(re.findall(r'<label for="([^"]+)"', page)) <= set(ids), url


def test_header_says_that_rounds_orders_and_focus_belong_to_the_campaigns(
    in_english, two_stations
):
    for url in ("/campaigns/", "/rounds/", "/rounds/due/", "/orders/", "/focus/"):
        header = in_english.get(url).context["navigation"]
        [menu] = [entry for entry in header if entry["is_here"]]
        here = [str(each["label"]) for each in menu["entries"] if each["is_here"]]
        assert (str(menu["label"]), here) == ("Work", ["Campaigns"]), url
