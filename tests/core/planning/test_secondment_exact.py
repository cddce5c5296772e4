"""The allocation and its repair against every allocation there is, on small nights."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from xunfang.core.planning.secondment import rules
from xunfang.core.planning.secondment.allocate import allocate, shortages
from xunfang.core.planning.secondment.people import (
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
from xunfang.core.planning.secondment.repair import repair

DAY = 24 * 60
TONIGHT = 20
ON = date(2026, 8, 1) + timedelta(days=TONIGHT)
GROUND = ("east", "west")

subsets = st.sets(st.sampled_from(GROUND)).map(frozenset)


@st.composite
def _groups(draw: st.DrawFn) -> tuple[Group, ...]:
    groups = []
    for number in range(1, draw(st.integers(1, 2)) + 1):
        begins = TONIGHT * DAY + draw(st.sampled_from((18, 20))) * 60
        sworn = draw(st.integers(1, 2))
        groups.append(
            Group(
                number=number,
                campaign="c",
                station=draw(st.sampled_from(GROUND)),
                begins=begins,
                ends=begins + 180,
                sworn=sworn,
                auxiliary=draw(st.integers(0, 2)),
                min_sworn=draw(st.integers(1, sworn)),
                skills=frozenset(draw(st.sets(st.sampled_from("ab")))),
                needs_local_knowledge=draw(st.booleans()),
            )
        )
    return tuple(groups)


@st.composite
def _person(draw: st.DrawFn, name: str) -> Person:
    is_away = draw(st.integers(0, 5)) == 0
    window = (TONIGHT * DAY + 18 * 60, TONIGHT * DAY + 19 * 60)
    return Person(
        id=name,
        kind=draw(st.sampled_from(Kind)),
        home_unit="H",
        skills=frozenset(draw(st.sets(st.sampled_from("ab")))),
        knows=draw(subsets),
        away=(window,) if is_away else (),
    )


@st.composite
def _history(draw: st.DrawFn, names: list[str]) -> tuple[Duty, ...]:
    duties = []
    for name in names:
        for ago in draw(st.sets(st.sampled_from((1, 2, 3, 13, 14)))):
            begins = (TONIGHT - ago) * DAY + 20 * 60
            # Until eight in the morning there are less than eleven hours left to 18:00.
            hours = draw(st.sampled_from((3, 3, 3, 12)))
            on = ON - timedelta(days=ago)
            duties.append(Duty(name, on, begins, begins + hours * 60, "east"))
    return tuple(duties)


@st.composite
def nights(draw: st.DrawFn, most_people: int = 5) -> Night:
    people = tuple(
        draw(_person(f"p{number}"))
        for number in range(draw(st.integers(1, most_people)))
    )
    local = tuple(draw(_person("l0")) for _ in range(draw(st.integers(0, 1))))
    names = [person.id for person in people + local]
    return Night(
        on=ON,
        people=people,
        groups=draw(_groups()),
        local=local,
        history=draw(_history(names)),
        waivers=tuple(
            Waiver(name, ON, "leader", "flood")
            for name in draw(st.sets(st.sampled_from(names), max_size=1))
        ),
        limits=Limits(max_nights=draw(st.integers(1, 5))),
    )


def every_allocation(night: Night) -> Iterator[Allocation]:
    """Everybody at home or in one of the groups, as far as the checker lets it pass."""
    choices = (None, *(group.number for group in night.groups))
    n_people = len(night.people)
    for placed in product(choices, repeat=n_people + len(night.local)):
        teams = tuple(
            Team(
                group.number,
                tuple(
                    person.id
                    for person, at in zip(night.people, placed, strict=False)
                    if at == group.number
                ),
                tuple(
                    person.id
                    for person, at in zip(night.local, placed[n_people:], strict=True)
                    if at == group.number
                ),
            )
            for group in night.groups
        )
        allocation = Allocation(night.on, teams)
        if not rules.faults(night, allocation):
            yield allocation


def n_filled(allocation: Allocation) -> int:
    return sum(len(team.people) for team in allocation.teams)


def merit(night: Night, allocation: Allocation) -> tuple[int, ...]:
    """All goals after the first, in their order, larger is better."""
    people = {person.id: person for person in night.people + night.local}
    since = ON - timedelta(days=13)
    before = {
        name: len({d.night for d in night.history if d.person == name and d.night >= since})
        for name in people
    }  # fmt: skip
    going = {name for team in allocation.teams for name in team.people}
    joined = {name for team in allocation.teams for name in team.joined}
    found = [finding.code for finding in rules.warnings(night, allocation)]
    counts = {p.id: before[p.id] + (p.id in going) for p in night.people}
    most_before = max(before[p.id] for p in night.people)
    n_known = n_skills = 0
    for group, team in zip(night.groups, allocation.teams, strict=True):
        members = [people[name] for name in team.people]
        with_local = members + [people[name] for name in team.joined]
        n_known += group.needs_local_knowledge and any(
            group.station in person.knows for person in with_local
        )
        n_skills += sum(any(s in p.skills for p in members) for s in group.skills)
    return (
        -found.count("third_night"),
        n_known,
        -max(counts.values()),
        -sum(count > most_before for count in counts.values()),
        -sum(count**2 for count in counts.values()),
        n_skills,
        -len(joined),
        -sum(before[name] for name in joined),
    )


def n_told(before: Allocation, after: Allocation, gone: frozenset[str]) -> int:
    was, now = (
        {name: t.group for t in one.teams for name in t.people + t.joined}
        for one in (before, after)
    )
    names = (was.keys() | now.keys()) - gone
    return sum(was.get(name) != now.get(name) for name in names)


@pytest.mark.row("D01")
@settings(max_examples=150)
@given(night=nights(), seed=st.integers(0, 3))
def test_no_allocation_is_better_by_the_goals_in_their_order(
    night: Night, seed: int
) -> None:
    found = allocate(night, rng=np.random.default_rng(seed), may_join_local=True)

    assert found.is_proven
    assert rules.faults(night, found) == ()
    assert (n_filled(found), *merit(night, found)) == max(
        (n_filled(other), *merit(night, other)) for other in every_allocation(night)
    )


@pytest.mark.row("D01")
@settings(max_examples=150)
@given(night=nights(), data=st.data())
def test_no_repair_fills_as_many_places_and_tells_fewer_people(
    night: Night, data: st.DataObject
) -> None:
    rng = np.random.default_rng(0)
    before = allocate(night, rng=rng, may_join_local=True)
    names = sorted(n for team in before.teams for n in team.people + team.joined)
    assume(names)
    gone = frozenset(data.draw(st.sets(st.sampled_from(names), min_size=1, max_size=2)))

    found = repair(night, before, gone=gone, rng=rng, may_join_local=True)

    def worth(allocation: Allocation) -> tuple[int, ...]:
        told = n_told(before, allocation, gone)
        return n_filled(allocation), -told, *merit(night, allocation)

    possible = [
        other
        for other in every_allocation(night)
        if not any(gone & {*team.people, *team.joined} for team in other.teams)
    ]
    assert found.n_told == n_told(before, found.allocation, gone)
    assert worth(found.allocation) == max(map(worth, possible))


@pytest.mark.row("D01")
@settings(max_examples=60)
@given(night=nights(most_people=4))
def test_the_people_said_to_be_missing_suffice_and_no_fewer_would(night: Night) -> None:
    rng = np.random.default_rng(0)
    missing = {
        shortage.kind: shortage.n_more_needed
        for shortage in shortages(night, allocate(night, rng=rng))
    }
    n_wanted = sum(group.places for group in night.groups)

    def filled_with(more: dict[Kind, int]) -> int:
        fresh = tuple(
            Person(f"new-{kind}-{number}", kind, "H")
            for kind, n_people in more.items()
            for number in range(n_people)
        )
        helped = replace(night, people=night.people + fresh)
        return n_filled(allocate(helped, rng=rng))

    assert filled_with(missing) == n_wanted
    for kind, n_people in missing.items():
        if n_people:
            assert filled_with({**missing, kind: n_people - 1}) < n_wanted
