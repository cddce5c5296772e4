"""What a person reads when the house refuses, by the code of the refusal.

The last resort stands here too, so that a refusal nobody has put in words yet is a
sentence all the same. A test holds the table equal to the codes in use.
"""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from xunfang.web.sentences import (
    api,
    calls,
    cases,
    demand,
    dispatching,
    feedback,
    field,
    house,
    mediations,
    patrols,
    places,
    planning,
    public,
    units,
    word_imports,
)

SENTENCES: dict[str, str | Promise] = (
    api.SENTENCES
    | calls.SENTENCES
    | cases.SENTENCES
    | demand.SENTENCES
    | dispatching.SENTENCES
    | feedback.SENTENCES
    | field.SENTENCES
    | house.SENTENCES
    | mediations.SENTENCES
    | patrols.SENTENCES
    | places.SENTENCES
    | planning.SENTENCES
    | public.SENTENCES
    | units.SENTENCES
    | word_imports.SENTENCES
)
"""A key is a code, or the beginning of several: "streets" speaks for "streets.none"."""

LAST_RESORT = pgettext_lazy(
    "refusal", "This is not possible as things stand. Nothing was changed."
)


def sentence_key(code: str) -> str | None:
    """Return the key that speaks for ``code``: the longest that is its beginning."""
    parts = code.split(".")
    for n_parts in range(len(parts), 0, -1):
        key = ".".join(parts[:n_parts])
        if key in SENTENCES:
            return key
    return None


def sentence_of(code: str) -> str | Promise:
    """Return what a person reads for a code that was kept, known or not."""
    key = sentence_key(code)
    return LAST_RESORT if key is None else SENTENCES[key]
