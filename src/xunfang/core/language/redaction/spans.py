"""Where something stands in a text, and what it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What can point to a person. Values are stored: never rename one."""

    PHONE = "phone"
    IDENTITY = "identity"
    CARD = "card"
    PLATE = "plate"
    EMAIL = "email"
    ACCOUNT = "account"
    NAME = "name"
    ADDRESS = "address"
    CLAIM = "claim"


MARKS = {
    Kind.PHONE: "〔电话〕",
    Kind.IDENTITY: "〔证件号〕",
    Kind.CARD: "〔卡号〕",
    Kind.PLATE: "〔车牌〕",
    Kind.EMAIL: "〔邮箱〕",
    Kind.ACCOUNT: "〔账号〕",
    Kind.NAME: "〔姓名〕",
    Kind.ADDRESS: "〔门牌〕",
    Kind.CLAIM: "〔对他人的说法〕",
}
"""What stands in place of each, in the language of the text around it."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters ``start`` up to ``end`` of a text."""

    start: int
    end: int
    kind: Kind


def without_overlaps(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return spans in order, none over another, and nothing uncovered that was covered.

    Of two that overlap, the longer names the kind of what both cover.
    """
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if kept and _goes_on(kept[-1], span):
            last = kept[-1]
            kind = max(last, span, key=lambda each: each.end - each.start).kind
            kept[-1] = Span(last.start, max(last.end, span.end), kind)
        else:
            kept.append(span)
    return tuple(kept)


def _goes_on(last: Span, span: Span) -> bool:
    # A house number and the room behind it are one address.
    touching = span.start == last.end and span.kind is last.kind is Kind.ADDRESS
    return span.start < last.end or touching
