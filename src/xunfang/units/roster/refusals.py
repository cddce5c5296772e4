"""What a roster refuses, and the checks that every change of one begins with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from xunfang.core.errors import DomainError
from xunfang.units.models import Part, Person, Shift
from xunfang.units.nights import tonight
from xunfang.units.roster.law import Finding
from xunfang.units.roster.reading import zone


class NightOver(DomainError):
    """The night is over: its roster can be read, not changed."""

    code = "units.night_over"


class RosterDoesNotHold(DomainError):
    """What was found breaks a rule when it is read back; nothing is kept."""

    code = "units.roster_does_not_hold"


class NightMoved(DomainError):
    """Somebody has changed a group of the night since the page was opened."""

    code = "units.night_moved"


class RosterMoved(DomainError):
    """Somebody else has changed the crew since the page was opened."""

    code = "units.roster_moved"

    def __init__(self, shift: Shift, changes: tuple["Moved", ...] = ()) -> None:
        self.shift, self.changes = shift, changes
        super().__init__(f"crew {shift.code} is at revision {shift.revision}")


class MayNotGo(DomainError):
    """Something forbids that a person goes out with a crew; a subclass says what."""

    code = "units.may_not_go"

    def __init__(self, person: Person, shift: Shift, finding: Finding) -> None:
        self.person, self.shift, self.finding = person, shift, finding
        super().__init__(f"{person.code} in {shift.code}: {finding}")


class PersonAbsent(MayNotGo):
    """The person is away during the shift."""

    code = "units.person_absent"


class PersonNotServing(MayNotGo):
    """The person does not serve any more."""

    code = "units.person_not_serving"


class InTwoPlaces(MayNotGo):
    """The person would be in two crews at once."""

    code = "units.in_two_places"


class RestTooShort(MayNotGo):
    """Less than eleven hours of rest, and no leader has signed."""

    code = "units.rest_too_short"


class TooManyNights(MayNotGo):
    """More nights in fourteen days than may be asked of anybody."""

    code = "units.too_many_nights"


class StandingWrong(MayNotGo):
    """Civil staff do not go on patrol; only a sworn officer joins a group as local."""

    code = "units.standing_wrong"


REFUSALS: dict[str, type[MayNotGo]] = {
    "absent": PersonAbsent,
    "not_serving": PersonNotServing,
    "two_places": InTwoPlaces,
    "rest_too_short": RestTooShort,
    "too_many_nights": TooManyNights,
    "standing_wrong": StandingWrong,
}
"""By the code of the finding."""


@dataclass(frozen=True, slots=True)
class Moved:
    """Somebody who came into a crew, left it or changed part while a page was open."""

    number: str
    was: Part | None
    is_now: Part | None


@dataclass(frozen=True, slots=True)
class Seen:
    """A crew as somebody had it before them."""

    revision: int
    people: Mapping[str, Part] = field(default_factory=dict)
    """Part by service number."""

    def __str__(self) -> str:
        people = " ".join(f"{number}:{part}" for number, part in self.people.items())
        return f"{self.revision} {people}".strip()


def seen_in(shift: Shift, people: Mapping[str, Part]) -> Seen:
    """Return a crew as it is now."""
    return Seen(shift.revision, people)


def read_seen(text: str) -> Seen:
    """Read what ``str(Seen)`` wrote; what cannot be read was never seen.

    >>> read_seen("3 L1:member L2:stand_in")
    Seen(revision=3, people={'L1': Part.MEMBER, 'L2': Part.STAND_IN})
    >>> read_seen("x").revision
    -1
    """
    revision, *people = text.split() or [""]
    parts = {}
    for entry in people:
        number, _, part = entry.rpartition(":")
        if part in Part.values:
            parts[number] = Part(part)
    return Seen(int(revision) if revision.isdecimal() else -1, parts)


def check_seen(shift: Shift, seen: Seen) -> None:
    """Refuse a change made from a page that is older than the crew.

    Raises
    ------
    RosterMoved
        With what has changed since.
    """
    if seen.revision == shift.revision:
        return
    now = {
        number: Part(part)
        for number, part in shift.assignments.order_by("person__code").values_list(
            "person__code", "part"
        )
    }
    changes = tuple(
        Moved(number, seen.people.get(number), now.get(number))
        for number in sorted(seen.people.keys() | now.keys())
        if seen.people.get(number) != now.get(number)
    )
    raise RosterMoved(shift, changes)


def is_over(night: date, at: datetime) -> bool:
    """Say whether a night is over: its roster is a record then."""
    return night < tonight(at, zone())


def check_not_over(night: date, at: datetime) -> None:
    """Refuse to change the roster of a night that is over."""
    if is_over(night, at):
        raise NightOver(f"the night of {night} is over")
