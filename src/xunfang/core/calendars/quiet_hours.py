"""Hours in which nobody is knocked up: no home visits, no messages that can wait."""

from dataclasses import dataclass
from datetime import time

MINUTES_PER_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A window that comes back every night, in minutes after midnight.

    ``start_min`` is quiet, ``end_min`` no longer is. The window may pass midnight;
    when both are equal nothing is quiet. The default is 22:00 to 08:00.

    Raises
    ------
    ValueError
        A bound is not in 0 to 1439: the caller's bug.
    """

    start_min: int = 22 * 60
    end_min: int = 8 * 60

    def __post_init__(self) -> None:
        for bound in (self.start_min, self.end_min):
            if not 0 <= bound < MINUTES_PER_DAY:
                raise ValueError(f"{bound} is not a minute of the day")

    @property
    def length_min(self) -> int:
        """How long the window is, 0 to 1439 minutes."""
        return (self.end_min - self.start_min) % MINUTES_PER_DAY

    def is_quiet(self, at: time) -> bool:
        """Say whether a civil time lies in the quiet hours; seconds count."""
        return self.is_quiet_minute(at.hour * 60 + at.minute)

    def is_quiet_minute(self, minute: int) -> bool:
        """Say whether a minute is quiet; 1440 and more are the following days."""
        return (minute - self.start_min) % MINUTES_PER_DAY < self.length_min

    def minutes_until_allowed(self, minute: int) -> int:
        """Return how long to wait from a minute on; 0 where it is not quiet."""
        if not self.is_quiet_minute(minute):
            return 0
        return (self.end_min - minute) % MINUTES_PER_DAY

    def overlap_min(self, *, from_min: int, until_min: int) -> int:
        """Return how many minutes of ``[from_min, until_min)`` are quiet.

        Both count from one midnight; ``until_min`` may lie days later.

        Raises
        ------
        ValueError
            The interval ends before it begins.
        """
        if until_min < from_min:
            raise ValueError("the interval ends before it begins")
        # Start a day early: the window that began last evening reaches into today.
        first_day = from_min // MINUTES_PER_DAY - 1
        last_day = until_min // MINUTES_PER_DAY
        total_min = 0
        for day in range(first_day, last_day + 1):
            start = day * MINUTES_PER_DAY + self.start_min
            end = start + self.length_min
            total_min += max(0, min(until_min, end) - max(from_min, start))
        return total_min
