"""The crews of a night: which there are, when, how they move, in what numbers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.core.errors import DomainError
from xunfang.core.planning.problem import Crew
from xunfang.core.planning.staffing import check_team
from xunfang.units.models import Shift, Station, TeamTemplate
from xunfang.units.roster import policies
from xunfang.units.roster.allocation import number_night
from xunfang.units.roster.edits import lock_crew
from xunfang.units.roster.night import least_team
from xunfang.units.roster.refusals import Seen, check_not_over

COPIED = (
    *("code", "name", "station_id", "template_id", "mode", "n_sworn", "n_auxiliary"),
    *("begins_min", "ends_min", "break_first_min", "break_last_min", "break_minutes"),
    *("tags", "is_seconded", "group_number"),
)
"""What makes a crew from night to night; who is in it is another matter."""


class CrewCodeTaken(DomainError):
    """Another crew of the night has this code."""

    code = "units.crew_code_taken"


class NothingToCopy(DomainError):
    """The other night has no crew that this one lacks."""

    code = "units.nothing_to_copy"


@dataclass(frozen=True, slots=True)
class CrewValues:
    """What a crew is, besides who is in it."""

    code: str
    name: str
    mode: str
    n_sworn: int
    n_auxiliary: int
    begins_min: int
    ends_min: int
    template: TeamTemplate | None = None
    is_seconded: bool = False


@transaction.atomic
def add_crew(
    *, station: Station, night: date, values: CrewValues, by: User, at: datetime
) -> Shift:
    """Set up a crew for a night. A seconded group gets its number at once.

    Raises
    ------
    NotAllowed
        This person does not edit the station's roster, or, for a seconded group, does
        not allocate for the city.
    NightOver
        The night is over.
    TeamTooSmall
        Fewer sworn officers or fewer people than the template asks for.
    CrewCodeTaken
        Another crew of the night has the code.
    """
    policies.check_can_edit_roster(by, station)
    check_not_over(night, at)
    shift = Shift(night=night, station=station)
    _set(shift, values, by)
    shift.save()
    _number(shift)
    audit.record(
        kind="crew.added", subject=_subject(shift), by=by, at=at, **_numbers(shift)
    )
    return shift


@transaction.atomic
def edit_crew(
    *,
    shift: Shift,
    values: CrewValues,
    seen: Seen | None = None,
    by: User,
    at: datetime,
) -> Shift:
    """Change when a crew goes out, how, or in what numbers. Its people stay in it.

    Raises
    ------
    NotAllowed, NightOver, TeamTooSmall, CrewCodeTaken
        As ``add_crew``.
    RosterMoved
        The crew has changed since it was seen.
    """
    shift = lock_crew(shift, seen=seen, by=by, at=at)
    _set(shift, values, by)
    shift.revision += 1
    shift.save()
    _number(shift)
    audit.record(
        kind="crew.edited", subject=_subject(shift), by=by, at=at, **_numbers(shift)
    )
    return shift


@transaction.atomic
def remove_crew(
    *, shift: Shift, seen: Seen | None = None, by: User, at: datetime
) -> None:
    """Take a crew off a night, with whoever is in it.

    Raises
    ------
    NotAllowed, NightOver, RosterMoved
        As ``edit_crew``.
    """
    shift = lock_crew(shift, seen=seen, by=by, at=at)
    if shift.is_seconded:
        policies.check_can_allocate(by)
    audit.record(
        kind="crew.removed", subject=_subject(shift), by=by, at=at, **_numbers(shift)
    )
    shift.delete()


@transaction.atomic
def copy_crews(
    *,
    from_night: date,
    to_night: date,
    stations: Iterable[Station],
    by: User,
    at: datetime,
) -> list[Shift]:
    """Set up the crews of one night for another, without their people.

    Crews that the other night has already, by code, are left as they are.

    Raises
    ------
    NotAllowed, NightOver
        As ``add_crew``, for any of the stations.
    NothingToCopy
        There is none, or all are there already.
    """
    asked = list(stations)
    for station in asked:
        policies.check_can_edit_roster(by, station)
    check_not_over(to_night, at)
    there = Shift.objects.filter(night=to_night)
    codes = set(there.values_list("code", flat=True))
    numbers = set(there.values_list("group_number", flat=True))
    copies = []
    for crew in Shift.objects.filter(night=from_night, station__in=asked):
        if crew.code in codes:
            continue
        copy = Shift(night=to_night, **{name: getattr(crew, name) for name in COPIED})
        if copy.group_number in numbers:
            copy.group_number = None
        copies.append(copy)
    if not copies:
        raise NothingToCopy(f"from {from_night} to {to_night}")
    Shift.objects.bulk_create(copies)
    number_night(night=to_night)
    audit.record(
        kind="crew.copied",
        subject=to_night.isoformat(),
        by=by,
        at=at,
        from_night=from_night.isoformat(),
        crews=sorted(copy.code for copy in copies),
    )
    return copies


def _set(shift: Shift, values: CrewValues, by: User) -> None:
    if values.is_seconded or shift.is_seconded:
        policies.check_can_allocate(by)
    taken = Shift.objects.filter(night=shift.night, code=values.code)
    if taken.exclude(pk=shift.pk).exists():
        raise CrewCodeTaken(f"{values.code} on {shift.night}")
    shift.code, shift.name, shift.mode = values.code, values.name, values.mode
    shift.n_sworn, shift.n_auxiliary = values.n_sworn, values.n_auxiliary
    shift.begins_min, shift.ends_min = values.begins_min, values.ends_min
    shift.template, shift.is_seconded = values.template, values.is_seconded
    if not shift.is_seconded:
        shift.group_number = None
    check_team(
        least_team(shift), Crew(sworn=shift.n_sworn, auxiliary=shift.n_auxiliary)
    )


def _number(shift: Shift) -> None:
    if shift.is_seconded:
        number_night(night=shift.night)
        shift.refresh_from_db(fields=["group_number"])


def _subject(shift: Shift) -> str:
    return f"{shift.code} {shift.night.isoformat()}"


def _numbers(shift: Shift) -> dict[str, int]:
    return {
        "n_sworn": shift.n_sworn,
        "n_auxiliary": shift.n_auxiliary,
        "begins_min": shift.begins_min,
        "ends_min": shift.ends_min,
    }
