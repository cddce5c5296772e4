"""Several windows a stop: our search and its peers on the MCTOPMTW instances.

Usage: ``python benchmarks/planning_mctopmtw.py DATA [--cpu-s 10] [--seeds 10]
[--rows pr01:2,r105:4] [--peers PYTHON] [--only xunfang,vroom]``, where DATA holds the
instances of Souffriau et al. (Transportation Science 2013) and PYTHON is that of
``benchmarks/peers``. One thread, CPU seconds; our plans have passed the checker, those
of the peers the walk in ``planning_peers``.

A tour is a day. Of a stop's four windows, two hold on odd days and two on even days, so
even days come here after odd ones on the clock: two shifts, four windows, nothing lost.

What our problem cannot say is the budget of entrance fees and the most stops of each of
ten types: they bind all tours together, and neither VROOM nor PyVRP can say them either.
They are left out for everybody. The best value without them may only be higher, so the
published values, which keep them, are no yardstick for this table and not in it.
"""

import itertools
import statistics
from pathlib import Path

from planning_toptw import floored_way, read_options, values_found

from xunfang.core.planning.problem import Problem, Stop, Unit

O1, C4, EXCHANGE = 5, 9, 10
"""Columns of a point: the five edges of its four windows, and which day has which."""


def read_mctopmtw(path: Path) -> Problem:
    """Read one instance; its first number is that of the tours, one unit each."""
    scale = 100 if "-pr" in path.stem else 10
    head, post, *rows = [
        [float(x) for x in line.split()]
        for line in path.read_text().splitlines()
        if line.strip()
    ]
    day = round(post[-1] * scale)
    even = 1 + max(day, *(round(row[C4] * scale) for row in rows))

    def stop(number: int, row: list[float]) -> Stop:
        edges = [round(edge * scale) for edge in row[O1 : C4 + 1]]
        windows = list(itertools.pairwise(edges))
        odd_day, even_day = windows[::2], windows[1::2]
        if row[EXCHANGE] == 0:
            odd_day, even_day = even_day, odd_day
        return Stop(
            id=str(number),
            at=number,
            exit=number,
            dwell=round(row[3] * scale),
            value=((0, row[4]),),
            windows=(*odd_day, *((a + even, b + even) for a, b in even_day)),
        )

    return Problem(
        travel={"car": floored_way([(row[1], row[2]) for row in [post, *rows]], scale)},
        units=tuple(
            Unit(f"u{n}", "car", 0, 0, (n % 2 * even, n % 2 * even + day))
            for n in range(int(head[0]))
        ),
        stops=tuple(stop(number, row) for number, row in enumerate(rows, start=1)),
        name=path.stem,
    )


def main() -> None:
    asked = read_options(__doc__)
    means: dict[str, list[float]] = {name: [] for name in asked.names}
    has_ours = "xunfang" in asked.names
    peers = [name for name in asked.names if has_ours and name != "xunfang"]
    no_worse = dict.fromkeys(peers, 0)
    n_compared = dict.fromkeys(peers, 0)
    print("instance  m  of all", *(f"{name:>22}" for name in means))
    for path in sorted(asked.data.glob("MCTOPMTW-*.txt")):
        _, n_units, instance = path.stem.split("-")
        if asked.rows and (instance, n_units) not in asked.rows:
            continue
        problem = read_mctopmtw(path)
        found = {name: values_found(name, problem, asked) for name in means}
        for name, values in found.items():
            if values:
                means[name].append(statistics.mean(values))
        for name, values in found.items():
            if values and name in no_worse:
                n_compared[name] += 1
                no_worse[name] += means["xunfang"][-1] >= means[name][-1]
        of_all = sum(stop.value[0][1] for stop in problem.stops)
        cells = (_cell(values) for values in found.values())
        print(f"{instance:8} {n_units:>2} {of_all:7.0f}", *cells, flush=True)
    for name, column in means.items():
        if column:
            print(f"{name:10} mean {statistics.mean(column):8.1f}", end="   ")
            print(f"over {len(column)} rows")
    for name, n_rows in no_worse.items():
        print(f"mean at least that of {name}: {n_rows} of {n_compared[name]} rows")


def _cell(values: list[float]) -> str:
    if not values:
        return f"{'-':>22}"
    spread = f"({min(values):.0f} to {max(values):.0f})"
    return f"{statistics.mean(values):7.1f} {spread:>14}"


if __name__ == "__main__":
    main()
