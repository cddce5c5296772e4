"""Raw fixes are deleted after three days, and a certificate says so (CL-06)."""

from datetime import datetime
from hashlib import sha256
from typing import Final

from django.db import transaction

from xunfang.audit import services as audit
from xunfang.units.models import Fix, FixDeletion, PositionsClock
from xunfang.units.positions.writing import KEPT_FOR

ROWS_AT_ONCE: Final = 20_000
"""So many go in one transaction: positions that come in meanwhile wait a moment only."""


def delete_old_fixes(*, at: datetime) -> FixDeletion | None:
    """Delete every fix from before three days ago, and return the certificate.

    None if there was none. The certificate grows with each transaction in which rows go:
    a run that is cut short has certified what it deleted, and the next one deletes the
    rest with a certificate of its own.
    """
    certificate: FixDeletion | None = None
    while True:
        with transaction.atomic():
            further = _delete_some(certificate, at)
            if further is None:
                break
            certificate = further
    if certificate is not None:
        audit.record(
            kind="fixes.deleted",
            subject=certificate.older_than.isoformat(timespec="seconds"),
            by=None,
            at=at,
            n=certificate.n_fixes,
            digest=certificate.digest,
        )
    return certificate


def _delete_some(certificate: FixDeletion | None, at: datetime) -> FixDeletion | None:
    """Delete the oldest fixes and certify it; None if there is none that is too old."""
    PositionsClock.next_batch()
    older_than = at - KEPT_FOR
    rows = list(
        Fix.objects.filter(fixed_at__lt=older_than)
        .order_by("fixed_at", "pk")
        .values_list("pk", "shift_id", "fixed_at", "lon", "lat")[:ROWS_AT_ONCE]
    )
    if not rows:
        return None
    first, last = rows[0][2], rows[-1][2]
    lines = [
        f"{shift} {fixed_at.isoformat()} {lon!r} {lat!r}\n"
        for _, shift, fixed_at, lon, lat in rows
    ]
    if certificate is None:
        certificate = FixDeletion(
            older_than=older_than, n_fixes=0, first_fixed_at=first, digest=""
        )
    certificate.n_fixes += len(rows)
    certificate.last_fixed_at = last
    certificate.deleted_at = at
    certificate.digest = sha256(
        (certificate.digest + "\n" + "".join(lines)).encode()
    ).hexdigest()
    # Exactly the rows that were read: up to the last one, in the order of reading.
    Fix.objects.filter(pk__in=[row[0] for row in rows]).delete()
    certificate.save()
    return certificate
