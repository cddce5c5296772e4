"""Tables of the room, one file a matter."""

from xunfang.calls.models.calls import (
    Call,
    CallClass,
    CallerWords,
    CallEvent,
    CallLink,
    Dispatch,
)
from xunfang.calls.models.offers import OfferList

__all__ = [
    "Call",
    "CallClass",
    "CallEvent",
    "CallLink",
    "CallerWords",
    "Dispatch",
    "OfferList",
]
