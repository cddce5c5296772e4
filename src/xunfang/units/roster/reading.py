"""Everything that a night's roster depends on, read at once.

Minutes are absolute (since the first of January 1970, UTC), so that rest is exact across
nights, and across the two nights of a year on which some clocks are put forward or back.
However many crews and people there are, a reading costs the same few queries.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from xunfang.core.planning.problem import Window
from xunfang.core.planning.secondment.people import FORTNIGHT_DAYS
from xunfang.units.models import (
    Absence,
    Assignment,
    KnownGround,
    Part,
    Person,
    RestWaiver,
    Shift,
    Station,
)
from xunfang.units.nights import midnight_before

GOES_OUT = (Part.MEMBER, Part.JOINED)
"""Parts that are on the street; a stand-in waits."""


def zone() -> ZoneInfo:
    """Return the clock that the city keeps."""
    return ZoneInfo(settings.TIME_ZONE)


def absolute_minute(moment: datetime) -> int:
    """Return the whole minute in which a moment lies."""
    return int(moment.timestamp() // 60)


def window_of(night: date, begins_min: int, ends_min: int) -> Window:
    """Return when a shift begins and ends, in absolute minutes."""
    midnight = absolute_minute(midnight_before(night, zone()))
    return midnight + begins_min, midnight + ends_min


@dataclass(frozen=True, slots=True)
class Stint:
    """One duty of one person with one crew."""

    shift: int
    """Key of the crew's shift."""
    person: int
    night: date
    begins: int
    ends: int
    crew: str
    station: str


@dataclass(frozen=True, slots=True)
class Away:
    """When somebody cannot be on duty."""

    begins: int
    ends: int
    absence: Absence


@dataclass(frozen=True, slots=True)
class Placed:
    """Somebody in a crew of the night."""

    id: int
    part: Part
    person: Person

    @property
    def goes_out(self) -> bool:
        return self.part in GOES_OUT


class Reading:
    """One night of some stations: crews, who is in them, and what bears on them.

    ``stations`` are those whose crews are read. With ``with_pool`` everybody who may be
    seconded is read as well, not only those who are in a crew already; ``people`` are
    the keys of others who are asked about.
    """

    def __init__(
        self,
        *,
        night: date,
        stations: Iterable[Station],
        with_pool: bool = False,
        people: Iterable[int] = (),
    ) -> None:
        self.night = night
        keys = [station.pk for station in stations]
        self.shifts = list(
            Shift.objects.filter(night=night, station__in=keys)
            .select_related("station", "template")
            .order_by("station__code", "code")
        )
        in_crews = Assignment.objects.filter(
            shift__night=night, shift__station__in=keys
        )
        in_question = (
            Q(pk__in=in_crews.values("person"))
            | Q(pk__in=[*people])
            | Q(home_unit__station__in=keys, is_serving=True)
        )
        if with_pool:
            in_question |= Q(home_unit__is_seconding=True, is_serving=True)
        self._in_question = Person.objects.filter(in_question)
        self.people = {
            person.pk: person
            for person in self._in_question.select_related("home_unit")
        }
        self.placed: defaultdict[int, list[Placed]] = defaultdict(list)
        for key, shift, person, part in in_crews.order_by("person__code").values_list(
            "pk", "shift", "person", "part"
        ):
            placed = Placed(key, Part(part), self.people[person])
            self.placed[shift].append(placed)

    def window(self, shift: Shift) -> Window:
        """Return when a crew is out, in absolute minutes."""
        return window_of(shift.night, shift.begins_min, shift.ends_min)

    def in_crew(self, shift: Shift, *parts: Part) -> list[Person]:
        """Return who is in a crew as one of ``parts``, by service number."""
        return [p.person for p in self.placed[shift.pk] if p.part in parts]

    @cached_property
    def stints(self) -> dict[int, list[Stint]]:
        """Duties by person, of this night and the thirteen on either side of it."""
        span = timedelta(days=FORTNIGHT_DAYS - 1)
        rows = (
            Assignment.objects.filter(
                person__in=self._in_question.values("pk"),
                part__in=GOES_OUT,
                shift__night__range=(self.night - span, self.night + span),
            )
            .order_by("shift__night", "shift__begins_min", "pk")
            .values_list(
                "shift",
                "person",
                "shift__night",
                "shift__begins_min",
                "shift__ends_min",
                "shift__code",
                "shift__station__code",
            )
        )
        found: defaultdict[int, list[Stint]] = defaultdict(list)
        for shift, person, night, begins, ends, crew, station in rows:
            window = window_of(night, begins, ends)
            found[person].append(Stint(shift, person, night, *window, crew, station))
        return found

    @cached_property
    def away(self) -> dict[int, list[Away]]:
        """Absences by person that touch the days around the night."""
        midnight = midnight_before(self.night, zone())
        rows = Absence.objects.filter(
            person__in=self._in_question.values("pk"),
            cancelled_at=None,
            ends_at__gt=midnight,
            begins_at__lt=midnight + timedelta(days=3),
        )
        found: defaultdict[int, list[Away]] = defaultdict(list)
        for absence in rows:
            found[absence.person_id].append(
                Away(
                    absolute_minute(absence.begins_at),
                    absolute_minute(absence.ends_at),
                    absence,
                )
            )
        return found

    @cached_property
    def waivers(self) -> dict[tuple[int, date], RestWaiver]:
        """Signed waivers of rest, by person and night: of this night and the next."""
        rows = RestWaiver.objects.filter(
            night__range=(self.night, self.night + timedelta(days=2))
        ).select_related("signed_by")
        return {(waiver.person_id, waiver.night): waiver for waiver in rows}

    @cached_property
    def grounds(self) -> dict[int, set[int]]:
        """Stations whose ground a person knows: has served there, or serves there."""
        found: defaultdict[int, set[int]] = defaultdict(set)
        for key, station in KnownGround.objects.filter(
            person__in=self._in_question.values("pk")
        ).values_list("person", "station"):
            found[key].add(station)
        for person in self.people.values():
            if person.home_unit.station_id is not None:
                found[person.pk].add(person.home_unit.station_id)
        return found

    def out_tonight(self, person: Person) -> bool:
        """Say whether somebody goes out on this night with any crew."""
        return any(
            stint.night == self.night for stint in self.stints.get(person.pk, ())
        )
