"""Read streets from OpenStreetMap files and GeoJSON lines.

What cannot be used is put aside with its reason and counted, never dropped in
silence. Positions are converted to WGS84 here, once.
"""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import osmium

from xunfang.core.errors import DomainError
from xunfang.core.geo import Datum, to_wgs84
from xunfang.core.streets.build import NoStreets, build_network_with_findings
from xunfang.core.streets.modes import (
    MODES,
    NOT_YET_STREETS,
    STREET_CLASSES,
    Mode,
    is_one_way,
)
from xunfang.core.streets.network import StreetNetwork
from xunfang.core.streets.source import (
    Quarantined,
    Reason,
    RestrictionKind,
    StreetSource,
    TurnRestriction,
    Way,
    count_reasons,
)
from xunfang.core.streets.turns import NoStreetsForMode, build_turn_graph

OSM_SUFFIXES: Final = (".osm", ".osm.pbf", ".pbf", ".osm.gz", ".osm.bz2")
GEOJSON_SUFFIXES: Final = (".geojson", ".geojsonl", ".geojsons", ".ndjson", ".json")

# What modes.py reads; the rest of a way's tags is left behind.
_TAGS_KEPT: Final = frozenset({
    "highway", "name", "name:zh", "name:zh-Hans", "oneway", "oneway:bicycle", "junction",
    "maxspeed", "access", "vehicle", "motor_vehicle", "motorcar", "bicycle", "foot",
    "cycleway", "cycleway:left", "cycleway:right",
})  # fmt: skip
# A GeoJSON line without a class is taken for a common street, and counted.
_ASSUMED_CLASS: Final = "unclassified"
# Seven digits of a degree are 1 cm: lines that share a vertex in the file meet there.
_DIGITS: Final = 7


class StreetFileMissing(DomainError):
    """The file is not there, or is a folder."""

    code = "streets.file_missing"


class StreetFileUnknown(DomainError):
    """The file's name does not say in which of the known formats it is."""

    code = "streets.file_unknown"


class StreetFileEmpty(DomainError):
    """The file has no content."""

    code = "streets.file_empty"


class StreetFileBroken(DomainError):
    """The file is damaged or not what its name says."""

    code = "streets.file_broken"


class StreetFileWithoutStreets(DomainError):
    """The file can be read, but there is no street in it."""

    code = "streets.file_without_streets"


@dataclass(frozen=True, slots=True)
class ModeReport:
    """What one mode finds in a network."""

    street_length_m: float
    largest_part_share: float


@dataclass(frozen=True, slots=True)
class StreetReport:
    """What an import found, for the person who brought the file."""

    n_ways: int
    n_nodes: int
    n_segments: int
    n_names: int
    n_one_ways: int
    n_turn_restrictions: int
    n_assumed_class: int
    length_m: float
    bounds: tuple[float, float, float, float]
    modes: dict[Mode, ModeReport]
    n_quarantined: dict[Reason, int]

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain numbers and texts, to be stored or printed."""
        return asdict(self) | {
            "bounds": list(self.bounds),
            "modes": {mode.value: asdict(found) for mode, found in self.modes.items()},
            "n_quarantined": {
                reason.value: count for reason, count in self.n_quarantined.items()
            },
        }


@dataclass(frozen=True, eq=False)
class BuiltStreets:
    """A network, what was found in its source, and what was put aside."""

    network: StreetNetwork
    findings: StreetReport
    quarantine: tuple[Quarantined, ...]

    @property
    def report(self) -> dict[str, Any]:
        """The findings as JSON."""
        return self.findings.as_json()


def read_streets(path: Path | str, *, datum: Datum = Datum.WGS84) -> StreetSource:
    """Read the streets of a file.

    Parameters
    ----------
    path
        ``.osm``, ``.osm.pbf`` (also ``.osm.gz``, ``.osm.bz2``), or GeoJSON: a
        FeatureCollection, or one feature a line.
    datum
        What the positions in the file are written in; they are converted to WGS84.

    Raises
    ------
    StreetFileMissing, StreetFileUnknown, StreetFileEmpty, StreetFileBroken, StreetFileWithoutStreets
        Each says in one sentence what is wrong and in one what to do.
    """
    path = Path(path)
    is_osm = is_osm_file(path)
    draft = _read_osm(path) if is_osm else _read_geojson(path)
    if not draft.ways:
        message = (
            f"{path}: no usable street among {draft.n_seen:,} features. "
            "Export ways with a highway tag, or lines with a street class."
        )
        raise StreetFileWithoutStreets(message)
    return draft.finish(datum)


def build(source: StreetSource) -> BuiltStreets:
    """Build the network of a source and say what was found and what was put aside.

    Raises
    ------
    StreetFileWithoutStreets
        The source has no street.
    """
    try:
        built = build_network_with_findings(source)
    except NoStreets as error:
        message = "There is no street in this source. Choose another file."
        raise StreetFileWithoutStreets(message) from error
    network, quarantine = built.network, source.quarantine + built.quarantine
    west, south = network.shape_lonlat.min(axis=0)
    east, north = network.shape_lonlat.max(axis=0)
    findings = StreetReport(
        n_ways=len({way.id for way in source.ways}),
        n_nodes=network.n_nodes,
        n_segments=network.n_segments,
        n_names=len(network.names) - 1,
        n_one_ways=len({way.id for way in source.ways if is_one_way(way.tags)}),
        n_turn_restrictions=built.n_turn_restrictions,
        n_assumed_class=source.n_assumed_class,
        length_m=float(network.segment_length_m.sum()),
        bounds=(float(west), float(south), float(east), float(north)),
        modes={mode: _report_mode(network, mode) for mode in MODES},
        n_quarantined=count_reasons(quarantine),
    )
    return BuiltStreets(network, findings, quarantine)


def save_network(network: StreetNetwork, path: Path | str) -> None:
    """Write a network to one ``.npz`` file."""
    with Path(path).open("wb") as file:
        np.savez(file, allow_pickle=False, **network.to_arrays())


def load_network(path: Path | str) -> StreetNetwork:
    """Read what `save_network` wrote.

    Raises
    ------
    StreetFileMissing, StreetFileBroken
        The file is not there, or damaged.
    NetworkUnreadable
        Made by another version: import the streets again.
    """
    path = Path(path)
    if not path.is_file():
        message = f"{path}: no such file. Import the streets first."
        raise StreetFileMissing(message)
    try:
        with np.load(path, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
    except (ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        message = (
            f"{path}: not a stored street network ({error}). Import the streets again."
        )
        raise StreetFileBroken(message) from error
    return StreetNetwork.from_arrays(arrays)


def _report_mode(network: StreetNetwork, mode: Mode) -> ModeReport:
    usable = (network.edge_speed_mps(mode) > 0).reshape(-1, 2).any(axis=1)
    length_m = float(network.segment_length_m[usable].sum())
    try:
        return ModeReport(
            length_m, build_turn_graph(network, mode).connected_length_share
        )
    except NoStreetsForMode:
        return ModeReport(length_m, 0.0)


def is_osm_file(path: Path) -> bool:
    """Tell by its name whether a file is OpenStreetMap's, else GeoJSON.

    Raises
    ------
    StreetFileMissing, StreetFileUnknown, StreetFileEmpty
        It can be neither.
    """
    if not path.is_file():
        message = f"{path}: no such file. Give the path of a street file."
        raise StreetFileMissing(message)
    name = path.name.lower()
    is_osm = name.endswith(OSM_SUFFIXES)
    if not is_osm and not name.endswith(GEOJSON_SUFFIXES):
        known = ", ".join(OSM_SUFFIXES + GEOJSON_SUFFIXES)
        message = (
            f"{path}: unknown kind of file. Rename or convert it to one of {known}."
        )
        raise StreetFileUnknown(message)
    if path.stat().st_size == 0:
        message = f"{path}: the file is empty. Download or export it again."
        raise StreetFileEmpty(message)
    return is_osm


class _Draft:
    """What has been read so far, positions still in the file's datum."""

    def __init__(self) -> None:
        self.ways: list[Way] = []
        self.lonlat_of: dict[int, tuple[float, float]] = {}
        self.restrictions: list[TurnRestriction] = []
        self.quarantine: list[Quarantined] = []
        self.n_seen = 0
        self.n_assumed_class = 0

    def refuse(
        self,
        reason: Reason,
        kind: str,
        number: int | None,
        detail: str = "",
        line: int | None = None,
    ) -> None:
        self.quarantine.append(Quarantined(reason, kind, number, detail, line))

    def accept_class(
        self, street_class: str, number: int, line: int | None = None
    ) -> bool:
        if street_class in STREET_CLASSES:
            return True
        reason = (
            Reason.UNDER_CONSTRUCTION
            if street_class in NOT_YET_STREETS
            else Reason.CLASS_UNKNOWN
        )
        self.refuse(reason, "way", number, street_class, line)
        return False

    def finish(self, datum: Datum) -> StreetSource:
        node_ids = np.fromiter(self.lonlat_of, np.int64, len(self.lonlat_of))
        lonlat = np.array(list(self.lonlat_of.values()), dtype=np.float64)
        order = np.argsort(node_ids)
        return StreetSource(
            ways=tuple(self.ways),
            node_ids=node_ids[order],
            node_lonlat=to_wgs84(lonlat[order], datum),
            restrictions=tuple(self.restrictions),
            quarantine=tuple(self.quarantine),
            datum=datum,
            n_assumed_class=self.n_assumed_class,
        )


# OpenStreetMap


def _read_osm(path: Path) -> _Draft:
    draft = _Draft()
    # Nodes are read for their positions only and never reach Python one by one;
    # neither do ways and relations without the one tag we look for.
    streets = osmium.filter.KeyFilter("highway")
    streets.enable_for(osmium.osm.WAY)
    relations = osmium.filter.TagFilter(("type", "restriction"))
    relations.enable_for(osmium.osm.RELATION)
    try:
        for item in (
            osmium.FileProcessor(path)
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
    except RuntimeError as error:
        message = (
            f"{path}: damaged, or not the kind of file its name says ({error}). "
            "Download or export it again."
        )
        raise StreetFileBroken(message) from error
    return draft


def _add_way(draft: _Draft, way: osmium.osm.Way) -> None:
    tags = {tag.k: tag.v for tag in way.tags if tag.k in _TAGS_KEPT}
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


def _add_restriction(draft: _Draft, relation: osmium.osm.Relation) -> None:
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


# GeoJSON


def _read_geojson(path: Path) -> _Draft:
    draft = _Draft()
    node_at: dict[tuple[float, float], int] = {}
    features = list(_features(path, draft))
    draft.n_seen = len(features)
    ids = [_given_id(feature) for _, feature in features]
    unique = None not in ids and len(set(ids)) == len(ids)
    for ordinal, (line, feature) in enumerate(features, start=1):
        given = ids[ordinal - 1]
        number = given if unique and given is not None else ordinal
        _add_feature(draft, feature, number, line, node_at)
    return draft


def _features(path: Path, draft: _Draft) -> Iterator[tuple[int | None, dict[str, Any]]]:
    """Yield features with their line, where there is one a line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"{path}: not UTF-8 text ({error}). Save it again as UTF-8."
        raise StreetFileBroken(message) from error
    try:
        whole = json.loads(text)
    except json.JSONDecodeError as error:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2 or text.lstrip().startswith("{\n"):
            message = (
                f"{path}, line {error.lineno}: not JSON ({error.msg}). "
                "Export it again; the file may have been cut off."
            )
            raise StreetFileBroken(message) from error
    else:
        if isinstance(whole, dict) and whole.get("type") == "FeatureCollection":
            yield from ((None, item) for item in whole.get("features") or [])
        elif isinstance(whole, dict):
            yield 1, whole
        return
    # RFC 8142 puts a record separator before each feature.
    for number, line in enumerate(text.split("\n"), start=1):
        record = line.strip().lstrip("\x1e")
        if not record:
            continue
        try:
            feature = json.loads(record)
        except json.JSONDecodeError as error:
            draft.refuse(Reason.NOT_JSON, "line", None, error.msg, number)
            continue
        yield number, feature


def _given_id(feature: Any) -> int | None:
    if not isinstance(feature, dict):
        return None
    properties = feature.get("properties") or {}
    given = feature.get("id", properties.get("osm_id", properties.get("@id")))
    try:
        return int(str(given).removeprefix("way/"))
    except ValueError:
        return None


def _add_feature(
    draft: _Draft,
    feature: Any,
    number: int,
    line: int | None,
    node_at: dict[tuple[float, float], int],
) -> None:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if geometry is None or kind not in {"LineString", "MultiLineString"}:
        draft.refuse(Reason.GEOMETRY_NOT_A_LINE, "feature", number, str(kind), line)
        return
    tags = {
        key: str(value)
        for key, value in (feature.get("properties") or {}).items()
        if key in _TAGS_KEPT and value not in (None, "")
    }
    street_class = tags.get("highway") or (feature.get("properties") or {}).get("class")
    if street_class is None:
        street_class = _ASSUMED_CLASS
        draft.n_assumed_class += 1
    tags["highway"] = str(street_class)
    if tags.get("oneway") in {"True", "False"}:
        tags["oneway"] = "yes" if tags["oneway"] == "True" else "no"
    if not draft.accept_class(tags["highway"], number, line):
        return
    parts = geometry.get("coordinates")
    for part in [parts] if kind == "LineString" else parts or []:
        try:
            points = [
                (round(float(x), _DIGITS), round(float(y), _DIGITS))
                for x, y, *_ in part
            ]
        except (TypeError, ValueError):
            draft.refuse(Reason.POSITION_INVALID, "feature", number, "", line)
            continue
        wrong = next((point for point in points if not _is_position(point)), None)
        if wrong is not None:
            detail = f"{wrong}: longitude comes first, then latitude"
            draft.refuse(Reason.POSITION_INVALID, "feature", number, detail, line)
            continue
        nodes: list[int] = []
        for point in points:
            node = node_at.setdefault(point, len(node_at) + 1)
            if not nodes or nodes[-1] != node:
                nodes.append(node)
                draft.lonlat_of[node] = point
        if len(nodes) < 2:
            draft.refuse(Reason.TOO_FEW_NODES, "feature", number, "", line)
            continue
        draft.ways.append(Way(number, tuple(nodes), tags))


def _is_position(point: tuple[float, float]) -> bool:
    return abs(point[0]) <= 180 and abs(point[1]) <= 90
