"""One key place: seen, added, changed, closed, looked in on, its busy hours."""

from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
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
from xunfang.core.errors import DomainError
from xunfang.places import policies, queries
from xunfang.places.models import KEY_PLACE_KINDS, KeyPlace, PlaceCheck
from xunfang.places.place_map import map_context
from xunfang.places.register import queries as register_queries
from xunfang.places.register import services as register
from xunfang.places.register.forms import (
    STATES,
    EditPlace,
    EditWindows,
    Period,
    RecordCheck,
    Revision,
    as_initial,
)
from xunfang.places.register.queries import next_check_on, state_on
from xunfang.web.http import see_other
from xunfang.web.names import local_name
from xunfang.web.pages import page_of
from xunfang.web.refusals import STATUSES, sentence_for

REPORT_DAYS = 90
CHECKS_PER_PAGE = 10
STATE_NAMES = dict(STATES)
UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_CONTENT


@require_GET
@capability_required(Capability.SEE_PLACES)
def show(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Show a place: where it is, when it is busy, who looked in and when."""
    place = _get_place(user, code)
    return render(request, "places/place.html", _context(request, user, place))


@require_GET
@capability_required(Capability.SEE_PLACES)
def place_map(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Answer with the place, its cell and its area, to be drawn."""
    place = _get_place(user, code)
    features: list[dict[str, Any]] = [
        feature
        for feature in queries.area_features(
            station_code=place.cell.area.station_code, day=timezone.localdate()
        )
        if feature["properties"]["name"] == place.cell.area.name
    ]
    if place.cell.polygon:
        features.append(queries.cell_feature(place.cell))
    name = local_name(place.name, place.name_en)
    features.append(
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [place.lon, place.lat]},
            "properties": {
                "kind": "stop",
                "id": place.code,
                "number": "",
                "unit": 0,
                "label": name,
            },
        }
    )
    return JsonResponse({"type": "FeatureCollection", "features": features})


@require_http_methods(["GET", "POST"])
@capability_required(Capability.EDIT_PLACES)
def add(request: HttpRequest, user: User) -> HttpResponse:
    """Put a place into the register."""
    form = EditPlace(request.POST or None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                place = register.add_place(
                    code=form.cleaned_data["code"],
                    values=form.values(),
                    by=user,
                    at=timezone.now(),
                )
            except DomainError as refusal:
                status = _refuse(form, refusal)
            else:
                messages.success(request, _("The place is in the register."))
                return see_other(request, _url(place))
    return render(request, "places/edit_place.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@capability_required(Capability.EDIT_PLACES)
def edit(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Change what is kept of a place; show what others changed in the meantime."""
    place = _get_place(user, code)
    form = EditPlace(request.POST or None, place=place)
    status, changed = HTTPStatus.OK, []
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                register.change_place(
                    place=place,
                    values=form.values(),
                    revision=form.cleaned_data["revision"] or 0,
                    by=user,
                    at=timezone.now(),
                )
            except register.PlaceChanged as refusal:
                changed = _what_differs(form, place)
                form = EditPlace(_on_top_of(request, place), place=place)
                form.is_valid()
                status = _refuse(form, refusal)
            except DomainError as refusal:
                status = _refuse(form, refusal)
            else:
                messages.success(request, _("The place was changed."))
                return see_other(request, _url(place))
    context = {
        "form": form,
        "place": place,
        "name": local_name(place.name, place.name_en),
        "changed": changed,
    }
    return render(request, "places/edit_place.html", context, status=status)


@require_POST
@capability_required(Capability.EDIT_PLACES)
def close(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Let a place leave the plans; the page has asked whether that is meant."""
    place = _get_place(user, code)
    register.close_place(place=place, by=user, at=timezone.now())
    messages.success(request, _("The place is closed. Plans no longer send anybody."))
    return see_other(request, _url(place))


@require_POST
@capability_required(Capability.EDIT_PLACES)
def reopen(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Take the closing of a place back."""
    place = _get_place(user, code)
    register.reopen_place(place=place, by=user, at=timezone.now())
    messages.success(request, _("The place is in use again."))
    return see_other(request, _url(place))


@require_POST
@capability_required(Capability.EDIT_PLACES)
def record_check(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Record that somebody looked in."""
    place = _get_place(user, code)
    form = _check_form(user, place, request.POST)
    status = UNPROCESSABLE
    if form.is_valid():
        try:
            register.record_check(
                place=place, **form.cleaned_data, by=user, at=timezone.now()
            )
        except DomainError as refusal:
            status = _refuse(form, refusal)
        else:
            messages.success(
                request, _("The check is recorded. It can be taken back today.")
            )
            return see_other(request, _url(place) + "#checks")
    context = _context(request, user, place) | {"check_form": form}
    return render(request, "places/place.html", context, status=status)


@require_POST
@capability_required(Capability.EDIT_PLACES)
def take_back_check(request: HttpRequest, user: User, check: int) -> HttpResponse:
    """Undo the entry of a check."""
    found = get_object_or_404(
        PlaceCheck.objects.filter(
            place__in=register_queries.visible_to(user)
        ).select_related("place__cell__area"),
        pk=check,
    )
    place = found.place
    register.take_back_check(check=found, by=user, at=timezone.now())
    messages.success(request, _("The check was taken back."))
    return see_other(request, _url(place) + "#checks")


@require_http_methods(["GET", "POST"])
@capability_required(Capability.EDIT_PLACES)
def hours(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Say anew when a place is busy."""
    place = _get_place(user, code)
    status = HTTPStatus.OK
    initial = [as_initial(window) for window in place.busy_windows.all()]
    windows = EditWindows(request.POST or None, initial=initial, prefix="window")
    revision = Revision(request.POST or None, initial={"revision": place.revision})
    if request.method == "POST":
        status = UNPROCESSABLE
        if windows.is_valid() and revision.is_valid():
            try:
                register.set_busy_windows(
                    place=place,
                    windows=[form.window() for form in windows if form.is_wanted],
                    revision=revision.cleaned_data["revision"],
                    by=user,
                    at=timezone.now(),
                )
            except DomainError as refusal:
                revision = Revision(_on_top_of(request, place))
                revision.is_valid()
                status = _refuse(revision, refusal)
            else:
                messages.success(request, _("The busy hours were changed."))
                return see_other(request, _url(place))
    context = {
        "place": place,
        "name": local_name(place.name, place.name_en),
        "windows": windows,
        "revision": revision,
        "kept": place.busy_windows.all() if status == HTTPStatus.CONFLICT else (),
    }
    return render(request, "places/hours.html", context, status=status)


def _get_place(user: User, code: str) -> KeyPlace:
    places = register_queries.visible_to(user).select_related("cell__area")
    return get_object_or_404(places, code=code)


def _url(place: KeyPlace) -> str:
    return reverse("places:place", args=[place.code])


def _check_form(user: User, place: KeyPlace, data: Any = None) -> RecordCheck:
    station = place.cell.area.station_code
    return RecordCheck(data, today=timezone.localdate(), unit=station)


def _refuse(form: Any, refusal: DomainError) -> HTTPStatus:
    """Say it in the form, so that what was typed is not lost."""
    sentence = str(sentence_for(refusal))
    if isinstance(refusal, register.PlaceOffMap) and refusal.area:
        sentence = _(
            "This point lies in no cell: it is %(metres)s m from the nearest patrol area "
            "%(area)s. Check it, and the coordinate system."
        ) % {"metres": refusal.metres, "area": refusal.area}
    form.add_error(None, sentence)
    return STATUSES.get(refusal.code, HTTPStatus.CONFLICT)


def _on_top_of(request: HttpRequest, place: KeyPlace) -> QueryDict:
    """Return what was typed; sent again, it overwrites what is shown now."""
    typed = request.POST.copy()
    typed["revision"] = str(place.revision)
    return typed


def _what_differs(form: EditPlace, place: KeyPlace) -> list[dict[str, Any]]:
    """What is kept now where it differs from what was typed."""
    typed = form.values()
    rows = []
    for name in ("name", "name_en", "kind", "lon", "lat", "check_every_days"):
        now, mine = getattr(place, name), getattr(typed, name)
        if now != mine:
            kinds = dict(KEY_PLACE_KINDS)
            rows.append(
                {
                    "label": form.fields[name].label,
                    "now": kinds.get(now, now) if name == "kind" else now,
                    "mine": kinds.get(mine, mine) if name == "kind" else mine,
                }
            )
    return rows


def _context(request: HttpRequest, user: User, place: KeyPlace) -> dict[str, object]:
    now, today = timezone.now(), timezone.localdate()
    last = queries.last_checks([place.pk]).get(place.pk)
    state = state_on(place, last, today)
    period, first, until = _period(request, today)
    page = page_of(request, register_queries.checks_of(place), n_rows=CHECKS_PER_PAGE)
    for check in page.object_list:
        check.place = place
    return {
        "place": place,
        "name": local_name(place.name, place.name_en),
        "last_checked_on": last,
        "next_check_on": next_check_on(place, last),
        "state": state.value,
        "state_name": STATE_NAMES[state.value],
        "page": page,
        "checks": [
            (check, register.can_take_back(check, by=user, at=now))
            for check in page.object_list
        ],
        "windows": list(place.busy_windows.all()),
        "period": period,
        "first": first,
        "until": until,
        "report": queries.report_checks(
            first_day=first, last_day=until, among=KeyPlace.objects.filter(pk=place.pk)
        ),
        "can_edit": policies.can_edit_places(user, place.cell.area.station_code),
        "check_form": _check_form(user, place),
    } | map_context(reverse("places:place-map", args=[place.code]))


def _period(request: HttpRequest, today: date) -> tuple[Period, date, date]:
    first = today - timedelta(days=REPORT_DAYS)
    asked = request.GET if "first" in request.GET else None
    form = Period(asked, initial={"first": first, "last": today})
    if form.is_bound and form.is_valid():
        return form, form.cleaned_data["first"], form.cleaned_data["last"]
    return form, first, today
