"""Livelihood requests, as staff see them and as whoever asked does."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Prefetch, Q, QuerySet

from xunfang.accounts.models import User
from xunfang.cases import policies
from xunfang.cases.models import Case, LivelihoodRequest, Offer, OfferConfirmation
from xunfang.cases.models.confirmations import last_of
from xunfang.feedback.models import Word

NEAR = timedelta(days=3)
"""How long before its last day a request is named as pressing."""


def _offers() -> QuerySet[Offer]:
    said = OfferConfirmation.objects.select_related("by").order_by("pk")
    return (
        Offer.objects.select_related("word")
        .prefetch_related(Prefetch("confirmations", said))
        .order_by("number")
    )


def visible_to(user: User) -> QuerySet[LivelihoodRequest]:
    """Return the requests of cases a person may see, the first due first."""
    cases = Case.objects.filter(policies.seen_by(user))
    return (
        LivelihoodRequest.objects.filter(case__in=cases.values("pk"))
        .select_related("case__station", "word")
        .prefetch_related(Prefetch("offers", _offers()))
        .order_by("due_on", "pk")
    )


def search(
    user: User, *, on: date, q: str = "", shown: str = ""
) -> QuerySet[LivelihoodRequest]:
    """Return the requests that match: open ones, pressing ones, closed ones, or all."""
    found = visible_to(user)
    if shown == "":
        found = found.filter(closed_at=None)
    elif shown == "near":
        found = found.filter(closed_at=None, due_on__lte=on + NEAR)
    elif shown == "closed":
        found = found.exclude(closed_at=None).order_by("-closed_at", "-pk")
    if q := q.strip():
        found = found.filter(
            Q(what__icontains=q)
            | Q(number__icontains=q)
            | Q(pk__in=Offer.objects.filter(firm__icontains=q).values("request"))
        )
    return found


def of_case(case: Case) -> Sequence[LivelihoodRequest]:
    """Return the requests of a case."""
    return list(
        case.livelihood_requests.prefetch_related(Prefetch("offers", _offers()))
    )


def side_of(word: Word, offer: Offer) -> str | None:
    """Return for which side of an offer the receipt of a word speaks; None: for neither."""
    if word.pk == offer.request.word_id:
        return OfferConfirmation.RESIDENT
    return OfferConfirmation.BUYER if word.pk == offer.word_id else None


def of_word(word: Word) -> Sequence[LivelihoodRequest]:
    """Return what the sender of a word is shown: their own requests with every offer, or
    what they would take, with theirs."""
    offers = _offers().filter(Q(request__word=word) | Q(word=word))
    return list(
        LivelihoodRequest.objects.filter(Q(word=word) | Q(offers__word=word))
        .distinct()
        .prefetch_related(Prefetch("offers", offers))
        .order_by("due_on", "pk")
    )


@dataclass(frozen=True, slots=True)
class OfferRow:
    """An offer, and what has been said of it, oldest first."""

    offer: Offer
    said: Sequence[OfferConfirmation]

    @property
    def resident(self) -> OfferConfirmation | None:
        """Return what counts of what the resident's side said."""
        return last_of(self.said_by(OfferConfirmation.RESIDENT))

    @property
    def buyer(self) -> OfferConfirmation | None:
        """Return what counts of what the buyer's side said."""
        return last_of(self.said_by(OfferConfirmation.BUYER))

    def said_by(self, side: str) -> list[OfferConfirmation]:
        """Return what one side said, oldest first."""
        return [each for each in self.said if each.side == side]

    @property
    def is_open(self) -> bool:
        """Whether a partner may still decline it."""
        return self.offer.agreed_at is None and self.offer.withdrawn_at is None


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request, how near its last day is, and how much has found a taker."""

    request: LivelihoodRequest
    n_days_left: int
    """Negative once the last day is over."""
    offers: Sequence[OfferRow]
    agreed: Decimal
    """In the unit the request is kept in."""

    @property
    def urgency(self) -> str:
        """Return ``over``, ``near`` or nothing; of what is closed, nothing."""
        if self.request.closed_at is not None:
            return ""
        if self.n_days_left < 0:
            return "over"
        return "near" if self.n_days_left <= NEAR.days else ""

    @property
    def n_days_over(self) -> int:
        return -self.n_days_left


def rows_of(requests: Iterable[LivelihoodRequest], on: date) -> list[RequestRow]:
    """Return how requests stand on a day; their offers are fetched with them."""
    rows = []
    for request in requests:
        offers = [_row(offer) for offer in request.offers.all()]
        agreed = sum(
            (each.offer.amount for each in offers if each.offer.agreed_at is not None),
            start=Decimal(0),
        )
        left = (request.due_on - on).days
        rows.append(RequestRow(request, left, offers, agreed))
    return rows


def _row(offer: Offer) -> OfferRow:
    return OfferRow(offer, list(offer.confirmations.all()))
