"""What a leaf of the log says: what it is about, when it was added, the commitment.

Three lines of text. Time and kind are hashed with the commitment, so that a leaf cannot
be dated back, and a leaf about one thing cannot pass for one about another.
"""

from base64 import b64encode
from datetime import UTC, datetime

from xunfang.core.ledger.tree import leaf_hash


def moment(at: datetime) -> str:
    """Return a time as the log writes it: UTC, to the microsecond.

    >>> moment(datetime(2026, 5, 4, 4, tzinfo=UTC))
    '2026-05-04T04:00:00.000000Z'
    """
    return (
        f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
    )


def entry_text(kind: str, at: str, commitment: bytes) -> str:
    """Return what is hashed. ``at`` is a ``moment``."""
    return f"{kind}\n{at}\n{b64encode(commitment).decode()}\n"


def entry_leaf(kind: str, at: str, commitment: bytes) -> bytes:
    """Return the leaf hash of an entry."""
    return leaf_hash(entry_text(kind, at, commitment).encode())
