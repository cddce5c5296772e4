"""What is set right about a call as a whole."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from xunfang.accounts.models import User
from xunfang.accounts.policies import NotAllowed
from xunfang.audit import services as audit
from xunfang.calls import log, policies
from xunfang.calls.models import Call, CallClass, CallEvent
from xunfang.calls.services import (
    CallChanged,
    EventCorrected,
    ReasonMissing,
    check_open,
    locked,
)
from xunfang.core.dispatching.sheets import PRESSES, Source, Step
from xunfang.core.errors import DomainError
from xunfang.units.models import Station


class StepFollows(DomainError):
    """The unit has gone on since: only its last step is withdrawn."""

    code = "calls.step_follows"


@transaction.atomic
def revise_call(
    *,
    call: Call,
    revision: int,
    call_class: CallClass | None,
    urgency: int,
    place_text: str,
    point: tuple[float, float] | None,
    station: Station | None,
    by: User,
    at: datetime,
) -> Call:
    """Set right what a call is about, how urgent, where; the first class is kept.

    ``point`` None leaves where it is. A class whose calls are restricted restricts this
    one; no other class opens it again.

    Raises
    ------
    NotAllowed
    CallChanged
        It has moved on since ``revision``.
    """
    policies.check_can_work_on(by, call)
    call = locked(call)
    if call.revision != revision:
        raise CallChanged(call.number)
    was = call.call_class
    if call_class is not None and call_class != was:
        if call.initial_class is None:
            call.initial_class = call_class
        else:
            call.final_class = call_class
        call.restriction = call.restriction or call_class.restriction
    call.urgency, call.place_text, call.station = urgency, place_text.strip(), station
    if point is not None:
        call.lon, call.lat = point
    call.revision += 1
    call.save()
    audit.record(
        kind="call.revised",
        subject=call.number,
        by=by,
        at=at,
        **{"class": call_class.code if call_class else ""},
        class_was=was.code if was else "",
        urgency=urgency,
    )
    return call


@transaction.atomic
def restrict_call(
    *, call: Call, restriction: str, reason: str, by: User, at: datetime
) -> Call:
    """Let only its units and the duty officer see a call, or lift that; with a reason.

    Raises
    ------
    NotAllowed, ReasonMissing
    """
    policies.check_can_dispatch(by, call)
    if not reason.strip():
        raise ReasonMissing(call.number)
    call = locked(call)
    was = call.restriction
    call.restriction = restriction
    call.revision += 1
    call.save(update_fields=["restriction", "revision"])
    audit.record(
        kind="call.restricted",
        subject=call.number,
        by=by,
        at=at,
        restriction=restriction,
        was=was,
        reason=reason.strip(),
    )
    return call


@transaction.atomic
def withdraw_press(
    *,
    event: CallEvent,
    by: User,
    at: datetime,
    key: UUID,
    source: Source = Source.DESK,
    device_at: datetime | None = None,
) -> CallEvent:
    """Withdraw one's own last press for a unit. The same ``key`` changes nothing.

    The line stays; a further one says that it does not count.

    Raises
    ------
    NotAllowed
        Somebody else's press.
    CallOver, EventCorrected
    StepFollows
        The unit has gone on, or was taken off, since.
    """
    if event.dispatch is None or Step(event.step) not in PRESSES:
        msg = f"{event} was not pressed"
        raise ValueError(msg)
    policies.check_can_press(by, event.dispatch)
    if event.by_id != by.pk:
        raise NotAllowed(f"{by.username} did not press {event}")
    if (known := CallEvent.objects.filter(key=key).first()) is not None:
        return known
    call = locked(event.call)
    check_open(call)
    of_unit = list(event.dispatch.events.all())
    replaced = {one.corrects_id for one in of_unit}
    if event.pk in replaced:
        raise EventCorrected(str(event))
    if any(
        one.happened_at > event.happened_at
        for one in of_unit
        if not one.is_withdrawal and one.pk not in replaced
    ):
        raise StepFollows(call.number)
    withdrawal = log.add(
        call=call,
        step=Step(event.step),
        dispatch=event.dispatch,
        by=by,
        at=at,
        source=source,
        device_at=device_at,
        key=key,
        corrects=event,
        is_withdrawal=True,
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
    return withdrawal
