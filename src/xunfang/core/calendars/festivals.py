"""Festivals and yearly days that police work turns on, resolved year by year.

Lunar festivals move, so they are computed; nothing here needs a yearly file.
Days off are another matter: they are decided by the State Council and live in
``holidays``.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from xunfang.core.calendars.lunar import civil_date, lunar_months, qingming


class Festival(StrEnum):
    """A day the year turns on. Pages translate the value."""

    NEW_YEAR = "new_year"
    LABA = "laba"
    NEW_YEARS_EVE_LUNAR = "lunar_new_years_eve"
    SPRING_FESTIVAL = "spring_festival"
    LANTERN = "lantern"
    QINGMING = "qingming"
    LABOUR_DAY = "labour_day"
    CHILDRENS_DAY = "childrens_day"
    DRAGON_BOAT = "dragon_boat"
    QIXI = "qixi"
    ZHONGYUAN = "zhongyuan"
    MID_AUTUMN = "mid_autumn"
    DOUBLE_NINTH = "double_ninth"
    NATIONAL_DAY = "national_day"
    POLICE_DAY = "police_day"
    NATIONAL_SECURITY_DAY = "national_security_day"
    ANTI_DRUG_DAY = "anti_drug_day"
    FIRE_SAFETY_DAY = "fire_safety_day"
    TRAFFIC_SAFETY_DAY = "traffic_safety_day"
    CONSTITUTION_DAY = "constitution_day"


class FestivalBasis(StrEnum):
    """What a festival is counted by."""

    SOLAR = "solar"
    LUNAR = "lunar"
    SOLAR_TERM = "solar_term"


SOLAR_DAYS = {
    Festival.NEW_YEAR: (1, 1),
    Festival.POLICE_DAY: (1, 10),
    Festival.NATIONAL_SECURITY_DAY: (4, 15),
    Festival.LABOUR_DAY: (5, 1),
    Festival.CHILDRENS_DAY: (6, 1),
    Festival.ANTI_DRUG_DAY: (6, 26),
    Festival.NATIONAL_DAY: (10, 1),
    Festival.FIRE_SAFETY_DAY: (11, 9),
    Festival.TRAFFIC_SAFETY_DAY: (12, 2),
    Festival.CONSTITUTION_DAY: (12, 4),
}
"""Month and day in the civil year."""

LUNAR_DAYS = {
    Festival.SPRING_FESTIVAL: (1, 1),
    Festival.LANTERN: (1, 15),
    Festival.DRAGON_BOAT: (5, 5),
    Festival.QIXI: (7, 7),
    Festival.ZHONGYUAN: (7, 15),
    Festival.MID_AUTUMN: (8, 15),
    Festival.DOUBLE_NINTH: (9, 9),
    Festival.LABA: (12, 8),
}
"""Month and day in the lunar year. A leap month repeats no festival."""


@dataclass(frozen=True, slots=True)
class FestivalDay:
    """One festival on one civil day, and what it was counted by."""

    on: date
    festival: Festival
    basis: FestivalBasis


@lru_cache(maxsize=256)
def festivals_of(year: int) -> tuple[FestivalDay, ...]:
    """Return the festivals that fall in a civil year, by day and then by name.

    Raises
    ------
    DateOutsideLunarTable
        ``year`` is before 1900 or after 2100.
    """
    days = [
        FestivalDay(date(year, month, day), festival, FestivalBasis.SOLAR)
        for festival, (month, day) in SOLAR_DAYS.items()
    ]
    days.append(
        FestivalDay(qingming(year), Festival.QINGMING, FestivalBasis.SOLAR_TERM)
    )
    # Laba of the last lunar year falls in January, so two lunar years are looked at.
    for lunar_year in (year - 1, year):
        for festival, (month, day) in LUNAR_DAYS.items():
            on = civil_date(year=lunar_year, month=month, day=day)
            if on is not None:
                days.append(FestivalDay(on, festival, FestivalBasis.LUNAR))
        # The eve is the last day of the year, the 29th as often as the 30th.
        last_month = lunar_months(lunar_year)[-1]
        eve = last_month.first_day + timedelta(days=last_month.n_days - 1)
        days.append(FestivalDay(eve, Festival.NEW_YEARS_EVE_LUNAR, FestivalBasis.LUNAR))
    return tuple(
        sorted(
            (row for row in days if row.on.year == year),
            key=lambda row: (row.on, row.festival),
        )
    )


def festivals_on(day: date) -> tuple[FestivalDay, ...]:
    """Return the festivals of one day, usually none."""
    return tuple(row for row in festivals_of(day.year) if row.on == day)


def festival_date(festival: Festival, *, year: int) -> date | None:
    """Return when a festival falls in a civil year.

    None if it does not: Laba can miss a civil year and fall twice in the next; then
    the first is returned.
    """
    for row in festivals_of(year):
        if row.festival is festival:
            return row.on
    return None
