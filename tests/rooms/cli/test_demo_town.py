"""The demo city keeps its agreed numbers, is in one piece, and tiles without a gap."""

import hashlib
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import fields, is_dataclass, replace
from datetime import date

import numpy as np
import pytest

from xunfang.cli.demo import city_model
from xunfang.cli.demo.city import City, demo_figures, generate_city, place_city_on
from xunfang.cli.demo.ground import TooFewStreets, ground_of_network
from xunfang.cli.demo.network import inside, simplified
from xunfang.cli.demo.partition import PartitionTorn, knit, outline_of, territories
from xunfang.cli.demo.town import Town, generate_town
from xunfang.core.streets.modes import Mode
from xunfang.places.models import KEY_PLACE_KINDS
from xunfang.places.streets.osm import build, read_streets

M_PER_DEGREE = np.array([111_320.0, 110_574.0])
NAMES_IN_THE_REPORTS = {
    "健康路",
    "优胜南路",
    "经六路",
    "纬三路",
    "人民路",
    "顺河路",
    "紫荆山路",
    "东里路",
    "东明路",
    "兰花桥",
}


@pytest.fixture(scope="module")
def town() -> Town:
    return generate_town()


@pytest.fixture(scope="module")
def city(town: Town) -> City:
    return generate_city(town)


@pytest.fixture(scope="module")
def streets(town: Town, tmp_path_factory: pytest.TempPathFactory):
    path = tmp_path_factory.mktemp("demo") / "yunting.osm"
    path.write_text(town.osm_xml(), encoding="utf-8")
    return build(read_streets(path))


@pytest.fixture(scope="module")
def elsewhere(streets) -> City:
    return place_city_on(ground_of_network(streets.network), seed=3)


@pytest.fixture(scope="module")
def figures() -> dict:
    return demo_figures()


# The town


def test_the_same_seed_gives_the_same_map_to_the_byte(town):
    again = generate_town()

    assert _digest(again.osm_xml()) == _digest(town.osm_xml())


def test_another_seed_gives_another_map_with_the_same_main_roads(town):
    other = generate_town(7)

    assert _digest(other.osm_xml()) != _digest(town.osm_xml())
    assert _main_roads(other) == _main_roads(town)


def test_the_map_is_read_by_the_ordinary_importer_without_anything_put_aside(streets):
    report = streets.findings

    assert report.n_quarantined == {}
    assert report.n_one_ways > 50
    assert report.n_turn_restrictions > 5
    assert report.n_names > 1_000


def test_every_street_can_be_reached_from_every_other_by_car_and_on_foot(streets):
    modes = streets.findings.modes

    assert {mode: modes[mode].largest_part_share for mode in Mode} == dict.fromkeys(
        Mode, 1.0
    )


def test_the_map_is_small_enough_to_import_in_seconds(town):
    used = {node for way in town.ways for node in way.nodes}
    buildings = [s for s in town.shapes if s.tags[0][0] == "building"]

    assert 6_000 < len(used) < 12_000
    assert 6_000 < len(buildings) < 13_000


def test_at_least_five_named_bridges_join_both_banks_of_the_river(town):
    names = {w.name.zh for w in town.ways if w.bridge and w.name}

    assert names >= {
        "港城大桥",
        "南环大桥",
        "明德桥",
        "云汀大桥",
        "白鹭桥",
        "北环大桥",
    }


def test_no_house_stands_in_the_water_and_no_street_runs_through_it(town):
    river = next(w for w in town.waters if w.kind == "river")
    corners = np.array(
        [s.outline[0] for s in town.shapes if s.tags[0][0] == "building"]
    )
    dry = [w for w in town.ways if not w.bridge and w.highway != "footway"]
    middles = np.vstack(
        [
            (town.points_m[list(w.nodes)][1:] + town.points_m[list(w.nodes)][:-1]) / 2
            for w in dry
        ]
    )

    assert inside(river.outline, corners).sum() == 0
    assert inside(river.outline, middles).sum() == 0


def test_no_street_bears_a_name_from_the_reports(town):
    names = {way.name.zh for way in town.ways if way.name}

    assert names & NAMES_IN_THE_REPORTS == set()


def test_the_document_is_sorted_and_every_reference_is_there(town):
    root = ET.fromstring(town.osm_xml())  # noqa: S314 -- our own document

    nodes = [int(n.get("id")) for n in root.iter("node")]
    ways = [int(w.get("id")) for w in root.iter("way")]
    order = [child.tag for child in root]

    assert nodes == sorted(set(nodes))
    assert ways == sorted(set(ways))
    assert order == sorted(order, key=["node", "way", "relation"].index)
    assert {int(nd.get("ref")) for nd in root.iter("nd")} <= set(nodes)


# The police geography


def test_the_city_keeps_every_agreed_number(city, figures):
    totals = figures["totals"]

    assert {
        "stations": len(city.stations),
        "patrol_areas": len(city.areas),
        "grid_cells": len(city.cells),
        "key_places": len(city.places),
        "villages": len(city.villages),
        "night_groups": len(city.night_groups),
        "police_rooms": len(city.rooms),
        "seconded_per_night": sum(
            g.n_sworn + g.n_auxiliaries for g in city.night_groups
        ),
    } == {
        name: totals[name]
        for name in (
            "stations",
            "patrol_areas",
            "grid_cells",
            "key_places",
            "villages",
            "night_groups",
            "police_rooms",
            "seconded_per_night",
        )
    }


def test_each_station_keeps_its_share(city, figures):
    by_station = {
        row["code"]: (
            row["patrol_areas"],
            row["key_places"],
            row["schools"],
            row["night_groups"],
            row["villages"],
        )
        for row in figures["stations"]
    }

    found = {
        station.code: (
            sum(a.station == station.code for a in city.areas),
            sum(p.station == station.code for p in city.places),
            sum(p.station == station.code and p.kind == "school" for p in city.places),
            sum(g.station == station.code for g in city.night_groups),
            sum(v.station == station.code for v in city.villages),
        )
        for station in city.stations
    }

    assert found == by_station


@pytest.mark.row("B08")
def test_the_536_key_places_have_the_agreed_kinds_and_one_name_each(city, figures):
    assert Counter(p.kind_zh for p in city.places) == figures["key_place_types"]
    assert {p.kind for p in city.places} == {kind for kind, _ in KEY_PLACE_KINDS}
    assert len({p.zh for p in city.places}) == 536
    assert len({p.code for p in city.places}) == 536


def test_the_night_has_18_groups_of_three_and_one_and_8_of_two_and_two(city):
    mix = Counter((g.n_sworn, g.n_auxiliaries) for g in city.night_groups)

    assert mix == {(3, 1): 18, (2, 2): 8}
    assert {g.mode for g in city.night_groups} == {"car", "foot", "bicycle"}
    assert [
        g.station for g in city.night_groups if "tourist_bicycle_team" in g.tags
    ] == ["S08"]


def test_every_shift_ends_after_it_starts_and_holds_its_break(city):
    for crew in (*city.night_groups, *city.local_crews):
        start, end = crew.shift_min
        earliest, latest = crew.break_window_min

        assert start < earliest <= latest
        assert latest + crew.break_length_min <= end


def test_every_school_has_its_level_and_bells(city):
    bells = {
        (p.school_level, p.bells_min)
        for p in city.places
        if p.kind in {"school", "kindergarten"}
    }
    levels = Counter(p.school_level for p in city.places if p.kind == "school")

    assert bells == {
        ("kindergarten", (16 * 60 + 30,)),
        ("primary", (16 * 60 + 40, 18 * 60)),
        ("middle", (18 * 60 + 10,)),
        ("high", (21 * 60 + 30,)),
    }
    assert levels == {"primary": 24, "middle": 12, "high": 6}


def test_circles_have_six_fourteen_and_twenty_two_places(city):
    assert Counter(c.target_min for c in city.circles) == {1: 6, 3: 14, 5: 22}
    assert len({c.key_place for c in city.circles}) == 42


@pytest.mark.row("C04")
def test_every_market_has_a_round_of_five_to_seven_different_stops(city, figures):
    codes = [row["code"] for row in figures["markets"]]

    assert [m.code for m in city.markets] == [*codes, "NM01", "NM02", "NM03", "NM04"]
    for market in city.markets:
        assert 5 <= len({stop.at for stop in market.loop}) == len(market.loop) <= 7


def test_every_place_lies_10_to_25_m_from_a_street_in_its_cell(city, town):
    ground = town.ground()
    cells = {cell.code: cell for cell in city.cells}

    for place in city.places:
        gap = np.hypot(*(ground.points_m - np.array(place.at) * M_PER_DEGREE).T).min()
        ring = np.array(cells[place.cell].ring)

        assert 8.9 < gap < 25.0
        assert inside(ring, np.array([place.at])).all()


# Tiling


def test_every_side_of_a_cell_is_shared_with_one_cell_or_with_the_border(city):
    _assert_tiled([cell.ring for cell in city.cells])


def test_areas_and_stations_tile_the_same_ground_as_their_cells(city):
    cells = [cell.ring for cell in city.cells]
    areas = [area.ring for area in city.areas]
    stations = [station.ring for station in city.stations]

    assert _rim(cells) == _rim(areas) == _rim(stations)
    _assert_tiled(areas)
    _assert_tiled(stations)
    assert sum(map(_area_km2, stations)) == pytest.approx(1_268.0, abs=0.01)
    assert min(map(_area_km2, cells)) > 0.0


def test_cells_are_nested_in_areas_and_areas_in_stations(city):
    for cell in city.cells:
        assert cell.code.startswith(f"{cell.area}-")
        assert cell.area.startswith(f"{cell.station}-")


def test_two_squares_and_their_neighbour_are_knitted_at_the_corner_between():
    """The tall piece gets the corner (1, 1), which lies in the middle of its side."""
    low = np.array([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)])
    high = low + np.array([0.0, 1.0])
    tall = np.array([(1.0, 0.0), (2.0, 0.0), (2.0, 2.0), (1.0, 2.0)])

    points, rings = knit([low, high, tall])

    assert len(points) == 8
    assert [len(ring) for ring in rings] == [4, 4, 5]
    assert len(outline_of(rings)) == 7


def test_pieces_that_touch_in_a_corner_only_are_refused():
    low = np.array([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)])

    _, rings = knit([low, low + 1.0])

    with pytest.raises(PartitionTorn):
        outline_of(rings)


def test_territories_of_two_sites_are_cut_halfway():
    """Sites at x = 1 and x = 3 in a box of width 4: the cut is at x = 2."""
    box = np.array([(0.0, 0.0), (4.0, 0.0), (4.0, 1.0), (0.0, 1.0)])

    left, right = territories(box, np.array([(1.0, 0.5), (3.0, 0.5)]))

    assert left[:, 0].max() == right[:, 0].min() == 2.0


def test_a_straight_line_is_simplified_to_its_ends():
    curve = np.array([(0.0, 0.0), (1.0, 0.4), (2.0, 0.0), (3.0, 2.0)])

    assert simplified(curve, 0.5).tolist() == [[0.0, 0.0], [2.0, 0.0], [3.0, 2.0]]


# Counts


def test_residents_reported_88_incidents_a_day_for_ninety_days(city):
    counts = city.reported

    assert counts.by_cell.sum() == 88 * 90
    assert (counts.last_day - counts.first_day).days == 89
    assert counts.months == ((2026, 7), (2026, 8), (2026, 9))


def test_what_happened_at_places_is_counted_in_their_cells_as_well(city):
    number = {cell.code: i for i, cell in enumerate(city.cells)}
    for counts in (city.reported, city.patrol_found):
        at_places = np.zeros_like(counts.by_cell)
        for i, place in enumerate(city.places):
            at_places[:, number[place.cell]] += counts.by_place[:, i]

        assert (at_places <= counts.by_cell).all()


@pytest.mark.rule("CL-23")
def test_what_residents_reported_is_kept_apart_from_what_patrols_found(city):
    assert city.reported.source == "resident_reported"
    assert city.patrol_found.source == "patrol_found"


def test_a_few_places_hold_a_large_share_of_the_incidents(city):
    by_place = np.sort(city.reported.by_place.sum(axis=(0, 2, 3)))[::-1]

    share = by_place[:54].sum() / by_place.sum()

    assert 0.25 < share < 0.70


@pytest.mark.row("A18")
def test_no_field_of_the_city_describes_a_person():
    names = {
        field.name
        for thing in vars(city_model).values()
        if isinstance(thing, type) and is_dataclass(thing)
        for field in fields(thing)
    }

    assert names.isdisjoint(
        {
            "person",
            "suspect",
            "name",
            "phone",
            "id_number",
            "plate",
            "household",
            "face",
        }
    )


# The same demo on other streets


def test_the_demo_stands_on_any_streets_with_the_same_numbers(elsewhere):
    assert elsewhere.real_streets
    assert (
        len(elsewhere.stations),
        len(elsewhere.areas),
        len(elsewhere.cells),
        len(elsewhere.places),
        len(elsewhere.markets),
        len(elsewhere.villages),
        len(elsewhere.night_groups),
    ) == (10, 60, 412, 536, 13, 96, 26)
    _assert_tiled([cell.ring for cell in elsewhere.cells])


def test_the_same_seed_lays_out_the_same_city_whatever_the_day(streets, elsewhere):
    ground = ground_of_network(streets.network)

    spring = place_city_on(ground, seed=3, as_of=date(2026, 5, 31))

    assert _without_counts(spring) == _without_counts(elsewhere)
    assert spring.reported.months == ((2026, 3), (2026, 4), (2026, 5))
    assert spring.reported.by_cell.sum() == 88 * 90


def test_too_few_streets_are_refused_with_a_remedy(streets):
    network = streets.network
    tiny = replace(network, segment_class=np.full_like(network.segment_class, 20))

    with pytest.raises(TooFewStreets, match="Choose a larger extract"):
        ground_of_network(tiny)


@pytest.mark.shared
def test_the_demo_stands_on_the_streets_of_chengdu(shared_data):
    streets = build(read_streets(shared_data / "streets" / "chengdu.osm.pbf"))
    ground = ground_of_network(streets.network)

    city = place_city_on(ground)

    assert len(city.places) == 536
    _assert_tiled([cell.ring for cell in city.cells])


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _main_roads(town: Town) -> set[str]:
    return {
        way.name.zh
        for way in town.ways
        if way.name and way.highway in {"primary", "secondary"}
    }


def _whole(ring):
    """A ring on the 1e-7 degree grid, as whole numbers."""
    return [(round(lon * 1e7), round(lat * 1e7)) for lon, lat in ring]


def _sides(rings) -> Counter:
    return Counter(
        side
        for ring in map(_whole, rings)
        for side in zip(ring, ring[1:] + ring[:1], strict=True)
    )


def _rim(rings) -> set:
    sides = _sides(rings)
    return {(a, b) for a, b in sides if (b, a) not in sides}


def _assert_tiled(rings) -> None:
    """Each side once; what has no partner closes to one ring: no gap, no overlap."""
    sides = _sides(rings)
    onward = {a: b for a, b in sides if (b, a) not in sides}

    assert set(sides.values()) == {1}
    assert len(onward) == sum((b, a) not in sides for a, b in sides)
    start = next(iter(onward))
    at, n_steps = onward[start], 1
    while at != start:
        at = onward[at]
        n_steps += 1
    assert n_steps == len(onward)


def _area_km2(ring) -> float:
    x, y = (np.array(ring) * M_PER_DEGREE).T / 1000.0
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y) / 2.0)


def _without_counts(city: City) -> City:
    return replace(city, reported=None, patrol_found=None)
