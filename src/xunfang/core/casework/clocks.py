"""By when somebody must have replied, by when it must be settled, whom to warn.

Urgency U1 (at once) to U4 (fifteen days); where a limit counts working days it follows the
holiday calendar with its make-up workdays, and ends with office hours of the last day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum

from xunfang.core.calendars.holidays import Holidays
from xunfang.core.casework import scam_desk

CLOSE_OF_DAY = time(18)


@dataclass(frozen=True, slots=True)
class Limit:
    """A time allowed: a duration, or a number of days, working days or calendar days."""

    duration: timedelta | None = None
    workdays: int = 0
    days: int = 0


@dataclass(frozen=True, slots=True)
class Limits:
    """What a case of one urgency is allowed."""

    reply: Limit
    """Until a person has replied."""
    settle: Limit


LIMITS: dict[int, Limits] = {
    1: Limits(Limit(timedelta(minutes=1)), Limit(timedelta(hours=2))),
    2: Limits(Limit(timedelta(minutes=30)), Limit(timedelta(hours=12))),
    3: Limits(Limit(workdays=1), Limit(workdays=5)),
    4: Limits(Limit(workdays=3), Limit(days=15)),
}
"""By urgency 1 to 4."""

ABOUT_SERVICES = Limit(workdays=3)
"""Until a question about what the police offer is answered, however unhurried it is."""


@dataclass(frozen=True, slots=True)
class Due:
    """The two moments a case is measured by."""

    reply_by: datetime
    settle_by: datetime


def due(
    urgency: int,
    opened_at: datetime,
    *,
    holidays: Holidays,
    zone: tzinfo,
    is_before_paying: bool = False,
    is_about_services: bool = False,
) -> Due:
    """Return by when a case must be replied to and settled.

    ``urgency`` is 1 to 4. A question asked before paying has the clock of the scam desk,
    a question about services is answered within three working days; a matter of life
    keeps its minute.

    Raises
    ------
    KeyError
        There is no such urgency.
    """
    limits = LIMITS[urgency]
    reply_by = _end(limits.reply, opened_at, holidays, zone)
    settle_by = _end(limits.settle, opened_at, holidays, zone)
    if is_before_paying and urgency != 1:
        reply_by = scam_desk.answer_by(opened_at, zone=zone)
    if is_about_services:
        settle_by = min(settle_by, _end(ABOUT_SERVICES, opened_at, holidays, zone))
    return Due(reply_by, settle_by)


def _end(
    limit: Limit, opened_at: datetime, holidays: Holidays, zone: tzinfo
) -> datetime:
    if limit.duration is not None:
        return opened_at + limit.duration
    day = opened_at.astimezone(zone).date() + timedelta(days=limit.days)
    left = limit.workdays
    while left:
        day += timedelta(days=1)
        left -= holidays.is_workday(day)
    return datetime.combine(day, CLOSE_OF_DAY, zone)


def shifted(due: Due, waited: timedelta) -> Due:
    """Return the moments after a pause of some length."""
    return Due(due.reply_by + waited, due.settle_by + waited)


class Warned(StrEnum):
    """Who is told that a case runs late. Values are stored: never rename one."""

    NOBODY = "nobody"
    OWNER = "owner"
    """Half of the time is gone."""
    UNIT_HEAD = "unit_head"
    """A fifth of the time is left."""
    SUPERVISOR = "supervisor"
    """It is overdue."""


_STAGES: Sequence[tuple[float, Warned]] = (
    (1.0, Warned.SUPERVISOR),
    (0.8, Warned.UNIT_HEAD),
    (0.5, Warned.OWNER),
)


def warned(opened_at: datetime, by: datetime, at: datetime) -> Warned:
    """Say who must know by now, of a time that runs from one moment to another.

    Raises
    ------
    ValueError
        The time ends before it begins.
    """
    if by < opened_at:
        raise ValueError("a time that ends before it begins")
    gone = (at - opened_at) / max(by - opened_at, timedelta(seconds=1))
    return next((who for share, who in _STAGES if gone >= share), Warned.NOBODY)
