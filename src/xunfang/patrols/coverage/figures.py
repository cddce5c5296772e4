"""The figures of coverage, worked out from the daily files by DuckDB."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Self

import ibis

from xunfang.patrols.coverage import expressions
from xunfang.patrols.runs.files import SCHEMA, night_files
from xunfang.places.models import GridCell

BANDS: Final = ((18, 21), (21, 24), (24, 27))
"""Hours of the night that are planned for, each band as long as the others. They are
never put together into one share of time: a full evening would hide an empty night."""
TARGET_MIN: Final = 15
"""Minutes in a cell and band from which it counts as covered, unless asked otherwise:
one stay that counts."""
TARGETS: Final = (5, 10, 15, 30, 60)


@dataclass(frozen=True, slots=True)
class BandShare:
    """巡区覆盖率 of one band: cells with enough minutes, of all cells."""

    band: int
    n_reached: int
    n_cells: int

    @property
    def share(self) -> float:
        """In [0, 1]."""
        return self.n_reached / self.n_cells if self.n_cells else 0.0


@dataclass(frozen=True, slots=True)
class CellBand:
    """Minutes in one cell in one band of one night."""

    night: date
    area: str
    cell: str
    band: int
    minutes: float


@dataclass(frozen=True, slots=True)
class Street:
    """What was done on one segment of street."""

    key: str
    metres: float
    passes: int
    is_end_to_end: bool


class NightRows:
    """The rows of some nights, to be asked several things. Not for several threads."""

    def __init__(self, until: date, n_nights: int = 1) -> None:
        self.paths = night_files(until=until, n_nights=n_nights)
        self.nights = sorted(date.fromisoformat(path.stem) for path in self.paths)
        self._base = ibis.duckdb.connect(threads=2)
        self.rows = (
            self._base.read_parquet([str(path) for path in self.paths])
            if self.paths
            else ibis.memtable(SCHEMA.empty_table())
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._base.disconnect()

    def answer(self, expression: expressions.Table) -> list[dict[str, Any]]:
        """Return the rows of an expression."""
        found: list[dict[str, Any]] = self._base.to_pyarrow(expression).to_pylist()
        return found

    def cells_by_band(self, cells: Iterable[GridCell]) -> expressions.Table:
        """Return the expression with a row for each cell, band and night."""
        return expressions.cells_by_band(
            self.rows, table_of_cells(cells), table_of_bands(), self._table_of_nights()
        )

    def _table_of_nights(self) -> expressions.Table:
        return expressions.table({"night": list(self.nights)}, {"night": "date"})

    def shares(
        self, cells: Sequence[GridCell], *, target_min: float
    ) -> dict[str, list[BandShare]]:
        """Return the share of each band, of all nights together, by station."""
        station_of = {cell.code: cell.area.station_code for cell in cells}
        counts: dict[tuple[str, int], list[int]] = {}
        for row in self.answer(self.cells_by_band(cells)):
            count = counts.setdefault((station_of[row["cell"]], row["band"]), [0, 0])
            count[0] += row["minutes"] >= target_min
            count[1] += 1
        shares: dict[str, list[BandShare]] = {}
        for (station, band), (n_reached, n_cells) in sorted(counts.items()):
            shares.setdefault(station, []).append(BandShare(band, n_reached, n_cells))
        return shares

    def cell_bands(self, cells: Iterable[GridCell]) -> list[CellBand]:
        """Return the rows behind the shares."""
        return [CellBand(**row) for row in self.answer(self.cells_by_band(cells))]

    def streets(self) -> dict[str, Street]:
        """Return the streets that were passed, by their lasting name."""
        return {
            row["street"]: Street(
                row["street"], row["metres"], row["passes"], row["is_end_to_end"]
            )
            for row in self.answer(expressions.streets_patrolled(self.rows))
        }

    def last_seen(self) -> Mapping[str, date]:
        """Return when each street was seen last; one without was not seen at all."""
        return {
            row["street"]: row["last_seen"]
            for row in self.answer(expressions.last_seen(self.rows))
        }


def table_of_cells(cells: Iterable[GridCell]) -> expressions.Table:
    """Return cells as a table to be joined."""
    found = list(cells)
    return expressions.table(
        {
            "cell": [cell.code for cell in found],
            "area": [cell.area.code for cell in found],
        },
        {"cell": "string", "area": "string"},
    )


def table_of_bands() -> expressions.Table:
    """Return the bands of the night as a table to be joined."""
    return expressions.table(
        {
            "band": [first for first, _ in BANDS],
            "first_hour": [first for first, _ in BANDS],
            "last_hour": [last for _, last in BANDS],
        },
        {"band": "int32", "first_hour": "int32", "last_hour": "int32"},
    )
