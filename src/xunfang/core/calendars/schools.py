"""School bells, and the gate posts that stand there before them (护学岗).

Bells are known by level of school and weekday. A bell rings when a term runs and the
day is worked: not on holidays nor on the days exchanged for them, but on the Saturdays
and Sundays worked instead.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from xunfang.core.calendars.holidays import DayKind, Holidays
from xunfang.core.errors import DomainError

ALLOWED_LEADS_MIN = (10, 15, 20, 30)
"""Local rules ask for 10, 15 or 20 minutes; the practice we learn from keeps 30."""

DEFAULT_LEAD_MIN = 30
DEFAULT_STAY_MIN = 20
"""How long a post stays after the bell, until the gate has emptied."""

MONDAY = 1


class SchoolLevel(StrEnum):
    """Level of a school; bells are set by level."""

    KINDERGARTEN = "kindergarten"
    PRIMARY = "primary"
    MIDDLE = "middle"
    HIGH = "high"


class SchoolReason(StrEnum):
    """Why a post stands at a gate, or why none does on a day one might expect it."""

    BELL = "school.bell"
    BELL_ON_MAKEUP_WORKDAY = "school.bell_on_makeup_workday"
    NO_BELL_HOLIDAY = "school.no_bell_holiday"
    NO_BELL_CLOSED = "school.no_bell_closed"


class LeadNotAllowed(DomainError):
    """A gate post may stand 10, 15, 20 or 30 minutes before the bell."""

    code = "calendars.lead_not_allowed"


@dataclass(frozen=True, slots=True)
class Bell:
    """A dismissal of one level: minutes after midnight, on ISO weekdays.

    Saturday and Sunday may be among them: boarders come back on Sunday evening.
    """

    level: SchoolLevel
    at_min: int
    weekdays: frozenset[int] = frozenset({1, 2, 3, 4, 5})
    label: str = ""
    label_en: str = ""

    def __post_init__(self) -> None:
        if not max(ALLOWED_LEADS_MIN) <= self.at_min < 24 * 60:
            raise ValueError(f"{self.at_min} is no dismissal time within a day")
        if not self.weekdays or not self.weekdays <= frozenset(range(1, 8)):
            raise ValueError("weekdays are 1 (Monday) to 7 (Sunday)")


@dataclass(frozen=True, slots=True)
class Term:
    """A school term from its first to its last day, for some levels.

    An empty ``levels`` means every level.
    """

    name: str
    first_day: date
    last_day: date
    levels: frozenset[SchoolLevel] = frozenset()

    def __post_init__(self) -> None:
        if self.last_day < self.first_day:
            raise ValueError(f"{self.name} ends before it begins")

    def holds(self, day: date, level: SchoolLevel) -> bool:
        """Say whether the term runs on a day for a level."""
        is_for_level = not self.levels or level in self.levels
        return is_for_level and self.first_day <= day <= self.last_day


@dataclass(frozen=True, slots=True)
class Closure:
    """Days without school within a term: an examination, a typhoon, a sports day.

    An empty ``school_codes`` means every school.
    """

    first_day: date
    last_day: date
    reason: str
    school_codes: frozenset[str] = frozenset()
    reason_en: str = ""

    def __post_init__(self) -> None:
        if self.last_day < self.first_day:
            raise ValueError("the closure ends before it begins")

    def holds(self, day: date, school_code: str) -> bool:
        """Say whether a school is closed on a day."""
        is_for_school = not self.school_codes or school_code in self.school_codes
        return is_for_school and self.first_day <= day <= self.last_day


@dataclass(frozen=True, slots=True)
class School:
    """A school gate: how long before the bell a post stands there, how long after.

    Raises
    ------
    LeadNotAllowed
        ``lead_min`` is not one of ``ALLOWED_LEADS_MIN``.
    """

    code: str
    name: str
    level: SchoolLevel
    name_en: str = ""
    station: str = ""
    lead_min: int = DEFAULT_LEAD_MIN
    stay_min: int = DEFAULT_STAY_MIN

    def __post_init__(self) -> None:
        if self.lead_min not in ALLOWED_LEADS_MIN:
            raise LeadNotAllowed(
                f"{self.code}: a lead of {self.lead_min} min; "
                "choose 10, 15, 20 or 30 minutes before the bell"
            )
        if self.stay_min < 0:
            raise ValueError(f"{self.code}: a post cannot leave before the bell")


@dataclass(frozen=True, slots=True)
class SchoolTimetable:
    """Terms, bells and closures of a town's schools.

    ``makeup_weekday`` is the weekday whose bells ring on a make-up workday; Monday
    unless the town says otherwise, because Friday is often short.
    """

    terms: tuple[Term, ...] = ()
    bells: tuple[Bell, ...] = ()
    closures: tuple[Closure, ...] = ()
    makeup_weekday: int = MONDAY


@dataclass(frozen=True, slots=True)
class GatePost:
    """A post at a school gate; minutes after midnight of the day."""

    school_code: str
    on: date
    bell_min: int
    from_min: int
    until_min: int
    reason: SchoolReason
    bell_label: str = ""
    bell_label_en: str = ""


@dataclass(frozen=True, slots=True)
class NoBell:
    """No post on a day of term that would have one, and why."""

    school_code: str
    on: date
    reason: SchoolReason
    said_reason: str = ""
    said_reason_en: str = ""


def gate_posts(
    school: School, day: date, *, timetable: SchoolTimetable, holidays: Holidays
) -> tuple[GatePost, ...]:
    """Return the posts at one gate on one day, by bell; empty if none rings."""
    if why_no_bell(school, day, timetable=timetable, holidays=holidays) is not None:
        return ()
    is_makeup = holidays.status(day).kind is DayKind.MAKEUP_WORKDAY
    reason = SchoolReason.BELL_ON_MAKEUP_WORKDAY if is_makeup else SchoolReason.BELL
    return tuple(
        GatePost(
            school_code=school.code,
            on=day,
            bell_min=bell.at_min,
            from_min=bell.at_min - school.lead_min,
            until_min=bell.at_min + school.stay_min,
            reason=reason,
            bell_label=bell.label,
            bell_label_en=bell.label_en,
        )
        for bell in _bells(school, day, timetable, is_makeup=is_makeup)
    )


def why_no_bell(
    school: School, day: date, *, timetable: SchoolTimetable, holidays: Holidays
) -> NoBell | None:
    """Say why a day that would have a bell has none; None if nothing is missing.

    An ordinary weekend, and a day between terms, would have none and needs no reason.
    """
    status = holidays.status(day)
    is_makeup = status.kind is DayKind.MAKEUP_WORKDAY
    if not _bells(school, day, timetable, is_makeup=is_makeup):
        return None
    if status.kind is DayKind.HOLIDAY and status.holiday is not None:
        return NoBell(
            school_code=school.code,
            on=day,
            reason=SchoolReason.NO_BELL_HOLIDAY,
            said_reason=status.holiday.name,
            said_reason_en=status.holiday.name_en,
        )
    for closure in timetable.closures:
        if closure.holds(day, school.code):
            return NoBell(
                school_code=school.code,
                on=day,
                reason=SchoolReason.NO_BELL_CLOSED,
                said_reason=closure.reason,
                said_reason_en=closure.reason_en or closure.reason,
            )
    return None


def gate_posts_between(
    schools: Iterable[School],
    *,
    first_day: date,
    last_day: date,
    timetable: SchoolTimetable,
    holidays: Holidays,
) -> tuple[GatePost, ...]:
    """Return every post of a period, by day, then by time, then by school."""
    days = range(first_day.toordinal(), last_day.toordinal() + 1)
    posts = [
        post
        for school in schools
        for ordinal in days
        for post in gate_posts(
            school,
            date.fromordinal(ordinal),
            timetable=timetable,
            holidays=holidays,
        )
    ]
    return tuple(sorted(posts, key=lambda p: (p.on, p.from_min, p.school_code)))


def _bells(
    school: School, day: date, timetable: SchoolTimetable, *, is_makeup: bool
) -> tuple[Bell, ...]:
    if not any(term.holds(day, school.level) for term in timetable.terms):
        return ()
    weekday = timetable.makeup_weekday if is_makeup else day.isoweekday()
    rung = (
        bell
        for bell in timetable.bells
        if bell.level is school.level and weekday in bell.weekdays
    )
    return tuple(sorted(rung, key=lambda bell: bell.at_min))
