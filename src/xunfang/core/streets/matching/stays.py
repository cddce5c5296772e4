"""Stays of units at stops, and a plan's stops against them.

A stay of 12 to 16 minutes at a hot spot holds crime down the longest for the time it
takes (Koper 1995). A stay begins with a fix within the stop's radius and ends when the
unit is farther off than the radius and a margin: a receiver that wavers on the edge
does not make ten stays of one. A short excursion, a fix thrown far by a wall, does not
end it either.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.spatial import cKDTree

from xunfang.core.geo import LocalProjection
from xunfang.core.streets.matching.fixes import LONGEST_GAP_S, Fixes
from xunfang.core.streets.network import Ints

SHORTEST_STAY_S: Final = 720.0
"""A stay counts from 12 minutes on."""


@dataclass(frozen=True, slots=True)
class StayRules:
    """When a unit counts as being at a stop.

    Parameters
    ----------
    radius_m
        A unit arrives within this distance.
    margin_m
        It has left when it is farther off than the radius and this.
    excursion_s
        Being farther off for less than this does not end a stay.
    longest_gap_s
        Silence between two fixes at the stop that does not end a stay.
    """

    radius_m: float = 50.0
    margin_m: float = 20.0
    excursion_s: float = 60.0
    longest_gap_s: float = LONGEST_GAP_S


@dataclass(frozen=True, slots=True)
class Stay:
    """A unit at a stop, on the clock of the fixes.

    It arrived between the last fix elsewhere and the first one here, and left likewise;
    ``arrived_s`` and ``left_s`` are half-way. Where the unit was silent before or after,
    they are the first and the last fix here.
    """

    unit: int
    stop: int
    arrived_s: float
    left_s: float
    at_least_s: float
    """From the first fix here to the last."""
    at_most_s: float
    """From the last fix elsewhere to the next, if there are any."""

    @property
    def duration_s(self) -> float:
        """How long it lasted, as well as one can tell."""
        return self.left_s - self.arrived_s

    @property
    def counts(self) -> bool:
        """Whether it may have lasted 12 minutes: doubt is in favour of the crew."""
        return self.at_most_s >= SHORTEST_STAY_S


def find_stays(
    fixes: Fixes, stops: ArrayLike, rules: StayRules | None = None
) -> tuple[Stay, ...]:
    """Find all stays of all units at all stops, by stop, unit and time.

    A passing unit makes a short stay; `Stay.counts` tells which are long enough. Where
    stops are nearer to one another than their radius, a unit is at both.

    Parameters
    ----------
    stops
        WGS84, shape ``(n_stops, 2)``.
    """
    rules = rules or StayRules()
    places = np.asarray(stops, dtype=np.float64).reshape(-1, 2)
    if not len(fixes) or not len(places):
        return ()
    flat = LocalProjection.around(places)
    fix_xy, stop_xy = flat.to_xy_m(fixes.lonlat), flat.to_xy_m(places)
    tree = cKDTree(fix_xy)
    stays: list[Stay] = []
    outer_m = rules.radius_m + rules.margin_m
    for stop, near in enumerate(tree.query_ball_point(stop_xy, outer_m)):
        rows = np.sort(np.array(near, dtype=np.int64))
        away_m = np.hypot(*(fix_xy[rows] - stop_xy[stop]).T)
        stays += _stays_at(
            fixes, stop, rows, inside=rows[away_m <= rules.radius_m], rules=rules
        )
    return tuple(stays)


def _stays_at(
    fixes: Fixes, stop: int, rows: Ints, *, inside: Ints, rules: StayRules
) -> list[Stay]:
    """Stays at one stop: ``rows`` are the fixes not yet gone, ``inside`` those there."""
    if not len(inside):
        return []
    unit, t_s = fixes.unit, fixes.t_s
    # A run goes on over rows next to one another without a gap, and over excursions.
    apart_s = np.diff(t_s[rows])
    allowed_s = np.where(np.diff(rows) == 1, rules.longest_gap_s, rules.excursion_s)
    ends = (np.diff(unit[rows]) != 0) | (apart_s > allowed_s)
    run = np.concatenate(([0], np.cumsum(ends)))
    run_inside = run[np.searchsorted(rows, inside)]
    stays = []
    for one in np.unique(run_inside).tolist():
        first = int(inside[np.searchsorted(run_inside, one)])
        last = int(rows[np.searchsorted(run, one, side="right") - 1])
        before = _step_s(fixes, first - 1, rules.longest_gap_s)
        after = _step_s(fixes, last, rules.longest_gap_s)
        here_s = float(t_s[last] - t_s[first])
        stays.append(
            Stay(
                unit=int(unit[first]),
                stop=stop,
                arrived_s=float(t_s[first]) - before / 2,
                left_s=float(t_s[last]) + after / 2,
                at_least_s=here_s,
                at_most_s=here_s + before + after,
            )
        )
    return stays


def _step_s(fixes: Fixes, row: int, longest_gap_s: float) -> float:
    """Time from a fix to the next of its unit; 0 if there is none or it was silent."""
    if row < 0 or row + 1 >= len(fixes) or fixes.unit[row] != fixes.unit[row + 1]:
        return 0.0
    step_s = float(fixes.t_s[row + 1] - fixes.t_s[row])
    return step_s if step_s <= longest_gap_s else 0.0


@dataclass(frozen=True, slots=True)
class PlannedStop:
    """What a plan asked of one unit at one stop, on the clock of the fixes."""

    unit: int
    stop: int
    opens_s: float
    closes_s: float
    dwell_s: float


class Kept(StrEnum):
    """What became of a planned stop. Screens translate the code."""

    KEPT = "kept"
    SHORT = "short"
    OUTSIDE_WINDOW = "outside_window"
    NOT_SEEN = "not_seen"
    UNKNOWN = "unknown"
    """The unit sent too little in the window to say anything."""


@dataclass(frozen=True, slots=True)
class PlannedAndDone:
    """A planned stop beside the stays there."""

    planned: PlannedStop
    kept: Kept
    inside_s: float
    """Seconds of the unit's stays within the window."""
    first_arrived_s: float | None
    """First arrival, in the window if there is one, else at any time."""


# Who was heard of for less of the window than this cannot be said not to have come.
_HEARD_SHARE: Final = 0.5


def compare_with_plan(
    fixes: Fixes, stays: Sequence[Stay], planned: Sequence[PlannedStop]
) -> tuple[PlannedAndDone, ...]:
    """Put each planned stop beside what was done, in the order of the plan.

    Kept means: there, within the window, for the planned time, as far as the fixes
    allow (`Stay.counts`). Not seen is said only of units that were heard of during at
    least half of the window; of others it is not known.
    """
    by_key: dict[tuple[int, int], list[Stay]] = {}
    for stay in stays:
        by_key.setdefault((stay.unit, stay.stop), []).append(stay)
    heard = _Heard(fixes)
    return tuple(
        _compare(one, by_key.get((one.unit, one.stop), []), heard) for one in planned
    )


def _compare(
    planned: PlannedStop, stays: list[Stay], heard: "_Heard"
) -> PlannedAndDone:
    within = [
        stay
        for stay in stays
        if stay.arrived_s < planned.closes_s and stay.left_s > planned.opens_s
    ]
    inside_s = sum(
        min(stay.left_s, planned.closes_s) - max(stay.arrived_s, planned.opens_s)
        for stay in within
    )
    doubt_s = sum(stay.at_most_s - stay.duration_s for stay in within)
    if within:
        enough = inside_s + doubt_s >= planned.dwell_s
        kept = Kept.KEPT if enough else Kept.SHORT
    elif stays:
        kept = Kept.OUTSIDE_WINDOW
    elif heard.share(planned) < _HEARD_SHARE:
        kept = Kept.UNKNOWN
    else:
        kept = Kept.NOT_SEEN
    seen = within or stays
    first_s = min((stay.arrived_s for stay in seen), default=None)
    return PlannedAndDone(planned, kept, inside_s, first_s)


class _Heard:
    """How much of a time a unit was heard of."""

    def __init__(self, fixes: Fixes) -> None:
        self._fixes = fixes
        self._joined = fixes.follows()

    def share(self, planned: PlannedStop) -> float:
        begin, end = np.searchsorted(
            self._fixes.unit, [planned.unit, planned.unit + 1]
        ).tolist()
        t_s, joined = self._fixes.t_s[begin:end], self._joined[begin:end][1:]
        low = np.clip(t_s[:-1], planned.opens_s, planned.closes_s)
        high = np.clip(t_s[1:], planned.opens_s, planned.closes_s)
        length_s = planned.closes_s - planned.opens_s
        return float((high - low)[joined].sum()) / length_s if length_s > 0 else 0.0
