"""What a reader hands over: ways, nodes, turn restrictions, and what it refused."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from xunfang.core.geo import Datum


@dataclass(frozen=True, slots=True)
class Way:
    """One line of the source with what is written on it (OpenStreetMap's tags)."""

    id: int
    node_ids: tuple[int, ...]
    tags: Mapping[str, str]


class RestrictionKind(StrEnum):
    """A turn that is forbidden, or the only turns that are allowed."""

    NO = "no"
    ONLY = "only"


@dataclass(frozen=True, slots=True)
class TurnRestriction:
    """From one way over a node into another: forbidden, or the only one allowed."""

    id: int
    kind: RestrictionKind
    from_way_id: int
    via_node_id: int
    to_way_id: int
    is_u_turn: bool = False


class Reason(StrEnum):
    """Why something in the source cannot be used. Screens translate the code."""

    CLASS_UNKNOWN = "class_unknown"
    UNDER_CONSTRUCTION = "under_construction"
    NODES_MISSING = "nodes_missing"
    TOO_FEW_NODES = "too_few_nodes"
    POSITION_INVALID = "position_invalid"
    GEOMETRY_NOT_A_LINE = "geometry_not_a_line"
    NOT_JSON = "not_json"
    RESTRICTION_INCOMPLETE = "restriction_incomplete"
    RESTRICTION_VIA_WAY = "restriction_via_way"
    RESTRICTION_CONDITIONAL = "restriction_conditional"
    RESTRICTION_WAY_ABSENT = "restriction_way_absent"
    RESTRICTION_AMBIGUOUS = "restriction_ambiguous"


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One thing that was not used: which, why, and where it stands in the file."""

    reason: Reason
    kind: str
    id: int | None
    detail: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class StreetSource:
    """All that a network is built from. Positions are WGS84 already.

    ``node_ids`` is sorted ascending, shape ``(n,)``; ``node_lonlat`` has shape
    ``(n, 2)``. Every node of every way is among them.
    """

    ways: tuple[Way, ...]
    node_ids: NDArray[np.int64]
    node_lonlat: NDArray[np.float64]
    restrictions: tuple[TurnRestriction, ...] = ()
    quarantine: tuple[Quarantined, ...] = ()
    datum: Datum = Datum.WGS84
    n_assumed_class: int = field(default=0)


def count_reasons(quarantine: tuple[Quarantined, ...]) -> dict[Reason, int]:
    """Count what was refused by reason, the most frequent first."""
    counts = Counter(item.reason for item in quarantine)
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
