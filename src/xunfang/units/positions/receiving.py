"""Fixes are judged, many at once, by what holds while they are written.

It is not a service as others are: a machine says where it is, thousands of times a second,
and the record would say nothing that the rows do not. Which devices may speak, and with
which crew, is changed by services.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from typing import Final, NamedTuple

import numpy as np
from django.db import connection, transaction
from django.db.models import F

from xunfang.core.geo import Datum, to_wgs84
from xunfang.units.models import Device, Fix, PositionsClock
from xunfang.units.positions.clocks import (
    CLOCK_TOLERATED,
    SAME_WITHIN_S,
    ClockWatch,
    watch,
)
from xunfang.units.positions.findings import note_clock
from xunfang.units.positions.queries import (
    KnownDevice,
    KnownDevices,
    Use,
    known_devices,
)
from xunfang.units.positions.writing import KEPT_FOR, KeptFix, moment, write_fixes

CLOCK_BELIEVABLE: Final = timedelta(days=2)
"""A time that lies further ahead says nothing at all."""
NOTES_EVERY: Final = timedelta(seconds=10)
"""How often what is noted of devices is written."""
LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
LOG_PAGES: Final = 8000
"""Of 4 KiB each: so long the embedded database's log may grow under load."""
SHIFTED: Final = frozenset({Datum.GCJ02, Datum.BD09})
"""Datums in which places lie elsewhere than in WGS 84."""
_TOLERATED_S: Final = CLOCK_TOLERATED.total_seconds()
_BELIEVABLE_S: Final = CLOCK_BELIEVABLE.total_seconds()
_KEPT_FOR_S: Final = KEPT_FOR.total_seconds()


class Spot(NamedTuple):
    """Where and when a device says it was, in the datum of the device."""

    at_s: float
    """Seconds since 1970, by the device's clock."""
    lon: float
    lat: float
    speed_mps: float | None = None
    heading_deg: float | None = None
    accuracy_m: float | None = None
    battery_pct: int | None = None


class Upload(NamedTuple):
    """What came in one request."""

    device: KnownDevice
    spots: Sequence[Spot]
    n_unusable: int = 0
    """Fixes that could be read and name no place on earth."""
    is_clock_right: bool = False
    """Whether the device has said what its clock shows, and times were put right by it."""


class Outcome(Enum):
    """What became of an upload."""

    DONE = auto()
    """It is on disk, or need not be: the device may forget it."""
    REVOKED = auto()
    """The device's secret no longer holds."""


@dataclass(slots=True)
class _Notes:
    """What is noted of devices between two writings."""

    written_at: datetime
    ahead_s: dict[int, int | None] = field(default_factory=dict)
    """Who spoke on duty, and by how much the clock ran ahead."""
    n_off_duty: Counter[int] = field(default_factory=Counter)
    n_unusable: Counter[int] = field(default_factory=Counter)


class Receiver:
    """Keeps fixes, and knows the devices that may send them. For one thread at a time."""

    def __init__(self) -> None:
        self.known = KnownDevices.nobody()
        """Replaced as a whole, so that other threads may read it."""
        self._notes = _Notes(LONG_AGO)
        self._watches: dict[int, ClockWatch] = {}
        """By device, of those that only tell what is too old to be of now."""
        self._behind: dict[KnownDevice, ClockWatch] = {}
        """Whose clock was found to be behind within the batch that is being written."""
        self._set_right: set[KnownDevice] = set()
        """Whose clock was behind, and is not any more."""

    def refresh(self) -> None:
        """Look whether devices or their crews have changed."""
        edition = PositionsClock.objects.filter(pk=1).values_list("edition", flat=True)
        if edition.first() != self.known.edition:
            self.known = known_devices()

    @transaction.atomic
    def keep(self, uploads: Sequence[Upload], *, at: datetime) -> list[Outcome]:
        """Keep fixes that came in at ``at``; when this returns they are on disk.

        Raises
        ------
        django.db.DatabaseError
            Nothing of it was kept; it may be tried again.
        """
        clock = PositionsClock.next_batch()
        if clock.edition != self.known.edition:
            self.known = known_devices()
        self._behind, self._set_right = {}, set()
        now_s = at.timestamp()
        outcomes: list[Outcome] = []
        kept: list[KeptFix] = []
        shifted: list[tuple[Datum, int, int]] = []
        for upload in uploads:
            device = self.known.as_it_is_now(upload.device)
            if device is None:
                outcomes.append(Outcome.REVOKED)
                continue
            outcomes.append(Outcome.DONE)
            first = len(kept)
            kept += self._judged(device, upload, now_s)
            if device.datum in SHIFTED:
                shifted.append((device.datum, first, len(kept)))
        if shifted:
            _put_in_wgs84(kept, shifted)
        for device, watched in self._behind.items():
            kept += self._told_before(device, watched, now_s)
            note_clock(device=device.pk, behind_s=round(watched.least_late_s), at=at)
        for device in self._set_right - self._behind.keys():
            note_clock(device=device.pk, behind_s=None, at=at)
        write_fixes(kept, at=at, batch=clock.batch)
        if at - self._notes.written_at >= NOTES_EVERY:
            _write_notes(self._notes, at)
            self._notes = _Notes(at)
        return outcomes

    def _judged(
        self, device: KnownDevice, upload: Upload, now_s: float
    ) -> list[KeptFix]:
        """Return what of an upload is kept, in the device's datum, and note the rest."""
        pk, notes, kept = device.pk, self._notes, list[KeptFix]()
        latest_s, earliest_s = now_s + _BELIEVABLE_S, now_s - _KEPT_FOR_S
        n_unusable = upload.n_unusable
        late_s = right_s = 0.0
        times_s = [spot.at_s for spot in upload.spots if spot.at_s <= latest_s]
        if times_s:
            late_s = now_s - max(times_s)
            right_s = self._put_right_s(device, upload, late_s, now_s)
        use: Use | None = None
        is_now = False
        for (
            at_s,
            lon,
            lat,
            speed_mps,
            heading_deg,
            accuracy_m,
            battery_pct,
        ) in upload.spots:
            # A clock that is wrong still knows how long lay between two fixes.
            if at_s > latest_s or (fixed_s := at_s + right_s) < earliest_s:
                n_unusable += 1
                continue
            then_s = min(now_s, fixed_s)
            if use is None or not use.begins_s <= then_s < use.ends_s:
                use = self.known.use_at(pk, then_s)
                if use is None:
                    notes.n_off_duty[pk] += 1
                    continue
                is_now = use.is_out_at(now_s)
            kept.append(
                KeptFix(
                    use.shift,
                    pk,
                    fixed_s,
                    at_s if right_s else None,
                    lon,
                    lat,
                    speed_mps,
                    heading_deg,
                    accuracy_m,
                    battery_pct,
                    is_now,
                )
            )
        if kept:
            notes.ahead_s[pk] = round(-late_s) if late_s < -_TOLERATED_S else None
        if n_unusable:
            notes.n_unusable[pk] += n_unusable
        return kept

    def _put_right_s(
        self, device: KnownDevice, upload: Upload, late_s: float, now_s: float
    ) -> float:
        """Return how much is added to the times of an upload.

        ``late_s`` is how old the newest of them is; less than nothing if it lies ahead.
        """
        if late_s < -_TOLERATED_S:
            # The clock runs ahead: what it says last is now.
            return late_s
        if upload.is_clock_right:
            return 0.0
        watched = self._watches.pop(device.pk, None)
        if late_s <= _TOLERATED_S:
            if device.behind_s:
                self._set_right.add(device)
            return 0.0
        # Only of devices that are out: when the others speak is nobody's business.
        if self.known.use_at(device.pk, now_s) is not None:
            watched = watch(watched, late_s=late_s, now_s=now_s)
            if watched is not None:
                self._watches[device.pk] = watched
        behind_s = device.behind_s
        if watched is not None and watched.shows_wrong_clock:
            behind_s = watched.least_late_s
            if abs(behind_s - device.behind_s) > SAME_WITHIN_S:
                self._behind[device] = watched
        # Nothing lies ahead of now.
        return min(behind_s, late_s)

    def _told_before(
        self, device: KnownDevice, watched: ClockWatch, now_s: float
    ) -> list[KeptFix]:
        """Take back what a device told since it was watched, and put it right."""
        behind_s = watched.least_late_s
        earliest_s = watched.since_s - behind_s - 2 * SAME_WITHIN_S
        told = Fix.objects.filter(
            # The times of a crew are looked up quickly, those of a device are not.
            shift__in={use.shift for use in self.known.uses.get(device.pk, ())},
            fixed_at__gte=moment(earliest_s),
            device=device.pk,
            device_at=None,
            received_at__gte=moment(watched.since_s),
        )
        kept = []
        for fix in told:
            device_s = fix.fixed_at.timestamp()
            fixed_s = min(device_s + behind_s, now_s)
            use = self.known.use_at(device.pk, fixed_s)
            if use is not None:
                kept.append(
                    KeptFix(
                        shift=use.shift,
                        device=device.pk,
                        fixed_s=fixed_s,
                        device_s=device_s,
                        lon=fix.lon,
                        lat=fix.lat,
                        speed_mps=fix.speed_mps,
                        heading_deg=fix.heading_deg,
                        accuracy_m=fix.accuracy_m,
                        battery_pct=None,
                        # What it says now is among what has just come.
                        is_now=False,
                    )
                )
        told.delete()
        return kept


def _put_in_wgs84(
    kept: list[KeptFix], shifted: Sequence[tuple[Datum, int, int]]
) -> None:
    """Convert what lies between two numbers from a datum, each fix once."""
    for datum in SHIFTED:
        which = [
            n
            for other, first, end in shifted
            if other is datum
            for n in range(first, end)
        ]
        if which:
            said = np.array([(kept[n].lon, kept[n].lat) for n in which])
            for n, (lon, lat) in zip(
                which, to_wgs84(said, datum).tolist(), strict=True
            ):
                kept[n] = kept[n]._replace(lon=lon, lat=lat)


def wait_for_the_disk() -> None:
    """Have this thread's commits end only when they are on disk, not with the system.

    PostgreSQL does so by itself; the embedded database does so for pages only now and
    then, which is enough for them: nobody forgets what a page has not shown.

    Nor do these commits carry the log over into the database, which takes as long as ten
    of them and would hold up whoever waits: ``carry_the_log_over`` does. Only a log that
    has grown long nevertheless is finished here, so that it can begin anew.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=FULL")
            cursor.execute(f"PRAGMA wal_autocheckpoint={LOG_PAGES}")


def carry_the_log_over() -> None:
    """Carry the embedded database's log over, in a thread beside the one that writes."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")


def _write_notes(notes: _Notes, at: datetime) -> None:
    """Write what was noted of devices: who was heard, what was not kept and why."""
    Device.objects.filter(pk__in=notes.ahead_s).update(
        last_heard_at=at, clock_ahead_s=None
    )
    for device, ahead_s in notes.ahead_s.items():
        if ahead_s is not None:
            Device.objects.filter(pk=device).update(clock_ahead_s=ahead_s)
    for name, counts in (
        ("n_off_duty", notes.n_off_duty),
        ("n_unusable", notes.n_unusable),
    ):
        for n in sorted(set(counts.values())):
            which = [device for device, count in counts.items() if count == n]
            Device.objects.filter(pk__in=which).update(**{name: F(name) + n})
