"""Share streets among tours so that the longest becomes short: the compiled part.

A tour is a row of street codes: ``2 * street`` walked from tail to head, one more the
other way. Between two streets, and from and to the station, the shortest way is walked.
Moves take a string of streets to another place near by (turned round or not), exchange
the ends of two tours, or turn a stretch of a tour round. Simulated annealing minimises
``sum (length / bound) ** 16``, a smooth stand-in for the longest tour that also keeps
the others short.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

type Ints = NDArray[np.int64]

_LONGEST_STRING = 12
_HOTTEST_SHARE = 0.5
"""Of a mean street's length: what a move may cost in the beginning."""
_COLDEST_SHARE = 0.005


@njit(cache=True, nogil=True)
def improve(
    tours: Ints,
    n_in: Ints,
    begins: Ints,
    ends: Ints,
    length: Ints,
    turnable: NDArray[np.bool_],
    way: Ints,
    near: Ints,
    station: int,
    bound: float,
    n_moves: int,
    rng: np.random.Generator,
) -> tuple[Ints, Ints]:
    """Return the tours and their numbers of streets with the shortest longest tour.

    Parameters
    ----------
    tours, n_in
        Street codes, ``(n_tours, n_streets)``, of which the first ``n_in[k]`` count.
    begins, ends, length
        Crossing where a code begins and ends and its length, ``(2 * n_streets,)``.
    turnable
        Streets that may be walked both ways, ``(n_streets,)``.
    way
        Shortest ways between crossings; symmetric if all streets are turnable.
    near
        Streets near each crossing, nearest first, ``(n_nodes, n_near)``.
    """
    n_tours, n_streets = tours.shape
    all_turnable = np.all(turnable)
    tour_of = np.zeros(n_streets, dtype=np.int64)
    place_of = np.zeros(n_streets, dtype=np.int64)
    total = np.zeros(n_tours, dtype=np.int64)
    until = np.zeros((n_tours, n_streets + 1), dtype=np.int64)
    for k in range(n_tours):
        _measure(
            tours, n_in, k, begins, ends, length, way, station, until, tour_of, place_of
        )
        total[k] = _total(tours, n_in, k, ends, way, station, until)
    best, best_n = tours.copy(), n_in.copy()
    best_longest = total.max()
    mean = length.mean()
    heat = _HOTTEST_SHARE * mean
    cooling = (_COLDEST_SHARE / _HOTTEST_SHARE) ** (1.0 / max(1, n_moves))
    string = np.zeros(_LONGEST_STRING, dtype=np.int64)

    for _ in range(n_moves):
        heat *= cooling
        allowed = -heat * np.log(1.0 - rng.random())
        street = rng.integers(0, n_streets)
        a, i = tour_of[street], place_of[street]
        code = tours[a, i]
        kind = rng.integers(0, 4) if all_turnable else rng.integers(0, 3)
        if kind <= 1:
            changed = _move_string(
                tours,
                n_in,
                a,
                i,
                begins,
                ends,
                length,
                turnable,
                way,
                near,
                station,
                bound,
                total,
                allowed,
                tour_of,
                place_of,
                string,
                rng,
            )
            b = changed
        else:
            mate = near[ends[code], rng.integers(0, near.shape[1])]
            b, j = tour_of[mate], place_of[mate]
            if kind == 2 and a != b:
                b = _swap_ends(
                    tours,
                    n_in,
                    a,
                    i + 1,
                    b,
                    j + rng.integers(0, 2),
                    begins,
                    ends,
                    way,
                    station,
                    bound,
                    total,
                    until,
                    allowed,
                )
            elif kind == 3 and a == b:
                b = _turn_round(
                    tours,
                    n_in,
                    a,
                    i,
                    j,
                    begins,
                    ends,
                    way,
                    station,
                    bound,
                    total,
                    allowed,
                )
            else:
                continue
        if b < 0:
            continue
        _measure(
            tours, n_in, a, begins, ends, length, way, station, until, tour_of, place_of
        )
        total[a] = _total(tours, n_in, a, ends, way, station, until)
        if b != a:
            _measure(
                tours,
                n_in,
                b,
                begins,
                ends,
                length,
                way,
                station,
                until,
                tour_of,
                place_of,
            )
            total[b] = _total(tours, n_in, b, ends, way, station, until)
        longest = total.max()
        if longest < best_longest:
            best_longest = longest
            best[:] = tours
            best_n[:] = n_in
    return best, best_n


@njit(cache=True, nogil=True)
def _weigh(length: int, bound: float) -> float:
    """A unit more on a tour as long as the bound weighs one."""
    x = length / bound
    x *= x
    x *= x
    x *= x
    x *= x
    return x * bound / 16.0


@njit(cache=True, nogil=True)
def _measure(
    tours: Ints,
    n_in: Ints,
    k: int,
    begins: Ints,
    ends: Ints,
    length: Ints,
    way: Ints,
    station: int,
    until: Ints,
    tour_of: Ints,
    place_of: Ints,
) -> None:
    """Note where each street is, and how far the walker has come after it."""
    here, gone = station, np.int64(0)
    until[k, 0] = 0
    for i in range(n_in[k]):
        code = tours[k, i]
        gone += way[here, begins[code]] + length[code]
        here = ends[code]
        until[k, i + 1] = gone
        tour_of[code // 2] = k
        place_of[code // 2] = i


@njit(cache=True, nogil=True)
def _total(
    tours: Ints, n_in: Ints, k: int, ends: Ints, way: Ints, station: int, until: Ints
) -> int:
    n = n_in[k]
    if n == 0:
        return 0
    return int(until[k, n] + way[ends[tours[k, n - 1]], station])


@njit(cache=True, nogil=True)
def _node_before(tours: Ints, k: int, i: int, ends: Ints, station: int) -> int:
    return ends[tours[k, i - 1]] if i > 0 else station


@njit(cache=True, nogil=True)
def _node_at(
    tours: Ints, n_in: Ints, k: int, i: int, begins: Ints, station: int
) -> int:
    return begins[tours[k, i]] if i < n_in[k] else station


@njit(cache=True, nogil=True)
def _move_string(
    tours: Ints,
    n_in: Ints,
    a: int,
    i: int,
    begins: Ints,
    ends: Ints,
    length: Ints,
    turnable: NDArray[np.bool_],
    way: Ints,
    near: Ints,
    station: int,
    bound: float,
    total: Ints,
    allowed: float,
    tour_of: Ints,
    place_of: Ints,
    string: Ints,
    rng: np.random.Generator,
) -> int:
    """Move the string that begins at place i of tour a; return the other tour, or -1."""
    size = min(rng.integers(1, _LONGEST_STRING + 1), n_in[a] - i)
    if rng.random() < 0.5:
        size = 1
    turned = rng.random() < 0.5
    inside = np.int64(0)
    for step in range(size):
        if turned:
            code = tours[a, i + size - 1 - step]
            if not turnable[code // 2]:
                return -1
            string[step] = code ^ 1
        else:
            string[step] = tours[a, i + step]
        inside += length[string[step]]
        if step > 0:
            inside += way[ends[string[step - 1]], begins[string[step]]]
    first, last = begins[string[0]], ends[string[size - 1]]
    # Beside a street near its beginning or near its end.
    around = first if rng.random() < 0.5 else last
    mate = near[around, rng.integers(0, near.shape[1])]
    b, j = tour_of[mate], place_of[mate] + rng.integers(0, 2)
    if a == b and i <= j <= i + size:
        return -1
    before = _node_before(tours, a, i, ends, station)
    after = _node_at(tours, n_in, a, i + size, begins, station)
    as_it_was = (
        way[before, begins[tours[a, i]]] + way[ends[tours[a, i + size - 1]], after]
    )
    for step in range(size):
        as_it_was += length[tours[a, i + step]]
        if step > 0:
            as_it_was += way[ends[tours[a, i + step - 1]], begins[tours[a, i + step]]]
    saved = as_it_was - way[before, after]
    p = _node_before(tours, b, j, ends, station)
    q = _node_at(tours, n_in, b, j, begins, station)
    added = way[p, first] + inside + way[last, q] - way[p, q]
    if a == b:
        change = _weigh(total[a] - saved + added, bound) - _weigh(total[a], bound)
    else:
        change = _weigh(total[a] - saved, bound) - _weigh(total[a], bound)
        change += _weigh(total[b] + added, bound) - _weigh(total[b], bound)
    if change > allowed:
        return -1
    for place in range(i, n_in[a] - size):
        tours[a, place] = tours[a, place + size]
    n_in[a] -= size
    if a == b and j > i:
        j -= size
    for place in range(n_in[b] - 1, j - 1, -1):
        tours[b, place + size] = tours[b, place]
    for step in range(size):
        tours[b, j + step] = string[step]
    n_in[b] += size
    return int(b)


@njit(cache=True, nogil=True)
def _swap_ends(
    tours: Ints,
    n_in: Ints,
    a: int,
    i: int,
    b: int,
    j: int,
    begins: Ints,
    ends: Ints,
    way: Ints,
    station: int,
    bound: float,
    total: Ints,
    until: Ints,
    allowed: float,
) -> int:
    """Exchange what follows place i of tour a and place j of tour b."""
    rest_a, rest_b = n_in[a] - i, n_in[b] - j
    if i + rest_b == 0 or j + rest_a == 0:
        return -1
    p, q = (
        _node_before(tours, a, i, ends, station),
        _node_before(tours, b, j, ends, station),
    )
    r = _node_at(tours, n_in, a, i, begins, station)
    s = _node_at(tours, n_in, b, j, begins, station)
    tail_a = total[a] - until[a, i] - way[p, r]
    tail_b = total[b] - until[b, j] - way[q, s]
    new_a = until[a, i] + way[p, s] + tail_b
    new_b = until[b, j] + way[q, r] + tail_a
    change = _weigh(new_a, bound) - _weigh(total[a], bound)
    change += _weigh(new_b, bound) - _weigh(total[b], bound)
    if change > allowed:
        return -1
    kept = tours[a, i : n_in[a]].copy()
    tours[a, i : i + rest_b] = tours[b, j : n_in[b]]
    tours[b, j : j + rest_a] = kept
    n_in[a], n_in[b] = i + rest_b, j + rest_a
    return b


@njit(cache=True, nogil=True)
def _turn_round(
    tours: Ints,
    n_in: Ints,
    a: int,
    i: int,
    j: int,
    begins: Ints,
    ends: Ints,
    way: Ints,
    station: int,
    bound: float,
    total: Ints,
    allowed: float,
) -> int:
    """Walk the stretch between two places the other way; all ways are symmetric."""
    if i > j:
        i, j = j, i
    before = _node_before(tours, a, i, ends, station)
    after = _node_at(tours, n_in, a, j + 1, begins, station)
    first, last = begins[tours[a, i]], ends[tours[a, j]]
    more = way[before, last] + way[first, after] - way[before, first] - way[last, after]
    if _weigh(total[a] + more, bound) - _weigh(total[a], bound) > allowed:
        return -1
    while i <= j:
        tours[a, i], tours[a, j] = tours[a, j] ^ 1, tours[a, i] ^ 1
        i += 1
        j -= 1
    return a
