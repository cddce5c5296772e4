"""Show the units for a call, and send one of them: the list stays with the choice."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.calls import policies
from xunfang.calls import services as calls
from xunfang.calls.models import Call, Dispatch, OfferList
from xunfang.calls.sending.offers import Offers, as_force, as_line, offers, place_in
from xunfang.core.errors import DomainError
from xunfang.units.models import Shift


class NotInList(DomainError):
    """The unit is not in the list that was shown: it has come or gone since."""

    code = "calls.not_in_list"


@transaction.atomic
def show_offers(
    *, call: Call, by: User, at: datetime, needs: Sequence[str] = ()
) -> tuple[Offers, OfferList]:
    """Return the units for a call, and the list as it is kept.

    Raises
    ------
    NotAllowed
        This person may not send units to the call.
    """
    policies.check_can_dispatch(by, call)
    found = offers(call=call, at=at, needs=needs)
    kept = OfferList.objects.create(
        call=call,
        made_at=at,
        made_for=by,
        lines=[as_line(line) for line in found.lines],
        forces=[as_force(force) for force in found.forces],
        needs=list(found.needs),
    )
    audit.record(kind="call.offers_shown", subject=call.number, by=by, at=at)
    return found, kept


@transaction.atomic
def send_from_list(
    *,
    kept: OfferList,
    shift: Shift,
    by: User,
    at: datetime,
    key: UUID | None = None,
    because: str = "",
    preempts: Dispatch | None = None,
) -> Dispatch:
    """Send a unit somebody chose from a list; the list and the choice stay together.

    What the unit was bound to when the list was shown counts as seen.

    Raises
    ------
    NotInList
    NotAllowed, CallOver, SentAlready, UnitBound, DispatchOver
        As ``calls.services.send_unit``.
    """
    place = place_in(kept.lines, shift.pk)
    if place is None:
        raise NotInList(f"{shift.code} is not in list {kept.pk}")
    dispatch = calls.send_unit(
        call=kept.call,
        shift=shift,
        knows=kept.lines[place - 1]["knows"],
        by=by,
        at=at,
        preempts=preempts,
        key=key,
    )
    if not OfferList.objects.filter(dispatch=dispatch).exists():
        kept.dispatch, kept.place_in_list = dispatch, place
        kept.because = because.strip()
        kept.save(update_fields=["dispatch", "place_in_list", "because"])
    return dispatch
