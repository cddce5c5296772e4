"""The units on duty as the recommendation needs them, and its answer as a list.

The order and the reasons are the core's (``core.dispatching.recommend``); here rows
become arrays. Times are by road, from where each unit was last seen; a unit without a
position counts from the post or stop its plan has it at now.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from xunfang.calls import queries
from xunfang.calls.models import Call, CallClass
from xunfang.core.dispatching import recommend as core
from xunfang.core.dispatching.unit_states import Standing, UnitState
from xunfang.core.streets.modes import Mode
from xunfang.places import queries as places
from xunfang.units.duty import crews as duty
from xunfang.units.duty.crews import CrewOfNight, Stay
from xunfang.units.nights import tonight

ZONE = ZoneInfo(settings.TIME_ZONE)
ON_SCENE_S = 1800.0
"""How long a call is thought to keep a unit, for what of its patrol would break off."""
TURNOUT_S = 30.0
"""From the order to rolling; as published sign-off times (签收 within 30 s)."""
COVER_WITHIN_S = 300.0
DEFAULT_NEED: Sequence[tuple[int, float, int]] = ((1, 300.0, 1),)
"""One street unit within five minutes, where a class says nothing else."""

type Floats = NDArray[np.float64]
type Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Crew:
    """A crew on duty at one moment, with all that is asked about it."""

    shift: CrewOfNight
    standing: Standing
    point: tuple[float, float] | None
    """Longitude and latitude; None: nobody knows where it is."""
    position_age_s: float
    """Infinite: never seen; 0 where its plan says where it is."""
    is_by_plan: bool
    """Nobody has seen it: it is where its plan has it now."""
    stays: tuple[Stay, ...]
    """What it is bound to from now on, in order."""
    declared: frozenset[str]
    open_dispatches: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """One line of the list."""

    crew: Crew
    option: core.Option
    breaks: Stay | None
    """The post or stop it would leave or not come to."""


@dataclass(frozen=True, slots=True)
class Offers:
    """The list for a call."""

    call: Call
    lines: tuple[Offer, ...]
    forces: tuple[core.Force, ...]
    needs: tuple[str, ...]


def crews_on_duty(at: datetime) -> list[Crew]:
    """Return the night's crews that are on duty; five queries, however many there are.

    Two more where somebody has reported, or a plan was published, since the last time.
    """
    night = tonight(at, ZONE)
    bound = queries.open_assignments_of(night)
    standings = duty.standings_of(night, bound)
    stays = duty.stays_of(night)
    declared = duty.declared_of(night)
    return [
        _crew(
            shift,
            standing,
            tuple(stay for stay in stays.get(shift.pk, ()) if stay.ends_at > at),
            declared.get(shift.pk, frozenset()),
            tuple(one.assignment for one in bound.get(shift.pk, ())),
            at,
        )
        for shift in duty.crews_of(night)
        if (standing := standings.get(shift.pk)) is not None
        and standing.state is not UnitState.OFF
    ]


def _crew(
    shift: CrewOfNight,
    standing: Standing,
    stays: tuple[Stay, ...],
    declared: frozenset[str],
    open_dispatches: tuple[int, ...],
    at: datetime,
) -> Crew:
    point: tuple[float, float] | None = None
    age_s, is_by_plan = np.inf, False
    if shift.seen is not None:
        point = (shift.seen.lon, shift.seen.lat)
        age_s = max(0.0, (at - shift.seen.fixed_at).total_seconds())
    elif stays and stays[0].begins_at <= at and not open_dispatches:
        point = (stays[0].lon, stays[0].lat)
        age_s, is_by_plan = 0.0, True
    return Crew(
        shift, standing, point, age_s, is_by_plan, stays, declared, open_dispatches
    )


def offers(*, call: Call, at: datetime, needs: Sequence[str] = ()) -> Offers:
    """Return the units on duty for a call, in the order in which to think of them.

    ``needs`` are declarations that every unit sent must have made for the night (D08).
    A call without a point has no arrival times: every unit is named as out of reach.
    """
    crews = crews_on_duty(at)
    network, n_cells = places.streets_and_cells()
    arrival_s = arrivals(crews, call, network)
    kinds = tuple(dict.fromkeys(needs))
    broken = [
        broken_stays(crew, at, arrival)
        for crew, arrival in zip(crews, arrival_s, strict=True)
    ]
    found = core.recommend(
        core.Call(
            requirements=_requirements(call.call_class),
            needs=tuple(range(len(kinds))),
            may_break_rest=call.urgency == 1,
            order=core.Order.CLOSEST if call.urgency <= 2 else core.Order.LEAST_LOSS,
        ),
        _units(crews, arrival_s, broken, kinds),
        cover=_cover(crews, _ground_of(at, network, n_cells)),
    )
    by_key = {
        crew.shift.pk: (crew, stays) for crew, stays in zip(crews, broken, strict=True)
    }
    return Offers(
        call,
        tuple(
            Offer(
                by_key[option.number][0],
                option,
                by_key[option.number][1][0] if by_key[option.number][1] else None,
            )
            for option in found.options
        ),
        found.forces,
        kinds,
    )


def _requirements(call_class: CallClass | None) -> tuple[core.Requirement, ...]:
    bands = (call_class.bands if call_class else None) or DEFAULT_NEED
    return tuple(
        core.Requirement(core.Tier(tier), int(n_units), float(within_s))
        for tier, within_s, n_units in bands
    )


def _units(
    crews: Sequence[Crew],
    arrival_s: Floats,
    broken: Sequence[Sequence[Stay]],
    kinds: Sequence[str],
) -> core.Units:
    n = len(crews)
    return core.Units(
        number=np.array([crew.shift.pk for crew in crews], dtype=np.int64),
        arrival_s=arrival_s,
        is_on_duty=np.ones(n, dtype=np.bool_),
        dispatchable=np.array(
            [int(crew.standing.rule.dispatchable) for crew in crews], dtype=np.int64
        ),
        tier=np.full(n, int(core.Tier.STREET), dtype=np.int64),
        n_sworn=np.array([crew.shift.n_sworn for crew in crews], dtype=np.int64),
        n_auxiliaries=np.array(
            [crew.shift.n_auxiliary for crew in crews], dtype=np.int64
        ),
        position_age_s=np.array([crew.position_age_s for crew in crews]),
        is_resting=np.array(
            [crew.standing.state is UnitState.PAUSED for crew in crews], dtype=np.bool_
        ),
        patrol_min_lost=np.array(
            [
                sum((stay.ends_at - stay.begins_at).total_seconds() for stay in stays)
                / 60.0
                for stays in broken
            ],
            dtype=np.float64,
        ),
        patrol_worth_lost=np.array(
            [sum(stay.worth for stay in stays) for stays in broken], dtype=np.float64
        ),
        declared=np.array(
            [[kind in crew.declared for kind in kinds] for crew in crews],
            dtype=np.bool_,
        ).reshape(n, len(kinds)),
    )


def broken_stays(crew: Crew, at: datetime, arrival_s: float) -> list[Stay]:
    """Return what a crew would leave, or not come to, if it went now."""
    away_s = (arrival_s if np.isfinite(arrival_s) else 0.0) + ON_SCENE_S
    until = at + timedelta(seconds=away_s)
    return [stay for stay in crew.stays if stay.begins_at < until]


def arrivals(crews: Sequence[Crew], call: Call, network: str | None) -> Floats:
    """Return the seconds by road from each crew to a call, turnout included.

    Infinite where a crew or the call is nowhere, no street leads, or no street network
    was imported. Cars drive as police cars may.
    """
    arrival_s = np.full(len(crews), np.inf)
    if network is None or call.lon is None or call.lat is None:
        return arrival_s
    by_mode: dict[Mode, dict[int, tuple[float, float]]] = defaultdict(dict)
    for n, crew in enumerate(crews):
        if crew.point is not None:
            by_mode[_mode(crew)][n] = crew.point
    for mode, points in by_mode.items():
        times = places.travel_times(network, mode)
        origins = times.snap(list(points.values()))
        place = times.snap([(call.lon, call.lat)])
        arrival_s[list(points)] = times.to_place_s(origins, place) + TURNOUT_S
    return arrival_s


def _mode(crew: Crew) -> Mode:
    mode = Mode(crew.standing.mode or crew.shift.mode)
    return Mode.CAR_URGENT if mode is Mode.CAR else mode


@dataclass(frozen=True, slots=True)
class Ground:
    """The city's cells, the times between them and where residents call from."""

    codes: tuple[str, ...]
    lonlat: Floats
    travel_s: Floats
    demand: Floats

    def cell_of(self, point: tuple[float, float]) -> int:
        """Return the cell whose middle is nearest to a point."""
        return int(self.cells_of([point])[0])

    def cells_of(self, points: Sequence[tuple[float, float]]) -> Ints:
        """Return for each point the cell whose middle is nearest."""
        lonlat = np.array(points, dtype=np.float64).reshape(-1, 2)
        # A degree of longitude is shorter than one of latitude, by where it is.
        narrowing = np.cos(np.radians(lonlat[:, 1:]))
        east = (self.lonlat[:, 0] - lonlat[:, :1]) * narrowing
        north = self.lonlat[:, 1] - lonlat[:, 1:]
        return np.asarray((east**2 + north**2).argmin(axis=1), dtype=np.int64)


def ground_today(at: datetime) -> Ground | None:
    """Return the ground; None before there are streets and cells."""
    return _ground_of(at, *places.streets_and_cells())


def _ground_of(at: datetime, network: str | None, n_cells: int) -> Ground | None:
    if network is None:
        return None
    return _ground(network, at.astimezone(ZONE).date(), n_cells)


@lru_cache(maxsize=4)
def _ground(network: str, day: date, n_cells: int) -> Ground | None:
    """Read the ground of a day.

    One answer a day: cells and counts change by imports and redraws, not by the hour.
    """
    del day, n_cells
    cells = places.all_cells()
    if not cells:
        return None
    counts = places.reported_counts(cell.pk for cell in cells)
    demand = np.array(
        [sum(row.n_incidents for row in counts.get(cell.pk, ())) for cell in cells],
        dtype=np.float64,
    )
    if not demand.sum():
        demand = np.ones(len(cells))
    times = places.travel_times(network, Mode.CAR_URGENT)
    lonlat = np.array([(cell.lon, cell.lat) for cell in cells])
    snaps = times.snap(lonlat)
    return Ground(
        tuple(cell.code for cell in cells),
        lonlat,
        times.matrix_s(snaps, snaps),
        demand / demand.sum(),
    )


def busy_share(crews: Sequence[Crew]) -> float:
    """Return how likely a crew that is free now is busy when it is wanted."""
    n_covering = sum(crew.standing.rule.covers for crew in crews)
    return min(0.9, max(0.05, 1.0 - n_covering / max(1, len(crews))))


def _cover(crews: Sequence[Crew], ground: Ground | None) -> core.Cover | None:
    """Return what each crew covers from the cell it is nearest to."""
    if ground is None or not crews:
        return None
    travel_s = np.full((len(crews), len(ground.demand)), np.inf)
    points = {
        n: crew.point
        for n, crew in enumerate(crews)
        if crew.point is not None and crew.standing.rule.covers
    }
    travel_s[list(points)] = ground.travel_s[ground.cells_of(list(points.values()))]
    return core.Cover(
        travel_s, ground.demand, COVER_WITHIN_S, busy_share=busy_share(crews)
    )


def as_line(offer: Offer) -> dict[str, Any]:
    """Return a line of the list as it is kept: codes and numbers, no words."""
    crew, option = offer.crew, offer.option
    return {
        "shift": crew.shift.pk,
        "code": crew.shift.code,
        "state": crew.standing.state.value,
        "arrival_s": option.arrival_s,
        "band_s": option.band_s,
        "position_age_s": option.position_age_s,
        "is_by_plan": crew.is_by_plan,
        "is_offered": option.is_offered,
        "is_suggested": option.is_suggested,
        "reasons": [reason.value for reason in option.reasons],
        "shortfalls": [lack.value for lack in option.shortfalls],
        "cover_lost_share": option.cover_lost_share,
        "patrol_min_lost": option.patrol_min_lost,
        "breaks": None if offer.breaks is None else offer.breaks.number,
        "knows": list(crew.open_dispatches),
    }


def as_force(force: core.Force) -> dict[str, Any]:
    """Return what was asked of a tier and what is missing, as it is kept."""
    return {
        "tier": int(force.requirement.tier),
        "within_s": force.requirement.within_s,
        "n_units": force.requirement.n_units,
        "n_missing": force.n_missing,
        "n_late": force.n_late,
        "why": [[lack.value, n] for lack, n in force.why],
    }


def place_in(lines: Sequence[Mapping[str, Any]], shift: int) -> int | None:
    """Return where a crew stands in a kept list, from 1; None: not in it."""
    for n, line in enumerate(lines, start=1):
        if line["shift"] == shift:
            return n
    return None
