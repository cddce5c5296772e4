"""Minutes of presence by cell and hour, and the cells that had too few."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xunfang.core.planning.coverage import (
    Gap,
    coverage_gaps,
    minutes_by_area_hour,
    minutes_by_cell_hour,
)
from xunfang.core.planning.plan import Event, EventKind, LoopVisit, Plan, Route


def _event(at: int, start: int, end: int, kind=EventKind.STOP, visits=()) -> Event:
    return Event(kind, "x", at, at, start, start, end, visits)


def _plan(*events: Event) -> Plan:
    return Plan((Route("u1", 0, events, 2000),), 0.0)


@pytest.mark.row("A12")
def test_minutes_fall_into_the_cell_and_hour_where_they_were_spent():
    """21:50-22:20 at point 0 (cell 1): 10 minutes in hour 21, 20 in hour 22."""
    plan = _plan(
        _event(0, 1310, 1340),
        _event(1, 1350, 1360, EventKind.BREAK),
        _event(2, 1360, 1380),
    )

    matrix = minutes_by_cell_hour(plan, (1, 0, None), 2)

    expected = np.zeros((24, 2))
    expected[21, 1], expected[22, 1] = 10, 20
    assert matrix.tolist() == expected.tolist()


def test_after_midnight_the_hours_begin_again():
    matrix = minutes_by_cell_hour(_plan(_event(0, 1430, 1450)), (0,), 1)

    assert matrix[23, 0] == 10
    assert matrix[0, 0] == 10


def test_rounds_count_where_each_stay_was_and_not_the_ways_between():
    visits = (LoopVisit(0, 0, 5), LoopVisit(1, 8, 13))
    plan = _plan(_event(0, 0, 13, EventKind.LOOP, visits))

    matrix = minutes_by_cell_hour(plan, (0, 1), 2, first_hour=19)

    assert matrix[19].tolist() == [5, 5]
    assert matrix.sum() == 10


@pytest.mark.row("A12")
@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 1800), st.integers(0, 200)),
        max_size=12,
    ),
    st.lists(st.integers(0, 2), min_size=6, max_size=6),
)
def test_the_sum_over_cells_is_the_area_total_hour_by_hour(stays, area_of_cell):
    plan = _plan(*(_event(at, start, start + long) for at, start, long in stays))

    by_cell = minutes_by_cell_hour(plan, tuple(range(6)), 6)
    by_area = minutes_by_area_hour(by_cell, area_of_cell, 3)

    assert by_cell.shape == (24, 6)
    assert by_area.sum() == by_cell.sum() == sum(long for _, _, long in stays)
    for area in range(3):
        cells = [cell for cell in range(6) if area_of_cell[cell] == area]
        assert by_area[:, area].tolist() == by_cell[:, cells].sum(axis=1).tolist()


@pytest.mark.row("A14")
def test_when_a_team_stays_home_its_cells_are_the_gaps_and_no_others():
    """Teams 0, 1, 2 each give 30 minutes to two cells of their own."""
    teams = {
        team: _plan(_event(2 * team, 0, 30), _event(2 * team + 1, 40, 70))
        for team in range(3)
    }

    def nights(out: set[int]) -> np.ndarray:
        routes = tuple(r for team in sorted(out) for r in teams[team].routes)
        matrix = minutes_by_cell_hour(Plan(routes, 0.0), tuple(range(6)), 6)
        return np.vstack([matrix.sum(axis=0)] * 3)

    full = coverage_gaps(nights({0, 1, 2}), min_minutes=60, n_nights=3)
    without_one = coverage_gaps(nights({0, 2}), min_minutes=60, n_nights=3)

    assert full == ()
    assert without_one == (Gap(2, 0.0, 60.0, None), Gap(3, 0.0, 60.0, None))


@pytest.mark.row("A14")
def test_a_gap_says_how_much_is_missing_and_when_somebody_was_last_there():
    minutes = np.array([[90.0, 0.0], [20.0, 40.0], [0.0, 40.0]])

    gaps = coverage_gaps(minutes, min_minutes=60, n_nights=2)

    assert gaps == (Gap(0, 20.0, 40.0, 1),)


@pytest.mark.parametrize("n_nights", [0, 3])
def test_nights_that_nobody_recorded_are_not_made_up(n_nights):
    with pytest.raises(ValueError, match="2 nights are known"):
        coverage_gaps(np.zeros((2, 1)), min_minutes=1, n_nights=n_nights)
