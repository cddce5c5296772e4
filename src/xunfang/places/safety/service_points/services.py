"""Service points: keep them, their hours, and who is there for how long."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.core.calendars.opening_hours import hours_text, parse_hours
from xunfang.core.errors import DomainError
from xunfang.places.models.service_points import (
    OFFERS,
    ServicePoint,
    ServicePointException,
    ServicePointStaffing,
)
from xunfang.places.safety import policies
from xunfang.places.safety.editions import check_edition

LONGEST_STAFFING = timedelta(hours=12)
"""Nobody says "somebody is there" for longer at once: it would be forgotten, and wrong."""


class AreaOfAnotherStation(DomainError):
    """A service point lies in a patrol area of its own station."""

    code = "places.area_of_another_station"


class CodeTaken(DomainError):
    """Another service point has this code."""

    code = "places.service_point_code_taken"


class DayOver(DomainError):
    """Hours can differ today or later; the past is as it was."""

    code = "places.day_over"


class StaffingTooLong(DomainError):
    """A staffing ends in the past, or lasts longer than twelve hours."""

    code = "places.staffing_too_long"


class NobodyThere(DomainError):
    """Nobody was entered as being there, so nobody can leave."""

    code = "places.nobody_there"


@transaction.atomic
def save_service_point(
    *,
    point: ServicePoint | None,
    values: Mapping[str, Any],
    hours: Mapping[int, str],
    shown_revision: int,
    by: User,
    at: datetime,
) -> ServicePoint:
    """Open a service point (``point`` None), or change one.

    ``values`` are columns of ``ServicePoint``; ``hours`` is text by ISO weekday, and a
    weekday that is absent or empty is closed. It is kept as ``hours_text`` writes it.

    Raises
    ------
    NotAllowed
        This person does not keep the service points of its station, before or after.
    StaleEdition
        Somebody else changed it in the meantime.
    HoursUnclear
        The hours of a weekday cannot be read; ``part`` names the piece.
    AreaOfAnotherStation, CodeTaken
        Nothing is changed.
    """
    policies.check_can_edit(by, values["station_code"])
    if point is None:
        row = ServicePoint(revision=0)
    else:
        row = ServicePoint.objects.select_for_update().get(pk=point.pk)
        policies.check_can_edit(by, row.station_code)
    check_edition(shown=shown_revision, current=row.revision)
    area = values.get("area")
    if area is not None and area.station_code != values["station_code"]:
        raise AreaOfAnotherStation(f"{area.code} belongs to {area.station_code}")
    for name, value in values.items():
        setattr(row, name, value)
    row.hours = {
        str(day): hours_text(spans)
        for day in sorted(hours)
        if (spans := parse_hours(hours[day]))
    }
    row.offers = [key for key in OFFERS if key in row.offers]
    row.revision += 1
    row.changed_at, row.changed_by = at, by
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise CodeTaken(row.code) from error
    audit.record(
        kind="service_point.saved",
        subject=row.code,
        by=by,
        at=at,
        revision=row.revision,
        hours=row.hours,
    )
    return row


@transaction.atomic
def set_exception(
    *, point: ServicePoint, day: date, hours: str, reason: str, by: User, at: datetime
) -> ServicePointException:
    """Say that a service point keeps other hours on a date; empty hours: closed.

    Saying it again for the same date replaces what was said; the record keeps both.

    Raises
    ------
    NotAllowed
        This person does not keep the service points of its station.
    HoursUnclear
        The hours cannot be read; ``part`` names the piece.
    DayOver
        The date lies in the past.
    """
    policies.check_can_edit(by, point.station_code)
    if day < timezone.localdate(at):
        raise DayOver(f"{day} is over")
    row, _ = ServicePointException.objects.update_or_create(
        point=point,
        day=day,
        defaults={
            "hours": hours_text(parse_hours(hours)),
            "reason": reason.strip(),
            "entered_at": at,
            "entered_by": by,
        },
    )
    audit.record(
        kind="service_point.exception_set",
        subject=point.code,
        by=by,
        at=at,
        day=day.isoformat(),
        hours=row.hours,
    )
    return row


@transaction.atomic
def remove_exception(
    *, exception: ServicePointException, by: User, at: datetime
) -> None:
    """Let a date keep the hours of its weekday again.

    Raises
    ------
    NotAllowed
        This person does not keep the service points of its station.
    DayOver
        The date lies in the past.
    """
    policies.check_can_edit(by, exception.point.station_code)
    if exception.day < timezone.localdate(at):
        raise DayOver(f"{exception.day} is over")
    exception.delete()
    audit.record(
        kind="service_point.exception_removed",
        subject=exception.point.code,
        by=by,
        at=at,
        day=exception.day.isoformat(),
    )


@transaction.atomic
def staff_service_point(
    *,
    point: ServicePoint,
    until: datetime,
    n_officers: int = 2,
    crew_code: str = "",
    by: User,
    at: datetime,
) -> ServicePointStaffing:
    """Say that somebody is there from now until a time.

    What was said before for this moment ends now: the last word holds.

    Raises
    ------
    NotAllowed
        This person does not keep the service points of its station.
    StaffingTooLong
        It ends in the past, or lasts longer than twelve hours.
    """
    policies.check_can_edit(by, point.station_code)
    if not at < until <= at + LONGEST_STAFFING:
        raise StaffingTooLong(f"from {at} until {until}")
    locked = ServicePoint.objects.select_for_update().get(pk=point.pk)
    _staffings_at(locked, at).update(ends_at=at)
    staffing = ServicePointStaffing.objects.create(
        point=locked,
        n_officers=n_officers,
        crew_code=crew_code,
        begins_at=at,
        ends_at=until,
        entered_at=at,
        entered_by=by,
    )
    audit.record(
        kind="service_point.staffed",
        subject=point.code,
        by=by,
        at=at,
        until=until.isoformat(),
        n_officers=n_officers,
        crew=crew_code,
    )
    return staffing


@transaction.atomic
def leave_service_point(*, point: ServicePoint, by: User, at: datetime) -> None:
    """Say that nobody is there any more.

    Raises
    ------
    NotAllowed
        This person does not keep the service points of its station.
    NobodyThere
        Nobody is there by what was entered; nothing is changed.
    """
    policies.check_can_edit(by, point.station_code)
    locked = ServicePoint.objects.select_for_update().get(pk=point.pk)
    if not _staffings_at(locked, at).update(ends_at=at):
        raise NobodyThere(point.code)
    audit.record(kind="service_point.left", subject=point.code, by=by, at=at)


def _staffings_at(point: ServicePoint, at: datetime) -> Any:
    return ServicePointStaffing.objects.filter(
        point=point, begins_at__lte=at, ends_at__gt=at
    )
