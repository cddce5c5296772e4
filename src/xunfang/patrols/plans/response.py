"""How quickly a plan's units could answer: the curve kept with it, the reach drawn."""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xunfang.core.planning.plan import Plan as Routes
from xunfang.core.planning.problem import Problem
from xunfang.core.planning.response import free_units
from xunfang.core.planning.response import response_of as measure
from xunfang.core.streets.modes import Mode
from xunfang.core.streets.reach import reach
from xunfang.patrols import queries
from xunfang.patrols.wanted.statement import NightStatement
from xunfang.places import queries as places
from xunfang.places.models import StreetNetwork

REACH_MIN = (1, 3, 5)
# On an urgent call a car drives as such; feet and pedals have no other gear.
_URGENT = {Mode.CAR: Mode.CAR_URGENT}


def urgent_mode(mode: str) -> Mode:
    """Return how a unit of this mode goes to an urgent call."""
    ordinary = Mode(mode)
    return _URGENT.get(ordinary, ordinary)


def response_of(
    statement: NightStatement, routes: Routes, network: StreetNetwork
) -> dict[str, Any]:
    """Return the share of demand in reach by quarter of an hour, as kept with a plan."""
    problem = statement.problem
    if not len(statement.demand_points) or not problem.units:
        return {}
    curve = measure(
        problem,
        routes,
        reach_s={
            mode: _reach_s(problem, mode, statement.demand_points, network)
            for mode in problem.travel
        },
        demand=statement.demand_per_hour.T,
    )
    overall = curve.overall_share()
    return {
        "begins": curve.begins.tolist(),
        "thresholds_s": list(curve.thresholds_s),
        "within_share": np.nan_to_num(curve.within_share).round(4).tolist(),
        "overall_share": None
        if overall is None
        else [round(share, 4) for share in overall],
    }


def _reach_s(
    problem: Problem,
    mode: str,
    demand_points: NDArray[np.float64],
    network: StreetNetwork,
) -> NDArray[np.float64]:
    times = places.travel_times(network.code, urgent_mode(mode))
    origins = times.snap(np.array(problem.points))
    return times.matrix_s(origins, times.snap(demand_points))


@lru_cache(maxsize=256)
def reach_of_plan(plan_id: int, network_code: str, minute: int) -> list[dict[str, Any]]:
    """Return the reach of a kept plan at a minute: see ``reach_of``. Do not change it.

    Plan and network never change, and a desk looks at the same hour many times.
    """
    kept = queries.documents_by_id(plan_id)
    return reach_of(kept.problem, kept.routes, network_code, minute=minute)


def reach_of(
    problem: Problem, routes: Routes, network_code: str, *, minute: int
) -> list[dict[str, Any]]:
    """Return the streets that a free unit reaches within 1, 3 and 5 minutes, as GeoJSON.

    Streets are cut to the metre. Where limits overlap, all are among the lines; the map
    draws the shortest on top.
    """
    starts: dict[tuple[Mode, int], list[tuple[float, float]]] = {}
    for free in free_units(problem, routes, minute):
        delay_s = free.first * problem.time_unit_s
        starts.setdefault((urgent_mode(free.unit.mode), delay_s), []).append(
            problem.points[free.point]
        )
    features = []
    for (mode, delay_s), points in starts.items():
        limits_s = [60 * minutes - delay_s for minutes in REACH_MIN]
        if limits_s[-1] <= 0:
            continue
        times = places.travel_times(network_code, mode)
        found = reach(times, times.snap(np.array(points)), limit_s=float(limits_s[-1]))
        for minutes, limit_s in zip(REACH_MIN, limits_s, strict=True):
            if limit_s <= 0:
                continue
            lines = found.stretches(float(limit_s)).lines(times.network)
            features.append(
                {
                    "type": "Feature",
                    "geometry": {
                        "type": "MultiLineString",
                        "coordinates": [line.round(5).tolist() for line in lines],
                    },
                    "properties": {"kind": "reach", "minutes": minutes},
                }
            )
    return features
