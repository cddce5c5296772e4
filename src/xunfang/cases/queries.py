"""Questions about cases. Everything begins with what a person may see."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from xunfang.accounts.models import User
from xunfang.cases import policies
from xunfang.cases.models import Case, WordLink
from xunfang.core.casework.steps import State
from xunfang.feedback.models import Word
from xunfang.feedback.queries import words_with_text

OPEN_STATES = [
    state.value for state in State if state not in {State.ANSWERED, State.CLOSED}
]


def visible_to(user: User) -> QuerySet[Case]:
    """Return the cases a person may see."""
    return Case.objects.filter(policies.seen_by(user)).select_related(
        "topic__parent", "station", "owner"
    )


def with_words(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Leave out the cases whose words were all moved into another one."""
    held = WordLink.objects.filter(case=OuterRef("pk"), ended_at=None)
    return cases.filter(Exists(held))


def inbox(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Return those that are open, the most urgent first, then the first due."""
    return (
        with_words(cases)
        .filter(state__in=OPEN_STATES)
        .order_by("urgency", "settle_by", "pk")
    )


def words_of(cases: Iterable[Case]) -> QuerySet[Word]:
    """Return the words of cases with their texts, the oldest first; ``case_id`` beside."""
    links = WordLink.objects.filter(case__in=list(cases), ended_at=None)
    return (
        words_with_text()
        .filter(pk__in=links.values("word"))
        .order_by("received_at", "pk")
    )


def urgent(*, since: datetime) -> QuerySet[Case]:
    """Return the matters of life and death that no duty officer has seen yet."""
    return (
        with_words(Case.objects.filter(urgency=1, acknowledged_at=None))
        .filter(Q(opened_at__gte=since), state__in=OPEN_STATES)
        .select_related("station", "topic")
        .order_by("opened_at", "pk")
    )


def case_of(word: Word) -> Case:
    """Return the case that answers a word; the first, where it is several."""
    return (
        Case.objects.select_related("topic", "station")
        .filter(links__word=word, links__ended_at=None)
        .order_by("links__pk")[0]
    )
