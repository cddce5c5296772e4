"""Who goes out on a night, and whether the roster holds."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from xunfang.accounts.models import Standing
from xunfang.core.planning import staffing
from xunfang.core.planning.problem import Crew as CrewNumbers
from xunfang.units.models import Assignment, Part, Person, Shift, Station
from xunfang.units.roster import law, wording
from xunfang.units.roster.reading import Placed, Reading
from xunfang.web.names import local_name


class Severity(StrEnum):
    """Whether a conflict forbids publishing."""

    FAULT = "fault"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Something about a crew that must be put right, or that a leader should know.

    Faults: ``two_places``, ``absent``, ``not_serving``, ``rest_too_short``,
    ``too_many_nights``, ``standing_wrong``, ``crew_empty``, ``no_sworn_officer``,
    ``too_few_sworn``, ``too_few_people``, ``crew_overfull``. Warnings:
    ``places_unfilled``, ``no_stand_in``, ``stand_in_unfit``, ``third_night``,
    ``no_local_knowledge``, ``rest_waived``.
    """

    code: str
    severity: Severity
    shift: Shift
    people: tuple[Person, ...] = ()
    free: tuple[Person, ...] = ()
    """Who could be asked: local officers who know the ground and are free."""
    facts: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def is_fault(self) -> bool:
        return self.severity is Severity.FAULT

    @property
    def sentence(self) -> str:
        """What it is, in the reader's language."""
        return wording.conflict_text(
            self.code,
            crew=self.shift.name,
            people=[person.name for person in self.people],
            free=[person.name for person in self.free],
            facts=self.facts,
        )


def conflicts(*, night: date, stations: Iterable[Station]) -> tuple[Conflict, ...]:
    """Name everything that does not hold in the rosters of some stations on a night.

    Faults first, then in the order of stations and crews. Costs a fixed number of
    queries.
    """
    return conflicts_in(Reading(night=night, stations=stations))


def conflicts_in(reading: Reading) -> tuple[Conflict, ...]:
    """Name everything that does not hold in what was read."""
    found = [c for shift in reading.shifts for c in _conflicts_of(reading, shift)]
    return tuple(sorted(found, key=lambda conflict: not conflict.is_fault))


def _conflicts_of(reading: Reading, shift: Shift) -> Iterator[Conflict]:
    placed = reading.placed[shift.pk]
    absent = set()
    for one in placed:
        if not one.goes_out:
            continue
        for finding in law.findings(reading, one.person, shift):
            if finding.code in {"absent", "not_serving"}:
                absent.add(one.person.pk)
            severity = Severity.FAULT if finding.is_fault else Severity.WARNING
            yield Conflict(
                finding.code, severity, shift, (one.person,), facts=finding.facts
            )
    members = [one.person for one in placed if one.part == Part.MEMBER]
    present = [person for person in members if person.pk not in absent]
    yield from _conflicts_of_numbers(shift, members, present)
    if members:
        yield from _conflicts_of_stand_ins(reading, shift, placed)
    if present and shift.is_seconded:
        joined = [one.person for one in placed if one.part == Part.JOINED]
        yield from _without_local_knowledge(reading, shift, present + joined)


def count_by_standing(people: Iterable[Person]) -> CrewNumbers:
    """Return how many of them are sworn and how many auxiliaries."""
    standings = [person.standing for person in people]
    return CrewNumbers(
        sworn=standings.count(Standing.SWORN),
        auxiliary=standings.count(Standing.AUXILIARY),
    )


def least_team(shift: Shift) -> staffing.TeamTemplate:
    """Return the least that a crew may be: its template's, else one sworn officer."""
    if shift.template is None:
        return staffing.TeamTemplate(min_sworn=1, min_total=1)
    return staffing.TeamTemplate(
        min_sworn=shift.template.min_sworn, min_total=shift.template.min_total
    )


def _conflicts_of_numbers(
    shift: Shift, members: list[Person], present: list[Person]
) -> Iterator[Conflict]:
    if not members:
        yield Conflict("crew_empty", Severity.FAULT, shift)
        return
    numbers, wanted = count_by_standing(present), count_by_standing(members)
    least = least_team(shift)
    facts: dict[str, str | int] = {
        "sworn": numbers.sworn,
        "auxiliary": numbers.auxiliary,
        "min_sworn": least.min_sworn,
        "min_total": least.min_total,
        "n_sworn": shift.n_sworn,
        "n_auxiliary": shift.n_auxiliary,
    }
    for code in staffing.team_faults(least, numbers):
        yield Conflict(code, Severity.FAULT, shift, facts=facts)
    if wanted.sworn > shift.n_sworn or wanted.auxiliary > shift.n_auxiliary:
        yield Conflict(
            "crew_overfull",
            Severity.FAULT,
            shift,
            facts=facts | {"sworn": wanted.sworn, "auxiliary": wanted.auxiliary},
        )
    n_missing = max(0, shift.n_sworn - numbers.sworn) + max(
        0, shift.n_auxiliary - numbers.auxiliary
    )
    if n_missing:
        yield Conflict(
            "places_unfilled", Severity.WARNING, shift, facts=facts | {"n": n_missing}
        )


def _conflicts_of_stand_ins(
    reading: Reading, shift: Shift, placed: list[Placed]
) -> Iterator[Conflict]:
    standing_by = [one.person for one in placed if one.part == Part.STAND_IN]
    unfit = [p for p in standing_by if not law.may_go(reading, p, shift)]
    if unfit:
        yield Conflict("stand_in_unfit", Severity.WARNING, shift, tuple(unfit))
    if not standing_by:
        yield Conflict("no_stand_in", Severity.WARNING, shift)


def _without_local_knowledge(
    reading: Reading, shift: Shift, people: list[Person]
) -> Iterator[Conflict]:
    if any(shift.station_id in reading.grounds[person.pk] for person in people):
        return
    yield Conflict(
        "no_local_knowledge",
        Severity.WARNING,
        shift,
        free=tuple(free_local_officers(reading, shift)),
    )


def free_local_officers(reading: Reading, shift: Shift) -> list[Person]:
    """Return sworn officers of the station who are not out tonight and may go along."""
    return [
        person
        for person in reading.people.values()
        if person.home_unit.station_id == shift.station_id
        and person.standing == Standing.SWORN
        and not reading.out_tonight(person)
        and law.may_go(reading, person, shift)
    ]


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody on a crew's sheet."""

    person: int
    part: Part
    name: str
    number: str
    standing: Standing
    home_unit: str
    phone: str

    @property
    def is_sworn(self) -> bool:
        return self.standing == Standing.SWORN


@dataclass(frozen=True, slots=True)
class Crew:
    """Who goes out as one crew, and who stands in."""

    members: tuple[Holder, ...] = ()
    joined: tuple[Holder, ...] = ()
    stand_ins: tuple[Holder, ...] = ()


def who_goes_out(*, night: date, stations: Iterable[Station]) -> dict[int, Crew]:
    """Return each crew of a night by the key of its shift; an empty one has nobody yet.

    Costs two queries.
    """
    keys = [station.pk for station in stations]
    shifts = Shift.objects.filter(night=night, station__in=keys).values_list(
        "pk", flat=True
    )
    held: dict[int, dict[Part, list[Holder]]] = {
        shift: {part: [] for part in Part} for shift in shifts
    }
    for one in (
        Assignment.objects.filter(shift__night=night, shift__station__in=keys)
        .select_related("person__home_unit")
        .order_by("person__standing", "person__code")
    ):
        person = one.person
        held[one.shift_id][Part(one.part)].append(
            Holder(
                person=person.pk,
                part=Part(one.part),
                name=person.name,
                number=person.code,
                standing=Standing(person.standing),
                home_unit=local_name(person.home_unit.name, person.home_unit.name_en),
                phone=person.phone,
            )
        )
    return {
        shift: Crew(
            # Sworn officers first; "auxiliary" comes before "sworn" in the alphabet.
            *(
                tuple(sorted(by_part[part], key=lambda one: not one.is_sworn))
                for part in (Part.MEMBER, Part.JOINED, Part.STAND_IN)
            )
        )
        for shift, by_part in held.items()
    }
