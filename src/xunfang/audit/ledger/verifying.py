"""Go over the whole log: every leaf, node and checkpoint, and the rows they are about.

It shares no code with what builds the tree and its proofs but the hashes themselves.
Where somebody has changed a leaf and everything above it, only what was signed before
gives that away: between which checkpoints is then all that can be said, unless the row
above the leaf, or somebody's receipt, says more.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from xunfang.audit.ledger import sources
from xunfang.audit.ledger.findings import Fault, Report
from xunfang.audit.ledger.keys import signed_at
from xunfang.audit.models import LedgerCheckpoint, LedgerHead, LedgerLeaf
from xunfang.core.ledger.checkpoints import NotACheckpoint, parse
from xunfang.core.ledger.entries import entry_leaf, moment
from xunfang.core.ledger.tree import HASH_BYTES

LEEWAY: Final = timedelta(minutes=10)
"""Clocks differ, and a transaction may have begun before the checkpoint before it."""
ROWS_AT_ONCE: Final = 10_000

type Bytes = bytes | memoryview
"""PostgreSQL gives a view of them."""
type Leaf = tuple[int, str, datetime, Bytes, Bytes]
type Mark = tuple[int, bytes, datetime]
"""Of a checkpoint: size, root, time."""


def verify(*, verifiers: Iterable[str]) -> Report:
    """Go over everything that is kept. ``verifiers`` are the keys that may have signed."""
    report = Report()
    head = LedgerHead.objects.filter(pk=1).first() or LedgerHead()
    marks = _checkpoints(head.size, list(verifiers), report)
    peaks = _leaves(_rows(head.size), head.size, marks, report)
    if None not in peaks and b"".join(filter(None, peaks)) != bytes(head.peaks):
        report.note(Fault.HEAD_CHANGED, 0, head.size - 1)
    beyond = LedgerHead.objects.filter(pk=1).first() or head
    for index in LedgerLeaf.objects.filter(pk__gte=beyond.size).values_list(
        "pk", flat=True
    ):
        report.note(Fault.LEAF_ADDED, index, index)
    for kind, rows in sources.known().items():
        _compare(kind, rows(), head.size, report)
    return report


def _rows(size: int) -> Iterator[Leaf]:
    return (
        LedgerLeaf.objects.filter(pk__lt=size)
        .order_by("pk")
        .values_list("index", "kind", "at", "commitment", "nodes")
        .iterator(chunk_size=ROWS_AT_ONCE)
    )


def _checkpoints(size: int, verifiers: list[str], report: Report) -> list[Mark]:
    """Judge each checkpoint by itself, and return what they say."""
    marks: list[Mark] = []
    for each in LedgerCheckpoint.objects.order_by("size").iterator(ROWS_AT_ONCE):
        last = each.size - 1
        first = marks[-1][0] if marks else 0
        try:
            said, _ = parse(each.note)
            at = signed_at(each.note, verifiers)
        except NotACheckpoint:
            report.note(Fault.CHECKPOINT_CHANGED, first, last)
            continue
        report.n_checkpoints += 1
        if at is None:
            report.note(Fault.CHECKPOINT_UNSIGNED, first, last)
            at = each.at
        elif at != each.at or (said.size, said.root) != (each.size, bytes(each.root)):
            report.note(Fault.CHECKPOINT_CHANGED, first, last)
        if said.size > size:
            report.note(Fault.CUT_OFF, size, said.size - 1)
        else:
            marks.append((said.size, said.root, at))
    return sorted(marks)


def _leaves(
    rows: Iterable[Leaf], size: int, marks: list[Mark], report: Report
) -> list[bytes | None]:
    """Hash each leaf and node anew, and hold the roots against what was signed.

    Where a node is wrong, those above it are judged by what is kept of it, so that one
    change is found once. Returns the peaks; None is a node of which nothing is kept.
    """
    peaks: list[bytes | None] = []
    upcoming = iter(marks)
    mark = next(upcoming, None)
    agreed = 0
    differs = False
    earliest: datetime | None = None
    due = 0
    for index, kind, at, commitment, kept in rows:
        while due < index:
            report.note(Fault.LEAF_MISSING, due, due)
            _join(peaks, due, b"", report)
            due += 1
        due = index + 1
        nodes = bytes(kept)
        if entry_leaf(kind, moment(at), bytes(commitment)) != nodes[:HASH_BYTES]:
            report.note(Fault.LEAF_CHANGED, index, index)
        _join(peaks, index, nodes, report)
        if earliest is not None and at < earliest:
            report.note(Fault.DATED_BACK, index, index)
        if mark is not None and at > mark[2] + LEEWAY:
            report.note(Fault.DATED_AHEAD, index, index)
        while mark is not None and mark[0] <= due:
            root = _root(peaks) if mark[0] == due else None
            if root == mark[1]:
                agreed = due
            elif root is not None and not differs:
                # Once one differs, so does every later one.
                report.note(Fault.ROOT_DIFFERS, agreed, due - 1)
                differs = True
            earliest = mark[2] - LEEWAY
            mark = next(upcoming, None)
        report.n_leaves += 1
    while due < size:
        report.note(Fault.LEAF_MISSING, due, due)
        _join(peaks, due, b"", report)
        due += 1
    return peaks


def _join(peaks: list[bytes | None], index: int, nodes: bytes, report: Report) -> None:
    """Put the nodes that leaf ``index`` completes where they belong in the tree."""
    new = nodes[:HASH_BYTES] or None
    position, offset = index, HASH_BYTES
    is_noted = False
    while position & 1:
        left = peaks.pop()
        kept = nodes[offset : offset + HASH_BYTES] or None
        if (
            nodes
            and left is not None
            and new is not None
            and sha256(b"\x01" + left + new).digest() != kept
        ):
            first = (position >> 1) << (offset // HASH_BYTES)
            report.note(Fault.NODE_CHANGED, first, index)
            is_noted = True
        new = kept
        position >>= 1
        offset += HASH_BYTES
    if nodes and len(nodes) != offset and not is_noted:
        report.note(Fault.NODE_CHANGED, index, index)
    peaks.append(new)


def _root(peaks: list[bytes | None]) -> bytes | None:
    """Return the root above the peaks; None where one of them is not kept."""
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        if peak is None or root is None:
            return None
        root = sha256(b"\x01" + peak + root).digest()
    return root


def _compare(kind: str, rows: sources.Committed, size: int, report: Report) -> None:
    """Hold the rows of a room against the leaves that are about them."""
    leaves = (
        LedgerLeaf.objects.filter(pk__lt=size, kind=kind)
        .order_by("pk")
        .values_list("index", "commitment")
    )
    of_rows = _each_once(kind, rows, size, report)
    row = next(of_rows, None)
    for index, commitment in leaves.iterator(chunk_size=ROWS_AT_ONCE):
        while row is not None and row[0] < index:
            report.note(Fault.ROW_WITHOUT_LEAF, row[0], row[0], kind)
            row = next(of_rows, None)
        if row is None or row[0] > index:
            report.note(Fault.ROW_MISSING, index, index, kind)
            continue
        if row[1] is None:
            report.erased[kind] += 1
        elif row[1] != bytes(commitment):
            report.note(Fault.ROW_CHANGED, index, index, kind)
        report.compared[kind] += 1
        row = next(of_rows, None)
    while row is not None:
        report.note(Fault.ROW_WITHOUT_LEAF, row[0], row[0], kind)
        row = next(of_rows, None)


def _each_once(
    kind: str, rows: sources.Committed, size: int, report: Report
) -> Iterator[tuple[int, bytes | None]]:
    """Yield the rows whose leaf we have gone over; two rows of one leaf are a fault."""
    before = -1
    for index, commitment in rows:
        if index >= size:
            # Added since we began; or it names a leaf that has never been.
            if not LedgerLeaf.objects.filter(pk=index, kind=kind).exists():
                report.note(Fault.ROW_WITHOUT_LEAF, index, index, kind)
        elif index <= before:
            report.note(Fault.ROW_WITHOUT_LEAF, index, index, kind)
        else:
            before = index
            yield index, commitment
