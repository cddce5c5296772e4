"""Ask the peers of the planning benchmarks, and value their answers ourselves.

A peer runs in its own environment (``benchmarks/peers/requirements.txt``) and only says
which stops each unit visits in which order. Times and value come from the same exact
walk for everybody: breaks where they fit, windows as they are.
"""

import functools
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

from xunfang.core.planning.problem import Break, Problem, Stop, Unit

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

    More generous than our own checker: as VROOM has it, a break may also be taken on the
    way or on arrival, where the unit waits for the break or for the window to open.
    """
    way = problem.travel[unit.mode]

    @functools.cache
    def from_here(n_done: int, n_breaks: int, now: int) -> bool:
        here = stops[n_done - 1].exit if n_done else unit.start
        if n_done == len(stops):
            drive = int(way[here, unit.end]) if stops else 0
            ends = dict(_arrivals(unit.breaks, n_breaks, now, drive))
            return ends.get(len(unit.breaks), unit.shift[1] + 1) <= unit.shift[1]
        stop = stops[n_done]
        dwell = stop.dwell if isinstance(stop.dwell, int) else stop.dwell[unit.mode]
        drive = int(way[here, stop.at])
        for n_taken, arrive in _arrivals(unit.breaks, n_breaks, now, drive):
            starts = [max(arrive, a) for a, b in stop.windows if arrive <= b]
            if starts and from_here(n_done + 1, n_taken, min(starts) + dwell):
                return True
        return False

    return from_here(0, 0, unit.shift[0])


def _arrivals(
    breaks: tuple[Break, ...], n_taken: int, now: int, drive: int
) -> Iterator[tuple[int, int]]:
    """Yield how many breaks are behind a unit and when it is there, from none taken on
    this leg to as many as can be. Waiting for a break is spent driving, while any is left.
    """
    yield n_taken, now + drive
    for pause in breaks[n_taken:]:
        drive -= min(drive, max(0, pause.window[0] - now))
        now = max(now, pause.window[0])
        if now > pause.window[1]:
            return
        now += pause.minutes
        n_taken += 1
        yield n_taken, now + drive


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
