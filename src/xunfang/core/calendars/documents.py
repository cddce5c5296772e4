"""Reading a TOML document so that every complaint names a line and a remedy.

The people who keep these files are officers with a text editor. "KeyError: 'rule'"
helps none of them; "line 14, [[markets]] MK03: `rule` is missing; write for example
rule = "农历逢三六九"" does.
"""

import difflib
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum

from xunfang.core.calendars.lunar import FIRST_DAY, LAST_DAY
from xunfang.core.errors import DomainError

_HEADER = re.compile(r"\s*\[\[?\s*([\w.\-]+)\s*\]\]?")
_KEY = re.compile(r"\s*([\w\-]+)\s*=")
_TOML_PLACE = re.compile(r"\(at line (\d+), column \d+\)")

type _Place = tuple[tuple[str | int, ...], str]


class DocumentRefused(DomainError):
    """A calendar or holiday file says something we cannot use.

    ``line`` counts from 1; ``remedy`` is one sentence on what to write instead.
    """

    code = "calendars.document_refused"

    def __init__(self, *, line: int, problem: str, remedy: str) -> None:
        super().__init__(f"line {line}: {problem}; {remedy}")
        self.line = line
        self.problem = problem
        self.remedy = remedy


@dataclass(slots=True)
class Table:
    """One table of a document, and where its keys stand in the text.

    Every key is asked for by type; ``check_no_more_keys`` then refuses what nobody
    asked for, so a slip of the pen is never silently ignored.
    """

    values: Mapping[str, object]
    lines: Mapping[_Place, int]
    path: tuple[str | int, ...] = ()
    _asked: set[str] = field(default_factory=set)

    def line_of(self, key: str = "") -> int:
        """Return the line of a key, or of the table's own header."""
        return self.lines.get((self.path, key)) or self.lines.get((self.path, ""), 1)

    def refuse(self, key: str, problem: str, remedy: str) -> DocumentRefused:
        """Make the refusal of a key; the caller raises it."""
        return DocumentRefused(line=self.line_of(key), problem=problem, remedy=remedy)

    def has(self, key: str) -> bool:
        """Say whether a key is written."""
        return key in self.values

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text; without a default it must be there and not be empty."""
        value = self._value(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.refuse(key, f"`{key}` is not a text", f'write {key} = "…"')
        return value

    def number(self, key: str, default: int | None = None) -> int:
        """Return a whole number."""
        value = self._value(key, default)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.refuse(key, f"`{key}` is no whole number", f"write {key} = 30")
        return value

    def day(self, key: str, default: date | None = None) -> date:
        """Return a date."""
        return self._as_day(key, self._value(key, default))

    def days(self, key: str) -> tuple[date, ...]:
        """Return a list of dates; empty if the key is not written."""
        return tuple(self._as_day(key, row) for row in self._list(key))

    def minute(self, key: str) -> int | None:
        """Return a civil time as minutes after midnight; None if not written.

        Written 18:30:00 as TOML has it, or "18:30" as people do. "24:00" to "47:59"
        are hours of the next day.
        """
        if key not in self.values:
            self._asked.add(key)
            return None
        value = self._value(key, None)
        if isinstance(value, time):
            return value.hour * 60 + value.minute
        said = (
            re.fullmatch(r"(\d{1,2}):([0-5]\d)", value)
            if isinstance(value, str)
            else None
        )
        if said is None or int(said[1]) > 47:
            raise self.refuse(
                key, f"`{key}` is no time of day", f'write {key} = "18:30"'
            )
        return int(said[1]) * 60 + int(said[2])

    def numbers(self, key: str, *, low: int, high: int) -> frozenset[int]:
        """Return a list of whole numbers in a range; empty if not written."""
        rows = self._list(key)
        for row in rows:
            if (
                not isinstance(row, int)
                or isinstance(row, bool)
                or not low <= row <= high
            ):
                raise self.refuse(
                    key,
                    f"`{key}` holds {row!r}",
                    f"use whole numbers from {low} to {high}",
                )
        return frozenset(row for row in rows if isinstance(row, int))

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; empty if not written."""
        rows = self._list(key)
        if not all(isinstance(row, str) for row in rows):
            raise self.refuse(
                key, f"`{key}` is no list of texts", f'write {key} = ["…"]'
            )
        return tuple(row for row in rows if isinstance(row, str))

    def choice[E: StrEnum](
        self, key: str, kind: type[E], default: E | None = None
    ) -> E:
        """Return one of the values of an enumeration."""
        value = self._value(key, default)
        try:
            return kind(str(value))
        except ValueError:
            raise self.refuse(
                key,
                f"`{key}` is {value!r}",
                f"use one of {', '.join(kind)}",
            ) from None

    def table(self, key: str) -> "Table | None":
        """Return the table ``[key]``; None if it is not written."""
        self._asked.add(key)
        row = self.values.get(key)
        if row is None:
            return None
        if not isinstance(row, dict):
            raise self.refuse(key, f"`{key}` is no table", f"write [{key}]")
        return Table(row, self.lines, (*self.path, key))

    def tables(self, key: str) -> Iterator["Table"]:
        """Return the tables ``[[key]]`` in the order they are written."""
        if isinstance(self.values.get(key), dict):
            raise DocumentRefused(
                line=self.lines.get(((*self.path, key), ""), self.line_of()),
                problem=f"one [{key}] where several may stand",
                remedy=f"write [[{key}]], with two brackets",
            )
        for i, row in enumerate(self._list(key)):
            if not isinstance(row, dict):
                raise self.refuse(key, f"`{key}` is no table", f"write [[{key}]]")
            yield Table(row, self.lines, (*self.path, key, i))

    def built[T](self, build: Callable[[], T], *, remedy: str, key: str = "") -> T:
        """Build a value from this table; what it refuses becomes a line and a remedy."""
        try:
            return build()
        except DocumentRefused:
            raise
        except (ValueError, DomainError) as refusal:
            raise self.refuse(key, str(refusal), remedy) from refusal

    def check_no_more_keys(self) -> None:
        """Refuse keys nobody asked for.

        Raises
        ------
        DocumentRefused
            A key is unknown here; the remedy names the nearest known one.
        """
        for key in self.values:
            if key in self._asked:
                continue
            near = difflib.get_close_matches(key, sorted(self._asked), n=1)
            known = ", ".join(sorted(self._asked))
            remedy = f"did you mean `{near[0]}`?" if near else f"known here: {known}"
            raise self.refuse(key, f"`{key}` is not known here", remedy)

    def _value(self, key: str, default: object) -> object:
        self._asked.add(key)
        value = self.values.get(key, default)
        if value is None:
            raise self.refuse(key, f"`{key}` is missing", f"add a line {key} = …")
        return value

    def _list(self, key: str) -> list[object]:
        self._asked.add(key)
        rows = self.values.get(key, [])
        if not isinstance(rows, list):
            raise self.refuse(key, f"`{key}` is no list", f"write {key} = [ … ]")
        return rows

    def _as_day(self, key: str, value: object) -> date:
        # A TOML date-time is a datetime, which is a date too: refuse it all the same.
        if type(value) is not date:
            raise self.refuse(
                key, f"`{key}` holds no date", f"write {key} = 2026-02-17, unquoted"
            )
        if not FIRST_DAY <= value <= LAST_DAY:
            raise self.refuse(
                key, f"{value} is too far away", "use the years 1900 to 2100"
            )
        return value


def read_document(text: str, *, document_format: str) -> Table:
    """Parse a document and check that it says which format it is.

    Raises
    ------
    DocumentRefused
        It is not TOML, or of another format.
    """
    # Some editors put an invisible mark before the first letter.
    text = text.removeprefix("\ufeff")
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _TOML_PLACE.search(str(error))
        raise DocumentRefused(
            line=int(place[1]) if place else text.count("\n") + 1,
            problem=f"not TOML: {_TOML_PLACE.sub('', str(error)).strip()}",
            remedy="look for a missing quote, bracket or equals sign there",
        ) from error
    table = Table(values, _lines_of(text))
    if table.text("format", "") != document_format:
        raise table.refuse(
            "format",
            "the file does not say that it is of this format",
            f'begin it with format = "{document_format}"',
        )
    return table


def _lines_of(text: str) -> dict[_Place, int]:
    """Find on which line each table and key is written.

    A plain scan of line beginnings: keys inside a multi-line list or text are not
    seen, and complaints about them name the line where the list begins.
    """
    lines: dict[_Place, int] = {((), ""): 1}
    counts: dict[tuple[str | int, ...], int] = {}
    path: tuple[str | int, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            *parents, name = header[1].split(".")
            parent: tuple[str | int, ...] = ()
            for part in parents:
                parent = (*parent, part)
                if parent in counts:
                    parent = (*parent, counts[parent])
            path = (*parent, name)
            if line.lstrip().startswith("[["):
                counts[path] = counts.get(path, -1) + 1
                path = (*path, counts[path])
            lines[path, ""] = number
        elif key := _KEY.match(line):
            lines.setdefault((path, key[1]), number)
    return lines
