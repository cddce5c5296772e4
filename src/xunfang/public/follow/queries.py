"""What a sender is shown of the case that answers their word."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from xunfang.audit.ledger import queries as ledger
from xunfang.cases.advice.services import may_state
from xunfang.cases.log import ZONE
from xunfang.cases.models import (
    Answer,
    Case,
    CaseReferral,
    Decision,
    StatedSaving,
    Topic,
)
from xunfang.cases.queries import case_of, likely_topic
from xunfang.core.casework.steps import Actor, Done, Step, StepRefused, take
from xunfang.core.ledger.receipts import Receipt
from xunfang.feedback.commitments import document_of
from xunfang.feedback.models import Hiding, Photo, Said, Word
from xunfang.feedback.queries import stubs
from xunfang.public.follow.sides import (
    OwnRequest,
    OwnReturn,
    requests_of,
    returns_to,
)
from xunfang.public.matters.clocks import Clock, clock_of
from xunfang.public.matters.queries import public_cases

FRAUD = ("0203", *Topic.BEFORE_PAYING)


@dataclass(frozen=True, slots=True)
class Followed:
    """A word and what became of it, for whoever said it."""

    word: Word
    said: Said | None
    """None where the law had it erased."""
    photos: Sequence[Photo]
    case: Case
    clock: Clock
    answers: Sequence[Answer]
    decisions: Sequence[Decision]
    referrals: Sequence[CaseReferral]
    requests: Sequence[OwnRequest]
    """What they asked a taker for, or would take."""
    returns: Sequence[OwnReturn]
    """What they missed and was given back."""
    hiding: Hiding | None
    n_others: int
    """Words of other people on the same matter."""
    is_public: bool
    is_proven: bool
    """Whether a signed checkpoint covers the word already."""
    may_say_not_answered: bool
    has_said_not_answered: bool
    may_state_saving: bool
    """Whether it was a question before paying, and was answered."""
    saving: StatedSaving | None
    """What they last stated."""

    @property
    def is_urgent(self) -> bool:
        """Whether somebody must still be told to call 110, 119 or 120."""
        return self.case.urgency == 1 and self.case.settled_at is None

    @property
    def is_about_money(self) -> bool:
        """Whether money seems to be on its way to a fraud: minutes count."""
        return likely_topic(self.case) in FRAUD


def followed(word: Word, *, at: datetime) -> Followed:
    """Return what the sender of a word sees.

    Of a sealed case: state, clock and what was answered to them, and nothing of who has
    it, what was decided or passed on.
    """
    case = case_of(word)
    log = [
        Done(Step(step), Actor(actor))
        for step, actor in case.events.values_list("step", "actor")
    ]
    today = at.astimezone(ZONE).date()
    checkpoint = ledger.latest_checkpoint()
    return Followed(
        word=word,
        said=Said.objects.filter(word=word).first(),
        photos=list(word.photos.order_by("number")),
        case=case,
        clock=clock_of(case, at=at),
        answers=list(
            case.answers.order_by("at", "pk").prefetch_related("services__station")
        ),
        decisions=[] if case.is_sealed else list(case.decisions.order_by("at", "pk")),
        referrals=[]
        if case.is_sealed
        else list(case.referrals.order_by("sent_at", "pk")),
        requests=requests_of(word, today),
        returns=returns_to(word, today),
        hiding=stubs([word]).get(word.pk),
        n_others=0 if case.is_sealed else case.links.filter(ended_at=None).count() - 1,
        is_public=public_cases().filter(pk=case.pk).exists(),
        is_proven=checkpoint is not None and checkpoint.size > word.ledger_index,
        may_say_not_answered=_may_say_not_answered(log),
        has_said_not_answered=any(
            each.by is Actor.RESIDENT and each.step is Step.NOT_ANSWERED for each in log
        ),
        may_state_saving=may_state(word, case),
        saving=word.stated_savings.order_by("at", "pk").last(),
    )


def _may_say_not_answered(log: Sequence[Done]) -> bool:
    try:
        take(Step.NOT_ANSWERED, log, by=Actor.RESIDENT)
    except StepRefused:
        return False
    return True


def receipt_of(word: Word) -> Receipt | None:
    """Return what proves that a word is in the log, with its words; None once erased.

    Raises
    ------
    NotSealed, LogDamaged
    """
    said = Said.objects.filter(word=word).first()
    if said is None:
        return None
    document = document_of(word, said, word.photos.order_by("number"))
    return ledger.receipt(word.ledger_index, salt=bytes(said.salt), document=document)
