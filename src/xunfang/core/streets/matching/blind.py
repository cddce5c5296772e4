"""Streets that nobody came near for some nights, and none that somebody did.

To call a street blind is to say that a patrol was not there. That is said only where
neither the path of any unit ran nor any single fix lay within 15 metres, in each of the
nights; one stray fix is enough to keep silent. Raw fixes are deleted after three days,
so each night is folded into what is kept here: one mark for every ten metres.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xunfang.core.geo import Floats
from xunfang.core.streets.matching.bins import StreetBins, StreetCoverage
from xunfang.core.streets.matching.grid import build_grid
from xunfang.core.streets.matching.kernels import mark_near
from xunfang.core.streets.network import Ints

NEAR_M: Final = 15.0
# The flat map is off by up to 0.4 % across a large city; the error must keep us silent.
_MAP_ERROR: Final = 1.01


class NearStreets:
    """Marks the streets that fixes lie near. Build it once and keep it.

    All streets count, whoever may use them: a unit that walks while its mode says car
    has been in the alley.
    """

    def __init__(self, bins: StreetBins, *, near_m: float = NEAR_M) -> None:
        self.bins = bins
        self._near_m = near_m * _MAP_ERROR
        self._grid = build_grid(
            bins.network, np.arange(bins.network.n_segments), radius_m=self._near_m
        )

    def mark(self, lonlat: ArrayLike) -> NDArray[np.bool_]:
        """Return which bins have any part near any fix, shape ``(n_bins,)``."""
        xy = self.bins.network.projection.to_xy_m(
            np.asarray(lonlat, dtype=np.float64).reshape(-1, 2)
        )
        is_near = np.zeros(self.bins.n_bins, dtype=np.bool_)
        mark_near(
            self._grid,
            xy[:, 0].copy(),
            xy[:, 1].copy(),
            self._near_m,
            self.bins.first,
            self.bins.length_m,
            is_near,
        )
        return is_near


def seen_of_night(
    near: NearStreets, lonlat: ArrayLike, coverage: StreetCoverage
) -> NDArray[np.bool_]:
    """Fold one night: which bins were near a fix or on a path, shape ``(n_bins,)``.

    Parameters
    ----------
    lonlat
        All fixes of the night, matched or not.
    coverage
        What their paths passed, on the same bins.
    """
    return near.mark(lonlat) | coverage.is_covered


@dataclass(frozen=True, eq=False)
class BlindSpots:
    """What nobody came near in some nights.

    Parameters
    ----------
    segments
        Segments without any part seen, ascending.
    blind_share
        How much of each segment was not seen, 0 to 1, shape ``(n_segments,)``.
    last_seen_nights_ago
        When each of ``segments`` was seen last, in nights before the last one, as far
        as the nights given go back; None: in none of them.
    """

    segments: Ints
    blind_share: Floats
    last_seen_nights_ago: tuple[int | None, ...]


def blind_spots(
    bins: StreetBins,
    seen: Sequence[NDArray[np.bool_]],
    *,
    n_nights: int,
    segments: Ints | None = None,
) -> BlindSpots:
    """Return the streets not seen in any of the last nights.

    Parameters
    ----------
    seen
        What `seen_of_night` returned for each night, in order, the last night last.
        Only nights whose positions were received: a night without is no proof.
    n_nights
        How many nights to look back.
    segments
        Which streets are asked about, such as those of a patrol area; all if None.

    Raises
    ------
    ValueError
        ``n_nights`` is not between 1 and the number of nights given: a blind spot over
        nights that nobody recorded would be made up.
    """
    if not 1 <= n_nights <= len(seen):
        message = f"{len(seen)} nights are known, {n_nights} were asked for"
        raise ValueError(message)
    recent = np.logical_or.reduce(list(seen[-n_nights:]))
    blind_share = bins.share_by_segment(~recent)
    asked = np.arange(bins.network.n_segments) if segments is None else segments
    blind = np.unique(asked[blind_share[asked] == 1.0])
    by_night = [np.logical_or.reduceat(night, bins.first[:-1])[blind] for night in seen]
    return BlindSpots(
        blind,
        blind_share,
        tuple(
            next(
                (ago for ago, night in enumerate(reversed(by_night)) if night[row]),
                None,
            )
            for row in range(len(blind))
        ),
    )
