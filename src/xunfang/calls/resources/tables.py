"""The directory as a table that people exchange: CSV and XLSX, read and written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from xunfang.calls.models import HELP_KINDS, LocalHelp
from xunfang.calls.resources.queries import kinds_meant
from xunfang.calls.resources.services import HelpValues
from xunfang.units.models import Station
from xunfang.web.tables import Column, Row, read_table, write_csv, write_xlsx

COLUMNS = (
    Column("kind", ("类别", "kind"), is_needed=True),
    Column("name", ("单位", "name"), is_needed=True),
    Column("name_en", ("英文名", "name_en")),
    Column("place_text", ("地点", "place"), is_needed=True),
    Column("phone", ("电话", "phone"), is_needed=True),
    Column("station", ("派出所", "station")),
    Column("lon", ("经度", "lon")),
    Column("lat", ("纬度", "lat")),
    Column("note", ("说明", "note")),
    Column("confirmed_on", ("核实日期", "confirmed_on")),
)
LONGEST = {"name": 60, "name_en": 80, "place_text": 120, "phone": 30, "note": 120}


class Fault(StrEnum):
    """What can be wrong with a line. Shown in words by ``FAULTS``."""

    KIND = "kind"
    MISSING = "missing"
    TOO_LONG = "too_long"
    STATION = "station"
    POINT = "point"
    DATE = "date"
    TWICE = "twice"


FAULTS: Mapping[Fault, Promise] = {
    Fault.KIND: pgettext_lazy("line of a list", "this kind is not known"),
    Fault.MISSING: pgettext_lazy(
        "line of a list", "owner, place and telephone are needed"
    ),
    Fault.TOO_LONG: pgettext_lazy("line of a list", "a cell is too long"),
    Fault.STATION: pgettext_lazy("line of a list", "this station is not known"),
    Fault.POINT: pgettext_lazy(
        "line of a list", "longitude and latitude are not both numbers in WGS-84"
    ),
    Fault.DATE: pgettext_lazy(
        "line of a list", "the day is not written like 2026-08-14"
    ),
    Fault.TWICE: pgettext_lazy("line of a list", "the same as a line above it"),
}


@dataclass(frozen=True, slots=True)
class WrongLine:
    """A line that cannot be taken over, and why."""

    line: int
    fault: Fault

    @property
    def words(self) -> Promise:
        return FAULTS[self.fault]


def read_help(
    content: bytes, *, stations: Iterable[Station]
) -> tuple[list[HelpValues], list[WrongLine]]:
    """Return the lines of a table, and those that are wrong.

    Raises
    ------
    UnreadableTable, TableTooLarge, ColumnsMissing
    """
    by_name = {
        key: station for station in stations for key in (station.code, station.name)
    }
    taken: dict[tuple[str, str, str], HelpValues] = {}
    wrong = []
    for row in read_table(content, COLUMNS).rows:
        values = _values(row, by_name)
        if isinstance(values, Fault):
            wrong.append(WrongLine(row.line, values))
            continue
        key = (values.kind, values.name, values.place_text)
        if key in taken:
            wrong.append(WrongLine(row.line, Fault.TWICE))
        else:
            taken[key] = values
    return list(taken.values()), wrong


def _values(row: Row, stations: Mapping[str, Station]) -> HelpValues | Fault:
    cells = row.cells
    said = cells["kind"]
    kinds = [said] if said in dict(HELP_KINDS) else kinds_meant(said)
    if len(kinds) != 1:
        return Fault.KIND
    if not (cells["name"] and cells["place_text"] and cells["phone"]):
        return Fault.MISSING
    if any(len(cells[name]) > most for name, most in LONGEST.items()):
        return Fault.TOO_LONG
    station = stations.get(cells["station"])
    if cells["station"] and station is None:
        return Fault.STATION
    try:
        point = _point(cells["lon"], cells["lat"])
    except ValueError:
        return Fault.POINT
    try:
        confirmed_on = (
            date.fromisoformat(cells["confirmed_on"]) if cells["confirmed_on"] else None
        )
    except ValueError:
        return Fault.DATE
    return HelpValues(
        kind=kinds[0],
        **{name: cells[name] for name in LONGEST},
        lon=point[0] if point else None,
        lat=point[1] if point else None,
        station=station,
        confirmed_on=confirmed_on,
    )


def _point(lon: str, lat: str) -> tuple[float, float] | None:
    if not lon and not lat:
        return None
    point = (float(lon), float(lat))
    if not (-180 <= point[0] <= 180 and -90 <= point[1] <= 90):
        message = f"{point} is not on the globe"
        raise ValueError(message)
    return point


def write_help(rows: Iterable[LocalHelp], to: str) -> bytes:
    """Write the directory so that it can be brought in again; ``to`` is csv or xlsx."""
    header = [column.names[0] for column in COLUMNS]
    lines: list[Sequence[object]] = [
        (
            row.kind,
            row.name,
            row.name_en,
            row.place_text,
            row.phone,
            "" if row.station is None else row.station.code,
            row.lon,
            row.lat,
            row.note,
            row.confirmed_on,
        )
        for row in rows
    ]
    return write_csv(header, lines) if to == "csv" else write_xlsx(header, lines)
