"""The note, and taking back what was done last: by a further line, never by removing."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.calls import log, policies
from xunfang.calls import services as calls
from xunfang.calls.desk.queries import (
    UNDO_WITHIN,
    UNDOABLE,
    UNDOABLE_OF_DUTY,
    Line,
    undo_key,
)
from xunfang.calls.models import Call, CallEvent, Dispatch
from xunfang.core.dispatching.sheets import Step
from xunfang.core.errors import DomainError
from xunfang.units.duty import services as duty
from xunfang.units.models import DutyEntry


class UndoTooLate(DomainError):
    """Somebody else did this, it is long ago, or more was done on top of it."""

    code = "calls.undo_too_late"


@transaction.atomic
def write_note(
    *, call: Call, words: str, by: User, at: datetime, key: UUID | None = None
) -> CallEvent:
    """Write something down in a call's log. The same ``key`` again changes nothing.

    Raises
    ------
    NotAllowed
        This person does not command the call.
    ReasonMissing
        Nothing was written.
    """
    policies.check_can_dispatch(by, call)
    if key is not None and (known := CallEvent.objects.filter(key=key).first()):
        return known
    if not words.strip():
        raise calls.ReasonMissing(call.number)
    call = calls.locked(call)
    event = log.add(
        call=call, step=Step.NOTED, by=by, at=at, key=key, note=words.strip()
    )
    log.refold(call)
    audit.record(kind="call.noted", subject=call.number, by=by, at=at)
    return event


@transaction.atomic
def undo(*, line: Line, reason: str, by: User, at: datetime) -> Line:
    """Take back one's own line, as long as it is new and nothing stands on it.

    A press, a note, a closing or a stand-down is withdrawn. A unit that was sent is
    stood down, since it has its order; what it was taken off for that goes on.

    Raises
    ------
    NotAllowed
    UndoTooLate
        Not one's own, older than half an hour, or something was done on top of it.
    EventCorrected, EntryCorrected
        It has been taken back.
    """
    if line.by_id != by.pk or at - line.recorded_at > UNDO_WITHIN:
        raise UndoTooLate(str(line))
    if isinstance(line, DutyEntry):
        if line.step not in UNDOABLE_OF_DUTY:
            raise UndoTooLate(str(line))
        return duty.correct_entry(
            entry=line,
            happened_at=None,
            reason=reason,
            by=by,
            at=at,
            key=undo_key(line.key),
        )
    if line.step not in UNDOABLE:
        raise UndoTooLate(str(line))
    if line.step == Step.ASSIGNED and line.dispatch is not None:
        return _take_back(line, line.dispatch, reason=reason, by=by, at=at)
    _check_nothing_on_top(line)
    return calls.correct_event(
        event=line, happened_at=None, reason=reason, by=by, at=at
    )


def _take_back(
    line: CallEvent, dispatch: Dispatch, *, reason: str, by: User, at: datetime
) -> CallEvent:
    event = calls.take_off(
        dispatch=dispatch,
        step=Step.STOOD_DOWN,
        reason=reason,
        by=by,
        at=at,
        key=undo_key(line.key),
    )
    left = CallEvent.objects.filter(
        step=Step.PREEMPTED.value,
        by=by,
        recorded_at=line.recorded_at,
        dispatch__shift=dispatch.shift,
        corrected_by=None,
    ).exclude(call=line.call)
    for preempted in left.select_related("call", "dispatch"):
        _check_nothing_on_top(preempted)
        calls.correct_event(
            event=preempted, happened_at=None, reason=reason, by=by, at=at
        )
    return event


def _check_nothing_on_top(line: CallEvent) -> None:
    """Raise UndoTooLate where the unit was sent to the call anew since."""
    dispatch = line.dispatch
    if (
        dispatch is not None
        and not dispatch.is_open
        and Dispatch.objects.filter(
            call=dispatch.call_id, shift=dispatch.shift_id, is_open=True
        ).exists()
    ):
        raise UndoTooLate(str(line))
    if (
        line.step != Step.CLOSED
        and line.step != Step.NOTED
        and line.call.closed_at is not None
    ):
        raise UndoTooLate(str(line))
