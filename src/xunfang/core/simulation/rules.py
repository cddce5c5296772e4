"""By which rules units are sent, moved and put back on patrol in a simulation."""

from dataclasses import dataclass, field
from enum import StrEnum


class Moves(StrEnum):
    """Where a unit goes that has become free, and who else moves."""

    HOME = "home"
    """Back to its own post."""
    FREED = "freed"
    """To the post at which it adds most cover (DMEXCLP)."""
    ALWAYS = "always"
    """The same; and whenever a unit is sent or goes off duty, one that waits may move."""
    TABLE = "table"
    """To the nearest post that the compliance table wants manned."""


@dataclass(frozen=True, slots=True)
class Preemption:
    """Units on their way to a call that can wait are turned round for an urgent one.

    Attributes
    ----------
    urgent_to
        Calls up to this priority may take such a unit.
    waits_from
        From units on their way to calls of this priority or a lower one.
    min_gain_s
        If it is so much sooner than the closest free one.
    """

    urgent_to: int = 0
    waits_from: int = 2
    min_gain_s: float = 60.0

    def __post_init__(self) -> None:
        """Check that nobody is turned round for a call no more urgent.

        Raises
        ------
        ValueError
            ``waits_from`` is not behind ``urgent_to``.
        """
        if not self.urgent_to < self.waits_from:
            raise ValueError("only a less urgent call may lose its unit")


@dataclass(frozen=True, slots=True)
class Relocation:
    """Guards and aims of relocation.

    Attributes
    ----------
    busy_share
        q of the cover model: how likely a unit that counts as free is busy when the
        next call comes.
    min_gain
        Hysteresis: share of demand that a move must add to cover.
    sent_per_h
        With ``Moves.ALWAYS``: how often a free unit is sent, for each hour. So much of
        what a post adds is lost by an hour's ride there: long rides must add more.
    cap_s_per_h
        Seconds of driving for relocation that a unit may spend for each hour of duty.
    rest_guard_s
        A unit whose duty ends sooner than this goes to its own post.
    n_moves
        With ``Moves.ALWAYS``: how many waiting units may move each time one has left.
    """

    busy_share: float = 0.3
    min_gain: float = 0.0
    sent_per_h: float = 0.0
    cap_s_per_h: float = 1200.0
    rest_guard_s: float = 1800.0
    n_moves: int = 1


@dataclass(frozen=True, slots=True)
class PatrolRule:
    """An idle unit patrols (无警巡逻).

    Attributes
    ----------
    after_s
        So long a unit waits at its post before it goes.
    reach_s
        Stops up to so far from its post are its own.
    dwell_s
        Time at a stop: 12 to 16 minutes work best (Koper 1995, Justice Quarterly).
    every_s
        A stop is worth its full share again so long after the last visit.
    """

    after_s: float = 600.0
    reach_s: float = 480.0
    dwell_s: float = 900.0
    every_s: float = 7200.0


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules of one simulation.

    Attributes
    ----------
    spare_from
        Calls of this priority or lower may wait for the unit whose going costs least
        cover, if it is there in time (`dispatching.choice.least_loss`); None: every
        call gets the closest.
    """

    moves: Moves = Moves.HOME
    relocation: Relocation = field(default_factory=Relocation)
    preemption: Preemption | None = None
    patrol: PatrolRule | None = None
    spare_from: int | None = None
