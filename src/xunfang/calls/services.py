"""Take calls, send units, say how far they are. Each change is a line in the call's log."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.calls import log, policies
from xunfang.calls.care.services import owe_after_care
from xunfang.calls.models import Call, CallClass, CallerWords, CallEvent, Dispatch
from xunfang.calls.reports.arrivals import keep_witness
from xunfang.core.dispatching.sheets import (
    PRESSES,
    AssignmentStatus,
    CallStatus,
    DeviceTime,
    Source,
    Step,
)
from xunfang.core.errors import DomainError
from xunfang.units.models import Shift, Station


class CallChanged(DomainError):
    """Somebody else has changed the call since the page was opened."""

    code = "calls.call_changed"


class CallOver(DomainError):
    """The call is closed, or worked on as part of another one."""

    code = "calls.call_over"


class NumberTaken(DomainError):
    """Another call has this number."""

    code = "calls.number_taken"


class UnitBound(DomainError):
    """The unit is bound to a call that the sender had not seen."""

    code = "calls.unit_bound"

    def __init__(self, dispatch: Dispatch) -> None:
        self.dispatch = dispatch
        super().__init__(f"{dispatch.shift_id} is bound to {dispatch.call.number}")


class SentAlready(DomainError):
    """The unit has this call already."""

    code = "calls.sent_already"


class DispatchOver(DomainError):
    """The unit is not bound to the call any more."""

    code = "calls.dispatch_over"


class ReasonMissing(DomainError):
    """Giving an order back, or taking a unit off, says why."""

    code = "calls.reason_missing"


class NotYetHandled(DomainError):
    """A unit is still bound to the call: finish or stand it down first."""

    code = "calls.not_yet_handled"


class EventCorrected(DomainError):
    """The line has been corrected already: correct the correction."""

    code = "calls.event_corrected"


def locked(call: Call) -> Call:
    """Return the call under a lock, so that two changes take turns."""
    return Call.objects.select_for_update(of=("self",)).get(pk=call.pk)


def check_open(call: Call) -> None:
    """Raise CallOver where nothing more can be done about a call."""
    if call.status == CallStatus.CLOSED or call.merged_into_id is not None:
        raise CallOver(call.number)


@transaction.atomic
def enter_call(
    *,
    number: str,
    words: str,
    by: User,
    at: datetime,
    call_class: CallClass | None = None,
    urgency: int | None = None,
    place_text: str = "",
    point: tuple[float, float] | None = None,
    station: Station | None = None,
    phone: str = "",
    reporter: str = "resident",
    reported_at: datetime | None = None,
    key: UUID | None = None,
) -> Call:
    """Enter a call that does not come through 110.

    ``point`` is longitude and latitude, WGS84. ``reported_at`` is when it was reported,
    where that was earlier. ``key`` is that of the first line of its log.

    Raises
    ------
    NotAllowed
        This person may not take calls.
    NumberTaken
        Another call has this number.
    """
    policies.check_can_take_calls(by)
    if Call.objects.filter(number=number).exists():
        raise NumberTaken(number)
    first = reported_at or at
    call = Call.objects.create(
        number=number,
        origin="desk",
        reporter=reporter,
        initial_class=call_class,
        urgency=urgency or (call_class.urgency if call_class else 3),
        place_text=place_text,
        lon=None if point is None else point[0],
        lat=None if point is None else point[1],
        station=station,
        restriction=call_class.restriction if call_class else "",
        reported_at=first,
    )
    CallerWords.objects.create(
        call=call, words=words, heard_at=first, phone=phone, entered_by=by
    )
    log.add(call=call, step=Step.REPORTED, by=by, at=at, happened_at=first, key=key)
    log.add(call=call, step=Step.ENTERED, by=by, at=at)
    log.refold(call)
    owe_after_care([call], at=at)
    audit.record(kind="call.entered", subject=call.number, by=by, at=at)
    return call


@transaction.atomic
def send_unit(
    *,
    call: Call,
    shift: Shift,
    knows: Collection[int],
    by: User,
    at: datetime,
    preempts: Dispatch | None = None,
    key: UUID | None = None,
) -> Dispatch:
    """Send a unit to a call.

    ``knows`` are the open dispatches of the unit that the sender has seen: two desks
    that send the same unit at once do not do so unseen. ``preempts`` is a less urgent
    call of the unit that waits from now on, with its first time. The same ``key`` again
    changes nothing.

    Raises
    ------
    NotAllowed, CallOver
    SentAlready
        The unit is bound to this call.
    UnitBound
        The unit is bound to a call that is not among ``knows``.
    DispatchOver
        What would be preempted is over.
    """
    policies.check_can_dispatch(by, call)
    if key is not None and (event := CallEvent.objects.filter(key=key).first()):
        return Dispatch.objects.get(events=event)
    # The unit's row first, then the calls' in the order of their keys: nobody waits for
    # somebody who waits for them.
    shift = Shift.objects.select_for_update(of=("self",)).get(pk=shift.pk)
    call = locked(call)
    check_open(call)
    for open_one in Dispatch.objects.filter(shift=shift, is_open=True).select_related(
        "call"
    ):
        if open_one.call_id == call.pk:
            raise SentAlready(f"{shift.code} has {call.number}")
        if open_one.pk not in knows:
            raise UnitBound(open_one)
    if preempts is not None:
        _preempt(preempts, shift, call, by=by, at=at)
    dispatch = Dispatch.objects.create(call=call, shift=shift, status_at=at)
    log.add(call=call, step=Step.ASSIGNED, dispatch=dispatch, by=by, at=at, key=key)
    log.refold(call)
    owe_after_care([call], at=at)
    audit.record(
        kind="call.unit_sent", subject=call.number, by=by, at=at, unit=shift.code
    )
    return Dispatch.objects.get(pk=dispatch.pk)


def _preempt(
    preempted: Dispatch, shift: Shift, call: Call, *, by: User, at: datetime
) -> None:
    preempted = Dispatch.objects.select_related("call").get(pk=preempted.pk)
    if not preempted.is_open or preempted.shift_id != shift.pk:
        raise DispatchOver(str(preempted))
    other = locked(preempted.call)
    log.add(
        call=other,
        step=Step.PREEMPTED,
        dispatch=preempted,
        by=by,
        at=at,
        note=call.number,
    )
    log.refold(other)


@transaction.atomic
def press(
    *,
    dispatch: Dispatch,
    step: Step,
    by: User,
    at: datetime,
    key: UUID,
    source: Source = Source.DESK,
    device: DeviceTime | None = None,
    device_at: datetime | None = None,
    note: str = "",
) -> CallEvent:
    """Say how far a unit is with a call: acknowledged, set out, arrived, finished.

    A press that comes late, out of order or twice is kept as it is; the sheets put it in
    its place. The same ``key`` again changes nothing. After the unit was taken off, a
    press that happened before that still counts.

    Raises
    ------
    NotAllowed
        Neither the unit's own nor the desk.
    DispatchOver
        The unit had been taken off the call before.
    """
    policies.check_can_press(by, dispatch)
    if step not in PRESSES:
        msg = f"{step} is not pressed"
        raise ValueError(msg)
    if (known := CallEvent.objects.filter(key=key).first()) is not None:
        return known
    happened_at = at if device is None else device.happened_at
    call = locked(dispatch.call)
    dispatch = Dispatch.objects.get(pk=dispatch.pk)
    if not dispatch.is_open and (
        dispatch.status != AssignmentStatus.FINISHED
        and happened_at > dispatch.status_at
    ):
        raise DispatchOver(str(dispatch))
    event = log.add(
        call=call,
        dispatch=dispatch,
        step=step,
        by=by,
        at=at,
        source=source,
        happened_at=happened_at,
        device_at=device_at,
        key=key,
        note=note,
    )
    log.refold(call)
    keep_witness(event, at=at)
    audit.record(
        kind="call.pressed", subject=call.number, by=by, at=at, step=step.value
    )
    return event


@transaction.atomic
def take_off(
    *,
    dispatch: Dispatch,
    step: Step,
    reason: str,
    by: User,
    at: datetime,
    key: UUID | None = None,
    source: Source = Source.DESK,
    device: DeviceTime | None = None,
    device_at: datetime | None = None,
) -> CallEvent:
    """End a unit's part in a call: it gives the order back, or the desk stands it down.

    ``step`` is REFUSED or STOOD_DOWN. The same ``key`` again changes nothing; what comes
    late from a device counts from when it happened.

    Raises
    ------
    NotAllowed, ReasonMissing
    DispatchOver
        It has ended already.
    """
    if step is Step.REFUSED:
        policies.check_can_press(by, dispatch)
    else:
        policies.check_can_dispatch(by, dispatch.call)
    if key is not None and (known := CallEvent.objects.filter(key=key).first()):
        return known
    if not reason.strip():
        raise ReasonMissing(dispatch.call.number)
    call = locked(dispatch.call)
    dispatch = Dispatch.objects.get(pk=dispatch.pk)
    if not dispatch.is_open:
        raise DispatchOver(str(dispatch))
    event = log.add(
        call=call,
        dispatch=dispatch,
        step=step,
        by=by,
        at=at,
        key=key,
        note=reason.strip(),
        source=source,
        happened_at=None if device is None else device.happened_at,
        device_at=device_at,
    )
    log.refold(call)
    audit.record(
        kind="call.unit_taken_off", subject=call.number, by=by, at=at, step=step.value
    )
    return event


@transaction.atomic
def feed_back(
    *,
    call: Call,
    outcome: str,
    note: str,
    by: User,
    at: datetime,
    final_class: CallClass | None = None,
    key: UUID | None = None,
    source: Source = Source.DESK,
    device: DeviceTime | None = None,
    device_at: datetime | None = None,
) -> CallEvent:
    """Report back how a call ended: outcome, a few words, the class it really was.

    Raises
    ------
    NotAllowed
        Neither the desk nor a unit that was sent.
    NotYetHandled
        A unit is still bound to the call.
    CallOver
    """
    if not policies.can_dispatch(by, call):
        for dispatch in call.dispatches.select_related("call"):
            if policies.can_press(by, dispatch):
                break
        else:
            policies.check_can_dispatch(by, call)
    if key is not None and (known := CallEvent.objects.filter(key=key).first()):
        return known
    call = locked(call)
    check_open(call)
    check_nobody_bound(call)
    call.outcome, call.outcome_note = outcome, note.strip()
    if final_class is not None:
        call.final_class = final_class
        call.restriction = call.restriction or final_class.restriction
    call.save(update_fields=["outcome", "outcome_note", "final_class", "restriction"])
    event = log.add(
        call=call,
        step=Step.FED_BACK,
        by=by,
        at=at,
        source=source,
        happened_at=None if device is None else device.happened_at,
        device_at=device_at,
        key=key,
        note=outcome,
    )
    log.refold(call)
    # What it really was may owe what it first seemed not to.
    owe_after_care([call], at=at)
    audit.record(
        kind="call.fed_back", subject=call.number, by=by, at=at, outcome=outcome
    )
    return event


@transaction.atomic
def close_call(*, call: Call, by: User, at: datetime) -> CallEvent:
    """Close a call for good, unless it is opened again.

    Raises
    ------
    NotAllowed, CallOver
    NotYetHandled
        A unit is still bound to it.
    """
    policies.check_can_dispatch(by, call)
    call = locked(call)
    check_open(call)
    check_nobody_bound(call)
    event = log.add(call=call, step=Step.CLOSED, by=by, at=at)
    log.refold(call)
    audit.record(kind="call.closed", subject=call.number, by=by, at=at)
    return event


@transaction.atomic
def reopen_call(*, call: Call, reason: str, by: User, at: datetime) -> CallEvent:
    """Open a closed call again, with a reason.

    Raises
    ------
    NotAllowed, ReasonMissing, CallChanged
    """
    policies.check_can_dispatch(by, call)
    if not reason.strip():
        raise ReasonMissing(call.number)
    call = locked(call)
    if call.status != CallStatus.CLOSED:
        raise CallChanged(call.number)
    event = log.add(call=call, step=Step.REOPENED, by=by, at=at, note=reason.strip())
    log.refold(call)
    audit.record(kind="call.reopened", subject=call.number, by=by, at=at)
    return event


@transaction.atomic
def correct_event(
    *,
    event: CallEvent,
    happened_at: datetime | None,
    reason: str,
    by: User,
    at: datetime,
) -> CallEvent:
    """Correct when a line of the log happened, or withdraw it (``happened_at`` None).

    The line stays; a further one takes its place.

    Raises
    ------
    NotAllowed, ReasonMissing
    EventCorrected
        Another correction has taken its place.
    """
    policies.check_can_dispatch(by, event.call)
    if not reason.strip():
        raise ReasonMissing(event.call.number)
    call = locked(event.call)
    if CallEvent.objects.filter(corrects=event).exists():
        raise EventCorrected(str(event))
    correction = log.add(
        call=call,
        step=Step(event.step),
        dispatch=event.dispatch,
        by=by,
        at=at,
        happened_at=happened_at,
        note=reason.strip(),
        corrects=event,
        is_withdrawal=happened_at is None,
    )
    log.refold(call)
    audit.record(
        kind="call.event_corrected",
        subject=call.number,
        by=by,
        at=at,
        step=event.step,
        was=event.happened_at.isoformat(),
    )
    return correction


def check_nobody_bound(call: Call) -> None:
    """Raise NotYetHandled while one of our own crews is bound to a call."""
    if call.dispatches.exclude(shift=None).filter(is_open=True).exists():
        raise NotYetHandled(call.number)


@transaction.atomic
def note_view(*, call: Call, page: str, by: User, at: datetime) -> None:
    """Put on record that somebody reads a call, where it is restricted."""
    if call.restriction:
        audit.record(kind="call.viewed", subject=call.number, by=by, at=at, page=page)
