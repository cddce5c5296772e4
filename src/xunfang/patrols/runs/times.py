"""Effective minutes of crews, from their logs and the clocks of their calls."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from xunfang.calls import queries as calls
from xunfang.core.calendars.patrol_minutes import PatrolTime, Span
from xunfang.core.dispatching.duty_times import DutyTimes, duty_times, patrolled
from xunfang.core.dispatching.unit_states import DutyEvent
from xunfang.units.duty.queries import as_core
from xunfang.units.models import DutyEntry, Shift
from xunfang.units.positions.queries import end_of_duty

ZONE = ZoneInfo(settings.TIME_ZONE)


@dataclass(frozen=True, slots=True)
class CrewTime:
    """A crew's night in spans, and what of it was patrol."""

    duty: DutyTimes
    responses: tuple[Span, ...]
    time: PatrolTime | None
    """None: it was never on duty."""
    is_over: bool
    """Whether it is off duty for good: by its word, or because nobody listens any more."""

    @property
    def is_short(self) -> bool:
        """Whether it is over with fewer effective minutes than required."""
        return self.is_over and self.time is not None and self.time.is_short


def crew_times(
    shifts: Collection[Shift],
    *,
    at: datetime,
    logs: Mapping[int, list[DutyEvent]] | None = None,
) -> dict[int, CrewTime]:
    """Return the times of crews, by crew; two queries."""
    logs = logs_of(shifts) if logs is None else logs
    bound = calls.responses(shifts, until=at)
    times = {}
    for shift in shifts:
        latest = end_of_duty(shift, ZONE)
        until = min(at, latest)
        duty = duty_times(logs.get(shift.pk, ()), mode=shift.mode, until=until)
        responses = tuple(bound.get(shift.pk, ()))
        times[shift.pk] = CrewTime(
            duty, responses, patrolled(duty, responses), duty.is_over or at >= latest
        )
    return times


def logs_of(shifts: Collection[Shift]) -> dict[int, list[DutyEvent]]:
    """Return the logs of crews as the core reads them; one query."""
    logs: dict[int, list[DutyEvent]] = defaultdict(list)
    for entry in DutyEntry.objects.filter(shift__in=shifts):
        logs[entry.shift_id].append(as_core(entry))
    return logs
