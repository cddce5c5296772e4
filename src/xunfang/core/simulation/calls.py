"""Calls of a simulated time: drawn from rates, or as they were recorded.

Every kind of chance has a stream of its own (arrival, class, place, service, travel),
so that two rules meet the very same calls, and changing one kind of chance leaves the
others as they were (common random numbers).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xunfang.core.simulation.city import HOURS_A_WEEK

type Ints = NDArray[np.int64]
type Floats = NDArray[np.float64]

HOUR_S = 3600.0


@dataclass(frozen=True, eq=False)
class CallClass:
    """A class of calls.

    Attributes
    ----------
    priority
        0 is the most urgent; 0 to 3.
    service_median_s, service_spread
        Time on the scene is lognormal: its median, and the standard deviation of its
        logarithm.
    """

    name: str
    priority: int
    service_median_s: float
    service_spread: float = 0.6

    def mean_service_s(self) -> float:
        """Mean time on the scene."""
        return self.service_median_s * float(np.exp(self.service_spread**2 / 2.0))


@dataclass(frozen=True, eq=False)
class CallRates:
    """How many calls to expect.

    Attributes
    ----------
    per_hour
        Expected calls by hour of the week (Monday 0:00 first), class and place, shape
        ``(168, n_classes, n_places)``.
    classes
        What a call of each class is like.
    travel_spread
        Standard deviation of the logarithm of driving times about their table; the
        mean stays that of the table.
    """

    per_hour: Floats
    classes: tuple[CallClass, ...]
    travel_spread: float = 0.0

    def __post_init__(self) -> None:
        """Check shapes.

        Raises
        ------
        ValueError
            Shapes disagree or a rate is negative: the caller's bug.
        """
        if self.per_hour.shape[:2] != (HOURS_A_WEEK, len(self.classes)):
            raise ValueError("per_hour must be (168, n_classes, n_places)")
        if not (self.per_hour >= 0).all():
            raise ValueError("rates must not be negative")

    def per_day(self) -> float:
        """Expected calls of a mean day."""
        return float(self.per_hour.sum()) / 7.0

    def demand_by_hour(self) -> Floats:
        """Share of each place in an hour's calls, ``(168, n_places)``; rows sum to 1.

        An hour without calls takes the shares of the whole week.
        """
        by_place = self.per_hour.sum(axis=1)
        usual = by_place.sum(axis=0)
        total = by_place.sum(axis=1, keepdims=True)
        shares = np.where(total > 0, by_place / np.where(total > 0, total, 1), usual)
        return np.asarray(shares / shares.sum(axis=1, keepdims=True))

    def mean_service_s(self) -> float:
        """Mean time on the scene over all calls."""
        weight = self.per_hour.sum(axis=(0, 2))
        mean = [kind.mean_service_s() for kind in self.classes]
        return float(np.average(mean, weights=weight))


@dataclass(frozen=True, eq=False)
class Calls:
    """Calls in the order in which they came in; every array ``(n_calls,)``.

    Attributes
    ----------
    at_s
        When, in seconds from Monday 0:00 of the first week; ascending.
    place, class_, priority
        Where, what, how urgent.
    service_s
        Time on the scene.
    travel_factor
        How much slower than the table the drive there is.
    """

    at_s: Floats
    place: Ints
    class_: Ints
    priority: Ints
    service_s: Floats
    travel_factor: Floats
    class_names: tuple[str, ...]

    def __post_init__(self) -> None:
        """Check that calls come in order.

        Raises
        ------
        ValueError
            Shapes disagree, calls are out of order, or a time is negative.
        """
        shape = self.at_s.shape
        columns = (self.place, self.class_, self.priority, self.service_s)
        if any(c.shape != shape for c in (*columns, self.travel_factor)):
            raise ValueError("calls: all arrays must have one entry for each call")
        if (np.diff(self.at_s) < 0).any() or (self.at_s < 0).any():
            raise ValueError("calls must come in the order of their times, from 0")
        if (self.service_s < 0).any() or (self.travel_factor < 0).any():
            raise ValueError("times must not be negative")
        if ((self.priority < 0) | (self.priority > 3)).any():
            raise ValueError("priorities are 0 to 3")

    def __len__(self) -> int:
        return len(self.at_s)


def draw_calls(
    rates: CallRates,
    *,
    n_days: int,
    rng: np.random.Generator,
    first_weekday: int = 0,
    day_factor: Floats | None = None,
) -> Calls:
    """Draw the calls of some days: a Poisson number for each hour.

    Parameters
    ----------
    rates
        What to expect.
    n_days
        How many days.
    rng
        Where chance comes from; five streams are spawned from it.
    first_weekday
        0 is Monday. Times count from the Monday before the first day, so that the hour
        of the week can be read off them.
    day_factor
        Calls of each day and class about the mean, ``(n_days, n_classes)``; None: 1.
    """
    arrival, kind, where, service, travel = rng.spawn(5)
    n_classes = len(rates.classes)
    if day_factor is None:
        day_factor = np.ones((n_days, n_classes))
    hour = first_weekday * 24 + np.arange(n_days * 24)
    by_class = rates.per_hour.sum(axis=2)
    expected = by_class[hour % HOURS_A_WEEK] * np.repeat(day_factor, 24, axis=0)
    in_hour = arrival.poisson(expected.sum(axis=1))
    of_hour = np.repeat(np.arange(len(hour)), in_hour)
    n_calls = len(of_hour)
    at_s = np.sort((hour[of_hour] + arrival.random(n_calls)) * HOUR_S)
    class_ = _pick(expected, of_hour, kind.random(n_calls))
    rows = (hour[of_hour] % HOURS_A_WEEK) * n_classes + class_
    flat = rates.per_hour.reshape(HOURS_A_WEEK * n_classes, -1)
    place = _pick(flat, rows, where.random(n_calls))
    return Calls(
        at_s=at_s,
        place=place,
        class_=class_,
        priority=np.array([c.priority for c in rates.classes])[class_],
        service_s=draw_service_s(rates, class_, rng=service),
        travel_factor=draw_travel_factor(rates, n_calls, rng=travel),
        class_names=tuple(c.name for c in rates.classes),
    )


def recorded_calls(
    rates: CallRates,
    *,
    at_s: Floats,
    place: Ints,
    class_: Ints,
    service_s: Floats | None = None,
    rng: np.random.Generator,
) -> Calls:
    """Calls that came in at known times; what the record lacks is drawn.

    Driving, and time on the scene where it is None or NaN, are drawn from the streams
    that `draw_calls` uses.
    """
    _, _, _, service, travel = rng.spawn(5)
    order = np.argsort(at_s, kind="stable")
    kinds = class_[order].astype(np.int64)
    drawn_s = draw_service_s(rates, kinds, rng=service)
    if service_s is not None:
        known_s = service_s[order]
        drawn_s = np.where(np.isfinite(known_s), known_s, drawn_s)
    return Calls(
        at_s=at_s[order],
        place=place[order].astype(np.int64),
        class_=kinds,
        priority=np.array([c.priority for c in rates.classes])[kinds],
        service_s=drawn_s,
        travel_factor=draw_travel_factor(rates, len(kinds), rng=travel),
        class_names=tuple(c.name for c in rates.classes),
    )


def draw_service_s(
    rates: CallRates, class_: Ints, *, rng: np.random.Generator
) -> Floats:
    """Draw times on the scene for calls of given classes."""
    median = np.array([c.service_median_s for c in rates.classes])[class_]
    spread = np.array([c.service_spread for c in rates.classes])[class_]
    return np.asarray(median * np.exp(spread * rng.standard_normal(len(class_))))


def draw_travel_factor(
    rates: CallRates, n_calls: int, *, rng: np.random.Generator
) -> Floats:
    """Draw how much slower than the table each drive is, with mean 1."""
    spread = rates.travel_spread
    noise = rng.standard_normal(n_calls)
    return np.asarray(np.exp(spread * noise - spread**2 / 2.0))


def _pick(weights: Floats, rows: Ints, chance: Floats) -> Ints:
    """Pick a column for each row number with the weights of that row.

    All rows lie end to end on one line from 0 to n_rows, so that one search serves
    all; ``chance`` in [0, 1) is how far along its row each pick lies.
    """
    total = weights.sum(axis=1, keepdims=True)
    until = np.cumsum(weights / np.where(total > 0.0, total, 1.0), axis=1)
    # The last column that can be picked ends its row exactly, whatever was rounded off.
    np.copyto(until, 1.0, where=until >= until[:, -1:])
    line = (until + np.arange(len(weights))[:, None]).ravel()
    along = np.minimum(rows + chance, np.nextafter(rows + 1.0, 0.0))
    found = np.searchsorted(line, along, side="right")
    return np.asarray(found - rows * weights.shape[1], dtype=np.int64)
