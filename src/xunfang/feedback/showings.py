"""Note in which lists words were shown, to whom and on which day (CL-07).

One row for an officer, word, day and place: a list that is opened again adds nothing, and
whoever opens it all day long takes the lock of the database once. It is noted before the
page is shown.

A page on which lives depend does not wait for the record. Where the database is busy for
longer than ``WAIT_MS``, the page is shown, and what is owed to the record is kept by this
process and noted with the next list that anybody opens. Lost is only what a process owes
when it is stopped; that it owes is in its log.
"""

import logging
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.feedback.models import Showing, Where, Word

log = logging.getLogger(__name__)

WAIT_MS = 250
"""How long a page waits for the one writer that SQLite allows."""
KEPT_FOR = timedelta(days=1096)
"""Three years (PIPL 56), whatever leap day lies in them."""

_OWED: deque[Showing] = deque(maxlen=20_000)


def note_shown(words: Iterable[int], *, to: User, where: Where, at: datetime) -> None:
    """Note that somebody is shown words, by their keys; one query, one write at most.

    It never fails a page (see above).
    """
    keys = set(words)
    if not keys:
        return
    on = timezone.localdate(at)
    known = Showing.objects.filter(word__in=keys, on=on, by=to, where=where)
    _note(
        [
            Showing(
                word_id=key,
                on=on,
                by=to,
                role=to.role,
                unit=to.station_code,
                where=where,
            )
            for key in sorted(keys - set(known.values_list("word", flat=True)))
        ]
    )


def _note(new: list[Showing]) -> None:
    rows = [*_taken(), *new]
    if not rows:
        return
    try:
        with _soon_or_not_at_all():
            Showing.objects.bulk_create(rows, ignore_conflicts=True)
    except OperationalError:
        _OWED.extend(rows)
        log.warning(
            "the database is busy: %d showings are owed to the record", len(rows)
        )


def _taken() -> Iterator[Showing]:
    """Take what is owed, while other threads may take some of it too."""
    while True:
        try:
            yield _OWED.popleft()
        except IndexError:
            return


@contextmanager
def _soon_or_not_at_all() -> Iterator[None]:
    """Run in a transaction that begins within ``WAIT_MS`` or fails.

    Other databases than SQLite let many write at a time; there is nothing to wait for.
    """
    if connection.vendor != "sqlite":
        with transaction.atomic():
            yield
        return
    with connection.cursor() as cursor:
        usual_s = connection.settings_dict["OPTIONS"]["timeout"]
        cursor.execute(f"PRAGMA busy_timeout = {WAIT_MS}")
        try:
            with transaction.atomic():
                yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {round(1000 * usual_s)}")


def with_text(words: Iterable[Word]) -> list[int]:
    """Return the keys of those words of which there is still something to be shown."""
    return [word.pk for word in words if hasattr(word, "said")]


@transaction.atomic
def erase_old_showings(*, at: datetime) -> int:
    """Erase the showings whose time is over, and certify it; return how many.

    The certificate is an event of the record. Safe to run twice.
    """
    last_kept = timezone.localdate(at) - KEPT_FOR
    n_erased, _ = Showing.objects.filter(on__lt=last_kept).delete()
    if n_erased:
        audit.record(
            kind="showings.erased",
            subject=last_kept.isoformat(),
            by=None,
            at=at,
            n=n_erased,
        )
    return n_erased
