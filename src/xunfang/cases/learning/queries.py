"""What there is to learn from, and how good the present model is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db.models import Count, Max, OuterRef, QuerySet, Subquery

from xunfang.cases.models import CaseEvent, LearningRun, Topic, WordLink
from xunfang.core.casework.steps import Step
from xunfang.core.language.redaction.text import redact
from xunfang.core.language.scripts import search_form
from xunfang.feedback.models import Said, TextErasure

MOST_LABELS = 5000
"""The newest: learning from them takes minutes, and streets change."""
PRECISION = 0.9
"""Share of suggestions that must be right, at the lower end of the 95 % interval."""
LEAST_SUGGESTED = 30


@dataclass(frozen=True, slots=True)
class Example:
    """One word that somebody of staff has sorted."""

    word: int
    text: str
    leaf: str
    sorted_at: datetime


def examples() -> list[Example]:
    """Return the words that people have sorted, the newest first; two queries.

    What the house sorted by itself teaches it nothing. A word that is in two cases has
    two topics and is left out, and so is one whose text was erased. The same text counts
    once, as it was sorted last; telephones, numbers and doors are covered before anything
    is learnt.
    """
    links = (
        _sorted_by_people()
        .annotate(n_cases=Subquery(_n_cases()), sorted_at=Subquery(_sorted_at()))
        .filter(n_cases=1)
        .order_by("-sorted_at", "-pk")
        .values_list("word", "case__topic__code", "sorted_at")[:MOST_LABELS]
    )
    rows = list(links)
    texts = dict(
        Said.objects.filter(pk__in=[word for word, _, _ in rows]).values_list(
            "pk", "text"
        )
    )
    found: dict[str, Example] = {}
    for word, leaf, sorted_at in rows:
        if word in texts:
            text = redact(texts[word], names=None).text
            found.setdefault(search_form(text), Example(word, text, leaf, sorted_at))
    return list(found.values())


def _sorted_by_people() -> QuerySet[WordLink]:
    by_people = CaseEvent.objects.filter(step=Step.SORTED, by__isnull=False)
    return WordLink.objects.filter(
        ended_at=None,
        word__said__isnull=False,
        case__topic__parent__isnull=False,
        case__in=by_people.values("case"),
    )


def _n_cases() -> QuerySet[WordLink, Any]:
    same = WordLink.objects.filter(word=OuterRef("word"), ended_at=None).order_by()
    return same.values("word").annotate(n=Count("pk")).values("n")


def _sorted_at() -> QuerySet[CaseEvent, Any]:
    same = CaseEvent.objects.filter(
        case=OuterRef("case"), step=Step.SORTED, by__isnull=False
    ).order_by()
    return same.values("case").annotate(last=Max("at")).values("last")


def digest_of(found: Sequence[Example]) -> str:
    """Return which words bear which topic, as one number."""
    lines = sorted(f"{each.word} {each.leaf}\n" for each in found)
    return sha256("".join(lines).encode()).hexdigest()


def is_news_since(run: LearningRun | None) -> bool:
    """Say whether somebody has sorted a case since a run, or a text was erased."""
    events = CaseEvent.objects.filter(step=Step.SORTED, by__isnull=False)
    if run is None:
        return events.exists()
    return (
        events.filter(at__gt=run.asked_at).exists()
        or TextErasure.objects.filter(erased_at__gt=run.asked_at).exists()
    )


def present() -> LearningRun | None:
    """Return the run whose model is in use; None: that of the starter messages is."""
    kept = LearningRun.objects.filter(outcome=LearningRun.KEPT).defer("model")
    return kept.order_by("-pk").first()


def under_way() -> LearningRun | None:
    """Return the run that is waiting or being done."""
    runs = LearningRun.objects.exclude(stage=LearningRun.OVER).defer("model")
    return runs.order_by("-pk").first()


def history() -> QuerySet[LearningRun]:
    """Return the runs that are over, the newest first."""
    return (
        LearningRun.objects.filter(stage=LearningRun.OVER)
        .select_related("asked_by")
        .defer("model", "leaves")
        .order_by("-pk")
    )


@dataclass(frozen=True, slots=True)
class Leaf:
    """How well the present model knows one topic."""

    topic: Topic
    n_labels: int
    n_suggested: int
    """How often it was suggested for words of ours that it had not learnt."""
    n_right: int
    least: float | None
    """From how sure on the topic may sort itself; None: not measured well enough."""
    n_above: int
    """Suggested at least as surely as the switch says, or as `least` where it is off."""
    n_right_above: int

    @property
    def percent_above(self) -> str:
        """From how many percent on it sorts itself."""
        return f"{100 * (self.topic.sorts_itself_above or 0.0):.1f}"

    @property
    def threshold(self) -> float | None:
        """From how sure on a share is shown."""
        return self.topic.sorts_itself_above or self.least


def leaves(run: LearningRun | None) -> list[Leaf]:
    """Return every leaf with what is known of it, in the order of their codes."""
    measured = {} if run is None else run.leaves
    topics = Topic.objects.filter(parent__isnull=False).select_related("parent")
    return [
        _leaf(topic, measured.get(topic.code, {})) for topic in topics.order_by("code")
    ]


def _leaf(topic: Topic, of_leaf: dict[str, Any]) -> Leaf:
    tried: list[tuple[float, int]] = of_leaf.get("tried", [])
    least: float | None = of_leaf.get("least")
    shown_from = topic.sorts_itself_above or least
    above = [right for sure, right in tried if shown_from and sure >= shown_from]
    return Leaf(
        topic=topic,
        n_labels=of_leaf.get("labels", 0),
        n_suggested=len(tried),
        n_right=sum(right for _, right in tried),
        least=least,
        n_above=len(above),
        n_right_above=sum(above),
    )


def least_for(topic: Topic) -> float | None:
    """Return from how sure on a topic may sort itself by what was measured."""
    run = present()
    least = {} if run is None else run.leaves.get(topic.code, {})
    found: float | None = least.get("least")
    return found
