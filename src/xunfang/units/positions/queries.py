"""Which devices may speak, where crews are, and what was deleted."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, can
from xunfang.core.geo import Datum
from xunfang.units.models import (
    Assignment,
    Device,
    DeviceUse,
    Fix,
    Part,
    Position,
    PositionsClock,
    Shift,
)
from xunfang.units.nights import midnight_before

LONGEST_OVERTIME: Final = timedelta(hours=4)
"""So long after a shift was to end its devices are heard at most. Somebody who forgets
to go off duty is not followed home."""


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A device that may speak."""

    pk: int
    code: str
    protocol: str
    datum: Datum
    token_digest: str
    behind_s: float = 0.0
    """By how much its clock was found to be behind."""


@dataclass(frozen=True, slots=True)
class Use:
    """From when until when a device is with a crew; seconds since 1970."""

    shift: int
    begins_s: float
    ends_s: float
    is_open: bool

    def is_out_at(self, at_s: float) -> bool:
        """Say whether the crew is out with the device now."""
        return self.is_open and at_s <= self.ends_s


@dataclass(frozen=True, slots=True)
class KnownDevices:
    """Every device that may speak, by the digest of its secret, and with whom it is."""

    edition: int | None
    """None: nothing has ever changed."""
    by_digest: Mapping[str, KnownDevice]
    uses: Mapping[int, tuple[Use, ...]]
    """By device, in the order in which they begin."""

    @classmethod
    def nobody(cls) -> Self:
        """Return what is known before anybody has asked."""
        return cls(-1, {}, {})

    def as_it_is_now(self, device: KnownDevice) -> KnownDevice | None:
        """Return a device as it is known now; None if its secret no longer holds."""
        return self.by_digest.get(device.token_digest)

    def use_at(self, device: int, at_s: float) -> Use | None:
        """Return with whom a device was at a moment; None: with nobody on duty."""
        uses = self.uses.get(device, ())
        n = bisect_right(uses, at_s, key=lambda use: use.begins_s)
        if n and at_s <= uses[n - 1].ends_s:
            return uses[n - 1]
        return None


def known_devices() -> KnownDevices:
    """Return every device that may speak; three queries.

    Read the edition first: whatever changes meanwhile is noticed the next time.
    """
    edition = PositionsClock.objects.values_list("edition", flat=True).first()
    devices = {
        device.token_digest: KnownDevice(
            device.pk,
            device.code,
            device.protocol,
            Datum(device.datum),
            device.token_digest,
            float(device.clock_behind_s or 0),
        )
        for device in Device.objects.filter(is_active=True)
    }
    uses: defaultdict[int, list[Use]] = defaultdict(list)
    zone = ZoneInfo(settings.TIME_ZONE)
    # Older ones than this only bring what is deleted already.
    newest = DeviceUse.objects.order_by("-begins_at").values_list("begins_at").first()
    recent = Q(ends_at=None)
    if newest is not None:
        recent |= Q(ends_at__gte=newest[0] - timedelta(days=4))
    for use in (
        DeviceUse.objects.filter(recent)
        .select_related("shift")
        .order_by("begins_at", "pk")
    ):
        at_most = end_of_duty(use.shift, zone)
        ends_at = at_most if use.ends_at is None else min(use.ends_at, at_most)
        uses[use.device_id].append(
            Use(
                use.shift_id,
                use.begins_at.timestamp(),
                ends_at.timestamp(),
                use.ends_at is None,
            )
        )
    return KnownDevices(
        edition, devices, {device: tuple(some) for device, some in uses.items()}
    )


def end_of_duty(shift: Shift, zone: ZoneInfo) -> datetime:
    """Return until when a crew's devices are heard at most."""
    planned = midnight_before(shift.night, zone) + timedelta(minutes=shift.ends_min)
    return planned + LONGEST_OVERTIME


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a crew is, as far as is known."""

    lon: float
    lat: float
    fixed_at: datetime
    age_s: int
    """How old that is; not negative."""
    speed_mps: float | None
    heading_deg: float | None
    accuracy_m: float | None
    battery_pct: int | None


@dataclass(frozen=True, slots=True)
class Moves:
    """What has moved since somebody last asked."""

    cursor: int
    """To ask with the next time."""
    moved: dict[int, Whereabouts]
    on_map: frozenset[int]
    """Every crew that has a position now: who is not in it has gone off duty."""


def positions(
    shifts: Collection[Shift] | QuerySet[Shift], *, at: datetime
) -> dict[int, Whereabouts]:
    """Return where crews are, by crew; one query. Who is off duty is not in it."""
    return {
        position.shift_id: _whereabouts(position, at)
        for position in Position.objects.filter(shift__in=shifts)
    }


def moves(
    shifts: Collection[Shift] | QuerySet[Shift], *, since: int, at: datetime
) -> Moves:
    """Return which of these crews have moved since an earlier answer; three queries.

    Begin with ``since=0``. Batches become visible in the order of their numbers
    (``PositionsClock``), so nobody is passed over; a crew may be told of twice.
    """
    cursor = PositionsClock.objects.values_list("batch", flat=True).first() or 0
    here = Position.objects.filter(shift__in=shifts)
    on_map = frozenset(here.values_list("shift_id", flat=True))
    return Moves(
        cursor,
        {
            position.shift_id: _whereabouts(position, at)
            for position in here.filter(batch__gt=since)
        },
        on_map,
    )


def _whereabouts(position: Position, at: datetime) -> Whereabouts:
    return Whereabouts(
        position.lon,
        position.lat,
        position.fixed_at,
        max(0, int((at - position.fixed_at).total_seconds())),
        position.speed_mps,
        position.heading_deg,
        position.accuracy_m,
        position.battery_pct,
    )


def track(shift: Shift, *, since: datetime | None = None) -> QuerySet[Fix]:
    """Return the fixes of a crew that are still kept, in the order of their times."""
    fixes = Fix.objects.filter(shift=shift).order_by("fixed_at")
    return fixes if since is None else fixes.filter(fixed_at__gt=since)


def devices_visible_to(user: User) -> QuerySet[Device]:
    """Return the devices this person may edit, and the name of the crew each is with."""
    devices = Device.objects.select_related("station").order_by("station__code", "code")
    if not can(user, Capability.EDIT_DEVICES):
        return devices.none()
    with_crew = DeviceUse.objects.filter(device=OuterRef("pk"), ends_at=None)
    devices = devices.annotate(
        crew_name=Subquery(with_crew.values("shift__name")[:1]),
        taken_at=Subquery(with_crew.values("begins_at")[:1]),
    )
    return (
        devices.filter(station__code=user.station_code)
        if user.station_code
        else devices
    )


def crews_to_report(user: User, night: date) -> QuerySet[Shift]:
    """Return the crews of a night that this person commands or goes out with."""
    shifts = (
        Shift.objects.filter(night=night)
        .select_related("station", "template")
        .order_by("station__code", "begins_min", "code")
    )
    own = Assignment.objects.filter(
        person__account=user, part__in=[Part.MEMBER, Part.JOINED]
    ).values("shift")
    if not can(user, Capability.DISPATCH):
        return shifts.filter(pk__in=own)
    if not user.station_code:
        return shifts
    return shifts.filter(Q(station__code=user.station_code) | Q(pk__in=own))


def devices_out_with(shifts: Collection[Shift]) -> dict[int, list[DeviceUse]]:
    """Return which devices crews have with them, by crew; one query."""
    found: dict[int, list[DeviceUse]] = {shift.pk: [] for shift in shifts}
    uses = DeviceUse.objects.filter(shift__in=shifts, ends_at=None)
    for use in uses.select_related("device").order_by("device__code"):
        found[use.shift_id].append(use)
    return found


def devices_to_take(user: User, stations: Collection[int]) -> dict[int, list[Device]]:
    """Return the devices that are with nobody, by station; one query.

    The city's desk may give any crew any device, and sees them all for each station.
    """
    out = DeviceUse.objects.filter(device=OuterRef("pk"), ends_at=None)
    free = Device.objects.filter(~Exists(out), is_active=True)
    free = free.order_by("station__code", "code")
    if can(user, Capability.DISPATCH) and not user.station_code:
        everything = list(free)
        return dict.fromkeys(stations, everything)
    found: dict[int, list[Device]] = {station: [] for station in stations}
    for device in free.filter(station__in=stations):
        found[device.station_id].append(device)
    return found


def search_devices(devices: QuerySet[Device], text: str) -> QuerySet[Device]:
    """Return devices whose code or name holds a text, or the name of their station."""
    if not text:
        return devices
    return devices.filter(
        Q(code__icontains=text)
        | Q(name__icontains=text)
        | Q(station__name__icontains=text)
    )
