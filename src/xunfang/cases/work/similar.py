"""Open cases that sound like one."""

from dataclasses import dataclass

from xunfang.accounts.models import User
from xunfang.cases import queries
from xunfang.cases.models import Case
from xunfang.core.language.duplicates import Corpus

N_LOOKED_AT = 400
"""The newest open ones: what is reported twice is reported within days."""
N_SHOWN = 3
LEAST_COSINE = 0.2
SAME_TOPIC_COSINE = 0.1
"""Two who report one lamp share its place and little else: with the same topic besides,
that is enough to be offered."""


@dataclass(frozen=True, slots=True)
class Similar:
    """Another open case, how it begins, and how alike the two are."""

    case: Case
    word: int
    """Key of its first word."""
    text: str
    alike_percent: int


def similar_to(case: Case, text: str, user: User) -> list[Similar]:
    """Return open cases this person may see that a text resembles; four queries."""
    others = list(
        queries.with_words(queries.visible_to(user))
        .filter(state__in=queries.OPEN_STATES, is_sealed=case.is_sealed)
        .exclude(pk=case.pk)
        .order_by("-opened_at")[:N_LOOKED_AT]
    )
    said = queries.first_said(others)
    known = [each for each in others if each.pk in said]
    if not known:
        return []
    corpus = Corpus([said[each.pk].text for each in known])
    near = corpus.similar(text, n_most=N_LOOKED_AT, least_cosine=SAME_TOPIC_COSINE)
    found = [(known[alike.row], alike.cosine) for alike in near]
    return [
        Similar(other, said[other.pk].pk, said[other.pk].text, round(100 * cosine))
        for other, cosine in found
        if cosine >= LEAST_COSINE
        or queries.likely_topic(other) == queries.likely_topic(case)
    ][:N_SHOWN]
