"""Questions about the catalogue. Everybody may read all of it."""

from datetime import date, timedelta

from django.db.models import Q, QuerySet

from xunfang.cases.models import ServiceItem

REVIEW_WITHIN = timedelta(days=180)


def items() -> QuerySet[ServiceItem]:
    """Return every service by number, also those that have ended."""
    return ServiceItem.objects.select_related("station").order_by("number")


def offered(found: QuerySet[ServiceItem], on: date) -> QuerySet[ServiceItem]:
    """Leave those that are offered on a day."""
    return found.filter(Q(ended_on=None) | Q(ended_on__gte=on))


def ended(found: QuerySet[ServiceItem], on: date) -> QuerySet[ServiceItem]:
    """Leave those that were offered before a day, and are no more."""
    return found.filter(ended_on__lt=on)


def overdue(found: QuerySet[ServiceItem], on: date) -> QuerySet[ServiceItem]:
    """Leave those that nobody has looked over for more than 180 days."""
    return offered(found, on).filter(reviewed_on__lt=on - REVIEW_WITHIN)


def search(found: QuerySet[ServiceItem], words: str) -> QuerySet[ServiceItem]:
    """Leave those that have every part of what is looked for, or its number."""
    for part in words.split():
        anywhere = Q()
        for field in ("title", "text", "conditions", "office", "station__name"):
            anywhere |= Q(**{f"{field}__icontains": part})
            anywhere |= Q(**{f"{field}_en__icontains": part})
        if part.isascii() and part.isdigit():
            anywhere |= Q(number=int(part[:4]))
        found = found.filter(anywhere)
    return found
