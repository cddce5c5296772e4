"""Minutes of presence by cell and hour, and the honest list of what is not covered.

Presence is time spent at a place: stops, posts, stays of a loop, presence duties. Ways
between places and meals do not count, for nobody promised them to a cell.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xunfang.core.planning.plan import EventKind, Plan

HOURS_A_DAY = 24


def minutes_by_cell_hour(
    plan: Plan,
    cell_of_point: Sequence[int | None],
    n_cells: int,
    *,
    time_unit_s: int = 60,
    first_hour: int = 0,
) -> NDArray[np.float64]:
    """Return unit minutes of presence, shape ``(24, n_cells)``.

    Parameters
    ----------
    cell_of_point
        Cell of each of the problem's points, None where a point lies in no cell; its
        minutes are then in no column.
    first_hour
        Hour of day at which the problem's time begins, in [0, 24).
    """
    seconds = np.zeros((HOURS_A_DAY, n_cells))
    for point, begins, ends in _stays(plan):
        cell = cell_of_point[point]
        if cell is None:
            continue
        clock, until = begins * time_unit_s, ends * time_unit_s
        while clock < until:
            hour = clock // 3600
            next_clock = min(until, (hour + 1) * 3600)
            seconds[(hour + first_hour) % HOURS_A_DAY, cell] += next_clock - clock
            clock = next_clock
    return seconds / 60


def minutes_by_area_hour(
    by_cell: NDArray[np.float64], area_of_cell: Sequence[int], n_areas: int
) -> NDArray[np.float64]:
    """Add up the cells of each area, shape ``(24, n_areas)``.

    Every cell belongs to one area, so the areas hold exactly what the cells hold.
    """
    by_area = np.zeros((by_cell.shape[0], n_areas))
    np.add.at(by_area.T, np.asarray(area_of_cell, dtype=np.int64), by_cell.T)
    return by_area


@dataclass(frozen=True, slots=True)
class Gap:
    """A cell that had too little presence."""

    cell: int
    minutes: float
    missing_min: float
    last_seen_nights_ago: int | None
    """0: last night; None: not in any of the nights looked at."""


def coverage_gaps(
    minutes: NDArray[np.float64], *, min_minutes: float, n_nights: int
) -> tuple[Gap, ...]:
    """Return the cells under a threshold over the last nights, the emptiest first.

    Parameters
    ----------
    minutes
        Minutes of presence, shape ``(all nights in order, n_cells)``.
    min_minutes
        Fewest minutes in the last ``n_nights`` together.

    Raises
    ------
    ValueError
        ``n_nights`` is not between 1 and the number of nights given: a gap over nights
        that nobody recorded would be made up.
    """
    if not 1 <= n_nights <= len(minutes):
        raise ValueError(f"{len(minutes)} nights are known, {n_nights} were asked for")
    recent = minutes[-n_nights:]
    total = recent.sum(axis=0)
    order = sorted(np.flatnonzero(total < min_minutes), key=lambda c: (total[c], c))
    return tuple(
        Gap(
            cell=int(cell),
            minutes=float(total[cell]),
            missing_min=float(min_minutes - total[cell]),
            last_seen_nights_ago=_nights_ago(recent[:, cell]),
        )
        for cell in order
    )


def _nights_ago(minutes: NDArray[np.float64]) -> int | None:
    seen = np.flatnonzero(minutes > 0)
    return int(len(minutes) - 1 - seen[-1]) if len(seen) else None


def _stays(plan: Plan) -> Iterator[tuple[int, int, int]]:
    """Yield (point, begin, end) of all presence."""
    for route in plan.routes:
        for event in route.events:
            if event.kind is EventKind.LOOP:
                for visit in event.visits:
                    yield visit.at, visit.start, visit.end
            elif event.kind is not EventKind.BREAK:
                yield event.at, event.start, event.end
