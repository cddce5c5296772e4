"""Put points on the next street: which segment, how far along, how far off.

Sample points every 30 m along all streets go into a KD-tree; the pieces of street
whose samples are near are then measured exactly. A piece whose nearest sample is
farther than ``hypot(best, 15 m)`` cannot be nearer than the best one found, so the
answer is the true nearest street, not the nearest sample.
"""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from xunfang.core.errors import DomainError
from xunfang.core.geo import Floats
from xunfang.core.streets.network import Ints, StreetNetwork

_SPACING_M: Final = 30.0
_FIRST_LOOK: Final = 12


class PositionInvalid(DomainError):
    """A position is not a longitude and latitude in degrees."""

    code = "streets.position_invalid"


@dataclass(frozen=True, eq=False)
class Snaps:
    """Points on streets, each array of length ``n``.

    Parameters
    ----------
    segment
        Segment each point was put on.
    share
        How far along the segment as drawn, 0 (start) to 1 (end), by length.
    distance_m
        How far the point was from there.
    lonlat
        Where on the street it now is, WGS84, shape ``(n, 2)``.
    """

    segment: Ints
    share: Floats
    distance_m: Floats
    lonlat: Floats

    def __len__(self) -> int:
        return len(self.segment)

    def __getitem__(self, rows: slice | Ints | NDArray[np.bool_]) -> Self:
        return type(self)(
            self.segment[rows],
            self.share[rows],
            self.distance_m[rows],
            self.lonlat[rows],
        )

    def farther_than(self, limit_m: float) -> Ints:
        """Rows of points that lie farther than this from the next street."""
        return np.flatnonzero(self.distance_m > limit_m)


class Snapper:
    """Finds the next street among some of a network's segments.

    Parameters
    ----------
    network
        The streets.
    segments
        Which of them to look among; all if None.
    penalty_m
        By how much each segment is passed over for one slightly farther, shape
        ``(n_segments,)``, not negative; none if None.

    Raises
    ------
    ValueError
        There is no segment to look among.
    """

    def __init__(
        self,
        network: StreetNetwork,
        segments: Ints | None = None,
        *,
        penalty_m: Floats | None = None,
    ) -> None:
        chosen = (
            np.arange(network.n_segments) if segments is None else np.asarray(segments)
        )
        if not len(chosen):
            message = "there is no street to snap to"
            raise ValueError(message)
        self._network = network
        self._projection = network.projection
        xy = self._projection.to_xy_m(network.shape_lonlat)
        n_pieces = np.diff(network.shape_offset)[chosen] - 1
        first = np.repeat(network.shape_offset[:-1][chosen], n_pieces)
        within = np.arange(n_pieces.sum()) - np.repeat(
            np.cumsum(n_pieces) - n_pieces, n_pieces
        )
        self._piece_start = first + within
        self._piece_segment = np.repeat(chosen, n_pieces)
        self._piece_penalty_m = (
            np.zeros(len(first))
            if penalty_m is None
            else penalty_m[self._piece_segment]
        )
        self._from_xy = xy[self._piece_start]
        self._step_xy = xy[self._piece_start + 1] - self._from_xy
        length = np.hypot(*self._step_xy.T)
        n_samples = np.ceil(length / _SPACING_M).astype(np.int64) + 1
        self._sample_piece = np.repeat(np.arange(len(length)), n_samples)
        number = np.arange(n_samples.sum()) - np.repeat(
            np.cumsum(n_samples) - n_samples, n_samples
        )
        along = number / (n_samples[self._sample_piece] - 1).clip(1)
        self._tree = cKDTree(
            self._from_xy[self._sample_piece]
            + along[:, None] * self._step_xy[self._sample_piece]
        )

    def snap(
        self, lonlat: ArrayLike, *, skip: NDArray[np.bool_] | None = None
    ) -> Snaps:
        """Put WGS84 points, shape ``(n, 2)``, on the next street.

        There is no limit to the distance: look at `Snaps.distance_m` or
        `Snaps.farther_than`, since a place off the map is for the caller to name.

        Parameters
        ----------
        lonlat
            The points.
        skip
            Segments to pass over, shape ``(n_segments,)``; if that leaves none, they
            are not passed over.

        Raises
        ------
        PositionInvalid
            A coordinate is not finite, or outside ±180, ±90: probably latitude and
            longitude have changed places. The message names the row.
        """
        points = np.asarray(lonlat, dtype=np.float64).reshape(-1, 2)
        _check_positions(points)
        if not len(points):
            none = np.empty(0)
            return Snaps(np.empty(0, dtype=np.int64), none, none, np.empty((0, 2)))
        penalty_m = self._piece_penalty_m
        if skip is not None and not (skipped := skip[self._piece_segment]).all():
            penalty_m = np.where(skipped, np.inf, penalty_m)
        xy = self._projection.to_xy_m(points)
        return self._as_snaps(*self._nearest(xy, penalty_m))

    def _nearest(
        self, xy: Floats, penalty_m: Floats, n_look: int = _FIRST_LOOK
    ) -> tuple[Ints, Floats, Floats]:
        """Best piece of each point, the share along it, and the distance."""
        n_samples = len(self._sample_piece)
        n_look = min(n_look, n_samples)
        sample_m, near = self._tree.query(xy, k=np.arange(1, n_look + 1))
        near_piece = self._sample_piece[near]
        off_m, share = self._measure(xy[:, None, :], near_piece)
        cost_m = off_m + penalty_m[near_piece]
        row, column = np.arange(len(xy)), cost_m.argmin(axis=1)
        piece, along = near_piece[row, column], share[row, column]
        offset_m, best_m = off_m[row, column], cost_m[row, column]
        # Where even the farthest sample looked at could hide a better piece, look on.
        hidden = sample_m[:, -1] < np.hypot(best_m, _SPACING_M / 2) + 1e-6
        unsure = np.flatnonzero(hidden)
        if n_look < n_samples and len(unsure):
            piece[unsure], along[unsure], offset_m[unsure] = self._nearest(
                xy[unsure], penalty_m, 4 * n_look
            )
        return piece, along, offset_m

    def _measure(self, xy: Floats, piece: Ints) -> tuple[Floats, Floats]:
        start, step = self._from_xy[piece], self._step_xy[piece]
        length_sq = np.maximum((step**2).sum(axis=-1), 1e-12)
        along = (((xy - start) * step).sum(axis=-1) / length_sq).clip(0.0, 1.0)
        off = xy - start - along[..., None] * step
        return np.hypot(off[..., 0], off[..., 1]), along

    def _as_snaps(self, piece: Ints, along: Floats, offset_m: Floats) -> Snaps:
        network = self._network
        point, segment = self._piece_start[piece], self._piece_segment[piece]
        before, after = network.shape_along_m[point], network.shape_along_m[point + 1]
        share = (before + along * (after - before)) / network.segment_length_m[segment]
        lonlat = self._projection.to_lonlat(
            self._from_xy[piece] + along[:, None] * self._step_xy[piece]
        )
        return Snaps(segment, share.clip(0.0, 1.0), offset_m, lonlat)


def _check_positions(points: Floats) -> None:
    wrong = np.flatnonzero(
        ~np.isfinite(points).all(axis=1)
        | (np.abs(points[:, 0]) > 180)
        | (np.abs(points[:, 1]) > 90)
    )
    if len(wrong):
        row = int(wrong[0])
        message = (
            f"position {row} is {points[row].tolist()}: "
            "longitude comes first, then latitude, in degrees"
        )
        raise PositionInvalid(message)
