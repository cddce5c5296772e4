"""What a published plan binds crews to, kept where their desk and their phone read it."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from xunfang.units.models import DutyStay, Station


@transaction.atomic
def bind_crews(*, station: Station, night: date, stays: Iterable[DutyStay]) -> None:
    """Put a station's stays of a night in the place of what bound its crews before.

    The room that publishes calls it within its own change, which has been allowed and is
    on record there; without ``stays`` nothing binds the crews any more.
    """
    DutyStay.objects.filter(shift__station=station, shift__night=night).delete()
    DutyStay.objects.bulk_create(stays)
