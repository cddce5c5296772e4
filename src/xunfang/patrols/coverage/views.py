"""A night as it was patrolled: the city's table, a station's night, the rows behind."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.patrols.coverage import expressions, forms, page, queries
from xunfang.patrols.coverage.figures import TARGETS, NightRows
from xunfang.patrols.models import KEPT
from xunfang.patrols.runs.times import ZONE
from xunfang.patrols.wanted.statement import tonight as night_of
from xunfang.places import queries as places
from xunfang.units.models import Station
from xunfang.web import tables
from xunfang.web.http import see_other
from xunfang.web.names import local_name
from xunfang.web.pages import page_of, page_of_list


@require_GET
@capability_required(Capability.SEE_POSITIONS)
def latest(request: HttpRequest, user: User) -> HttpResponse:
    """Go to the last night of which anything is known; tonight where there is none."""
    tonight = night_of(timezone.now(), ZONE)
    night = queries.latest_night(at_most=tonight) or tonight
    if user.station_code:
        url = reverse("patrols:coverage-station", args=[night, user.station_code])
    else:
        url = reverse("patrols:coverage-night", args=[night])
    return see_other(request, url)


@require_GET
@capability_required(Capability.SEE_POSITIONS)
def show_night(request: HttpRequest, user: User, night: date) -> HttpResponse:
    """Show a night of the city: what share of cells, what became of stays, what minutes."""
    target, _band, _cell = forms.chosen(request.GET)
    stations = list(queries.stations_visible_to(user))
    row = queries.find_night(night)
    cells = queries.cells_by_station(night)
    mine = [cell for one in stations for cell in cells.get(one.code, ())]
    asked = queries.bands_asked(until=night)
    shares = {}
    if row is not None:
        with NightRows(night) as rows:
            shares = rows.shares(mine, asked, target_min=target)
    crews = queries.crew_nights(stations, night, at=timezone.now())
    context = head(night) | {
        "row": row,
        "target": target,
        "targets": TARGETS,
        "stations": page.station_rows(
            night, stations, shares, asked, queries.count_stays(stations, night), crews
        ),
        "bands": [page.band_name(night, first) for first in page.columns_of(shares)],
        "modes": page.modes_of(crews),
        "n_open": sum(crew.is_open for crew in crews),
        "n_silent": sum(
            crew.effective_min is not None and not (crew.run and crew.run.heard_s)
            for crew in crews
        ),
    }
    return render(request, "patrols/coverage_night.html", context)


@require_GET
@capability_required(Capability.SEE_POSITIONS)
def show_station(
    request: HttpRequest, user: User, night: date, station: str
) -> HttpResponse:
    """Show a station's night: map, shares by band, stays, loops, streets, modes."""
    place = get_object_or_404(queries.stations_visible_to(user), code=station)
    target, _band, _cell = forms.chosen(request.GET)
    row = queries.find_night(night)
    network = places.find_current_network()
    context = station_head(night, place) | {
        "row": row,
        "target": target,
        "targets": TARGETS,
        "network": network,
        "tiles_url": places.tiles_url(network) if network else "",
        "overlay_url": reverse("patrols:coverage-map", args=[night, place.code]),
    }
    if row is not None:
        cells = queries.cells_by_station(night).get(place.code, [])
        crews = queries.crew_nights([place], night, at=timezone.now())
        asked = queries.bands_asked(until=night)
        with NightRows(night) as rows:
            shares = rows.shares(cells, asked, target_min=target)
            outside = rows.cells_outside(cells, asked)
            streets = rows.streets()
        [context["figures"]] = page.station_rows(
            night, [place], shares, asked, queries.count_stays([place], night), crews
        )
        context |= {
            "has_cells": bool(cells),
            "outside_min": round(sum(one.minutes for one in outside)),
            "kept": [
                (code, name, n)
                for code, name in KEPT
                if (n := queries.stays(place, night).filter(kept=code).count())
            ],
            "loops": list(queries.loops(place, night)),
        }
        if network is not None:
            arrays = places.load_streets(network.code)
            on_ground = queries.segments_of(place, night, arrays)
            found = page.street_rows(streets, arrays, on_ground)
            context |= {
                "n_streets": len(on_ground),
                "n_passed": len(found),
                "n_end_to_end": sum(one.is_end_to_end for one in found),
                "driven_km": sum(one.metres for one in found) / 1000,
            }
    return render(request, "patrols/coverage_station.html", context)


@require_GET
@capability_required(Capability.SEE_POSITIONS)
def overlay(
    request: HttpRequest, user: User, night: date, station: str
) -> HttpResponse:
    """Answer with what is drawn: streets by passes, blind streets, stays."""
    place = get_object_or_404(queries.stations_visible_to(user), code=station)
    drawn = [*places.area_features(station_code=place.code, day=night)]
    network = places.find_current_network()
    if network is not None and queries.find_night(night) is not None:
        arrays = places.load_streets(network.code)
        proof = queries.proof_of_nights(
            place, until=night, n_nights=1, network=network.code
        )
        with NightRows(night) as rows:
            streets = rows.streets()
        drawn += page.features(
            streets,
            queries.blind_segments(place, proof, arrays),
            queries.stays(place, night),
            arrays,
        )
    return JsonResponse({"type": "FeatureCollection", "features": drawn})


@require_GET
@capability_required(Capability.SEE_POSITIONS)
def show_cells(
    request: HttpRequest, user: User, night: date, station: str
) -> HttpResponse:
    """Show the cells behind a share, with its formula; and the rows behind a cell."""
    place = get_object_or_404(queries.stations_visible_to(user), code=station)
    target, band, cell = forms.chosen(request.GET)
    context = station_head(night, place) | {"target": target, "targets": TARGETS}
    cells = queries.cells_by_station(night).get(place.code, [])
    if queries.find_night(night) is not None and cells:
        asked = queries.bands_asked(until=night)
        firsts = [one.first_hour for one in asked.get((night, place.code), ())]
        band = band if band in firsts else None
        with NightRows(night) as rows:
            found = page.cell_rows(rows.cell_bands(cells, asked), band=band)
            outside = rows.cells_outside(cells, asked)
            if cell in {one.code for one in cells}:
                context |= {
                    "cell": cell,
                    "cell_rows": [
                        row
                        | {
                            "mode": page.mode_name(row["mode"]),
                            "clock": page.hour_name(night, row["hour"]),
                        }
                        for row in rows.answer(
                            expressions.rows_of_cell(rows.rows, cell)
                        )
                    ],
                }
        n_reached = sum(one.minutes >= target for one in found)
        context |= {
            "band": band,
            "band_name": "" if band is None else page.band_name(night, band),
            "bands": [(first, page.band_name(night, first)) for first in firsts],
            "outside": outside,
            "outside_min": round(sum(one.minutes for one in outside)),
            "n_reached": n_reached,
            "n_cells": len(found),
            "share": n_reached / len(found) if found else 0.0,
            "page": page_of_list(
                request, [(one, page.band_name(night, one.band)) for one in found]
            ),
        }
    return render(request, "patrols/coverage_cells.html", context)


@require_GET
@capability_required(Capability.SEE_POSITIONS)
def show_streets(
    request: HttpRequest, user: User, night: date, station: str
) -> HttpResponse:
    """List the streets of a station's ground that were passed."""
    place = get_object_or_404(queries.stations_visible_to(user), code=station)
    found = _streets(place, night)
    words = request.GET.get("q", "").strip()
    shown = [row for row in found if words.casefold() in row.name.casefold()]
    context = station_head(night, place) | {
        "q": words,
        "page": page_of_list(request, shown),
        "n_all": len(found),
    }
    return render(request, "patrols/coverage_streets.html", context)


@require_GET
@capability_required(Capability.SEE_POSITIONS)
def show_stays(
    request: HttpRequest, user: User, night: date, station: str
) -> HttpResponse:
    """List planned stays and what became of them."""
    place = get_object_or_404(queries.stations_visible_to(user), code=station)
    form = forms.Stays(request.GET)
    form.is_valid()
    rows = queries.stays(place, night)
    if kept := form.cleaned_data.get("kept"):
        rows = rows.filter(kept=kept)
    for word in (form.cleaned_data.get("q") or "").split():
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(name_en__icontains=word)
            | Q(shift__name__icontains=word)
        )
    context = station_head(night, place) | {
        "form": form,
        "page": page_of(request, rows),
    }
    return render(request, "patrols/coverage_stays.html", context)


@require_GET
@capability_required(Capability.SEE_POSITIONS)
def export(
    request: HttpRequest, user: User, night: date, station: str, what: str, to: str
) -> HttpResponse:
    """Answer with the rows of a page as a file."""
    place = get_object_or_404(queries.stations_visible_to(user), code=station)
    if what not in EXPORTS or to not in {"csv", "xlsx"}:
        raise Http404
    header, rows = EXPORTS[what](place, night)
    write, kind = (
        (tables.write_csv, tables.CSV_TYPE)
        if to == "csv"
        else (tables.write_xlsx, tables.XLSX_TYPE)
    )
    name = f"{what}-{night.isoformat()}-{place.code}.{to}"
    return HttpResponse(
        write(header, rows),
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


type _Sheet = tuple[list[str], list[tuple[object, ...]]]


def _cells_sheet(station: Station, night: date) -> _Sheet:
    cells = queries.cells_by_station(night).get(station.code, [])
    asked = queries.bands_asked(until=night)
    with NightRows(night) as rows:
        found = rows.cell_bands(cells, asked)
        outside = rows.cells_outside(cells, asked)
    return (
        [
            pgettext("coverage", "Night"),
            pgettext("coverage", "Patrol area"),
            pgettext("coverage", "Cell"),
            pgettext("coverage", "Hours"),
            pgettext("coverage", "Minutes"),
        ],
        [
            *(
                (
                    one.night,
                    one.area,
                    one.cell,
                    page.band_name(night, one.band),
                    round(one.minutes, 1),
                )
                for one in found
            ),
            *(
                (
                    one.night,
                    one.area,
                    one.cell,
                    pgettext("coverage", "In none of the bands"),
                    round(one.minutes, 1),
                )
                for one in outside
            ),
        ],
    )


def _streets_sheet(station: Station, night: date) -> _Sheet:
    return (
        [
            pgettext("coverage", "Segment"),
            pgettext("coverage", "Street"),
            pgettext("coverage", "Length in metres"),
            pgettext("coverage", "Metres gone"),
            pgettext("coverage", "Passes"),
            pgettext("coverage", "End to end"),
        ],
        [
            (
                row.key,
                row.name,
                round(row.length_m),
                round(row.metres),
                row.passes,
                _("yes") if row.is_end_to_end else _("no"),
            )
            for row in _streets(station, night)
        ],
    )


def _stays_sheet(station: Station, night: date) -> _Sheet:
    return (
        [
            pgettext("coverage", "Crew"),
            pgettext("coverage", "Place"),
            pgettext("coverage", "From"),
            pgettext("coverage", "Until"),
            pgettext("coverage", "Arrived"),
            pgettext("coverage", "Minutes there"),
            pgettext("coverage", "Minutes on calls"),
            pgettext("coverage", "What became of it"),
        ],
        [
            (
                row.shift.name,
                local_name(row.name, row.name_en),
                page.clock(row.begins_at),
                page.clock(row.ends_at),
                page.clock(row.arrived_at),
                round(row.inside_s / 60, 1),
                round(row.called_s / 60, 1),
                str(page.KEPT_NAMES[row.kept]),
            )
            for row in queries.stays(station, night)
        ],
    )


EXPORTS = {"cells": _cells_sheet, "streets": _streets_sheet, "stays": _stays_sheet}


def _streets(station: Station, night: date) -> list[page.StreetRow]:
    network = places.find_current_network()
    if network is None:
        return []
    arrays = places.load_streets(network.code)
    with NightRows(night) as rows:
        streets = rows.streets()
    return page.street_rows(
        streets, arrays, queries.segments_of(station, night, arrays)
    )


def head(night: date) -> dict[str, Any]:
    """Return what the head of every page of a night shows."""
    return {
        "night": night,
        "before": night - timedelta(days=1),
        "after": night + timedelta(days=1),
    }


def station_head(night: date, station: Station) -> dict[str, Any]:
    """Return what the head of every page of a station's night shows."""
    return head(night) | {
        "station": station,
        "station_name": local_name(station.name, station.name_en),
    }
