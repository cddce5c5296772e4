"""Hours on the roster, under the home unit and under the unit of duty, counted once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from xunfang.core.planning.secondment import people as core
from xunfang.core.planning.secondment.tally import Count, tally
from xunfang.units.models import Assignment, Station, Unit
from xunfang.units.roster import wording
from xunfang.units.roster.reading import GOES_OUT, window_of
from xunfang.web.names import local_name


@dataclass(frozen=True, slots=True)
class UnitHours:
    """What was worked by people of a unit, or at it."""

    name: str
    level: str
    n_nights: int
    hours: str


@dataclass(frozen=True, slots=True)
class Hours:
    """The same work seen under both units, and its total."""

    by_home_unit: tuple[UnitHours, ...]
    by_duty_unit: tuple[UnitHours, ...]
    total: UnitHours
    is_counted_once: bool


def hours_between(first: date, last: date, stations: Iterable[Station]) -> Hours:
    """Return the hours between two nights of what was done at some stations, and of what
    their own people did anywhere; two queries.

    Raises
    ------
    DutiesOverlap
        Somebody is on record in two crews at once.
    """
    keys = [station.pk for station in stations]
    rows = (
        Assignment.objects.filter(
            Q(shift__station__in=keys) | Q(person__home_unit__station__in=keys),
            shift__night__range=(first, last),
            part__in=GOES_OUT,
        )
        .select_related("shift__station", "person__home_unit")
        .order_by("pk")
    )
    duties, people = [], {}
    stations_of_duty: dict[str, str] = {}
    for row in rows:
        shift, person = row.shift, row.person
        window = window_of(shift.night, shift.begins_min, shift.ends_min)
        duties.append(core.Duty(person.code, shift.night, *window, shift.station.code))
        people[person.code] = core.Person(
            person.code, core.Kind.SWORN, person.home_unit.code
        )
        stations_of_duty[shift.station.code] = local_name(
            shift.station.name, shift.station.name_en
        )
    counted = tally(duties, people.values())
    units = {unit.code: unit for unit in Unit.objects.all()}
    return Hours(
        by_home_unit=tuple(
            _row(
                local_name(units[code].name, units[code].name_en),
                units[code].get_level_display(),
                count,
            )
            for code, count in counted.by_home_unit.items()
        ),
        by_duty_unit=tuple(
            _row(stations_of_duty[code], "", count)
            for code, count in counted.by_duty_unit.items()
        ),
        total=_row("", "", counted.total),
        is_counted_once=counted.is_counted_once,
    )


def _row(name: str, level: str, count: Count) -> UnitHours:
    return UnitHours(name, level, count.n_nights, wording.hours_text(count.n_minutes))
