"""The night of one station as a page shows it: units, stops, wishes, proof, reach."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from xunfang.core.planning.plan import Event, EventKind, Plan, Route
from xunfang.core.planning.problem import Problem, Reason
from xunfang.patrols import wording
from xunfang.units.models import Shift

ROW_PX = 34
MINUTE_PX = 2
LABEL_PX = 120


@dataclass(frozen=True, slots=True)
class StopRow:
    """One line of the list of stops."""

    key: str
    """Same as on the map."""
    number: int | None
    kind: EventKind
    clock: str
    until: str
    place: str
    why: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One thing in the timeline; pixels."""

    key: str
    kind: EventKind
    x: int
    width: int
    title: str


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One crew's night."""

    code: str
    name: str
    index: int
    mode: str
    people: str
    shift: str
    shift_x: int
    shift_width: int
    y: int
    bars: tuple[Bar, ...]
    stops: tuple[StopRow, ...]

    @property
    def n_stops(self) -> int:
        return sum(stop.number is not None for stop in self.stops)

    @property
    def colour(self) -> int:
        """Which of the eight colours, as on the map."""
        return self.index % 8


@dataclass(frozen=True, slots=True)
class UnmetRow:
    """One wish that is not in the plan."""

    key: str
    place: str
    is_mandatory: bool
    why_wanted: str
    why_not: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A full hour of the timeline."""

    x: int
    minute: int
    clock: str


@dataclass(frozen=True, slots=True)
class Board:
    """What the page of one station's night shows."""

    units: tuple[UnitRow, ...]
    unmet: tuple[UnmetRow, ...]
    ticks: tuple[Tick, ...]
    width: int
    height: int

    @property
    def n_stops(self) -> int:
        return sum(unit.n_stops for unit in self.units)


def lay_out(problem: Problem, plan: Plan, shifts: Sequence[Shift]) -> Board:
    """Arrange a plan for the page. No queries: all it needs is handed in."""
    first = min((unit.shift[0] for unit in problem.units), default=18 * 60)
    last = max((unit.shift[1] for unit in problem.units), default=27 * 60)
    first -= first % 60
    last += -last % 60
    by_code = {shift.code: shift for shift in shifts}
    reasons = _reasons(problem)
    routes = {route.unit: route for route in plan.routes}
    units = []
    for index, unit in enumerate(problem.units):
        route = routes.get(unit.id) or Route(unit.id, unit.shift[0], (), unit.shift[0])
        shift = by_code.get(unit.id)
        stops = tuple(_stops(route, reasons))
        units.append(
            UnitRow(
                code=unit.id,
                name=shift.name if shift else unit.id,
                index=index,
                mode=shift.get_mode_display() if shift else unit.mode,
                people=_people(unit.crew.sworn, unit.crew.auxiliary),
                shift=f"{wording.clock(unit.shift[0])}–{wording.clock(unit.shift[1])}",
                shift_x=_x(unit.shift[0], first),
                shift_width=(unit.shift[1] - unit.shift[0]) * MINUTE_PX,
                y=index * ROW_PX,
                bars=tuple(
                    Bar(
                        key=stop.key,
                        kind=event.kind,
                        x=_x(event.start, first),
                        width=max(3, (event.end - event.start) * MINUTE_PX),
                        title=f"{stop.clock} {stop.place}",
                    )
                    for event, stop in zip(route.events, stops, strict=True)
                ),
                stops=stops,
            )
        )
    return Board(
        units=tuple(units),
        unmet=tuple(_unmet(plan, reasons, {unit.code: unit.name for unit in units})),
        ticks=tuple(
            Tick(x=_x(minute, first), minute=minute, clock=wording.clock(minute))
            for minute in range(first, last + 1, 60)
        ),
        width=LABEL_PX + (last - first) * MINUTE_PX,
        height=len(units) * ROW_PX,
    )


def _x(minute: int, first: int) -> int:
    return LABEL_PX + (minute - first) * MINUTE_PX


def _people(n_sworn: int, n_auxiliary: int) -> str:
    return _("%(sworn)d sworn + %(auxiliary)d auxiliary") % {
        "sworn": n_sworn,
        "auxiliary": n_auxiliary,
    }


def _reasons(problem: Problem) -> dict[tuple[EventKind, str], Reason | None]:
    reasons: dict[tuple[EventKind, str], Reason | None] = {}
    for stop in problem.stops:
        reasons[EventKind.STOP, stop.id] = stop.reason
    for post in problem.posts:
        reasons[EventKind.POST, post.id] = post.reason
    for loop in problem.loops:
        reasons[EventKind.LOOP, loop.id] = loop.reason
    for presence in problem.presence:
        reasons[EventKind.PRESENCE, presence.id] = presence.reason
    return reasons


def _stops(
    route: Route, reasons: Mapping[tuple[EventKind, str], Reason | None]
) -> list[StopRow]:
    rows: list[StopRow] = []
    number = 0
    for place_in_route, event in enumerate(route.events):
        is_break = event.kind is EventKind.BREAK
        number += not is_break
        rows.append(
            StopRow(
                key=f"{route.unit}-{number}"
                if not is_break
                else f"{route.unit}-break-{place_in_route}",
                number=None if is_break else number,
                kind=event.kind,
                clock=wording.clock(event.start),
                until=wording.clock(event.end),
                place=_place(event.kind, event.id, reasons.get((event.kind, event.id))),
                why=_why(event, reasons),
            )
        )
    return rows


def _place(kind: EventKind, id_: str, reason: Reason | None) -> str:
    if kind is EventKind.BREAK:
        return pgettext("timeline", "Meal break")
    name = wording.place_name(reason.facts) if reason else ""
    if kind is EventKind.PRESENCE:
        return _("Cell %(code)s") % {"code": name or id_}
    return name or id_


def _why(event: Event, reasons: Mapping[tuple[EventKind, str], Reason | None]) -> str:
    if event.kind is EventKind.BREAK:
        return ""
    return wording.why_here(reasons.get((event.kind, event.id)))


def _unmet(
    plan: Plan,
    reasons: Mapping[tuple[EventKind, str], Reason | None],
    unit_names: Mapping[str, str],
) -> list[UnmetRow]:
    names = {id_: _place(kind, id_, reason) for (kind, id_), reason in reasons.items()}
    names |= unit_names
    return [
        UnmetRow(
            key=thing.id,
            place=_place(thing.kind, thing.id, reasons.get((thing.kind, thing.id))),
            is_mandatory=thing.mandatory,
            why_wanted=wording.why_here(reasons.get((thing.kind, thing.id))),
            why_not=wording.why_not(thing, names),
        )
        for thing in sorted(plan.unmet, key=lambda thing: not thing.mandatory)
    ]


def label(features: Sequence[Mapping[str, Any]], board: Board) -> list[dict[str, Any]]:
    """Return a drawing's features with the sentence that a screen reader says of each."""
    said = {
        stop.key: f"{stop.number}. {stop.clock} {stop.place}"
        for unit in board.units
        for stop in unit.stops
    } | {wish.key: wish.place for wish in board.unmet}
    labelled = []
    for feature in features:
        properties = dict(feature["properties"])
        key = properties.get("id")
        if key in said:
            properties |= {"label": said[key], "name": said[key]}
        labelled.append({**feature, "properties": properties})
    return labelled
