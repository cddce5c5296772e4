"""The roster by hand: put in, take out, call the stand-in, swap two."""

from datetime import datetime

from django.db import transaction

from xunfang.accounts.models import Standing, User
from xunfang.audit import services as audit
from xunfang.core.errors import DomainError
from xunfang.units.models import Assignment, Part, Person, Shift
from xunfang.units.roster import law, policies
from xunfang.units.roster.night import count_by_standing
from xunfang.units.roster.reading import GOES_OUT, Reading
from xunfang.units.roster.refusals import (
    REFUSALS,
    Seen,
    StandingWrong,
    check_not_over,
    check_seen,
)


class InCrewAlready(DomainError):
    """The person is in this crew already."""

    code = "units.in_crew_already"


class NotInCrew(DomainError):
    """The person is not in this crew any more."""

    code = "units.not_in_crew"


class CrewFull(DomainError):
    """The crew has no open place for somebody of this standing."""

    code = "units.crew_full"


@transaction.atomic
def assign(
    *,
    shift: Shift,
    person: Person,
    part: Part = Part.MEMBER,
    seen: Seen | None = None,
    by: User,
    at: datetime,
) -> Assignment:
    """Put somebody in a crew. A stand-in of it who is put in stands in no more.

    ``seen`` is the crew as it was when this was decided; None: as it is.

    Raises
    ------
    NotAllowed
        This person does not edit the station's roster, or may not put in the other.
    NightOver
        The night is over.
    RosterMoved
        The crew has changed since it was seen.
    InCrewAlready, CrewFull
        There is no place for this person.
    MayNotGo
        Absence, two places, rest, nights or standing forbid it; a subclass says which.
    """
    shift = lock_crew(shift, seen=seen, by=by, at=at)
    policies.check_can_place(by, person, shift)
    reading = Reading(night=shift.night, stations=[shift.station], people=[person.pk])
    check_may_go(reading, reading.people[person.pk], shift)
    there = shift.assignments.filter(person=person).first()
    if there is not None and (there.part == part or there.part != Part.STAND_IN):
        raise InCrewAlready(f"{person.code} is in {shift.code} as {there.part}")
    _check_place(reading, person, shift, part)
    if there is not None:
        there.delete()
    kept = _put(shift, person, part, by=by, at=at)
    _changed(shift)
    audit.record(
        kind="roster.assigned",
        subject=_subject(shift),
        by=by,
        at=at,
        person=person.code,
        part=str(part),
    )
    return kept


@transaction.atomic
def take_out(
    *, assignment: Assignment, seen: Seen | None = None, by: User, at: datetime
) -> None:
    """Take somebody out of a crew.

    Raises
    ------
    NotAllowed, NightOver, RosterMoved
        As ``assign``.
    NotInCrew
        Somebody else has taken them out before.
    """
    shift = lock_crew(assignment.shift, seen=seen, by=by, at=at)
    leaving = _find(assignment, shift)
    leaving.delete()
    _changed(shift)
    audit.record(
        kind="roster.taken_out",
        subject=_subject(shift),
        by=by,
        at=at,
        person=leaving.person.code,
        part=leaving.part,
    )


@transaction.atomic
def replace(
    *,
    assignment: Assignment,
    person: Person,
    seen: Seen | None = None,
    by: User,
    at: datetime,
) -> Assignment:
    """Let somebody take the place of another, as a stand-in does who is called.

    Raises
    ------
    NotAllowed, NightOver, RosterMoved, NotInCrew, InCrewAlready, CrewFull, MayNotGo
        As ``assign`` and ``take_out``. Nothing is changed.
    """
    shift = lock_crew(assignment.shift, seen=seen, by=by, at=at)
    leaving = _find(assignment, shift)
    kept = put_in_place(leaving, person, by=by, at=at)
    _changed(shift)
    audit.record(
        kind="roster.replaced",
        subject=_subject(shift),
        by=by,
        at=at,
        person=person.code,
        in_place_of=leaving.person.code,
    )
    return kept


def put_in_place(
    leaving: Assignment, person: Person, *, by: User, at: datetime
) -> Assignment:
    """Let somebody take another's place in a locked crew. Part of other services.

    Raises
    ------
    NotAllowed
        This person may not put the other in the crew.
    InCrewAlready, CrewFull, MayNotGo
        The place cannot be theirs.
    """
    shift, part = leaving.shift, Part(leaving.part)
    policies.check_can_place(by, person, shift)
    reading = Reading(night=shift.night, stations=[shift.station], people=[person.pk])
    check_may_go(reading, reading.people[person.pk], shift)
    there = shift.assignments.filter(person=person).first()
    if there is not None and there.part != Part.STAND_IN:
        raise InCrewAlready(f"{person.code} is in {shift.code} as {there.part}")
    _check_place(reading, person, shift, part, instead_of=leaving.person)
    if there is not None:
        there.delete()
    leaving.delete()
    return _put(shift, person, part, by=by, at=at)


@transaction.atomic
def swap(
    *,
    first: Assignment,
    second: Assignment,
    seen: dict[int, Seen] | None = None,
    by: User,
    at: datetime,
) -> None:
    """Let two people take each other's places: in two crews, or member and stand-in.

    ``seen`` holds each crew as it was when this was decided, by the shift's key.

    Raises
    ------
    NotAllowed, NightOver, RosterMoved, NotInCrew, InCrewAlready, CrewFull, MayNotGo
        As ``assign``. Nothing is changed.
    """
    seen = seen or {}
    # Always in one order: two who swap at once wait for each other, and do not block.
    shifts = {
        shift.pk: lock_crew(shift, seen=seen.get(shift.pk), by=by, at=at)
        for shift in sorted({first.shift, second.shift}, key=lambda shift: shift.pk)
    }
    one = _find(first, shifts[first.shift_id])
    other = _find(second, shifts[second.shift_id])
    for mover, to in ((one, other), (other, one)):
        _check_swap(mover, to)
    one.delete()
    other.delete()
    _put(other.shift, one.person, Part(other.part), by=by, at=at)
    _put(one.shift, other.person, Part(one.part), by=by, at=at)
    for shift in shifts.values():
        _changed(shift)
    audit.record(
        kind="roster.swapped",
        subject=_subject(one.shift),
        by=by,
        at=at,
        first=one.person.code,
        second=other.person.code,
        second_crew=other.shift.code,
    )


def _check_swap(mover: Assignment, to: Assignment) -> None:
    if mover.shift_id != to.shift_id:
        if to.shift.assignments.filter(person=mover.person).exists():
            raise InCrewAlready(f"{mover.person.code} is in {to.shift.code}")
        reading = Reading(
            night=to.shift.night,
            stations=[to.shift.station],
            people=[mover.person_id],
        )
        # Two of one night leave the other's crew; of two nights, keep to their own law.
        left = mover.shift_id if mover.part in GOES_OUT else None
        if to.part in GOES_OUT:
            check_may_go(
                reading, reading.people[mover.person_id], to.shift, instead_of=left
            )
        _check_place(
            reading, mover.person, to.shift, Part(to.part), instead_of=to.person
        )
    elif mover.part != to.part:
        reading = Reading(night=to.shift.night, stations=[to.shift.station])
        if to.part in GOES_OUT:
            check_may_go(reading, mover.person, to.shift)
        # Who leaves a place of the crew for the other's opens it.
        _check_place(
            reading,
            mover.person,
            to.shift,
            Part(to.part),
            instead_of=to.person,
        )


def lock_crew(
    shift: Shift, *, seen: Seen | None = None, by: User, at: datetime
) -> Shift:
    """Hold a crew until the end of the transaction, if it may be changed now.

    Raises
    ------
    NotAllowed, NightOver, RosterMoved
        As ``assign``.
    """
    shift = (
        Shift.objects.select_for_update(of=("self",))
        .select_related("station", "template")
        .get(pk=shift.pk)
    )
    policies.check_can_edit_roster(by, shift.station)
    check_not_over(shift.night, at)
    if seen is not None:
        check_seen(shift, seen)
    return shift


def check_may_go(
    reading: Reading, person: Person, shift: Shift, *, instead_of: int | None = None
) -> None:
    """Refuse what the law forbids.

    Raises
    ------
    MayNotGo
        By the first thing that stands against it.
    """
    for finding in law.findings(reading, person, shift, instead_of=instead_of):
        if finding.is_fault:
            raise REFUSALS[finding.code](person, shift, finding)


def has_place(
    reading: Reading,
    person: Person,
    shift: Shift,
    part: Part,
    *,
    instead_of: Person | None = None,
) -> bool:
    """Say whether a crew has a place for somebody of this standing."""
    if part == Part.STAND_IN:
        return True
    others = [p for p in reading.in_crew(shift, part) if p != instead_of]
    if part == Part.JOINED:
        return shift.is_seconded and not others
    numbers = count_by_standing([*others, person])
    if person.standing == Standing.SWORN:
        return numbers.sworn <= shift.n_sworn
    return numbers.auxiliary <= shift.n_auxiliary


def _check_place(
    reading: Reading,
    person: Person,
    shift: Shift,
    part: Part,
    *,
    instead_of: Person | None = None,
) -> None:
    if part == Part.JOINED and person.standing != Standing.SWORN:
        raise StandingWrong(person, shift, law.Finding("standing_wrong"))
    if not has_place(reading, person, shift, part, instead_of=instead_of):
        raise CrewFull(f"{shift.code} has no place for {person.code}")


def _find(assignment: Assignment, shift: Shift) -> Assignment:
    found = (
        Assignment.objects.filter(pk=assignment.pk, shift=shift)
        .select_related("person__home_unit")
        .first()
    )
    if found is None:
        raise NotInCrew(f"{assignment.person_id} is not in {shift.code}")
    found.shift = shift
    return found


def _put(
    shift: Shift, person: Person, part: Part, *, by: User, at: datetime
) -> Assignment:
    return Assignment.objects.create(
        shift=shift, person=person, part=part, assigned_at=at, assigned_by=by
    )


def _changed(shift: Shift) -> None:
    shift.revision += 1
    shift.save(update_fields=["revision"])


def _subject(shift: Shift) -> str:
    return f"{shift.code} {shift.night.isoformat()}"
