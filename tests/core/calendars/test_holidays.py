"""Days off and make-up workdays, from a yearly file."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lunar_python.util import HolidayUtil

from xunfang.core.calendars.documents import DocumentRefused
from xunfang.core.calendars.holiday_document import parse_holiday_year
from xunfang.core.calendars.holidays import (
    DayKind,
    DayStatus,
    Holiday,
    Holidays,
    HolidayYear,
)

SMALL_FILE = """\
format = "xunfang.holidays/1"
year = 2031
source = "a notice"

[[holidays]]
code = "new_year"
name = "元旦"
from = 2031-01-01
to = 2031-01-01
"""


def announced(on, kind, holiday=None, *, is_statutory=None) -> DayStatus:
    return DayStatus(
        on=on,
        kind=kind,
        holiday=holiday,
        is_statutory=is_statutory,
        is_announced=True,
    )


@pytest.mark.row("C06")
def test_statutory_holidays_of_2026_load_offline(year_2026):
    """33 days off and six make-up workdays, as chinesecalendar 1.11 has them."""
    spans = [
        (row.name, row.first_day, row.last_day, len(row.statutory_days))
        for row in year_2026.holidays
    ]

    assert spans == [
        ("元旦", date(2026, 1, 1), date(2026, 1, 3), 1),
        ("春节", date(2026, 2, 15), date(2026, 2, 23), 4),
        ("清明节", date(2026, 4, 4), date(2026, 4, 6), 1),
        ("劳动节", date(2026, 5, 1), date(2026, 5, 5), 2),
        ("端午节", date(2026, 6, 19), date(2026, 6, 21), 1),
        ("中秋节", date(2026, 9, 25), date(2026, 9, 27), 1),
        ("国庆节", date(2026, 10, 1), date(2026, 10, 7), 3),
    ]
    assert year_2026.n_days_off == 33
    assert year_2026.makeup_workdays == (
        date(2026, 1, 4),
        date(2026, 2, 14),
        date(2026, 2, 28),
        date(2026, 5, 9),
        date(2026, 9, 20),
        date(2026, 10, 10),
    )


def test_status_tells_the_four_kinds_of_day_apart_and_why(holidays, year_2026):
    new_year = year_2026.holidays[0]
    days = [date(2026, 1, day) for day in (1, 2, 4, 10, 12)]

    statuses = [holidays.status(day) for day in days]

    assert statuses == [
        announced(days[0], DayKind.HOLIDAY, new_year, is_statutory=True),
        announced(days[1], DayKind.HOLIDAY, new_year, is_statutory=False),
        announced(days[2], DayKind.MAKEUP_WORKDAY, new_year),
        announced(days[3], DayKind.WEEKEND),
        announced(days[4], DayKind.WORKDAY),
    ]
    assert [status.is_workday for status in statuses] == [
        False,
        False,
        True,
        False,
        True,
    ]


def test_a_year_without_a_file_knows_weekends_only_and_says_so(holidays):
    national_day = holidays.status(date(2027, 10, 1))

    assert national_day == DayStatus(
        on=date(2027, 10, 1),
        kind=DayKind.WORKDAY,
        holiday=None,
        is_statutory=None,
        is_announced=False,
    )
    assert holidays.missing_years(date(2026, 12, 1), date(2028, 1, 1)) == (2027, 2028)


def test_days_off_in_december_may_stand_in_the_file_of_the_next_year():
    text = SMALL_FILE.replace("from = 2031-01-01", "from = 2030-12-31")

    holidays = Holidays((parse_holiday_year(text),))

    status = holidays.status(date(2030, 12, 31))
    assert (status.kind, status.is_statutory) == (DayKind.HOLIDAY, None)


@pytest.mark.parametrize(
    ("wrong", "right", "line", "problem"),
    [
        ("[[holidays]", "[[holidays]]", 5, "not TOML"),
        ("to = 2031-01-32", "to = 2031-01-01", 9, "not TOML"),
        ('to = "2031-01-01"', "to = 2031-01-01", 9, "`to` holds no date"),
        ("to = 2030-12-31", "to = 2031-01-01", 5, "new_year ends before it begins"),
        ("from = 2013-01-01", "from = 2031-01-01", 8, "2013-01-01 does not belong"),
        ("naem = 1", 'name = "元旦"', 5, "`name` is missing"),
        ("year = true", "year = 2031", 2, "`year` is no whole number"),
        ('format = "ics"', 'format = "xunfang.holidays/1"', 1, "does not say"),
    ],
)
def test_a_wrong_holiday_file_is_refused_with_line_and_remedy(
    wrong, right, line, problem
):
    assert right in SMALL_FILE

    with pytest.raises(DocumentRefused, match=problem) as refusal:
        parse_holiday_year(SMALL_FILE.replace(right, wrong, 1))

    assert refusal.value.line == line
    assert refusal.value.remedy


def test_a_slip_in_a_key_is_not_ignored():
    text = SMALL_FILE + "work_days = [2031-01-04]\n"

    with pytest.raises(DocumentRefused) as refusal:
        parse_holiday_year(text)

    assert str(refusal.value) == (
        "line 10: `work_days` is not known here; did you mean `workdays`?"
    )


def test_a_make_up_workday_that_is_worked_anyway_is_refused():
    text = SMALL_FILE + "workdays = [2031-01-06]\n"

    with pytest.raises(DocumentRefused, match="it is no weekend day"):
        parse_holiday_year(text)


def test_a_day_named_twice_is_refused():
    text = SMALL_FILE + SMALL_FILE[SMALL_FILE.index("[[") :]

    with pytest.raises(DocumentRefused, match="2031-01-01 is named twice"):
        parse_holiday_year(text)


@pytest.mark.parametrize("year", [2025, 2026])
def test_the_files_we_ship_agree_with_another_table(year, cli_data):
    """lunar-python carries the days off and worked of past notices."""
    other = {
        date.fromisoformat(row.getDay()): row.isWork()
        for row in HolidayUtil.getHolidays(year)
    }

    ours = parse_holiday_year(
        (cli_data / "holidays" / f"{year}.toml").read_text(encoding="utf-8")
    )

    days_off = {day: False for row in ours.holidays for day in row.days_off}
    assert days_off | dict.fromkeys(ours.makeup_workdays, True) == other
    assert sum(len(row.statutory_days) for row in ours.holidays) == 13


@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_only_announced_days_change_what_a_weekday_is(day):
    new_year = Holiday("n", "元旦", "New Year", date(2026, 1, 1), date(2026, 1, 3))
    holidays = Holidays((HolidayYear(2026, "a notice", (new_year,)),))

    is_workday = holidays.is_workday(day)

    assert is_workday == (day.isoweekday() <= 5 and day > date(2026, 1, 3))
