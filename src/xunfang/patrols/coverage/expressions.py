"""Each figure of coverage once, as an expression over a night's rows.

``rows`` is a table with the columns of ``runs/files.py``, of any span of nights, in any
database that ibis speaks. Definitions: ``docs/methods/street-coverage.md``.
"""

from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

type Table = ir.Table


def minutes_by_cell_hour(rows: Table) -> Table:
    """Return the minutes of crews in each cell and hour, by mode."""
    found = rows.filter(rows.kind == "cell", rows.cell != "")
    return (
        found.group_by("night", "cell", "hour", "mode")
        .aggregate(minutes=found.seconds.sum() / 60)
        .order_by("night", "cell", "hour", "mode")
    )


def cells_by_band(rows: Table, cells: Table, hours: Table) -> Table:
    """Return the minutes of crews in each cell in each band of hours of each night.

    These are the rows behind the share: a cell that nobody was in has a row with 0, in
    each band in which a crew of its station was to be out, and in no other.

    Parameters
    ----------
    cells
        ``cell``, ``area``, ``ground``: all cells that are asked about, with the code of
        the station on whose ground they lie.
    hours
        ``night``, ``ground``, ``hour``, ``band``: the hours of the bands in which crews
        of a station were to be out.
    """
    found = _in_cells(rows, cells).join(hours, ["night", "ground", "hour"])
    there = found.group_by("night", "cell", "band").aggregate(
        minutes=found.seconds.sum() / 60
    )
    asked = hours.select("night", "ground", "band").distinct().join(cells, "ground")
    return (
        asked.left_join(there, ["night", "cell", "band"])
        .select("night", "area", "cell", "band", minutes=there.minutes.fill_null(0.0))
        .order_by("night", "band", "cell")
    )


def cells_outside_bands(rows: Table, cells: Table, hours: Table) -> Table:
    """Return the minutes of crews in cells in hours of none of the bands.

    Together with ``cells_by_band`` these are all minutes in the cells.
    """
    found = _in_cells(rows, cells)
    asked = hours.select("night", "ground", "hour", is_asked=ibis.literal(1))
    rest = found.left_join(asked, ["night", "ground", "hour"])
    rest = rest.filter(rest.is_asked.isnull())
    return (
        rest.group_by("night", "area", "cell")
        .aggregate(minutes=rest.seconds.sum() / 60)
        .order_by("night", "cell")
    )


def _in_cells(rows: Table, cells: Table) -> Table:
    found = rows.filter(rows.kind == "cell", rows.cell != "")
    return found.select("night", "cell", "hour", "seconds").join(cells, "cell")


def minutes_by_cell_band(rows: Table, *, band_hours: int) -> Table:
    """Return the minutes of crews in each cell in each stretch of hours of the clock.

    Whoever was in it, whether they were to be there or not; a cell that nobody was in has
    no row.
    """
    found = rows.filter(rows.kind == "cell", rows.cell != "")
    found = found.mutate(band=found.hour - found.hour % band_hours)
    return (
        found.group_by("night", "cell", "band")
        .aggregate(minutes=found.seconds.sum() / 60)
        .order_by("night", "cell", "band")
    )


def crews_on_patrol(rows: Table) -> Table:
    """Return the crews that were heard of on patrol, by night."""
    found = rows.filter(rows.kind == "cell")
    return found.select("night", "crew").distinct().order_by("night", "crew")


def minutes_by_night(rows: Table, cell: str) -> Table:
    """Return the minutes of crews in one cell by night; a night without any has no row."""
    found = rows.filter(rows.kind == "cell", rows.cell == cell)
    return (
        found.group_by("night")
        .aggregate(minutes=found.seconds.sum() / 60)
        .order_by("night")
    )


def rows_of_cell(rows: Table, cell: str) -> Table:
    """Return the rows of one cell as they are kept."""
    found = rows.filter(rows.kind == "cell", rows.cell == cell)
    return (
        found.group_by("night", "hour", "station", "crew", "mode")
        .aggregate(minutes=found.seconds.sum() / 60)
        .order_by("night", "hour", "station", "crew", "mode")
    )


def streets_patrolled(rows: Table) -> Table:
    """Return the streets that were passed: metres, passes, and whether end to end.

    End to end: all of a street's bins were passed, by any crews, in either direction.
    """
    found = rows.filter(rows.kind == "street")
    chunks = found.group_by("street", "chunk").aggregate(
        mask=found.mask.bit_or(),
        full=found.full.max(),
        metres=found.metres.sum(),
        passes=found.passes.sum(),
    )
    return (
        chunks.group_by("street")
        .aggregate(
            metres=chunks.metres.sum(),
            passes=chunks.passes.sum(),
            is_end_to_end=(chunks["mask"] == chunks.full).all(),
        )
        .order_by("street")
    )


def streets_by_direction(rows: Table) -> Table:
    """Return metres and passes by street, direction, hour and mode."""
    found = rows.filter(rows.kind == "street")
    return (
        found.group_by("night", "street", "direction", "hour", "mode")
        .aggregate(metres=found.metres.sum(), passes=found.passes.sum())
        .order_by("night", "street", "direction", "hour", "mode")
    )


def minutes_by_mode(rows: Table) -> Table:
    """Return what each station's crews were heard of on patrol, by mode."""
    found = rows.filter(rows.kind == "cell")
    return (
        found.group_by("station", "mode")
        .aggregate(minutes=found.seconds.sum() / 60)
        .order_by("station", "mode")
    )


def planned_and_done(rows: Table) -> Table:
    """Return by station how many planned stays came to what."""
    found = rows.filter(rows.kind == "stay")
    return (
        found.group_by("station", "kept")
        .aggregate(n_stays=found.count())
        .order_by("station", "kept")
    )


def last_seen(rows: Table) -> Table:
    """Return the last night on which a street was passed, or lay near any fix.

    A street without a row was seen on none of the nights.
    """
    found = rows.filter(rows.kind.isin(["street", "near"]), rows["mask"] != 0)
    return (
        found.group_by("street")
        .aggregate(last_seen=found.night.max())
        .order_by("street")
    )


def table(columns: dict[str, list[Any]], schema: dict[str, str]) -> Table:
    """Return values as a table that expressions can be joined with."""
    # By way of Arrow: an empty column has a type there.
    types = ibis.schema(schema).to_pyarrow()
    return ibis.memtable(pa.Table.from_pydict(columns, schema=types))
