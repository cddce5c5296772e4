"""What somebody outside keeps of the log, and whether the log is still the one they saw.

A witness keeps checkpoints, one JSON object a line. Whoever runs the log could show each
person another one; a witness, whom they cannot make forget, is what stands against it.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import batched
from typing import Final

from xunfang.audit.ledger.findings import Fault, Report
from xunfang.audit.ledger.keys import signed_at
from xunfang.audit.ledger.queries import LogDamaged, read_nodes
from xunfang.audit.models import LedgerCheckpoint, LedgerHead
from xunfang.core.ledger.checkpoints import Checkpoint, parse
from xunfang.core.ledger.entries import moment
from xunfang.core.ledger.tree import peaks_of, root_of

LINES_AT_ONCE: Final = 200


def line_of(checkpoint: LedgerCheckpoint) -> str:
    """Return a checkpoint as a witness keeps it."""
    fields = {
        "size": checkpoint.size,
        "at": moment(checkpoint.at),
        "note": checkpoint.note,
    }
    return json.dumps(fields, ensure_ascii=False) + "\n"


def compare(lines: Iterable[str], *, verifiers: Iterable[str]) -> Report:
    """Hold the log as it is now against what a witness kept of it.

    The root of each size is made anew from the nodes. A line that no key of ours signed
    says nothing about us and is named by its number.
    """
    report = Report()
    head = LedgerHead.objects.filter(pk=1).first() or LedgerHead()
    known = list(verifiers)
    agreed = 0
    for some in batched(_read(lines, known, report), LINES_AT_ONCE, strict=False):
        roots = _roots({each.size for each in some if each.size <= head.size})
        for each in some:
            report.n_checkpoints += 1
            if each.size > head.size:
                report.note(Fault.CUT_OFF, head.size, each.size - 1)
            elif roots[each.size] == each.root:
                agreed = max(agreed, each.size)
            else:
                report.note(Fault.REWRITTEN, min(agreed, each.size - 1), each.size - 1)
    report.n_leaves = agreed
    return report


def _read(
    lines: Iterable[str], verifiers: list[str], report: Report
) -> Iterator[Checkpoint]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        checkpoint = _checkpoint_of(line, verifiers)
        if checkpoint is None:
            report.note(Fault.NOT_OURS, number, number)
        else:
            yield checkpoint


def _checkpoint_of(line: str, verifiers: list[str]) -> Checkpoint | None:
    """Return what a line says; None if it says nothing that we have signed."""
    try:
        note = json.loads(line)["note"]
        checkpoint, _ = parse(note)
        is_ours = signed_at(note, verifiers) is not None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return checkpoint if is_ours else None


def _roots(sizes: set[int]) -> dict[int, bytes | None]:
    """Return the root of each size as it is now; None where nodes for it are gone."""
    peaks = {size: peaks_of(size) for size in sizes}
    try:
        found = read_nodes(node for nodes in peaks.values() for node in nodes)
    except LogDamaged:
        return {size: _root(size) for size in sizes}
    return {
        size: root_of([found[node] for node in nodes]) for size, nodes in peaks.items()
    }


def _root(size: int) -> bytes | None:
    nodes = peaks_of(size)
    try:
        found = read_nodes(nodes)
    except LogDamaged:
        return None
    return root_of([found[node] for node in nodes])
