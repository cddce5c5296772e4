"""Enter that somebody is away, and take it back.

Why somebody is away is between them and their unit: only the kind is kept.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.core.errors import DomainError
from xunfang.units.models import Absence, Person
from xunfang.units.nights import tonight
from xunfang.units.people import policies


class AbsenceEndsFirst(DomainError):
    """The absence would end before it begins."""

    code = "units.absence_ends_first"


class AbsenceOverlaps(DomainError):
    """An absence of another kind is entered for part of that time; ``there`` is it."""

    code = "units.absence_overlaps"

    def __init__(self, there: Absence) -> None:
        self.there = there
        super().__init__(f"{there.kind} from {there.begins_at} to {there.ends_at}")


class AbsenceCancelled(DomainError):
    """The absence has been cancelled before."""

    code = "units.absence_cancelled"


@transaction.atomic
def enter_absence(
    *,
    person: Person,
    begins_at: datetime,
    ends_at: datetime,
    kind: str = "absent",
    by: User,
    at: datetime,
) -> Absence:
    """Enter that somebody cannot be on duty from a moment to another.

    What is entered twice stands once: an absence of the same kind that overlaps or
    touches grows to hold both, and is what is returned.

    Raises
    ------
    NotAllowed
        This person may not enter absences of that one.
    AbsenceEndsFirst
        It ends before it begins.
    AbsenceOverlaps
        One of another kind is entered for part of the time: cancel that first, or
        choose another time. Nothing is changed.
    """
    # The row of the person is the lock: two desks may enter the same at once.
    person = (
        Person.objects.select_for_update(of=("self",))
        .select_related("home_unit__station")
        .get(pk=person.pk)
    )
    night = tonight(at, ZoneInfo(settings.TIME_ZONE))
    policies.check_can_enter_absence(by, person, night=night)
    if ends_at <= begins_at:
        raise AbsenceEndsFirst(f"{begins_at} to {ends_at}")
    standing = person.absences.filter(cancelled_at=None)
    other = standing.exclude(kind=kind)
    there = other.filter(begins_at__lt=ends_at, ends_at__gt=begins_at).first()
    if there is not None:
        raise AbsenceOverlaps(there)
    first, *joined = [
        *standing.filter(
            kind=kind, begins_at__lte=ends_at, ends_at__gte=begins_at
        ).order_by("begins_at", "id")
    ] or [Absence(person=person, kind=kind, entered_at=at, entered_by=by)]
    if first.pk and first.begins_at <= begins_at and ends_at <= first.ends_at:
        return first
    if first.pk:
        begins_at = min(begins_at, first.begins_at)
        ends_at = max(ends_at, *(one.ends_at for one in (first, *joined)))
    first.begins_at, first.ends_at = begins_at, ends_at
    first.save()
    for one in joined:
        one.cancelled_at, one.cancelled_by = at, by
        one.save(update_fields=["cancelled_at", "cancelled_by"])
    audit.record(
        kind="absence.entered",
        subject=person.code,
        by=by,
        at=at,
        of_kind=kind,
        begins_at=begins_at.isoformat(),
        ends_at=ends_at.isoformat(),
    )
    return first


@transaction.atomic
def cancel_absence(*, absence: Absence, by: User, at: datetime) -> Absence:
    """Take an absence back: from now on it is as if it had not been entered.

    Raises
    ------
    NotAllowed
        This person may not enter absences of that one.
    AbsenceCancelled
        It has been cancelled before; nothing is changed.
    """
    absence = (
        Absence.objects.select_for_update(of=("self",))
        .select_related("person__home_unit__station")
        .get(pk=absence.pk)
    )
    night = tonight(at, ZoneInfo(settings.TIME_ZONE))
    policies.check_can_enter_absence(by, absence.person, night=night)
    if absence.cancelled_at is not None:
        raise AbsenceCancelled(f"cancelled at {absence.cancelled_at}")
    absence.cancelled_at, absence.cancelled_by = at, by
    absence.save(update_fields=["cancelled_at", "cancelled_by"])
    audit.record(kind="absence.cancelled", subject=absence.person.code, by=by, at=at)
    return absence
