"""Open how a resident is reached: with a reason, and put on record."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, NotAllowed, can
from xunfang.audit import services as audit
from xunfang.cases import log, services
from xunfang.cases.models import Case, Topic
from xunfang.core.casework.steps import Step
from xunfang.core.errors import DomainError
from xunfang.feedback.models import Contact, Word
from xunfang.feedback.sealing import unseal

MIN_REASON = 4
"""Signs; 电话回访 has four."""


class ContactReasonMissing(DomainError):
    """A contact is opened for a reason only."""

    code = "cases.contact_reason_missing"


class NoContact(DomainError):
    """Nobody left one with this word, or it has been erased."""

    code = "cases.no_contact"


class SecondOfficerMissing(DomainError):
    """Who criticises is only looked up by two: another officer's account is named."""

    code = "cases.second_officer_missing"


def is_criticism(case: Case) -> bool:
    """Say whether the sender of a case's words is sealed from those criticised."""
    criticism = {Topic.CRITICISM, Topic.COMPLAINT}
    return case.is_sealed or (case.topic is not None and case.topic.code in criticism)


@transaction.atomic
def open_contact(
    *,
    case: Case,
    word: Word,
    reason: str,
    by: User,
    at: datetime,
    second: str = "",
) -> str:
    """Return how the sender of a word is reached; who looked, when and why is kept.

    For criticism a supervisor and a second officer stand for it. The log of the case says
    that it was opened, so that the resident can be told.

    Raises
    ------
    NotAllowed, ContactReasonMissing, SecondOfficerMissing, NoContact
    """
    case = services.held(case, by)
    if len(reason.strip()) < MIN_REASON:
        raise ContactReasonMissing(case.number)
    witness = None
    if is_criticism(case):
        if not can(by, Capability.SUPERVISE_CASES):
            raise NotAllowed(f"{by.username} may not see who criticised")
        witness = _second_officer(second, by)
    if not case.links.filter(word=word, ended_at=None).exists():
        raise NoContact(word.number)
    contact = Contact.objects.filter(word=word).first()
    if contact is None:
        raise NoContact(word.number)
    log.add(
        case=case,
        step=Step.NOTED,
        actor=log.actor_of(by),
        by=by,
        at=at,
        note=reason,
        contact=word.number,
        second=witness.username if witness else "",
    )
    case.save()
    audit.record(
        kind="contact.opened",
        subject=word.number,
        by=by,
        at=at,
        case=case.number,
        reason=reason.strip(),
        role=by.role,
        unit=by.station_code,
        second=witness.username if witness else "",
    )
    return unseal(contact.sealed, of=word.number)


def _second_officer(name: str, by: User) -> User:
    name = name.strip()
    found = (
        User.objects.filter(Q(username=name) | Q(display_name=name), is_active=True)
        .exclude(pk=by.pk)
        .order_by("pk")
        .first()
    )
    if not name or found is None or not can(found, Capability.SEE_CASES):
        raise SecondOfficerMissing(name)
    return found
