"""From a forecast to shares of patrol time, in a way that no error can feed.

Three guards. A *floor* sends somebody everywhere now and then, or nobody would ever learn
that a forecast was wrong. A *cap* keeps any area from being patrolled without end. And
what is heard only because a patrol was there counts by one over the patrol's share:
half as often there, each counts twice (Horvitz and Thompson 1952; for the feedback of
patrols Ensign, Friedler, Neville, Scheidegger and Venkatasubramanian, PMLR 81, 2018).
Without the third an urn of patrols runs away from equal areas to one of them, or stays
where it began; with it the expected share is the true one from the first day.
"""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xunfang.core.errors import DomainError

type Floats = NDArray[np.float64]


_ROUNDING: Final = 1e-9
_NEXT_TO_NOTHING: Final = 1e-12


class SharesImpossible(DomainError):
    """No shares keep these floors and caps: the floors exceed the whole, or the caps
    leave some of it over."""

    code = "demand.shares_impossible"


class PresenceUnknown(DomainError):
    """A patrol is said to have been told something where it was not."""

    code = "demand.presence_unknown"


def patrol_shares(
    expected: ArrayLike, *, floor_share: ArrayLike, cap_share: ArrayLike
) -> Floats:
    """Share out patrol time in proportion to what is expected, within floor and cap.

    Shares are ``min(max(level * expected, floor), cap)``, with the one level at which
    they add up to one: among the shares allowed those nearest to the forecast, in
    relative entropy. Areas of which next to nothing is expected share alike what the
    others may not take.

    Parameters
    ----------
    expected
        Expected events by area, last axis ``n_areas``, not negative. Axes before it are
        cases of their own, each with its own level.
    floor_share, cap_share
        Least and greatest share of an area, broadcast to ``expected``.

    Raises
    ------
    SharesImpossible
        A floor is negative or above its cap, floors add up to more than one, or caps to
        less.
    ValueError
        ``expected`` is empty, negative or not a number.
    """
    weight = np.asarray(expected, dtype=np.float64)
    if weight.ndim == 0 or weight.shape[-1] == 0:
        raise ValueError("there must be at least one area")
    if not (weight >= 0).all() or np.isinf(weight).any():
        raise ValueError("expected events are finite and not negative")
    floor = np.asarray(floor_share, dtype=np.float64)
    cap = np.asarray(cap_share, dtype=np.float64)
    most = weight.max(axis=-1, keepdims=True)
    weight = weight / np.where(most > 0, most, 1.0)
    total = weight.sum(axis=-1, keepdims=True)
    share = weight / np.where(total > 0, total, 1.0)
    if (total > 0).all() and ((floor >= 0) & (floor <= share) & (share <= cap)).all():
        return np.asarray(share)
    floor = np.broadcast_to(floor, weight.shape)
    cap = np.broadcast_to(cap, weight.shape)
    _check_possible(floor, cap)
    # All areas with something expected first; the rest only if those are full.
    wanted = weight > _NEXT_TO_NOTHING
    share = _clipped(np.where(wanted, weight, 0.0), floor, cap)
    left = 1.0 - share.sum(axis=-1, keepdims=True)
    if (left > _ROUNDING).any():
        even = np.where(wanted, 0.0, 1.0)
        filled = _clipped(even, share, np.where(wanted, share, cap))
        share = np.where(left > _ROUNDING, filled, share)
    return np.asarray(share)


def _check_possible(floor: Floats, cap: Floats) -> None:
    if (floor < 0).any() or not (floor <= cap).all():
        raise SharesImpossible("a floor is negative or above its cap")
    if (least := floor.sum(axis=-1).max()) > 1.0 + _ROUNDING:
        raise SharesImpossible(f"the floors add up to {least:.3f}, more than the whole")
    if (most := cap.sum(axis=-1).min()) < 1.0 - _ROUNDING:
        raise SharesImpossible(f"the caps add up to {most:.3f}, less than the whole")


def _clipped(weight: Floats, floor: Floats, cap: Floats) -> Floats:
    """Return ``clip(level * weight, floor, cap)`` adding up to one, or as near as can be.

    The sum grows with the level in straight pieces: each area adds its weight to the
    slope where it leaves its floor, and takes it back where it meets its cap.
    """
    positive = weight > 0
    safe = np.where(positive, weight, 1.0)
    ends = np.where(positive, np.stack((floor / safe, cap / safe)), 0.0)
    bends = np.stack((weight, -weight))
    # Both of each area side by side on the last axis: (..., 2 n_areas).
    ends = np.concatenate((ends[0], ends[1]), axis=-1)
    bends = np.concatenate((bends[0], bends[1]), axis=-1)
    order = ends.argsort(axis=-1, kind="stable")
    ends = np.take_along_axis(ends, order, axis=-1)
    slope = np.take_along_axis(bends, order, axis=-1).cumsum(axis=-1)[..., :-1]
    rise = (slope * np.diff(ends, axis=-1)).cumsum(axis=-1)
    wanted = 1.0 - floor.sum(axis=-1, keepdims=True)
    piece = (rise < wanted).sum(axis=-1, keepdims=True).clip(max=rise.shape[-1] - 1)
    high, missing, steep = (
        np.take_along_axis(values, where, axis=-1)
        for values, where in ((ends, piece + 1), (rise - wanted, piece), (slope, piece))
    )
    # Back from the end of the piece; a flat piece has no way back.
    level = high - missing.clip(0.0) / np.where(steep > 0, steep, np.inf)
    share = np.clip(level * weight, floor, cap)
    # Beside a weight a million times as large a small one loses its last digits in the
    # slope. Who is held by a bound is known now: the others share the rest exactly.
    is_free = (share > floor) & (share < cap)
    rest = 1.0 - np.where(is_free, 0.0, share).sum(axis=-1, keepdims=True)
    of_free = np.where(is_free, weight, 0.0).sum(axis=-1, keepdims=True)
    level = np.where(of_free > 0, rest / np.where(of_free > 0, of_free, 1.0), level)
    return np.clip(level * weight, floor, cap)


def learn(
    learnt: ArrayLike,
    *,
    reported: ArrayLike = 0.0,
    told_to_patrol: ArrayLike = 0.0,
    patrol_share: ArrayLike,
) -> Floats:
    """Return what is known of each area after another night.

    Parameters
    ----------
    learnt
        What was known before, in events, last axis ``n_areas``.
    reported
        Events residents reported by themselves: they reach us wherever the patrols are
        and count one each.
    told_to_patrol
        Events residents told a patrol in the street. Each counts what one would if every
        area had had the same share: ``1 / (n_areas * patrol_share)``. What a patrol found
        by itself is in neither.
    patrol_share
        Each area's share of the patrol time of that night, adding up to one. A floor
        under it bounds how much a single event can count.

    Whatever the shares were, the mean of what is added depends on the areas alone.

    Raises
    ------
    PresenceUnknown
        Something was told in an area in which no patrol was.
    """
    before = np.asarray(learnt, dtype=np.float64)
    share = np.asarray(patrol_share, dtype=np.float64)
    told = np.asarray(told_to_patrol, dtype=np.float64)
    if ((told > 0) & ~(share > 0)).any():
        raise PresenceUnknown("something was told where no patrol was")
    even_share = 1.0 / before.shape[-1]
    worth = even_share / np.maximum(share, np.finfo(np.float64).tiny)
    return np.asarray(before + np.asarray(reported, dtype=np.float64) + told * worth)
