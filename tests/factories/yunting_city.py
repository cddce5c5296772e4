"""Yunting, the demo city, as ``xunfang demo`` builds it.

Town, city and map are the same each time: one process draws them once.
"""

from datetime import UTC, date, datetime
from functools import cache
from importlib import resources
from pathlib import Path
from unittest import mock

from django.conf import settings

from xunfang.accounts.models import User
from xunfang.cli.demo import load, load_force
from xunfang.cli.demo.city import generate_city
from xunfang.cli.demo.city_model import City
from xunfang.cli.demo.town import generate_town
from xunfang.patrols import services
from xunfang.patrols.models import Plan
from xunfang.patrols.plans import making
from xunfang.patrols.tasks import queue_plan
from xunfang.places.streets import basemap
from xunfang.places.streets.basemap import _run_tippecanoe
from xunfang.units.models import Station

NIGHT = date(2026, 9, 18)
"""A Friday of early autumn: schools are open, the night markets too."""
AFTERNOON = datetime(2026, 9, 18, 8, tzinfo=UTC)


@cache
def _drawn() -> tuple[str, City]:
    town = generate_town()
    return town.osm_xml(), generate_city(town)


def city() -> City:
    """Return the city's stations, crews, places and calls, as they are drawn."""
    return _drawn()[1]


@cache
def _tiles() -> list[bytes]:
    return []


def _tile_once(folder: Path, layers: list[str]) -> None:
    if not _tiles():
        _run_tippecanoe(folder, layers)
        _tiles().append((folder / "map.pmtiles").read_bytes())
    (folder / "map.pmtiles").write_bytes(_tiles()[0])


def build(*, by: User) -> date:
    """Put the whole city into the database; return the night its crews are on shift."""
    osm_xml, city = _drawn()
    path = Path(settings.DATA_DIR) / "yunting.osm"
    path.write_text(osm_xml, encoding="utf-8")
    with mock.patch.object(basemap, "_run_tippecanoe", _tile_once):
        put_on_streets(path, city, by=by)
    return NIGHT


def put_on_streets(path: Path, city: City, *, by: User) -> None:
    """Import streets and put the city's police on them."""
    network = load.load_streets(path, city=city, by=by, at=AFTERNOON)
    load.load_city(city, network=network, at=AFTERNOON)
    load_force.load_force(city, at=AFTERNOON)
    data = resources.files("xunfang.cli")
    load.load_calendars(
        city,
        calendar_text=(data / "demo/data/yunting_calendar.toml").read_text("utf-8"),
        holiday_texts=[
            ("2026.toml", (data / "data/holidays/2026.toml").read_text("utf-8"))
        ],
        by=by,
        at=AFTERNOON,
    )
    load.load_orders(night=NIGHT, by=by, at=AFTERNOON)
    load.load_night(city, night=NIGHT)


def plan(night: date, station_code: str, *, by: User, cpu_s: float) -> Plan:
    """Plan one station's night."""
    station = Station.objects.get(code=station_code)
    [run] = services.ask_for_plans(
        night=night, stations=[station], cpu_s=cpu_s, seed=1, by=by, at=AFTERNOON
    )
    making.make_plan(run_id=run.pk, clock=lambda: AFTERNOON, queue=queue_plan)
    return Plan.objects.get(station=station, night=night, is_current=True)
