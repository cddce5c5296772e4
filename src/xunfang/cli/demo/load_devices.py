"""Tonight's first crews of the demo are out with devices that say where they are."""

from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import NAMESPACE_OID, uuid5

import numpy as np
from django.conf import settings
from django.utils import timezone

from xunfang.accounts.models import Role, User
from xunfang.cli.demo.load_positions import way
from xunfang.core.dispatching.sheets import Source
from xunfang.core.dispatching.unit_states import DutyStep
from xunfang.core.geo import Datum, from_wgs84
from xunfang.places import queries as places
from xunfang.places.models import KeyPlace, StreetNetwork
from xunfang.units.models import Device, DutyEntry, Shift, Station
from xunfang.units.positions import services
from xunfang.units.positions.queries import end_of_duty, known_devices
from xunfang.units.positions.receiving import Receiver, Spot, Upload

MOST_CREWS = 12
OUT_FOR = timedelta(minutes=20)
EVERY_S = 30
KINDS = (
    ("xunfang", Datum.WGS84, "警务手机"),
    ("osmand", Datum.WGS84, "备用手机"),
    ("jt808", Datum.WGS84, "车载终端"),
    ("owntracks", Datum.GCJ02, "辅警手机"),
)
"""What devices speak, in which datum, and what they are called."""


def load_devices(*, night: date, by: User, at: datetime) -> None:
    """Send a crew of each station out, once; one device more stays at the station."""
    network = places.find_current_network()
    if network is None or Device.objects.exists():
        return
    administrator = User.objects.filter(role=Role.ADMINISTRATOR).earliest("pk")
    shifts = _crews(night)
    zone = timezone.get_default_timezone()
    uploads: list[tuple[Device, Shift]] = []
    for n, shift in enumerate(shifts):
        # A night of the past is shown as it was in its last minutes.
        now = min(at, end_of_duty(shift, zone))
        device = _add(n, shift.station, administrator, now - OUT_FOR)
        DutyEntry.objects.create(
            shift=shift,
            step=DutyStep.ON,
            happened_at=now - OUT_FOR,
            recorded_at=now - OUT_FOR,
            source=Source.DESK,
            by=by,
            key=uuid5(NAMESPACE_OID, f"{night} {shift.code} with a device"),
            mode=shift.mode,
        )
        services.take_device(shift=shift, device=device, by=by, at=now - OUT_FOR)
        uploads.append((device, shift))
    if shifts:
        _add(len(shifts), shifts[0].station, administrator, at)
    known = known_devices().by_digest
    receiver = Receiver()
    for n, (device, shift) in enumerate(uploads):
        now = min(at, end_of_duty(shift, zone))
        spots = _spots(n, shift, network, Datum(device.datum), now)
        receiver.keep([Upload(known[device.token_digest], spots)], at=now)


def _crews(night: date) -> list[Shift]:
    """Return the first crew of each station, of as many as there are devices for."""
    first: dict[str, Shift] = {}
    shifts = Shift.objects.filter(night=night).select_related("station")
    for shift in shifts.order_by("station__code", "code"):
        first.setdefault(shift.station.code, shift)
    return list(first.values())[:MOST_CREWS]


def _add(n: int, station: Station, by: User, at: datetime) -> Device:
    protocol, datum, name = KINDS[n % len(KINDS)]
    code = f"{13_900_000_000 + n + 1}" if protocol == "jt808" else f"YT{n + 1:03}"
    return services.add_device(
        code=code,
        name=f"{station.name}{name}",
        station=station,
        protocol=protocol,
        datum=datum,
        # Nobody knows it: who tries a device of their own gives it a new one.
        secret=sha256(f"{settings.SECRET_KEY} {code}".encode()).hexdigest(),
        by=by,
        at=at,
    )


def _spots(
    n: int, shift: Shift, network: StreetNetwork, datum: Datum, now: datetime
) -> list[Spot]:
    """Return where a crew was every half-minute on its way to a place of its station."""
    mine = KeyPlace.objects.filter(cell__area__station_code=shift.station.code)
    here = (shift.station.lon, shift.station.lat)
    place = mine.order_by("code")[n % 5 : n % 5 + 1].first()
    there = here if place is None else (place.lon, place.lat)
    line = way(network, shift.mode, here, there)
    seconds = np.arange(0.0, OUT_FOR.total_seconds(), EVERY_S)
    knots = np.linspace(0.0, seconds[-1], len(line))
    track = np.stack([np.interp(seconds, knots, line[:, axis]) for axis in (0, 1)], 1)
    began_s = (now - OUT_FOR).timestamp() + 1.0
    return [
        Spot(began_s + second, lon, lat, battery_pct=90 - n)
        for second, (lon, lat) in zip(
            seconds.tolist(), from_wgs84(track, datum).tolist(), strict=True
        )
    ]
