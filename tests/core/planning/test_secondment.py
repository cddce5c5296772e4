"""Seconded officers: a fortnight of the demo city, and what a leader is told."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from tests.core.planning.secondment_city import (
    DAY,
    FIRST_NIGHT,
    LOCAL,
    N_GROUPS,
    POOL,
    STATIONS,
    night_of,
    pool,
)
from xunfang.core.planning.secondment import rules
from xunfang.core.planning.secondment.allocate import (
    Shortage,
    allocate,
    places_carried,
    shortages,
)
from xunfang.core.planning.secondment.legal import Barrier
from xunfang.core.planning.secondment.numbering import number_groups
from xunfang.core.planning.secondment.people import (
    Allocation,
    Duty,
    Kind,
    Limits,
    Night,
    Person,
    duties_of,
)
from xunfang.core.planning.secondment.repair import (
    repair,
    stand_ins,
)
from xunfang.core.planning.secondment.tally import tally

KIND_OF = {person.id: person.kind for person in POOL}
type Fortnight = list[tuple[Night, Allocation]]


def _rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.fixture(scope="module")
def fortnight() -> Fortnight:
    """Every second person has served at one of the stations."""
    return _fourteen_nights(POOL)


@pytest.fixture(scope="module")
def fortnight_of_strangers() -> Fortnight:
    """Every fourth has: 7 sworn and 4 auxiliaries for the five groups of S01."""
    return _fourteen_nights(pool(knows_every=4))


def _fourteen_nights(people: tuple[Person, ...]) -> Fortnight:
    """Fourteen nights one after another, each knowing those before it."""
    history: tuple[Duty, ...] = ()
    nights: Fortnight = []
    for day in range(14):
        night = night_of(day, history=history, people=people)
        allocation = allocate(night, rng=_rng(day), may_join_local=True)
        nights.append((night, allocation))
        history += duties_of(night, allocation)
    return nights


def _history_of(nights: Fortnight) -> tuple[Duty, ...]:
    return tuple(duty for night in nights for duty in duties_of(*night))


# D01: 104 people to ten stations.


@pytest.mark.row("D01")
def test_104_people_go_to_ten_stations_every_night_and_the_sums_match(
    fortnight: Fortnight,
) -> None:
    for night, allocation in fortnight:
        at = {group.number: group.station for group in night.groups}
        seconded = [name for team in allocation.teams for name in team.people]
        by_station = Counter(at[t.group] for t in allocation.teams for _ in t.people)

        assert by_station == {station: 4 * n for station, n in N_GROUPS.items()}
        assert Counter(KIND_OF[name] for name in seconded) == {
            Kind.SWORN: 70,
            Kind.AUXILIARY: 34,
        }
        assert len(seconded) == len(set(seconded)) == 104
        assert shortages(night, allocation) == ()


@pytest.mark.row("D01")
def test_over_a_fortnight_nobody_works_more_nights_than_allowed_nor_than_is_fair(
    fortnight: Fortnight,
) -> None:
    """980 sworn nights among 300 and 476 auxiliary ones among 140: three or four each."""
    nights = Counter(
        duty.person for duty in _history_of(fortnight) if duty.person in KIND_OF
    )

    assert max(nights.values()) <= Limits().max_nights
    assert sum(nights.values()) == 14 * 104
    assert {nights[person.id] for person in POOL} == {3, 4}


@pytest.mark.row("D01")
def test_the_pool_carries_more_than_is_wanted_every_night() -> None:
    """300 and 140 people, five nights in fourteen days each."""
    assert places_carried(night_of(0)) == {Kind.SWORN: 107, Kind.AUXILIARY: 50}


@pytest.mark.row("D01")
def test_every_night_of_the_fortnight_passes_the_checker_without_a_third_in_a_row(
    fortnight: Fortnight,
) -> None:
    assert [rules.faults(*night) for night in fortnight] == [()] * 14
    assert [rules.warnings(*night) for night in fortnight] == [()] * 14


@pytest.mark.row("D01", "D05", "D11")
def test_where_few_know_the_ground_they_go_more_often_but_never_beyond_the_limit(
    fortnight_of_strangers: Fortnight,
) -> None:
    """Local knowledge comes before fairness; rest, limit and third nights before both."""
    nights = Counter(duty.person for duty in _history_of(fortnight_of_strangers))
    people = {p.id: p for p in pool(knows_every=4) + LOCAL}
    found = [w for night in fortnight_of_strangers for w in rules.warnings(*night)]

    assert [rules.faults(*night) for night in fortnight_of_strangers] == [()] * 14
    assert max(nights.values()) == Limits().max_nights
    assert all(people[name].knows for name, n in nights.items() if n > 4)
    assert {(w.code, w.free_local) for w in found} == {("no_local_knowledge", ())}


@pytest.mark.row("D01")
def test_the_same_night_and_seed_give_the_same_people_and_another_seed_others() -> None:
    first, again = (allocate(night_of(0), rng=_rng(5)) for _ in range(2))
    other = allocate(night_of(0), rng=_rng(6))

    assert first == again
    assert first != other


@pytest.mark.row("D01")
def test_people_listed_in_another_order_are_allocated_alike() -> None:
    one = allocate(night_of(0), rng=_rng())
    other = allocate(night_of(0, people=POOL[::-1], local=LOCAL[::-1]), rng=_rng())

    assert one == other


@pytest.mark.row("D01", "D11")
def test_a_pool_that_is_too_small_fills_what_it_can_and_says_what_is_missing() -> None:
    """60 sworn of whom 8 are on leave and 2 came home at eight: 50 of 70 places."""
    leave = ((0, 2 * DAY),)
    sworn = tuple(
        replace(person, away=leave if number < 8 else ())
        for number, person in enumerate(POOL[:60])
    )
    late = tuple(
        Duty(POOL[n].id, FIRST_NIGHT, 20 * 60, DAY + 8 * 60 + 1, "H00") for n in (8, 9)
    )
    night = night_of(1, people=sworn + POOL[300:], history=late)

    allocation = allocate(night, rng=_rng())

    assert shortages(night, allocation) == (
        Shortage(
            kind=Kind.SWORN,
            n_wanted=70,
            n_filled=50,
            n_more_needed=20,
            n_in_pool=60,
            n_free=50,
            not_free=((Barrier.AWAY, 8), (Barrier.RESTING, 2)),
        ),
    )
    assert rules.faults(night, allocation) == ()
    unfilled = [w for w in rules.warnings(night, allocation) if w.code == "place_unfilled"]  # fmt: skip
    assert sum(warning.n or 0 for warning in unfilled) == 20


# D02: numbers of groups.


@pytest.mark.row("D02")
def test_group_10_exists_once_a_night_at_one_station_throughout_the_campaign(
    fortnight: Fortnight,
) -> None:
    stations = set()
    for night, allocation in fortnight:
        (wanted,) = [group for group in night.groups if group.number == 10]
        (team,) = [team for team in allocation.teams if team.group == 10]
        worked = [d for d in duties_of(night, allocation) if d.group == 10]

        assert [duty.person for duty in worked] == [*team.people, *team.joined]
        assert {duty.duty_unit for duty in worked} == {wanted.station}
        stations.add(wanted.station)

    assert stations == {"S03"}


@pytest.mark.row("D02")
def test_a_number_rests_with_its_station_and_is_given_to_nobody_else() -> None:
    first = number_groups({"S01": 2, "S02": 2}, before={}, taken=frozenset({2}))
    second = number_groups({"S01": 1, "S02": 3}, before=first, taken=frozenset({2}))
    third = number_groups({"S01": 2, "S02": 1}, before=first | second)

    assert first == {1: "S01", 3: "S01", 4: "S02", 5: "S02"}
    assert second == {1: "S01", 4: "S02", 5: "S02", 6: "S02"}
    assert third == {1: "S01", 3: "S01", 4: "S02"}


# A full night: who stands in, who is told, what is counted.


def test_five_calls_on_a_full_night_are_five_people_told(fortnight: Fortnight) -> None:
    night, allocation = fortnight[9]
    gone = frozenset(team.people[0] for team in allocation.teams[::6])

    found = repair(night, allocation, gone=gone, rng=_rng())

    assert (len(gone), found.n_told) == (5, 5)
    assert rules.faults(night, found.allocation) == ()
    assert shortages(night, found.allocation) == ()


@pytest.mark.row("D03")
def test_every_group_has_stand_ins_and_each_of_them_may_lawfully_come(
    fortnight: Fortnight,
) -> None:
    night, allocation = fortnight[13]
    found = stand_ins(night, allocation)

    assert [entry.group for entry in found] == [group.number for group in night.groups]
    for place, (entry, team) in enumerate(zip(found, allocation.teams, strict=True)):
        assert entry.sworn
        assert entry.auxiliary
        for holder, stand_in in (
            (team.people[0], entry.sworn[0]),
            (team.people[-1], entry.auxiliary[-1]),
        ):
            people = tuple(stand_in if p == holder else p for p in team.people)
            teams = list(allocation.teams)
            teams[place] = replace(team, people=people)
            assert rules.faults(night, replace(allocation, teams=tuple(teams))) == ()


@pytest.mark.row("D04")
def test_a_fortnight_is_counted_once_under_either_unit(fortnight: Fortnight) -> None:
    found = tally(_history_of(fortnight), POOL + LOCAL)

    assert found.is_counted_once
    n_joined = sum(len(t.joined) for _, one in fortnight for t in one.teams)
    assert found.total.n_nights == 14 * 104 + n_joined
    assert set(found.by_duty_unit) == set(STATIONS)
