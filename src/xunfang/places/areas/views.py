"""Patrol areas: the list, one area with its streets, cells and editions, the report."""

from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.core.streets.network import StreetNetwork
from xunfang.places import policies, queries
from xunfang.places.areas import queries as area_queries
from xunfang.places.areas.queries import WrongSegment
from xunfang.places.models import PatrolArea
from xunfang.places.place_map import map_context
from xunfang.places.register import queries as register_queries
from xunfang.places.register.forms import ChosenDay, SearchAreas
from xunfang.web.pages import ROWS_PER_PAGE, page_of
from xunfang.web.tables import CSV_TYPE, write_csv


@require_GET
@capability_required(Capability.SEE_PLACES)
def areas(request: HttpRequest, user: User) -> HttpResponse:
    """Show the patrol areas with their street length, cells and editions."""
    today = timezone.localdate()
    form = _search_form(request, user)
    found = area_queries.search_areas(user, **form.wanted(), day=today)
    page = page_of(request, found)
    n_cells = area_queries.count_cells(day=today)
    context = {
        "form": form,
        "page": page,
        "rows": [(area, n_cells[area.pk]) for area in page.object_list],
        "is_filtered": any(form.wanted().values()),
        "can_redraw": policies.can_redraw(user),
    } | map_context(f"{reverse('places:areas-map')}?{request.GET.urlencode()}")
    return render(request, "places/areas.html", context)


@require_GET
@capability_required(Capability.SEE_PLACES)
def areas_map(request: HttpRequest, user: User) -> HttpResponse:
    """Answer with the boundaries of the areas on one page of the list."""
    today = timezone.localdate()
    wanted = _search_form(request, user).wanted()
    page = page_of(request, area_queries.search_areas(user, **wanted, day=today))
    editions = queries.areas_around(day=today).editions
    shown = {area.pk for area in page.object_list}
    features = area_queries.outline_features(
        [(e.area.name, e.polygons) for e in editions if e.area_id in shown]
    )
    return JsonResponse({"type": "FeatureCollection", "features": features})


@require_GET
@capability_required(Capability.SEE_PLACES)
def area(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Show an area as it is on a day: boundary, streets, cells; and its editions."""
    found = _get_area(user, code)
    day = _day(request)
    edition = area_queries.find_edition(found, day)
    overlay = reverse("places:area-map", args=[found.code])
    context = {
        "area": found,
        "day": day,
        "is_today": day == timezone.localdate(),
        "form": ChosenDay(initial={"day": day}),
        "edition": edition,
        "streets": area_queries.streets_of(edition) if edition else (),
        "cells": area_queries.cells_with_basis(found, day=day),
        "editions": area_queries.editions_of(found),
        "can_redraw": policies.can_redraw(user),
    } | map_context(f"{overlay}?day={day.isoformat()}")
    return render(request, "places/area.html", context)


@require_GET
@capability_required(Capability.SEE_PLACES)
def area_map(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Answer with an area's boundary, streets and cells on a day."""
    found = _get_area(user, code)
    day = _day(request)
    edition = area_queries.find_edition(found, day)
    features: list[dict[str, Any]] = [
        queries.cell_feature(row.cell)
        for row in area_queries.cells_with_basis(found, day=day)
        if row.cell.polygon
    ]
    network = _streets()
    if edition is not None:
        features += area_queries.outline_features([(found.name, edition.polygons)])
    if edition is not None and network is not None:
        features += area_queries.street_features(
            network,
            [segment.key for segment in area_queries.segments_of(edition)],
            state="area",
        )
    return JsonResponse({"type": "FeatureCollection", "features": features})


@require_GET
@capability_required(Capability.SEE_PLACES)
def report(request: HttpRequest, user: User) -> HttpResponse:
    """Show the streets that lie in no area, and those in several, on a day."""
    day = _day(request)
    rows = _report(user, day)
    page = _page(request, rows)
    overlay = reverse("places:areas-report-map")
    context = {
        "day": day,
        "form": ChosenDay(initial={"day": day}),
        "page": page,
        "n_gaps": sum(not row.areas for row in rows),
        "n_overlaps": sum(bool(row.areas) for row in rows),
        "can_redraw": policies.can_redraw(user),
    } | map_context(f"{overlay}?day={day}&page={page.number}" if rows else "")
    return render(request, "places/areas_report.html", context)


@require_GET
@capability_required(Capability.SEE_PLACES)
def report_map(request: HttpRequest, user: User) -> HttpResponse:
    """Answer with the segments of one page of the report, and the boundaries."""
    day = _day(request)
    page = _page(request, _report(user, day))
    features = queries.area_features(station_code=user.station_code or None, day=day)
    network = _streets()
    if network is not None:
        for state, is_gap in (("gap", True), ("overlap", False)):
            keys = [row.key for row in page.object_list if bool(row.areas) != is_gap]
            features += area_queries.street_features(network, keys, state=state)
    return JsonResponse({"type": "FeatureCollection", "features": features})


@require_GET
@capability_required(Capability.SEE_PLACES)
def report_csv(request: HttpRequest, user: User) -> HttpResponse:
    """Hand out the whole report as a table."""
    day = _day(request)
    header = [
        pgettext("areas", "Segment"),
        pgettext("areas", "Street"),
        pgettext("areas", "Metres"),
        pgettext("areas", "In the areas"),
    ]
    rows = [
        (row.key, row.name, round(row.length_m, 1), "、".join(row.areas))
        for row in _report(user, day)
    ]
    return _download(write_csv(header, rows), CSV_TYPE, f"areas-report-{day}.csv")


@require_GET
@capability_required(Capability.SEE_PLACES)
def export_areas(request: HttpRequest, user: User) -> HttpResponse:
    """Hand out the boundaries of a day as GeoJSON."""
    day = _day(request)
    whole = area_queries.export_areas(user, day=day)
    return _geojson(whole, f"areas-{day}.geojson")


@require_GET
@capability_required(Capability.SEE_PLACES)
def export_cells(request: HttpRequest, user: User) -> HttpResponse:
    """Hand out the cells of a day as GeoJSON."""
    day = _day(request)
    whole = area_queries.export_cells(user, day=day)
    return _geojson(whole, f"cells-{day}.geojson")


def _get_area(user: User, code: str) -> PatrolArea:
    return get_object_or_404(register_queries.areas_visible_to(user), code=code)


def _search_form(request: HttpRequest, user: User) -> SearchAreas:
    codes = register_queries.stations_with_ground(user)
    return SearchAreas(request.GET, stations=codes)


def _day(request: HttpRequest) -> date:
    form = ChosenDay(request.GET)
    chosen = form.cleaned_data["day"] if form.is_valid() else None
    return chosen or timezone.localdate()


def _streets() -> StreetNetwork | None:
    row = queries.find_current_network()
    return None if row is None else queries.load_streets(row.code)


def _report(user: User, day: date) -> list[WrongSegment]:
    network = _streets()
    if network is None:
        return []
    return area_queries.report_ground(user, network, day=day)


def _page(request: HttpRequest, rows: list[WrongSegment]) -> Page[WrongSegment]:
    paginator: Paginator[Any] = Paginator(rows, ROWS_PER_PAGE)
    return paginator.get_page(request.GET.get("page"))


def _geojson(whole: dict[str, Any], name: str) -> HttpResponse:
    answer = JsonResponse(whole, json_dumps_params={"ensure_ascii": False})
    return _download(answer.content, "application/geo+json", name)


def _download(content: bytes, content_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
