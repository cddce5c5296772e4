"""The allocation of one night as an integer programme.

People who are alike tonight (same kind, same groups open to them, same knowledge, same
load) are one class; the programme says how many of each class go with each group. That
is a transportation problem with a few side columns, so that its relaxation is nearly
always whole. Goals, in this order: places filled; as few people as can be told anything
new, if an allocation stands already; third nights in a row avoided; groups with local
knowledge; nobody taken above the most nights that anybody has worked, or as few as can
be; least sum of squares of nights (for a given number of places that is least when those
who go have worked fewest: (n + 1)^2 - n^2 = 2 n + 1); wished skills; few local officers
asked to join, and those with fewest nights.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from xunfang.core.planning.secondment.legal import Law
from xunfang.core.planning.secondment.lexicographic import Goal, Rows, maximise
from xunfang.core.planning.secondment.people import (
    Allocation,
    Group,
    Kind,
    Night,
    Person,
    Team,
)


@dataclass(frozen=True, slots=True)
class Alike:
    """What makes people interchangeable tonight. Groups by their place in the night."""

    kind: Kind
    is_local: bool
    open_groups: tuple[int, ...]
    """Where these people may go, rested and present."""
    known_groups: frozenset[int]
    skills: frozenset[str]
    """Of those that some group wishes."""
    n_nights: int
    would_be_third: bool
    stands_in: int | None
    """The group they are in already."""


@dataclass(slots=True)
class _Columns:
    """``go[a, g]``: how many of class a go with group g. Others: yes or no for a group."""

    go: dict[tuple[int, int], int]
    is_out: dict[int, int]
    is_known: dict[int, int]
    has_skill: dict[tuple[int, str], int]


class NightModel:
    """Builds and solves the programme of a night."""

    def __init__(
        self,
        night: Night,
        *,
        rng: np.random.Generator,
        may_join_local: bool,
        standing: Allocation | None = None,
        gone: frozenset[str] = frozenset(),
    ) -> None:
        self.night = night
        self._standing = standing
        self._may_join_local = may_join_local
        self._law = Law(night)
        self._where = _where(night, standing)
        self._classes = self._classify(rng, gone)
        self._rows = Rows()
        self._columns = self._build()

    def solve(self, *, max_nodes: int) -> Allocation:
        solution = maximise(self._rows, self._goals(), max_nodes=max_nodes)
        people: defaultdict[int, list[Person]] = defaultdict(list)
        joined: defaultdict[int, list[str]] = defaultdict(list)
        left = {alike: list(members) for alike, members in self._classes.items()}
        classes = list(self._classes)
        for (number, group), column in self._columns.go.items():
            alike = classes[number]
            for _ in range(int(solution.values[column])):
                person = left[alike].pop(0)
                if alike.is_local:
                    joined[group].append(person.id)
                else:
                    people[group].append(person)
        teams = []
        for g, wanted in enumerate(self.night.groups):
            team = sorted(people[g], key=lambda p: (p.kind is not Kind.SWORN, p.id))
            teams.append(
                Team(wanted.number, tuple(p.id for p in team), tuple(joined[g]))
            )
        return Allocation(self.night.on, tuple(teams), solution.is_proven)

    def _classify(
        self, rng: np.random.Generator, gone: frozenset[str]
    ) -> Mapping[Alike, Sequence[Person]]:
        """Return people by class; classes and members in an order drawn by lot."""
        wished = frozenset[str]().union(*(g.skills for g in self.night.groups))
        found: defaultdict[Alike, list[Person]] = defaultdict(list)
        pool = [(person, False) for person in self.night.people]
        pool += [(person, True) for person in self.night.local]
        pool.sort(key=lambda entry: entry[0].id)
        for place in rng.permutation(len(pool)):
            person, is_local = pool[place]
            open_groups = self._open_groups(person, is_local=is_local)
            if person.id in gone or not open_groups:
                continue
            load = self._law.load(person)
            alike = Alike(
                kind=person.kind,
                is_local=is_local,
                open_groups=open_groups,
                known_groups=frozenset(
                    g
                    for g in open_groups
                    if self.night.groups[g].needs_local_knowledge
                    and self.night.groups[g].is_known_to(person)
                ),
                skills=person.skills & wished,
                n_nights=load.n_nights,
                would_be_third=load.would_be_third,
                stands_in=self._where.get(person.id),
            )
            found[alike].append(person)
        return found

    def _open_groups(self, person: Person, *, is_local: bool) -> tuple[int, ...]:
        def wants(number: int, group: Group) -> bool:
            if not is_local:
                return group.wanted(person.kind) > 0
            if self._where.get(person.id) == number:
                return True
            return (
                self._may_join_local
                and group.needs_local_knowledge
                and group.is_known_to(person)
            )

        return tuple(
            number
            for number, group in enumerate(self.night.groups)
            if wants(number, group) and self._law.barrier(person, group) is None
        )

    def _build(self) -> _Columns:
        groups, rows = self.night.groups, self._rows
        columns = _Columns({}, {}, {}, {})
        for number, (alike, members) in enumerate(self._classes.items()):
            for g in alike.open_groups:
                most = 1 if alike.is_local else groups[g].wanted(alike.kind)
                columns.go[number, g] = rows.column(min(most, len(members)))
            supply = {columns.go[number, g]: 1 for g in alike.open_groups}
            rows.at_most(supply, len(members))
        into = self._by_group(columns)
        for g, group in enumerate(groups):
            is_out = columns.is_out[g] = rows.column(1)
            sworn: list[int] = []
            auxiliary: list[int] = []
            local: list[int] = []
            known: list[int] = []
            skilled: defaultdict[str, list[int]] = defaultdict(list)
            for alike, column in into[g]:
                if alike.is_local:
                    local.append(column)
                elif alike.kind is Kind.SWORN:
                    sworn.append(column)
                else:
                    auxiliary.append(column)
                if g in alike.known_groups:
                    known.append(column)
                if not alike.is_local:
                    for skill in alike.skills & group.skills:
                        skilled[skill].append(column)
            for entries, most in (
                (sworn, group.sworn),
                (auxiliary, group.auxiliary),
                (local, 1),
            ):
                rows.at_most(dict.fromkeys(entries, 1) | {is_out: -most}, 0)
            rows.at_most(dict.fromkeys(sworn, -1) | {is_out: group.min_sworn}, 0)
            if known:
                is_known = columns.is_known[g] = rows.column(1)
                rows.at_most(dict.fromkeys(known, -1) | {is_known: 1}, 0)
            for skill in sorted(skilled):
                column = columns.has_skill[g, skill] = rows.column(1)
                rows.at_most(dict.fromkeys(skilled[skill], -1) | {column: 1}, 0)
        return columns

    def _by_group(self, columns: _Columns) -> dict[int, list[tuple[Alike, int]]]:
        classes = list(self._classes)
        into: defaultdict[int, list[tuple[Alike, int]]] = defaultdict(list)
        for (number, g), column in columns.go.items():
            into[g].append((classes[number], column))
        return into

    def _goals(self) -> list[Goal]:
        columns = self._columns
        classes = list(self._classes)
        going = [(classes[n], g, column) for (n, g), column in columns.go.items()]
        seconded = [(a, g, column) for a, g, column in going if not a.is_local]
        joining = [(a, g, column) for a, g, column in going if a.is_local]
        most = max((self._law.load(p).n_nights for p in self.night.people), default=0)
        filled = {column: 1 for _, _, column in seconded}
        fewer_told = {column: -_n_told_more(a, g) for a, g, column in going}
        return [
            filled,
            fewer_told if self._standing is not None else {},
            {column: -1 for a, _, column in going if a.would_be_third},
            dict.fromkeys(columns.is_known.values(), 1),
            {column: -1 for a, _, column in seconded if a.n_nights == most},
            {column: -a.n_nights for a, _, column in seconded},
            dict.fromkeys(columns.has_skill.values(), 1),
            {column: -1 for _, _, column in joining},
            {column: -a.n_nights for a, _, column in joining},
        ]


def _n_told_more(alike: Alike, group: int) -> int:
    """How many more are told something new if one of the class goes with the group.

    Staying where one is saves the word that one may go home.
    """
    if alike.stands_in is None:
        return 1
    return -1 if alike.stands_in == group else 0


def _where(night: Night, standing: Allocation | None) -> dict[str, int]:
    """Return the group, by its place in the night, of everybody who has one already."""
    if standing is None:
        return {}
    place = {group.number: number for number, group in enumerate(night.groups)}
    return {
        name: place[team.group]
        for team in standing.teams
        if team.group in place
        for name in team.people + team.joined
    }
