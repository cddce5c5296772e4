"""``xunfang streets``: what a newcomer sees, what a script reads, what is refused."""

import argparse
import json
from pathlib import Path

import pytest

from tests.towns.linhe import NODES, at, between, linhe_osm
from xunfang.cli import streets
from xunfang.core.errors import DomainError
from xunfang.core.geo import Datum, from_wgs84
from xunfang.places.streets.formats import StreetFileBroken


def run(*arguments: object) -> int:
    parser = argparse.ArgumentParser()
    streets.add_parser(parser.add_subparsers())
    parsed = parser.parse_args(["streets", *map(str, arguments)])
    code: int = parsed.handler(parsed)
    return code


@pytest.fixture
def town(tmp_path: Path) -> Path:
    path = tmp_path / "linhe.osm"
    path.write_text(linhe_osm(), encoding="utf-8")
    return path


def write_points(path: Path, *labels: str, datum: Datum = Datum.WGS84) -> Path:
    rows = zip(labels, from_wgs84(at(*labels), datum).tolist(), strict=True)
    lines = [f"{label},{lon:.7f},{lat:.7f}" for label, (lon, lat) in rows]
    path.write_text("\n".join(["id,lon,lat", *lines]), encoding="utf-8")
    return path


def test_import_says_what_is_in_the_file(town, capsys):
    code = run("import", town)

    out, err = capsys.readouterr()
    assert code == 0
    assert "street names               12" in out
    assert "turn restrictions           1" in out
    assert "car                 5.0 km  100.0%" in out
    assert err == ""


def test_import_for_a_script(town, capsys):
    code = run("import", town, "--json", "--quarantine")

    report = json.loads(capsys.readouterr().out)
    assert code == 0
    assert report["n_segments"] == 26
    assert report["modes"]["foot"]["largest_part_share"] == 1.0
    assert report["quarantine"] == []


def test_import_lists_what_was_put_aside(tmp_path, capsys):
    lon, lat = at("A")[0].tolist()
    good = {
        "type": "Feature",
        "properties": {"name": "北门街"},
        "geometry": {
            "type": "LineString",
            "coordinates": [[lon, lat], [lon + 0.01, lat]],
        },
    }
    path = tmp_path / "streets.geojsonl"
    path.write_text(json.dumps(good) + "\n{broken\n")

    code = run("import", path, "--quarantine")

    out = capsys.readouterr().out
    assert code == 0
    assert "not_json: line None, line 2" in out
    assert "without a class             1" in out


def test_reach_counts_the_streets_within_minutes(town, capsys):
    lon, lat = between("A", "B")[0]

    code = run(
        "reach",
        town,
        "--at",
        f"{lon},{lat}",
        "--minutes",
        "0.5",
        "--mode",
        "foot",
        "--json",
    )

    answer = json.loads(capsys.readouterr().out)
    assert code == 0
    assert answer["mode"] == "foot"
    assert [post["street"] for post in answer["posts"]] == ["北门街"]
    (half_a_minute,) = answer["reach"]
    assert half_a_minute["length_m"] == pytest.approx(80, abs=0.1)
    assert half_a_minute["share"] == pytest.approx(80 / 5300, abs=1e-4)
    assert half_a_minute["streets"] == ["北门街"]


def test_reach_prints_a_row_for_each_time(town, capsys):
    lon, lat = at("G")[0]

    code = run("reach", town, "--at", f"{lon},{lat}", "--at", f"{lon},{lat}")

    rows = capsys.readouterr().out.splitlines()
    assert code == 0
    assert [row.split()[0] for row in rows] == ["minutes", "1", "3", "5", "10"]
    assert rows[-1].split()[2] == "100.0%"


def test_matrix_prints_seconds_from_row_to_column(town, tmp_path, capsys):
    """On foot from U through 柳巷 to V: 200 m, 150 s."""
    points = write_points(tmp_path / "points.csv", "U", "V")

    code = run("matrix", town, points, "--mode", "foot")

    assert code == 0
    assert capsys.readouterr().out.splitlines() == [
        "from,U,V",
        "U,0.0,150.0",
        "V,150.0,0.0",
    ]


def test_matrix_reads_geojson_points(town, tmp_path, capsys):
    points = tmp_path / "points.geojson"
    features = [
        {
            "type": "Feature",
            "properties": {"id": label},
            "geometry": {"type": "Point", "coordinates": at(label)[0].tolist()},
        }
        for label in "UV"
    ]
    points.write_text(json.dumps({"type": "FeatureCollection", "features": features}))

    code = run("matrix", town, points, "--mode", "foot", "--json")

    answer = json.loads(capsys.readouterr().out)
    assert code == 0
    assert answer["points"] == ["U", "V"]
    assert answer["travel_time_s"][0][1] == pytest.approx(150, abs=0.1)


def test_matrix_warns_of_points_that_are_probably_shifted(town, tmp_path, capsys):
    """All nodes but two, in GCJ-02: north-east by 450 m, most of them off the streets."""
    points = write_points(
        tmp_path / "points.csv", *sorted(NODES)[:20], datum=Datum.GCJ02
    )

    with pytest.raises(streets.PlaceOffTheMap):
        run("matrix", town, points)

    assert "--points-datum gcj02" in capsys.readouterr().err


def test_matrix_takes_shifted_points_that_say_so(town, tmp_path, capsys):
    points = write_points(
        tmp_path / "points.csv", *sorted(NODES)[:20], datum=Datum.GCJ02
    )

    code = run("matrix", town, points, "--points-datum", "gcj02", "--json")

    captured = capsys.readouterr()
    assert code == 0
    assert captured.err == ""
    assert len(json.loads(captured.out)["travel_time_s"]) == 20


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "no such file"),
        ("id,lon,lat\n", "no point in it"),
        ("x,y\n1,2\n", "line 1: the columns lon and lat are needed"),
        (
            "lon,lat\n113.65,34.76\n113.65,north\n",
            "line 3: lon and lat must be numbers",
        ),
        ("lon,lat\n34.76,113.65\n", "line 2: .*Longitude comes first"),
    ],
)
def test_points_that_cannot_be_read_are_refused_by_line(town, tmp_path, content, words):
    points = tmp_path / "points.csv"
    if content is not None:
        points.write_text(content)

    with pytest.raises(streets.PointsUnreadable, match=words) as caught:
        run("matrix", town, points)

    assert str(points) in str(caught.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "line 1: not JSON"),
        ("[]", "not a FeatureCollection"),
        (
            '{"features": [{"geometry": {"type": "LineString"}}]}',
            "feature 1 is not a point",
        ),
    ],
)
def test_geojson_points_that_cannot_be_read_are_refused(town, tmp_path, content, words):
    points = tmp_path / "points.geojson"
    points.write_text(content)

    with pytest.raises(streets.PointsUnreadable, match=words):
        run("matrix", town, points)


def test_a_post_off_the_map_is_named_with_its_distance(town):
    with pytest.raises(
        streets.PlaceOffTheMap, match=r"--at 114.65,34.76: 9\d,\d+ m from"
    ):
        run("reach", town, "--at", "114.65,34.76")


def test_a_damaged_file_is_refused(tmp_path):
    path = tmp_path / "town.osm.pbf"
    path.write_bytes(b"\0\0\0\x0dnothing of a map")

    with pytest.raises(StreetFileBroken) as caught:
        run("import", path)

    assert isinstance(caught.value, DomainError)


@pytest.mark.parametrize(
    "arguments",
    [
        ("reach", "town.osm"),
        ("reach", "town.osm", "--at", "north"),
        ("reach", "town.osm", "--at", "34.76,113.65"),
        ("reach", "town.osm", "--at", "113.65,34.76", "--minutes", "0,3"),
        ("reach", "town.osm", "--at", "113.65,34.76", "--mode", "boat"),
        ("import", "town.osm", "--datum", "mars"),
    ],
)
def test_a_question_that_makes_no_sense_exits_with_two(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        run(*arguments)

    assert caught.value.code == 2
    assert "usage" in capsys.readouterr().err
