"""One file a night beside the database: who was in which cell and on which street, when.

Columns, and what a row of each kind has of them; the others are empty or 0. Hours are
those of the night: 18 begins at 18:00 of its date, 25 at 01:00 of the next.

========  =========================================================================
kind      a row
========  =========================================================================
"cell"    seconds of a crew in a cell in an hour, in one mode; cell "" is none of ours
"street"  metres and passes of a crew on a street in a direction in an hour; ``mask`` of
          ``full``: the bins of ten metres it ran over (``core/streets/matching/hours``)
"near"    the bins of a street that lay within 15 m of a fix of the crew
"stay"    a planned stay of the crew, and what became of it
========  =========================================================================
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings

SCHEMA: Final = pa.schema(
    [
        ("kind", pa.string()),
        ("night", pa.date32()),
        ("station", pa.string()),
        ("crew", pa.string()),
        ("mode", pa.string()),
        ("hour", pa.int32()),
        ("cell", pa.string()),
        ("street", pa.string()),
        ("direction", pa.int32()),
        ("chunk", pa.int32()),
        ("mask", pa.int64()),
        ("full", pa.int64()),
        ("metres", pa.float64()),
        ("passes", pa.int32()),
        ("seconds", pa.float64()),
        ("place", pa.string()),
        ("kept", pa.string()),
    ]
)


def night_file(night: date) -> Path:
    """Return the file of a night; its folder is made on first use."""
    folder = Path(settings.DATA_DIR) / "positions"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{night.isoformat()}.parquet"


def night_files(*, until: date, n_nights: int) -> list[Path]:
    """Return the files there are of some nights, the last one ``until``."""
    nights = (until - timedelta(days=ago) for ago in range(n_nights))
    return [path for night in nights if (path := night_file(night)).exists()]


def table_of(columns: Mapping[str, Any], n_rows: int) -> pa.Table:
    """Make rows of the columns given; the others are empty or 0."""
    arrays = []
    for field in SCHEMA:
        values = columns.get(field.name)
        if values is None:
            values = "" if pa.types.is_string(field.type) else 0
        if isinstance(values, str | int | float | date):
            arrays.append(pa.repeat(pa.scalar(values, field.type), n_rows))
        else:
            arrays.append(pa.array(values, field.type))
    return pa.Table.from_arrays(arrays, schema=SCHEMA)


def replace_rows(
    night: date, rows: Sequence[pa.Table], *, crews: Iterable[str], from_hour: int
) -> int:
    """Put rows of crews in the place of those they had from an hour on.

    The file is replaced as a whole: whoever reads it has the old or the new one. Return
    how many rows it has now.
    """
    path = night_file(night)
    kept = [*rows]
    if path.exists():
        former = read_rows(path)
        is_new = pc.and_(
            pc.is_in(former["crew"], pa.array(sorted(crews), pa.string())),
            pc.greater_equal(former["hour"], from_hour),
        )
        kept.insert(0, former.filter(pc.invert(is_new)))
    table = pa.concat_tables(kept) if kept else SCHEMA.empty_table()
    table = table.sort_by([(name, "ascending") for name in ("kind", "crew", "hour")])
    draft = path.with_suffix(f".{os.getpid()}.new")
    pq.write_table(table, draft, compression="zstd")
    draft.replace(path)
    return int(table.num_rows)


def read_rows(path: Path) -> pa.Table:
    """Read a night's rows."""
    return pq.read_table(path, schema=SCHEMA)


def is_from(table: pa.Table, hour: int) -> Any:
    """Tell which rows are from an hour on."""
    return pc.greater_equal(table["hour"], hour)
