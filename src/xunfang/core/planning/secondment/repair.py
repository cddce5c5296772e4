"""Somebody calls in sick: change as little as possible, or ask one of the stand-ins."""

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from xunfang.core.planning.secondment.allocate import MAX_NODES, passed
from xunfang.core.planning.secondment.legal import Law
from xunfang.core.planning.secondment.model import NightModel
from xunfang.core.planning.secondment.people import (
    Allocation,
    Kind,
    Night,
    Person,
    PersonUnknown,
    check_night,
)


class ChangeKind(StrEnum):
    """What is new for one person."""

    GONE = "gone"
    CALLED = "called"
    MOVED = "moved"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Change:
    """What one person has to be told, and why."""

    person: str
    kind: ChangeKind
    from_group: int | None = None
    to_group: int | None = None
    in_place_of: str | None = None
    """Who left the place that this person takes; None for one that was empty before, and
    for those who leave."""


@dataclass(frozen=True, slots=True)
class Repair:
    """The allocation after the call, and the way there."""

    allocation: Allocation
    changes: tuple[Change, ...]

    @property
    def n_told(self) -> int:
        """People moved, newly called or sent home, besides those who are gone."""
        return sum(change.kind is not ChangeKind.GONE for change in self.changes)


@dataclass(frozen=True, slots=True)
class StandIns:
    """Who is at home tonight and may lawfully take a place in a group.

    Ordered by whose turn it is: not a third night in a row, fewest nights, then id.
    """

    group: int
    sworn: tuple[str, ...]
    auxiliary: tuple[str, ...]


def repair(
    night: Night,
    allocation: Allocation,
    *,
    gone: frozenset[str],
    rng: np.random.Generator,
    may_join_local: bool = False,
    max_nodes: int = MAX_NODES,
) -> Repair:
    """Return the allocation that fills most places without those who are gone, and of
    all those the one in which the fewest people are told something new.

    Told are those who are moved, called or sent home. After that the goals of
    :func:`allocate` hold. Local officers who had joined stay with their group.

    Raises
    ------
    PersonUnknown
        Somebody gone, or in the allocation, is not in the statement.
    DomainError
        The statement contradicts itself: see :func:`people.check_night`.
    """
    check_night(night)
    known = {person.id for person in night.people + night.local}
    named = {name for team in allocation.teams for name in team.people + team.joined}
    if unknown := sorted((gone | named) - known):
        raise PersonUnknown(f"{unknown[0]!r} on {night.on}")
    model = NightModel(
        night,
        rng=rng,
        may_join_local=may_join_local,
        standing=allocation,
        gone=gone,
    )
    repaired = passed(night, model.solve(max_nodes=max_nodes))
    return Repair(repaired, changes_between(night, allocation, repaired, gone=gone))


def changes_between(
    night: Night,
    before: Allocation,
    after: Allocation,
    *,
    gone: frozenset[str] = frozenset(),
) -> tuple[Change, ...]:
    """Say who is told what, with the person in whose place each one comes."""
    was, is_now = _groups_of(before), _groups_of(after)
    people = {person.id: person for person in night.people + night.local}
    local = {person.id for person in night.local}

    def place(name: str, group: int) -> tuple[int, Kind, bool]:
        return group, people[name].kind, name in local

    leavers: defaultdict[tuple[int, Kind, bool], list[str]] = defaultdict(list)
    for name, group in sorted(was.items(), key=lambda entry: entry[0] not in gone):
        if is_now.get(name) != group:
            leavers[place(name, group)].append(name)
    changes = []
    for name in sorted(was.keys() | is_now.keys()):
        old, new = was.get(name), is_now.get(name)
        if old == new:
            continue
        kind, in_place_of = ChangeKind.MOVED, None
        if new is None:
            kind = ChangeKind.GONE if name in gone else ChangeKind.RELEASED
        else:
            kind = ChangeKind.CALLED if old is None else ChangeKind.MOVED
            left = leavers[place(name, new)]
            in_place_of = left.pop(0) if left else None
        changes.append(Change(name, kind, old, new, in_place_of))
    return tuple(changes)


def stand_ins(night: Night, allocation: Allocation) -> tuple[StandIns, ...]:
    """Name for each group who could take a place in it tonight without moving anybody.

    Raises
    ------
    DomainError
        The statement contradicts itself: see :func:`people.check_night`.
    """
    check_night(night)
    law, busy = Law(night), _groups_of(allocation).keys()

    def turn(person: Person) -> tuple[bool, int, str]:
        load = law.load(person)
        return load.would_be_third, load.n_nights, person.id

    at_home = sorted((p for p in night.people if p.id not in busy), key=turn)
    found = []
    for group in night.groups:
        may = [person for person in at_home if law.barrier(person, group) is None]
        found.append(
            StandIns(
                group.number,
                *(tuple(p.id for p in may if p.kind is kind) for kind in Kind),
            )
        )
    return tuple(found)


def _groups_of(allocation: Allocation) -> dict[str, int]:
    return {
        name: team.group
        for team in allocation.teams
        for name in team.people + team.joined
    }
