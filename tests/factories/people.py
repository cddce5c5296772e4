"""Units, people and who is in which crew, for tests of any room."""

from datetime import UTC, datetime

from xunfang.accounts.models import Standing
from xunfang.units import models as units

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def add_unit(code: str = "HQ", *, level: str = "city", **values: object) -> units.Unit:
    """An office of headquarters whose people may be seconded."""
    return units.Unit.objects.create(
        **{
            "code": code,
            "name": f"{code}支队",
            "level": level,
            "is_seconding": True,
            "phone": "12000000000",
        }
        | values
    )


def add_station_unit(station: units.Station, **values: object) -> units.Unit:
    """The unit that a station is; nobody is seconded from it."""
    return add_unit(
        station.code,
        **{
            "name": station.name,
            "level": "station",
            "station": station,
            "is_seconding": False,
        }
        | values,
    )


def add_person(
    code: str,
    unit: units.Unit,
    *,
    standing: str = Standing.SWORN,
    knows: tuple[units.Station, ...] = (),
    skills: tuple[str, ...] = (),
    **values: object,
) -> units.Person:
    """Somebody who serves, with the grounds they know and the skills they declared."""
    person = units.Person.objects.create(
        **{"code": code, "name": f"警员{code}", "standing": standing, "home_unit": unit}
        | values
    )
    for station in knows:
        units.KnownGround.objects.create(person=person, station=station)
    for kind in skills:
        units.Skill.objects.create(person=person, kind=kind, declared_at=LONG_AGO)
    return person


def assign(
    shift: units.Shift, person: units.Person, part: str = units.Part.MEMBER
) -> units.Assignment:
    """Put somebody in a crew, past all rules."""
    return units.Assignment.objects.create(
        shift=shift, person=person, part=part, assigned_at=LONG_AGO
    )
