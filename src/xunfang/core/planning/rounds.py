"""Rounds among a few points, so that none is left alone for too long.

With at most a handful of points the best order is found by trying all of them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Round:
    """One unit's part of a loop, repeated from the first to the last moment."""

    order: tuple[int, ...]
    """Points in the order they are visited; the last leads back to the first."""
    length: int
    """Time of one whole round, dwells and ways."""


def plan_rounds(
    *, travel: NDArray[np.int32], at: tuple[int, ...], dwell: int, max_gap: int
) -> tuple[Round, ...]:
    """Share the points among as few units as keep every gap within ``max_gap``.

    The gap at a point is the round's length less the dwell. The shortest closed order
    is cut into parts of near-equal size; a part with one point is a standing post and
    has no gap. At most eight points are ordered exactly, more by nearest neighbour.
    """
    raise NotImplementedError
