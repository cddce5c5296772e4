"""An answer to an edit: checked, no worse than what was there, and near to it."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.planning.test_edits import a_line, events, hold, look, plan_of
from tests.core.planning.tiny import tiny_problem
from xunfang.core.planning import check
from xunfang.core.planning.budget import Budget
from xunfang.core.planning.edits import Exclude, Stay, apply_edits, carry_over
from xunfang.core.planning.plan import EventKind
from xunfang.core.planning.problem import Presence, Stop
from xunfang.core.planning.resolve import keep_loosely, resolve

BUDGET = Budget(cpu_s=0.06)


def lacking(plan) -> int:
    return sum(lack.n_missing for lack in plan.unmet if lack.mandatory)


def test_what_is_kept_loosely_keeps_its_crew_and_nearly_its_time():
    cell = Presence("c", at=1, dwell=12, wanted=((0, 60, 36),), value_per_minute=1.0)
    night = a_line(stops=(look("k2", 2),), presence=(cell,))
    before = plan_of(night)
    [k2] = [e for e in events(before) if e[2] == "k2"]

    loose = keep_loosely(night, before)

    [kept] = [stop for stop in loose.stops if stop.id == "k2"]
    assert (kept.windows, kept.need.only_units, kept.mandatory) == (
        ((max(0, k2[3] - 10), k2[3] + 10),),
        frozenset({k2[0]}),
        False,
    )
    wanted = sum(minutes for place in loose.presence for _, _, minutes in place.wanted)
    held = sum(
        stop.dwell
        for stop in loose.stops
        if isinstance(stop, Stop) and stop.id.startswith("c@") and stop.dwell
    )
    assert wanted + held == 36


def test_locking_one_stop_leaves_the_others_where_they_are():
    night = a_line(
        stops=tuple(look(f"k{n}", n % 2 + 1, worth=10.0 + n) for n in range(6))
    )
    before = plan_of(night)
    unit, kind, name, start = events(before)[1]
    edits = [hold(night, Stay(kind, name, unit, start, 12), unit, start)]
    edited = apply_edits(night, edits)

    after = resolve(edited, carry_over(before, edited, edits), budget=BUDGET, seed=1)

    assert events(after) == events(before)
    assert check.violations(edited, after) == ()
    assert after.upper_bound is None or after.upper_bound >= after.value


def test_what_is_worth_enough_is_changed():
    """With crew a gone, its stop of 90 takes the place of one of 1 with crew b."""
    poor = replace(look("poor", 1, worth=1.0), windows=((50, 52),))
    rich = replace(look("rich", 2, worth=90.0), windows=((50, 52),))
    night = a_line(stops=(poor, rich))
    before = plan_of(night)
    [(unit, *_)] = [e for e in events(before) if e[2] == "rich"]
    edits = [Exclude(unit)]
    edited = apply_edits(night, edits)

    after = resolve(edited, carry_over(before, edited, edits), budget=BUDGET, seed=1)

    assert [(kind, name) for _, kind, name, _ in events(after)] == [
        (EventKind.STOP, "rich")
    ]


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_law_an_answer_holds_and_is_no_worse_than_the_plan_before(seed):
    problem = tiny_problem(np.random.default_rng(seed))
    before = plan_of(problem)

    after = resolve(problem, before, budget=BUDGET, seed=seed)

    assert check.violations(problem, after) == ()
    assert lacking(after) <= lacking(before)
    if lacking(after) == lacking(before):
        assert after.value >= before.value - 1e-6
