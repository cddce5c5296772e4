"""A plan's stays and loops beside what was done of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from xunfang.core.geo import Floats
from xunfang.core.planning.plan import EventKind
from xunfang.core.planning.problem import Loop
from xunfang.core.streets.matching.loops import LongestGap, longest_gaps
from xunfang.core.streets.matching.match import Path
from xunfang.core.streets.matching.stays import (
    PlannedStop,
    compare_with_plan,
    find_stays,
)
from xunfang.patrols import queries
from xunfang.patrols.models import LoopGap, Publication, StayDone
from xunfang.patrols.runs.heard import Heard
from xunfang.patrols.runs.streets import Gone, all_streets
from xunfang.patrols.runs.times import CrewTime
from xunfang.places import queries as places
from xunfang.units.models import DutyStay, Station

SLACK_OF_STOP: Final = timedelta(minutes=15)
SLACK_OF_POST: Final = timedelta(minutes=5)
"""A stay may begin and end so much earlier or later than planned."""
ENOUGH_SHARE: Final = 0.9
"""Of the planned time. A plan counts in minutes, and streets have lights."""
HEARD_SHARE: Final = 0.5
"""Who was heard of for less of a loop's window cannot be said to have left it alone."""


def stays_done(
    heard: Heard,
    planned: Sequence[DutyStay],
    times: Mapping[int, CrewTime],
    *,
    midnight: datetime,
) -> list[StayDone]:
    """Say what became of planned stays, in their order; unsaved."""
    crew = {shift.pk: n for n, shift in enumerate(heard.shifts)}
    zero_s = midnight.timestamp()
    stops = []
    for n, stay in enumerate(planned):
        slack = SLACK_OF_POST if stay.is_post else SLACK_OF_STOP
        stops.append(
            PlannedStop(
                unit=crew[stay.shift_id],
                stop=n,
                opens_s=(stay.begins_at - slack).timestamp() - zero_s,
                closes_s=(stay.ends_at + slack).timestamp() - zero_s,
                dwell_s=ENOUGH_SHARE * (stay.ends_at - stay.begins_at).total_seconds(),
            )
        )
    found = find_stays(heard.fixes, [(stay.lon, stay.lat) for stay in planned])
    rows = []
    for stay, done in zip(
        planned, compare_with_plan(heard.fixes, found, stops), strict=True
    ):
        arrived_s = done.first_arrived_s
        rows.append(
            StayDone(
                shift=stay.shift,
                number=stay.number,
                begins_at=stay.begins_at,
                ends_at=stay.ends_at,
                lon=stay.lon,
                lat=stay.lat,
                place_code=stay.place_code,
                name=stay.name,
                name_en=stay.name_en,
                is_post=stay.is_post,
                is_mandatory=stay.is_mandatory,
                kept=done.kept.value,
                inside_s=round(done.inside_s),
                called_s=_called_s(stay, times[stay.shift_id]),
                arrived_at=None
                if arrived_s is None
                else midnight + timedelta(seconds=round(arrived_s)),
            )
        )
    return rows


def _called_s(stay: DutyStay, times: CrewTime) -> int:
    spans = [
        (max(span.begins_at, stay.begins_at), min(span.ends_at, stay.ends_at))
        for span in times.responses
    ]
    return round(
        sum((end - begin).total_seconds() for begin, end in spans if begin < end)
    )


@dataclass(frozen=True, slots=True)
class _Round:
    """A loop of a plan, and which crews it sends round."""

    loop: Loop
    crews: tuple[int, ...]
    lonlat: Floats
    begins_at: datetime
    ends_at: datetime
    allowed: timedelta


def loop_gaps(
    heard: Heard,
    gone: Sequence[Gone],
    *,
    station: Station,
    midnight: datetime,
    code: str,
) -> list[LoopGap]:
    """Return how long each point of a station's loops was alone; unsaved.

    The loops are those of the publication in force, gone round by the crews it sends.
    """
    gaps = []
    for one in _rounds(heard, station, midnight):
        found = _longest(heard, gone, one, midnight, code)
        for gap, (lon, lat) in zip(found, one.lonlat.tolist(), strict=True):
            is_known = _is_heard(heard, one, midnight)
            gaps.append(
                LoopGap(
                    station=station,
                    night=midnight.date(),
                    loop_code=one.loop.id[:60],
                    point=gap.point + 1,
                    lon=lon,
                    lat=lat,
                    begins_at=one.begins_at,
                    ends_at=one.ends_at,
                    allowed_s=round(one.allowed.total_seconds()),
                    alone_from=_moment(midnight, gap.from_s) if is_known else None,
                    alone_until=_moment(midnight, gap.to_s) if is_known else None,
                    n_passes=gap.n_passes,
                )
            )
    return gaps


def _rounds(heard: Heard, station: Station, midnight: datetime) -> Iterator[_Round]:
    publication = (
        Publication.objects.filter(
            station=station, night=midnight.date(), is_in_force=True
        )
        .only("plan_id")
        .first()
    )
    if publication is None:
        return
    kept = queries.documents_by_id(publication.plan_id)
    tick = timedelta(seconds=kept.problem.time_unit_s)
    for loop in kept.problem.loops:
        units = {
            route.unit
            for route in kept.routes.routes
            for event in route.events
            if event.kind is EventKind.LOOP and event.id == loop.id
        }
        crews = [n for n, one in enumerate(heard.shifts) if one.code in units]
        if crews:
            yield _Round(
                loop=loop,
                crews=tuple(crews),
                lonlat=np.array([kept.problem.points[at] for at in loop.at]),
                begins_at=midnight + loop.window[0] * tick,
                ends_at=midnight + loop.window[1] * tick,
                allowed=loop.max_gap * tick,
            )


def _window_s(one: _Round, midnight: datetime) -> tuple[float, float]:
    zero_s = midnight.timestamp()
    return one.begins_at.timestamp() - zero_s, one.ends_at.timestamp() - zero_s


def _is_heard(heard: Heard, one: _Round, midnight: datetime) -> bool:
    """Say whether its crews were heard of for long enough to say they were away."""
    opens_s, closes_s = _window_s(one, midnight)
    fixes = heard.of_crews(one.crews)
    inside = (fixes.t_s >= opens_s) & (fixes.t_s <= closes_s)
    heard_s = np.diff(fixes.t_s, prepend=0.0)[fixes.follows() & inside].sum()
    return bool(heard_s >= HEARD_SHARE * (closes_s - opens_s))


def _longest(
    heard: Heard, gone: Sequence[Gone], one: _Round, midnight: datetime, code: str
) -> tuple[LongestGap, ...]:
    opens_s, closes_s = _window_s(one, midnight)
    return longest_gaps(
        places.load_streets(code),
        all_streets(code).snap(one.lonlat),
        _join([_of_crews(way.path, heard, one.crews) for way in gone]),
        find_stays(heard.of_crews(one.crews), one.lonlat),
        opens_s=opens_s,
        closes_s=closes_s,
    )


def _moment(midnight: datetime, seconds: float) -> datetime:
    return midnight + timedelta(seconds=round(seconds))


def _of_crews(path: Path, heard: Heard, crews: Sequence[int]) -> Path:
    mine = np.isin(heard.crews_of(path.unit), crews)
    return Path(*(getattr(path, name)[mine] for name in Path.__annotations__))


def _join(paths: Sequence[Path]) -> Path:
    return Path(
        *(
            np.concatenate([getattr(path, name) for path in paths])
            if paths
            else np.empty(
                0, dtype=np.int64 if name in {"unit", "leg", "edge"} else float
            )
            for name in Path.__annotations__
        )
    )
