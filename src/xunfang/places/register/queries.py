"""Ask about the register of key places. Pages start from ``visible_to``."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, can
from xunfang.places.models import (
    KeyPlace,
    KeyPlaceQuerySet,
    PatrolArea,
    PlaceCheck,
    PlaceImport,
)
from xunfang.places.queries import ChecksReport

SOON = timedelta(days=7)
"""A check that is due within these days is shown as due."""


class CheckState(StrEnum):
    """How a place stands with its checks on a day."""

    OVERDUE = "overdue"
    """The check should have been, or there never was one."""
    DUE = "due"
    """It should be within seven days."""
    DONE = "done"
    CLOSED = "closed"
    """Nobody is sent there any more."""


def visible_to(user: User) -> KeyPlaceQuerySet:
    """Return the key places this person may see: the only way in for a page."""
    places = KeyPlace.objects.all()
    if not can(user, Capability.SEE_PLACES):
        return places.none()
    if user.station_code:
        places = places.filter(cell__area__station_code=user.station_code)
    return places


def areas_visible_to(user: User) -> QuerySet[PatrolArea]:
    """Return the patrol areas this person may see."""
    areas = PatrolArea.objects.all()
    if not can(user, Capability.SEE_PLACES):
        return areas.none()
    return areas.filter(station_code=user.station_code) if user.station_code else areas


def imports_visible_to(user: User) -> QuerySet[PlaceImport]:
    """Return the imports this person may see: those made for their station."""
    imports = PlaceImport.objects.select_related("brought_by", "applied_by")
    if not can(user, Capability.EDIT_PLACES):
        return imports.none()
    if user.station_code:
        imports = imports.filter(station_code=user.station_code)
    return imports


def with_last_check(places: KeyPlaceQuerySet) -> KeyPlaceQuerySet:
    """Give each place ``last_checked_on``: None if nobody ever looked in."""
    last = (
        PlaceCheck.objects.filter(place=OuterRef("pk"))
        .order_by()
        .values("place")
        .annotate(last=Max("checked_on"))
        .values("last")
    )
    return places.annotate(last_checked_on=Subquery(last))


def in_state(
    places: KeyPlaceQuerySet, state: CheckState, day: date
) -> KeyPlaceQuerySet:
    """Return the places that stand like this on a day; they need ``last_checked_on``.

    One query beforehand: which intervals there are.
    """
    if state is CheckState.CLOSED:
        return places.filter(ended_on__lte=day)
    in_use = places.in_use(day)
    late, soon = Q(last_checked_on=None), Q(pk__in=[])
    intervals = KeyPlace.objects.order_by("check_every_days").values_list(
        "check_every_days", flat=True
    )
    # Adding days to a date differs from database to database; comparing does not.
    for n_days in intervals.distinct():
        has_interval = Q(check_every_days=n_days)
        limit = day - timedelta(days=n_days)
        late |= has_interval & Q(last_checked_on__lt=limit)
        soon |= has_interval & Q(
            last_checked_on__gte=limit, last_checked_on__lte=limit + SOON
        )
    if state is CheckState.OVERDUE:
        return in_use.filter(late)
    if state is CheckState.DUE:
        return in_use.filter(soon)
    return in_use.exclude(late).exclude(soon)


def state_on(place: KeyPlace, last_checked_on: date | None, day: date) -> CheckState:
    """Say how one place stands; agrees with ``in_state``."""
    if place.ended_on is not None and place.ended_on <= day:
        return CheckState.CLOSED
    due_on = next_check_on(place, last_checked_on)
    if due_on is None or due_on < day:
        return CheckState.OVERDUE
    return CheckState.DUE if due_on <= day + SOON else CheckState.DONE


def next_check_on(place: KeyPlace, last_checked_on: date | None) -> date | None:
    """Return the day by which somebody should look in again; None: at once."""
    if last_checked_on is None:
        return None
    return last_checked_on + timedelta(days=place.check_every_days)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for in the register; empty stands for all."""

    q: str = ""
    kind: str = ""
    station: str = ""
    state: str = ""


def search(user: User, wanted: Wanted, *, day: date) -> KeyPlaceQuerySet:
    """Return the places that match, with their last check, in the order of codes.

    Closed ones are left out unless they are asked for.
    """
    places = with_last_check(visible_to(user)).select_related("cell__area")
    if wanted.state:
        places = in_state(places, CheckState(wanted.state), day)
    else:
        places = places.in_use(day)
    if wanted.kind:
        places = places.filter(kind=wanted.kind)
    if wanted.station:
        places = places.filter(cell__area__station_code=wanted.station)
    for word in wanted.q.split():
        places = places.filter(
            Q(name__icontains=word)
            | Q(name_en__icontains=word)
            | Q(code__icontains=word)
        )
    return places


def stations_with_ground(user: User) -> list[str]:
    """Return the codes of the stations whose places this person may see."""
    codes = areas_visible_to(user).order_by("station_code")
    return list(codes.values_list("station_code", flat=True).distinct())


def checks_of(place: KeyPlace) -> QuerySet[PlaceCheck]:
    """Return the checks of a place, the last one first."""
    return (
        PlaceCheck.objects.filter(place=place)
        .select_related("recorded_by")
        .order_by("-checked_on", "-id")
    )


@dataclass(frozen=True, slots=True)
class StationChecks:
    """The report of one station."""

    station_code: str
    report: ChecksReport


def checks_by_station(
    user: User, codes: Iterable[str], *, first_day: date, last_day: date
) -> list[StationChecks]:
    """Report checks station by station. Two queries, however many stations."""
    places = visible_to(user).filter(Q(ended_on=None) | Q(ended_on__gt=first_day))
    n_places: dict[str, int] = {}
    for code in places.values_list("cell__area__station_code", flat=True):
        n_places[code] = n_places.get(code, 0) + 1
    checked: dict[str, list[int]] = {}
    rows = PlaceCheck.objects.filter(
        checked_on__range=(first_day, last_day),
        place__in=places.order_by().values("pk"),
    ).values_list(F("place__cell__area__station_code"), "place")
    for code, place in rows:
        checked.setdefault(code, []).append(place)
    return [
        StationChecks(
            code,
            ChecksReport(
                n_places=n_places.get(code, 0),
                n_places_checked=len(set(checked.get(code, ()))),
                n_checks=len(checked.get(code, ())),
            ),
        )
        for code in codes
    ]
