"""How many minutes a week crews were at a place, before and after more was ordered.

Measured are the minutes in the grid cell of the place, from positions (grade A), on nights
on which crews of its station were heard of; other nights say nothing and are not nought.
What published plans asked for is told apart (grade D).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

import numpy as np
from django.conf import settings
from django.db.models import Max

from xunfang.cases.models import Case
from xunfang.patrols.coverage.figures import NightRows
from xunfang.patrols.models import Reinforcement, Run, RunNight
from xunfang.patrols.runs.times import ZONE
from xunfang.patrols.wanted.statement import tonight
from xunfang.places.ground import Ground
from xunfang.places.models import GridCell, KeyPlace
from xunfang.units.models import DutyStay

N_WEEKS = 8
"""Before, and at most after."""
WEEK = timedelta(days=7)
NIGHT = timedelta(days=1)


def orders_of(cases: Iterable[Case]) -> Mapping[int, Sequence[Reinforcement]]:
    """Return what was ordered because of cases, by key of the case; one query.

    Of several orders for one place the first counts: from it on there was to be more.
    """
    found: defaultdict[int, dict[str, Reinforcement]] = defaultdict(dict)
    rows = Reinforcement.objects.filter(case__in=list(cases)).select_related("place")
    for order in rows.order_by("begins_on", "pk"):
        if order.case_id is not None:
            found[order.case_id].setdefault(order.place.code, order)
    return {case: list(by_place.values()) for case, by_place in found.items()}


def find_order(case: Case, code: str) -> Reinforcement | None:
    """Return the first order because of a case at a place."""
    return (
        case.reinforcements.filter(place__code=code)
        .select_related("place__cell__area")
        .order_by("begins_on", "pk")
        .first()
    )


@dataclass(frozen=True, slots=True)
class Week:
    """Seven nights, all of them before the order or all of them after."""

    first: date
    last: date
    """Last night of it that is over."""
    is_after: bool
    n_nights: int
    """Nights of it that are over."""
    n_measured: int
    """Of these, nights on which crews of the station were heard of."""
    measured_min: float
    """In those nights."""
    planned_min: float
    """By published plans, in all its nights."""

    @property
    def per_week(self) -> float | None:
        """Minutes in seven nights as many as those measured; None: none was."""
        return per_week(self.measured_min, self.n_measured)


def per_week(minutes: float, n_nights: int) -> float | None:
    """Return minutes a week from those of some nights.

    >>> per_week(30.0, 3), per_week(0.0, 0)
    (70.0, None)
    """
    return 7 * minutes / n_nights if n_nights else None


@dataclass(frozen=True, slots=True)
class MinutesAtPlace:
    """The weeks around an order for a place."""

    place: KeyPlace
    since: date
    """First night for which more was ordered."""
    weeks: Sequence[Week]

    def side(self, *, is_after: bool) -> tuple[float | None, int, int]:
        """Return minutes a week, nights measured and nights over, before or after."""
        weeks = [week for week in self.weeks if week.is_after == is_after]
        n_measured = sum(week.n_measured for week in weeks)
        minutes = sum(week.measured_min for week in weeks)
        return (
            per_week(minutes, n_measured),
            n_measured,
            sum(week.n_nights for week in weeks),
        )

    @property
    def before(self) -> tuple[float | None, int, int]:
        return self.side(is_after=False)

    @property
    def after(self) -> tuple[float | None, int, int]:
        return self.side(is_after=True)


def minutes_around(order: Reinforcement, *, at: datetime) -> MinutesAtPlace:
    """Return eight weeks before an order and up to eight after it; four queries."""
    place, since = order.place, order.begins_on
    last_over = tonight(at, ZONE) - NIGHT
    first = since - N_WEEKS * WEEK
    last = min(last_over, since + N_WEEKS * WEEK - NIGHT)
    nights = [first + n * NIGHT for n in range((last - first).days + 1)]
    heard = _nights_heard(place.cell.area.station_code, first, last)
    minutes = _measured(place.cell.code, first, last)
    planned = _planned(place.cell, first, last)
    weeks = []
    for n in range(0, len(nights), 7):
        some = nights[n : n + 7]
        known = heard & set(some)
        weeks.append(
            Week(
                first=some[0],
                last=some[-1],
                is_after=some[0] >= since,
                n_nights=len(some),
                n_measured=len(known),
                measured_min=sum(minutes.get(night, 0.0) for night in known),
                planned_min=sum(planned.get(night, 0.0) for night in some),
            )
        )
    return MinutesAtPlace(place, since, weeks)


def _nights_heard(station: str, first: date, last: date) -> set[date]:
    """Return the nights on which crews of a station were heard of."""
    runs = Run.objects.filter(
        shift__station__code=station, shift__night__range=(first, last), heard_s__gt=0
    )
    return set(runs.order_by().values_list("shift__night", flat=True).distinct())


def _measured(cell: str, first: date, last: date) -> Mapping[date, float]:
    folded = RunNight.objects.filter(night__range=(first, last))
    stamp = folded.aggregate(last=Max("folded_at"))["last"]
    return _read(str(settings.DATA_DIR), cell, first, last, stamp)


@lru_cache(maxsize=256)
def _read(
    folder: str,
    cell: str,
    first: date,
    last: date,
    stamp: datetime | None,
) -> Mapping[date, float]:
    # Everybody may ask for a public matter's page: the files are read once.
    with NightRows(last, (last - first).days + 1) as rows:
        return rows.minutes_by_night(cell)


def _planned(cell: GridCell, first: date, last: date) -> Mapping[date, float]:
    """Return the minutes that published plans had crews stay in a cell, by night."""
    if len(cell.polygon) <= 3:
        return {}
    ring = np.array(cell.polygon)
    (west, south), (east, north) = ring.min(axis=0), ring.max(axis=0)
    stays = list(
        DutyStay.objects.filter(
            shift__night__range=(first, last),
            lon__range=(float(west), float(east)),
            lat__range=(float(south), float(north)),
        ).values_list("shift__night", "lon", "lat", "begins_at", "ends_at")
    )
    return _by_night(cell, stays)


def _by_night(
    cell: GridCell, stays: Collection[tuple[date, float, float, datetime, datetime]]
) -> Mapping[date, float]:
    points = np.array([(lon, lat) for _, lon, lat, *_ in stays]).reshape(-1, 2)
    inside = Ground((cell,), ()).cells_of_points(points)
    minutes: defaultdict[date, float] = defaultdict(float)
    for (night, _lon, _lat, begins_at, ends_at), found in zip(
        stays, inside, strict=True
    ):
        if found is not None:
            minutes[night] += (ends_at - begins_at).total_seconds() / 60
    return minutes
