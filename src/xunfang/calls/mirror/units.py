"""Which of our crews 110 means by a unit's name: one that was on duty there, or none.

A name is compared with the codes and names of the station's crews of that night, whatever
its width, case and blanks; nothing else is guessed. A unit that is none of ours, or could
be two, stays what 110 calls it.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from unicodedata import normalize
from zoneinfo import ZoneInfo

from django.conf import settings

from xunfang.calls.models import UNNAMED_UNIT
from xunfang.core.dispatching.unit_states import UnitState, standing
from xunfang.units.duty.queries import as_core
from xunfang.units.models import DutyEntry, Shift
from xunfang.units.nights import tonight

ZONE = ZoneInfo(settings.TIME_ZONE)


@dataclass(frozen=True, slots=True)
class Named:
    """A unit as 110 names it, for a call on a station's ground, and since when."""

    station: int
    unit: str
    at: datetime


def plain(name: str) -> str:
    """Return a name without what only its spelling adds.

    >>> plain("３ 巡") == plain("3巡"), plain("A组") == plain("ａ 组")
    (True, True)
    """
    return "".join(normalize("NFKC", name).casefold().split())


def crews_meant(named: Collection[Named]) -> dict[Named, int]:
    """Return the crews that are meant, by key; two queries, however many there are."""
    asked = {one: tonight(one.at, ZONE) for one in named if one.unit != UNNAMED_UNIT}
    called = _crews_by_name(
        {one.station for one in asked}, set(asked.values()) if asked else set()
    )
    meant = {
        one: next(iter(crews))
        for one, night in asked.items()
        if len(crews := called.get((one.station, night, plain(one.unit)), set())) == 1
    }
    logs: dict[int, list[DutyEntry]] = defaultdict(list)
    for entry in DutyEntry.objects.filter(shift__in=set(meant.values())).order_by("pk"):
        logs[entry.shift_id].append(entry)
    return {one: crew for one, crew in meant.items() if _is_on_duty(logs[crew], one.at)}


def _crews_by_name(
    stations: Collection[int], nights: Collection[date]
) -> Mapping[tuple[int, date, str], set[int]]:
    called: dict[tuple[int, date, str], set[int]] = defaultdict(set)
    for key, station, night, *names in (
        Shift.objects.filter(station__in=stations, night__in=nights)
        .order_by("pk")
        .values_list("pk", "station", "night", "code", "name")
    ):
        for name in names:
            called[station, night, plain(name)].add(key)
    return called


def _is_on_duty(log: Collection[DutyEntry], at: datetime) -> bool:
    until_then = (as_core(entry) for entry in log if entry.happened_at <= at)
    return standing(until_then).state is not UnitState.OFF
