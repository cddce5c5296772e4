"""Small nights of secondment, read by eye: the rules, a call in sick, the tally."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from tests.core.planning.secondment_city import (
    DAY,
    FIRST_NIGHT,
)
from xunfang.core.errors import DomainError
from xunfang.core.planning.secondment import rules
from xunfang.core.planning.secondment.allocate import (
    allocate,
)
from xunfang.core.planning.secondment.people import (
    Allocation,
    Duty,
    Group,
    GroupWithoutSworn,
    HistoryInFuture,
    Kind,
    Limits,
    Night,
    NumberTwice,
    Person,
    PersonUnknown,
    PoolEmpty,
    Team,
    TimesOutOfOrder,
    Waiver,
    WaiverUnsigned,
    check_night,
    with_female_officer,
)
from xunfang.core.planning.secondment.repair import (
    Change,
    ChangeKind,
    repair,
)
from xunfang.core.planning.secondment.rules import Finding
from xunfang.core.planning.secondment.tally import Count, DutiesOverlap, tally


def _rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


# Group 1 at S01 wants two sworn and one auxiliary.

GROUP = Group(1, "c", "S01", 10 * DAY + 19 * 60, 10 * DAY + 23 * 60, 2, 1)
AN, BO, CE = (Person(name, Kind.SWORN, "H01") for name in ("An", "Bo", "Ce"))
DI, EN = (Person(name, Kind.AUXILIARY, "H02") for name in ("Di", "En"))
LO = Person("Lo", Kind.SWORN, "S01", knows=frozenset({"S01"}))
MU = Person("Mu", Kind.SWORN, "S01", knows=frozenset({"S01"}))
NA = Person("Na", Kind.SWORN, "S02", knows=frozenset({"S02"}))
EVE = Person("Eve", Kind.SWORN, "H03")
TENTH = FIRST_NIGHT + timedelta(days=10)
NIGHT = Night(TENTH, (AN, BO, CE, DI, EN), (GROUP,), local=(LO, MU, NA))
TEAM = Allocation(TENTH, (Team(1, ("An", "Bo", "Di")),))


def _worked(person: str, *nights_ago: int, until_h: int = 23) -> tuple[Duty, ...]:
    return tuple(
        Duty(
            person,
            TENTH - timedelta(days=ago),
            (10 - ago) * DAY + 19 * 60,
            (10 - ago) * DAY + until_h * 60,
            "S01",
        )
        for ago in nights_ago
    )


@pytest.mark.row("D05")
def test_a_group_with_only_headquarters_staff_names_the_free_local_officers() -> None:
    """Mu worked at S01 until nine this morning; Na knows other ground."""
    night = replace(NIGHT, history=_worked("Mu", 1, until_h=33))

    assert rules.warnings(night, allocate(night, rng=_rng())) == (
        Finding(
            "no_local_knowledge",
            TENTH,
            people=allocate(night, rng=_rng()).teams[0].people,
            groups=(1,),
            free_local=("Lo",),
        ),
    )


@pytest.mark.row("D05")
def test_a_local_officer_is_joined_if_that_is_wanted() -> None:
    night = replace(NIGHT, history=_worked("Mu", 1, until_h=33))

    allocation = allocate(night, rng=_rng(), may_join_local=True)

    assert allocation.teams[0].joined == ("Lo",)
    assert rules.warnings(night, allocation) == ()


@pytest.mark.row("D05")
def test_a_seconded_officer_who_served_there_brings_the_knowledge() -> None:
    returning = replace(CE, knows=frozenset({"S01"}))
    night = replace(NIGHT, people=(AN, BO, returning, DI, EN))

    allocation = allocate(night, rng=_rng(), may_join_local=True)

    assert "Ce" in allocation.teams[0].people
    assert allocation.teams[0].joined == ()


@pytest.mark.row("D05")
def test_knowing_the_area_is_knowing_the_ground() -> None:
    night = replace(
        NIGHT,
        groups=(replace(GROUP, area="S01-03"),),
        local=(replace(NA, knows=frozenset({"S01-03"})),),
    )

    allocation = allocate(night, rng=_rng(), may_join_local=True)

    assert allocation.teams[0].joined == ("Na",)


@pytest.mark.row("D08")
def test_only_groups_that_declared_a_female_officer_tonight_are_returned() -> None:
    declared, other = replace(GROUP, declares_female_officer=True), GROUP
    night = replace(NIGHT, groups=(declared, replace(other, number=2)))

    assert with_female_officer(night) == (1,)


@pytest.mark.row("D11")
def test_a_third_night_in_a_row_is_avoided_and_a_warning_if_it_happens() -> None:
    night = replace(NIGHT, history=_worked("An", 1, 2) + _worked("Ce", 3, 5, 7, 9))

    assert allocate(night, rng=_rng()).teams[0].people[:2] == ("Bo", "Ce")
    assert [w.code for w in rules.warnings(night, TEAM)] == [
        "third_night",
        "no_local_knowledge",
    ]

    without_choice = replace(night, people=(AN, BO, DI))
    forced = allocate(without_choice, rng=_rng())
    assert forced.teams == TEAM.teams
    assert rules.warnings(without_choice, forced)[0] == Finding(
        "third_night", TENTH, people=("An",), groups=(1,)
    )


@pytest.mark.row("D11")
def test_less_than_eleven_hours_of_rest_is_blocked_unless_a_leader_signs() -> None:
    """Until 08:01, then 19:00: ten hours and 59 minutes. Until 08:00 is enough."""
    (night_before,) = _worked("An", 1, until_h=32)
    late = replace(night_before, ends=night_before.ends + 1)
    tired = replace(NIGHT, people=(AN, BO, DI), history=(late,))
    waiver = Waiver("An", TENTH, leader="Director Wu", reason="flood watch")
    signed = replace(tired, waivers=(waiver,))

    assert rules.faults(tired, TEAM) == (
        Finding("rest_too_short", TENTH, people=("An",), groups=(1,), n=659),
    )
    assert allocate(tired, rng=_rng()).teams[0].people == ("Bo", "Di")
    assert rules.faults(replace(tired, history=(night_before,)), TEAM) == ()

    assert rules.faults(signed, TEAM) == ()
    assert allocate(signed, rng=_rng()).teams[0].people == ("An", "Bo", "Di")
    assert rules.warnings(signed, TEAM)[0] == Finding(
        "rest_waived", TENTH, people=("An",), groups=(1,), n=659, waiver=waiver
    )


@pytest.mark.row("D11")
def test_a_waiver_counts_for_its_person_and_its_night_only() -> None:
    tired = replace(NIGHT, history=_worked("An", 1, until_h=33))
    for waiver in (
        Waiver("An", TENTH - timedelta(days=1), "Director Wu", "flood watch"),
        Waiver("Bo", TENTH, "Director Wu", "flood watch"),
    ):
        night = replace(tired, waivers=(waiver,))

        assert [fault.code for fault in rules.faults(night, TEAM)] == ["rest_too_short"]
        assert "An" not in allocate(night, rng=_rng()).teams[0].people


@pytest.mark.row("D11")
@pytest.mark.parametrize(("oldest", "is_allowed"), [(13, False), (14, True)])
def test_the_fortnight_rolls(*, oldest: int, is_allowed: bool) -> None:
    """Five nights in the thirteen days before tonight are the most: a sixth is none."""
    history = _worked("An", 3, 5, 7, 9, oldest)
    night = replace(NIGHT, people=(AN, BO, DI), history=history)

    assert (rules.faults(night, TEAM) == ()) is is_allowed
    assert ("An" in allocate(night, rng=_rng()).teams[0].people) is is_allowed


@pytest.mark.row("M05")
def test_a_leader_is_a_person_like_any_other() -> None:
    """No field of a person could spare anybody, and the history counts the same."""
    assert set(Person.__slots__) == {
        "id",
        "kind",
        "home_unit",
        "skills",
        "knows",
        "away",
    }


def test_the_largest_count_comes_before_the_sum() -> None:
    """Only one of two groups of three can go, for both need Ce. With An (4 nights) and Bo
    (none) somebody would come to five; with Fu and Gu (3 each) to four, though they
    have worked more between them: 6 nights, not 4.
    """
    late_only = ((GROUP.begins, GROUP.begins + 1),)
    early_only = ((GROUP.ends, GROUP.ends + 1),)
    early = replace(GROUP, sworn=3, auxiliary=0, min_sworn=3)
    late = replace(early, number=2, begins=GROUP.begins + 60, ends=GROUP.ends + 60)
    people = (
        *(replace(person, away=early_only) for person in (AN, BO)),
        CE,
        *(Person(name, Kind.SWORN, "H01", away=late_only) for name in ("Fu", "Gu")),
    )
    history = _worked("An", 3, 5, 7, 9)
    history += _worked("Fu", 3, 5, 7) + _worked("Gu", 3, 5, 7)
    night = replace(NIGHT, people=people, groups=(early, late), history=history)

    allocation = allocate(night, rng=_rng())

    assert allocation.teams == (Team(1), Team(2, ("Ce", "Fu", "Gu")))


def test_declared_skills_go_where_they_are_wished() -> None:
    aid = frozenset({"first_aid"})
    two = (replace(GROUP, sworn=1), replace(GROUP, number=2, sworn=1, skills=aid))
    night = replace(NIGHT, people=(AN, replace(BO, skills=aid), DI, EN), groups=two)

    first, second = allocate(night, rng=_rng()).teams

    assert (first.people[0], second.people[0]) == ("An", "Bo")


@pytest.mark.parametrize(
    ("night", "teams", "codes"),
    [
        (NIGHT, (Team(1, ("An", "Bo", "Xi")),), ["person_unknown"]),
        (NIGHT, (Team(1, ("An", "Bo"), ("Ce",)),), ["person_unknown"]),
        (NIGHT, (Team(7, ("An",)),), ["group_unknown"]),
        (NIGHT, (Team(1, ("An",)), Team(1, ("Bo",))), ["group_twice"]),
        (NIGHT, (Team(1, ("An", "Bo", "An")),), ["group_overfull", "person_twice"]),
        (NIGHT, (Team(1, ("Di",)),), ["auxiliaries_alone"]),
        (NIGHT, (Team(1, (), ("Lo",)),), ["auxiliaries_alone"]),
        (NIGHT, (Team(1, ("An", "Bo", "Ce")),), ["group_overfull"]),
        (NIGHT, (Team(1, ("An", "Di", "En")),), ["group_overfull"]),
        (NIGHT, (Team(1, ("An",), ("Lo", "Mu")),), ["group_overfull"]),
        (
            replace(NIGHT, groups=(replace(GROUP, min_sworn=2),)),
            (Team(1, ("An", "Di")),),
            ["sworn_missing"],
        ),
        (
            replace(NIGHT, people=(replace(AN, away=((10 * DAY, 11 * DAY),)), BO, DI)),
            (Team(1, ("An", "Bo", "Di")),),
            ["person_absent"],
        ),
        (
            replace(NIGHT, history=_worked("An", 2, 4, 6, 8, 10)),
            (Team(1, ("An",)),),
            ["too_many_nights"],
        ),
    ],
)  # fmt: skip
def test_the_checker_names_every_fault(
    night: Night, teams: tuple[Team, ...], codes: list[str]
) -> None:
    found = rules.faults(night, Allocation(TENTH, teams))

    assert [fault.code for fault in found] == codes
    assert {fault.night for fault in found} == {TENTH}


@pytest.mark.row("C02")
def test_a_group_below_its_least_stays_at_home_and_its_people_help_elsewhere() -> None:
    market = replace(GROUP, number=2, sworn=2, auxiliary=4, min_sworn=2)
    night = replace(NIGHT, people=(AN, DI, EN), groups=(GROUP, market))

    allocation = allocate(night, rng=_rng())

    assert [len(team.people) for team in allocation.teams] == [2, 0]


# Somebody calls in sick.


def test_one_call_in_sick_is_one_person_called() -> None:
    found = repair(NIGHT, TEAM, gone=frozenset({"An"}), rng=_rng())

    assert found.allocation.teams == (Team(1, ("Bo", "Ce", "Di")),)
    assert found.n_told == 1
    assert found.changes == (
        Change("An", ChangeKind.GONE, from_group=1),
        Change("Ce", ChangeKind.CALLED, to_group=1, in_place_of="An"),
    )


def test_if_only_somebody_in_another_group_may_come_two_are_told() -> None:
    """Ce came home too late for 19:00, not for group 2 at 21:00: Bo moves, Ce is called."""
    one = replace(GROUP, sworn=1, auxiliary=0)
    two = replace(one, number=2, begins=GROUP.begins + 120)
    night = replace(
        NIGHT,
        people=(AN, BO, CE),
        groups=(one, two),
        history=_worked("Ce", 1, until_h=33),
    )
    before = Allocation(TENTH, (Team(1, ("An",)), Team(2, ("Bo",))))

    found = repair(night, before, gone=frozenset({"An"}), rng=_rng())

    assert found.changes == (
        Change("An", ChangeKind.GONE, from_group=1),
        Change("Bo", ChangeKind.MOVED, from_group=2, to_group=1, in_place_of="An"),
        Change("Ce", ChangeKind.CALLED, to_group=2, in_place_of="Bo"),
    )


@pytest.mark.row("C02")
def test_a_group_that_cannot_go_out_any_more_sends_its_people_home() -> None:
    night = replace(NIGHT, people=(AN, BO, DI), groups=(replace(GROUP, min_sworn=2),))

    found = repair(night, TEAM, gone=frozenset({"An"}), rng=_rng())

    assert found.allocation.teams == (Team(1),)
    assert [(c.person, c.kind) for c in found.changes] == [
        ("An", ChangeKind.GONE),
        ("Bo", ChangeKind.RELEASED),
        ("Di", ChangeKind.RELEASED),
    ]


@pytest.mark.row("C02")
def test_somebody_whose_group_stays_at_home_moves_before_another_is_called() -> None:
    """Bo has worked most, but one person told is less than Bo sent home and Ce called."""
    one = replace(GROUP, auxiliary=0, min_sworn=2)
    two = replace(one, number=2, sworn=1, min_sworn=1, begins=GROUP.begins + 60)
    night = replace(
        NIGHT,
        people=(AN, BO, replace(CE, away=((one.begins, one.begins + 1),)), EVE),
        groups=(one, two),
        history=_worked("Bo", 3, 5, 7),
    )
    before = Allocation(TENTH, (Team(1, ("An", "Bo")), Team(2, ("Eve",))))

    found = repair(night, before, gone=frozenset({"An", "Eve"}), rng=_rng())

    assert found.n_told == 1
    assert found.allocation.teams == (Team(1), Team(2, ("Bo",)))


# D04: counted once.


@pytest.mark.row("D04")
def test_hours_count_once_and_show_under_both_units() -> None:
    """An and Di for four hours at S01, An again at S02: twelve hours in all."""
    at_s02 = replace(_worked("An", 1)[0], duty_unit="S02")
    duties = (*_worked("An", 2), *_worked("Di", 2), at_s02, at_s02)

    found = tally(duties, (AN, DI))

    assert found.by_person == {"An": Count(2, 480), "Di": Count(1, 240)}
    assert found.by_home_unit == {"H01": Count(2, 480), "H02": Count(1, 240)}
    assert found.by_duty_unit == {"S01": Count(2, 480), "S02": Count(1, 240)}
    assert found.total == Count(3, 720)
    assert found.is_counted_once


@pytest.mark.row("D04")
def test_nobody_is_at_two_duties_at_once() -> None:
    (duty,) = _worked("An", 1)

    with pytest.raises(DutiesOverlap):
        tally((duty, replace(duty, duty_unit="S02")), (AN,))
    with pytest.raises(PersonUnknown):
        tally((duty,), (BO,))


# Bad input.


@pytest.mark.parametrize(
    ("night", "refusal"),
    [
        (replace(NIGHT, people=()), PoolEmpty),
        (replace(NIGHT, groups=(replace(GROUP, sworn=0),)), GroupWithoutSworn),
        (replace(NIGHT, groups=(replace(GROUP, min_sworn=0),)), GroupWithoutSworn),
        (replace(NIGHT, groups=(replace(GROUP, min_sworn=3),)), GroupWithoutSworn),
        (replace(NIGHT, groups=(GROUP, GROUP)), NumberTwice),
        (replace(NIGHT, local=(AN,)), NumberTwice),
        (replace(NIGHT, groups=(replace(GROUP, ends=0),)), TimesOutOfOrder),
        (replace(NIGHT, limits=Limits(max_nights=0)), TimesOutOfOrder),
        (replace(NIGHT, history=_worked("An", 0)), HistoryInFuture),
        (replace(NIGHT, history=_worked("An", -3)), HistoryInFuture),
        (replace(NIGHT, history=_worked("An", 1, until_h=1)), TimesOutOfOrder),
        (replace(NIGHT, waivers=(Waiver("Xi", TENTH, "Wu", "flood"),)), PersonUnknown),
        (replace(NIGHT, waivers=(Waiver("An", TENTH, "Wu", " "),)), WaiverUnsigned),
        (replace(NIGHT, waivers=(Waiver("An", TENTH, "", "flood"),)), WaiverUnsigned),
    ],
)
def test_a_statement_that_contradicts_itself_is_refused(
    night: Night, refusal: type[DomainError]
) -> None:
    with pytest.raises(refusal) as refused:
        allocate(night, rng=_rng())

    assert refused.value.code.startswith("planning.secondment.")


def test_a_repair_that_names_a_stranger_is_refused() -> None:
    with pytest.raises(PersonUnknown):
        repair(NIGHT, TEAM, gone=frozenset({"Xi"}), rng=_rng())
    stranger = Allocation(TENTH, (Team(1, ("Xi",)),))
    with pytest.raises(PersonUnknown):
        repair(NIGHT, stranger, gone=frozenset(), rng=_rng())


def test_a_night_without_groups_is_a_night_at_home() -> None:
    night = replace(NIGHT, groups=())

    check_night(night)
    assert allocate(night, rng=_rng()).teams == ()
