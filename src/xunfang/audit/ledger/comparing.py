"""A receipt, and somebody else's checkpoint, against the log as it is today."""

from collections.abc import Iterable

from xunfang.audit.ledger.keys import signed_at
from xunfang.audit.ledger.queries import LogDamaged, root_at
from xunfang.audit.models import LedgerLeaf
from xunfang.core.ledger.checkpoints import NotACheckpoint, parse
from xunfang.core.ledger.receipts import Receipt
from xunfang.core.ledger.tree import HASH_BYTES


def faults(receipt: Receipt, *, verifiers: Iterable[str]) -> list[str]:
    """Return what the log of today does not bear out of a receipt that holds in itself.

    ``unsigned``: no known key signed its checkpoint. ``leaf_gone``: another entry, or
    none, is in its place. ``rewritten``: its log is not the beginning of today's.
    """
    found = []
    if signed_at(receipt.checkpoint, verifiers) is None:
        found.append("unsigned")
    leaf = LedgerLeaf.objects.filter(pk=receipt.index).first()
    if leaf is None or bytes(leaf.nodes)[:HASH_BYTES] != receipt.leaf:
        found.append("leaf_gone")
    if not _begins_ours(receipt.checkpoint):
        found.append("rewritten")
    return found


def faults_beside(note: str, *, verifiers: Iterable[str]) -> list[str]:
    """Return what the log of today does not bear out of a checkpoint somebody has kept.

    ``other_unreadable``: it is none. ``other_unsigned``: no known key signed it.
    ``other_rewritten``: its log is not the beginning of today's.
    """
    try:
        at = signed_at(note, verifiers)
    except NotACheckpoint:
        return ["other_unreadable"]
    if at is None:
        return ["other_unsigned"]
    return [] if _begins_ours(note) else ["other_rewritten"]


def _begins_ours(note: str) -> bool:
    checkpoint, _signatures = parse(note)
    try:
        return root_at(checkpoint.size) == checkpoint.root
    except LogDamaged:
        return False
