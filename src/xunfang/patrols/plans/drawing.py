"""A plan as lines and points on the map, made once when the plan is kept."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from xunfang.core.planning.plan import Event, EventKind, Plan, Route
from xunfang.core.planning.problem import Problem
from xunfang.core.streets.modes import Mode
from xunfang.core.streets.travel import TravelTimes
from xunfang.patrols.plans.stays import stay_key, stays
from xunfang.places import queries as places
from xunfang.places.models import StreetNetwork
from xunfang.units.models import Station

type Feature = dict[str, Any]

# A metre is five decimals of a degree; more only makes the page heavier.
_DECIMALS = 5


def draw(problem: Problem, plan: Plan, network: StreetNetwork) -> dict[str, Any]:
    """Return GeoJSON of routes, stops, posts and unmet wishes.

    Every feature has the ``kind`` that the map knows (route, stop, post, halt, unmet). A
    halt is a point of a loop beside the first, which is a post. Routes and stops carry
    the ``unit``'s number; stops, posts and unmet wishes an ``id``. Names and times are
    not here: the page adds them in the reader's language.
    """
    modes = {unit.id: unit.mode for unit in problem.units}
    modes_of_loops = {loop.id: loop.mode for loop in problem.loops}
    homes = {unit.id: (unit.start, unit.end) for unit in problem.units}
    features: list[Feature] = []
    for index, route in enumerate(plan.routes):
        times = places.travel_times(network.code, Mode(modes[route.unit]))
        features += _route_features(problem, route, index, homes[route.unit], times)
        for event in route.events:
            if event.kind is EventKind.LOOP:
                mode = Mode(modes_of_loops[event.id])
                times = places.travel_times(network.code, mode)
                features += _round_features(problem, event, index, times)
    features += _unmet_features(problem, plan)
    return {"type": "FeatureCollection", "features": features}


def station_feature(station: Station, name: str, *, state: str = "") -> Feature:
    """Return where a station stands, and how its night stands if that is told."""
    values = {"state": state} if state else {}
    return _feature(
        "Point",
        _rounded((station.lon, station.lat)),
        kind="station",
        name=name,
        **values,
    )


def _route_features(
    problem: Problem,
    route: Route,
    index: int,
    home: tuple[int, int],
    times: TravelTimes,
) -> Iterator[Feature]:
    line: list[list[float]] = []
    here = home[0]
    for event in route.events:
        line += _way(problem, here, event.at, times)
        here = event.exit
    if route.events:
        line += _way(problem, here, home[1], times)
    if len(line) > 1:
        yield _feature("LineString", line, kind="route", unit=index)
    for number, event in stays(route):
        if number is None:
            continue
        is_post = event.kind in {EventKind.POST, EventKind.LOOP}
        yield _feature(
            "Point",
            _rounded(problem.points[event.at]),
            kind="post" if is_post else "stop",
            id=stay_key(route, number),
            number=str(number),
            unit=index,
        )


def _round_features(
    problem: Problem, event: Event, index: int, times: TravelTimes
) -> Iterator[Feature]:
    """One round of a loop, and where it halts beside its first point."""
    points = tuple(dict.fromkeys(visit.at for visit in event.visits))
    line: list[list[float]] = []
    for here, there in pairwise((*points, *points[:1])):
        line += _way(problem, here, there, times)
    if len(line) > 1:
        yield _feature("LineString", line, kind="route", unit=index)
    for point in points[1:]:
        yield _feature(
            "Point", _rounded(problem.points[point]), kind="halt", unit=index
        )


def _way(
    problem: Problem, start: int, end: int, times: TravelTimes
) -> list[list[float]]:
    if start == end:
        return []
    snaps = times.snap(np.array([problem.points[start], problem.points[end]]))
    way = times.route(snaps[:1], snaps[1:])
    if way is None:
        return []
    points: list[list[float]] = np.round(way.lonlat, _DECIMALS).tolist()
    return points


def _unmet_features(problem: Problem, plan: Plan) -> Iterator[Feature]:
    at = {stop.id: stop.at for stop in problem.stops}
    at |= {post.id: post.at for post in problem.posts}
    at |= {presence.id: presence.at for presence in problem.presence}
    at |= {loop.id: loop.at[0] for loop in problem.loops}
    for thing in plan.unmet:
        if thing.id in at:
            yield _feature(
                "Point",
                _rounded(problem.points[at[thing.id]]),
                kind="unmet",
                id=thing.id,
                mandatory=thing.mandatory,
            )


def _feature(shape: str, coordinates: object, **properties: object) -> Feature:
    return {
        "type": "Feature",
        "geometry": {"type": shape, "coordinates": coordinates},
        "properties": properties,
    }


def _rounded(point: tuple[float, float]) -> list[float]:
    return [round(point[0], _DECIMALS), round(point[1], _DECIMALS)]
