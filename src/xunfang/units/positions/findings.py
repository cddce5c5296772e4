"""What is found wrong with devices by what they say: noted, so that somebody puts it right."""

from datetime import datetime

from django.db import transaction

from xunfang.audit import services as audit
from xunfang.core.geo import Datum
from xunfang.units.models import Device, PositionsClock


@transaction.atomic
def note_clock(*, device: int, behind_s: int | None, at: datetime) -> None:
    """Note that a device's clock is behind, or is not any more; again changes nothing.

    From now on its times are put right by as much, by whoever receives them. Nobody does
    it, so the record names nobody.
    """
    PositionsClock.devices_changed()
    found = Device.objects.select_for_update().get(pk=device)
    if found.clock_behind_s == behind_s:
        return
    found.clock_behind_s = behind_s
    found.save(update_fields=["clock_behind_s"])
    audit.record(
        kind="device.clock_judged",
        subject=found.code,
        by=None,
        at=at,
        behind_s=behind_s,
    )


@transaction.atomic
def note_datum(*, device: Device, likely: Datum | None, at: datetime) -> None:
    """Note that a device seems to speak another datum than was entered; None: it fits.

    Nothing is converted otherwise for that: somebody who knows the device decides. A
    datum that was corrected meanwhile is not doubted for what the device said before.
    """
    found = Device.objects.select_for_update().get(pk=device.pk)
    if found.datum != device.datum or found.likely_datum == (likely or ""):
        return
    found.likely_datum = likely or ""
    found.save(update_fields=["likely_datum"])
    audit.record(
        kind="device.datum_judged",
        subject=found.code,
        by=None,
        at=at,
        datum=found.datum,
        likely=likely,
    )
