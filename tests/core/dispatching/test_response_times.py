"""How fast help came: worked by hand, and what no figure may hide."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xunfang.core.dispatching.response_times import (
    ARRIVED_BOUNDS_S,
    Pattern,
    Response,
    Trust,
    Witness,
    count_bands,
    percentile,
    response_of,
    summarise,
)
from xunfang.core.dispatching.sheets import CallEvent, Source, Step

EIGHT = datetime(2026, 8, 14, 12, tzinfo=UTC)


def event(key, step, seconds, *, unit=None, source=Source.DESK, **more):
    at = EIGHT + timedelta(seconds=seconds)
    return CallEvent(key, step, at, at, source, unit, **more)


def log(*arrivals, acknowledged=90):
    """A call reported at 0, answered at 5, unit 1 sent at 60."""
    return [
        event(1, Step.REPORTED, 0),
        event(2, Step.TAKEN, 5),
        event(3, Step.ASSIGNED, 60, unit=1),
        event(4, Step.ACKNOWLEDGED, acknowledged, unit=1, source=Source.PHONE),
        *arrivals,
    ]


def test_each_clock_is_its_own_time_to_the_first_unit_there():
    """The second unit, sent at 100, is there at 200, before the first one at 360."""
    events = [
        *log(event(5, Step.ARRIVED, 360, unit=1, source=Source.MACHINE)),
        event(6, Step.ASSIGNED, 100, unit=2),
        event(7, Step.ACKNOWLEDGED, 110, unit=2),
        event(8, Step.DEPARTED, 130, unit=2),
        event(9, Step.ARRIVED, 200, unit=2, source=Source.MACHINE),
        event(10, Step.FED_BACK, 1000),
    ]

    assert response_of(7, events, {}) == Response(
        key=7,
        assignment=2,
        trust=Trust.MACHINE,
        seconds_from={
            Step.REPORTED: 200.0,
            Step.TAKEN: 195.0,
            Step.ASSIGNED: 100.0,
            Step.ACKNOWLEDGED: 90.0,
        },
        acknowledged_s=10.0,
        departed_s=30.0,
        fed_back_s=900.0,
        is_on_the_minute=False,
    )


PRESS = event(5, Step.ARRIVED, 300, unit=1, source=Source.PHONE)


@pytest.mark.parametrize(
    ("arrivals", "witnesses", "trust"),
    [
        ([event(5, Step.ARRIVED, 300, unit=1, source=Source.MACHINE)], {}, "machine"),
        ([PRESS], {5: Witness(149.0, 119.0)}, "two_sources"),
        ([PRESS], {5: Witness(151.0, 10.0)}, "untrusted"),
        ([PRESS], {5: Witness(10.0, 121.0)}, "untrusted"),
        ([PRESS], {}, "untrusted"),
        # A witness speaks for a press on a telephone, not for what a desk typed.
        ([event(5, Step.ARRIVED, 300, unit=1)], {5: Witness(1.0, 1.0)}, "untrusted"),
        (
            [PRESS, event(6, Step.ARRIVED, 359, unit=1, source=Source.MIRROR)],
            {},
            "two_sources",
        ),
        (
            [PRESS, event(6, Step.ARRIVED, 361, unit=1, source=Source.MIRROR)],
            {},
            "untrusted",
        ),
        (
            [PRESS, event(6, Step.ARRIVED, 310, unit=1, source=Source.PHONE)],
            {},
            "untrusted",
        ),
        ([event(5, Step.ARRIVED, 30, unit=1)], {}, "contradictory"),
        ([], {}, "no_arrival"),
    ],
)
def test_an_arrival_is_trusted_when_more_than_one_hand_speaks_for_it(
    arrivals, witnesses, trust
):
    found = response_of(1, log(*arrivals), witnesses)

    assert found is not None
    assert found.trust == trust


def test_a_call_to_which_nobody_was_sent_has_no_response():
    assert response_of(1, [event(1, Step.REPORTED, 0)], {}) is None


def test_a_corrected_arrival_counts_as_corrected():
    events = log(
        event(5, Step.ARRIVED, 300, unit=1),
        event(6, Step.ARRIVED, 400, unit=1, corrects=5),
    )

    found = response_of(1, events, {})

    assert found is not None
    assert found.seconds_from[Step.ASSIGNED] == 340.0


def row(seconds, trust=Trust.MACHINE, *, on_the_minute=False):
    known = {} if trust is Trust.NO_ARRIVAL else {Step.ASSIGNED: float(seconds)}
    return Response(0, 1, trust, known, None, None, None, on_the_minute)


def test_a_group_says_how_much_of_it_is_known():
    """Ten measured, 60 to 600 s: the fifth is the middle, the ninth the ninetieth.

    Two untrusted of thirteen arrivals, one contradictory: 3/13 = 23 % too many.
    """
    rows = [
        *(row(60 * n) for n in range(1, 11)),
        *(row(5, Trust.UNTRUSTED) for _ in range(2)),
        row(-5, Trust.CONTRADICTORY),
        row(0, Trust.NO_ARRIVAL),
    ]

    found = summarise(rows, since=Step.ASSIGNED, target_s=300.0)

    assert (found.n_calls, found.n_arrived, found.n_trusted) == (14, 13, 10)
    assert (found.p50_s, found.p90_s) == (300.0, 540.0)
    assert found.n_within == 5
    assert found.is_too_uncertain
    assert found.within_share is None


def test_a_fifth_untrusted_is_still_said_in_per_cent():
    rows = [*(row(200) for _ in range(4)), row(5, Trust.UNTRUSTED)]

    found = summarise(rows, since=Step.ASSIGNED, target_s=180.0)

    assert (found.trusted_share, found.within_share) == (0.8, 0.0)


def test_nine_calls_have_no_ninetieth_percentile():
    found = summarise([row(60)] * 9, since=Step.ASSIGNED)

    assert (found.p50_s, found.p90_s) == (60.0, None)


def test_a_clock_that_is_none_is_refused():
    with pytest.raises(ValueError, match="no clock"):
        summarise([], since=Step.CLOSED)


@pytest.mark.parametrize(
    ("rows", "patterns"),
    [
        ([row(200 + n % 10) for n in range(20)], (Pattern.ALIKE,)),
        (
            [row(60 * n, on_the_minute=n % 2 == 0) for n in range(20)],
            (Pattern.ON_THE_MINUTE,),
        ),
        ([row(5 if n < 4 else 50 * n) for n in range(20)], (Pattern.AT_ONCE,)),
        (
            [row(100 + 2 * n % 200) for n in range(100)],
            (Pattern.NEARLY_ALL_IN_TIME,),
        ),
        ([row(60 * n) for n in range(1, 21)], ()),
        ([row(200)] * 19, ()),
    ],
)
def test_what_is_too_good_is_named(rows, patterns):
    assert summarise(rows, since=Step.ASSIGNED).patterns == patterns


@given(st.lists(st.floats(0, 1e5), min_size=1), st.floats(0.01, 1.0))
def test_a_percentile_is_one_of_the_times_and_holds_its_share(times, share):
    times.sort()

    found = percentile(times, share)

    assert found in times
    assert sum(one <= found for one in times) >= share * len(times) - 1e-6


def test_bands_are_those_of_the_bulletin_and_a_bound_belongs_below():
    assert count_bands([0, 300, 301, 600, 900, 1800, 1801, None], ARRIVED_BOUNDS_S) == [
        *(2, 2, 1, 1, 1),
    ]
