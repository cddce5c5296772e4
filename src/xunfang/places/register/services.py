"""Keep the register of key places: added, changed, closed, looked in on.

A place is closed, never deleted: plans and checks of the past point to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from django.db import transaction
from django.utils import timezone

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.core.errors import DomainError
from xunfang.places import policies
from xunfang.places.ground import Ground
from xunfang.places.models import BusyWindow, GridCell, KeyPlace, PlaceCheck


class PlaceCodeTaken(DomainError):
    """Another place has this code; perhaps it is closed."""

    code = "places.code_taken"


class PlaceOffMap(DomainError):
    """The position lies in no grid cell."""

    code = "places.off_map"

    def __init__(self, metres: int, area: str) -> None:
        self.metres, self.area = metres, area
        super().__init__(f"{metres} m from the nearest area {area}")


class PlaceChanged(DomainError):
    """Somebody else has changed the place since this page was made."""

    code = "places.place_changed"


class PlaceClosed(DomainError):
    """The place is closed: nobody looks in there any more."""

    code = "places.place_closed"


class PlaceNotClosed(DomainError):
    """The place is in use already."""

    code = "places.place_not_closed"


class CheckInTheFuture(DomainError):
    """A check can only be recorded once it has been made."""

    code = "places.check_in_the_future"


class CheckSettled(DomainError):
    """A check can be taken back on the day it was entered, not later."""

    code = "places.check_settled"


@dataclass(frozen=True, slots=True)
class PlaceValues:
    """What is kept of a place besides its code."""

    name: str
    name_en: str
    kind: str
    lon: float
    lat: float
    check_every_days: int


@transaction.atomic
def add_place(*, code: str, values: PlaceValues, by: User, at: datetime) -> KeyPlace:
    """Put a place into the register.

    Raises
    ------
    PlaceOffMap
        It lies in no cell.
    NotAllowed
        It lies on the ground of a station this person does not keep.
    PlaceCodeTaken
        There is a place with this code.
    """
    cell = _cell_at(values.lon, values.lat, timezone.localdate(at))
    policies.check_can_edit_places(by, cell.area.station_code)
    if KeyPlace.objects.filter(code=code).exists():
        raise PlaceCodeTaken(code)
    place = KeyPlace.objects.create(code=code, cell=cell, **_columns(values))
    audit.record(kind="place.added", subject=code, by=by, at=at, name=values.name)
    return place


@transaction.atomic
def change_place(
    *, place: KeyPlace, values: PlaceValues, revision: int, by: User, at: datetime
) -> KeyPlace:
    """Change what is kept of a place, unless somebody else did so in the meantime.

    ``revision`` is that of the page the change was made on.

    Raises
    ------
    NotAllowed
        It lies, or would lie, on ground this person does not keep.
    PlaceChanged
        The page was stale; nothing is changed.
    PlaceOffMap
        It would lie in no cell.
    """
    locked = _lock(place, by)
    if locked.revision != revision:
        raise PlaceChanged(f"{locked.code} has revision {locked.revision}")
    before = {name: getattr(locked, name) for name in _columns(values)}
    if (locked.lon, locked.lat) != (values.lon, values.lat):
        locked.cell = _cell_at(values.lon, values.lat, timezone.localdate(at))
        policies.check_can_edit_places(by, locked.cell.area.station_code)
    changed = {
        name: value for name, value in _columns(values).items() if value != before[name]
    }
    if not changed:
        return locked
    for name, value in changed.items():
        setattr(locked, name, value)
    locked.revision += 1
    locked.save()
    audit.record(
        kind="place.changed",
        subject=locked.code,
        by=by,
        at=at,
        **{name: [before[name], value] for name, value in changed.items()},
    )
    return locked


@transaction.atomic
def close_place(*, place: KeyPlace, by: User, at: datetime) -> KeyPlace:
    """Let a place leave all plans from tonight on. It stays in the register.

    Raises
    ------
    NotAllowed
        This person does not keep the places of its station.
    PlaceClosed
        It is closed already.
    """
    locked = _lock(place, by)
    if locked.ended_on is not None:
        raise PlaceClosed(f"{locked.code} since {locked.ended_on}")
    locked.ended_on = timezone.localdate(at)
    locked.revision += 1
    locked.save(update_fields=["ended_on", "revision"])
    audit.record(kind="place.closed", subject=locked.code, by=by, at=at)
    return locked


@transaction.atomic
def reopen_place(*, place: KeyPlace, by: User, at: datetime) -> KeyPlace:
    """Take a closing back: plans look in there again.

    Raises
    ------
    NotAllowed
        This person does not keep the places of its station.
    PlaceNotClosed
        It is not closed.
    """
    locked = _lock(place, by)
    if locked.ended_on is None:
        raise PlaceNotClosed(locked.code)
    locked.ended_on = None
    locked.revision += 1
    locked.save(update_fields=["ended_on", "revision"])
    audit.record(kind="place.reopened", subject=locked.code, by=by, at=at)
    return locked


@transaction.atomic
def record_check(
    *, place: KeyPlace, checked_on: date, unit_code: str, by: User, at: datetime
) -> PlaceCheck:
    """Record that somebody looked in. A second check of a day is a second check.

    Raises
    ------
    NotAllowed
        This person does not keep the places of its station.
    CheckInTheFuture
        The day has not come yet.
    PlaceClosed
        The place was closed by that day.
    """
    locked = _lock(place, by)
    if checked_on > timezone.localdate(at):
        raise CheckInTheFuture(f"{checked_on}")
    if locked.ended_on is not None and locked.ended_on <= checked_on:
        raise PlaceClosed(f"{locked.code} since {locked.ended_on}")
    check = PlaceCheck.objects.create(
        place=locked,
        checked_on=checked_on,
        unit_code=unit_code,
        recorded_by=by,
        recorded_at=at,
    )
    audit.record(
        kind="place.checked",
        subject=locked.code,
        by=by,
        at=at,
        checked_on=checked_on.isoformat(),
        unit=unit_code,
    )
    return check


def can_take_back(check: PlaceCheck, *, by: User, at: datetime) -> bool:
    """Say whether an entered check may still be taken back: on the day it was entered.

    Later it may stand in a report.
    """
    return (
        check.recorded_at is not None
        and timezone.localdate(check.recorded_at) == timezone.localdate(at)
        and policies.can_edit_places(by, check.place.cell.area.station_code)
    )


@transaction.atomic
def take_back_check(*, check: PlaceCheck, by: User, at: datetime) -> None:
    """Undo the entry of a check; the record keeps that it was entered.

    Raises
    ------
    NotAllowed
        This person does not keep the places of its station.
    CheckSettled
        It was entered on an earlier day.
    """
    policies.check_can_edit_places(by, check.place.cell.area.station_code)
    if not can_take_back(check, by=by, at=at):
        raise CheckSettled(f"check {check.pk}")
    code, day, unit = check.place.code, check.checked_on, check.unit_code
    check.delete()
    audit.record(
        kind="place.check_taken_back",
        subject=code,
        by=by,
        at=at,
        checked_on=day.isoformat(),
        unit=unit,
    )


@transaction.atomic
def set_busy_windows(
    *,
    place: KeyPlace,
    windows: list[Mapping[str, int | str]],
    revision: int,
    by: User,
    at: datetime,
) -> KeyPlace:
    """Say anew when a place is busy, in place of what was said before.

    Each window gives the fields of ``BusyWindow``.

    Raises
    ------
    NotAllowed
        This person does not keep the places of its station.
    PlaceChanged
        Somebody else has changed the place since; nothing is changed.
    """
    locked = _lock(place, by)
    if locked.revision != revision:
        raise PlaceChanged(f"{locked.code} has revision {locked.revision}")
    locked.busy_windows.all().delete()
    BusyWindow.objects.bulk_create(
        BusyWindow(place=locked, **window) for window in windows
    )
    locked.revision += 1
    locked.save(update_fields=["revision"])
    audit.record(
        kind="place.hours_set",
        subject=locked.code,
        by=by,
        at=at,
        n_windows=len(windows),
    )
    return locked


def _lock(place: KeyPlace, by: User) -> KeyPlace:
    # Not joined: PostgreSQL would lock the cell and the area as well.
    locked = KeyPlace.objects.select_for_update().get(pk=place.pk)
    policies.check_can_edit_places(by, locked.cell.area.station_code)
    return locked


def _columns(values: PlaceValues) -> dict[str, str | int | float]:
    return {
        "name": values.name,
        "name_en": values.name_en,
        "kind": values.kind,
        "lon": values.lon,
        "lat": values.lat,
        "check_every_days": values.check_every_days,
    }


def _cell_at(lon: float, lat: float, day: date) -> GridCell:
    ground, point = Ground.on(day), np.array([[lon, lat]])
    [cell] = ground.cells_of_points(point)
    if cell is None:
        [off] = ground.how_far_off(point)
        raise PlaceOffMap(off.metres, off.area)
    return cell
