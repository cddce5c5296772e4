"""A crew goes on duty, pauses, goes off: each a line in its log."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.core.dispatching import unit_states
from xunfang.core.dispatching.sheets import DeviceTime, Source
from xunfang.core.dispatching.unit_states import DutyStep, UnitState
from xunfang.core.errors import DomainError
from xunfang.units.duty import policies
from xunfang.units.duty.queries import as_core
from xunfang.units.models import (
    CrewDeclaration,
    DeviceUse,
    DutyEntry,
    GearCheck,
    Position,
    PositionsClock,
    Shift,
)


class GearUnchecked(DomainError):
    """The crew has not looked through its gear, and nobody has said why not."""

    code = "units.gear_unchecked"


class NotOnDuty(DomainError):
    """The crew is off duty: it goes on duty first."""

    code = "units.not_on_duty"


class NoteMissing(DomainError):
    """A crew that is not available says why."""

    code = "units.note_missing"


class EntryCorrected(DomainError):
    """The line has been corrected already: correct the correction."""

    code = "units.entry_corrected"


class StepFollows(DomainError):
    """The crew has gone on since: only the last thing is withdrawn."""

    code = "units.step_follows"


@dataclass(frozen=True, slots=True)
class From:
    """Where a line was entered, and what the device's clock said."""

    source: Source = Source.DESK
    device: DeviceTime | None = None
    device_at: datetime | None = None


AT_THE_DESK = From()


@transaction.atomic
def report(
    *,
    shift: Shift,
    step: DutyStep,
    key: UUID,
    by: User,
    at: datetime,
    entered: From = AT_THE_DESK,
    mode: str = "",
    note: str = "",
    point: tuple[float, float] | None = None,
) -> DutyEntry:
    """Add a line to a crew's log. The same ``key`` again changes nothing.

    A crew goes on the street only after it has looked through its gear (``check_gear``).
    What comes late is put in its place by the time at which it happened.

    Raises
    ------
    NotAllowed
        Neither of the crew nor its desk.
    GearUnchecked, NotOnDuty, NoteMissing
    """
    policies.check_can_report(by, shift)
    if (known := DutyEntry.objects.filter(key=key).first()) is not None:
        return known
    if step is DutyStep.OFF:
        PositionsClock.devices_changed()
    shift = Shift.objects.select_for_update(of=("self",)).get(pk=shift.pk)
    happened_at = at if entered.device is None else entered.device.happened_at
    if step is DutyStep.ON:
        if not GearCheck.objects.filter(shift=shift, withdrawn_at=None).exists():
            raise GearUnchecked(shift.code)
    elif step is not DutyStep.EMERGENCY:
        before = shift.duty_entries.filter(happened_at__lte=happened_at)
        now = unit_states.standing(as_core(entry) for entry in before)
        if now.state is UnitState.OFF:
            raise NotOnDuty(shift.code)
    if step is DutyStep.UNAVAILABLE and not note.strip():
        raise NoteMissing(shift.code)
    entry = DutyEntry.objects.create(
        shift=shift,
        step=step,
        happened_at=happened_at,
        recorded_at=at,
        device_at=entered.device_at,
        source=entered.source,
        by=by,
        key=key,
        mode=mode or (shift.mode if step is DutyStep.ON else ""),
        note=note.strip(),
        lon=None if point is None else point[0],
        lat=None if point is None else point[1],
    )
    if step is DutyStep.OFF:
        forget_where(shift, happened_at)
    audit.record(
        kind="duty.reported", subject=shift.code, by=by, at=at, step=step.value
    )
    return entry


def forget_where(shift: Shift, at: datetime) -> None:
    """End the use of devices and remove the position: off duty nobody is on a map."""
    for use in DeviceUse.objects.filter(shift=shift, ends_at=None):
        use.ends_at = max(at, use.begins_at)
        use.save(update_fields=["ends_at"])
    Position.objects.filter(shift=shift).delete()


@transaction.atomic
def check_gear(
    *,
    shift: Shift,
    by: User,
    at: datetime,
    overridden_because: str = "",
    happened_at: datetime | None = None,
) -> GearCheck:
    """Note that a crew has looked through its gear, or why it goes out without.

    What was missing is noted with ``gear.note_missing``. A second check changes nothing.
    ``happened_at`` is when they looked, where that was before ``at``.

    Raises
    ------
    NotAllowed
        Neither of the crew nor its desk.
    """
    policies.check_can_report(by, shift)
    check, is_new = GearCheck.objects.get_or_create(
        shift=shift,
        withdrawn_at=None,
        defaults={
            "confirmed_at": happened_at or at,
            "confirmed_by": by,
            "overridden_because": overridden_because.strip(),
        },
    )
    if is_new:
        audit.record(
            kind="duty.gear_checked",
            subject=shift.code,
            by=by,
            at=at,
            overridden=bool(overridden_because.strip()),
        )
    return check


@transaction.atomic
def declare(
    *, shift: Shift, kinds: Collection[str], by: User, at: datetime
) -> list[CrewDeclaration]:
    """Say what a crew has with it tonight; what is not among ``kinds`` is taken back.

    Raises
    ------
    NotAllowed
        Neither of the crew nor its desk.
    ValueError
        A kind is none of ``CrewDeclaration.KINDS``.
    """
    policies.check_can_report(by, shift)
    if unknown := set(kinds) - {kind for kind, _label in CrewDeclaration.KINDS}:
        raise ValueError(f"unknown declarations: {sorted(unknown)}")
    CrewDeclaration.objects.filter(shift=shift).exclude(kind__in=kinds).delete()
    CrewDeclaration.objects.bulk_create(
        [
            CrewDeclaration(shift=shift, kind=kind, declared_at=at, declared_by=by)
            for kind in sorted(kinds)
        ],
        ignore_conflicts=True,
    )
    audit.record(
        kind="duty.declared", subject=shift.code, by=by, at=at, kinds=sorted(kinds)
    )
    return list(CrewDeclaration.objects.filter(shift=shift))


@transaction.atomic
def correct_entry(
    *,
    entry: DutyEntry,
    happened_at: datetime | None,
    reason: str,
    by: User,
    at: datetime,
    key: UUID,
) -> DutyEntry:
    """Correct when a line happened, or withdraw it (``happened_at`` None).

    Raises
    ------
    NotAllowed
        Not the crew's desk.
    NoteMissing
        No reason was given.
    EntryCorrected
        Another correction has taken its place.
    """
    policies.check_can_command(by, entry.shift)
    if (known := DutyEntry.objects.filter(key=key).first()) is not None:
        return known
    if not reason.strip():
        raise NoteMissing(entry.shift.code)
    if DutyEntry.objects.filter(corrects=entry).exists():
        raise EntryCorrected(str(entry))
    correction = DutyEntry.objects.create(
        shift=entry.shift,
        step=entry.step,
        happened_at=happened_at or entry.happened_at,
        recorded_at=at,
        source=Source.DESK,
        by=by,
        key=key,
        mode=entry.mode,
        note=reason.strip(),
        corrects=entry,
        is_withdrawal=happened_at is None,
    )
    audit.record(
        kind="duty.corrected",
        subject=entry.shift.code,
        by=by,
        at=at,
        step=entry.step,
        was=entry.happened_at.isoformat(),
    )
    return correction
