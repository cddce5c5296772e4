"""What happens to the entries of units and people: added, corrected, service ended."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, check_can
from xunfang.audit import services as audit
from xunfang.core.errors import DomainError
from xunfang.units.models import KnownGround, Person, Station, Unit
from xunfang.units.people import policies
from xunfang.units.people.queries import with_units_below
from xunfang.units.people.table import rows_of


class NumberTaken(DomainError):
    """Somebody has this service number already, perhaps after the end of service."""

    code = "units.number_taken"


class UnitCodeTaken(DomainError):
    """Another unit has this code."""

    code = "units.unit_code_taken"


class UnitInItself(DomainError):
    """The unit would be below itself."""

    code = "units.unit_in_itself"


class AccountTaken(DomainError):
    """The account belongs to somebody else."""

    code = "units.account_taken"


class AccountStandingDiffers(DomainError):
    """The account has another standing than the person."""

    code = "units.account_standing_differs"


class EntryChanged(DomainError):
    """Somebody else has changed the entry since the form was opened."""

    code = "units.entry_changed"


class ServiceStands(DomainError):
    """The person's service has ended already, or has not ended."""

    code = "units.service_stands"


@transaction.atomic
def add_person(
    *,
    number: str,
    name: str,
    standing: str,
    home_unit: Unit,
    phone: str = "",
    knows: Sequence[Station] = (),
    account: User | None = None,
    by: User,
    at: datetime,
) -> Person:
    """Take up somebody who serves.

    Raises
    ------
    NotAllowed
        This person may not edit the unit's people.
    NumberTaken, AccountTaken, AccountStandingDiffers
        Nothing is changed.
    """
    policies.check_can_edit_people_of(by, home_unit)
    if Person.objects.filter(code=number).exists():
        raise NumberTaken(number)
    _check_account(account, standing=standing, person=None)
    person = Person.objects.create(
        code=number,
        name=name,
        standing=standing,
        home_unit=home_unit,
        phone=phone,
        account=account,
    )
    KnownGround.objects.bulk_create(
        KnownGround(person=person, station=station) for station in knows
    )
    audit.record(
        kind="person.added",
        subject=number,
        by=by,
        at=at,
        unit=home_unit.code,
        account="" if account is None else account.username,
    )
    return person


@transaction.atomic
def revise_person(
    *,
    person: Person,
    revision: int,
    name: str,
    standing: str,
    home_unit: Unit,
    phone: str,
    knows: Sequence[Station],
    account: User | None,
    by: User,
    at: datetime,
) -> Person:
    """Correct what is kept of somebody; ``revision`` is what the form was made from.

    Raises
    ------
    NotAllowed
        This person may not edit the people of the old unit, or of the new one.
    EntryChanged
        The entry has been changed since. Nothing is changed.
    AccountTaken, AccountStandingDiffers
        Nothing is changed.
    """
    person = _lock(person)
    policies.check_can_edit_people_of(by, person.home_unit)
    policies.check_can_edit_people_of(by, home_unit)
    if person.revision != revision:
        raise EntryChanged(f"{person.code} is at {person.revision}, not {revision}")
    _check_account(account, standing=standing, person=person)
    person.name, person.standing, person.phone = name, standing, phone
    person.home_unit, person.account = home_unit, account
    person.revision += 1
    person.save()
    kept = {ground.station_id: ground for ground in person.known_grounds.all()}
    wanted = {station.pk for station in knows}
    person.known_grounds.exclude(station__in=wanted).delete()
    KnownGround.objects.bulk_create(
        KnownGround(person=person, station_id=station)
        for station in sorted(wanted - kept.keys())
    )
    audit.record(
        kind="person.revised",
        subject=person.code,
        by=by,
        at=at,
        unit=home_unit.code,
        account="" if account is None else account.username,
    )
    return person


@transaction.atomic
def end_service(*, person: Person, by: User, at: datetime) -> Person:
    """Take somebody out of every list to choose from; what they did stays.

    Raises
    ------
    NotAllowed
        This person may not edit the unit's people.
    ServiceStands
        It has ended already.
    """
    return _set_serving(person, is_serving=False, by=by, at=at)


@transaction.atomic
def resume_service(*, person: Person, by: User, at: datetime) -> Person:
    """Take the end of somebody's service back.

    Raises
    ------
    NotAllowed
        This person may not edit the unit's people.
    ServiceStands
        It has not ended.
    """
    return _set_serving(person, is_serving=True, by=by, at=at)


@transaction.atomic
def take_out(
    *, people: QuerySet[Person], by: User, at: datetime
) -> list[Sequence[str]]:
    """Return those of ``people`` this person may edit, as lines of the table.

    They hold telephone numbers: that somebody took them is put on record.

    Raises
    ------
    NotAllowed
        This person edits nobody's entries.
    """
    check_can(by, Capability.EDIT_PEOPLE)
    if by.station_code:
        people = people.filter(home_unit__station__code=by.station_code)
    lines = list(rows_of(people))
    audit.record(
        kind="people.exported",
        subject=by.station_code or "*",
        by=by,
        at=at,
        n_people=len(lines),
    )
    return lines


@transaction.atomic
def add_unit(
    *,
    code: str,
    name: str,
    name_en: str,
    level: str,
    parent: Unit | None,
    station: Station | None,
    phone: str,
    is_seconding: bool,
    by: User,
    at: datetime,
) -> Unit:
    """Take up a unit.

    Raises
    ------
    NotAllowed
        This person does not edit the whole city's units.
    UnitCodeTaken
        Nothing is changed.
    """
    policies.check_can_edit_all(by)
    if Unit.objects.filter(code=code).exists():
        raise UnitCodeTaken(code)
    unit = Unit.objects.create(
        code=code,
        name=name,
        name_en=name_en,
        level=level,
        parent=parent,
        station=station,
        phone=phone,
        is_seconding=is_seconding,
    )
    audit.record(kind="unit.added", subject=code, by=by, at=at)
    return unit


@transaction.atomic
def revise_unit(
    *,
    unit: Unit,
    revision: int,
    name: str,
    name_en: str,
    level: str,
    parent: Unit | None,
    station: Station | None,
    phone: str,
    is_seconding: bool,
    by: User,
    at: datetime,
) -> Unit:
    """Correct what is kept of a unit; ``revision`` is what the form was made from.

    Raises
    ------
    NotAllowed
        This person does not edit the whole city's units.
    EntryChanged, UnitInItself
        Nothing is changed.
    """
    policies.check_can_edit_all(by)
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    if unit.revision != revision:
        raise EntryChanged(f"{unit.code} is at {unit.revision}, not {revision}")
    if parent is not None and parent.pk in with_units_below(unit):
        raise UnitInItself(f"{parent.code} is {unit.code} or below it")
    unit.name, unit.name_en, unit.level = name, name_en, level
    unit.parent, unit.station = parent, station
    unit.phone, unit.is_seconding = phone, is_seconding
    unit.revision += 1
    unit.save()
    audit.record(kind="unit.revised", subject=unit.code, by=by, at=at)
    return unit


def _lock(person: Person) -> Person:
    return (
        Person.objects.select_for_update(of=("self",))
        .select_related("home_unit__station")
        .get(pk=person.pk)
    )


def _set_serving(person: Person, *, is_serving: bool, by: User, at: datetime) -> Person:
    person = _lock(person)
    policies.check_can_edit_people_of(by, person.home_unit)
    if person.is_serving == is_serving:
        raise ServiceStands(f"{person.code}: serving is {is_serving} already")
    person.is_serving = is_serving
    person.revision += 1
    person.save(update_fields=["is_serving", "revision"])
    if is_serving:
        audit.record(kind="person.service_resumed", subject=person.code, by=by, at=at)
    else:
        audit.record(kind="person.service_ended", subject=person.code, by=by, at=at)
    return person


def _check_account(
    account: User | None, *, standing: str, person: Person | None
) -> None:
    if account is None:
        return
    if account.standing != standing:
        raise AccountStandingDiffers(f"{account.username} is {account.standing}")
    holder = Person.objects.filter(account=account).first()
    if holder is not None and holder != person:
        raise AccountTaken(f"{account.username} is {holder.code}")
