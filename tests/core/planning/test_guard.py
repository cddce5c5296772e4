"""Hot spots are patrolled and the inner area is never left alone."""

import json
from itertools import combinations, pairwise, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.planning_hscpp import checked_prize, read_problem
from xunfang.core.planning.guard import (
    GuardPlan,
    GuardProblem,
    GuardTour,
    NoGuardTour,
    excursion_starts,
    guard,
    out_length,
)


def _line_town(max_tour: int) -> GuardProblem:
    """Places 0 and 1 inside, 2 and 3 outside, all on one line: 0 1 . 2 3 -> 0 1 3 4."""
    at = np.array([0, 1, 3, 4])
    return GuardProblem(
        prize=np.array([1.0, 1.0, 0.5, 0.4]),
        distance=np.abs(at[:, None] - at[None, :]),
        inner=np.array([True, True, False, False]),
        n_units=1,
        max_tour=max_tour,
        max_out=max_tour,
    )


def test_one_unit_visits_all_of_a_line_there_and_back():
    """0 1 3 4 and back is 8 long."""
    plan = guard(_line_town(8), n_iterations=200, seed=1)

    assert plan.value == pytest.approx(2.9)
    assert set(plan.tours[0].inner) == {0, 1}
    assert set(plan.tours[0].outer) == {2, 3}


def test_with_less_time_the_poorest_place_is_left_out():
    """0 1 3 and back is 6 long; 4 would make 8."""
    plan = guard(_line_town(7), n_iterations=200, seed=1)

    assert plan.value == pytest.approx(2.5)
    assert set(plan.tours[0].outer) == {2}


def test_a_town_too_far_apart_is_refused():
    with pytest.raises(NoGuardTour):
        guard(_line_town(3), n_iterations=10, seed=1)


def _brute_force(problem: GuardProblem) -> float:
    """Try all tours of one unit."""
    places = range(len(problem.prize))
    best = 0.0
    for size in range(2, len(problem.prize) + 1):
        for chosen in combinations(places, size):
            inner = [p for p in chosen if problem.inner[p]]
            outer = [p for p in chosen if not problem.inner[p]]
            for a in permutations(inner):
                for b in permutations(outer):
                    if a and b and _fits(problem, GuardTour(a, b)):
                        best = max(best, float(problem.prize[list(chosen)].sum()))
    return best


def _fits(problem: GuardProblem, tour: GuardTour) -> bool:
    way = [*tour.inner, *tour.outer, tour.inner[0]]
    length = sum(problem.distance[p, q] for p, q in pairwise(way))
    return length <= problem.max_tour and out_length(problem, tour) <= problem.max_out


@st.composite
def towns(draw, n_units=1, n_places=6):
    xy = draw(
        st.lists(
            st.tuples(st.integers(0, 20), st.integers(0, 20)),
            min_size=n_places,
            max_size=n_places,
        )
    )
    at = np.array(xy)
    prize = draw(st.lists(st.integers(1, 9), min_size=n_places, max_size=n_places))
    max_tour = draw(st.integers(20, 80))
    return GuardProblem(
        prize=np.array(prize, dtype=np.float64),
        distance=np.abs(at[:, None, :] - at[None, :, :]).sum(axis=2),
        inner=np.arange(n_places) < n_places // 2,
        n_units=n_units,
        max_tour=max_tour,
        max_out=draw(st.integers(max_tour // 2, max_tour)) * n_units,
    )


@settings(max_examples=40)
@given(towns())
def test_no_tour_is_better_than_the_best_of_all(problem):
    try:
        plan = guard(problem, n_iterations=5000, seed=1)
    except NoGuardTour:
        return

    assert plan.value <= _brute_force(problem) + 1e-9
    assert _fits(problem, plan.tours[0])


@pytest.mark.parametrize("seed", range(3))
def test_of_twenty_small_towns_nineteen_are_patrolled_as_well_as_can_be(seed):
    """An annealing search promises no optimum; it must find nearly all of them."""
    n_best = 0
    for number in range(20):
        problem = _town(np.random.default_rng([seed, number]))
        plan = guard(problem, n_iterations=5000, seed=1)
        n_best += plan.value == pytest.approx(_brute_force(problem))

    assert n_best >= 19


def _town(rng: np.random.Generator) -> GuardProblem:
    """Three places inside, three outside, all within reach of a tour."""
    at = rng.integers(0, 6, size=(6, 2))
    return GuardProblem(
        prize=rng.integers(1, 6, size=6).astype(np.float64),
        distance=np.abs(at[:, None, :] - at[None, :, :]).sum(axis=2),
        inner=np.arange(6) < 3,
        n_units=1,
        max_tour=20,
        max_out=14,
    )


@settings(deadline=None, max_examples=40)
@given(towns(n_units=3, n_places=9))
def test_somebody_is_always_inside(problem):
    max_out = 2 * problem.max_tour
    problem = GuardProblem(
        problem.prize, problem.distance, problem.inner, 3, problem.max_tour, max_out
    )
    try:
        plan = guard(problem, n_iterations=200, seed=2)
    except NoGuardTour:
        return

    starts = excursion_starts(problem, plan)

    n_out = np.zeros(problem.max_tour, dtype=int)
    for start, tour in zip(starts, plan.tours, strict=True):
        moments = np.arange(start, start + out_length(problem, tour))
        n_out[moments % problem.max_tour] += 1
    assert n_out.max() <= 2


def test_the_same_seed_gives_the_same_tours():
    problem = _line_town(7)

    assert guard(problem, n_iterations=100, seed=5) == guard(
        problem, n_iterations=100, seed=5
    )


@pytest.mark.shared
def test_montgomery_county_is_patrolled_better_than_published(shared_data):
    """48.141 is the authors' stored run; 48.58 is asked of us in 10 CPU seconds."""
    path = shared_data / "planning/hscpp/real_1.json"
    document = json.loads(path.read_text())

    plan = guard(read_problem(document, 0), n_iterations=150_000, seed=1)

    assert checked_prize(document, 0, plan) >= 48.58
    assert isinstance(plan, GuardPlan)
