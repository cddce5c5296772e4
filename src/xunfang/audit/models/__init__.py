"""Tables of the room, one file a matter."""

from xunfang.audit.models.append_only import AppendOnly
from xunfang.audit.models.events import Event, EventQuerySet
from xunfang.audit.models.ledger import LedgerCheckpoint, LedgerHead, LedgerLeaf

__all__ = [
    "AppendOnly",
    "Event",
    "EventQuerySet",
    "LedgerCheckpoint",
    "LedgerHead",
    "LedgerLeaf",
]
