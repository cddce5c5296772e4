"""What a crew said by mistake is withdrawn by whoever said it; the line stays.

The desk corrects any line (``services.correct_entry``); a crew only its own last one.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from xunfang.accounts.models import User
from xunfang.accounts.policies import NotAllowed
from xunfang.audit import services as audit
from xunfang.core.dispatching import unit_states
from xunfang.core.dispatching.unit_states import DutyStep
from xunfang.units.duty import policies
from xunfang.units.duty.queries import as_core
from xunfang.units.duty.services import (
    AT_THE_DESK,
    EntryCorrected,
    From,
    StepFollows,
    forget_where,
)
from xunfang.units.models import (
    DutyEntry,
    Fix,
    GearCheck,
    GearMissing,
    PositionsClock,
    Shift,
)


@transaction.atomic
def withdraw_entry(
    *,
    entry: DutyEntry,
    key: UUID,
    by: User,
    at: datetime,
    entered: From = AT_THE_DESK,
) -> DutyEntry:
    """Withdraw one's own last line of a crew's log. The same ``key`` changes nothing.

    A crew that did not go on duty after all was never on it: what was measured goes.

    Raises
    ------
    NotAllowed
        Somebody else's line.
    EntryCorrected
    StepFollows
        The crew has reported something since.
    """
    policies.check_can_report(by, entry.shift)
    if entry.by_id != by.pk:
        raise NotAllowed(f"{by.username} did not report {entry}")
    if (known := DutyEntry.objects.filter(key=key).first()) is not None:
        return known
    if entry.step == DutyStep.ON:
        PositionsClock.devices_changed()
    shift = Shift.objects.select_for_update(of=("self",)).get(pk=entry.shift_id)
    if DutyEntry.objects.filter(corrects=entry).exists():
        raise EntryCorrected(str(entry))
    counted = unit_states.that_count(map(as_core, shift.duty_entries.all()))
    if not counted or counted[-1].key != entry.pk:
        raise StepFollows(shift.code)
    withdrawal = DutyEntry.objects.create(
        shift=shift,
        step=entry.step,
        happened_at=entry.happened_at,
        recorded_at=at,
        device_at=entered.device_at,
        source=entered.source,
        by=by,
        key=key,
        mode=entry.mode,
        corrects=entry,
        is_withdrawal=True,
    )
    if entry.step == DutyStep.ON:
        forget_where(shift, entry.happened_at)
        Fix.objects.filter(shift=shift, fixed_at__gte=entry.happened_at).delete()
    audit.record(
        kind="duty.corrected",
        subject=shift.code,
        by=by,
        at=at,
        step=entry.step,
        was=entry.happened_at.isoformat(),
    )
    return withdrawal


@transaction.atomic
def withdraw_gear_check(*, check: GearCheck, by: User, at: datetime) -> GearCheck:
    """Withdraw one's own look through the gear, and what was noted missing with it.

    Again changes nothing. The crew looks through its gear before it goes out.

    Raises
    ------
    NotAllowed
        Somebody else's check.
    StepFollows
        The crew has gone out since.
    """
    policies.check_can_report(by, check.shift)
    if check.confirmed_by_id != by.pk:
        raise NotAllowed(f"{by.username} did not look through the gear of {check}")
    shift = Shift.objects.select_for_update(of=("self",)).get(pk=check.shift_id)
    check = GearCheck.objects.select_for_update(of=("self",)).get(pk=check.pk)
    if check.withdrawn_at is not None:
        return check
    if unit_states.that_count(map(as_core, shift.duty_entries.all())):
        raise StepFollows(shift.code)
    check.withdrawn_at = at
    check.save(update_fields=["withdrawn_at"])
    GearMissing.objects.filter(
        shift=shift, noted_by=by, noted_at__gte=check.confirmed_at, withdrawn_at=None
    ).update(withdrawn_at=at)
    audit.record(kind="duty.gear_check_withdrawn", subject=shift.code, by=by, at=at)
    return check
