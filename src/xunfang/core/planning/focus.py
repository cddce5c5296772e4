"""Results of a duty by what it is there for: its focus types, and everything else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FocusCount:
    """Counts of the focus types in their order, and of the others together."""

    by_type: Mapping[str, int]
    n_other: int

    @property
    def base(self) -> int:
        """All that was counted: the shares of the types are shares of this."""
        return sum(self.by_type.values()) + self.n_other


def count_by_focus(
    counts: Iterable[tuple[str, int]], *, focus: Iterable[str]
) -> FocusCount:
    """Sort counts by category into the focus types and one sum of the others.

    A focus type that nothing was counted of is there with zero: nothing found is a
    result.
    """
    by_type = dict.fromkeys(focus, 0)
    n_other = 0
    for category, n in counts:
        if category in by_type:
            by_type[category] += n
        else:
            n_other += n
    return FocusCount(by_type, n_other)
