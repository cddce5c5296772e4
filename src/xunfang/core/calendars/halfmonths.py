"""Half-months, and duties owed so many times in each of them.

A half-month is the 1st to the 15th, or the 16th to the end of the month. It is not a
fortnight: 8 May to 31 December 2026 touches 16 half-months, but 17 fortnights.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

LAST_DAY_OF_FIRST_HALF = 15


@dataclass(frozen=True, slots=True, order=True)
class HalfMonth:
    """The first (``half=1``) or the second (``half=2``) half of a month."""

    year: int
    month: int
    half: int

    @property
    def first_day(self) -> date:
        """The 1st or the 16th."""
        first = 1 if self.half == 1 else LAST_DAY_OF_FIRST_HALF + 1
        return date(self.year, self.month, first)

    @property
    def last_day(self) -> date:
        """The 15th or the last of the month."""
        if self.half == 1:
            return date(self.year, self.month, LAST_DAY_OF_FIRST_HALF)
        return date(self.year, self.month, monthrange(self.year, self.month)[1])

    @property
    def following(self) -> "HalfMonth":
        """The next half-month."""
        if self.half == 1:
            return HalfMonth(self.year, self.month, 2)
        if self.month == 12:
            return HalfMonth(self.year + 1, 1, 1)
        return HalfMonth(self.year, self.month + 1, 1)


def half_month_of(day: date) -> HalfMonth:
    """Return the half-month a day lies in."""
    return HalfMonth(day.year, day.month, 1 if day.day <= LAST_DAY_OF_FIRST_HALF else 2)


@lru_cache(maxsize=256)
def half_months(first_day: date, last_day: date) -> tuple[HalfMonth, ...]:
    """Return every half-month that shares a day with ``first_day`` to ``last_day``.

    Both ends are included; empty if the last day is before the first.
    """
    windows: list[HalfMonth] = []
    window = half_month_of(first_day)
    while window.first_day <= last_day and first_day <= last_day:
        windows.append(window)
        window = window.following
    return tuple(windows)


class Standing(StrEnum):
    """How one window of an obligation stands on a given day."""

    UPCOMING = "upcoming"
    DUE = "due"
    DONE = "done"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class HalfMonthDuty:
    """Something owed ``n_wanted`` times in every half-month of a period.

    Raises
    ------
    ValueError
        The period ends before it begins, or nothing is wanted.
    """

    code: str
    title: str
    first_day: date
    last_day: date
    n_wanted: int = 1
    title_en: str = ""

    def __post_init__(self) -> None:
        if self.last_day < self.first_day:
            raise ValueError("the period ends before it begins")
        if self.n_wanted < 1:
            raise ValueError("a duty wants at least one round per half-month")

    @property
    def windows(self) -> tuple[HalfMonth, ...]:
        """The half-months in which rounds are owed."""
        return half_months(self.first_day, self.last_day)


@dataclass(frozen=True, slots=True)
class WindowStanding:
    """One window of a duty: when it may be held, what was held, how it stands.

    ``first_day`` and ``last_day`` are the days that count, so the first window of a
    duty that begins on the 8th runs from the 8th to the 15th.
    """

    half_month: HalfMonth
    number: int
    first_day: date
    last_day: date
    n_wanted: int
    n_held: int
    standing: Standing


def standings(
    duty: HalfMonthDuty, *, held_on: Iterable[date], on: date
) -> tuple[WindowStanding, ...]:
    """Say for every window of a duty how it stands at the end of the day ``on``.

    A window is done once enough rounds were held in it, overdue when it ended without
    them, due while it runs. A round counts only in the window it was held in: two in
    June never make up for none in May. Rounds outside the period, and rounds later
    than ``on``, count nowhere.
    """
    held = sorted(
        day for day in held_on if duty.first_day <= day <= min(duty.last_day, on)
    )
    rows: list[WindowStanding] = []
    for number, window in enumerate(duty.windows, start=1):
        first_day = max(window.first_day, duty.first_day)
        last_day = min(window.last_day, duty.last_day)
        n_held = sum(first_day <= day <= last_day for day in held)
        if n_held >= duty.n_wanted:
            standing = Standing.DONE
        elif on < first_day:
            standing = Standing.UPCOMING
        elif on <= last_day:
            standing = Standing.DUE
        else:
            standing = Standing.OVERDUE
        rows.append(
            WindowStanding(
                half_month=window,
                number=number,
                first_day=first_day,
                last_day=last_day,
                n_wanted=duty.n_wanted,
                n_held=n_held,
                standing=standing,
            )
        )
    return tuple(rows)


def overdue(
    duty: HalfMonthDuty, *, held_on: Iterable[date], on: date
) -> tuple[WindowStanding, ...]:
    """Return the windows that ended before ``on`` and still owe a round."""
    return tuple(
        row
        for row in standings(duty, held_on=held_on, on=on)
        if row.standing is Standing.OVERDUE
    )
