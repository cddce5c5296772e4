"""The clock of "ask before you pay": it runs while the scam desk is open.

A question is owed a first answer within ten minutes of open desk. One asked at night is
due ten minutes after the desk opens; one asked five minutes before it closes has the other
five the next morning.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from statistics import median

OPENS, CLOSES = time(8), time(22)
TARGET = timedelta(minutes=10)
"""Until somebody answers a question asked before paying, while the desk is open."""
_A_DAY = timedelta(days=1)


def answer_by(asked_at: datetime, *, zone: tzinfo) -> datetime:
    """Return by when a question must have its first answer, in the desk's zone."""
    day = asked_at.astimezone(zone).date()
    opens, closes = _hours(day, zone)
    begins = max(asked_at.astimezone(zone), opens)
    left = max(closes - begins, timedelta())
    if left >= TARGET:
        return begins + TARGET
    opens, _ = _hours(day + _A_DAY, zone)
    return opens + TARGET - left


def open_time(since: datetime, until: datetime, *, zone: tzinfo) -> timedelta:
    """Return for how long the desk was open between two moments; never negative."""
    day, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    waited = timedelta()
    while day <= last:
        opens, closes = _hours(day, zone)
        waited += max(min(until, closes) - max(since, opens), timedelta())
        day += _A_DAY
    return waited


def _hours(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    return datetime.combine(day, OPENS, zone), datetime.combine(day, CLOSES, zone)


@dataclass(frozen=True, slots=True)
class FirstAnswers:
    """How soon questions were answered."""

    n_asked: int
    """Those that were answered or should have been; what is not due yet is neither."""
    n_in_time: int
    median: timedelta | None
    """None without a question, or where half of them still wait."""

    @property
    def in_time_share(self) -> float | None:
        return self.n_in_time / self.n_asked if self.n_asked else None


def first_answers(waits: Sequence[timedelta | None]) -> FirstAnswers:
    """Sum up for how much open desk each question waited; None: it is late and waits.

    What still waits has waited longer than any other, so that leaving the hard ones lying
    never makes the median better.

    >>> first_answers([timedelta(minutes=n) for n in (4, 6, 12)]).median
    datetime.timedelta(seconds=360)
    >>> first_answers([timedelta(minutes=4), None, None]).median is None
    True
    """
    minutes = [float("inf") if wait is None else wait / TARGET for wait in waits]
    middle = median(minutes) if minutes else float("inf")
    return FirstAnswers(
        n_asked=len(minutes),
        n_in_time=sum(each <= 1 for each in minutes),
        median=None if middle == float("inf") else middle * TARGET,
    )
