"""Write the demo city into the database, through the same doors as a real one."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
from django.db import transaction
from django.db.models import Sum

from xunfang.accounts.models import Role, User
from xunfang.cli.demo.city_model import City, Crew, IncidentCounts, KeyPlace
from xunfang.core.calendars.agenda import agenda
from xunfang.core.calendars.holidays import Holidays
from xunfang.core.geo import Datum, points_in_polygon
from xunfang.core.streets.snapping import Snapper
from xunfang.patrols.extras import services as extras
from xunfang.patrols.models import Round
from xunfang.patrols.wanted.lines import MARKET_DAYS, MARKET_TEAM
from xunfang.patrols.wanted.statement import HORIZON
from xunfang.places import models as places
from xunfang.places import queries as places_queries
from xunfang.places import services as places_services
from xunfang.units import models as units

PASSWORD = "yunting-demo"  # noqa: S105 -- printed for everybody, only in the demo
VALID_FROM = date(2026, 1, 1)
WAY_TO_MARKET_MIN = 30
UNLIT_STATION = "S02"
CAMPAIGN_STATION = "S01"
THEFTS_STATION = "S04"

ACCOUNTS = (
    ("zhiban", "值班民警", Role.DUTY_OFFICER, ""),
    ("lingdao", "局领导", Role.LEADER, ""),
    ("xunluo", "巡逻民警(汀东所)", Role.PATROL_OFFICER, "S01"),
    ("shequ", "社区民警(汀东所)", Role.COMMUNITY_OFFICER, "S01"),
    ("ducha", "督察", Role.SUPERVISOR, ""),
    ("guanli", "管理员", Role.ADMINISTRATOR, ""),
)
"""User name, name shown, role, station: one login for each role."""
OFFICER_OUT = "xunluo"
"""Who is out tonight, with a crew and calls: the one to sign in as on a phone."""

_SCHOOLS_BLOCK = re.compile(r"\[\[schools\]\]\n(?:[^\[\n][^\n]*\n|\n)*")


def load_people() -> User:
    """Make one account for each role; return the duty officer's."""
    for username, name, role, station in ACCOUNTS:
        user, is_new = User.objects.get_or_create(
            username=username,
            defaults={"display_name": name, "role": role, "station_code": station},
        )
        if is_new:
            user.set_password(PASSWORD)
            user.save(update_fields=["password"])
    return User.objects.get(username=ACCOUNTS[0][0])


def load_streets(
    path: Path, *, city: City, by: User, at: datetime
) -> places.StreetNetwork:
    """Import the streets the demo stands on."""
    return places_services.import_streets(
        path=path,
        name=city.zh if not city.real_streets else f"{city.zh}({path.name})",
        datum=Datum.WGS84,
        by=by,
        at=at,
        attribution="© OpenStreetMap contributors"
        if city.real_streets
        else city.disclaimer,
        is_fictional=not city.real_streets,
    )


@transaction.atomic
def load_city(city: City, *, network: places.StreetNetwork, at: datetime) -> None:
    """Write stations, areas, cells, places, markets and counts."""
    units.Station.objects.bulk_create(
        units.Station(
            code=station.code,
            name=station.zh,
            name_en=station.en,
            kind=station.kind,
            lon=station.at[0],
            lat=station.at[1],
        )
        for station in city.stations
    )
    units.TeamTemplate.objects.bulk_create(
        [
            units.TeamTemplate(code="night", name="夜巡组", min_sworn=1, min_total=4),
            units.TeamTemplate(
                code="market", name="赶场警务小分队", min_sworn=2, min_total=6
            ),
        ]
    )
    _load_ground(city, network)
    _load_places(city)
    _load_checks(city, until=at.date())
    _load_counts(city.reported)
    _load_counts(city.patrol_found)
    _load_rounds()


def load_calendars(
    city: City,
    *,
    calendar_text: str,
    holiday_texts: Sequence[tuple[str, str]],
    by: User,
    at: datetime,
) -> None:
    """Bring in the demo calendar, with a gate for each school, and the holidays."""
    places_services.import_calendar(
        text=with_schools(calendar_text, city.places),
        source_name="yunting_calendar.toml",
        by=by,
        at=at,
    )
    for name, text in holiday_texts:
        places_services.import_holidays(text=text, source_name=name, by=by, at=at)


def with_schools(calendar_text: str, key_places: Sequence[KeyPlace]) -> str:
    """Return the calendar with every school in place of one entry a level."""
    entries = [
        f'[[schools]]\ncode = "{place.code}"\nname = "{place.zh}"\n'
        f'name_en = "{place.en}"\nlevel = "{place.school_level}"\n'
        f'station = "{place.station}"\n'
        for place in key_places
        if place.school_level
    ]
    return _SCHOOLS_BLOCK.sub("", calendar_text) + "\n" + "\n".join(entries)


@transaction.atomic
def load_night(city: City, *, night: date) -> None:
    """Put tonight's crews on shift, and the teams of markets held in the evening.

    A night that has crews stays as it is: people may have changed them.
    """
    if units.Shift.objects.filter(night=night).exists():
        return
    stations = {row.code: row for row in units.Station.objects.all()}
    template = units.TeamTemplate.objects.get(code="night")
    groups = [
        _shift(crew, night, stations[crew.station], template)
        for crew in city.night_groups
    ]
    for number, group in enumerate(groups, 1):
        group.group_number = number
    units.Shift.objects.bulk_create(groups)
    units.Shift.objects.bulk_create(
        _shift(crew, night, stations[crew.station], template)
        for crew in city.local_crews
    )
    units.Shift.objects.bulk_create(_market_teams(city, night, stations))


def _market_teams(
    city: City, night: date, stations: Mapping[str, units.Station]
) -> Iterator[units.Shift]:
    """Two officers and four auxiliaries on foot for each market of the evening."""
    team = units.TeamTemplate.objects.get(code=MARKET_TEAM)
    town = places_queries.get_town_calendar()
    markets = {market.code: market for market in city.markets}
    for duty in agenda(night, town=town, holidays=Holidays()).duties:
        if duty.kind not in MARKET_DAYS or duty.code not in markets:
            continue
        if duty.from_min is None or duty.until_min is None:
            continue
        if duty.until_min > HORIZON[0]:
            yield units.Shift(
                night=night,
                code=f"{duty.station}-{duty.code}",
                name=f"{markets[duty.code].zh}小分队",
                station=stations[duty.station],
                template=team,
                mode="foot",
                n_sworn=team.min_sworn,
                n_auxiliary=team.min_total - team.min_sworn,
                begins_min=duty.from_min - WAY_TO_MARKET_MIN,
                ends_min=duty.until_min + WAY_TO_MARKET_MIN,
                tags="market",
            )


@transaction.atomic
def load_orders(*, night: date, by: User, at: datetime) -> None:
    """Give the first night what people ordered: minutes, officers, lights at posts.

    One station has said nothing about its lights, so that a post without is seen.
    """
    for station in units.Station.objects.exclude(code=UNLIT_STATION):
        extras.set_lights(
            station=station, window=(17 * 60, 31 * 60), begins_on=night, by=by, at=at
        )
    busiest = (
        places.GridCell.objects.filter(
            area__station_code=CAMPAIGN_STATION,
            incidents__source=places.IncidentCount.RESIDENT_REPORTED,
            incidents__hour__in=(21, 22),
        )
        .annotate(n_reported=Sum("incidents__n_incidents"))
        .order_by("-n_reported", "code")[0]
    )
    extras.save_overlay(
        name="平安夜巡",
        changes={(busiest.code, 21): 4, (busiest.code, 22): 4},
        begins_on=night,
        until=night + timedelta(days=29),
        by=by,
        at=at,
    )
    extras.order_reinforcement(
        place=places.KeyPlace.objects.filter(
            kind="estate", cell__area__station_code=THEFTS_STATION
        ).earliest("code"),
        minutes=30,
        begins_on=night,
        until=night + timedelta(days=13),
        reason="群众反映连续三起电瓶被盗",
        by=by,
        at=at,
    )


def _shift(
    crew: Crew, night: date, station: units.Station, template: units.TeamTemplate
) -> units.Shift:
    first, last = crew.break_window_min
    return units.Shift(
        night=night,
        code=crew.code,
        name=crew.zh,
        station=station,
        template=template if crew.seconded else None,
        mode=crew.mode,
        n_sworn=crew.n_sworn,
        n_auxiliary=crew.n_auxiliaries,
        begins_min=crew.shift_min[0],
        ends_min=crew.shift_min[1],
        break_first_min=first if crew.break_length_min else None,
        break_last_min=last if crew.break_length_min else None,
        break_minutes=crew.break_length_min,
        tags=" ".join(crew.tags),
        is_seconded=crew.seconded,
    )


def _load_ground(city: City, network: places.StreetNetwork) -> None:
    """Areas with their streets, and cells with the point where presence is given."""
    streets = places_queries.load_streets(network.code)
    rings = {cell.code: np.array(cell.ring) for cell in city.cells}
    middles = np.array([ring.mean(axis=0) for ring in rings.values()])
    on_street = Snapper(streets).snap(middles).lonlat
    areas = {
        area.code: places.PatrolArea(
            code=area.code, name=area.zh, station_code=area.station
        )
        for area in city.areas
    }
    places.PatrolArea.objects.bulk_create(areas.values())
    editions = {
        area.code: places.AreaEdition(
            area=areas[area.code],
            valid_from=VALID_FROM,
            polygons=[_closed(area.ring)],
        )
        for area in city.areas
    }
    places.AreaEdition.objects.bulk_create(editions.values())
    places.GridCell.objects.bulk_create(
        places.GridCell(
            code=cell.code,
            area=areas[cell.area],
            lon=float(point[0]),
            lat=float(point[1]),
            polygon=_closed(cell.ring),
        )
        for cell, point in zip(city.cells, on_street, strict=True)
    )
    middle_of_segment = np.array(
        [streets.shape_of(s).mean(axis=0) for s in range(streets.n_segments)]
    )
    taken = np.zeros(streets.n_segments, dtype=bool)
    rows: list[places.AreaStreet] = []
    for area in city.areas:
        inside = points_in_polygon(middle_of_segment, area.ring) & ~taken
        taken |= inside
        rows += [
            places.AreaStreet(
                edition=editions[area.code],
                segment_id=streets.segment_key(segment),
                name=streets.segment_name_of(segment),
                length_m=float(streets.segment_length_m[segment]),
            )
            for segment in np.flatnonzero(inside).tolist()
        ]
    places.AreaStreet.objects.bulk_create(rows, batch_size=2000)


def _load_places(city: City) -> None:
    cells = {row.code: row for row in places.GridCell.objects.all()}
    rows = {
        place.code: places.KeyPlace(
            code=place.code,
            name=place.zh,
            name_en=place.en,
            kind=place.kind,
            cell=cells[place.cell],
            lon=place.at[0],
            lat=place.at[1],
            check_every_days=place.check_every_days,
        )
        for place in city.places
    }
    places.KeyPlace.objects.bulk_create(rows.values())
    places.BusyWindow.objects.bulk_create(
        places.BusyWindow(
            place=rows[place.code],
            first_month=min(window.months),
            last_month=max(window.months),
            weekdays="".join(str(day) for day in window.weekdays),
            begins_min=window.from_min,
            ends_min=window.to_min,
        )
        for place in city.places
        for window in place.busy
    )
    places.MarketGround.objects.bulk_create(
        places.MarketGround(
            code=market.code,
            name=market.zh,
            name_en=market.en,
            station_code=market.station,
            lon=market.at[0],
            lat=market.at[1],
            round_stops=[
                {
                    "name": stop.zh,
                    "name_en": stop.en,
                    "lon": stop.at[0],
                    "lat": stop.at[1],
                }
                for stop in market.loop
            ],
        )
        for market in city.markets
    )
    places.ResponseCircle.objects.bulk_create(
        places.ResponseCircle(
            code=circle.code,
            name=circle.zh,
            station_code=circle.station,
            lon=circle.at[0],
            lat=circle.at[1],
            minutes=circle.target_min,
        )
        for circle in city.circles
    )


def _load_checks(city: City, *, until: date) -> None:
    """Checks of the last weeks, spread so that some places are due and some overdue."""
    rng = np.random.default_rng(536)
    rows = {row.code: row for row in places.KeyPlace.objects.all()}
    places.PlaceCheck.objects.bulk_create(
        places.PlaceCheck(
            place=rows[place.code],
            checked_on=until
            - timedelta(days=int(rng.integers(1, round(1.4 * place.check_every_days)))),
            unit_code=place.station,
        )
        for place in city.places
        if rng.random() < 0.95
    )


def _load_counts(counts: IncidentCounts) -> None:
    cells = list(places.GridCell.objects.order_by("code"))
    by_cell = counts.by_cell.sum(axis=0)
    n_days = (counts.last_day - counts.first_day).days + 1
    places.IncidentCount.objects.bulk_create(
        (
            places.IncidentCount(
                cell=cells[cell],
                category=counts.classes[category],
                source=counts.source,
                first_day=counts.first_day,
                n_days=n_days,
                hour=hour,
                n_incidents=int(by_cell[cell, hour, category]),
            )
            for cell, hour, category in np.argwhere(by_cell > 0).tolist()
        ),
        batch_size=2000,
    )


def _load_rounds() -> None:
    """Concentrated rounds held so far: one half-month was missed."""
    held = [
        date(2026, month, day)
        for month, day in (
            (5, 12), (5, 28), (6, 9), (6, 24), (7, 10), (7, 25), (8, 7), (8, 22),
            (9, 11), (9, 24), (10, 9), (10, 23), (11, 6),
        )
    ]  # fmt: skip
    Round.objects.bulk_create(
        Round(duty_code="NIGHT-ROUND", night=day, state=Round.CLOSED) for day in held
    )


def _closed(ring: Sequence[tuple[float, float]]) -> list[list[float]]:
    points = [[round(lon, 6), round(lat, 6)] for lon, lat in ring]
    return [*points, points[0]]
