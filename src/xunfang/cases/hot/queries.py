"""What is said most: words alike are put together, and counted.

Heat is how many words there are and nothing else, so that anybody can recount it. Whether
it grows is told by the four spans of the same length before.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from xunfang.accounts.models import User
from xunfang.cases import queries
from xunfang.cases.models import Topic, WordLink
from xunfang.core.language.duplicates import topics_of

SPANS = (7, 30)
N_BEFORE = 4
"""Spans before this one, against which it is held."""
N_LOOKED_AT = 5000
"""The newest words; more are never put together at once."""
N_LEAST = 3
"""Fewer that are alike are no heat."""
N_SIGNS = 60
"""How much of a word is compared: its beginning says what it is about."""
N_EXAMPLES = 3


class Growth(StrEnum):
    """How a hot topic stands against the spans before."""

    NEW = "new"
    """Nothing like it was said in any of them."""
    GROWING = "growing"
    """More than in any of them."""
    STEADY = "steady"
    """Neither more than in all of them nor less."""
    WANING = "waning"
    """Less than in any of them."""


@dataclass(frozen=True, slots=True)
class HotTopic:
    """Words that are alike, and the cases that answer them."""

    words: Sequence[str]
    """Numbers of the words of this span, the newest first."""
    n_now: int
    n_before: tuple[int, ...]
    """In the spans before, the oldest first."""
    growth: Growth
    examples: Sequence[str]
    """How its newest words begin."""
    shown: Sequence[int]
    """Keys of those."""
    topic: Topic | None
    """What most of its cases are about."""
    cases: Sequence[int]
    """Keys of the cases of its words of this span, the newest first."""


@dataclass(frozen=True, slots=True)
class Heat:
    """All hot topics of a span."""

    topics: Sequence[HotTopic]
    n_words: int
    """Said in this span."""
    is_cut: bool
    """Whether so much was said that older words were left out."""


def growth_of(n_now: int, n_before: Sequence[int]) -> Growth:
    """Say whether something grows.

    >>> [growth_of(5, some).value for some in [(0, 0), (2, 4), (5, 1), (6, 7)]]
    ['new', 'growing', 'steady', 'waning']
    """
    if not any(n_before):
        return Growth.NEW
    if n_now > max(n_before):
        return Growth.GROWING
    return Growth.WANING if n_now < min(n_before) else Growth.STEADY


def heat_of(user: User, *, days: int, at: datetime) -> Heat:
    """Put together what was said in cases a person may see; three queries."""
    span = timedelta(days=days)
    rows = list(
        WordLink.objects.filter(
            ended_at=None,
            case__in=queries.visible_to(user).values("pk"),
            word__received_at__gt=at - (N_BEFORE + 1) * span,
            word__received_at__lte=at,
            word__said__isnull=False,
        )
        .order_by("-word__received_at", "-word__pk", "case__pk")
        .values_list(
            "word__number",
            "case",
            "case__topic",
            "word__received_at",
            "word__said__text",
            "word",
        )[: N_LOOKED_AT + 1]
    )
    is_cut = len(rows) > N_LOOKED_AT
    # The oldest leads a topic; one word in two cases is said once.
    said = list({row[0]: row for row in reversed(rows[:N_LOOKED_AT])}.values())
    groups: dict[int, list[int]] = {}
    for n, group in enumerate(topics_of([row[4][:N_SIGNS] for row in said]).tolist()):
        groups.setdefault(group, []).append(n)
    leaves = Topic.objects.in_bulk({row[2] for row in said if row[2]})
    found = []
    for members in groups.values():
        ago = [min((at - said[n][3]) // span, N_BEFORE) for n in members]
        n_now = ago.count(0)
        if n_now < N_LEAST:
            continue
        before = tuple(ago.count(k) for k in range(N_BEFORE, 0, -1))
        now = [said[n] for n, k in zip(members, ago, strict=True) if k == 0][::-1]
        topics = Counter(row[2] for row in now if row[2]).most_common(1)
        found.append(
            HotTopic(
                words=[row[0] for row in now],
                n_now=n_now,
                n_before=before,
                growth=growth_of(n_now, before),
                examples=[" ".join(row[4].split()) for row in now[:N_EXAMPLES]],
                shown=[row[5] for row in now[:N_EXAMPLES]],
                topic=leaves[topics[0][0]] if topics else None,
                cases=list(dict.fromkeys(row[1] for row in now)),
            )
        )
    found.sort(key=lambda one: (-one.n_now, one.n_before, one.words[0]))
    return Heat(found, sum(at - row[3] < span for row in said), is_cut)
