"""Problems small enough to try every plan of, with every feature now and then."""

import numpy as np

from xunfang.core.planning.problem import (
    UNREACHABLE,
    Break,
    Crew,
    CrewNeed,
    Loop,
    Need,
    Post,
    Presence,
    Problem,
    Stop,
    Unit,
)


def tiny_problem(rng: np.random.Generator, *, horizon: int = 16) -> Problem:
    """Draw a problem: one or two units, up to four things, whole or broken values."""

    def chance(p: float) -> bool:
        return bool(rng.random() < p)

    def number(low: int, high: int) -> int:
        return int(rng.integers(low, high + 1))

    n_points = number(2, 4)
    modes = ("car", "foot") if chance(0.3) else ("car",)
    is_whole = chance(0.7)

    def worth() -> float:
        return float(number(0, 12)) if is_whole else float(rng.uniform(0, 12))

    def need() -> Need:
        return Need(
            crew=CrewNeed(total=2) if chance(0.1) else CrewNeed(),
            modes=frozenset({"car"}) if chance(0.1) else None,
            tags=frozenset({"dog"}) if chance(0.05) else frozenset(),
            only_units=frozenset({"u0"}) if chance(0.05) else None,
            not_units=frozenset({"u1"}) if chance(0.1) else frozenset(),
        )

    travel = {}
    for mode in modes:
        # Not a metric, not symmetric, now and then no way at all.
        way = rng.integers(0, 6, (n_points, n_points)).astype(np.int32)
        way[rng.random(way.shape) < 0.08] = UNREACHABLE
        np.fill_diagonal(way, 0)
        travel[mode] = way

    def window(longest: int) -> tuple[int, int]:
        begins = number(0, horizon - 1)
        return begins, min(horizon + 2, begins + number(0, longest))

    def meals() -> tuple[Break, ...]:
        n_meals = 2 if chance(0.08) else int(chance(0.35))
        return tuple(
            sorted(
                (
                    Break(
                        window(8),
                        number(0, 3),
                        number(0, n_points - 1) if chance(0.4) else None,
                    )
                    for _ in range(n_meals)
                ),
                key=lambda b: b.window,
            )
        )

    units = []
    for u in range(2 if chance(0.6) else 1):
        begins = number(0, 4)
        units.append(
            Unit(
                id=f"u{u}",
                mode=modes[number(0, len(modes) - 1)],
                start=number(0, n_points - 1),
                end=number(0, n_points - 1),
                shift=(begins, begins + number(4, horizon - begins)),
                breaks=meals(),
                crew=Crew(sworn=1, auxiliary=number(0, 1)),
                tags=frozenset({"dog"}) if chance(0.3) else frozenset(),
                max_drive=number(0, 10) if chance(0.15) else None,
            )
        )
    if len(units) == 2 and chance(0.4):
        # Two units that are alike share one table.
        first = units[0]
        begins = max(0, first.shift[0] - number(0, 1))
        units[1] = Unit(
            "u1",
            first.mode,
            first.start,
            first.end,
            (begins, first.shift[1]),
            first.breaks,
            first.crew,
            first.tags,
        )

    def stop(s: int) -> Stop:
        at = number(0, n_points - 1)
        is_street = chance(0.3)
        steps = [(0, worth())]
        if chance(0.3):
            steps += [(number(1, 6), worth()), (number(7, 12), worth())]
        visits_max = 2 if chance(0.2) else 1
        is_mandatory = chance(0.25)
        lows = [window(8) for _ in range(number(1, 3))]
        return Stop(
            id=f"s{s}",
            at=at,
            exit=number(0, n_points - 1) if is_street else at,
            dwell={mode: number(0, 4) for mode in modes if chance(0.9)}
            if chance(0.2)
            else number(0, 4),
            value=tuple(steps),
            windows=tuple(lows),
            mandatory=is_mandatory,
            priority=number(1, 2),
            visits_min=number(1, visits_max),
            visits_max=visits_max,
            min_gap=number(0, 3) if visits_max > 1 else 0,
            max_gap=number(3, 8) if visits_max > 1 and chance(0.3) else None,
            reversible=is_street and chance(0.5),
            need=need(),
        )

    def post(p: int) -> Post:
        begins, ends = window(5)
        return Post(
            id=f"p{p}",
            at=number(0, n_points - 1),
            window=(begins, ends),
            units=number(1, 2),
            mandatory=chance(0.6),
            priority=number(1, 2),
            value=worth(),
            need=need(),
        )

    def loop(n: int) -> Loop:
        begins, ends = window(6)
        points = rng.permutation(n_points)[: number(1, min(3, n_points))]
        return Loop(
            id=f"l{n}",
            at=tuple(int(x) for x in points),
            dwell=1,
            window=(begins, ends + 1),
            max_gap=number(2, 6),
            mode=modes[-1],
            mandatory=chance(0.6),
            priority=number(1, 2),
            value=worth(),
            need=need(),
        )

    def presence(n: int) -> Presence:
        begins = number(0, 6)
        middle = begins + number(3, 6)
        bands = [(begins, middle, number(1, 5))]
        if chance(0.3):
            bands.append((middle, middle + 4, number(1, 4)))
        return Presence(
            id=f"a{n}",
            at=number(0, n_points - 1),
            dwell=number(1, 3),
            wanted=tuple(bands),
            value_per_minute=float(number(0, 3)) if is_whole else float(rng.random()),
            need=need(),
        )

    n_things = number(2, 5)
    kinds = rng.choice(4, n_things, p=[0.7, 0.1, 0.08, 0.12])
    return Problem(
        travel=travel,
        units=tuple(units),
        stops=tuple(stop(s) for s in range(int((kinds == 0).sum()))),
        posts=tuple(post(p) for p in range(int((kinds == 1).sum()))),
        loops=tuple(loop(n) for n in range(int((kinds == 2).sum()))),
        presence=tuple(presence(n) for n in range(min(1, int((kinds == 3).sum())))),
    )
