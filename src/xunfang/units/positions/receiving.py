"""Fixes are kept: many at once, each judged by what holds while it is written.

This is the one place that writes positions. It is not a service as others are: a machine
says where it is, thousands of times a second, and the record would say nothing that the
rows do not. Which devices may speak, and with which crew, is changed by services.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from itertools import batched
from typing import Any, Final, NamedTuple

import numpy as np
from django.db import connection, transaction
from django.db.models import F

from xunfang.core.geo import Datum, to_wgs84
from xunfang.units.models import Device, Fix, Position, PositionsClock
from xunfang.units.positions.queries import KnownDevice, KnownDevices, known_devices

KEPT_FOR: Final = timedelta(hours=72)
"""Raw fixes are deleted after this time, and none is taken that is older."""
CLOCK_TOLERATED: Final = timedelta(minutes=5)
"""A device's clock may run ahead by so much; beyond that it is not believed."""
CLOCK_BELIEVABLE: Final = timedelta(days=2)
"""A time that lies further ahead says nothing at all."""
NOTES_EVERY: Final = timedelta(seconds=10)
"""How often what is noted of devices is written."""
LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
ROWS_AT_ONCE: Final = 250
"""One statement for so many rows. Each statement lets other threads have the interpreter
and waits to get it back, which under load takes longer than the writing."""


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


class Outcome(Enum):
    """What became of an upload."""

    DONE = auto()
    """It is on disk, or need not be: the device may forget it."""
    REVOKED = auto()
    """The device's secret no longer holds."""


class _Kept(NamedTuple):
    shift: int
    fixed_at: datetime
    device_at: datetime | None
    spot: Spot
    datum: Datum
    is_now: bool
    """Whether the crew is still out with the device, so that it shows where it is."""


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
        outcomes: list[Outcome] = []
        kept: list[_Kept] = []
        for upload in uploads:
            device = self.known.as_it_is_now(upload.device)
            outcomes.append(Outcome.REVOKED if device is None else Outcome.DONE)
            if device is not None:
                kept += self._judged(device, upload, at)
        if kept:
            places = _in_wgs84(kept)
            _add_fixes(kept, places, at)
            _move_positions(_as_first_told(kept), places, at, clock.batch)
        if at - self._notes.written_at >= NOTES_EVERY:
            _write_notes(self._notes, at)
            self._notes = _Notes(at)
        return outcomes

    def _judged(
        self, device: KnownDevice, upload: Upload, at: datetime
    ) -> Iterator[_Kept]:
        """Yield what of an upload is kept, and note the rest."""
        now_s, notes = at.timestamp(), self._notes
        latest_s = now_s + CLOCK_BELIEVABLE.total_seconds()
        earliest_s = now_s - KEPT_FOR.total_seconds()
        spots = [spot for spot in upload.spots if spot.at_s <= latest_s]
        ahead_s = max((spot.at_s - now_s for spot in spots), default=0.0)
        is_ahead = ahead_s > CLOCK_TOLERATED.total_seconds()
        n_unusable = upload.n_unusable + len(upload.spots) - len(spots)
        for spot in spots:
            # A clock that is wrong still knows how long lay between two fixes.
            fixed_s = spot.at_s - ahead_s if is_ahead else spot.at_s
            if fixed_s < earliest_s:
                n_unusable += 1
                continue
            use = self.known.use_at(device.pk, min(fixed_s, now_s))
            if use is None:
                notes.n_off_duty[device.pk] += 1
                continue
            notes.ahead_s[device.pk] = round(ahead_s) if is_ahead else None
            yield _Kept(
                use.shift,
                _moment(fixed_s),
                _moment(spot.at_s) if is_ahead else None,
                spot,
                device.datum,
                use.is_out_at(now_s),
            )
        if n_unusable:
            notes.n_unusable[device.pk] += n_unusable


def wait_for_the_disk() -> None:
    """Have this thread's commits end only when they are on disk, not with the system.

    PostgreSQL does so by itself; the embedded database does so for pages only now and
    then, which is enough for them: nobody forgets what a page has not shown.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=FULL")


def _moment(at_s: float) -> datetime:
    return datetime.fromtimestamp(at_s, UTC)


def _in_wgs84(kept: Sequence[_Kept]) -> list[tuple[float, float]]:
    """Return the places of fixes, each converted once from what its device speaks."""
    places = [(one.spot.lon, one.spot.lat) for one in kept]
    for datum in (Datum.GCJ02, Datum.BD09):
        which = [n for n, one in enumerate(kept) if one.datum is datum]
        if which:
            converted = to_wgs84(np.array([places[n] for n in which]), datum)
            for n, place in zip(which, converted.tolist(), strict=True):
                places[n] = (place[0], place[1])
    return places


def _add_fixes(
    kept: Sequence[_Kept], places: Sequence[tuple[float, float]], at: datetime
) -> None:
    as_stored = connection.ops.adapt_datetimefield_value
    received_at = as_stored(at)
    _insert(
        Fix._meta.db_table,  # noqa: SLF001 -- Django's own name
        (
            *("shift_id", "fixed_at", "device_at", "received_at", "lon", "lat"),
            *("speed_mps", "heading_deg", "accuracy_m"),
        ),
        (
            (
                one.shift,
                as_stored(one.fixed_at),
                None if one.device_at is None else as_stored(one.device_at),
                received_at,
                lon,
                lat,
                one.spot.speed_mps,
                one.spot.heading_deg,
                one.spot.accuracy_m,
            )
            for one, (lon, lat) in zip(kept, places, strict=True)
        ),
        "ON CONFLICT DO NOTHING",
    )


def _as_first_told(kept: list[_Kept]) -> list[_Kept]:
    """Return fixes with the times that were estimated when they came for the first time.

    Told again, a fix of a clock that runs ahead would otherwise seem to be of now.
    """
    of_clocks_ahead = [one for one in kept if one.device_at is not None]
    if not of_clocks_ahead:
        return kept
    stored = {
        (shift, device_at): fixed_at
        for shift, device_at, fixed_at in Fix.objects.filter(
            shift__in={one.shift for one in of_clocks_ahead},
            device_at__in={one.device_at for one in of_clocks_ahead},
        ).values_list("shift", "device_at", "fixed_at")
    }
    return [
        one._replace(fixed_at=stored.get((one.shift, one.device_at), one.fixed_at))
        for one in kept
    ]


def _move_positions(
    kept: Sequence[_Kept],
    places: Sequence[tuple[float, float]],
    at: datetime,
    batch: int,
) -> None:
    """Put crews where their newest fix is; what comes late leaves them where they are."""
    newest: dict[int, int] = {}
    for n, one in enumerate(kept):
        best = newest.get(one.shift)
        if one.is_now and (best is None or kept[best].fixed_at < one.fixed_at):
            newest[one.shift] = n
    as_stored = connection.ops.adapt_datetimefield_value
    received_at = as_stored(at)
    fields = (
        *("lon", "lat", "fixed_at", "received_at", "speed_mps", "heading_deg"),
        *("accuracy_m", "battery_pct", "batch"),
    )
    table = Position._meta.db_table  # noqa: SLF001 -- Django's own name
    changes = ", ".join(f"{name} = excluded.{name}" for name in fields)
    _insert(
        table,
        ("shift_id", *fields),
        (
            (
                shift,
                *places[n],
                as_stored(kept[n].fixed_at),
                received_at,
                kept[n].spot.speed_mps,
                kept[n].spot.heading_deg,
                kept[n].spot.accuracy_m,
                kept[n].spot.battery_pct,
                batch,
            )
            # In one order, so that no two who write wait for each other.
            for shift, n in sorted(newest.items())
        ),
        f"ON CONFLICT (shift_id) DO UPDATE SET {changes} "
        f"WHERE {table}.fixed_at < excluded.fixed_at",
    )


def _insert(
    table: str, names: Sequence[str], rows: Iterable[tuple[Any, ...]], on_conflict: str
) -> None:
    """Insert rows a block at a time; the mapper would take longer than the writing."""
    row = f"({', '.join(['%s'] * len(names))})"
    head = f"INSERT INTO {table} ({', '.join(names)}) VALUES "  # noqa: S608 -- our names
    with connection.cursor() as cursor:
        for block in batched(rows, ROWS_AT_ONCE, strict=False):
            cursor.execute(
                f"{head}{', '.join([row] * len(block))} {on_conflict}",
                [value for one in block for value in one],
            )


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
