"""Ask about places. Everything here only reads."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from django.db.models import Count, Max, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from xunfang.core.calendars.agenda import TownCalendar
from xunfang.core.calendars.calendar_document import parse_town_calendar
from xunfang.core.calendars.holiday_document import parse_holiday_year
from xunfang.core.calendars.holidays import Holidays
from xunfang.core.geo import points_in_polygon
from xunfang.core.streets import network as streets
from xunfang.core.streets.modes import Mode
from xunfang.core.streets.snapping import Snapper
from xunfang.core.streets.travel import TravelTimes
from xunfang.places.models import (
    AreaEdition,
    AreaStreet,
    CalendarSheet,
    FormerCellArea,
    GridCell,
    IncidentCount,
    KeyPlace,
    MarketGround,
    PatrolArea,
    PlaceCheck,
    ResponseCircle,
    StreetNetwork,
)
from xunfang.places.streets import osm
from xunfang.places.streets.files import network_file

NAMED_WITHIN_M = 200.0
"""A street farther away does not tell anybody where a point is."""


def find_current_network() -> StreetNetwork | None:
    """Return the street network in use, or None before the first import."""
    return StreetNetwork.objects.filter(is_current=True).first()


def streets_and_cells() -> tuple[str | None, int]:
    """Return the code of the street network in use, and how many grid cells there are.

    All that live advice needs to know whether the ground is the one it has read. None
    and 0 before the first import of streets.
    """
    n_cells = GridCell.objects.order_by().values(one=Value(1)).annotate(n=Count("pk"))
    return (
        StreetNetwork.objects.filter(is_current=True)
        .order_by()
        .values_list("code", Coalesce(Subquery(n_cells.values("n")), 0))
        .first()
    ) or (None, 0)


def tiles_url(network: StreetNetwork) -> str:
    """Return the address of a network's tiles, with the blanks that a map fills in."""
    first = reverse("places:tile", args=[network.code, 0, 0, 0])
    return first.removesuffix("0/0/0.mvt") + "{z}/{x}/{y}.mvt"


@dataclass(frozen=True, slots=True)
class AreasAround:
    """A station's patrol areas as they were bounded on a day."""

    editions: tuple[AreaEdition, ...]

    def find(self, lon: float, lat: float) -> PatrolArea | None:
        """Return the area a point lies in, or None where it lies in none of them."""
        point = np.array([[lon, lat]])
        for edition in self.editions:
            for ring in edition.polygons:
                if points_in_polygon(point, np.array(ring))[0]:
                    return edition.area
        return None


def areas_around(*, station_code: str | None = None, day: date) -> AreasAround:
    """Return the patrol areas of a station, or of the city, as bounded on a day."""
    editions = AreaEdition.objects.on(day).select_related("area")
    if station_code is not None:
        editions = editions.filter(area__station_code=station_code)
    return AreasAround(tuple(editions))


def count_areas(*, day: date) -> int:
    """Count the patrol areas of the city that have a boundary on a day."""
    return AreaEdition.objects.on(day).count()


def area_features(
    *, station_code: str | None = None, day: date
) -> list[dict[str, Any]]:
    """Return the areas of a station, or of the city, as bounded on a day, as GeoJSON."""
    return [
        {
            "type": "Feature",
            "geometry": {
                "type": "MultiPolygon",
                "coordinates": [[ring] for ring in edition.polygons],
            },
            "properties": {"kind": "area", "name": edition.area.name},
        }
        for edition in areas_around(station_code=station_code, day=day).editions
    ]


def cell_features(*, station_code: str) -> list[dict[str, Any]]:
    """Return a station's grid cells as GeoJSON."""
    return [cell_feature(cell) for cell in cells_of(station_code) if cell.polygon]


def cell_feature(cell: GridCell) -> dict[str, Any]:
    """Return a cell as GeoJSON."""
    return {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [cell.polygon]},
        "properties": {"kind": "cell", "name": cell.code},
    }


def circle_features(*, station_code: str) -> list[dict[str, Any]]:
    """Return the places to be reached within 1, 3 or 5 minutes as GeoJSON."""
    circles = ResponseCircle.objects.filter(station_code=station_code)
    return [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [circle.lon, circle.lat]},
            "properties": {
                "kind": "circle",
                "name": circle.name,
                "minutes": circle.minutes,
            },
        }
        for circle in circles
    ]


def cells_of(station_code: str, *, day: date | None = None) -> list[GridCell]:
    """Return a station's grid cells with their areas, in the order of their codes.

    With ``day`` the areas are those they belonged to on that day; two queries.
    """
    return all_cells(station_code=station_code, day=day)


NEAR_DEGREES = 0.01
"""About a kilometre: a cell of a town is no wider from its middle."""


class CellRing(NamedTuple):
    """Where a cell lies and whose it is, without a row made of it."""

    key: int
    ring: list[list[float]]
    station_code: str
    """By its last change; of earlier days ``station_code_before`` tells."""


def cell_rings(near: tuple[float, float] | None = None) -> list[CellRing]:
    """Return the outer rings of the city's cells.

    ``near`` (lon, lat) leaves only those whose middle lies within a kilometre or so.
    """
    cells = GridCell.objects.all()
    if near is not None:
        lon, lat = near
        cells = cells.filter(
            lon__range=(lon - NEAR_DEGREES, lon + NEAR_DEGREES),
            lat__range=(lat - NEAR_DEGREES, lat + NEAR_DEGREES),
        )
    rows = cells.values_list("pk", "polygon", "area__station_code")
    return [each for row in rows if len((each := CellRing(*row)).ring) > 3]


def station_code_before(cell: CellRing, *, day: date) -> str:
    """Return the code of the station whose ground a cell lay on on a day."""
    changes = FormerCellArea.objects.filter(cell=cell.key, until__gt=day)
    former = changes.order_by("until", "-id").values_list(
        "area__station_code", flat=True
    )
    return former.first() or cell.station_code


def all_cells(
    *, station_code: str | None = None, day: date | None = None
) -> list[GridCell]:
    """Return the grid cells of the city, or of a station, as ``cells_of`` does."""
    cells = GridCell.objects.select_related("area")
    if station_code is not None:
        cells = cells.filter(area__station_code=station_code)
    found = list(cells)
    if day is not None:
        _put_back(found, FormerCellArea.objects.filter(until__gt=day))
    return found


def _put_back(cells: list[GridCell], changes: QuerySet[FormerCellArea]) -> None:
    """Give cells the areas they had before changes after a day."""
    # The last one written wins: the earliest change after the day.
    in_order = changes.select_related("area").order_by("-until", "id")
    former = {row.cell_id: row.area for row in in_order}
    for cell in cells:
        cell.area = former.get(cell.pk, cell.area)


@lru_cache(maxsize=2)
def load_streets(code: str) -> streets.StreetNetwork:
    """Return the arrays of a network. A code never changes its meaning, so they keep."""
    return osm.load_network(network_file(code))


def street_names(code: str, lonlat: Sequence[tuple[float, float]]) -> list[str]:
    """Return the name of the next named street of each point; empty beyond 200 m."""
    snapper = _named_streets(code)
    if snapper is None or not lonlat:
        return [""] * len(lonlat)
    network, snaps = load_streets(code), snapper.snap(lonlat)
    return [
        network.segment_name_of(segment) if distance_m <= NAMED_WITHIN_M else ""
        for segment, distance_m in zip(
            snaps.segment.tolist(), snaps.distance_m.tolist(), strict=True
        )
    ]


@lru_cache(maxsize=2)
def _named_streets(code: str) -> Snapper | None:
    network = load_streets(code)
    named = np.flatnonzero(network.names[network.segment_name] != "")
    return Snapper(network, named) if len(named) else None


@lru_cache(maxsize=8)
def travel_times(code: str, mode: Mode) -> TravelTimes:
    """Return the routing of one mode, without closures; share it, never close on it."""
    return TravelTimes(load_streets(code), mode)


def get_town_calendar() -> TownCalendar:
    """Return the city's calendar; an empty one before the first import."""
    sheet = CalendarSheet.objects.filter(
        kind=CalendarSheet.CITY, is_current=True
    ).first()
    return _parsed_town(sheet.text) if sheet else TownCalendar()


def get_holidays() -> Holidays:
    """Return the holidays of every year that was brought in."""
    texts = CalendarSheet.objects.filter(
        kind=CalendarSheet.HOLIDAYS, is_current=True
    ).values_list("text", flat=True)
    return Holidays(tuple(_parsed_holidays(text) for text in texts))


def calendar_imported_after(at: datetime) -> bool:
    """Say whether a calendar, or a year's holidays, was brought in after a moment."""
    return CalendarSheet.objects.filter(is_current=True, imported_at__gt=at).exists()


_parsed_town = lru_cache(maxsize=4)(parse_town_calendar)
_parsed_holidays = lru_cache(maxsize=16)(parse_holiday_year)


@dataclass(frozen=True, slots=True)
class AreasReport:
    """What is wrong with the patrol areas of a day: streets in none, or in several."""

    gaps: tuple[str, ...]
    overlaps: dict[str, tuple[str, ...]]
    """Segment to the codes of the areas that claim it."""


def report_areas(*, day: date, segments: frozenset[str]) -> AreasReport:
    """Compare the areas in force on a day with the segments that should be covered."""
    claims: dict[str, list[str]] = defaultdict(list)
    rows = AreaStreet.objects.filter(
        edition__in=AreaEdition.objects.on(day)
    ).values_list("segment_id", "edition__area__code")
    for segment, area in rows:
        claims[segment].append(area)
    return compare_claims(claims, segments)


def compare_claims(
    claims: Mapping[str, Sequence[str]], segments: frozenset[str]
) -> AreasReport:
    """Say which segments no area claims, and which are claimed by several."""
    return AreasReport(
        gaps=tuple(sorted(segments - claims.keys())),
        overlaps={
            segment: tuple(sorted(areas))
            for segment, areas in sorted(claims.items())
            if len(areas) > 1
        },
    )


@dataclass(frozen=True, slots=True)
class ChecksReport:
    """How many key places there are, how many were looked in on, and how often."""

    n_places: int
    n_places_checked: int
    n_checks: int


def report_checks(
    *, first_day: date, last_day: date, among: QuerySet[KeyPlace] | None = None
) -> ChecksReport:
    """Count checks of a period; a place checked twice is one place and two checks.

    Of all places, or ``among`` some; a place closed before the period is not counted.
    """
    places = KeyPlace.objects.all() if among is None else among
    places = places.filter(Q(ended_on=None) | Q(ended_on__gt=first_day))
    checks = PlaceCheck.objects.filter(
        checked_on__range=(first_day, last_day),
        place__in=places.order_by().values("pk"),
    )
    return ChecksReport(
        n_places=places.count(),
        n_places_checked=checks.values("place").distinct().count(),
        n_checks=checks.count(),
    )


def market_grounds(station_code: str) -> list[MarketGround]:
    """Return the market grounds of a station."""
    return list(MarketGround.objects.filter(station_code=station_code))


def last_checks(place_ids: Iterable[int]) -> dict[int, date]:
    """Return the last day each place was looked in on, by its key; absent if never."""
    rows = (
        PlaceCheck.objects.filter(place__in=list(place_ids))
        .values("place")
        .annotate(last=Max("checked_on"))
        .order_by("place")
    )
    return {row["place"]: row["last"] for row in rows}


def reported_counts(cell_ids: Iterable[int]) -> dict[int, list[IncidentCount]]:
    """Return what residents reported, by cell. What patrols found is never among it.

    Patrols find more where they patrol more; a plan fed with that would feed itself.
    """
    counts: dict[int, list[IncidentCount]] = defaultdict(list)
    rows = IncidentCount.objects.filter(
        cell__in=list(cell_ids), source=IncidentCount.RESIDENT_REPORTED
    )
    for row in rows:
        counts[row.cell_id].append(row)
    return counts
