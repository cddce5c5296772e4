"""Linhe (临河): twelve streets by a river, small enough to check by eye.

One square of the grid is 200 m. A double line is a wide street (人民路), `~` the river,
`>` `^` `v` one-way streets, `:` a footpath, `-·-` a gated estate's lane::

    north
      A-----B--U--C-----D          北门街
      |     |  :  |     |
      |     v  :  ^     |          B-K 经三路 (southwards)   U-V 柳巷 (on foot)
      |     |  :  |     |
      E=====F==V==G=====H-·-I      人民路                    H-I 师苑里 (gated)
      |     |     |     |
      |     v     ^     |          L-C 经六路 (northwards)
      |     |     |     |
      J>>>>>K>>>>>L>>>>>M          健康路 (eastwards)
      |     |     |     |
      |     N-----O     |          K-N-O-L 顺河路
    ~~|~~~~~~~~~~~~~~~~~|~~~~~
      |                 |          A-P 紫荆山路, D-S 东明路: the two bridges
      P-----Q-----R-----S-----T    河滨路; S-T 渡口路 (a dead end)

Turn ban: coming from the west on 人民路, no left turn at G into 经六路.

What 200 m take, in seconds, by car: 人民路 16 (45 km/h), 健康路, 紫荆山路, 东明路 18
(40), 经三路, 经六路 24 (30), 北门街, 顺河路, 河滨路, 渡口路 28.8 (25), 师苑里 48 (15).
On foot 150 everywhere (4.8 km/h). 柳巷 has no cars, 师苑里 only those on an urgent call.
"""

from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import quoteattr

import numpy as np

from xunfang.core.geo import LocalProjection
from xunfang.core.streets.build import build_network
from xunfang.core.streets.network import StreetNetwork
from xunfang.core.streets.source import (
    RestrictionKind,
    StreetSource,
    TurnRestriction,
    Way,
)

PROJECTION: Final = LocalProjection(113.65, 34.76)

# Metres east and north of P.
NODES: Final = {
    "A": (0, 600), "B": (200, 600), "U": (300, 600), "C": (400, 600), "D": (600, 600),
    "E": (0, 400), "F": (200, 400), "V": (300, 400), "G": (400, 400), "H": (600, 400),
    "I": (700, 400),
    "J": (0, 200), "K": (200, 200), "L": (400, 200), "M": (600, 200),
    "N": (200, 100), "O": (400, 100),
    "P": (0, 0), "Q": (200, 0), "R": (400, 0), "S": (600, 0), "T": (800, 0),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Street:
    """A way of Linhe: its nodes in the order it is drawn."""

    id: int
    name: str
    street_class: str
    nodes: str
    one_way: bool = False
    gated: bool = False


# 人民路 and 经六路 are cut in two at G, as mappers do where a turn is banned.
STREETS: Final = (
    Street(1, "北门街", "residential", "ABUCD"),
    Street(2, "人民路", "primary", "EFVG"),
    Street(3, "人民路", "primary", "GH"),
    Street(4, "健康路", "secondary", "JKLM", one_way=True),
    Street(5, "顺河路", "residential", "KNOL"),
    Street(6, "河滨路", "residential", "PQRS"),
    Street(7, "渡口路", "residential", "ST"),
    Street(8, "紫荆山路", "secondary", "AEJP"),
    Street(9, "东明路", "secondary", "DHMS"),
    Street(10, "经三路", "unclassified", "BFK", one_way=True),
    Street(11, "经六路", "unclassified", "LG", one_way=True),
    Street(12, "经六路", "unclassified", "GC", one_way=True),
    Street(13, "柳巷", "footway", "UV"),
    Street(14, "师苑里", "service", "HI", gated=True),
)
_NODE_ID: Final = {label: number for number, label in enumerate(sorted(NODES), start=1)}


def at(*labels: str, east_m: float = 0.0, north_m: float = 0.0) -> np.ndarray:
    """Return where nodes lie, or places beside them: WGS84, shape ``(n, 2)``."""
    xy = np.array([NODES[label] for label in labels], dtype=float)
    return PROJECTION.to_lonlat(xy + np.array([east_m, north_m]))


def between(start: str, end: str, share: float = 0.5) -> np.ndarray:
    """Return the point a share of the way from one node to another, shape ``(1, 2)``."""
    xy = np.array([NODES[start], NODES[end]], dtype=float)
    return PROJECTION.to_lonlat(xy[:1] + share * (xy[1:] - xy[:1]))


def linhe_source() -> StreetSource:
    """Return Linhe as a reader would hand it over."""
    labels = sorted(NODES)
    return StreetSource(
        ways=tuple(
            Way(
                street.id,
                tuple(_NODE_ID[label] for label in street.nodes),
                _tags(street),
            )
            for street in STREETS
        ),
        node_ids=np.array([_NODE_ID[label] for label in labels]),
        node_lonlat=np.round(at(*labels), 7),
        restrictions=(TurnRestriction(1, RestrictionKind.NO, 2, _NODE_ID["G"], 12),),
    )


def linhe() -> StreetNetwork:
    """Return Linhe's street network."""
    return build_network(linhe_source())


def linhe_osm() -> str:
    """Return Linhe as an OpenStreetMap document."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6">']
    for label in sorted(NODES):
        lon, lat = at(label)[0]
        lines.append(
            f'<node id="{_NODE_ID[label]}" version="1" lat="{lat:.7f}" lon="{lon:.7f}"/>'
        )
    for street in STREETS:
        lines.append(f'<way id="{street.id}" version="1">')
        lines += [f'<nd ref="{_NODE_ID[label]}"/>' for label in street.nodes]
        lines += [
            f"<tag k={quoteattr(k)} v={quoteattr(v)}/>"
            for k, v in _tags(street).items()
        ]
        lines.append("</way>")
    lines += [
        '<relation id="1" version="1">',
        '<member type="way" ref="2" role="from"/>',
        f'<member type="node" ref="{_NODE_ID["G"]}" role="via"/>',
        '<member type="way" ref="12" role="to"/>',
        '<tag k="type" v="restriction"/><tag k="restriction" v="no_left_turn"/>',
        "</relation>",
        "</osm>",
    ]
    return "\n".join(lines)


def segment_between(network: StreetNetwork, start: str, end: str) -> int:
    """Return the segment that joins two neighbouring nodes."""
    ids = {_NODE_ID[start], _NODE_ID[end]}
    starts = network.node_source_id[network.segment_start].tolist()
    ends = network.node_source_id[network.segment_end].tolist()
    return next(
        segment
        for segment, pair in enumerate(zip(starts, ends, strict=True))
        if set(pair) == ids
    )


def _tags(street: Street) -> dict[str, str]:
    tags = {"highway": street.street_class, "name": street.name}
    if street.one_way:
        tags["oneway"] = "yes"
    if street.gated:
        tags["access"] = "private"
    return tags
