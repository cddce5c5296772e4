"""Reading streets from files: what is found, what is put aside, what is refused."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from tests.towns.linhe import NODES, STREETS, at, linhe, linhe_osm, linhe_source
from xunfang.core.errors import DomainError
from xunfang.core.geo import Datum, from_wgs84, short_distance_m
from xunfang.core.streets.modes import MODES, Mode
from xunfang.core.streets.network import NetworkUnreadable
from xunfang.core.streets.source import Quarantined, Reason
from xunfang.core.streets.travel import TravelTimes
from xunfang.places.streets import formats as street_files
from xunfang.places.streets import osm


@pytest.fixture
def linhe_file(tmp_path: Path) -> Path:
    path = tmp_path / "linhe.osm"
    path.write_text(linhe_osm(), encoding="utf-8")
    return path


def write_osm(path: Path, body: str) -> Path:
    path.write_text(f'<osm version="0.6">{body}</osm>', encoding="utf-8")
    return path


def node(number: int, lon: float = 113.65, lat: float = 34.76) -> str:
    lon += 0.001 * number
    return f'<node id="{number}" version="1" lon="{lon}" lat="{lat}"/>'


def way(number: int, *nodes: int, **tags: str) -> str:
    refs = "".join(f'<nd ref="{ref}"/>' for ref in nodes)
    texts = "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
    return f'<way id="{number}" version="1">{refs}{texts}</way>'


def restriction(number: int, *members: tuple[str, str, int], **tags: str) -> str:
    parts = "".join(f'<member role="{r}" type="{t}" ref="{i}"/>' for r, t, i in members)
    texts = "".join(
        f'<tag k="{k.replace("_c", ":c")}" v="{v}"/>' for k, v in tags.items()
    )
    return (
        f'<relation id="{number}" version="1">{parts}'
        f'<tag k="type" v="restriction"/>{texts}</relation>'
    )


def feature(
    points: object, kind: str = "LineString", **properties: object
) -> dict[str, object]:
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": kind, "coordinates": points},
    }


def test_linhe_is_read_as_it_was_drawn(linhe_file):
    source = osm.read_streets(linhe_file)

    drawn = linhe_source()
    assert source.ways == drawn.ways
    assert source.restrictions == drawn.restrictions
    assert source.node_ids.tolist() == drawn.node_ids.tolist()
    assert source.node_lonlat == pytest.approx(drawn.node_lonlat, abs=1e-9)
    assert source.quarantine == ()


def test_the_report_of_linhe(linhe_file):
    """12 km? No: 4 streets of 600 m, 2 of 200 and so on, 5.1 km; all of it connected."""
    built = osm.build(osm.read_streets(linhe_file))

    report = built.report
    lengths = {mode: report["modes"][mode].pop("street_length_m") for mode in MODES}
    length_m, bounds = report.pop("length_m"), report.pop("bounds")
    assert report == {
        "n_ways": len(STREETS),
        "n_nodes": len(NODES) - 4,
        "n_segments": 26,
        "n_names": 12,
        "n_one_ways": 4,
        "n_turn_restrictions": 1,
        "n_assumed_class": 0,
        "modes_in_pieces": [],
        "modes": {mode.value: {"largest_part_share": 1.0} for mode in MODES},
        "n_quarantined": {},
    }
    # 北门街, 人民路, 健康路, 河滨路, 紫荆山路, 东明路 600 each; 经三路, 经六路, 顺河路
    # 400; 渡口路, 柳巷 200; 师苑里 100.
    assert length_m == pytest.approx(6 * 600 + 3 * 400 + 2 * 200 + 100, abs=1)
    assert lengths[Mode.FOOT] == pytest.approx(5300, abs=1)
    assert lengths[Mode.CAR] == pytest.approx(5300 - 200 - 100, abs=1)
    assert bounds == pytest.approx(
        [*at("P")[0], at("T")[0, 0], at("A")[0, 1]], abs=1e-6
    )
    assert json.loads(json.dumps(report)) == report


def test_a_compressed_document_reads_the_same(linhe_file, tmp_path):
    packed = tmp_path / "linhe.osm.gz"
    packed.write_bytes(gzip.compress(linhe_file.read_bytes()))

    assert osm.read_streets(packed).ways == osm.read_streets(linhe_file).ways


@pytest.mark.parametrize("datum", [Datum.GCJ02, Datum.BD09])
def test_a_shifted_file_that_says_so_is_stored_where_it_is(tmp_path, datum):
    lonlat = at("A", "B", "F")
    shifted = from_wgs84(lonlat, datum).tolist()
    path = tmp_path / "shifted.geojson"
    path.write_text(json.dumps(feature(shifted, highway="residential")))

    source = osm.read_streets(path, datum=datum)

    # The reader rounds to 1e-7 degrees, about a centimetre.
    assert short_distance_m(source.node_lonlat, lonlat).max() < 0.02
    assert source.datum is datum


def test_what_cannot_be_used_is_put_aside_with_its_reason(tmp_path):
    path = write_osm(
        tmp_path / "odd.osm",
        "".join(node(number) for number in range(1, 6))
        + way(1, 1, 2, highway="residential")
        + way(2, 2, 3, highway="corridor")
        + way(3, 2, 3, highway="construction")
        + way(4, 2, 2, highway="residential")
        + way(5, 3, 4, 99, 5, 2, highway="residential")
        + way(6, 1, 2, building="yes")
        + restriction(1, ("from", "way", 1), ("to", "way", 5), restriction="no_left_turn")
        + restriction(
            2,
            ("from", "way", 1), ("via", "way", 3), ("to", "way", 5),
            restriction="no_u_turn",
        )
        + restriction(
            3,
            ("from", "way", 1), ("via", "node", 2), ("to", "way", 5),
            restriction_conditional="no_left_turn @ (07:00-09:00)",
        )
        + restriction(
            4,
            ("from", "way", 1), ("via", "node", 2), ("to", "way", 6),
            restriction="no_left_turn",
        )
        + restriction(
            5,
            ("from", "way", 1), ("via", "node", 2), ("to", "way", 5),
            **{"restriction": "no_left_turn", "except": "motorcar;bicycle"},
        ),
    )  # fmt: skip

    built = osm.build(osm.read_streets(path))

    assert built.quarantine == (
        Quarantined(Reason.CLASS_UNKNOWN, "way", 2, "corridor"),
        Quarantined(Reason.UNDER_CONSTRUCTION, "way", 3, "construction"),
        Quarantined(Reason.TOO_FEW_NODES, "way", 4),
        Quarantined(Reason.NODES_MISSING, "way", 5, "1 nodes"),
        Quarantined(Reason.RESTRICTION_INCOMPLETE, "restriction", 1, "no_left_turn"),
        Quarantined(Reason.RESTRICTION_VIA_WAY, "restriction", 2, "no_u_turn"),
        Quarantined(
            Reason.RESTRICTION_CONDITIONAL,
            "restriction",
            3,
            "no_left_turn @ (07:00-09:00)",
        ),
        Quarantined(Reason.RESTRICTION_WAY_ABSENT, "restriction", 4),
    )
    # Way 5 is cut at the rim of the extract; both pieces inside are streets, in order.
    keys = [built.network.segment_key(segment) for segment in range(3)]
    assert keys == ["1/0", "5/0", "5/1"]
    assert built.findings.n_turn_restrictions == 0


def test_a_file_with_its_ways_before_its_nodes_reads_the_same(linhe_file, tmp_path):
    """Overpass writes ways first."""
    text = linhe_osm()
    first_node, first_way = text.index("<node"), text.index("<way")
    first_relation = text.index("<relation")
    mixed = tmp_path / "overpass.osm"
    mixed.write_text(
        text[:first_node]
        + text[first_way:first_relation]
        + text[first_node:first_way]
        + text[first_relation:],
        encoding="utf-8",
    )

    found, expected = osm.read_streets(mixed), osm.read_streets(linhe_file)

    assert (found.ways, found.restrictions) == (expected.ways, expected.restrictions)
    assert found.node_lonlat.tolist() == expected.node_lonlat.tolist()


def test_streets_that_an_editor_has_not_uploaded_yet_are_read(tmp_path):
    """New nodes and ways have negative numbers until they are uploaded."""
    path = write_osm(
        tmp_path / "drawn.osm",
        way(-7, -1, 2, highway="residential")
        + way(-8, 2, -3, highway="residential")
        + node(-1)
        + node(-3)
        + node(2)
        + restriction(
            -9, ("from", "way", -7), ("via", "node", 2), ("to", "way", -8),
            restriction="no_right_turn",
        ),
    )  # fmt: skip

    built = osm.build(osm.read_streets(path))

    assert sorted(built.network.segment_way_id.tolist()) == [-8, -7]
    assert built.network.n_nodes == 3
    assert built.findings.n_turn_restrictions == 1


def test_every_reason_is_documented_with_its_remedy():
    page = Path(__file__).parents[3] / "docs" / "reference" / "streets.md"

    rows = [line.split("|") for line in page.read_text(encoding="utf-8").splitlines()]
    documented = [row[1].strip(" `") for row in rows if len(row) == 5 and "_" in row[1]]

    assert documented == [reason.value for reason in Reason]


def test_two_networks_that_do_not_meet_are_told_by_the_share_that_hangs_together(
    tmp_path,
):
    """Three streets of equal length in one piece, one elsewhere: 3/4."""
    path = write_osm(
        tmp_path / "pieces.osm",
        "".join(node(number) for number in range(1, 7))
        + way(1, 1, 2, highway="residential")
        + way(2, 2, 3, highway="residential")
        + way(3, 3, 4, highway="residential")
        + way(4, 5, 6, highway="residential"),
    )

    built = osm.build(osm.read_streets(path))

    share = built.findings.modes[Mode.CAR].largest_part_share
    assert share == pytest.approx(0.75, abs=1e-6)


def test_a_file_whose_lines_do_not_meet_is_called_in_pieces(tmp_path):
    path = tmp_path / "city.geojson"
    crossing = [
        feature(at(*ends).tolist(), highway="residential")
        for ends in ("AG", "CF", "JM")
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": crossing}))

    built = osm.build(osm.read_streets(path))

    assert built.findings.modes_in_pieces == MODES
    assert built.report["modes_in_pieces"] == [mode.value for mode in MODES]


# GeoJSON


def test_geojson_lines_that_share_a_corner_meet_there(tmp_path):
    path = tmp_path / "lines.geojsonl"
    west, middle, east = at("E", "F", "G").tolist()
    lines = [
        feature([west, middle], highway="residential", name="人民路", oneway=True),
        feature([[middle, east]], "MultiLineString", name="无类路"),
    ]
    path.write_text(
        "\n".join("\x1e" + json.dumps(line, ensure_ascii=False) for line in lines),
        encoding="utf-8",
    )

    built = osm.build(osm.read_streets(path))

    assert built.network.n_nodes == 3
    assert built.network.names.tolist() == ["", "人民路", "无类路"]
    assert built.findings.n_one_ways == 1
    assert built.findings.n_assumed_class == 1


def test_bad_lines_of_geojson_are_put_aside_with_their_line(tmp_path):
    path = tmp_path / "lines.ndjson"
    lon, lat = at("A")[0].tolist()
    good = feature([[lon, lat], [lon + 0.001, lat]], highway="residential")
    lines = [
        json.dumps(good),
        '{"type": "Feature", "geom',
        json.dumps(feature([lon, lat], "Point", name="派出所")),
        json.dumps(feature([[lat, lon], [lat, lon]], highway="residential")),
        json.dumps(feature([[lon, "x"]], highway="residential")),
        json.dumps(feature([[lon, lat]], highway="residential")),
        json.dumps([1, 2]),
    ]
    path.write_text("\n".join(lines))

    source = osm.read_streets(path)

    found = [(item.reason, item.line) for item in source.quarantine]
    assert len(source.ways) == 1
    assert found == [
        (Reason.NOT_JSON, 2),
        (Reason.GEOMETRY_NOT_A_LINE, 3),
        (Reason.POSITION_INVALID, 4),
        (Reason.POSITION_INVALID, 5),
        (Reason.TOO_FEW_NODES, 6),
        (Reason.GEOMETRY_NOT_A_LINE, 7),
    ]


def test_ways_keep_the_numbers_that_the_file_gives_them(tmp_path):
    path = tmp_path / "city.geojson"
    corners = at("A", "B", "C").tolist()
    numbered = [
        feature(corners[:2], highway="residential") | {"id": "way/501"},
        feature(corners[1:], highway="residential", osm_id=502),
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": numbered}))

    assert [way.id for way in osm.read_streets(path).ways] == [501, 502]


# Refusals


@pytest.mark.parametrize(
    ("name", "content", "refusal", "words"),
    [
        ("town.osm", None, street_files.StreetFileMissing, "no such file"),
        ("town.shp", b"x", street_files.StreetFileUnknown, "Rename or convert"),
        (
            "town.osm.pbf",
            b"",
            street_files.StreetFileEmpty,
            "Download or export it again",
        ),
        (
            "town.osm.pbf",
            b"\0\0\0\x0dnot a map at all",
            street_files.StreetFileBroken,
            "damaged",
        ),
        (
            "town.osm",
            b"<osm version='0.6'><node id='1'",
            street_files.StreetFileBroken,
            "damaged",
        ),
        (
            "town.osm",
            b"<osm version='0.6'></osm>",
            street_files.StreetFileWithoutStreets,
            "highway",
        ),
        ("town.geojson", b"\xff\xfe\x00", street_files.StreetFileBroken, "UTF-8"),
        ("town.geojson", b'{"type": "Feat', street_files.StreetFileBroken, "line 1"),
        ("town.geojson", b"[]", street_files.StreetFileWithoutStreets, "lines"),
        (
            "town.geojson",
            b'{"type": "FeatureCollection", "features": null}',
            street_files.StreetFileWithoutStreets,
            "lines",
        ),
    ],
)
def test_a_file_that_is_no_street_file_is_refused_with_the_remedy(
    tmp_path, name, content, refusal, words
):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(refusal, match=words) as caught:
        osm.read_streets(path)

    assert str(path) in str(caught.value)
    assert isinstance(caught.value, DomainError)


@pytest.mark.shared
def test_a_pbf_cut_off_half_way_is_refused(shared_data, tmp_path):
    whole = (shared_data / "streets" / "chengdu.osm.pbf").read_bytes()
    path = tmp_path / "half.osm.pbf"
    path.write_bytes(whole[: len(whole) // 2])

    with pytest.raises(
        street_files.StreetFileBroken, match="Download or export it again"
    ):
        osm.read_streets(path)


# Real streets


@pytest.mark.shared
def test_the_streets_of_chengdu(shared_data):
    """117 names and 127 turn restrictions: reference/streets.md, section 1."""
    built = osm.build(osm.read_streets(shared_data / "streets" / "chengdu.osm.pbf"))

    found = built.findings
    assert (found.n_ways, found.n_nodes, found.n_names) == (704, 553, 117)
    assert (found.n_one_ways, found.n_turn_restrictions) == (558, 127)
    assert found.modes[Mode.CAR].largest_part_share == pytest.approx(0.85, abs=0.01)
    assert "玉林东路" in built.network.names.tolist()
    assert built.quarantine == ()


# Storing


def test_a_stored_network_is_read_as_it_was(tmp_path):
    network = linhe()
    path = tmp_path / "linhe.npz"

    osm.save_network(network, path)
    again = osm.load_network(path)

    before, after = network.to_arrays(), again.to_arrays()
    assert all(np.array_equal(before[name], after[name]) for name in before)


def test_orders_stored_beside_a_network_come_back(tmp_path):
    network = linhe()
    path = tmp_path / "linhe.npz"
    orders = {mode: TravelTimes(network, mode).order for mode in (Mode.CAR, Mode.FOOT)}

    osm.save_network(network, path, orders=orders)
    again = osm.load_orders(path)

    assert {mode: order.tolist() for mode, order in again.items()} == {
        mode: order.tolist() for mode, order in orders.items()
    }
    assert osm.load_network(path).n_segments == network.n_segments


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (None, street_files.StreetFileMissing),
        (b"no arrays", street_files.StreetFileBroken),
        (b"", street_files.StreetFileBroken),
    ],
)
def test_a_stored_network_that_is_damaged_is_refused(tmp_path, content, refusal):
    path = tmp_path / "network.npz"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(refusal, match="Import the streets"):
        osm.load_network(path)


def test_arrays_that_are_no_network_are_refused(tmp_path):
    path = tmp_path / "network.npz"
    np.savez(path, something=np.arange(3))

    with pytest.raises(NetworkUnreadable):
        osm.load_network(path)
