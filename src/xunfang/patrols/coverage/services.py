"""Say why a crew's night was short; ask that somebody goes to a blind street."""

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from django.conf import settings
from django.db import transaction

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.core.errors import DomainError
from xunfang.core.streets.network import SegmentUnknown, StreetNetwork
from xunfang.patrols import policies
from xunfang.patrols.edits import services as edits
from xunfang.patrols.models import NightEdit, ShortRun
from xunfang.patrols.runs.times import crew_times
from xunfang.patrols.wanted.statement import HORIZON, tonight
from xunfang.units.models import Shift, Station

LOOK_IN_MIN = 15
"""A stay of 12 to 16 minutes holds the longest (Koper 1995)."""


class ShortReasonMissing(DomainError):
    """Nobody has said why the crew's night was short."""

    code = "patrols.short_reason_missing"


class RunNotShort(DomainError):
    """The crew's night is not over, or it has as many effective minutes as required."""

    code = "patrols.run_not_short"


class RunChanged(DomainError):
    """The crew's log has been corrected: its minutes are others than those on the page."""

    code = "patrols.run_changed"


class StreetGone(DomainError):
    """The street is not in the network any more."""

    code = "patrols.street_gone"


@transaction.atomic
def explain_short_run(
    *, shift: Shift, reason: str, seen_min: int, by: User, at: datetime
) -> ShortRun:
    """Say why a crew had fewer effective minutes than required.

    ``seen_min`` are the minutes whoever says it had before them. A wrong log is put right
    in the log instead; then the minutes change, and with them what has to be said.

    Raises
    ------
    NotAllowed
        This person commands neither the crew's station nor the city.
    ShortReasonMissing, RunNotShort, RunChanged
    """
    policies.check_can_order(by, shift.station)
    shift = Shift.objects.select_for_update(of=("self",)).get(pk=shift.pk)
    times = crew_times([shift], at=at)[shift.pk]
    if not reason.strip():
        raise ShortReasonMissing(shift.code)
    if times.time is None or not times.is_short:
        raise RunNotShort(shift.code)
    if times.time.effective_minutes != seen_min:
        raise RunChanged(
            f"{shift.code}: {times.time.effective_minutes}, not {seen_min}"
        )
    said = ShortRun.objects.create(
        shift=shift,
        effective_min=times.time.effective_minutes,
        required_min=times.time.required_minutes,
        reason=reason.strip(),
        said_at=at,
        said_by=by,
    )
    audit.record(
        kind="run.short_explained",
        subject=shift.code,
        by=by,
        at=at,
        night=shift.night.isoformat(),
        minutes=said.effective_min,
    )
    return said


def wish_for_street(
    *,
    station: Station,
    network: StreetNetwork,
    segment: str,
    reason: str,
    by: User,
    at: datetime,
) -> NightEdit:
    """Ask that tonight a crew looks into a street; the night is planned again with it.

    Raises
    ------
    NotAllowed
        This person does not plan for the station.
    StreetGone
    """
    try:
        number = network.segment_by_key(segment)
    except SegmentUnknown as unknown:
        raise StreetGone(segment) from unknown
    shape, offset = network.shape_of(number), network.shape_offset[number]
    along_m = network.shape_along_m[offset : offset + len(shape)]
    middle = [
        float(np.interp(along_m[-1] / 2, along_m, shape[:, axis])) for axis in (0, 1)
    ]
    name = network.segment_name_of(number)
    night = tonight(at, ZoneInfo(settings.TIME_ZONE))
    return edits.add_wish(
        edits.Desk(station=station, night=night, by=by, at=at),
        lonlat=(middle[0], middle[1]),
        minutes=LOOK_IN_MIN,
        window=HORIZON,
        is_mandatory=False,
        name=name,
        reason=reason,
    )
