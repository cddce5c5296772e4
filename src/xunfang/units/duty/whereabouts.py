"""A crew's own telephone says where the crew is: on duty, and at no other time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from xunfang.accounts.models import User
from xunfang.core.dispatching import unit_states
from xunfang.core.dispatching.unit_states import DutyStep, UnitState
from xunfang.units.duty import policies
from xunfang.units.duty.queries import as_core
from xunfang.units.duty.services import NotOnDuty
from xunfang.units.models import Fix, Position, PositionsClock, Shift

KEPT_FOR = timedelta(hours=72)
"""As long as raw fixes are kept (``positions.receiving``); older ones are not taken."""


@dataclass(frozen=True, slots=True)
class PhoneFix:
    """Where a telephone was at a moment of the server's clock; WGS84."""

    fixed_at: datetime
    lon: float
    lat: float
    accuracy_m: float | None = None
    speed_mps: float | None = None
    heading_deg: float | None = None
    device_at: datetime | None = None
    """What the telephone's own clock said: told again, the fix is known by it."""


@transaction.atomic
def record_position(
    *, shift: Shift, fixes: Iterable[PhoneFix], by: User, at: datetime
) -> Position | None:
    """Keep the fixes of a crew on duty, the newest as its position.

    None: none was newer than what is known. A fix from before the crew went on duty is
    dropped, and one that came before is not kept again: it is known by the time that the
    telephone gave it. Not an event of the record: fixes are raw, deleted after three days, and the
    position is removed when the crew goes off duty.

    Raises
    ------
    NotAllowed
        Only who goes out with a crew says where it is.
    NotOnDuty
        Off duty nobody is on a map; nothing is kept.
    """
    policies.check_can_say_where(by, shift)
    # Before anything else is locked: whoever writes positions holds the clock first.
    clock = PositionsClock.next_batch()
    shift = Shift.objects.select_for_update(of=("self",)).get(pk=shift.pk)
    entries = unit_states.that_count(
        as_core(entry) for entry in shift.duty_entries.filter(happened_at__lte=at)
    )
    if unit_states.standing(entries).state is UnitState.OFF:
        raise NotOnDuty(shift.code)
    on_since = max(
        (entry.happened_at for entry in entries if entry.step is DutyStep.ON),
        default=at,
    )
    earliest = max(on_since, at - KEPT_FOR)
    kept = [fix for fix in fixes if earliest <= fix.fixed_at <= at]
    Fix.objects.bulk_create(
        [
            Fix(
                shift=shift,
                fixed_at=fix.fixed_at,
                device_at=fix.device_at,
                received_at=at,
                lon=fix.lon,
                lat=fix.lat,
                accuracy_m=fix.accuracy_m,
                speed_mps=fix.speed_mps,
                heading_deg=fix.heading_deg,
            )
            for fix in kept
        ],
        ignore_conflicts=True,
    )
    newest = max(kept, key=lambda fix: fix.fixed_at, default=None)
    known = Position.objects.filter(shift=shift).first()
    if newest is None or (known is not None and known.fixed_at >= newest.fixed_at):
        return None
    position, _is_new = Position.objects.update_or_create(
        shift=shift,
        defaults={
            "lon": newest.lon,
            "lat": newest.lat,
            "fixed_at": newest.fixed_at,
            "received_at": at,
            "speed_mps": newest.speed_mps,
            "heading_deg": newest.heading_deg,
            "accuracy_m": newest.accuracy_m,
            "battery_pct": None,
            "batch": clock.batch,
        },
    )
    return position
