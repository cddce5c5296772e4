"""Which cases a person is shown in the list, and what stands in a row."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet

from xunfang.accounts.models import User
from xunfang.cases import queries
from xunfang.cases.models import Case, Topic, WordLink
from xunfang.cases.wording import Clock, clock_of
from xunfang.core.casework.steps import State
from xunfang.core.language.scripts import search_form
from xunfang.feedback.models import Said
from xunfang.web.names import local_name

NUMBER = re.compile(r"[CW]\d{6}-[0-9A-Z]{5}")
LINE_SIGNS = 80
LEAST_SURE = 0.01
"""What is less sure than that is no suggestion."""


def search(
    user: User,
    *,
    at: datetime,
    q: str = "",
    shown: str = "",
    urgency: int | None = None,
    station: str = "",
    topic: str = "",
) -> QuerySet[Case]:
    """Return the cases that match, the most urgent first, then the first due.

    Words are found in either script, as long as they stand so in one word of the case.
    """
    found = queries.with_words(queries.visible_to(user))
    if shown in {"", "mine", "overdue", "new"}:
        found = found.filter(state__in=queries.OPEN_STATES)
    if shown == "mine":
        found = found.filter(owner=user)
    elif shown == "overdue":
        late = Q(settle_by__lt=at) | Q(reply_by__lt=at, replied_at=None)
        found = found.filter(late, paused_at=None)
    elif shown == "new":
        found = found.filter(state=State.NEW.value)
    elif shown == "answered":
        found = found.filter(state__in=[State.ANSWERED.value, State.CLOSED.value])
    if urgency is not None:
        found = found.filter(urgency=urgency)
    if station:
        found = found.filter(
            Q(station=None) if station == "-" else Q(station__code=station)
        )
    if topic:
        found = found.filter(topic__code=topic)
    if text := search_form(q):
        found = found.filter(_holds(text))
    if shown in {"answered", "all"}:
        return found.order_by("-opened_at", "-pk")
    return found.order_by("urgency", "settle_by", "pk")


def _holds(text: str) -> Q:
    """Return which cases a text finds: by number, or by every part of it.

    A look at all the words, and no index: the words are short, and what is looked for has
    two characters often, too few for one. ``benchmarks/inbox.py`` measures it.
    """
    if NUMBER.fullmatch(number := text.upper()):
        words = WordLink.objects.filter(word__number=number, ended_at=None)
        return Q(number=number) | Q(pk__in=words.values("case"))
    links = WordLink.objects.filter(ended_at=None)
    for part in text.split(" "):
        links = links.filter(word__said__search_form__contains=part)
    return Q(pk__in=links.values("case"))


def in_order(user: User, keys: Sequence[int]) -> list[Case]:
    """Return some of the cases a person may see, as their keys stand; one query."""
    found = queries.visible_to(user).in_bulk(keys)
    return [found[key] for key in keys if key in found]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the model thinks a case is about, and how sure it is."""

    topic: Topic
    sure_percent: int

    @property
    def name(self) -> str:
        return local_name(self.topic.name, self.topic.name_en)


@dataclass(frozen=True, slots=True)
class Row:
    """One case in the list."""

    case: Case
    clock: Clock
    line: str
    """How its first word begins."""
    word: int | None
    """Key of that word; None where there is nothing of it to be shown."""
    n_words: int
    suggestions: tuple[Suggestion, ...]


def rows_of(cases: Sequence[Case], at: datetime) -> list[Row]:
    """Return what the list shows of some cases; three queries however many they are."""
    held = {
        case: (n_words, first)
        for case, n_words, first in WordLink.objects.filter(
            case__in=cases, ended_at=None
        )
        .values_list("case")
        .annotate(n=Count("pk"), first=Min("word"))
        .order_by("case")
    }
    words = [first for _, first in held.values()]
    texts = dict(Said.objects.filter(pk__in=words).values_list("pk", "text"))
    leaves = leaves_of(cases)
    rows = []
    for case in cases:
        n_words, first = held.get(case.pk, (0, 0))
        rows.append(
            Row(
                case,
                clock_of(case, at),
                first_line(texts.get(first, "")),
                first if first in texts else None,
                n_words,
                suggestions_of(case, leaves),
            )
        )
    return rows


def leaves_of(cases: Sequence[Case]) -> dict[str, Topic]:
    """Return the topics that are suggested for cases, by code."""
    codes = {code for case in cases for code, _ in case.suggested}
    return {leaf.code: leaf for leaf in Topic.objects.filter(code__in=codes)}


def suggestions_of(case: Case, leaves: dict[str, Topic]) -> tuple[Suggestion, ...]:
    """Return what is suggested for a case, the surest first, two at most."""
    return tuple(
        Suggestion(leaves[code], round(100 * sure))
        for code, sure in case.suggested[:2]
        if code in leaves and sure >= LEAST_SURE
    )


def first_line(text: str) -> str:
    """Return how a text begins, in one line."""
    line = " ".join(text.split())
    return line if len(line) <= LINE_SIGNS else f"{line[:LINE_SIGNS]}…"
