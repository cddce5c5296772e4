"""Suggest places and hours from what residents reported there, and show the counts.

Only events that residents reported count. What patrols find shows where patrols went;
fed back, it would send them there again (rule CL-23). Such rows cannot be passed in:
they have another type, and are refused at the door as well. Nothing here knows of
persons: an event is a place, an hour and a season.

Few events at one place say little. Each place's rate is therefore drawn towards the
mean of all places at that hour (gamma-Poisson; Clayton and Kaldor, Biometrics 1987,
with the moment estimates of Marshall, Applied Statistics 1991)::

    n_p ~ Poisson(rate_p * nights),  rate_p ~ Gamma(a, b)
    E[rate_p | n_p] = (a + n_p) / (b + nights)
    m = sum n_p / (P nights),  s2 = sum (n_p / nights - m)^2 / P
    b = m / (s2 - m / nights),  a = m b

Where the places differ no more than chance would make them, all get the mean.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xunfang.core.errors import DomainError
from xunfang.core.planning.problem import Reason


@dataclass(frozen=True, slots=True)
class ResidentReport:
    """An event that a resident reported: where and when, and no more."""

    place: str
    hour: int
    """Hour of day, in [0, 24)."""
    season: str


@dataclass(frozen=True, slots=True)
class PatrolFinding:
    """An event that a patrol found by itself. It never becomes a suggestion."""

    place: str
    hour: int
    season: str


class NotResidentReported(DomainError):
    """Something other than residents' reports was to drive a suggestion."""

    code = "planning.not_resident_reported"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A place and an hour at which a stop may help."""

    place: str
    hour: int
    expected_per_night: float
    """Shrunken rate: events expected in that hour of one night."""
    reason: Reason
    """Code ``resident_reports``; facts: the counts behind it."""


def suggest_stops(
    reports: Sequence[ResidentReport],
    *,
    places: Sequence[str],
    season: str,
    n_nights: int,
    hours: Sequence[int],
    n_suggestions: int,
) -> tuple[Suggestion, ...]:
    """Return the places and hours with the highest expected number of events.

    Parameters
    ----------
    places
        All places that might be suggested, those without events too.
    n_nights
        Nights of this season that the reports cover, at least one.
    hours
        Hours of day to suggest for.

    Only places with at least one report are suggested; there is nothing to show for
    the others. Equal rates keep the order of ``hours``, then of ``places``.

    Raises
    ------
    NotResidentReported
        A row is not a :class:`ResidentReport`.
    ValueError
        ``n_nights`` is less than one.
    """
    if n_nights < 1:
        raise ValueError("n_nights must be at least 1")
    for row in reports:
        if not isinstance(row, ResidentReport):
            raise NotResidentReported(f"{type(row).__name__} may not drive suggestions")
    counts = Counter((row.hour, row.place) for row in reports if row.season == season)
    found = []
    for hour in hours:
        n = np.array([counts[hour, place] for place in places], dtype=np.float64)
        rate = shrunken_rates(n, n_nights=n_nights)
        mean = float(n.sum()) / max(1, len(places)) / n_nights
        found += [
            Suggestion(
                place=place,
                hour=hour,
                expected_per_night=float(expected),
                reason=Reason(
                    "resident_reports",
                    {
                        "n_reports": int(n_here),
                        "n_nights": n_nights,
                        "season": season,
                        "hour": hour,
                        "n_reports_all_places": int(n.sum()),
                        "n_places": len(places),
                        "mean_per_night": mean,
                        "expected_per_night": float(expected),
                    },
                ),
            )
            for place, n_here, expected in zip(places, n, rate, strict=True)
            if n_here > 0
        ]
    found.sort(key=lambda suggestion: -suggestion.expected_per_night)
    return tuple(found[:n_suggestions])


def shrunken_rates(n: NDArray[np.float64], *, n_nights: int) -> NDArray[np.float64]:
    """Return each place's rate per night, drawn towards the mean of all places.

    ``n`` holds the counts over ``n_nights`` nights, shape ``(n_places,)``. The mean of
    the result is the mean of the raw rates, and its order that of the counts.
    """
    if len(n) == 0:
        return n
    raw = n / n_nights
    mean = raw.mean()
    beyond_chance = raw.var() - mean / n_nights
    if beyond_chance <= 0:
        return np.full(len(n), mean)
    b = mean / beyond_chance
    return np.asarray((mean * b + n) / (b + n_nights), dtype=np.float64)
