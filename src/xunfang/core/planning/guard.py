"""Patrol the hot spots around an area that is never left alone.

The Hot Spot Coverage Patrol Problem (Luo, Golden and Zhang, INFORMS Journal on Computing
2023), as their mixed-integer model states it:

- Places are *inner* or *outer*. Each of ``n_units`` units makes one closed tour; no place
  is visited twice, by one unit or by two; each visited place earns its prize.
- A tour makes exactly one excursion: it visits at least one inner place, goes out, visits
  at least one outer place and comes back in. Exactly one of its legs leads out and one in.
- A tour is at most ``max_tour`` long.
- All legs that are not between two inner places are together at most ``max_out`` long,
  which the authors set to ``(n_units - 1) * max_tour``. What a unit has left of
  ``max_tour`` it spends inside. Laid end to end around a period of ``max_tour``, the
  excursions then never overlap more than ``n_units - 1`` deep: somebody is always
  inside. :func:`excursion_starts` lays them so.

Lengths are whole numbers in one unit, and so may stand for times. The search is ruin and
recreate (Schrimpf et al. 2000; strings as in Christiaens and Vanden Berghe 2020) under
simulated annealing, counted in iterations: the same seed gives the same tours.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from xunfang.core.errors import DomainError


class NoGuardTour(DomainError):
    """Not even the smallest tours fit: one inner and one outer place for each unit."""

    code = "planning.no_guard_tour"


@dataclass(frozen=True, slots=True)
class GuardProblem:
    """Places, prizes and limits. All lengths in one whole-number unit."""

    prize: NDArray[np.float64]
    """``(n_places,)``, not negative."""
    distance: NDArray[np.int64]
    """``(n_places, n_places)``, not negative; it need not be symmetric."""
    inner: NDArray[np.bool_]
    """``(n_places,)``"""
    n_units: int
    max_tour: int
    max_out: int


@dataclass(frozen=True, slots=True)
class GuardTour:
    """One closed tour: the inner places in order, then the outer ones, then home."""

    inner: tuple[int, ...]
    outer: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GuardPlan:
    """A tour for each unit, and the sum of the prizes on them."""

    tours: tuple[GuardTour, ...]
    value: float


def guard(problem: GuardProblem, *, n_iterations: int, seed: int) -> GuardPlan:
    """Search for tours of great value; the same input gives the same tours.

    Raises
    ------
    NoGuardTour
        No start was found: one inner and one outer place a unit do not fit the limits.
    """
    rng = np.random.default_rng(seed)
    start = _start(problem)
    near = np.argsort(problem.distance + problem.distance.T, axis=1, kind="stable")
    found = _search(
        problem.distance.astype(np.int64),
        problem.prize.astype(np.float64),
        problem.inner.astype(np.bool_),
        near.astype(np.int64),
        start,
        int(problem.max_tour),
        int(problem.max_out),
        int(n_iterations),
        rng,
    )
    tours = tuple(
        GuardTour(
            tuple(int(p) for p in places if p >= 0 and problem.inner[p]),
            tuple(int(p) for p in places if p >= 0 and not problem.inner[p]),
        )
        for places in found
    )
    visited = [p for tour in tours for p in (*tour.inner, *tour.outer)]
    return GuardPlan(tours, float(problem.prize[visited].sum()))


def excursion_starts(problem: GuardProblem, plan: GuardPlan) -> tuple[int, ...]:
    """Return when each unit goes out, in [0, max_tour), as a length along its period.

    Every unit repeats its tour with period ``max_tour`` and waits inside for what is
    left. The next goes out when the one before comes in.
    """
    starts, clock = [], 0
    for tour in plan.tours:
        starts.append(clock % problem.max_tour)
        clock += out_length(problem, tour)
    return tuple(starts)


def out_length(problem: GuardProblem, tour: GuardTour) -> int:
    """Return the length of the legs that are not between two inner places."""
    way = (tour.inner[-1], *tour.outer, tour.inner[0])
    return int(problem.distance[way[:-1], way[1:]].sum())


def _start(problem: GuardProblem) -> NDArray[np.int64]:
    """Give each unit the cheapest pair of an inner and an outer place that is left.

    Returns tours as rows padded with -1, inner places first, ``(n_units, n_places)``.
    """
    there_and_back = (problem.distance + problem.distance.T).astype(np.float64)
    there_and_back[~problem.inner] = np.inf
    there_and_back[:, problem.inner] = np.inf
    tours = np.full((problem.n_units, len(problem.prize)), -1, dtype=np.int64)
    left_out = problem.max_out
    for tour in tours:
        a, b = np.unravel_index(int(there_and_back.argmin()), there_and_back.shape)
        length = there_and_back[a, b]
        if length > min(problem.max_tour, left_out):
            raise NoGuardTour("one inner and one outer place a unit do not fit")
        left_out -= int(length)
        tour[0], tour[1] = a, b
        there_and_back[a, :] = np.inf
        there_and_back[:, b] = np.inf
    return tours


_HOTTEST = 0.30
_COLDEST = 0.003
"""Temperatures in prizes: a typical place is worth 0.5, and 0.003 settles ties."""
_LONGEST_STRING = 10
_BLINK_SHARE = 0.01
_RESEED_SHARE = 0.002
_LENGTH_WORTH = 1e-5
"""Prize for a unit of length saved: decides between tours of the same value."""


@njit(cache=True, nogil=True)
def _search(
    distance: NDArray[np.int64],
    prize: NDArray[np.float64],
    inner: NDArray[np.bool_],
    near: NDArray[np.int64],
    start: NDArray[np.int64],
    max_tour: int,
    max_out: int,
    n_iterations: int,
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    now, trial, best = start.copy(), start.copy(), start.copy()
    worth_now = _worth(now, distance, prize)
    worth_best = worth_now
    cooling = (_COLDEST / _HOTTEST) ** (1.0 / max(1, n_iterations))
    heat = _HOTTEST
    for _ in range(n_iterations):
        trial[:] = now
        if rng.random() < _RESEED_SHARE:
            _reseed(trial, distance, inner, max_tour, max_out, rng)
        else:
            _ruin(trial, inner, near, rng)
        _recreate(trial, distance, prize, inner, max_tour, max_out, rng)
        worth = _worth(trial, distance, prize)
        if worth > worth_now + heat * np.log(1.0 - rng.random()):
            now[:] = trial
            worth_now = worth
            if worth > worth_best:
                best[:] = trial
                worth_best = worth
        heat *= cooling
    return best


@njit(cache=True, nogil=True)
def _n_in(tour: NDArray[np.int64]) -> int:
    n = 0
    while n < tour.size and tour[n] >= 0:
        n += 1
    return n


@njit(cache=True, nogil=True)
def _worth(
    tours: NDArray[np.int64], distance: NDArray[np.int64], prize: NDArray[np.float64]
) -> float:
    worth = 0.0
    for tour in tours:
        n = _n_in(tour)
        for i in range(n):
            worth += prize[tour[i]]
            worth -= _LENGTH_WORTH * distance[tour[i], tour[(i + 1) % n]]
    return worth


@njit(cache=True, nogil=True)
def _ruin(
    tours: NDArray[np.int64],
    inner: NDArray[np.bool_],
    near: NDArray[np.int64],
    rng: np.random.Generator,
) -> None:
    """Take strings of places that lie near one another out of one to all tours.

    One inner and one outer place always stay, so that each tour keeps its excursion.
    """
    n_units = tours.shape[0]
    n_strings = rng.integers(1, n_units + 1)
    touched = np.zeros(n_units, dtype=np.bool_)
    for place in near[rng.integers(0, near.shape[0])]:
        if n_strings == 0:
            return
        for unit in range(n_units):
            if touched[unit]:
                continue
            tour = tours[unit]
            n = _n_in(tour)
            for i in range(n):
                if tour[i] == place:
                    touched[unit] = True
                    n_strings -= 1
                    _cut_string(tour, n, i, inner, rng)
                    break


@njit(cache=True, nogil=True)
def _reseed(
    tours: NDArray[np.int64],
    distance: NDArray[np.int64],
    inner: NDArray[np.bool_],
    max_tour: int,
    max_out: int,
    rng: np.random.Generator,
) -> None:
    """Begin one tour anew from another pair of places: strings alone never would.

    If the pair is taken or does not fit, all stays as it was.
    """
    n_units, n_places = tours.shape
    a = b = np.int64(0)
    while not inner[a] or inner[b]:
        a, b = rng.integers(0, n_places), rng.integers(0, n_places)
    chosen = rng.integers(0, n_units)
    there_and_back = distance[a, b] + distance[b, a]
    out = there_and_back
    for unit in range(n_units):
        if unit == chosen:
            continue
        tour = tours[unit]
        n = _n_in(tour)
        for i in range(n):
            p, q = tour[i], tour[(i + 1) % n]
            if p in (a, b):
                return
            if not (inner[p] and inner[q]):
                out += distance[p, q]
    if there_and_back <= max_tour and out <= max_out:
        tours[chosen, :] = -1
        tours[chosen, 0], tours[chosen, 1] = a, b


@njit(cache=True, nogil=True)
def _cut_string(
    tour: NDArray[np.int64],
    n: int,
    middle: int,
    inner: NDArray[np.bool_],
    rng: np.random.Generator,
) -> None:
    length = rng.integers(1, min(_LONGEST_STRING, n) + 1)
    first = middle - rng.integers(0, length) + n
    n_inner = 0
    for i in range(n):
        if inner[tour[i]]:
            n_inner += 1
    n_outer = n - n_inner
    for step in range(length):
        cut = (first + step) % n
        if inner[tour[cut]] and n_inner > 1:
            n_inner -= 1
            tour[cut] = -2
        elif not inner[tour[cut]] and n_outer > 1:
            n_outer -= 1
            tour[cut] = -2
    kept = 0
    for i in range(n):
        if tour[i] != -2:
            tour[kept] = tour[i]
            kept += 1
    tour[kept:n] = -1


@njit(cache=True, nogil=True)
def _recreate(
    tours: NDArray[np.int64],
    distance: NDArray[np.int64],
    prize: NDArray[np.float64],
    inner: NDArray[np.bool_],
    max_tour: int,
    max_out: int,
    rng: np.random.Generator,
) -> None:
    """Put places back where they cost least, in a random kind of order."""
    n_units, n_places = tours.shape
    length = np.zeros(n_units, dtype=np.int64)
    n_stops = np.zeros(n_units, dtype=np.int64)
    absent = np.ones(n_places, dtype=np.bool_)
    out = np.int64(0)
    for unit in range(n_units):
        tour = tours[unit]
        n = _n_in(tour)
        n_stops[unit] = n
        for i in range(n):
            a, b = tour[i], tour[(i + 1) % n]
            absent[a] = False
            length[unit] += distance[a, b]
            if not (inner[a] and inner[b]):
                out += distance[a, b]
    waiting = np.flatnonzero(absent)
    order = _order(waiting, prize, rng)
    # An hour outside is scarcer than an hour; how much scarcer, only trying tells.
    out_price = rng.random()
    for place in waiting[order]:
        best_cost = np.inf
        best_unit, best_at, best_longer, best_out = -1, -1, 0, 0
        for unit in range(n_units):
            tour = tours[unit]
            n = n_stops[unit]
            for i in range(n):
                a, b = tour[i], tour[(i + 1) % n]
                if inner[place]:
                    if not (inner[a] or inner[b]):
                        continue
                elif inner[a] and inner[b]:
                    continue
                longer = distance[a, place] + distance[place, b] - distance[a, b]
                if length[unit] + longer > max_tour:
                    continue
                more_out = longer
                if inner[place]:
                    if inner[a] and inner[b]:
                        more_out = 0
                    elif inner[a]:
                        more_out = distance[place, b] - distance[a, b]
                    else:
                        more_out = distance[a, place] - distance[a, b]
                if out + more_out > max_out:
                    continue
                cost = longer + out_price * more_out
                if cost < best_cost and rng.random() >= _BLINK_SHARE:
                    best_cost = cost
                    best_unit, best_at = unit, i + 1
                    best_longer, best_out = longer, more_out
        if best_unit >= 0:
            tour = tours[best_unit]
            n = n_stops[best_unit]
            if best_at == n and inner[place]:
                # Between the last outer and the first inner place: it becomes first.
                best_at = 0
            for i in range(n, best_at, -1):
                tour[i] = tour[i - 1]
            tour[best_at] = place
            n_stops[best_unit] += 1
            length[best_unit] += best_longer
            out += best_out


@njit(cache=True, nogil=True)
def _order(
    waiting: NDArray[np.int64],
    prize: NDArray[np.float64],
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    kind = rng.integers(0, 3)
    key = rng.random(waiting.size)
    for n in range(waiting.size):
        if kind == 1:
            key[n] = -prize[waiting[n]]
        elif kind == 2:
            key[n] = -prize[waiting[n]] * key[n]
    return np.argsort(key)
