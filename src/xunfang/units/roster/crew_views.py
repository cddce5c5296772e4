"""The crews of a night: set up, changed, removed."""

from datetime import date
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.core.errors import DomainError
from xunfang.units.models import Part, Shift, Station
from xunfang.units.roster import crews as roster_crews
from xunfang.units.roster import policies
from xunfang.units.roster.forms import EditCrew
from xunfang.units.roster.queries import shifts_visible_to, stations_visible_to
from xunfang.units.roster.refusals import (
    RosterMoved,
    check_not_over,
    read_seen,
    seen_in,
)
from xunfang.units.roster.station import refused, station_page
from xunfang.web.http import see_other
from xunfang.web.refusals import sentence_for


@require_http_methods(["GET", "POST"])
@capability_required(Capability.EDIT_ROSTER)
def add(request: HttpRequest, user: User, night: date, station: str) -> HttpResponse:
    """Set up a crew at a station for a night."""
    place = get_object_or_404(stations_visible_to(user), code=station)
    policies.check_can_edit_roster(user, place)
    may_second = policies.can_allocate(user)
    if request.method != "POST":
        check_not_over(night, timezone.now())
        code = _free_code(night, place)
        initial = {"code": code, "name": code, "begins": "18:00", "ends": "02:00"}
        form = EditCrew(initial=initial, may_second=may_second)
        return _page(request, form, night, place)
    form = EditCrew(request.POST, may_second=may_second)
    if form.is_valid():
        try:
            shift = roster_crews.add_crew(
                station=place,
                night=night,
                values=form.values(),
                by=user,
                at=timezone.now(),
            )
        except DomainError as error:
            form.add_error(None, str(sentence_for(error)))
        else:
            return see_other(request, _crew_url(shift))
    return _page(request, form, night, place)


@require_http_methods(["GET", "POST"])
@capability_required(Capability.EDIT_ROSTER)
def edit(request: HttpRequest, user: User, shift: int) -> HttpResponse:
    """Change when a crew goes out, how, or in what numbers."""
    crew = get_object_or_404(shifts_visible_to(user), pk=shift)
    policies.check_can_edit_roster(user, crew.station)
    may_second = policies.can_allocate(user)
    if crew.is_seconded:
        policies.check_can_allocate(user)
    if request.method != "POST":
        check_not_over(crew.night, timezone.now())
        initial = EditCrew.initial_of(crew) | {"seen": str(_seen_now(crew))}
        form = EditCrew(initial=initial, may_second=may_second)
        return _page(request, form, crew.night, crew.station, crew)
    form = EditCrew(request.POST, may_second=may_second)
    if form.is_valid():
        try:
            roster_crews.edit_crew(
                shift=crew,
                values=form.values(is_seconded=crew.is_seconded),
                seen=read_seen(form.cleaned_data["seen"]),
                by=user,
                at=timezone.now(),
            )
        except RosterMoved as error:
            # What was typed stays; pressed again, it is set over what is shown below.
            typed = request.POST.copy()
            typed["seen"] = str(_seen_now(crew))
            form = EditCrew(typed, may_second=may_second)
            form.is_valid()
            form.add_error(None, refused(error).sentence)
            return _page(
                request, form, crew.night, crew.station, error.shift, is_moved=True
            )
        except DomainError as error:
            form.add_error(None, str(sentence_for(error)))
        else:
            return see_other(request, _crew_url(crew))
    return _page(request, form, crew.night, crew.station, crew)


@require_POST
@capability_required(Capability.EDIT_ROSTER)
def remove(request: HttpRequest, user: User, shift: int) -> HttpResponse:
    """Take a crew off the night; the page has asked whether that is meant."""
    crew = get_object_or_404(shifts_visible_to(user), pk=shift)
    policies.check_can_edit_roster(user, crew.station)
    try:
        roster_crews.remove_crew(
            shift=crew,
            seen=read_seen(request.POST.get("seen", "")),
            by=user,
            at=timezone.now(),
        )
    except DomainError as error:
        return station_page(
            request, user, crew.night, crew.station, refusal=refused(error, shift=crew)
        )
    return see_other(
        request, reverse("units:roster-station", args=[crew.night, crew.station.code])
    )


def _page(
    request: HttpRequest,
    form: EditCrew,
    night: date,
    station: Station,
    crew: Shift | None = None,
    *,
    is_moved: bool = False,
) -> HttpResponse:
    context = {
        "form": form,
        "night": night,
        "station": station,
        "crew": crew,
        "kept": EditCrew.initial_of(crew) if is_moved and crew is not None else None,
    }
    status = HTTPStatus.UNPROCESSABLE_CONTENT if form.is_bound else HTTPStatus.OK
    return render(request, "units/roster_crew.html", context, status=status)


def _seen_now(crew: Shift) -> object:
    people = crew.assignments.order_by("person__code").values_list(
        "person__code", "part"
    )
    return seen_in(crew, {number: Part(part) for number, part in people})


def _free_code(night: date, station: Station) -> str:
    """Return the first number behind the station's code that no crew has."""
    taken = set(Shift.objects.filter(night=night).values_list("code", flat=True))
    number = 1
    while f"{station.code}-{number}" in taken:
        number += 1
    return f"{station.code}-{number}"


def _crew_url(shift: Shift) -> str:
    url = reverse("units:roster-station", args=[shift.night, shift.station.code])
    return f"{url}#crew-{shift.pk}"
