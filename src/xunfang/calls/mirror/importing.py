"""Bring a table of calls in: a few hundred calls at a time, each time on disk.

An import that is interrupted goes on where it was; a call is written once.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import batched
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from xunfang.audit import services as audit
from xunfang.calls.mirror.columns import columns_of
from xunfang.calls.mirror.groups import group
from xunfang.calls.mirror.reading import NUMBER, Manner, Reading, read_row
from xunfang.calls.mirror.retention import delete_settled
from xunfang.calls.mirror.writing import Writer
from xunfang.calls.models import CallImport, CallSetAside, CallSource
from xunfang.core.errors import DomainError
from xunfang.core.geo import Datum
from xunfang.places.ground import Ground
from xunfang.web.tables import ColumnsMissing, Row, Table, read_table

CALLS_AT_ONCE = 200
"""Written in one transaction: whoever enters a call meanwhile waits that long at most."""
NUMBERS_AT_ONCE = 5000
"""Asked for in one statement."""


def read_content(content: bytes, source: CallSource) -> tuple[Table, bool]:
    """Read a file by a source's columns; say whether it is a workbook.

    Raises
    ------
    UnreadableTable, TableTooLarge, ColumnsMissing
    """
    return read_table(content, columns_of(source.columns)), content.startswith(b"PK")


def rows_of_records(
    records: Sequence[Mapping[str, object]], source: CallSource
) -> list[Row]:
    """Return the lines that a machine sent, by the names its source gives columns."""
    keys = {
        name.casefold(): column.key
        for column in columns_of(source.columns)
        for name in (column.key, *column.names)
    }
    rows = []
    for line, record in enumerate(records, start=1):
        cells = {}
        for name, value in record.items():
            key = keys.get(name.casefold())
            if key is not None and value is not None:
                cells[key] = str(value).strip()
        rows.append(Row(line, cells))
    return rows


@transaction.atomic
def start(*, import_id: int, at: datetime) -> CallImport | None:
    """Take an import up, or take it up again; None where there is nothing to do."""
    done = (
        CallImport.objects.select_for_update(of=("self",))
        .select_related("source__station", "imported_by")
        .get(pk=import_id)
    )
    if done.is_over or done.content is None:
        return None
    done.state, done.touched_at = CallImport.RUNNING, at
    done.save(update_fields=["state", "touched_at"])
    return done


def run(*, import_id: int, clock: Callable[[], datetime]) -> str:
    """Bring the table of an import in; return its state. Safe to be run again."""
    done = start(import_id=import_id, at=clock())
    if done is None:
        return "over"
    try:
        table, is_sheet = read_content(bytes(done.content or b""), done.source)
    except DomainError as refusal:
        return _fail(done, refusal, at=clock())
    done.unknown_columns = list(table.unknown)
    bring(done, table.rows, is_sheet=is_sheet, clock=clock)
    return done.state


def bring(
    done: CallImport,
    rows: Iterable[Row],
    *,
    is_sheet: bool,
    clock: Callable[[], datetime],
) -> None:
    """Write the calls of some lines; keep the lines that are wrong, and close the import."""
    at = done.imported_at
    manner = Manner(
        zone=ZoneInfo(done.source.zone),
        datum=Datum(done.source.datum),
        time_format=done.source.time_format,
        is_sheet=is_sheet,
    )
    readings = [read_row(row, manner, at=at) for row in rows]
    groups = group(readings)
    writer = Writer(
        source=done.source,
        by=done.imported_by,
        ground=Ground.on(at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()),
    )
    done.n_calls = len(groups)
    unknown: Counter[str] = Counter(done.unknown_classes)
    units: Counter[str] = Counter(done.unknown_units)
    for some in batched(groups[done.n_calls_read :], CALLS_AT_ONCE, strict=False):
        with transaction.atomic():
            # One table at a time, so that two never write the same call: the sources'
            # rows are the lock, in one order.
            list(CallSource.objects.select_for_update().order_by("pk"))
            now = CallImport.objects.values_list("state", "n_calls_read").get(
                pk=done.pk
            )
            if now != (CallImport.RUNNING, done.n_calls_read):
                return  # Another worker has taken it up.
            outcome = writer.write(some, at=clock())
            unknown += outcome.unknown_classes
            units += outcome.unknown_units
            done.n_new += outcome.n_new
            done.n_changed += outcome.n_changed
            done.n_same += outcome.n_same
            done.n_calls_read += len(some)
            done.unknown_classes = dict(unknown)
            done.unknown_units = dict(units)
            done.touched_at = clock()
            done.save(update_fields=PROGRESS)
    _close(done, readings, at=clock())


PROGRESS = (
    *("n_calls", "n_calls_read", "n_new", "n_changed", "n_same"),
    *("unknown_columns", "unknown_classes", "unknown_units", "touched_at"),
)


@transaction.atomic
def _close(done: CallImport, readings: Sequence[Reading], *, at: datetime) -> None:
    wrong = [reading for reading in readings if reading.problems]
    kept = [_set_aside(done, reading) for reading in wrong]
    if done.feed_id is not None:
        # A machine says the same wrong thing every minute: it is kept once.
        there = set(
            CallSetAside.objects.filter(
                call_import__feed=done.feed_id,
                digest__in=[one.digest for one in kept],
            ).values_list("digest", flat=True)
        )
        kept = [one for one in kept if one.digest not in there]
    CallSetAside.objects.bulk_create(kept, batch_size=1000)
    _settle(done, readings, wrong, at=at)
    done.n_set_aside = sum(not one.is_taken for one in kept)
    done.n_doubtful = sum(one.is_taken for one in kept)
    done.state, done.content, done.touched_at = CallImport.DONE, None, at
    done.save(
        update_fields=[
            *("n_set_aside", "n_doubtful", "state", "content", *PROGRESS),
        ]
    )
    if not is_news(done):
        return  # A machine asks every minute; that it said nothing new is no event.
    audit.record(
        kind="calls.imported",
        subject=done.source.name,
        by=done.imported_by,
        at=at,
        n_new=done.n_new,
        n_changed=done.n_changed,
        n_same=done.n_same,
        n_set_aside=done.n_set_aside,
    )


def _settle(
    done: CallImport,
    readings: Sequence[Reading],
    wrong: Sequence[Reading],
    *,
    at: datetime,
) -> None:
    """Delete what older lines said of calls that have now come without anything wrong."""
    right = {one.number for one in readings} - {one.number for one in wrong}
    older = CallSetAside.objects.filter(
        call_import__source=done.source_id, deleted_at=None
    ).exclude(call_import=done)
    for numbers in batched(sorted(right), NUMBERS_AT_ONCE, strict=False):
        delete_settled(older.filter(number__in=numbers), at=at)


def _set_aside(done: CallImport, reading: Reading) -> CallSetAside:
    cells = {key: text for key, text in reading.row.cells.items() if text}
    said = json.dumps([cells, reading.problems], sort_keys=True, ensure_ascii=False)
    return CallSetAside(
        call_import=done,
        line=reading.row.line,
        number=reading.number if NUMBER.fullmatch(reading.number) else "",
        cells=cells,
        problems=reading.problems,
        is_taken=not reading.is_refused,
        digest=hashlib.sha256(said.encode()).hexdigest(),
    )


@transaction.atomic
def _fail(done: CallImport, refusal: DomainError, *, at: datetime) -> str:
    columns = refusal.columns if isinstance(refusal, ColumnsMissing) else ()
    done.failure = {"code": refusal.code, "columns": list(columns)}
    done.state, done.content, done.touched_at = CallImport.FAILED, None, at
    done.save(update_fields=["failure", "state", "content", "touched_at"])
    return done.state


def is_news(done: CallImport) -> bool:
    """Say whether an import is worth keeping: a person's always, a machine's with news."""
    return done.feed_id is None or any(
        (done.n_new, done.n_changed, done.n_set_aside, done.n_doubtful)
    )


@transaction.atomic
def forget_if_no_news(done: CallImport) -> bool:
    """Remove the record of a machine's table that said nothing new."""
    if is_news(done):
        return False
    done.delete()
    return True
