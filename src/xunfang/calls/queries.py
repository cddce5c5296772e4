"""Questions about calls. Everything begins with what a person may see."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.db.models import F, QuerySet

from xunfang.accounts.models import User
from xunfang.calls import log, policies
from xunfang.calls.models import Call, CallEvent, Dispatch
from xunfang.core.calendars.patrol_minutes import Span
from xunfang.core.dispatching import sheets
from xunfang.core.dispatching.sheets import AssignmentStatus, CallStatus
from xunfang.core.dispatching.unit_states import OpenAssignment
from xunfang.units.models import Shift


def visible_to(user: User) -> QuerySet[Call]:
    """Return the calls a person may see, each once."""
    seen = Call.objects.filter(policies.seen_by(user))
    if not user.station_code:
        # Nothing was joined to tell whose ground it is: each stands there once already.
        return seen
    return Call.objects.filter(pk__in=seen.values("pk"))


def queue(calls: QuerySet[Call]) -> QuerySet[Call]:
    """Return those that are not closed, the most urgent first, then the oldest.

    A call that lost its unit to a more urgent one stands where its first time puts it.
    """
    return (
        calls.exclude(status=CallStatus.CLOSED.value)
        .filter(merged_into=None)
        .order_by("urgency", "reported_at", "id")
    )


def open_assignments(
    shifts: Collection[Shift] | QuerySet[Shift],
) -> Mapping[int, list[OpenAssignment]]:
    """Return the calls that units are bound to, by unit; one query."""
    return _by_shift(Dispatch.objects.filter(shift__in=shifts, is_open=True))


def open_assignments_of(night: date) -> Mapping[int, list[OpenAssignment]]:
    """Return the calls that the crews of a night are bound to, by crew; one query."""
    return _by_shift(Dispatch.objects.filter(shift__night=night, is_open=True))


def _by_shift(dispatches: QuerySet[Dispatch]) -> Mapping[int, list[OpenAssignment]]:
    bound: dict[int, list[OpenAssignment]] = defaultdict(list)
    for shift, key, status, since in dispatches.order_by("pk").values_list(
        "shift", "pk", "status", "status_at"
    ):
        if shift is not None:
            bound[shift].append(OpenAssignment(key, AssignmentStatus(status), since))
    return bound


def responses(
    shifts: Collection[Shift] | QuerySet[Shift], *, until: datetime
) -> Mapping[int, list[Span]]:
    """Return when units were bound to calls, by unit; one query.

    From being sent until finished, given back or taken off, by the log as it stands
    corrected; a call that is still open lasts ``until`` then. Only times: which call it
    was is nobody's business who counts minutes.
    """
    events: dict[int, list[sheets.CallEvent]] = defaultdict(list)
    rows = CallEvent.objects.filter(dispatch__shift__in=shifts)
    for row in rows.annotate(shift=F("dispatch__shift")):
        events[row.shift].append(log.as_core(row))
    return {shift: _bound(some, until) for shift, some in events.items()}


def _bound(events: Collection[sheets.CallEvent], until: datetime) -> list[Span]:
    spans = []
    for sheet in sheets.fold(events).assignments.values():
        begins_at = min(sheet.clocks.values())
        ends_at = until if sheet.status.is_open else min(sheet.since, until)
        if begins_at < ends_at:
            spans.append(Span(begins_at, ends_at))
    return spans
