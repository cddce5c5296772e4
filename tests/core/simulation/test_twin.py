"""The compiled simulator and the same functions un-jitted give the same numbers."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

PROGRAM = """
import json
import numpy as np
from tests.core.simulation.towns import rates, square_city
from xunfang.core.simulation.calls import draw_calls
from xunfang.core.simulation.city import Fleet
from xunfang.core.simulation.rules import *
from xunfang.core.simulation.run import simulate

city = square_city(n_side=5, turnout_s=40.0, rush_factor=1.3)
expected = rates(city, per_day=150.0)
calls = draw_calls(expected, n_days=2, rng=np.random.default_rng(4))
fleet = Fleet.in_shifts(
    np.array([0, 1, 2, 3, 4]),
    [(u, 6.0 * u, 6.0 * u + 15.0) for u in range(4)] + [(4, 0.0, 24.0)],
    n_days=4,
)
runs = []
for moves in (Moves.HOME, Moves.FREED, Moves.ALWAYS):
    rules = Rules(
        moves=moves,
        preemption=Preemption(),
        patrol=PatrolRule(after_s=120.0),
        spare_from=2,
    )
    run = simulate(city, fleet, calls, rules, demand=expected.demand_by_hour())
    runs.append([
        run.arrived_s.tolist(), run.sendings.unit.tolist(), run.driven_m.tolist(),
        run.ticks.tolist(), run.n_visits, run.n_moves,
    ])
print(json.dumps(runs))
"""


def _told(*, jit: bool) -> list[list[object]]:
    environment = os.environ | {
        "NUMBA_DISABLE_JIT": "0" if jit else "1",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }
    done = subprocess.run(  # noqa: S603 -- ours
        [sys.executable, "-c", PROGRAM],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    told: list[list[object]] = json.loads(done.stdout)
    return told


@pytest.mark.parametrize("number", range(3), ids=["home", "freed", "always"])
def test_compiled_and_plain_agree(number, both):
    compiled, plain = (runs[number] for runs in both)

    for first, second in zip(compiled, plain, strict=True):
        # Compiled sums may be taken in another order: equal but for the last digits.
        np.testing.assert_allclose(
            np.array(first, float), np.array(second, float), rtol=1e-12, atol=1e-9
        )


@pytest.fixture(scope="module")
def both():
    return _told(jit=True), _told(jit=False)
