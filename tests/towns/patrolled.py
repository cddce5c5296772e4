"""Patrols made up on any network: where they really went, and what a receiver saw.

The noise of a receiver goes on from fix to fix (autoregressive of order one), as real
noise does; fixes go missing, come twice and out of order.
"""

from dataclasses import dataclass

import numpy as np

from xunfang.core.geo import metres_per_degree
from xunfang.core.streets.matching.match import Path
from xunfang.core.streets.modes import Mode
from xunfang.core.streets.network import StreetNetwork
from xunfang.core.streets.turns import TurnGraph, build_turn_graph


@dataclass(frozen=True, eq=False)
class Patrolled:
    """What units did, and the fixes they sent in the order they came in."""

    unit: np.ndarray
    t_s: np.ndarray
    lonlat: np.ndarray
    true_lonlat: np.ndarray
    path: Path
    """The way really gone."""
    stays: tuple[tuple[int, float, float, tuple[float, float]], ...]
    """Unit, arrival, departure, longitude and latitude."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """How often it speaks and how wrong it is."""

    every_s: float = 5.0
    noise_m: float = 7.0
    persistence: float = 0.6
    lost_share: float = 0.0
    repeated_share: float = 0.0
    late_share: float = 0.0


def patrol(
    network: StreetNetwork,
    mode: Mode,
    *,
    rng: np.random.Generator,
    n_units: int = 1,
    minutes: float = 30.0,
    speed_kmh: float = 25.0,
    stay_every_min: float | None = None,
    receiver: Receiver | None = None,
) -> Patrolled:
    """Let units wander, turning round only where there is nothing else to do.

    With ``stay_every_min`` each stays for 12 to 16 minutes about that often.
    """
    receiver = receiver or Receiver()
    graph = build_turn_graph(network, mode)
    parts = [
        _one(network, graph, unit, rng, minutes, speed_kmh, stay_every_min, receiver)
        for unit in range(n_units)
    ]
    unit, t_s, lonlat, true = (
        np.concatenate(column) for column in zip(*(p[0] for p in parts), strict=True)
    )
    paths = [p[1] for p in parts]
    path = Path(
        *(
            np.concatenate([getattr(path, name) for path in paths])
            for name in ("unit", "leg", "edge", "from_m", "to_m", "enter_s", "leave_s")
        )
    )
    stays = tuple(stay for p in parts for stay in p[2])
    kept = np.flatnonzero(rng.random(len(unit)) >= receiver.lost_share)
    again = kept[rng.random(len(kept)) < receiver.repeated_share]
    rows = np.concatenate((kept, again))
    late = rng.random(len(rows)) < receiver.late_share
    come_in = t_s[rows] + np.where(late, rng.exponential(600, len(rows)), 0)
    rows = rows[np.argsort(come_in, kind="stable")]
    return Patrolled(unit[rows], t_s[rows], lonlat[rows], true[rows], path, stays)


def _one(
    network: StreetNetwork,
    graph: TurnGraph,
    unit: int,
    rng: np.random.Generator,
    minutes: float,
    speed_kmh: float,
    stay_every_min: float | None,
    receiver: Receiver,
) -> tuple[tuple[np.ndarray, ...], Path, list]:
    first = np.searchsorted(graph.arc_tail, np.arange(graph.n_states + 1))
    pace = speed_kmh / 3.6
    state = int(rng.integers(graph.n_states))
    edges, length, wanted = [], 0.0, minutes * 60 * pace
    while length < wanted:
        edge = int(graph.state_edge[state])
        edges.append(edge)
        length += network.segment_length_m[edge // 2]
        turns = graph.arc_head[first[state] : first[state + 1]]
        onward = [t for t in turns.tolist() if graph.state_edge[t] != edge ^ 1]
        state = int(rng.choice(onward or turns.tolist()))
    edge = np.array(edges)
    edge_m = network.segment_length_m[edge // 2]
    end_m = np.cumsum(edge_m)
    begin_m = end_m - edge_m

    # Where it stands on its way at each moment: on at an even pace, or staying.
    knot_s, knot_m, stays_at = [0.0], [0.0], []
    if stay_every_min is not None:
        at_m = pace * 60 * stay_every_min * rng.uniform(0.3, 1.0)
        while at_m < end_m[-1] and knot_s[-1] < 60 * minutes:
            arrives = knot_s[-1] + (at_m - knot_m[-1]) / pace
            leaves = arrives + rng.uniform(720, 960)
            knot_s += [arrives, leaves]
            knot_m += [at_m, at_m]
            stays_at.append((arrives, leaves, at_m))
            at_m += pace * 60 * stay_every_min * rng.uniform(0.8, 1.2)
    knot_s.append(knot_s[-1] + (end_m[-1] - knot_m[-1]) / pace)
    knot_m.append(end_m[-1])
    t_s = np.arange(0, min(60 * minutes, knot_s[-1]), receiver.every_s)
    ends_m = float(np.interp(t_s[-1], knot_s, knot_m))

    line, along = [], []
    for one, begin in zip(edges, begin_m.tolist(), strict=True):
        segment, back = divmod(one, 2)
        shape = network.shape_of(segment)
        offset = network.shape_offset[segment]
        at = network.shape_along_m[offset : offset + len(shape)]
        line.append(shape[::-1] if back else shape)
        along.append(begin + (at[-1] - at[::-1] if back else at))
    line, along = np.concatenate(line), np.concatenate(along)
    lonlat = _at(np.interp(t_s, knot_s, knot_m), along, line)
    noise = rng.normal(0, receiver.noise_m, (len(t_s), 2))
    keep = np.sqrt(1 - receiver.persistence**2)
    for i in range(1, len(t_s)):
        noise[i] = receiver.persistence * noise[i - 1] + keep * noise[i]
    seen = lonlat + noise / np.stack(metres_per_degree(lonlat[:, 1]), axis=1)

    gone = begin_m < ends_m
    # A place with a stay is passed when the unit leaves; strictly growing distances.
    grows_m = np.array(knot_m) + 1e-6 * np.arange(len(knot_m))
    path = Path(
        unit=np.full(gone.sum(), unit),
        leg=np.full(gone.sum(), unit),
        edge=edge[gone],
        from_m=np.zeros(gone.sum()),
        to_m=np.minimum(edge_m, ends_m - begin_m)[gone],
        enter_s=np.interp(begin_m[gone], grows_m, knot_s),
        leave_s=np.interp(np.minimum(end_m, ends_m)[gone], grows_m, knot_s),
    )
    stays = [
        (unit, a, b, tuple(_at(np.array([m]), along, line)[0].tolist()))
        for a, b, m in stays_at
        if b < t_s[-1]
    ]
    return (np.full(len(t_s), unit), t_s, seen, lonlat), path, stays


def _at(m: np.ndarray, along: np.ndarray, line: np.ndarray) -> np.ndarray:
    return np.stack([np.interp(m, along, line[:, axis]) for axis in (0, 1)], axis=1)
