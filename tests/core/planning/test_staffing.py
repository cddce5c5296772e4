"""People and duties: teams that may go out, and nights that need more than there are."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xunfang.core.planning.plan import EventKind
from xunfang.core.planning.problem import (
    Crew,
    CrewNeed,
    Loop,
    Need,
    Post,
    Problem,
    Stop,
    Unit,
)
from xunfang.core.planning.staffing import (
    Staffing,
    TeamTemplate,
    TeamTooSmall,
    check_team,
    shortage_of,
    staffing,
    team_faults,
    worst_shortage,
)

LINE = np.abs(np.subtract.outer(np.arange(4), np.arange(4))).astype(np.int32) * 5
MARKET_TEAM = TeamTemplate(min_sworn=2, min_total=6)


@pytest.mark.row("C02")
def test_a_market_team_is_two_officers_and_four_auxiliaries() -> None:
    check_team(MARKET_TEAM, Crew(sworn=2, auxiliary=4))
    with pytest.raises(TeamTooSmall) as refusal:
        check_team(MARKET_TEAM, Crew(sworn=1, auxiliary=5))

    assert refusal.value.code == "planning.team_too_small"
    assert team_faults(MARKET_TEAM, Crew(1, 5)) == ("too_few_sworn",)


@pytest.mark.row("C02")
def test_a_team_turns_red_at_once_when_an_officer_calls_in_sick() -> None:
    evening = Crew(sworn=2, auxiliary=4)
    after_the_call = replace(evening, sworn=evening.sworn - 1)

    assert team_faults(MARKET_TEAM, evening) == ()
    assert team_faults(MARKET_TEAM, after_the_call) == (
        "too_few_sworn",
        "too_few_people",
    )


@pytest.mark.row("C02")
@given(n_auxiliary=st.integers(0, 50), min_total=st.integers(1, 50))
def test_auxiliaries_never_go_out_alone(n_auxiliary: int, min_total: int) -> None:
    template = TeamTemplate(min_sworn=1, min_total=min_total)

    assert "no_sworn_officer" in team_faults(template, Crew(0, n_auxiliary))


def _crews(*crews: Crew) -> tuple[Unit, ...]:
    return tuple(
        Unit(f"u{number}", "foot", 0, 0, (0, 240), crew=crew)
        for number, crew in enumerate(crews, 1)
    )


def _post(post_id: str, window: tuple[int, int], people: int) -> Post:
    return Post(post_id, 1, window, need=Need(crew=CrewNeed(1, people)))


def test_a_night_that_needs_31_people_and_has_26_says_so_with_its_hour() -> None:
    """10 at the gate, 15 at the fair and 6 on the square: 31 between 60 and 90."""
    problem = Problem(
        travel={"foot": LINE},
        units=_crews(Crew(4, 6), Crew(2, 10), Crew(2, 2)),
        posts=(
            _post("gate", (30, 90), 10),
            _post("fair", (60, 120), 15),
            _post("square", (0, 240), 6),
        ),
    )

    assert [
        (time.begins, time.ends, time.n_people_needed, time.n_people_on_shift)
        for time in staffing(problem)
    ] == [(0, 30, 6, 26), (30, 60, 16, 26), (60, 90, 31, 26), (90, 120, 21, 26), (120, 240, 6, 26)]  # fmt: skip
    assert worst_shortage(problem) == Staffing(
        begins=60,
        ends=90,
        n_people_needed=31,
        n_people_on_shift=26,
        n_units_needed=3,
        n_units_on_shift=3,
        # No crew has 15, so the fair stays empty; the other two duties can be held.
        n_units_placeable=2,
        duties=(
            (EventKind.POST, "gate"),
            (EventKind.POST, "fair"),
            (EventKind.POST, "square"),
        ),
    )


def test_people_enough_in_too_few_units_is_a_shortage_of_units() -> None:
    problem = Problem(
        travel={"foot": LINE},
        units=_crews(Crew(2, 8)),
        posts=(_post("east", (0, 60), 2), _post("west", (30, 60), 2)),
    )

    worst = worst_shortage(problem)

    assert worst is not None
    assert (worst.begins, worst.n_people_short, worst.n_duties_short) == (30, 0, 1)
    assert shortage_of(staffing(problem), EventKind.POST, "west") == worst


def test_a_stop_counts_only_while_somebody_must_be_there_whatever_the_plan() -> None:
    """A dwell of 30 that begins between 100 and 110 is going on from 110 to 130."""
    stop = Stop("s", 1, 1, 30, ((0, 0.0),), ((100, 110),), mandatory=True)
    free = replace(stop, id="free", windows=((0, 200),))
    optional = replace(stop, id="optional", mandatory=False)
    problem = Problem(
        travel={"foot": LINE},
        units=_crews(Crew(2, 0)),
        stops=(stop, free, optional),
    )

    assert [(time.begins, time.ends, time.duties) for time in staffing(problem)] == [
        (110, 130, ((EventKind.STOP, "s"),))
    ]


def test_a_loop_needs_as_many_units_as_its_rounds_take() -> None:
    """Four points five apart, five minutes at each: one round leaves 45 alone, two 15."""
    loop = Loop("market", (0, 1, 2, 3), 5, (0, 120), 20, "foot")
    problem = Problem(travel={"foot": LINE}, units=_crews(Crew(2, 0)), loops=(loop,))

    worst = worst_shortage(problem)

    assert worst is not None
    assert (worst.n_units_needed, worst.n_units_placeable) == (2, 1)


@given(
    crews=st.lists(st.builds(Crew, st.integers(0, 3), st.integers(0, 4)), max_size=4),
    needs=st.lists(st.integers(1, 7), min_size=1, max_size=4),
)
def test_one_more_unit_never_makes_a_shortage_worse(
    crews: list[Crew], needs: list[int]
) -> None:
    posts = tuple(_post(f"p{n}", (0, 60), people) for n, people in enumerate(needs))
    before = Problem(travel={"foot": LINE}, units=_crews(*crews), posts=posts)
    after = replace(before, units=_crews(*crews, Crew(2, 2)))

    one, other = worst_shortage(before), worst_shortage(after)

    assert other is None or one is not None
    if one is not None and other is not None:
        assert other.n_people_short <= one.n_people_short
        assert other.n_duties_short <= one.n_duties_short
