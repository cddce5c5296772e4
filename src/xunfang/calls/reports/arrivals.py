"""Keep beside an arrival what else speaks for it, at the moment it is pressed."""

from datetime import datetime

from xunfang.calls.models import ArrivalWitness, CallEvent
from xunfang.core.dispatching.sheets import Step
from xunfang.core.geo import short_distance_m
from xunfang.units.models import Position


def keep_witness(event: CallEvent, *, at: datetime) -> ArrivalWitness | None:
    """Note how near the crew's newest position is, if this is an arrival of a crew.

    To be called in the transaction of the press. Without a position, or without a point
    of the call, nothing is noted: the arrival stays what one hand said.
    """
    call, dispatch = event.call, event.dispatch
    if (
        event.step != Step.ARRIVED
        or dispatch is None
        or dispatch.shift_id is None
        or call.lon is None
        or call.lat is None
    ):
        return None
    position = Position.objects.filter(shift=dispatch.shift_id).first()
    if position is None:
        return None
    distance_m = short_distance_m((position.lon, position.lat), (call.lon, call.lat))
    return ArrivalWitness.objects.create(
        event=event,
        distance_m=round(float(distance_m), 1),
        position_age_s=abs((event.happened_at - position.fixed_at).total_seconds()),
        noted_at=at,
    )
