"""What a crew takes along, by its duty and by day or night."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, can
from xunfang.units.models import (
    Assignment,
    GearItem,
    GearTemplate,
    Part,
    Shift,
    Station,
)
from xunfang.units.nights import dark_at

DAY = 24 * 60
DUSK_WITHOUT_SUN, DAWN_WITHOUT_SUN = 18 * 60, 30 * 60
"""When it is dark where the sun neither rises nor sets."""


@dataclass(frozen=True, slots=True)
class GearLine:
    """One thing a crew takes along, and how many of it."""

    name: str
    name_en: str
    n: int
    is_per_person: bool


def shifts_visible_to(user: User) -> QuerySet[Shift]:
    """Return the crews whose gear this person may see: their station's, and their own."""
    shifts = Shift.objects.select_related("station", "template").order_by(
        "night", "station__code", "begins_min", "code"
    )
    if not can(user, Capability.SEE_PEOPLE):
        return shifts.none()
    if not user.station_code:
        return shifts
    own = Assignment.objects.filter(person__account=user).values("shift")
    return shifts.filter(Q(station__code=user.station_code) | Q(pk__in=own))


def gear_of(shift: Shift) -> tuple[GearLine, ...]:
    """Return what a crew takes along."""
    return gear_of_shifts([shift])[shift.pk]


def gear_of_shifts(shifts: Iterable[Shift]) -> dict[int, tuple[GearLine, ...]]:
    """Return what each crew takes along, by the key of its shift; four queries.

    A list is for one kind of team or for every crew, and by day, by night or always.
    A shift that has any part in the dark is one of the night, even if it begins by day.
    What stands on two of its lists is taken once, in the larger number: one vest is
    enough.
    """
    shifts = list(shifts)
    lists = _lists()
    n_people = _people_going_out(shifts)
    stations = Station.objects.in_bulk({shift.station_id for shift in shifts})
    found = {}
    for shift in shifts:
        is_night = is_by_night(shift, stations[shift.station_id])
        lines: dict[str, GearLine] = {}
        for gear_list, items in lists:
            if gear_list.team_id not in {None, shift.template_id}:
                continue
            if gear_list.when not in {"always", "night" if is_night else "day"}:
                continue
            for item in items:
                line = _line(item, n_people[shift.pk])
                there = lines.get(line.name)
                if there is None or there.n < line.n:
                    lines[line.name] = line
        found[shift.pk] = tuple(lines.values())
    return found


def is_by_night(shift: Shift, station: Station) -> bool:
    """Say whether any part of a shift is in the dark, by the sun of its station."""
    dark = dark_at(
        station.lon, station.lat, shift.night, ZoneInfo(settings.TIME_ZONE)
    ) or (DUSK_WITHOUT_SUN, DAWN_WITHOUT_SUN)
    # The night before lasts into this morning, this one into the next.
    return any(
        shift.begins_min < dark[1] + day and dark[0] + day < shift.ends_min
        for day in (-DAY, 0, DAY)
    )


def _lists() -> list[tuple[GearTemplate, list[GearItem]]]:
    """Return the lists in an order that is the same on every sheet."""
    lists = GearTemplate.objects.order_by("pk").prefetch_related("items")
    return [(one, sorted(one.items.all(), key=lambda i: i.pk)) for one in lists]


def _people_going_out(shifts: Iterable[Shift]) -> dict[int, int]:
    """Return for how many people each crew needs things, by key.

    As many as the crew wants, or as are in it if they are more, and who goes along.
    """
    in_crews: defaultdict[int, defaultdict[str, int]] = defaultdict(
        lambda: defaultdict(int)
    )
    shifts = list(shifts)
    parts = Assignment.objects.filter(shift__in=shifts).values_list("shift", "part")
    for shift_id, part in parts:
        in_crews[shift_id][part] += 1
    return {
        shift.pk: max(
            shift.n_sworn + shift.n_auxiliary, in_crews[shift.pk][Part.MEMBER]
        )
        + in_crews[shift.pk][Part.JOINED]
        for shift in shifts
    }


def _line(item: GearItem, n_people: int) -> GearLine:
    n = item.quantity * n_people if item.is_per_person else item.quantity
    return GearLine(item.name, item.name_en, n, item.is_per_person)
