"""The questions of the scam desk, how soon they were answered, what residents stated."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min, QuerySet

from xunfang.accounts.models import User
from xunfang.cases import queries
from xunfang.cases.log import ZONE
from xunfang.cases.models import Case, StatedSaving, Topic, WordLink
from xunfang.cases.sorting import model
from xunfang.cases.wording import Clock, clock_of
from xunfang.core.casework.scam_desk import (
    TARGET,
    FirstAnswers,
    first_answers,
    open_time,
)
from xunfang.feedback.models import Word

COUNTED = timedelta(days=30)
"""Of how many days the figures are."""
NEAR = timedelta(minutes=3)
"""A question that has so little of its time left is named at the duty desk."""


def topic_of(text: str) -> Topic:
    """Return which kind of scam a question is about; a suspicious message, if unsure."""
    codes = [each.label for each in model().suggest(text)]
    likely = next((code for code in codes if code in Topic.BEFORE_PAYING), None)
    return Topic.objects.get(code=likely or Topic.SUSPICIOUS)


def questions(user: User) -> QuerySet[Case]:
    """Return the questions asked before paying that a person may see, the oldest first."""
    return _asked(queries.visible_to(user))


def waiting(user: User) -> QuerySet[Case]:
    """Return those that are open, the oldest first."""
    return questions(user).filter(state__in=queries.OPEN_STATES)


def late_or_nearly(at: datetime) -> QuerySet[Case]:
    """Return those of everybody that are late or will be within minutes, the oldest first."""
    unanswered = Case.objects.filter(state__in=queries.OPEN_STATES)
    return late(_asked(unanswered), at + NEAR)


def _asked(cases: QuerySet[Case]) -> QuerySet[Case]:
    return (
        queries.with_words(cases)
        .filter(topic__code__in=Topic.BEFORE_PAYING)
        .order_by("opened_at", "pk")
    )


def late(found: QuerySet[Case], at: datetime) -> QuerySet[Case]:
    """Leave those that should have had their first answer by now."""
    return found.filter(reply_by__lt=at, replied_at=None, paused_at=None)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question in the queue."""

    case: Case
    words: tuple[Word, ...]
    clock: Clock


def rows_of(cases: Sequence[Case], at: datetime) -> list[Waiting]:
    """Return what the queue shows of questions; two queries however many they are."""
    words: dict[int, list[Word]] = {case.pk: [] for case in cases}
    links = WordLink.objects.filter(case__in=cases, ended_at=None).order_by("word")
    for link in links.select_related("word__said"):
        words[link.case_id].append(link.word)
    return [Waiting(case, tuple(words[case.pk]), clock_of(case, at)) for case in cases]


@dataclass(frozen=True, slots=True)
class Answered:
    """A question of the counted days: when it was asked, and first answered."""

    number: str
    asked_at: datetime
    answered_at: datetime | None
    waited: timedelta
    """Time of the open desk until the first answer, or until now."""

    @property
    def is_in_time(self) -> bool | None:
        """Whether ten minutes were kept; None while they still run."""
        if self.answered_at is None and self.waited <= TARGET:
            return None
        return self.answered_at is not None and self.waited <= TARGET


def answered(user: User, *, at: datetime) -> list[Answered]:
    """Return the questions of the last thirty days, the newest first; one query."""
    rows = (
        questions(user)
        .filter(opened_at__gte=at - COUNTED, opened_at__lte=at)
        .order_by("-opened_at", "-pk")
        .values_list("number", "opened_at")
        .annotate(answered_at=Min("answers__at"))
    )
    return [
        Answered(
            number,
            asked_at,
            answered_at,
            open_time(asked_at, answered_at or at, zone=ZONE),
        )
        for number, asked_at, answered_at in rows
    ]


def figures(rows: Sequence[Answered]) -> FirstAnswers:
    """Sum up how soon questions were answered; those not due yet are left out."""
    return first_answers(
        [
            row.waited if row.answered_at else None
            for row in rows
            if row.is_in_time is not None
        ]
    )


@dataclass(frozen=True, slots=True)
class Stated:
    """An amount that counts, and the case it belongs to."""

    saving: StatedSaving
    case: Case


def stated(user: User) -> list[Stated]:
    """Return what residents stated, of cases a person may see, the newest first.

    Of each case the last statement counts: said on the page and again by telephone, it is
    one amount. Three queries.
    """
    visible = queries.visible_to(user)
    links = WordLink.objects.filter(
        ended_at=None, word__stated_savings__isnull=False, case__in=visible
    )
    case_of = dict(links.order_by("-pk").values_list("word", "case"))
    last = {
        case_of[saving.word_id]: saving
        for saving in StatedSaving.objects.filter(word__in=case_of)
        .select_related("word__said", "by")
        .order_by("at", "pk")
    }
    cases = visible.in_bulk(list(last))
    found = [
        Stated(saving, cases[case])
        for case, saving in last.items()
        if saving.amount_yuan
    ]
    return sorted(found, key=lambda row: (row.saving.at, row.saving.pk), reverse=True)
