"""A text with marks in place of what points to a person."""

from collections.abc import Iterable
from dataclasses import dataclass

from xunfang.core.language.redaction.addresses import addresses_in
from xunfang.core.language.redaction.claims import claims_in
from xunfang.core.language.redaction.names import NameModel, find_names
from xunfang.core.language.redaction.numbers import numbers_in
from xunfang.core.language.redaction.spans import MARKS, Span, without_overlaps


@dataclass(frozen=True, slots=True)
class Redacted:
    """What may be shown, and what was covered where in the text as it came."""

    text: str
    spans: tuple[Span, ...]


def find_personal(text: str, *, names: NameModel | None) -> tuple[Span, ...]:
    """Return what in a text points to a person, in order and without overlaps.

    ``names`` is `names.loaded_model`'s answer; with None only rules look for names.
    """
    return without_overlaps(
        [
            *numbers_in(text),
            *addresses_in(text),
            *find_names(text, names),
            *(span for _, span in claims_in(text)),
        ]
    )


def redact(text: str, *, names: NameModel | None) -> Redacted:
    """Return a text with a mark for each thing that points to a person.

    Every character outside the spans stays as it came.
    """
    spans = find_personal(text, names=names)
    return Redacted(cover(text, spans), spans)


def cover(text: str, spans: Iterable[Span]) -> str:
    """Return a text with the mark of its kind in place of each span.

    A person who looked may have taken spans away or put others in. Raises ValueError
    where spans overlap or leave the text.
    """
    parts = []
    at = 0
    for span in sorted(spans):
        if not at <= span.start < span.end <= len(text):
            raise ValueError(f"{span} overlaps another or leaves the text")
        parts += [text[at : span.start], MARKS[span.kind]]
        at = span.end
    return "".join([*parts, text[at:]])
