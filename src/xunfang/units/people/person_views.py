"""The page of somebody who serves: seen, added, corrected, service ended, paired."""

from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import Standing, User
from xunfang.accounts.policies import Capability, can
from xunfang.core.errors import DomainError
from xunfang.units.models import MentorPair, Person, Station
from xunfang.units.nights import tonight
from xunfang.units.people import forms, mentors, policies, queries, services
from xunfang.units.people.views import changes_since
from xunfang.web.http import see_other
from xunfang.web.names import listed
from xunfang.web.refusals import STATUSES, sentence_for

ZONE = ZoneInfo(settings.TIME_ZONE)


@require_safe
@capability_required(Capability.SEE_PEOPLE)
def show(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Show what is kept of somebody who serves."""
    person = _person(user, number)
    return render(request, "units/person.html", person_context(user, person))


@capability_required(Capability.EDIT_PEOPLE)
def add(request: HttpRequest, user: User) -> HttpResponse:
    """Take up somebody who serves."""
    form = forms.PersonForm(
        request.POST or None, units=queries.units_visible_to(user), is_new=True
    )
    return _person_form(request, user, form, None)


@capability_required(Capability.EDIT_PEOPLE)
def edit(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Correct what is kept of somebody."""
    person = _person(user, number)
    policies.check_can_edit_people_of(user, person.home_unit)
    initial = {
        "revision": person.revision,
        "name": person.name,
        "standing": person.standing,
        "home_unit": person.home_unit_id,
        "phone": person.phone,
        "username": "" if person.account is None else person.account.username,
        "knows": list(person.known_grounds.values_list("station", flat=True)),
    }
    form = forms.PersonForm(
        request.POST or None,
        initial=initial,
        units=queries.units_visible_to(user),
        is_new=False,
    )
    return _person_form(request, user, form, person)


@require_POST
@capability_required(Capability.EDIT_PEOPLE)
def end_service(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """End somebody's service; the page has asked whether that is meant."""
    person = _person(user, number)
    services.end_service(person=person, by=user, at=timezone.now())
    return see_other(request, address_of(person))


@require_POST
@capability_required(Capability.EDIT_PEOPLE)
def resume_service(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Take the end of somebody's service back."""
    person = _person(user, number)
    services.resume_service(person=person, by=user, at=timezone.now())
    return see_other(request, address_of(person))


@require_POST
@capability_required(Capability.EDIT_PEOPLE)
def pair(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Let an officer of a station take the person along who is new there."""
    person = _person(user, number)
    form = _pair_form(user, request.POST)
    status = HTTPStatus.UNPROCESSABLE_CONTENT
    if form.is_valid():
        chosen = form.cleaned_data
        officers = Person.objects.filter(
            home_unit__station=chosen["station"], standing=Standing.SWORN
        ).select_related("home_unit")
        match queries.find_people(officers.order_by("code"), chosen["mentor"]):
            case [mentor]:
                try:
                    mentors.pair_mentor(
                        newcomer=person,
                        mentor=mentor,
                        station=chosen["station"],
                        begins_on=chosen["begins_on"],
                        by=user,
                        at=timezone.now(),
                    )
                except DomainError as refusal:
                    form.add_error(None, str(sentence_for(refusal)))
                    status = STATUSES.get(refusal.code, HTTPStatus.CONFLICT)
                else:
                    return see_other(request, address_of(person))
            case []:
                form.add_error("mentor", _("No sworn officer of this station."))
            case several:
                numbers = listed(f"{one.name} {one.code}" for one in several)
                form.add_error(
                    "mentor",
                    _("Several people have this name; write the number: %(numbers)s")
                    % {"numbers": numbers},
                )
    context = person_context(user, person) | {"pair_form": form}
    return render(request, "units/person.html", context, status=status)


@require_POST
@capability_required(Capability.EDIT_PEOPLE)
def end_pair(request: HttpRequest, user: User, pair: int) -> HttpResponse:
    """End a pair: from tonight on they do not go together."""
    visible = queries.people_visible_to(user, night=tonight(timezone.now(), ZONE))
    found = get_object_or_404(
        MentorPair.objects.filter(
            Q(newcomer__in=visible) | Q(mentor__in=visible)
        ).select_related("station", "newcomer"),
        pk=pair,
    )
    at = timezone.now()
    mentors.end_pair(pair=found, ends_on=tonight(at, ZONE), by=user, at=at)
    return see_other(request, address_of(found.newcomer))


def address_of(person: Person) -> str:
    """Return where somebody's page is."""
    return reverse("units:person", args=[person.code])


def person_context(user: User, person: Person) -> dict[str, Any]:
    """Return what the page of somebody shows: a fixed number of queries."""
    at = timezone.now()
    night = tonight(at, ZONE)
    absences = person.absences.filter(cancelled_at=None, ends_at__gt=at)
    pairs = MentorPair.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=night)
    ).select_related("mentor", "newcomer", "station")
    stations = _stations(user)
    return {
        "person": person,
        "grounds": person.known_grounds.select_related("station"),
        "skills": person.skills.all(),
        "absences": absences.select_related("entered_by"),
        "as_newcomer": pairs.filter(newcomer=person),
        "as_mentor": pairs.filter(mentor=person),
        "can_edit": policies.can_edit_people_of(user, person.home_unit),
        "can_enter_absence": person.is_serving
        and policies.can_enter_absence(user, person, night=night),
        "can_pair_at": {station.pk for station in stations},
        "absence_form": forms.AbsenceForm(night=night, prefix="absence"),
        "absence_kinds": person.absences.model.KINDS,
        "pair_form": _pair_form(user) if stations and person.is_serving else None,
    }


def _pair_form(user: User, data: Any = None) -> forms.PairForm:
    return forms.PairForm(
        data,
        prefix="pair",
        stations=_stations(user),
        initial={"begins_on": tonight(timezone.now(), ZONE)},
    )


def _stations(user: User) -> QuerySet[Station]:
    """Return the stations at which this person may pair people."""
    stations = Station.objects.order_by("code")
    if user.station_code:
        stations = stations.filter(code=user.station_code)
    if not can(user, Capability.EDIT_PEOPLE):
        return stations.none()
    return stations


def _person(user: User, number: str) -> Person:
    night = tonight(timezone.now(), ZONE)
    visible = queries.people_visible_to(user, night=night)
    return get_object_or_404(
        visible.select_related("home_unit__station", "account"), code=number
    )


def _person_form(
    request: HttpRequest, user: User, form: forms.PersonForm, person: Person | None
) -> HttpResponse:
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_CONTENT
        if form.is_valid():
            chosen = dict(form.cleaned_data)
            revision = chosen.pop("revision")
            chosen["account"] = chosen.pop("username")
            try:
                if person is None:
                    person = services.add_person(**chosen, by=user, at=timezone.now())
                else:
                    services.revise_person(
                        person=person,
                        revision=revision,
                        **chosen,
                        by=user,
                        at=timezone.now(),
                    )
            except DomainError as refusal:
                form.add_error(None, str(sentence_for(refusal)))
                status = STATUSES.get(refusal.code, HTTPStatus.CONFLICT)
            else:
                return see_other(request, address_of(person))
    context = {"form": form, "person": person, "changes": changes_since(form)}
    return render(request, "units/person_form.html", context, status=status)
