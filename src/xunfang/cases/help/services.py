"""Note that somebody was helped; the same help is counted once."""

from datetime import datetime, timedelta

from django.db import transaction

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.cases.help import policies
from xunfang.cases.models import Case, Help, HelpType
from xunfang.core.errors import DomainError
from xunfang.core.language.scripts import bare_form
from xunfang.units.models import DutyStay, Station

SAME_WITHIN = timedelta(hours=24)
"""Entries of one place that lie closer together are one time, until somebody says no."""

TYPES = [
    ("escort", "护送回家", "Seen home"),
    ("find", "帮助寻人寻物", "Helped to look for someone or something"),
    ("lift", "应急接送", "Lift in need"),
    ("papers", "代办证照", "Papers done on the way"),
    ("repair", "协调维修", "Repair arranged"),
    ("care", "上门照料", "Care at home"),
    ("sell", "助销农产品", "Produce sold"),
    ("road", "清障助行", "Road cleared, car helped"),
    ("advice", "现场解答", "Question answered on the spot"),
    ("shelter", "避险安置", "Brought to safety, shelter"),
]
"""Code, Chinese, English. A city adds its own; none of them is "other"."""


class HelpWithoutLink(DomainError):
    """Help is tied to a request or to a visit, to exactly one of them."""

    code = "cases.help_without_link"


class HelpWithoutPlace(DomainError):
    """It is not said where, or not said what was done."""

    code = "cases.help_without_place"


class HelpInFuture(DomainError):
    """Nobody has been helped yet at that time."""

    code = "cases.help_in_future"


class CountedAlone(DomainError):
    """The entry is counted by itself already."""

    code = "cases.help_counted_alone"


def ensure_types() -> int:
    """Take the shipped types over where there are none; return how many came."""
    if HelpType.objects.exists():
        return 0
    rows = [HelpType(code=code, name=zh, name_en=en) for code, zh, en in TYPES]
    return len(HelpType.objects.bulk_create(rows))


def place_key(place_name: str) -> str:
    """Return a place as it is compared: without spaces, marks, width and script.

    >>> place_key("青石镇 农贸市场(东门)") == place_key("青石鎮農貿市場（东门）")
    True
    """
    return bare_form(place_name)[:80]


@transaction.atomic
def note_help(
    *,
    kind: HelpType,
    place_name: str,
    what: str,
    by: User,
    at: datetime,
    case: Case | None = None,
    visit: DutyStay | None = None,
    given_at: datetime | None = None,
) -> Help:
    """Note one time that somebody was helped, on a case or on a visit.

    Another entry of the place within a day makes it a part of that one: it stays, and is
    counted once with it. ``count_alone`` undoes that.

    Raises
    ------
    NotAllowed, HelpWithoutLink, HelpWithoutPlace, HelpInFuture
    """
    if (case is None) is (visit is None):
        raise HelpWithoutLink("a request or a visit")
    station = case.station if case is not None else visit.shift.station  # type: ignore[union-attr]  # one of them is there
    policies.check_can_note(by, case, station)
    place_name, what = place_name.strip(), what.strip()
    key = place_key(place_name)
    if not key or not what:
        raise HelpWithoutPlace(place_name)
    given_at = given_at or (visit.begins_at if visit else at)
    if given_at > at:
        raise HelpInFuture(f"{given_at:%F %T}")
    if station is not None:
        # Two entries of one place at once: the second must see the first.
        Station.objects.select_for_update().get(pk=station.pk)
    entry = Help(
        kind=kind,
        case=case,
        shift=visit.shift if visit else None,
        visit_begins_at=visit.begins_at if visit else None,
        station=station,
        place_name=place_name,
        place_key=key,
        what=what,
        given_at=given_at,
        entered_at=at,
        entered_by=by,
    )
    entry.part_of = _first_of(entry)
    entry.save()
    audit.record(
        kind="help.noted",
        subject=str(entry.pk),
        by=by,
        at=at,
        type=kind.code,
        case=case.number if case else "",
        crew=visit.shift.code if visit else "",
        part_of=entry.part_of_id,
    )
    return entry


def _first_of(entry: Help) -> Help | None:
    """Return the entry of the same place and day that a new one is a part of."""
    is_sealed = entry.case is not None and entry.case.is_sealed
    near = Help.objects.filter(
        station=entry.station,
        place_key=entry.place_key,
        given_at__gt=entry.given_at - SAME_WITHIN,
        given_at__lt=entry.given_at + SAME_WITHIN,
        part_of=None,
    )
    # What only supervisors see never swallows what everybody sees, nor the reverse.
    near = (
        near.filter(case__is_sealed=True)
        if is_sealed
        else near.exclude(case__is_sealed=True)
    )
    return near.order_by("pk").first()


@transaction.atomic
def count_alone(*, entry: Help, by: User, at: datetime) -> Help:
    """Say that an entry was help of its own: it is counted by itself from now on.

    Raises
    ------
    NotAllowed, CountedAlone
    """
    entry = (
        Help.objects.select_for_update(of=("self",))
        .select_related("case__station", "station")
        .get(pk=entry.pk)
    )
    policies.check_can_note(by, entry.case, entry.station)
    if entry.part_of_id is None:
        raise CountedAlone(str(entry.pk))
    before = entry.part_of_id
    entry.part_of, entry.parted_at, entry.parted_by = None, at, by
    entry.save(update_fields=["part_of", "parted_at", "parted_by"])
    audit.record(
        kind="help.counted_alone", subject=str(entry.pk), by=by, at=at, part_of=before
    )
    return entry
