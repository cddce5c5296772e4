"""A crew's own telephone says where the crew was: on duty, and at no other time.

What a telephone could not send for want of signal it sends later, after the duty too.
What counts is when it was measured: never while the crew was off duty (CL-17).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from xunfang.accounts.models import User
from xunfang.core.dispatching.duty_times import DutyTimes, duty_times
from xunfang.units.duty import policies
from xunfang.units.duty.queries import as_core
from xunfang.units.duty.services import NotOnDuty
from xunfang.units.models import DutyEntry, PositionsClock, Shift
from xunfang.units.positions.queries import end_of_duty
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


@dataclass(frozen=True, slots=True)
class _Duty:
    """When a crew was on duty, by its log."""

    shift: int
    times: DutyTimes
    is_out: bool
    """Whether it still is."""

    def has(self, moment: datetime) -> bool:
        """Say whether the crew was on duty at a moment."""
        return any(
            span.begins_at <= moment < span.ends_at for span in self.times.on_duty
        )


@transaction.atomic
def record_positions(
    *, shifts: Collection[Shift], fixes: Iterable[PhoneFix], by: User, at: datetime
) -> None:
    """Keep each fix for that of the crews which was on duty when it was measured.

    One that was measured while none of them was is dropped, as is one that is older than
    three days, and one that came before is not kept again: it is known by the time that
    the telephone gave it. Where a crew is shows only while it is out. Not an event of the
    record: fixes are raw, deleted after three days, and the position is removed when the
    crew goes off duty.

    Raises
    ------
    NotAllowed
        Only who goes out with a crew says where it was.
    NotOnDuty
        No crew is on duty, nor was one when any of it was measured; nothing is kept.
    """
    for shift in shifts:
        policies.check_can_say_where(by, shift)
    # Before anything else is locked: whoever writes positions holds the clock first.
    clock = PositionsClock.next_batch()
    locked = Shift.objects.select_for_update(of=("self",)).order_by("pk")
    duties = _duties(locked.filter(pk__in=[shift.pk for shift in shifts]), at)
    kept = []
    for fix in fixes:
        duty = next((one for one in duties if one.has(fix.fixed_at)), None)
        if duty is None or not at - KEPT_FOR <= fix.fixed_at <= at:
            continue
        kept.append(
            KeptFix(
                shift=duty.shift,
                device=None,
                fixed_s=fix.fixed_at.timestamp(),
                device_s=fix.device_at.timestamp() if fix.device_at else None,
                lon=fix.lon,
                lat=fix.lat,
                speed_mps=fix.speed_mps,
                heading_deg=fix.heading_deg,
                accuracy_m=fix.accuracy_m,
                battery_pct=None,
                is_now=duty.is_out,
            )
        )
    if not kept and not any(duty.is_out for duty in duties):
        raise NotOnDuty(by.username)
    write_fixes(kept, at=at, batch=clock.batch)


def _duties(shifts: Iterable[Shift], at: datetime) -> list[_Duty]:
    """Return when crews were on duty until now; two queries."""
    crews = list(shifts)
    logs: dict[int, list[DutyEntry]] = defaultdict(list)
    for entry in DutyEntry.objects.filter(shift__in=crews):
        logs[entry.shift_id].append(entry)
    # What is measured this instant is measured on duty, unless the crew goes off in it.
    now = at + timedelta.resolution
    zone = ZoneInfo(settings.TIME_ZONE)
    duties = []
    for shift in crews:
        latest = end_of_duty(shift, zone)
        times = duty_times(
            map(as_core, logs[shift.pk]), mode=shift.mode, until=min(now, latest)
        )
        is_out = bool(times.on_duty) and not times.is_over and at < latest
        duties.append(_Duty(shift.pk, times, is_out))
    return duties
