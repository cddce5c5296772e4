"""Who is in the crews of a night, and what they take along, as a sheet names it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from xunfang.patrols import wording
from xunfang.units.models import (
    Assignment,
    GearTemplate,
    NightNotice,
    Part,
    Person,
    Shift,
    Station,
    Unit,
)

DAY_MIN, EVENING_MIN = 6 * 60, 18 * 60
"""Between them it is day, as far as gear goes."""


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


@dataclass(frozen=True, slots=True)
class GearLists:
    """The lists of gear, to pick from by crew."""

    templates: tuple[GearTemplate, ...]

    def lines(self, shift: Shift, *, n_people: int) -> list[tuple[str, int]]:
        """Return what a crew takes along: each thing once, with how many."""
        wanted: dict[str, int] = {}
        for template in self.templates:
            if not _is_for(template, shift):
                continue
            for item in template.items.all():
                name = wording.local_name(item.name, item.name_en)
                n = item.quantity * (n_people if item.is_per_person else 1)
                wanted[name] = max(n, wanted.get(name, 0))
        return list(wanted.items())


def get_gear() -> GearLists:
    """Return all lists of gear; two queries."""
    return GearLists(tuple(GearTemplate.objects.prefetch_related("items")))


def _is_for(template: GearTemplate, shift: Shift) -> bool:
    if template.team_id is not None and template.team_id != shift.template_id:
        return False
    is_by_day = shift.begins_min < EVENING_MIN and shift.ends_min > DAY_MIN
    is_by_night = shift.ends_min > EVENING_MIN or shift.begins_min < DAY_MIN
    return {"day": is_by_day, "night": is_by_night}.get(template.when, True)


def notices_of(night: date) -> list[str]:
    """Return what everybody who goes out on a night should know."""
    return list(
        NightNotice.objects.filter(night=night, ended_at=None).values_list(
            "text", flat=True
        )
    )


def desks_of(stations: Iterable[Station]) -> Mapping[str, Unit]:
    """Return the unit with the duty desk of each station that has one, by its code."""
    units = Unit.objects.filter(station__in=list(stations)).select_related("station")
    return {unit.station.code: unit for unit in units if unit.station is not None}
