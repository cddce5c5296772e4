"""Effective patrol minutes of a duty: what is left without pauses and responses.

All times are moments; all arithmetic is exact. Each moment of a duty is one of three:
responding to a call, paused, or on patrol. A unit called out of its pause responds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from xunfang.core.errors import DomainError

MINUTE: Final = timedelta(minutes=1)
EFFECTIVE_MINUTES_REQUIRED: Final = 180
"""A foot patrol of three hours, pauses and calls not counted."""


class LegsOverlap(DomainError):
    """A unit is said to have moved in two ways at the same time."""

    code = "calendars.legs_overlap"


@dataclass(frozen=True, slots=True)
class Span:
    """From a moment to a later one, both with a time zone."""

    begins_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        """Refuse what is no span: the caller's bug."""
        if self.begins_at.tzinfo is None or self.ends_at.tzinfo is None:
            raise ValueError("a span needs moments with a time zone")
        if self.ends_at <= self.begins_at:
            raise ValueError("a span ends after it begins")

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.ends_at - self.begins_at


@dataclass(frozen=True, slots=True)
class Leg:
    """Part of a duty gone in one mode."""

    mode: str
    span: Span


@dataclass(frozen=True, slots=True)
class ModeTime:
    """Effective time in one mode; None: no leg says how."""

    mode: str | None
    effective: timedelta
    minutes: int


@dataclass(frozen=True, slots=True)
class PatrolTime:
    """A duty, taken apart: the three together are its whole length."""

    effective: timedelta
    responding: timedelta
    paused: timedelta
    by_mode: tuple[ModeTime, ...]
    required_minutes: int
    effective_spans: tuple[Span, ...]

    @property
    def effective_minutes(self) -> int:
        """Whole minutes on patrol. A minute counts when it is over."""
        return self.effective // MINUTE

    @property
    def is_short(self) -> bool:
        """Whether less was patrolled than required; exactly as much is enough."""
        return self.effective < self.required_minutes * MINUTE

    @property
    def missing_minutes(self) -> int:
        """Minutes missing to what is required, begun ones in full; 0 if none are."""
        missing = self.required_minutes * MINUTE - self.effective
        return max(0, -(-missing // MINUTE))


def patrol_time(
    duty: Span,
    *,
    pauses: Iterable[Span] = (),
    responses: Iterable[Span] = (),
    legs: Sequence[Leg] = (),
    required_minutes: int = EFFECTIVE_MINUTES_REQUIRED,
) -> PatrolTime:
    """Take a duty apart into patrol, response and pause, and patrol into modes.

    Parameters
    ----------
    duty
        From going on duty to going off.
    pauses, responses
        In any order; they may overlap one another and reach beyond the duty. What is
        both counts as response.
    legs
        In any order, none overlapping another. Time that no leg covers is counted
        under no mode, so that the modes together are always the total.

    Raises
    ------
    LegsOverlap
        Two legs overlap.
    """
    called = _join(_within(duty, responses))
    paused = _without(_join(_within(duty, pauses)), called)
    effective = _without(_without([duty], called), paused)
    total = _length(effective)

    ordered = sorted(legs, key=lambda leg: leg.span.begins_at)
    for one, following in pairwise(ordered):
        if following.span.begins_at < one.span.ends_at:
            message = (
                f"{one.mode} until {one.span.ends_at}, but {following.mode} "
                f"from {following.span.begins_at}"
            )
            raise LegsOverlap(message)
    modes: dict[str | None, timedelta] = {}
    for leg in ordered:
        inside = [span for part in effective for span in _within(leg.span, [part])]
        modes[leg.mode] = modes.get(leg.mode, timedelta()) + _length(inside)
    rest = total - sum(modes.values(), timedelta())
    if rest:
        modes[None] = rest
    return PatrolTime(
        effective=total,
        responding=_length(called),
        paused=_length(paused),
        by_mode=_in_minutes(modes, total),
        required_minutes=required_minutes,
        effective_spans=tuple(effective),
    )


def _in_minutes(
    modes: dict[str | None, timedelta], total: timedelta
) -> tuple[ModeTime, ...]:
    """Whole minutes of each mode, so that their sum is the total's whole minutes.

    The minutes lost by rounding down go to the modes that lost most (largest remainder).
    """
    minutes = {mode: length // MINUTE for mode, length in modes.items()}
    lost = total // MINUTE - sum(minutes.values())
    by_loss = sorted(modes, key=lambda mode: -(modes[mode] % MINUTE))
    for mode in by_loss[:lost]:
        minutes[mode] += 1
    return tuple(
        ModeTime(mode, length, minutes[mode]) for mode, length in modes.items()
    )


def _within(outer: Span, spans: Iterable[Span]) -> list[Span]:
    """Cut spans to those parts that lie within another."""
    cut = []
    for span in spans:
        begins_at = max(span.begins_at, outer.begins_at)
        ends_at = min(span.ends_at, outer.ends_at)
        if begins_at < ends_at:
            cut.append(Span(begins_at, ends_at))
    return cut


def _join(spans: Iterable[Span]) -> list[Span]:
    """Return the union of spans as spans apart from one another, in order."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda span: span.begins_at):
        if joined and span.begins_at <= joined[-1].ends_at:
            ends_at = max(joined[-1].ends_at, span.ends_at)
            joined[-1] = Span(joined[-1].begins_at, ends_at)
        else:
            joined.append(span)
    return joined


def _without(spans: list[Span], holes: list[Span]) -> list[Span]:
    """Take holes out of spans; both in order, neither overlapping itself."""
    left = []
    for span in spans:
        begins_at = span.begins_at
        for hole in _within(span, holes):
            if begins_at < hole.begins_at:
                left.append(Span(begins_at, hole.begins_at))
            begins_at = hole.ends_at
        if begins_at < span.ends_at:
            left.append(Span(begins_at, span.ends_at))
    return left


def _length(spans: Iterable[Span]) -> timedelta:
    return sum((span.length for span in spans), timedelta())
