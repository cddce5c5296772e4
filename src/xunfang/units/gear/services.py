"""Lists of what crews take along are kept; what is missing is noted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.core.errors import DomainError
from xunfang.units.models import (
    GearItem,
    GearMissing,
    GearTemplate,
    Shift,
    TeamTemplate,
)
from xunfang.units.people import policies


class GearListNameTaken(DomainError):
    """Another list has this name."""

    code = "units.gear_list_name_taken"


class GearNamedTwice(DomainError):
    """The list would name a thing twice."""

    code = "units.gear_named_twice"


class GearListChanged(DomainError):
    """Somebody else has changed the list since the form was opened."""

    code = "units.gear_list_changed"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing on a list, as somebody wrote it."""

    name: str
    name_en: str = ""
    quantity: int = 1
    is_per_person: bool = True


@transaction.atomic
def save_gear_list(
    *,
    name: str,
    team: TeamTemplate | None,
    when: str,
    items: Sequence[Item],
    by: User,
    at: datetime,
    gear_list: GearTemplate | None = None,
    revision: int = 0,
) -> GearTemplate:
    """Begin a list, or put other things on ``gear_list`` as it stood at ``revision``.

    Raises
    ------
    NotAllowed
        This person does not edit for the whole city.
    GearListNameTaken, GearNamedTwice, GearListChanged
        Nothing is changed.
    """
    policies.check_can_edit_all(by)
    if len({item.name for item in items}) < len(items):
        raise GearNamedTwice(name)
    others = GearTemplate.objects.filter(name=name)
    if gear_list is None:
        kept = GearTemplate()
    else:
        kept = GearTemplate.objects.select_for_update().get(pk=gear_list.pk)
        others = others.exclude(pk=kept.pk)
        if kept.revision != revision:
            raise GearListChanged(f"{kept.name} is at {kept.revision}, not {revision}")
        kept.revision += 1
    if others.exists():
        raise GearListNameTaken(name)
    kept.name, kept.team, kept.when = name, team, when
    kept.save()
    kept.items.all().delete()
    GearItem.objects.bulk_create(
        GearItem(
            template=kept,
            name=item.name,
            name_en=item.name_en,
            quantity=item.quantity,
            is_per_person=item.is_per_person,
        )
        for item in items
    )
    audit.record(
        kind="gear_list.saved", subject=name, by=by, at=at, n_things=len(items)
    )
    return kept


@transaction.atomic
def remove_gear_list(*, gear_list: GearTemplate, by: User, at: datetime) -> None:
    """Take a list away: from now on no crew takes its things along for it.

    Raises
    ------
    NotAllowed
        This person does not edit for the whole city.
    """
    policies.check_can_edit_all(by)
    audit.record(kind="gear_list.removed", subject=gear_list.name, by=by, at=at)
    gear_list.delete()


@transaction.atomic
def note_missing(
    *, shift: Shift, name: str, n_missing: int, by: User, at: datetime
) -> GearMissing:
    """Note that a crew has too few of a thing; what was noted stays in the log.

    Raises
    ------
    NotAllowed
        This person has nothing to do with the crew.
    """
    policies.check_can_note_missing(by, shift)
    noted = GearMissing.objects.create(
        shift=shift, name=name, n_missing=n_missing, noted_at=at, noted_by=by
    )
    audit.record(
        kind="gear.missing",
        subject=f"{shift.night} {shift.code}",
        by=by,
        at=at,
        thing=name,
        n_missing=n_missing,
    )
    return noted
