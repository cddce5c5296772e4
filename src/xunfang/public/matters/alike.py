"""Public words by what they say: kept in memory, read anew when one was added or hidden.

Only numbers of words leave this file, and whoever asks looks again what may be shown:
should the memory be older than the latest decision, nothing is shown that must not be.
"""

from dataclasses import dataclass

from django.db.models import Max

from xunfang.cases.models import PublicText
from xunfang.core.language.duplicates import Corpus
from xunfang.core.language.scripts import search_form
from xunfang.feedback.models import Hiding, Word
from xunfang.feedback.queries import stubs

LEAST_COSINE = 0.18
N_NEAR = 20

type Stamp = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class _Kept:
    stamp: Stamp
    words: list[int]
    forms: list[str]
    corpus: Corpus


_kept: list[_Kept] = []


def having(words: str) -> list[int]:
    """Return the words in whose public text each of some terms stands, in any script."""
    terms = search_form(words).split()
    now = _now()
    return [
        word
        for word, form in zip(now.words, now.forms, strict=True)
        if all(term in form for term in terms)
    ]


def like(text: str) -> list[int]:
    """Return the words whose public text resembles a text, the nearest first."""
    now = _now()
    near = now.corpus.similar(text, n_most=N_NEAR, least_cosine=LEAST_COSINE)
    return [now.words[each.row] for each in near]


def forget() -> None:
    """Read anew next time."""
    _kept.clear()


def _now() -> _Kept:
    stamp = (
        PublicText.objects.aggregate(last=Max("pk"))["last"],
        Hiding.objects.aggregate(last=Max("pk"))["last"],
    )
    if not _kept or _kept[0].stamp != stamp:
        _kept[:] = [_read(stamp)]
    return _kept[0]


def _read(stamp: Stamp) -> _Kept:
    texts = dict(PublicText.objects.order_by("at", "pk").values_list("word", "text"))
    hidden = stubs(Word.objects.filter(hidings__is_hidden=True).distinct())
    shown = [
        (word, text) for word, text in texts.items() if word not in hidden and text
    ]
    return _Kept(
        stamp,
        [word for word, _ in shown],
        [search_form(text) for _, text in shown],
        Corpus([text for _, text in shown]),
    )
