"""What is said to be impossible is impossible: held to every plan there is.

Tiny problems with every feature; each thing wanted is left as the only one, worth 1, and
all plans are tried. Whatever the answer why not, it is a gain missed exactly where some
plan makes the visit.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from tests.core.planning.exact import TooManyPlans, optimum
from tests.core.planning.tiny import tiny_problem
from xunfang.core.planning.explain import unmet
from xunfang.core.planning.plan import Plan
from xunfang.core.planning.problem import Problem

POSSIBLE = "search_missed_it"


def _things_alone(problem: Problem) -> Iterator[Problem]:
    bare = replace(problem, stops=(), posts=(), loops=(), presence=())
    for stop in problem.stops:
        once = replace(stop, mandatory=False, visits_min=1, visits_max=1)
        yield replace(bare, stops=(replace(once, value=((0, 1.0),)),))
    for post in problem.posts:
        yield replace(bare, posts=(replace(post, mandatory=False, units=1, value=1.0),))
    for presence in problem.presence:
        yield replace(bare, presence=(replace(presence, value_per_minute=1.0),))


@pytest.mark.parametrize("seed", range(150))
def test_a_thing_is_called_impossible_exactly_where_no_plan_makes_it(seed: int) -> None:
    problem = tiny_problem(np.random.default_rng(seed))

    for alone in _things_alone(problem):
        lacks = unmet(alone, Plan((), 0.0))
        try:
            best = optimum(alone).value
        except TooManyPlans:
            continue
        codes = Counter(lack.code for lack in lacks)
        assert (POSSIBLE in codes) == (best > 0), (codes, alone)


@pytest.mark.parametrize("seed", range(60))
def test_every_answer_on_a_tiny_night_can_be_said(seed: int) -> None:
    from xunfang.core.planning.wording import (  # noqa: PLC0415 -- only here
        clock_of,
        unmet_sentence,
    )

    problem = tiny_problem(np.random.default_rng(seed))
    clock = clock_of(problem)

    for lack in unmet(problem, Plan((), 0.0)):
        assert "{" not in unmet_sentence(lack, clock, "zh")
        assert len(unmet_sentence(lack, clock, "en")) > len(lack.id) + 20
