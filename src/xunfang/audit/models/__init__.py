"""Tables of the room, one file a matter."""

from xunfang.audit.models.events import Event
from xunfang.audit.models.ledger import LedgerCheckpoint, LedgerHead, LedgerLeaf

__all__ = [
    "Event",
    "LedgerCheckpoint",
    "LedgerHead",
    "LedgerLeaf",
]
