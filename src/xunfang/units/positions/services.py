"""Devices are added, changed and switched off, and go along with crews."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.core.dispatching import unit_states
from xunfang.core.dispatching.unit_states import UnitState
from xunfang.core.errors import DomainError
from xunfang.core.geo import Datum
from xunfang.units.duty import policies as duty
from xunfang.units.duty.queries import as_core
from xunfang.units.duty.services import NotOnDuty
from xunfang.units.models import (
    Device,
    DeviceUse,
    DutyEntry,
    PositionsClock,
    Shift,
    Station,
)
from xunfang.units.positions import policies

REGISTERS_WITHIN: Final = timedelta(hours=24)
"""So long a JT/T 808 terminal that was added, or given a new secret, may register."""


class DeviceCodeTaken(DomainError):
    """Another device calls itself so."""

    code = "units.device_code_taken"


class DeviceChanged(DomainError):
    """Somebody else has changed the device since the form was opened."""

    code = "units.device_changed"


class DeviceSwitchedOff(DomainError):
    """The device is switched off: it goes with no crew."""

    code = "units.device_switched_off"


class DeviceWithOthers(DomainError):
    """The device is out with another crew."""

    code = "units.device_with_others"


def digest_of(secret: str) -> str:
    """Return what is kept of a device's secret."""
    return sha256(secret.encode()).hexdigest()


@transaction.atomic
def add_device(
    *,
    code: str,
    name: str,
    station: Station,
    protocol: str,
    datum: Datum,
    secret: str,
    by: User,
    at: datetime,
) -> Device:
    """Let a device speak that shows this secret. Only the secret's digest is kept.

    Raises
    ------
    NotAllowed
        This person does not edit the station's devices.
    DeviceCodeTaken
    """
    policies.check_can_edit_devices_of(by, station)
    PositionsClock.devices_changed()
    if Device.objects.filter(code=code).exists():
        raise DeviceCodeTaken(code)
    device = Device.objects.create(
        code=code,
        name=name,
        station=station,
        protocol=protocol,
        datum=datum,
        token_digest=digest_of(secret),
        registers_until=_registers_until(protocol, at),
        added_at=at,
        added_by=by,
    )
    audit.record(
        kind="device.added", subject=code, by=by, at=at, protocol=protocol, datum=datum
    )
    return device


@transaction.atomic
def revise_device(
    *,
    device: Device,
    revision: int,
    name: str,
    datum: Datum,
    by: User,
    at: datetime,
) -> Device:
    """Correct the name of a device or what datum it speaks, as it stood at ``revision``.

    What it said before is not converted again.

    Raises
    ------
    NotAllowed
        This person does not edit the station's devices.
    DeviceChanged
    """
    policies.check_can_edit_devices_of(by, device.station)
    device = _locked(device)
    if device.revision != revision:
        raise DeviceChanged(device.code)
    was = device.datum
    device.name, device.datum = name, datum
    if datum != was:
        # What it seems to speak is found anew, by what it says from now on.
        device.likely_datum, device.datum_set_at = "", at
    _save(device, "name", "datum", "likely_datum", "datum_set_at")
    audit.record(
        kind="device.revised",
        subject=device.code,
        by=by,
        at=at,
        datum=datum,
        was=was,
    )
    return device


@transaction.atomic
def change_secret(*, device: Device, secret: str, by: User, at: datetime) -> Device:
    """Give a device another secret: from now on the old one is worth nothing.

    Raises
    ------
    NotAllowed
        This person does not edit the station's devices.
    """
    policies.check_can_edit_devices_of(by, device.station)
    device = _locked(device)
    device.token_digest = digest_of(secret)
    device.registers_until = _registers_until(device.protocol, at)
    _save(device, "token_digest", "registers_until")
    audit.record(kind="device.secret_changed", subject=device.code, by=by, at=at)
    return device


@transaction.atomic
def switch_device(*, device: Device, is_active: bool, by: User, at: datetime) -> Device:
    """Switch a device off, so that nothing it says counts, or on again.

    Raises
    ------
    NotAllowed
        This person does not edit the station's devices.
    """
    policies.check_can_edit_devices_of(by, device.station)
    device = _locked(device)
    if device.is_active == is_active:
        return device
    device.is_active = is_active
    _save(device, "is_active")
    if not is_active:
        _end_uses(DeviceUse.objects.filter(device=device), at)
    audit.record(
        kind="device.switched", subject=device.code, by=by, at=at, on=is_active
    )
    return device


@transaction.atomic
def register_terminal(*, code: str, secret: str, at: datetime) -> Device | None:
    """Hand a JT/T 808 terminal its secret, once after the administrator allowed it.

    The protocol knows no secret before registration: whoever names the terminal's number
    first gets it. Therefore there is one day for it, and one time. Nobody does it, so the
    record names nobody. None: the terminal may not register.
    """
    may_register = Device.objects.filter(
        code=code, protocol="jt808", is_active=True, registers_until__gt=at
    )
    # Anybody can ask, as often as they like: that alone must lock nothing.
    if not may_register.exists():
        return None
    PositionsClock.devices_changed()
    device = may_register.select_for_update().first()
    if device is None:
        return None
    device.token_digest = digest_of(secret)
    device.registers_until = None
    _save(device, "token_digest", "registers_until")
    audit.record(kind="device.registered", subject=code, by=None, at=at)
    return device


@transaction.atomic
def take_device(*, shift: Shift, device: Device, by: User, at: datetime) -> DeviceUse:
    """Send a device out with a crew on duty; again with the same crew changes nothing.

    Going off duty ends it.

    Raises
    ------
    NotAllowed
        Neither of the crew nor its desk, or the device is another station's.
    NotOnDuty, DeviceSwitchedOff, DeviceWithOthers
    """
    policies.check_can_take(by, shift, device)
    device = _locked(device)
    if not device.is_active:
        raise DeviceSwitchedOff(device.code)
    out = DeviceUse.objects.filter(device=device, ends_at=None).first()
    if out is not None and out.shift_id == shift.pk:
        return out
    if out is not None:
        raise DeviceWithOthers(device.code)
    entries = DutyEntry.objects.filter(shift=shift)
    if unit_states.standing(map(as_core, entries)).state is UnitState.OFF:
        raise NotOnDuty(shift.code)
    use = DeviceUse.objects.create(device=device, shift=shift, begins_at=at)
    audit.record(
        kind="device.taken", subject=device.code, by=by, at=at, crew=shift.code
    )
    return use


@transaction.atomic
def return_device(*, use: DeviceUse, by: User, at: datetime) -> None:
    """Note that a device no longer goes with its crew; again changes nothing.

    Raises
    ------
    NotAllowed
        Neither of the crew nor its desk.
    """
    duty.check_can_report(by, use.shift)
    _locked(use.device)
    if _end_uses(DeviceUse.objects.filter(pk=use.pk), at):
        audit.record(
            kind="device.returned",
            subject=use.device.code,
            by=by,
            at=at,
            crew=use.shift.code,
        )


def _registers_until(protocol: str, at: datetime) -> datetime | None:
    return at + REGISTERS_WITHIN if protocol == "jt808" else None


def _locked(device: Device) -> Device:
    """Return the device as it is, after the clock of positions has been stopped."""
    PositionsClock.devices_changed()
    return Device.objects.select_for_update(of=("self",)).get(pk=device.pk)


def _save(device: Device, *changed: str) -> None:
    device.revision += 1
    device.save(update_fields=[*changed, "revision"])


def _end_uses(uses: QuerySet[DeviceUse], at: datetime) -> int:
    """End what has not ended yet, and say how many."""
    open_uses = list(uses.filter(ends_at=None))
    for use in open_uses:
        use.ends_at = max(at, use.begins_at)
        use.save(update_fields=["ends_at"])
    return len(open_uses)
