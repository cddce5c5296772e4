"""Which service points there are, whether they are open, and whether anybody is there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import Q, QuerySet
from django.utils import timezone

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, can
from xunfang.core.calendars.opening_hours import Standing
from xunfang.places.models.service_points import (
    ServicePoint,
    ServicePointException,
    ServicePointStaffing,
)


class Presence(StrEnum):
    """What somebody who wants to go there has to know, in one word."""

    STAFFED = "staffed"
    """Open, and somebody is there."""
    UNSTAFFED = "unstaffed"
    """Open by the hours, and nobody is there at the moment."""
    CLOSED = "closed"
    CLOSED_STAFFED = "closed_staffed"
    """Closed by the hours, and somebody is there all the same."""


@dataclass(frozen=True, slots=True)
class PointNow:
    """A service point at a moment."""

    point: ServicePoint
    standing: Standing
    """In civil time of the house."""
    staffing: ServicePointStaffing | None
    exceptions: tuple[ServicePointException, ...]
    """Of today and later."""
    today: date

    @property
    def presence(self) -> Presence:
        if self.standing.is_open:
            return Presence.STAFFED if self.staffing else Presence.UNSTAFFED
        return Presence.CLOSED_STAFFED if self.staffing else Presence.CLOSED


def points_visible_to(user: User) -> QuerySet[ServicePoint]:
    """Return every service point for those who see places."""
    if not can(user, Capability.SEE_PLACES):
        return ServicePoint.objects.none()
    return ServicePoint.objects.select_related("area")


def points_for_residents() -> QuerySet[ServicePoint]:
    """Return the service points that residents find: nobody has to sign in for them."""
    return ServicePoint.objects.filter(is_listed=True)


def search_points(
    points: QuerySet[ServicePoint], *, words: str = "", station_code: str = ""
) -> QuerySet[ServicePoint]:
    """Narrow service points down by name, address or code, and by station."""
    if words:
        points = points.filter(
            Q(name__icontains=words)
            | Q(name_en__icontains=words)
            | Q(address__icontains=words)
            | Q(address_en__icontains=words)
            | Q(code__icontains=words)
        )
    if station_code:
        points = points.filter(station_code=station_code)
    return points


def stations_of(points: QuerySet[ServicePoint]) -> list[str]:
    """Return the codes of the stations that have service points among these."""
    return sorted(set(points.order_by().values_list("station_code", flat=True)))


def points_now(
    points: QuerySet[ServicePoint] | Iterable[ServicePoint], *, at: datetime
) -> list[PointNow]:
    """Say of each how it stands at a moment; two queries more, however many."""
    local = timezone.localtime(at)
    today = local.date()
    found = list(points)
    exceptions: dict[int, list[ServicePointException]] = {}
    # Yesterday counts too: its hours may go over midnight.
    for row in ServicePointException.objects.filter(
        point__in=found, day__gte=today - timedelta(days=1)
    ):
        exceptions.setdefault(row.point_id, []).append(row)
    there = {
        row.point_id: row
        for row in ServicePointStaffing.objects.filter(
            point__in=found, begins_at__lte=at, ends_at__gt=at
        )
    }
    return [
        PointNow(
            point=point,
            standing=point.opening_hours(exceptions.get(point.pk, [])).standing_at(
                local.replace(tzinfo=None)
            ),
            staffing=there.get(point.pk),
            exceptions=tuple(
                row for row in exceptions.get(point.pk, []) if row.day >= today
            ),
            today=today,
        )
        for point in found
    ]


def staffings_of(
    point: ServicePoint, *, n_rows: int = 10
) -> list[ServicePointStaffing]:
    """Return the last times somebody was there, the latest first."""
    return list(
        ServicePointStaffing.objects.filter(point=point)
        .select_related("entered_by")
        .order_by("-begins_at", "-id")[:n_rows]
    )
