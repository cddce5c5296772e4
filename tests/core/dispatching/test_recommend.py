"""The list of units for one call: order, reasons, and what is lacking."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from xunfang.core.dispatching.choice import NONE, closest, least_loss
from xunfang.core.dispatching.recommend import (
    Call,
    Cover,
    Dispatchable,
    Force,
    Limits,
    Option,
    Order,
    Reason,
    Requirement,
    Shortfall,
    Tier,
    Units,
    recommend,
)
from xunfang.core.geo import LocalProjection
from xunfang.core.streets.build import build_network
from xunfang.core.streets.modes import Mode
from xunfang.core.streets.source import StreetSource, Way
from xunfang.core.streets.travel import TravelTimes

INF = np.inf
WITHIN_A_MINUTE = Call((Requirement(Tier.STREET, 1, 60.0),))
FEMALE_OFFICER, DIALECT = 0, 1


def units_at(*arrival_s: float, **changes) -> Units:
    """Return ready street units 1, 2, ... of two, one of them sworn."""
    n_units = len(arrival_s)
    columns = {
        "number": np.arange(1, n_units + 1),
        "arrival_s": np.array(arrival_s, dtype=np.float64),
        "is_on_duty": np.ones(n_units, dtype=np.bool_),
        "dispatchable": np.full(n_units, Dispatchable.YES),
        "tier": np.full(n_units, Tier.STREET),
        "n_sworn": np.ones(n_units, dtype=np.int64),
        "n_auxiliaries": np.ones(n_units, dtype=np.int64),
        "position_age_s": np.zeros(n_units),
        "is_resting": np.zeros(n_units, dtype=np.bool_),
        "patrol_min_lost": np.zeros(n_units),
        "patrol_worth_lost": np.zeros(n_units),
        "declared": np.zeros((n_units, 2), dtype=np.bool_),
    }
    return Units(**columns | {name: np.array(value) for name, value in changes.items()})


def numbers(options) -> list[int]:
    return [option.number for option in options]


def _bridge() -> TravelTimes:
    """A street along the north bank, 3 km; one along the south bank; a bridge at its
    end 1,800 m east of the call."""
    plane = LocalProjection(113.65, 34.76)
    east_m = {1: (0, 0), 2: (1800, 0), 3: (3000, 0), 4: (0, -100), 5: (1800, -100)}
    nodes = np.array(list(east_m), dtype=np.int64)
    tags = {"highway": "primary"}
    ways = (
        Way(1, (1, 2, 3), tags),
        Way(2, (2, 5), tags),
        Way(3, (5, 4), tags),
    )
    lonlat = plane.to_lonlat(np.array(list(east_m.values()), dtype=np.float64))
    network = build_network(StreetSource(ways, nodes, lonlat))
    return TravelTimes(network, Mode.CAR)


@pytest.mark.row("H01")
def test_groups_at_300_900_and_2000_metres_by_road_are_listed_in_that_order():
    """A fourth group is 100 m from the call as the crow flies, across the river:
    1,800 + 100 + 1,800 m by road. A fifth is nearest of all, and off duty."""
    travel = _bridge()
    plane = LocalProjection(113.65, 34.76)
    stands_m = np.array([[2000, 0], [300, 0], [900, 0], [0, -100], [50, 0]], np.float64)
    at, call_at = plane.to_lonlat(stands_m), plane.to_lonlat(np.zeros((1, 2)))
    units = units_at(
        *travel.matrix_s(travel.snap(at), travel.snap(call_at))[:, 0],
        is_on_duty=[True, True, True, True, False],
    )

    found = recommend(WITHIN_A_MINUTE, units)

    routes = [travel.route(travel.snap(p[None]), travel.snap(call_at)) for p in at]
    road_m = [route.length_m for route in routes if route is not None]
    assert_allclose(road_m, [2000, 300, 900, 3700, 50], atol=2)
    ready = Dispatchable.YES
    assert [(option.number, option.dispatchable) for option in found.options] == [
        (2, ready),
        (3, ready),
        (1, ready),
        (4, ready),
    ]
    # On an errand, the one at 300 m stays in the list, behind those that are ready.
    on_errand = recommend(
        WITHIN_A_MINUTE, replace(units, dispatchable=np.array([2, 1, 2, 2, 2]))
    )
    assert [(option.number, option.dispatchable) for option in on_errand.options] == [
        (3, ready),
        (1, ready),
        (4, ready),
        (2, Dispatchable.WARN),
    ]


def test_a_unit_is_listed_with_all_that_speaks_for_it_and_what_it_costs():
    """Unit 1 alone covers the first cell: with q = 1/2, half of its 0.6 go with it."""
    cover = Cover(
        np.array([[0.0, 400.0], [400.0, 0.0]]), np.array([0.6, 0.4]), 300, 0.5
    )

    found = recommend(
        replace(WITHIN_A_MINUTE, needs=(FEMALE_OFFICER,)),
        units_at(
            50.0,
            90.0,
            declared=[[True, False], [True, True]],
            patrol_min_lost=[12.0, 0.0],
            patrol_worth_lost=[3.5, 0.0],
        ),
        cover=cover,
    )

    assert found.options[0] == Option(
        number=1,
        tier=Tier.STREET,
        dispatchable=Dispatchable.YES,
        is_offered=True,
        is_suggested=True,
        arrival_s=50.0,
        band_s=60.0,
        position_age_s=0.0,
        reasons=(
            Reason.CLOSEST_BY_ROAD,
            Reason.FORCE_ASKED_FOR,
            Reason.IN_BAND,
            Reason.MEETS_NEEDS,
            Reason.PATROL_BROKEN,
        ),
        shortfalls=(),
        cover_lost_share=0.3,
        patrol_min_lost=12.0,
        patrol_worth_lost=3.5,
    )
    assert found.options[1].reasons == (
        Reason.FORCE_ASKED_FOR,
        Reason.MEETS_NEEDS,
        Reason.LATE_FOR_BAND,
    )
    assert found.options[1].band_s == 180.0
    (force,) = found.forces
    assert force == Force(WITHIN_A_MINUTE.requirements[0], (1,), 0, 0, ())
    assert force.is_complete


@pytest.mark.parametrize(
    ("changes", "shortfalls"),
    [
        ({"dispatchable": [0]}, (Shortfall.NOT_DISPATCHABLE,)),
        ({"n_auxiliaries": [0]}, (Shortfall.NOT_STAFFED,)),
        ({"n_sworn": [0], "n_auxiliaries": [3]}, (Shortfall.NO_SWORN_OFFICER,)),
        ({"declared": [[False, True]]}, (Shortfall.NEED_NOT_DECLARED,)),
        ({"is_resting": [True]}, (Shortfall.RESTING,)),
        ({"position_age_s": [1801.0]}, (Shortfall.POSITION_TOO_OLD,)),
        ({"position_age_s": [INF]}, (Shortfall.POSITION_TOO_OLD,)),
        ({"arrival_s": [INF]}, (Shortfall.NO_WAY,)),
        ({"arrival_s": [901.0]}, (Shortfall.OUTSIDE_RADIUS,)),
        (
            {"n_sworn": [0], "n_auxiliaries": [0], "dispatchable": [0]},
            (
                Shortfall.NOT_DISPATCHABLE,
                Shortfall.NO_SWORN_OFFICER,
                Shortfall.NOT_STAFFED,
            ),
        ),
    ],
)
def test_a_unit_that_is_not_offered_is_listed_with_all_it_lacks(changes, shortfalls):
    call = replace(WITHIN_A_MINUTE, needs=(FEMALE_OFFICER,))
    units = units_at(60.0, **{"declared": [[True, False]]} | changes)

    found = recommend(call, units, limits=Limits(max_arrival_s=900.0))

    (option,) = found.options
    assert (option.is_offered, option.shortfalls) == (False, shortfalls)
    assert (option.reasons, found.offered) == ((), ())
    (force,) = found.forces
    assert (force.n_missing, force.why) == (1, tuple((s, 1) for s in shortfalls))


def test_cautions_come_after_ready_units_and_a_broken_rest_last():
    """Nearest first would be 1 to 5. Resting 2 is offered to a call that may break a
    rest, 1 is on an errand, the position of 3 is six minutes old."""
    units = units_at(
        10.0,
        20.0,
        30.0,
        40.0,
        50.0,
        dispatchable=[1, 2, 2, 2, 2],
        is_resting=[False, True, False, False, False],
        position_age_s=[0.0, 0.0, 360.0, 300.0, 0.0],
    )

    urgent = recommend(replace(WITHIN_A_MINUTE, may_break_rest=True), units)
    ordinary = recommend(WITHIN_A_MINUTE, units)

    assert numbers(urgent.offered) == [4, 5, 1, 3, 2]
    assert [option.reasons[-1] for option in urgent.offered[2:]] == [
        Reason.STATUS_WARNS,
        Reason.POSITION_OLD,
        Reason.REST_BROKEN,
    ]
    assert numbers(ordinary.offered) == [4, 5, 1, 3]
    assert ordinary.options[-1].shortfalls == (Shortfall.RESTING,)


def test_only_groups_that_declared_a_woman_officer_for_the_night_are_offered():
    units = units_at(
        10.0, 20.0, 30.0, declared=[[False, True], [True, False], [True, True]]
    )

    found = recommend(replace(WITHIN_A_MINUTE, needs=(FEMALE_OFFICER,)), units)
    both = recommend(replace(WITHIN_A_MINUTE, needs=(FEMALE_OFFICER, DIALECT)), units)

    assert numbers(found.offered) == [2, 3]
    assert numbers(both.offered) == [3]


def test_each_tier_of_force_is_asked_within_its_own_minutes():
    """Street within one, county within three, city within five minutes. The county car
    comes in four, the city has none on duty, of two street units one is not staffed."""
    call = Call(
        (
            Requirement(Tier.STREET, 2, 60.0),
            Requirement(Tier.COUNTY, 1, 180.0),
            Requirement(Tier.CITY, 1, 300.0),
        )
    )
    units = units_at(
        30.0,
        40.0,
        240.0,
        100.0,
        tier=[1, 1, 2, 3],
        n_sworn=[1, 0, 1, 1],
        is_on_duty=[True, True, True, False],
    )

    found = recommend(call, units)

    assert [
        (f.suggested, f.n_missing, f.n_late, f.is_complete, f.why) for f in found.forces
    ] == [
        (
            (1,),
            1,
            0,
            False,
            ((Shortfall.NO_SWORN_OFFICER, 1), (Shortfall.NOT_STAFFED, 1)),
        ),
        ((3,), 0, 1, False, ((Shortfall.OUTSIDE_BAND, 1),)),
        ((), 1, 0, False, ((Shortfall.NO_CANDIDATES, 0),)),
    ]
    assert [option.is_suggested for option in found.options] == [True, True, False]


def test_a_call_that_can_wait_leaves_the_unit_that_covers_most():
    """Both come in time; the nearer alone covers 0.9 of the demand."""
    call = Call((Requirement(Tier.STREET, 1, 300.0),), order=Order.LEAST_LOSS)
    cover = Cover(np.diag([0.0, 0.0, 0.0]), np.array([0.9, 0.1, 0.0]), 300, 0.2)
    cover = replace(cover, travel_s=np.where(np.eye(3), 0.0, 999.0))

    found = recommend(call, units_at(60.0, 200.0, 400.0), cover=cover)

    assert numbers(found.options) == [2, 1, 3]
    assert Reason.LEAST_COVER_LOST in found.options[0].reasons
    assert Reason.CLOSEST_BY_ROAD in found.options[1].reasons


def test_nobody_on_duty_is_an_empty_list_that_says_so():
    found = recommend(WITHIN_A_MINUTE, units_at())

    assert found.options == ()
    assert found.forces[0].why == ((Shortfall.NO_CANDIDATES, 0),)
    assert recommend(Call(()), units_at(5.0)).options[0].reasons == (
        Reason.CLOSEST_BY_ROAD,
    )


@pytest.mark.parametrize(
    "ask",
    [
        lambda: units_at(1.0, 2.0, number=[3, 3]),
        lambda: units_at(1.0, tier=[1, 1]),
        lambda: units_at(1.0, tier=[4]),
        lambda: units_at(1.0, dispatchable=[3]),
        lambda: units_at(-1.0),
        lambda: units_at(np.nan),
        lambda: units_at(1.0, declared=[True]),
        lambda: recommend(Call((), needs=(2,)), units_at(1.0)),
        lambda: recommend(Call(WITHIN_A_MINUTE.requirements * 2), units_at(1.0)),
        lambda: recommend(
            WITHIN_A_MINUTE,
            units_at(1.0),
            cover=Cover(np.zeros((2, 3)), np.ones(3), 300.0, 0.1),
        ),
    ],
)
def test_what_makes_no_sense_is_refused(ask):
    with pytest.raises(ValueError, match=r"must|twice"):
        ask()


arrivals = st.one_of(st.integers(0, 5).map(lambda i: 60.0 * i), st.just(INF))
rows = st.lists(
    st.tuples(
        arrivals,
        st.integers(0, 2),
        st.integers(1, 3),
        st.integers(0, 2),
        st.sampled_from([0.0, 301.0, INF]),
        st.booleans(),
        st.booleans(),
    ),
    min_size=1,
    max_size=8,
)


def _units(drawn) -> Units:
    arrival_s, status, tier, sworn, age_s, rests, on_duty = zip(*drawn, strict=True)
    return units_at(
        *arrival_s,
        dispatchable=status,
        tier=tier,
        n_sworn=sworn,
        position_age_s=age_s,
        is_resting=rests,
        is_on_duty=on_duty,
    )


def _reordered(units: Units, order: np.ndarray) -> Units:
    return Units(**{name: getattr(units, name)[order] for name in Units.__slots__})


@given(rows, st.randoms(use_true_random=False), st.sampled_from(Order), st.booleans())
def test_the_list_does_not_depend_on_the_order_in_which_units_are_given(
    drawn, random, by, may_break_rest
):
    units = _units(drawn)
    n_units = len(units.number)
    wanted = (Requirement(Tier.STREET, 2, 60.0), Requirement(Tier.COUNTY, 1, 180.0))
    call = Call(wanted, may_break_rest=may_break_rest, order=by)
    # Whole shares and q = 1/2: sums are exact in any order.
    travel_s = np.where(np.arange(4) % 3 == np.arange(n_units)[:, None] % 3, 0.0, 999.0)
    cover = Cover(travel_s, np.full(4, 0.25), 300.0, 0.5)
    order = np.array(random.sample(range(n_units), n_units))

    found = recommend(call, units, cover=cover)
    shuffled = recommend(
        call,
        _reordered(units, order),
        cover=replace(cover, travel_s=travel_s[order]),
    )

    assert found == shuffled
    assert {o.number for o in found.options} == set(
        units.number[units.is_on_duty].tolist()
    )
    for option in found.options:
        assert option.is_offered == (not option.shortfalls)
        assert option.is_offered or not option.is_suggested
    for force in found.forces:
        assert len(force.suggested) + force.n_missing == force.requirement.n_units


@given(st.lists(arrivals, min_size=1, max_size=8), st.integers(0, 300))
def test_the_first_of_the_list_is_whom_the_simulator_sends(arrival_s, within_s):
    units = units_at(*arrival_s)
    n_units = len(arrival_s)
    is_free = np.ones(n_units, dtype=np.bool_)
    cover = Cover(
        np.where(np.tri(n_units, dtype=np.bool_), 0.0, 999.0),
        np.full(n_units, 1.0 / n_units),
        300.0,
        0.5,
    )
    wanted = (Requirement(Tier.STREET, 1, float(within_s)),)

    nearest = recommend(Call(wanted), units, cover=cover)
    spared = recommend(Call(wanted, order=Order.LEAST_LOSS), units, cover=cover)

    loss = np.zeros(n_units)
    for option in spared.options:
        loss[option.number - 1] = option.cover_lost_share
    first = nearest.offered[0].number - 1 if nearest.offered else NONE
    assert first == closest(units.arrival_s, is_free)
    first = spared.offered[0].number - 1 if spared.offered else NONE
    assert first == least_loss(units.arrival_s, is_free, float(within_s), loss)
