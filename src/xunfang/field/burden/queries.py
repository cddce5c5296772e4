"""Minutes with forms, by day and by kind of form, for a station as a whole."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from statistics import median

from django.db.models import Count, Q, QuerySet, Sum

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, can
from xunfang.core.dispatching.unit_states import DutyStep
from xunfang.field.models import BurdenDay
from xunfang.units.models import Part, Shift, Station

TARGET_MINUTES = 15
"""So much of an officer's day may go into our forms."""
FEWEST_OFFICERS = 3
"""With fewer out, the station's sum would be somebody's own."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a station."""

    day: date
    n_officers: int
    """Who went on duty."""
    n_entries: int
    minutes: float

    @property
    def is_shown(self) -> bool:
        """Whether so many were out that the sum says nothing about one of them."""
        return self.n_officers >= FEWEST_OFFICERS

    @property
    def minutes_per_officer(self) -> float:
        """The sum, shared among all who were out."""
        return self.minutes / self.n_officers

    @property
    def is_over(self) -> bool:
        """Whether it is more than wanted."""
        return self.minutes_per_officer > TARGET_MINUTES


@dataclass(frozen=True, slots=True)
class FormTime:
    """One kind of form over all days."""

    form: str
    n_entries: int
    minutes: float
    mean_s: float


@dataclass(frozen=True, slots=True)
class Burden:
    """What forms cost a station over some days."""

    days: tuple[Day, ...]
    forms: tuple[FormTime, ...]
    n_officer_days: int
    minutes: float
    median_minutes: float | None
    """Of the days that are shown: minutes per officer."""

    @property
    def is_within(self) -> bool:
        """Whether the middle day keeps to what is wanted."""
        return self.median_minutes is None or self.median_minutes <= TARGET_MINUTES


def stations_visible_to(user: User) -> QuerySet[Station]:
    """Return the stations whose sums this person may read."""
    stations = Station.objects.order_by("code")
    if not can(user, Capability.SEE_POSITIONS):
        return stations.none()
    return stations.filter(code=user.station_code) if user.station_code else stations


def burden(station: Station, first: date, last: date) -> Burden:
    """Return what forms cost a station from one day to another; three queries."""
    rows = BurdenDay.objects.filter(station=station, day__range=(first, last))
    by_day = {
        day: (n_entries, seconds)
        for day, n_entries, seconds in rows.order_by("day")
        .values("day")
        .annotate(n=Sum("n_entries"), s=Sum("seconds"))
        .values_list("day", "n", "s")
    }
    n_officers = _officers_out(station, first, last)
    days = tuple(
        Day(day, n_officers[day], n_entries, seconds / 60)
        for day, (n_entries, seconds) in sorted(by_day.items(), reverse=True)
    )
    shown = [day for day in days if day.is_shown]
    forms = tuple(
        FormTime(form, n_entries, seconds / 60, seconds / max(1, n_entries))
        for form, n_entries, seconds in rows.order_by("form")
        .values("form")
        .annotate(n=Sum("n_entries"), s=Sum("seconds"))
        .values_list("form", "n", "s")
    )
    return Burden(
        days=days,
        forms=forms,
        n_officer_days=sum(day.n_officers for day in shown),
        minutes=sum(day.minutes for day in shown),
        median_minutes=median(day.minutes_per_officer for day in shown)
        if shown
        else None,
    )


def _officers_out(station: Station, first: date, last: date) -> dict[date, int]:
    """Return how many people were in crews that went on duty, by night; one query."""
    found: defaultdict[date, int] = defaultdict(int)
    shifts = Shift.objects.filter(
        station=station,
        night__range=(first, last),
        duty_entries__step=DutyStep.ON.value,
    ).annotate(
        n=Count(
            "assignments__person",
            filter=Q(assignments__part__in=[Part.MEMBER, Part.JOINED]),
            distinct=True,
        )
    )
    for night, n_people in shifts.values_list("night", "n"):
        found[night] += n_people
    return found
