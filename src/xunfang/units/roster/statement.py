"""From what was read of a night to the statement that the core allocates by, and back.

Two kinds of night are stated: the city's numbered groups, filled from headquarters, and
a station's own crews, filled from its own people. The law is the same for both.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xunfang.accounts.models import Standing
from xunfang.core.planning.problem import Window
from xunfang.core.planning.secondment import people as core
from xunfang.units.models import Part, Person, Shift
from xunfang.units.roster.law import MAX_NIGHTS_AT_HOME, max_nights, most_nights_around
from xunfang.units.roster.reading import Reading

NIGHTS_THAT_TIRE = 2
"""Before tonight: with them it is the third in a row."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A night as the core knows it, with what its numbers and names stand for."""

    night: core.Night
    standing: core.Allocation
    """Who is in the crews now."""
    standing_by: dict[int, tuple[str, ...]]
    """Stand-ins named now, by group."""
    shifts: dict[int, Shift]
    people: dict[str, Person]

    @property
    def gone(self) -> frozenset[str]:
        """Those who are in a crew and cannot come."""
        groups = {group.number: group for group in self.night.groups}
        known = {person.id: person for person in self.night.people + self.night.local}
        return frozenset(
            name
            for team in self.standing.teams
            for name in team.people + team.joined
            if any(
                begins < groups[team.group].ends and groups[team.group].begins < ends
                for begins, ends in known[name].away
            )
        )


def state_seconded(reading: Reading) -> Statement:
    """State the numbered groups of a night, to be filled from the pool.

    The pool are the serving people of units that second, and whoever has been put in a
    group by hand. Local are sworn officers of the groups' stations who are not out.
    """
    shifts = {
        shift.group_number: shift
        for shift in reading.shifts
        if shift.is_seconded and shift.group_number is not None
    }
    stations = {shift.station_id for shift in shifts.values()}
    members, joined = _placed(reading, shifts.values())
    pool, local = [], []
    for person in reading.people.values():
        unit = person.home_unit
        if person.pk in joined:
            local.append(person)
        elif person.pk in members or (unit.is_seconding and _may_serve(person)):
            pool.append(person)
        elif (
            unit.station_id in stations
            and person.standing == Standing.SWORN
            and _may_serve(person)
            and not reading.out_tonight(person)
        ):
            local.append(person)
    return _state(reading, shifts, pool, local, core.Limits())


def state_own(reading: Reading, shifts: Sequence[Shift]) -> Statement:
    """State crews of a station, to be filled from its own people."""
    numbered = dict(enumerate(shifts, start=1))
    stations = {shift.station_id for shift in shifts}
    members, joined = _placed(reading, shifts)
    pool = [
        person
        for person in reading.people.values()
        if person.pk not in joined
        and (
            person.pk in members
            or (person.home_unit.station_id in stations and _may_serve(person))
        )
    ]
    local = [person for person in reading.people.values() if person.pk in joined]
    limits = core.Limits(max_nights=MAX_NIGHTS_AT_HOME)
    return _state(reading, numbered, pool, local, limits)


def _may_serve(person: Person) -> bool:
    return person.is_serving and person.standing != Standing.CIVIL


def _placed(reading: Reading, shifts: Iterable[Shift]) -> tuple[set[int], set[int]]:
    members, joined = set(), set()
    for shift in shifts:
        members |= {p.pk for p in reading.in_crew(shift, Part.MEMBER)}
        joined |= {p.pk for p in reading.in_crew(shift, Part.JOINED)}
    return members, joined - members


def _state(
    reading: Reading,
    shifts: dict[int, Shift],
    pool: list[Person],
    local: list[Person],
    limits: core.Limits,
) -> Statement:
    groups = tuple(
        _group(reading, number, shift) for number, shift in sorted(shifts.items())
    )
    first = min((group.begins for group in groups), default=0)
    stations = {shift.station_id: shift.station.code for shift in shifts.values()}
    own = {shift.pk for shift in shifts.values()}
    stated = _People(reading, own, first, stations, limits)
    night = core.Night(
        on=reading.night,
        people=tuple(stated.person(person) for person in pool),
        groups=groups,
        local=tuple(stated.person(person) for person in local),
        history=tuple(stated.history),
        waivers=tuple(stated.waivers),
        limits=limits,
    )
    return Statement(
        night=night,
        standing=core.Allocation(
            reading.night,
            tuple(
                core.Team(
                    number,
                    _codes(reading, shift, Part.MEMBER),
                    _codes(reading, shift, Part.JOINED),
                )
                for number, shift in sorted(shifts.items())
            ),
        ),
        standing_by={
            number: _codes(reading, shift, Part.STAND_IN)
            for number, shift in shifts.items()
        },
        shifts=shifts,
        people={person.code: person for person in reading.people.values()},
    )


def _codes(reading: Reading, shift: Shift, part: Part) -> tuple[str, ...]:
    return tuple(person.code for person in reading.in_crew(shift, part))


def _group(reading: Reading, number: int, shift: Shift) -> core.Group:
    begins, ends = reading.window(shift)
    least = 1 if shift.template is None else shift.template.min_sworn
    return core.Group(
        number=number,
        campaign="",
        station=shift.station.code,
        begins=begins,
        ends=ends,
        sworn=shift.n_sworn,
        auxiliary=shift.n_auxiliary,
        min_sworn=min(least, shift.n_sworn),
        needs_local_knowledge=shift.is_seconded,
    )


class _People:
    """States people one by one, and gathers what they worked and what was waived."""

    def __init__(
        self,
        reading: Reading,
        own: set[int],
        first: int,
        stations: dict[int, str],
        limits: core.Limits,
    ) -> None:
        self._reading, self._own, self._first = reading, own, first
        self._stations, self._limits = stations, limits
        self.history: list[core.Duty] = []
        self.waivers: list[core.Waiver] = []

    def person(self, person: Person) -> core.Person:
        """State somebody; what they worked before goes to the history."""
        reading = self._reading
        away = [
            (absence.begins, absence.ends)
            for absence in reading.away.get(person.pk, ())
        ]
        away += self._duties(person)
        if not self._may_be_asked(person):
            away.append((self._first - core.MIN_REST_MIN, self._first + 48 * 60))
        waiver = reading.waivers.get((person.pk, reading.night))
        if waiver is not None:
            signed = waiver.signed_by.display_name
            self.waivers.append(
                core.Waiver(person.code, reading.night, signed, waiver.reason)
            )
        is_sworn = person.standing == Standing.SWORN
        grounds = reading.grounds.get(person.pk, set())
        return core.Person(
            id=person.code,
            kind=core.Kind.SWORN if is_sworn else core.Kind.AUXILIARY,
            home_unit=person.home_unit.code,
            knows=frozenset(self._stations[s] for s in grounds if s in self._stations),
            away=tuple(away),
        )

    def _may_be_asked(self, person: Person) -> bool:
        """Say whether the person serves, and may have one more night in any fortnight.

        The core counts the nights before tonight against one limit for all; here nights
        after it count as well, and whoever has a limit of their own is held to it.
        """
        stints = self._reading.stints.get(person.pk, ())
        night = self._reading.night
        nights = {s.night for s in stints if s.shift not in self._own} | {night}
        later = any(other > night for other in nights)
        most = max_nights(person)
        is_ours = later or most != self._limits.max_nights
        is_too_many = most_nights_around(nights, night) > most
        return _may_serve(person) and not (is_ours and is_too_many)

    def _duties(self, person: Person) -> list[Window]:
        """Add what was worked before to the history; return when other duties stand in
        the way, with the rest that is due around them.
        """
        reading, away = self._reading, []
        has_more_nights = max_nights(person) > self._limits.max_nights
        for stint in reading.stints.get(person.pk, ()):
            if stint.shift in self._own:
                continue
            if stint.night < reading.night and stint.begins < self._first:
                # Who may have more nights than this statement's limit is held to their
                # own above; here only what tires, and the rest that is due, counts.
                days = (reading.night - stint.night).days
                if not has_more_nights or days <= NIGHTS_THAT_TIRE:
                    self.history.append(
                        core.Duty(
                            person.code,
                            stint.night,
                            stint.begins,
                            stint.ends,
                            stint.station,
                        )
                    )
                if stint.ends > self._first:
                    away.append((stint.begins, stint.ends))
                continue
            later = max(stint.night, reading.night)
            rest = 0 if (person.pk, later) in reading.waivers else core.MIN_REST_MIN
            away.append((stint.begins - rest, stint.ends + rest))
        return away
