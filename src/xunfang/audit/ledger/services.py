"""Add to the log, and sign how far it has come.

Neither puts an event on the record: the log is a record.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import batched
from typing import Any, Final

from django.db import connection, transaction

from xunfang.audit.ledger.keys import LogKey
from xunfang.audit.ledger.queries import (
    LogDamaged,
    consistency,
    latest_checkpoint,
    root_at,
)
from xunfang.audit.models import LedgerCheckpoint, LedgerHead
from xunfang.core.ledger.checkpoints import Checkpoint
from xunfang.core.ledger.entries import entry_leaf, moment
from xunfang.core.ledger.tree import HASH_BYTES, grow, is_consistent, root_of

COLUMNS: Final = 'audit_ledgerleaf ("index", kind, at, commitment, nodes)'


@transaction.atomic(savepoint=False)
def append(commitments: Sequence[bytes], *, kind: str, at: datetime) -> range:
    """Add commitments to the log, and return their indices, which have no gaps.

    Call it last in the transaction of what is committed to: whoever else adds waits until
    that is on disk, and nobody else's entry is lost if it is not. ``kind`` says whose
    rows they are (``sources.register``). ``at`` is now; a leaf is not dated otherwise.
    """
    if any(len(each) != HASH_BYTES for each in commitments):
        raise ValueError(f"a commitment has {HASH_BYTES} bytes")
    head = _held_head()
    when = moment(at)
    growth = grow(
        head.size,
        _hashes(bytes(head.peaks)),
        [entry_leaf(kind, when, commitment) for commitment in commitments],
    )
    beside: list[bytes] = []
    for (level, _index), value in growth.nodes:
        if level == 0:
            beside.append(value)
        else:
            beside[-1] += value
    rows = zip(range(head.size, growth.size), commitments, beside, strict=True)
    _add([(index, kind, at, *hashes) for index, *hashes in rows])
    first, head.size = head.size, growth.size
    head.peaks = b"".join(growth.peaks)
    head.save(update_fields=["size", "peaks"])
    return range(first, growth.size)


@transaction.atomic
def make_checkpoint(*, at: datetime, key: LogKey) -> LedgerCheckpoint | None:
    """Sign how far the log has come; None if nothing was added since the last time.

    What is kept is asked before it is signed: a log that does not continue its last
    checkpoint raises LogDamaged, and is not signed.
    """
    head = _held_head()
    last = latest_checkpoint()
    if head.size == (last.size if last else 0):
        return None
    root = root_of(_hashes(bytes(head.peaks)))
    if root != root_at(head.size):
        raise LogDamaged("the head of the log is not what its leaves make")
    if last is not None and not (
        last.size < head.size
        and is_consistent(
            last.size,
            bytes(last.root),
            head.size,
            root,
            consistency(last.size, head.size),
        )
    ):
        raise LogDamaged(f"the log does not continue its checkpoint of {last.size}")
    checkpoint = Checkpoint(key.name, head.size, root)
    at = at.replace(microsecond=0)
    return LedgerCheckpoint.objects.create(
        size=head.size, root=root, at=at, note=key.sign(checkpoint, at=at)
    )


def _add(rows: list[tuple[Any, ...]]) -> None:
    """Add leaves, many at once: an import brings thousands.

    By way of objects it takes several times as long, and so it does on PostgreSQL by
    INSERT.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {COLUMNS} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        adapt = connection.ops.adapt_datetimefield_value
        cursor.executemany(
            f"INSERT INTO {COLUMNS} VALUES (%s, %s, %s, %s, %s)",  # noqa: S608 -- our names
            [(index, kind, adapt(at), *hashes) for index, kind, at, *hashes in rows],
        )


def _held_head() -> LedgerHead:
    """Return where the log ends; nobody else adds before this transaction is over."""
    held = LedgerHead.objects.select_for_update()
    return held.filter(pk=1).first() or _first_head()


def _first_head() -> LedgerHead:
    LedgerHead.objects.get_or_create(pk=1)
    return LedgerHead.objects.select_for_update().get(pk=1)


def _hashes(joined: bytes) -> list[bytes]:
    return [bytes(each) for each in batched(joined, HASH_BYTES, strict=True)]
