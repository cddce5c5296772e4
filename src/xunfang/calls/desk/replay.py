"""A night, or one call, looked at again: every line of the logs, and how things stood."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import OuterRef, Q, Subquery

from xunfang.accounts.models import User
from xunfang.calls import log, queries
from xunfang.calls.desk import board
from xunfang.calls.desk.board import FeedRow, Place
from xunfang.calls.models import Call, CallEvent
from xunfang.calls.sending.offers import ZONE
from xunfang.core.dispatching import sheets, unit_states
from xunfang.core.dispatching.unit_states import OpenAssignment, UnitState
from xunfang.units.duty.queries import as_core
from xunfang.units.models import DutyEntry, DutyStay, Fix, Shift
from xunfang.units.nights import night_span


@dataclass(frozen=True, slots=True)
class CallThen:
    """How a call stood."""

    call: Call
    status: str


@dataclass(frozen=True, slots=True)
class UnitThen:
    """How a unit stood, and where it was."""

    shift: Shift
    letters: str
    state: str
    since: datetime | None
    place: Place | None


@dataclass(frozen=True, slots=True)
class Replay:
    """All lines, and how things stood after one of them."""

    rows: tuple[FeedRow, ...]
    step: int
    """How many lines have happened."""
    moment: datetime | None
    calls: tuple[CallThen, ...]
    units: tuple[UnitThen, ...]


def replay(
    user: User, night: date, *, only: Call | None = None, step: int | None = None
) -> Replay:
    """Return a night as this person may see it; ``step`` None: to its end.

    With ``only``: one call, and the units that were sent to it.
    """
    begins, ends = night_span(night, ZONE)
    calls = queries.visible_to(user).select_related(
        "station", "initial_class", "final_class"
    )
    shifts = Shift.objects.filter(night=night).select_related("station")
    if only is not None:
        calls = calls.filter(pk=only.pk)
        shifts = shifts.filter(dispatches__call=only).distinct()
    else:
        calls = calls.filter(reported_at__gte=begins, reported_at__lt=ends)
        if user.station_code:
            own = Q(station__code=user.station_code) | Q(dispatches__call__in=calls)
            shifts = Shift.objects.filter(
                pk__in=Shift.objects.filter(own, night=night).values("pk")
            ).select_related("station")
    events = list(
        CallEvent.objects.filter(call__in=calls)
        .select_related("call__station", "dispatch__shift", "by", "corrected_by")
        .order_by("happened_at", "recorded_at", "id")
    )
    entries = list(
        DutyEntry.objects.filter(shift__in=shifts).select_related(
            "shift__station", "by", "corrected_by"
        )
    )
    rows = sorted(
        [*map(board.of_call, events), *map(board.of_crew, entries)],
        key=lambda row: (row.happened_at, row.recorded_at, row.key),
    )
    n = len(rows) if step is None else min(max(step, 0), len(rows))
    moment = rows[n - 1].happened_at if n else None
    done = {row.key for row in rows[:n]}
    then_events = [event for event in events if f"c{event.pk}" in done]
    then_entries = [entry for entry in entries if f"d{entry.pk}" in done]
    found = list(shifts)
    return Replay(
        tuple(rows),
        n,
        moment,
        tuple(_calls_then(list(calls), then_events)),
        tuple(_units_then(found, then_events, then_entries, moment)),
    )


def _calls_then(calls: Sequence[Call], events: Iterable[CallEvent]) -> list[CallThen]:
    by_call: dict[int, list[CallEvent]] = defaultdict(list)
    for event in events:
        by_call[event.call_id].append(event)
    return [
        CallThen(call, log.sheet_of(by_call[call.pk]).status.value)
        for call in sorted(calls, key=lambda call: (call.reported_at, call.pk))
        if call.pk in by_call
    ]


def _units_then(
    shifts: Sequence[Shift],
    events: Iterable[CallEvent],
    entries: Iterable[DutyEntry],
    moment: datetime | None,
) -> list[UnitThen]:
    letters = board.letters_of((shift.pk, shift.station.code) for shift in shifts)
    sheet = sheets.fold(log.as_core(event) for event in events)
    shift_of = {e.dispatch_id: e.dispatch.shift_id for e in events if e.dispatch}
    bound: dict[int | None, list[OpenAssignment]] = defaultdict(list)
    for key, one in sheet.assignments.items():
        if one.status.is_open:
            bound[shift_of[key]].append(OpenAssignment(key, one.status, one.since))
    of_crew: dict[int, list[DutyEntry]] = defaultdict(list)
    for entry in entries:
        of_crew[entry.shift_id].append(entry)
    places = _places_then(shifts, of_crew, moment)
    units = []
    for shift in sorted(shifts, key=lambda shift: (shift.station.code, shift.code)):
        standing = unit_states.standing(
            map(as_core, of_crew[shift.pk]), bound[shift.pk]
        )
        is_off = standing.state is UnitState.OFF
        units.append(
            UnitThen(
                shift,
                letters[shift.pk],
                standing.state.value,
                standing.since,
                None if is_off else places.get(shift.pk),
            )
        )
    return units


def _places_then(
    shifts: Sequence[Shift],
    of_crew: dict[int, list[DutyEntry]],
    moment: datetime | None,
) -> dict[int, Place]:
    """Return where crews were: as stored, else as noted, else as planned."""
    if moment is None:
        return {}
    places = {
        stay.shift_id: Place(stay.lon, stay.lat, None, None)
        for stay in DutyStay.objects.filter(
            shift__in=shifts, begins_at__lte=moment, ends_at__gt=moment
        )
    }
    for shift, entries in of_crew.items():
        for entry in entries:
            if entry.lon is not None and entry.lat is not None:
                places[shift] = Place(entry.lon, entry.lat, None, entry.happened_at)
    for fix in _fixes(shifts, moment):
        places[fix.shift_id] = Place(fix.lon, fix.lat, fix.heading_deg, fix.fixed_at)
    return places


def _fixes(shifts: Sequence[Shift], moment: datetime) -> Iterable[Fix]:
    """Return the last stored position of each crew before a moment, while it is kept."""
    newest = (
        Fix.objects.filter(shift=OuterRef("pk"), fixed_at__lte=moment)
        .order_by("-fixed_at")
        .values("pk")[:1]
    )
    crews = Shift.objects.filter(pk__in=[shift.pk for shift in shifts])
    return Fix.objects.filter(
        pk__in=crews.annotate(newest=Subquery(newest)).values("newest")
    )
