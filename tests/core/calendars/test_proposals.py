"""The next market days on which an event clashes with nothing."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xunfang.core.calendars.agenda import TownCalendar
from xunfang.core.calendars.duties import DutyKind
from xunfang.core.calendars.holidays import Holidays
from xunfang.core.calendars.markets import Market, SolarLastDigit, Weekdays
from xunfang.core.calendars.proposals import Engagement, propose_market_days
from xunfang.core.calendars.schools import (
    Bell,
    School,
    SchoolLevel,
    SchoolTimetable,
    Term,
)

SUNDAYS = Market(
    "MK05",
    "白鹭镇",
    Weekdays(frozenset({7})),
    station="S08",
    from_min=540,
    until_min=720,
)
FIVES = Market(
    "MK06", "新港", SolarLastDigit(frozenset({5})), station="S05", from_min=540
)
TOWN = TownCalendar(markets=(SUNDAYS, FIVES))


def proposed(proposals):
    return [(duty.on, duty.code) for duty in proposals.proposed]


@pytest.mark.row("C06")
def test_the_next_three_market_days_are_proposed(holidays):
    found = propose_market_days(
        first_day=date(2026, 3, 2), town=TOWN, holidays=holidays
    )

    assert proposed(found) == [
        (date(2026, 3, 5), "MK06"),
        (date(2026, 3, 8), "MK05"),
        (date(2026, 3, 15), "MK05"),
    ]
    assert found.passed_over == ()


@pytest.mark.row("C06")
def test_days_with_a_clash_are_passed_over_and_the_clash_is_named(holidays):
    """The 8th is taken by the same station; the 15th by another, which is no clash."""
    meeting = Engagement(date(2026, 3, 8), "妇女节活动", station="S08")
    elsewhere = Engagement(date(2026, 3, 15), "消费者权益日", station="S05")

    found = propose_market_days(
        first_day=date(2026, 3, 2),
        town=TOWN,
        holidays=holidays,
        market_codes={"MK05"},
        engagements=(meeting, elsewhere),
    )

    assert proposed(found) == [(date(2026, 3, day), "MK05") for day in (15, 22, 29)]
    assert [(row.market_day.on, row.clashes) for row in found.passed_over] == [
        (date(2026, 3, 8), (meeting,))
    ]


@pytest.mark.row("C06")
def test_things_at_other_hours_do_not_clash(holidays):
    evening = Engagement(date(2026, 3, 8), "夜巡", 20 * 60, 26 * 60, "S08")
    touching = Engagement(date(2026, 3, 15), "午班", 12 * 60, 14 * 60, "S08")
    overlapping = Engagement(date(2026, 3, 22), "会", 11 * 60 + 59, 13 * 60, "S08")

    found = propose_market_days(
        first_day=date(2026, 3, 2),
        town=TOWN,
        holidays=holidays,
        market_codes={"MK05"},
        engagements=(evening, touching, overlapping),
    )

    assert [day for day, _ in proposed(found)] == [
        date(2026, 3, 8),
        date(2026, 3, 15),
        date(2026, 3, 29),
    ]


@pytest.mark.row("C06")
def test_the_event_planner_reads_holidays_and_make_up_workdays(holidays):
    """An afternoon event on 5, 15, 25 meets the school gate, unless school is out.

    5 October 2026 is a Monday off, 15 and 25 September are a Tuesday of school and
    Mid-Autumn; 10 October (a 10, not a 5) shows nothing here.
    """
    town = TownCalendar(
        markets=(FIVES,),
        schools=(School("SCH", "新港小学", SchoolLevel.PRIMARY, station="S05"),),
        timetable=SchoolTimetable(
            terms=(Term("t", date(2026, 9, 1), date(2027, 1, 22)),),
            bells=(Bell(SchoolLevel.PRIMARY, 16 * 60 + 40),),
        ),
    )

    found = propose_market_days(
        first_day=date(2026, 9, 8),
        town=town,
        holidays=holidays,
        n_wanted=2,
        from_min=15 * 60,
        until_min=17 * 60,
    )

    assert proposed(found) == [
        (date(2026, 9, 25), "MK06"),
        (date(2026, 10, 5), "MK06"),
    ]
    (passed,) = found.passed_over
    assert passed.market_day.on == date(2026, 9, 15)
    assert [duty.kind for duty in passed.clashes] == [DutyKind.SCHOOL_GATE]


def test_two_markets_of_one_station_on_one_day_need_the_same_people(holidays, yunting):
    """MK04 and MK08 both belong to S10, and both are held on 12 September 2026."""
    found = propose_market_days(
        first_day=date(2026, 9, 12),
        town=yunting,
        holidays=holidays,
        market_codes={"MK08"},
        n_wanted=1,
    )

    assert proposed(found) == [(date(2026, 9, 26), "MK08")]
    assert [
        (row.market_day.on, [duty.code for duty in row.clashes])
        for row in found.passed_over
    ] == [(date(2026, 9, 12), ["MK04"])]


def test_fewer_than_wanted_means_the_horizon_ended(holidays):
    found = propose_market_days(
        first_day=date(2026, 3, 2),
        town=TOWN,
        holidays=holidays,
        market_codes={"MK05"},
        horizon_days=7,
    )

    assert proposed(found) == [(date(2026, 3, 8), "MK05")]


def test_asking_for_nothing_is_the_callers_bug(holidays):
    with pytest.raises(ValueError, match="at least one day"):
        propose_market_days(
            first_day=date(2026, 3, 2), town=TOWN, holidays=holidays, n_wanted=0
        )


@given(
    st.sets(st.integers(0, 120)),
    st.integers(1, 6),
)
def test_what_is_proposed_never_falls_on_a_day_that_is_taken(taken, n_wanted):
    first = date(2026, 3, 2)
    busy = [Engagement(date.fromordinal(first.toordinal() + i), "taken") for i in taken]

    found = propose_market_days(
        first_day=first,
        town=TOWN,
        holidays=Holidays(),
        n_wanted=n_wanted,
        engagements=busy,
    )

    days = [duty.on for duty in found.proposed]
    assert len(days) == n_wanted
    assert days == sorted(days)
    assert not {row.on for row in busy} & set(days)
