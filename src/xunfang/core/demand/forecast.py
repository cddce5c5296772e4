"""Expected events by place, type of day and time of day.

A station has some forty thousand such cells and a few hundred events a week: most cells
are empty, and an empty cell does not say that nobody will call. The model says what a
cell would hold if places shared one week and each its own day; each cell is then drawn
towards the model as far as its own days are too few to speak (gamma-Poisson; Clayton and
Kaldor, Biometrics 1987)::

    model_c    = rate * place_p * time_s * type_d * (type x time)_ds
                 * (place x time)_ps * (place x type)_pd
    n_c ~ Poisson(rate_c * days_c),  rate_c ~ Gamma(k * model_c, k)
    E[rate_c | n_c] = (n_c + k * model_c) / (days_c + k)

The first line is the separable model, place x (time, type of day); the two interactions
after it are held near one. Every factor is one itself shrunk, g = (Kn + s) / (Ke + s),
where n and e are events counted and expected along its axes, K sums over neighbouring
times and s is a strength in events. Factors are fitted in turn until none moves.

How wide K, how large s and how many days k: whatever foretells each event best from all
the others, the likelihood cross-validated by leaving out one event at a time (Loader,
*Local Regression and Likelihood*, 1999, ch. 5). That takes no dice and one pass::

    sum_c n_c log rate_c(without one event of c) - sum_c days_c rate_c
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, pdtr

from xunfang.core.demand.counting import CellCounts
from xunfang.core.errors import DomainError

type Floats = NDArray[np.float64]

PLACE, TYPE, TIME = 0, 1, 2

STRENGTHS: Final = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1e3, 3e3, 1e4, 1e5)
"""Strengths tried for a factor, in events. The last leaves nothing of it."""
STRENGTHS_DAYS: Final = (
    *(30.0, 60.0, 100.0, 200.0, 300.0, 600.0),
    *(1e3, 2e3, 3e3, 6e3, 1e4, 3e4, 1e5),
)
"""Strengths tried for a cell, in days of its type (for a weekday: in weeks)."""
WIDTHS_MIN: Final = (0.0, 30.0, 60.0, 120.0, 180.0, 240.0, 360.0)
"""Widths tried for neighbouring times: standard deviation of a Gaussian; 0: none."""

_N_CHOOSING: Final = 3
_N_SWEEPS: Final = 60
_STILL: Final = 1e-7


class NothingToForecast(DomainError):
    """There is no event, or no day was covered: nothing can be expected from that."""

    code = "demand.nothing_to_forecast"


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of the model: along which axes it varies."""

    name: str
    axes: tuple[int, ...]
    is_round: bool = False
    """Whether the last time of the day is a neighbour of the first. Over all types of
    day it is; Friday's midnight is not Friday's first hour."""


SEPARABLE: Final = (
    Factor("place", (PLACE,)),
    Factor("time", (TIME,), is_round=True),
    Factor("type", (TYPE,)),
    Factor("type x time", (TYPE, TIME)),
)
"""Place x (time, type of day): every place has the same week."""
INTERACTIONS: Final = (
    Factor("place x time", (PLACE, TIME), is_round=True),
    Factor("place x type", (PLACE, TYPE)),
)
"""A school's day and a night market's, as far as the events show them."""


@dataclass(frozen=True, slots=True)
class Choice:
    """How strongly a factor is held near one, and how wide it looks."""

    factor: str
    width_min: float
    strength_events: float


@dataclass(frozen=True, slots=True)
class Predicted:
    """Mean and variance of a number of events to come."""

    mean: Floats
    variance: Floats

    def interval(self, share: float = 0.9) -> tuple[Floats, Floats]:
        """Return the central interval that holds at least ``share`` of the outcomes.

        Of the negative binomial with this mean and variance.
        """
        tail = (1.0 - share) / 2.0
        return self._quantile(tail), self._quantile(1.0 - tail)

    def _quantile(self, chance: float) -> Floats:
        """Least number of events that is not exceeded with this chance.

        By halving, with the distribution functions of scipy.special: scipy.stats takes
        seconds to import.
        """
        low = np.full(self.mean.shape, -1.0)
        high = np.ceil(self.mean + 40.0 * np.sqrt(self.variance) + 40.0)
        while (high - low > 1.0).any():
            middle = np.floor((low + high) / 2.0)
            enough = self._at_most(middle) >= chance
            low, high = np.where(enough, low, middle), np.where(enough, middle, high)
        return np.asarray(high)

    def _at_most(self, n: Floats) -> Floats:
        """Chance of at most ``n`` events, ``n`` not negative."""
        excess = self.variance - self.mean
        is_poisson = excess <= 1e-9 * self.variance
        size = self.mean**2 / np.where(is_poisson, 1.0, excess)
        success = self.mean / np.where(is_poisson, 1.0, self.variance)
        return np.where(
            is_poisson,
            pdtr(n, self.mean),
            betainc(np.where(is_poisson, 1.0, size), n + 1.0, success.clip(0.0, 1.0)),
        )


@dataclass(frozen=True, slots=True)
class Forecast:
    """What to expect of each cell, and how it came about."""

    counts: CellCounts
    modelled_per_day: Floats
    """What the model expects in one day of the type, as ``counts.n``; positive."""
    strength_days: float
    choices: tuple[Choice, ...]

    @property
    def expected_per_day(self) -> Floats:
        """Expected events in one day of the type, as ``counts.n``; positive."""
        return shrink(
            self.counts.n, self.counts.days, self.modelled_per_day, self.strength_days
        )

    def predict(
        self, n_days: ArrayLike, *, where: NDArray[np.bool_] | None = None
    ) -> Predicted:
        """Return how many events will come on so many days, by cell or in sum.

        Parameters
        ----------
        n_days
            Days to come of each type, broadcast to the cells: ``(n_types, 1)`` for all
            places and times.
        where
            Cells to add up, broadcast to them; None: each cell by itself.

        The rate counts as uncertain as it would be from the cell's own covered days,
        variance = mean * (1 + n_days / days). For a whole place that is what it is; for a
        single cell the model knows better, and Poisson chance is larger than both. A cell
        without a covered day is taken to be as uncertain as the average cell.
        """
        days = self.counts.days
        ahead = np.broadcast_to(np.asarray(n_days, dtype=np.float64), days.shape)
        mean = self.expected_per_day * ahead
        known = np.where(days > 0, days, days.mean())
        variance = mean * (1.0 + ahead / known)
        if where is None:
            return Predicted(mean, variance)
        chosen = np.broadcast_to(where, days.shape)
        return Predicted(
            np.asarray(mean.sum(where=chosen)), np.asarray(variance.sum(where=chosen))
        )


def fit(
    counts: CellCounts, *, interactions: tuple[Factor, ...] = INTERACTIONS
) -> Forecast:
    """Fit the model to counts and draw each cell towards it.

    Parameters
    ----------
    interactions
        What the model has beside `SEPARABLE`; none: cells are drawn towards that alone.

    Raises
    ------
    NothingToForecast
        There is no event, or no covered day.
    """
    if counts.n.sum() <= 0 or counts.days.sum() <= 0:
        raise NothingToForecast("no event, or no covered day")
    modelled, choices = _fit_factors(counts, interactions)
    strength_days = _best_strength_days(counts, modelled)
    return Forecast(counts, modelled, strength_days, choices)


def shrink(
    n: Floats, days: Floats, modelled_per_day: Floats, strength_days: float
) -> Floats:
    """Return rates a day between each cell's own and the model's.

    All shapes agree. The cell's own rate has the weight of its covered days, the model
    that of ``strength_days``, which is positive.
    """
    return np.asarray((n + strength_days * modelled_per_day) / (days + strength_days))


def _fit_factors(
    counts: CellCounts, interactions: tuple[Factor, ...]
) -> tuple[Floats, tuple[Choice, ...]]:
    n, days = counts.n, counts.days
    factors = SEPARABLE + interactions
    values = [np.ones([1] * n.ndim) for _ in factors]
    choices = [Choice(factor.name, 0.0, STRENGTHS[0]) for factor in factors]
    modelled = np.full(n.shape, n.sum() / days.sum())
    # The separable model first, until it is still: where a place was covered at night
    # only, an interaction would otherwise explain away that its nights are busy, and
    # leave the place busy by day as well.
    for active in sorted({len(SEPARABLE), len(factors)}):
        for sweep in range(_N_SWEEPS):
            before = modelled
            for number, factor in enumerate(factors[:active]):
                others = modelled / values[number]
                marginal = _Marginal.along(factor, n, days * others)
                if sweep < _N_CHOOSING:
                    choices[number] = marginal.best_choice(counts.slot_minutes)
                values[number] = marginal.value(choices[number], counts.slot_minutes)
                modelled = others * values[number]
            if sweep >= _N_CHOOSING and np.abs(modelled / before - 1.0).max() < _STILL:
                break
    # Shrunken factors need not keep the total; a forecast of all events should.
    modelled = modelled * (n.sum() / (days * modelled).sum())
    return modelled, tuple(choices)


@dataclass(frozen=True, slots=True)
class _Marginal:
    """Events counted and expected along the axes of one factor."""

    factor: Factor
    n: Floats
    expected: Floats

    @classmethod
    def along(cls, factor: Factor, n: Floats, expected: Floats) -> "_Marginal":
        rest = tuple(axis for axis in range(n.ndim) if axis not in factor.axes)
        return cls(
            factor,
            n.sum(axis=rest, keepdims=True),
            expected.sum(axis=rest, keepdims=True),
        )

    def best_choice(self, slot_minutes: float) -> Choice:
        """Return what foretells each event best from all others.

        Of two that do equally well the stronger, and the wider: the model is believed.
        """
        widths = WIDTHS_MIN if TIME in self.factor.axes else WIDTHS_MIN[:1]
        best, best_score = Choice(self.factor.name, 0.0, STRENGTHS[-1]), -np.inf
        for width in reversed(widths):
            near_n, near_expected = self._near(width, slot_minutes)
            for strength in reversed(STRENGTHS):
                score = self._score(near_n, near_expected, strength)
                if score > best_score:
                    best = Choice(self.factor.name, width, strength)
                    best_score = score
        return best

    def value(self, choice: Choice, slot_minutes: float) -> Floats:
        near_n, near_expected = self._near(choice.width_min, slot_minutes)
        strength = choice.strength_events
        return np.asarray((near_n + strength) / (near_expected + strength))

    def _score(self, near_n: Floats, near_expected: Floats, strength: float) -> float:
        seen = self.n > 0
        # One event less: the kernel is one at its middle.
        without = (near_n[seen] - 1.0 + strength) / (near_expected[seen] + strength)
        value = (near_n + strength) / (near_expected + strength)
        return _log_likelihood(self.n[seen], without) - float(
            (self.expected * value).sum()
        )

    def _near(self, width_min: float, slot_minutes: float) -> tuple[Floats, Floats]:
        if width_min == 0.0 or TIME not in self.factor.axes:
            return self.n, self.expected
        kernel = _kernel(
            self.n.shape[TIME], width_min / slot_minutes, is_round=self.factor.is_round
        )
        return self.n @ kernel, self.expected @ kernel


def _kernel(n_slots: int, width_slots: float, *, is_round: bool) -> Floats:
    """Gaussian weights between times of day, one at the middle, ``(n_slots,) * 2``."""
    slot = np.arange(n_slots)
    apart = np.abs(slot[:, None] - slot)
    if is_round:
        apart = np.minimum(apart, n_slots - apart)
    return np.asarray(np.exp(-0.5 * (apart / width_slots) ** 2))


def _best_strength_days(counts: CellCounts, modelled: Floats) -> float:
    seen = counts.n > 0

    def score(strength: float) -> float:
        without = shrink(
            counts.n[seen] - 1.0, counts.days[seen], modelled[seen], strength
        )
        rate = shrink(counts.n, counts.days, modelled, strength)
        return _log_likelihood(counts.n[seen], without) - float(
            (counts.days * rate).sum()
        )

    return max(reversed(STRENGTHS_DAYS), key=score)


def _log_likelihood(n: Floats, rate: Floats) -> float:
    """Return sum(n log rate): minus infinity where something came at no rate at all.

    Counts need not be whole, so that one event less may leave less than nothing.
    """
    with np.errstate(divide="ignore"):
        return float((n * np.log(rate.clip(0.0))).sum())
