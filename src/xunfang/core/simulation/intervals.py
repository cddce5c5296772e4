"""How sure a simulated figure is: Student's t over independent repetitions.

A figure of one repetition is one observation, however many calls are behind it: calls
of one run depend on one another, repetitions do not. Where there is one long run only,
it is cut into batches of equal length, which depend on one another little if they are
much longer than a queue lasts (batch means; Law 2015, Simulation Modeling and Analysis,
section 9.5.3).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

type Floats = NDArray[np.float64]

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with its interval; the interval is None where it cannot be told."""

    mean: float
    low: float | None
    high: float | None
    n: int

    @property
    def half_width(self) -> float | None:
        """Half of the interval's width."""
        return None if self.high is None else self.high - self.mean


def estimate(values: Floats, *, at: float | None = None) -> Estimate:
    """Return the mean of repetitions and its 95 % interval.

    Parameters
    ----------
    values
        One of each repetition, ``(n,)``; NaN where a repetition has none.
    at
        Put the interval about this number instead of the mean: for batches, the figure
        of the whole run.

    With fewer than two values there is no interval.
    """
    known = values[np.isfinite(values)]
    n = len(known)
    if not n:
        return Estimate(np.nan, None, None, 0)
    centre = float(known.mean()) if at is None else at
    if n < 2:
        return Estimate(centre, None, None, n)
    error = float(known.std(ddof=1)) / float(np.sqrt(n))
    half = float(stdtrit(n - 1, 0.5 + CONFIDENCE / 2.0)) * error
    return Estimate(centre, centre - half, centre + half, n)


def paired(first: Floats, second: Floats) -> Estimate:
    """Return the mean difference second - first over the same repetitions.

    Both met the same calls, so what the calls did to both falls out, and the interval
    is narrower than that of either.
    """
    return estimate(second - first)
