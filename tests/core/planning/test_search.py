"""Laws that hold after any number of rounds of the search."""

from itertools import pairwise

import numpy as np
import pytest

from tests.core.planning.tiny import tiny_problem
from xunfang.core.planning.search import ruin_recreate
from xunfang.core.planning.search.instance import (
    GAPPED,
    GROUP,
    MAX_GAP,
    MIN_GAP,
    TASK,
    WORTH,
    Packed,
    pack,
)
from xunfang.core.planning.search.state import (
    LATEST,
    LEAVE,
    LENGTH,
    N_MADE,
    S_VALUE,
    SEQ,
    START,
    T_UNIT,
    Tables,
    new_tables,
    seed_rng,
    uniform,
)
from xunfang.core.planning.tasks import tasks_of


def _searched(seed: int, *, n_steps: int = 60_000) -> tuple[Packed, Tables]:
    problem = tiny_problem(np.random.default_rng(seed))
    packed = pack(problem, tasks_of(problem))
    tables = new_tables(packed.instance, seed=seed)
    parameters = np.array(ruin_recreate.DEFAULT_PARAMETERS)
    ruin_recreate.run(tables, parameters, n_steps, n_steps)
    return packed, tables


def _visits(tables: Tables) -> list[tuple[int, int, int, int]]:
    """Return (task, unit, start, end) of everything planned now."""
    return [
        (int(tables.node[node, TASK]), unit, int(start), int(leave))
        for unit, n in enumerate(tables.unit[:, LENGTH])
        for node, start, leave in tables.route[unit, 1 : n + 1][:, [SEQ, START, LEAVE]]
        if tables.node[node, TASK] >= 0
    ]


@pytest.mark.parametrize("seed", range(40))
def test_the_books_of_the_search_agree_with_its_routes(seed):
    packed, tables = _searched(seed)

    planned = _visits(tables)

    tasks = [task for task, *_ in planned]
    assert len(set(tasks)) == len(tasks)
    assert {t: u for t, u, *_ in planned} == {
        t: int(u) for t, u in enumerate(tables.task[:, T_UNIT]) if u >= 0
    }
    groups = packed.instance.task[tasks, GROUP] if tasks else []
    n_groups = len(tables.group)
    made = np.bincount(groups, minlength=n_groups) if tasks else np.zeros(n_groups)
    assert made.tolist() == tables.group[:, N_MADE].tolist()
    nodes = [
        node
        for unit, n in enumerate(tables.unit[:, LENGTH])
        for node in tables.route[unit, 1 : n + 1, SEQ]
    ]
    first = packed.instance.group[:, 0]
    worth = sum(
        packed.instance.gain[first[g] : first[g] + n, WORTH].sum()
        for g, n in enumerate(tables.group[:, N_MADE])
    )
    value = packed.instance.value[nodes].sum() + worth
    assert tables.score[0, S_VALUE] == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize("seed", range(40))
def test_every_visit_may_start_when_it_does(seed):
    packed, tables = _searched(seed)

    for unit, n in enumerate(tables.unit[:, LENGTH]):
        if unit in packed.idle_units:
            continue
        starts, latest = tables.route[unit, 1 : n + 2][:, [START, LATEST]].T

        assert (starts <= latest).all()


@pytest.mark.parametrize("seed", range(80))
def test_visits_of_one_place_keep_their_gaps_across_units(seed):
    packed, tables = _searched(seed)
    groups = packed.instance.group

    for group in np.flatnonzero(groups[:, GAPPED]):
        made = sorted(
            (start, end)
            for task, _, start, end in _visits(tables)
            if packed.instance.task[task, GROUP] == group
        )
        gaps = [after[0] - before[1] for before, after in pairwise(made)]

        assert all(groups[group, MIN_GAP] <= gap for gap in gaps)
        assert all(gap <= groups[group, MAX_GAP] for gap in gaps)


def test_the_same_seed_searches_the_same_way():
    one, other = (_searched(4)[1] for _ in range(2))

    assert all((a == b).all() for a, b in zip(one, other, strict=True))


def test_random_numbers_fill_the_unit_interval_evenly():
    """Mean of 20,000 uniform numbers: 1/2 within five standard errors of 0.00204."""
    state = seed_rng(7)

    drawn = np.array([uniform(state) for _ in range(20_000)])

    assert drawn.min() >= 0.0
    assert drawn.max() < 1.0
    assert abs(drawn.mean() - 0.5) < 5 * 0.00204
