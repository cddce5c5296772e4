"""Bring streets, calendars and places in. Each change is one event in the record."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.core.calendars.calendar_document import parse_town_calendar
from xunfang.core.calendars.holiday_document import parse_holiday_year
from xunfang.core.errors import DomainError
from xunfang.core.geo import Datum
from xunfang.places.models import (
    AreaEdition,
    AreaStreet,
    CalendarSheet,
    PatrolArea,
    StreetNetwork,
)
from xunfang.places.streets import basemap, osm
from xunfang.places.streets.files import basemap_file, network_file


class BoundaryInThePast(DomainError):
    """A boundary can only be redrawn from a day on which it has already begun."""

    code = "places.boundary_in_the_past"


def import_streets(
    *,
    path: Path,
    name: str,
    datum: Datum,
    by: User | None,
    at: datetime,
    attribution: str = "",
    is_fictional: bool = False,
) -> StreetNetwork:
    """Read a street file, build its network and base map, and make it the current one.

    The file's digest is its name: importing the same file again only makes it current.

    Raises
    ------
    DomainError
        The file cannot be read; nothing was changed, the former network stays.
    """
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    code = f"{slugify(path.name.split('.')[0]) or 'streets'}-{digest[:10]}"
    row = StreetNetwork.objects.filter(code=code).first()
    if row is None:
        built = osm.build(osm.read_streets(path, datum=datum))
        basemap.write_basemap(path, basemap_file(code), datum=datum)
        osm.save_network(built.network, network_file(code))
        west, south, east, north = built.findings.bounds
        row = StreetNetwork(
            code=code,
            name=name,
            attribution=attribution,
            datum=datum.value,
            digest=digest,
            report=built.report,
            west=west,
            south=south,
            east=east,
            north=north,
            is_fictional=is_fictional,
            imported_at=at,
            imported_by=by,
        )
    with transaction.atomic():
        StreetNetwork.objects.filter(is_current=True).update(is_current=False)
        row.is_current = True
        row.save()
        audit.record(kind="streets.imported", subject=code, by=by, at=at, name=name)
    return row


@transaction.atomic
def import_calendar(
    *, text: str, source_name: str, by: User | None, at: datetime
) -> CalendarSheet:
    """Keep the city's calendar: markets, schools, rounds. The former one is kept too.

    Raises
    ------
    DocumentRefused
        The text is not a calendar; the message names the line and the remedy.
    """
    parse_town_calendar(text)
    return _keep_sheet(
        kind=CalendarSheet.CITY,
        year=0,
        text=text,
        source_name=source_name,
        by=by,
        at=at,
    )


@transaction.atomic
def import_holidays(
    *, text: str, source_name: str, by: User | None, at: datetime
) -> CalendarSheet:
    """Keep the holidays of one year.

    Raises
    ------
    DocumentRefused
        The text is not a year of holidays; the message names the line and the remedy.
    """
    year = parse_holiday_year(text).year
    return _keep_sheet(
        kind=CalendarSheet.HOLIDAYS,
        year=year,
        text=text,
        source_name=source_name,
        by=by,
        at=at,
    )


def _keep_sheet(
    *, kind: str, year: int, by: User | None, **values: Any
) -> CalendarSheet:
    at = values.pop("at")
    CalendarSheet.objects.filter(kind=kind, year=year, is_current=True).update(
        is_current=False
    )
    sheet = CalendarSheet.objects.create(
        kind=kind, year=year, imported_by=by, imported_at=at, **values
    )
    audit.record(
        kind="calendar.imported",
        subject=f"{kind}:{year}",
        by=by,
        at=at,
        source=sheet.source_name,
    )
    return sheet


@transaction.atomic
def redraw_area(
    *,
    area: PatrolArea,
    polygons: list[list[list[float]]],
    streets: Iterable[tuple[str, str, float]],
    valid_from: date,
    by: User | None,
    at: datetime,
) -> AreaEdition:
    """Give an area a new boundary from a day on; nights before keep the old one.

    ``streets`` are ``(segment id, name, length in metres)``.

    Raises
    ------
    BoundaryInThePast
        The boundary in force began on that day or later.
    """
    former = (
        AreaEdition.objects.select_for_update().filter(area=area, valid_to=None).first()
    )
    if former is not None:
        if former.valid_from >= valid_from:
            raise BoundaryInThePast(
                f"{area.code} has its boundary from {former.valid_from}; "
                f"choose a later day than that, not {valid_from}"
            )
        former.valid_to = valid_from
        former.save(update_fields=["valid_to"])
    edition = AreaEdition.objects.create(
        area=area, valid_from=valid_from, polygons=polygons
    )
    AreaStreet.objects.bulk_create(
        AreaStreet(edition=edition, segment_id=segment, name=name, length_m=length_m)
        for segment, name, length_m in streets
    )
    audit.record(
        kind="area.redrawn",
        subject=area.code,
        by=by,
        at=at,
        valid_from=valid_from.isoformat(),
    )
    return edition
