"""Place problems that a person may see, and what was counted around a measure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
from django.db.models import Count, Max, Min, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from numpy.typing import NDArray

from xunfang.accounts.models import User
from xunfang.calls import queries as calls
from xunfang.calls.models import Call, CallClass, CallLink, PlaceMeasure, PlaceProblem
from xunfang.cases import queries as cases
from xunfang.core.evidence.before_after import (
    Comparison,
    Windows,
    compare,
    windows_around,
)
from xunfang.core.geo import haversine_m
from xunfang.units.models import Station


def visible_to(user: User) -> QuerySet[PlaceProblem]:
    """Return the place problems of cases a person may see, the latest first."""
    return (
        PlaceProblem.objects.filter(case__in=cases.visible_to(user).values("pk"))
        .select_related(
            *("case__station", "place__cell__area", "kind"),
            *("opened_by", "withdrawn_by"),
        )
        .order_by("-opened_at", "-pk")
    )


def with_measures(problems: QuerySet[PlaceProblem]) -> QuerySet[PlaceProblem]:
    """Say beside each how many measures hold, and when the last one was done.

    Of what was withdrawn none does.
    """
    holds = Q(measures__taken_back_at=None, withdrawn_at=None)
    return problems.annotate(
        n_measures=Count("measures", filter=holds),
        last_done_on=Max("measures__done_on", filter=holds),
    )


def withdrawn_before(problem: PlaceProblem) -> QuerySet[PlaceProblem]:
    """Return those of the same case, place and kind that were withdrawn for this one."""
    same = PlaceProblem.objects.filter(
        case=problem.case_id, place=problem.place_id, kind=problem.kind_id
    )
    return same.exclude(pk=problem.pk).exclude(withdrawn_at=None)


def classes_below(kind: CallClass) -> set[int]:
    """Return the keys of a class and all below it; one query."""
    tree = list(CallClass.objects.values_list("pk", "parent"))
    found, edge = {kind.pk}, {kind.pk}
    while edge := {pk for pk, parent in tree if parent in edge} - found:
        found |= edge
    return found


@dataclass(frozen=True, slots=True)
class Counts:
    """How many calls of the kind there were before and after, somewhere."""

    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Seen:
    """A call at the place that this person may open, and how far off it was."""

    call: Call
    metres: float
    is_after: bool


@dataclass(frozen=True, slots=True)
class Around:
    """What was counted around a measure."""

    measure: PlaceMeasure
    windows: Windows
    here: Counts
    on_ground: Counts
    """On the rest of the station's ground."""
    in_city: Counts
    """Everywhere but at the place."""
    n_unplaced: int
    """On the station's ground with words for a place only; they are in no count."""
    result: Comparison
    calls: Sequence[Seen]
    """The calls behind the counts at the place."""

    @property
    def n_unseen(self) -> int:
        """How many of them this person may not open."""
        return self.here.before + self.here.after - len(self.calls)


def counted_around(measure: PlaceMeasure, user: User, *, today: date) -> Around:
    """Count ninety days before and after a measure, beside the ground and the city.

    Counted is each matter once, by the day it was reported, restricted ones never. What
    a patrol found is left out: more patrol finds more. The counts are the same whoever
    asks; the calls behind them are those that the person may see. Five queries.
    """
    problem, done_on = measure.problem, measure.done_on
    windows = windows_around(done_on, today=today, known_from=_known_from())
    first = windows.before[0] if windows.before else done_on
    last = windows.after[1] if windows.after else done_on
    found = (
        Call.objects.annotate(of_class=Coalesce("final_class", "initial_class"))
        .filter(
            of_class__in=classes_below(problem.kind),
            restriction="",
            merged_into=None,
            reported_at__gte=_midnight(first),
            reported_at__lt=_midnight(last + timedelta(days=1)),
        )
        .exclude(reporter="patrol")
        .exclude(pk__in=CallLink.objects.filter(undone_at=None).values("call"))
        .order_by("reported_at", "pk")
    )
    rows = list(found.values_list("pk", "reported_at", "station", "lon", "lat"))
    days = [timezone.localdate(row[1]) for row in rows]
    is_before = np.array([day < done_on for day in days], bool)
    is_after = np.array([day > done_on for day in days], bool)
    is_placed = np.array([row[3] is not None for row in rows], bool)
    lonlat = np.array([row[3:] if row[3] is not None else (0, 0) for row in rows])
    metres = haversine_m((problem.place.lon, problem.place.lat), lonlat.reshape(-1, 2))
    is_here = is_placed & (metres <= problem.radius_m)
    ground = Station.objects.filter(code=problem.place.cell.area.station_code)
    grounds = set(ground.values_list("pk", flat=True))
    is_ground = np.array([row[2] in grounds for row in rows], bool)

    def counts(some: NDArray[np.bool_]) -> Counts:
        return Counts(int((some & is_before).sum()), int((some & is_after).sum()))

    here, beside = counts(is_here), counts(is_placed & is_ground & ~is_here)
    behind = {
        rows[n][0]: (float(metres[n]), bool(is_after[n]))
        for n in np.flatnonzero(is_here & (is_before | is_after)).tolist()
    }
    may_see = calls.visible_to(user).filter(pk__in=behind).order_by("reported_at", "pk")
    return Around(
        measure=measure,
        windows=windows,
        here=here,
        on_ground=beside,
        in_city=counts(is_placed & ~is_here),
        n_unplaced=int((~is_placed & is_ground & (is_before | is_after)).sum()),
        result=compare(
            before=here.before,
            after=here.after,
            n_days_before=windows.n_days_before,
            n_days_after=windows.n_days_after,
            elsewhere_before=beside.before,
            elsewhere_after=beside.after,
        ),
        calls=[
            Seen(call, *behind[call.pk])
            for call in may_see.select_related("initial_class", "final_class")
        ],
    )


def _known_from() -> date | None:
    """Return the first day of which calls are known; None without any call."""
    began = Call.objects.aggregate(at=Min("reported_at"))["at"]
    return None if began is None else timezone.localdate(began)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
