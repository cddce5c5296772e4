"""Edits of a night as the planner takes them, and what is to be told of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from xunfang.core.planning import edits as core
from xunfang.core.planning.night import PAIR, NightDraft, worth_of_minutes
from xunfang.core.planning.plan import Event, EventKind
from xunfang.core.planning.problem import Need, Problem, Reason
from xunfang.patrols.models import HOLDS, EditKind, NightEdit
from xunfang.patrols.wanted.lines import modes_in, named_of
from xunfang.places import queries as places
from xunfang.units.models import Station


@dataclass(frozen=True, slots=True)
class ByHand:
    """What was changed by hand for a night, up to a change."""

    n_changes: int
    edits: tuple[NightEdit, ...]
    """In force then, in the order in which they were made."""


NO_CHANGES = ByHand(0, ())


def read(station: Station, night: date, *, until: int | None = None) -> ByHand:
    """Return the edits in force, now or as they stood after change ``until``.

    One query, however many there are.
    """
    rows = list(NightEdit.objects.of_night(station, night))
    last = max((row.undone_no or row.made_no for row in rows), default=0)
    if until is not None:
        last = min(last, until)
    return ByHand(last, tuple(row for row in rows if held_at(row, last)))


def held_at(row: NightEdit, number: int) -> bool:
    """Say whether an edit was in force when this many changes had been made."""
    return row.made_no <= number and (row.undone_no is None or row.undone_no > number)


def add_points(draft: NightDraft, edits: Iterable[NightEdit]) -> None:
    """Let the ways to every wish be known."""
    for row in edits:
        if row.kind == EditKind.WISH:
            draft.point(*_lonlat(row))


def apply(
    problem: Problem, edits: Iterable[NightEdit], areas: places.AreasAround
) -> Problem:
    """Return the problem as the edits make it."""
    return core.apply_edits(problem, as_edits(edits, areas))


def as_edits(
    edits: Iterable[NightEdit], areas: places.AreasAround | None = None
) -> list[core.Edit]:
    """Return the edits as the core states them."""
    return [_as_edit(row, areas) for row in edits]


def _as_edit(row: NightEdit, areas: places.AreasAround | None) -> core.Edit:
    match row.kind:
        case EditKind.EXCLUDE:
            return core.Exclude(row.unit, row.begins_min)
        case EditKind.LEAVE_OUT:
            return core.LeaveOut(EventKind(row.target_kind), row.target_id)
        case EditKind.WISH:
            return _as_wish(row, areas)
        case _:
            return core.Hold(
                core.Stay(
                    EventKind(row.target_kind),
                    row.target_id,
                    row.was_unit,
                    row.was_begins_min or 0,
                    row.was_minutes or 0,
                ),
                row.held_as,
                row.unit or None,
                row.begins_min,
            )


def _as_wish(row: NightEdit, areas: places.AreasAround | None) -> core.Wish:
    lonlat = _lonlat(row)
    minutes = row.minutes or 0
    modes = None if areas is None else modes_in(areas.find(*lonlat))
    return core.Wish(
        row.held_as,
        lonlat,
        dwell=minutes,
        window=(row.from_min or 0, (row.until_min or 0) - minutes),
        worth=worth_of_minutes(minutes),
        mandatory=row.is_mandatory,
        need=Need(crew=PAIR, modes=modes),
        reason=Reason("wish", named_of(row.name, row.name_en) | {"why": row.reason}),
    )


def _lonlat(row: NightEdit) -> tuple[float, float]:
    """As a draft keeps its points."""
    return (round(row.lon or 0.0, 6), round(row.lat or 0.0, 6))


def edit_of_event(event: Event, edits: Sequence[NightEdit]) -> NightEdit | None:
    """Return the edit that put a stay where it is: a lock or a move before a wish."""
    found = [
        row for row in edits if row.held_as == event.id and event.kind == held_kind(row)
    ]
    return next(
        (row for row in found if row.kind in HOLDS), found[0] if found else None
    )


def held_kind(row: NightEdit) -> EventKind:
    """Return what a held stay or a wish is in the edited problem."""
    kind = EventKind(row.target_kind) if row.target_kind else EventKind.STOP
    return EventKind.STOP if kind is EventKind.PRESENCE else kind
