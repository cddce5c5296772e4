"""Streets by unit and hour, as rows: what is kept of a night when its fixes are gone.

The bins of a street are the bits of whole numbers, 62 to a number, so that rows of any
units, hours and nights are put together by ``or``, in numpy as in any database: a street
was covered end to end if all its numbers come out full.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from xunfang.core.geo import Floats
from xunfang.core.streets.matching.bins import StreetBins, cut_by_time
from xunfang.core.streets.matching.blind import NearStreets
from xunfang.core.streets.matching.fixes import Fixes
from xunfang.core.streets.matching.keys import number_rows
from xunfang.core.streets.matching.match import Path
from xunfang.core.streets.network import Ints

BITS: Final = 62
"""A signed number of eight bytes holds them, in every database."""
HOUR_S: Final = 3600.0


@dataclass(frozen=True, eq=False)
class Chunks:
    """Rows of streets, one for each number of bits; each array has length ``n``.

    Parameters
    ----------
    unit, hour, segment
        Whose, in which hour of the clock of the fixes, on which street.
    direction
        0 as the street is drawn, 1 back; without meaning for what was only near.
    chunk
        Which of the street's numbers; every street that has a row has all its chunks.
    mask, full
        The bins that are meant, and all bins of the chunk.
    metres, passes
        Of the whole street, on its first chunk; 0 on the others.
    """

    unit: Ints
    hour: Ints
    segment: Ints
    direction: Ints
    chunk: Ints
    mask: Ints
    full: Ints
    metres: Floats
    passes: Ints

    def __len__(self) -> int:
        return len(self.unit)


def passed_by_hour(bins: StreetBins, path: Path) -> Chunks:
    """Return what each unit passed in each hour, by street and direction.

    A bin counts as in `bins.cover_streets`. ``metres`` has repeats in it; a pass belongs
    to the hour in which it begins, and has at least one bin.
    """
    if not len(path):
        return _no_chunks()
    begins = np.ones(len(path), dtype=np.bool_)
    begins[1:] = (
        (np.diff(path.leg) != 0)
        | (np.diff(path.edge) != 0)
        | (path.from_m[1:] != path.to_m[:-1])
    )
    pass_begins_s = path.enter_s[begins]
    n_pieces = np.diff(np.append(np.flatnonzero(begins), len(path)))
    first_h = int(path.enter_s.min() // HOUR_S)
    last_h = int(path.leave_s.max() // HOUR_S)
    numbered = Path(
        path.unit, np.repeat(np.arange(len(n_pieces)), n_pieces), path.edge,
        path.from_m, path.to_m, path.enter_s, path.leave_s,
    )  # fmt: skip
    path = cut_by_time(numbered, np.arange(first_h + 1, last_h + 1) * HOUR_S)
    hour = np.floor((path.enter_s + path.leave_s) / 2 / HOUR_S).astype(np.int64)
    segment, back = path.edge // 2, path.edge % 2
    length_m = bins.network.segment_length_m[segment]
    n_bins = np.diff(bins.first)[segment]
    low_m = np.where(back == 1, length_m - path.to_m, path.from_m)
    high_m = np.where(back == 1, length_m - path.from_m, path.to_m)
    low = np.rint(low_m / length_m * n_bins).astype(np.int64).clip(0, n_bins)
    high = np.rint(high_m / length_m * n_bins).astype(np.int64).clip(0, n_bins)

    # Units, hours and edges that occur, numbered.
    (unit, at_hour, edge), group = number_rows(path.unit, hour, path.edge)
    n_rows = len(unit)
    metres = np.bincount(group, weights=path.to_m - path.from_m, minlength=n_rows)
    which, bin_of = _every_bin(low, high)
    widest = int(np.diff(bins.first).max())
    cells = np.unique(group[which] * widest + bin_of)
    n_bins_of_pass = np.bincount(path.leg, weights=high - low, minlength=len(n_pieces))
    is_counted = (
        (n_bins_of_pass > 0)[path.leg]
        & (hour == np.floor(pass_begins_s / HOUR_S)[path.leg])
        & (np.diff(path.leg, prepend=-1) != 0)
    )
    passes = np.bincount(group[is_counted], minlength=n_rows)
    # Who turns into a street has been in the one before, by a few metres: no bin of it.
    some = np.unique(cells // widest)
    row = np.searchsorted(some, cells // widest)
    edge = edge[some]
    return _chunks(
        bins, unit[some], at_hour[some], edge // 2, edge % 2,
        metres=metres[some], passes=passes[some], row=row, bin_of=cells % widest,
    )  # fmt: skip


def near_by_hour(near: NearStreets, fixes: Fixes) -> Chunks:
    """Return which streets lay near a fix of each unit in each hour."""
    if not len(fixes):
        return _no_chunks()
    bins = near.bins
    hour = np.floor(fixes.t_s / HOUR_S).astype(np.int64)
    ends = np.flatnonzero((np.diff(fixes.unit) != 0) | (np.diff(hour) != 0)) + 1
    units, hours, found = [], [], []
    for rows in np.split(np.arange(len(fixes)), ends):
        bin_number = np.flatnonzero(near.mark(fixes.lonlat[rows]))
        found.append(bin_number)
        units.append(np.full(len(bin_number), fixes.unit[rows[0]]))
        hours.append(np.full(len(bin_number), hour[rows[0]]))
    bin_number = np.concatenate(found)
    segment = bins.segment[bin_number]
    (unit, at_hour, street), row = number_rows(
        np.concatenate(units), np.concatenate(hours), segment
    )
    nothing = np.zeros(len(unit), dtype=np.int64)
    return _chunks(
        bins, unit, at_hour, street, nothing,
        metres=nothing.astype(np.float64), passes=nothing,
        row=row, bin_of=bin_number - bins.first[segment],
    )  # fmt: skip


def _every_bin(low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """Write ranges out: which range, and each number in it."""
    n = np.maximum(high - low, 0)
    which = np.repeat(np.arange(len(n)), n)
    begin = np.concatenate(([0], np.cumsum(n)))[:-1]
    return which, np.arange(int(n.sum())) - begin[which] + low[which]


def _chunks(
    bins: StreetBins,
    unit: Ints,
    hour: Ints,
    segment: Ints,
    direction: Ints,
    *,
    metres: Floats,
    passes: Ints,
    row: Ints,
    bin_of: Ints,
) -> Chunks:
    """Write bins as bits: ``row`` and ``bin_of`` say which bin of which street."""
    n_bins = np.diff(bins.first)[segment]
    n_chunks = -(-n_bins // BITS)
    begin = np.concatenate(([0], np.cumsum(n_chunks)))
    source = np.repeat(np.arange(len(unit)), n_chunks)
    chunk = np.arange(int(begin[-1])) - begin[source]
    n_bits = np.minimum(n_bins[source] - chunk * BITS, BITS)
    mask = np.zeros(len(source), dtype=np.int64)
    np.bitwise_or.at(mask, begin[row] + bin_of // BITS, np.int64(1) << (bin_of % BITS))
    is_first = chunk == 0
    return Chunks(
        unit=unit[source],
        hour=hour[source],
        segment=segment[source],
        direction=direction[source],
        chunk=chunk,
        mask=mask,
        full=(np.int64(1) << n_bits) - 1,
        metres=np.where(is_first, metres[source], 0.0),
        passes=np.where(is_first, passes[source], 0),
    )


def _no_chunks() -> Chunks:
    whole = np.empty(0, dtype=np.int64)
    return Chunks(whole, whole, whole, whole, whole, whole, whole, np.empty(0), whole)
