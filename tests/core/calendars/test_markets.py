"""Market days: the golden year, the rules one by one, exceptions, and search."""

import csv
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xunfang.core.calendars.lunar import BRANCHES, earthly_branch, lunar_date
from xunfang.core.calendars.market_text import (
    MARKET_WORDS,
    MarketRuleUnclear,
    find_markets,
    parse_market_rule,
)
from xunfang.core.calendars.markets import (
    CalledOff,
    Daily,
    EarthlyBranches,
    ExceptionOffRule,
    ExceptionsContradict,
    ExtraDay,
    LunarDays,
    LunarLastDigit,
    Market,
    MarketDay,
    MarketReason,
    Moved,
    ShortMonth,
    SolarLastDigit,
    Unknown,
    Weekdays,
    market_day,
    market_days,
    rule_reason,
)

GOLDEN = Path(__file__).parent / "golden" / "market_days_2026.csv"
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


def golden_rows() -> list[dict[str, str]]:
    with GOLDEN.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.row("C01")
def test_all_647_market_days_of_2026(yunting):
    """The golden file holds every market but the daily one, MK09.

    A market held every day has no market day: nothing sets one day apart.
    """
    expected = {(row["market"], row["date"]) for row in golden_rows()}

    found = [
        (market.code, row.on.isoformat())
        for market in yunting.markets
        if not isinstance(market.rule, Daily)
        for row in market_days(market, first_day=FIRST, last_day=LAST)
    ]

    assert len(found) == len(expected) == 647
    assert set(found) == expected


@pytest.mark.row("C01")
def test_lunar_dates_and_branches_of_the_golden_file():
    numerals = "一二三四五六七八九十"
    months = "正二三四五六七八九十冬腊"

    for row in golden_rows():
        day = date.fromisoformat(row["date"])
        lunar = lunar_date(day)

        assert row["day_branch"] == earthly_branch(day)
        assert row["lunar"].startswith(months[lunar.month - 1])
        if lunar.day <= 10:
            assert row["lunar"].endswith("初" + numerals[lunar.day - 1])


@pytest.mark.row("C01")
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("农历逢一四七", "MK01"),
        ("公历逢5、10", "MK06"),
        ("周日", "MK05"),
        ("丑巳酉日", "MK04"),
        ("农历逢五逢十\uff08小月无三十则廿九补\uff09", "MK07"),
        ("农历初二、十六", "MK08"),
    ],
)
def test_rules_as_people_say_them_give_the_golden_days(text, code):
    expected = [row["date"] for row in golden_rows() if row["market"] == code]
    market = Market(code, "m", parse_market_rule(text))

    found = market_days(market, first_day=FIRST, last_day=LAST)

    assert [row.on.isoformat() for row in found] == expected


@pytest.mark.row("C01")
def test_in_a_month_of_29_days_the_29th_stands_in_for_the_30th_where_agreed():
    """The last day of the lunar year 2025 was the 29th of the twelfth month."""
    with_rule = LunarLastDigit(frozenset({0, 5}), ShortMonth.USE_29TH)
    without = LunarLastDigit(frozenset({0, 5}))
    day = date(2026, 2, 16)

    reasons = [rule_reason(with_rule, day), rule_reason(without, day)]

    assert reasons == [MarketReason.SHORT_MONTH, None]


@pytest.mark.row("C01")
def test_every_fourth_day_of_three_branches():
    """空三赶四: three days empty, on the fourth there is a market."""
    market = Market("m", "m", EarthlyBranches(frozenset("丑巳酉")))

    days = [row.on for row in market_days(market, first_day=FIRST, last_day=LAST)]

    assert {(b - a).days for a, b in pairwise(days)} == {4}


@pytest.mark.row("C01")
def test_exceptions_outweigh_the_rule_and_say_why():
    """Sundays; the 15th is called off, the 22nd moved to Saturday, the eve extra."""
    market = Market(
        "MK05",
        "白鹭镇",
        Weekdays(frozenset({7})),
        exceptions=(
            CalledOff(date(2026, 2, 15), "寒潮"),
            Moved(date(2026, 2, 22), date(2026, 2, 21), "让路元宵灯会"),
            ExtraDay(date(2026, 2, 16), "除夕大集"),
        ),
    )
    days = [date(2026, 2, day) for day in (8, 15, 16, 17, 21, 22)]

    found = [market_day(market, day) for day in days]

    assert found == [
        MarketDay("MK05", days[0], is_held=True, reason=MarketReason.WEEKDAY),
        MarketDay(
            "MK05",
            days[1],
            is_held=False,
            reason=MarketReason.CALLED_OFF,
            said_reason="寒潮",
        ),
        MarketDay(
            "MK05",
            days[2],
            is_held=True,
            reason=MarketReason.EXTRA,
            said_reason="除夕大集",
        ),
        None,
        MarketDay(
            "MK05",
            days[4],
            is_held=True,
            reason=MarketReason.MOVED_HERE,
            said_reason="让路元宵灯会",
            moved_from=days[5],
        ),
        MarketDay(
            "MK05",
            days[5],
            is_held=False,
            reason=MarketReason.MOVED_AWAY,
            said_reason="让路元宵灯会",
            moved_to=days[4],
        ),
    ]


def test_calling_off_a_day_that_is_none_is_refused_as_a_slip():
    with pytest.raises(ExceptionOffRule, match="2026-02-16 is no market day"):
        Market(
            "MK05",
            "白鹭镇",
            Weekdays(frozenset({7})),
            exceptions=(CalledOff(date(2026, 2, 16), "寒潮"),),
        )


def test_two_exceptions_for_one_day_are_refused():
    day = date(2026, 2, 15)

    with pytest.raises(ExceptionsContradict):
        Market(
            "MK05",
            "白鹭镇",
            Weekdays(frozenset({7})),
            exceptions=(CalledOff(day, "寒潮"), ExtraDay(day, "大集")),
        )


def test_of_a_market_with_an_unknown_rule_only_announced_days_are_known():
    market = Market(
        "m", "m", Unknown(), exceptions=(ExtraDay(date(2026, 3, 1), "村里通知"),)
    )

    found = market_days(market, first_day=FIRST, last_day=LAST)

    assert [row.on for row in found] == [date(2026, 3, 1)]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("农历逢一四七", LunarLastDigit(frozenset({1, 4, 7}))),
        ("阴历逢3、6、9", LunarLastDigit(frozenset({3, 6, 9}))),
        ("每月农历逢一、六", LunarLastDigit(frozenset({1, 6}))),
        ("每逢农历三八", LunarLastDigit(frozenset({3, 8}))),
        ("农历逢单日", LunarLastDigit(frozenset({1, 3, 5, 7, 9}))),
        ("公历逢双日", SolarLastDigit(frozenset({0, 2, 4, 6, 8}))),
        ("公历逢1、5、8", SolarLastDigit(frozenset({1, 5, 8}))),
        ("公历逢10、20、30", SolarLastDigit(frozenset({0}))),
        ("公历逢五十", SolarLastDigit(frozenset({0, 5}))),
        ("周三", Weekdays(frozenset({3}))),
        ("每周三、六", Weekdays(frozenset({3, 6}))),
        ("星期天", Weekdays(frozenset({7}))),
        ("逢牛、蛇、鸡日", EarthlyBranches(frozenset("丑巳酉"))),
        ("空三赶四(丑巳酉日)", EarthlyBranches(frozenset("丑巳酉"))),
        ("农历初一、十五", LunarDays(frozenset({1, 15}))),
        ("农历初十、二十、三十", LunarDays(frozenset({10, 20, 30}))),
        (
            "农历三十(小月补廿九)",
            LunarDays(frozenset({30}), ShortMonth.USE_29TH),
        ),
        ("农历廿五", LunarDays(frozenset({25}))),
        ("天天", Daily()),
        ("不详", Unknown()),
    ],
)
def test_market_rules_are_read_as_they_are_said(text, rule):
    assert parse_market_rule(text) == rule


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("逢一四七", "say 农历逢… or 公历逢…"),
        ("空三赶四", "says how often, not when"),
        ("公历逢15", "is 15 one day or two digits"),
        ("公历逢二十", "is 二十 one day or two digits"),
        ("农历逢", "which last digits"),
        ("农历31", "the days 1 to 30"),
        ("农历初x", "is no lunar day"),
        ("赶场天", "not understood"),
        ("", "not understood"),
    ],
)
def test_a_rule_with_no_or_two_meanings_is_refused(text, missing):
    with pytest.raises(MarketRuleUnclear, match=missing):
        parse_market_rule(text)


@pytest.mark.row("C01")
@pytest.mark.parametrize("word", MARKET_WORDS)
def test_every_word_for_market_day_finds_every_market(yunting, word):
    assert find_markets(yunting.markets, word) == yunting.markets


def test_what_else_is_searched_narrows_it_down(yunting):
    found = {
        query: [market.code for market in find_markets(yunting.markets, query)]
        for query in (
            "青石赶场",
            "逢集 S10",
            "双桥",
            "bailu market",
            "廿九补",
            "无此地赶圩",
        )
    }

    assert found == {
        "青石赶场": ["MK01"],
        "逢集 S10": ["MK04", "MK08"],
        "双桥": ["MK03"],
        "bailu market": ["MK05"],
        "廿九补": ["MK07"],
        "无此地赶圩": [],
    }


rules = st.one_of(
    st.builds(
        LunarLastDigit,
        st.frozensets(st.integers(0, 9), min_size=1),
        st.sampled_from(ShortMonth),
    ),
    st.builds(SolarLastDigit, st.frozensets(st.integers(0, 9), min_size=1)),
    st.builds(Weekdays, st.frozensets(st.integers(1, 7), min_size=1)),
    st.builds(EarthlyBranches, st.frozensets(st.sampled_from(BRANCHES), min_size=1)),
    st.builds(
        LunarDays,
        st.frozensets(st.integers(1, 30), min_size=1),
        st.sampled_from(ShortMonth),
    ),
    st.just(Daily()),
)


@given(rules, st.dates(FIRST, LAST), st.integers(0, 60))
def test_the_days_of_a_period_are_those_the_rule_gives_one_by_one(rule, first, length):
    last = first + timedelta(days=length)
    market = Market("m", "m", rule)

    found = [row.on for row in market_days(market, first_day=first, last_day=last)]

    days = [first + timedelta(days=i) for i in range(length + 1)]
    assert found == [day for day in days if rule_reason(rule, day) is not None]


@given(st.dates(FIRST, LAST))
def test_all_digits_of_either_calendar_are_every_day(day):
    every = frozenset(range(10))

    assert rule_reason(LunarLastDigit(every), day) is MarketReason.LUNAR_LAST_DIGIT
    assert rule_reason(SolarLastDigit(every), day) is MarketReason.SOLAR_LAST_DIGIT


@given(st.integers(1901, 2099))
def test_with_the_29_day_rule_a_market_of_the_30th_is_held_once_every_lunar_month(year):
    """12 or 13 new moons in a civil year, whatever the months' lengths."""
    rule = LunarDays(frozenset({30}), ShortMonth.USE_29TH)
    market = Market("m", "m", rule)

    days = market_days(market, first_day=date(year, 1, 1), last_day=date(year, 12, 31))

    gaps = {(after.on - before.on).days for before, after in pairwise(days)}
    assert len(days) in {12, 13}
    assert gaps <= {29, 30}
