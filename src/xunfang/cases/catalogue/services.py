"""Add services, change them, say that they still hold. What was is kept."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.cases.catalogue import policies
from xunfang.cases.log import ZONE
from xunfang.cases.models import ServiceChange, ServiceItem
from xunfang.core.errors import DomainError
from xunfang.units.models import Station


class NumberTaken(DomainError):
    """Another service has the number, or had it."""

    code = "cases.service_number_taken"


class OwnerMissing(DomainError):
    """A service without a unit that answers for it."""

    code = "cases.service_owner_missing"


class ServiceChanged(DomainError):
    """Somebody else has changed the service meanwhile."""

    code = "cases.service_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceText:
    """All that people write about a service."""

    audience: str
    title: str
    title_en: str = ""
    text: str
    text_en: str = ""
    conditions: str = ""
    conditions_en: str = ""
    office: str = ""
    office_en: str = ""
    station: Station | None = None
    ended_on: date | None = None


def next_number() -> int:
    """Return the first number after all that were ever given."""
    highest = ServiceItem.objects.aggregate(highest=Max("number"))["highest"]
    return (highest or 0) + 1


@transaction.atomic
def add_item(*, number: int, text: ServiceText, by: User, at: datetime) -> ServiceItem:
    """Add a service; whoever adds it has looked it over.

    Raises
    ------
    NotAllowed, OwnerMissing, NumberTaken
    """
    policies.check_can_keep(by, text.station)
    _check_owner(text)
    if ServiceItem.objects.filter(number=number).exists():
        raise NumberTaken(str(number))
    item = ServiceItem.objects.create(
        number=number, reviewed_on=_day(at), **_fields(text)
    )
    _note(item, ServiceChange.ADDED, by=by, at=at)
    audit.record(kind="service_item.added", subject=str(item.number), by=by, at=at)
    return item


@transaction.atomic
def change_item(
    *, item: ServiceItem, revision: int, text: ServiceText, by: User, at: datetime
) -> ServiceItem:
    """Write a service anew, or end it; what it said before is kept.

    Raises
    ------
    NotAllowed, OwnerMissing, ServiceChanged
    """
    item = _held(item, revision, by)
    policies.check_can_keep(by, text.station)
    _check_owner(text)
    before = {
        name: _plain(getattr(item, name))
        for name, value in _fields(text).items()
        if getattr(item, name) != value
    }
    if not before:
        return item
    for name, value in _fields(text).items():
        setattr(item, name, value)
    item.revision += 1
    item.save()
    _note(item, ServiceChange.CHANGED, by=by, at=at, before=before)
    audit.record(kind="service_item.changed", subject=str(item.number), by=by, at=at)
    return item


@transaction.atomic
def review_item(
    *, item: ServiceItem, revision: int, by: User, at: datetime
) -> ServiceItem:
    """Say that a service, as one has read it, still holds today.

    Raises
    ------
    NotAllowed, ServiceChanged
    """
    item = _held(item, revision, by)
    before = {"reviewed_on": _plain(item.reviewed_on)}
    item.reviewed_on = _day(at)
    item.save(update_fields=["reviewed_on"])
    _note(item, ServiceChange.REVIEWED, by=by, at=at, before=before)
    audit.record(kind="service_item.reviewed", subject=str(item.number), by=by, at=at)
    return item


def _held(item: ServiceItem, revision: int, by: User) -> ServiceItem:
    item = (
        ServiceItem.objects.select_for_update(of=("self",))
        .select_related("station")
        .get(pk=item.pk)
    )
    policies.check_can_keep(by, item.station)
    if item.revision != revision:
        raise ServiceChanged(str(item))
    return item


def _check_owner(text: ServiceText) -> None:
    if not text.office.strip() and text.station is None:
        raise OwnerMissing(text.title)


def _fields(text: ServiceText) -> dict[str, Any]:
    values = {field.name: getattr(text, field.name) for field in fields(text)}
    return {
        name: value.strip() if isinstance(value, str) else value
        for name, value in values.items()
    }


def _plain(value: Any) -> str:
    if isinstance(value, Station):
        return value.code
    return "" if value is None else str(value)


def _day(at: datetime) -> date:
    return at.astimezone(ZONE).date()


def _note(
    item: ServiceItem,
    kind: str,
    *,
    by: User,
    at: datetime,
    before: dict[str, str] | None = None,
) -> None:
    ServiceChange.objects.create(
        item=item, kind=kind, revision=item.revision, before=before or {}, at=at, by=by
    )
