"""Which of our crews 110 means by a unit's name: one that was on duty there, or none.

A name is compared with the codes and names of the station's crews of that night, whatever
its width, case and blanks; nothing else is guessed. Where 110 calls a crew otherwise,
somebody says so once on the page of the source (``UnitName``). A unit that is none of
ours, or could be two, stays what 110 calls it.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from unicodedata import normalize
from zoneinfo import ZoneInfo

from django.conf import settings

from xunfang.calls.models import UNNAMED_UNIT, CallSource, UnitName
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


@dataclass(frozen=True, slots=True)
class Meant:
    """Which crews are meant, and which names mean none."""

    crews: Mapping[Named, int]
    unknown: Counter[str]
    """Orders by 110's name of a unit, of nights and stations that had crews, none of
    which is called so."""


def plain(name: str) -> str:
    """Return a name without what only its spelling adds.

    >>> plain("３ 巡") == plain("3巡"), plain("A组") == plain("ａ 组")
    (True, True)
    """
    return "".join(normalize("NFKC", name).casefold().split())


def crews_meant(named: Collection[Named], *, source: CallSource) -> Meant:
    """Return the crews that are meant, by key; three queries, however many there are."""
    asked = {one: tonight(one.at, ZONE) for one in named if one.unit != UNNAMED_UNIT}
    matched = {
        said: (station, plain(sign))
        for said, station, sign in UnitName.objects.filter(
            source=source, plain__in={plain(one.unit) for one in asked}
        ).values_list("plain", "station", "sign")
    }
    called = _crews_by_name(
        {one.station for one in asked} | {station for station, _ in matched.values()},
        set(asked.values()),
    )
    meant: dict[Named, int] = {}
    unknown: Counter[str] = Counter()
    with_crews = {(station, night) for station, night, _ in called}
    for one, night in asked.items():
        name = plain(one.unit)
        station, sign = matched.get(name, (one.station, name))
        crews = called.get((station, night, sign), set())
        if len(crews) == 1:
            meant[one] = next(iter(crews))
        elif not crews and name not in matched and (station, night) in with_crews:
            unknown[one.unit] += 1
    logs: dict[int, list[DutyEntry]] = defaultdict(list)
    for entry in DutyEntry.objects.filter(shift__in=set(meant.values())).order_by("pk"):
        logs[entry.shift_id].append(entry)
    on_duty = {
        one: crew for one, crew in meant.items() if _is_on_duty(logs[crew], one.at)
    }
    return Meant(on_duty, unknown)


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
