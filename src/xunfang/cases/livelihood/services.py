"""Write down what has to find a taker, who would take it, and what both sides say."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.cases import log
from xunfang.cases import services as cases
from xunfang.cases.livelihood.queries import side_of
from xunfang.cases.models import (
    Case,
    LivelihoodRequest,
    Offer,
    OfferConfirmation,
    Topic,
)
from xunfang.cases.models.confirmations import RECEIPT, TOLD
from xunfang.core.casework.confirming import Says, check_may_say
from xunfang.core.casework.quantities import are_comparable, in_base
from xunfang.core.errors import DomainError
from xunfang.feedback.models import Word
from xunfang.feedback.sealing import seal, unseal

CONTACT_KEPT = timedelta(days=30)
"""How long a firm's contact is kept after the request was closed."""
MIN_REASON = 4


class NoLivelihood(DomainError):
    """The case is not about making a living: it is sorted so first."""

    code = "cases.no_livelihood"


class WordOfAnother(DomainError):
    """The word is not one of this case, or not of the side it is to speak for."""

    code = "cases.livelihood_word"


class DeadlineOver(DomainError):
    """Its last day is over already."""

    code = "cases.livelihood_deadline_over"


class LivelihoodClosed(DomainError):
    """The request is closed; its result stays."""

    code = "cases.livelihood_closed"


class LivelihoodChanged(DomainError):
    """Somebody else has noted something of the request meanwhile."""

    code = "cases.livelihood_changed"


class UnitOfAnotherKind(DomainError):
    """What is offered cannot be compared with what is asked: weight, area or pieces."""

    code = "cases.unit_of_another_kind"


class OfferOver(DomainError):
    """The offer is agreed by both sides already, or was withdrawn."""

    code = "cases.offer_over"


class ConfirmationUnsourced(DomainError):
    """It must be said who confirmed, how, and when; nobody confirms in the future."""

    code = "cases.confirmation_unsourced"


class NoMatch(DomainError):
    """No offer is agreed by both sides, or one is, and the result says otherwise."""

    code = "cases.no_match"


class OfferContactMissing(DomainError):
    """There is no contact, or nobody said why it is needed."""

    code = "cases.offer_contact"


def is_livelihood(case: Case) -> bool:
    """Say whether a case is about making a living."""
    topics = (case.topic, case.second_topic)
    return any(each is not None and each.code == Topic.LIVELIHOOD for each in topics)


@transaction.atomic
def open_request(
    *,
    case: Case,
    word: Word,
    what: str,
    quantity: Decimal,
    unit: str,
    due_on: date,
    by: User,
    at: datetime,
) -> LivelihoodRequest:
    """Open a request on a case: what, how much, by when, and whose word it is.

    Raises
    ------
    NotAllowed, NoLivelihood, WordOfAnother, DeadlineOver
    core.casework.quantities.QuantityImpossible
    """
    case = cases.held(case, by)
    if not is_livelihood(case):
        raise NoLivelihood(case.number)
    if not case.links.filter(word=word, ended_at=None).exists():
        raise WordOfAnother(word.number)
    if due_on < at.astimezone(log.ZONE).date():
        raise DeadlineOver(due_on.isoformat())
    request = LivelihoodRequest.objects.create(
        number=f"{case.number}-L{case.livelihood_requests.count() + 1}",
        case=case,
        word=word,
        what=what.strip(),
        quantity=quantity,
        unit=unit,
        amount=in_base(quantity, unit),
        due_on=due_on,
        opened_at=at,
        opened_by=by,
    )
    cases.note_act(case=case, by=by, at=at, livelihood=request.number)
    audit.record(
        kind="livelihood.opened",
        subject=request.number,
        by=by,
        at=at,
        amount=str(request.amount),
        unit=request.base.value,
        due_on=due_on.isoformat(),
    )
    return request


def _held(request: LivelihoodRequest) -> LivelihoodRequest:
    """Return a request as it stands, held until the transaction ends, still open."""
    request = (
        LivelihoodRequest.objects.select_for_update(of=("self",))
        .select_related("case", "word")
        .get(pk=request.pk)
    )
    if request.closed_at is not None:
        raise LivelihoodClosed(request.number)
    return request


@transaction.atomic
def add_offer(
    *,
    request: LivelihoodRequest,
    firm: str,
    quantity: Decimal,
    unit: str,
    by: User,
    at: datetime,
    terms: str = "",
    contact: str = "",
    word: Word | None = None,
) -> Offer:
    """Write down what a partner would take; how its buyer is reached is encrypted.

    A buyer who came by a ``word`` confirms with its receipt.

    Raises
    ------
    NotAllowed, LivelihoodClosed, UnitOfAnotherKind
    WordOfAnother
        One word cannot speak for both sides.
    core.casework.quantities.QuantityImpossible
    """
    cases.held(request.case, by)
    request = _held(request)
    if not are_comparable(unit, request.unit):
        raise UnitOfAnotherKind(f"{unit} for {request.unit}")
    if word == request.word:
        raise WordOfAnother(request.word.number)
    offer = Offer(
        request=request,
        number=request.offers.count() + 1,
        firm=firm.strip(),
        terms=terms.strip(),
        word=word,
        quantity=quantity,
        unit=unit,
        amount=in_base(quantity, unit),
        made_at=at,
        made_by=by,
    )
    if contact := contact.strip():
        offer.sealed = seal(contact, of=offer.sealed_for)
    offer.save()
    _moved(request)
    audit.record(
        kind="livelihood.offered",
        subject=str(offer),
        by=by,
        at=at,
        amount=str(offer.amount),
        unit=offer.base.value,
    )
    return offer


def _moved(request: LivelihoodRequest) -> None:
    request.revision += 1
    request.save(update_fields=["revision"])


@transaction.atomic
def withdraw_offer(*, offer: Offer, by: User, at: datetime) -> Offer:
    """Note that a partner does not take it after all; what both agreed stays.

    Raises
    ------
    NotAllowed, LivelihoodClosed, OfferOver
    """
    cases.held(offer.request.case, by)
    request = _held(offer.request)
    offer = _open_offer(request, offer)
    offer.withdrawn_at = at
    offer.save(update_fields=["withdrawn_at"])
    _moved(request)
    audit.record(kind="livelihood.withdrawn", subject=str(offer), by=by, at=at)
    return offer


def _open_offer(request: LivelihoodRequest, offer: Offer) -> Offer:
    offer = request.offers.get(pk=offer.pk)
    if offer.agreed_at is not None or offer.withdrawn_at is not None:
        raise OfferOver(str(offer))
    return offer


@transaction.atomic
def confirm(
    *,
    offer: Offer,
    side: str,
    channel: str,
    said_by: str,
    said_at: datetime,
    by: User,
    at: datetime,
    says: str = Says.YES,
) -> Offer:
    """Note what a side told us of an offer, who said so, when and how.

    Raises
    ------
    NotAllowed, LivelihoodClosed, OfferOver, ConfirmationUnsourced
    core.casework.confirming.SaidAlready, core.casework.confirming.NothingToTakeBack
    """
    cases.held(offer.request.case, by)
    if not said_by.strip() or channel not in dict(TOLD) or said_at > at:
        raise ConfirmationUnsourced(f"{offer} {side}")
    return _say(
        OfferConfirmation(
            offer=offer,
            side=side,
            says=says,
            channel=channel,
            said_by=said_by.strip(),
            said_at=said_at,
            at=at,
            by=by,
        )
    )


@transaction.atomic
def confirm_by_receipt(
    *, offer: Offer, word: Word, at: datetime, says: str = Says.YES
) -> Offer:
    """Let a side speak for itself, with the receipt of the word it came by.

    Raises
    ------
    WordOfAnother, LivelihoodClosed, OfferOver
    core.casework.confirming.SaidAlready, core.casework.confirming.NothingToTakeBack
    """
    side = side_of(word, offer)
    if side is None:
        raise WordOfAnother(word.number)
    return _say(
        OfferConfirmation(
            offer=offer, side=side, says=says, channel=RECEIPT, said_at=at, at=at
        )
    )


def _say(said: OfferConfirmation) -> Offer:
    """Keep what a side said. It is a match while the last word of both is yes."""
    request = _held(said.offer.request)
    said.offer = offer = request.offers.get(pk=said.offer.pk)
    if offer.withdrawn_at is not None:
        raise OfferOver(str(offer))
    last = {each.side: each for each in offer.confirmations.order_by("pk")}
    before = last.get(said.side)
    check_may_say(said.statement, before.statement if before else None)
    said.save()
    last[said.side] = said
    is_agreed = [each.says for each in last.values()] == [Says.YES, Says.YES]
    if is_agreed is (offer.agreed_at is None):
        offer.agreed_at = said.at if is_agreed else None
        offer.save(update_fields=["agreed_at"])
    _moved(request)
    audit.record(
        kind="livelihood.confirmed",
        subject=str(offer),
        by=said.by,
        at=said.at,
        side=said.side,
        says=said.says,
        channel=said.channel,
        agreed=is_agreed,
    )
    return offer


@transaction.atomic
def close_request(
    *,
    request: LivelihoodRequest,
    outcome: str,
    result: str,
    revision: int,
    by: User,
    at: datetime,
) -> LivelihoodRequest:
    """Record what came of it. That something was taken needs a match of both sides.

    Raises
    ------
    NotAllowed, LivelihoodClosed, LivelihoodChanged, NoMatch
    core.casework.steps.ReasonMissing
        It is not said what came of it.
    """
    cases.held(request.case, by)
    request = _held(request)
    if request.revision != revision:
        raise LivelihoodChanged(request.number)
    cases.check_reason(result)
    is_matched = request.offers.exclude(agreed_at=None).exists()
    if is_matched is (outcome == "none"):
        raise NoMatch(request.number)
    request.outcome, request.result = outcome, result.strip()
    request.closed_at, request.closed_by = at, by
    request.revision += 1
    request.save()
    request.offers.update(erase_on=(at + CONTACT_KEPT).astimezone(log.ZONE).date())
    cases.note_act(case=request.case, by=by, at=at, livelihood=request.number)
    audit.record(
        kind="livelihood.closed",
        subject=request.number,
        by=by,
        at=at,
        outcome=outcome,
    )
    return request


@transaction.atomic
def open_contact(*, offer: Offer, reason: str, by: User, at: datetime) -> str:
    """Return how a firm's buyer is reached; who looked and why is kept.

    Raises
    ------
    NotAllowed, OfferContactMissing
    """
    cases.held(offer.request.case, by)
    if offer.sealed is None or len(reason.strip()) < MIN_REASON:
        raise OfferContactMissing(str(offer))
    audit.record(
        kind="livelihood.contact_opened",
        subject=str(offer),
        by=by,
        at=at,
        reason=reason.strip(),
    )
    return unseal(offer.sealed, of=offer.sealed_for)


@transaction.atomic
def erase_due_contacts(*, on: date, at: datetime) -> int:
    """Erase the contacts of firms whose day has come; return how many."""
    due = Offer.objects.filter(erase_on__lte=on, sealed__isnull=False)
    n_gone = due.update(sealed=None)
    if n_gone:
        audit.record(
            kind="livelihood.contacts_erased",
            subject=on.isoformat(),
            by=None,
            at=at,
            n=n_gone,
        )
    return n_gone
