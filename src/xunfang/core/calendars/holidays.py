"""Which days are worked and which are off, and why.

The State Council decides it each autumn for the coming year: days off around a
festival, and Saturdays and Sundays that are worked instead (调休). Nothing of it can be
computed, so it is read from a yearly document (``holiday_document``). For a year
without one only weekends are known, and every answer says so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

SATURDAY = 6
"""ISO weekday of Saturday; Sunday is 7."""


class DayKind(StrEnum):
    """What sort of day it is for people who work office hours, and for schools."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKEUP_WORKDAY = "makeup_workday"


@dataclass(frozen=True, slots=True)
class Holiday:
    """One holiday of a year: its days off and the weekend days worked for it.

    ``statutory_days`` are those of ``first_day`` to ``last_day`` that the law itself
    makes holidays; the others are weekends and exchanged days. Empty if the document
    does not say.

    Raises
    ------
    ValueError
        It ends before it begins, a statutory day is not one of its days, or a make-up
        workday is one of them or no weekend day.
    """

    code: str
    name: str
    name_en: str
    first_day: date
    last_day: date
    makeup_workdays: tuple[date, ...] = ()
    statutory_days: tuple[date, ...] = ()

    def __post_init__(self) -> None:
        if self.last_day < self.first_day:
            raise ValueError(f"{self.code} ends before it begins")
        for day in self.statutory_days:
            if not self.holds(day):
                raise ValueError(f"{day} is not one of the days of {self.code}")
        for day in self.makeup_workdays:
            if self.holds(day):
                raise ValueError(f"{day} is off for {self.code}, it cannot be worked")
            if day.isoweekday() < SATURDAY:
                raise ValueError(f"{day} is worked anyway: it is no weekend day")

    def holds(self, day: date) -> bool:
        """Say whether a day is off for this holiday."""
        return self.first_day <= day <= self.last_day

    @property
    def days_off(self) -> tuple[date, ...]:
        """Every day off, in order."""
        n_days = (self.last_day - self.first_day).days + 1
        return tuple(self.first_day + timedelta(days=i) for i in range(n_days))


@dataclass(frozen=True, slots=True)
class HolidayYear:
    """The holidays announced for one year, with the name of the announcement.

    Some of its days may lie in the last week of the year before.

    Raises
    ------
    ValueError
        A day is off or worked twice, or both.
    """

    year: int
    source: str
    holidays: tuple[Holiday, ...]

    def __post_init__(self) -> None:
        seen: set[date] = set()
        for holiday in self.holidays:
            for day in (*holiday.days_off, *holiday.makeup_workdays):
                if day in seen:
                    raise ValueError(f"{day} is named twice")
                seen.add(day)

    @property
    def n_days_off(self) -> int:
        """How many days off were announced, weekends among them."""
        return sum(len(holiday.days_off) for holiday in self.holidays)

    @property
    def makeup_workdays(self) -> tuple[date, ...]:
        """Every weekend day that is worked, in order."""
        return tuple(
            sorted(day for holiday in self.holidays for day in holiday.makeup_workdays)
        )


@dataclass(frozen=True, slots=True)
class DayStatus:
    """What kind of day it is, because of which holiday, and whether that is certain.

    ``holiday`` is None on ordinary days. ``is_statutory`` is None unless the day is
    off and the document tells statutory days apart. ``is_announced`` is False for a
    year without a document: then only weekends were looked at.
    """

    on: date
    kind: DayKind
    holiday: Holiday | None
    is_statutory: bool | None
    is_announced: bool

    @property
    def is_workday(self) -> bool:
        """Say whether people go to work and children to school."""
        return self.kind in {DayKind.WORKDAY, DayKind.MAKEUP_WORKDAY}


@dataclass(frozen=True, slots=True)
class Holidays:
    """The holidays of all years we have a document for.

    Raises
    ------
    ValueError
        Two documents for one year.
    """

    years: tuple[HolidayYear, ...] = ()
    _by_day: Mapping[date, tuple[DayKind, Holiday]] = field(
        init=False, repr=False, compare=False, hash=False
    )

    def __post_init__(self) -> None:
        if len({row.year for row in self.years}) != len(self.years):
            raise ValueError("two holiday documents for one year")
        by_day: dict[date, tuple[DayKind, Holiday]] = {}
        for holiday in _all_holidays(self.years):
            for day in holiday.days_off:
                by_day[day] = (DayKind.HOLIDAY, holiday)
            for day in holiday.makeup_workdays:
                by_day[day] = (DayKind.MAKEUP_WORKDAY, holiday)
        object.__setattr__(self, "_by_day", MappingProxyType(by_day))

    @property
    def announced_years(self) -> tuple[int, ...]:
        """The years we have a document for, in order."""
        return tuple(sorted(row.year for row in self.years))

    def status(self, day: date) -> DayStatus:
        """Say what kind of day it is and why."""
        found = self._by_day.get(day)
        if found is not None:
            kind, holiday = found
            return DayStatus(
                on=day,
                kind=kind,
                holiday=holiday,
                is_statutory=_is_statutory(kind, holiday, day),
                is_announced=True,
            )
        is_weekend = day.isoweekday() >= SATURDAY
        return DayStatus(
            on=day,
            kind=DayKind.WEEKEND if is_weekend else DayKind.WORKDAY,
            holiday=None,
            is_statutory=None,
            is_announced=day.year in self.announced_years,
        )

    def is_workday(self, day: date) -> bool:
        """Say whether people go to work and children to school."""
        return self.status(day).is_workday

    def source_of(self, holiday: Holiday) -> str:
        """Return the announcement a holiday stands in; empty if in none of ours."""
        for year in self.years:
            if holiday in year.holidays:
                return year.source
        return ""

    def missing_years(self, first_day: date, last_day: date) -> tuple[int, ...]:
        """Return the years of a period for which only weekends are known."""
        have = set(self.announced_years)
        return tuple(
            year
            for year in range(first_day.year, last_day.year + 1)
            if year not in have
        )


def _all_holidays(years: Iterable[HolidayYear]) -> Iterable[Holiday]:
    # Later announcements win: they may correct the last days of the year before.
    for year in sorted(years, key=lambda row: row.year):
        yield from year.holidays


def _is_statutory(kind: DayKind, holiday: Holiday, day: date) -> bool | None:
    if kind is not DayKind.HOLIDAY or not holiday.statutory_days:
        return None
    return day in holiday.statutory_days
