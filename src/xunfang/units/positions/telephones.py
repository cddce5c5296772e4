"""A crew's own telephone says where the crew is: on duty, and at no other time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from xunfang.accounts.models import User
from xunfang.core.dispatching import unit_states
from xunfang.core.dispatching.unit_states import DutyStep, UnitState
from xunfang.units.duty import policies
from xunfang.units.duty.queries import as_core
from xunfang.units.duty.services import NotOnDuty
from xunfang.units.models import PositionsClock, Shift
from xunfang.units.positions.writing import KEPT_FOR, KeptFix, write_fixes


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
) -> None:
    """Keep the fixes of a crew on duty, the newest as its position.

    A fix from before the crew went on duty is dropped, and one that came before is not
    kept again: it is known by the time that the telephone gave it. Not an event of the
    record: fixes are raw, deleted after three days, and the position is removed when the
    crew goes off duty.

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
    kept = [
        KeptFix(
            shift=shift.pk,
            device=None,
            fixed_s=fix.fixed_at.timestamp(),
            device_s=fix.device_at.timestamp() if fix.device_at else None,
            lon=fix.lon,
            lat=fix.lat,
            speed_mps=fix.speed_mps,
            heading_deg=fix.heading_deg,
            accuracy_m=fix.accuracy_m,
            battery_pct=None,
            is_now=True,
        )
        for fix in fixes
        if earliest <= fix.fixed_at <= at
    ]
    write_fixes(kept, at=at, batch=clock.batch)
