"""The register of key places: the list, its map, its files, the report of checks."""

from datetime import date, timedelta
from http import HTTPStatus

from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, can
from xunfang.places import queries
from xunfang.places.models import KeyPlace
from xunfang.places.place_map import map_context
from xunfang.places.register import queries as register_queries
from xunfang.places.register.forms import STATES, Period, SearchPlaces
from xunfang.places.register.queries import next_check_on, state_on
from xunfang.places.register.rows import Format, write_places
from xunfang.web.names import local_name
from xunfang.web.pages import ROWS_PER_PAGE, page_of
from xunfang.web.tables import CSV_TYPE, XLSX_TYPE

REPORT_DAYS = 30
CONTENT_TYPES = {
    Format.CSV: CSV_TYPE,
    Format.XLSX: XLSX_TYPE,
    Format.GEOJSON: "application/geo+json",
}
FORMAT_NAMES = {"csv": "CSV", "xlsx": "XLSX", "geojson": "GeoJSON"}
STATE_NAMES = dict(STATES)


@require_GET
@capability_required(Capability.SEE_PLACES)
def register(request: HttpRequest, user: User) -> HttpResponse:
    """Show the register, one page at a time, with a map of the page's places."""
    today = timezone.localdate()
    form = _search_form(request, user)
    wanted = form.wanted()
    page = page_of(request, register_queries.search(user, wanted, day=today))
    first = today - timedelta(days=REPORT_DAYS)
    context = {
        "form": form,
        "page": page,
        "rows": [_row(place, number, today) for number, place in _numbered(page)],
        "is_filtered": any((wanted.q, wanted.kind, wanted.station, wanted.state)),
        "report": queries.report_checks(
            first_day=first, last_day=today, among=register_queries.visible_to(user)
        ),
        "report_days": REPORT_DAYS,
        "can_edit": can(user, Capability.EDIT_PLACES),
        "formats": list(FORMAT_NAMES.items()),
    } | map_context(
        f"{reverse('places:register-map')}?{request.GET.urlencode()}"
        if page.object_list
        else ""
    )
    return render(request, "places/register.html", context)


@require_GET
@capability_required(Capability.SEE_PLACES)
def register_map(request: HttpRequest, user: User) -> HttpResponse:
    """Answer with the places of one page of the list, numbered as they are there."""
    today = timezone.localdate()
    form = _search_form(request, user)
    page = page_of(request, register_queries.search(user, form.wanted(), day=today))
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [place.lon, place.lat]},
            "properties": {
                "kind": "stop",
                "id": place.code,
                "number": str(number),
                "unit": 0,
                "label": f"{number} {local_name(place.name, place.name_en)}",
            },
        }
        for number, place in _numbered(page)
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})


@require_GET
@capability_required(Capability.SEE_PLACES)
def export(request: HttpRequest, user: User, to: str) -> HttpResponse:
    """Hand out all places that match, in one of three formats."""
    if to not in set(Format):
        raise Http404
    chosen = Format(to)
    today = timezone.localdate()
    form = _search_form(request, user)
    found = register_queries.search(user, form.wanted(), day=today)
    return HttpResponse(
        write_places(found, chosen),
        content_type=CONTENT_TYPES[chosen],
        headers={"Content-Disposition": f'attachment; filename="places-{today}.{to}"'},
    )


@require_GET
@capability_required(Capability.SEE_PLACES)
def checks(request: HttpRequest, user: User) -> HttpResponse:
    """Report how many places were looked in on in a period, and how often."""
    last = timezone.localdate()
    first = last - timedelta(days=REPORT_DAYS)
    form = Period(request.GET or None, initial={"first": first, "last": last})
    status = HTTPStatus.OK
    if form.is_bound:
        if form.is_valid():
            first, last = form.cleaned_data["first"], form.cleaned_data["last"]
        else:
            status = HTTPStatus.UNPROCESSABLE_CONTENT
    codes = register_queries.stations_with_ground(user)
    context = {
        "form": form,
        "first": first,
        "last": last,
        "report": queries.report_checks(
            first_day=first, last_day=last, among=register_queries.visible_to(user)
        ),
        "stations": register_queries.checks_by_station(
            user, codes, first_day=first, last_day=last
        ),
    }
    return render(request, "places/checks.html", context, status=status)


def _search_form(request: HttpRequest, user: User) -> SearchPlaces:
    codes = register_queries.stations_with_ground(user)
    return SearchPlaces(request.GET, stations=codes)


def _numbered(page: Page[KeyPlace]) -> list[tuple[int, KeyPlace]]:
    first = (page.number - 1) * ROWS_PER_PAGE + 1
    return list(enumerate(page.object_list, start=first))


def _row(place: KeyPlace, number: int, today: date) -> dict[str, object]:
    last = place.last_checked_on  # type: ignore[attr-defined]  # from with_last_check
    state = state_on(place, last, today)
    return {
        "number": number,
        "place": place,
        "name": local_name(place.name, place.name_en),
        "last_checked_on": last,
        "next_check_on": next_check_on(place, last),
        "state": state.value,
        "state_name": STATE_NAMES[state.value]
        if last is not None or state.value == "closed"
        else pgettext("check", "Never checked"),
    }
