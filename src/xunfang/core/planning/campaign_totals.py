"""What a campaign has put on the street: the sum of its shifts, each counted once.

A shift may carry the tags of several campaigns. A programme is the union of its
branches: a shift that two of them claim is one shift, and its minutes are worked once.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class TaggedShift:
    """A shift with one tag it carries.

    ``minutes`` run from when the crew goes on duty to when it goes off, meal breaks
    included: somebody who eats is on duty. ``people`` are those the crew is planned with.

    Raises
    ------
    ValueError
        Nobody is in it, or it does not last.
    """

    key: Hashable
    """Tells one shift from another."""
    campaign: str
    night: date
    unit: str
    people: int
    minutes: int

    def __post_init__(self) -> None:
        if self.people < 1 or self.minutes < 1:
            raise ValueError(f"shift {self.key!r} is no shift")

    @property
    def person_minutes(self) -> int:
        """Minutes times people."""
        return self.people * self.minutes


@dataclass(frozen=True, slots=True)
class Sum:
    """Some shifts added up. Crew minutes count a crew once, however many it has."""

    n_shifts: int = 0
    people: int = 0
    crew_minutes: int = 0
    person_minutes: int = 0


@dataclass(frozen=True, slots=True)
class CampaignTotals:
    """The whole, and the same by night and by unit: each of them adds up to the whole."""

    whole: Sum
    by_night: Mapping[date, Sum]
    by_unit: Mapping[str, Sum]
    by_campaign: Mapping[str, Sum]
    """Of each tag by itself; together more than the whole by what is shared."""
    n_shared: int
    """Shifts that carry more than one of the tags."""


def total(tagged: Iterable[TaggedShift]) -> CampaignTotals:
    """Add up shifts, each once, however many of the tags it carries.

    Raises
    ------
    ValueError
        The same key stands for two different shifts: the caller's bug.
    """
    rows = set(tagged)
    shifts: dict[Hashable, TaggedShift] = {}
    n_tags = Counter(row.key for row in rows)
    for row in rows:
        known = shifts.setdefault(row.key, row)
        if _facts(known) != _facts(row):
            raise ValueError(f"two different shifts are both called {row.key!r}")
    each = list(shifts.values())
    return CampaignTotals(
        whole=_sum(each),
        by_night=_sums((shift.night, shift) for shift in each),
        by_unit=_sums((shift.unit, shift) for shift in each),
        by_campaign=_sums((row.campaign, row) for row in rows),
        n_shared=sum(n > 1 for n in n_tags.values()),
    )


def _facts(row: TaggedShift) -> tuple[date, str, int, int]:
    return row.night, row.unit, row.people, row.minutes


def _sums[K: (date, str)](rows: Iterable[tuple[K, TaggedShift]]) -> dict[K, Sum]:
    groups: defaultdict[K, list[TaggedShift]] = defaultdict(list)
    for key, row in rows:
        groups[key].append(row)
    return {key: _sum(groups[key]) for key in sorted(groups)}


def _sum(shifts: Iterable[TaggedShift]) -> Sum:
    each = list(shifts)
    return Sum(
        n_shifts=len(each),
        people=sum(shift.people for shift in each),
        crew_minutes=sum(shift.minutes for shift in each),
        person_minutes=sum(shift.person_minutes for shift in each),
    )
