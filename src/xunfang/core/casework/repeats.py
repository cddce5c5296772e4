"""How often a matter comes back to the same place: an index of places, never of people.

The share of repeats within N days is the share of occurrences that were followed by
another one of the same kind at the same place within N days. It is the time-window
measure of repeat victimisation (Farrell and Pease 1993, "Once bitten, twice bitten") with
the matter of a place put where that paper has the address. Those that came fewer than N
days ago have not had their N days: they can be what came again, but stand in no base.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Repeats:
    """How often one kind of matter came at one place, and how often it came again."""

    n: int
    """In the period."""
    n_followed: int
    """Of these, so long ago that N days have gone since."""
    n_again: int
    """Of these, followed by another one within N days."""

    @property
    def share(self) -> float | None:
        """In [0, 1]; None: none has had its N days yet."""
        return self.n_again / self.n_followed if self.n_followed else None


def repeats_of[Key: Hashable](
    came: Iterable[tuple[Key, date]], *, since: date, today: date, within_days: int
) -> dict[Key, Repeats]:
    """Count by key, which is a place and a topic, what came from ``since`` to ``today``.

    >>> came = [("A", date(2026, 3, 1)), ("A", date(2026, 3, 20)), ("A", date(2026, 6, 1))]
    >>> repeats_of(came, since=date(2026, 3, 1), today=date(2026, 6, 10), within_days=30)
    {'A': Repeats(n=3, n_followed=2, n_again=1)}
    """
    by_key: defaultdict[Key, list[date]] = defaultdict(list)
    for key, day in came:
        if since <= day <= today:
            by_key[key].append(day)
    return {
        key: _count(sorted(days), today, within_days) for key, days in by_key.items()
    }


def _count(days: list[date], today: date, within_days: int) -> Repeats:
    within = timedelta(days=within_days)
    followed = [day for day in days if today - day >= within]
    following = pairwise(days)
    again = sum(
        later - day <= within for day, later in following if today - day >= within
    )
    return Repeats(len(days), len(followed), again)


def together(rows: Iterable[Repeats]) -> Repeats:
    """Add up the rows of several places and topics.

    >>> together([Repeats(3, 2, 1), Repeats(2, 2, 2)])
    Repeats(n=5, n_followed=4, n_again=3)
    """
    found = list(rows)
    return Repeats(
        sum(row.n for row in found),
        sum(row.n_followed for row in found),
        sum(row.n_again for row in found),
    )
