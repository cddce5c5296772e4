"""Small nights that can be followed with a pencil."""

from dataclasses import replace

import numpy as np
import pytest

from tests.core.simulation.towns import rates, square_city
from xunfang.core.simulation.calls import Calls, draw_calls, recorded_calls
from xunfang.core.simulation.city import City, Fleet
from xunfang.core.simulation.motion import between_s
from xunfang.core.simulation.rules import Moves, PatrolRule, Preemption, Rules
from xunfang.core.simulation.run import simulate
from xunfang.core.simulation.tables import RELOCATING, TO_CALL, TO_OWN_POST

LINE_M = 1000.0


def line(*, n_places: int = 5, target_s: float = 150.0, turnout_s: float = 0.0) -> City:
    """Places on one street, 1 km and 100 s apart; each is a post."""
    at = np.arange(n_places) * LINE_M
    return City(
        travel_s=np.abs(at[:, None] - at[None])[None] / 10.0,
        mode_of_hour=np.zeros(168, np.int64),
        speed_mps=np.array([10.0]),
        post_place=np.arange(n_places),
        target_s=np.full(n_places, target_s),
        area_of_place=np.zeros(n_places, np.int64),
        areas=("the street",),
        turnout_s=turnout_s,
    )


def calls(*rows: tuple[float, int, int, float]) -> Calls:
    """Time, place, priority and time on the scene of each call."""
    at_s, place, priority, service_s = (np.array(c) for c in zip(*rows, strict=True))
    return Calls(
        at_s=at_s.astype(float),
        place=place,
        class_=priority,
        priority=priority,
        service_s=service_s.astype(float),
        travel_factor=np.ones(len(at_s)),
        class_names=("urgent", "usual", "can wait"),
    )


def even(city: City) -> np.ndarray:
    return np.full((168, city.n_places), 1.0 / city.n_places)


def test_one_unit_and_two_calls():
    """Post at 0. Call at 2 km at t=100: there at 300, done at 900. The second, 1 km, came
    at 400 and waits until 900; there at 1000."""
    city = line()

    run = simulate(
        city,
        Fleet.always_on(np.array([0])),
        calls((100, 2, 1, 600), (400, 1, 1, 300)),
        Rules(),
        demand=even(city),
    )

    assert run.arrived_s.tolist() == [300.0, 1000.0]
    assert run.response_s().tolist() == [200.0, 600.0]
    assert run.is_late().tolist() == [True, True]
    assert run.sendings.sent_s.tolist() == [100.0, 900.0]
    assert run.sendings.ended_s.tolist() == [900.0, 1300.0]
    # 2 km, then 1 km to the second call, then 1 km home.
    assert run.driven_m[0, [TO_CALL, TO_OWN_POST]].tolist() == [3000.0, 1000.0]


def test_a_unit_on_its_way_home_is_sent_from_where_it_is():
    """Done at 4 km at t=500, it is back at 2 km at t=700: 1 km from the new call."""
    city = line()

    run = simulate(
        city,
        Fleet.always_on(np.array([0])),
        calls((0, 4, 1, 100), (700, 1, 1, 10)),
        Rules(),
        demand=even(city),
    )

    assert run.arrived_s.tolist() == [400.0, 800.0]


def test_turnout_counts_at_the_post_only():
    city = line(turnout_s=30.0)

    run = simulate(
        city,
        Fleet.always_on(np.array([0])),
        calls((0, 4, 1, 100), (730, 1, 1, 10)),
        Rules(),
        demand=even(city),
    )

    # 30 + 400; from 530 on its way home, at 2 km at 730: no turnout.
    assert run.arrived_s.tolist() == [430.0, 830.0]


def test_an_urgent_call_turns_a_unit_round_and_the_first_call_keeps_its_time():
    """On its way to 4 km it is at 1 km at t=100: 1 km from the urgent call at 2 km. Done
    there at t=500, it goes on to the first call, which came before that of t=150."""
    city = line()

    run = simulate(
        city,
        Fleet.always_on(np.array([0])),
        calls((0, 4, 2, 50), (100, 2, 0, 300), (150, 0, 2, 50)),
        Rules(preemption=Preemption()),
        demand=even(city),
    )

    assert run.sendings.call.tolist() == [0, 1, 0, 2]
    assert run.sendings.turned.tolist() == [True, False, False, False]
    assert run.arrived_s.tolist() == [700.0, 200.0, 1150.0]
    assert run.response_s()[0] == 700.0


def test_nobody_is_turned_round_for_little():
    """The free unit is 2 km away, who is on the road 1 km: 100 s are gained, 120 wanted."""
    city = line()

    run = simulate(
        city,
        Fleet.always_on(np.array([0, 4])),
        calls((0, 3, 2, 500), (100, 2, 0, 10)),
        Rules(preemption=Preemption(min_gain_s=120.0)),
        demand=even(city),
    )

    assert not run.sendings.turned.any()


def test_whose_duty_ends_finishes_the_call_and_takes_no_other():
    city = line()
    fleet = Fleet(
        np.array([0, 4]),
        np.array([0, 1]),
        np.array([0.0, 1000.0]),
        np.array([200.0, 5000.0]),
    )

    run = simulate(
        city,
        fleet,
        calls((100, 1, 1, 500), (650, 0, 1, 10)),
        Rules(),
        demand=even(city),
    )

    assert run.sendings.unit.tolist() == [0, 1]
    assert run.sendings.ended_s[0] == 700.0
    # The second unit comes on duty at 1000, four kilometres away.
    assert run.arrived_s.tolist() == [200.0, 1400.0]


def test_who_becomes_free_goes_where_nobody_covers():
    """Reach is one place to each side. At the beginning of duty the first goes from 0 to
    1, which covers three places and is nearer than 2 and 3; the second from 1 to 3,
    which adds two. The first is called to 0 before it has left, and then goes to 1
    again: 1 km. The second has gone 2 km. All is covered."""
    city = line()
    fleet = Fleet.always_on(np.array([0, 1]))
    rules = Rules(moves=Moves.FREED)

    run = simulate(city, fleet, calls((0, 0, 1, 100)), rules, demand=even(city))

    assert run.driven_m[:, RELOCATING].tolist() == [1000.0, 2000.0]
    assert run.ticks[-1, 5] == pytest.approx(1.0)


def test_idle_units_patrol_and_still_answer():
    city = line()
    patrol = PatrolRule(after_s=60.0, reach_s=300.0, dwell_s=300.0, every_s=3600.0)

    run = simulate(
        city,
        Fleet.always_on(np.array([2])),
        calls((20_000, 4, 1, 600), (40_000, 0, 1, 600)),
        Rules(patrol=patrol),
        demand=even(city),
    )

    assert run.n_visits > 50
    assert np.isfinite(run.arrived_s).all()
    assert (run.response_s() <= 400.0).all()


@pytest.mark.parametrize(
    ("a_s", "b_s", "leg_s", "share", "expected_s"),
    [
        (300.0, 400.0, 500.0, 0.0, 300.0),
        (300.0, 400.0, 500.0, 1.0, 400.0),
        # The foot of the height of a 3-4-5 triangle: 9/5 along the side of 5.
        (300.0, 400.0, 500.0, 0.36, 240.0),
        # On one street, past the middle: 300 behind, 200 before.
        (300.0, 200.0, 500.0, 0.6, 0.0),
        # A one-way street: back is far, but going on to the end is always possible.
        (450.0, 50.0, 400.0, 0.75, 150.0),
    ],
)
def test_between_two_ends(a_s, b_s, leg_s, share, expected_s):
    twin = getattr(between_s, "py_func", between_s)

    assert twin(a_s, b_s, leg_s, share) == pytest.approx(expected_s, abs=1e-6)


def test_each_kind_of_chance_has_a_stream_of_its_own():
    city = square_city()
    usual = rates(city, per_day=50.0)
    longer = replace(
        usual,
        classes=tuple(replace(c, service_median_s=9999.0) for c in usual.classes),
        travel_spread=0.9,
    )

    first, second = (
        draw_calls(r, n_days=5, rng=np.random.default_rng(8)) for r in (usual, longer)
    )

    assert first.at_s.tolist() == second.at_s.tolist()
    assert first.place.tolist() == second.place.tolist()
    assert first.class_.tolist() == second.class_.tolist()
    assert (second.service_s > first.service_s).all()


def test_calls_fall_as_the_rates_say():
    city = square_city()
    expected = rates(city, per_day=400.0)

    drawn = draw_calls(expected, n_days=364, rng=np.random.default_rng(2))

    hour = (drawn.at_s / 3600.0).astype(int) % 168
    for counted, wanted in (
        (np.bincount(hour, minlength=168), expected.per_hour.sum(axis=(1, 2))),
        (np.bincount(drawn.class_, minlength=3), expected.per_hour.sum(axis=(0, 2))),
        (
            np.bincount(drawn.place, minlength=city.n_places),
            expected.per_hour.sum(axis=(0, 1)),
        ),
    ):
        mean = wanted * 52.0
        # Poisson: five standard deviations for the worst of a few hundred.
        assert (np.abs(counted - mean) <= 5.0 * np.sqrt(mean) + 3.0).all()
    assert drawn.travel_factor.mean() == pytest.approx(1.0, abs=0.01)


def test_recorded_calls_keep_their_times_and_what_is_known_of_them():
    city = square_city()
    known_s = np.array([np.nan, 60.0, 120.0])

    replayed = recorded_calls(
        rates(city, per_day=1.0),
        at_s=np.array([500.0, 100.0, 900.0]),
        place=np.array([3, 4, 5]),
        class_=np.array([0, 1, 2]),
        service_s=known_s,
        rng=np.random.default_rng(1),
    )

    assert replayed.at_s.tolist() == [100.0, 500.0, 900.0]
    assert replayed.place.tolist() == [4, 3, 5]
    assert replayed.service_s[[0, 2]].tolist() == [60.0, 120.0]
    assert replayed.service_s[1] > 0.0


def test_the_callers_mistakes_are_named():
    city = line()
    fleet = Fleet.always_on(np.array([0]))
    some = calls((0, 1, 1, 10))

    with pytest.raises(ValueError, match="every place must be reachable"):
        replace(city, travel_s=np.full((1, 5, 5), np.inf))
    with pytest.raises(ValueError, match="overlap"):
        Fleet(
            np.array([0]), np.zeros(2, int), np.array([0.0, 5.0]), np.array([9.0, 9.0])
        )
    with pytest.raises(ValueError, match="no place of the city"):
        simulate(city, fleet, calls((0, 7, 1, 1)), Rules(), demand=even(city))
    with pytest.raises(ValueError, match="n_wanted"):
        simulate(city, fleet, some, Rules(moves=Moves.TABLE), demand=even(city))
    with pytest.raises(ValueError, match="less urgent"):
        Preemption(urgent_to=2, waits_from=1)
