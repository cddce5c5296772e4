"""Near-best plans share the nights so that a watcher cannot learn them."""

from datetime import date
from hashlib import sha256

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xunfang.core.planning.plan import Event, EventKind, Plan, Route
from xunfang.core.planning.problem import Presence, Problem, Stop, Unit
from xunfang.core.planning.sealed_draw import (
    SealedDraw,
    SecretTooShort,
    draw,
    key_of_night,
    seal,
    verify,
)
from xunfang.core.planning.vary import N_TICKETS, NoPlans, hottest_places, vary

N_STOPS = 4
NIGHT = date(2026, 1, 31)
SECRET = b"sixteen or more bytes"


def _problem() -> Problem:
    stops = tuple(
        Stop(f"p{n}", n, n, 10, ((0, 10.0),), ((0, 239),)) for n in range(N_STOPS)
    )
    travel = {"car": np.zeros((N_STOPS, N_STOPS), dtype=np.int32)}
    return Problem(travel, (Unit("u1", "car", 0, 0, (0, 300)),), stops)


def _plan(begins: dict[int, int], value: float) -> Plan:
    events = tuple(
        Event(EventKind.STOP, f"p{n}", n, n, start, start, start + 10)
        for n, start in sorted(begins.items(), key=lambda item: item[1])
    )
    return Plan((Route("u1", 0, events, 300),), value)


def test_two_equal_plans_take_turns_and_one_bit_is_what_the_watcher_lacks():
    """Each visit has two half hours at 1/2 each: entropy 1 bit, best guess 1/2."""
    early = _plan({0: 0, 1: 30}, 100.0)
    late = _plan({0: 60, 1: 90}, 100.0)

    variation = vary(_problem(), (early, late), hot_places=("p0", "p1"))

    assert variation.tickets == pytest.approx((500_000, 500_000), abs=2000)
    report = variation.report
    assert report.n_visits_judged == 2
    assert report.bits_per_visit == pytest.approx(1.0, abs=1e-3)
    assert report.best_guess_share == pytest.approx(0.5, abs=2e-3)
    assert report.expected_value_share == pytest.approx(1.0)
    assert report.hot_coverage_min_share == pytest.approx(1.0)
    assert report.notes == ()


def test_one_plan_every_night_is_known_to_everybody():
    variation = vary(_problem(), (_plan({0: 0, 1: 30}, 100.0),))

    assert variation.tickets == (N_TICKETS,)
    assert variation.report.watcher_hit_share == 1.0
    assert variation.report.bits_per_visit == 0.0
    assert variation.report.arc_jaccard == 1.0


def test_the_value_floor_limits_how_often_the_poorer_plan_comes():
    """0.95 = q + 0.9 (1 - q) gives q = 1/2; at 0.98 it is 0.8."""
    plans = (_plan({0: 0}, 100.0), _plan({0: 60}, 90.0))

    variation = vary(_problem(), plans, value_floor_share=0.98)

    assert variation.weights == pytest.approx((0.8, 0.2), abs=1e-3)
    assert variation.report.expected_value_share == pytest.approx(0.98, abs=1e-4)
    assert variation.report.worst_value_share == pytest.approx(0.9)


def test_a_value_floor_above_all_plans_is_lowered_and_said():
    plans = (_plan({0: 0}, 90.0), _plan({0: 60}, 80.0))

    report = vary(_problem(), plans, best_value=100.0, value_floor_share=0.99).report

    assert report.notes == ("value_floor_lowered",)
    assert report.value_floor_share == pytest.approx(0.9)
    assert report.expected_value_share == pytest.approx(0.9)


def test_a_plan_that_leaves_a_hot_place_alone_is_not_drawn():
    plans = (
        _plan({0: 0, 1: 30}, 100.0),
        _plan({0: 60, 1: 90}, 99.5),
        _plan({0: 120}, 100.0),
    )

    variation = vary(_problem(), plans, hot_places=("p1",))

    assert variation.tickets[2] == 0
    assert variation.report.hot_coverage_min_share == 1.0


def test_hot_places_that_no_plan_holds_together_are_shared_as_well_as_can_be_and_said():
    plans = (_plan({0: 0}, 100.0), _plan({1: 0}, 100.0))

    report = vary(_problem(), plans, hot_places=("p0", "p1")).report

    assert report.notes == ("hot_floor_lowered",)
    assert report.hot_not_held == ("p0", "p1")
    assert report.hot_coverage_min_share == pytest.approx(0.5, abs=1e-3)


def test_a_visit_at_a_fixed_time_is_not_judged():
    problem = _problem()
    fixed = Stop("p9", 0, 0, 10, ((0, 10.0),), ((0, 20),))
    problem = Problem(problem.travel, problem.units, (*problem.stops, fixed))
    events = (Event(EventKind.STOP, "p9", 0, 0, 0, 0, 10),)

    report = vary(problem, (Plan((Route("u1", 0, events, 10),), 10.0),)).report

    assert report.n_visits_judged == 0


def test_each_band_of_a_presence_is_a_visit_of_its_own():
    """20:00-22:00 and 22:00-24:00; the second band is held by every plan."""
    presence = Presence("cell", 0, 10, ((0, 120, 10), (120, 240, 10)))
    problem = Problem(_problem().travel, _problem().units, presence=(presence,))

    def plan(*starts: int) -> Plan:
        events = tuple(
            Event(EventKind.PRESENCE, "cell", 0, 0, s, s, s + 10) for s in starts
        )
        return Plan((Route("u1", 0, events, 300),), 10.0)

    report = vary(problem, (plan(0, 120), plan(120))).report

    assert report.n_visits_judged == 2
    assert report.best_guess_share == pytest.approx(0.75, abs=2e-3)
    assert report.bits_per_visit == pytest.approx(0.5, abs=1e-3)


def test_the_hottest_places_are_those_worth_most_a_visit():
    stops = tuple(
        Stop(f"p{n}", 0, 0, 10, ((0, 1.0), (60, worth)), ((0, 120),))
        for n, worth in enumerate((30.0, 10.0, 20.0, 20.0))
    )
    presence = (Presence("cell", 0, 10, ((0, 120, 10),), value_per_minute=2.5),)
    gate = Stop("gate", 0, 0, 10, ((0, 99.0),), ((0, 30),))
    problem = Problem(_problem().travel, (), (*stops, gate), presence=presence)

    assert hottest_places(problem, top_share=0.6) == ("p0", "cell", "p2")


def test_without_plans_there_is_nothing_to_vary():
    with pytest.raises(NoPlans):
        vary(_problem(), ())


@st.composite
def pools(draw_from):
    n_plans = draw_from(st.integers(1, 8))
    starts = st.dictionaries(
        st.integers(0, N_STOPS - 1), st.integers(0, 239), min_size=1
    )
    return tuple(
        _plan(draw_from(starts), draw_from(st.integers(90, 100)))
        for _ in range(n_plans)
    )


@settings(deadline=None, max_examples=30)
@given(pools())
def test_floors_hold_whatever_the_pool_and_the_weights_are_nearly_the_best(plans):
    variation = vary(_problem(), plans, hot_places=("p0",), value_floor_share=0.97)

    report = variation.report
    assert sum(variation.tickets) == N_TICKETS
    assert report.expected_value_share >= report.value_floor_share - 1e-4
    assert report.hot_coverage_min_share is not None
    assert report.hot_coverage_min_share >= report.hot_floor_share - 1e-4
    assert report.value_floor_share == 0.97 or "value_floor_lowered" in report.notes
    assert 0.0 <= report.most_bits_missing <= 0.05


def test_the_draw_follows_the_weights_and_repeats_for_the_same_night():
    """Of 1,000 nights at 0.8, sd = sqrt(1000 * 0.8 * 0.2) = 12.6; 4 sd = 51."""
    plans = (_plan({0: 0}, 100.0), _plan({0: 60}, 90.0))
    variation = vary(_problem(), plans, value_floor_share=0.98)
    nights = [date.fromordinal(NIGHT.toordinal() + n) for n in range(1000)]

    drawn = [draw(variation, SECRET, night) for night in nights]

    assert abs(drawn.count(0) - 800) < 51
    assert drawn == [draw(variation, SECRET, night) for night in nights]


def test_a_sealed_draw_can_be_opened_and_checked_afterwards():
    variation = vary(_problem(), (_plan({0: 0}, 100.0), _plan({0: 60}, 100.0)))
    sealed = seal(variation, SECRET, NIGHT)

    key = key_of_night(variation, SECRET, NIGHT)

    assert sealed == SealedDraw(
        NIGHT,
        variation.digest,
        sha256(
            f"xunfang.seal/1|{key.hex()}|2026-01-31|{variation.digest}".encode()
        ).hexdigest(),
    )
    assert verify(sealed, variation, key) == draw(variation, SECRET, NIGHT)


def test_a_seal_does_not_fit_another_key_night_or_pool():
    plans = (_plan({0: 0}, 100.0), _plan({0: 60}, 100.0))
    variation = vary(_problem(), plans)
    other = vary(_problem(), (plans[0], _plan({0: 90}, 100.0)))
    sealed = seal(variation, SECRET, NIGHT)
    key = key_of_night(variation, SECRET, NIGHT)
    next_night = date(2026, 2, 1)

    assert verify(sealed, variation, b"x" + key[1:]) is None
    assert verify(sealed, other, key) is None
    assert verify(SealedDraw(next_night, *_rest(sealed)), variation, key) is None


def _rest(sealed: SealedDraw) -> tuple[str, str]:
    return sealed.pool_digest, sealed.commitment


def test_a_secret_that_can_be_guessed_is_refused():
    variation = vary(_problem(), (_plan({0: 0}, 100.0),))

    with pytest.raises(SecretTooShort):
        draw(variation, b"short", NIGHT)


def test_sixty_plans_of_a_station_leave_the_watcher_below_half():
    """Random begins over 8 half hours, uniform: a guess is right once in eight."""
    rng = np.random.default_rng(7)
    plans = [
        _plan({n: int(rng.integers(0, 240)) for n in range(N_STOPS)}, 100.0)
        for _ in range(60)
    ]

    report = vary(_problem(), plans, hot_places=("p0", "p1", "p2", "p3")).report

    assert report.watcher_hit_share <= 0.2
    assert report.bits_per_visit >= 2.9
    assert report.hot_coverage_min_share == pytest.approx(1.0)
