"""Rosters as somebody may see them: the only way in for a page."""

from datetime import date

from django.db.models import Q, QuerySet

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, can
from xunfang.audit.models import Event
from xunfang.units.models import (
    Assignment,
    Person,
    RestWaiver,
    Shift,
    Station,
    SwapRequest,
)


def stations_visible_to(user: User) -> QuerySet[Station]:
    """Return the stations whose rosters this person may see: their own, or all."""
    stations = Station.objects.all()
    if not can(user, Capability.SEE_PEOPLE):
        return stations.none()
    return stations.filter(code=user.station_code) if user.station_code else stations


def shifts_visible_to(user: User) -> QuerySet[Shift]:
    """Return the crews this person may see."""
    return Shift.objects.filter(
        station__in=stations_visible_to(user).values("pk")
    ).select_related("station", "template")


def places_visible_to(user: User) -> QuerySet[Assignment]:
    """Return who is in crews this person may see."""
    return Assignment.objects.filter(
        shift__station__in=stations_visible_to(user).values("pk")
    ).select_related("shift__station", "shift__template", "person__home_unit")


def swaps_visible_to(user: User) -> QuerySet[SwapRequest]:
    """Return what has been asked for in crews this person may see; newest first."""
    return SwapRequest.objects.filter(
        shift__station__in=stations_visible_to(user).values("pk")
    ).select_related(
        "shift__station", "person__home_unit", "instead__home_unit", "decided_by"
    )


def people_by_number(numbers: set[str]) -> dict[str, Person]:
    """Return people by service number, as far as there are any."""
    people = Person.objects.filter(code__in=numbers).select_related("home_unit")
    return {person.code: person for person in people}


def matching(people: QuerySet[Person], words: str) -> QuerySet[Person]:
    """Return those whose name, service number or unit has every word."""
    for word in words.split():
        people = people.filter(
            Q(name__icontains=word)
            | Q(code__icontains=word)
            | Q(home_unit__name__icontains=word)
        )
    return people


def waivers_of(night: date, people: QuerySet[Person] | None) -> QuerySet[RestWaiver]:
    """Return what was signed for a night, for some people or all."""
    waivers = RestWaiver.objects.filter(night=night).select_related(
        "person__home_unit", "signed_by"
    )
    return waivers if people is None else waivers.filter(person__in=people.values("pk"))


def last_filling(night: date) -> Event | None:
    """Return the last allocation or repair of a night, as the record keeps it."""
    return (
        Event.objects.filter(
            kind__in=("roster.allocated", "roster.repaired"), subject=night.isoformat()
        )
        .select_related("by")
        .first()
    )
