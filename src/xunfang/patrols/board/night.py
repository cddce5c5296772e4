"""The night of one station as a page shows it: units, stops, wishes, proof, reach."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from xunfang.core.planning.edits import Outcome, outcome
from xunfang.core.planning.plan import Event, EventKind, Plan, Route
from xunfang.core.planning.problem import Problem, Reason, Window
from xunfang.core.planning.report import worst_gap
from xunfang.core.planning.staffing import Staffing
from xunfang.core.planning.visibility import UnlitPost
from xunfang.patrols import wording
from xunfang.patrols.board.reasons import loop_text, why_here
from xunfang.patrols.models import HOLDS, NightEdit
from xunfang.patrols.plans.figures import ModeMinutes, minutes_by_mode
from xunfang.patrols.plans.stays import stay_key, stays
from xunfang.patrols.wanted.by_hand import edit_of_event, held_kind
from xunfang.patrols.wanted.lights import NightLights, joined
from xunfang.units.models import Shift
from xunfang.web.names import local_name

OF_CELLS = frozenset({"overlay", "presence.resident_reports"})
"""Reasons of what is wanted in a grid cell."""
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
    start: int
    end: int
    clock: str
    until: str
    place: str
    why: str
    light: str = ""
    """When the light is on at a post in the dark."""
    unlit: str = ""
    """When it stands in the dark without light."""
    edit: NightEdit | None = None
    """What put it here by hand."""
    case: str = ""
    """Number of the resident's matter that caused it."""

    @property
    def is_held(self) -> bool:
        """Whether it stays with its crew or at its time whatever is planned."""
        return self.edit is not None and self.edit.kind in HOLDS

    @property
    def may_be_held(self) -> bool:
        return self.kind not in {EventKind.LOOP, EventKind.BREAK}


@dataclass(frozen=True, slots=True)
class Bar:
    """One thing in the timeline; pixels."""

    key: str
    kind: EventKind
    x: int
    width: int
    title: str
    is_held: bool
    may_be_held: bool


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
    worth: float
    why_wanted: str
    why_not: str
    n_missing: int = 1
    """How many visits of those wished for."""


@dataclass(frozen=True, slots=True)
class UnmetGroup:
    """Wishes that are missing for the same reason, the most valuable first."""

    code: str
    title: str
    rows: tuple[UnmetRow, ...]

    @property
    def n_missing(self) -> int:
        return sum(row.n_missing for row in self.rows)


@dataclass(frozen=True, slots=True)
class Tick:
    """A full hour of the timeline."""

    x: int
    minute: int
    clock: str


@dataclass(frozen=True, slots=True)
class ModeRow:
    """Minutes of all crews that move in one way."""

    mode: str
    name: str
    n_units: int
    at_places_min: int
    under_way_min: int


@dataclass(frozen=True, slots=True)
class Board:
    """What the page of one station's night shows."""

    units: tuple[UnitRow, ...]
    missing_duties: tuple[UnmetRow, ...]
    missing_wishes: tuple[UnmetGroup, ...]
    shortage: str
    """In words, when duty needs more people or units than there are; else empty."""
    unlit: tuple[str, ...]
    """Places whose posts stand in the dark without light, each with the time."""
    modes: tuple[ModeRow, ...]
    ticks: tuple[Tick, ...]
    first: int
    """Minute at which the timeline begins."""
    width: int
    height: int
    label_px: int = LABEL_PX
    minute_px: int = MINUTE_PX
    row_px: int = ROW_PX

    @property
    def n_stops(self) -> int:
        return sum(unit.n_stops for unit in self.units)

    @property
    def n_wishes(self) -> int:
        """Visits that are missing, as the page of the city counts them."""
        return sum(group.n_missing for group in self.missing_wishes)


type Reasons = Mapping[tuple[EventKind, str], Reason]


def lay_out(
    problem: Problem,
    plan: Plan,
    shifts: Sequence[Shift],
    *,
    reasons: Reasons,
    shortage: Staffing | None,
    lights: NightLights | None = None,
    edits: Sequence[NightEdit] = (),
) -> Board:
    """Arrange a plan for the page. No queries: all it needs is handed in."""
    first = min((unit.shift[0] for unit in problem.units), default=18 * 60)
    last = max((unit.shift[1] for unit in problem.units), default=27 * 60)
    first -= first % 60
    last += -last % 60
    by_code = {shift.code: shift for shift in shifts}
    routes = {route.unit: route for route in plan.routes}
    words = _Words(problem, plan, reasons, lights, edits)
    units = []
    for index, unit in enumerate(problem.units):
        route = routes.get(unit.id) or Route(unit.id, unit.shift[0], (), unit.shift[0])
        shift = by_code.get(unit.id)
        stops = tuple(words.stops(route))
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
                        kind=stop.kind,
                        x=_x(stop.start, first),
                        width=max(3, (stop.end - stop.start) * MINUTE_PX),
                        title=f"{stop.clock} {stop.place}",
                        is_held=stop.is_held,
                        may_be_held=stop.may_be_held,
                    )
                    for stop in stops
                ),
                stops=stops,
            )
        )
    names = {code: shift.name for code, shift in by_code.items()}
    unmet = _unmet(problem, plan, reasons, names)
    unmet += _gone(problem, plan, edits)
    return Board(
        units=tuple(units),
        missing_duties=tuple(row for _, row in unmet if row.is_mandatory),
        missing_wishes=_groups([pair for pair in unmet if not pair[1].is_mandatory]),
        shortage="" if shortage is None else wording.shortage_text(shortage),
        unlit=tuple(words.unlit()),
        modes=mode_rows(minutes_by_mode(problem, plan)),
        ticks=tuple(
            Tick(x=_x(minute, first), minute=minute, clock=wording.clock(minute))
            for minute in range(first, last + 1, 60)
        ),
        first=first,
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


@dataclass(frozen=True, slots=True)
class _Words:
    """What is said of each stay of a plan."""

    problem: Problem
    plan: Plan
    reasons: Reasons
    lights: NightLights | None
    edits: Sequence[NightEdit] = ()

    def stops(self, route: Route) -> Iterator[StopRow]:
        unlit = {post.post: post.unlit for post in self._unlit()}
        lit = {} if self.lights is None else self.lights.on
        for number, event in stays(route):
            is_post = event.kind is EventKind.POST
            yield StopRow(
                key=stay_key(route, number)
                if number is not None
                else f"{route.unit}-break-{event.start}",
                number=number,
                kind=event.kind,
                start=event.start,
                end=event.end,
                clock=wording.clock(event.start),
                until=wording.clock(event.end),
                place=place_of(event.kind, event.id, self._reason(event)),
                why=self._why(event),
                light=wording.windows_text(lit.get(event.id, ())) if is_post else "",
                unlit=wording.windows_text(unlit.get(event.id, ())) if is_post else "",
                edit=edit_of_event(event, self.edits),
                case=self._case(event),
            )

    def unlit(self) -> Iterator[str]:
        """Yield each place once, though posts may follow one another there."""
        by_place: dict[str, list[Window]] = {}
        for post in self._unlit():
            reason = self.reasons.get((EventKind.POST, post.post))
            place = place_of(EventKind.POST, post.post, reason)
            by_place.setdefault(place, []).extend(post.unlit)
        for place, windows in by_place.items():
            yield f"{place} {wording.windows_text(joined(windows))}"

    def _unlit(self) -> tuple[UnlitPost, ...]:
        return () if self.lights is None else self.lights.unlit

    def _reason(self, event: Event) -> Reason | None:
        return self.reasons.get((event.kind, event.id))

    def _case(self, event: Event) -> str:
        reason = self._reason(event)
        return "" if reason is None else str(reason.facts.get("case", ""))

    def _why(self, event: Event) -> str:
        if event.kind is EventKind.BREAK:
            return ""
        reason = self._reason(event)
        why = why_here(reason)
        if event.kind is EventKind.LOOP and reason is not None:
            worst = worst_gap(self.problem, self.plan, event.id)
            if worst is not None and "stops" in reason.facts:
                why = f"{why} {loop_text(reason, worst)}"
        return why


def place_of(kind: EventKind, id_: str, reason: Reason | None) -> str:
    """Say where something is, in the reader's language."""
    if kind is EventKind.BREAK:
        return pgettext("timeline", "Meal break")
    name = wording.place_name(reason.facts) if reason else ""
    # A stay in a cell that is held by hand is a stop to the planner.
    if kind is EventKind.PRESENCE or (reason and reason.code in OF_CELLS):
        cell = _("Cell %(code)s") % {"code": name or id_}
        street = reason.facts.get("street") if reason else ""
        return f"{street} · {cell}" if street else cell
    return name or id_


def mode_rows(minutes: Iterable[ModeMinutes]) -> tuple[ModeRow, ...]:
    """Name the ways of moving; minutes of one are never added to another's."""
    return tuple(
        ModeRow(
            mode=row.mode,
            name=wording.mode_name(row.mode),
            n_units=row.n_units,
            at_places_min=row.at_places_min,
            under_way_min=row.under_way_min,
        )
        for row in minutes
    )


def _unmet(
    problem: Problem,
    plan: Plan,
    reasons: Reasons,
    unit_names: Mapping[str, str],
) -> list[tuple[str, UnmetRow]]:
    """Return what is missing with the code of its reason, the most valuable first."""
    names = {
        id_: place_of(kind, id_, reason) for (kind, id_), reason in reasons.items()
    }
    names |= unit_names
    worth = _worth(problem)
    rows = [
        (
            thing.code,
            UnmetRow(
                key=thing.id,
                place=place_of(
                    thing.kind, thing.id, reasons.get((thing.kind, thing.id))
                ),
                is_mandatory=thing.mandatory,
                worth=thing.n_missing * worth.get((thing.kind, thing.id), 0.0),
                why_wanted=why_here(reasons.get((thing.kind, thing.id))),
                why_not=wording.why_not(thing, names),
                n_missing=thing.n_missing,
            ),
        )
        for thing in plan.unmet
    ]
    return sorted(rows, key=lambda pair: (-pair[1].worth, pair[1].key))


def _gone(
    problem: Problem, plan: Plan, edits: Sequence[NightEdit]
) -> list[tuple[str, UnmetRow]]:
    """Return what was locked, moved or wished for and is not asked for any more."""
    return [
        (
            Outcome.GONE.value,
            UnmetRow(
                key=f"edit-{row.pk}",
                place=local_name(row.name, row.name_en) or row.target_id,
                is_mandatory=True,
                worth=0.0,
                why_wanted=str(row.get_kind_display()),
                why_not=_(
                    "Tonight it is not asked for any more, so there is nothing to hold. "
                    "Undo the change, or wish for the place."
                ),
            ),
        )
        for row in edits
        if row.held_as
        and outcome(problem, plan, row.held_as, held_kind(row))[0] is Outcome.GONE
    ]


def _worth(problem: Problem) -> dict[tuple[EventKind, str], float]:
    """What one visit to each wanted thing would be worth at its best moment."""
    worth = {
        (EventKind.STOP, stop.id): max(value for _, value in stop.value)
        for stop in problem.stops
    }
    worth |= {(EventKind.POST, post.id): post.value for post in problem.posts}
    worth |= {(EventKind.LOOP, loop.id): loop.value for loop in problem.loops}
    worth |= {
        (EventKind.PRESENCE, presence.id): presence.value_per_minute * presence.dwell
        for presence in problem.presence
    }
    return worth


def _groups(unmet: Iterable[tuple[str, UnmetRow]]) -> tuple[UnmetGroup, ...]:
    by_code: dict[str, list[UnmetRow]] = {}
    for code, row in unmet:
        by_code.setdefault(code, []).append(row)
    return tuple(
        UnmetGroup(code, wording.why_not_title(code), tuple(rows))
        for code, rows in by_code.items()
    )


def label(features: Sequence[Mapping[str, Any]], board: Board) -> list[dict[str, Any]]:
    """Return a drawing's features with the sentence that a screen reader says of each."""
    said = {
        stop.key: f"{stop.number}. {stop.clock} {stop.place}"
        for unit in board.units
        for stop in unit.stops
    }
    wishes = [row for group in board.missing_wishes for row in group.rows]
    said |= {wish.key: wish.place for wish in (*board.missing_duties, *wishes)}
    labelled = []
    for feature in features:
        properties = dict(feature["properties"])
        key = properties.get("id")
        if key in said:
            properties |= {"label": said[key], "name": said[key]}
        labelled.append({**feature, "properties": properties})
    return labelled
