"""Is a call the same matter as one that is known? Near in place, time and words.

A person decides; this only finds what is worth a look, and says why.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from xunfang.core.geo import short_distance_m

NEAR_M = 500.0
NEAR_IN_TIME = timedelta(hours=2)
ALIKE_SHARE = 0.25
"""From here on words are alike. Of two tellings of one matter by different people about a
third of the pairs of characters are common; of unrelated short calls, under a tenth."""


@dataclass(frozen=True, slots=True)
class Report:
    """A call as far as it matters here."""

    key: int
    reported_at: datetime
    words: str
    """Everything that was said, and the place as it was named."""
    lonlat: tuple[float, float] | None = None
    """WGS84; None where only words are known."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How a known call is like the new one."""

    key: int
    distance_m: float | None
    """None where one of the two has no point."""
    apart: timedelta
    """How much earlier (or later) it was reported; not negative."""
    words_share: float
    """Share of common pairs of characters, 0 to 1."""

    @property
    def is_near(self) -> bool:
        """Whether it lies within 500 m."""
        return self.distance_m is not None and self.distance_m <= NEAR_M


def pairs_of(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring characters, without signs and spaces.

    >>> sorted(pairs_of("有人 打架!"))
    ['人打', '打架', '有人']
    """
    plain = "".join(
        character
        for character in unicodedata.normalize("NFKC", text).casefold()
        if character.isalnum()
    )
    if len(plain) == 1:
        return frozenset({plain})
    return frozenset(plain[i : i + 2] for i in range(len(plain) - 1))


def words_share(first: str, second: str) -> float:
    """Return how alike two texts are: twice the common pairs over all pairs (Dice 1945).

    Nothing is like nothing: without words on one side it is 0.

    >>> words_share("楼下有人打架", "有人在楼下打架")
    0.5454545454545454
    """
    a, b = pairs_of(first), pairs_of(second)
    if not a or not b:
        return 0.0
    return 2 * len(a & b) / (len(a) + len(b))


def like(new: Report, known: Iterable[Report]) -> Sequence[Likeness]:
    """Return the known calls that may be the same matter, the likeliest first.

    Reported within two hours of each other, and within 500 m; where one of them has no
    point, alike in words.
    """
    found = []
    for other in known:
        apart = abs(new.reported_at - other.reported_at)
        if apart > NEAR_IN_TIME:
            continue
        share = words_share(new.words, other.words)
        distance_m = None
        if new.lonlat is not None and other.lonlat is not None:
            distance_m = float(
                short_distance_m(np.array(new.lonlat), np.array(other.lonlat))
            )
        likeness = Likeness(other.key, distance_m, apart, share)
        if likeness.is_near or (distance_m is None and share >= ALIKE_SHARE):
            found.append(likeness)
    return sorted(
        found,
        key=lambda one: (-round(one.words_share, 2), one.distance_m or 0.0, one.key),
    )
