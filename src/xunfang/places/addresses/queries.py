"""Ask how many addresses cells hold, and at whose point a cell is shown in public."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from xunfang.core.evidence.shared_points import LEAST_ADDRESSES, shared_points
from xunfang.core.geo import rings_of_points
from xunfang.places import queries
from xunfang.places.models import AddressCount, GridCell, PatrolArea


def counts_now() -> Mapping[int, AddressCount]:
    """Return the count that holds of each cell, by its key; uncounted ones are left out."""
    return {row.cell_id: row for row in AddressCount.objects.order_by("at", "pk")}


@dataclass(frozen=True, slots=True)
class AreaCounted:
    """What is known of the addresses of an area."""

    area: PatrolArea
    n_cells: int
    counts: Sequence[AddressCount]

    @property
    def n_addresses(self) -> int:
        """How many addresses its counted cells hold."""
        return sum(count.n_addresses for count in self.counts)

    @property
    def n_small(self) -> int:
        """How many of its counted cells are too small to be a point of their own."""
        return sum(count.n_addresses < LEAST_ADDRESSES for count in self.counts)

    @property
    def is_shown(self) -> bool:
        """Whether it has a point at all."""
        return self.n_addresses >= LEAST_ADDRESSES

    @property
    def latest(self) -> AddressCount | None:
        """The count that was entered last."""
        return max(
            self.counts, key=lambda count: (count.at, count.pk or 0), default=None
        )


def areas_counted(*, day: date) -> list[AreaCounted]:
    """Return what is known of each area that has cells on a day, by their codes."""
    counts = counts_now()
    by_area: dict[PatrolArea, list[GridCell]] = defaultdict(list)
    for cell in queries.all_cells(day=day):
        by_area[cell.area].append(cell)
    return [
        AreaCounted(
            area,
            len(cells),
            [counts[cell.pk] for cell in cells if cell.pk in counts],
        )
        for area, cells in sorted(by_area.items(), key=lambda each: each[0].code)
    ]


type Pin = tuple[int, float | None, float | None]
"""A key, longitude and latitude as somebody pointed to it; None where nobody did."""


def lonlat_of(cell: GridCell) -> tuple[float, float]:
    """Return the point of a cell, which is beside a street of it."""
    return round(cell.lon, 6), round(cell.lat, 6)


@dataclass(frozen=True)
class PublicPoints:
    """At whose point each cell is shown. What is shown there has no part in it."""

    cells: Sequence[GridCell]
    shown_at: NDArray[np.int64]

    @classmethod
    def on(cls, day: date) -> Self:
        """Read the cells as the areas are on a day, with their addresses. Three queries."""
        cells = queries.all_cells(day=day)
        counted = AddressCount.objects.order_by("at", "pk")
        # The last row of a cell counts.
        counts = dict(counted.values_list("cell", "n_addresses"))
        shown_at = shared_points(
            lonlat=[(cell.lon, cell.lat) for cell in cells],
            area=[cell.area.pk for cell in cells],
            n_addresses=[counts.get(cell.pk, 0) for cell in cells],
        )
        return cls(cells, shown_at)

    def of_pins(self, pins: Iterable[Pin]) -> dict[int, GridCell | None]:
        """Return by key the cell at whose point each pin is shown; the pin stays here."""
        pins = list(pins)
        there = [pin for pin in pins if pin[1] is not None and pin[2] is not None]
        rows = [row for row, cell in enumerate(self.cells) if len(cell.polygon) > 3]
        lonlat = np.array([pin[1:] for pin in there], dtype=np.float64).reshape(-1, 2)
        found = rings_of_points(lonlat, [self.cells[row].polygon for row in rows])
        at = {
            pin[0]: None if row < 0 else self._point(rows[row])
            for pin, row in zip(there, found.tolist(), strict=True)
        }
        return {pin[0]: at.get(pin[0]) for pin in pins}

    def of_cell(self, code: str) -> GridCell | None:
        """Return the cell at whose point a cell is shown, if there is one of this code."""
        row = self._rows.get(code)
        return None if row is None else self._point(row)

    @cached_property
    def _rows(self) -> Mapping[str, int]:
        return {cell.code: row for row, cell in enumerate(self.cells)}

    def _point(self, row: int) -> GridCell | None:
        at = int(self.shown_at[row])
        return None if at < 0 else self.cells[at]
