"""Read streets from GeoJSON: a FeatureCollection, or one feature a line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from xunfang.core.streets.source import Reason, Way
from xunfang.places.streets.formats import TAGS_KEPT, Draft, StreetFileBroken

# A GeoJSON line without a class is taken for a common street, and counted.
_ASSUMED_CLASS: Final = "unclassified"
# Seven digits of a degree are 1 cm: lines that share a vertex in the file meet there.
_DIGITS: Final = 7


def read_geojson(path: Path) -> Draft:
    """Read the streets of a GeoJSON file, positions in the file's datum.

    A line that is not JSON is put aside; a file that is not is refused.

    Raises
    ------
    StreetFileBroken
        The file is not UTF-8 text, or was cut off.
    """
    draft = Draft()
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


def _features(path: Path, draft: Draft) -> Iterator[tuple[int | None, dict[str, Any]]]:
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
    draft: Draft,
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
        if key in TAGS_KEPT and value not in (None, "")
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
