"""Posts from which calls are, in sum, as near as can be: the p-median.

Search: exchanges of one post for another, each priced at once for all pairs by savings,
losses and corrections (Resende and Werneck 2007, European Journal of Operational
Research 174(1), sections 3-4), from posts that a few random exchanges have disturbed
(variable neighbourhood search; Hansen and Mladenovic 1997). Bound: the rule that each
place has one post is priced (Lagrange; Cornuejols, Fisher and Nemhauser 1977, section
3); the sites that are cheapest at the best prices are where the search begins. What is
small enough HiGHS proves.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from xunfang.core.dispatching.programme import Answer, Programme

type Ints = NDArray[np.int64]
type Floats = NDArray[np.float64]
type Bools = NDArray[np.bool_]

PROVEN_PAIRS = 5_000
"""Up to so many pairs of place and site HiGHS proves the optimum in a second or two."""
N_KICKS = 600
"""Disturbances without success after which the search ends."""
N_PRICES = 600
"""Rounds of prices for the bound."""
_SAME = 1e-9
"""A saving of a smaller share of the whole is rounding."""


@dataclass(frozen=True, slots=True)
class Median:
    """Which sites to open."""

    sites: Ints
    """``(n_open,)``, in order."""
    site_of: Ints
    """``(n_places,)``: the nearest open site of each place."""
    cost: float
    bound: float
    """No choice of as many sites costs less than this."""
    is_proven: bool
    """No choice costs less than this one."""


def p_median(
    cost: Floats,
    n_open: int,
    *,
    rng: np.random.Generator,
    n_kicks: int = N_KICKS,
    prove_up_to: int = PROVEN_PAIRS,
) -> Median:
    """Choose sites so that each place served from its nearest costs least in sum.

    Parameters
    ----------
    cost
        Of serving each place from each site, shape ``(n_places, n_sites)``, finite and
        not negative: calls expected times seconds by road, say.
    n_open
        How many sites to open, in [1, n_sites].
    rng
        Where the disturbances come from. Same seed, same answer on every machine.
    n_kicks
        The search ends after so many disturbances in a row that found nothing better.
    prove_up_to
        Largest number of pairs for which HiGHS is asked for the optimum.

    Raises
    ------
    ValueError
        A cost is negative or not finite, or ``n_open`` is out of range.
    """
    if cost.ndim != 2 or not np.isfinite(cost).all() or not (cost >= 0).all():
        raise ValueError("cost must be a table of finite numbers, not negative")
    if not 1 <= n_open <= cost.shape[1]:
        raise ValueError(f"n_open must be in [1, {cost.shape[1]}]")
    cost = np.ascontiguousarray(cost, dtype=np.float64)
    nearest = np.argsort(cost, axis=1, kind="stable")
    if n_open == 1:
        sites = np.array([int(cost.sum(axis=0).argmin())])
        return _median(cost, sites, float(cost[:, sites[0]].sum()))
    if n_open == cost.shape[1]:
        return _median(cost, np.arange(n_open), float(cost.min(axis=1).sum()))
    start = np.sort(rng.permutation(cost.shape[1])[:n_open])
    sites = _search(cost, nearest, start, 0, 0.0, rng)
    reached = float(cost[:, sites].min(axis=1).sum())
    bound, start = _bound(cost, nearest, n_open, reached, N_PRICES)
    if (cost == np.rint(cost)).all():
        # Whole costs: the optimum is whole, too.
        bound = float(np.ceil(bound - 1e-6))
    sites = np.sort(_search(cost, nearest, start, n_kicks, bound, rng))
    reached = float(cost[:, sites].min(axis=1).sum())
    found = _median(cost, sites, min(bound, reached))
    if found.is_proven or cost.size > prove_up_to:
        return found
    answer = exact_median(cost, n_open)
    if not answer.is_proven:
        return found
    best = np.flatnonzero(answer.values[: cost.shape[1]] > 0.5)
    if cost[:, best].min(axis=1).sum() < reached * (1 - _SAME):
        sites = best
    return _median(cost, sites, answer.objective)


def exact_median(cost: Floats, n_open: int, *, relaxed: bool = False) -> Answer:
    """Return the answer of HiGHS, first columns: which site is open.

    ReVelle and Swain (1970): each place is served once, only from open sites. With
    ``relaxed`` sites may be open in part, which bounds every choice from below.
    """
    n_places, n_sites = cost.shape
    programme = Programme()
    opened = programme.columns(np.zeros(n_sites))
    served = programme.columns(cost.ravel(), whole=False).reshape(cost.shape)
    programme.sum_is(opened, n_open)
    place = np.repeat(np.arange(n_places), n_sites)
    programme.rows(n_places, [(place, served.ravel(), 1.0)], low=1.0, high=1.0)
    pair = np.arange(cost.size)
    on = np.tile(opened, n_places)
    programme.rows(cost.size, [(pair, served.ravel(), 1.0), (pair, on, -1.0)], high=0.0)
    return programme.solve(relaxed=relaxed)


def _median(cost: Floats, sites: Ints, bound: float) -> Median:
    sites = np.asarray(sites, dtype=np.int64)
    near = cost[:, sites]
    reached = float(near.min(axis=1).sum())
    is_proven = reached <= bound + _SAME * abs(bound)
    return Median(sites, sites[near.argmin(axis=1)], reached, bound, is_proven)


@njit(cache=True, nogil=True)
def _search(
    cost: Floats,
    nearest: Ints,
    start: Ints,
    n_kicks: int,
    bound: float,
    rng: np.random.Generator,
) -> Ints:
    """Return the best sites met; at ``bound`` there is nothing left to look for."""
    n_places, n_sites = cost.shape
    n_open = start.size
    posts, best = start.copy(), start.copy()
    slot = np.empty(n_sites, dtype=np.int64)
    first = np.empty(n_places, dtype=np.int64)
    second = np.empty(n_places, dtype=np.int64)
    gain = np.empty(n_sites)
    loss = np.empty(n_open)
    extra = np.empty((n_sites, n_open))
    hit = np.zeros(n_places, dtype=np.bool_)
    _build(cost, nearest, posts, slot, first, second, gain, loss, extra)
    _descend(cost, nearest, posts, slot, first, second, gain, loss, extra, hit)
    best_cost = _cost_of(cost, first)
    best[:] = posts
    most = max(1, min(n_open, n_sites - n_open, 2 + n_open // 8))
    strength, in_vain = 1, 0
    while in_vain < n_kicks and best_cost > bound:
        for _ in range(strength):
            site = int(rng.integers(0, n_sites))
            while slot[site] >= 0:
                site = int(rng.integers(0, n_sites))
            out = int(rng.integers(0, n_open))
            _swap(
                cost, nearest, posts, slot, first, second, gain, loss, extra, hit,
                site, out,
            )  # fmt: skip
        _descend(cost, nearest, posts, slot, first, second, gain, loss, extra, hit)
        reached = _cost_of(cost, first)
        if reached < best_cost * (1.0 - 1e-12):
            best_cost = reached
            best[:] = posts
            strength, in_vain = 1, 0
        else:
            in_vain += 1
            strength = strength + 1 if strength < most else 1
            if reached > best_cost:
                posts[:] = best
                _build(cost, nearest, posts, slot, first, second, gain, loss, extra)
    return best


@njit(cache=True, nogil=True)
def _cost_of(cost: Floats, first: Ints) -> float:
    total = 0.0
    for place in range(first.size):
        total += cost[place, first[place]]
    return total


@njit(cache=True, nogil=True)
def _build(
    cost: Floats,
    nearest: Ints,
    posts: Ints,
    slot: Ints,
    first: Ints,
    second: Ints,
    gain: Floats,
    loss: Floats,
    extra: Floats,
) -> None:
    """Price all exchanges afresh; rounding of earlier ones is gone."""
    slot[:] = -1
    for number in range(posts.size):
        slot[posts[number]] = number
    gain[:] = 0.0
    loss[:] = 0.0
    extra[:, :] = 0.0
    for place in range(first.size):
        _look(nearest, slot, first, second, place)
        _price(cost, nearest, slot, first, second, gain, loss, extra, place, 1.0)


@njit(cache=True, nogil=True)
def _look(nearest: Ints, slot: Ints, first: Ints, second: Ints, place: int) -> None:
    """Find the two nearest open sites of a place."""
    n_found = 0
    for site in nearest[place]:
        if slot[site] < 0:
            continue
        if n_found == 1:
            second[place] = site
            return
        first[place] = site
        n_found = 1


@njit(cache=True, nogil=True)
def _price(
    cost: Floats,
    nearest: Ints,
    slot: Ints,
    first: Ints,
    second: Ints,
    gain: Floats,
    loss: Floats,
    extra: Floats,
    place: int,
    sign: float,
) -> None:
    """Add (or take out) what one place contributes to the price of each exchange."""
    near, far = cost[place, first[place]], cost[place, second[place]]
    out = slot[first[place]]
    loss[out] += sign * (far - near)
    for site in nearest[place]:
        here = cost[place, site]
        if here >= far:
            return
        if slot[site] >= 0:
            continue
        if here < near:
            gain[site] += sign * (near - here)
            extra[site, out] += sign * (far - near)
        else:
            extra[site, out] += sign * (far - here)


@njit(cache=True, nogil=True)
def _swap(
    cost: Floats,
    nearest: Ints,
    posts: Ints,
    slot: Ints,
    first: Ints,
    second: Ints,
    gain: Floats,
    loss: Floats,
    extra: Floats,
    hit: Bools,
    site: int,
    out: int,
) -> None:
    """Open ``site`` instead of the post in slot ``out``; price anew what that touches."""
    closed = posts[out]
    for place in range(first.size):
        hit[place] = (
            first[place] == closed
            or second[place] == closed
            or cost[place, site] < cost[place, second[place]]
        )
        if hit[place]:
            _price(cost, nearest, slot, first, second, gain, loss, extra, place, -1.0)
    slot[closed] = -1
    slot[site] = out
    posts[out] = site
    loss[out] = 0.0
    extra[:, out] = 0.0
    for place in range(first.size):
        if hit[place]:
            _look(nearest, slot, first, second, place)
            _price(cost, nearest, slot, first, second, gain, loss, extra, place, 1.0)


@njit(cache=True, nogil=True)
def _descend(
    cost: Floats,
    nearest: Ints,
    posts: Ints,
    slot: Ints,
    first: Ints,
    second: Ints,
    gain: Floats,
    loss: Floats,
    extra: Floats,
    hit: Bools,
) -> None:
    """Make the best exchange until none saves anything."""
    n_sites, n_open = extra.shape
    reached = _cost_of(cost, first)
    while True:
        best_saving, best_site, best_out = 0.0, -1, -1
        for site in range(n_sites):
            # A correction is never more than the loss it corrects, so that no exchange
            # saves more than its gain.
            if slot[site] >= 0 or gain[site] <= best_saving:
                continue
            for out in range(n_open):
                saving = gain[site] - loss[out] + extra[site, out]
                if saving > best_saving:
                    best_saving, best_site, best_out = saving, site, out
        if best_site < 0 or best_saving <= 1e-12 * reached:
            return
        _swap(
            cost, nearest, posts, slot, first, second, gain, loss, extra, hit,
            best_site, best_out,
        )  # fmt: skip
        now = _cost_of(cost, first)
        # Rounding may promise a saving that is none: then this is the end, too.
        if now >= reached:
            return
        reached = now


@njit(cache=True, nogil=True)
def _bound(
    cost: Floats, nearest: Ints, n_open: int, reached: float, n_rounds: int
) -> tuple[float, Ints]:
    """Return a lower bound, by prices on places, and the cheapest sites at these prices.

    L(price) = sum of prices + the ``n_open`` least sums over places of
    min(0, cost - price); prices move against whoever is served too often or not at all,
    by a step that halves when the bound stands still (Held, Wolfe and Crowder 1974).
    """
    n_places, n_sites = cost.shape
    price = np.empty(n_places)
    for place in range(n_places):
        price[place] = cost[place, nearest[place, min(n_sites - 1, n_sites // n_open)]]
    best = -np.inf
    best_price = price.copy()
    best_sites = np.arange(n_open)
    value = np.empty(n_sites)
    served = np.empty(n_places)
    is_open = np.empty(n_sites, dtype=np.bool_)
    step, still = 1.5, 0
    for _ in range(n_rounds):
        value[:] = 0.0
        for place in range(n_places):
            for site in nearest[place]:
                if cost[place, site] >= price[place]:
                    break
                value[site] += cost[place, site] - price[place]
        order = np.argsort(value)
        bound = price.sum()
        is_open[:] = False
        for number in range(n_open):
            is_open[order[number]] = True
            bound += value[order[number]]
        if bound > best:
            best = bound
            best_price[:] = price
            best_sites[:] = order[:n_open]
            still = 0
        else:
            still += 1
            if still == 15:
                still = 0
                step *= 0.6
                price[:] = best_price
                continue
        square = 0.0
        for place in range(n_places):
            served[place] = 1.0
            for site in nearest[place]:
                if cost[place, site] >= price[place]:
                    break
                if is_open[site]:
                    served[place] -= 1.0
            square += served[place] ** 2
        if square == 0.0:
            break
        move = step * max(reached * 1.0001 - bound, 1e-9) / square
        for place in range(n_places):
            price[place] = max(0.0, price[place] + move * served[place])
    return best, best_sites
