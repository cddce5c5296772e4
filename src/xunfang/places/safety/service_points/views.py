"""Service points as officers keep them: hours, other hours, who is there."""

from http import HTTPStatus

from django.core.exceptions import NON_FIELD_ERRORS
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.places.models import PatrolArea
from xunfang.places.models.service_points import ServicePoint, ServicePointException
from xunfang.places.safety import policies
from xunfang.places.safety.editions import StaleEdition
from xunfang.places.safety.fields import SearchWords, ShownEdition
from xunfang.places.safety.measures.queries import areas_visible_to
from xunfang.places.safety.pages import act_on, chosen_station
from xunfang.places.safety.service_points import forms as service_points_forms
from xunfang.places.safety.service_points import queries
from xunfang.places.safety.service_points import services as service_points
from xunfang.places.safety.service_points.wording import hours_sentence
from xunfang.web.http import see_other
from xunfang.web.pages import page_of


@require_GET
@capability_required(Capability.SEE_PLACES)
def index(request: HttpRequest, user: User) -> HttpResponse:
    """List the service points, with hours, and whether somebody is there."""
    points = queries.points_visible_to(user)
    stations = queries.stations_of(points)
    station = chosen_station(request, user, stations)
    search = SearchWords(request.GET)
    found = queries.search_points(points, words=search.words, station_code=station)
    page = page_of(request, found)
    rows = queries.points_now(page.object_list, at=timezone.now())
    context = {
        "stations": stations,
        "station": station,
        "search": search,
        "page": page,
        "rows": [
            (row, hours_sentence(row), policies.can_edit(user, row.point.station_code))
            for row in rows
        ],
        "can_open": bool(_areas_of(user).exists()) and _may_edit_somewhere(user),
    }
    return render(request, "places/service_points.html", context)


@require_GET
@capability_required(Capability.SEE_PLACES)
def show(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Show one service point to those who keep it."""
    point = get_object_or_404(queries.points_visible_to(user), code=code)
    return _page(request, user, point)


@require_http_methods(["GET", "POST"])
@capability_required(Capability.EDIT_PLACES)
def create(request: HttpRequest, user: User) -> HttpResponse:
    """Open a new service point."""
    return _edit(request, user, None)


@require_http_methods(["GET", "POST"])
@capability_required(Capability.EDIT_PLACES)
def edit(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Change where it is, when it is open, what can be done there."""
    point = get_object_or_404(queries.points_visible_to(user), code=code)
    policies.check_can_edit(user, point.station_code)
    return _edit(request, user, point)


def _edit(request: HttpRequest, user: User, point: ServicePoint | None) -> HttpResponse:
    is_post = request.method == "POST"
    form = service_points_forms.EditPoint(
        request.POST if is_post else None, areas=_areas_of(user), point=point
    )
    status: HTTPStatus | None = HTTPStatus.OK
    if is_post:
        status = act_on(
            form,
            lambda: service_points.save_service_point(
                point=point,
                values=form.values(),
                hours=form.hours(),
                shown_revision=ShownEdition(request.POST).number,
                by=user,
                at=timezone.now(),
            ),
        )
        if status is None:
            code = form.cleaned_data["code"]
            return see_other(request, reverse("places:police-room", args=[code]))
    is_stale = form.has_error(NON_FIELD_ERRORS, StaleEdition.code)
    context = {
        "point": point,
        "form": form,
        "title": _("Edit the service point") if point else _("New service point"),
        "edition": point.revision if point else 0,
        "newer": point if is_stale else None,
    }
    return render(request, "places/service_point_edit.html", context, status=status)


@require_POST
@capability_required(Capability.EDIT_PLACES)
def staff(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Say that somebody is there from now on."""
    point = get_object_or_404(queries.points_visible_to(user), code=code)
    form = service_points_forms.Staff(request.POST)
    at = timezone.now()
    [row] = queries.points_now([point], at=at)

    def stay() -> None:
        zone = timezone.get_current_timezone()
        service_points.staff_service_point(
            point=point,
            until=form.until(at, row.standing, zone),
            n_officers=form.cleaned_data["n_officers"],
            crew_code=form.cleaned_data["crew_code"],
            by=user,
            at=at,
        )

    status = act_on(form, stay)
    if status is not None:
        return _page(request, user, point, staff_form=form, status=status)
    return see_other(request, reverse("places:police-room", args=[point.code]))


@require_POST
@capability_required(Capability.EDIT_PLACES)
def leave(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Say that nobody is there any more."""
    point = get_object_or_404(queries.points_visible_to(user), code=code)
    service_points.leave_service_point(point=point, by=user, at=timezone.now())
    return see_other(request, reverse("places:police-room", args=[point.code]))


@require_POST
@capability_required(Capability.EDIT_PLACES)
def set_exception(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Say that it keeps other hours on a date."""
    point = get_object_or_404(queries.points_visible_to(user), code=code)
    form = service_points_forms.EditException(
        request.POST, prefix="exception", today=timezone.localdate()
    )
    status = act_on(
        form,
        lambda: service_points.set_exception(
            point=point, **form.cleaned_data, by=user, at=timezone.now()
        ),
    )
    if status is not None:
        return _page(request, user, point, exception_form=form, status=status)
    return see_other(request, reverse("places:police-room", args=[point.code]))


@require_POST
@capability_required(Capability.EDIT_PLACES)
def remove_exception(request: HttpRequest, user: User, exception: int) -> HttpResponse:
    """Let a date keep its weekday's hours again; it can be entered again."""
    found = get_object_or_404(
        ServicePointException.objects.filter(
            point__in=queries.points_visible_to(user)
        ).select_related("point"),
        pk=exception,
    )
    service_points.remove_exception(exception=found, by=user, at=timezone.now())
    return see_other(request, reverse("places:police-room", args=[found.point.code]))


def _page(
    request: HttpRequest,
    user: User,
    point: ServicePoint,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    **forms: object,
) -> HttpResponse:
    [row] = queries.points_now([point], at=timezone.now())
    context = {
        "row": row,
        "sentence": hours_sentence(row),
        "staffings": queries.staffings_of(point),
        "can_edit": policies.can_edit(user, point.station_code),
        "hours_choices": service_points_forms.HOURS_CHOICES,
        "until_closing": service_points_forms.UNTIL_CLOSING,
        "staff_form": service_points_forms.Staff(),
        "exception_form": service_points_forms.EditException(
            prefix="exception", today=row.today
        ),
    } | forms
    return render(request, "places/service_point.html", context, status=status)


def _areas_of(user: User) -> QuerySet[PatrolArea]:
    areas = areas_visible_to(user)
    if user.station_code:
        areas = areas.filter(station_code=user.station_code)
    return areas


def _may_edit_somewhere(user: User) -> bool:
    return policies.can_edit(user, user.station_code)
