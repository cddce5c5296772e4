"""A crew notes what it notices about a place; somebody notes what became of it."""

import re
from datetime import datetime
from uuid import UUID

from django.db import transaction

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.core.dispatching.sheets import DeviceTime
from xunfang.core.errors import DomainError
from xunfang.patrols.models import Observation
from xunfang.patrols.observations import policies
from xunfang.units.models import Shift

NUMBER_OF_SOMEBODY = re.compile(
    r"(?<!\d)(?:\d{17}[\dXx]|1[3-9]\d{9})(?!\d)"  # identity number, mobile telephone
    r"|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
    r"[A-Z][·\s]?[A-Z0-9]{5,6}"  # a car's number
)
"""What does not belong in a note about a place. ``number-hint.js`` knows the same."""


class PlaceMissing(DomainError):
    """An observation says where: a point, a stop of the plan, or words."""

    code = "patrols.observation_without_place"


class ObservationSettled(DomainError):
    """Somebody has noted already what became of it."""

    code = "patrols.observation_settled"


class HowMissing(DomainError):
    """Settling an observation says how."""

    code = "patrols.observation_without_how"


def names_somebody(text: str) -> bool:
    """Say whether a text seems to hold a number that leads to a person."""
    return NUMBER_OF_SOMEBODY.search(text) is not None


@transaction.atomic
def note_observation(
    *,
    shift: Shift,
    kind: str,
    key: UUID,
    by: User,
    at: datetime,
    device: DeviceTime | None = None,
    device_at: datetime | None = None,
    point: tuple[float, float] | None = None,
    place_text: str = "",
    note: str = "",
) -> Observation:
    """Note something about a place. The same ``key`` again changes nothing.

    ``point`` is longitude and latitude, WGS84.

    Raises
    ------
    NotAllowed
        Only who goes out with a crew notices things with it.
    PlaceMissing
        Neither a point nor words say where.
    """
    policies.check_can_note(by, shift)
    if (known := Observation.objects.filter(key=key, shift=shift).first()) is not None:
        return known
    if point is None and not place_text.strip():
        raise PlaceMissing(shift.code)
    observation = Observation.objects.create(
        key=key,
        shift=shift,
        kind=kind,
        place_text=place_text.strip(),
        lon=None if point is None else point[0],
        lat=None if point is None else point[1],
        note=note.strip(),
        noted_at=at if device is None else device.happened_at,
        recorded_at=at,
        device_at=device_at,
        noted_by=by,
    )
    audit.record(
        kind="observation.noted", subject=shift.code, by=by, at=at, matter=kind
    )
    return observation


@transaction.atomic
def settle_observation(
    *, observation: Observation, how: str, by: User, at: datetime
) -> Observation:
    """Note what became of an observation.

    Raises
    ------
    NotAllowed, HowMissing
    ObservationSettled
        It has been noted before; nothing is changed.
    """
    policies.check_can_settle(by, observation)
    if not how.strip():
        raise HowMissing(str(observation.pk))
    observation = Observation.objects.select_for_update(of=("self",)).get(
        pk=observation.pk
    )
    if observation.settled_at is not None:
        raise ObservationSettled(str(observation.pk))
    observation.settled_at, observation.settled_by = at, by
    observation.settled_how = how.strip()
    observation.save(update_fields=["settled_at", "settled_by", "settled_how"])
    audit.record(
        kind="observation.settled",
        subject=observation.shift.code,
        by=by,
        at=at,
        matter=observation.kind,
    )
    return observation
