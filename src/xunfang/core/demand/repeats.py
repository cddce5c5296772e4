"""Places where small things happen again and again (小案多发).

Each theft was small and nobody saw the pattern: three in two months around one shop are
a reason to go there and talk about the till. The detector looks at places only. It reads
`ResidentEvents`, in which three calls about one theft are one event, and answers with the
evidence, so that whoever goes can see why.

A repeat place is an event with at least so many others, itself included, no farther than
``within_m`` from it and none more than ``within_days`` before or after any other. Events
are given to one repeat place only: the one with the most events, then the one whose
events lie closest, then the earliest. Nothing chains: a street with an event every 200 m
does not become one long place.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from xunfang.core.demand.events import ResidentEvents
from xunfang.core.geo import LocalProjection, short_distance_m

type Ints = NDArray[np.int64]

N_AT_LEAST = 3
WITHIN_DAYS = 60
WITHIN_M = 200.0

# The flat map is off by at most 0.4 % across a city; exact distances decide after it.
_FLAT_MAP_SLACK = 1.01


@dataclass(frozen=True, slots=True)
class Evidence:
    """One event behind a repeat place."""

    event_id: str
    place: int
    on: date
    distance_m: float
    """From the middle of the repeat place."""


@dataclass(frozen=True, slots=True)
class RepeatPlace:
    """A place that is worth a visit, and why."""

    place: int
    """Where its middle is: the place of one of the events."""
    evidence: tuple[Evidence, ...]
    """By time, then by event."""

    @property
    def first_on(self) -> date:
        return self.evidence[0].on

    @property
    def last_on(self) -> date:
        return self.evidence[-1].on


def find_repeat_places(
    events: ResidentEvents,
    *,
    event_ids: Sequence[str],
    lonlat_of_place: ArrayLike,
    small_classes: Collection[str],
    n_at_least: int = N_AT_LEAST,
    within_days: int = WITHIN_DAYS,
    within_m: float = WITHIN_M,
) -> tuple[RepeatPlace, ...]:
    """Return the repeat places, those with the most events first, then the earliest.

    The order in which events are given changes nothing.

    Parameters
    ----------
    event_ids
        How the caller knows each event (its 110 number), one for each, all different.
    lonlat_of_place
        WGS84 degrees, shape ``(n_places, 2)``.
    small_classes
        Classes of event that count as small; the rest is left out.
    within_days
        Longest time from the first event to the last, in days of 24 hours.

    Raises
    ------
    ValueError
        Ids are not one for each event, or not all different, or a limit is senseless.
    """
    if len(event_ids) != len(events) or len(set(event_ids)) != len(events):
        raise ValueError("each event needs an id of its own")
    if n_at_least < 2 or within_days <= 0 or within_m < 0:
        raise ValueError("repeats are at least two, in some time, at some distance")
    rows = np.flatnonzero(np.isin(events.class_code, list(small_classes)))
    if len(rows) < n_at_least:
        return ()
    ids = np.asarray(event_ids, dtype=np.str_)
    rows = rows[np.lexsort((ids[rows], events.at[rows]))]
    at_s = events.at[rows].astype(np.int64)
    pairs = _near_pairs(
        np.asarray(lonlat_of_place, dtype=np.float64)[events.place[rows]], within_m
    )
    window_s = within_days * 86_400
    groups: list[_Groups] = []
    while len(pairs.middle):
        found = _best_windows(pairs, at_s, window_s=window_s, n_at_least=n_at_least)
        if found is None:
            break
        taken = _not_contested(found, n_events=len(rows))
        groups.append(taken)
        gone = np.zeros(len(rows), dtype=np.bool_)
        gone[taken.other] = True
        pairs = pairs.keep(~gone[pairs.middle] & ~gone[pairs.other])
    chosen = [group for some in groups for group in some.each()]
    # Events are numbered by time: the first of a group is its earliest.
    chosen.sort(key=lambda group: (-len(group[1]), group[1][0]))
    return tuple(_described(group, events, rows, ids) for group in chosen)


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Events near one another, each near itself; by middle, then by time of the other.

    Events are numbered by time, so the order of numbers is that of time.
    """

    middle: Ints
    other: Ints
    distance_mm: Ints
    """Whole numbers add up alike in any order."""

    def keep(self, which: NDArray[Any]) -> "_Pairs":
        return _Pairs(self.middle[which], self.other[which], self.distance_mm[which])


def _near_pairs(lonlat: NDArray[np.float64], within_m: float) -> _Pairs:
    tree = cKDTree(LocalProjection.around(lonlat).to_xy_m(lonlat))
    one_way = tree.query_pairs(within_m * _FLAT_MAP_SLACK + 0.01, output_type="ndarray")
    itself = np.arange(len(lonlat))
    middle = np.concatenate((one_way[:, 0], one_way[:, 1], itself)).astype(np.int64)
    other = np.concatenate((one_way[:, 1], one_way[:, 0], itself)).astype(np.int64)
    distance_m = short_distance_m(lonlat[middle], lonlat[other])
    pairs = _Pairs(middle, other, np.rint(distance_m * 1000.0).astype(np.int64))
    pairs = pairs.keep(pairs.distance_mm <= round(within_m * 1000.0))
    return pairs.keep(np.lexsort((pairs.other, pairs.middle)))


@dataclass(frozen=True, slots=True)
class _Groups:
    """Groups of events one after another; ``begins`` says where each begins."""

    begins: Ints
    middle: Ints
    """Of each group, shape ``(n_groups,)``."""
    other: Ints
    """Events of all groups."""
    distance_mm: Ints

    @property
    def ends(self) -> Ints:
        return np.append(self.begins[1:], len(self.other))

    def each(self) -> list[tuple[int, Ints, Ints]]:
        return [
            (int(middle), self.other[first:last], self.distance_mm[first:last])
            for middle, first, last in zip(
                self.middle, self.begins, self.ends, strict=True
            )
        ]


def _best_windows(
    pairs: _Pairs, at_s: Ints, *, window_s: int, n_at_least: int
) -> _Groups | None:
    """Return each middle's fullest window of time that holds the middle itself.

    None where no window holds enough. Of equally full ones that with the nearest
    events, then the earliest: the order in which groups are chosen as well.
    """
    # One number line: each middle's events in a stretch of their own, by time.
    stretch = int(at_s[-1] - at_s[0]) + window_s + 1
    line = pairs.middle * stretch + (at_s[pairs.other] - at_s[0])
    end = np.searchsorted(line, line + window_s, side="right")
    n = end - np.arange(len(line))
    own_s = at_s[pairs.middle]
    starts = at_s[pairs.other]
    holds_middle = (starts <= own_s) & (own_s <= starts + window_s)
    n = np.where(holds_middle, n, 0)
    total_mm = np.concatenate(([0], pairs.distance_mm.cumsum()))
    spread_mm = total_mm[end] - total_mm[:-1]
    order = np.lexsort((np.arange(len(n)), spread_mm, -n, pairs.middle))
    best = order[np.diff(pairs.middle[order], prepend=-1) != 0]
    best = best[n[best] >= n_at_least]
    if not len(best):
        return None
    counts = n[best]
    begins = np.cumsum(counts) - counts
    taken = np.repeat(best - begins, counts) + np.arange(counts.sum())
    return _Groups(
        begins, pairs.middle[best], pairs.other[taken], pairs.distance_mm[taken]
    )


def _not_contested(groups: _Groups, *, n_events: int) -> _Groups:
    """Return the groups that come first for every one of their events.

    Taking one by one, best first, would choose each of them: groups only lose by what
    others take, and nobody before these takes from them.
    """
    counts = groups.ends - groups.begins
    spread_mm = np.add.reduceat(groups.distance_mm, groups.begins)
    order = np.lexsort((groups.middle, groups.other[groups.begins], spread_mm, -counts))
    turn = np.empty(len(counts), dtype=np.int64)
    turn[order] = np.arange(len(counts))
    first_turn = np.full(n_events, len(counts), dtype=np.int64)
    np.minimum.at(first_turn, groups.other, np.repeat(turn, counts))
    is_first = first_turn[groups.other] == np.repeat(turn, counts)
    wins = np.logical_and.reduceat(is_first, groups.begins)
    kept = np.repeat(wins, counts)
    left = counts[wins]
    return _Groups(
        np.cumsum(left) - left,
        groups.middle[wins],
        groups.other[kept],
        groups.distance_mm[kept],
    )


def _described(
    group: tuple[int, Ints, Ints],
    events: ResidentEvents,
    rows: Ints,
    ids: NDArray[np.str_],
) -> RepeatPlace:
    middle, others, distances = group
    return RepeatPlace(
        place=int(events.place[rows[middle]]),
        evidence=tuple(
            Evidence(
                event_id=str(ids[row]),
                place=int(events.place[row]),
                on=events.at[row].item().date(),
                distance_m=round(int(distance_mm) / 1000.0, 1),
            )
            for row, distance_mm in zip(rows[others], distances, strict=True)
        ),
    )
