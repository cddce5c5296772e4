"""Does an allocation hold? Every rule read again from the statement.

This module imports the statement and no line of what makes allocations, so that a
mistake there is found here. A finding is a code with the people, groups and night it
concerns; pages turn it into a sentence.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from xunfang.core.planning.secondment.people import (
    FORTNIGHT_DAYS,
    Allocation,
    Duty,
    Group,
    Kind,
    Limits,
    Night,
    Person,
    Team,
    Waiver,
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault, which forbids the allocation, or a warning, which does not.

    Faults: ``person_unknown``, ``group_unknown``, ``group_twice``, ``person_twice``,
    ``person_absent``, ``rest_too_short``, ``too_many_nights``, ``sworn_missing``,
    ``auxiliaries_alone``, ``group_overfull``. Warnings: ``third_night``,
    ``no_local_knowledge``, ``place_unfilled``, ``rest_waived``.
    """

    code: str
    night: date
    people: tuple[str, ...] = ()
    groups: tuple[int, ...] = ()
    n: int | None = None
    """Minutes of rest, nights in the fortnight, officers or places that are missing."""
    free_local: tuple[str, ...] = ()
    """Local officers who know the ground and could still join."""
    waiver: Waiver | None = None


def faults(night: Night, allocation: Allocation) -> tuple[Finding, ...]:
    """Name every rule that the allocation breaks; empty if it may be used.

    Too few people is no fault (there may be no more) unless those who are there may not
    go out without the others: auxiliaries alone, fewer sworn than the group's least.
    """
    reading = _Reading(night, allocation)
    return (*reading.faults_of_numbers(), *reading.faults_of_people())


def warnings(night: Night, allocation: Allocation) -> tuple[Finding, ...]:
    """Name what a leader should know before signing."""
    reading = _Reading(night, allocation)
    return tuple(reading.warnings())


class _Reading:
    def __init__(self, night: Night, allocation: Allocation) -> None:
        self.night = night
        self.pool = {person.id: person for person in night.people}
        self.local = {person.id: person for person in night.local}
        self.groups = {group.number: group for group in night.groups}
        self.teams = allocation.teams
        self.waivers = {w.person: w for w in night.waivers if w.night == night.on}
        self.history: defaultdict[str, list[Duty]] = defaultdict(list)
        for duty in night.history:
            self.history[duty.person].append(duty)

    def faults_of_numbers(self) -> Iterator[Finding]:
        numbers = Counter(team.group for team in self.teams)
        for number, n_teams in numbers.items():
            if number not in self.groups:
                yield self._finding("group_unknown", groups=(number,))
            if n_teams > 1:
                yield self._finding("group_twice", groups=(number,), n=n_teams)
        for team in self.teams:
            if team.group in self.groups:
                yield from self._faults_of_team(team, self.groups[team.group])

    def _faults_of_team(self, team: Team, group: Group) -> Iterator[Finding]:
        n_sworn, n_auxiliary = self._count(team)
        if not team.people and not team.joined:
            return
        if n_sworn == 0:
            yield self._finding(
                "auxiliaries_alone", people=team.people, groups=(group.number,)
            )
        elif n_sworn < group.min_sworn:
            yield self._finding(
                "sworn_missing", groups=(group.number,), n=group.min_sworn - n_sworn
            )
        if (
            n_sworn > group.sworn
            or n_auxiliary > group.auxiliary
            or len(team.joined) > 1
        ):
            yield self._finding("group_overfull", groups=(group.number,))

    def _count(self, team: Team) -> tuple[int, int]:
        kinds = [self.pool[name].kind for name in team.people if name in self.pool]
        return kinds.count(Kind.SWORN), kinds.count(Kind.AUXILIARY)

    def faults_of_people(self) -> Iterator[Finding]:
        places: defaultdict[str, list[int]] = defaultdict(list)
        for team in self.teams:
            for name, known in (
                *((name, self.pool) for name in team.people),
                *((name, self.local) for name in team.joined),
            ):
                places[name].append(team.group)
                person = known.get(name)
                if person is None:
                    yield self._finding(
                        "person_unknown", people=(name,), groups=(team.group,)
                    )
                elif team.group in self.groups:
                    yield from self._faults_of_person(person, self.groups[team.group])
        for name, numbers in places.items():
            if len(numbers) > 1:
                yield self._finding(
                    "person_twice", people=(name,), groups=tuple(numbers)
                )

    def _faults_of_person(self, person: Person, group: Group) -> Iterator[Finding]:
        found = partial(self._finding, people=(person.id,), groups=(group.number,))
        if not all(
            ends <= group.begins or group.ends <= begins for begins, ends in person.away
        ):
            yield found("person_absent")
        rest = self._rest_min(person, group)
        if rest is not None and person.id not in self.waivers:
            yield found("rest_too_short", n=rest)
        n_nights = self._nights_with_tonight(person)
        if n_nights > self._limits.max_nights:
            yield found("too_many_nights", n=n_nights)

    @property
    def _limits(self) -> Limits:
        return self.night.limits

    def _rest_min(self, person: Person, group: Group) -> int | None:
        """Return the minutes of rest before the group begins, None if they suffice."""
        rests = [group.begins - duty.ends for duty in self.history[person.id]]
        too_short = [rest for rest in rests if rest < self._limits.min_rest_min]
        return min(too_short, default=None)

    def _nights_with_tonight(self, person: Person) -> int:
        last_days = {
            self.night.on - timedelta(days=n) for n in range(1, FORTNIGHT_DAYS)
        }
        return 1 + len(last_days & {duty.night for duty in self.history[person.id]})

    def warnings(self) -> Iterator[Finding]:
        taken = {name for team in self.teams for name in team.people + team.joined}
        eve, day_before = (self.night.on - timedelta(days=n) for n in (1, 2))
        by_number = {team.group: team for team in self.teams}
        for group in self.night.groups:
            team = by_number.get(group.number, Team(group.number))
            n_sworn, n_auxiliary = self._count(team)
            missing = group.sworn - n_sworn + group.auxiliary - n_auxiliary
            if missing > 0:
                yield self._finding("place_unfilled", groups=(group.number,), n=missing)
            for name in team.people + team.joined:
                nights = {duty.night for duty in self.history[name]}
                if eve in nights and day_before in nights:
                    yield self._finding(
                        "third_night", people=(name,), groups=(group.number,)
                    )
                yield from self._waived(name, group)
            if team.people and group.needs_local_knowledge:
                yield from self._without_knowledge(team, group, taken)

    def _waived(self, name: str, group: Group) -> Iterator[Finding]:
        person = self.pool.get(name) or self.local.get(name)
        if person is None or name not in self.waivers:
            return
        rest = self._rest_min(person, group)
        if rest is not None:
            yield self._finding(
                "rest_waived",
                people=(name,),
                groups=(group.number,),
                n=rest,
                waiver=self.waivers[name],
            )

    def _without_knowledge(
        self, team: Team, group: Group, taken: set[str]
    ) -> Iterator[Finding]:
        people = [self.pool[name] for name in team.people if name in self.pool]
        people += [self.local[name] for name in team.joined if name in self.local]
        places = {group.station, group.area}
        if any(places & person.knows for person in people):
            return
        free = tuple(
            sorted(
                person.id
                for person in self.night.local
                if places & person.knows
                and person.id not in taken
                and not tuple(self._faults_of_person(person, group))
            )
        )
        yield self._finding(
            "no_local_knowledge",
            people=team.people,
            groups=(group.number,),
            free_local=free,
        )

    def _finding(
        self,
        code: str,
        *,
        people: tuple[str, ...] = (),
        groups: tuple[int, ...] = (),
        n: int | None = None,
        free_local: tuple[str, ...] = (),
        waiver: Waiver | None = None,
    ) -> Finding:
        return Finding(code, self.night.on, people, groups, n, free_local, waiver)
