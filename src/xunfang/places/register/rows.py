"""Key places as people exchange them: CSV, XLSX and GeoJSON points, read and written."""

import json
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, override

from xunfang.core.errors import DomainError
from xunfang.core.geo import Datum
from xunfang.places.models import KEY_PLACE_KINDS, KeyPlace
from xunfang.web.tables import (
    MOST_BYTES,
    MOST_ROWS,
    Column,
    Row,
    Table,
    TableTooLarge,
    read_table,
    write_csv,
    write_xlsx,
)

COLUMNS = (
    Column("code", ("编号", "code", "部位编号"), is_needed=True),
    Column("name", ("名称", "name", "部位名称"), is_needed=True),
    Column("name_en", ("英文名", "name_en", "英文名称")),
    Column("kind", ("类别", "kind", "类型"), is_needed=True),
    Column("lon", ("经度", "lon", "longitude", "lng"), is_needed=True),
    Column("lat", ("纬度", "lat", "latitude"), is_needed=True),
    Column("datum", ("坐标系", "datum")),
    Column("check_every_days", ("检查周期", "check_every_days", "检查周期（天）")),
)
PROBLEMS_COLUMN = "问题"
"""Name of the further column in a file of lines that were set aside."""

DATUMS = {
    **{datum.value: datum for datum in Datum},
    "wgs-84": Datum.WGS84,
    "gcj-02": Datum.GCJ02,
    "bd-09": Datum.BD09,
    "火星坐标": Datum.GCJ02,
    "高德": Datum.GCJ02,
    "百度": Datum.BD09,
    "国家2000": Datum.CGCS2000,
}
"""What people write for a coordinate system, in small letters."""


class GeojsonUnreadable(DomainError):
    """The text is not a GeoJSON feature collection."""

    code = "places.geojson_unreadable"


class Format(StrEnum):
    """In which formats the register is handed out."""

    CSV = "csv"
    XLSX = "xlsx"
    GEOJSON = "geojson"


def read_rows(content: bytes) -> Table:
    """Read places from a file of any of the three formats, told apart by the content.

    Raises
    ------
    GeojsonUnreadable, UnreadableTable, TableTooLarge, ColumnsMissing
        The file as a whole cannot be used.
    """
    if content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{":
        return _read_geojson(content)
    return read_table(content, COLUMNS)


def read_features(content: bytes) -> list[Any]:
    """Return the features of a GeoJSON collection.

    Raises
    ------
    GeojsonUnreadable
        It is none.
    TableTooLarge
        More than 30 MB or 50,000 features.
    """
    if len(content) > MOST_BYTES:
        raise TableTooLarge(f"{len(content)} bytes")
    try:
        whole = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise GeojsonUnreadable(str(error)) from error
    features = whole.get("features") if isinstance(whole, dict) else None
    if not isinstance(features, list):
        raise GeojsonUnreadable("no list of features")
    if len(features) > MOST_ROWS:
        raise TableTooLarge(f"{len(features)} features")
    return features


def _read_geojson(content: bytes) -> Table:
    key_of = {name.casefold(): c.key for c in COLUMNS for name in c.names}
    rows, unknown = [], set()
    for number, read in enumerate(read_features(content), start=1):
        feature = read if isinstance(read, dict) else {}
        properties = feature.get("properties")
        cells = {column.key: "" for column in COLUMNS}
        properties = properties if isinstance(properties, dict) else {}
        for name, value in properties.items():
            key = key_of.get(name.strip().casefold())
            if key is None:
                unknown.add(name)
            elif value is not None:
                # PostgreSQL stores no zero character.
                cells[key] = str(value).replace("\0", "").strip()
        geometry = feature.get("geometry") or {}
        if isinstance(geometry, dict) and geometry.get("type") == "Point":
            position = geometry.get("coordinates")
            if isinstance(position, list) and len(position) >= 2:
                cells["lon"], cells["lat"] = str(position[0]), str(position[1])
        rows.append(Row(number, cells))
    return Table(tuple(rows), tuple(sorted(unknown)))


def kinds_by_name() -> dict[str, str]:
    """Return every name of a kind, in any language and small letters, to its key."""
    names = {key: key for key, _ in KEY_PLACE_KINDS}
    for language, _name in settings.LANGUAGES:
        with override(language):
            names |= {str(label).casefold(): key for key, label in KEY_PLACE_KINDS}
    return names


def write_places(places: Iterable[KeyPlace], to: Format) -> bytes:
    """Write places so that reading them again changes nothing.

    Names of columns and kinds are in the reader's language.
    """
    if to is Format.GEOJSON:
        return _write_geojson(places)
    header = header_of_file()
    rows = [
        (
            place.code,
            place.name,
            place.name_en,
            place.get_kind_display(),
            place.lon,
            place.lat,
            Datum.WGS84.value,
            place.check_every_days,
        )
        for place in places
    ]
    return write_csv(header, rows) if to is Format.CSV else write_xlsx(header, rows)


def header_of_file() -> list[str]:
    """Return the names of the columns in the reader's language."""
    is_chinese = (get_language() or "zh").startswith("zh")
    return [column.names[0 if is_chinese else 1] for column in COLUMNS]


def _write_geojson(places: Iterable[KeyPlace]) -> bytes:
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [place.lon, place.lat]},
            "properties": {
                "code": place.code,
                "name": place.name,
                "name_en": place.name_en,
                "kind": place.kind,
                "datum": Datum.WGS84.value,
                "check_every_days": place.check_every_days,
            },
        }
        for place in places
    ]
    whole = {"type": "FeatureCollection", "features": features}
    return json.dumps(whole, ensure_ascii=False).encode()


def unmarked(text: str) -> str:
    """Take away the mark that keeps spreadsheets from computing a text.

    >>> unmarked("'=1+1"), unmarked("老张's店")
    ('=1+1', "老张's店")
    """
    return text.lstrip("'").strip() if text.startswith("'") else text
