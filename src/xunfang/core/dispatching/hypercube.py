"""How busy each unit will be, and who comes when the nearest cannot.

The hypercube model (Larson 1974, Computers & Operations Research 1(1); Larson and Odoni
1981, Urban Operations Research, 5.3-5.4): each unit is busy or free, calls arrive at
random (Poisson), each kind of call asks units in an order of its own, service takes
exponential time. `exact` solves all 2^n states; `approximate` takes units to be
sampled at random as in a queue of equal units, corrected by Q (Larson 1975; Larson and
Odoni 5.5), and reaches any number of units.

What it does not know: calls that need several units, patrols that saturate, rates that
change with the hour. For those there is the simulator.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from xunfang.core.errors import DomainError

type Ints = NDArray[np.int64]
type Floats = NDArray[np.float64]

MAX_EXACT_UNITS = 15
"""2^15 states; each further unit doubles time and memory."""
_MAX_SWEEPS = 20_000
_SETTLED = 1e-13


class Overloaded(DomainError):
    """More work comes in than the units can ever do: the queue would grow for ever."""

    code = "dispatching.overloaded"


class NotSettled(DomainError):
    """The figures kept moving: such orders of preference cannot be approximated."""

    code = "dispatching.not_settled"


@dataclass(frozen=True, slots=True)
class Streams:
    """Calls by kind, place, or both: who arrives how often and asks whom first."""

    rate: Floats
    """Calls per hour, shape ``(n_streams,)``, not negative, one at least positive."""
    preference: Ints
    """Units from first to last choice, ``(n_streams, n_units)``, each unit once."""

    def __post_init__(self) -> None:
        n_streams, n_units = self.preference.shape
        if self.rate.shape != (n_streams,):
            raise ValueError("rate must be (n_streams,)")
        if not (self.rate >= 0).all() or not self.rate.sum() > 0:
            raise ValueError("rate must not be negative, nor nothing")
        if not (np.sort(self.preference, axis=1) == np.arange(n_units)).all():
            raise ValueError("each preference must name each unit once")


@dataclass(frozen=True, slots=True)
class Workload:
    """How the units share the calls in the long run."""

    busy_share: Floats
    """``(n_units,)``: share of the time in which each unit is busy."""
    sent_share: Floats
    """``(n_streams, n_units)``: share of each stream's calls that each unit takes at
    once. The rest of a row waits or is passed on."""
    all_busy_share: float
    """Share of calls that find every unit busy: they wait, or are passed on."""
    n_rounds: int
    """Until the figures stood still."""


def exact(
    streams: Streams,
    *,
    calls_per_h: Floats,
    queue: bool,
    max_units: int = MAX_EXACT_UNITS,
) -> Workload:
    """Return the workload by all states of all units.

    Parameters
    ----------
    streams
        Who calls.
    calls_per_h
        How many calls each unit could clear in an hour, ``(n_units,)``, positive.
    queue
        True: a call that finds all busy waits, first come first served (infinite
        line). False: it is passed on to somebody else (zero line).
    max_units
        Refuses more: 2 to that power states.

    Raises
    ------
    Overloaded
        With a queue: more calls than the units could ever clear.
    NotSettled
        The chances of the states still move after 20,000 sweeps.
    ValueError
        Shapes disagree, a rate is not positive, or there are too many units.
    """
    n_units = streams.preference.shape[1]
    if calls_per_h.shape != (n_units,) or not (calls_per_h > 0).all():
        raise ValueError("calls_per_h must be (n_units,) and positive")
    if n_units > max_units:
        raise ValueError(f"{n_units} units are too many, {max_units} at most")
    rate = streams.rate.sum()
    load = float(rate / calls_per_h.sum())
    if queue and load >= 1.0:
        raise Overloaded
    chance, n_rounds = _settle(
        streams.rate, streams.preference, calls_per_h, _MAX_SWEEPS, _SETTLED
    )
    if n_rounds > _MAX_SWEEPS:
        raise NotSettled
    # While calls wait everybody is busy: a geometric tail upon the last state.
    weight = np.ones(len(chance))
    weight[-1] = 1.0 / (1.0 - load) if queue else 1.0
    chance = chance * weight / (chance @ weight)
    state = np.arange(len(chance))
    is_busy = (state[:, None] >> np.arange(n_units)) & 1
    sent = _sent(streams.preference, chance)
    return Workload(chance @ is_busy, sent, float(chance[-1]), n_rounds)


def approximate(
    streams: Streams,
    *,
    calls_per_h: float,
    queue: bool,
    settled: float = 1e-9,
    max_rounds: int = 1000,
) -> Workload:
    """Return Larson's approximation: any number of units, all equally quick.

    Equation 5.47 of Larson and Odoni (1981): with V_n the rate at which unit n would
    be sent while free, by the busy shares of those asked before it and Q,
    ``busy_n = (V_n + waiting / n_units) / (1 + V_n)``, then scaled to the mean that is
    known from the queue of equal units; repeated until nothing moves.

    Parameters
    ----------
    streams, queue
        As in `exact`.
    calls_per_h
        How many calls any unit could clear in an hour, positive.
    settled
        The rounds end when no busy share moves by more.
    max_rounds
        And it gives up after so many.

    Raises
    ------
    Overloaded
        As in `exact`.
    NotSettled
        Something still moves after ``max_rounds``.
    ValueError
        ``calls_per_h`` is not positive.
    """
    if not calls_per_h > 0:
        raise ValueError("calls_per_h must be positive")
    n_units = streams.preference.shape[1]
    offered = float(streams.rate.sum() / calls_per_h)
    n_busy = busy_distribution(n_units, offered, queue=queue)
    all_busy = (erlang_c if queue else erlang_b)(n_units, offered)
    mean = offered / n_units if queue else offered * (1.0 - all_busy) / n_units
    correction = correction_factors(n_busy, mean)
    waiting = offered * all_busy / n_units if queue else 0.0
    busy = np.full(n_units, mean)
    for n_rounds in range(1, max_rounds + 1):
        would = (streams.rate / calls_per_h) @ _asked(streams, busy, correction)
        moved = (would + waiting) / (1.0 + would)
        moved *= n_units * mean / moved.sum()
        change = np.abs(moved - busy).max()
        busy = moved
        if change <= settled:
            sent = _asked(streams, busy, correction) * (1.0 - busy)
            return Workload(busy, sent, all_busy, n_rounds)
    raise NotSettled


def correction_factors(n_busy: Floats, mean_busy: float) -> Floats:
    """Return Q(n, rho, j) for j = 0 ... n - 1 (Larson 1975; Larson and Odoni 5.5.2).

    How much likelier j units asked in turn are busy and the next one free than if each
    was busy by itself: units are drawn without putting back from the n of a queue.

    Parameters
    ----------
    n_busy
        Chance that exactly k units are busy and none waits, ``(n_units + 1,)``:
        `busy_distribution`.
    mean_busy
        rho in (0, 1), share of the time in which a unit is busy.
    """
    n = len(n_busy) - 1
    factors = np.empty(n)
    for j in range(n):
        k = np.arange(j, n)
        drawn = np.ones(len(k))
        for i in range(j):
            drawn *= (k - i) / (n - i)
        drawn *= (n - k) / (n - j)
        factors[j] = (n_busy[j:n] @ drawn) / (mean_busy**j * (1.0 - mean_busy))
    return factors


def busy_distribution(n_units: int, offered: float, *, queue: bool) -> Floats:
    """Return the chance that k equal units are busy, k = 0 ... n, none waiting.

    ``offered`` is calls per hour over calls a unit clears in an hour (erlangs). Without
    a queue the chances sum to 1; with one, the last is of all busy and nobody waiting.

    Raises
    ------
    Overloaded
        With a queue: ``offered`` is not below ``n_units``.
    """
    if queue and offered >= n_units:
        raise Overloaded
    chance = np.ones(n_units + 1)
    for k in range(1, n_units + 1):
        chance[k] = chance[k - 1] * offered / k
        # Keeps large numbers of units from overflowing.
        chance[: k + 1] /= chance[: k + 1].max()
    tail = chance[-1] / (1.0 - offered / n_units) if queue else chance[-1]
    return np.asarray(chance / (chance[:-1].sum() + tail), dtype=np.float64)


def erlang_b(n_units: int, offered: float) -> float:
    """Return the share of calls that find all units busy if none may wait.

    Erlang (1917), by ``B(n) = a B(n-1) / (n + a B(n-1))``.
    """
    blocked = 1.0
    for n in range(1, n_units + 1):
        blocked = offered * blocked / (n + offered * blocked)
    return blocked


def erlang_c(n_units: int, offered: float) -> float:
    """Return the share of calls that have to wait, ``n B / (n - a (1 - B))``.

    Raises
    ------
    Overloaded
        ``offered`` is not below ``n_units``.
    """
    if offered >= n_units:
        raise Overloaded
    blocked = erlang_b(n_units, offered)
    return n_units * blocked / (n_units - offered * (1.0 - blocked))


def _asked(streams: Streams, busy: Floats, correction: Floats) -> Floats:
    """Return, by stream and unit, how often those before it are busy, corrected."""
    order = streams.preference
    before = np.cumprod(busy[order], axis=1)
    before = np.concatenate([np.ones((len(order), 1)), before[:, :-1]], axis=1)
    asked = np.empty(order.shape)
    np.put_along_axis(asked, order, before * correction, axis=1)
    return asked


@njit(cache=True, nogil=True)
def _settle(
    rate: Floats, preference: Ints, calls_per_h: Floats, max_sweeps: int, settled: float
) -> tuple[Floats, int]:
    """Return the chances of all states (bit n: unit n busy), none waiting; sum 1.

    Gauss-Seidel over the balance of each state, from few busy to many.
    """
    n_streams, n_units = preference.shape
    n_states = 1 << n_units
    # Calls that take the system from a state to that with one unit more.
    comes = np.zeros((n_states, n_units))
    for state in range(n_states - 1):
        for stream in range(n_streams):
            for unit in preference[stream]:
                if not state >> unit & 1:
                    comes[state, unit] += rate[stream]
                    break
    leaves = np.zeros(n_states)
    for state in range(n_states):
        if state < n_states - 1:
            leaves[state] = rate.sum()
        for unit in range(n_units):
            if state >> unit & 1:
                leaves[state] += calls_per_h[unit]
    chance = np.full(n_states, 1.0 / n_states)
    for sweep in range(1, max_sweeps + 1):
        change = 0.0
        for state in range(n_states):
            into = 0.0
            for unit in range(n_units):
                other = state ^ (1 << unit)
                if state >> unit & 1:
                    into += chance[other] * comes[other, unit]
                else:
                    into += chance[other] * calls_per_h[unit]
            new = into / leaves[state]
            change = max(change, abs(new - chance[state]))
            chance[state] = new
        total = chance.sum()
        chance /= total
        if change <= settled:
            return chance, sweep
    return chance, max_sweeps + 1


@njit(cache=True, nogil=True)
def _sent(preference: Ints, chance: Floats) -> Floats:
    """Return the chance that each unit is the first free one of each stream."""
    sent = np.zeros(preference.shape)
    for stream in range(preference.shape[0]):
        for state in range(chance.size - 1):
            for unit in preference[stream]:
                if not state >> unit & 1:
                    sent[stream, unit] += chance[state]
                    break
    return sent
