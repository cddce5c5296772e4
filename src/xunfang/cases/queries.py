"""Questions about cases. Everything begins with what a person may see."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from xunfang.accounts.models import User
from xunfang.cases import policies
from xunfang.cases.models import Case, Topic, WordLink
from xunfang.core.casework.steps import State
from xunfang.feedback.models import Said, Word
from xunfang.feedback.queries import words_with_text

OPEN_STATES = [
    state.value for state in State if state not in {State.ANSWERED, State.CLOSED}
]


def visible_to(user: User) -> QuerySet[Case]:
    """Return the cases a person may see."""
    return Case.objects.filter(policies.seen_by(user)).select_related(
        "topic__parent", "station", "owner"
    )


def sealed_on_ground(user: User) -> QuerySet[Case]:
    """Return the cases of one's ground of which one sees a number and a state only."""
    return Case.objects.filter(policies.seen_as_stub_by(user)).only("number", "state")


def known_to(user: User) -> QuerySet[Case]:
    """Return the cases of which a person knows at least that there is one."""
    return Case.objects.filter(policies.seen_by(user) | policies.seen_as_stub_by(user))


def with_words(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Leave out the cases whose words were all moved into another one."""
    held = WordLink.objects.filter(case=OuterRef("pk"), ended_at=None)
    # Few cases ever gave a word away: only those are looked at closely.
    gave_away = WordLink.objects.exclude(ended_at=None).values("case")
    return cases.exclude(Q(pk__in=gave_away) & ~Exists(held))


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


def sharing_words(case: Case) -> QuerySet[Case]:
    """Return the other cases that a word of this one belongs to."""
    words = case.links.filter(ended_at=None).values("word")
    links = WordLink.objects.filter(word__in=words, ended_at=None)
    return Case.objects.filter(pk__in=links.values("case")).exclude(pk=case.pk)


def hold_a_complaint(case: Case) -> bool:
    """Say whether another case takes the words of this one for a complaint, or may yet."""
    may_be = Q(topic=None) | Q(topic__code=Topic.COMPLAINT)
    others = sharing_words(case).filter(is_sealed=True)
    return others.filter(may_be | Q(second_topic__code=Topic.COMPLAINT)).exists()


def words_seen_by(user: User) -> QuerySet[Word]:
    """Return the words of the cases a person may see, to be found by their number."""
    links = WordLink.objects.filter(
        case__in=Case.objects.filter(policies.seen_by(user)), ended_at=None
    )
    return Word.objects.filter(pk__in=links.values("word"))


def first_said(cases: Iterable[Case]) -> dict[int, Said]:
    """Return what the first word of each case says, by key of the case; two queries."""
    first = dict(
        WordLink.objects.filter(case__in=list(cases), ended_at=None)
        .values_list("case")
        .annotate(first=Min("word"))
        .order_by("case")
    )
    said = Said.objects.only("text").in_bulk(first.values())
    return {case: said[word] for case, word in first.items() if word in said}


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


def likely_topic(case: Case) -> str:
    """Return what a case is about, or most probably is."""
    if case.topic is not None:
        return case.topic.code
    return case.suggested[0][0] if case.suggested else ""
