"""Compile the matching before the first positions of the night come in."""

import numpy as np

from xunfang.core.streets.build import build_network
from xunfang.core.streets.matching.bins import StreetBins
from xunfang.core.streets.matching.blind import NearStreets
from xunfang.core.streets.matching.fixes import tidy_fixes
from xunfang.core.streets.matching.graph import MatchGraph
from xunfang.core.streets.matching.match import match_fixes
from xunfang.core.streets.modes import Mode
from xunfang.core.streets.source import StreetSource, Way


def warm_up() -> None:
    """Match two fixes on a town of one street, with the types of all others."""
    ends = np.array([[113.65, 34.76], [113.66, 34.76]])
    street = Way(1, (1, 2), {"highway": "residential"})
    network = build_network(
        StreetSource(ways=(street,), node_ids=np.array([1, 2]), node_lonlat=ends)
    )
    graph = MatchGraph.build(network, Mode.CAR)
    match_fixes(graph, tidy_fixes([0, 0], [0.0, 60.0], ends))
    NearStreets(StreetBins.cut(network)).mark(ends)
