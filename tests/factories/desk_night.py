"""A night at the desk of Linhe: crews on duty with positions, and calls that wait."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.factories import calls as factory
from tests.factories import linhe_city
from tests.factories.linhe_city import NIGHT
from tests.towns.linhe import at
from xunfang.accounts.models import User
from xunfang.calls.models import Call
from xunfang.units.models import Position, Shift, Station

NOW = datetime(2026, 8, 14, 19, 5, tzinfo=UTC)
"""03:05 in Linhe, in the night of 14 August."""


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


@dataclass(frozen=True, slots=True)
class DeskNight:
    station: Station
    crews: tuple[Shift, ...]
    calls: tuple[Call, ...]


def put(shift: Shift, node: str, *, seen_at: datetime, **values: object) -> Position:
    """Say where a crew is: at a node of Linhe."""
    lon, lat = at(node)[0]
    position, _ = Position.objects.update_or_create(
        shift=shift,
        defaults={
            "lon": float(lon),
            "lat": float(lat),
            "fixed_at": seen_at,
            "received_at": seen_at,
        }
        | values,
    )
    return position


def call_at(
    node: str, number: str, *, by: User, minutes_ago: float, **values: object
) -> Call:
    """A call at a node of Linhe."""
    lon, lat = at(node)[0]
    return factory.add_call(
        number, by=by, at=ago(minutes_ago), point=(float(lon), float(lat)), **values
    )


def build(*, by: User, streets: bool = True) -> DeskNight:
    """Three crews of S01, of one of which nobody has heard; three calls."""
    if streets:
        linhe_city.import_streets(by=by)
    station = linhe_city.add_station()
    linhe_city.add_ground()
    linhe_city.add_reports("C1", n_incidents=12)
    linhe_city.add_reports("C4", n_incidents=5)
    crews = tuple(
        linhe_city.add_crew(station, code, name=f"{code}巡", ends_min=30 * 60)
        for code in ("1", "2", "3")
    )
    for crew in crews:
        factory.go_on_duty(crew, by=by, at=ago(60))
    put(crews[0], "F", seen_at=ago(0.1), heading_deg=90.0)
    put(crews[1], "H", seen_at=ago(2), heading_deg=180.0)
    quarrel = factory.add_class(
        "jf", name="纠纷", name_en="Dispute", urgency=3, bands=[[1, 300, 1]]
    )
    robbery = factory.add_class(
        "qj",
        name="抢劫",
        name_en="Robbery",
        urgency=1,
        bands=[[1, 180, 2], [2, 300, 1]],
    )
    common = {"station": station, "by": by}
    calls = (
        call_at(
            "G",
            "110-1",
            minutes_ago=2,
            call_class=robbery,
            place_text="人民路经六路口",
            words="有人抢包,往东跑了",
            **common,
        ),
        call_at(
            "C",
            "110-2",
            minutes_ago=20,
            call_class=quarrel,
            place_text="北门街 12 号",
            **common,
        ),
        call_at(
            "K",
            "110-3",
            minutes_ago=4,
            call_class=quarrel,
            place_text="健康路口",
            **common,
        ),
    )
    return DeskNight(station, crews, calls)


__all__ = ["NIGHT", "NOW", "DeskNight", "ago", "build", "call_at", "put"]
