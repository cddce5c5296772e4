"""Which contacts need two officers, and which requests wait or may be read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from xunfang.accounts.models import User
from xunfang.cases import policies
from xunfang.cases.models import Case, ContactRequest, Topic
from xunfang.core.language.remarks import Remark, remarks_in
from xunfang.feedback.models import Contact, Said, Word

CONFIRMED_WITHIN = timedelta(hours=24)
READ_WITHIN = timedelta(hours=1)


def is_criticism(case: Case) -> bool:
    """Say whether the sender of a case's words is sealed from those criticised."""
    criticism = {Topic.CRITICISM, Topic.COMPLAINT}
    topics = (case.topic, case.second_topic)
    return case.is_sealed or any(
        topic is not None and topic.code in criticism for topic in topics
    )


def needs_two(case: Case, word: Word) -> bool:
    """Say whether one officer alone may not look up who said it."""
    text = Said.objects.filter(word=word).values_list("text", flat=True).first() or ""
    return _needs_two(case, text)


def _needs_two(case: Case, text: str) -> bool:
    return is_criticism(case) or Remark.SECRECY in remarks_in(text)


def waiting(*, at: datetime) -> QuerySet[ContactRequest]:
    """Return the requests that nobody has confirmed and that are not too old."""
    return ContactRequest.objects.filter(
        confirmed_at=None, asked_at__gt=at - CONFIRMED_WITHIN
    ).select_related("word", "case", "asked_by", "confirmed_by")


def readable(*, at: datetime, by: User) -> QuerySet[ContactRequest]:
    """Return the confirmed requests of somebody that they may read now, once."""
    return ContactRequest.objects.filter(
        asked_by=by, opened_at=None, confirmed_at__gt=at - READ_WITHIN
    ).select_related("word", "case", "asked_by", "confirmed_by")


def to_confirm(user: User, *, at: datetime) -> list[ContactRequest]:
    """Return the requests of others that this person may confirm, the oldest first."""
    seen = Case.objects.filter(policies.seen_by(user))
    found = waiting(at=at).filter(case__in=seen).exclude(asked_by=user)
    return [
        each
        for each in found.order_by("asked_at", "pk")
        if policies.can_confirm_contact(user, each)
    ]


@dataclass(frozen=True, slots=True)
class Way:
    """What one person can do to reach the sender of one word."""

    needs_two: bool
    is_asked: bool = False
    """They have asked, and nobody has confirmed it yet."""
    is_readable: bool = False
    """It is confirmed: they read it once."""
    to_confirm: ContactRequest | None = None
    """Somebody else has asked, and they may confirm it."""


def ways_of(
    case: Case, words: Iterable[Word], user: User, *, at: datetime
) -> Mapping[int, Way]:
    """Return, by word, how its sender is reached; words without a contact are left out.

    Three queries, however many words there are.
    """
    words = list(words)
    with_contact = set(
        Contact.objects.filter(word__in=words).values_list("word", flat=True)
    )
    texts = dict(Said.objects.filter(word__in=with_contact).values_list("word", "text"))
    requests = list(
        ContactRequest.objects.filter(
            case=case, asked_at__gt=at - CONFIRMED_WITHIN - READ_WITHIN, opened_at=None
        )
        .select_related("asked_by", "case__station", "word")
        .order_by("asked_at", "pk")
    )
    ways = {}
    for key in sorted(with_contact):
        of_word = [each for each in requests if each.word_id == key]
        open_ones = [
            each
            for each in of_word
            if each.confirmed_at is None and each.asked_at > at - CONFIRMED_WITHIN
        ]
        ways[key] = Way(
            needs_two=_needs_two(case, texts.get(key, "")),
            is_asked=any(each.asked_by_id == user.pk for each in open_ones),
            is_readable=any(
                each.asked_by_id == user.pk
                and each.confirmed_at is not None
                and each.confirmed_at > at - READ_WITHIN
                for each in of_word
            ),
            to_confirm=next(
                (
                    each
                    for each in open_ones
                    if policies.can_confirm_contact(user, each)
                ),
                None,
            ),
        )
    return ways
