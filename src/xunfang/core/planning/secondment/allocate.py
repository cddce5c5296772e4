"""Fill tonight's groups from the pool of headquarters, and say exactly what is missing."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from xunfang.core.planning.secondment import rules
from xunfang.core.planning.secondment.legal import Barrier, Law
from xunfang.core.planning.secondment.model import NightModel
from xunfang.core.planning.secondment.people import (
    FORTNIGHT_DAYS,
    Allocation,
    Kind,
    Night,
    Person,
    check_night,
)

MAX_NODES = 2000
"""Branching of each stage. The demo city's nights need one."""


@dataclass(frozen=True, slots=True)
class Shortage:
    """Why not all places for one kind of people are filled."""

    kind: Kind
    n_wanted: int
    n_filled: int
    n_more_needed: int
    """People who may go anywhere tonight, added to the pool, with whom all places of
    this kind could be filled; no fewer would do. Nought where people are there but a
    group cannot go out for want of sworn officers."""
    n_in_pool: int
    n_free: int
    """Those who may go out with at least one group."""
    not_free: tuple[tuple[Barrier, int], ...]
    """How many of the others are kept back by what."""


def allocate(
    night: Night,
    *,
    rng: np.random.Generator,
    may_join_local: bool = False,
    max_nodes: int = MAX_NODES,
) -> Allocation:
    """Return who goes out with which group; it has passed the checker.

    The goals and their order stand in ``model.py``. ``rng`` draws among people who are
    alike, so that the same ones are not always called first; the same statement and the
    same state of ``rng`` give the same allocation. With ``may_join_local`` a free local
    officer is added to a group where nobody else knows the ground; without it, the
    checker's warning names those who could be asked.

    Raises
    ------
    DomainError
        The statement contradicts itself: see :func:`people.check_night`.
    """
    check_night(night)
    model = NightModel(night, rng=rng, may_join_local=may_join_local)
    return passed(night, model.solve(max_nodes=max_nodes))


def passed(night: Night, allocation: Allocation) -> Allocation:
    """Hand an allocation on if the checker finds no fault in it."""
    if found := rules.faults(night, allocation):
        raise AssertionError(f"the allocation of {night.on} does not hold: {found}")
    return allocation


def shortages(night: Night, allocation: Allocation) -> tuple[Shortage, ...]:
    """Say for each kind of people what is missing; empty if every place is filled."""
    kind_of = {person.id: person.kind for person in night.people}
    filled = Counter(kind_of[name] for team in allocation.teams for name in team.people)
    law = Law(night)
    found = []
    for kind in Kind:
        n_wanted = sum(group.wanted(kind) for group in night.groups)
        if filled[kind] == n_wanted:
            continue
        people = [person for person in night.people if person.kind is kind]
        barriers = Counter[Barrier]()
        n_free = 0
        for person in people:
            against = [law.barrier(person, group) for group in night.groups]
            if None in against:
                n_free += 1
            else:
                barriers.update(barrier for barrier in against[:1] if barrier)
        found.append(
            Shortage(
                kind=kind,
                n_wanted=n_wanted,
                n_filled=filled[kind],
                n_more_needed=n_wanted - _most_filled(night, kind, people, law),
                n_in_pool=len(people),
                n_free=n_free,
                not_free=tuple((b, barriers[b]) for b in Barrier if barriers[b]),
            )
        )
    return tuple(found)


def places_carried(night: Night) -> dict[Kind, int]:
    """Return how many places a night the pool can fill night after night.

    Each person gives ``max_nights`` in fourteen days. An allocation looks at one night: if
    more is wanted every night than this, a time comes when everybody is at the limit.

    >>> from datetime import date
    >>> six = tuple(Person(f"s{n}", Kind.SWORN, "H") for n in range(6))
    >>> places_carried(Night(date(2026, 8, 1), six, ()))[Kind.SWORN]
    2
    """
    kinds = Counter(person.kind for person in night.people)
    return {
        kind: kinds[kind] * night.limits.max_nights // FORTNIGHT_DAYS for kind in Kind
    }


def _most_filled(night: Night, kind: Kind, people: list[Person], law: Law) -> int:
    """Most places of a kind that its people can fill: a maximum flow.

    Each place left over needs one more person, and a person who may go anywhere fills it.
    """
    n_people, n_groups = len(people), len(night.groups)
    source, sink = 0, 1 + n_people + n_groups
    edges = [(source, 1 + p, 1) for p in range(n_people)]
    edges += [
        (1 + p, 1 + n_people + g, 1)
        for p, person in enumerate(people)
        for g, group in enumerate(night.groups)
        if law.barrier(person, group) is None
    ]
    edges += [
        (1 + n_people + g, sink, group.wanted(kind))
        for g, group in enumerate(night.groups)
    ]
    tails, heads, rooms = np.array(edges, np.int32).T
    network = csr_array((rooms, (tails, heads)), shape=(sink + 1, sink + 1))
    return int(maximum_flow(network, source, sink).flow_value)
