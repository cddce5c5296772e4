"""Read ways, their nodes and turn restrictions from OpenStreetMap files."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import osmium

from xunfang.core.streets.source import (
    Reason,
    RestrictionKind,
    TurnRestriction,
    Way,
)
from xunfang.places.streets.formats import TAGS_KEPT, Draft, StreetFileBroken

# Far above every number that OpenStreetMap has given out.
_NEW_NODES_FROM: Final = 10**15


@contextmanager
def osm_in_order(path: Path) -> Iterator[Path]:
    """Hand on an OpenStreetMap file whose nodes come before its ways, sorted by id.

    Overpass and editors write them in other orders, and editors give new nodes
    negative numbers that the library does not look up: such a file is copied into
    order first. Whatever the library cannot read in the meantime is refused.

    Raises
    ------
    StreetFileBroken
        The file is damaged or not what its name says.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="xunfang-osm-") as folder:
            with osmium.io.Reader(str(path), osmium.osm.NOTHING) as reader:
                in_order = reader.header().get("sorting") == "Type_then_ID"
            yield path if in_order else _sorted_copy(path, Path(folder))
    except RuntimeError as error:
        message = (
            f"{path}: damaged, or not the kind of file its name says ({error}). "
            "Download or export it again."
        )
        raise StreetFileBroken(message) from error


def _sorted_copy(path: Path, folder: Path) -> Path:
    everything = osmium.MergeInputReader()
    everything.add_file(str(path))
    ordered = folder / "ordered.osm.pbf"
    with osmium.SimpleWriter(ordered) as writer:
        everything.apply(writer)
    # Negative numbers come first. An object must be looked at while its reader lives.
    nodes = iter(osmium.FileProcessor(ordered, osmium.osm.NODE))
    first = next(nodes, None)
    if first is None or first.id >= 0:
        return ordered
    renumbered = folder / "renumbered.osm.pbf"
    with osmium.SimpleWriter(renumbered) as writer:
        for item in osmium.FileProcessor(ordered):
            if isinstance(item, osmium.osm.Node):
                writer.add_node(item.replace(id=_lasting_id(item.id)))
            elif isinstance(item, osmium.osm.Way):
                refs = [_lasting_id(node.ref) for node in item.nodes]
                writer.add_way(item.replace(nodes=refs))
            elif isinstance(item, osmium.osm.Relation):
                members = [
                    (m.type, _lasting_id(m.ref) if m.type == "n" else m.ref, m.role)
                    for m in item.members
                ]
                writer.add_relation(item.replace(members=members))
    return renumbered


def _lasting_id(node_id: int) -> int:
    return node_id if node_id >= 0 else _NEW_NODES_FROM - node_id


def read_osm(path: Path) -> Draft:
    """Read the streets of an OpenStreetMap file, positions in the file's datum.

    Raises
    ------
    StreetFileBroken
        The file is damaged or not what its name says.
    """
    draft = Draft()
    # Nodes are read for their positions only and never reach Python one by one;
    # neither do ways and relations without the one tag we look for.
    streets = osmium.filter.KeyFilter("highway")
    streets.enable_for(osmium.osm.WAY)
    relations = osmium.filter.TagFilter(("type", "restriction"))
    relations.enable_for(osmium.osm.RELATION)
    with osm_in_order(path) as ordered:
        for item in (
            osmium.FileProcessor(ordered)
            .with_locations()
            .with_filter(
                osmium.filter.EntityFilter(osmium.osm.WAY | osmium.osm.RELATION)
            )
            .with_filter(streets)
            .with_filter(relations)
        ):
            draft.n_seen += 1
            if isinstance(item, osmium.osm.Way):
                _add_way(draft, item)
            elif isinstance(item, osmium.osm.Relation):
                _add_restriction(draft, item)
    return draft


def _add_way(draft: Draft, way: osmium.osm.Way) -> None:
    tags = {tag.k: tag.v for tag in way.tags if tag.k in TAGS_KEPT}
    if not draft.accept_class(tags["highway"], way.id):
        return
    runs: list[list[int]] = [[]]
    n_missing = 0
    for node in way.nodes:
        location = node.location
        if location.valid():
            if not runs[-1] or runs[-1][-1] != node.ref:
                runs[-1].append(node.ref)
            draft.lonlat_of[node.ref] = location.lon, location.lat
        else:
            n_missing += 1
            runs.append([])
    usable = [run for run in runs if len(run) > 1]
    if n_missing:
        # The extract cuts the way at its rim: what lies inside is used.
        draft.refuse(Reason.NODES_MISSING, "way", way.id, f"{n_missing} nodes")
    elif not usable:
        draft.refuse(Reason.TOO_FEW_NODES, "way", way.id)
    draft.ways += [Way(way.id, tuple(run), tags) for run in usable]


def _add_restriction(draft: Draft, relation: osmium.osm.Relation) -> None:
    def refuse(reason: Reason) -> None:
        draft.refuse(reason, "restriction", relation.id, value)

    tags = {tag.k: tag.v for tag in relation.tags}
    value = tags.get("restriction", "") or tags.get("restriction:motorcar", "")
    if not value and "restriction:conditional" in tags:
        value = tags["restriction:conditional"]
        refuse(Reason.RESTRICTION_CONDITIONAL)
        return
    members: dict[str, list[tuple[str, int]]] = {}
    for member in relation.members:
        members.setdefault(member.role, []).append((member.type, member.ref))
    via = members.get("via", [])
    if any(kind == "w" for kind, _ in via):
        refuse(Reason.RESTRICTION_VIA_WAY)
        return
    starts, ends = members.get("from", []), members.get("to", [])
    kind = {"no": RestrictionKind.NO, "only": RestrictionKind.ONLY}.get(
        value.split("_")[0]
    )
    if kind is None or len(via) != 1 or not starts or not ends:
        refuse(Reason.RESTRICTION_INCOMPLETE)
        return
    if {"motorcar", "motor_vehicle"} & set(tags.get("except", "").split(";")):
        return
    # no_entry has several ways to come from, no_exit several to go to.
    draft.restrictions += [
        TurnRestriction(
            id=relation.id,
            kind=kind,
            from_way_id=start,
            via_node_id=via[0][1],
            to_way_id=end,
            is_u_turn=value == "no_u_turn",
        )
        for _, start in starts
        for _, end in ends
    ]
