"""Pass a matter on to another office, and keep what comes back."""

from datetime import datetime

from django.db import transaction

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.cases import log, services
from xunfang.cases.models import Case, CaseReferral, Topic
from xunfang.core.casework.steps import State, Step
from xunfang.core.errors import DomainError


class LifeAtRisk(DomainError):
    """A matter of life is not passed on: the police go."""

    code = "cases.life_at_risk"


class ReferredAlready(DomainError):
    """The office has the matter, and has not answered yet."""

    code = "cases.referred_already"


class ReferralOver(DomainError):
    """The office has answered; what it said stays."""

    code = "cases.referral_over"


class ReferralChanged(DomainError):
    """Somebody else has noted something of it meanwhile."""

    code = "cases.referral_changed"


@transaction.atomic
def refer(
    *,
    case: Case,
    office: str,
    matter: str,
    by: User,
    at: datetime,
    topic: Topic | None = None,
) -> CaseReferral:
    """Pass a matter on, without who spoke of it; the resident sees where it is.

    ``topic`` says what it is about where nobody has said so yet: one act, not two.

    Raises
    ------
    NotAllowed, StepRefused
    LifeAtRisk
        It is of the highest urgency.
    ReferredAlready
    """
    case = services.held(case, by)
    if case.urgency == 1:
        raise LifeAtRisk(case.number)
    if case.referrals.filter(office=office, came_back_at=None).exists():
        raise ReferredAlready(f"{case.number} is with {office}")
    if case.state == State.NEW and topic is not None:
        case = services.sort(
            case=case,
            topic=topic,
            urgency=min(case.urgency, topic.urgency or case.urgency),
            station=case.station,
            place_name=case.place_name,
            revision=case.revision,
            by=by,
            at=at,
        )
    referral = CaseReferral.objects.create(
        case=case,
        number=f"{case.number}-R{case.referrals.count() + 1}",
        office=office,
        matter=matter.strip(),
        sent_at=at,
        sent_by=by,
        status_at=at,
    )
    log.add(
        case=case,
        # A second office is told while the first still has it.
        step=Step.NOTED if case.state == State.ELSEWHERE else Step.REFERRED,
        actor=log.actor_of(by),
        by=by,
        at=at,
        office=office,
        referral=referral.number,
    )
    case.replied_at = case.replied_at or at
    case.save()
    audit.record(
        kind="case.referred",
        subject=case.number,
        by=by,
        at=at,
        office=office,
        referral=referral.number,
    )
    return referral


@transaction.atomic
def note_answer(
    *,
    referral: CaseReferral,
    revision: int,
    status: str,
    receipt_number: str,
    answer: str,
    by: User,
    at: datetime,
) -> CaseReferral:
    """Note what the office says: its receipt's number, that it is done, or not its own.

    Once no office has the matter any more it is in our hands again, to be answered.

    Raises
    ------
    NotAllowed, ReferralOver, ReferralChanged
    """
    case = services.held(referral.case, by)
    referral = CaseReferral.objects.select_for_update(of=("self",)).get(pk=referral.pk)
    if referral.is_over:
        raise ReferralOver(referral.number)
    if referral.revision != revision:
        raise ReferralChanged(referral.number)
    if status != referral.status:
        referral.status, referral.status_at = status, at
    referral.receipt_number = receipt_number.strip()
    referral.answer = answer.strip()
    is_over = status in CaseReferral.OVER
    referral.came_back_at = at if is_over else None
    referral.revision += 1
    referral.save()
    is_back = (
        is_over
        and case.state == State.ELSEWHERE
        and not case.referrals.filter(came_back_at=None).exists()
    )
    log.add(
        case=case,
        step=Step.CAME_BACK if is_back else Step.NOTED,
        actor=log.actor_of(by),
        by=by,
        at=at,
        note=referral.answer,
        office=referral.office,
        referral=referral.number,
        status=status,
    )
    case.save()
    audit.record(
        kind="case.referral_answered",
        subject=case.number,
        by=by,
        at=at,
        referral=referral.number,
        status=status,
    )
    return referral
