"""Matters that other offices have."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from xunfang.accounts.models import User
from xunfang.cases import queries
from xunfang.cases.models import CaseReferral

LATE_AFTER = timedelta(days=30)


def visible_to(user: User) -> QuerySet[CaseReferral]:
    """Return the referrals of cases a person may see; what waits longest first."""
    cases = queries.visible_to(user).values("pk")
    return (
        CaseReferral.objects.filter(case__in=cases)
        .select_related("case__topic", "case__station", "sent_by")
        .order_by("sent_at", "pk")
    )


def late(referrals: QuerySet[CaseReferral], at: datetime) -> QuerySet[CaseReferral]:
    """Leave those that an office has had for more than thirty days."""
    return referrals.filter(came_back_at=None, sent_at__lt=at - LATE_AFTER)


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """How many matters an office has."""

    office: str
    n_open: int
    n_late: int
    n_done_this_week: int


def by_office(referrals: QuerySet[CaseReferral], at: datetime) -> list[OfficeRow]:
    """Count the matters of each office, by its name; one query."""
    is_open = Q(came_back_at=None)
    rows = (
        referrals.order_by()
        .values("office")
        .annotate(
            n_open=Count("pk", filter=is_open),
            n_late=Count("pk", filter=is_open & Q(sent_at__lt=at - LATE_AFTER)),
            n_done_this_week=Count(
                "pk",
                filter=Q(
                    status=CaseReferral.DONE, came_back_at__gte=at - timedelta(days=7)
                ),
            ),
        )
        .order_by("office")
    )
    return [OfficeRow(**row) for row in rows]
