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


@dataclass(frozen=True, slots=True)
class Similar:
    """Another open case, how it begins, and how alike the two are."""

    case: Case
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
    texts = queries.first_texts(others)
    known = [each for each in others if each.pk in texts]
    if not known:
        return []
    corpus = Corpus([texts[each.pk] for each in known])
    return [
        Similar(
            known[alike.row],
            texts[known[alike.row].pk],
            round(100 * alike.cosine),
        )
        for alike in corpus.similar(text, n_most=N_SHOWN, least_cosine=LEAST_COSINE)
    ]
