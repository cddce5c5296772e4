"""How much may be spent on a plan, and the CPU clock that guards it.

A budget is counted work, so that the same seed and budget give the same plan on every
machine. CPU seconds are turned into steps by a constant; only where a machine is so
much slower that the seconds would be overrun does the clock cut the work short.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from xunfang.core.errors import DomainError

STEPS_PER_CPU_S = 130_000_000
"""Search steps that a CPU second buys (slots looked at and their overhead): 135 to 180
million on a quiet 2.5 GHz Xeon, less a reserve."""

STEPS_PER_ITERATION = 6_000
"""Steps that one round of the search is reckoned at when a budget counts rounds."""


class BudgetUnclear(DomainError):
    """A budget names neither or both of CPU seconds and iterations, or nothing."""

    code = "planning.budget.unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Exactly one of CPU seconds, all threads together, or rounds of the search."""

    cpu_s: float | None = None
    iterations: int | None = None

    def __post_init__(self) -> None:
        if (self.cpu_s is None) == (self.iterations is None):
            raise BudgetUnclear
        if (self.cpu_s or self.iterations or 0) <= 0:
            raise BudgetUnclear

    def steps(self, share: float = 1.0) -> int:
        """Return the search steps that a share of the budget buys, at least one."""
        if self.cpu_s is not None:
            return max(1, int(self.cpu_s * share * STEPS_PER_CPU_S))
        return max(1, int((self.iterations or 0) * share * STEPS_PER_ITERATION))


class ThreadClock:
    """CPU seconds of the calling thread since the clock was made there."""

    def __init__(self, read: Callable[[], float] = time.thread_time) -> None:
        self._read = read
        self._since = read()

    def cpu_s(self) -> float:
        return self._read() - self._since


class ProcessClock(ThreadClock):
    """CPU seconds of the whole process since the clock was made."""

    def __init__(self, read: Callable[[], float] = time.process_time) -> None:
        super().__init__(read)
