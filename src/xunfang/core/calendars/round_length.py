"""How long a concentrated round lasted, and whether that was as long as was required."""

from dataclasses import dataclass
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class RoundLength:
    """Whole minutes under way, beside those required."""

    actual_minutes: int
    required_minutes: int

    @property
    def is_short(self) -> bool:
        """Whether it lasted less than required; exactly as long is enough."""
        return self.actual_minutes < self.required_minutes

    @property
    def missing_minutes(self) -> int:
        """What was missing; 0 if nothing was."""
        return max(0, self.required_minutes - self.actual_minutes)


def round_length(
    *, departed_at: datetime, ended_at: datetime, required_minutes: int
) -> RoundLength:
    """Measure a round. A minute counts when it is over: 2:59:59 is not three hours.

    Raises
    ------
    ValueError
        A time without a zone, or an end that is not after the beginning: the caller's
        bug.
    """
    if departed_at.tzinfo is None or ended_at.tzinfo is None:
        raise ValueError("the times of a round need a time zone")
    if ended_at <= departed_at:
        raise ValueError("a round ends after it departs")
    return RoundLength((ended_at - departed_at) // MINUTE, required_minutes)
