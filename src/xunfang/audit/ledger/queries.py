"""Proofs and checkpoints of the log. Everything here only reads."""

from collections.abc import Iterable, Mapping
from itertools import batched
from typing import Final

from django.db import connection
from django.db.models import QuerySet

from xunfang.audit.ledger.keys import our_key
from xunfang.audit.models import LedgerCheckpoint, LedgerLeaf
from xunfang.core.errors import DomainError
from xunfang.core.ledger.checkpoints import parse
from xunfang.core.ledger.commitments import Value
from xunfang.core.ledger.entries import moment
from xunfang.core.ledger.receipts import Receipt
from xunfang.core.ledger.tree import (
    HASH_BYTES,
    Node,
    consistency_proof,
    inclusion_proof,
    peaks_of,
    root_of,
)

ROWS_AT_ONCE: Final = 2_000
SELECT: Final = 'SELECT "index", nodes FROM audit_ledgerleaf WHERE "index" IN'


class LogDamaged(DomainError):
    """The log lacks what a proof needs, or does not continue its last checkpoint."""

    code = "audit.log_damaged"


class NotSealed(DomainError):
    """No signed checkpoint covers the entry yet: one is made every minute."""

    code = "audit.not_sealed"


def latest_checkpoint() -> LedgerCheckpoint | None:
    """Return the newest signed checkpoint; None before the first."""
    return LedgerCheckpoint.objects.order_by("-size").first()


def checkpoints_since(size: int) -> QuerySet[LedgerCheckpoint]:
    """Return every checkpoint of more than ``size`` leaves, the smallest first."""
    return LedgerCheckpoint.objects.filter(size__gt=size).order_by("size")


def inclusion(index: int, size: int) -> list[bytes]:
    """Return the proof that a leaf is in the tree of ``size`` leaves.

    ``ValueError``: there is no such leaf in it. Raises LogDamaged.
    """
    return inclusion_proof(index, size, read_nodes)


def consistency(old: int, new: int) -> list[bytes]:
    """Return the proof that the tree of ``old`` leaves begins that of ``new``.

    ``ValueError``: unless ``0 < old <= new``. Raises LogDamaged.
    """
    return consistency_proof(old, new, read_nodes)


def root_at(size: int) -> bytes:
    """Return the root of the tree of the first ``size`` leaves, as it is kept now."""
    peaks = peaks_of(size)
    found = read_nodes(peaks)
    return root_of([found[peak] for peak in peaks])


def receipt(
    index: int, *, salt: bytes, document: Mapping[str, Value] | None = None
) -> Receipt:
    """Return what proves, with the newest checkpoint, that an entry is in the log.

    ``document`` is what was said, if whoever gets the receipt is to have it in there.
    ``ValueError``: there is no such leaf. Raises NotSealed, LogDamaged.
    """
    leaf = LedgerLeaf.objects.filter(pk=index).first()
    if leaf is None:
        raise ValueError(f"no leaf {index}")
    checkpoint = latest_checkpoint()
    if checkpoint is None or checkpoint.size <= index:
        raise NotSealed(f"leaf {index} is newer than the last checkpoint")
    return Receipt(
        origin=parse(checkpoint.note)[0].origin,
        index=index,
        kind=leaf.kind,
        at=moment(leaf.at),
        salt=salt,
        commitment=bytes(leaf.commitment),
        leaf=bytes(leaf.nodes)[:HASH_BYTES],
        proof=inclusion(index, checkpoint.size),
        checkpoint=checkpoint.note,
        key=our_key().verifier,
        document=document,
    )


def read_nodes(nodes: Iterable[Node]) -> dict[Node, bytes]:
    """Return the hashes of complete subtrees, by as few questions as can be.

    A node lies beside the last leaf it covers. Raises LogDamaged if one is not there.
    """
    ends = {node: ((node[1] + 1) << node[0]) - 1 for node in nodes}
    rows: dict[int, bytes | memoryview] = {}
    for some in batched(sorted(set(ends.values())), ROWS_AT_ONCE, strict=False):
        # Plain SQL: putting the question together would take as long as the answer.
        with connection.cursor() as cursor:
            marks = ", ".join(["%s"] * len(some))
            cursor.execute(f"{SELECT} ({marks})", some)
            rows.update(cursor.fetchall())
    found = {}
    for node, end in ends.items():
        first = node[0] * HASH_BYTES
        value = bytes(rows.get(end, b""))[first : first + HASH_BYTES]
        if len(value) != HASH_BYTES:
            raise LogDamaged(f"node {node} is not beside leaf {end}")
        found[node] = value
    return found
