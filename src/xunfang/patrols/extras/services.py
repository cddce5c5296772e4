"""More than every day: at a place, in cells, and when lights are on at posts.

Each is ordered for some nights and ends by itself; whoever may order it may end it
early. A plan that is in force does not change by it: the night is planned again.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.cases import services as cases
from xunfang.cases.models import Case
from xunfang.cases.policies import can_handle
from xunfang.core.errors import DomainError
from xunfang.core.planning import layers
from xunfang.core.planning.problem import Window
from xunfang.patrols import policies, queries
from xunfang.patrols.models import LayerSlot, LightWindow, Overlay, Reinforcement
from xunfang.patrols.wanted.statement import tonight
from xunfang.places.models import GridCell, KeyPlace
from xunfang.units.models import Station

LONGEST_REINFORCEMENT = timedelta(days=21)
LONGEST_OVERLAY = timedelta(days=100)
"""A campaign of a hundred days is the longest there is."""


class ReasonMissing(DomainError):
    """A reinforcement, or its renewal, needs a reason of its own."""

    code = "patrols.reason_missing"


class ReinforcementTooLong(DomainError):
    """A reinforcement would hold for more nights than anybody may order at once."""

    code = "patrols.reinforcement_too_long"


class OverlayTooLong(DomainError):
    """An overlay would hold for more nights than the longest campaign."""

    code = "patrols.overlay_too_long"


class NightOver(DomainError):
    """The last night it should hold is over."""

    code = "patrols.night_over"


class RenewedAlready(DomainError):
    """The reinforcement has been renewed before."""

    code = "patrols.renewed_already"


class OrderOver(DomainError):
    """It does not hold any more: it has ended by itself or was ended early."""

    code = "patrols.order_over"


@transaction.atomic
def order_reinforcement(
    *,
    place: KeyPlace,
    minutes: int,
    begins_on: date,
    reason: str,
    by: User,
    at: datetime,
    until: date | None = None,
    renews: Reinforcement | None = None,
    case: Case | None = None,
) -> Reinforcement:
    """Order more minutes at a place until a night; after it the order ends by itself.

    Without ``until`` it holds for as many nights as can be ordered at once: 21. Ordered
    because of a resident's ``case``, it stands in that case's log; a renewal is for the
    same case.

    Raises
    ------
    NotAllowed
        This person may not order for the place's station.
    ReasonMissing
        There is no reason, or a renewal repeats the reason of what it renews.
    RenewedAlready
        What it renews has been renewed by another.
    ReinforcementTooLong
        It would hold for more than 21 nights; renew it then, with a new reason.
    NightOver
        All of it lies in the past.
    """
    station = Station.objects.get(code=place.cell.area.station_code)
    policies.check_can_order(by, station)
    said = reason.strip()
    if not said or (renews is not None and said == renews.reason):
        raise ReasonMissing("say why; a renewal needs a new reason")
    if renews is not None and Reinforcement.objects.filter(renews=renews).exists():
        raise RenewedAlready(f"reinforcement {renews.pk} has been renewed")
    last_allowed = begins_on + LONGEST_REINFORCEMENT - timedelta(days=1)
    until = until or last_allowed
    if until > last_allowed:
        raise ReinforcementTooLong(f"it may hold until {last_allowed}, not {until}")
    _check_not_over(until, at)
    order = Reinforcement.objects.create(
        place=place,
        minutes=minutes,
        begins_on=begins_on,
        until=until,
        reason=said,
        ordered_by=by,
        ordered_at=at,
        renews=renews,
        case=case or (renews.case if renews is not None else None),
    )
    # Who renews it need not be somebody who works on the case.
    if order.case is not None and (case is not None or can_handle(by, order.case)):
        cases.note_act(
            case=order.case,
            by=by,
            at=at,
            ordered="reinforcement",
            order=order.pk,
            place=place.name,
            code=place.code,
            minutes=minutes,
            until=until.isoformat(),
        )
    audit.record(
        kind="reinforcement.ordered",
        subject=place.code,
        by=by,
        at=at,
        until=until.isoformat(),
        minutes=minutes,
    )
    return order


@transaction.atomic
def end_reinforcement(*, order: Reinforcement, by: User, at: datetime) -> Reinforcement:
    """End a reinforcement early: from tonight on it no longer holds.

    Raises
    ------
    NotAllowed
        This person may not order for the place's station.
    OrderOver
        It has ended before; nothing is changed.
    """
    station = Station.objects.get(code=order.place.cell.area.station_code)
    policies.check_can_order(by, station)
    locked = Reinforcement.objects.select_for_update().get(pk=order.pk)
    _end_early(locked, by, at)
    audit.record(kind="reinforcement.ended", subject=order.place.code, by=by, at=at)
    return locked


@transaction.atomic
def save_overlay(
    *,
    name: str,
    changes: Mapping[tuple[str, int], int],
    by: User,
    at: datetime,
    begins_on: date | None = None,
    until: date | None = None,
) -> list[LayerSlot]:
    """Keep what a campaign adds to the daily patrol, in place of what it added before.

    ``changes`` are officers more (or fewer) by cell code and hour of day. Without dates
    it holds from tonight for as long as a campaign may last: 100 nights.

    Raises
    ------
    NotAllowed
        This person may not order for the whole city.
    BaselineReduced
        The overlay takes officers from the daily patrol; ``shortfalls`` names each
        cell with what would be missing. Nothing is changed.
    OverlayTooLong
        It would hold for more than 100 nights.
    NightOver
        All of it lies in the past.
    """
    policies.check_can_order_city(by)
    begins_on = begins_on or tonight(at, ZoneInfo(settings.TIME_ZONE))
    last_allowed = begins_on + LONGEST_OVERLAY - timedelta(days=1)
    until = until or last_allowed
    if until > last_allowed:
        raise OverlayTooLong(f"it may hold until {last_allowed}, not {until}")
    _check_not_over(until, at)
    baseline = queries.layer(LayerSlot.BASELINE)
    overlay = layers.Layer(
        name,
        {
            queries.hour_of_cell(cell, hour): 60 * n_officers
            for (cell, hour), n_officers in changes.items()
        },
    )
    layers.lay_over(baseline, overlay)
    cells = {
        cell.code: cell
        for cell in GridCell.objects.filter(code__in={code for code, _ in changes})
    }
    Overlay.objects.update_or_create(
        name=name,
        defaults={
            "begins_on": begins_on,
            "until": until,
            "saved_at": at,
            "saved_by": by,
            "ended_on": None,
            "ended_at": None,
            "ended_by": None,
        },
    )
    LayerSlot.objects.filter(layer=name).delete()
    slots = LayerSlot.objects.bulk_create(
        LayerSlot(layer=name, cell=cells[cell], hour=hour, n_officers=n_officers)
        for (cell, hour), n_officers in sorted(changes.items())
        if n_officers > 0
    )
    audit.record(
        kind="overlay.saved",
        subject=name,
        by=by,
        at=at,
        until=until.isoformat(),
        officer_hours=sum(slot.n_officers for slot in slots),
    )
    return slots


@transaction.atomic
def extend_overlay(
    *,
    name: str,
    changes: Mapping[tuple[str, int], int],
    by: User,
    at: datetime,
    begins_on: date,
    until: date,
) -> list[LayerSlot]:
    """Add cells and hours to what a campaign adds already, or begin a new one.

    Where it names a cell and hour again, the new number holds; the dates are the new
    ones, but it begins no later than before. What has ended begins anew, empty.

    Raises as ``save_overlay``.
    """
    policies.check_can_order_city(by)
    night = tonight(at, ZoneInfo(settings.TIME_ZONE))
    present = Overlay.objects.not_over(night).filter(name=name).first()
    if present is None:
        together = dict(changes)
    else:
        begins_on = min(begins_on, present.begins_on)
        slots = LayerSlot.objects.filter(layer=name).values_list(
            "cell__code", "hour", "n_officers"
        )
        together = {(cell, hour): n for cell, hour, n in slots} | dict(changes)
    return save_overlay(
        name=name, changes=together, by=by, at=at, begins_on=begins_on, until=until
    )


@transaction.atomic
def end_overlay(*, overlay: Overlay, by: User, at: datetime) -> Overlay:
    """End early what a campaign adds, in all its cells: from tonight on.

    Raises
    ------
    NotAllowed
        This person may not order for the whole city.
    OrderOver
        It has ended before; nothing is changed.
    """
    policies.check_can_order_city(by)
    locked = Overlay.objects.select_for_update().get(pk=overlay.pk)
    _end_early(locked, by, at)
    audit.record(kind="overlay.ended", subject=overlay.name, by=by, at=at)
    return locked


@transaction.atomic
def set_lights(
    *,
    station: Station,
    window: Window,
    begins_on: date,
    by: User,
    at: datetime,
    place_code: str = "",
    until: date | None = None,
) -> LightWindow:
    """Say when the light is on at a station's posts, or at those of one place.

    Without ``until`` it holds until somebody ends it.

    Raises
    ------
    NotAllowed
        This person may not order for the station.
    NightOver
        All of it lies in the past.
    """
    policies.check_can_order(by, station)
    if until is not None:
        _check_not_over(until, at)
    lights = LightWindow.objects.create(
        station=station,
        place_code=place_code,
        begins_min=window[0],
        ends_min=window[1],
        begins_on=begins_on,
        until=until,
        set_at=at,
        set_by=by,
    )
    audit.record(
        kind="lights.set",
        subject=f"{station.code} {place_code}".strip(),
        by=by,
        at=at,
        begins_min=window[0],
        ends_min=window[1],
    )
    return lights


@transaction.atomic
def end_lights(*, lights: LightWindow, by: User, at: datetime) -> LightWindow:
    """End a light window: from tonight on it no longer holds.

    Raises
    ------
    NotAllowed
        This person may not order for the station.
    OrderOver
        It has ended before; nothing is changed.
    """
    policies.check_can_order(by, lights.station)
    locked = LightWindow.objects.select_for_update().get(pk=lights.pk)
    _end_early(locked, by, at)
    audit.record(
        kind="lights.ended",
        subject=f"{lights.station.code} {lights.place_code}".strip(),
        by=by,
        at=at,
    )
    return locked


def _check_not_over(until: date, at: datetime) -> None:
    if until < tonight(at, ZoneInfo(settings.TIME_ZONE)):
        raise NightOver(f"the night of {until} is over")


def _end_early(
    order: Reinforcement | Overlay | LightWindow, by: User, at: datetime
) -> None:
    night = tonight(at, ZoneInfo(settings.TIME_ZONE))
    is_over = order.until is not None and order.until < night
    if order.ended_on is not None or is_over:
        raise OrderOver(f"{order} does not hold any more")
    # What has not begun yet never will.
    order.ended_on = max(night, order.begins_on)
    order.ended_at, order.ended_by = at, by
    order.save(update_fields=["ended_on", "ended_at", "ended_by"])
