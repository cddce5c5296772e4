"""A call's log: add a line, and keep what is derived from it right."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from xunfang.accounts.models import User
from xunfang.calls.models import Call, CallEvent, Dispatch
from xunfang.core.dispatching import sheets
from xunfang.core.dispatching.sheets import (
    AssignmentStatus,
    CallSheet,
    CallStatus,
    Source,
    Step,
)

DERIVED = ("status", "reported_at", "closed_at", "revision")
DERIVED_OF_DISPATCH = ("status", "status_at", "is_open")


def as_core(event: CallEvent) -> sheets.CallEvent:
    """Return a row as the core knows it."""
    return sheets.CallEvent(
        key=event.pk,
        step=Step(event.step),
        happened_at=event.happened_at,
        recorded_at=event.recorded_at,
        source=Source(event.source),
        assignment=event.dispatch_id,
        corrects=event.corrects_id,
        is_withdrawal=event.is_withdrawal,
    )


def sheet_of(events: Iterable[CallEvent]) -> CallSheet:
    """Return the sheets that the rows of one call make."""
    return sheets.fold(as_core(event) for event in events)


def add(
    *,
    call: Call,
    step: Step,
    by: User | None,
    at: datetime,
    source: Source = Source.DESK,
    dispatch: Dispatch | None = None,
    happened_at: datetime | None = None,
    device_at: datetime | None = None,
    key: UUID | None = None,
    note: str = "",
    corrects: CallEvent | None = None,
    is_withdrawal: bool = False,
) -> CallEvent:
    """Add a line to a call's log; ``refold`` must follow in the same transaction."""
    return CallEvent.objects.create(
        call=call,
        dispatch=dispatch,
        step=step,
        happened_at=happened_at or at,
        recorded_at=at,
        device_at=device_at,
        source=source,
        by=by,
        key=key or uuid4(),
        note=note,
        corrects=corrects,
        is_withdrawal=is_withdrawal,
    )


def derive(
    call: Call, dispatches: Iterable[Dispatch], events: Iterable[CallEvent]
) -> tuple[CallSheet, list[Dispatch]]:
    """Set on a call and its dispatches what its log says; nothing is saved.

    Return the sheet and the dispatches that have changed.
    """
    sheet = sheet_of(events)
    call.status = sheet.status.value
    call.reported_at = sheet.waits_since or call.reported_at
    call.closed_at = (
        sheet.clocks.get(Step.CLOSED) if sheet.status is CallStatus.CLOSED else None
    )
    changed = []
    for dispatch in dispatches:
        of_unit = sheet.assignments.get(dispatch.pk)
        if of_unit is None:
            # Every line of it was withdrawn: the unit was sent by mistake.
            status, since = AssignmentStatus.STOOD_DOWN, dispatch.status_at
        else:
            status, since = of_unit.status, of_unit.since
        # 110 may close a call without a word of its units: it binds nobody any more.
        is_open = status.is_open and call.is_open
        was = (dispatch.status, dispatch.status_at, dispatch.is_open)
        if was != (status.value, since, is_open):
            dispatch.status, dispatch.status_at = status.value, since
            dispatch.is_open = is_open
            changed.append(dispatch)
    return sheet, changed


def refold(call: Call) -> CallSheet:
    """Derive a call and its dispatches from its log and save what has changed.

    Call it under the lock of the call's row, once after all lines of a change.
    """
    sheet, changed = derive(call, call.dispatches.all(), call.events.all())
    call.revision += 1
    call.save(update_fields=DERIVED)
    Dispatch.objects.bulk_update(changed, DERIVED_OF_DISPATCH)
    return sheet
