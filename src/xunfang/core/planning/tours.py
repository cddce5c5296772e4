"""Walk every street at least once, with several walkers of nearly equal share.

The postman's walk of one is cut into tours from and to the station (Frederickson,
Hecht and Kim 1978), the best of several such walks is kept, and a local search then
moves streets between the tours until the longest of them is short.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

from xunfang.core.planning.postman import (
    Ints,
    PostmanWalk,
    StreetPart,
    postman,
)
from xunfang.core.planning.tours_search import improve

_N_NEAR = 12
_N_WALKS = 60


@dataclass(frozen=True, slots=True)
class Leg:
    """One street, walked from one crossing to the other."""

    street: int
    start: int
    end: int
    covers: bool
    """False: the walker only passes here; the street counts elsewhere."""


@dataclass(frozen=True, slots=True)
class StreetTour:
    """One walker's closed walk from the station."""

    legs: tuple[Leg, ...]
    length: int


@dataclass(frozen=True, slots=True)
class StreetTours:
    """Tours that together walk every street."""

    tours: tuple[StreetTour, ...]
    bound: float
    """No set of so many tours has a shorter longest one."""
    postman: PostmanWalk

    @property
    def longest(self) -> int:
        return max(tour.length for tour in self.tours)

    @property
    def over_bound_share(self) -> float:
        return self.longest / self.bound - 1.0


def street_tours(
    part: StreetPart, *, station: int, n_tours: int, n_moves: int, seed: int
) -> StreetTours:
    """Share the streets among walkers; the same input gives the same tours.

    Parameters
    ----------
    station
        Crossing where all tours begin and end; some street must touch it.
    n_moves
        Moves tried by the local search: five million take a few seconds.

    The bound is the larger of the postman's walk shared evenly and the shortest round
    trip to the street that is farthest away.

    Raises
    ------
    StreetsApart
        No walk can reach all streets.
    ValueError
        No tour is wanted, or the station touches no street.
    """
    if n_tours < 1 or station not in part.used_nodes():
        raise ValueError("want at least one tour, from a crossing with a street")
    walk = postman(part)
    ways, before = dijkstra(part.adjacency(), return_predecessors=True)
    codes = _Codes.of(part)
    way = np.where(np.isfinite(ways), ways, 0).astype(np.int64)
    bound = max(walk.bound / n_tours, _farthest_round_trip(part, way, station))
    rng = np.random.default_rng(seed)
    rows = _best_cut(part, codes, walk, way, before, station, n_tours, rng)
    tours, n_in = _as_array(rows, len(part.tail))
    tours, n_in = improve(
        tours,
        n_in,
        codes.begins,
        codes.ends,
        codes.length,
        ~part.one_way,
        way,
        _streets_near(part, way),
        station,
        float(bound),
        n_moves,
        rng,
    )
    finder = _WayFinder(part, before)
    return StreetTours(
        tuple(
            _written_out(codes, finder, tours[k, : n_in[k]], station)
            for k in range(n_tours)
        ),
        float(bound),
        walk,
    )


@dataclass(frozen=True, slots=True)
class _Codes:
    """Both directions of every street: ``2 * street`` is tail to head."""

    begins: Ints
    ends: Ints
    length: Ints

    @classmethod
    def of(cls, part: StreetPart) -> "_Codes":
        begins = np.stack([part.tail, part.head], axis=1).ravel().astype(np.int64)
        ends = np.stack([part.head, part.tail], axis=1).ravel().astype(np.int64)
        return cls(begins, ends, np.repeat(part.length, 2).astype(np.int64))


class _WayFinder:
    """Shortest ways, street by street."""

    def __init__(self, part: StreetPart, before: NDArray[np.integer]) -> None:
        self._before = before
        self._street: dict[tuple[int, int], int] = {}
        for street in np.argsort(-part.length, kind="stable"):
            a, b = int(part.tail[street]), int(part.head[street])
            self._street[a, b] = int(street)
            if not part.one_way[street]:
                self._street[b, a] = int(street)

    def streets(self, start: int, end: int) -> list[tuple[int, int, int]]:
        """Return (street, from, to) along the shortest way."""
        found = []
        while end != start:
            previous = int(self._before[start, end])
            found.append((self._street[previous, end], previous, end))
            end = previous
        return found[::-1]


def _farthest_round_trip(part: StreetPart, way: Ints, station: int) -> int:
    there, back = way[station], way[:, station]
    forward = there[part.tail] + part.length + back[part.head]
    backward = there[part.head] + part.length + back[part.tail]
    return int(np.where(part.one_way, forward, np.minimum(forward, backward)).max())


def _streets_near(part: StreetPart, way: Ints) -> Ints:
    """Return the streets with an end nearest to each crossing, nearest first."""
    away = np.minimum(way[:, part.tail], way[:, part.head])
    n_near = min(_N_NEAR, len(part.tail))
    return np.argsort(away, axis=1, kind="stable")[:, :n_near].astype(np.int64)


def _best_cut(
    part: StreetPart,
    codes: _Codes,
    walk: PostmanWalk,
    way: Ints,
    before: NDArray[np.integer],
    station: int,
    n_tours: int,
    rng: np.random.Generator,
) -> list[list[int]]:
    """Cut the best of several walks of one into tours, as evenly as possible."""
    finder = _WayFinder(part, before)
    best: list[list[int]] = []
    best_longest = np.inf
    for _ in range(_N_WALKS if walk.doubled is not None else 1):
        if walk.doubled is not None:
            order = _euler_order(part, walk.doubled, finder, station, rng)
        else:
            order = _nearest_order(part, codes, way, station)
        longest, rows = _cut(order, codes, way, station, n_tours)
        if longest < best_longest:
            best, best_longest = rows, longest
    return best


def _euler_order(
    part: StreetPart,
    doubled: tuple[tuple[int, int], ...],
    finder: _WayFinder,
    station: int,
    rng: np.random.Generator,
) -> list[int]:
    """Return each street's code in the order of a random closed walk (Hierholzer)."""
    streets = [*range(len(part.tail))]
    for a, b in doubled:
        streets += [street for street, _, _ in finder.streets(a, b)]
    arms: list[list[int]] = [[] for _ in range(part.n_nodes)]
    for number in rng.permutation(len(streets)):
        arms[part.tail[streets[number]]].append(int(number))
        arms[part.head[streets[number]]].append(int(number))
    walked = [False] * len(streets)
    stack: list[tuple[int, int]] = [(station, -1)]
    order: list[int] = []
    while stack:
        node, code = stack[-1]
        while arms[node] and walked[arms[node][-1]]:
            arms[node].pop()
        if arms[node]:
            number = arms[node].pop()
            walked[number] = True
            street = streets[number]
            forward = node == part.tail[street]
            to = part.head[street] if forward else part.tail[street]
            stack.append((int(to), 2 * street + (not forward)))
        else:
            stack.pop()
            if code >= 0:
                order.append(code)
    seen: set[int] = set()
    first_walked = []
    for code in reversed(order):
        if code // 2 not in seen:
            seen.add(code // 2)
            first_walked.append(code)
    return first_walked


def _nearest_order(
    part: StreetPart, codes: _Codes, way: Ints, station: int
) -> list[int]:
    """Always go on to the nearest street that is left: a start where some are one-way."""
    left = np.ones(2 * len(part.tail), dtype=np.bool_)
    left[1::2] = ~part.one_way
    here, order = station, []
    for _ in range(len(part.tail)):
        away = np.where(left, way[here, codes.begins], np.iinfo(np.int64).max)
        code = int(away.argmin())
        left[code] = left[code ^ 1] = False
        order.append(code)
        here = int(codes.ends[code])
    return order


def _cut(
    order: list[int], codes: _Codes, way: Ints, station: int, n_tours: int
) -> tuple[int, list[list[int]]]:
    """Cut the order so that the longest tour is as short as cutting can make it.

    A limit is halved until it is exact; for a limit each tour takes as many streets as
    fit, which is best because a later beginning never makes a tour longer.
    """
    code = np.array(order, dtype=np.int64)
    out = way[station, codes.begins[code]]
    home = way[codes.ends[code], station]
    step = codes.length[code].copy()
    step[1:] += way[codes.ends[code[:-1]], codes.begins[code[1:]]]
    gone = np.concatenate([[0], np.cumsum(step)])

    def tours_within(limit: int) -> list[list[int]] | None:
        rows: list[list[int]] = []
        i = 0
        for _ in range(n_tours):
            if i == len(code):
                rows.append([])
                continue
            begun = gone[i + 1] - codes.length[code[i]]
            lengths = out[i] + gone[i + 1 :] - begun + home[i:]
            fits = np.flatnonzero(lengths <= limit)
            if len(fits) == 0:
                return None
            rows.append(order[i : i + int(fits[-1]) + 1])
            i += int(fits[-1]) + 1
        return rows if i == len(code) else None

    low, high = 0, int(out[0] + gone[-1] + home[-1])
    while low + 1 < high:
        middle = (low + high) // 2
        if tours_within(middle) is None:
            low = middle
        else:
            high = middle
    return high, tours_within(high) or []


def _as_array(rows: list[list[int]], n_streets: int) -> tuple[Ints, Ints]:
    tours = np.zeros((len(rows), n_streets), dtype=np.int64)
    for row, codes in zip(tours, rows, strict=True):
        row[: len(codes)] = codes
    return tours, np.array([len(codes) for codes in rows], dtype=np.int64)


def _written_out(
    codes: _Codes, finder: _WayFinder, tour: Ints, station: int
) -> StreetTour:
    """Put the ways between the streets in."""
    legs: list[Leg] = []
    here = station

    def go_to(node: int) -> None:
        for street, start, end in finder.streets(here, node):
            legs.append(Leg(street, start, end, covers=False))

    for code in tour:
        start, end = int(codes.begins[code]), int(codes.ends[code])
        go_to(start)
        legs.append(Leg(int(code) // 2, start, end, covers=True))
        here = end
    go_to(station)
    return StreetTour(
        tuple(legs), sum(int(codes.length[2 * leg.street]) for leg in legs)
    )
