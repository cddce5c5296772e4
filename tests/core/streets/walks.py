"""Fixes along streets of Linhe, as a receiver without noise would send them."""

import numpy as np

from tests.towns.linhe import NODES, PROJECTION, linhe
from xunfang.core.streets.matching.fixes import Fixes, tidy_fixes
from xunfang.core.streets.matching.graph import MatchGraph
from xunfang.core.streets.matching.match import Matched
from xunfang.core.streets.modes import Mode

NETWORK = linhe()
CAR = MatchGraph.build(NETWORK, Mode.CAR)
FOOT = MatchGraph.build(NETWORK, Mode.FOOT)
_LABEL_OF_ID = dict(enumerate(sorted(NODES), start=1))


def walk(
    labels: str,
    *,
    pace_mps: float = 10.0,
    every_s: float = 5.0,
    begins_s: float = 0.0,
    unit: int = 0,
    aside_m: float = 0.0,
) -> Fixes:
    """Go from node to node at an even pace, ``aside_m`` north and east of the street."""
    corners = np.array([NODES[label] for label in labels], dtype=float)
    along = np.concatenate(([0], np.cumsum(np.hypot(*np.diff(corners, axis=0).T))))
    at_m = np.arange(0, along[-1] + 1e-9, pace_mps * every_s)
    xy = np.stack([np.interp(at_m, along, corners[:, k]) for k in (0, 1)], axis=1)
    t_s = begins_s + every_s * np.arange(len(at_m))
    return tidy_fixes([unit] * len(at_m), t_s, PROJECTION.to_lonlat(xy + aside_m))


def stand(
    label: str,
    *,
    minutes: float,
    begins_s: float = 0.0,
    unit: int = 0,
    every_s: float = 5.0,
    noise_m: float = 0.0,
    east_m: float = 0.0,
) -> Fixes:
    """Stay at a node, or beside it."""
    t_s = begins_s + np.arange(0, 60 * minutes + 1e-9, every_s)
    rng = np.random.default_rng(7)
    xy = np.array(NODES[label], dtype=float) + rng.normal(0, noise_m, (len(t_s), 2))
    xy[:, 0] += east_m
    return tidy_fixes([unit] * len(t_s), t_s, PROJECTION.to_lonlat(xy))


def together(*parts: Fixes) -> Fixes:
    """Put fixes of several walks into one."""
    return tidy_fixes(
        np.concatenate([part.unit for part in parts]),
        np.concatenate([part.t_s for part in parts]),
        np.concatenate([part.lonlat for part in parts]),
    )


def gone(matched: Matched) -> list[tuple[str, int, int]]:
    """Return the path as edges between nodes, from where to where in whole metres.

    Pieces of one edge that follow one another are told as one; less than half a metre
    is not told, since a node lies on all its streets.
    """
    path, told = matched.path, []
    for row in range(len(path)):
        edge = int(path.edge[row])
        ends = (NETWORK.edge_tail[edge], NETWORK.edge_head[edge])
        name = "".join(_LABEL_OF_ID[int(NETWORK.node_source_id[node])] for node in ends)
        begin, end = round(float(path.from_m[row])), round(float(path.to_m[row]))
        if told and told[-1][0] == name and told[-1][2] == begin:
            begin = told.pop()[1]
        told.append((name, begin, end))
    return [piece for piece in told if piece[1] < piece[2]]
