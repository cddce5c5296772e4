"""A campaign adds to the daily patrol; it never takes away from it.

The baseline says how many officer minutes each cell has in each slot of the day. An
overlay (a campaign, a big event) says by how many it changes them. Whoever plans an
overlay borrows officers somewhere; where that is a cell's baseline, the overlay is
refused with the cell and the shortfall by name.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from xunfang.core.errors import DomainError


@dataclass(frozen=True, slots=True, order=True)
class CellSlot:
    """A cell of the grid during a slot, in minutes from the night's first midnight."""

    cell: str
    begins: int
    ends: int


type OfficerMinutes = Mapping[CellSlot, int]


@dataclass(frozen=True, slots=True)
class Layer:
    """Officer minutes by cell and slot; in an overlay, what it adds (or takes)."""

    name: str
    officer_minutes: OfficerMinutes


@dataclass(frozen=True, slots=True, order=True)
class Shortfall:
    """Where a baseline would not be kept."""

    where: CellSlot
    baseline_min: int
    left_min: int

    @property
    def missing_min(self) -> int:
        return self.baseline_min - self.left_min


class BaselineReduced(DomainError):
    """An overlay takes officers from the baseline. ``shortfalls`` says where."""

    code = "planning.baseline_reduced"

    def __init__(self, overlay: str, shortfalls: tuple[Shortfall, ...]) -> None:
        self.overlay = overlay
        self.shortfalls = shortfalls
        first = shortfalls[0]
        super().__init__(
            f"{overlay} leaves {first.where.cell} {first.missing_min} officer minutes "
            f"short of its baseline ({len(shortfalls)} places in all)"
        )


def lay_over(baseline: Layer, overlay: Layer) -> Layer:
    """Return both together.

    Each overlay is held to the baseline by itself: what another campaign happens to
    add in a cell does not excuse taking the daily patrol away.

    Raises
    ------
    BaselineReduced
        The overlay has a negative number somewhere that the baseline counts on.
    """
    together = dict(baseline.officer_minutes)
    for where, minutes in overlay.officer_minutes.items():
        together[where] = together.get(where, 0) + minutes
    missing = shortfalls(baseline.officer_minutes, together)
    if missing:
        raise BaselineReduced(overlay.name, missing)
    return Layer(f"{baseline.name} + {overlay.name}", together)


def shortfalls(
    baseline: OfficerMinutes, planned: OfficerMinutes
) -> tuple[Shortfall, ...]:
    """Return where the plan has less than the baseline, in order of cell and slot.

    A slot that the baseline does not know may not fall below zero.
    """
    return tuple(
        Shortfall(where, baseline.get(where, 0), planned.get(where, 0))
        for where in sorted({*baseline, *planned})
        if planned.get(where, 0) < baseline.get(where, 0)
    )
