"""Who is in the crews of a night, as a sheet names them in either language."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from xunfang.units.models import Assignment, Part, Person, Station, Unit


@dataclass(frozen=True, slots=True)
class NamedCrew:
    """The people of one crew, by unit and service number."""

    members: tuple[Person, ...] = ()
    joined: tuple[Person, ...] = ()
    """Local officers who go along."""
    stand_ins: tuple[Person, ...] = ()

    @property
    def going_out(self) -> tuple[Person, ...]:
        return (*self.members, *self.joined)


NOBODY = NamedCrew()


def crews_of(night: date, stations: Iterable[Station]) -> dict[str, NamedCrew]:
    """Return the named people of the crews of some stations by the crew's code.

    One query; a crew nobody was named for is absent.
    """
    assignments = (
        Assignment.objects.filter(shift__night=night, shift__station__in=list(stations))
        .select_related("shift", "person__home_unit")
        .order_by("shift__code", "person__home_unit__code", "person__code")
    )
    parts: dict[str, dict[str, list[Person]]] = defaultdict(lambda: defaultdict(list))
    for assignment in assignments:
        parts[assignment.shift.code][assignment.part].append(assignment.person)
    return {
        code: NamedCrew(
            members=tuple(people[Part.MEMBER]),
            joined=tuple(people[Part.JOINED]),
            stand_ins=tuple(people[Part.STAND_IN]),
        )
        for code, people in parts.items()
    }


def desks_of(stations: Iterable[Station]) -> Mapping[str, Unit]:
    """Return the unit with the duty desk of each station that has one, by its code."""
    units = Unit.objects.filter(station__in=list(stations)).select_related("station")
    return {unit.station.code: unit for unit in units if unit.station is not None}
