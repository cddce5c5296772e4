"""Linhe with its police: one station, two areas, four cells, few places, four crews.

Everything is where ``tests.towns.linhe`` drew it. Minutes count from the midnight with
which the night of 14 August 2026, a Friday, begins.
"""

from datetime import UTC, date, datetime
from pathlib import Path

from tests.towns.linhe import at, linhe_osm
from xunfang.accounts.models import User
from xunfang.core.geo import Datum
from xunfang.places import models as places
from xunfang.places import services
from xunfang.places.streets import osm
from xunfang.units import models as units

NIGHT = date(2026, 8, 14)
AFTERNOON = datetime(2026, 8, 14, 8, tzinfo=UTC)
"""16:00 of that day in Linhe."""
OPENED_ON = date(2026, 1, 1)

CALENDAR = """
format = "xunfang.calendar/1"
place = "临河"

[[markets]]
code = "MK1"
name = "河滨集市"
name_en = "Riverside market"
station = "S01"
rule = "公历逢五、十"
from = "09:00"
until = "12:00"

[[night_markets]]
code = "NM1"
name = "河滨夜市"
name_en = "Riverside night market"
station = "S01"
months = [4, 5, 6, 7, 8, 9, 10]
from = "18:00"
until = "01:00"

[[schools]]
code = "K3"
name = "临河高中"
name_en = "Linhe high school"
level = "high"
station = "S01"

[[bells]]
level = "high"
at = "21:30"

[[terms]]
name = "全年"
from = 2026-01-01
to = 2026-12-31
"""

WEST, EAST = ("A1", "一号巡区", -1, 299), ("A2", "二号巡区", 299, 900)


def import_streets(*, by: User | None = None) -> places.StreetNetwork:
    """Import Linhe without a base map: the tiles are not what these tests look at."""
    from xunfang.places.streets.files import network_file  # noqa: PLC0415 -- settings are ready

    path = network_file("linhe").with_suffix(".osm")
    path.write_text(linhe_osm(), encoding="utf-8")
    built = osm.build(osm.read_streets(path, datum=Datum.WGS84))
    osm.save_network(built.network, network_file("linhe"))
    west, south, east, north = built.findings.bounds
    return places.StreetNetwork.objects.create(
        code="linhe",
        name="临河",
        attribution="虚构",
        datum="wgs84",
        digest="0" * 64,
        report=built.report,
        west=west,
        south=south,
        east=east,
        north=north,
        is_current=True,
        is_fictional=True,
        imported_at=AFTERNOON,
        imported_by=by,
    )


def import_street(
    metres_east: list[float], *, by: User | None = None
) -> places.StreetNetwork:
    """Import one straight street through P instead, with nodes at these metres."""
    from xunfang.places.streets.files import network_file  # noqa: PLC0415 -- settings are ready

    points = [at("P", east_m=metres, north_m=0.0)[0] for metres in metres_east]
    nodes = "".join(
        f'<node id="{n}" lat="{lat}" lon="{lon}"/>'
        for n, (lon, lat) in enumerate(points, 1)
    )
    refs = "".join(f'<nd ref="{n}"/>' for n in range(1, len(points) + 1))
    way = f'<way id="1">{refs}<tag k="highway" v="residential"/></way>'
    path = network_file("street").with_suffix(".osm")
    path.write_text(f'<osm version="0.6">{nodes}{way}</osm>', encoding="utf-8")
    built = osm.build(osm.read_streets(path, datum=Datum.WGS84))
    osm.save_network(built.network, network_file("street"))
    west, south, east, north = built.findings.bounds
    return places.StreetNetwork.objects.create(
        code="street",
        name="长街",
        attribution="虚构",
        datum="wgs84",
        digest="0" * 64,
        report=built.report,
        west=west,
        south=south,
        east=east,
        north=north,
        is_current=True,
        is_fictional=True,
        imported_at=AFTERNOON,
        imported_by=by,
    )


def import_streets_with_map(folder: Path, *, by: User | None) -> places.StreetNetwork:
    """Import Linhe as an administrator does, base map and all."""
    path = folder / "linhe.osm"
    path.write_text(linhe_osm(), encoding="utf-8")
    return services.import_streets(
        path=path,
        name="临河",
        datum=Datum.WGS84,
        by=by,
        at=AFTERNOON,
        attribution="虚构城市",
        is_fictional=True,
    )


def add_station(code: str = "S01", name: str = "临河所") -> units.Station:
    """A station at F, without anything around it."""
    lon, lat = at("F")[0]
    return units.Station.objects.create(
        code=code, name=name, name_en="Linhe station", lon=lon, lat=lat
    )


def add_ground(station_code: str = "S01", *, rideable: bool = True) -> None:
    """Two areas, west and east of 柳巷, with two cells each."""
    for code, name, west, east in (WEST, EAST):
        area = places.PatrolArea.objects.create(
            code=code, name=name, station_code=station_code, is_rideable=rideable
        )
        places.AreaEdition.objects.create(
            area=area, valid_from=OPENED_ON, polygons=[box(west, -50, east, 650)]
        )
    for number, (area, node, south) in enumerate(
        (("A1", "F", 300), ("A1", "K", -50), ("A2", "G", 300), ("A2", "L", -50)), 1
    ):
        lon, lat = at(node)[0]
        _, _, west, east = WEST if area == "A1" else EAST
        places.GridCell.objects.create(
            code=f"C{number}",
            area=places.PatrolArea.objects.get(code=area),
            lon=lon,
            lat=lat,
            polygon=box(west, south, east, south + 350),
        )


def box(west: float, south: float, east: float, north: float) -> list[list[float]]:
    """A closed ring; metres east and north of P."""
    corners = [(west, south), (east, south), (east, north), (west, north)]
    ring = [at("P", east_m=x, north_m=y)[0].round(6).tolist() for x, y in corners]
    return [*ring, ring[0]]


def add_place(
    code: str, node: str, cell: str, *, name: str = "", kind: str = "bank"
) -> places.KeyPlace:
    """A key place at a node of Linhe."""
    lon, lat = at(node)[0]
    return places.KeyPlace.objects.create(
        code=code,
        name=name or f"{node}号银行",
        name_en=f"Bank {node}",
        kind=kind,
        cell=places.GridCell.objects.get(code=cell),
        lon=lon,
        lat=lat,
        check_every_days=30,
    )


def add_crew(
    station: units.Station, code: str, mode: str = "car", **values: object
) -> units.Shift:
    """A crew of two and two from 18:00 to 02:00."""
    return units.Shift.objects.create(
        **{
            "night": NIGHT,
            "code": code,
            "name": f"{code}组",
            "station": station,
            "mode": mode,
            "n_sworn": 2,
            "n_auxiliary": 2,
            "begins_min": 18 * 60,
            "ends_min": 26 * 60,
        }
        | values
    )


def add_reports(
    cell: str,
    *,
    n_incidents: int,
    hour: int = 21,
    category: str = "theft",
    source: str = places.IncidentCount.RESIDENT_REPORTED,
) -> None:
    """Incidents in a cell at an hour, over the thirty days of June."""
    places.IncidentCount.objects.create(
        cell=places.GridCell.objects.get(code=cell),
        category=category,
        source=source,
        first_day=date(2026, 6, 1),
        n_days=30,
        hour=hour,
        n_incidents=n_incidents,
    )


def import_calendar(text: str) -> None:
    """Bring in a calendar in place of the one there is."""
    services.import_calendar(text=text, source_name="linhe.toml", by=None, at=AFTERNOON)


def add_calendar(text: str = CALENDAR, *, by: User | None = None) -> None:
    """The calendar with one market, one night market and one school, and its ground."""
    services.import_calendar(text=text, source_name="linhe.toml", by=by, at=AFTERNOON)
    lon, lat = at("R")[0]
    places.MarketGround.objects.create(
        code="NM1",
        name="河滨夜市",
        name_en="Riverside night market",
        station_code="S01",
        lon=lon,
        lat=lat,
    )


def build_city() -> units.Station:
    """Everything but the streets: station, ground, places, reports, calendar, crews."""
    station = add_station()
    add_ground()
    add_place("K1", "B", "C1")
    add_place("K2", "C", "C3")
    add_place("K3", "E", "C1", name="临河高中", kind="school")
    add_place("K4", "R", "C4", name="河滨饭店", kind="hotel")
    places.PlaceCheck.objects.create(
        place=places.KeyPlace.objects.get(code="K1"),
        checked_on=date(2026, 7, 15),
        unit_code="S01",
    )
    add_reports("C1", n_incidents=12)
    add_reports("C1", n_incidents=3, category="noise", hour=23)
    add_reports("C4", n_incidents=5, hour=19)
    add_reports(
        "C2", n_incidents=900, source=places.IncidentCount.PATROL_FOUND, hour=21
    )
    add_calendar()
    add_crew(station, "1")
    add_crew(station, "2", "foot")
    return station
