"""Who may edit devices, and say which of them go along with a crew."""

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, NotAllowed, can
from xunfang.units.duty import policies as duty
from xunfang.units.models import Device, Shift, Station


def can_edit_devices_of(user: User, station: Station) -> bool:
    """Say whether this person may add and change devices of a station."""
    return can(user, Capability.EDIT_DEVICES) and user.station_code in {
        "",
        station.code,
    }


def check_can_edit_devices_of(user: User, station: Station) -> None:
    """Raise NotAllowed unless this person may add and change devices of the station."""
    if not can_edit_devices_of(user, station):
        raise NotAllowed(f"{user.username} may not edit devices of {station.code}")


def can_take(user: User, shift: Shift, device: Device) -> bool:
    """Say whether this person may send a device out with a crew.

    The crew and its desk may, with a device of the crew's station; the city's desk with
    any.
    """
    return duty.can_report(user, shift) and (
        device.station_id == shift.station_id
        or (duty.can_command(user, shift) and not user.station_code)
    )


def check_can_take(user: User, shift: Shift, device: Device) -> None:
    """Raise NotAllowed unless this person may send the device out with the crew."""
    if not can_take(user, shift, device):
        raise NotAllowed(f"{user.username} may not give {device.code} to {shift.code}")
