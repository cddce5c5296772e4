"""What areas would be: read from a file of boundaries, or from names of roads."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from xunfang.core.errors import DomainError
from xunfang.core.geo import Datum, rings_of_points, to_wgs84
from xunfang.core.streets.network import StreetNetwork
from xunfang.places.ground import Ground, middles_of
from xunfang.places.models import PatrolArea
from xunfang.places.register.rows import read_features

DIGITS = 7
ROADS_APART = re.compile(r"[、，,;；\s]+")


class DraftUnusable(DomainError):
    """A line or a feature of the draft says something that cannot be used."""

    code = "places.draft_unusable"

    def __init__(self, where: str, why: str, **facts: str | int) -> None:
        self.where, self.why, self.facts = where, why, facts
        super().__init__(f"{where}: {why} {facts}")


class StreetsNeeded(DomainError):
    """Areas are made of streets, and there are none yet."""

    code = "places.streets_needed"


@dataclass(frozen=True, slots=True)
class AreaDraft:
    """One area as it would be."""

    code: str
    name: str
    station_code: str
    segments: tuple[str, ...]
    """Lasting names of its streets' segments."""
    polygons: list[list[list[float]]] | None = None
    """Its boundary; None where it stays as it is."""
    absent_roads: tuple[str, ...] = field(default=())
    """Roads that were named and of which there is none on the station's ground."""

    def to_json(self) -> dict[str, Any]:
        """Return what a redraw keeps of it."""
        return {
            "code": self.code,
            "name": self.name,
            "station_code": self.station_code,
            "segments": list(self.segments),
            "polygons": self.polygons,
            "absent_roads": list(self.absent_roads),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "AreaDraft":
        """Read it back."""
        return cls(
            code=kept["code"],
            name=kept["name"],
            station_code=kept["station_code"],
            segments=tuple(kept["segments"]),
            polygons=kept["polygons"],
            absent_roads=tuple(kept["absent_roads"]),
        )


def drafts_of_boundaries(
    content: bytes, *, datum: Datum, network: StreetNetwork
) -> list[AreaDraft]:
    """Read areas from GeoJSON polygons with a ``code``, and the streets inside.

    A code that is not in use yet makes a new area; it needs ``name`` and ``station``.
    A segment whose middle lies in two polygons is in both, and the preview says so.

    Raises
    ------
    GeojsonUnreadable, TableTooLarge
        The file as a whole cannot be used.
    DraftUnusable
        A feature cannot be used.
    """
    known = {area.code: area for area in PatrolArea.objects.all()}
    rings_of: dict[str, list[list[list[float]]]] = {}
    about: dict[str, tuple[str, str]] = {}
    for number, feature in enumerate(read_features(content), start=1):
        where = str(number)
        properties = feature.get("properties") if isinstance(feature, dict) else None
        properties = properties if isinstance(properties, dict) else {}
        code = str(properties.get("code") or properties.get("编号") or "").strip()
        if not code or len(code) > 20:
            raise DraftUnusable(where, "code")
        if code in rings_of:
            raise DraftUnusable(where, "twice", area=code)
        area = known.get(code)
        if area is None:
            name = str(properties.get("name") or properties.get("名称") or "").strip()
            station = properties.get("station") or properties.get("派出所") or ""
            if not name or not station or len(name) > 60:
                raise DraftUnusable(where, "unknown", area=code)
            about[code] = name, str(station).strip()
        else:
            about[code] = area.name, area.station_code
        rings_of[code] = _rings(feature.get("geometry"), where, datum)
    if not rings_of:
        raise DraftUnusable("1", "empty")
    middles = middles_of(network)
    return [
        AreaDraft(
            code=code,
            name=about[code][0],
            station_code=about[code][1],
            polygons=rings,
            segments=tuple(
                network.segment_key(segment)
                for segment in np.flatnonzero(
                    rings_of_points(middles, rings) >= 0
                ).tolist()
            ),
        )
        for code, rings in sorted(rings_of.items())
    ]


def _rings(geometry: Any, where: str, datum: Datum) -> list[list[list[float]]]:
    """Return the outer rings, closed, in WGS84. Holes are not kept."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in {"Polygon", "MultiPolygon"}:
        raise DraftUnusable(where, "not_a_polygon")
    parts = geometry.get("coordinates")
    rings = []
    try:
        for polygon in [parts] if kind == "Polygon" else parts:
            ring = np.array([[float(x), float(y)] for x, y, *_ in polygon[0]])
            is_position = (np.abs(ring) <= [180.0, 90.0]).all()
            if len(np.unique(ring, axis=0)) < 3 or not is_position:
                raise DraftUnusable(where, "not_a_polygon")
            points = to_wgs84(ring, datum).round(DIGITS).tolist()
            rings.append(points if points[0] == points[-1] else [*points, points[0]])
    except (TypeError, ValueError, IndexError, KeyError) as error:
        raise DraftUnusable(where, "not_a_polygon") from error
    if not rings:
        raise DraftUnusable(where, "not_a_polygon")
    return rings


def drafts_of_roads(text: str, *, day: date, network: StreetNetwork) -> list[AreaDraft]:
    """Read areas from lines like ``A1: 健康路、优胜南路`` and find the roads' segments.

    All segments of a road on the ground of the area's station belong to it. The code
    may be followed by a colon or a blank; the area's name does as well.

    Raises
    ------
    DraftUnusable
        A line names no area, or an area twice, or no road.
    """
    by_name: dict[str, PatrolArea] = {}
    for area in PatrolArea.objects.all():
        by_name[area.name] = by_name[area.code] = area
    ground = Ground.on(day)
    drafts: dict[str, AreaDraft] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        called, rest = _split(line.strip())
        found = by_name.get(called)
        if found is None:
            raise DraftUnusable(str(number), "unknown", area=called)
        if found.code in drafts:
            raise DraftUnusable(str(number), "twice", area=found.code)
        roads = [road for road in ROADS_APART.split(rest) if road]
        if not roads:
            raise DraftUnusable(str(number), "no_roads", area=found.code)
        on_ground = ground.segments_of(network, frozenset({found.station_code}))
        segments: dict[str, list[str]] = defaultdict(list)
        for segment in np.flatnonzero(on_ground).tolist():
            segments[network.segment_name_of(segment)].append(
                network.segment_key(segment)
            )
        drafts[found.code] = AreaDraft(
            code=found.code,
            name=found.name,
            station_code=found.station_code,
            segments=tuple(
                key for road in dict.fromkeys(roads) for key in segments.get(road, ())
            ),
            absent_roads=tuple(road for road in roads if road not in segments),
        )
    if not drafts:
        raise DraftUnusable("1", "empty")
    return list(drafts.values())


def _split(line: str) -> tuple[str, str]:
    """Part an area from its roads.

    >>> _split("A1：健康路、顺河路"), _split("A1 健康路")
    (('A1', '健康路、顺河路'), ('A1', '健康路'))
    """
    parts = re.split(r"[:：\s]+", line, maxsplit=1)
    return parts[0], parts[1] if len(parts) > 1 else ""
