"""The shortest closed walk along every street of a part of the network.

Where every street may be walked both ways, the streets that are walked twice join the
crossings with an odd number of arms in pairs, as cheaply as possible (Edmonds and
Johnson 1973). The pairing is a linear programme over the pairs, with a cut for every
odd set of crossings that is cut off, columns priced over all pairs; what is not whole
then, branching settles. Its value bounds every walk from below even where branching
is cut short.

One-way streets make the problem hard (Papadimitriou 1976). The bound is then the linear
programme in which streets are walked, in one way or the other, as often as they are
entered and left at each crossing.

Lengths are whole numbers in one unit.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from xunfang.core.errors import DomainError

type Ints = NDArray[np.int64]
type Floats = NDArray[np.float64]


class StreetsApart(DomainError):
    """Some street cannot be reached from another and back again."""

    code = "planning.streets_apart"


@dataclass(frozen=True, slots=True)
class StreetPart:
    """Streets to be walked end to end, between crossings 0 to ``n_nodes`` - 1."""

    n_nodes: int
    tail: Ints
    """``(n_streets,)``; a one-way street leads from tail to head."""
    head: Ints
    length: Ints
    """``(n_streets,)``, positive."""
    one_way: NDArray[np.bool_]

    def adjacency(self) -> csr_array:
        """Return the shortest street from crossing to crossing as a sparse matrix."""
        both = ~self.one_way
        tail = np.concatenate([self.tail, self.head[both]])
        head = np.concatenate([self.head, self.tail[both]])
        length = np.concatenate([self.length, self.length[both]])
        # A csr matrix adds parallel streets up; only the shortest of them counts.
        order = np.lexsort((length, head, tail))
        tail, head, length = tail[order], head[order], length[order]
        first = np.ones(len(tail), dtype=np.bool_)
        first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
        shape = (self.n_nodes, self.n_nodes)
        return csr_array(
            (length[first].astype(np.float64), (tail[first], head[first])), shape=shape
        )

    def used_nodes(self) -> Ints:
        """Return the crossings that some street touches, in order."""
        return np.unique(np.concatenate([self.tail, self.head]))


@dataclass(frozen=True, slots=True)
class PostmanWalk:
    """What one walker needs for all streets."""

    doubled: tuple[tuple[int, int], ...] | None
    """Pairs of crossings joined by walking a shortest way once more. None: there are
    one-way streets, only the bound is known."""
    length: int | None
    """Of the whole walk; None as above."""
    bound: float
    """No closed walk along all streets is shorter."""


def distances(part: StreetPart) -> Floats:
    """Return the shortest ways between all crossings, ``(n_nodes, n_nodes)``.

    Raises
    ------
    StreetsApart
        Two crossings with streets cannot reach one another.
    """
    used = part.used_nodes()
    ways = np.asarray(dijkstra(part.adjacency()), dtype=np.float64)
    if not np.isfinite(ways[np.ix_(used, used)]).all():
        raise StreetsApart("some streets cannot be reached from others and back")
    return ways


def postman(part: StreetPart) -> PostmanWalk:
    """Return the shortest closed walk along every street, or its bound.

    Raises
    ------
    StreetsApart
        No walk can reach all streets.
    """
    ways = distances(part)
    if part.one_way.any():
        return PostmanWalk(None, None, _one_way_bound(part))
    degree = np.bincount(np.concatenate([part.tail, part.head]), minlength=part.n_nodes)
    odd = np.flatnonzero(degree % 2)
    pairs, bound = cheapest_pairs(ways[np.ix_(odd, odd)])
    once = int(part.length.sum())
    twice = sum(int(ways[odd[i], odd[j]]) for i, j in pairs)
    doubled = tuple((int(odd[i]), int(odd[j])) for i, j in pairs)
    return PostmanWalk(doubled, once + twice, once + min(bound, twice))


def cheapest_pairs(cost: Floats) -> tuple[list[tuple[int, int]], float]:
    """Pair all of an even number of things, as cheaply as possible.

    ``cost`` is symmetric, ``(n, n)``. Returns the pairs and a lower bound of their sum,
    equal to it but for rounding when the pairing is proven best.
    """
    n = len(cost)
    if n == 0:
        return [], 0.0
    pairs = _nearest_pairs(cost, n_near=8)
    sets: list[NDArray[np.bool_]] = []
    while True:
        shares, prices, bound = _pairing_lp(cost, pairs, sets)
        reduced = _reduced_costs(cost, prices, sets)
        missing = _columns_below(reduced, -1e-6, pairs)
        if len(missing):
            pairs = np.vstack([pairs, missing])
            continue
        cut_off = _odd_sets_cut_off(n, pairs, shares)
        if not cut_off:
            break
        sets += cut_off
    if np.abs(shares - np.rint(shares)).max() > 1e-6:
        shares, pairs = _branch(cost, pairs, sets, reduced, bound)
    chosen = pairs[shares > 0.5]
    return [(int(i), int(j)) for i, j in chosen], bound


def _nearest_pairs(cost: Floats, *, n_near: int) -> Ints:
    n = len(cost)
    near = np.argsort(cost + np.diag(np.full(n, np.inf)), axis=1, kind="stable")
    near = near[:, : min(n_near, n - 1)]
    ends = np.stack([np.repeat(np.arange(n), near.shape[1]), near.ravel()], axis=1)
    # A pairing that surely exists: 0-1, 2-3, ...
    sure = np.arange(n).reshape(-1, 2)
    return np.unique(np.sort(np.vstack([ends, sure]), axis=1), axis=0)


def _pairing_rows(n: int, pairs: Ints, sets: list[NDArray[np.bool_]]) -> csr_array:
    """Row i < n: the pairs of i. Row n + s: the pairs that leave set s."""
    columns = np.arange(len(pairs))
    rows = [pairs[:, 0], pairs[:, 1]]
    cols = [columns, columns]
    for number, inside in enumerate(sets):
        leaving = np.flatnonzero(inside[pairs[:, 0]] != inside[pairs[:, 1]])
        rows.append(np.full(len(leaving), n + number))
        cols.append(leaving)
    row, col = np.concatenate(rows), np.concatenate(cols)
    shape = (n + len(sets), len(pairs))
    return csr_array((np.ones(len(row)), (row, col)), shape=shape)


def _pairing_lp(
    cost: Floats, pairs: Ints, sets: list[NDArray[np.bool_]]
) -> tuple[Floats, Floats, float]:
    """Return shares of the pairs, prices of the rows, and the value."""
    n = len(cost)
    # linprog takes sparse matrices; its stubs do not know.
    rows: Any = _pairing_rows(n, pairs, sets)
    found = linprog(
        cost[pairs[:, 0], pairs[:, 1]],
        A_eq=rows[:n],
        b_eq=np.ones(n),
        A_ub=-rows[n:] if sets else None,
        b_ub=-np.ones(len(sets)) if sets else None,
        bounds=(0.0, None),
        method="highs-ds",
    )
    prices = [np.asarray(found.eqlin.marginals)]
    if sets:
        prices.append(-np.asarray(found.ineqlin.marginals))
    return np.asarray(found.x), np.concatenate(prices), float(np.asarray(found.fun))


def _reduced_costs(
    cost: Floats, prices: Floats, sets: list[NDArray[np.bool_]]
) -> Floats:
    n = len(cost)
    reduced = cost - prices[:n, None] - prices[None, :n]
    if sets:
        inside = np.array(sets, dtype=np.float64)
        # i and j are on two sides of a set where inside_i + inside_j - 2 both = 1.
        price = prices[n:]
        alone = price @ inside
        both = (inside.T * price) @ inside
        reduced -= alone[:, None] + alone[None, :] - 2 * both
    return np.asarray(reduced, dtype=np.float64)


def _columns_below(reduced: Floats, limit: float, pairs: Ints) -> Ints:
    """Return the pairs with a reduced cost below the limit that are not there yet."""
    low = np.triu(reduced < limit, k=1)
    low[pairs[:, 0], pairs[:, 1]] = False
    return np.argwhere(low)


def _odd_sets_cut_off(n: int, pairs: Ints, shares: Floats) -> list[NDArray[np.bool_]]:
    """Return odd sets that less than one pair leaves: parts of the pairs in use."""
    found: list[NDArray[np.bool_]] = []
    for least in (1e-6, 0.3):
        used = pairs[shares > least]
        graph = csr_array((np.ones(len(used)), (used[:, 0], used[:, 1])), shape=(n, n))
        n_parts, part_of = connected_components(graph, directed=False)
        for number in range(n_parts):
            inside = part_of == number
            leaving = inside[pairs[:, 0]] != inside[pairs[:, 1]]
            if inside.sum() % 2 == 1 and shares[leaving].sum() < 1 - 1e-6:
                found.append(inside)
        if found:
            break
    return found


def _branch(
    cost: Floats,
    pairs: Ints,
    sets: list[NDArray[np.bool_]],
    reduced: Floats,
    bound: float,
) -> tuple[Floats, Ints]:
    """Make the shares whole, with every pair that could be in a better pairing."""
    while True:
        n = len(cost)
        rows = _pairing_rows(n, pairs, sets)
        upper = np.concatenate([np.ones(n), np.full(len(sets), np.inf)])
        found = milp(
            cost[pairs[:, 0], pairs[:, 1]],
            constraints=LinearConstraint(rows, np.ones(n + len(sets)), upper),
            integrality=np.ones(len(pairs), dtype=np.int64),
            bounds=Bounds(0, 1),
        )
        spare = float(np.asarray(found.fun)) - bound - 1e-6
        missing = _columns_below(reduced, spare, pairs)
        if len(missing) == 0:
            return np.asarray(found.x), pairs
        pairs = np.vstack([pairs, missing])


def _one_way_bound(part: StreetPart) -> float:
    """Walk each street once at least, enter each crossing as often as it is left."""
    n = len(part.tail)
    streets = np.arange(n)
    # Unknowns: times along each street forward, then backward.
    tails = np.concatenate([part.tail, part.head])
    heads = np.concatenate([part.head, part.tail])
    number = np.arange(2 * n)
    balance: Any = csr_array(
        (
            np.concatenate([np.ones(2 * n), -np.ones(2 * n)]),
            (np.concatenate([tails, heads]), np.concatenate([number, number])),
        ),
        shape=(part.n_nodes, 2 * n),
    )
    at_least: Any = csr_array(
        (
            -np.ones(2 * n),
            (
                np.concatenate([streets, streets]),
                np.concatenate([streets, streets + n]),
            ),
        ),
        shape=(n, 2 * n),
    )
    most = np.concatenate([np.full(n, np.inf), np.where(part.one_way, 0.0, np.inf)])
    bounds: Any = np.stack([np.zeros(2 * n), most], axis=1)
    found = linprog(
        np.concatenate([part.length, part.length]).astype(np.float64),
        A_eq=balance,
        b_eq=np.zeros(part.n_nodes),
        A_ub=at_least,
        b_ub=-np.ones(n),
        bounds=bounds,
    )
    return float(np.asarray(found.fun))
