"""The upper bound: no plan is ever worth more, and good bounds are nearly reached.

``XUNFANG_BOUND_CASES`` sets how many tiny problems are drawn (300 unless told).
"""

import csv
import math
import os
from pathlib import Path

import numpy as np
import pytest

from tests.core.planning import exact
from tests.core.planning.tiny import tiny_problem
from xunfang.core.planning.bound.upper_bound import UpperBound
from xunfang.core.planning.problem import Problem, Stop, Unit
from xunfang.core.planning.tasks import tasks_of

N_CASES = int(os.environ.get("XUNFANG_BOUND_CASES", "300"))
TEAMS_NIGHT = 60
"""Horizon of the examples worked by hand."""


def line_problem(*stops: Stop, n_units: int = 1, shift: int = TEAMS_NIGHT) -> Problem:
    """Points 0, 1, 2, 3 on one street, five minutes apart; the station is at 0."""
    travel = np.array([[5 * abs(a - b) for b in range(4)] for a in range(4)], np.int32)
    units = tuple(Unit(f"u{n}", "car", 0, 0, (0, shift)) for n in range(n_units))
    return Problem(travel={"car": travel}, units=units, stops=stops)


def stop(
    name: str, at: int, value: float, *, visits_max: int = 1, mandatory: bool = False
) -> Stop:
    return Stop(
        name,
        at,
        at,
        10,
        ((0, value),),
        ((0, TEAMS_NIGHT),),
        visits_max=visits_max,
        mandatory=mandatory,
    )


def proven(problem: Problem, *, all_mandatory: bool = False, cpu_s: float = 1.0):
    bound = UpperBound(problem, tasks_of(problem), all_mandatory=all_mandatory)
    bound.improve(incumbent=-1.0, cpu_s=cpu_s)
    return bound


@pytest.mark.parametrize("part", range(4))
def test_no_plan_of_a_tiny_problem_is_worth_more_than_its_bound(part: int) -> None:
    n_tight = n_cases = 0
    for seed in range(part * N_CASES // 4, (part + 1) * N_CASES // 4):
        problem = tiny_problem(np.random.default_rng(seed))
        tasks = tasks_of(problem)
        try:
            best = exact.optimum(problem)
        except exact.TooManyPlans:
            continue

        bound = UpperBound(problem, tasks)
        on_the_way = [bound.value]
        on_the_way += [bound.improve(incumbent=-1.0, cpu_s=1e-9) for _ in range(3)]
        bound.improve(incumbent=-1.0, cpu_s=0.1)

        assert bound.value >= best.value - 1e-9, seed
        assert on_the_way == sorted(on_the_way, reverse=True), seed
        n_cases += 1
        n_tight += bound.value <= best.value + 1e-6
        if best.value_all_mandatory is not None:
            strict = proven(problem, all_mandatory=True, cpu_s=0.1)
            assert strict.value >= best.value_all_mandatory - 1e-9, seed
    assert n_tight > 0.6 * n_cases


def test_no_plan_is_worth_more_whatever_routes_were_learned() -> None:
    """What a search tells guides the prices; wrong or impossible, it proves nothing."""
    for seed in range(N_CASES // 4):
        rng = np.random.default_rng(seed)
        problem = tiny_problem(rng)
        tasks = tasks_of(problem)
        try:
            best = exact.optimum(problem)
        except exact.TooManyPlans:
            continue
        routes = [
            (unit.id, rng.permutation(len(tasks))[: rng.integers(0, 4)].tolist())
            for unit in problem.units
        ]

        bound = UpperBound(problem, tasks)
        bound.learn(routes)
        first = bound.improve(incumbent=-1.0, cpu_s=1e-9)
        value = bound.improve(incumbent=-1.0, cpu_s=0.1)

        assert first >= value >= best.value - 1e-9, seed


def test_a_learned_plan_makes_the_first_bound_lower() -> None:
    """Ten stops worth 6, room for three of them in the shift.

    A visit costs 1.5 to begin with: ten keep 4.5 each, and a route earns thrice 1.5,
    49.5 in all. With the plan known, the seven it leaves out cost 6: three keep 4.5, and
    a route earns thrice 6, 31.5 in all. Values are multiples of six.
    """
    problem = line_problem(*(stop(f"s{n}", 3, 6.0) for n in range(10)))
    plain, taught = (UpperBound(problem, tasks_of(problem)) for _ in range(2))
    taught.learn([("u0", (0, 1, 2))])

    plain.improve(incumbent=-1.0, cpu_s=1e-9)
    taught.improve(incumbent=-1.0, cpu_s=1e-9)

    assert (plain.value, taught.value) == (48.0, 30.0)


def test_everything_that_fits_is_proven_at_once() -> None:
    """Out 15, three stops of 10, back 15: 60 minutes, the whole shift."""
    problem = line_problem(stop("a", 1, 3.0), stop("b", 2, 4.0), stop("c", 3, 5.0))

    bound = proven(problem)

    assert bound.value == 12.0


def test_what_nobody_can_reach_in_time_counts_for_nothing() -> None:
    """To point 3 and back takes 30 and the dwell 10: a shift of 39 is too short."""
    problem = line_problem(stop("far", 3, 50.0), stop("near", 1, 2.0), shift=39)

    bound = proven(problem)

    assert bound.value == 2.0


def test_a_stop_wanted_twice_may_follow_itself() -> None:
    """Out 15, twice 10, back 15 is 50 minutes: both visits fit."""
    problem = line_problem(stop("c", 3, 7.0, visits_max=2))

    bound = proven(problem)

    assert bound.value == 14.0


def test_a_mandatory_stop_lowers_the_bound_for_plans_that_serve_it() -> None:
    """Point 3 takes 40 of 40 minutes and earns nothing; points 1 and 2 would earn 9."""
    problem = line_problem(
        stop("duty", 3, 0.0, mandatory=True),
        stop("a", 1, 4.0),
        stop("b", 2, 5.0),
        shift=40,
    )

    free, strict = proven(problem), proven(problem, all_mandatory=True)

    assert (free.value, strict.value) == (9.0, 0.0)


def test_the_bound_sinks_to_a_whole_number_when_values_are_whole() -> None:
    """Values are multiples of four, so every plan's value is one, and so the bound."""
    problem = line_problem(
        *(stop(f"s{n}", 1 + n % 3, 4.0 * (3 + n)) for n in range(9)), n_units=2
    )

    bound = proven(problem)

    assert math.fmod(bound.value, 4.0) == 0.0


def test_the_same_work_gives_the_same_bound() -> None:
    problem = line_problem(
        *(stop(f"s{n}", 1 + n % 3, 3.0 + n) for n in range(9)), n_units=2
    )

    first, second = proven(problem, cpu_s=0.01), proven(problem, cpu_s=0.01)

    assert (first.value, first.surplus.tolist()) == (
        second.value,
        second.surplus.tolist(),
    )


def test_routes_drawn_from_the_bound_are_one_for_each_unit_and_no_task_twice() -> None:
    problem = line_problem(
        *(stop(f"s{n}", 1 + n % 3, 3.0 + n) for n in range(9)), n_units=2
    )

    drawn = proven(problem).draw(np.random.default_rng(1))

    assert {unit for unit, _ in drawn} <= {"u0", "u1"}
    assert len(drawn) == len({unit for unit, _ in drawn})
    tasks = [task for _, tasks in drawn for task in tasks]
    assert len(tasks) == len(set(tasks)) > 0


def test_visits_drawn_in_one_plan_are_worth_all_where_all_fit() -> None:
    problem = line_problem(stop("a", 1, 3.0), stop("b", 2, 4.0), stop("c", 3, 5.0))

    [(unit, tasks)] = proven(problem).draw(np.random.default_rng(1))

    assert (unit, sorted(tasks)) == ("u0", [0, 1, 2])


def test_work_ends_at_once_when_told_to_stop() -> None:
    problem = line_problem(stop("a", 1, 3.0), stop("b", 2, 4.0))
    bound = UpperBound(problem, tasks_of(problem))

    value = bound.improve(incumbent=-1.0, cpu_s=10.0, should_stop=lambda: True)

    assert (value, bound.n_rounds) == (7.0, 0)


def test_a_night_without_units_or_stops_is_worth_nothing() -> None:
    nobody = Problem(travel={"car": np.zeros((4, 4), np.int32)}, units=())

    assert proven(nobody).value == 0.0
    assert proven(line_problem()).value == 0.0


def orienteering_problem(folder: Path, name: str, n_units: int) -> Problem:
    """Read a benchmark file; distances are floored to tenths (pr: hundredths)."""
    lines = [line.split() for line in (folder / f"{name}.txt").read_text().splitlines()]
    rows = [[float(x) for x in line] for line in lines[2:] if line]
    per_unit = 100 if name.startswith("pr") else 10
    x, y = np.array([row[1] for row in rows]), np.array([row[2] for row in rows])
    away = np.hypot(x[:, None] - x[None, :], y[:, None] - y[None, :])
    travel = np.floor(away * per_unit + 1e-9).astype(np.int32)
    opens = [round(row[-2] * per_unit) for row in rows]
    closes = [round(row[-1] * per_unit) for row in rows]
    stops = tuple(
        Stop(
            str(n),
            n,
            n,
            round(row[3] * per_unit),
            ((0, row[4]),),
            ((opens[n], closes[n]),),
        )
        for n, row in enumerate(rows)
        if n > 0
    )
    units = tuple(
        Unit(f"u{n}", "car", 0, 0, (opens[0], closes[0])) for n in range(n_units)
    )
    return Problem(travel={"car": travel}, units=units, stops=stops)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "n_units", "cpu_s", "at_most"),
    [
        ("rc101", 4, 2.0, 811.0),
        ("rc101", 1, 2.0, 219.0),
        ("r102", 4, 1.0, 860.0),
        ("c104", 4, 2.0, 1290.0),
        ("pr01", 2, 2.0, 545.0),
    ],
)
def test_published_values_are_never_undercut(
    shared_data: Path, name: str, n_units: int, cpu_s: float, at_most: float
) -> None:
    folder = shared_data / "planning" / "toptw"
    with (folder / "best_known.csv").open() as lines:
        known = {
            (row["instance"], int(row["m"])): float(row["value"])
            for row in csv.DictReader(lines)
        }
    problem = orienteering_problem(folder, name, n_units)

    bound = proven(problem, cpu_s=cpu_s)

    assert known[name, n_units] <= bound.value <= at_most


@pytest.mark.parametrize("number", range(40))
def test_routes_drawn_from_the_relaxed_optimum_share_no_task(number: int) -> None:
    problem = tiny_problem(np.random.default_rng(number))
    bound = UpperBound(problem, tasks_of(problem))
    bound.improve(incumbent=-1.0, cpu_s=0.2)

    drawn = bound.draw(np.random.default_rng(number))

    units = [unit for unit, _ in drawn]
    tasks = [task for _, route in drawn for task in route]
    assert len(set(units)) == len(units)
    assert len(set(tasks)) == len(tasks)
    assert set(units) <= {unit.id for unit in problem.units}
