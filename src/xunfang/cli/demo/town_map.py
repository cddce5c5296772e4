"""The map of a generated town: what is drawn, in metres."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from xunfang.cli.demo.blocks import Shape, Spot
    from xunfang.cli.demo.names import Name
    from xunfang.cli.demo.network import Water, Way
    from xunfang.cli.demo.villages import Village


@dataclass(frozen=True, slots=True)
class Label:
    """A named point on the map: a town, a village, a station."""

    name: Name
    at_m: tuple[float, float]
    tags: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TownMap:
    """The generated municipality in metres, x east and y north of station S01.

    Attributes
    ----------
    points_m
        Nodes of the street network, shape ``(n, 2)``.
    ways, shapes, waters, railway_m
        Streets; buildings and areas; rivers and lake; the railway's line.
    signals, no_left_turns
        Nodes with traffic lights; (from way, via node, to way) that are forbidden.
    villages
        The 96 villages and their stations.
    spots, labels
        What the police geography may use; names written on the map.
    """

    seed: int
    points_m: NDArray[np.float64]
    ways: tuple[Way, ...]
    shapes: tuple[Shape, ...]
    waters: tuple[Water, ...]
    railway_m: NDArray[np.float64]
    signals: tuple[int, ...]
    no_left_turns: tuple[tuple[int, int, int], ...]
    villages: tuple[Village, ...]
    spots: tuple[Spot, ...]
    labels: tuple[Label, ...]
