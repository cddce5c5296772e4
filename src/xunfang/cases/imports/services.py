"""Look at a list, take it in, be done with it."""

from base64 import b64encode
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, NotAllowed, check_can
from xunfang.audit import services as audit
from xunfang.cases.imports import queries
from xunfang.cases.imports.reading import source_of
from xunfang.cases.imports.table import COLUMNS, OURS
from xunfang.cases.models import WordImport
from xunfang.cases.services import take_in
from xunfang.core.errors import DomainError
from xunfang.feedback.models import Channel
from xunfang.feedback.sealing import seal
from xunfang.web.tables import read_table

MOST_LINES = 500
"""Each line becomes a case: a list of a day, not the archive of a year."""
KEPT = timedelta(days=14)


class ListTooLong(DomainError):
    """The list has more lines than are taken in at once."""

    code = "cases.list_too_long"


class ListDoneWith(DomainError):
    """The list was taken in before, or its file is erased."""

    code = "cases.list_done_with"


@transaction.atomic
def bring_list(
    *,
    content: bytes,
    file_name: str,
    list_name: str,
    channel: Channel,
    by: User,
    at: datetime,
) -> WordImport:
    """Keep a list, encrypted, to be looked at before anything comes of it.

    Raises
    ------
    NotAllowed
    UnreadableTable, TableTooLarge, ColumnsMissing, ListTooLong
        Nothing is kept.
    """
    check_can(by, Capability.ENTER_WORDS)
    erase_old(at=at)
    table = read_table(content, (*COLUMNS, *OURS))
    if len(table.rows) > MOST_LINES:
        raise ListTooLong(f"{len(table.rows)} of {MOST_LINES}")
    key = uuid4()
    return WordImport.objects.create(
        key=key,
        list_name=list_name,
        channel=channel,
        file_name=file_name[-120:],
        sealed=seal(b64encode(content).decode(), of=f"import/{key}"),
        brought_at=at,
        brought_by=by,
    )


def take_list_in(*, word_import: WordImport, by: User, at: datetime) -> WordImport:
    """Take in the lines of a list that are new and right, each in a transaction of its own.

    If it breaks off, the same again goes on where it stopped. The file stays while there
    are lines to be mended.

    Raises
    ------
    NotAllowed
    ListDoneWith
    """
    check_can(by, Capability.ENTER_WORDS)
    if word_import.brought_by_id != by.pk:
        raise NotAllowed(f"{by.username} did not bring {word_import}")
    if word_import.sealed is None or word_import.taken_at is not None:
        raise ListDoneWith(str(word_import))
    lines = queries.lines_of(word_import, at=at)
    n_new = 0
    for line in lines:
        if line.is_new:
            n_new += take_in(
                channel=line.channel,
                text=line.text,
                at=at,
                asks=line.asks,
                place_words=line.place,
                contact=line.contact,
                said_at=line.said_at,
                source=source_of(word_import.list_name),
                external_id=line.external_id,
                topic=line.topic,
                by=by,
            ).is_new
    with transaction.atomic():
        word_import.n_new = n_new
        word_import.n_set_aside = sum(bool(line.problems) for line in lines)
        word_import.n_known = len(lines) - n_new - word_import.n_set_aside
        word_import.taken_at = at
        if not word_import.n_set_aside:
            word_import.sealed = None
        word_import.save()
        audit.record(
            kind="words.imported",
            subject=word_import.file_name,
            by=by,
            at=at,
            n_new=word_import.n_new,
            n_known=word_import.n_known,
            n_set_aside=word_import.n_set_aside,
        )
    return word_import


@transaction.atomic
def be_done_with(*, word_import: WordImport, by: User, at: datetime) -> None:
    """Erase the file of a list; what was taken in stays.

    Raises
    ------
    NotAllowed
    """
    if word_import.brought_by_id != by.pk:
        raise NotAllowed(f"{by.username} did not bring {word_import}")
    audit.record(kind="words.list_erased", subject=word_import.file_name, by=by, at=at)
    if word_import.taken_at is None:
        word_import.delete()
    else:
        word_import.sealed = None
        word_import.save(update_fields=["sealed"])


def erase_old(*, at: datetime) -> None:
    """Erase the files of lists that were brought two weeks ago."""
    WordImport.objects.filter(brought_at__lte=at - KEPT).exclude(sealed=None).update(
        sealed=None
    )
