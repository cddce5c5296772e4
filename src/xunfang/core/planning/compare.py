"""What changed from one plan to another, stay by stay.

Which stays are the same is decided by what they are for: the same stop, post or cell.
Where something has several stays, those of the same unit that lie closest in time are
taken for the same one.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from xunfang.core.planning.edits import base_key
from xunfang.core.planning.plan import Event, EventKind

SHIFT_MIN = 10
"""A stay that begins no more than this earlier or later is where it was."""

type Stay = tuple[str, Event]
"""A unit and what it does."""
type Key = tuple[EventKind, str]


class Change(StrEnum):
    """What became of a stay."""

    ADDED = "added"
    DROPPED = "dropped"
    MOVED = "moved"
    """Another unit makes it."""
    SHIFTED = "shifted"
    """The same unit makes it at another time."""
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Pair:
    """A stay in both plans, or in one of them."""

    key: Key
    before: Stay | None
    after: Stay | None

    @property
    def change(self) -> Change:
        if self.before is None:
            return Change.ADDED
        if self.after is None:
            return Change.DROPPED
        if self.before[0] != self.after[0]:
            return Change.MOVED
        shift = abs(self.after[1].start - self.before[1].start)
        return Change.SHIFTED if shift > SHIFT_MIN else Change.SAME


def pair_up(before: Iterable[Stay], after: Iterable[Stay]) -> tuple[Pair, ...]:
    """Return every stay of both plans, those that are the same as one pair.

    In the order of the time at which they begin in ``after``, or else in ``before``.
    Meal breaks are nobody's business here and left out.
    """
    earlier, later = _by_key(before), _by_key(after)
    pairs = [
        pair
        for key in earlier.keys() | later.keys()
        for pair in _pairs_of(key, earlier.get(key, []), later.get(key, []))
    ]
    return tuple(sorted(pairs, key=_order))


def _by_key(stays: Iterable[Stay]) -> dict[Key, list[Stay]]:
    found: defaultdict[Key, list[Stay]] = defaultdict(list)
    for unit, event in stays:
        if event.kind is not EventKind.BREAK:
            found[base_key(event.kind, event.id)].append((unit, event))
    return found


def _pairs_of(key: Key, before: list[Stay], after: list[Stay]) -> list[Pair]:
    by_distance = sorted(
        (a[0] != b[0], abs(a[1].start - b[1].start), i, j)
        for i, a in enumerate(before)
        for j, b in enumerate(after)
    )
    paired: dict[int, int] = {}
    for _, _, i, j in by_distance:
        if i not in paired and j not in paired.values():
            paired[i] = j
    pairs = [Pair(key, before[i], after[j]) for i, j in paired.items()]
    pairs += [Pair(key, stay, None) for i, stay in enumerate(before) if i not in paired]
    taken = set(paired.values())
    pairs += [Pair(key, None, stay) for j, stay in enumerate(after) if j not in taken]
    return pairs


def _order(pair: Pair) -> tuple[int, str, str]:
    unit, event = pair.after or pair.before  # type: ignore[misc]  # one of them is there
    return event.start, unit, event.id
