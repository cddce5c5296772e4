"""Ask about units and their people. Everything here only reads.

Lists of people are sorted by unit and service number, and by nothing else.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from xunfang.accounts.models import Standing, User
from xunfang.accounts.policies import Capability, can
from xunfang.units.models import (
    Absence,
    Assignment,
    MentorPair,
    Part,
    PeopleImport,
    Person,
    Skill,
    Station,
    Unit,
)

BY_UNIT_AND_NUMBER = ("home_unit__code", "code")


def people_visible_to(user: User, *, night: date) -> QuerySet[Person]:
    """Return the people this person may see, by unit and number.

    A station's account sees the station's own people, and those who are on duty there
    on ``night`` or later; an account of the whole city sees all.
    """
    people = Person.objects.select_related("home_unit").order_by(*BY_UNIT_AND_NUMBER)
    if not can(user, Capability.SEE_PEOPLE):
        return people.none()
    if not user.station_code:
        return people
    on_duty_there = Assignment.objects.filter(
        person=OuterRef("pk"),
        shift__station__code=user.station_code,
        shift__night__gte=night,
    )
    return people.filter(
        Q(home_unit__station__code=user.station_code) | Exists(on_duty_there)
    )


def units_visible_to(user: User) -> QuerySet[Unit]:
    """Return the units this person may see: the own station, or all of the city."""
    units = Unit.objects.order_by("code")
    if not can(user, Capability.SEE_PEOPLE):
        return units.none()
    if not user.station_code:
        return units
    return units.filter(station__code=user.station_code)


def imports_visible_to(user: User) -> QuerySet[PeopleImport]:
    """Return the files whose lines this person may see: a station's desk, its own."""
    imports = PeopleImport.objects.select_related("imported_by")
    if not can(user, Capability.EDIT_PEOPLE):
        return imports.none()
    return imports.filter(imported_by=user) if user.station_code else imports


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit in the tree, with its people and those of the units below it."""

    unit: Unit
    depth: int
    n_sworn: int
    n_auxiliary: int
    n_civil: int

    @property
    def n_people(self) -> int:
        return self.n_sworn + self.n_auxiliary + self.n_civil


def unit_tree(units: Iterable[Unit]) -> list[UnitLine]:
    """Lay units out as a tree, each before those below it; one query for the people.

    A unit whose parent is not among them stands at the top.
    """
    by_id = {unit.pk: unit for unit in units}
    own: defaultdict[int, Counter[str]] = defaultdict(Counter)
    counted = (
        Person.objects.filter(is_serving=True, home_unit__in=by_id)
        .order_by("home_unit")
        .values_list("home_unit", "standing")
        .annotate(n=Count("pk"))
    )
    for unit_id, standing, n in counted:
        own[unit_id][standing] = n
    below = children_of(by_id.values())
    in_order: list[tuple[Unit, int]] = []
    totals: dict[int, Counter[str]] = {}

    def walk(unit: Unit, depth: int) -> Counter[str]:
        in_order.append((unit, depth))
        total = Counter(own[unit.pk])
        for child in below[unit.pk]:
            total += walk(child, depth + 1)
        totals[unit.pk] = total
        return total

    for top in below[None]:
        walk(top, 0)
    return [
        UnitLine(
            unit,
            depth,
            n_sworn=totals[unit.pk][Standing.SWORN],
            n_auxiliary=totals[unit.pk][Standing.AUXILIARY],
            n_civil=totals[unit.pk][Standing.CIVIL],
        )
        for unit, depth in in_order
    ]


def children_of(units: Iterable[Unit]) -> defaultdict[int | None, list[Unit]]:
    """Return the units below each one, by code; under None those that stand at the top."""
    by_code = sorted(units, key=lambda unit: unit.code)
    there = {unit.pk for unit in by_code}
    below: defaultdict[int | None, list[Unit]] = defaultdict(list)
    for unit in by_code:
        below[unit.parent_id if unit.parent_id in there else None].append(unit)
    return below


def with_units_below(unit: Unit) -> list[int]:
    """Return the keys of a unit and of all units below it; one query."""
    below = children_of(Unit.objects.all())
    found, waiting = [], [unit.pk]
    while waiting:
        found.append(one := waiting.pop())
        waiting.extend(child.pk for child in below[one])
    return found


def search_people(
    people: QuerySet[Person],
    *,
    words: str = "",
    unit: Unit | None = None,
    standing: str = "",
    is_serving: bool = True,
) -> QuerySet[Person]:
    """Return those of ``people`` who match: each word in name, number, unit or skill.

    A unit stands for itself and all units below it.
    """
    people = people.filter(is_serving=is_serving)
    if unit is not None:
        people = people.filter(home_unit__in=with_units_below(unit))
    if standing:
        people = people.filter(standing=standing)
    for word in words.split():
        kinds = [
            kind
            for kind, name in Skill.KINDS
            if word.casefold() in str(name).casefold()
        ]
        skilled = Skill.objects.filter(person=OuterRef("pk")).filter(
            Q(kind__in=kinds) | Q(detail__icontains=word)
        )
        people = people.filter(
            Q(name__icontains=word)
            | Q(code__istartswith=word)
            | Q(home_unit__name__icontains=word)
            | Q(home_unit__name_en__icontains=word)
            | Q(home_unit__code__iexact=word)
            | Exists(skilled)
        )
    return people


def absences_between(begins_at: datetime, ends_at: datetime) -> QuerySet[Absence]:
    """Return the absences that stand and overlap a stretch of time."""
    return Absence.objects.filter(
        cancelled_at=None, begins_at__lt=ends_at, ends_at__gt=begins_at
    )


def people_with_skills(
    people: QuerySet[Person],
    kinds: Sequence[str],
    *,
    begins_at: datetime,
    ends_at: datetime,
) -> QuerySet[Person]:
    """Return those of ``people`` who declared one of the skills and are not away then."""
    away = absences_between(begins_at, ends_at).filter(person=OuterRef("pk"))
    skilled = Skill.objects.filter(person=OuterRef("pk"), kind__in=kinds)
    return people.filter(Exists(skilled), ~Exists(away), is_serving=True)


def crews_on(night: date) -> Prefetch[Any]:
    """Bring along which crews people go out with on a night, as ``crews_that_night``."""
    return Prefetch(
        "assignments",
        Assignment.objects.filter(
            shift__night=night, part__in=(Part.MEMBER, Part.JOINED)
        )
        .select_related("shift__station")
        .order_by("shift__begins_min", "shift__code"),
        to_attr="crews_that_night",
    )


def mentors_on(night: date, stations: Sequence[Station]) -> list[MentorPair]:
    """Return the pairs that hold on a night at these stations, by newcomer's number.

    Each has ``newcomer``, ``mentor`` and ``station`` at hand; one query.
    """
    return list(
        MentorPair.objects.filter(
            Q(ends_on=None) | Q(ends_on__gt=night),
            begins_on__lte=night,
            station__in=stations,
            newcomer__is_serving=True,
            mentor__is_serving=True,
        )
        .select_related("newcomer__home_unit", "mentor", "station")
        .order_by("station__code", "newcomer__code")
    )


N_ALIKE = 20


def find_people(people: QuerySet[Person], said: str) -> list[Person]:
    """Return whom somebody may mean: by number, else by name, else by part of a name.

    The nearest meaning that anybody answers to; at most twenty.
    """
    said = said.strip()
    for meant in (Q(code=said), Q(name=said), Q(name__icontains=said)):
        found = list(people.filter(meant, is_serving=True)[:N_ALIKE])
        if found:
            return found
    return []
