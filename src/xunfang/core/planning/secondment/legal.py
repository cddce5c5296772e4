"""Who may go out with which group, as the allocation sees it.

The checker reads the same rules from the statement by itself.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from xunfang.core.planning.secondment.people import (
    FORTNIGHT_DAYS,
    Group,
    Night,
    Person,
)


class Barrier(StrEnum):
    """Why somebody may not go out with a group."""

    AWAY = "away"
    RESTING = "resting"
    AT_LIMIT = "at_limit"


@dataclass(frozen=True, slots=True)
class Load:
    """What a person has worked when tonight begins."""

    n_nights: int = 0
    """Nights in the thirteen days before tonight."""
    last_end: int | None = None
    would_be_third: bool = False
    """Tonight would be at least the third night in a row."""


class Law:
    """Answers who may go where on one night."""

    def __init__(self, night: Night) -> None:
        self._night = night
        self._loads = _loads(night)
        self._waived = {w.person for w in night.waivers if w.night == night.on}

    def load(self, person: Person) -> Load:
        return self._loads.get(person.id, Load())

    def barrier(self, person: Person, group: Group) -> Barrier | None:
        """Return what forbids it; None if the person may go."""
        limits, load = self._night.limits, self.load(person)
        if any(
            begins < group.ends and group.begins < ends for begins, ends in person.away
        ):
            return Barrier.AWAY
        if load.n_nights + 1 > limits.max_nights:
            return Barrier.AT_LIMIT
        is_rested = (
            load.last_end is None
            or group.begins - load.last_end >= limits.min_rest_min
            or person.id in self._waived
        )
        return None if is_rested else Barrier.RESTING


def _loads(night: Night) -> dict[str, Load]:
    nights: defaultdict[str, set[date]] = defaultdict(set)
    last_end: dict[str, int] = {}
    for duty in night.history:
        nights[duty.person].add(duty.night)
        last_end[duty.person] = max(duty.ends, last_end.get(duty.person, duty.ends))
    since = night.on - timedelta(days=FORTNIGHT_DAYS - 1)
    day = timedelta(days=1)
    return {
        person: Load(
            n_nights=sum(worked >= since for worked in dates),
            last_end=last_end[person],
            would_be_third={night.on - day, night.on - 2 * day} <= dates,
        )
        for person, dates in nights.items()
    }
