"""The patrol problem: units on shift, places worth being at, and what binds them.

Everything here is a statement, not a method: frozen dataclasses with whole-number
times. The unit of time is ``Problem.time_unit_s`` (a minute unless stated), counted
from ``Problem.origin``; travel is rounded up before it comes here. The JSON twin of
these classes is ``docs/reference/patrol-problem.md``; ``format.py`` reads and writes it.

Places are indices ("points") into the travel matrices.
"""

from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

type Window = tuple[int, int]
"""First and last moment, both allowed, at which something may begin."""

UNREACHABLE = 1 << 28
"""Travel time where no way leads. Large, yet a few of them still add up in int32."""


@dataclass(frozen=True, slots=True)
class Crew:
    """Who is in a unit."""

    sworn: int = 2
    auxiliary: int = 0

    @property
    def total(self) -> int:
        return self.sworn + self.auxiliary


@dataclass(frozen=True, slots=True)
class CrewNeed:
    """Who must come. Auxiliaries never work alone: one sworn officer is implied."""

    sworn: int = 1
    total: int = 1


@dataclass(frozen=True, slots=True)
class Break:
    """A meal break: begins inside ``window`` and lasts ``minutes`` time units.

    It is taken at point ``at``; where ``at`` is None, wherever the unit stands: before
    it sets out, or after a stop and before it drives on.
    """

    window: Window
    minutes: int
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """One crew that moves together."""

    id: str
    mode: str
    start: int
    end: int
    shift: Window
    """Leaves ``start`` no earlier than the first, is at ``end`` no later than the last."""
    breaks: tuple[Break, ...] = ()
    crew: Crew = Crew()
    tags: frozenset[str] = frozenset()
    max_drive: int | None = None
    """Longest time under way in the whole shift; None means no limit."""


@dataclass(frozen=True, slots=True)
class Need:
    """Which units may serve something."""

    crew: CrewNeed = CrewNeed()
    modes: frozenset[str] | None = None
    """Modes allowed; None means any mode."""
    tags: frozenset[str] = frozenset()
    """Tags the unit must carry, all of them."""
    only_units: frozenset[str] | None = None
    not_units: frozenset[str] = frozenset()

    def barriers(self, unit: Unit) -> tuple[str, ...]:
        """Return the codes of all that keeps this unit away; empty if it may serve."""
        found = []
        if unit.crew.sworn < self.crew.sworn:
            found.append("too_few_sworn")
        if unit.crew.total < self.crew.total:
            found.append("too_few_people")
        if self.modes is not None and unit.mode not in self.modes:
            found.append("wrong_mode")
        if not self.tags <= unit.tags:
            found.append("tag_missing")
        if self.only_units is not None and unit.id not in self.only_units:
            found.append("reserved_for_others")
        if unit.id in self.not_units:
            found.append("excluded")
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is wanted: a code that a page translates, and its facts."""

    code: str
    facts: dict[str, str | int | float] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Stop:
    """A place to be for a while, once or several times in the night."""

    id: str
    at: int
    exit: int
    """Where the unit is when it has finished: equal to ``at`` except on a street."""
    dwell: int | dict[str, int]
    """Time spent, for every mode or by mode. A mode that is missing may not serve."""
    value: tuple[tuple[int, float], ...]
    """Steps ``(from, value)``: worth of one visit that begins at or after ``from``.
    The first step holds from the beginning of time."""
    windows: tuple[Window, ...]
    """When the dwell may begin."""
    mandatory: bool = False
    priority: int = 1
    """Among mandatory things, 1 goes first."""
    visits_min: int = 1
    """Visits a mandatory stop must have."""
    visits_max: int = 1
    min_gap: int = 0
    """From the end of one visit to the beginning of the next, at least."""
    max_gap: int | None = None
    """From the end of one visit to the beginning of the next, at most."""
    reversible: bool = False
    """The unit may also enter at ``exit`` and leave at ``at``."""
    need: Need = Need()
    layer: str = "baseline"
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """Somebody stands here for the whole of a window: a school gate, a crossing."""

    id: str
    at: int
    window: Window
    """From the first to the last moment of presence."""
    units: int = 1
    mandatory: bool = True
    priority: int = 1
    value: float = 0.0
    """Worth of each unit that comes, beside the duty itself."""
    need: Need = Need()
    layer: str = "baseline"
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Loop:
    """Rounds among a few points, so that none is left alone longer than ``max_gap``.

    A unit that serves a loop does nothing else from the first to the last moment of
    its window. How many units it takes follows from the round's length and is computed.
    """

    id: str
    at: tuple[int, ...]
    dwell: int
    window: Window
    max_gap: int
    mode: str
    """How the rounds themselves are made, usually on foot."""
    mandatory: bool = True
    priority: int = 1
    value: float = 0.0
    need: Need = Need()
    layer: str = "baseline"
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Presence:
    """Minutes wanted at a place by time band, worth so much a minute until reached."""

    id: str
    at: int
    dwell: int
    """Length of one visit; presence counts whole visits."""
    wanted: tuple[tuple[int, int, int], ...]
    """Bands ``(from, to, minutes)``; a visit lies wholly inside its band."""
    value_per_minute: float = 1.0
    need: Need = Need()
    layer: str = "baseline"
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One night of one station, or any part of it that is planned together."""

    travel: dict[str, NDArray[np.int32]]
    """By mode, shape ``(n_points, n_points)``, not negative; UNREACHABLE where no way
    leads. It need not be symmetric."""
    units: tuple[Unit, ...]
    stops: tuple[Stop, ...] = ()
    posts: tuple[Post, ...] = ()
    loops: tuple[Loop, ...] = ()
    presence: tuple[Presence, ...] = ()
    time_unit_s: int = 60
    origin: datetime | None = None
    name: str = ""
    points: tuple[tuple[float, float], ...] = ()
    """Longitude and latitude of each point, where known."""

    @property
    def n_points(self) -> int:
        return len(next(iter(self.travel.values()))) if self.travel else 0
