"""Somebody asks that another takes their place; a duty officer decides."""

from datetime import datetime

from django.db import transaction

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.core.errors import DomainError
from xunfang.units.models import Assignment, Part, Person, Shift, SwapRequest
from xunfang.units.roster import policies
from xunfang.units.roster.edits import NotInCrew, lock_crew, put_in_place
from xunfang.units.roster.refusals import check_not_over


class SwapAskedAlready(DomainError):
    """A swap of this place is waiting for an answer."""

    code = "units.swap_asked_already"


class SwapDecided(DomainError):
    """The request has been answered or taken back."""

    code = "units.swap_decided"


class SwapReasonMissing(DomainError):
    """A refusal of a swap needs a reason."""

    code = "units.swap_reason_missing"


class SwapWithOneself(DomainError):
    """The person who would take the place holds it."""

    code = "units.swap_with_oneself"


@transaction.atomic
def ask_for_swap(
    *, assignment: Assignment, instead: Person, by: User, at: datetime
) -> SwapRequest:
    """Ask that another takes one's place. Nothing changes until it is approved.

    Raises
    ------
    NotAllowed
        The place is not this person's own.
    NightOver
        The night is over.
    SwapWithOneself, SwapAskedAlready
        There is nothing to ask, or it has been asked.
    """
    person, shift = assignment.person, assignment.shift
    policies.check_can_ask_for_swap(by, person)
    check_not_over(shift.night, at)
    if person == instead:
        raise SwapWithOneself(person.code)
    asked = SwapRequest.objects.filter(
        shift=shift, person=person, state=SwapRequest.ASKED
    )
    if asked.exists():
        raise SwapAskedAlready(f"{person.code} in {shift.code}")
    request = SwapRequest.objects.create(
        shift=shift, person=person, instead=instead, asked_at=at, asked_by=by
    )
    audit.record(
        kind="swap.asked",
        subject=_subject(shift),
        by=by,
        at=at,
        person=person.code,
        instead=instead.code,
    )
    return request


@transaction.atomic
def take_back_swap(*, request: SwapRequest, by: User, at: datetime) -> SwapRequest:
    """Take back what one has asked.

    Raises
    ------
    NotAllowed
        Somebody else asked.
    SwapDecided
        It has been answered or taken back before.
    """
    request = _lock(request)
    policies.check_can_ask_for_swap(by, request.person)
    _decide(request, SwapRequest.TAKEN_BACK, by=by, at=at)
    audit.record(
        kind="swap.taken_back",
        subject=_subject(request.shift),
        by=by,
        at=at,
        person=request.person.code,
    )
    return request


@transaction.atomic
def approve_swap(*, request: SwapRequest, by: User, at: datetime) -> SwapRequest:
    """Let the other take the place.

    Raises
    ------
    NotAllowed, NightOver
        This person does not edit the roster, or the night is over.
    SwapDecided
        It has been answered or taken back before.
    NotInCrew
        Whoever asked is not in the crew any more.
    InCrewAlready, CrewFull, MayNotGo
        The law forbids it: rest, two places, absence, nights, standing.
    """
    request = _lock(request)
    shift = lock_crew(request.shift, by=by, at=at)
    _decide(request, SwapRequest.APPROVED, by=by, at=at)
    leaving = (
        Assignment.objects.filter(shift=shift, person=request.person)
        .exclude(part=Part.STAND_IN)
        .first()
    )
    if leaving is None:
        raise NotInCrew(f"{request.person.code} is not in {shift.code}")
    leaving.shift = shift
    put_in_place(leaving, request.instead, by=by, at=at)
    shift.revision += 1
    shift.save(update_fields=["revision"])
    audit.record(
        kind="swap.approved",
        subject=_subject(shift),
        by=by,
        at=at,
        person=request.person.code,
        instead=request.instead.code,
    )
    return request


@transaction.atomic
def refuse_swap(
    *, request: SwapRequest, reason: str, by: User, at: datetime
) -> SwapRequest:
    """Say no, and why.

    Raises
    ------
    NotAllowed, SwapDecided
        As ``approve_swap``.
    SwapReasonMissing
        There is no reason.
    """
    request = _lock(request)
    policies.check_can_edit_roster(by, request.shift.station)
    if not reason.strip():
        raise SwapReasonMissing(_subject(request.shift))
    request.reason = reason.strip()
    _decide(request, SwapRequest.REFUSED, by=by, at=at)
    audit.record(
        kind="swap.refused",
        subject=_subject(request.shift),
        by=by,
        at=at,
        person=request.person.code,
        reason=request.reason,
    )
    return request


def _lock(request: SwapRequest) -> SwapRequest:
    return (
        SwapRequest.objects.select_for_update(of=("self",))
        .select_related("shift__station", "person", "instead__home_unit")
        .get(pk=request.pk)
    )


def _decide(request: SwapRequest, state: str, *, by: User, at: datetime) -> None:
    if request.state != SwapRequest.ASKED:
        raise SwapDecided(f"{request} is {request.state}")
    request.state, request.decided_at, request.decided_by = state, at, by
    request.save(update_fields=["state", "decided_at", "decided_by", "reason"])


def _subject(shift: Shift) -> str:
    return f"{shift.code} {shift.night.isoformat()}"
