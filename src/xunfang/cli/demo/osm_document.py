"""A generated town as an OpenStreetMap XML document.

The document has no comment, no time and no user: the same town gives the same bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

import numpy as np

from xunfang.cli.demo.ground import lonlat_of_m

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from xunfang.cli.demo.network import Way
    from xunfang.cli.demo.town_map import TownMap


class _Document:
    """Collects nodes, ways and relations, numbered from 1 in writing order."""

    def __init__(self) -> None:
        self.nodes: list[str] = []
        self.ways: list[str] = []
        self.relations: list[str] = []

    def add_nodes(
        self, xy: NDArray[np.float64], tags: dict[int, list[tuple[str, str]]]
    ) -> int:
        """Write nodes at metres; returns the number before the first one."""
        first = len(self.nodes)
        for i, (lon, lat) in enumerate(lonlat_of_m(xy).tolist()):
            head = f'<node id="{first + i + 1}" version="1" lat="{lat:.7f}" lon="{lon:.7f}"'
            inner = _tags(tags.get(i, []))
            self.nodes.append(f"{head}>{inner}</node>" if inner else f"{head}/>")
        return first

    def add_way(self, refs: list[int], tags: list[tuple[str, str]]) -> int:
        """Write a way through node numbers; returns its number."""
        number = len(self.ways) + 1
        nds = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        self.ways.append(f'<way id="{number}" version="1">{nds}{_tags(tags)}</way>')
        return number

    def add_area(
        self, outline: NDArray[np.float64], tags: list[tuple[str, str]]
    ) -> None:
        """Write a closed way round an outline."""
        first = self.add_nodes(outline, {})
        refs = [first + 1 + i for i in range(len(outline))]
        self.add_way([*refs, refs[0]], tags)

    def text(self) -> str:
        """The whole document."""
        body = "\n".join([*self.nodes, *self.ways, *self.relations])
        head = "<?xml version='1.0' encoding='UTF-8'?>\n"
        return f'{head}<osm version="0.6" generator="xunfang demo">\n{body}\n</osm>\n'


def write_osm(town: TownMap) -> str:
    """Return the document of a town."""
    document = _Document()
    signal = [("highway", "traffic_signals")]
    used = sorted({n for way in town.ways for n in way.nodes})
    number = {node: i + 1 for i, node in enumerate(used)}
    lights = {number[n] - 1: signal for n in town.signals}
    document.add_nodes(town.points_m[used], lights)
    way_numbers = [
        document.add_way([number[n] for n in way.nodes], _way_tags(way))
        for way in town.ways
    ]
    for water in town.waters:
        name = [("name", water.name.zh), ("name:en", water.name.en)]
        kind = [("natural", "water"), ("water", water.kind)]
        document.add_area(water.outline, kind + name)
        if water.course is not None:
            flow = "river" if water.kind == "river" else "stream"
            first = document.add_nodes(water.course, {})
            refs = [first + 1 + i for i in range(len(water.course))]
            document.add_way(refs, [("waterway", flow), *name])
    first = document.add_nodes(town.railway_m, {})
    refs = [first + 1 + i for i in range(len(town.railway_m))]
    rail = [("railway", "rail"), ("name", "江岚铁路"), ("name:en", "Jianglan Railway")]
    document.add_way(refs, rail)
    for shape in town.shapes:
        document.add_area(np.array(shape.outline), list(shape.tags))
    points = np.array([label.at_m for label in town.labels])
    names = {
        i: [*label.tags, ("name", label.name.zh), ("name:en", label.name.en)]
        for i, label in enumerate(town.labels)
    }
    document.add_nodes(points, names)
    for enter, via, leave in town.no_left_turns:
        document.relations.append(
            f'<relation id="{len(document.relations) + 1}" version="1">'
            f'<member type="way" ref="{way_numbers[enter]}" role="from"/>'
            f'<member type="node" ref="{number[via]}" role="via"/>'
            f'<member type="way" ref="{way_numbers[leave]}" role="to"/>'
            f"{_tags([('type', 'restriction'), ('restriction', 'no_left_turn')])}"
            "</relation>"
        )
    return document.text()


def _way_tags(way: Way) -> list[tuple[str, str]]:
    tags = [("highway", way.highway)]
    if way.name:
        tags += [("name", way.name.zh), ("name:en", way.name.en)]
    if way.oneway:
        tags.append(("oneway", "yes"))
    if way.bridge:
        tags += [("bridge", "yes"), ("layer", "1")]
    if way.maxspeed_kmh:
        tags.append(("maxspeed", str(way.maxspeed_kmh)))
    return tags


def _tags(tags: list[tuple[str, str]]) -> str:
    return "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags)
