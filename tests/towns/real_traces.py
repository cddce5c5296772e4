"""Real traces with their true routes (Kubicka and others, IEEE IV 2015).

Each comes with a network of its own: places, and straight arcs from place to place. The
arcs are chained where nothing branches off, as streets on a map are, and cut 1.2 km
from the trace. Where on the first and last arc the car stood is not told: the route is
taken from the first fix to the last.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy.spatial import cKDTree

from xunfang.core.geo import metres_per_degree
from xunfang.core.streets.build import build_network
from xunfang.core.streets.network import StreetNetwork
from xunfang.core.streets.snapping import Snapper
from xunfang.core.streets.source import StreetSource, Way

N_TRACES = 10
_CLIP_M = 1200.0

type Arc = tuple[int, int]
type Stretch = tuple[int, float, float]
"""Directed edge, from where to where in metres."""


@dataclass(frozen=True, eq=False)
class RealTrace:
    """A network, the fixes of one drive on it, and the way it really went."""

    network: StreetNetwork
    t_s: np.ndarray
    lonlat: np.ndarray
    route: list[Stretch]


def read_trace(folder: Path, number: int) -> RealTrace:
    """Read one of the traces, 0 to 9."""
    name = f"{number:08d}"
    nodes = np.loadtxt(folder / f"{name}.nodes")
    arcs = np.loadtxt(folder / f"{name}.arcs", dtype=np.int64)
    route = np.loadtxt(folder / f"{name}.route", dtype=np.int64, ndmin=1).tolist()
    track = np.loadtxt(folder / f"{name}.track")
    scale = np.stack(metres_per_degree(np.median(track[:, 1])))
    away_m, _ = cKDTree(track[:, :2] * scale).query(nodes * scale)
    kept = (away_m[arcs] < _CLIP_M).any(axis=1)
    kept[route] = True
    have = {(a, b) for a, b in arcs[kept].tolist() if a != b}
    network, of_arc = _build(nodes, have)
    stretches = [of_arc[a, b] for a, b in arcs[route].tolist() if a != b]
    stretches[0] = _cut(network, stretches[0], track[0, :2], begins=True)
    stretches[-1] = _cut(network, stretches[-1], track[-1, :2], begins=False)
    return RealTrace(network, track[:, 2], track[:, :2], stretches)


def overlap_m(one: Iterable[Stretch], other: Iterable[Stretch]) -> float:
    """Length of what is in both, each metre of an edge once."""
    by_edge: dict[int, list[Stretch]] = {}
    for stretch in union(other):
        by_edge.setdefault(stretch[0], []).append(stretch)
    return sum(
        max(0.0, min(to, other_to) - max(begin, other_begin))
        for edge, begin, to in union(one)
        for _, other_begin, other_to in by_edge.get(edge, ())
    )


def length_m(stretches: Iterable[Stretch]) -> float:
    """Length of all stretches, each metre of an edge once."""
    return sum(to - begin for _, begin, to in union(stretches))


def union(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Join stretches of an edge that overlap or touch."""
    joined: list[Stretch] = []
    for edge, begin, to in sorted(stretches):
        if joined and joined[-1][0] == edge and begin <= joined[-1][2] + 0.01:
            joined[-1] = (edge, joined[-1][1], max(joined[-1][2], to))
        else:
            joined.append((edge, begin, to))
    return joined


def _build(
    nodes: np.ndarray, have: set[Arc]
) -> tuple[StreetNetwork, dict[Arc, Stretch]]:
    beside: dict[int, set[int]] = {}
    for a, b in have:
        beside.setdefault(a, set()).add(b)
        beside.setdefault(b, set()).add(a)

    def goes_through(node: int) -> bool:
        """Whether a street only passes here: two neighbours, the same both ways."""
        if len(beside[node]) != 2:
            return False
        a, b = beside[node]
        return (
            ((a, node) in have) == ((node, b) in have)
            and ((b, node) in have) == ((node, a) in have)
        )  # fmt: skip

    ways: list[Way] = []
    arc_at: dict[Arc, tuple[int, int, bool]] = {}
    branching = sorted(arc for arc in have if not goes_through(arc[0]))
    for arc in [*branching, *sorted(have)]:  # the rest are rings without a branch
        if arc in arc_at:
            continue
        line = list(arc)
        while goes_through(line[-1]) and line[-1] != line[0]:
            a, b = beside[line[-1]]
            line.append(b if a == line[-2] else a)
        both = (arc[1], arc[0]) in have
        tags = {"highway": "residential"} | ({} if both else {"oneway": "yes"})
        for place, (a, b) in enumerate(pairwise(line)):
            arc_at[a, b] = (len(ways), place, False)
            if both:
                arc_at[b, a] = (len(ways), place, True)
        ways.append(Way(len(ways), tuple(line), tags))
    used = np.array(sorted(beside))
    network = build_network(
        StreetSource(ways=tuple(ways), node_ids=used, node_lonlat=nodes[used])
    )
    first = np.searchsorted(network.segment_way_id, np.arange(len(ways)))
    n_steps = np.diff(network.shape_offset) - 1
    of_arc = {}
    for arc in have:
        way, place, back = arc_at[arc]
        segment = int(first[way])
        while place >= n_steps[segment]:
            place -= int(n_steps[segment])
            segment += 1
        point = network.shape_offset[segment] + place
        low, high = network.shape_along_m[point : point + 2].tolist()
        whole = float(network.segment_length_m[segment])
        of_arc[arc] = (
            (2 * segment + 1, whole - high, whole - low)
            if back
            else (2 * segment, low, high)
        )
    return network, of_arc


def _cut(
    network: StreetNetwork, stretch: Stretch, lonlat: np.ndarray, *, begins: bool
) -> Stretch:
    """Let a stretch begin or end where a fix lies beside it."""
    edge, low, high = stretch
    snapped = Snapper(network, np.array([edge // 2])).snap(lonlat)
    share = float(snapped.share[0])
    share = 1.0 - share if edge % 2 else share
    at_m = min(max(share * float(network.segment_length_m[edge // 2]), low), high)
    return (edge, at_m, high) if begins else (edge, low, at_m)
