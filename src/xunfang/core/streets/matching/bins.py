"""How much of each street was patrolled: in bins of ten metres, by direction and time.

Fixes say where a unit was seen; the path says where it must have been. A street counts
as far as the path ran along it, so one that was driven from end to end is covered from
end to end, however seldom the receiver spoke.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xunfang.core.geo import Floats
from xunfang.core.streets.matching.match import Path
from xunfang.core.streets.network import Ints, StreetNetwork

BIN_M: Final = 10.0


@dataclass(frozen=True, eq=False)
class StreetBins:
    """Streets cut into bins of about equal length, numbered along all segments.

    Parameters
    ----------
    network
        The streets.
    first
        First bin of each segment as drawn, and their number at the end, shape
        ``(n_segments + 1,)``.
    length_m
        Length of each bin of a segment, shape ``(n_segments,)``.
    """

    network: StreetNetwork
    first: Ints
    length_m: Floats

    @classmethod
    def cut(cls, network: StreetNetwork, *, bin_m: float = BIN_M) -> Self:
        """Cut every segment into equal bins of at most ``bin_m``.

        Raises
        ------
        ValueError
            ``bin_m`` is not above zero.
        """
        if not bin_m > 0:
            message = f"a bin must be longer than {bin_m} m"
            raise ValueError(message)
        n_bins = np.maximum(1, np.ceil(network.segment_length_m / bin_m)).astype(
            np.int64
        )
        return cls(
            network,
            np.concatenate(([0], np.cumsum(n_bins))),
            network.segment_length_m / n_bins,
        )

    @property
    def n_bins(self) -> int:
        """Number of bins of all streets."""
        return int(self.first[-1])

    @cached_property
    def segment(self) -> Ints:
        """Segment of each bin, shape ``(n_bins,)``."""
        return np.repeat(np.arange(self.network.n_segments), np.diff(self.first))

    @cached_property
    def bin_length_m(self) -> Floats:
        """Length of each bin, shape ``(n_bins,)``."""
        return self.length_m[self.segment]

    def share_by_segment(self, chosen: NDArray[np.bool_]) -> Floats:
        """How much of each segment the chosen bins are, 0 to 1."""
        n_chosen = np.bincount(self.segment[chosen], minlength=self.network.n_segments)
        return np.asarray(n_chosen / np.diff(self.first))


@dataclass(frozen=True, eq=False)
class StreetCoverage:
    """How often each bin was passed, and how far was driven, by time and direction.

    Direction 0 is as the segment is drawn, 1 is back.

    Parameters
    ----------
    bins
        How the streets are cut.
    passes
        How often each bin was passed, shape ``(n_bands, 2, n_bins)``.
    driven_m
        Metres driven or walked on each segment, repeats included, shape
        ``(n_bands, 2, n_segments)``.
    """

    bins: StreetBins
    passes: NDArray[np.int32]
    driven_m: Floats

    @cached_property
    def is_covered(self) -> NDArray[np.bool_]:
        """Whether each bin was passed at all, shape ``(n_bins,)``."""
        return np.asarray((self.passes > 0).any(axis=(0, 1)))

    def covered_m(self) -> Floats:
        """Metres of each segment that were passed, by time and direction.

        Shape ``(n_bands, 2, n_segments)``; a metre passed twice counts once.
        """
        length_m = np.where(self.passes > 0, self.bins.bin_length_m, 0.0)
        return np.add.reduceat(length_m, self.bins.first[:-1], axis=2)

    def share_by_segment(self) -> Floats:
        """How much of each segment was passed at any time in any direction, 0 to 1."""
        return self.bins.share_by_segment(self.is_covered)

    def end_to_end(self) -> Ints:
        """Segments every bin of which was passed, ascending."""
        return np.flatnonzero(self.share_by_segment() == 1.0)

    def __add__(self, other: Self) -> Self:
        """Add up what several groups of units did on the same bins and bands."""
        return type(self)(
            self.bins, self.passes + other.passes, self.driven_m + other.driven_m
        )


def cover_streets(
    bins: StreetBins, path: Path, *, bounds_s: ArrayLike | None = None
) -> StreetCoverage:
    """Count the passes of a path.

    A piece counts in a bin if it reaches over its middle: what lies between counts in
    full, and pieces that follow one another count a bin once.

    Parameters
    ----------
    bins
        Of the network the path was matched on.
    path
        From `match.match_fixes`, of any units.
    bounds_s
        Moments between bands of time, ascending: band ``k`` is from ``bounds_s[k]`` to
        before ``bounds_s[k + 1]``; what lies outside is left out. All is one band if
        None.

    Raises
    ------
    ValueError
        There are fewer than two bounds, or they do not ascend.
    """
    bounds = np.array([-np.inf, np.inf]) if bounds_s is None else np.asarray(bounds_s)
    if len(bounds) < 2 or (np.diff(bounds) <= 0).any():
        message = "bands of time need at least two bounds, ascending"
        raise ValueError(message)
    n_bands, network = len(bounds) - 1, bins.network
    cut = cut_by_time(path, bounds[np.isfinite(bounds)])
    middle_s = (cut.enter_s + cut.leave_s) / 2
    band = np.searchsorted(bounds, middle_s, side="right") - 1
    inside = (band >= 0) & (band < n_bands)
    band, edge = band[inside], cut.edge[inside]
    from_m, to_m = cut.from_m[inside], cut.to_m[inside]

    segment, back = edge // 2, edge % 2
    length_m = network.segment_length_m[segment]
    low_m = np.where(back == 1, length_m - to_m, from_m)
    high_m = np.where(back == 1, length_m - from_m, to_m)
    n_bins = np.diff(bins.first)[segment]
    low = np.rint(low_m / length_m * n_bins).astype(np.int64).clip(0, n_bins)
    high = np.rint(high_m / length_m * n_bins).astype(np.int64).clip(0, n_bins)

    width = bins.n_bins + 1
    line = (2 * band + back) * width + bins.first[segment]
    size = 2 * n_bands * width
    change = np.bincount(line + low, minlength=size) - np.bincount(
        line + high, minlength=size
    )
    passes = np.cumsum(change.reshape(n_bands, 2, width), axis=2)[:, :, :-1]
    driven_m = np.bincount(
        (2 * band + back) * network.n_segments + segment,
        weights=to_m - from_m,
        minlength=2 * n_bands * network.n_segments,
    )
    return StreetCoverage(
        bins,
        passes.astype(np.int32),
        driven_m.reshape(n_bands, 2, network.n_segments),
    )


def cut_by_time(path: Path, bounds_s: ArrayLike) -> Path:
    """Cut pieces in two where a bound falls into them, at an even pace."""
    for bound_s in np.asarray(bounds_s, dtype=np.float64).tolist():
        crosses = np.flatnonzero((path.enter_s < bound_s) & (path.leave_s > bound_s))
        if not len(crosses):
            continue
        share = (bound_s - path.enter_s[crosses]) / (
            path.leave_s[crosses] - path.enter_s[crosses]
        )
        at_m = path.from_m[crosses] + share * (path.to_m - path.from_m)[crosses]
        source = np.sort(np.concatenate((np.arange(len(path)), crosses)))
        first = crosses + np.arange(len(crosses))
        from_m, to_m = path.from_m[source], path.to_m[source]
        enter_s, leave_s = path.enter_s[source], path.leave_s[source]
        to_m[first], from_m[first + 1] = at_m, at_m
        leave_s[first], enter_s[first + 1] = bound_s, bound_s
        path = Path(
            unit=path.unit[source],
            leg=path.leg[source],
            edge=path.edge[source],
            from_m=from_m,
            to_m=to_m,
            enter_s=enter_s,
            leave_s=leave_s,
        )
    return path
