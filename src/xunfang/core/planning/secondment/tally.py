"""Nights and minutes that were worked, each counted once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from xunfang.core.errors import DomainError
from xunfang.core.planning.secondment.people import Duty, Person, PersonUnknown


class DutiesOverlap(DomainError):
    """One person is on record at two duties at once."""

    code = "planning.secondment.duties_overlap"


@dataclass(frozen=True, slots=True)
class Count:
    """Nights (person-nights where there are several people) and minutes."""

    n_nights: int
    n_minutes: int


@dataclass(frozen=True, slots=True)
class Tally:
    """The same work seen three ways, and its total.

    Work shows under the home unit and under the duty unit of whoever did it: the two are
    never added to one another.
    """

    by_person: Mapping[str, Count]
    by_home_unit: Mapping[str, Count]
    by_duty_unit: Mapping[str, Count]
    total: Count

    @property
    def is_counted_once(self) -> bool:
        """Whether the minutes of each of the three views make up the total."""
        views = (self.by_person, self.by_home_unit, self.by_duty_unit)
        return all(
            sum(count.n_minutes for count in view.values()) == self.total.n_minutes
            for view in views
        )


def tally(duties: Iterable[Duty], people: Iterable[Person]) -> Tally:
    """Count what was worked. A duty recorded twice counts once.

    A person with two duties in one night has worked one night: under the unit of each,
    but once in the total.

    Raises
    ------
    PersonUnknown
        A duty names somebody who is not among ``people``.
    DutiesOverlap
        Two different duties of a person overlap.
    """
    home = {person.id: person.home_unit for person in people}
    once = sorted(set(duties), key=lambda duty: (duty.person, duty.begins, duty.ends))
    for duty in once:
        if duty.person not in home:
            raise PersonUnknown(f"{duty.person!r} on {duty.night}")
    for first, second in pairwise(once):
        if first.person == second.person and second.begins < first.ends:
            raise DutiesOverlap(f"{first} and {second}")
    return Tally(
        by_person=_counted((duty.person, duty) for duty in once),
        by_home_unit=_counted((home[duty.person], duty) for duty in once),
        by_duty_unit=_counted((duty.duty_unit, duty) for duty in once),
        total=_count(once),
    )


def _counted(keyed: Iterable[tuple[str, Duty]]) -> dict[str, Count]:
    duties: defaultdict[str, list[Duty]] = defaultdict(list)
    for key, duty in keyed:
        duties[key].append(duty)
    return {key: _count(duties[key]) for key in sorted(duties)}


def _count(duties: Iterable[Duty]) -> Count:
    known = tuple(duties)
    return Count(
        n_nights=len({(duty.person, duty.night) for duty in known}),
        n_minutes=sum(duty.ends - duty.begins for duty in known),
    )
