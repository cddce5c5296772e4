"""What callers said in lines set aside is deleted after 30 days, or when they are settled.

A line set aside holds what 110's table said: the caller's words and telephone number, and
in whatever cell, because a table whose columns are shifted is just what is set aside. So
all of it goes, also where a reason quotes it. Which line it was, of which table and call,
and what was wrong stay, and a certificate says what went (CL-06).
"""

import json
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet

from xunfang.audit import services as audit
from xunfang.calls.models import CallSetAside, LineDeletion

KEPT_FOR: Final = timedelta(days=30)
ROWS_AT_ONCE: Final = 2000
"""So many go in one transaction: whoever imports meanwhile waits a moment only."""
QUOTED: Final = frozenset({"said", "number"})
"""Facts of a reason that quote the line."""


def delete_old_lines(*, at: datetime) -> LineDeletion | None:
    """Delete what lines said that were set aside 30 days ago; return the certificate.

    None if there was none. A run that is cut short has certified what it deleted.
    """
    certificate: LineDeletion | None = None
    old = CallSetAside.objects.filter(call_import__imported_at__lte=at - KEPT_FOR)
    while True:
        with transaction.atomic():
            further = _delete_some(old, certificate, LineDeletion.PERIOD, at)
            if further is None:
                break
            certificate = further
    if certificate is not None:
        audit.record(
            kind="calls.lines_deleted",
            subject=certificate.last_set_aside_at.isoformat(timespec="seconds"),
            by=None,
            at=at,
            n=certificate.n_lines,
            digest=certificate.digest,
        )
    return certificate


@transaction.atomic
def delete_settled(
    lines: QuerySet[CallSetAside], *, at: datetime
) -> LineDeletion | None:
    """Delete what lines said that need no mending any more; return the certificate."""
    certificate: LineDeletion | None = None
    while further := _delete_some(lines, certificate, LineDeletion.SETTLED, at):
        certificate = further
    return certificate


def _delete_some(
    lines: QuerySet[CallSetAside],
    certificate: LineDeletion | None,
    reason: str,
    at: datetime,
) -> LineDeletion | None:
    """Delete what the first of some lines said, and certify it; None if none is left."""
    some = list(
        lines.filter(deleted_at=None)
        .select_for_update(of=("self",))
        .select_related("call_import")
        .defer("call_import__content")
        .order_by("call_import__imported_at", "call_import", "line")[:ROWS_AT_ONCE]
    )
    if not some:
        return None
    text = "".join(_as_line(line) for line in some)
    if certificate is None:
        certificate = LineDeletion(
            reason=reason,
            n_lines=0,
            first_set_aside_at=some[0].call_import.imported_at,
            digest="",
        )
    certificate.n_lines += len(some)
    certificate.last_set_aside_at = some[-1].call_import.imported_at
    certificate.deleted_at = at
    certificate.digest = sha256(f"{certificate.digest}\n{text}".encode()).hexdigest()
    for line in some:
        line.cells, line.deleted_at = {}, at
        line.problems = [[code, _unquoted(facts)] for code, facts in line.problems]
    CallSetAside.objects.bulk_update(
        some, ["cells", "problems", "deleted_at"], batch_size=500
    )
    certificate.save()
    return certificate


def _unquoted(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: "…" if name in QUOTED else fact for name, fact in facts.items()}


def _as_line(line: CallSetAside) -> str:
    said = json.dumps([line.cells, line.problems], sort_keys=True, ensure_ascii=False)
    return f"{line.call_import_id} {line.line} {said}\n"
