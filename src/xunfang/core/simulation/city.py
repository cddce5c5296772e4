"""What a simulated city is made of: places, travel times, posts, units and their duty."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

type Ints = NDArray[np.int64]
type Floats = NDArray[np.float64]

HOURS_A_WEEK = 168


@dataclass(frozen=True, eq=False)
class City:
    """Places and how long it takes between them.

    Attributes
    ----------
    travel_s
        Seconds by road from place to place, shape ``(n_modes, n_places, n_places)``:
        one table for each mode of traffic (night, day, rush hour). Row: from.
    mode_of_hour
        The mode of each hour of the week, Monday 0:00 first, shape ``(168,)``.
    speed_mps
        Mean speed in each mode, ``(n_modes,)``: seconds of driving times this are the
        kilometres that are reported.
    post_place
        Places where a unit may wait, ``(n_posts,)``.
    target_s
        Within which a unit should be at each place, counted from the call,
        ``(n_places,)``.
    area_of_place, areas
        Number of each place's area, ``(n_places,)``, and the areas' names.
    turnout_s
        From the order until a unit that waits at its post moves. Who is on the road
        already turns at once.
    """

    travel_s: Floats
    mode_of_hour: Ints
    speed_mps: Floats
    post_place: Ints
    target_s: Floats
    area_of_place: Ints
    areas: tuple[str, ...]
    turnout_s: float = 0.0

    def __post_init__(self) -> None:
        """Check shapes and ranges.

        Raises
        ------
        ValueError
            Shapes disagree, a number is out of range, or there is no way between some
            places: the caller's bug.
        """
        n_modes, n_places, n_to = self.travel_s.shape
        number_of_post = self.post_place
        _require(n_places == n_to and n_places > 0, "travel_s must be square")
        _require(self.mode_of_hour.shape == (HOURS_A_WEEK,), "mode_of_hour: (168,)")
        _require(_within(self.mode_of_hour, n_modes), "mode_of_hour: no such mode")
        _require(self.speed_mps.shape == (n_modes,), "speed_mps: one for each mode")
        _require(bool((self.speed_mps > 0).all()), "speed_mps must be positive")
        _require(len(number_of_post) > 0, "a city has at least one post")
        _require(_within(number_of_post, n_places), "post_place: no such place")
        _require(self.target_s.shape == (n_places,), "target_s: one for each place")
        _require(self.area_of_place.shape == (n_places,), "area_of_place: (n_places,)")
        _require(_within(self.area_of_place, len(self.areas)), "no such area")
        _require(self.turnout_s >= 0.0, "turnout_s must not be negative")
        reached = bool(np.isfinite(self.travel_s).all())
        _require(reached, "every place must be reachable from every other")
        _require(bool((self.travel_s >= 0).all()), "travel_s must not be negative")

    @property
    def n_places(self) -> int:
        """How many places there are."""
        return int(self.travel_s.shape[1])

    @property
    def n_posts(self) -> int:
        """How many posts there are."""
        return len(self.post_place)

    def usual_travel_s(self) -> Floats:
        """Mean travel time over the hours of a week, ``(n_places, n_places)``."""
        n_hours = np.bincount(self.mode_of_hour, minlength=len(self.travel_s))
        return np.asarray(
            np.tensordot(n_hours / HOURS_A_WEEK, self.travel_s, axes=1),
            dtype=np.float64,
        )


@dataclass(frozen=True, eq=False)
class Fleet:
    """Units, where each waits, and when each is on duty.

    Attributes
    ----------
    home
        Number of each unit's own post, shape ``(n_units,)``.
    duty_unit, duty_from_s, duty_to_s
        Periods of duty, each ``(n_periods,)``, in seconds from the beginning. A meal is
        a gap between two periods. Who handles a call when a period ends finishes first.
    """

    home: Ints
    duty_unit: Ints
    duty_from_s: Floats
    duty_to_s: Floats

    @classmethod
    def always_on(cls, home: Ints) -> Self:
        """Units that are on duty all the time."""
        n = len(home)
        return cls(home, np.arange(n), np.zeros(n), np.full(n, np.inf))

    @classmethod
    def in_shifts(
        cls, home: Ints, shifts: list[tuple[int, float, float]], *, n_days: int
    ) -> Self:
        """Units on duty at the same hours every day.

        Parameters
        ----------
        home
            As above.
        shifts
            Unit, and hours of the day from and to (may pass 24), for each period.
        n_days
            For how many days; one day before is added for shifts that pass midnight.
        """
        days = np.arange(-1, n_days) * 86_400.0
        unit = np.repeat([s[0] for s in shifts], len(days))
        begins = np.concatenate([days + 3600.0 * s[1] for s in shifts])
        ends = np.concatenate([days + 3600.0 * s[2] for s in shifts])
        there = ends > 0.0
        return cls(
            home,
            unit[there].astype(np.int64),
            np.maximum(begins[there], 0.0),
            ends[there],
        )

    def __post_init__(self) -> None:
        """Check that periods make sense.

        Raises
        ------
        ValueError
            Shapes disagree, or periods of one unit overlap: the caller's bug.
        """
        shape = self.duty_unit.shape
        same = self.duty_from_s.shape == shape == self.duty_to_s.shape
        _require(same, "periods of duty: one unit, beginning and end each")
        _require(len(self.home) > 0, "a fleet has at least one unit")
        _require(_within(self.duty_unit, len(self.home)), "duty_unit: no such unit")
        _require(bool((self.duty_from_s >= 0).all()), "duty begins at 0 or later")
        _require(bool((self.duty_to_s > self.duty_from_s).all()), "duty takes time")
        order = np.lexsort((self.duty_from_s, self.duty_unit))
        unit, begins = self.duty_unit[order], self.duty_from_s[order]
        ends = self.duty_to_s[order]
        overlap = (unit[1:] == unit[:-1]) & (begins[1:] < ends[:-1])
        _require(not overlap.any(), "periods of duty of one unit overlap")

    @property
    def n_units(self) -> int:
        """How many units there are."""
        return len(self.home)

    def at_posts(self, home: Ints) -> "Fleet":
        """The same units and hours with other posts of their own."""
        return Fleet(home, self.duty_unit, self.duty_from_s, self.duty_to_s)

    def on_duty_s(self, *, from_s: float, to_s: float) -> float:
        """Seconds of duty of all units between two moments."""
        begins = np.maximum(self.duty_from_s, from_s)
        return float(np.maximum(np.minimum(self.duty_to_s, to_s) - begins, 0.0).sum())


def _within(numbers: Ints, n: int) -> bool:
    return bool(((numbers >= 0) & (numbers < n)).all())


def _require(holds: bool, message: str) -> None:  # noqa: FBT001 -- reads as a sentence
    if not holds:
        raise ValueError(message)
