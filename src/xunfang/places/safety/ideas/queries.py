"""The ideas in the box, and what a trial counted in its area and beside it."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet, Sum

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, can
from xunfang.places.models import IncidentCount, PatrolArea, PlaceCheck
from xunfang.places.models.ideas import (
    Idea,
    IdeaState,
    IdeaTrial,
    Measure,
    TrialFigures,
)

type Period = tuple[date, date]
"""First and last day, both in."""


def ideas_visible_to(user: User) -> QuerySet[Idea]:
    """Return every idea for those who see places."""
    if not can(user, Capability.SEE_PLACES):
        return Idea.objects.none()
    return Idea.objects.select_related(
        "area", "author", "decided_by", "trial__area", "trial__comparison"
    )


def search_ideas(
    ideas: QuerySet[Idea], *, words: str = "", state: str = ""
) -> QuerySet[Idea]:
    """Narrow ideas down: by what they say or their area, by how far they have come."""
    if words:
        ideas = ideas.filter(Q(text__icontains=words) | Q(area__name__icontains=words))
    if state:
        ideas = ideas.filter(state=state)
    return ideas


def count_by_state() -> dict[IdeaState, int]:
    """Count the ideas in each state; a state without any is there with 0."""
    found = dict(
        Idea.objects.order_by("state").values_list("state").annotate(n=Count("pk"))
    )
    return {state: found.get(state, 0) for state in IdeaState}


def station_of(idea: Idea) -> str:
    """Return the station an idea is decided for; empty for the whole city."""
    trial = IdeaTrial.objects.filter(idea=idea).select_related("area").first()
    area = trial.area if trial else idea.area
    return area.station_code if area else ""


@dataclass(frozen=True, slots=True)
class Figures:
    """What was counted in one area before and during; None where nobody knows."""

    area: PatrolArea
    before: int | None
    during: int | None

    @property
    def difference(self) -> int | None:
        if self.before is None or self.during is None:
            return None
        return self.during - self.before


@dataclass(frozen=True, slots=True)
class TrialResult:
    """Before and during, in the area of the trial and in the comparison, always both."""

    trial: IdeaTrial
    before: Period
    during: Period
    n_days: int
    """Of each period: the trial so far, and as many days before it."""
    is_over: bool
    in_trial: Figures
    in_comparison: Figures
    by_hand: TrialFigures | None
    """Where the numbers were entered by hand."""

    @property
    def rows(self) -> tuple[Figures, Figures]:
        """Return both areas: one is never shown without the other."""
        return self.in_trial, self.in_comparison

    @property
    def is_complete(self) -> bool:
        return None not in {self.in_trial.difference, self.in_comparison.difference}


def find_result(trial: IdeaTrial, *, day: date) -> TrialResult | None:
    """Return what the trial counted up to a day; None before its first day is over.

    The day itself does not count: it is not over.
    """
    last = min(trial.ends_on, day - timedelta(days=1))
    n_days = (last - trial.begins_on).days + 1
    if n_days < 1:
        return None
    during = (trial.begins_on, last)
    before = (
        trial.begins_on - timedelta(days=n_days),
        trial.begins_on - timedelta(days=1),
    )
    by_hand = trial.figures.order_by("-edition").select_related("entered_by").first()
    pairs = _counted(trial, before, during)
    if by_hand is not None and any(None in pair for pair in pairs):
        pairs = (
            (by_hand.before, by_hand.during),
            (by_hand.comparison_before, by_hand.comparison_during),
        )
    else:
        by_hand = None
    return TrialResult(
        trial=trial,
        before=before,
        during=during,
        n_days=n_days,
        is_over=trial.ends_on < day,
        in_trial=Figures(trial.area, *pairs[0]),
        in_comparison=Figures(trial.comparison, *pairs[1]),
        by_hand=by_hand,
    )


def is_measured(trial: IdeaTrial, *, day: date) -> bool:
    """Say whether before and during are known for both areas."""
    result = find_result(trial, day=day)
    return result is not None and result.is_complete


type Pair = tuple[int | None, int | None]


def _counted(trial: IdeaTrial, before: Period, during: Period) -> tuple[Pair, Pair]:
    count = {Measure.CHECKS: _checks, Measure.REPORTED: _reported}.get(
        Measure(trial.measure)
    )
    if count is None:
        return (None, None), (None, None)
    areas = (trial.area_id, trial.comparison_id)
    then, now = count(areas, before), count(areas, during)
    return (then[0], now[0]), (then[1], now[1])


def _checks(areas: tuple[int, int], period: Period) -> tuple[int | None, int | None]:
    """Count the checks at key places of two areas in a period."""
    found = dict(
        PlaceCheck.objects.filter(place__cell__area__in=areas, checked_on__range=period)
        .order_by("place__cell__area")
        .values_list("place__cell__area")
        .annotate(n=Count("pk"))
    )
    return found.get(areas[0], 0), found.get(areas[1], 0)


def _reported(areas: tuple[int, int], period: Period) -> tuple[int | None, int | None]:
    """Sum what residents reported, if the counts there are make up the period exactly.

    Counts come for spans of days. A span that reaches out of the period cannot be cut,
    and days for which nothing came are unknown, not quiet.
    """
    counts = IncidentCount.objects.filter(source=IncidentCount.RESIDENT_REPORTED)
    spans = sorted(
        (first, first + timedelta(days=n_days - 1), n_days)
        for first, n_days in counts.filter(first_day__range=period)
        .order_by()
        .values_list("first_day", "n_days")
        .distinct()
    )
    wanted = period[0]
    for first, last, _ in spans:
        if first != wanted or last > period[1]:
            return None, None
        wanted = last + timedelta(days=1)
    if wanted <= period[1]:
        return None, None
    found = dict(
        counts.filter(cell__area__in=areas, first_day__range=period)
        .order_by("cell__area")
        .values_list("cell__area")
        .annotate(n=Sum("n_incidents"))
    )
    return found.get(areas[0], 0), found.get(areas[1], 0)
