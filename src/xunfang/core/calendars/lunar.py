"""Lunar dates and the earthly branch of a day, for 1900 to 2100.

New moons come from ``lunar-python`` (6tail, MIT), which computes them astronomically
for Beijing time. Only the table of months is taken from it, once per lunar year;
everything after that is a search in a tuple.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from lunar_python import LunarYear

from xunfang.core.errors import DomainError

FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2100, 12, 31)

BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
"""The twelve earthly branches in order; a day's branch is one character of this."""

_JULIAN_DAY_OF_ORDINAL_ZERO = 1_721_425
"""Julian day number at noon, minus ``date.toordinal()``."""

# 1 January 2000 was 戊午, so its branch 午 has index 6; day 730 120 % 12 is 4.
_BRANCH_SHIFT = 2

_SOLAR_TERM_QINGMING = 8
"""Place of 清明 in lunar-python's terms of a year, which begin with 大雪 of the last."""


class DateOutsideLunarTable(DomainError):
    """The lunar calendar is computed for 1900 to 2100 only."""

    code = "calendars.date_outside_lunar_table"


@dataclass(frozen=True, slots=True, order=True)
class LunarDate:
    """One day in the Chinese lunar calendar.

    ``year`` is the lunar year (it begins at Spring Festival), ``month`` 1 to 12,
    ``day`` 1 to 30; ``n_days_in_month`` is 29 (小月) or 30 (大月).
    """

    year: int
    month: int
    is_leap_month: bool
    day: int
    n_days_in_month: int

    @property
    def is_last_of_month(self) -> bool:
        """Say whether the month ends with this day."""
        return self.day == self.n_days_in_month


@dataclass(frozen=True, slots=True)
class LunarMonth:
    """One lunar month: its place in the year, its first day, 29 or 30 days."""

    year: int
    month: int
    is_leap: bool
    first_day: date
    n_days: int


@lru_cache(maxsize=4096)
def lunar_date(day: date) -> LunarDate:
    """Return the lunar date of a civil day.

    Raises
    ------
    DateOutsideLunarTable
        ``day`` is before 1900 or after 2100.
    """
    _check_day(day)
    months = lunar_months(day.year - 1) + lunar_months(day.year)
    at = bisect_right(months, day, key=lambda month: month.first_day) - 1
    month = months[at]
    return LunarDate(
        year=month.year,
        month=month.month,
        is_leap_month=month.is_leap,
        day=(day - month.first_day).days + 1,
        n_days_in_month=month.n_days,
    )


def civil_date(
    *, year: int, month: int, day: int, is_leap_month: bool = False
) -> date | None:
    """Return the civil day of a lunar date; None if the year has no such day.

    A year may lack the leap month asked for, and a short month has no 30th.
    ``year`` is the lunar year.
    """
    for row in lunar_months(year):
        if (row.month, row.is_leap) == (month, is_leap_month):
            if not 1 <= day <= row.n_days:
                return None
            return row.first_day + timedelta(days=day - 1)
    return None


@lru_cache(maxsize=256)
def lunar_months(year: int) -> tuple[LunarMonth, ...]:
    """Return the 12 or 13 months of a lunar year, in order.

    Raises
    ------
    DateOutsideLunarTable
        ``year`` is before 1899 or after 2100.
    """
    if not FIRST_DAY.year - 1 <= year <= LAST_DAY.year:
        raise DateOutsideLunarTable(_outside(str(year)))
    return tuple(
        LunarMonth(
            year=year,
            month=abs(month.getMonth()),
            is_leap=month.getMonth() < 0,
            first_day=_day_of_julian(month.getFirstJulianDay()),
            n_days=month.getDayCount(),
        )
        for month in LunarYear(year).getMonths()
        if month.getYear() == year
    )


def earthly_branch(day: date) -> str:
    """Return the branch of a day, one of ``BRANCHES``; it comes round every 12 days."""
    return BRANCHES[(day.toordinal() + _BRANCH_SHIFT) % 12]


@lru_cache(maxsize=256)
def qingming(year: int) -> date:
    """Return the day of 清明 (sun at 15°, Beijing time) in a civil year, 4 to 6 April.

    Raises
    ------
    DateOutsideLunarTable
        ``year`` is before 1900 or after 2100.
    """
    if not FIRST_DAY.year <= year <= LAST_DAY.year:
        raise DateOutsideLunarTable(_outside(str(year)))
    # Half a day on: Julian days begin at noon, ours at midnight.
    moment = LunarYear(year).getJieQiJulianDays()[_SOLAR_TERM_QINGMING] + 0.5
    return _day_of_julian(int(moment))


def _day_of_julian(julian_day: int) -> date:
    return date.fromordinal(julian_day - _JULIAN_DAY_OF_ORDINAL_ZERO)


def _check_day(day: date) -> None:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise DateOutsideLunarTable(_outside(day.isoformat()))


def _outside(what: str) -> str:
    return f"{what} is outside the lunar table, which holds 1900 to 2100"
