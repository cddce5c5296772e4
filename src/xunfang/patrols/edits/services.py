"""Change a night by hand: lock, move, leave out, exclude, wish, and undo any of it.

Every change is kept, and the night is planned again at once with it. Whoever changes a
night says up to which change they have seen it: what somebody else did since then is
not overlooked. Doing the same thing twice does it once.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.conf import settings
from django.db import transaction

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.core.errors import DomainError
from xunfang.core.planning.edits import Stay, held_id
from xunfang.core.planning.plan import Event, EventKind
from xunfang.core.planning.problem import Problem, Window
from xunfang.core.streets.modes import Mode
from xunfang.patrols import policies, services
from xunfang.patrols.extras.services import NightOver
from xunfang.patrols.models import HOLDS, EditKind, NightEdit
from xunfang.patrols.plans import making
from xunfang.patrols.wanted import by_hand
from xunfang.patrols.wanted.statement import tonight
from xunfang.places import queries as places
from xunfang.units.models import Shift, Station

FARTHEST_FROM_STREET_M = 150.0
"""A wish farther from every street than this is no place that a crew can be at."""
AROUND_DEG = 0.002
"""About as much around the outermost streets still belongs to the city."""

type Names = tuple[str, str]
"""In Chinese and in English."""


class EditedMeanwhile(DomainError):
    """Somebody else changed the night after this person last looked at it."""

    code = "patrols.edited_meanwhile"

    def __init__(self, edits: tuple[NightEdit, ...], now: int) -> None:
        super().__init__(f"{len(edits)} changes by others up to change {now}")
        self.edits = edits
        self.now = now


class StayNotHoldable(DomainError):
    """A stay of this kind cannot be locked or moved: a round of a market, a meal."""

    code = "patrols.stay_not_holdable"


class CrewUnknown(DomainError):
    """No crew of this name is on shift at the station that night."""

    code = "patrols.crew_unknown"


class WishOutsideCity(DomainError):
    """The place lies where there is no street network."""

    code = "patrols.wish_outside_city"


class WishOffStreets(DomainError):
    """The place is too far from every street."""

    code = "patrols.wish_off_streets"


class WishTooLong(DomainError):
    """The stay does not fit between its first and its last minute."""

    code = "patrols.wish_too_long"


class EditUndone(DomainError):
    """The change has been undone by somebody else."""

    code = "patrols.edit_undone"


@dataclass(frozen=True, slots=True)
class SeenStay:
    """A stay of a plan as somebody had it before them."""

    problem: Problem
    """Of that plan."""
    event: Event
    unit: str
    names: Names


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A night at somebody's desk: whose, when, and up to which change it was seen."""

    station: Station
    night: date
    by: User
    at: datetime
    seen: int | None = None
    """None: whatever others did meanwhile, it is meant all the same."""


def lock_stay(desk: Desk, *, stay: SeenStay, any_time: bool = False) -> NightEdit:
    """Hold a stay where it is: with its crew at its minute, or with its crew alone.

    Raises as ``move_stay``.
    """
    begins = None if any_time else stay.event.start
    return _hold(desk, EditKind.LOCK, stay, stay.unit, begins)


def move_stay(
    desk: Desk, *, stay: SeenStay, unit: str | None, begins_min: int | None
) -> NightEdit:
    """Give a stay to another crew, or another time, or both, and hold it there.

    A post moves with its whole time; a post for several crews moves for all of them.

    Raises
    ------
    NotAllowed
        This person may not plan for the station.
    NightOver
        The night is over.
    EditedMeanwhile
        Somebody else changed the night since it was seen; nothing is changed.
    StayNotHoldable
        It is a round of a market or a meal.
    CrewUnknown
        No such crew is on shift.
    """
    return _hold(desk, EditKind.MOVE, stay, unit, begins_min)


@transaction.atomic
def _hold(
    desk: Desk,
    kind: EditKind,
    stay: SeenStay,
    unit: str | None,
    begins_min: int | None,
) -> NightEdit:
    night = _open(desk)
    event = stay.event
    if event.kind not in {EventKind.STOP, EventKind.POST, EventKind.PRESENCE}:
        raise StayNotHoldable(event.kind)
    if unit is not None:
        _check_crew(desk, unit)
    former = by_hand.edit_of_event(event, night.edits)
    if former is not None and former.kind in HOLDS:
        held: dict[str, Any] = {
            name: getattr(former, name)
            for name in (
                *("name", "name_en", "target_kind", "target_id", "held_as"),
                *("was_unit", "was_begins_min", "was_minutes"),
            )
        }
    else:
        minutes = event.end - event.start
        whole = unit is None and event.kind is EventKind.POST
        core = Stay(event.kind, event.id, stay.unit, event.start, minutes)
        held = {
            "name": stay.names[0],
            "name_en": stay.names[1],
            "target_kind": event.kind.value,
            "target_id": event.id,
            "held_as": event.id if whole else held_id(stay.problem, core),
            "was_unit": stay.unit,
            "was_begins_min": event.start,
            "was_minutes": minutes,
        }
    held |= {"unit": unit or "", "begins_min": begins_min}
    return _keep(desk, night, kind, held, replaces=_same_stay(night, held["held_as"]))


def _same_stay(night: by_hand.ByHand, held_as: str) -> list[NightEdit]:
    return [row for row in night.edits if row.kind in HOLDS and row.held_as == held_as]


@transaction.atomic
def leave_out(desk: Desk, *, stay: SeenStay) -> NightEdit:
    """Leave a stop, a post, a round or a cell out tonight; a wish is undone instead.

    Raises NotAllowed, NightOver and EditedMeanwhile as ``move_stay``, and
    StayNotHoldable for a meal.
    """
    night = _open(desk)
    event = stay.event
    if event.kind is EventKind.BREAK:
        raise StayNotHoldable(event.kind)
    same = [
        row
        for row in night.edits
        if row.held_as == event.id and by_hand.held_kind(row) == event.kind
    ]
    for row in same:
        if row.kind == EditKind.WISH:
            return _undo(desk, night, row, with_it=same)
    former = by_hand.edit_of_event(event, night.edits)
    values = {
        "name": stay.names[0],
        "name_en": stay.names[1],
        "target_kind": event.kind.value if former is None else former.target_kind,
        "target_id": event.id if former is None else former.target_id,
    }
    return _keep(desk, night, EditKind.LEAVE_OUT, values, replaces=same)


@transaction.atomic
def exclude_crew(desk: Desk, *, unit: str, from_min: int | None = None) -> NightEdit:
    """Plan without a crew: all night, or from a minute on, at which it is back.

    Raises NotAllowed, NightOver, EditedMeanwhile and CrewUnknown as ``move_stay``.
    """
    night = _open(desk)
    shift = _check_crew(desk, unit)
    values = {
        "unit": unit,
        "begins_min": from_min,
        "name": shift.name,
        "name_en": shift.name,
    }
    former = [
        row for row in night.edits if row.kind == EditKind.EXCLUDE and row.unit == unit
    ]
    return _keep(desk, night, EditKind.EXCLUDE, values, replaces=former)


@transaction.atomic
def add_wish(
    desk: Desk,
    *,
    lonlat: tuple[float, float],
    minutes: int,
    window: Window,
    is_mandatory: bool,
    name: str = "",
    name_en: str = "",
    reason: str = "",
) -> NightEdit:
    """Ask for a stay at any place of the city; without a name it has its street's.

    Raises
    ------
    WishOutsideCity, WishOffStreets
        No crew can be there.
    WishTooLong
        It lasts longer than the time it is wanted in.

    And NotAllowed, NightOver and EditedMeanwhile as ``move_stay``.
    """
    night = _open(desk)
    if window[1] - window[0] < minutes:
        raise WishTooLong(f"{minutes} min do not fit between {window}")
    street = _street_at(lonlat)
    values = {
        "lon": lonlat[0],
        "lat": lonlat[1],
        "minutes": minutes,
        "from_min": window[0],
        "until_min": window[1],
        "is_mandatory": is_mandatory,
        "name": name or street,
        "name_en": name_en or name or street,
        "reason": reason,
    }
    return _keep(
        desk, night, EditKind.WISH, values | {"held_as": f"wish:{night.n_changes + 1}"}
    )


def _street_at(lonlat: tuple[float, float]) -> str:
    """Return the name of the street next to a place; refuse where there is none."""
    network = places.find_current_network()
    if network is None:
        raise making.StreetsMissing("import a street network first")
    lon, lat = lonlat
    inside = (
        network.west - AROUND_DEG <= lon <= network.east + AROUND_DEG
        and network.south - AROUND_DEG <= lat <= network.north + AROUND_DEG
    )
    if not inside:
        raise WishOutsideCity(f"{lonlat} is outside {network.code}")
    snaps = places.travel_times(network.code, Mode.FOOT).snap(np.array([lonlat]))
    if len(snaps.farther_than(FARTHEST_FROM_STREET_M)):
        raise WishOffStreets(f"{snaps.distance_m[0]:.0f} m from the next street")
    return places.street_names(network.code, [lonlat])[0]


@transaction.atomic
def undo(desk: Desk, *, edit: NightEdit) -> NightEdit:
    """Undo a change; one that was made after it stays. Undoing a wish frees its stay.

    Raises
    ------
    EditUndone
        Somebody else has undone it.

    And NotAllowed, NightOver and EditedMeanwhile as ``move_stay``.
    """
    night = _open(desk)
    row = NightEdit.objects.select_for_update().get(pk=edit.pk)
    if row.undone_no is not None:
        if row.undone_by_id == desk.by.pk:
            return row
        raise EditUndone(f"edit {row.pk} was undone by {row.undone_by_id}")
    with_it = _same_stay(night, row.held_as) if row.kind == EditKind.WISH else []
    return _undo(desk, night, row, with_it=with_it)


# What all of them do.


def _open(desk: Desk) -> by_hand.ByHand:
    """Take the night in hand: one change at a time, and by whom it may be."""
    policies.check_can_solve(desk.by, desk.station)
    if desk.night < tonight(desk.at, ZoneInfo(settings.TIME_ZONE)):
        raise NightOver(f"the night of {desk.night} is over")
    Station.objects.select_for_update().get(pk=desk.station.pk)
    return by_hand.read(desk.station, desk.night)


def _check_not_overtaken(desk: Desk, night: by_hand.ByHand) -> None:
    if desk.seen is None:
        return
    since = tuple(
        row
        for row in NightEdit.objects.of_night(desk.station, desk.night).select_related(
            "made_by", "undone_by"
        )
        if (row.made_no > desk.seen and row.made_by_id != desk.by.pk)
        or ((row.undone_no or 0) > desk.seen and row.undone_by_id != desk.by.pk)
    )
    if since:
        raise EditedMeanwhile(since, night.n_changes)


def _check_crew(desk: Desk, unit: str) -> Shift:
    shift = Shift.objects.filter(
        station=desk.station, night=desk.night, code=unit
    ).first()
    if shift is None:
        raise CrewUnknown(f"{unit} is not on shift on {desk.night}")
    return shift


def _keep(
    desk: Desk,
    night: by_hand.ByHand,
    kind: EditKind,
    values: dict[str, Any],
    *,
    replaces: list[NightEdit] | None = None,
) -> NightEdit:
    """Keep a change, unless the very same holds already, and plan again with it."""
    what = {name: value for name, value in values.items() if name != "held_as"}
    for row in night.edits:
        if row.kind == kind and all(getattr(row, n) == v for n, v in what.items()):
            return row
    _check_not_overtaken(desk, night)
    number = night.n_changes + 1
    for row in replaces or ():
        _close(desk, row, number)
    edit = NightEdit.objects.create(
        station=desk.station,
        night=desk.night,
        kind=kind,
        made_no=number,
        made_at=desk.at,
        made_by=desk.by,
        **values,
    )
    _tell_made(desk, edit)
    return edit


def _undo(
    desk: Desk, night: by_hand.ByHand, edit: NightEdit, *, with_it: list[NightEdit]
) -> NightEdit:
    _check_not_overtaken(desk, night)
    number = night.n_changes + 1
    for row in {row.pk: row for row in (*with_it, edit)}.values():
        _close(desk, row, number)
    _tell_undone(desk, edit)
    edit.refresh_from_db()
    return edit


def _close(desk: Desk, row: NightEdit, number: int) -> None:
    row.undone_no, row.undone_at, row.undone_by = number, desk.at, desk.by
    row.save(update_fields=["undone_no", "undone_at", "undone_by"])


def _tell_made(desk: Desk, edit: NightEdit) -> None:
    audit.record(
        kind="edit.made",
        subject=f"{desk.night} {desk.station.code}",
        by=desk.by,
        at=desk.at,
        **_facts(edit),
    )
    _resolve(desk)


def _tell_undone(desk: Desk, edit: NightEdit) -> None:
    audit.record(
        kind="edit.undone",
        subject=f"{desk.night} {desk.station.code}",
        by=desk.by,
        at=desk.at,
        **_facts(edit),
    )
    _resolve(desk)


def _facts(edit: NightEdit) -> dict[str, str | int]:
    return {
        "edit": edit.kind,
        "number": edit.made_no,
        "what": edit.name or edit.unit,
    }


def _resolve(desk: Desk) -> None:
    services.ask_to_resolve(
        station=desk.station, night=desk.night, by=desk.by, at=desk.at
    )
