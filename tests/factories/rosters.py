"""Small rosters at Linhe: a station with its own officers, and headquarters."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from tests.factories import linhe_city
from tests.factories.linhe_city import NIGHT
from tests.factories.people import LONG_AGO, add_person, add_station_unit, add_unit
from xunfang.accounts.models import Standing
from xunfang.units import models as units
from xunfang.units.nights import midnight_before

DAY = timedelta(days=1)
N_GROUPS = (5, 4, 4, 3, 3, 2, 1, 2, 1, 1)
"""Of the ten stations, in their order."""
WITH_TWO_AUXILIARIES = {3, 6, 9, 12, 15, 18, 21, 24}


def at_minute(minute: int, night: date = NIGHT) -> datetime:
    """A moment of a night, in minutes after its midnight."""
    zone = timezone.get_default_timezone()
    return midnight_before(night, zone) + timedelta(minutes=minute)


def add_absence(
    person: units.Person,
    begins_min: int = 12 * 60,
    ends_min: int = 36 * 60,
    night: date = NIGHT,
) -> units.Absence:
    """Somebody who is away; unless said otherwise from noon to noon."""
    return units.Absence.objects.create(
        person=person,
        begins_at=at_minute(begins_min, night),
        ends_at=at_minute(ends_min, night),
        entered_at=LONG_AGO,
    )


def work(person: units.Person, station: units.Station, *nights_ago: int) -> None:
    """Put somebody in a crew of their own on earlier nights, from 18:00 to 02:00."""
    for ago in nights_ago:
        shift = linhe_city.add_crew(
            station,
            f"past-{person.code}-{ago}",
            night=NIGHT - ago * DAY,
        )
        units.Assignment.objects.create(
            shift=shift, person=person, assigned_at=LONG_AGO
        )


class Linhe:
    """Station S01 with six of its own, headquarters with eight, no crew yet."""

    def __init__(self) -> None:
        self.station = linhe_city.add_station()
        self.unit = add_station_unit(self.station)
        self.headquarters = add_unit("HQ")
        self.sworn = [add_person(f"L{n}", self.unit) for n in range(1, 4)]
        self.auxiliaries = [
            add_person(f"LA{n}", self.unit, standing=Standing.AUXILIARY)
            for n in range(1, 4)
        ]
        self.seconded = [add_person(f"H{n}", self.headquarters) for n in range(1, 6)]
        self.seconded_auxiliaries = [
            add_person(f"HA{n}", self.headquarters, standing=Standing.AUXILIARY)
            for n in range(1, 4)
        ]

    def crew(self, code: str = "1", **values: object) -> units.Shift:
        """A crew of the station; two and two unless said otherwise."""
        return linhe_city.add_crew(self.station, code, **values)

    def group(self, number: int = 1, **values: object) -> units.Shift:
        """A numbered group of seconded officers: two and one unless said otherwise."""
        return self.crew(
            f"G{number}",
            **{
                "is_seconded": True,
                "group_number": number,
                "n_sworn": 2,
                "n_auxiliary": 1,
            }
            | values,
        )


def build_ten_stations(
    n_sworn: int = 300, n_auxiliary: int = 140
) -> list[units.Station]:
    """The city's pool, 26 groups for 104 people, and one local officer a station."""
    stations = [linhe_city.add_station(f"S{n:02}", f"{n}号所") for n in range(1, 11)]
    headquarters = [add_unit(f"H{n:02}") for n in range(12)]
    people = units.Person.objects.bulk_create(
        units.Person(
            code=f"{standing[0]}{n:03}",
            name=f"警员{n}",
            standing=standing,
            home_unit=headquarters[n % 12],
        )
        for standing, n_people in (("sworn", n_sworn), ("auxiliary", n_auxiliary))
        for n in range(n_people)
    )
    units.KnownGround.objects.bulk_create(
        units.KnownGround(person=person, station=stations[n // 2 % 10])
        for n, person in enumerate(people)
        if n % 2 == 0
    )
    for station in stations:
        add_person(f"l-{station.code}", add_station_unit(station))
    add_groups(stations)
    return stations


def add_groups(stations: list[units.Station], night: date = NIGHT) -> None:
    """26 groups of four, from 19:00 to 22:20."""
    numbers = iter(range(1, 27))
    for station, n_groups in zip(stations, N_GROUPS, strict=True):
        for _ in range(n_groups):
            is_even = (number := next(numbers)) in WITH_TWO_AUXILIARIES
            linhe_city.add_crew(
                station,
                f"X{number:02}",
                night=night,
                is_seconded=True,
                n_sworn=2 if is_even else 3,
                n_auxiliary=2 if is_even else 1,
                begins_min=19 * 60,
                ends_min=22 * 60 + 20,
            )
