"""How a case stands to its day, in words anybody can use."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from xunfang.cases.log import ZONE
from xunfang.cases.models import Case


class Standing(StrEnum):
    """How a case stands to the day on which it is due."""

    RUNNING = "running"
    STOPPED = "stopped"
    """It waits for something named; the days do not count."""
    OVERDUE = "overdue"
    IN_TIME = "in_time"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Clock:
    """Days that are left, gone over, or were taken."""

    standing: Standing
    due_on: date
    n_days: int
    """Left while it runs; over it when overdue or late; taken when it was in time."""

    @property
    def is_broken(self) -> bool:
        """Whether the day was missed."""
        return self.standing in {Standing.OVERDUE, Standing.LATE}


def clock_of(case: Case, *, at: datetime) -> Clock:
    """Return how a case stands to the day by which it must be settled."""
    due_on = _day(case.settle_by)
    if case.settled_at is not None:
        settled_on = _day(case.settled_at)
        if case.settled_at > case.settle_by:
            return Clock(Standing.LATE, due_on, (settled_on - due_on).days)
        taken = (settled_on - _day(case.opened_at)).days
        return Clock(Standing.IN_TIME, due_on, taken)
    if case.paused_at is not None:
        return Clock(Standing.STOPPED, due_on, (due_on - _day(case.paused_at)).days)
    days = (due_on - _day(at)).days
    if at > case.settle_by:
        return Clock(Standing.OVERDUE, due_on, -days)
    return Clock(Standing.RUNNING, due_on, days)


def _day(at: datetime) -> date:
    return at.astimezone(ZONE).date()
