"""Redraw patrol areas: drafted, looked at, put in force from a day on, taken back."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.core.errors import DomainError
from xunfang.core.streets.network import StreetNetwork
from xunfang.places import policies, queries, services
from xunfang.places.areas.drafts import AreaDraft, StreetsNeeded
from xunfang.places.areas.preview import AreaChange, CellMove, blocked_cells, preview
from xunfang.places.models import (
    AreaEdition,
    FormerCellArea,
    GridCell,
    PatrolArea,
    Redraw,
)
from xunfang.places.services import BoundaryInThePast


class BoundaryNewer(DomainError):
    """An area has a boundary already that begins on that day or later."""

    code = "places.boundary_newer"


class RedrawApplied(DomainError):
    """The redraw is in force already, or was taken back; it is no draft any more."""

    code = "places.redraw_applied"


class RedrawStale(DomainError):
    """The areas have changed since the redraw was looked at."""

    code = "places.redraw_stale"


class RedrawSettled(DomainError):
    """A night has passed with the new boundaries: they can be redrawn, not undone."""

    code = "places.redraw_settled"


class RedrawBuiltOn(DomainError):
    """Another redraw has changed the same areas since: undo that one first."""

    code = "places.redraw_built_on"


def current_streets() -> StreetNetwork:
    """Return the streets that areas are made of.

    Raises
    ------
    StreetsNeeded
        None have been imported.
    """
    row = queries.find_current_network()
    if row is None:
        raise StreetsNeeded("no street network")
    return queries.load_streets(row.code)


@transaction.atomic
def draft_redraw(
    *,
    drafts: list[AreaDraft],
    source: str,
    valid_from: date,
    takes_over: bool,
    by: User,
    at: datetime,
) -> Redraw:
    """Keep what areas would be, to be looked at. No boundary changes by it.

    Raises
    ------
    NotAllowed
        This person does not redraw areas.
    BoundaryInThePast
        It would hold from a day that is over.
    """
    policies.check_can_redraw(by)
    _check_not_past(valid_from, at)
    redraw = Redraw.objects.create(
        valid_from=valid_from,
        source=source[:200],
        takes_over=takes_over,
        draft=[draft.to_json() for draft in drafts],
        drawn_at=at,
        drawn_by=by,
    )
    audit.record(
        kind="redraw.drafted",
        subject=f"redraw {redraw.pk}",
        by=by,
        at=at,
        areas=[draft.code for draft in drafts],
        valid_from=valid_from.isoformat(),
    )
    return redraw


@transaction.atomic
def apply_redraw(
    *, redraw: Redraw, seen_digest: str, by: User, at: datetime
) -> list[AreaEdition]:
    """Put a redraw in force from its day on; nights before keep their boundaries.

    ``seen_digest`` is that of the preview somebody has looked at. Each area that
    changes has one event in the record.

    Raises
    ------
    NotAllowed
        This person does not redraw areas.
    RedrawApplied
        It is no draft any more.
    BoundaryInThePast
        Its first day is over.
    RedrawStale
        It would do something else than what was looked at; look again.
    BoundaryNewer
        An area or a cell changes on that day or later already.
    """
    policies.check_can_redraw(by)
    locked = Redraw.objects.select_for_update().get(pk=redraw.pk)
    if locked.applied_at is not None:
        raise RedrawApplied(f"redraw {locked.pk}")
    _check_not_past(locked.valid_from, at)
    found = preview(locked, network=current_streets())
    if found.digest != seen_digest:
        raise RedrawStale(f"redraw {locked.pk}")
    newer = [change.code for change in found.changes if change.is_newer]
    newer += blocked_cells(found.moves, locked.valid_from)
    if newer:
        raise BoundaryNewer(f"{newer} from {locked.valid_from}")
    editions = []
    for change in found.changes:
        edition = services.redraw_area(
            area=_area_of(change),
            polygons=change.polygons,
            streets=[(s.key, s.name, s.length_m) for s in change.after],
            valid_from=locked.valid_from,
            by=by,
            at=at,
        )
        edition.redraw = locked
        edition.save(update_fields=["redraw"])
        editions.append(edition)
    _move_cells(locked, found.moves)
    new = {change.code for change in found.changes if change.is_new}
    locked.draft = [kept | {"is_new": kept["code"] in new} for kept in locked.draft]
    locked.applied_at, locked.applied_by = at, by
    locked.save(update_fields=["draft", "applied_at", "applied_by"])
    return editions


@transaction.atomic
def drop_redraw(*, redraw: Redraw, by: User, at: datetime) -> None:
    """Put away a redraw that was only looked at.

    Raises
    ------
    NotAllowed
        This person does not redraw areas.
    RedrawApplied
        It is in force, or was.
    """
    policies.check_can_redraw(by)
    locked = Redraw.objects.select_for_update().get(pk=redraw.pk)
    if locked.applied_at is not None:
        raise RedrawApplied(f"redraw {locked.pk}")
    subject = f"redraw {locked.pk}"
    locked.delete()
    audit.record(kind="redraw.dropped", subject=subject, by=by, at=at)


def can_undo_redraw(redraw: Redraw, *, by: User, at: datetime) -> bool:
    """Say whether a redraw may still be taken back: until the end of its first day."""
    return (
        policies.can_redraw(by)
        and redraw.applied_at is not None
        and redraw.undone_at is None
        and redraw.valid_from >= timezone.localdate(at)
    )


@transaction.atomic
def undo_redraw(*, redraw: Redraw, by: User, at: datetime) -> Redraw:
    """Take a redraw back that has not begun, or began today: the old boundaries hold on.

    Raises
    ------
    NotAllowed
        This person does not redraw areas.
    RedrawSettled
        It began before today, is no more than a draft, or was taken back before.
    RedrawBuiltOn
        One of its areas or cells has changed again since.
    """
    policies.check_can_redraw(by)
    locked = Redraw.objects.select_for_update().get(pk=redraw.pk)
    if not can_undo_redraw(locked, by=by, at=at):
        raise RedrawSettled(f"redraw {locked.pk} from {locked.valid_from}")
    editions = list(locked.editions.select_for_update())
    moved = list(locked.cells_moved.select_related("cell"))
    is_built_on = (
        any(edition.valid_to is not None for edition in editions)
        or FormerCellArea.objects.filter(
            cell__in=[row.cell_id for row in moved], until__gt=locked.valid_from
        ).exists()
    )
    if is_built_on:
        raise RedrawBuiltOn(f"redraw {locked.pk}")
    for row in moved:
        row.cell.area_id = row.area_id
    GridCell.objects.bulk_update([row.cell for row in moved], ["area"])
    locked.cells_moved.all().delete()
    area_keys = [edition.area_id for edition in editions]
    codes = list(
        PatrolArea.objects.filter(pk__in=area_keys).values_list("code", flat=True)
    )
    locked.editions.all().delete()
    AreaEdition.objects.filter(area__in=area_keys, valid_to=locked.valid_from).update(
        valid_to=None
    )
    # An area that came with it was never there.
    new = [kept["code"] for kept in locked.draft if kept.get("is_new")]
    PatrolArea.objects.filter(code__in=new, editions=None, cells=None).delete()
    locked.undone_at, locked.undone_by = at, by
    locked.save(update_fields=["undone_at", "undone_by"])
    audit.record(
        kind="redraw.undone",
        subject=f"redraw {locked.pk}",
        by=by,
        at=at,
        areas=codes,
        valid_from=locked.valid_from.isoformat(),
    )
    return locked


def _check_not_past(valid_from: date, at: datetime) -> None:
    if valid_from < timezone.localdate(at):
        raise BoundaryInThePast(f"{valid_from} is over")


def _area_of(change: AreaChange) -> PatrolArea:
    area, _ = PatrolArea.objects.get_or_create(
        code=change.code,
        defaults={"name": change.name, "station_code": change.station_code},
    )
    return area


def _move_cells(redraw: Redraw, moves: tuple[CellMove, ...]) -> None:
    areas = {
        area.code: area
        for area in PatrolArea.objects.filter(code__in={m.to_code for m in moves})
    }
    FormerCellArea.objects.bulk_create(
        FormerCellArea(
            cell=move.cell,
            area=move.cell.area,
            until=redraw.valid_from,
            redraw=redraw,
        )
        for move in moves
    )
    for move in moves:
        move.cell.area = areas[move.to_code]
    GridCell.objects.bulk_update([move.cell for move in moves], ["area"])
