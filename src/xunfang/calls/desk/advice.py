"""Where free units should wait, as advice: an officer takes it or does not.

A unit that its plan has somewhere soon goes on with its plan (无警巡逻). Of the cars that
have nothing to do, the one whose move adds most cover for its ride is told where to, then
the next: the rule that ``xunfang simulate --policy relocate`` tries on a year of calls.
Never at its meal, never beyond its share of driving an hour.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from xunfang.calls.sending.offers import (
    COVER_WITHIN_S,
    ON_SCENE_S,
    ZONE,
    Crew,
    Ground,
    busy_share,
    crews_on_duty,
    ground_today,
)
from xunfang.core.dispatching.choice import NONE
from xunfang.core.dispatching.coverage import cover_lists, nth_worths
from xunfang.core.dispatching.location import compliance_table
from xunfang.core.dispatching.reassignment import (
    FREE_BUSY_SHARE,
    RIDES_COUNT,
    best_move,
    weigh_once,
)
from xunfang.core.dispatching.relocation import ride_left_s
from xunfang.core.dispatching.unit_states import DutyStep
from xunfang.places import queries as places
from xunfang.units.duty.crews import Stay
from xunfang.units.models import DutyEntry, DutyStay, Station
from xunfang.units.nights import midnight_before, tonight
from xunfang.web.names import local_name

PLAN_WITHIN = timedelta(minutes=20)
"""A stop of the plan that begins so soon is where the unit goes."""
MIN_GAIN = 0.005
"""Share of calls that a move must add to cover: fewer are not worth an officer's ear."""
RIDE_S_PER_H = 600.0
N_ROWS_AT_MOST = 20

type Floats = NDArray[np.float64]
type Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Post:
    """Where a unit may wait."""

    key: str
    name: str
    lon: float
    lat: float
    cell: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A unit, and where it should go."""

    crew: Crew
    to: Post
    ride_s: float
    gain_share: float
    """Of all calls: how much more is covered than where it is."""


@dataclass(frozen=True, slots=True)
class GoesOn:
    """An idle unit whose plan has it somewhere soon."""

    crew: Crew
    stay: Stay


@dataclass(frozen=True, slots=True)
class Advice:
    suggestions: tuple[Suggestion, ...]
    go_on: tuple[GoesOn, ...]


@dataclass(frozen=True, slots=True)
class TableRow:
    """With so many free units: one more waits here."""

    n_units: int
    post: Post
    n_here: int
    """How many wait there by then."""
    cover_share: float
    is_held: bool
    """A free unit is there now."""


def advise(
    at: datetime, *, station_code: str = "", declined: Collection[int] = ()
) -> Advice:
    """Return what idle units could do; ``declined`` are left where they are."""
    crews = crews_on_duty(at)
    ground = ground_today(at)
    mine = [
        crew
        for crew in crews
        if is_idle(crew, at) and station_code in {"", crew.shift.station.code}
    ]
    go_on, idle = [], []
    for crew in mine:
        if crew.stays and crew.stays[0].begins_at - at <= PLAN_WITHIN:
            go_on.append(GoesOn(crew, crew.stays[0]))
        elif crew.standing.mode == "car" and crew.point is not None:
            idle.append(crew)
    suggestions: list[Suggestion] = []
    if ground is not None and idle:
        suggestions = _relocations(at, ground, crews, idle, declined)
    return Advice(tuple(suggestions), tuple(go_on))


def is_idle(crew: Crew, at: datetime) -> bool:
    """Say whether a unit is free and its plan has it nowhere now."""
    has_stay = bool(crew.stays) and crew.stays[0].begins_at <= at
    return crew.standing.rule.covers and not crew.open_dispatches and not has_stay


def posts(at: datetime, ground: Ground) -> list[Post]:
    """Return tonight's posts, the stations and the cells; each cell stands for itself."""
    stays = DutyStay.objects.filter(
        shift__night=tonight(at, ZONE), is_post=True
    ).order_by("place_code", "begins_at", "pk")
    named = {(stay.lon, stay.lat): stay for stay in stays}
    found = [
        Post(
            f"stay:{stay.pk}",
            local_name(stay.name, stay.name_en),
            stay.lon,
            stay.lat,
            ground.cell_of((stay.lon, stay.lat)),
        )
        for stay in named.values()
    ]
    found += [
        Post(
            f"station:{station.code}",
            local_name(station.name, station.name_en),
            station.lon,
            station.lat,
            ground.cell_of((station.lon, station.lat)),
        )
        for station in Station.objects.all()
    ]
    taken = {post.cell for post in found}
    found += [
        Post(f"cell:{code}", code, float(lon), float(lat), n)
        for n, (code, (lon, lat)) in enumerate(
            zip(ground.codes, ground.lonlat, strict=True)
        )
        if n not in taken
    ]
    return found


def with_streets(found: Sequence[Post]) -> dict[str, str]:
    """Name posts so that somebody finds them: cells by their nearest street."""
    network = places.find_current_network()
    cells = [post for post in found if post.key.startswith("cell:")]
    streets = (
        places.street_names(network.code, [(post.lon, post.lat) for post in cells])
        if network is not None and cells
        else [""] * len(cells)
    )
    names = {post.key: post.name for post in found}
    for post, street in zip(cells, streets, strict=True):
        names[post.key] = f"{street} {post.name}" if street else post.name
    return names


def _relocations(
    at: datetime,
    ground: Ground,
    crews: Sequence[Crew],
    idle: Sequence[Crew],
    declined: Collection[int],
) -> list[Suggestion]:
    where = posts(at, ground)
    cells = np.array([post.cell for post in where], dtype=np.int64)
    covers = ground.travel_s[cells] <= COVER_WITHIN_S
    # Where it is counts as a post of its own: it may always stay.
    at_post = {
        crew.shift.pk: _nearest(where, ground.cell_of(crew.point))
        for crew in crews
        if crew.point is not None and crew.standing.rule.covers
    }
    n_cover = covers[list(at_post.values())].sum(axis=0)
    own = np.array([at_post[crew.shift.pk] for crew in idle], dtype=np.int64)
    ridden = _ridden_s(at, ground, idle)
    left_s = np.array(
        [
            ride_left_s(_on_duty_s(crew, at), ridden[crew.shift.pk], RIDE_S_PER_H)
            for crew in idle
        ]
    )
    may_move = np.array(
        [crew.shift.pk not in declined and not _is_meal_due(crew, at) for crew in idle]
    )
    busy = busy_share(crews)
    worth = nth_worths(FREE_BUSY_SHARE * busy, len(crews))
    # Who is busy so much of the time is sent so often.
    sent_per_h = RIDES_COUNT * busy * 3600.0 / ON_SCENE_S
    ride_s = np.ascontiguousarray(ground.travel_s[:, cells])
    suggestions = []
    while may_move.any():
        gain, both = weigh_once(covers, n_cover, ground.demand, worth)
        unit, post = best_move(
            *(ride_s, cells[own], own, may_move, left_s),
            *(gain, both, MIN_GAIN, sent_per_h),
        )
        if unit == NONE:
            break
        was, stays = int(own[unit]), both.reshape(len(where), len(where))
        adds = float(gain[post] + stays[was, post] - gain[was] - stays[was, was])
        suggestions.append(
            Suggestion(idle[unit], where[post], float(ride_s[cells[was], post]), adds)
        )
        n_cover += covers[post].astype(np.int64) - covers[was]
        own[unit], may_move[unit] = post, False
    return suggestions


def _nearest(where: Sequence[Post], cell: int) -> int:
    """Return the post in the unit's own cell; every cell has one."""
    return next((n for n, post in enumerate(where) if post.cell == cell), NONE)


def _on_duty_s(crew: Crew, at: datetime) -> float:
    begins = midnight_before(crew.shift.night, ZONE) + timedelta(
        minutes=crew.shift.begins_min
    )
    return max(0.0, (at - begins).total_seconds())


def _is_meal_due(crew: Crew, at: datetime) -> bool:
    first, last = crew.shift.break_first_min, crew.shift.break_last_min
    if not crew.shift.break_minutes or first is None or last is None:
        return False
    midnight = midnight_before(crew.shift.night, ZONE)
    minute = (at - midnight).total_seconds() / 60
    return first <= minute <= last + crew.shift.break_minutes


def _ridden_s(
    at: datetime, ground: Ground, crews: Sequence[Crew]
) -> Mapping[int, float]:
    """Return how long units drove tonight because the desk said so; one query."""
    ridden = {crew.shift.pk: 0.0 for crew in crews}
    last: dict[int, int] = {}
    for shift, lon, lat in DutyEntry.objects.filter(
        shift__in=ridden,
        step=DutyStep.WAIT.value,
        source="desk",
        happened_at__lte=at,
        corrected_by=None,
        is_withdrawal=False,
    ).values_list("shift", "lon", "lat"):
        if lon is None or lat is None:
            continue
        cell = ground.cell_of((lon, lat))
        ride_s = ground.travel_s[last.get(shift, cell), cell]
        # The first one came from somewhere, too: as far as such rides are.
        ridden[shift] += float(ride_s) if shift in last else 240.0
        last[shift] = cell
    return ridden


def find_post(key: str, at: datetime) -> Post | None:
    """Return a post by its key."""
    ground = ground_today(at)
    if ground is None:
        return None
    return next((post for post in posts(at, ground) if post.key == key), None)


def table(at: datetime) -> tuple[list[TableRow], float]:
    """Return the compliance table of this hour, and how busy units are in it."""
    ground = ground_today(at)
    if ground is None:
        return [], 0.0
    crews = crews_on_duty(at)
    where = posts(at, ground)
    cells = np.array([post.cell for post in where], dtype=np.int64)
    lists = cover_lists(ground.travel_s[cells], within_s=COVER_WITHIN_S)
    n_rows = min(N_ROWS_AT_MOST, max(8, len(crews)), 2 * len(where))
    share = busy_share(crews)
    found = compliance_table(*lists, ground.demand, n_rows, busy_share=share, room=2)
    free = [
        ground.cell_of(crew.point)
        for crew in crews
        if crew.point is not None and crew.standing.rule.covers
    ]
    rows = []
    for n, post in enumerate(found.order.tolist(), start=1):
        n_here = int(found.n_wanted[n, post])
        rows.append(
            TableRow(
                n,
                where[post],
                n_here,
                float(found.cover_share[n]),
                free.count(where[post].cell) >= n_here,
            )
        )
    return rows, share
