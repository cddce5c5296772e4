"""``xunfang streets``: look into a street file, ask it for reach and travel times."""

import argparse
import csv
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from xunfang.core.errors import DomainError
from xunfang.core.geo import Datum, Floats, to_wgs84
from xunfang.core.streets.datum_check import suspect_datum
from xunfang.core.streets.modes import Mode
from xunfang.core.streets.network import StreetNetwork
from xunfang.core.streets.reach import reach
from xunfang.core.streets.snapping import Snapper, Snaps
from xunfang.core.streets.travel import TravelTimes
from xunfang.places.streets import osm

EXIT_DONE = 0

# Beyond this a place is not on this map, and its travel times would mislead.
OFF_THE_MAP_M = 500.0


class PointsUnreadable(DomainError):
    """The file of points cannot be read; the message names the line."""

    code = "streets.points_unreadable"


class PlaceOffTheMap(DomainError):
    """A place lies too far from the next street."""

    code = "streets.place_off_the_map"


def add_parser(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add the verb."""
    parser = subparsers.add_parser(
        "streets",
        help="look into a street file; reach and travel times / 街道、可达范围、行车时间",
    )
    parts = parser.add_subparsers(required=True, metavar="PART")

    looked_into = _add_part(
        parts, "import", _import, "what is in a street file, and what cannot be used"
    )
    looked_into.add_argument(
        "--quarantine",
        action="store_true",
        help="list everything that cannot be used, one a line",
    )

    reached = _add_part(
        parts, "reach", _reach, "which streets posts reach in so many minutes"
    )
    reached.add_argument(
        "--at",
        action="append",
        required=True,
        type=_position,
        metavar="LON,LAT",
        help="where somebody stands, WGS84; may be repeated",
    )
    reached.add_argument(
        "--minutes", type=_minutes, default=(1.0, 3.0, 5.0, 10.0), metavar="1,3,5,10"
    )
    _add_mode(reached)

    tabled = _add_part(
        parts, "matrix", _matrix, "travel time from every point to every other"
    )
    tabled.add_argument(
        "points",
        type=Path,
        metavar="POINTS",
        help=".csv with lon,lat[,id] or .geojson points",
    )
    tabled.add_argument(
        "--points-datum",
        type=Datum,
        choices=list(Datum),
        default=Datum.WGS84,
        help="what the points are written in (default wgs84)",
    )
    _add_mode(tabled)


def _add_part(
    parts: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    handler: Callable[[argparse.Namespace], int],
    text: str,
) -> argparse.ArgumentParser:
    part = parts.add_parser(name, help=text, description=text.capitalize() + ".")
    part.add_argument(
        "file", type=Path, metavar="FILE", help=".osm, .osm.pbf or GeoJSON lines"
    )
    part.add_argument(
        "--datum",
        type=Datum,
        choices=list(Datum),
        default=Datum.WGS84,
        help="what the file's positions are written in (default wgs84)",
    )
    part.add_argument("--json", action="store_true", help="print JSON")
    part.set_defaults(handler=handler)
    return part


def _add_mode(part: argparse.ArgumentParser) -> None:
    part.add_argument("--mode", type=Mode, choices=list(Mode), default=Mode.CAR)


def _import(arguments: argparse.Namespace) -> int:
    built = _build(arguments)
    if arguments.json:
        listed = [
            {"reason": item.reason, "kind": item.kind, "id": item.id}
            | ({"detail": item.detail} if item.detail else {})
            | ({"line": item.line} if item.line is not None else {})
            for item in built.quarantine
        ]
        _print_json(
            built.report | ({"quarantine": listed} if arguments.quarantine else {})
        )
        return EXIT_DONE
    found = built.findings
    west, south, east, north = found.bounds
    print(f"{arguments.file}")
    print(f"  ways               {found.n_ways:>10,}")
    print(f"  junctions and ends {found.n_nodes:>10,}")
    print(
        f"  street segments    {found.n_segments:>10,}   {found.length_m / 1000:,.1f} km"
    )
    print(f"  street names       {found.n_names:>10,}")
    print(f"  one-way ways       {found.n_one_ways:>10,}")
    print(f"  turn restrictions  {found.n_turn_restrictions:>10,}")
    print(
        f"  bounds             {west:.5f}, {south:.5f} to {east:.5f}, {north:.5f} (WGS84)"
    )
    if found.n_assumed_class:
        print(
            f"  without a class    {found.n_assumed_class:>10,}   taken for common streets"
        )
    print("  open to, and how much of that hangs together:")
    for mode, share in found.modes.items():
        length_km = share.street_length_m / 1000
        print(f"    {mode:<12} {length_km:>10,.1f} km {share.largest_part_share:>7.1%}")
    if found.modes_in_pieces:
        modes = ", ".join(found.modes_in_pieces)
        print(
            f"  IN PIECES for {modes}: lines that cross must share a point, and the file"
        )
        print("  must reach beyond its area. Places are put on the largest piece only.")
    print(f"  put aside          {len(built.quarantine):>10,}")
    for reason, count in found.n_quarantined.items():
        print(f"    {count:>8,}  {reason}")
    if arguments.quarantine:
        for item in built.quarantine:
            where = f", line {item.line}" if item.line is not None else ""
            print(f"{item.reason}: {item.kind} {item.id}{where} {item.detail}".rstrip())
    return EXIT_DONE


def _reach(arguments: argparse.Namespace) -> int:
    network = _build(arguments).network
    with _step(f"Preparing {arguments.mode}"):
        travel = TravelTimes(network, arguments.mode)
    posts = _on_the_map(
        travel, np.array(arguments.at), [f"--at {x},{y}" for x, y in arguments.at]
    )
    found = reach(travel, posts, limit_s=60 * max(arguments.minutes))
    open_m = _open_length_m(travel)
    rows: list[dict[str, Any]] = []
    for minutes in arguments.minutes:
        stretches = found.stretches(60 * minutes)
        share = stretches.share_by_segment(network)
        touched = np.flatnonzero(share)
        names = {network.segment_name_of(segment) for segment in touched.tolist()} - {
            ""
        }
        length_m = stretches.length_m(network)
        rows.append(
            {
                "minutes": minutes,
                "length_m": round(length_m, 1),
                "share": round(length_m / open_m, 6),
                "n_segments": len(touched),
                "streets": sorted(names),
            }
        )
    if arguments.json:
        on_streets = [
            {
                "at": list(at),
                "street": network.segment_name_of(segment),
                "off_m": round(off, 1),
            }
            for at, segment, off in zip(
                arguments.at,
                posts.segment.tolist(),
                posts.distance_m.tolist(),
                strict=True,
            )
        ]
        _print_json({"mode": arguments.mode, "posts": on_streets, "reach": rows})
        return EXIT_DONE
    print(f"{'minutes':>8} {'km':>10} {'share':>7} {'segments':>9} {'streets':>8}")
    for row in rows:
        print(
            f"{row['minutes']:>8g} {row['length_m'] / 1000:>10,.1f} {row['share']:>7.1%} "
            f"{row['n_segments']:>9,} {len(row['streets']):>8,}"
        )
    return EXIT_DONE


def _matrix(arguments: argparse.Namespace) -> int:
    names, lonlat = _read_points(arguments.points, arguments.points_datum)
    network = _build(arguments).network
    _warn_of_datum(network, lonlat, arguments.points)
    with _step(f"Preparing {arguments.mode}"):
        travel = TravelTimes(network, arguments.mode)
    points = _on_the_map(
        travel, lonlat, [f"{arguments.points}: {name}" for name in names]
    )
    with _step(f"{len(points)} x {len(points)} travel times"):
        times_s = travel.matrix_s(points, points)
    if arguments.json:
        rows = [
            [round(t, 3) if np.isfinite(t) else None for t in row] for row in times_s
        ]
        _print_json({"mode": arguments.mode, "points": names, "travel_time_s": rows})
        return EXIT_DONE
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["from", *names])
    for name, row in zip(names, times_s, strict=True):
        writer.writerow([name, *(f"{t:.1f}" if np.isfinite(t) else "" for t in row)])
    return EXIT_DONE


def _build(arguments: argparse.Namespace) -> osm.BuiltStreets:
    with _step(f"Reading {arguments.file}"):
        source = osm.read_streets(arguments.file, datum=arguments.datum)
    with _step("Building the network"):
        return osm.build(source)


def _open_length_m(travel: TravelTimes) -> float:
    segments = np.unique(travel.graph.state_edge // 2)
    return float(travel.network.segment_length_m[segments].sum())


def _on_the_map(travel: TravelTimes, lonlat: Floats, names: list[str]) -> Snaps:
    points = travel.snap(lonlat)
    far = points.farther_than(OFF_THE_MAP_M).tolist()
    if far:
        off_m = points.distance_m[far[0]]
        others = f" ({len(far) - 1} more lie off it too)" if len(far) > 1 else ""
        message = (
            f"{names[far[0]]}: {off_m:,.0f} m from the next street{others}. "
            "Check that longitude comes first, that the datum is right, and that the "
            "street file covers the place."
        )
        raise PlaceOffTheMap(message)
    return points


def _warn_of_datum(network: StreetNetwork, lonlat: Floats, path: Path) -> None:
    suspicion = suspect_datum(Snapper(network), lonlat)
    if suspicion is None:
        return
    if suspicion.likely is None:
        text = f"the points lie {suspicion.distance_m:.0f} m off the streets"
    else:
        text = (
            f"the points fit the streets better as {suspicion.likely} "
            f"({suspicion.likely_distance_m:.0f} m off instead of "
            f"{suspicion.distance_m:.0f} m): try --points-datum {suspicion.likely}"
        )
    print(f"xunfang: warning: {path}: {text}", file=sys.stderr)


def _read_points(path: Path, datum: Datum) -> tuple[list[str], Floats]:
    if not path.is_file():
        message = f"{path}: no such file. Give a .csv with lon,lat or .geojson points."
        raise PointsUnreadable(message)
    text = path.read_text(encoding="utf-8-sig")
    is_table = path.suffix.lower() in {".csv", ".txt"}
    points = list(_csv_points(path, text) if is_table else _geojson_points(path, text))
    if not points:
        message = (
            f"{path}: no point in it. Give a .csv with lon,lat or .geojson points."
        )
        raise PointsUnreadable(message)
    return [name for name, _ in points], to_wgs84([at for _, at in points], datum)


def _csv_points(path: Path, text: str) -> Iterator[tuple[str, tuple[float, float]]]:
    table = csv.DictReader(text.splitlines())
    columns = {(name or "").strip().lower(): name for name in table.fieldnames or []}
    if "lon" not in columns or "lat" not in columns:
        message = f"{path}, line 1: the columns lon and lat are needed. Name them so."
        raise PointsUnreadable(message)
    for number, row in enumerate(table, start=1):
        try:
            at = float(row[columns["lon"]]), float(row[columns["lat"]])
        except (TypeError, ValueError):
            message = f"{path}, line {table.line_num}: lon and lat must be numbers."
            raise PointsUnreadable(message) from None
        _check_position(at, f"{path}, line {table.line_num}")
        yield (row[columns["id"]] if "id" in columns else None) or str(number), at


def _geojson_points(path: Path, text: str) -> Iterator[tuple[str, tuple[float, float]]]:
    try:
        features = json.loads(text)["features"]
    except json.JSONDecodeError as error:
        message = (
            f"{path}, line {error.lineno}: not JSON ({error.msg}). Export it again."
        )
        raise PointsUnreadable(message) from error
    except (KeyError, TypeError) as error:
        message = f"{path}: not a FeatureCollection. Export the points as GeoJSON."
        raise PointsUnreadable(message) from error
    for number, feature in enumerate(features, start=1):
        try:
            if feature["geometry"]["type"] != "Point":
                raise ValueError  # noqa: TRY301 -- one message for all that is not a point
            lon, lat = map(float, feature["geometry"]["coordinates"][:2])
        except (KeyError, TypeError, ValueError):
            message = f"{path}: feature {number} is not a point. Give points only."
            raise PointsUnreadable(message) from None
        _check_position((lon, lat), f"{path}: feature {number}")
        given = feature.get("id", (feature.get("properties") or {}).get("id"))
        yield str(number if given is None else given), (lon, lat)


def _check_position(at: tuple[float, float], where: str) -> None:
    lon, lat = at
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        message = (
            f"{where}: {lon}, {lat} is no place. Longitude comes first, in degrees."
        )
        raise PointsUnreadable(message)


def _position(text: str) -> tuple[float, float]:
    try:
        lon, lat = (float(part) for part in text.split(","))
        _check_position((lon, lat), text)
    except (ValueError, PointsUnreadable):
        message = f"{text!r} is not LON,LAT in degrees, such as 104.06,30.64"
        raise argparse.ArgumentTypeError(message) from None
    return lon, lat


def _minutes(text: str) -> tuple[float, ...]:
    try:
        minutes = tuple(sorted({float(part) for part in text.split(",")}))
    except ValueError:
        minutes = ()
    if not minutes or not all(0 < value <= 24 * 60 for value in minutes):
        message = f"{text!r} is not a list of minutes above zero, such as 1,3,5,10"
        raise argparse.ArgumentTypeError(message)
    return minutes


def _print_json(content: dict[str, Any]) -> None:
    print(json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False))


@contextmanager
def _step(text: str) -> Iterator[None]:
    """Say on a terminal what is being done and how long it took."""
    if not sys.stderr.isatty():
        yield
        return
    print(f"{text} …", end=" ", file=sys.stderr, flush=True)
    began_s = time.perf_counter()
    yield
    print(f"{time.perf_counter() - began_s:.1f} s", file=sys.stderr)
