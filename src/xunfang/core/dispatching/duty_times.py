"""When a crew was on duty, how it moved, and when it was not on patrol: from its log.

The log says what a crew began; what it did until the next line follows. What counts as
patrol is the table of ``unit_states``: on patrol and waiting at a post do, all else does
not.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from xunfang.core.calendars.patrol_minutes import (
    EFFECTIVE_MINUTES_REQUIRED,
    Leg,
    PatrolTime,
    Span,
    patrol_time,
)
from xunfang.core.dispatching.unit_states import (
    AFTER,
    RULES,
    DutyEvent,
    DutyStep,
    UnitState,
    that_count,
)

WITH_SOMEBODY = frozenset(
    {UnitState.RETURNING, UnitState.ESCORTING, UnitState.EMERGENCY}
)
"""Not on patrol because of a call, though the call itself may be over."""


@dataclass(frozen=True, slots=True)
class DutyTimes:
    """A crew's log as spans of time, each list in order and without overlaps."""

    on_duty: tuple[Span, ...]
    legs: tuple[Leg, ...]
    """How it moved, all the time it was on duty."""
    off_patrol: tuple[Span, ...]
    """Pauses, standby, and not available."""
    with_somebody: tuple[Span, ...]
    """On the way back from a call, escorting, or an officer asks for help."""
    is_over: bool
    """Whether its last word was that it goes off duty."""


def duty_times(events: Iterable[DutyEvent], *, mode: str, until: datetime) -> DutyTimes:
    """Read a log as spans.

    Parameters
    ----------
    mode
        How the crew moves where the log does not say.
    until
        What lies after it does not count: now, or when nobody listens any more.
    """
    state, is_emergency = UnitState.OFF, False
    moments: list[tuple[datetime, UnitState, str]] = []
    for event in that_count(events):
        if event.happened_at >= until:
            break
        mode = event.mode or mode
        if event.step is DutyStep.EMERGENCY:
            is_emergency = True
        elif event.step is DutyStep.EMERGENCY_OVER:
            is_emergency = False
        state = AFTER.get(event.step, state)
        is_off = state is UnitState.OFF
        now = UnitState.EMERGENCY if is_emergency and not is_off else state
        moments.append((event.happened_at, now, mode))
    parts = [
        (Span(begin, end), now, moved)
        for (begin, now, moved), (end, _, _) in pairwise([*moments, (until, state, "")])
        if begin < end and now is not UnitState.OFF
    ]
    return DutyTimes(
        on_duty=_joined(span for span, _, _ in parts),
        legs=_legs((span, moved) for span, _, moved in parts),
        off_patrol=_joined(
            span
            for span, now, _ in parts
            if not RULES[now].is_patrol and now not in WITH_SOMEBODY
        ),
        with_somebody=_joined(span for span, now, _ in parts if now in WITH_SOMEBODY),
        is_over=bool(moments) and state is UnitState.OFF,
    )


def patrolled(
    times: DutyTimes,
    responses: Iterable[Span],
    *,
    required_minutes: int = EFFECTIVE_MINUTES_REQUIRED,
) -> PatrolTime | None:
    """Return the effective time of a crew's night; None if it was never on duty.

    ``responses`` are the calls it was bound to. Between going off duty and on again it
    neither patrols nor pauses.
    """
    if not times.on_duty:
        return None
    duty = Span(times.on_duty[0].begins_at, times.on_duty[-1].ends_at)
    off = [
        Span(before.ends_at, after.begins_at)
        for before, after in pairwise(times.on_duty)
    ]
    bound = [
        part
        for span in (*responses, *times.with_somebody)
        for part in _inside(span, times.on_duty)
    ]
    found = patrol_time(
        duty,
        pauses=[*times.off_patrol, *off],
        responses=bound,
        legs=times.legs,
        required_minutes=required_minutes,
    )
    away = sum((span.length for span in off), timedelta())
    return replace(found, paused=found.paused - away)


def _inside(span: Span, spans: Sequence[Span]) -> list[Span]:
    return [
        Span(max(span.begins_at, one.begins_at), min(span.ends_at, one.ends_at))
        for one in spans
        if span.begins_at < one.ends_at and one.begins_at < span.ends_at
    ]


def _joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Make one of spans that touch."""
    joined: list[Span] = []
    for span in spans:
        if joined and joined[-1].ends_at == span.begins_at:
            joined[-1] = Span(joined[-1].begins_at, span.ends_at)
        else:
            joined.append(span)
    return tuple(joined)


def _legs(parts: Iterable[tuple[Span, str]]) -> tuple[Leg, ...]:
    legs: list[Leg] = []
    for span, mode in parts:
        last = legs[-1] if legs else None
        if last and last.mode == mode and last.span.ends_at == span.begins_at:
            legs[-1] = Leg(mode, Span(last.span.begins_at, span.ends_at))
        else:
            legs.append(Leg(mode, span))
    return tuple(legs)
