"""What is ordered beyond every day, as its page shows it: where, how long, and held?"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext as _

from xunfang.core.planning.plan import EventKind
from xunfang.core.planning.problem import Window
from xunfang.patrols import wording
from xunfang.patrols.models import LayerSlot, LightWindow, Overlay, Reinforcement
from xunfang.patrols.queries import Documents
from xunfang.patrols.wanted.lines import minute_of_hour, place_code_of
from xunfang.places.models import GridCell, KeyPlace
from xunfang.units.models import Station
from xunfang.web.names import local_name


class Standing(StrEnum):
    """What the night's plan makes of an order."""

    LATER = "later"
    """It does not begin until a later night."""
    UNPLANNED = "unplanned"
    """There is no plan yet, or the plan is older than the order."""
    HELD = "held"
    UNHELD = "unheld"
    """The plan could not hold it, or not all of it."""


@dataclass(frozen=True, slots=True)
class ReinforcementRow:
    order: Reinforcement
    place: str
    standing: Standing
    is_renewed: bool


@dataclass(frozen=True, slots=True)
class SlotRow:
    where: str
    hours: str
    n_officers: int


@dataclass(frozen=True, slots=True)
class OverlayRow:
    overlay: Overlay
    slots: tuple[SlotRow, ...]
    """Of this station."""
    n_cells_elsewhere: int
    standing: Standing


@dataclass(frozen=True, slots=True)
class LightRow:
    lights: LightWindow
    where: str
    hours: str


def reinforcement_rows(
    station: Station, night: date, plan: Documents | None
) -> list[ReinforcementRow]:
    """Lay out what holds on the night or later; one query."""
    orders = (
        Reinforcement.objects.not_over(night)
        .filter(place__cell__area__station_code=station.code)
        .select_related("place", "ordered_by", "renewed_by", "case")
    )
    held = _held(plan)
    return [
        ReinforcementRow(
            order=order,
            place=local_name(order.place.name, order.place.name_en),
            standing=_standing(order.begins_on > night, {f"extra:{order.pk}"}, held),
            is_renewed=hasattr(order, "renewed_by"),
        )
        for order in orders
    ]


def overlay_rows(
    station: Station,
    night: date,
    plan: Documents | None,
    *,
    street_of_cell: Mapping[str, str],
    horizon: Window,
) -> list[OverlayRow]:
    """Lay out the campaigns that add to this station's cells; two queries."""
    overlays = Overlay.objects.not_over(night).select_related("saved_by")
    by_layer: defaultdict[str, list[LayerSlot]] = defaultdict(list)
    for slot in LayerSlot.objects.filter(
        layer__in=[overlay.name for overlay in overlays]
    ).select_related("cell__area"):
        by_layer[slot.layer].append(slot)
    held, rows = _held(plan), []
    for overlay in overlays:
        slots = by_layer[overlay.name]
        mine = [s for s in slots if s.cell.area.station_code == station.code]
        if not mine:
            continue
        wanted = {
            f"overlay:{s.cell.code}:{minute_of_hour(s.hour, horizon)}:{s.pk}"
            for s in mine
        }
        rows.append(
            OverlayRow(
                overlay=overlay,
                slots=tuple(_slot_rows(mine, street_of_cell, horizon)),
                n_cells_elsewhere=len({s.cell_id for s in slots if s not in mine}),
                standing=_standing(overlay.begins_on > night, wanted, held),
            )
        )
    return rows


def _slot_rows(
    slots: Iterable[LayerSlot], street_of_cell: Mapping[str, str], horizon: Window
) -> list[SlotRow]:
    """One row for hours of a cell that follow one another with as many officers."""
    hours = sorted(
        (s.cell.code, minute_of_hour(s.hour, horizon), s.n_officers) for s in slots
    )
    spans: list[tuple[str, int, int, int]] = []
    for cell, first, n_officers in hours:
        if spans and spans[-1][0] == cell and spans[-1][2:] == (first, n_officers):
            spans[-1] = (cell, spans[-1][1], first + 60, n_officers)
        else:
            spans.append((cell, first, first + 60, n_officers))
    return [
        SlotRow(
            where=cell_name(cell, street_of_cell.get(cell, "")),
            hours=wording.windows_text([(first, last)]),
            n_officers=n_officers,
        )
        for cell, first, last, n_officers in spans
    ]


def light_rows(
    station: Station, night: date, names: Mapping[str, str]
) -> list[LightRow]:
    """Lay out when lights are on; ``names`` of posts by code. One query."""
    windows = LightWindow.objects.not_over(night).filter(station=station)
    return [
        LightRow(
            lights=lights,
            where=names.get(lights.place_code, lights.place_code),
            hours=wording.windows_text([(lights.begins_min, lights.ends_min)]),
        )
        for lights in windows.select_related("set_by")
    ]


def post_names(plan: Documents | None, schools: Iterable[KeyPlace]) -> dict[str, str]:
    """Return the posts a light can be set for, by code; "" stands for all of them."""
    names = {"": _("Every post of the station")}
    names |= {s.code: local_name(s.name, s.name_en) for s in schools}
    for (kind, id_), reason in ({} if plan is None else plan.reasons).items():
        if kind is EventKind.POST and reason.code == "overlay":
            street = str(reason.facts.get("street", ""))
            code = place_code_of(id_)
            names[code] = cell_name(code, street)
    return names


def cell_name(code: str, street: str) -> str:
    """Name a cell so that somebody knows where to go."""
    cell = _("Cell %(code)s") % {"code": code}
    return f"{street} · {cell}" if street else cell


def cell_choices(
    cells: Sequence[GridCell], street_of_cell: Mapping[str, str]
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return cells by patrol area."""
    by_area: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for cell in cells:
        name = cell_name(cell.code, street_of_cell.get(cell.code, ""))
        by_area[cell.area.name].append((cell.code, name))
    return list(by_area.items())


type _Held = Mapping[str, bool] | None
"""Whether the plan holds what it was asked for, by id; None where there is no plan."""


def _held(plan: Documents | None) -> _Held:
    if plan is None:
        return None
    unmet = {thing.id for thing in plan.routes.unmet}
    return {id_: id_ not in unmet for _kind, id_ in plan.reasons}


def _standing(begins_later: bool, wanted: set[str], held: _Held) -> Standing:  # noqa: FBT001 -- read at the call
    if begins_later:
        return Standing.LATER
    if held is None or not wanted <= held.keys():
        return Standing.UNPLANNED
    return Standing.HELD if all(held[id_] for id_ in wanted) else Standing.UNHELD
