"""The time of a duty as its log tells it: on patrol, on calls, otherwise, by mode."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from xunfang.calls import log
from xunfang.calls.models import Dispatch
from xunfang.core.calendars.patrol_minutes import Leg, PatrolTime, Span, patrol_time
from xunfang.core.dispatching import unit_states
from xunfang.core.dispatching.sheets import Step
from xunfang.core.dispatching.unit_states import AFTER, RULES, DutyEvent, UnitState
from xunfang.units.duty.queries import as_core
from xunfang.units.models import Shift

ENDS = (Step.FINISHED, Step.REFUSED, Step.STOOD_DOWN, Step.PREEMPTED)


def patrol_time_of(shift: Shift, at: datetime) -> PatrolTime | None:
    """Take a crew's duty apart, until now if it lasts; None before it began.

    On patrol is who patrols or waits at a post and is bound to no call
    (``unit_states.RULES``); from the order of a call to its end the crew responds.
    """
    events = unit_states.that_count(
        as_core(entry) for entry in shift.duty_entries.filter(happened_at__lte=at)
    )
    states = list(_states(events))
    if not states:
        return None
    ends_at = states[-1][0] if states[-1][1] is UnitState.OFF else at
    if ends_at <= states[0][0]:
        return None
    return patrol_time(
        Span(states[0][0], ends_at),
        pauses=_spans_off_patrol(states, ends_at),
        responses=_responses(shift, at),
        legs=_legs(events, ends_at),
    )


def _states(events: Sequence[DutyEvent]) -> Iterator[tuple[datetime, UnitState]]:
    """Yield when the crew's own state changed, from going on duty on."""
    state = UnitState.OFF
    for event in events:
        following = AFTER.get(event.step, state)
        if following is not state:
            state = following
            yield event.happened_at, state


def _spans_off_patrol(
    states: Sequence[tuple[datetime, UnitState]], ends_at: datetime
) -> list[Span]:
    following = [moment for moment, _state in states[1:]] + [ends_at]
    return [
        Span(begins_at, until)
        for (begins_at, state), until in zip(states, following, strict=True)
        if not RULES[state].is_patrol and begins_at < until
    ]


def _responses(shift: Shift, at: datetime) -> list[Span]:
    """Return from when to when the crew was bound to calls."""
    spans = []
    for dispatch in Dispatch.objects.filter(shift=shift).prefetch_related(
        "call__events"
    ):
        sheet = log.sheet_of(dispatch.call.events.all()).assignments.get(dispatch.pk)
        if sheet is None or Step.ASSIGNED not in sheet.clocks:
            continue
        ends = [sheet.clocks[step] for step in ENDS if step in sheet.clocks]
        begins_at, ends_at = sheet.clocks[Step.ASSIGNED], min(ends, default=at)
        if begins_at < ends_at:
            spans.append(Span(begins_at, ends_at))
    return spans


def _legs(events: Sequence[DutyEvent], ends_at: datetime) -> list[Leg]:
    """Return how the crew moved, from each change of mode to the next."""
    changes = [(event.happened_at, event.mode) for event in events if event.mode]
    return [
        Leg(mode, Span(begins_at, until))
        for (begins_at, mode), (until, _next) in pairwise([*changes, (ends_at, "")])
        if begins_at < until
    ]
