"""Ask about patrol areas: their streets, cells and editions, and what is wrong."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db.models import Count, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum

from xunfang.accounts.models import User
from xunfang.core.streets.network import SegmentUnknown, StreetNetwork
from xunfang.places import queries
from xunfang.places.areas.preview import NamedStreet, Segment, by_name
from xunfang.places.ground import Ground
from xunfang.places.models import (
    AreaEdition,
    AreaStreet,
    FormerCellArea,
    GridCell,
    IncidentCount,
    PatrolArea,
    Redraw,
)
from xunfang.places.register.queries import areas_visible_to


def search_areas(
    user: User, *, q: str = "", station: str = "", day: date
) -> QuerySet[PatrolArea]:
    """Return the areas that match, with ``street_m``, ``n_editions``, ``since``."""
    on_day = AreaEdition.objects.on(day).filter(area=OuterRef("pk")).order_by()
    street_m = (
        AreaStreet.objects.filter(
            edition__area=OuterRef("pk"), edition__in=AreaEdition.objects.on(day)
        )
        .order_by()
        .values("edition__area")
        .annotate(total=Sum("length_m"))
        .values("total")
    )
    areas = areas_visible_to(user).annotate(
        n_editions=Count("editions", distinct=True),
        since=Subquery(on_day.values("valid_from")[:1]),
        street_m=Subquery(street_m),
    )
    if station:
        areas = areas.filter(station_code=station)
    for word in q.split():
        areas = areas.filter(Q(code__icontains=word) | Q(name__icontains=word))
    return areas.order_by("code")


def count_cells(*, day: date) -> Counter[int]:
    """Return how many cells each area has on a day, by its key. Two queries."""
    area_of = dict(GridCell.objects.values_list("pk", "area"))
    changes = FormerCellArea.objects.filter(until__gt=day).order_by("-until", "id")
    # The last one written wins: the earliest change after the day.
    area_of |= dict(changes.values_list("cell", "area"))
    return Counter(area_of.values())


def find_edition(area: PatrolArea, day: date) -> AreaEdition | None:
    """Return the boundary of an area on a day."""
    return AreaEdition.objects.on(day).filter(area=area).first()


def editions_of(area: PatrolArea) -> list[AreaEdition]:
    """Return the editions of an area, the newest first, with their street length."""
    return list(
        AreaEdition.objects.filter(area=area)
        .annotate(street_m=Sum("streets__length_m"), n_segments=Count("streets"))
        .select_related("redraw__applied_by")
        .order_by("-valid_from")
    )


def segments_of(edition: AreaEdition) -> list[Segment]:
    """Return the street segments of an edition."""
    rows = edition.streets.values_list("segment_id", "name", "length_m")
    return [Segment(*row) for row in rows]


def streets_of(edition: AreaEdition) -> tuple[NamedStreet, ...]:
    """Return the streets of an edition by name, each with its length."""
    return by_name(segments_of(edition))


@dataclass(frozen=True, slots=True)
class CellBasis:
    """A cell, and what its figures rest on."""

    cell: GridCell
    n_reported: int
    """Incidents that residents reported."""
    first_day: date | None
    n_days: int
    n_places: int


def cells_with_basis(area: PatrolArea, *, day: date) -> list[CellBasis]:
    """Return the cells of an area on a day with what was counted there."""
    of_station = queries.cells_of(area.station_code, day=day)
    cells = [cell for cell in of_station if cell.area == area]
    keys = [cell.pk for cell in cells]
    counted = {
        row["cell"]: row
        for row in IncidentCount.objects.filter(
            cell__in=keys, source=IncidentCount.RESIDENT_REPORTED
        )
        .values("cell")
        .annotate(n=Sum("n_incidents"), first=Min("first_day"), days=Max("n_days"))
        .order_by("cell")
    }
    n_places = dict(
        GridCell.objects.filter(pk__in=keys)
        .annotate(n=Count("places", filter=_in_use(day)))
        .values_list("pk", "n")
    )
    basis = []
    for cell in cells:
        row = counted.get(cell.pk)
        basis.append(
            CellBasis(
                cell=cell,
                n_reported=row["n"] if row else 0,
                first_day=row["first"] if row else None,
                n_days=row["days"] if row else 0,
                n_places=n_places[cell.pk],
            )
        )
    return basis


def _in_use(day: date) -> Q:
    return Q(places__ended_on=None) | Q(places__ended_on__gt=day)


@dataclass(frozen=True, slots=True)
class WrongSegment:
    """A segment in no area, or in several."""

    key: str
    name: str
    length_m: float
    areas: tuple[str, ...]
    """Names of the areas that claim it; none for a gap."""


def wrong_segments(
    report: queries.AreasReport, network: StreetNetwork, names: dict[str, str]
) -> list[WrongSegment]:
    """Name what a report found: gaps first, each kind by the name of the street.

    ``names`` of areas by their code.
    """
    found = [
        *((key, ()) for key in report.gaps),
        *report.overlaps.items(),
    ]
    rows = []
    for key, codes in found:
        name, length_m = _street_of(network, key)
        areas = tuple(names.get(code, code) for code in codes)
        rows.append(WrongSegment(key, name, length_m, areas))
    return sorted(
        rows, key=lambda row: (bool(row.areas), not row.name, row.name, row.key)
    )


def _street_of(network: StreetNetwork, key: str) -> tuple[str, float]:
    try:
        segment = network.segment_by_key(key)
    except SegmentUnknown:
        # An edition may be older than the streets there are now.
        return "", 0.0
    return network.segment_name_of(segment), float(network.segment_length_m[segment])


def area_names() -> dict[str, str]:
    """Return the name of each area by its code."""
    return dict(PatrolArea.objects.values_list("code", "name"))


def report_ground(
    user: User, network: StreetNetwork, *, day: date
) -> list[WrongSegment]:
    """Report gaps and overlaps of a day on the ground this person sees."""
    ground = Ground.on(day)
    stations = ground.station_codes
    if user.station_code:
        stations &= {user.station_code}
    on_ground = np.flatnonzero(ground.segments_of(network, stations)).tolist()
    segments = frozenset(network.segment_key(segment) for segment in on_ground)
    report = queries.report_areas(day=day, segments=segments)
    if user.station_code:
        mine = set(
            areas_visible_to(user).order_by("code").values_list("code", flat=True)
        )
        report = queries.AreasReport(
            gaps=report.gaps,
            overlaps={
                key: codes
                for key, codes in report.overlaps.items()
                if mine & set(codes)
            },
        )
    return wrong_segments(report, network, area_names())


def street_features(
    network: StreetNetwork, keys: Iterable[str], *, state: str
) -> list[dict[str, Any]]:
    """Return segments as GeoJSON lines; those the network has no longer are left out."""
    features = []
    for key in keys:
        try:
            segment = network.segment_by_key(key)
        except SegmentUnknown:
            continue
        features.append(
            {
                "type": "Feature",
                "geometry": {
                    "type": "LineString",
                    "coordinates": network.shape_of(segment).round(6).tolist(),
                },
                "properties": {
                    "kind": "street",
                    "state": state,
                    "name": network.segment_name_of(segment),
                },
            }
        )
    return features


def outline_features(
    areas: Sequence[tuple[str, list[list[list[float]]]]],
) -> list[dict[str, Any]]:
    """Return outlines, each a name and its rings, as GeoJSON."""
    return [
        {
            "type": "Feature",
            "geometry": {
                "type": "MultiPolygon",
                "coordinates": [[ring] for ring in rings],
            },
            "properties": {"kind": "area", "name": name},
        }
        for name, rings in areas
        if rings
    ]


def export_areas(user: User, *, day: date) -> dict[str, Any]:
    """Return the boundaries of a day as GeoJSON that a redraw reads again."""
    editions = (
        AreaEdition.objects.on(day)
        .filter(area__in=areas_visible_to(user))
        .select_related("area")
        .order_by("area__code")
    )
    return _collection(
        {
            "type": "Feature",
            "geometry": {
                "type": "MultiPolygon",
                "coordinates": [[ring] for ring in edition.polygons],
            },
            "properties": {
                "code": edition.area.code,
                "name": edition.area.name,
                "station": edition.area.station_code,
                "valid_from": edition.valid_from.isoformat(),
            },
        }
        for edition in editions
    )


def export_cells(user: User, *, day: date) -> dict[str, Any]:
    """Return the cells of a day as GeoJSON, each with its area and station."""
    cells = queries.all_cells(station_code=user.station_code or None, day=day)
    return _collection(
        {
            "type": "Feature",
            "geometry": {"type": "Polygon", "coordinates": [cell.polygon]},
            "properties": {
                "code": cell.code,
                "area": cell.area.code,
                "station": cell.area.station_code,
                "lon": cell.lon,
                "lat": cell.lat,
            },
        }
        for cell in cells
    )


def _collection(features: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def all_redraws() -> QuerySet[Redraw]:
    """Return the redraws, the newest first; without the heavy drafts."""
    return Redraw.objects.select_related("drawn_by", "applied_by", "undone_by")
