"""The figures of coverage, worked out from the daily files by DuckDB."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Self

import ibis

from xunfang.core.calendars.shift_bands import BAND_HOURS, Band
from xunfang.patrols.coverage import expressions
from xunfang.patrols.runs.files import SCHEMA, night_files
from xunfang.places.models import GridCell

type Asked = Mapping[tuple[date, str], Sequence[Band]]
"""The bands in which crews of a station were to be out, by night and station. They are
never put together into one share of time: a full evening would hide an empty night."""

TARGET_MIN: Final = 15
"""Minutes in a cell and band from which it counts as covered, unless asked otherwise:
one stay that counts."""
TARGETS: Final = (5, 10, 15, 30, 60)


@dataclass(frozen=True, slots=True)
class BandShare:
    """巡区覆盖率 of one band: cells with enough minutes, of all cells."""

    band: int
    """The hour with which it begins."""
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
class CellOutside:
    """Minutes in one cell of one night, in hours of no band."""

    night: date
    area: str
    cell: str
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

    def cells_by_band(
        self, cells: Iterable[GridCell], asked: Asked
    ) -> expressions.Table:
        """Return the expression with a row for each cell, band and night."""
        return expressions.cells_by_band(
            self.rows, table_of_cells(cells), self._table_of_hours(asked)
        )

    def _table_of_hours(self, asked: Asked) -> expressions.Table:
        # A night without a file says nothing: it is not a night without anybody.
        return table_of_hours(
            {key: bands for key, bands in asked.items() if key[0] in self.nights}
        )

    def shares(
        self, cells: Sequence[GridCell], asked: Asked, *, target_min: float
    ) -> dict[str, list[BandShare]]:
        """Return the share of each band, of all nights together, by station."""
        station_of = {cell.code: cell.area.station_code for cell in cells}
        counts: dict[tuple[str, int], list[int]] = {}
        for row in self.answer(self.cells_by_band(cells, asked)):
            count = counts.setdefault((station_of[row["cell"]], row["band"]), [0, 0])
            count[0] += row["minutes"] >= target_min
            count[1] += 1
        shares: dict[str, list[BandShare]] = {}
        for (station, band), (n_reached, n_cells) in sorted(counts.items()):
            shares.setdefault(station, []).append(BandShare(band, n_reached, n_cells))
        return shares

    def cell_bands(self, cells: Iterable[GridCell], asked: Asked) -> list[CellBand]:
        """Return the rows behind the shares."""
        return [
            CellBand(**row) for row in self.answer(self.cells_by_band(cells, asked))
        ]

    def cells_outside(
        self, cells: Iterable[GridCell], asked: Asked
    ) -> list[CellOutside]:
        """Return the minutes that are in none of the shares."""
        expression = expressions.cells_outside_bands(
            self.rows, table_of_cells(cells), self._table_of_hours(asked)
        )
        return [CellOutside(**row) for row in self.answer(expression)]

    def minutes_by_cell_band(self) -> dict[tuple[date, str, int], float]:
        """Return the minutes in cells by night, cell and the hour a band begins with."""
        expression = expressions.minutes_by_cell_band(self.rows, band_hours=BAND_HOURS)
        return {
            (row["night"], row["cell"], row["band"]): row["minutes"]
            for row in self.answer(expression)
        }

    def minutes_by_night(self, cell: str) -> dict[date, float]:
        """Return the minutes in one cell by night."""
        expression = expressions.minutes_by_night(self.rows, cell)
        return {row["night"]: row["minutes"] for row in self.answer(expression)}

    def crews_on_patrol(self) -> set[tuple[date, str]]:
        """Return night and code of each crew that was heard of on patrol."""
        return {
            (row["night"], row["crew"])
            for row in self.answer(expressions.crews_on_patrol(self.rows))
        }

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
            "ground": [cell.area.station_code for cell in found],
        },
        {"cell": "string", "area": "string", "ground": "string"},
    )


def table_of_hours(asked: Asked) -> expressions.Table:
    """Return the hours of the bands that are asked about as a table to be joined."""
    rows = [
        (night, station, hour, band.first_hour)
        for (night, station), bands in asked.items()
        for band in bands
        for hour in range(band.first_hour, band.last_hour)
    ]
    nights, stations, hours, bands = zip(*rows, strict=True) if rows else ((),) * 4
    return expressions.table(
        {
            "night": list(nights),
            "ground": list(stations),
            "hour": list(hours),
            "band": list(bands),
        },
        {"night": "date", "ground": "string", "hour": "int32", "band": "int32"},
    )
