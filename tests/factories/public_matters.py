"""Matters that everybody may see."""

from datetime import datetime, timedelta
from typing import Any

from tests.factories.words import FRIDAY, say
from xunfang.accounts.models import User
from xunfang.cases import services
from xunfang.cases.models import Case, PublicText, Topic
from xunfang.cases.services import TakenIn
from xunfang.cases.topics.services import ensure_topics
from xunfang.feedback.models import Word


def show_to_all(word: Word, text: str, *, by: User, at: datetime = FRIDAY) -> None:
    """Let a word be read by everybody, as a person has covered it."""
    PublicText.objects.create(word=word, text=text, at=at, by=by)


def public_matter(
    text: str,
    *,
    by: User,
    at: datetime = FRIDAY,
    topic: str = Topic.CRITICISM,
    shown: str = "",
    **values: Any,
) -> TakenIn:
    """Have somebody say something that everybody may then read."""
    ensure_topics(at=at)
    leaf = Topic.objects.get(code=topic)
    taken = say(text, at=at, topic=leaf, **values)
    Case.objects.filter(pk=taken.case.pk).update(public_since=at, is_sealed=False)
    taken.case.refresh_from_db()
    show_to_all(taken.word, shown or text, by=by, at=at)
    return taken


def answered(
    taken: TakenIn, text: str, *, by: User, after: timedelta = timedelta(hours=2)
) -> Case:
    """Answer the case of a word."""
    at = taken.word.received_at + after
    case = services.take(case=taken.case, owner=by, by=by, at=at)
    services.answer(
        case=case, text=text, by=by, at=at, revision=case.revision, is_confirmed=True
    )
    case.refresh_from_db()
    return case
