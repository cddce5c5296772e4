"""Tables that people exchange with us: CSV and XLSX, read and written.

Reading keeps the line number of every row, so that whatever is wrong with one can be
said of it. Writing protects whoever opens the file: no cell ever becomes a formula.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from openpyxl import Workbook, load_workbook

from xunfang.core.errors import DomainError

MOST_BYTES = 30 * 1024 * 1024
"""50,000 lines of 110, with every clock and what the caller said, are 21 MB."""
MOST_UNPACKED_BYTES = 200 * 1024 * 1024
MOST_ROWS = 50_000
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv; charset=utf-8"
ENCODINGS = ("utf-8-sig", "gb18030")
"""Excel in China writes CSV in the second one."""
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class UnreadableTable(DomainError):
    """The file is neither CSV nor XLSX, or is damaged."""

    code = "web.unreadable_table"


class TableTooLarge(DomainError):
    """The file has more rows or bytes than one import may have."""

    code = "web.table_too_large"


class ColumnsMissing(DomainError):
    """The first line does not name all columns that are needed."""

    code = "web.columns_missing"

    def __init__(self, columns: tuple[str, ...]) -> None:
        self.columns = columns
        super().__init__(f"missing columns: {', '.join(columns)}")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: the key we use and the names people give it."""

    key: str
    names: tuple[str, ...]
    """As written in the first line, the first one when we write; case does not matter."""
    is_needed: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table."""

    line: int
    """As a spreadsheet counts: the first line, with the names, is 1."""
    cells: dict[str, str]
    """Text by column key, trimmed; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Table:
    """What was read."""

    rows: tuple[Row, ...]
    unknown: tuple[str, ...] = ()
    """Names in the first line that no column has: they were not read."""


def read_table(content: bytes, columns: Sequence[Column]) -> Table:
    """Read a CSV or XLSX file; empty lines are passed over.

    Raises
    ------
    UnreadableTable
        It is neither, or damaged.
    TableTooLarge
        More than 30 MB, or 50,000 rows.
    ColumnsMissing
        The first line lacks columns that are needed; ``columns`` names them.
    """
    if len(content) > MOST_BYTES:
        raise TableTooLarge(f"{len(content)} bytes")
    lines = _xlsx(content) if content.startswith(b"PK") else _csv(content)
    if len(lines) > MOST_ROWS + 1:
        raise TableTooLarge(f"{len(lines)} lines")
    header = [name.strip() for name in lines[0][1]] if lines else []
    by_name = {
        name.casefold(): column.key for column in columns for name in column.names
    }
    keys = [by_name.get(name.casefold()) for name in header]
    missing = tuple(
        column.names[0]
        for column in columns
        if column.is_needed and column.key not in keys
    )
    if missing:
        raise ColumnsMissing(missing)
    blank = dict.fromkeys((column.key for column in columns), "")
    rows = tuple(
        Row(
            line,
            blank
            | {
                key: cell.strip()
                for key, cell in zip(keys, cells, strict=False)
                if key is not None
            },
        )
        for line, cells in lines[1:]
        if any(cell.strip() for cell in cells)
    )
    unknown = tuple(
        name for name, key in zip(header, keys, strict=True) if name and key is None
    )
    return Table(rows, unknown)


def _csv(content: bytes) -> list[tuple[int, list[str]]]:
    if b"\0" in content:
        raise UnreadableTable("not a text file")
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        break
    else:
        raise UnreadableTable("neither UTF-8 nor GB18030")
    first_line = text.partition("\n")[0]
    delimiter = max(",;\t", key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines = []
    try:
        begins = 1
        for cells in reader:
            lines.append((begins, cells))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableTable(f"line {reader.line_num}: {error}") from error
    return lines


def _xlsx(content: bytes) -> list[tuple[int, list[str]]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            n_bytes = sum(part.file_size for part in packed.infolist())
    except zipfile.BadZipFile as error:
        raise UnreadableTable(str(error)) from error
    if n_bytes > MOST_UNPACKED_BYTES:
        raise TableTooLarge(f"unpacks to {n_bytes} bytes")
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        lines = [
            (line, [_text(value) for value in cells])
            for line, cells in enumerate(sheet.iter_rows(values_only=True), start=1)
            if line <= MOST_ROWS + 2
        ]
        book.close()
    except Exception as error:
        # Whatever a damaged archive or sheet makes the library raise, it is unreadable.
        raise UnreadableTable(f"{type(error).__name__}: {error}") from error
    return lines


def _text(value: object) -> str:
    """Write a cell as people read it.

    >>> _text(30.0), _text(None), _text(date(2026, 8, 14)), _text(time(21, 30))
    ('30', '', '2026-08-14', '21:30')
    >>> _text(datetime(2026, 8, 14, 21, 30)), _text(datetime(2026, 8, 14, 21, 30, 5))
    ('2026-08-14 21:30', '2026-08-14 21:30:05')
    """
    match value:
        case None:
            return ""
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(sep=" ", timespec=_fineness(value))
        case date():
            return value.isoformat()
        case time():
            return value.isoformat(timespec=_fineness(value))
        case _:
            return str(value)


def _fineness(value: datetime | time) -> str:
    """Write seconds where there are any: an order is signed for within thirty of them."""
    return "seconds" if value.second else "minutes"


def write_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Write a CSV file that spreadsheets open in Chinese without asking."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([_harmless(_text(cell)) for cell in header])
    writer.writerows([_harmless(_text(cell)) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _harmless(text: str) -> str:
    """Put a mark before what a spreadsheet would compute; a number stays a number.

    >>> _harmless("=1+1"), _harmless("-3.5"), _harmless("银行")
    ("'=1+1", '-3.5', '银行')
    """
    if not text.startswith(BEGINS_A_FORMULA):
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text


def write_xlsx(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Write a workbook of one sheet; text is text, whatever it begins with."""
    book = Workbook()
    [sheet] = book.worksheets
    for number, row in enumerate((header, *rows), start=1):
        for column, value in enumerate(row, start=1):
            if isinstance(value, int | float) and not isinstance(value, bool):
                sheet.cell(number, column, value)
            else:
                sheet.cell(number, column, _text(value)).data_type = "s"
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
