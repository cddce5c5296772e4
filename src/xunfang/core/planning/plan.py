"""A patrol plan: what each unit does from the start to the end of its shift.

The JSON twin is ``docs/reference/patrol-plan.md``; ``format.py`` reads and writes it.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class EventKind(StrEnum):
    """What a unit is doing."""

    STOP = "stop"
    POST = "post"
    LOOP = "loop"
    PRESENCE = "presence"
    BREAK = "break"


@dataclass(frozen=True, slots=True)
class LoopVisit:
    """One short stay during the rounds of a loop."""

    at: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Event:
    """One thing a unit does at one place. Times as in the problem."""

    kind: EventKind
    id: str
    """Of the stop, post, loop or presence; for a break, its number from "1"."""
    at: int
    """Point where it begins."""
    exit: int
    """Point where it ends."""
    arrive: int
    start: int
    end: int
    visits: tuple[LoopVisit, ...] = ()
    """For a loop: its rounds, in order. Empty otherwise."""


@dataclass(frozen=True, slots=True)
class Route:
    """One unit's night. Without events the unit stays at its start."""

    unit: str
    depart: int
    events: tuple[Event, ...]
    back: int
    """When the unit is at its end point."""


@dataclass(frozen=True, slots=True)
class Unmet:
    """Something wanted that is not in the plan, why, and what it would take."""

    kind: EventKind
    id: str
    n_missing: int
    """Visits (or units, for a post or loop) that are missing."""
    mandatory: bool
    code: str
    """Why: see ``explain.py``."""
    facts: dict[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """Routes, what they are worth, and how good that is proven to be."""

    routes: tuple[Route, ...]
    value: float
    """Sum of the values earned. Mandatory things count by their value alone."""
    upper_bound: float | None = None
    """No plan that serves as many mandatory things is worth more; None: not computed."""
    unmet: tuple[Unmet, ...] = ()
    seed: int | None = None
    cpu_s: float | None = None
    stopped_early: bool = False

    @property
    def gap_share(self) -> float | None:
        """Share of the upper bound that might still be missing, in [0, 1]."""
        if self.upper_bound is None:
            return None
        if self.upper_bound <= 0:
            return 0.0
        return max(0.0, (self.upper_bound - self.value) / self.upper_bound)
