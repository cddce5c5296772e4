"""Draft a night: from crews, duties and places to a patrol problem.

A ``NightDraft`` is a sheet that somebody fills in line by line. It numbers the points,
knows what a look at a place is worth, and says of every line why it is there. Minutes
count from the midnight with which the night's date begins; 1500 is one in the morning.
"""

from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from xunfang.core.planning.problem import (
    Break,
    Crew,
    CrewNeed,
    Loop,
    Need,
    Post,
    Presence,
    Problem,
    Reason,
    Stop,
    Unit,
    Window,
)
from xunfang.core.planning.tasks import merge_windows

LOOK_IN_MIN = 12
"""Shortest stay that is known to last in its effect: 12 to 16 minutes (Koper 1995)."""
LOOK_IN_WORTH = 20.0
"""What a look at a place is worth on the day its check falls due."""
BUSY_FACTOR = 1.5
"""A place is worth so much more while it is busy."""
LOOP_STAY_MIN = 3
"""Stay at each stop of a market team's round."""
LOOP_MOST_ALONE_MIN = 40
"""No stop of such a round is left alone for longer."""
PAIR = CrewNeed(sworn=1, total=2)
"""Nobody patrols alone."""


def look_in_worth(*, days_since_check: int | None, check_every_days: int) -> float:
    """Return what one look at a place is worth tonight.

    It grows evenly from a fifth, the day after a check, to the whole when the check
    falls due, and on to twice that when it is as long overdue again; a place that was
    never checked counts as due twice over.

    >>> look_in_worth(days_since_check=30, check_every_days=30)
    20.0
    >>> look_in_worth(days_since_check=0, check_every_days=30)
    4.0
    >>> look_in_worth(days_since_check=None, check_every_days=30)
    40.0
    """
    if days_since_check is None:
        share = 2.0
    else:
        share = min(2.0, max(0.2, days_since_check / check_every_days))
    return round(LOOK_IN_WORTH * share, 1)


def worth_of_minutes(minutes: int) -> float:
    """Return what a duty of so many minutes is worth: as much as looks of that length.

    A duty is held whatever it is worth; but the proof of a plan prices its time, and
    sinks sooner where the price begins near what the time is worth elsewhere.

    >>> worth_of_minutes(12), worth_of_minutes(120)
    (20.0, 200.0)
    """
    return round(LOOK_IN_WORTH * minutes / LOOK_IN_MIN, 1)


@dataclass(slots=True)
class NightDraft:
    """What is wanted of one station on one night, before travel times are known."""

    name: str
    origin: datetime
    horizon: Window
    """First and last minute that the plan may use."""
    points: list[tuple[float, float]] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    stops: list[Stop] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    loops: list[Loop] = field(default_factory=list)
    presence: list[Presence] = field(default_factory=list)
    _number: dict[tuple[float, float], int] = field(default_factory=dict)

    def point(self, lon: float, lat: float) -> int:
        """Return the number of a point; the same place always has the same number."""
        place = (round(lon, 6), round(lat, 6))
        if place not in self._number:
            self._number[place] = len(self.points)
            self.points.append(place)
        return self._number[place]

    def add_crew(
        self,
        code: str,
        *,
        mode: str,
        base: int,
        shift: Window,
        crew: Crew,
        meal: Break | None = None,
        tags: frozenset[str] = frozenset(),
    ) -> None:
        """A crew that sets out from ``base`` and comes back to it."""
        self.units.append(
            Unit(
                id=code,
                mode=mode,
                start=base,
                end=base,
                shift=shift,
                breaks=(meal,) if meal else (),
                crew=crew,
                tags=tags,
            )
        )

    def look_in(
        self,
        code: str,
        *,
        at: int,
        worth: float,
        busy: tuple[Window, ...] = (),
        modes: frozenset[str] | None = None,
        reason: Reason,
    ) -> None:
        """A key place worth a look, more while it is busy."""
        self.stops.append(
            Stop(
                id=code,
                at=at,
                exit=at,
                dwell=LOOK_IN_MIN,
                value=_steps(worth, busy),
                windows=(self.horizon,),
                need=Need(crew=PAIR, modes=modes),
                reason=reason,
            )
        )

    def must_look_in(
        self,
        code: str,
        *,
        at: int,
        window: Window,
        minutes: int = LOOK_IN_MIN,
        worth: float,
        priority: int = 2,
        modes: frozenset[str] | None = None,
        reason: Reason,
    ) -> None:
        """A place where somebody must be for a while, begun inside the window."""
        first, last = self._inside(window, minutes)
        if first > last:
            return
        self.stops.append(
            Stop(
                id=code,
                at=at,
                exit=at,
                dwell=minutes,
                value=((first, worth),),
                windows=((first, last),),
                mandatory=True,
                priority=priority,
                need=Need(crew=PAIR, modes=modes),
                reason=reason,
            )
        )

    def stand(
        self,
        code: str,
        *,
        at: int,
        window: Window,
        crew: CrewNeed = PAIR,
        n_units: int = 1,
        priority: int = 1,
        modes: frozenset[str] | None = None,
        layer: str = "baseline",
        reason: Reason,
    ) -> None:
        """A post held for the whole of a window: a school gate at T−30."""
        if not self.horizon[0] <= window[0] < window[1] <= self.horizon[1]:
            return
        self.posts.append(
            Post(
                id=code,
                at=at,
                window=window,
                units=n_units,
                priority=priority,
                value=worth_of_minutes(window[1] - window[0]),
                need=Need(crew=crew, modes=modes),
                layer=layer,
                reason=reason,
            )
        )

    def walk_loop(
        self,
        code: str,
        *,
        at: tuple[int, ...],
        window: Window,
        crew: CrewNeed = PAIR,
        priority: int = 2,
        reason: Reason,
    ) -> None:
        """Rounds on foot among a market's stops, so that none is left alone for long.

        Left out where less of the window is in the night than a stop may be left alone:
        nobody is asked to go round for that.
        """
        begins, ends = self._inside(window, 0)
        if ends - begins <= LOOP_MOST_ALONE_MIN:
            return
        self.loops.append(
            Loop(
                id=code,
                at=at,
                dwell=LOOP_STAY_MIN,
                window=(begins, ends),
                max_gap=LOOP_MOST_ALONE_MIN,
                mode="foot",
                priority=priority,
                value=worth_of_minutes(ends - begins),
                need=Need(crew=crew),
                reason=reason,
            )
        )

    def be_present(
        self,
        code: str,
        *,
        at: int,
        wanted: tuple[tuple[int, int, int], ...],
        value_per_minute: float,
        modes: frozenset[str] | None = None,
        reason: Reason,
    ) -> None:
        """Minutes wanted in a cell, by time bands ``(from, to, minutes)``."""
        bands = tuple(band for band in wanted if self._holds(band) and band[2] > 0)
        if not bands:
            return
        self.presence.append(
            Presence(
                id=code,
                at=at,
                dwell=LOOK_IN_MIN,
                wanted=bands,
                value_per_minute=value_per_minute,
                need=Need(crew=PAIR, modes=modes),
                reason=reason,
            )
        )

    def problem(self, travel: dict[str, NDArray[np.int32]]) -> Problem:
        """State the problem, once travel times between its points are known."""
        return Problem(
            travel=travel,
            units=tuple(self.units),
            stops=tuple(self.stops),
            posts=tuple(self.posts),
            loops=tuple(self.loops),
            presence=tuple(self.presence),
            origin=self.origin,
            name=self.name,
            points=tuple(self.points),
        )

    def _inside(self, window: Window, minutes: int) -> Window:
        return (
            max(window[0], self.horizon[0]),
            min(window[1], self.horizon[1]) - minutes,
        )

    def _holds(self, band: tuple[int, int, int]) -> bool:
        return self.horizon[0] <= band[0] and band[1] <= self.horizon[1]


def _steps(worth: float, busy: tuple[Window, ...]) -> tuple[tuple[int, float], ...]:
    """Value by time: more inside busy windows, the same outside.

    Windows may overlap or follow one another: busy twice is busy once.

    >>> _steps(20.0, ((600, 700), (650, 800)))
    ((0, 20.0), (600, 30.0), (801, 20.0))
    >>> _steps(20.0, ((0, 700), (701, 800)))
    ((0, 30.0), (801, 20.0))
    """
    steps: list[tuple[int, float]] = [(0, worth)]
    for first, last in merge_windows(busy):
        if first == 0:
            steps = []
        steps += [(first, round(worth * BUSY_FACTOR, 1)), (last + 1, worth)]
    return tuple(steps)
