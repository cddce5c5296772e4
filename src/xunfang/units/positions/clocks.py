"""Noticing that a device's clock is behind, though each fix by itself may just be late.

A device that was out of reach tells first what it has saved up, and gets nearer to now
with every report. One whose clock is behind is as late in ten minutes as it is now. So a
device is believed to be behind when for ten minutes everything it told was older than five
minutes, and the newest was late by the same to within a minute. What is late by more than
that, from a dead corner say, neither adds to it nor takes away.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

CLOCK_TOLERATED: Final = timedelta(minutes=5)
"""A device's clock may be wrong by so much; beyond that it is not believed."""
WATCHED_FOR_S: Final = timedelta(minutes=10).total_seconds()
SAME_WITHIN_S: Final = 60.0
FEWEST_REPORTS: Final = 5


@dataclass(slots=True)
class ClockWatch:
    """How late the reports of a device are that are all too old to be of now."""

    since_s: float
    """When the first of them came."""
    first_late_s: float
    """By how much that one was late; the others are measured against it."""
    least_late_s: float
    last_s: float
    n_reports: int = 1

    @property
    def shows_wrong_clock(self) -> bool:
        """Say whether the device has been late by the same for long enough."""
        return (
            self.n_reports >= FEWEST_REPORTS
            and self.last_s - self.since_s >= WATCHED_FOR_S
        )


def watch(
    before: ClockWatch | None, *, late_s: float, now_s: float
) -> ClockWatch | None:
    """Return how a device is watched after a report so late; None: not at all."""
    if late_s <= CLOCK_TOLERATED.total_seconds():
        return None
    if before is None or late_s < before.first_late_s - SAME_WITHIN_S:
        # It gets nearer to now: it was out of reach, and tells what it had saved up.
        return ClockWatch(now_s, late_s, late_s, now_s)
    if late_s <= before.first_late_s + SAME_WITHIN_S:
        before.least_late_s = min(before.least_late_s, late_s)
        before.last_s, before.n_reports = now_s, before.n_reports + 1
    return before
