"""Devices that report positions, and crews that take them along."""

from datetime import datetime

from xunfang.accounts.models import User
from xunfang.core.geo import Datum
from xunfang.units.models import Device, Shift, Station
from xunfang.units.positions import services


def secret_of(code: str) -> str:
    """Return the secret with which a device is added here."""
    return f"secret-of-{code}"


def add_device(
    code: str, station: Station, *, by: User, at: datetime, **values: object
) -> Device:
    """A device that speaks OsmAnd in WGS 84 unless told."""
    return services.add_device(
        **{
            "code": code,
            "name": f"手机{code}",
            "station": station,
            "protocol": "osmand",
            "datum": Datum.WGS84,
            "secret": secret_of(code),
            "by": by,
            "at": at,
        }
        | values
    )


def take(device: Device, shift: Shift, *, by: User, at: datetime) -> None:
    """Send a device out with a crew that is on duty."""
    services.take_device(shift=shift, device=device, by=by, at=at)
