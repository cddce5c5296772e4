"""What is wanted of one station tonight, put together from the rooms below.

The calendar says which duties fall on the night, ``places`` what is worth a look and
where residents reported trouble, ``units`` who is on shift, and this room's own orders
what was asked for. The result is a ``NightDraft``; it becomes a problem once the street
network has said how long the ways take.
"""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from xunfang.core.planning.night import (
    LOOK_IN_MIN,
    NightDraft,
    look_in_worth,
)
from xunfang.core.planning.problem import (
    UNREACHABLE,
    Break,
    Crew,
    Problem,
    Reason,
    Window,
)
from xunfang.core.streets.modes import Mode
from xunfang.patrols.wanted import by_hand
from xunfang.patrols.wanted.by_hand import NO_CHANGES, ByHand
from xunfang.patrols.wanted.lines import (
    add_duties,
    add_overlays,
    add_reinforcements,
    duties_of,
    market_crew,
    modes_in,
    named,
)
from xunfang.places import queries as places
from xunfang.places.models import GridCell, IncidentCount, KeyPlace, StreetNetwork
from xunfang.units.models import Shift, Station
from xunfang.units.nights import midnight_before as midnight_before
from xunfang.units.nights import tonight as tonight

HORIZON: Window = (18 * 60, 27 * 60)
"""A night is planned from 18:00 to 03:00."""
BAND_MIN = 120
"""Presence is wanted by bands of two hours."""
PRESENCE_SHARE = 0.6
"""Share of the crews' time that presence in cells may ask for."""
MOST_PRESENCE_MIN = 36
"""Most minutes asked for in a cell and band: three looks. What is over goes to cells
with fewer reports, for a longer stay adds little (Koper 1995)."""


@dataclass(frozen=True, slots=True)
class NightStatement:
    """A station's night as a problem, and the numbers a page needs beside it."""

    problem: Problem
    demand_points: NDArray[np.float64]
    """Where residents need somebody, shape ``(n, 2)``, longitude and latitude."""
    demand_per_hour: NDArray[np.float64]
    """Expected reports by point and hour of the night's 30, shape ``(n, 30)``."""
    changes: ByHand = NO_CHANGES
    """What was changed by hand, and is in the problem."""


def state_night(
    *,
    station: Station,
    night: date,
    network: StreetNetwork,
    zone: ZoneInfo,
    edited: ByHand | None = None,
) -> NightStatement:
    """Put together what is wanted of a station on a night, with what was changed by hand.

    ``edited`` are other edits than those in force now. Reads with a fixed number of queries, however many places the station has.
    """
    draft = NightDraft(
        name=f"{station.code} {night:%Y-%m-%d}",
        origin=midnight_before(night, zone),
        horizon=HORIZON,
    )
    base = draft.point(station.lon, station.lat)
    edited = by_hand.read(station, night) if edited is None else edited
    areas = places.areas_around(station_code=station.code, day=night)
    shifts = list(Shift.objects.filter(station=station, night=night))
    for shift in shifts:
        _add_shift(draft, shift, base)
    cells = places.cells_of(station.code, day=night)
    key_places = list(
        KeyPlace.objects.in_use(night)
        .filter(cell__area__station_code=station.code)
        .prefetch_related("busy_windows")
    )
    cell_by_key = {cell.pk: cell for cell in cells}
    for place in key_places:
        place.cell = cell_by_key[place.cell_id]
    checked = places.last_checks(place.pk for place in key_places)
    add_duties(
        draft,
        duties_of(station, night),
        {place.code: place for place in key_places},
        {ground.code: ground for ground in places.market_grounds(station.code)},
        areas,
        market_crew(),
    )
    _add_look_ins(draft, key_places, night, checked)
    add_reinforcements(draft, station, night)
    counts = places.reported_counts(cell.pk for cell in cells)
    demand = _demand_per_hour(cells, counts)
    names = places.street_names(network.code, [(cell.lon, cell.lat) for cell in cells])
    add_overlays(
        draft,
        station,
        night,
        street_of_cell={c.code: n for c, n in zip(cells, names, strict=True)},
        shifts=shifts,
    )
    _add_presence(draft, cells, names, counts, demand, shifts)
    by_hand.add_points(draft, edited.edits)
    modes = {shift.mode for shift in shifts} | {loop.mode for loop in draft.loops}
    travel = _travel_minutes(network, draft.points, modes)
    return NightStatement(
        problem=by_hand.apply(draft.problem(travel), edited.edits, areas),
        demand_points=np.array([[cell.lon, cell.lat] for cell in cells]),
        demand_per_hour=demand,
        changes=edited,
    )


def _add_shift(draft: NightDraft, shift: Shift, base: int) -> None:
    meal = None
    if shift.break_minutes:
        first, last = shift.break_first_min, shift.break_last_min
        if first is not None and last is not None:  # The database holds it so.
            meal = Break(window=(first, last), minutes=shift.break_minutes)
    draft.add_crew(
        shift.code,
        mode=shift.mode,
        base=base,
        shift=(shift.begins_min, shift.ends_min),
        crew=Crew(sworn=shift.n_sworn, auxiliary=shift.n_auxiliary),
        meal=meal,
        tags=frozenset(shift.tags.split()),
    )


def _add_look_ins(
    draft: NightDraft,
    key_places: Iterable[KeyPlace],
    night: date,
    checked: dict[int, date],
) -> None:
    for place in key_places:
        last = checked.get(place.pk)
        days = (night - last).days if last else None
        facts = named(place) | {
            "kind": place.kind,
            "check_every_days": place.check_every_days,
        }
        if days is not None:
            facts["days_since_check"] = days
        draft.look_in(
            place.code,
            at=draft.point(place.lon, place.lat),
            worth=look_in_worth(
                days_since_check=days, check_every_days=place.check_every_days
            ),
            busy=_busy_windows(place, night),
            modes=modes_in(place.cell.area),
            reason=Reason(
                "place.never_checked" if days is None else "place.check", facts
            ),
        )


def _busy_windows(place: KeyPlace, night: date) -> tuple[Window, ...]:
    return tuple(
        (window.begins_min, window.ends_min)
        for window in place.busy_windows.all()
        if window.is_in_season(night)
    )


def _demand_per_hour(
    cells: list[GridCell], counts: dict[int, list[IncidentCount]]
) -> NDArray[np.float64]:
    """Expected reports of residents by cell and hour of the night, shape (n, 30)."""
    by_hour = np.zeros((len(cells), 24))
    n_days = 1
    for row, cell in enumerate(cells):
        for count in counts.get(cell.pk, ()):
            by_hour[row, count.hour] += count.n_incidents
            n_days = max(n_days, count.n_days)
    by_hour /= n_days
    return np.concatenate((by_hour, by_hour[:, :6]), axis=1)


def _add_presence(
    draft: NightDraft,
    cells: list[GridCell],
    street_names: list[str],
    counts: dict[int, list[IncidentCount]],
    demand: NDArray[np.float64],
    shifts: list[Shift],
) -> None:
    """Ask for minutes in cells, in proportion to what residents reported there."""
    crew_minutes = sum(
        min(shift.ends_min, HORIZON[1]) - max(shift.begins_min, HORIZON[0])
        for shift in shifts
    )
    starts = range(HORIZON[0], HORIZON[1] - BAND_MIN + 1, BAND_MIN)
    by_band = np.array(
        [
            demand[:, first // 60 : (first + BAND_MIN) // 60].sum(axis=1)
            for first in starts
        ]
    ).T
    wanted = _shared_out(by_band, PRESENCE_SHARE * crew_minutes)
    for row, cell in enumerate(cells):
        bands = tuple(
            (first, first + BAND_MIN, _whole_looks(minutes))
            for first, minutes in zip(starts, wanted[row], strict=True)
        )
        n_reports = sum(count.n_incidents for count in counts.get(cell.pk, ()))
        draft.be_present(
            f"cell:{cell.code}",
            at=draft.point(cell.lon, cell.lat),
            wanted=bands,
            value_per_minute=1.5,
            modes=modes_in(cell.area),
            reason=Reason(
                "presence.resident_reports",
                {
                    "place": cell.code,
                    "street": street_names[row],
                    "n_reports": n_reports,
                    "n_days": max(
                        (c.n_days for c in counts.get(cell.pk, ())), default=0
                    ),
                    **_most_frequent(counts.get(cell.pk, [])),
                },
            ),
        )


def _shared_out(by_band: NDArray[np.float64], minutes: float) -> NDArray[np.float64]:
    """Share minutes out in proportion to the reports, up to the most of a cell and band.

    Same shape as ``by_band``. The proportion is the one at which the shares sum to
    ``minutes``, or all shares are at their most.
    """
    reports = by_band[by_band > 0]
    if not len(reports) or minutes <= 0:
        return np.zeros_like(by_band)
    low, high = 0.0, MOST_PRESENCE_MIN / float(reports.min())
    for _ in range(60):
        middle = (low + high) / 2
        if np.minimum(MOST_PRESENCE_MIN, middle * by_band).sum() < minutes:
            low = middle
        else:
            high = middle
    return np.minimum(MOST_PRESENCE_MIN, high * by_band)


def _whole_looks(minutes: float) -> int:
    """Round to whole looks, a half upwards."""
    return LOOK_IN_MIN * math.floor(minutes / LOOK_IN_MIN + 0.5)


def _most_frequent(counts: list[IncidentCount]) -> dict[str, str | int | float]:
    by_category: dict[str, int] = defaultdict(int)
    for count in counts:
        by_category[count.category] += count.n_incidents
    if not by_category:
        return {}
    category = max(sorted(by_category), key=by_category.__getitem__)
    return {"category": category, "n_category": by_category[category]}


def _travel_minutes(
    network: StreetNetwork, points: list[tuple[float, float]], modes: set[str]
) -> dict[str, NDArray[np.int32]]:
    """Travel between all points in whole minutes, rounded up."""
    lonlat = np.array(points)
    travel = {}
    for mode in sorted(modes) or [Mode.CAR.value]:
        times = places.travel_times(network.code, Mode(mode))
        snaps = times.snap(lonlat)
        minutes = np.ceil(times.matrix_s(snaps, snaps) / 60.0)
        minutes[~np.isfinite(minutes)] = UNREACHABLE
        np.fill_diagonal(minutes, 0)
        travel[mode] = minutes.astype(np.int32)
    return travel
