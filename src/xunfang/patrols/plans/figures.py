"""What a plan comes to: minutes by way of moving, by cell and hour, and how many of what.

Counted once when a plan is kept, so that a page of many nights need not read them all.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from xunfang.core.geo import points_in_polygon
from xunfang.core.planning.coverage import (
    HOURS_A_DAY,
    Gap,
    coverage_gaps,
    minutes_by_cell_hour,
)
from xunfang.core.planning.plan import EventKind, Plan, Route
from xunfang.core.planning.problem import Problem
from xunfang.core.planning.staffing import Staffing, worst_shortage
from xunfang.patrols.plans.stays import stays
from xunfang.places.models import GridCell

FEWEST_MIN = 12
"""A cell with less than one look in all the nights looked at is called not covered."""


@dataclass(frozen=True, slots=True)
class ModeMinutes:
    """Minutes of the night's crews that move in one way. Meals are in neither."""

    mode: str
    n_units: int
    at_places_min: int
    under_way_min: int


def minutes_by_mode(problem: Problem, plan: Plan) -> tuple[ModeMinutes, ...]:
    """Add up minutes at places and under way by mode; never one mode into another."""
    at_places: Counter[str] = Counter()
    away: Counter[str] = Counter()
    mode_of = {unit.id: unit.mode for unit in problem.units}
    for route in plan.routes:
        mode = mode_of[route.unit]
        for event in route.events:
            if event.kind is not EventKind.BREAK:
                at_places[mode] += event.end - event.start
        away[mode] += _under_way(problem, mode, route)
    minutes = problem.time_unit_s / 60
    return tuple(
        ModeMinutes(
            mode=mode,
            n_units=sum(unit.mode == mode for unit in problem.units),
            at_places_min=round(at_places[mode] * minutes),
            under_way_min=round(away[mode] * minutes),
        )
        for mode in sorted(set(mode_of.values()))
    )


def _under_way(problem: Problem, mode: str, route: Route) -> int:
    """Time between places: waiting at one of them is no way."""
    if not route.events:
        return 0
    unit = next(unit for unit in problem.units if unit.id == route.unit)
    travel = problem.travel[mode]
    here, total = unit.start, 0
    for event in route.events:
        total += int(travel[here, event.at])
        here = event.exit
    return total + int(travel[here, unit.end])


def figures_of(
    problem: Problem, plan: Plan, cells: Sequence[GridCell]
) -> dict[str, Any]:
    """Return what is kept with a plan: counts, minutes by mode, by cell and hour."""
    kinds = Counter(event.kind for route in plan.routes for _, event in stays(route))
    by_cell = minutes_by_cell_hour(
        plan,
        _cell_of_points(problem, cells),
        len(cells),
        time_unit_s=problem.time_unit_s,
    )
    shortage = worst_shortage(problem)
    return {
        "shortage": None if shortage is None else asdict(shortage),
        "n_routes": sum(_leads_somewhere(problem, route) for route in plan.routes),
        "n_posts": kinds[EventKind.POST] + kinds[EventKind.LOOP],
        "n_stops": kinds[EventKind.STOP] + kinds[EventKind.PRESENCE],
        "modes": [
            [row.mode, row.n_units, row.at_places_min, row.under_way_min]
            for row in minutes_by_mode(problem, plan)
        ],
        "cells": {
            cell.code: by_cell[:, number].round(1).tolist()
            for number, cell in enumerate(cells)
        },
    }


def shortage_in(figures: Mapping[str, Any]) -> Staffing | None:
    """Read when duty needs more people or units than there are; None if never."""
    kept = figures.get("shortage")
    if not kept:
        return None
    duties = tuple((EventKind(kind), wanted) for kind, wanted in kept["duties"])
    return Staffing(**kept | {"duties": duties})


def _leads_somewhere(problem: Problem, route: Route) -> bool:
    """Whether it is a line on the map: a unit may spend its night where it starts."""
    home = next(unit.start for unit in problem.units if unit.id == route.unit)
    return any(event.at != home for event in route.events)


def modes_in(figures: Mapping[str, Any]) -> tuple[ModeMinutes, ...]:
    """Read the minutes by mode from what was kept; empty for a plan without them."""
    return tuple(ModeMinutes(*row) for row in figures.get("modes", ()))


def add_modes(nights: Iterable[Mapping[str, Any]]) -> tuple[ModeMinutes, ...]:
    """Add up the minutes of several plans, mode by mode."""
    together: dict[str, ModeMinutes] = {}
    for row in (row for figures in nights for row in modes_in(figures)):
        before = together.get(row.mode, ModeMinutes(row.mode, 0, 0, 0))
        together[row.mode] = ModeMinutes(
            row.mode,
            before.n_units + row.n_units,
            before.at_places_min + row.at_places_min,
            before.under_way_min + row.under_way_min,
        )
    return tuple(together[mode] for mode in sorted(together))


def _cell_of_points(problem: Problem, cells: Sequence[GridCell]) -> list[int | None]:
    found: list[int | None] = [None] * len(problem.points)
    if not problem.points:
        return found
    points = np.array(problem.points)
    for number, cell in enumerate(cells):
        if len(cell.polygon) > 3:
            for point in np.flatnonzero(points_in_polygon(points, cell.polygon)):
                found[point] = number
    return found


@dataclass(frozen=True, slots=True)
class Row:
    """Minutes of presence in one cell, or in the cells of an area, hour by hour."""

    name: str
    minutes: tuple[int, ...]
    total: int


@dataclass(frozen=True, slots=True)
class AreaRows:
    """An area: the sum of its cells, and its cells."""

    area: Row
    cells: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class CellGap:
    """A cell that nobody looked after."""

    cell: str
    area: str
    minutes: int
    last_seen_nights_ago: int | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """Presence by cell and hour of a night, and where there was too little of it."""

    hours: tuple[int, ...]
    areas: tuple[AreaRows, ...]
    total: Row
    gaps: tuple[CellGap, ...]
    n_nights: int


def coverage_of(
    nights: Sequence[Mapping[str, Any]],
    cells: Sequence[GridCell],
    *,
    hours: Sequence[int],
) -> Coverage:
    """Lay out the last of some nights by cell and hour, with the gaps of them all.

    Parameters
    ----------
    nights
        ``figures`` of each night's plan, in order; at least one.
    cells
        With their areas.
    hours
        Hours of day to show, in the order of the night.
    """
    kept = [night.get("cells", {}) for night in nights]
    none = [0.0] * HOURS_A_DAY
    by_area: dict[str, list[tuple[str, list[float]]]] = {}
    for cell in cells:
        minutes = kept[-1].get(cell.code, none)
        shown = [minutes[hour % HOURS_A_DAY] for hour in hours]
        by_area.setdefault(cell.area.name, []).append((cell.code, shown))
    totals = np.array(
        [[sum(night.get(cell.code, none)) for cell in cells] for night in kept]
    )
    gaps = coverage_gaps(totals, min_minutes=FEWEST_MIN, n_nights=len(kept))
    areas = tuple(
        AreaRows(
            area=_row(name, [sum(column) for column in _columns(rows)]),
            cells=tuple(_row(code, minutes) for code, minutes in rows),
        )
        for name, rows in by_area.items()
    )
    everything = [row for rows in by_area.values() for row in rows]
    return Coverage(
        hours=tuple(hour % HOURS_A_DAY for hour in hours),
        areas=areas,
        total=_row("", [sum(column) for column in _columns(everything)]),
        gaps=tuple(_gap(gap, cells) for gap in gaps),
        n_nights=len(kept),
    )


def _columns(rows: Sequence[tuple[str, list[float]]]) -> list[tuple[float, ...]]:
    return list(zip(*(minutes for _, minutes in rows), strict=True))


def _row(name: str, minutes: Sequence[float]) -> Row:
    return Row(name, tuple(round(m) for m in minutes), round(sum(minutes)))


def _gap(gap: Gap, cells: Sequence[GridCell]) -> CellGap:
    cell = cells[gap.cell]
    return CellGap(
        cell=cell.code,
        area=cell.area.name,
        minutes=round(gap.minutes),
        last_seen_nights_ago=gap.last_seen_nights_ago,
    )
