"""A night's roster as its pages show it: crew by crew, and station by station."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from xunfang.accounts.models import Standing
from xunfang.core.planning.secondment.people import FORTNIGHT_DAYS
from xunfang.units.models import Part, Person, Shift, Station
from xunfang.units.roster import law, wording
from xunfang.units.roster.night import (
    Conflict,
    conflicts_in,
    count_by_standing,
    free_local_officers,
)
from xunfang.units.roster.queries import people_by_number
from xunfang.units.roster.reading import GOES_OUT, Placed, Reading
from xunfang.units.roster.refusals import Seen, seen_in
from xunfang.web.names import local_name

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class HolderRow:
    """Somebody in a crew, with what stands against it and who could take the place."""

    id: int
    person: Person
    part: Part
    home_unit: str
    conflicts: tuple[Conflict, ...]
    is_absent: bool
    successor: Person | None = None
    """Who would take the place with one press: the stand-in, or whose turn it is."""
    successor_stands_in: bool = False


@dataclass(frozen=True, slots=True)
class OpenPlace:
    """A place that nobody holds, and whose turn it would be."""

    part: Part
    standing: Standing | None
    suggestion: Person | None

    @property
    def standing_label(self) -> str:
        return "" if self.standing is None else str(self.standing.label)


@dataclass(frozen=True, slots=True)
class CrewPanel:
    """One crew of the page."""

    shift: Shift
    seen: Seen
    hours: str
    members: tuple[HolderRow, ...]
    stand_ins: tuple[HolderRow, ...]
    open_places: tuple[OpenPlace, ...]
    conflicts: tuple[Conflict, ...]
    """Of the crew as a whole; those about a person stand beside the person."""
    is_red: bool


@dataclass(frozen=True, slots=True)
class StationRow:
    """One station on the city's page."""

    station: Station
    name: str
    n_crews: int
    n_groups: int
    n_places: int
    n_filled: int
    n_faults: int
    n_warnings: int

    @property
    def n_open(self) -> int:
        return max(0, self.n_places - self.n_filled)


class Turns:
    """Whose turn it is to be asked: not a third night in a row, then fewest nights.

    Only ever the next one is named; nobody sees the order.
    """

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._taken: set[int] = set()
        self._standing_by = {
            one.person.pk
            for placed in reading.placed.values()
            for one in placed
            if one.part == Part.STAND_IN
        }
        self._sorted = sorted(reading.people.values(), key=self._turn)

    def _turn(self, person: Person) -> tuple[bool, bool, int, str]:
        night = self._reading.night
        nights = {stint.night for stint in self._reading.stints.get(person.pk, ())}
        past = {n for n in nights if night - FORTNIGHT_DAYS * DAY < n < night}
        return (
            person.pk in self._standing_by,
            {night - DAY, night - 2 * DAY} <= nights,
            len(past),
            person.code,
        )

    def candidates(self, shift: Shift) -> list[Person]:
        """Return who may lawfully be put in a crew now, whose turn it is first."""
        in_crew = {one.person.pk for one in self._reading.placed[shift.pk]}
        return [
            person
            for person in self._sorted
            if person.pk not in in_crew
            and is_of_crew(person, shift)
            and law.may_go(self._reading, person, shift)
        ]

    def next(self, shift: Shift, standing: Standing) -> Person | None:
        """Return whose turn it is, a different person for every place asked about."""
        for person in self.candidates(shift):
            if person.standing == standing and person.pk not in self._taken:
                self._taken.add(person.pk)
                return person
        return None

    def next_local(self, shift: Shift) -> Person | None:
        """Return which officer of the station would go along with a group."""
        free = free_local_officers(self._reading, shift)
        named = [person for person in free if person.pk not in self._taken]
        person = min(named, key=self._turn, default=None)
        if person is not None:
            self._taken.add(person.pk)
        return person


def is_of_crew(person: Person, shift: Shift) -> bool:
    """Say whether crews of this kind are filled from the person's unit."""
    if shift.is_seconded:
        return person.home_unit.is_seconding
    return person.home_unit.station_id == shift.station_id


def crew_panels(
    reading: Reading, found: Sequence[Conflict], *, suggest: bool
) -> list[CrewPanel]:
    """Lay out the crews of what was read, with ``suggest`` also whose turn it is."""
    turns = Turns(reading) if suggest else None
    by_shift: defaultdict[int, list[Conflict]] = defaultdict(list)
    for conflict in found:
        by_shift[conflict.shift.pk].append(conflict)
    return [
        _panel(reading, shift, by_shift[shift.pk], turns) for shift in reading.shifts
    ]


def _panel(
    reading: Reading, shift: Shift, found: list[Conflict], turns: Turns | None
) -> CrewPanel:
    placed = sorted(
        reading.placed[shift.pk],
        key=lambda one: (
            one.part == Part.JOINED,
            one.person.standing != Standing.SWORN,
            one.person.code,
        ),
    )
    rows = _Rows(reading, shift, found, turns)
    return CrewPanel(
        shift=shift,
        seen=seen_in(shift, {one.person.code: one.part for one in placed}),
        hours=f"{wording.clock(shift.begins_min)}–{wording.clock(shift.ends_min)}",
        members=tuple(rows.row(one) for one in placed if one.goes_out),
        stand_ins=tuple(rows.row(one) for one in placed if not one.goes_out),
        open_places=tuple(_open_places(reading, shift, turns)),
        conflicts=tuple(conflict for conflict in found if not conflict.people),
        is_red=any(conflict.is_fault for conflict in found),
    )


class _Rows:
    """Lays out the people of one crew."""

    def __init__(
        self,
        reading: Reading,
        shift: Shift,
        found: list[Conflict],
        turns: Turns | None,
    ) -> None:
        self._reading, self._shift = reading, shift
        self._found, self._turns = found, turns
        self._ready = [
            person
            for person in reading.in_crew(shift, Part.STAND_IN)
            if law.may_go(reading, person, shift)
        ]

    def row(self, one: Placed) -> HolderRow:
        unit = one.person.home_unit
        begins, ends = self._reading.window(self._shift)
        own = tuple(
            conflict
            for conflict in self._found
            if one.person in conflict.people
            and one.goes_out != (conflict.code == "stand_in_unfit")
        )
        successor = self._successor(one, own) if one.part == Part.MEMBER else None
        return HolderRow(
            id=one.id,
            person=one.person,
            part=one.part,
            home_unit=local_name(unit.name, unit.name_en),
            conflicts=own,
            is_absent=any(
                away.begins < ends and begins < away.ends
                for away in self._reading.away.get(one.person.pk, ())
            ),
            successor=successor,
            successor_stands_in=successor in self._ready,
        )

    def _successor(self, one: Placed, own: tuple[Conflict, ...]) -> Person | None:
        for person in self._ready:
            if person.standing == one.person.standing:
                return person
        if self._turns is None or not any(conflict.is_fault for conflict in own):
            return None
        return self._turns.next(self._shift, Standing(one.person.standing))


def _open_places(
    reading: Reading, shift: Shift, turns: Turns | None
) -> Iterable[OpenPlace]:
    def suggestion(standing: Standing) -> Person | None:
        return None if turns is None else turns.next(shift, standing)

    numbers = count_by_standing(reading.in_crew(shift, Part.MEMBER))
    for standing, n_open in (
        (Standing.SWORN, shift.n_sworn - numbers.sworn),
        (Standing.AUXILIARY, shift.n_auxiliary - numbers.auxiliary),
    ):
        for _ in range(n_open):
            yield OpenPlace(Part.MEMBER, standing, suggestion(standing))
    people = [person for part in GOES_OUT for person in reading.in_crew(shift, part)]
    is_unknown = people and not any(
        shift.station_id in reading.grounds.get(person.pk, ()) for person in people
    )
    if shift.is_seconded and is_unknown:
        yield OpenPlace(
            Part.JOINED, None, None if turns is None else turns.next_local(shift)
        )
    if not reading.in_crew(shift, Part.STAND_IN):
        yield OpenPlace(Part.STAND_IN, None, suggestion(Standing.SWORN))


def station_rows(
    reading: Reading, stations: Iterable[Station], found: Sequence[Conflict]
) -> list[StationRow]:
    """Count for each station its crews, places, and what does not hold."""
    rows = []
    for station in stations:
        shifts = [s for s in reading.shifts if s.station_id == station.pk]
        own = [c for c in found if c.shift.station_id == station.pk]
        rows.append(
            StationRow(
                station=station,
                name=local_name(station.name, station.name_en),
                n_crews=len(shifts),
                n_groups=sum(shift.is_seconded for shift in shifts),
                n_places=sum(s.n_sworn + s.n_auxiliary for s in shifts),
                n_filled=sum(len(reading.in_crew(s, Part.MEMBER)) for s in shifts),
                n_faults=sum(conflict.is_fault for conflict in own),
                n_warnings=sum(not conflict.is_fault for conflict in own),
            )
        )
    return rows


@dataclass(frozen=True, slots=True)
class Call:
    """One person to telephone, and what to say."""

    person: Person | None
    number: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Calls:
    """Whom to telephone after a filling, by unit and service number."""

    calls: tuple[Call, ...] = ()
    gone: tuple[Call, ...] = ()
    """Who cannot come: they know."""
    short: tuple[str, ...] = field(default=())


def calls_of(detail: dict[str, list[dict[str, str]]], night: date) -> Calls:
    """Lay out whom a filling concerns; two queries."""
    changes = detail.get("changes", [])
    numbers = {c["number"] for c in changes} | {c["in_place_of"] for c in changes}
    people = people_by_number(numbers)
    crews = dict(Shift.objects.filter(night=night).values_list("code", "name"))
    calls: list[Call] = []
    gone: list[Call] = []
    for change in sorted(changes, key=lambda c: _unit_and_number(people, c["number"])):
        other = people.get(change["in_place_of"])
        call = Call(
            people.get(change["number"]),
            change["number"],
            wording.change_text(
                change["kind"],
                from_crew=crews.get(change["from"], change["from"]),
                to_crew=crews.get(change["to"], change["to"]),
                in_place_of="" if other is None else other.name,
            ),
        )
        (gone if change["kind"] == "gone" else calls).append(call)
    short = tuple(wording.shortage_text(short) for short in detail.get("short", []))
    return Calls(tuple(calls), tuple(gone), short)


def _unit_and_number(people: dict[str, Person], number: str) -> tuple[str, str]:
    person = people.get(number)
    return ("" if person is None else person.home_unit.code, number)


def read(
    night: date, stations: Sequence[Station], *, with_pool: bool
) -> tuple[Reading, tuple[Conflict, ...]]:
    """Read a night of some stations, and what does not hold in it."""
    reading = Reading(night=night, stations=stations, with_pool=with_pool)
    return reading, conflicts_in(reading)
