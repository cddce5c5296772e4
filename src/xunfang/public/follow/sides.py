"""What somebody is asked to confirm with their receipt: offers, and what came back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from xunfang.cases.livelihood import queries as livelihood
from xunfang.cases.livelihood.queries import OfferRow, RequestRow
from xunfang.cases.lost import queries as lost
from xunfang.cases.models import LostItem, LostReturn, OfferConfirmation
from xunfang.cases.models.confirmations import Confirmation, last_of
from xunfang.core.casework.confirming import Says, Statement, may_say
from xunfang.feedback.models import Word


@dataclass(frozen=True, slots=True)
class OwnOffer:
    """An offer as one of its two sides sees it."""

    row: OfferRow
    is_buyer: bool
    may: Sequence[Says]
    """What they may say of it now."""

    @property
    def mine(self) -> OfferConfirmation | None:
        """Return what counts of what their side said, whoever wrote it down."""
        return self.row.buyer if self.is_buyer else self.row.resident

    @property
    def theirs(self) -> OfferConfirmation | None:
        """Return what counts of what the other side said."""
        return self.row.resident if self.is_buyer else self.row.buyer


@dataclass(frozen=True, slots=True)
class OwnRequest:
    """A livelihood request as somebody sees who asked, or who would take some of it."""

    row: RequestRow
    offers: Sequence[OwnOffer]
    """Those that stand."""
    is_buyer: bool


def requests_of(word: Word, on: date) -> list[OwnRequest]:
    """Return the requests of a word, and those for which it has an offer."""
    found = []
    for row in livelihood.rows_of(livelihood.of_word(word), on):
        is_buyer = row.request.word_id != word.pk
        side = OfferConfirmation.BUYER if is_buyer else OfferConfirmation.RESIDENT
        is_closed = row.request.closed_at is not None
        offers = [
            OwnOffer(
                row=each,
                is_buyer=is_buyer,
                may=[] if is_closed else _may_say(each.said_by(side), on),
            )
            for each in row.offers
            if each.offer.withdrawn_at is None
        ]
        found.append(OwnRequest(row, offers, is_buyer))
    return found


def _may_say(said: Iterable[Confirmation], on: date) -> list[Says]:
    """Return what a side may say with its receipt after what it said, oldest first."""
    last = last_of(said)
    before = last.statement if last else None
    return [
        says
        for says in Says
        if may_say(Statement(says, by_receipt=True, on=on), before)
    ]


@dataclass(frozen=True, slots=True)
class OwnReturn:
    """That something they miss was given back to them, as staff noted it."""

    back: LostReturn
    item: LostItem
    mine: Confirmation | None
    may: Sequence[Says]


def returns_to(word: Word, on: date) -> list[OwnReturn]:
    """Return what was given back to the sender of a word, the latest last."""
    found = []
    for back in lost.returns_to(word):
        item = back.lost
        if item is None:
            continue
        said = list(back.confirmations.all())
        is_over = item.erased_at is not None or item.back_id not in (None, back.pk)
        is_over |= item.outcome not in ("", LostItem.RETURNED)
        may = [] if is_over else _may_say(said, on)
        found.append(OwnReturn(back, item, last_of(said), may))
    return found
