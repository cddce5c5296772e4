"""The roster of a night: of the city, of a station, filled, copied, taken along."""

from collections.abc import Callable
from datetime import date
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.core.errors import DomainError
from xunfang.units.models import Station, SwapRequest
from xunfang.units.nights import tonight
from xunfang.units.roster import allocation as roster_allocation
from xunfang.units.roster import crews as roster_crews
from xunfang.units.roster import importing as roster_import
from xunfang.units.roster import notices, policies
from xunfang.units.roster import page as roster_page
from xunfang.units.roster.forms import Allocate, CopyCrews, PostNotice, SignWaiver
from xunfang.units.roster.queries import (
    last_filling,
    stations_visible_to,
    swaps_visible_to,
    waivers_of,
)
from xunfang.units.roster.reading import zone
from xunfang.units.roster.refusals import is_over
from xunfang.units.roster.station import Refused, refused, station_page
from xunfang.web.http import see_other
from xunfang.web.tables import CSV_TYPE, XLSX_TYPE, write_csv, write_xlsx


@require_GET
@capability_required(Capability.SEE_PEOPLE)
def index(request: HttpRequest, user: User) -> HttpResponse:
    """Lead to tonight's roster: the own station's, or the whole city's."""
    night = tonight(timezone.now(), zone())
    if user.station_code:
        return see_other(request, _station_url(night, user.station_code))
    return see_other(request, _city_url(night))


@require_GET
@capability_required(Capability.SEE_PEOPLE)
def city(request: HttpRequest, user: User, night: date) -> HttpResponse:
    """Show the rosters of all stations one may see, in numbers."""
    return city_page(request, user, night)


@require_GET
@capability_required(Capability.SEE_PEOPLE)
def station(
    request: HttpRequest, user: User, night: date, station: str
) -> HttpResponse:
    """Show a station's crews, who is in them, and what does not hold."""
    place = get_object_or_404(stations_visible_to(user), code=station)
    return station_page(request, user, night, place)


@require_POST
@capability_required(Capability.EDIT_ROSTER)
def allocate(request: HttpRequest, user: User, night: date) -> HttpResponse:
    """Fill the night's numbered groups from headquarters."""
    form = Allocate(request.POST)
    form.is_valid()

    def act() -> None:
        roster_allocation.allocate_night(
            night=night,
            by=user,
            at=timezone.now(),
            is_afresh=form.cleaned_data["is_afresh"],
            may_join_local=form.cleaned_data["may_join_local"],
            seen=form.cleaned_data.get("seen"),
        )

    return _answer_city(request, user, night, act, allocate_form=form)


@require_POST
@capability_required(Capability.EDIT_ROSTER)
def repair(request: HttpRequest, user: User, night: date) -> HttpResponse:
    """Fill the places of those who cannot come, telling as few people as possible."""

    def act() -> None:
        roster_allocation.repair_night(night=night, by=user, at=timezone.now())

    return _answer_city(request, user, night, act)


@require_POST
@capability_required(Capability.EDIT_ROSTER)
def copy_city(request: HttpRequest, user: User, night: date) -> HttpResponse:
    """Set up the crews of another night for this one, at every station."""
    policies.check_can_allocate(user)
    form = CopyCrews(request.POST)
    if not form.is_valid():
        return city_page(request, user, night, copy_form=form)

    def act() -> None:
        roster_crews.copy_crews(
            from_night=form.cleaned_data["from_night"],
            to_night=night,
            stations=Station.objects.all(),
            by=user,
            at=timezone.now(),
        )

    return _answer_city(request, user, night, act, copy_form=form)


@require_POST
@capability_required(Capability.EDIT_ROSTER)
def copy_station(
    request: HttpRequest, user: User, night: date, station: str
) -> HttpResponse:
    """Set up the crews of another night for this one, at one station."""
    place = get_object_or_404(stations_visible_to(user), code=station)
    form = CopyCrews(request.POST)
    if not form.is_valid():
        return station_page(request, user, night, place, copy_form=form)
    try:
        roster_crews.copy_crews(
            from_night=form.cleaned_data["from_night"],
            to_night=night,
            stations=[place],
            by=user,
            at=timezone.now(),
        )
    except DomainError as error:
        return station_page(
            request, user, night, place, refusal=refused(error), copy_form=form
        )
    return see_other(request, _station_url(night, place.code))


@require_POST
@capability_required(Capability.EDIT_ROSTER)
def fill(request: HttpRequest, user: User, night: date, station: str) -> HttpResponse:
    """Fill the open places of a station's own crews."""
    place = get_object_or_404(stations_visible_to(user), code=station)
    try:
        roster_allocation.fill_station(
            station=place, night=night, by=user, at=timezone.now()
        )
    except DomainError as error:
        return station_page(request, user, night, place, refusal=refused(error))
    return see_other(request, _station_url(night, place.code))


@require_GET
@capability_required(Capability.SEE_PEOPLE)
def export(request: HttpRequest, user: User, night: date) -> HttpResponse:
    """Hand out a night's roster as a table that can be imported again."""
    rows = roster_import.roster_rows(night, stations_visible_to(user))
    is_xlsx = request.GET.get("as") == "xlsx"
    write = write_xlsx if is_xlsx else write_csv
    name = f"roster-{night}.{'xlsx' if is_xlsx else 'csv'}"
    return HttpResponse(
        write(roster_import.EXPORT_HEADER, rows),
        content_type=XLSX_TYPE if is_xlsx else CSV_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def city_page(
    request: HttpRequest,
    user: User,
    night: date,
    *,
    refusal: Refused | None = None,
    **forms: object,
) -> HttpResponse:
    """Show the stations' rosters in numbers; with ``refusal`` also what was not done."""
    is_read_only = is_over(night, timezone.now())
    stations = list(stations_visible_to(user))
    reading, found = roster_page.read(night, stations, with_pool=False)
    groups = [shift for shift in reading.shifts if shift.is_seconded]
    filling = None if user.station_code else last_filling(night)
    can_allocate = not is_read_only and policies.can_allocate(user)
    context = {
        "night": night,
        "before": night - roster_page.DAY,
        "after": night + roster_page.DAY,
        "rows": roster_page.station_rows(reading, stations, found),
        "n_faults": sum(conflict.is_fault for conflict in found),
        "n_groups": len(groups),
        "has_crews": bool(reading.shifts),
        "filling": filling,
        "calls": None
        if filling is None
        else roster_page.calls_of(filling.detail, night),
        "notices": notices.notices_of(night),
        "waivers": waivers_of(night, None),
        "n_swaps": swaps_visible_to(user)
        .filter(
            state=SwapRequest.ASKED, shift__night__gte=tonight(timezone.now(), zone())
        )
        .count(),
        "is_read_only": is_read_only,
        "can_allocate": can_allocate,
        "can_sign": False,
        "allocate_form": Allocate(
            initial={"seen": roster_allocation.revision_of(groups)}
        ),
        "copy_form": CopyCrews(initial={"from_night": night - roster_page.DAY}),
        "notice_form": PostNotice(),
        "waiver_form": SignWaiver(),
        "refusal": refusal,
    } | forms
    status = HTTPStatus.OK
    if refusal is not None:
        status = HTTPStatus(refusal.status)
    elif forms:
        status = HTTPStatus.UNPROCESSABLE_CONTENT
    return render(request, "units/roster_city.html", context, status=status)


def _answer_city(
    request: HttpRequest,
    user: User,
    night: date,
    act: Callable[[], None],
    **forms: object,
) -> HttpResponse:
    """Do it and come back to the city's page, or show there why it was not done.

    Who may not do it at all reads so on a page of its own.
    """
    policies.check_can_allocate(user)
    try:
        act()
    except DomainError as error:
        return city_page(request, user, night, refusal=refused(error), **forms)
    return see_other(request, _city_url(night))


def _city_url(night: date) -> str:
    return reverse("units:roster-city", args=[night])


def _station_url(night: date, station: str) -> str:
    return reverse("units:roster-station", args=[night, station])
