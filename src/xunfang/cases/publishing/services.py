"""Let a case be read by everybody, or take it back."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.cases import floors, log, services
from xunfang.cases.models import Case, PublicText
from xunfang.core.casework.steps import Step
from xunfang.core.errors import DomainError
from xunfang.core.language.redaction.names import loaded_model
from xunfang.core.language.redaction.text import redact
from xunfang.feedback.models import Word


class NeverPublic(DomainError):
    """It is sealed, of a sensitive topic, or nobody has said what it is about."""

    code = "cases.never_public"


class PublicTextMissing(DomainError):
    """Every word of the case needs a text that a person has looked at."""

    code = "cases.public_text_missing"


def can_be_public(case: Case) -> bool:
    """Say whether a case may ever be shown to everybody."""
    topics = [case.topic, case.second_topic]
    return (
        not case.is_sealed
        and case.topic is not None
        and not any(topic.is_sensitive for topic in topics if topic is not None)
    )


def proposed_text(text: str) -> str:
    """Return a text with marks for what points to a person; somebody looks at it last."""
    return redact(text, names=loaded_model()).text


@transaction.atomic
def make_public(
    *,
    case: Case,
    texts: Mapping[int, str],
    by: User,
    at: datetime,
    revision: int,
) -> Case:
    """Show a case to everybody, its words as a person has let them stand.

    ``texts`` by key of the word.

    Raises
    ------
    NotAllowed, CaseChanged, NeverPublic, PublicTextMissing
    """
    case = services.held(case, by, revision)
    if not can_be_public(case):
        raise NeverPublic(case.number)
    words = Word.objects.filter(links__case=case, links__ended_at=None)
    for word in words:
        text = texts.get(word.pk, "").strip()
        if not text:
            raise PublicTextMissing(word.number)
        PublicText.objects.create(word=word, text=text, at=at, by=by)
    log.add(
        case=case, step=Step.NOTED, actor=log.actor_of(by), by=by, at=at, public="shown"
    )
    case.public_since = case.public_since or at
    case.save()
    audit.record(kind="case.made_public", subject=case.number, by=by, at=at)
    return case


@transaction.atomic
def take_back(*, case: Case, reason: str, by: User, at: datetime) -> Case:
    """Take a case off the public pages; the log says who did and why.

    Criticism is taken back by a supervisor only: nobody hides what is said of them.

    Raises
    ------
    NotAllowed
    floors.CriticismStays
    core.casework.steps.ReasonMissing
    """
    case = services.held(case, by)
    floors.check_may_quieten(case, by)
    services.check_reason(reason)
    log.add(
        case=case,
        step=Step.NOTED,
        actor=log.actor_of(by),
        by=by,
        at=at,
        note=reason,
        public="taken_back",
    )
    case.public_since = None
    case.save()
    audit.record(kind="case.taken_back", subject=case.number, by=by, at=at)
    return case
