"""Open how a resident is reached: with a reason, and put on record.

Who criticises, or asked us to keep quiet who they are, is looked up by two: one officer
asks, another one confirms, and the first reads it once. One of them is a supervisor.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.cases import log, policies, services
from xunfang.cases.contacts import queries
from xunfang.cases.models import Case, ContactRequest
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


class ContactNotConfirmed(DomainError):
    """Who criticises is looked up by two: no second officer has confirmed it."""

    code = "cases.contact_not_confirmed"


class RequestOver(DomainError):
    """A request that is too old, confirmed or read already, or one's own."""

    code = "cases.contact_request_over"


@transaction.atomic
def ask(
    *, case: Case, word: Word, reason: str, by: User, at: datetime
) -> ContactRequest:
    """Ask for how a critic is reached; asked again, the first request stands.

    Raises
    ------
    NotAllowed, ContactReasonMissing, NoContact
    """
    case = _held(case, word, reason, by)
    waiting = queries.waiting(at=at).filter(word=word, asked_by=by).first()
    if waiting is not None:
        return waiting
    request = ContactRequest.objects.create(
        case=case, word=word, reason=reason.strip(), asked_by=by, asked_at=at
    )
    audit.record(
        kind="contact.asked",
        subject=word.number,
        by=by,
        at=at,
        **_told(case, request.reason, by),
    )
    return request


@transaction.atomic
def confirm(*, request: ContactRequest, by: User, at: datetime) -> ContactRequest:
    """Stand for a request of another officer: that it is needed, and lawful.

    Raises
    ------
    NotAllowed, RequestOver
    """
    request = ContactRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    case = services.held(request.case, by)
    policies.check_can_confirm_contact(by, request)
    if not queries.waiting(at=at).filter(pk=request.pk).exists():
        raise RequestOver(request.word.number)
    request.confirmed_by, request.confirmed_at = by, at
    request.save(update_fields=["confirmed_by", "confirmed_at"])
    audit.record(
        kind="contact.confirmed",
        subject=request.word.number,
        by=by,
        at=at,
        **_told(case, request.reason, by),
    )
    return request


@transaction.atomic
def open_contact(
    *, case: Case, word: Word, by: User, at: datetime, reason: str = ""
) -> str:
    """Return how the sender of a word is reached; who looked, when and why is kept.

    Where two are needed it is read once, within the hour after another officer has
    confirmed it. The log of the case says that it was opened, so that the resident can be
    told.

    Raises
    ------
    NotAllowed, ContactReasonMissing, NoContact, ContactNotConfirmed
    """
    second = ""
    if queries.needs_two(case, word):
        request = (
            queries.readable(at=at, by=by)
            .filter(word=word)
            .select_for_update(of=("self",))
            .first()
        )
        if request is None or request.confirmed_by is None:
            raise ContactNotConfirmed(word.number)
        reason, second = request.reason, request.confirmed_by.username
        request.opened_at = at
        request.save(update_fields=["opened_at"])
    case = _held(case, word, reason, by)
    contact = Contact.objects.get(word=word)
    log.add(
        case=case,
        step=Step.NOTED,
        actor=log.actor_of(by),
        by=by,
        at=at,
        note=reason,
        contact=word.number,
        second=second,
    )
    case.save()
    audit.record(
        kind="contact.opened",
        subject=word.number,
        by=by,
        at=at,
        second=second,
        **_told(case, reason.strip(), by),
    )
    return unseal(contact.sealed, of=word.number)


def _held(case: Case, word: Word, reason: str, by: User) -> Case:
    """Hold the case of a word that somebody left a contact with, to be read for a reason."""
    case = services.held(case, by)
    if len(reason.strip()) < MIN_REASON:
        raise ContactReasonMissing(case.number)
    in_case = case.links.filter(word=word, ended_at=None).exists()
    if not in_case or not Contact.objects.filter(word=word).exists():
        raise NoContact(word.number)
    return case


def _told(case: Case, reason: str, by: User) -> dict[str, Any]:
    """Return what the sender of the word may read of somebody who looked."""
    return {
        "case": case.number,
        "reason": reason,
        "role": by.role,
        "unit": by.station_code,
    }
