"""Bring lists of key places in: kept first, looked at, then applied or put away."""

import hashlib
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, check_can
from xunfang.audit import services as audit
from xunfang.core.errors import DomainError
from xunfang.core.geo import Datum
from xunfang.places import policies
from xunfang.places.models import KeyPlace, PlaceImport, SetAside
from xunfang.places.register.import_judging import Judged, Judgement, judge
from xunfang.places.register.rows import read_rows
from xunfang.web.tables import Row

BATCH = 500


class ImportApplied(DomainError):
    """The import has been applied before; nothing was changed."""

    code = "places.import_applied"


class ImportStale(DomainError):
    """The register has changed since the import was looked at."""

    code = "places.import_stale"


@transaction.atomic
def keep_import(
    *, content: bytes, source_name: str, datum: Datum, by: User, at: datetime
) -> PlaceImport:
    """Read a file of places and keep it to be looked at. The register stays as it is.

    Raises
    ------
    NotAllowed
        This person does not keep any places.
    UnreadableTable, GeojsonUnreadable, TableTooLarge, ColumnsMissing
        The file as a whole cannot be used.
    """
    check_can(by, Capability.EDIT_PLACES)
    table = read_rows(content)
    kept = PlaceImport.objects.create(
        source_name=source_name[:200],
        digest=hashlib.sha256(content).hexdigest(),
        datum=datum.value,
        station_code=by.station_code,
        rows=[[row.line, row.cells] for row in table.rows],
        unknown_columns=list(table.unknown),
        brought_at=at,
        brought_by=by,
    )
    audit.record(
        kind="places.import_kept",
        subject=f"import {kept.pk}",
        by=by,
        at=at,
        source=kept.source_name,
        n_lines=len(kept.rows),
    )
    return kept


def judge_import(kept: PlaceImport, *, at: datetime) -> Judgement:
    """Say what an import would do now. Reads only."""
    return judge(
        [Row(line, cells) for line, cells in kept.rows],
        datum=Datum(kept.datum),
        day=timezone.localdate(at),
        station_code=kept.station_code,
    )


@transaction.atomic
def apply_import(
    *, kept: PlaceImport, seen_digest: str, by: User, at: datetime
) -> PlaceImport:
    """Bring the good lines into the register and keep the others aside.

    ``seen_digest`` is that of the judgement somebody has looked at.

    Raises
    ------
    NotAllowed
        The list is of a station whose places this person does not keep.
    ImportApplied
        It has been applied before.
    ImportStale
        It would do something else than what was looked at; look again.
    """
    policies.check_can_edit_places(by, kept.station_code)
    locked = PlaceImport.objects.select_for_update().get(pk=kept.pk)
    if locked.applied_at is not None:
        raise ImportApplied(f"import {locked.pk}")
    judgement = judge_import(locked, at=at)
    if judgement.digest != seen_digest:
        raise ImportStale(f"import {locked.pk}")
    KeyPlace.objects.bulk_create(
        [_new_place(one) for one in judgement.new], batch_size=BATCH
    )
    KeyPlace.objects.bulk_update(
        [_changed_place(one) for one in judgement.changed],
        [
            *("name", "name_en", "kind", "cell", "lon", "lat", "check_every_days"),
            "revision",
        ],
        batch_size=BATCH,
    )
    _set_aside(locked, judgement, at)
    locked.rows = []
    locked.n_new, locked.n_changed = len(judgement.new), len(judgement.changed)
    locked.n_same, locked.n_set_aside = len(judgement.same), len(judgement.set_aside)
    locked.applied_at, locked.applied_by = at, by
    locked.save()
    audit.record(
        kind="places.imported",
        subject=f"import {locked.pk}",
        by=by,
        at=at,
        source=locked.source_name,
        n_new=locked.n_new,
        n_changed=locked.n_changed,
        n_same=locked.n_same,
        n_set_aside=locked.n_set_aside,
    )
    return locked


@transaction.atomic
def drop_import(*, kept: PlaceImport, by: User, at: datetime) -> None:
    """Put an import away that was only looked at.

    Raises
    ------
    NotAllowed
        The list is of a station whose places this person does not keep.
    ImportApplied
        It has been applied.
    """
    policies.check_can_edit_places(by, kept.station_code)
    locked = PlaceImport.objects.select_for_update().get(pk=kept.pk)
    if locked.applied_at is not None:
        raise ImportApplied(f"import {locked.pk}")
    subject = f"import {locked.pk}"
    locked.delete()
    audit.record(
        kind="places.import_dropped",
        subject=subject,
        by=by,
        at=at,
        source=kept.source_name,
    )


def _set_aside(kept: PlaceImport, judgement: Judgement, at: datetime) -> None:
    """Keep the lines that cannot be used; what is good now is no longer aside."""
    earlier = SetAside.objects.exclude(place_import=kept)
    # The same file once more says the same: its lines are kept once.
    earlier.filter(place_import__digest=kept.digest).delete()
    good = {
        one.code
        for lines in (judgement.new, judgement.changed, judgement.same)
        for one in lines
    }
    settled = [
        key
        for key, cells in earlier.filter(settled_at=None).values_list("pk", "cells")
        if cells.get("code") in good
    ]
    SetAside.objects.filter(pk__in=settled).update(settled_at=at)
    SetAside.objects.bulk_create(
        [
            SetAside(
                place_import=kept,
                line=one.row.line,
                cells=one.row.cells,
                problems=one.problems,
            )
            for one in judgement.set_aside
        ],
        batch_size=BATCH,
    )


def _new_place(one: Judged) -> KeyPlace:
    return KeyPlace(code=one.code, **_columns(one))


def _changed_place(one: Judged) -> KeyPlace:
    place = one.place
    if place is None:  # Only lines with a place are changed ones.
        raise AssertionError(one.code)
    for name, value in _columns(one).items():
        if name in one.changes or name == "cell":
            setattr(place, name, value)
    place.revision += 1
    return place


def _columns(one: Judged) -> dict[str, Any]:
    values = one.values
    if values is None or one.cell is None:  # A good line has both.
        raise AssertionError(one.code)
    return {
        "name": values.name,
        "name_en": values.name_en,
        "kind": values.kind,
        "lon": values.lon,
        "lat": values.lat,
        "check_every_days": values.check_every_days,
        "cell": one.cell,
    }
