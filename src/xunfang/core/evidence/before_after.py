"""Counts at a place before and after something was done there, beside those elsewhere.

Nothing here says that a measure "worked". It says how often chance alone would make such
a difference, and whether the place changed otherwise than what surrounds it. A place is
chosen when much has happened there, and some of that goes by itself (regression to the
mean): whoever shows a result says so beside it.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from math import comb

N_DAYS = 90
"""Length of each of the two windows."""
FEWEST = 5
"""With fewer events in both windows together nothing is said."""
RARE = 0.05
"""What chance makes less often than that is named."""


@dataclass(frozen=True, slots=True)
class Windows:
    """The days before and after. The day itself belongs to neither."""

    before: tuple[date, date] | None
    """As far back as anything is known; None: nothing is."""
    after: tuple[date, date] | None
    """As far as its days are over; None: not one is."""
    complete_on: date
    """The last day of the whole window after."""

    @property
    def n_days_before(self) -> int:
        """Return how many days of the window before are known."""
        return 0 if self.before is None else _length(self.before)

    @property
    def n_days_after(self) -> int:
        """Return how many days of the window after are over."""
        return 0 if self.after is None else _length(self.after)

    @property
    def is_known(self) -> bool:
        """Say whether all days of the window before are known."""
        return self.n_days_before == N_DAYS

    @property
    def is_complete(self) -> bool:
        """Say whether all days of the window after are over."""
        return self.n_days_after == N_DAYS


def windows_around(
    done_on: date, *, today: date, known_from: date | None = None
) -> Windows:
    """Return the ninety days before a day and after it, as far as they are over.

    Before ``known_from`` nobody counted: those days are no days without an event.

    >>> found = windows_around(date(2026, 8, 1), today=date(2026, 8, 11))
    >>> found.before == (date(2026, 5, 3), date(2026, 7, 31)), found.n_days_before
    (True, 90)
    >>> found.after == (date(2026, 8, 2), date(2026, 8, 10)), found.n_days_after
    (True, 9)
    """
    complete_on = done_on + timedelta(days=N_DAYS)
    last = min(complete_on, today - timedelta(days=1))
    first = done_on + timedelta(days=1)
    begins = max(done_on - timedelta(days=N_DAYS), known_from or date.min)
    ends = done_on - timedelta(days=1)
    return Windows(
        before=(begins, ends) if begins <= ends else None,
        after=(first, last) if last >= first else None,
        complete_on=complete_on,
    )


def _length(days: tuple[date, date]) -> int:
    return (days[1] - days[0]).days + 1


class Verdict(StrEnum):
    """What two windows show."""

    TOO_EARLY = "too_early"
    """No day after it is over."""
    UNKNOWN = "unknown"
    """Of no day before it anything is known."""
    TOO_FEW = "too_few"
    """Fewer than five events in both windows: nothing can be said."""
    BY_CHANCE = "by_chance"
    """Chance makes such a difference often, against itself and against elsewhere."""
    NOTHING_BESIDE = "nothing_beside"
    """It changed, and elsewhere nothing happened that it could be held against."""
    AS_ELSEWHERE = "as_elsewhere"
    """It changed, but cannot be told from how elsewhere changed."""
    FEWER = "fewer"
    """Fewer than the change elsewhere lets expect, and chance seldom does that."""
    MORE = "more"
    """More than the change elsewhere lets expect, and chance seldom does that."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two windows show, and how often chance alone shows as much."""

    verdict: Verdict
    by_chance: float | None = None
    """If nothing had changed at the place; None: too few, or too early."""
    by_chance_beside: float | None = None
    """If the place had changed as elsewhere; None: nothing happened elsewhere."""


def compare(
    *,
    before: int,
    after: int,
    n_days_before: int,
    n_days_after: int,
    elsewhere_before: int,
    elsewhere_after: int,
) -> Comparison:
    """Compare two windows of a place, against themselves and against elsewhere.

    Both tests are exact and count the smaller tail twice. Against itself: given how many
    events there were in all, those after are binomial with the share of the days
    (Przyborowski and Wilenski 1940). Against elsewhere: given all four margins, they are
    hypergeometric (Fisher 1935), so that an incomplete window needs no correction.

    Worked by hand: 6 before and none after in as many days, 2 · (1/2)⁶ = 1/32. Elsewhere
    6 and 6: of 18 events 6 were after; that none of them is among the place's 6 has the
    chance C(12, 6) ÷ C(18, 6) = 924/18564, and twice that is 0.0995.

    >>> found = compare(before=6, after=0, n_days_before=90, n_days_after=90,
    ...                 elsewhere_before=6, elsewhere_after=6)
    >>> found.by_chance == 1 / 32, round(found.by_chance_beside, 4), found.verdict.value
    (True, 0.0995, 'as_elsewhere')
    """
    if n_days_after == 0:
        return Comparison(Verdict.TOO_EARLY)
    if n_days_before == 0:
        return Comparison(Verdict.UNKNOWN)
    n = before + after
    if n < FEWEST:
        return Comparison(Verdict.TOO_FEW)
    alone = _binomial(after, n, n_days_before, n_days_after)
    if elsewhere_before + elsewhere_after == 0:
        verdict = Verdict.NOTHING_BESIDE if alone < RARE else Verdict.BY_CHANCE
        return Comparison(verdict, alone)
    n_elsewhere = elsewhere_before + elsewhere_after
    beside = _hypergeometric(after, n, elsewhere_after + after, n_elsewhere + n)
    if beside < RARE:
        is_fewer = after * elsewhere_before < before * elsewhere_after
        verdict = Verdict.FEWER if is_fewer else Verdict.MORE
    else:
        verdict = Verdict.AS_ELSEWHERE if alone < RARE else Verdict.BY_CHANCE
    return Comparison(verdict, alone, beside)


def _binomial(k: int, n: int, odds_before: int, odds_after: int) -> float:
    """Return twice the smaller tail at ``k`` of ``n``, 1 at most."""
    weights = [
        comb(n, i) * odds_after**i * odds_before ** (n - i) for i in range(n + 1)
    ]
    return _both_tails(k, weights)


def _hypergeometric(k: int, n_drawn: int, n_marked: int, n_all: int) -> float:
    """Return twice the smaller tail at ``k`` marked among those drawn, 1 at most."""
    weights = [
        comb(n_marked, i) * comb(n_all - n_marked, n_drawn - i)
        for i in range(n_drawn + 1)
    ]
    return _both_tails(k, weights)


def _both_tails(k: int, weights: list[int]) -> float:
    # Whole numbers to the last division: no rounding, however small a chance is.
    smaller = min(sum(weights[: k + 1]), sum(weights[k:]))
    return min(1.0, 2 * smaller / sum(weights))
