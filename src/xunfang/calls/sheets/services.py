"""What is set right about a call as a whole."""

from datetime import datetime

from django.db import transaction

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.calls import policies
from xunfang.calls.models import Call, CallClass
from xunfang.calls.services import CallChanged, ReasonMissing, locked
from xunfang.units.models import Station


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
