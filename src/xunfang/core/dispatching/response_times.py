"""How fast help came: from which clock, by whose watch, and for how many nobody knows.

There is no one "response time". A time counts from a clock that is named (reported,
answered, order given, acknowledged) to the arrival of the unit that was there first. Only
arrivals that something besides one hand speaks for are measured; the rest is left out and
counted, so that pressing early never makes a figure better.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from xunfang.core.dispatching.sheets import (
    CallEvent,
    Source,
    Step,
    between,
    fold,
    that_count,
)

FROM_CLOCKS = (Step.REPORTED, Step.TAKEN, Step.ASSIGNED, Step.ACKNOWLEDGED)
"""Clocks a response may be counted from. The first two are the call's own."""

TWO_SOURCES_WITHIN_S = 60.0
"""Two entries of one arrival from different sources agree if they lie no farther apart."""
NEAR_M = 150.0
FRESH_S = 120.0
"""A position speaks for a press if it is no farther from the place and no older."""

MOST_UNTRUSTED_SHARE = 0.2
"""Of a unit with a larger share nothing is said in per cent."""
FEWEST_FOR_P90 = 10
"""Below this the ninetieth percentile is the slowest call under another name."""
FEWEST_FOR_PATTERNS = 20


class Trust(StrEnum):
    """What speaks for an arrival. Values are stored and shown: never rename one."""

    MACHINE = "machine"
    """A position or a terminal timed it."""
    TWO_SOURCES = "two_sources"
    """Pressed on a telephone that was near, or entered alike by two sources."""
    UNTRUSTED = "untrusted"
    """One hand only."""
    CONTRADICTORY = "contradictory"
    """Its times cannot all be right: arrived before the order was given."""
    NO_ARRIVAL = "no_arrival"
    """A unit was sent and no arrival is known."""

    @property
    def is_trusted(self) -> bool:
        """Whether the arrival is measured."""
        return self in {Trust.MACHINE, Trust.TWO_SOURCES}


@dataclass(frozen=True, slots=True)
class Witness:
    """Where the crew was by its last position when it pressed "arrived"."""

    distance_m: float
    position_age_s: float

    @property
    def is_near(self) -> bool:
        """Whether it speaks for the press."""
        return self.distance_m <= NEAR_M and self.position_age_s <= FRESH_S


@dataclass(frozen=True, slots=True)
class Response:
    """One call to which a unit was sent, as far as its arrival is known."""

    key: int
    """Of the call."""
    assignment: int | None
    """The unit that was there first; None where nobody's arrival is known."""
    trust: Trust
    seconds_from: Mapping[Step, float]
    """Seconds from each known clock to the arrival; empty without one."""
    acknowledged_s: float | None
    """From the order to that unit's acknowledgement."""
    departed_s: float | None
    """From the order to its setting out."""
    fed_back_s: float | None
    """From the order to the feedback."""
    is_on_the_minute: bool = False
    """Whether the arrival was entered at a full minute."""


def response_of(
    key: int, events: Iterable[CallEvent], witnesses: Mapping[int, Witness]
) -> Response | None:
    """Return how fast help came to one call; None where no unit was sent.

    Parameters
    ----------
    events
        The call's log, in any order.
    witnesses
        By the key of the event of an arrival.
    """
    holding = that_count(events)
    sheet = fold(holding)
    if not sheet.assignments:
        return None
    arrived = [
        (unit.clocks[Step.ARRIVED], unit.assignment)
        for unit in sheet.assignments.values()
        if Step.ARRIVED in unit.clocks
    ]
    if arrived:
        moment, first = min(arrived)
        clocks = dict(sheet.assignments[first].clocks)
        trust = _trust(
            [
                event
                for event in holding
                if event.step is Step.ARRIVED and event.assignment == first
            ],
            witnesses,
        )
    else:
        moment, first, trust = None, None, Trust.NO_ARRIVAL
        clocks = dict(
            min(
                sheet.assignments.values(), key=lambda unit: min(unit.clocks.values())
            ).clocks
        )
    clocks |= {
        step: at
        for step, at in sheet.clocks.items()
        if step in {Step.REPORTED, Step.TAKEN, Step.FED_BACK}
    }
    seconds_from = {
        step: seconds
        for step in FROM_CLOCKS
        if (seconds := between(clocks, step, Step.ARRIVED)) is not None
    }
    if any(seconds < 0 for seconds in seconds_from.values()):
        trust = Trust.CONTRADICTORY
    return Response(
        key=key,
        assignment=first,
        trust=trust,
        seconds_from=seconds_from,
        acknowledged_s=between(clocks, Step.ASSIGNED, Step.ACKNOWLEDGED),
        departed_s=between(clocks, Step.ASSIGNED, Step.DEPARTED),
        fed_back_s=between(clocks, Step.ASSIGNED, Step.FED_BACK),
        is_on_the_minute=moment is not None
        and (moment.second, moment.microsecond) == (0, 0),
    )


def _trust(entries: Sequence[CallEvent], witnesses: Mapping[int, Witness]) -> Trust:
    """Say what speaks for the first of a unit's entries of its arrival, in time."""
    first = entries[0]
    if first.source is Source.MACHINE:
        return Trust.MACHINE
    witness = witnesses.get(first.key)
    if first.source is Source.PHONE and witness is not None and witness.is_near:
        return Trust.TWO_SOURCES
    for other in entries[1:]:
        apart_s = (other.happened_at - first.happened_at).total_seconds()
        if other.source is not first.source and apart_s <= TWO_SOURCES_WITHIN_S:
            return Trust.TWO_SOURCES
    return Trust.UNTRUSTED


class Pattern(StrEnum):
    """What makes times implausible, however good they look. Shown: never rename one."""

    ALIKE = "alike"
    """Nine tenths of the times lie within a tenth of the middle one."""
    ON_THE_MINUTE = "on_the_minute"
    """Half or more of the arrivals are at full minutes: typed, not pressed."""
    AT_ONCE = "at_once"
    """A fifth or more arrive within ten seconds of the order."""
    NEARLY_ALL_IN_TIME = "nearly_all_in_time"
    """99 in 100 within five minutes, as bulletins have it where buttons are pressed."""


@dataclass(frozen=True, slots=True)
class Summary:
    """How fast help came to a group of calls, and how much of it is known."""

    n_calls: int
    """To which a unit was sent."""
    by_trust: Mapping[Trust, int]
    n_measured: int
    """Trusted, and with the clock that is counted from."""
    p50_s: float | None
    p90_s: float | None
    n_within: int | None
    """Measured ones within the target; None where there is no target."""
    patterns: tuple[Pattern, ...]

    @property
    def n_trusted(self) -> int:
        return sum(n for trust, n in self.by_trust.items() if trust.is_trusted)

    @property
    def n_arrived(self) -> int:
        return self.n_calls - self.by_trust.get(Trust.NO_ARRIVAL, 0)

    @property
    def trusted_share(self) -> float | None:
        """Trusted arrivals of all arrivals; None without one."""
        return self.n_trusted / self.n_arrived if self.n_arrived else None

    @property
    def is_too_uncertain(self) -> bool:
        """Whether too many arrivals are untrusted to say anything in per cent."""
        return (
            self.trusted_share is not None
            and 1.0 - self.trusted_share > MOST_UNTRUSTED_SHARE
        )

    @property
    def within_share(self) -> float | None:
        """Measured ones within the target; None where it may not be said."""
        if self.n_within is None or not self.n_measured or self.is_too_uncertain:
            return None
        return self.n_within / self.n_measured


def summarise(
    responses: Collection[Response], *, since: Step, target_s: float | None = None
) -> Summary:
    """Return what a group of calls says, counted from one clock.

    Raises
    ------
    ValueError
        ``since`` is no clock a response is counted from.
    """
    if since not in FROM_CLOCKS:
        message = f"{since} is no clock a response is counted from"
        raise ValueError(message)
    times = sorted(
        response.seconds_from[since]
        for response in responses
        if response.trust.is_trusted and since in response.seconds_from
    )
    return Summary(
        n_calls=len(responses),
        by_trust=Counter(response.trust for response in responses),
        n_measured=len(times),
        p50_s=percentile(times, 0.5) if times else None,
        p90_s=percentile(times, 0.9) if len(times) >= FEWEST_FOR_P90 else None,
        n_within=None
        if target_s is None
        else sum(seconds <= target_s for seconds in times),
        patterns=_patterns(responses),
    )


def percentile(times: Sequence[float], share: float) -> float:
    """Return the shortest time that at least a share of the calls did not exceed.

    It is one of the times, so that it can be looked up. ``times`` ascend.

    >>> percentile([60.0, 120.0, 180.0, 600.0], 0.5)
    120.0
    """
    # The tiny subtraction keeps 0.9 * 10 = 9.000000000000002 from asking for a tenth.
    return times[max(0, ceil(share * len(times) - 1e-9) - 1)]


def _patterns(responses: Collection[Response]) -> tuple[Pattern, ...]:
    """Return what is implausible about arrivals, trusted or not: from the order on."""
    known = [r for r in responses if Step.ASSIGNED in r.seconds_from]
    times = sorted(r.seconds_from[Step.ASSIGNED] for r in known)
    n = len(times)
    if n < FEWEST_FOR_PATTERNS:
        return ()
    middle = percentile(times, 0.5)
    alike = sum(abs(seconds - middle) <= 0.1 * middle for seconds in times)
    checks = {
        Pattern.ALIKE: alike >= 0.9 * n,
        Pattern.ON_THE_MINUTE: sum(r.is_on_the_minute for r in known) >= 0.5 * n,
        Pattern.AT_ONCE: sum(0 <= seconds <= 10 for seconds in times) >= 0.2 * n,
        Pattern.NEARLY_ALL_IN_TIME: sum(seconds <= 300 for seconds in times) >= 0.99 * n
        and n >= 5 * FEWEST_FOR_PATTERNS,
    }
    return tuple(pattern for pattern, holds in checks.items() if holds)


ACKNOWLEDGED_BOUNDS_S = (30.0, 60.0, 120.0, 180.0)
ARRIVED_BOUNDS_S = (300.0, 600.0, 900.0, 1800.0)
FED_BACK_BOUNDS_S = (1800.0, 3600.0, 7200.0, 14400.0)
"""The bands of the weekly 110 bulletins; a time on a bound belongs below it."""


def count_bands(times: Iterable[float | None], bounds_s: Sequence[float]) -> list[int]:
    """Return how many times lie in each band, the last one open; unknown ones nowhere.

    >>> count_bands([10.0, 30.0, 31.0, 500.0, None], ACKNOWLEDGED_BOUNDS_S)
    [2, 1, 0, 0, 1]
    """
    counts = [0] * (len(bounds_s) + 1)
    for seconds in times:
        if seconds is not None and seconds >= 0:
            band = sum(seconds > bound for bound in bounds_s)
            counts[band] += 1
    return counts
