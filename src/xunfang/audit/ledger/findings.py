"""What is found to be wrong with the log, each with the leaves it is about."""

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum


class Fault(Enum):
    """What can be wrong."""

    LEAF_MISSING = "leaf missing"
    LEAF_CHANGED = "leaf changed"
    NODE_CHANGED = "node changed"
    DATED_BACK = "dated back"
    DATED_AHEAD = "dated ahead"
    LEAF_ADDED = "leaf added past the end"
    HEAD_CHANGED = "head changed"
    CHECKPOINT_CHANGED = "checkpoint changed"
    CHECKPOINT_UNSIGNED = "checkpoint not signed by a known key"
    ROOT_DIFFERS = "checkpoint signed another log"
    ROW_CHANGED = "row changed"
    ROW_MISSING = "row missing"
    ROW_WITHOUT_LEAF = "row without a leaf"
    REWRITTEN = "history rewritten"
    CUT_OFF = "log cut off"
    NOT_OURS = "not a checkpoint of this log"


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault, and the first and the last leaf it may be about.

    Of a line in the file of a witness that is not a checkpoint of ours: its number.
    """

    fault: Fault
    first: int
    last: int
    kind: str = ""
    """Of the rows, where it is about rows."""


@dataclass
class Report:
    """What was gone over, and what was found."""

    n_leaves: int = 0
    n_checkpoints: int = 0
    compared: Counter[str] = field(default_factory=Counter)
    """By kind: rows that were compared with their leaves."""
    erased: Counter[str] = field(default_factory=Counter)
    """By kind: rows that say to have been erased for a reason in law."""
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings

    def note(self, fault: Fault, first: int, last: int, kind: str = "") -> None:
        """Note a fault; one that goes on where the last one ended is the same."""
        if self.findings:
            before = self.findings[-1]
            if (before.fault, before.kind, before.last + 1) == (fault, kind, first):
                first = before.first
                self.findings.pop()
        self.findings.append(Finding(fault, first, last, kind))
