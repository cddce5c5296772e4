"""Pass on what is not the police's, and keep what came back."""

from datetime import datetime

from django.db import transaction

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.calls import policies
from xunfang.calls.models import Call, Referral
from xunfang.calls.services import locked
from xunfang.core.errors import DomainError

MOST_URGENT = 1
FIRST_OFFICE = "12345"


class LifeAtRisk(DomainError):
    """A matter of life is not passed on: a unit goes."""

    code = "calls.life_at_risk"


class ReferredAlready(DomainError):
    """The office has the matter, and has not answered yet."""

    code = "calls.referred_already"


class ReferralOver(DomainError):
    """The office has answered; what it said stays."""

    code = "calls.referral_over"


class ReferralChanged(DomainError):
    """Somebody else has noted something of it meanwhile."""

    code = "calls.referral_changed"


@transaction.atomic
def refer(*, call: Call, office: str, matter: str, by: User, at: datetime) -> Referral:
    """Pass a matter on to another office; the call itself goes on as it is.

    Raises
    ------
    NotAllowed
    LifeAtRisk
        The call is of the highest urgency.
    ReferredAlready
    """
    policies.check_can_work_on(by, call)
    call = locked(call)
    if call.urgency == MOST_URGENT:
        raise LifeAtRisk(call.number)
    if call.referrals.filter(office=office, came_back_at=None).exists():
        raise ReferredAlready(f"{call.number} is with {office}")
    referral = Referral.objects.create(
        call=call,
        number=f"{call.number}-R{call.referrals.count() + 1}",
        office=office,
        matter=matter.strip(),
        sent_at=at,
        sent_by=by,
        status_at=at,
    )
    audit.record(
        kind="referral.sent",
        subject=referral.number,
        by=by,
        at=at,
        office=office,
        call=call.number,
    )
    return referral


@transaction.atomic
def note_answer(
    *,
    referral: Referral,
    revision: int,
    status: str,
    receipt_number: str,
    answer: str,
    by: User,
    at: datetime,
) -> Referral:
    """Note what the office says: its receipt's number, that it is done, or not its own.

    Raises
    ------
    NotAllowed, ReferralOver, ReferralChanged
    """
    policies.check_can_work_on(by, referral.call)
    referral = Referral.objects.select_for_update(of=("self",)).get(pk=referral.pk)
    if referral.is_over:
        raise ReferralOver(referral.number)
    if referral.revision != revision:
        raise ReferralChanged(referral.number)
    if status != referral.status:
        referral.status, referral.status_at = status, at
    referral.receipt_number = receipt_number.strip()
    referral.answer = answer.strip()
    referral.came_back_at = at if status in Referral.OVER else None
    referral.revision += 1
    referral.save()
    audit.record(
        kind="referral.answered",
        subject=referral.number,
        by=by,
        at=at,
        status=status,
    )
    return referral
