"""Loops and presence in figures: how long a point is left alone, and where."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xunfang.core.planning.check import violations
from xunfang.core.planning.plan import Event, EventKind, LoopVisit, Plan, Route
from xunfang.core.planning.problem import Loop, Presence, Problem, Unit
from xunfang.core.planning.report import (
    BandPresence,
    PointGap,
    longest_gaps,
    presence_by_band,
    worst_gap,
)
from xunfang.core.planning.rounds import plan_rounds, walk_round

N_POINTS = 6
RING = np.abs(np.subtract.outer(np.arange(N_POINTS), np.arange(N_POINTS)))
WALK = np.minimum(RING, N_POINTS - RING).astype(np.int32) * 2
MARKET = Loop("market", (0, 1, 2, 3, 4, 5), 4, (0, 120), 40, "foot")
UNIT = Unit("u1", "foot", 0, 0, (0, 240))
PROBLEM = Problem({"foot": WALK}, (UNIT,), loops=(MARKET,))


def _walked(visits: tuple[LoopVisit, ...]) -> Plan:
    event = Event(
        EventKind.LOOP, "market", visits[0].at, visits[-1].at, 0, 0, 120, visits
    )
    return Plan((Route("u1", 0, (event,), 130),), 0.0)


@pytest.mark.row("C04")
def test_six_stops_with_a_target_of_40_show_the_gap_of_52_at_stop_4() -> None:
    """A round of six takes 36. In the second one the patrol passes stop 4 by.

    Stop 4 (point 3) is held from 18 to 22 and again from 74: 52 minutes alone.
    """
    order = [
        *((0, 0), (1, 6), (2, 12), (3, 18), (4, 24), (5, 30)),
        *((0, 36), (1, 42), (2, 48), (4, 56), (5, 62), (3, 74)),
        *((0, 84), (1, 90), (2, 96), (3, 102), (4, 108), (5, 114)),
    ]
    visits = tuple(LoopVisit(at, start, start + 4) for at, start in order)
    plan = _walked(visits)

    worst = worst_gap(PROBLEM, plan, "market")

    assert worst == PointGap(
        loop="market", number=4, at=3, gap=52, since=22, n_visits=3, max_gap=40
    )
    assert not worst.is_held
    assert {violation.code for violation in violations(PROBLEM, plan)} == {
        "loop_gap",
        "unmet_wrong",
    }


@pytest.mark.row("C04")
def test_whole_rounds_keep_every_gap_within_the_target() -> None:
    (part,) = plan_rounds(travel=WALK, at=MARKET.at, dwell=4, max_gap=40)
    visits = walk_round(part, travel=WALK, dwell=4, window=MARKET.window)

    gaps = longest_gaps(PROBLEM, _walked(visits))

    assert [gap.gap for gap in gaps] == [32, 32, 32, 32, 32, 32]
    assert all(gap.is_held for gap in gaps)
    assert violations(PROBLEM, _walked(visits)) == ()


def test_a_point_nobody_visits_is_alone_for_the_whole_window() -> None:
    assert [gap.gap for gap in longest_gaps(PROBLEM, Plan((), 0.0))] == [120] * 6
    assert worst_gap(PROBLEM, Plan((), 0.0), "elsewhere") is None


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 110), st.integers(1, 10)),
        min_size=1,
        max_size=20,
    )
)
def test_no_gap_is_longer_than_the_time_nobody_is_there(
    stays: list[tuple[int, int, int]],
) -> None:
    """Against the plainest count there is: minute by minute."""
    visits = tuple(LoopVisit(at, start, start + length) for at, start, length in stays)

    gaps = longest_gaps(PROBLEM, _walked(visits))

    for gap in gaps:
        held = [False] * 120
        for visit in visits:
            if visit.at == gap.at:
                held[visit.start : visit.end] = [True] * (visit.end - visit.start)
        longest = run = 0
        for is_held in held[:120]:
            run = 0 if is_held else run + 1
            longest = max(longest, run)
        assert gap.gap == longest


def test_presence_is_told_band_by_band() -> None:
    cell = Presence("cell", 1, 10, ((0, 60, 15), (60, 120, 30)))
    problem = Problem({"foot": WALK}, (UNIT,), presence=(cell,))
    events = tuple(
        Event(EventKind.PRESENCE, "cell", 1, 1, at, at, at + 10) for at in (5, 20, 70)
    )

    assert presence_by_band(problem, Plan((Route("u1", 0, events, 90),), 25.0)) == (
        BandPresence("cell", 0, 60, wanted=15, delivered=20, n_visits=2),
        BandPresence("cell", 60, 120, wanted=30, delivered=10, n_visits=1),
    )
