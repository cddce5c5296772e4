"""Finding the streets that fixes were driven or walked on."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from tests.core.streets.walks import CAR, FOOT, NETWORK, gone, stand, together, walk
from tests.towns.linhe import at
from tests.towns.patrolled import Receiver, patrol
from tests.towns.real_traces import length_m, overlap_m, read_trace
from xunfang.core.streets.matching.bins import StreetBins, cover_streets
from xunfang.core.streets.matching.fixes import Fixes, tidy_fixes
from xunfang.core.streets.matching.graph import MatchGraph
from xunfang.core.streets.matching.match import Path, match_fixes
from xunfang.core.streets.modes import Mode
from xunfang.core.streets.turns import NoStreetsForMode
from xunfang.places.streets.osm import build, read_streets


def wander(
    seed: int, mode: Mode = Mode.CAR, *, n_units: int = 2, noise_m: float = 6.0
) -> Fixes:
    day = patrol(
        NETWORK,
        mode,
        rng=np.random.default_rng(seed),
        n_units=n_units,
        minutes=8,
        speed_kmh=25 if mode is Mode.CAR else 5,
        receiver=Receiver(noise_m=noise_m, lost_share=0.1, late_share=0.1),
    )
    return tidy_fixes(day.unit, day.t_s, day.lonlat)


def test_late_repeated_and_impossible_fixes_are_put_in_order():
    found = tidy_fixes(
        [2, 1, 1, 1, 1, 1],
        [5.0, 20.0, 10.0, 20.0, np.nan, 30.0],
        [(113, 34), (113.1, 34), (113.2, 34), (113.3, 34), (113, 34), (0, 0)],
    )

    assert found.unit.tolist() == [1, 1, 2]
    assert found.t_s.tolist() == [10.0, 20.0, 5.0]
    assert found.lonlat[:, 0].tolist() == [113.2, 113.1, 113.0]
    assert found.row.tolist() == [2, 1, 0]
    assert (found.n_repeated, found.n_invalid) == (1, 2)


def test_fixes_of_different_length_are_the_callers_bug():
    with pytest.raises(ValueError, match="2 units, 1 times, 0 positions"):
        tidy_fixes([1, 1], [0.0], np.empty((0, 2)))


def test_a_drive_is_found_from_its_first_fix_to_its_last():
    """50 m from fix to fix, 5 m north and east of the street: the first 5 m after E."""
    assert gone(match_fixes(CAR, walk("EFVG", aside_m=5.0))) == [
        ("EF", 5, 200), ("FV", 0, 100), ("VG", 0, 100), ("GH", 0, 5),
    ]  # fmt: skip


def test_a_walk_round_two_corners_goes_up_a_street_that_cars_may_only_come_down():
    up = walk("EFBU", pace_mps=1.5)

    on_foot, by_car = match_fixes(FOOT, up), match_fixes(CAR, up)

    assert gone(on_foot) == [("EF", 0, 200), ("FB", 0, 200), ("BU", 0, 95)]
    assert "FB" not in {edge for edge, _, _ in gone(by_car)}


def test_streets_between_two_fixes_far_apart_are_filled_in():
    """One fix in 60 s: E and, 400 m on, H."""
    fixes = walk("EFVGH", pace_mps=10.0, every_s=60.0)

    assert gone(match_fixes(CAR, fixes)) == [
        ("EF", 0, 200), ("FV", 0, 100), ("VG", 0, 100), ("GH", 0, 200),
    ]  # fmt: skip


def test_nothing_is_claimed_between_fixes_more_than_two_minutes_apart():
    before = walk("EF")
    after = walk("GH", begins_s=float(before.t_s[-1]) + 121)

    matched = match_fixes(CAR, together(before, after))

    assert gone(matched) == [("EF", 0, 200), ("GH", 0, 200)]
    assert matched.path.leg.tolist() == sorted(matched.path.leg.tolist())
    assert len(set(matched.path.leg.tolist())) == 2


def test_who_turns_round_on_foot_has_not_been_beyond():
    """E to 150 m towards F and back: fixes at 0, 15, ... 150 and down again."""
    out = walk("EF", pace_mps=1.5, every_s=10)
    out = tidy_fixes(out.unit[:11], out.t_s[:11], out.lonlat[:11])
    back = tidy_fixes(out.unit[:10], out.t_s[:10] + 110, out.lonlat[:10][::-1])

    assert gone(match_fixes(FOOT, together(out, back))) == [
        ("EF", 0, 150), ("FE", 50, 200),
    ]  # fmt: skip


def test_who_stands_for_a_quarter_of_an_hour_covers_next_to_nothing():
    matched = match_fixes(FOOT, stand("G", minutes=15, noise_m=7.0))

    assert matched.is_matched.all()
    assert len(set(matched.path.leg.tolist())) <= 1
    assert matched.path.length_m < 150


def test_fixes_off_the_map_are_not_matched():
    far_off = tidy_fixes([0] * 3, [0, 5, 10], at("A", "A", "A", north_m=3000))

    matched = match_fixes(CAR, far_off)

    assert not matched.is_matched.any()
    assert len(matched.path) == 0


def test_no_fixes_make_no_path():
    matched = match_fixes(CAR, tidy_fixes([], [], np.empty((0, 2))))

    assert (len(matched.fixes), len(matched.path)) == (0, 0)


def test_a_network_without_streets_for_the_mode_is_refused():
    closed = type(NETWORK).from_arrays(
        NETWORK.to_arrays() | {"speed_mps": np.zeros_like(NETWORK.speed_mps)}
    )

    with pytest.raises(NoStreetsForMode, match="car"):
        MatchGraph.build(closed, Mode.CAR)


@pytest.mark.parametrize("graph", [CAR, FOOT])
def test_the_table_of_ways_is_what_scipy_finds(graph):
    ways, n = graph.ways, NETWORK.n_nodes
    length_m = {}
    for edge in np.flatnonzero(ways.edge_is_open).tolist():
        key = int(ways.edge_tail[edge]), int(ways.edge_head[edge])
        length_m[key] = min(length_m.get(key, np.inf), ways.edge_length_m[edge])
    tail, head = np.array(list(length_m)).T
    limit = 500.0 if graph is FOOT else 1500.0
    exact = dijkstra(
        csr_array((list(length_m.values()), (tail, head)), shape=(n, n)), limit=limit
    )

    table = np.full((n, n), np.inf)
    source = np.repeat(np.arange(n), np.diff(ways.row_first))
    table[source, ways.row_node] = ways.row_length_m

    assert table == pytest.approx(exact, rel=1e-6)


def check_path(graph: MatchGraph, path: Path) -> None:
    """Fail unless pieces are parts of open edges, in time order, and connect."""
    ways = graph.ways
    assert ways.edge_is_open[path.edge].all()
    assert (path.from_m < path.to_m).all()
    assert (path.from_m >= 0).all()
    assert (path.to_m <= ways.edge_length_m[path.edge] + 1e-9).all()
    assert (path.enter_s <= path.leave_s).all()
    for row in range(1, len(path)):
        if path.unit[row] != path.unit[row - 1]:
            continue
        assert path.enter_s[row] >= path.leave_s[row - 1] - 1e-6
        if path.leg[row] != path.leg[row - 1]:
            continue
        a, b = int(path.edge[row - 1]), int(path.edge[row])
        whole = float(ways.edge_length_m[a])
        onward = a == b and path.from_m[row] == pytest.approx(path.to_m[row - 1])
        round_ = a == b ^ 1 and path.from_m[row] == pytest.approx(
            whole - path.to_m[row - 1], abs=1e-6
        )
        over = (
            ways.edge_head[a] == ways.edge_tail[b]
            and path.to_m[row - 1] == pytest.approx(whole)
            and path.from_m[row] == pytest.approx(0, abs=1e-6)
        )
        assert onward or round_ or over


@settings(max_examples=60)
@given(seed=st.integers(0, 10_000), noise_m=st.floats(0, 25), on_foot=st.booleans())
def test_a_path_is_connected_and_in_the_order_of_time(seed, noise_m, on_foot):
    graph = FOOT if on_foot else CAR
    fixes = wander(seed, graph.mode, noise_m=noise_m)

    matched = match_fixes(graph, fixes)

    check_path(graph, matched.path)
    used = matched.is_matched
    assert (
        matched.along_m[used] <= graph.ways.edge_length_m[matched.edge[used]] + 1e-9
    ).all()
    assert (matched.distance_m[used] <= graph.grid.radius_m).all()


@settings(max_examples=20)
@given(seed=st.integers(0, 10_000), order=st.randoms(use_true_random=False))
def test_the_order_and_repetition_of_fixes_changes_nothing(seed, order):
    fixes = wander(seed)
    rows = list(range(len(fixes))) + list(range(0, len(fixes), 3))
    order.shuffle(rows)

    again = tidy_fixes(fixes.unit[rows], fixes.t_s[rows], fixes.lonlat[rows])

    assert gone(match_fixes(CAR, again)) == gone(match_fixes(CAR, fixes))
    assert again.n_repeated == len(range(0, len(fixes), 3))


@settings(max_examples=20)
@given(first=st.integers(0, 10_000), second=st.integers(0, 10_000))
def test_coverage_only_grows_with_more_units_and_adds_up(first, second):
    bins = StreetBins.cut(NETWORK)
    one, other = wander(first, n_units=1), wander(second, n_units=1)
    other = tidy_fixes(other.unit + 1, other.t_s, other.lonlat)

    alone = [cover_streets(bins, match_fixes(CAR, part).path) for part in (one, other)]
    both = cover_streets(bins, match_fixes(CAR, together(one, other)).path)

    assert (both.is_covered >= alone[0].is_covered).all()
    assert np.array_equal(both.passes, (alone[0] + alone[1]).passes)
    assert both.driven_m == pytest.approx((alone[0] + alone[1]).driven_m)


@pytest.mark.shared
@pytest.mark.parametrize("number", [3, 5, 7])
def test_real_drives_are_found_by_length(shared_data, number):
    trace = read_trace(shared_data / "traces", number)
    graph = MatchGraph.build(trace.network, Mode.CAR)
    fixes = tidy_fixes(np.zeros(len(trace.t_s)), trace.t_s, trace.lonlat)

    path = match_fixes(graph, fixes).path

    found = list(zip(path.edge.tolist(), path.from_m, path.to_m, strict=True))
    both_m = overlap_m(found, trace.route)
    assert both_m / length_m(trace.route) >= 0.990
    assert both_m / length_m(found) >= 0.985


@pytest.mark.shared
def test_an_hour_in_shanghai_is_covered_as_it_was_driven(shared_data):
    network = build(
        read_streets(shared_data / "streets/shanghai_center.osm.pbf")
    ).network
    day = patrol(
        network,
        Mode.CAR,
        rng=np.random.default_rng(20261122),
        n_units=10,
        minutes=60,
        receiver=Receiver(lost_share=0.05, repeated_share=0.05, late_share=0.05),
    )
    graph, bins = MatchGraph.build(network, Mode.CAR), StreetBins.cut(network)

    path = match_fixes(graph, tidy_fixes(day.unit, day.t_s, day.lonlat)).path

    found = cover_streets(bins, path).is_covered
    true = cover_streets(bins, day.path).is_covered
    # Carriageways 8 m apart, one above the other at times, cannot all be told apart.
    assert (found & ~true).sum() <= 0.02 * found.sum()
    assert (true & ~found).sum() <= 0.02 * true.sum()
