"""What a simulation is asked for: response by class, area and hour; cover, kilometres."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from xunfang.core.simulation.run import Run
from xunfang.core.simulation.tables import (
    RELOCATING,
    T_AT,
    T_COVERED,
    T_DRIVING,
    T_ON_SCENE,
    T_QUEUED,
    T_WAITING,
    TO_CALL,
    TO_OWN_POST,
)

type Floats = NDArray[np.float64]
type Ints = NDArray[np.int64]
type Bools = NDArray[np.bool_]

DAY_S = 86_400.0


class GroupKind(StrEnum):
    """By what calls are told apart."""

    ALL = "all"
    CLASS = "class"
    AREA = "area"
    HOUR = "hour"


@dataclass(frozen=True, slots=True)
class Group:
    """Calls that are counted together."""

    kind: GroupKind
    name: str


class Measure(StrEnum):
    """What is counted of a group of calls; columns of `Figures.by_group`."""

    N_CALLS = "n_calls"
    MEAN_S = "mean_s"
    P50_S = "p50_s"
    P90_S = "p90_s"
    LATE_SHARE = "late_share"
    N_UNSERVED = "n_unserved"


MEASURES: Final = tuple(Measure)


class Total(StrEnum):
    """What is counted of all together; entries of `Figures.totals`."""

    BUSY_SHARE = "busy_share"
    """Of the time of duty: driving to calls and on the scene."""
    COVERED_SHARE = "covered_share"
    """Of the demand: some free unit waits, or is on its way to wait, where it would be
    in time. Mean over quarters of an hour."""
    N_QUEUED = "n_queued"
    """Calls that wait for a unit, mean over quarters of an hour."""
    WAITED_SHARE = "waited_share"
    """Of the calls: nobody was free when they came."""
    KM_TO_CALLS = "km_to_calls_a_day"
    KM_TO_POSTS = "km_to_own_posts_a_day"
    KM_RELOCATING = "km_relocating_a_day"
    KM_PATROLLING = "km_patrolling_a_day"
    KM_A_UNIT = "km_a_unit_a_day"
    """Of all kinds, for 24 hours of duty."""
    N_TURNED = "turned_round_a_day"
    N_VISITS = "patrol_stops_a_day"


TOTALS: Final = tuple(Total)


@dataclass(frozen=True, eq=False)
class Figures:
    """Figures of one period of a run.

    Attributes
    ----------
    by_group
        Shape ``(n_groups, len(MEASURES))``; NaN where a group has no calls.
    totals
        Shape ``(len(TOTALS),)``.
    """

    groups: tuple[Group, ...]
    by_group: Floats
    totals: Floats


def groups_of(class_names: tuple[str, ...], areas: tuple[str, ...]) -> list[Group]:
    """All groups, in the order of the rows."""
    return [
        Group(GroupKind.ALL, ""),
        *(Group(GroupKind.CLASS, name) for name in class_names),
        *(Group(GroupKind.AREA, name) for name in areas),
        *(Group(GroupKind.HOUR, f"{hour:02d}") for hour in range(24)),
    ]


def measure(run: Run, *, from_s: float, to_s: float) -> Figures:
    """Count what came in between two moments, and what was done in that time.

    A call counts by when it came in. Nobody came: late, and without a response time.

    Raises
    ------
    ValueError
        The period is empty.
    """
    if not from_s < to_s:
        raise ValueError("a period has a beginning before its end")
    calls = run.calls
    rows = np.flatnonzero((calls.at_s >= from_s) & (calls.at_s < to_s))
    response_s, late = run.response_s()[rows], run.is_late()[rows]
    hour = (calls.at_s[rows] / 3600.0).astype(np.int64) % 24
    numbers = [
        np.zeros(len(rows), dtype=np.int64),
        calls.class_[rows],
        run.city.area_of_place[calls.place[rows]],
        hour,
    ]
    sizes = [1, len(calls.class_names), len(run.city.areas), 24]
    by_group = [
        _of_group(response_s[number == g], late[number == g])
        for number, size in zip(numbers, sizes, strict=True)
        for g in range(size)
    ]
    return Figures(
        groups=tuple(groups_of(calls.class_names, run.city.areas)),
        by_group=np.array(by_group),
        totals=np.array(_totals(run, rows, from_s=from_s, to_s=to_s)),
    )


def _of_group(response_s: Floats, late: Bools) -> list[float]:
    n = len(response_s)
    known = response_s[np.isfinite(response_s)]
    if not n:
        return [0.0, np.nan, np.nan, np.nan, np.nan, 0.0]
    mean, median, tail = np.nan, np.nan, np.nan
    if len(known):
        mean = float(known.mean())
        median, tail = (float(q) for q in np.quantile(known, [0.5, 0.9]))
    return [float(n), mean, median, tail, float(late.mean()), float(n - len(known))]


def _totals(run: Run, rows: Ints, *, from_s: float, to_s: float) -> list[float]:
    n_days = (to_s - from_s) / DAY_S
    ticks = run.ticks[(run.ticks[:, T_AT] >= from_s) & (run.ticks[:, T_AT] < to_s)]
    sent = run.sendings
    ends = np.where(np.isfinite(sent.ended_s), sent.ended_s, run.until_s)
    busy_s = np.maximum(np.minimum(ends, to_s) - np.maximum(sent.sent_s, from_s), 0.0)
    on_duty_s = run.fleet.on_duty_s(from_s=from_s, to_s=to_s)
    # Whoever is on a call when duty ends finishes first: busy beyond the roster.
    worked_s = max(on_duty_s, float(busy_s.sum()), 1e-9)
    n_ticks = max(1, len(ticks))
    first_sent_s = np.full(len(run.calls), np.inf)
    np.minimum.at(first_sent_s, sent.call, sent.sent_s)
    waited = first_sent_s[rows] > run.calls.at_s[rows]
    metres = _driven_m(run, from_s=from_s, to_s=to_s)
    km = metres / 1000.0 / n_days
    in_period = (sent.sent_s >= from_s) & (sent.sent_s < to_s)
    share_of_run = (to_s - from_s) / max(run.until_s, 1e-9)
    return [
        float(busy_s.sum()) / worked_s,
        float(ticks[:, T_COVERED].sum()) / n_ticks,
        float(ticks[:, T_QUEUED].sum()) / n_ticks,
        float(waited.mean()) if len(rows) else 0.0,
        float(km[TO_CALL]),
        float(km[TO_OWN_POST]),
        float(km[RELOCATING]),
        float(km[-1]),
        float(km.sum()) * n_days * DAY_S / worked_s,
        float(sent.turned[in_period].sum()) / n_days,
        run.n_visits * share_of_run / n_days,
    ]


def _driven_m(run: Run, *, from_s: float, to_s: float) -> Floats:
    """Metres by purpose: what was booked at the ends of the period."""
    at_s = run.ticks[:, T_AT]
    booked = run.ticks[:, -run.driven_m.shape[1] :]
    if not len(at_s):
        return np.asarray(run.driven_m.sum(axis=0))
    rows = np.clip(np.searchsorted(at_s, [from_s, to_s]), 0, len(at_s) - 1)
    return np.asarray(booked[rows[1]] - booked[rows[0]])


def busy_by_hour(run: Run, *, from_s: float, to_s: float) -> Floats:
    """Share of units on duty that are on a call, by hour of the day, ``(24,)``."""
    ticks = run.ticks[(run.ticks[:, T_AT] >= from_s) & (run.ticks[:, T_AT] < to_s)]
    hour = (ticks[:, T_AT] / 3600.0).astype(np.int64) % 24
    busy = ticks[:, T_DRIVING] + ticks[:, T_ON_SCENE]
    there = busy + ticks[:, T_WAITING]
    n_busy = np.bincount(hour, busy, minlength=24)
    n_there = np.bincount(hour, there, minlength=24)
    return np.asarray(n_busy / np.where(n_there > 0, n_there, 1.0))
