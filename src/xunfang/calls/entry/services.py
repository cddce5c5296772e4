"""Take a call that does not come through 110, under a number of our own."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction

from xunfang.accounts.models import User
from xunfang.calls import policies, services
from xunfang.calls.links import services as links
from xunfang.calls.models import Call, CallClass, CallLink
from xunfang.core.dispatching.sheets import Step
from xunfang.units.models import Station

PREFIX = "X"
"""Numbers of ours begin with it; 110's are digits."""
TRIES = 5


@dataclass(frozen=True, slots=True)
class Taken:
    """What somebody typed of a call."""

    words: str
    call_class: CallClass | None = None
    urgency: int | None = None
    place_text: str = ""
    point: tuple[float, float] | None = None
    """Longitude and latitude, WGS84."""
    station: Station | None = None
    phone: str = ""
    reporter: str = "resident"


def next_number(at: datetime) -> str:
    """Return the next number of ours for a day, as X20260814-001."""
    day = at.astimezone(ZoneInfo(settings.TIME_ZONE))
    begins = f"{PREFIX}{day:%Y%m%d}-"
    used = [
        int(number.removeprefix(begins))
        for number in Call.objects.filter(number__startswith=begins).values_list(
            "number", flat=True
        )
        if number.removeprefix(begins).isdigit()
    ]
    return f"{begins}{max(used, default=0) + 1:03d}"


@transaction.atomic
def take_call(
    *,
    taken: Taken,
    key: UUID,
    by: User,
    at: datetime,
    joins: Call | None = None,
    kind: str = CallLink.MERGED,
) -> Call:
    """Enter a call; the same ``key`` again is the same call.

    ``joins`` is a known call that it hangs on: merged into it, or linked as ``kind``.

    Raises
    ------
    NotAllowed
        This person may not take calls, or not work on the other one.
    MergeClosed
        The other one is closed.
    """
    policies.check_can_take_calls(by)
    if (known := find_taken(key)) is not None:
        return known
    call = _enter(taken, key, by, at)
    if joins is not None:
        if kind == CallLink.MERGED:
            links.merge(call=call, into=joins, by=by, at=at)
        else:
            links.link(call=call, to=joins, kind=kind, by=by, at=at)
        call.refresh_from_db()
    return call


def find_taken(key: UUID) -> Call | None:
    """Return the call that was entered with a key, if it was."""
    return Call.objects.filter(events__key=key, events__step=Step.REPORTED).first()


def _enter(taken: Taken, key: UUID, by: User, at: datetime) -> Call:
    """Enter it under the next number; another desk may take that number first."""
    for attempt in range(1, TRIES + 1):
        number = next_number(at)
        try:
            with transaction.atomic():
                return services.enter_call(
                    number=number,
                    words=taken.words,
                    call_class=taken.call_class,
                    urgency=taken.urgency,
                    place_text=taken.place_text,
                    point=taken.point,
                    station=taken.station,
                    phone=taken.phone,
                    reporter=taken.reporter,
                    key=key,
                    by=by,
                    at=at,
                )
        except (services.NumberTaken, IntegrityError):
            if (known := find_taken(key)) is not None:
                return known
            if attempt == TRIES:
                raise
    raise services.NumberTaken(at.isoformat())
