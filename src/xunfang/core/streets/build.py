"""From parsed ways to a street network: cut at junctions, measure, read the rules."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from xunfang.core.errors import DomainError
from xunfang.core.geo import Floats, short_distance_m
from xunfang.core.streets.modes import (
    MODES,
    STREET_CLASSES,
    is_one_way,
    speeds_kmh,
)
from xunfang.core.streets.network import Ints, StreetNetwork
from xunfang.core.streets.source import (
    Quarantined,
    Reason,
    RestrictionKind,
    StreetSource,
    TurnRestriction,
    Way,
)

# Two nodes drawn at the same place still take one centimetre to cross, so that no
# travel time is zero and no division by a length fails.
_SHORTEST_M = 0.01
_NAME_KEYS = ("name", "name:zh-Hans", "name:zh")


class NoStreets(DomainError):
    """There is no street in what should become a network."""

    code = "streets.none"


@dataclass(frozen=True, slots=True)
class BuiltNetwork:
    """A network, and the turn restrictions that could not be placed on it."""

    network: StreetNetwork
    n_turn_restrictions: int
    quarantine: tuple[Quarantined, ...]


def build_network(source: StreetSource) -> StreetNetwork:
    """Build the network of a source; see `build_network_with_findings`."""
    return build_network_with_findings(source).network


def build_network_with_findings(source: StreetSource) -> BuiltNetwork:
    """Cut ways at junctions and return the network with what could not be placed.

    A junction is a node that ways share or that a way passes twice, and each end of
    a way. Ways that cross without sharing a node (bridges) do not meet.

    Raises
    ------
    NoStreets
        The source has no way.
    """
    if not source.ways:
        message = "there is no street in this source"
        raise NoStreets(message)
    pieces = _cut(source)
    names, name_of_way = _number_names(source.ways)
    edge_speed_mps, one_way = _edge_speeds(source.ways, pieces.way)
    junction, node_of = np.unique(
        np.concatenate((pieces.start, pieces.end)), return_inverse=True
    )
    start, end = np.split(node_of, 2)
    banned, n_placed, quarantine = _place_restrictions(
        source, way_id=pieces.way_id, start=pieces.start, end=pieces.end
    )
    network = StreetNetwork(
        node_source_id=source.node_ids[junction],
        node_lonlat=source.node_lonlat[junction],
        segment_way_id=pieces.way_id,
        segment_part=pieces.part,
        segment_start=start,
        segment_end=end,
        segment_length_m=pieces.length_m,
        segment_name=name_of_way[pieces.way],
        segment_class=np.array(
            [STREET_CLASSES.index(way.tags["highway"]) for way in source.ways]
        )[pieces.way],
        segment_one_way=one_way[pieces.way],
        names=names,
        shape_offset=pieces.shape_offset,
        shape_lonlat=source.node_lonlat[pieces.shape_node],
        speed_mps=edge_speed_mps,
        banned_from=banned[:, 0],
        banned_to=banned[:, 1],
    )
    return BuiltNetwork(network, n_placed, quarantine)


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Segments as cut; ``start``, ``end``, ``shape_node`` are rows of the nodes."""

    way: Ints
    way_id: Ints
    part: Ints
    start: Ints
    end: Ints
    length_m: Floats
    shape_offset: Ints
    shape_node: Ints


def _cut(source: StreetSource) -> _Pieces:
    n_refs = np.array([len(way.node_ids) for way in source.ways])
    refs = np.fromiter(
        (node for way in source.ways for node in way.node_ids), np.int64, n_refs.sum()
    )
    node = np.searchsorted(source.node_ids, refs)
    way_of_ref = np.repeat(np.arange(len(n_refs)), n_refs)
    first = np.cumsum(n_refs) - n_refs
    is_end = np.zeros(len(refs), dtype=np.bool_)
    is_end[first] = is_end[first + n_refs - 1] = True

    n_uses = np.bincount(node, minlength=len(source.node_ids))
    is_cut = is_end | (n_uses[node] > 1)
    cut_at = np.flatnonzero(is_cut)
    same_way = way_of_ref[cut_at[:-1]] == way_of_ref[cut_at[1:]]
    from_ref, to_ref = cut_at[:-1][same_way], cut_at[1:][same_way]

    n_points = to_ref - from_ref + 1
    shape_offset = np.concatenate(([0], np.cumsum(n_points)))
    within = np.arange(shape_offset[-1]) - np.repeat(shape_offset[:-1], n_points)
    shape_node = node[np.repeat(from_ref, n_points) + within]

    lonlat = source.node_lonlat[node]
    step_m = short_distance_m(lonlat[:-1], lonlat[1:])
    along_m = np.concatenate(([0.0], np.cumsum(step_m)))
    length_m = np.maximum(along_m[to_ref] - along_m[from_ref], _SHORTEST_M)

    way = way_of_ref[from_ref]
    way_id = np.array([item.id for item in source.ways], dtype=np.int64)[way]
    return _Pieces(
        way=way,
        way_id=way_id,
        part=_number_within(way_id),
        start=node[from_ref],
        end=node[to_ref],
        length_m=length_m,
        shape_offset=shape_offset,
        shape_node=shape_node,
    )


def _number_within(group: Ints) -> Ints:
    """Number the members of each group 0, 1, 2, ... in the order they come."""
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    is_first = np.concatenate(([True], ordered[1:] != ordered[:-1]))
    position = np.arange(len(group))
    number = np.empty_like(position)
    number[order] = position - np.maximum.accumulate(np.where(is_first, position, 0))
    return number


def _number_names(
    ways: Iterable[Way],
) -> tuple[np.ndarray[tuple[int], np.dtype[np.str_]], Ints]:
    number: dict[str, int] = {"": 0}
    of_way = [number.setdefault(_street_name(way), len(number)) for way in ways]
    return np.array(list(number)), np.array(of_way)


def _street_name(way: Way) -> str:
    return next((way.tags[key] for key in _NAME_KEYS if way.tags.get(key)), "")


def _edge_speeds(
    ways: tuple[Way, ...], way_of_segment: Ints
) -> tuple[Floats, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    of_way = np.zeros((len(MODES), len(ways), 2))
    one_way = np.zeros(len(ways), dtype=np.bool_)
    # Many ways carry the same tags; each combination is read once.
    known: dict[frozenset[tuple[str, str]], tuple[list[tuple[float, float]], bool]] = {}
    for index, way in enumerate(ways):
        key = frozenset(
            item for item in way.tags.items() if not item[0].startswith("name")
        )
        if key not in known:
            kmh = speeds_kmh(way.tags)
            known[key] = [kmh[mode] for mode in MODES], is_one_way(way.tags)
        of_way[:, index, :], one_way[index] = known[key]
    return of_way[:, way_of_segment, :].reshape(len(MODES), -1) / 3.6, one_way


def _place_restrictions(
    source: StreetSource, *, way_id: Ints, start: Ints, end: Ints
) -> tuple[Ints, int, tuple[Quarantined, ...]]:
    """Turn restrictions on ways and nodes into banned pairs of directed edges."""
    if not source.restrictions:
        return np.empty((0, 2), dtype=np.int64), 0, ()
    arriving: dict[tuple[int, int], list[int]] = defaultdict(list)
    leaving: dict[tuple[int, int], list[int]] = defaultdict(list)
    leaving_node: dict[int, list[int]] = defaultdict(list)
    ends = zip(
        way_id.tolist(),
        source.node_ids[start].tolist(),
        source.node_ids[end].tolist(),
        strict=True,
    )
    vias = {item.via_node_id for item in source.restrictions}
    for segment, (way, a, b) in enumerate(ends):
        for edge, tail, head in ((2 * segment, a, b), (2 * segment + 1, b, a)):
            if head in vias:
                arriving[way, head].append(edge)
            if tail in vias:
                leaving[way, tail].append(edge)
                leaving_node[tail].append(edge)

    banned: list[tuple[int, int]] = []
    quarantine: list[Quarantined] = []
    for item in source.restrictions:
        into = arriving.get((item.from_way_id, item.via_node_id), [])
        out = leaving.get((item.to_way_id, item.via_node_id), [])
        refusal = _why_not_placeable(item, into, out)
        if refusal is not None:
            quarantine.append(Quarantined(refusal, "restriction", item.id))
            continue
        if item.is_u_turn:
            banned += [(edge, edge ^ 1) for edge in into if edge ^ 1 in out]
        elif item.kind is RestrictionKind.NO:
            banned += [(a, b) for a in into for b in out if a ^ 1 != b]
        else:
            banned += [
                (a, b)
                for a in into
                for b in leaving_node[item.via_node_id]
                if b not in out
            ]
    pairs = np.array(sorted(set(banned)), dtype=np.int64).reshape(-1, 2)
    return pairs, len(source.restrictions) - len(quarantine), tuple(quarantine)


def _why_not_placeable(
    item: TurnRestriction, into: list[int], out: list[int]
) -> Reason | None:
    if not into or not out:
        return Reason.RESTRICTION_WAY_ABSENT
    if item.from_way_id != item.to_way_id and (len(into) > 1 or len(out) > 1):
        # The way passes through the node: which of its two arms is meant is not said.
        return Reason.RESTRICTION_AMBIGUOUS
    return None
