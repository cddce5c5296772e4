"""Seats of a concentrated round: nobody stands while a seat is free."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xunfang.core.planning.muster import Seating, Vehicle, seat_the_rest


def test_own_vehicles_first_then_the_fewest_seats_that_hold_a_whole_unit():
    """Unit A fills its own car 1 (2 of 3). B goes whole into car 3, which holds it
    better than car 2; the last of A takes a seat of car 2.
    """
    people = [(11, "A"), (12, "A"), (13, "A"), (21, "B"), (22, "B")]
    vehicles = [Vehicle(1, "A", 2), Vehicle(2, "", 5), Vehicle(3, "", 2)]

    found = seat_the_rest(people, vehicles)

    assert found == Seating({11: 1, 12: 1, 21: 3, 22: 3, 13: 2}, ())


def test_unit_too_large_for_any_vehicle_is_split_over_the_roomiest():
    found = seat_the_rest(
        [(n, "A") for n in range(5)], [Vehicle(1, "", 2), Vehicle(2, "", 3)]
    )

    assert found == Seating({0: 2, 1: 2, 2: 2, 3: 1, 4: 1}, ())


def test_who_finds_no_seat_is_named():
    assert seat_the_rest([(1, "A"), (2, "A")], [Vehicle(7, "", 1)]) == Seating(
        {1: 7}, (2,)
    )
    assert seat_the_rest([(1, "A")], []) == Seating({}, (1,))


def test_negative_seats_are_the_callers_bug():
    with pytest.raises(ValueError, match="free seats"):
        Vehicle(1, "", -1)


@pytest.mark.row("A04")
@given(
    st.lists(st.sampled_from("ABCDE"), max_size=60),
    st.lists(st.tuples(st.sampled_from(["", *"ABC"]), st.integers(0, 7)), max_size=12),
)
def test_everybody_is_in_one_vehicle_and_nobody_is_left_while_a_seat_is_free(
    units, fleet
):
    people = list(enumerate(units))
    vehicles = [Vehicle(100 + n, *one) for n, one in enumerate(fleet)]

    found = seat_the_rest(people, vehicles)

    n_seats = sum(vehicle.n_free for vehicle in vehicles)
    n_in = Counter(found.vehicle_of.values())
    assert sorted([*found.vehicle_of, *found.left]) == [key for key, _ in people]
    assert all(n_in[vehicle.key] <= vehicle.n_free for vehicle in vehicles)
    assert len(found.left) == max(0, len(people) - n_seats)
    assert found == seat_the_rest(list(reversed(people)), list(reversed(vehicles)))
