"""Every minute in which something was added, a checkpoint is signed.

Whoever serves the pages does it (``cli.serve``), and not the workers: a night that is
being planned keeps those busy for minutes. Several servers may; each size is signed once.
The newest checkpoint is also kept beside the database, where somebody who has only the
database cannot reach it: leaves that are cut off at the end are found by it.
"""

import logging
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings

from xunfang.audit.ledger.keys import our_key
from xunfang.audit.ledger.queries import LogDamaged
from xunfang.audit.ledger.services import make_checkpoint
from xunfang.audit.ledger.witnessing import line_of
from xunfang.audit.models import LedgerCheckpoint

EVERY: Final = timedelta(minutes=1)

log = logging.getLogger(__name__)


def seal(*, at: datetime) -> LedgerCheckpoint | None:
    """Sign how far the log has come; None if there is nothing new, or it is damaged."""
    try:
        checkpoint = make_checkpoint(at=at, key=our_key())
    except LogDamaged:
        log.exception("the log is not signed any more: run `xunfang verify ledger`")
        return None
    if checkpoint is not None:
        _keep(line_of(checkpoint))
    return checkpoint


def kept_line() -> str:
    """Return the newest checkpoint that is kept beside the database; empty if none is."""
    try:
        return _file().read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


def _keep(line: str) -> None:
    file = _file()
    draft = file.with_suffix(".draft")
    draft.write_text(line, encoding="utf-8")
    draft.replace(file)


def _file() -> Path:
    return Path(settings.DATA_DIR) / "ledger_checkpoint"
