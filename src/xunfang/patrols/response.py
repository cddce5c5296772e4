"""How quickly a plan's units could answer: the curve kept with it, the reach drawn."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from xunfang.core.planning.plan import Plan as Routes
from xunfang.core.planning.problem import Problem
from xunfang.core.planning.response import free_units
from xunfang.core.planning.response import response_of as measure
from xunfang.core.streets.modes import Mode
from xunfang.core.streets.reach import reach
from xunfang.patrols.statement import NightStatement
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
    if not len(statement.demand_points):
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


def reach_of(
    problem: Problem, routes: Routes, network: StreetNetwork, *, minute: int
) -> list[dict[str, Any]]:
    """Return the streets that a free unit reaches within 1, 3 and 5 minutes, as GeoJSON.

    A street that several limits hold for carries the shortest.
    """
    by_mode: dict[Mode, list[tuple[tuple[float, float], float]]] = {}
    for free in free_units(problem, routes, minute):
        start = (problem.points[free.point], float(free.first * problem.time_unit_s))
        by_mode.setdefault(urgent_mode(free.unit.mode), []).append(start)
    shortest: dict[int, int] = {}
    for mode, starts in by_mode.items():
        times = places.travel_times(network.code, mode)
        for segment, minutes in reach(times, starts, REACH_MIN).items():
            shortest[segment] = min(minutes, shortest.get(segment, minutes))
    streets = places.load_streets(network.code)
    return [
        {
            "type": "Feature",
            "geometry": {
                "type": "LineString",
                "coordinates": streets.shape_of(segment).round(5).tolist(),
            },
            "properties": {"kind": "reach", "minutes": minutes},
        }
        for segment, minutes in sorted(shortest.items(), key=lambda pair: -pair[1])
    ]
