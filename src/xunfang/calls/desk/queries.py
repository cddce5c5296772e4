"""What somebody did last at the desk, and what of it can be taken back."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from xunfang.accounts.models import User
from xunfang.calls.models import CallEvent
from xunfang.core.dispatching.sheets import PRESSES, Source, Step
from xunfang.core.dispatching.unit_states import DutyStep
from xunfang.units.models import DutyEntry

UNDO_WITHIN = timedelta(minutes=30)
"""Later, a line is corrected with its reason, not undone in passing."""
UNDOABLE = (Step.ASSIGNED, *PRESSES, Step.STOOD_DOWN, Step.CLOSED, Step.NOTED)
UNDOABLE_OF_DUTY = (
    *(DutyStep.PATROL, DutyStep.WAIT, DutyStep.STAND_BY, DutyStep.PAUSE),
    *(DutyStep.RETURN, DutyStep.ESCORT, DutyStep.UNAVAILABLE),
)
N_LOOKED_AT = 30

type Line = CallEvent | DutyEntry


def undo_key(key: UUID) -> UUID:
    """Return the key of the line that takes back the line with ``key``."""
    return uuid5(key, "undo")


def find_last_line(user: User, at: datetime) -> Line | None:
    """Return what the person did last that can still be undone; two queries."""
    lines: list[Line] = [*_lines_of_calls(user, at), *_lines_of_crews(user, at)]
    return max(lines, key=lambda line: (line.recorded_at, line.pk), default=None)


def _lines_of_calls(user: User, at: datetime) -> Iterator[CallEvent]:
    events = list(
        CallEvent.objects.filter(
            by=user,
            source=Source.DESK.value,
            recorded_at__gte=at - UNDO_WITHIN,
            corrects=None,
            corrected_by=None,
            step__in=[step.value for step in UNDOABLE],
        )
        .select_related("call__station", "dispatch__shift__station")
        .order_by("-recorded_at", "-id")[:N_LOOKED_AT]
    )
    sent = {
        undo_key(event.key): event for event in events if event.step == Step.ASSIGNED
    }
    for event in events:
        is_open = event.dispatch is not None and event.dispatch.is_open
        if event.step == Step.ASSIGNED and not is_open:
            continue
        if event.key in sent:
            # It is itself what took a unit back.
            continue
        yield event


def _lines_of_crews(user: User, at: datetime) -> Iterator[DutyEntry]:
    yield from (
        DutyEntry.objects.filter(
            by=user,
            source=Source.DESK.value,
            recorded_at__gte=at - UNDO_WITHIN,
            corrects=None,
            corrected_by=None,
            step__in=[step.value for step in UNDOABLE_OF_DUTY],
        )
        .select_related("shift__station")
        .order_by("-recorded_at", "-id")[:1]
    )
