"""Tables of the room, one file a matter."""

from xunfang.calls.models.calls import (
    Call,
    CallClass,
    CallerWords,
    CallEvent,
    CallLink,
    Dispatch,
)

__all__ = [
    "Call",
    "CallClass",
    "CallEvent",
    "CallLink",
    "CallerWords",
    "Dispatch",
]
