"""From ways to a network: cutting, naming, turn bans, storing, looking up."""

import numpy as np
import pytest

from tests.towns.linhe import (
    NODES,
    PROJECTION,
    STREETS,
    at,
    linhe,
    segment_between,
)
from xunfang.core.streets.build import (
    NoStreets,
    build_network,
    build_network_with_findings,
)
from xunfang.core.streets.lookup import (
    find_street_names,
    segment_middles,
    segments_named,
    streets_within,
)
from xunfang.core.streets.modes import MODES, Mode, speeds_kmh
from xunfang.core.streets.network import (
    NetworkUnreadable,
    SegmentUnknown,
    StreetNetwork,
)
from xunfang.core.streets.source import (
    Quarantined,
    Reason,
    RestrictionKind,
    StreetSource,
    TurnRestriction,
    Way,
)
from xunfang.core.streets.turns import NoStreetsForMode, build_turn_graph


def source(*ways: Way, restrictions: tuple[TurnRestriction, ...] = ()) -> StreetSource:
    """Ways between numbered nodes that lie 100 m apart, from west to east."""
    nodes = sorted({node for way in ways for node in way.node_ids})
    metres = np.array([[100.0 * node, 10.0 * (node % 2)] for node in nodes]).reshape(
        -1, 2
    )
    return StreetSource(
        ways,
        np.array(nodes, dtype=np.int64),
        PROJECTION.to_lonlat(metres),
        restrictions,
    )


def way(number: int, *nodes: int, **tags: str) -> Way:
    return Way(number, nodes, {"highway": "residential"} | tags)


def test_linhe_has_twenty_six_segments_between_its_junctions():
    network = linhe()

    assert network.n_segments == 26
    assert network.n_nodes == len(NODES) - len("NOQR")
    assert {*network.names.tolist()} == {street.name for street in STREETS} | {""}
    assert len(network.names) - 1 == 12


def test_segments_are_as_long_as_the_streets_drawn_on_paper():
    """北门街 A-B 200 m; 顺河路 K-N-O-L 100 + 200 + 100; 河滨路 P-Q-R-S 600."""
    network = linhe()

    lengths_m = [
        network.segment_length_m[segment_between(network, start, end)]
        for start, end in ("AB", "KL", "PS")
    ]
    shore = network.segment_length_m[segments_named(network, "顺河路")]

    # 健康路 K-L and 顺河路 join the same two nodes; the first is found.
    assert lengths_m == pytest.approx([200, 200, 600], abs=0.1)
    assert shore == pytest.approx([400], abs=0.1)


def test_every_car_street_of_linhe_hangs_together():
    """Two-way segments for cars 18, one-way 7 of which 3 健康路, 2 经三路, 2 经六路."""
    graph = build_turn_graph(linhe(), Mode.CAR)

    assert graph.n_states == 2 * 17 + 7
    assert graph.connected_length_share == 1.0


def test_a_segment_keeps_its_name_when_another_street_is_added():
    before = build_network(source(way(7, 1, 2, 3), way(8, 3, 4)))
    after = build_network(source(way(9, 4, 5), way(7, 1, 2, 3), way(8, 3, 4)))

    keys = {before.segment_key(segment) for segment in range(before.n_segments)}

    assert keys == {"7/0", "8/0"}
    assert after.segment_way_id[after.segment_by_key("8/0")] == 8
    with pytest.raises(SegmentUnknown):
        before.segment_by_key("9/0")


def test_a_way_is_cut_where_another_meets_it_and_numbered_along():
    network = build_network(source(way(7, 1, 2, 3), way(8, 2, 9)))

    keys = [network.segment_key(segment) for segment in range(network.n_segments)]

    assert keys == ["7/0", "7/1", "8/0"]


def test_a_bridge_does_not_meet_the_street_below():
    """Ways 7 and 8 cross between nodes, without a node in common."""
    network = build_network(source(way(7, 1, 3), way(8, 2, 4)))

    assert network.n_segments == 2
    assert network.n_nodes == 4


def test_a_street_that_runs_in_a_ring_is_one_segment_both_ways():
    network = build_network(source(way(7, 1, 2, 3, 1), way(8, 1, 9)))

    assert network.segment_start[0] == network.segment_end[0]
    assert build_turn_graph(network, Mode.CAR).n_states == 4


def test_no_streets_make_no_network():
    with pytest.raises(NoStreets):
        build_network(source())


def test_a_network_without_roads_has_nothing_for_cars():
    network = build_network(source(way(7, 1, 2, highway="footway")))

    with pytest.raises(NoStreetsForMode):
        build_turn_graph(network, Mode.CAR)

    assert build_turn_graph(network, Mode.FOOT).n_states == 2


def turns(network: StreetNetwork) -> set[tuple[int, int]]:
    """Turns a car may make, as pairs of way ids."""
    graph = build_turn_graph(network, Mode.CAR)
    way_id = network.segment_way_id[graph.state_edge // 2]
    return set(
        zip(
            way_id[graph.arc_tail].tolist(),
            way_id[graph.arc_head].tolist(),
            strict=True,
        )
    )


STAR = (way(1, 1, 2), way(2, 2, 3), way(3, 2, 4))
ALL_TURNS = {(1, 2), (2, 1), (1, 3), (3, 1), (2, 3), (3, 2), (1, 1), (2, 2), (3, 3)}


def test_a_no_turn_takes_one_turn_away():
    ban = TurnRestriction(1, RestrictionKind.NO, 1, 2, 3)

    network = build_network(source(*STAR, restrictions=(ban,)))

    assert turns(build_network(source(*STAR))) == ALL_TURNS
    assert turns(network) == ALL_TURNS - {(1, 3)}


def test_an_only_turn_takes_all_others_away():
    order = TurnRestriction(1, RestrictionKind.ONLY, 1, 2, 3)

    network = build_network(source(*STAR, restrictions=(order,)))

    assert turns(network) == ALL_TURNS - {(1, 2)}


@pytest.mark.parametrize(
    ("restriction", "reason"),
    [
        (
            TurnRestriction(5, RestrictionKind.NO, 1, 2, 99),
            Reason.RESTRICTION_WAY_ABSENT,
        ),
        (
            TurnRestriction(5, RestrictionKind.NO, 1, 1, 3),
            Reason.RESTRICTION_WAY_ABSENT,
        ),
    ],
)
def test_a_turn_ban_on_streets_that_are_not_there_is_put_aside(restriction, reason):
    built = build_network_with_findings(source(*STAR, restrictions=(restriction,)))

    assert built.quarantine == (Quarantined(reason, "restriction", 5),)
    assert built.n_turn_restrictions == 0
    assert turns(built.network) == ALL_TURNS


def test_a_turn_ban_that_does_not_say_from_which_arm_is_put_aside():
    """Way 1 passes through node 2: two arms could be meant."""
    ban = TurnRestriction(5, RestrictionKind.NO, 1, 2, 3)

    built = build_network_with_findings(
        source(way(1, 1, 2, 5), way(3, 2, 4), restrictions=(ban,))
    )

    assert built.quarantine == (
        Quarantined(Reason.RESTRICTION_AMBIGUOUS, "restriction", 5),
    )


# What tags mean


@pytest.mark.parametrize(
    ("tags", "mode", "kmh"),
    [
        ({"highway": "residential"}, Mode.CAR, (25, 25)),
        ({"highway": "residential", "oneway": "yes"}, Mode.CAR, (25, 0)),
        ({"highway": "residential", "oneway": "-1"}, Mode.CAR, (0, 25)),
        ({"highway": "residential", "oneway": "yes"}, Mode.FOOT, (4.8, 4.8)),
        ({"highway": "residential", "oneway": "yes"}, Mode.EBIKE, (20, 0)),
        (
            {"highway": "residential", "oneway": "yes", "oneway:bicycle": "no"},
            Mode.BICYCLE,
            (15, 15),
        ),
        ({"highway": "residential", "oneway": "reversible"}, Mode.CAR, (0, 0)),
        ({"highway": "tertiary", "junction": "roundabout"}, Mode.CAR, (35, 0)),
        ({"highway": "motorway"}, Mode.CAR, (80, 0)),
        ({"highway": "motorway"}, Mode.FOOT, (0, 0)),
        ({"highway": "steps"}, Mode.FOOT, (2.4, 2.4)),
        ({"highway": "steps"}, Mode.BICYCLE, (0, 0)),
        ({"highway": "footway"}, Mode.BICYCLE, (0, 0)),
        ({"highway": "footway", "bicycle": "yes"}, Mode.BICYCLE, (10, 10)),
        ({"highway": "footway"}, Mode.CAR_URGENT, (0, 0)),
        ({"highway": "service", "access": "private"}, Mode.CAR, (0, 0)),
        ({"highway": "service", "access": "private"}, Mode.CAR_URGENT, (18, 18)),
        ({"highway": "service", "access": "private"}, Mode.FOOT, (4.8, 4.8)),
        ({"highway": "service", "access": "no"}, Mode.FOOT, (0, 0)),
        ({"highway": "service", "access": "no", "foot": "yes"}, Mode.FOOT, (4.8, 4.8)),
        ({"highway": "residential", "motor_vehicle": "no"}, Mode.CAR_URGENT, (0, 0)),
        # A sign of 20 means 16; one of 100 on a primary street 1.3 times the usual 45.
        ({"highway": "primary", "maxspeed": "20"}, Mode.CAR, (16, 16)),
        ({"highway": "primary", "maxspeed": "100"}, Mode.CAR, (58.5, 58.5)),
        ({"highway": "primary", "maxspeed": "walk"}, Mode.CAR, (45, 45)),
    ],
)
def test_a_mode_goes_where_and_as_fast_as_the_tags_say(tags, mode, kmh):
    assert speeds_kmh(tags)[mode] == pytest.approx(kmh)


# Storing


def test_a_network_stored_and_read_again_is_the_same():
    network = linhe()

    again = StreetNetwork.from_arrays(network.to_arrays())

    before, after = network.to_arrays(), again.to_arrays()
    assert before.keys() == after.keys()
    assert all(np.array_equal(before[name], after[name]) for name in before)


@pytest.mark.parametrize("change", ["missing", "version", "modes"])
def test_arrays_of_another_version_are_refused(change):
    arrays = linhe().to_arrays()
    if change == "missing":
        del arrays["speed_mps"]
    elif change == "version":
        arrays["version"] = np.array(0)
    else:
        arrays["modes"] = np.array(["foot"])

    with pytest.raises(NetworkUnreadable):
        StreetNetwork.from_arrays(arrays)


# Looking up


@pytest.mark.row("A02")
def test_the_streets_of_a_patrol_area_are_found_by_name():
    network = linhe()

    found = segments_named(network, "健康路")

    assert [network.segment_name_of(segment) for segment in found.tolist()] == [
        "健康路"
    ] * 3
    assert segments_named(network, "无名路").tolist() == []
    assert segments_named(network, "").tolist() == []


def test_part_of_a_name_finds_the_streets_shortest_name_first():
    network = linhe()

    assert find_street_names(network, "经") == ["经三路", "经六路"]
    assert find_street_names(network, "河") == ["河滨路", "顺河路"]
    assert find_street_names(network, "  ") == []


@pytest.mark.row("A02")
def test_areas_that_share_a_border_share_no_street_and_miss_none():
    """The border runs through the middle of the town, across streets."""
    network = linhe()
    west, middle, east = -100.0, 310.0, 900.0
    low, high = -100.0, 700.0

    def area(left: float, right: float) -> np.ndarray:
        return PROJECTION.to_lonlat(
            [(left, low), (right, low), (right, high), (left, high)]
        )

    one = streets_within(network, area(west, middle)).tolist()
    other = streets_within(network, area(middle, east)).tolist()

    assert sorted(one + other) == list(range(network.n_segments))


def test_the_middle_of_a_bent_street_lies_on_the_street():
    """顺河路 K-N-O-L: half of 400 m is half-way from N to O."""
    network = linhe()

    middle = segment_middles(network)[segments_named(network, "顺河路")]

    assert middle == pytest.approx((at("N") + at("O")) / 2, abs=1e-7)


def test_all_modes_have_speeds_for_all_edges():
    network = linhe()

    assert network.speed_mps.shape == (len(MODES), network.n_edges)
