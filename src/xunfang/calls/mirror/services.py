"""Bring calls in from 110, and look after where they come from."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from secrets import compare_digest

from django.db import transaction

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, check_can
from xunfang.audit import services as audit
from xunfang.calls import policies
from xunfang.calls.mirror import importing, tasks
from xunfang.calls.mirror.retention import delete_settled
from xunfang.calls.mirror.units import plain
from xunfang.calls.models import (
    CallFeed,
    CallImport,
    CallSetAside,
    CallSource,
    UnitName,
)
from xunfang.core.errors import DomainError
from xunfang.units.models import Station
from xunfang.web.tables import MOST_BYTES, TableTooLarge

AT_ONCE_BYTES = 150_000
"""A file up to this size is read while its sender waits: less than a second."""
STUCK_AFTER = timedelta(seconds=60)
"""An import that has not got on for so long has lost its worker."""
MOST_RECORDS = 1000
"""Of one message of a machine."""


class SourceNameTaken(DomainError):
    """Another source has this name."""

    code = "calls.source_name_taken"


class SourceChanged(DomainError):
    """Somebody else has changed the source since the form was opened."""

    code = "calls.source_changed"


class UnitNameTaken(DomainError):
    """110's name means another crew already."""

    code = "calls.unit_name_taken"


class SourceClosed(DomainError):
    """Nothing is brought in through this source any more."""

    code = "calls.source_closed"


class TokenUnknown(DomainError):
    """What the machine shows is the secret of no feed that is open."""

    code = "calls.token_unknown"


class ImportOver(DomainError):
    """The import is not stuck: it is over, or getting on."""

    code = "calls.import_over"


class TooManyRecords(DomainError):
    """A message brings more calls than one may."""

    code = "calls.too_many_records"


def bring_file(
    *,
    source: CallSource,
    content: bytes,
    file_name: str,
    by: User,
    clock: Callable[[], datetime],
) -> CallImport:
    """Bring the calls of a CSV or XLSX file in; a large one in the background.

    Raises
    ------
    NotAllowed, SourceClosed
    UnreadableTable, TableTooLarge, ColumnsMissing
        Nothing is brought in. Of a large file this is found later, and kept with it.
    """
    policies.check_can_take_calls(by)
    if not source.is_active:
        raise SourceClosed(source.name)
    if len(content) > MOST_BYTES:
        raise TableTooLarge(f"{len(content)} bytes")
    is_small = len(content) <= AT_ONCE_BYTES
    if is_small:
        importing.read_content(content, source)
    at = clock()
    with transaction.atomic():
        done = CallImport.objects.create(
            source=source,
            file_name=file_name[-120:],
            content=content,
            imported_at=at,
            imported_by=by,
            touched_at=at,
        )
        if not is_small:
            tasks.queue(done.pk)
    if is_small:
        importing.run(import_id=done.pk, clock=clock)
    done.refresh_from_db()
    return done


def resume_import(*, done: CallImport, by: User, at: datetime) -> CallImport:
    """Have an import taken up again whose worker was lost.

    Raises
    ------
    NotAllowed
    ImportOver
        It is over, or has got on within the last minute.
    """
    policies.check_can_take_calls(by)
    if done.is_over or at - done.touched_at < STUCK_AFTER:
        raise ImportOver(str(done.pk))
    with transaction.atomic():
        CallImport.objects.filter(pk=done.pk).update(touched_at=at)
        audit.record(
            kind="calls.import_resumed", subject=done.source.name, by=by, at=at
        )
        tasks.queue(done.pk)
    return done


@transaction.atomic
def settle_lines(*, done: CallImport, by: User, at: datetime) -> int:
    """Delete what the lines of an import said: nothing of them is to be mended any more.

    Again changes nothing. Returns of how many lines.

    Raises
    ------
    NotAllowed
    """
    policies.check_can_take_calls(by)
    lines = CallSetAside.objects.filter(call_import=done.pk)
    certificate = delete_settled(lines, at=at)
    if certificate is None:
        return 0
    audit.record(
        kind="calls.lines_settled",
        subject=done.source.name,
        by=by,
        at=at,
        n=certificate.n_lines,
        digest=certificate.digest,
    )
    return certificate.n_lines


def digest_of(secret: str) -> str:
    """Return what is kept of a feed's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def feed_of(*, secret: str) -> CallFeed:
    """Return the feed that a secret belongs to.

    Raises
    ------
    TokenUnknown
        There is none, or it is closed.
    """
    digest = digest_of(secret)
    feed = (
        CallFeed.objects.select_related("source__station")
        .filter(token_digest=digest, is_active=True, source__is_active=True)
        .first()
    )
    # The look-up is by digest and tells nothing of the secret; this takes the same time
    # wherever the two differ.
    if feed is None or not compare_digest(feed.token_digest, digest):
        raise TokenUnknown("no feed with this token")
    return feed


def bring_records(
    *,
    feed: CallFeed,
    records: Sequence[Mapping[str, object]],
    clock: Callable[[], datetime],
) -> CallImport:
    """Bring the calls of a machine's message in, while it waits.

    What says nothing new leaves no trace but ``feed.heard_at``.

    Raises
    ------
    TooManyRecords
    """
    if len(records) > MOST_RECORDS:
        raise TooManyRecords(f"{len(records)} records")
    at = clock()
    done = CallImport.objects.create(
        source=feed.source,
        feed=feed,
        state=CallImport.RUNNING,
        imported_at=at,
        touched_at=at,
    )
    rows = importing.rows_of_records(records, feed.source)
    importing.bring(done, rows, is_sheet=False, clock=clock)
    CallFeed.objects.filter(pk=feed.pk).update(heard_at=at)
    return done


@transaction.atomic
def save_source(
    *,
    source: CallSource | None,
    revision: int,
    name: str,
    columns: Mapping[str, Sequence[str]],
    datum: str,
    zone: str,
    time_format: str,
    station: Station | None,
    is_active: bool,
    by: User,
    at: datetime,
) -> CallSource:
    """Take up a source, or change how its tables are read.

    Raises
    ------
    NotAllowed, SourceNameTaken, SourceChanged
    """
    policies.check_can_edit_sources(by)
    if source is not None:
        source = CallSource.objects.select_for_update(of=("self",)).get(pk=source.pk)
        if source.revision != revision:
            raise SourceChanged(source.name)
    others = CallSource.objects.all()
    if source is not None:
        others = others.exclude(pk=source.pk)
    if others.filter(name=name).exists():
        raise SourceNameTaken(name)
    is_new = source is None
    source = source or CallSource()
    source.name, source.datum, source.zone = name, datum, zone
    source.time_format, source.station = time_format, station
    source.columns = {key: list(names) for key, names in columns.items() if names}
    source.is_active = is_active
    source.saved_at, source.saved_by = at, by
    source.revision = 0 if is_new else source.revision + 1
    source.save()
    audit.record(kind="call_source.saved", subject=name, by=by, at=at, is_new=is_new)
    return source


@transaction.atomic
def match_unit(
    *,
    source: CallSource,
    said: str,
    station: Station,
    sign: str,
    by: User,
    at: datetime,
) -> UnitName:
    """Say which crew 110 means by a name, from the next import on; again changes nothing.

    Raises
    ------
    NotAllowed
    UnitNameTaken
        It means another crew: that is parted first.
    """
    policies.check_can_edit_sources(by)
    name, is_new = UnitName.objects.get_or_create(
        source=source,
        plain=plain(said),
        defaults={
            "said": said.strip(),
            "sign": sign,
            "station": station,
            "matched_at": at,
            "matched_by": by,
        },
    )
    if not is_new:
        if (name.station_id, plain(name.sign)) != (station.pk, plain(sign)):
            raise UnitNameTaken(said)
        return name
    audit.record(
        kind="call_source.unit_matched",
        subject=source.name,
        by=by,
        at=at,
        said=name.said,
        crew=sign,
        station=station.code,
    )
    return name


@transaction.atomic
def part_unit(*, name: UnitName, by: User, at: datetime) -> None:
    """Take a name of 110's back from a crew. What came by it stays that crew's.

    Raises
    ------
    NotAllowed
    """
    policies.check_can_edit_sources(by)
    if UnitName.objects.filter(pk=name.pk).delete()[0]:
        audit.record(
            kind="call_source.unit_parted",
            subject=name.source.name,
            by=by,
            at=at,
            said=name.said,
            crew=name.sign,
        )


@transaction.atomic
def open_feed(
    *, source: CallSource, name: str, secret: str, by: User, at: datetime
) -> CallFeed:
    """Let a machine bring calls through a source; ``secret`` is shown once.

    Raises
    ------
    NotAllowed
    """
    check_can(by, Capability.EDIT_DEVICES)
    feed = CallFeed.objects.create(
        name=name,
        source=source,
        token_digest=digest_of(secret),
        added_at=at,
        added_by=by,
    )
    audit.record(
        kind="call_feed.opened", subject=name, by=by, at=at, source=source.name
    )
    return feed


@transaction.atomic
def close_feed(*, feed: CallFeed, by: User, at: datetime) -> CallFeed:
    """Let a machine bring nothing more. A closed feed stays closed: open a new one.

    Raises
    ------
    NotAllowed
    """
    check_can(by, Capability.EDIT_DEVICES)
    feed = CallFeed.objects.select_for_update(of=("self",)).get(pk=feed.pk)
    if feed.is_active:
        feed.is_active = False
        feed.save(update_fields=["is_active"])
        audit.record(kind="call_feed.closed", subject=feed.name, by=by, at=at)
    return feed
