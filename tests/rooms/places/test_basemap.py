"""The base map: made from the street file, read tile by tile, in every layer."""

import gzip
import json
import math
from pathlib import Path

import pytest

from tests.towns.linhe import at, linhe_osm
from xunfang.core.geo import Datum, from_wgs84
from xunfang.places.streets import basemap
from xunfang.places.streets import formats as street_files

PARK = (
    '<node id="901" version="1" lon="113.651" lat="34.7605"/>'
    '<node id="902" version="1" lon="113.652" lat="34.7605"/>'
    '<node id="903" version="1" lon="113.652" lat="34.7610"/>'
    '<node id="904" version="1" lon="113.6515" lat="34.7612">'
    '<tag k="amenity" v="police"/><tag k="name" v="临河派出所"/></node>'
)
RING = '<nd ref="901"/><nd ref="902"/><nd ref="903"/><nd ref="901"/>'


def shape(number: int, key: str, value: str, name: str) -> str:
    return (
        f'<way id="{number}" version="1">{RING}'
        f'<tag k="{key}" v="{value}"/><tag k="name" v="{name}"/></way>'
    )


@pytest.fixture(scope="module")
def town_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Linhe with a park, a pond, a house, a railway and a police station."""
    streets = linhe_osm()
    ways = (
        shape(910, "leisure", "park", "滨河公园")
        + shape(911, "natural", "water", "荷塘")
        + shape(912, "building", "yes", "市民中心")
        + shape(913, "building", "no", "拆除")
        + '<way id="914" version="1"><nd ref="901"/><nd ref="903"/>'
        '<tag k="railway" v="rail"/></way>'
    )
    first_node, first_way = streets.index("<node"), streets.index("<way")
    path = tmp_path_factory.mktemp("town") / "linhe.osm"
    path.write_text(
        streets[:first_node]
        + streets[first_node:first_way]
        + PARK
        + ways
        + streets[first_way:],
        encoding="utf-8",
    )
    return path


@pytest.fixture(scope="module")
def town_map(town_file: Path) -> tuple[Path, dict[str, int]]:
    out = town_file.with_name("linhe.pmtiles")
    return out, basemap.write_basemap(town_file, out)


def tile_at(lon: float, lat: float, zoom: int) -> tuple[int, int, int]:
    """Web Mercator tile that holds a place."""
    x = int((lon + 180) / 360 * 2**zoom)
    y = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**zoom)
    return zoom, x, y


def test_every_layer_holds_what_the_file_holds(town_map):
    """The named places are the police station and, in its middle, the park."""
    _, counts = town_map

    assert counts == {
        "roads": 14, "buildings": 1, "water": 1, "green": 1, "rail": 1, "poi": 2,
    }  # fmt: skip


def test_the_map_names_its_layers_and_fields(town_map):
    path, _ = town_map

    layers = basemap.read_layers(path)

    assert set(layers) == set(basemap.LAYERS)
    assert layers["roads"].keys() == {"class", "name", "oneway"}


def test_a_tile_of_the_town_holds_its_street_names(town_map):
    path, _ = town_map

    tile = basemap.read_tile(path, *tile_at(*at("G")[0], zoom=14))

    assert tile is not None
    content = gzip.decompress(tile)
    for word in (
        "人民路",
        "滨河公园",
        "荷塘",
        "市民中心",
        "临河派出所",
        "roads",
        "poi",
    ):
        assert word.encode() in content
    assert "拆除".encode() not in content


@pytest.mark.parametrize(
    "tile", [(14, 0, 0), (3, 0, 0), (16, 0, 0), (14, -1, 5), (14, 2**14, 5), (-1, 0, 0)]
)
def test_where_the_town_does_not_reach_there_is_no_tile(town_map, tile):
    path, _ = town_map

    assert basemap.read_tile(path, *tile) is None


def test_a_shifted_file_is_drawn_where_it_is(tmp_path):
    """One street 40 km from anything else, written in GCJ-02, 500 m off."""
    lonlat = at("A", "B")
    path = tmp_path / "shifted.geojson"
    path.write_text(
        json.dumps(
            {
                "type": "Feature",
                "properties": {"highway": "residential", "name": "北门街"},
                "geometry": {
                    "type": "LineString",
                    "coordinates": from_wgs84(lonlat, Datum.GCJ02).tolist(),
                },
            }
        )
    )

    basemap.write_basemap(path, tmp_path / "map.pmtiles", datum=Datum.GCJ02)

    middle = lonlat.mean(axis=0)
    assert (
        basemap.read_tile(tmp_path / "map.pmtiles", *tile_at(*middle, zoom=15))
        is not None
    )
    wrong = from_wgs84(middle, Datum.GCJ02)
    assert (
        basemap.read_tile(tmp_path / "map.pmtiles", *tile_at(*wrong, zoom=15)) is None
    )


def test_a_document_written_in_another_datum_is_drawn_where_it_is(town_file, tmp_path):
    out = tmp_path / "map.pmtiles"

    counts = basemap.write_basemap(town_file, out, datum=Datum.BD09)

    assert counts["buildings"] == 1
    assert basemap.read_tile(out, *tile_at(*at("G")[0], zoom=15)) is None


def test_a_file_that_cannot_be_read_leaves_the_former_map(tmp_path):
    former = tmp_path / "map.pmtiles"
    former.write_bytes(b"the former map")
    broken = tmp_path / "town.osm"
    broken.write_text("<osm version='0.6'><node")

    with pytest.raises(street_files.StreetFileBroken):
        basemap.write_basemap(broken, former)

    assert former.read_bytes() == b"the former map"


def test_a_file_with_nothing_to_draw_is_refused(tmp_path):
    path = tmp_path / "empty.osm"
    path.write_text("<osm version='0.6'></osm>")

    with pytest.raises(basemap.BaseMapFailed, match="Choose another file"):
        basemap.write_basemap(path, tmp_path / "map.pmtiles")


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (None, street_files.StreetFileMissing),
        (b"x" * 200, street_files.StreetFileBroken),
    ],
)
def test_a_map_that_is_missing_or_damaged_is_refused(tmp_path, content, refusal):
    path = tmp_path / "map.pmtiles"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(refusal, match="Import the streets again"):
        basemap.read_tile(path, 14, 1, 1)
