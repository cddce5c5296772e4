"""Whether a thing that was found may be one that somebody misses, and why we think so.

Compared are things, never people: the number and the first character stand on the thing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from xunfang.core.language.scripts import bare_form

BEFORE_MISSED = timedelta(days=1)
"""Somebody may say a day too late when they missed it."""
LONGEST = timedelta(days=365)
NEAR = timedelta(days=3)
ALIKE_SHARE = 0.5
"""Of the pairs of characters of the shorter text, how many stand in the longer one."""


class Reason(StrEnum):
    """Why two may be the same. The first ones say most. Values are codes of words."""

    NUMBER = "number"
    NAME = "name"
    PLACE = "place"
    DESCRIPTION = "description"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Thing:
    """What is known of one thing."""

    kind: str
    on: date
    place: str = ""
    description: str = ""
    name_sign: str = ""
    last_four: str = ""


def first_sign(name: str) -> str:
    """Return what is kept of a name.

    >>> first_sign(" 张三丰 ")
    '张'
    """
    return name.strip()[:1]


def last_four(number: str) -> str:
    """Return what is kept of a document's or a card's number; too short ones are dropped.

    >>> last_four("6222 0000 1234 567x")
    '567X'
    """
    signs = "".join(
        sign for sign in number.upper() if sign.isascii() and sign.isalnum()
    )
    return signs[-4:] if len(signs) >= 4 else ""


def reasons(*, lost: Thing, found: Thing) -> tuple[Reason, ...]:
    """Return why a found thing may be the lost one; nothing where it cannot be, or where
    no more than one weak sign speaks for it.

    Another kind, another number, another first character, or found before it was missed:
    it cannot be.
    """
    if lost.kind != found.kind:
        return ()
    if not -BEFORE_MISSED <= found.on - lost.on <= LONGEST:
        return ()
    for ours, theirs in (
        (lost.last_four, found.last_four),
        (lost.name_sign, found.name_sign),
    ):
        if ours and theirs and ours != theirs:
            return ()
    seen = []
    if lost.last_four and lost.last_four == found.last_four:
        seen.append(Reason.NUMBER)
    if lost.name_sign and lost.name_sign == found.name_sign:
        seen.append(Reason.NAME)
    if _are_alike(lost.place, found.place):
        seen.append(Reason.PLACE)
    if _are_alike(lost.description, found.description):
        seen.append(Reason.DESCRIPTION)
    if abs(found.on - lost.on) <= NEAR:
        seen.append(Reason.DAYS)
    return tuple(seen) if len(seen) > 1 or Reason.NUMBER in seen else ()


def likeliest_first[Key](
    matches: Iterable[tuple[Key, Sequence[Reason], timedelta]],
) -> list[tuple[Key, Sequence[Reason]]]:
    """Put the likeliest first: the same number, then more reasons, then fewer days."""
    ordered = sorted(
        matches,
        key=lambda each: (Reason.NUMBER not in each[1], -len(each[1]), abs(each[2])),
    )
    return [(key, why) for key, why, _ in ordered]


def _are_alike(text: str, other: str) -> bool:
    ours, theirs = _pairs(text), _pairs(other)
    shorter = min(len(ours), len(theirs))
    return bool(shorter) and len(ours & theirs) / shorter >= ALIKE_SHARE


def _pairs(text: str) -> set[str]:
    bare = bare_form(text)
    return {bare[n : n + 2] for n in range(len(bare) - 1)}
