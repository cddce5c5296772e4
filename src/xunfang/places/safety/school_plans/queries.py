"""Which schools have a safety plan that is looked at in time, and which do not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Count, F, FilteredRelation, Q, QuerySet

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, can
from xunfang.places import queries
from xunfang.places.models import KeyPlace
from xunfang.places.models.school_plans import REVIEWED_WITHIN, SchoolPlan

KINDS = ("school", "kindergarten")


class PlanStanding(StrEnum):
    """How a school's plan stands on a day."""

    HELD = "held"
    """There is one, and its next review is not more than 180 days away."""
    OVERDUE = "overdue"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class PlansReport:
    """How many schools of a kind there are, and how many have a plan that is held."""

    n_schools: int
    n_held: int
    n_overdue: int
    n_none: int

    @property
    def n_wanting(self) -> int:
        return self.n_overdue + self.n_none


@dataclass(frozen=True, slots=True)
class SchoolRow:
    """A school in the list."""

    place: KeyPlace
    plan: SchoolPlan | None
    standing: PlanStanding


def schools_visible_to(user: User, *, day: date) -> QuerySet[KeyPlace]:
    """Return schools and kindergartens with ``next_review_on`` of their plan now.

    Without those that are closed by that day.
    """
    if not can(user, Capability.SEE_PLACES):
        return KeyPlace.objects.none()
    return (
        KeyPlace.objects.in_use(day)
        .filter(kind__in=KINDS)
        .select_related("cell__area")
        .annotate(
            plan_now=FilteredRelation(
                "school_plans", condition=Q(school_plans__is_current=True)
            ),
            next_review_on=F("plan_now__next_review_on"),
        )
    )


def _is_held(day: date) -> Q:
    return Q(next_review_on__gte=day, next_review_on__lte=day + REVIEWED_WITHIN)


def report_plans(schools: QuerySet[KeyPlace], *, day: date) -> PlansReport:
    """Count how the plans of some schools stand on a day; one query."""
    found = schools.order_by().aggregate(
        n_schools=Count("pk"),
        n_held=Count("pk", filter=_is_held(day)),
        n_none=Count("pk", filter=Q(next_review_on=None)),
    )
    n_with = found["n_schools"] - found["n_none"]
    return PlansReport(n_overdue=n_with - found["n_held"], **found)


def search_schools(
    schools: QuerySet[KeyPlace],
    *,
    day: date,
    words: str = "",
    station_code: str = "",
    is_wanting: bool = False,
) -> QuerySet[KeyPlace]:
    """Narrow schools down: by name or code, by station, to those without or overdue."""
    if words:
        schools = schools.filter(
            Q(name__icontains=words)
            | Q(name_en__icontains=words)
            | Q(code__icontains=words)
        )
    if station_code:
        schools = schools.filter(cell__area__station_code=station_code)
    if is_wanting:
        # Not "exclude(held)": SQL keeps neither a row nor its opposite where it is null.
        schools = schools.filter(Q(next_review_on=None) | ~_is_held(day))
    return schools


def school_rows(schools: Iterable[KeyPlace], *, day: date) -> list[SchoolRow]:
    """Put each school beside its plan; one query more."""
    found = list(schools)
    plans = {
        plan.place_id: plan
        for plan in SchoolPlan.objects.filter(
            place__in=found, is_current=True
        ).select_related("reviewed_by")
    }
    return [
        SchoolRow(place, plans.get(place.pk), standing_of(plans.get(place.pk), day))
        for place in found
    ]


def standing_of(plan: SchoolPlan | None, day: date) -> PlanStanding:
    """Say how a plan stands on a day."""
    if plan is None:
        return PlanStanding.NONE
    if day <= plan.next_review_on <= day + REVIEWED_WITHIN:
        return PlanStanding.HELD
    return PlanStanding.OVERDUE


def editions_of(place: KeyPlace) -> list[SchoolPlan]:
    """Return every edition of a school's plan, the last first."""
    return list(
        SchoolPlan.objects.filter(place=place)
        .select_related("reviewed_by")
        .order_by("-edition")
    )


def bells_of(place: KeyPlace) -> list[int]:
    """Return when the bell rings at the end of a school day, by the city's calendar."""
    town = queries.get_town_calendar()
    levels = {school.level for school in town.schools if school.code == place.code}
    return sorted(
        {bell.at_min for bell in town.timetable.bells if bell.level in levels}
    )


def stations_of(schools: QuerySet[KeyPlace]) -> list[str]:
    """Return the codes of the stations that have schools among these."""
    codes = schools.order_by().values_list("cell__area__station_code", flat=True)
    return sorted(set(codes))
