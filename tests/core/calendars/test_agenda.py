"""One day: everything that falls on it, why, and what does not."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xunfang.core.calendars.agenda import (
    TownCalendar,
    agenda,
    agendas,
    duties_at,
)
from xunfang.core.calendars.campaigns import Campaign
from xunfang.core.calendars.duties import REASONS, Duty, DutyKind
from xunfang.core.calendars.halfmonths import HalfMonthDuty
from xunfang.core.calendars.holidays import Holidays
from xunfang.core.calendars.markets import (
    CalledOff,
    Daily,
    Market,
    Moved,
    Weekdays,
)
from xunfang.core.calendars.quiet_hours import QuietHours

NOTICE = "国务院办公厅关于2026年部分节假日安排的通知"


def summary(duties):
    return [(duty.kind.value, duty.code, duty.reason) for duty in duties]


def test_lunar_new_years_eve_in_yunting(holidays, yunting):
    day = agenda(date(2026, 2, 16), town=yunting, holidays=holidays)

    assert summary(day.duties) == [
        ("holiday", "spring_festival", "holiday.statutory"),
        ("festival", "lunar_new_years_eve", "festival.lunar"),
        ("market", "MK03", "market.lunar_last_digit"),
        ("market", "MK04", "market.earthly_branch"),
        ("market", "MK07", "market.short_month"),
        ("daily_market", "MK09", "market.daily"),
        ("night_market", "NM02", "night_market.season"),
        ("quiet_hours", "quiet_hours", "quiet_hours.every_night"),
    ]
    assert (day.lunar.month, day.lunar.day, day.branch) == (12, 29, "酉")
    assert day.not_today == ()


def test_a_duty_carries_its_hours_and_the_parameters_of_its_reason(holidays, yunting):
    day = agenda(date(2026, 2, 16), town=yunting, holidays=holidays)
    (hewan,) = (duty for duty in day.duties if duty.code == "MK07")

    assert hewan == Duty(
        on=date(2026, 2, 16),
        kind=DutyKind.MARKET,
        code="MK07",
        reason="market.short_month",
        title="河湾",
        title_en="Hewan",
        station="S03",
        from_min=18 * 60 + 30,
        until_min=21 * 60,
        params={
            "rule": "农历逢五、十(小月无三十则廿九补)",
            "lunar_month": 12,
            "lunar_day": 29,
            "is_leap": False,
        },
    )


@pytest.mark.row("B01")
def test_a_make_up_saturday_has_its_school_gates_and_says_for_what(holidays, yunting):
    day = agenda(date(2026, 10, 10), town=yunting, holidays=holidays)

    assert (
        Duty(
            on=day.on,
            kind=DutyKind.MAKEUP_WORKDAY,
            code="national_day",
            reason="makeup_workday.announced",
            title="国庆节",
            title_en="National Day",
            params={"name": "国庆节", "name_en": "National Day", "source": NOTICE},
        )
        in day.duties
    )
    gates = [duty for duty in day.duties if duty.kind is DutyKind.SCHOOL_GATE]
    assert [(duty.code, duty.from_min) for duty in gates] == [
        ("SCH-KINDERGARTEN", 16 * 60),
        ("SCH-PRIMARY", 16 * 60 + 10),
        ("SCH-PRIMARY", 17 * 60 + 30),
        ("SCH-MIDDLE", 17 * 60 + 40),
        ("SCH-HIGH", 21 * 60),
    ]


def test_what_one_might_expect_but_does_not_fall_is_listed_with_its_reason(holidays):
    sundays = Weekdays(frozenset({7}))
    town = TownCalendar(
        markets=(
            Market(
                "A", "甲", sundays, exceptions=(CalledOff(date(2026, 3, 1), "寒潮"),)
            ),
            Market(
                "B",
                "乙",
                sundays,
                exceptions=(Moved(date(2026, 3, 1), date(2026, 3, 2), "灯会"),),
            ),
        ),
        quiet_hours=QuietHours(0, 0),
    )

    sunday = agenda(date(2026, 3, 1), town=town, holidays=holidays)
    monday = agenda(date(2026, 3, 2), town=town, holidays=holidays)

    assert sunday.duties == ()
    assert [(duty.reason, duty.params) for duty in sunday.not_today] == [
        ("market.called_off", {"rule": "", "said": "寒潮"}),
        (
            "market.moved_away",
            {"rule": "", "said": "灯会", "to": date(2026, 3, 2)},
        ),
    ]
    assert [(duty.reason, duty.params) for duty in monday.duties] == [
        (
            "market.moved_here",
            {"rule": "", "said": "灯会", "from": date(2026, 3, 1)},
        )
    ]


@pytest.mark.row("A06")
def test_a_missed_half_month_is_shown_as_overdue_beside_the_running_one(holidays):
    duty = HalfMonthDuty("R", "集中夜巡", date(2026, 5, 8), date(2026, 12, 31))
    town = TownCalendar(half_month_duties=(duty,), quiet_hours=QuietHours(0, 0))
    held = {"R": [date(2026, 5, 20), date(2026, 6, 11)]}

    day = agenda(date(2026, 6, 12), town=town, holidays=holidays, held=held)

    assert [(row.reason, row.params) for row in day.duties] == [
        (
            "half_month.done",
            {
                "number": 3,
                "n_windows": 16,
                "first_day": date(2026, 6, 1),
                "last_day": date(2026, 6, 15),
                "n_wanted": 1,
                "n_held": 1,
            },
        ),
        (
            "half_month.overdue",
            {
                "number": 1,
                "n_windows": 16,
                "first_day": date(2026, 5, 8),
                "last_day": date(2026, 5, 15),
                "n_wanted": 1,
                "n_held": 0,
            },
        ),
    ]


@pytest.mark.row("A06")
def test_without_a_record_of_rounds_nothing_is_called_overdue(holidays, yunting):
    day = agenda(date(2026, 9, 28), town=yunting, holidays=holidays)

    reasons = [duty.reason for duty in day.duties if duty.code == "NIGHT-ROUND"]
    assert reasons == ["half_month.open"]


@pytest.mark.row("C08")
def test_a_campaign_counts_its_days(holidays):
    summer = Campaign("C", "行动", date(2026, 8, 1), date(2026, 11, 8), 1200, 1560)
    town = TownCalendar(campaigns=(summer,), quiet_hours=QuietHours(0, 0))

    (duty,) = agenda(date(2026, 9, 28), town=town, holidays=holidays).duties

    assert (duty.params["day_number"], duty.params["n_days"]) == (59, 100)
    assert (duty.from_min, duty.until_min) == (1200, 1560)


def test_a_year_without_a_holiday_file_is_still_shown_and_marked(yunting):
    day = agenda(date(2026, 10, 1), town=yunting, holidays=Holidays())

    assert not day.status.is_announced
    assert "festival" in {duty.kind for duty in day.duties}
    assert "holiday" not in {duty.kind for duty in day.duties}


@settings(max_examples=30)
@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)), st.booleans())
def test_every_duty_has_a_known_reason_with_exactly_its_parameters(
    holidays, yunting, day, is_recorded
):
    held = {"NIGHT-ROUND": [date(2026, 6, 3)]} if is_recorded else None

    found = agenda(day, town=yunting, holidays=holidays, held=held)

    for duty in (*found.duties, *found.not_today):
        assert duty.on == day
        assert set(duty.params) == set(REASONS[duty.reason])
        assert (duty.from_min is None) == (duty.until_min is None)


def test_at_one_in_the_morning_last_evenings_duties_are_still_running(
    holidays, yunting
):
    """02:00 is when the barbecue square closes, and 01:00 the riverside."""
    night = date(2026, 8, 2)

    codes = {
        minute: [
            (duty.code, duty.on.day)
            for duty in duties_at(night, minute, town=yunting, holidays=holidays)
        ]
        for minute in (59, 60, 120, 22 * 60)
    }

    assert codes == {
        59: [("NM01", 1), ("NM03", 1), ("SUMMER-NIGHTS", 1), ("quiet_hours", 1)],
        60: [("NM03", 1), ("SUMMER-NIGHTS", 1), ("quiet_hours", 1)],
        120: [("quiet_hours", 1)],
        22 * 60: [
            *[("NM02", 2), ("NM01", 2), ("NM04", 2), ("NM03", 2)],
            *[("SUMMER-NIGHTS", 2), ("quiet_hours", 2)],
        ],
    }


def test_a_period_is_its_days_one_by_one(holidays, yunting):
    first, last = date(2026, 2, 14), date(2026, 3, 3)

    days = list(agendas(first, last, town=yunting, holidays=holidays))

    assert days == [
        agenda(date.fromordinal(ordinal), town=yunting, holidays=holidays)
        for ordinal in range(first.toordinal(), last.toordinal() + 1)
    ]


def test_a_daily_market_is_a_kind_of_its_own(holidays):
    town = TownCalendar(
        markets=(Market("D", "花鸟市场", Daily()),), quiet_hours=QuietHours(0, 0)
    )

    (duty,) = agenda(date(2026, 3, 4), town=town, holidays=holidays).duties

    assert duty.kind is DutyKind.DAILY_MARKET
