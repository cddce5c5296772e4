"""How often to use which plan, so that nobody learns when the patrol comes.

A watcher who sees the same plan every night knows it after one. Here many plans of
nearly the same worth share the nights: each plan gets a weight, and the weights make
the half hour of every visit as uncertain as they can, without losing more worth than
allowed and without leaving a hot place alone.

Maximise over weights q >= 0, sum q = 1:   sum over visits r of H(x_r),
x_r = distribution of visit r over half hours and "does not happen" (entropy H in bits),
subject to   q . value >= floor   and   P(hot place is visited) >= floor for each.

The objective is concave; it is solved by Frank and Wolfe's method (1956) with a linear
programme as oracle and an exact line search. Its own bound says what is left.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from xunfang.core.errors import DomainError
from xunfang.core.planning.floors import FloorPolytope, keep_floors
from xunfang.core.planning.plan import Event, EventKind, Plan
from xunfang.core.planning.problem import Problem, Window
from xunfang.core.planning.tasks import merge_windows

N_TICKETS = 1_000_000
"""Weights are whole tickets, so that a draw is the same on every machine."""

_SETTLED_BITS_PER_VISIT = 0.002


class NoPlans(DomainError):
    """There is nothing to choose from."""

    code = "planning.no_plans"


@dataclass(frozen=True, slots=True)
class VariationReport:
    """How good and how hard to guess the nights are. Shares lie in [0, 1]."""

    n_plans: int
    n_plans_used: int
    n_visits_judged: int
    """Visits that leave room: see ``min_freedom_s`` of :func:`vary`."""
    expected_value_share: float
    """Mean value of a night, of the best known plan's value."""
    worst_value_share: float
    """Value of the poorest plan that may be drawn, of the best known."""
    best_guess_share: float
    """How often the best guess of a visit's half hour is right, weights known."""
    watcher_hit_share: float
    """The same for a watcher who saw ``n_nights_watched`` nights and guesses what
    happened most often."""
    n_nights_watched: int
    bits_per_visit: float
    most_bits_missing: float
    """No weights of these plans could have more bits per visit than this on top."""
    hot_coverage_min_share: float | None
    """Chance that the least covered hot place is visited; None: no hot places."""
    arc_jaccard: float
    """Likeness of the ways driven on two nights, 1 means the same."""
    value_floor_share: float
    """The floor that was kept."""
    hot_floor_share: float
    """The least floor that was kept for every hot place."""
    hot_not_held: tuple[str, ...]
    """Hot places for which the floor asked for was lowered: at most half of the plans
    hold them together with the others. A duty to be there belongs into the problem."""
    notes: tuple[str, ...]
    """Floors that could not be kept: ``value_floor_lowered``, ``hot_floor_lowered``."""


@dataclass(frozen=True)
class Variation:
    """Plans, how many tickets each has in the draw, and what that achieves."""

    plans: tuple[Plan, ...]
    tickets: tuple[int, ...]
    """They sum to ``N_TICKETS``."""
    report: VariationReport

    @property
    def weights(self) -> tuple[float, ...]:
        return tuple(n / N_TICKETS for n in self.tickets)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all plans' routes and tickets: what a draw was made from."""
        digest = sha256(b"xunfang.variation/1\n")
        for plan, n_tickets in zip(self.plans, self.tickets, strict=True):
            digest.update(f"{n_tickets} tickets\n".encode())
            for route in plan.routes:
                digest.update(f"{route.unit} {int(route.depart)}\n".encode())
                for e in route.events:
                    times = int(e.arrive), int(e.start), int(e.end)
                    line = f"{e.kind} {e.id} {int(e.at)} {int(e.exit)} {times}\n"
                    digest.update(line.encode())
        return digest.hexdigest()


def vary(
    problem: Problem,
    plans: Sequence[Plan],
    *,
    hot_places: Collection[str] = (),
    best_value: float | None = None,
    value_floor_share: float = 0.98,
    hot_floor_share: float = 1.0,
    slot_s: int = 1800,
    min_freedom_s: int = 7200,
    n_nights_watched: int = 30,
    seed: int = 0,
) -> Variation:
    """Weigh near-best plans so that the nights are hard to guess.

    Parameters
    ----------
    plans
        Checked plans with values recounted on the true problem, all serving the same
        mandatory things (see ``near_best.pool_of_plans``). Forty or more do well.
    hot_places
        Ids of stops or presence that should be visited every night.
    best_value
        The best known value, by default the best of ``plans``; must be positive for
        shares to mean anything.
    value_floor_share, hot_floor_share
        Least expected value, of ``best_value``, and least chance of each hot place. A
        value floor that these plans cannot keep is lowered to the best they can. Hot
        places that at most half of the plans hold are given a lower floor and named.
    slot_s
        How finely a watcher guesses: 30 minutes.
    min_freedom_s
        Only visits whose windows are at least this long in all are judged: a stop at a
        fixed minute cannot be made uncertain.
    seed
        For the watcher's nights in the report, not for any draw.

    Raises
    ------
    NoPlans
        ``plans`` is empty.
    """
    if not plans:
        raise NoPlans("vary needs at least one plan")
    values = np.array([plan.value for plan in plans], dtype=np.float64)
    best = float(values.max()) if best_value is None else best_value
    value_share = values / best if best > 0 else np.ones(len(plans))
    happens = _visits_by_slot(problem, plans, slot_s, min_freedom_s)
    hot_order = sorted(set(hot_places))
    hot = _visited(plans, hot_order)

    polytope, held, notes = keep_floors(
        value_share, hot, value_floor_share, hot_floor_share
    )
    weights, missing_bits = _most_entropy(happens, polytope)
    tickets = _whole_tickets(weights)

    q = np.array(tickets) / N_TICKETS
    report = VariationReport(
        n_plans=len(plans),
        n_plans_used=sum(n > 0 for n in tickets),
        n_visits_judged=happens.shape[1],
        expected_value_share=float(q @ value_share),
        worst_value_share=float(value_share[q > 0].min()),
        best_guess_share=_best_guess_share(q, happens),
        watcher_hit_share=_watcher_hit_share(
            q, happens, n_nights_watched, np.random.default_rng(seed)
        ),
        n_nights_watched=n_nights_watched,
        bits_per_visit=_entropy_bits(q, happens) / max(1, happens.shape[1]),
        most_bits_missing=missing_bits / max(1, happens.shape[1]),
        hot_coverage_min_share=float((q @ hot).min()) if hot.shape[1] else None,
        arc_jaccard=_arc_jaccard(q, plans),
        value_floor_share=polytope.value_floor,
        hot_floor_share=polytope.hot_floor,
        hot_not_held=tuple(p for p, h in zip(hot_order, held, strict=True) if not h),
        notes=notes,
    )
    return Variation(tuple(plans), tickets, report)


def hottest_places(
    problem: Problem, *, top_share: float = 0.2, min_freedom_s: int = 7200
) -> tuple[str, ...]:
    """Return the ids of the stops and presence that are worth most a visit.

    Only those with the freedom that :func:`vary` asks for, so that they do not bar one
    another by the clock. A stop counts with its highest value, presence with that of
    one whole visit. Among equals the order of the problem decides. ``top_share`` lies
    in [0, 1].
    """
    free = {thing_id for _, thing_id, _ in _things_with_freedom(problem, min_freedom_s)}
    worth = {stop.id: max(value for _, value in stop.value) for stop in problem.stops}
    worth |= {p.id: p.value_per_minute * p.dwell for p in problem.presence}
    worth = {place: value for place, value in worth.items() if place in free}
    n_hot = round(top_share * len(worth))
    return tuple(sorted(worth, key=lambda place: -worth[place])[:n_hot])


def _visits_by_slot(
    problem: Problem, plans: Sequence[Plan], slot_s: int, min_freedom_s: int
) -> NDArray[np.float64]:
    """Return 1 where plan k begins visit r in slot s, ``(n_plans, n_visits, n_slots)``.

    A stop's first, second, ... visit are visits of their own, and so are those of each
    band of a presence. The last slot means that
    the visit does not happen. Visits that no plan makes leave nothing to guess and are
    left out.
    """
    free = _things_with_freedom(problem, min_freedom_s)
    begins = [_begins(problem, plan, free) for plan in plans]
    rows = {key: row for row, key in enumerate(sorted(set().union(*begins)))}
    slots = {
        start * problem.time_unit_s // slot_s
        for plan_begins in begins
        for start in plan_begins.values()
    }
    first = min(slots, default=0)
    n_slots = max(slots, default=0) - first + 2
    happens = np.zeros((len(plans), len(rows), n_slots))
    happens[:, :, -1] = 1.0
    for k, plan_begins in enumerate(begins):
        for key, start in plan_begins.items():
            slot = start * problem.time_unit_s // slot_s - first
            happens[k, rows[key], slot] = 1.0
            happens[k, rows[key], -1] = 0.0
    return happens


type _Thing = tuple[EventKind, str, int]
"""Kind and id; for presence also the number of its band, else 0."""


def _things_with_freedom(problem: Problem, min_freedom_s: int) -> set[_Thing]:
    def long_enough(windows: tuple[Window, ...]) -> bool:
        freedom = sum(last - first for first, last in merge_windows(windows))
        return freedom * problem.time_unit_s >= min_freedom_s

    stops = {(EventKind.STOP, s.id, 0) for s in problem.stops if long_enough(s.windows)}
    bands = {
        (EventKind.PRESENCE, p.id, number)
        for p in problem.presence
        for number, (begins, ends, _) in enumerate(p.wanted)
        if long_enough(((begins, ends),))
    }
    return stops | bands


def _begins(
    problem: Problem, plan: Plan, free: set[_Thing]
) -> dict[tuple[_Thing, int], int]:
    """Map thing and number of its visit in time to when that begins."""
    bands = {p.id: p.wanted for p in problem.presence}
    begins: dict[tuple[_Thing, int], int] = {}
    n_visits: Counter[_Thing] = Counter()
    events = (event for route in plan.routes for event in route.events)
    for event in sorted(events, key=lambda event: event.start):
        band = 0
        if event.kind is EventKind.PRESENCE:
            starts = [begin for begin, _, _ in bands[event.id]]
            band = max(n for n, begin in enumerate(starts) if begin <= event.start)
        thing = (event.kind, event.id, band)
        if thing in free:
            begins[thing, n_visits[thing]] = event.start
            n_visits[thing] += 1
    return begins


def _visited(plans: Sequence[Plan], places: Sequence[str]) -> NDArray[np.float64]:
    """Return 1 where plan k visits place h, shape ``(n_plans, n_places)``."""
    visited = np.zeros((len(plans), len(places)))
    for k, plan in enumerate(plans):
        ids = {
            event.id
            for route in plan.routes
            for event in route.events
            if event.kind is not EventKind.BREAK
        }
        visited[k] = [place in ids for place in places]
    return visited


def _most_entropy(
    happens: NDArray[np.float64], polytope: FloorPolytope
) -> tuple[NDArray[np.float64], float]:
    """Return the weights and how many bits more the optimum might at most have.

    Weight moves from the worst corner in use to the best corner there is ("pairwise"
    steps, Lacoste-Julien and Jaggi 2015): plain steps crawl along a floor.
    """
    n_plans, n_visits, _ = happens.shape
    q = polytope.best_vertex(np.zeros(n_plans))
    if q is None:  # keep_floors left a way, but by less than the solver can see
        q = np.eye(n_plans)[polytope.rows[0].argmax()]
    corners, shares = [q], [1.0]
    missing = 0.0
    for _ in range(400):
        gain = _gradient_bits(q, happens)
        best = polytope.best_vertex(gain)
        if best is None:  # numerically stuck: what we have keeps the floors
            break
        missing = float(gain @ (best - q))
        if missing <= _SETTLED_BITS_PER_VISIT * max(1, n_visits):
            break
        worst = int(np.argmin([gain @ corner for corner in corners]))
        way = best - corners[worst]
        step = shares[worst] * _best_step(q, shares[worst] * way, happens)
        shares[worst] -= step
        corners.append(best)
        shares.append(step)
        kept = [n for n, share in enumerate(shares) if share > _TINY]
        corners, shares = [corners[n] for n in kept], [shares[n] for n in kept]
        q = np.asarray(np.tensordot(shares, corners, 1), dtype=np.float64)
    return np.clip(q, 0.0, None) / q.sum(), max(0.0, missing)


_TINY = 1e-12


def _gradient_bits(
    q: NDArray[np.float64], happens: NDArray[np.float64]
) -> NDArray[np.float64]:
    # The constant -1/ln 2 of d(-x log x)/dx is the same for all plans: left out.
    marginals = np.tensordot(q, happens, 1)
    surprise = -np.log2(np.maximum(marginals, _TINY))
    return np.asarray(np.tensordot(happens, surprise, 2), dtype=np.float64)


def _best_step(
    q: NDArray[np.float64], way: NDArray[np.float64], happens: NDArray[np.float64]
) -> float:
    """Halve the interval on the sign of the slope: entropy is concave along the way."""
    here, change = np.tensordot(q, happens, 1), np.tensordot(way, happens, 1)
    low, high = 0.0, 1.0
    for _ in range(30):
        middle = (low + high) / 2
        slope = -(change * np.log2(np.maximum(here + middle * change, _TINY))).sum()
        low, high = (middle, high) if slope > 0 else (low, middle)
    return (low + high) / 2


def _whole_tickets(weights: NDArray[np.float64]) -> tuple[int, ...]:
    """Round to tickets that sum to ``N_TICKETS``, largest remainders first."""
    # Below one in 100,000 a plan is noise of the solver and would never be drawn.
    exact = np.where(weights < 1e-5, 0.0, weights)
    exact = exact / exact.sum() * N_TICKETS
    tickets = np.floor(exact).astype(np.int64)
    left = N_TICKETS - int(tickets.sum())
    tickets[np.argsort(tickets - exact, kind="stable")[:left]] += 1
    return tuple(int(n) for n in tickets)


def _entropy_bits(q: NDArray[np.float64], happens: NDArray[np.float64]) -> float:
    marginals = np.tensordot(q, happens, 1)
    surprise = -np.log2(np.maximum(marginals, _TINY))
    return max(0.0, float((marginals * surprise).sum()))


def _best_guess_share(q: NDArray[np.float64], happens: NDArray[np.float64]) -> float:
    if happens.shape[1] == 0:
        return 1.0
    return float(np.tensordot(q, happens, 1).max(axis=1).mean())


def _watcher_hit_share(
    q: NDArray[np.float64],
    happens: NDArray[np.float64],
    n_nights: int,
    rng: np.random.Generator,
    n_watchers: int = 200,
) -> float:
    """Mean over watchers of the chance that their guess for the next night is right.

    Each guesses for each visit the slot (or its absence) seen most often so far.
    """
    if happens.shape[1] == 0:
        return 1.0
    marginals = np.tensordot(q, happens, 1)
    nights = rng.multinomial(n_nights, q / q.sum(), size=n_watchers).astype(np.float64)
    guesses = np.tensordot(nights, happens, 1).argmax(axis=2)
    visits = np.arange(happens.shape[1])
    return float(marginals[visits, guesses].mean())


def _arc_jaccard(q: NDArray[np.float64], plans: Sequence[Plan]) -> float:
    """Mean likeness of the arcs of two nights drawn on their own (Jaccard, 1901)."""
    used = [
        (float(weight), _arcs(plan))
        for weight, plan in zip(q, plans, strict=True)
        if weight > 0
    ]
    likeness = 0.0
    for weight_a, arcs_a in used:
        for weight_b, arcs_b in used:
            union = len(arcs_a | arcs_b)
            alike = len(arcs_a & arcs_b) / union if union else 1.0
            likeness += weight_a * weight_b * alike
    return likeness


def _arcs(plan: Plan) -> set[tuple[str, str]]:
    """Return the pairs of things that follow one another, whoever does them."""
    arcs = set()
    for route in plan.routes:
        names = [_name(event) for event in route.events]
        arcs |= set(pairwise(["", *(name for name in names if name), ""]))
    return arcs


def _name(event: Event) -> str:
    return "" if event.kind is EventKind.BREAK else f"{event.kind}:{event.id}"
