"""The calendar of a date: what falls on it and why, folded where it would be a litany."""

from datetime import date

import pytest
from django.utils import translation
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import linhe_city
from xunfang.patrols.calendars.page import months_text, weekdays_text
from xunfang.places import services as places_services

pytestmark = pytest.mark.django_db

NATIONAL_DAY, WEDNESDAY = date(2026, 10, 1), date(2026, 8, 12)

HOLIDAYS = """
format = "xunfang.holidays/1"
year = 2026
source = "放假通知"

[[holidays]]
code = "national_day"
name = "国庆节"
name_en = "National Day"
from = 2026-10-01
to = 2026-10-07
statutory = [2026-10-01, 2026-10-02, 2026-10-03]
workdays = [2026-09-20, 2026-10-10]
"""


def calendar_with_schools(n_schools: int) -> str:
    schools = "\n".join(
        f'[[schools]]\ncode = "H{number}"\nname = "第{number}高中"\n'
        f'name_en = "High school {number}"\nlevel = "high"\nstation = "S01"\n'
        for number in range(n_schools)
    )
    return linhe_city.CALENDAR + schools


@pytest.fixture
def calendar(client, account):
    linhe_city.add_station()
    linhe_city.add_calendar(calendar_with_schools(5))
    places_services.import_holidays(
        text=HOLIDAYS, source_name="2026.toml", by=None, at=linhe_city.AFTERNOON
    )
    client.force_login(account("duty_officer", station_code=""))

    def get(day, language="zh-hans", **query):
        client.cookies["xunfang_language"] = language
        return client.get(f"/calendar/{day}/", query)

    return get


def bundles(groups, kind):
    [group] = [group for group in groups if group.kind == kind]
    return [(len(bundle.rows), bundle.hours, bundle.why) for bundle in group.bundles]


def test_schools_without_a_bell_are_one_line_with_their_number(calendar):
    page = calendar(NATIONAL_DAY)

    assert bundles(page.context["page"].not_today, "school_gate") == [
        (6, "", "不打铃（高中）：放假，国庆节。")
    ]
    assertContains(page, "6 项")


def test_school_gates_of_a_workday_are_grouped_by_their_time(calendar):
    page = calendar(WEDNESDAY)

    assert bundles(page.context["page"].groups, "school_gate") == [
        (6, "21:00–21:50", "21:30 放学（高中），提前 30 分钟到岗。")
    ]


def test_english_page_says_the_english_reason(calendar):
    page = calendar(NATIONAL_DAY, "en")

    [(_, _, why)] = bundles(page.context["page"].not_today, "school_gate")
    assert why == "No bell (high school): holiday, National Day."


def test_season_of_a_night_market_is_said_in_ranges(calendar):
    zh, en = calendar(WEDNESDAY), calendar(WEDNESDAY, "en")

    assertContains(zh, "开放：4–10 月，每天。")
    assertContains(en, "Open April–October, every day.")


@pytest.mark.parametrize(
    ("months", "zh", "en"),
    [
        ((1, 2, 11, 12), "11–2 月", "November–February"),
        ((6,), "6 月", "June"),
        ((1, 3, 4), "1、3–4 月", "January, March–April"),
        (tuple(range(1, 13)), "全年", "all year"),
    ],
)
def test_months_are_ranges_and_a_season_may_pass_the_turn_of_the_year(months, zh, en):
    with translation.override("zh-hans"):
        assert months_text(months) == zh
    with translation.override("en"):
        assert months_text(months) == en


def test_weekdays_are_ranges_too():
    with translation.override("en"):
        assert weekdays_text((5, 6, 7)) == "Friday–Sunday"
        assert weekdays_text((1, 3)) == "Monday, Wednesday"
        assert weekdays_text((6, 7, 1)) == "Saturday–Monday"


def test_year_without_a_holiday_file_is_warned_of_with_the_remedy(calendar):
    assertContains(calendar(date(2027, 10, 1)), "xunfang import holidays 2027.toml")
    assertNotContains(calendar(NATIONAL_DAY), "xunfang import holidays")


@pytest.mark.row("C06")
def test_next_three_market_days_free_of_clashes_are_proposed(calendar):
    """公历逢五、十: 15, 20 and 25 August; the gate stands at 21:00, the market at 09:00."""
    [market] = calendar(WEDNESDAY).context["markets"]

    assert market.days == (date(2026, 8, 15), date(2026, 8, 20), date(2026, 8, 25))
    assert market.n_passed_over == 0


@pytest.mark.row("C06")
def test_market_day_on_which_another_market_claims_the_people_is_passed_over(
    calendar,
):
    other = (
        '\n[[markets]]\ncode = "MK2"\nname = "周四集"\nstation = "S01"\n'
        'rule = "每周四"\nfrom = "08:00"\nuntil = "12:00"\n'
    )
    linhe_city.services.import_calendar(
        text=linhe_city.CALENDAR + other,
        source_name="two.toml",
        by=None,
        at=linhe_city.AFTERNOON,
    )

    first, _ = calendar(WEDNESDAY).context["markets"]

    # 20 August 2026 is a Thursday.
    assert first.days == (date(2026, 8, 15), date(2026, 8, 25), date(2026, 8, 30))
    assert first.n_passed_over == 1


@pytest.mark.parametrize("word", ["赶场", "逢集", "赶圩", "河滨", "逢五", "market", ""])
def test_every_word_for_market_day_finds_the_market(calendar, word):
    assert len(calendar(WEDNESDAY, q=word).context["markets"]) == 1


def test_word_that_means_no_market_finds_none_and_says_so(calendar):
    page = calendar(WEDNESDAY, q="飞机场")

    assert page.context["markets"] == ()
    assertContains(page, "没有这样的集市。")


def test_city_without_a_calendar_is_told_how_to_bring_one_in(client, account):
    client.force_login(account("duty_officer"))

    assertContains(
        client.get(f"/calendar/{WEDNESDAY}/"), "xunfang import calendar FILE"
    )


def test_calendar_costs_the_same_queries_for_many_schools(
    calendar, django_assert_max_num_queries
):
    with django_assert_max_num_queries(20) as of_six:
        calendar(WEDNESDAY)
    n_queries = len(of_six)
    linhe_city.services.import_calendar(
        text=calendar_with_schools(60),
        source_name="many.toml",
        by=None,
        at=linhe_city.AFTERNOON,
    )

    with django_assert_max_num_queries(n_queries):
        calendar(WEDNESDAY)
