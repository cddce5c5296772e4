"""Ask the peers of the planning benchmarks, and value their answers ourselves.

A peer runs in its own environment (``benchmarks/peers/requirements.txt``) and only says
which stops each unit visits in which order. Times and value come from the same exact
walk for everybody: breaks where they fit, windows as they are.
"""

import functools
import json
import subprocess
from pathlib import Path

from xunfang.core.planning.problem import Problem, Stop, Unit

RUNNER = Path(__file__).parent / "peers" / "run.py"


def ask(
    python: str, peer: str, problem: Problem, *, cpu_s: float, seed: int
) -> tuple[float, float]:
    """Return the value of a peer's plan and the CPU seconds it took.

    Raises
    ------
    subprocess.CalledProcessError
        The peer cannot state the problem or failed.
    ValueError
        Its plan does not hold.
    """
    done = subprocess.run(  # noqa: S603 -- our own runner
        [python, str(RUNNER), peer, str(cpu_s), str(seed)],
        input=json.dumps(_document(problem)),
        capture_output=True,
        text=True,
        check=True,
    )
    answer = json.loads(done.stdout[done.stdout.index('{"routes"') :])
    seen: set[int] = set()
    for unit, route in zip(problem.units, answer["routes"], strict=True):
        if seen & set(route) or len(set(route)) < len(route):
            raise ValueError(peer, "visits a stop twice")
        seen |= set(route)
        if not holds(problem, unit, tuple(problem.stops[number] for number in route)):
            raise ValueError(peer, unit.id, route)
    return sum(problem.stops[number].value[0][1] for number in seen), answer["cpu_s"]


def holds(problem: Problem, unit: Unit, stops: tuple[Stop, ...]) -> bool:
    """Tell whether a unit can make these stops in order and take its breaks.

    More generous than our own checker: a break may also be taken on the way.
    """
    way = problem.travel[unit.mode]

    @functools.cache
    def from_here(n_done: int, n_breaks: int, now: int) -> bool:
        here = stops[n_done - 1].exit if n_done else unit.start
        if n_breaks < len(unit.breaks):
            pause = unit.breaks[n_breaks]
            start = max(now, pause.window[0])
            if start <= pause.window[1] and from_here(
                n_done, n_breaks + 1, start + pause.minutes
            ):
                return True
        if n_done == len(stops):
            back = now + int(way[here, unit.end]) if stops else now
            for pause in unit.breaks[n_breaks:]:  # at the end post
                start = max(back, pause.window[0])
                if start > pause.window[1]:
                    return False
                back = start + pause.minutes
            return back <= unit.shift[1]
        stop = stops[n_done]
        arrive = now + int(way[here, stop.at])
        if n_breaks < len(unit.breaks):  # on the way, as VROOM has it; we do not
            pause = unit.breaks[n_breaks]
            if pause.window[0] <= arrive and now <= pause.window[1]:
                after = arrive + pause.minutes
                if _goes_on(n_done, n_breaks + 1, after):
                    return True
        return _goes_on(n_done, n_breaks, arrive)

    def _goes_on(n_done: int, n_breaks: int, arrive: int) -> bool:
        stop = stops[n_done]
        starts = [max(arrive, a) for a, b in sorted(stop.windows) if arrive <= b]
        if not starts:
            return False
        dwell = stop.dwell if isinstance(stop.dwell, int) else stop.dwell[unit.mode]
        return from_here(n_done + 1, n_breaks, starts[0] + dwell)

    return from_here(0, 0, unit.shift[0])


def _document(problem: Problem) -> dict[str, object]:
    return {
        "travel": {mode: way.tolist() for mode, way in problem.travel.items()},
        "units": [
            {
                "mode": unit.mode,
                "start": unit.start,
                "end": unit.end,
                "shift": unit.shift,
                "breaks": [[*pause.window, pause.minutes] for pause in unit.breaks],
            }
            for unit in problem.units
        ],
        "stops": [
            {
                "at": stop.at,
                "dwell": stop.dwell,
                "value": stop.value[0][1],
                "windows": stop.windows,
            }
            for stop in problem.stops
        ],
    }
