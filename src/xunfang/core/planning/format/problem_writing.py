"""A patrol problem as JSON: what ``format.read_problem`` reads back as the same problem."""

from typing import Any

import numpy as np

from xunfang.core.planning.problem import (
    UNREACHABLE,
    CrewNeed,
    Loop,
    Need,
    Post,
    Presence,
    Problem,
    Reason,
    Stop,
    Unit,
)

PROBLEM_FORMAT = "xunfang.patrol-problem/1"

type Written = dict[str, Any]


def write_problem(problem: Problem) -> Written:
    """Return the document of a problem, ready for ``json.dumps``.

    Optional keys that hold their default are left out. Streets to be walked come out as
    the reversible stops that they are.
    """
    document: Written = {
        "format": PROBLEM_FORMAT,
        "name": problem.name,
        "time_unit_s": problem.time_unit_s,
        "origin": None if problem.origin is None else problem.origin.isoformat(),
        "points": [list(point) for point in problem.points],
        "travel": {
            mode: [
                [None if time >= UNREACHABLE else time for time in row]
                for row in np.asarray(matrix).tolist()
            ]
            for mode, matrix in problem.travel.items()
        },
        "units": [_unit(unit) for unit in problem.units],
        "stops": [_stop(stop) for stop in problem.stops],
        "posts": [_post(post) for post in problem.posts],
        "loops": [_loop(loop) for loop in problem.loops],
        "presence": [_presence(place) for place in problem.presence],
    }
    defaults: Written = {"name": "", "origin": None, "points": [], "time_unit_s": 60}
    defaults |= {"stops": [], "posts": [], "loops": [], "presence": []}
    return _without_defaults(document, defaults)


def _without_defaults(written: Written, defaults: Written) -> Written:
    return {
        key: value
        for key, value in written.items()
        if key not in defaults or value != defaults[key]
    }


def _unit(unit: Unit) -> Written:
    written: Written = {
        "id": unit.id,
        "mode": unit.mode,
        "start": unit.start,
        "end": unit.end,
        "shift": list(unit.shift),
        "breaks": [
            _without_defaults(
                {"window": list(meal.window), "minutes": meal.minutes, "at": meal.at},
                {"at": None},
            )
            for meal in unit.breaks
        ],
        "crew": {"sworn": unit.crew.sworn, "auxiliary": unit.crew.auxiliary},
        "tags": sorted(unit.tags),
        "max_drive": unit.max_drive,
    }
    return _without_defaults(
        written, {"end": unit.start, "breaks": [], "tags": [], "max_drive": None}
    )


def _stop(stop: Stop) -> Written:
    is_constant = len(stop.value) == 1
    visits = _without_defaults(
        {
            "min": stop.visits_min,
            "max": stop.visits_max,
            "min_gap": stop.min_gap,
            "max_gap": stop.max_gap,
        },
        {"min": 1, "max": stop.visits_min, "min_gap": 0, "max_gap": None},
    )
    written: Written = {
        "id": stop.id,
        "at": stop.at,
        "exit": stop.exit,
        "dwell": stop.dwell,
        "value": stop.value[0][1] if is_constant else [list(s) for s in stop.value],
        "windows": [list(window) for window in stop.windows],
        "mandatory": stop.mandatory,
        "priority": stop.priority,
        "visits": visits,
        "reversible": stop.reversible,
    }
    defaults: Written = {"exit": stop.at, "mandatory": False, "priority": 1}
    defaults |= {"visits": {}, "reversible": False}
    return _without_defaults(written, defaults) | _why(stop)


def _post(post: Post) -> Written:
    written: Written = {
        "id": post.id,
        "at": post.at,
        "window": list(post.window),
        "units": post.units,
        "mandatory": post.mandatory,
        "priority": post.priority,
        "value": post.value,
    }
    defaults: Written = {"units": 1, "mandatory": True, "priority": 1, "value": 0.0}
    return _without_defaults(written, defaults) | _why(post)


def _loop(loop: Loop) -> Written:
    written: Written = {
        "id": loop.id,
        "at": list(loop.at),
        "dwell": loop.dwell,
        "window": list(loop.window),
        "max_gap": loop.max_gap,
        "mode": loop.mode,
        "mandatory": loop.mandatory,
        "priority": loop.priority,
        "value": loop.value,
    }
    defaults: Written = {"mandatory": True, "priority": 1, "value": 0.0}
    return _without_defaults(written, defaults) | _why(loop)


def _presence(presence: Presence) -> Written:
    written: Written = {
        "id": presence.id,
        "at": presence.at,
        "dwell": presence.dwell,
        "wanted": [list(band) for band in presence.wanted],
        "value_per_minute": presence.value_per_minute,
    }
    return _without_defaults(written, {"value_per_minute": 1.0}) | _why(presence)


def _why(wanted: Stop | Post | Loop | Presence) -> Written:
    """Who may come, which layer it belongs to, and why it is wanted."""
    written = _need(wanted.need) | {
        "layer": wanted.layer,
        "reason": None if wanted.reason is None else _reason(wanted.reason),
    }
    return _without_defaults(written, {"layer": "baseline", "reason": None})


def _need(need: Need) -> Written:
    written: Written = {
        "crew": {"sworn": need.crew.sworn, "total": need.crew.total},
        "modes": None if need.modes is None else sorted(need.modes),
        "tags": sorted(need.tags),
        "only_units": None if need.only_units is None else sorted(need.only_units),
        "not_units": sorted(need.not_units),
    }
    nobody = CrewNeed()
    defaults: Written = {
        "crew": {"sworn": nobody.sworn, "total": nobody.total},
        "modes": None,
        "tags": [],
        "only_units": None,
        "not_units": [],
    }
    return _without_defaults(written, defaults)


def _reason(reason: Reason) -> Written:
    return {"code": reason.code} | ({"facts": reason.facts} if reason.facts else {})
