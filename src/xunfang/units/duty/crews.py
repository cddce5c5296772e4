"""The crews of a night, for whoever has to decide at once: columns, and no rows.

A city has a hundred crews on duty, each with a log and a plan that grow through the
night. A crew's log and plan are read again when something was added to them or taken
away, which a count tells; where crews are is read every time.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock

from django.db.models import Count, Sum

from xunfang.core.dispatching import unit_states
from xunfang.core.dispatching.unit_states import (
    DutyEvent,
    DutyStep,
    OpenAssignment,
    OwnStanding,
    Standing,
)
from xunfang.units.models import CrewDeclaration, DutyEntry, DutyStay, Shift

N_CREWS_KEPT = 4000

type Key = tuple[int, int]


@dataclass(frozen=True, slots=True)
class StationOfCrew:
    """Whose crew it is."""

    pk: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Seen:
    """Where a crew was last."""

    lon: float
    lat: float
    fixed_at: datetime
    heading_deg: float | None


@dataclass(frozen=True, slots=True)
class CrewOfNight:
    """One crew of a night; see ``Shift``."""

    station: StationOfCrew
    seen: Seen | None
    """None: nobody has seen it since it went on duty."""
    pk: int
    night: date
    code: str
    name: str
    mode: str
    n_sworn: int
    n_auxiliary: int
    begins_min: int
    ends_min: int
    break_first_min: int | None
    break_last_min: int | None
    break_minutes: int


@dataclass(frozen=True, slots=True)
class Stay:
    """What a published plan binds a crew to; see ``DutyStay``."""

    number: int
    begins_at: datetime
    ends_at: datetime
    lon: float
    lat: float
    name: str
    name_en: str
    worth: float


OF_SHIFT = (
    *("pk", "night", "code", "name", "mode", "n_sworn", "n_auxiliary"),
    *("begins_min", "ends_min", "break_first_min", "break_last_min", "break_minutes"),
)
OF_STATION = ("station", "station__code", "station__name")
OF_POSITION = (
    *("position__lon", "position__lat", "position__fixed_at"),
    "position__heading_deg",
)
OF_STAY = ("number", "begins_at", "ends_at", "lon", "lat", "name", "name_en", "worth")


def crews_of(night: date) -> list[CrewOfNight]:
    """Return the crews of a night by code, on duty or not; one query."""
    stations: dict[int, StationOfCrew] = {}
    crews = []
    for row in (
        Shift.objects.filter(night=night)
        .order_by("code")
        .values_list(*OF_SHIFT, *OF_STATION, *OF_POSITION)
    ):
        of_shift, (station, code, name) = row[:12], row[12:15]
        lon, lat, fixed_at, heading_deg = row[15:]
        if station not in stations:
            stations[station] = StationOfCrew(station, code, name)
        seen = None if fixed_at is None else Seen(lon, lat, fixed_at, heading_deg)
        crews.append(CrewOfNight(stations[station], seen, *of_shift))
    return crews


def standings_of(
    night: date, bound: Mapping[int, Collection[OpenAssignment]]
) -> dict[int, Standing]:
    """Return what the crews of a night are doing, by crew; who has no log is left out.

    ``bound`` are the calls they are bound to, which a higher room knows. One query, two
    where somebody has reported since.
    """
    return {
        shift: unit_states.with_calls(own, bound.get(shift, ()))
        for shift, own in _LOGS.get(_keys(DutyEntry, night)).items()
    }


def stays_of(night: date) -> Mapping[int, tuple[Stay, ...]]:
    """Return what crews are bound to in a night, by crew and in order.

    One query, two where a plan was published or withdrawn since.
    """
    return _PLANS.get(_keys(DutyStay, night))


def _keys(rows: type[DutyEntry] | type[DutyStay], night: date) -> dict[int, Key]:
    """Return by crew, for each that has any, how many rows of a kind it has, and the sum of their keys."""
    of_night = rows.objects.filter(shift__night=night).order_by()
    counted = of_night.values("shift").annotate(n=Count("pk"), keys=Sum("pk"))
    return {
        shift: (n, keys) for shift, n, keys in counted.values_list("shift", "n", "keys")
    }


def declared_of(night: date) -> Mapping[int, frozenset[str]]:
    """Return what crews have said they have with them, by crew; one query."""
    declared: dict[int, set[str]] = defaultdict(set)
    for shift, kind in (
        CrewDeclaration.objects.filter(shift__night=night)
        .order_by()
        .values_list("shift", "kind")
    ):
        declared[shift].add(kind)
    return {shift: frozenset(kinds) for shift, kinds in declared.items()}


def forget_nights() -> None:
    """Read everything again: for tests, in which keys begin anew."""
    _LOGS.clear()
    _PLANS.clear()


class _Kept[Value]:
    """What was read of crews, for as long as its key stays. Asked by several threads.

    Lines are added or removed, never changed, and a key is given once: nothing can be
    added or replaced without their number or the sum of their keys being another.
    """

    def __init__(self, read: Callable[[Collection[int]], dict[int, Value]]) -> None:
        self._read = read
        self._kept: dict[int, tuple[Key, Value]] = {}
        self._lock = Lock()

    def get(self, keys: Mapping[int, Key]) -> dict[int, Value]:
        """Return what is known of the crews that ``keys`` name."""
        with self._lock:
            known = {
                shift: kept[1]
                for shift, key in keys.items()
                if (kept := self._kept.get(shift)) is not None and kept[0] == key
            }
        if missing := keys.keys() - known.keys():
            # Whoever has added to a log since the count is read once more next time.
            fresh = self._read(missing)
            known |= fresh
            with self._lock:
                for shift, value in fresh.items():
                    self._kept.pop(shift, None)
                    self._kept[shift] = keys[shift], value
                while len(self._kept) > N_CREWS_KEPT:
                    del self._kept[next(iter(self._kept))]
        return known

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()


def _read_logs(shifts: Collection[int]) -> dict[int, OwnStanding]:
    events: dict[int, list[DutyEvent]] = defaultdict(list)
    for shift, key, step, happened_at, recorded_at, mode, corrects, withdraws in (
        DutyEntry.objects.filter(shift__in=shifts)
        .order_by()
        .values_list(
            *("shift", "pk", "step", "happened_at", "recorded_at", "mode"),
            *("corrects", "is_withdrawal"),
        )
    ):
        events[shift].append(
            DutyEvent(
                key=key,
                step=DutyStep(step),
                happened_at=happened_at,
                recorded_at=recorded_at,
                mode=mode,
                corrects=corrects,
                is_withdrawal=withdraws,
            )
        )
    return {shift: unit_states.own_standing(some) for shift, some in events.items()}


def _read_plans(shifts: Collection[int]) -> dict[int, tuple[Stay, ...]]:
    stays: dict[int, list[Stay]] = defaultdict(list)
    for shift, *columns in (
        DutyStay.objects.filter(shift__in=shifts)
        .order_by("shift", "begins_at", "number")
        .values_list("shift", *OF_STAY)
    ):
        stays[shift].append(Stay(*columns))
    return {shift: tuple(some) for shift, some in stays.items()}


_LOGS = _Kept(_read_logs)
_PLANS = _Kept(_read_plans)
