"""Ask the record. Everything here only reads."""

from datetime import date, datetime, time, timedelta, tzinfo

from django.db.models import QuerySet

from xunfang.audit.models import Event


def events(
    *,
    kind: str | None = None,
    first_on: date | None = None,
    last_on: date | None = None,
    zone: tzinfo,
) -> QuerySet[Event]:
    """Return events, newest first, of one kind and between two days inclusive.

    A day is a day of the wall clock in ``zone``, from midnight to midnight.
    """
    found = Event.objects.select_related("by")
    if kind:
        found = found.filter(kind=kind)
    if first_on:
        found = found.filter(at__gte=datetime.combine(first_on, time(), zone))
    if last_on:
        day_after = last_on + timedelta(days=1)
        found = found.filter(at__lt=datetime.combine(day_after, time(), zone))
    return found.order_by("-at", "-pk")


def kinds_on_record() -> list[str]:
    """Return every kind that occurs, in alphabetical order."""
    return list(
        Event.objects.order_by("kind").values_list("kind", flat=True).distinct()
    )
