"""Street files: which kinds there are, how they are refused, what is being read."""

from pathlib import Path
from typing import Final

import numpy as np

from xunfang.core.errors import DomainError
from xunfang.core.geo import Datum, to_wgs84
from xunfang.core.streets.modes import NOT_YET_STREETS, STREET_CLASSES
from xunfang.core.streets.source import (
    Quarantined,
    Reason,
    StreetSource,
    TurnRestriction,
    Way,
)

OSM_SUFFIXES: Final = (".osm", ".osm.pbf", ".pbf", ".osm.gz", ".osm.bz2")
GEOJSON_SUFFIXES: Final = (".geojson", ".geojsonl", ".geojsons", ".ndjson", ".json")

# What modes.py reads; the rest of a way's tags is left behind.
TAGS_KEPT: Final = frozenset({
    "highway", "name", "name:zh", "name:zh-Hans", "oneway", "oneway:bicycle", "junction",
    "maxspeed", "access", "vehicle", "motor_vehicle", "motorcar", "bicycle", "foot",
    "cycleway", "cycleway:left", "cycleway:right",
})  # fmt: skip


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


class Draft:
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
