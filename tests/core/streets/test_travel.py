"""Travel times in Linhe worked by hand; laws; SciPy's Dijkstra as the exact answer."""

from threading import Thread

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.streets.oracle import dijkstra_matrix_s
from tests.towns.linhe import at, between, linhe, segment_between
from xunfang.core.streets.modes import MODES, Mode
from xunfang.core.streets.network import SegmentUnknown
from xunfang.core.streets.travel import TravelTimes

NETWORK = linhe()
TRAVEL = {mode: TravelTimes(NETWORK, mode) for mode in MODES}

anywhere = st.lists(
    st.tuples(st.integers(-50, 850), st.integers(-50, 650)), min_size=1, max_size=6
).map(lambda metres: at(*["P"] * len(metres)) + (np.array(metres) * 1e-5 * [1.09, 0.9]))
modes = st.sampled_from(MODES)


def seconds(mode: Mode, origin: np.ndarray, destination: np.ndarray) -> float:
    travel = TRAVEL[mode]
    return float(travel.matrix_s(travel.snap(origin), travel.snap(destination))[0, 0])


def street_names(
    travel: TravelTimes, origin: np.ndarray, destination: np.ndarray
) -> list[str]:
    route = travel.route(travel.snap(origin), travel.snap(destination))
    assert route is not None
    names = [NETWORK.segment_name_of(segment) for segment in route.segments.tolist()]
    return [
        name
        for name, before in zip(names, ["", *names], strict=False)
        if name != before
    ]


def test_a_patrol_car_goes_round_where_it_may_not_turn_left():
    """From half of E-F to half of G-C. Straight: 8 + 8 + 8 + 12 = 36, forbidden.

    Round the north: 8 back to E, 18 to A, 57.6 along 北门街 to C would enter 经六路
    against its one way. So round the south: 8 to E, 18 to J, 36 to L, 24 to G from
    the south, 12 up 经六路: 98. Through 经三路: 8 to F, 24 to K, 18 to L, 24 to G,
    12: 86.
    """
    time_s = seconds(Mode.CAR, between("E", "F"), between("G", "C"))

    assert time_s == pytest.approx(86.0, abs=0.05)
    assert street_names(TRAVEL[Mode.CAR], between("E", "F"), between("G", "C")) == [
        "人民路",
        "经三路",
        "健康路",
        "经六路",
    ]


def test_on_an_urgent_call_the_turn_ban_does_not_hold():
    """(8 + 8 + 8 + 12) / 1.2 = 30."""
    time_s = seconds(Mode.CAR_URGENT, between("E", "F"), between("G", "C"))

    assert time_s == pytest.approx(30.0, abs=0.05)


def test_on_foot_the_alley_is_a_street_and_one_way_signs_do_not_count():
    """柳巷 is 200 m: 150 s. 经六路 southwards from half: 75 s."""
    assert seconds(Mode.FOOT, at("U"), at("V")) == pytest.approx(150, abs=0.1)
    assert seconds(Mode.FOOT, between("G", "C"), at("G")) == pytest.approx(75, abs=0.1)


def test_a_place_behind_on_a_one_way_street_is_reached_round_the_block():
    """From 3/4 of K-L back to 1/4 of it, one way eastwards, shortest block round.

    4.5 to L, 57.6 back along 顺河路 (400 m), 4.5: 66.6. Over 人民路 it would be 73.
    """
    time_s = seconds(Mode.CAR, between("K", "L", 0.75), between("K", "L", 0.25))

    assert time_s == pytest.approx(66.6, abs=0.05)


def test_a_place_ahead_on_the_same_street_is_reached_straight():
    """Half of K-L: 9 s."""
    assert seconds(Mode.CAR, between("K", "L", 0.25), between("K", "L", 0.75)) == (
        pytest.approx(9.0, abs=0.01)
    )


def test_behind_on_a_two_way_street_one_sets_out_the_other_way():
    """Half of H-M, 18 s: 9 s either way."""
    travel = TRAVEL[Mode.CAR]
    points = travel.snap(
        np.concatenate((between("H", "M", 0.25), between("H", "M", 0.75)))
    )

    times_s = travel.matrix_s(points, points)

    assert times_s == pytest.approx(np.array([[0, 9], [9, 0]]), abs=0.01)


def test_a_car_turns_round_only_at_the_dead_end():
    """From half of S-T to half of R-S: straight back. 14.4 + 14.4 = 28.8."""
    assert seconds(Mode.CAR, between("S", "T"), between("R", "S")) == (
        pytest.approx(28.8, abs=0.05)
    )


def test_the_gated_estate_opens_to_walkers_riders_and_urgent_calls_only():
    inside = at("I")
    lane = segment_between(NETWORK, "H", "I")

    entered = {mode for mode in MODES if TRAVEL[mode].snap(inside).segment[0] == lane}

    assert entered == {Mode.FOOT, Mode.BICYCLE, Mode.EBIKE, Mode.CAR_URGENT}


def test_a_route_is_drawn_from_the_point_to_the_point():
    """From half of E-F along 人民路 to half of F-V: 100 m + 50 m."""
    travel = TRAVEL[Mode.CAR]
    start, end = between("E", "F"), between("F", "V")

    route = travel.route(travel.snap(start), travel.snap(end))

    assert route is not None
    assert route.length_m == pytest.approx(150, abs=0.05)
    assert route.travel_time_s == pytest.approx(12, abs=0.05)
    assert route.lonlat == pytest.approx(
        np.concatenate((start, at("F"), end)), abs=2e-7
    )


def test_the_nearest_of_three_units_is_named_first():
    """To half of R-S: from half of M-S 9 + 14.4, from half of S-T 14.4 + 14.4."""
    travel = TRAVEL[Mode.CAR]
    units = travel.snap(np.concatenate((at("A"), between("S", "T"), between("M", "S"))))

    ranked = travel.nearest(units, travel.snap(between("R", "S")), n=2)

    assert [row for row, _ in ranked] == [2, 1]
    assert [time_s for _, time_s in ranked] == pytest.approx([23.4, 28.8], abs=0.05)


@settings(max_examples=60)
@given(origins=anywhere, destinations=anywhere, mode=modes)
def test_all_times_equal_those_of_dijkstra(origins, destinations, mode):
    travel = TRAVEL[mode]
    start, end = travel.snap(origins), travel.snap(destinations)

    times_s = travel.matrix_s(start, end)

    assert times_s.tolist() == dijkstra_matrix_s(travel, start, end).tolist()


@settings(max_examples=40)
@given(
    origins=anywhere,
    destinations=anywhere,
    mode=modes,
    closed=st.sets(st.integers(0, NETWORK.n_segments - 1), max_size=5),
)
def test_with_streets_closed_all_times_equal_those_of_dijkstra(
    origins, destinations, mode, closed
):
    travel = TRAVEL[mode]
    start, end = travel.snap(origins), travel.snap(destinations)
    closure = travel.close(closed)

    try:
        times_s = travel.matrix_s(start, end)
        exact_s = dijkstra_matrix_s(travel, start, end)
    finally:
        travel.reopen(closure)

    assert times_s.tolist() == exact_s.tolist()


@settings(max_examples=40)
@given(origins=anywhere, destination=anywhere, mode=modes)
def test_one_place_many_places_and_one_route_say_the_same(origins, destination, mode):
    travel = TRAVEL[mode]
    start, end = travel.snap(origins), travel.snap(destination[:1])

    times_s = travel.matrix_s(start, end)[:, 0]
    route = travel.route(start[:1], end)

    assert travel.to_place_s(start, end).tolist() == times_s.tolist()
    assert (route.travel_time_s if route else np.inf) == times_s[0]


@given(origins=anywhere, destinations=anywhere)
def test_an_urgent_call_is_never_slower(origins, destinations):
    """On points that both may use: those a routine car is put on."""
    routine, urgent = TRAVEL[Mode.CAR], TRAVEL[Mode.CAR_URGENT]
    start, end = routine.snap(origins), routine.snap(destinations)

    # Times are rounded to the millisecond for each of at most 60 edges.
    assert (urgent.matrix_s(start, end) <= routine.matrix_s(start, end) + 0.06).all()


@given(origins=anywhere, destinations=anywhere)
def test_walking_takes_as_long_there_as_back(origins, destinations):
    travel = TRAVEL[Mode.FOOT]
    start, end = travel.snap(origins), travel.snap(destinations)

    there, back = travel.matrix_s(start, end), travel.matrix_s(end, start)

    assert there == pytest.approx(back.T, abs=0.01)


def test_no_points_make_an_empty_table():
    travel = TRAVEL[Mode.CAR]
    nobody, somebody = travel.snap(np.empty((0, 2))), travel.snap(at("A"))

    assert travel.matrix_s(nobody, somebody).shape == (0, 1)
    assert travel.matrix_s(somebody, nobody).shape == (1, 0)
    assert travel.nearest(nobody, somebody) == []


def test_a_prepared_order_gives_the_same_times_sooner():
    travel = TRAVEL[Mode.CAR]
    again = TravelTimes(NETWORK, Mode.CAR, order=travel.order)
    points = travel.snap(at("A", "D", "T"))

    assert (
        again.matrix_s(points, points).tolist()
        == travel.matrix_s(points, points).tolist()
    )


# Closures


def test_a_closed_street_is_driven_round_from_the_next_answer_on():
    """With 东明路's bridge M-S closed, from half of H-M to half of R-S.

    Open: 9 + 18 + 14.4 = 41.4. Closed, over the other bridge: 9 to H, 48 along
    人民路 to E, 18 to J, 18 to P, 72 along 河滨路 to half of R-S: 165.
    """
    travel = TravelTimes(NETWORK, Mode.CAR)
    bridge = segment_between(NETWORK, "M", "S")
    start, end = travel.snap(between("H", "M")), travel.snap(between("R", "S"))
    before = travel.route(start, end)

    closure = travel.close([bridge])
    during = travel.route(start, end)
    travel.reopen(closure)
    after = travel.route(start, end)

    assert before is not None
    assert during is not None
    assert after is not None
    assert bridge in before.segments.tolist()
    assert bridge not in during.segments.tolist()
    assert before.travel_time_s == pytest.approx(41.4, abs=0.05)
    assert during.travel_time_s == pytest.approx(165, abs=0.05)
    assert after.edges.tolist() == before.edges.tolist()


def test_undoing_a_closure_restores_every_time_exactly():
    travel = TravelTimes(NETWORK, Mode.CAR)

    first = travel.close(range(12))
    second = travel.close(range(6, 20))
    travel.reopen(first)
    still = travel.closed_segments.tolist()
    travel.reopen(second)
    travel.reopen(second)

    assert still == list(range(6, 20))
    assert travel.closed_segments.tolist() == []
    assert travel.arc_time_ms.tolist() == travel.graph.arc_time_ms.tolist()


def test_who_stands_on_a_closed_street_may_leave_it_and_nobody_enters():
    travel = TravelTimes(NETWORK, Mode.CAR)
    points = travel.snap(np.concatenate((between("H", "M"), between("R", "S"))))

    travel.close([segment_between(NETWORK, "H", "M")])
    times_s = travel.matrix_s(points, points)

    assert times_s[0, 1] == pytest.approx(9 + 18 + 14.4, abs=0.05)
    assert times_s[1, 0] == np.inf
    assert travel.route(points[1:], points[:1]) is None


def test_a_place_on_a_closed_street_is_reached_from_the_next_street():
    travel = TravelTimes(NETWORK, Mode.CAR)
    place = between("H", "M", 0.6)

    travel.close([segment_between(NETWORK, "H", "M")])
    snapped = travel.snap(place)

    assert NETWORK.segment_name_of(int(snapped.segment[0])) == "东明路"
    assert snapped.lonlat == pytest.approx(at("M"), abs=2e-7)
    assert snapped.distance_m == pytest.approx([80], abs=0.1)


def test_closing_a_street_that_is_not_there_is_refused_and_closes_nothing():
    travel = TravelTimes(NETWORK, Mode.CAR)

    with pytest.raises(SegmentUnknown):
        travel.close([0, NETWORK.n_segments])

    assert travel.closed_segments.tolist() == []


def test_one_set_of_travel_times_serves_several_threads():
    travel = TRAVEL[Mode.CAR]
    points = travel.snap(at("A", "D", "P", "T", "G"))
    expected = travel.matrix_s(points, points).tolist()
    answers: list[object] = []

    def ask() -> None:
        answers.extend(travel.matrix_s(points, points).tolist() for _ in range(20))

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [expected] * 80
