"""Take down what a resident says that asking first has kept them from paying."""

from datetime import datetime

from django.db import transaction

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.cases import log, policies, queries
from xunfang.cases.models import Case, StatedSaving, Topic
from xunfang.core.errors import DomainError
from xunfang.core.language.amounts import amounts_in
from xunfang.feedback.models import Said, Word


class NoAdviceGiven(DomainError):
    """The word is no question before paying that was answered, and no thanks for one."""

    code = "cases.no_advice_given"


class NotStated(DomainError):
    """The resident's own words do not name the amount."""

    code = "cases.amount_not_stated"


def may_state(word: Word, case: Case) -> bool:
    """Say whether the sender of a word may state what asking first has saved."""
    is_question = case.topic is not None and case.topic.code in Topic.BEFORE_PAYING
    return is_question and not case.is_sealed and case.answers.exists()


@transaction.atomic
def state_saving(*, word: Word, amount_yuan: int, at: datetime) -> StatedSaving:
    """Let a resident state it on the page of their word; said again, the last counts.

    Raises
    ------
    NoAdviceGiven
    """
    case = log.locked(queries.case_of(word))
    if not may_state(word, case):
        raise NoAdviceGiven(word.number)
    return _keep(word, case, amount_yuan, by=None, at=at)


@transaction.atomic
def take_down_saving(
    *, word: Word, amount_yuan: int, by: User, at: datetime
) -> StatedSaving:
    """Take down an amount that the text of a word names: the resident's, not ours.

    Raises
    ------
    NotAllowed
    NoAdviceGiven
        The word belongs to another kind of matter: money lost is no money saved.
    NotStated
    """
    case = log.locked(queries.case_of(word))
    policies.check_can_handle(by, case)
    if case.topic is None or case.topic.code not in (
        *Topic.BEFORE_PAYING,
        Topic.THANKS,
    ):
        raise NoAdviceGiven(word.number)
    said = Said.objects.filter(word=word).first()
    if said is None or amount_yuan not in amounts_in(said.text):
        raise NotStated(word.number)
    return _keep(word, case, amount_yuan, by=by, at=at)


def _keep(
    word: Word, case: Case, amount_yuan: int, *, by: User | None, at: datetime
) -> StatedSaving:
    audit.record(
        kind="saving.stated",
        subject=case.number,
        by=by,
        at=at,
        word=word.number,
        amount_yuan=amount_yuan,
    )
    return StatedSaving.objects.create(word=word, amount_yuan=amount_yuan, by=by, at=at)
