"""One mode's streets, made ready for matching: a grid to look in, a table of ways."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from xunfang.core.streets.matching.grid import build_grid
from xunfang.core.streets.matching.kernels import GridArrays, WayArrays
from xunfang.core.streets.matching.short_ways import short_ways
from xunfang.core.streets.modes import Mode
from xunfang.core.streets.network import StreetNetwork
from xunfang.core.streets.turns import NoStreetsForMode

SEARCH_RADIUS_M: Final = 40.0
"""Streets farther than this from a fix are not where it was."""

# As far as one gets between two fixes that are still joined, with some fixes missing.
_LONGEST_WAY_M: Final = {Mode.FOOT: 500.0, Mode.BICYCLE: 800.0, Mode.EBIKE: 1000.0}
_LONGEST_DRIVE_M: Final = 1500.0


@dataclass(frozen=True, eq=False)
class MatchGraph:
    """The streets a mode may use, for `match.match_fixes`. Build it once and keep it.

    One-way streets are kept to, turn bans are not: a patrol turns where the law lets it
    and where it does not, and what it did is what is wanted. Cars of the police that
    enter gated estates are matched as ``CAR_URGENT``.
    """

    network: StreetNetwork
    mode: Mode
    grid: GridArrays
    ways: WayArrays

    @classmethod
    def build(
        cls,
        network: StreetNetwork,
        mode: Mode,
        *,
        radius_m: float = SEARCH_RADIUS_M,
        longest_way_m: float | None = None,
    ) -> Self:
        """Build the grid and the table of ways.

        Parameters
        ----------
        network, mode
            The streets, and who moves on them.
        radius_m
            How far from a fix its street may lie.
        longest_way_m
            The longest way between two fixes that is filled in; by the mode if None.

        Raises
        ------
        NoStreetsForMode
            There is no street for this mode.
        """
        is_open = network.edge_speed_mps(mode) > 0
        if not is_open.any():
            message = f"no street is open to {mode.value}"
            raise NoStreetsForMode(message)
        if longest_way_m is None:
            longest_way_m = _LONGEST_WAY_M.get(mode, _LONGEST_DRIVE_M)
        open_edge = np.flatnonzero(is_open)
        tail, head = network.edge_tail[open_edge], network.edge_head
        n_out = np.bincount(tail, minlength=network.n_nodes)
        length_m = np.repeat(network.segment_length_m, 2)
        row_first, row_node, row_length_m, row_edge = short_ways(
            np.concatenate(([0], np.cumsum(n_out))),
            open_edge[np.argsort(tail, kind="stable")].astype(np.int32),
            head.astype(np.int32),
            length_m,
            float(longest_way_m),
        )
        ways = WayArrays(
            edge_is_open=is_open,
            edge_tail=network.edge_tail.astype(np.int32),
            edge_head=head.astype(np.int32),
            edge_length_m=length_m,
            row_first=row_first,
            row_node=row_node,
            row_length_m=row_length_m,
            row_edge=row_edge,
        )
        used = np.flatnonzero(is_open[0::2] | is_open[1::2])
        return cls(network, mode, build_grid(network, used, radius_m=radius_m), ways)
