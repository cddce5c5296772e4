"""Reading a JSON document with a finger on the place: the ground under ``documents.py``.

Whatever is structurally wrong (a list where an object belongs, a time of 15.5) raises an
error that knows its path in the document, such as ``stops[3].windows[0]``, and
:func:`line_of` finds the line of that path in the text the person wrote.
"""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from xunfang.core.errors import DomainError
from xunfang.core.planning.problem import UNREACHABLE

type Facts = dict[str, str | int | float]


class FormatError(DomainError):
    """A document cannot be read as what it should be.

    ``path`` is where; ``facts`` fill the sentence, with its remedy, in ``wording.py``.
    """

    code = "planning.format.unreadable"

    def __init__(self, path: str, **facts: str | float) -> None:
        self.path = path
        self.facts: Facts = dict(facts)
        told = ", ".join(f"{key}={value}" for key, value in facts.items())
        super().__init__(
            f"{path or 'document'}: {self.code}" + f" ({told})" * bool(told)
        )


class NotJson(FormatError):
    """The text is no JSON: a comma too many, a quote missing."""

    code = "planning.format.not_json"


class WrongFormat(FormatError):
    """``format`` is missing or names another format or version."""

    code = "planning.format.wrong_format"


class WrongType(FormatError):
    """Something of another kind belongs here: a list, an object, a text, a number."""

    code = "planning.format.wrong_type"


class MissingKey(FormatError):
    """A key without a default is missing."""

    code = "planning.format.missing_key"


class FractionalTime(FormatError):
    """A time that is no whole number of time units."""

    code = "planning.format.fractional_time"


class NumberOutOfRange(FormatError):
    """A number that is negative, too small, too large or not finite."""

    code = "planning.format.out_of_range"


class BadMoment(FormatError):
    """A date and time that cannot be read or does not say its zone."""

    code = "planning.format.bad_datetime"


class BadMatrix(FormatError):
    """A travel matrix that is not square, or not as large as the others."""

    code = "planning.format.bad_matrix"


class UnknownWord(FormatError):
    """A word that is none of those allowed here."""

    code = "planning.format.unknown_word"


@dataclass(frozen=True, slots=True)
class Node:
    """One value in the document, and where it is."""

    value: object
    path: str = ""

    # What it is.

    def as_list(self) -> list["Node"]:
        if not isinstance(self.value, list):
            raise self.wrong_type("list")
        return [Node(item, f"{self.path}[{n}]") for n, item in enumerate(self.value)]

    def as_object(self) -> dict[str, "Node"]:
        if not isinstance(self.value, dict):
            raise self.wrong_type("object")
        return {key: Node(item, self._below(key)) for key, item in self.value.items()}

    def as_text(self) -> str:
        if not isinstance(self.value, str):
            raise self.wrong_type("text")
        return self.value

    def as_id(self) -> str:
        text = self.as_text()
        if not text.strip():
            raise MissingKey(self.path, key="id")
        return text

    def as_flag(self) -> bool:
        if not isinstance(self.value, bool):
            raise self.wrong_type("true or false")
        return self.value

    def as_number(self) -> float:
        """Return a finite number that is not negative, as values are."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            raise self.wrong_type("number")
        if not math.isfinite(self.value) or self.value < 0:
            raise NumberOutOfRange(self.path, number=str(self.value), least=0)
        return float(self.value)

    def as_degrees(self) -> float:
        """Return a longitude or latitude: finite, within 180 degrees of zero."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            raise self.wrong_type("number")
        if not -180 <= self.value <= 180:
            raise NumberOutOfRange(self.path, number=str(self.value), least=-180)
        return float(self.value)

    def as_whole(self, *, least: int = 0) -> int:
        """Return a whole number from ``least`` on; 15.0 is one, 15.5 is not."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            raise self.wrong_type("whole number")
        if not math.isfinite(self.value):
            raise NumberOutOfRange(self.path, number=str(self.value), least=least)
        whole = math.ceil(self.value)
        if whole != self.value:
            raise FractionalTime(self.path, number=str(self.value), up=whole)
        if not least <= whole < UNREACHABLE:
            raise NumberOutOfRange(self.path, number=str(self.value), least=least)
        return whole

    def as_window(self) -> tuple[int, int]:
        """Return two moments; that the first comes first is for the caller to see."""
        items = self.as_list()
        if len(items) != 2:
            raise self.wrong_type("[first, last]")
        return items[0].as_whole(), items[1].as_whole()

    def as_datetime(self) -> datetime:
        try:
            moment = datetime.fromisoformat(self.as_text())
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise BadMoment(self.path, text=str(self.value))
        return moment

    def as_facts(self) -> Facts:
        facts: Facts = {}
        for key, item in self.as_object().items():
            if isinstance(item.value, bool) or not isinstance(
                item.value, str | int | float
            ):
                raise item.wrong_type("text or number")
            facts[key] = item.value
        return facts

    # Its parts.

    def get(self, key: str) -> "Node | None":
        """Return the value under ``key``; None where it is missing or null."""
        if not isinstance(self.value, dict):
            raise self.wrong_type("object")
        item = self.value.get(key)
        return None if item is None else Node(item, self._below(key))

    def need(self, key: str) -> "Node":
        item = self.get(key)
        if item is None:
            raise MissingKey(self.path, key=key)
        return item

    def listed(self, key: str) -> list["Node"]:
        item = self.get(key)
        return [] if item is None else item.as_list()

    def whole(self, key: str, default: int, *, least: int = 0) -> int:
        item = self.get(key)
        return default if item is None else item.as_whole(least=least)

    def whole_or_none(self, key: str) -> int | None:
        item = self.get(key)
        return None if item is None else item.as_whole()

    def number(self, key: str, default: float) -> float:
        item = self.get(key)
        return default if item is None else item.as_number()

    def text(self, key: str, default: str) -> str:
        item = self.get(key)
        return default if item is None else item.as_text()

    def flag(self, key: str, *, default: bool) -> bool:
        item = self.get(key)
        return default if item is None else item.as_flag()

    def texts(self, key: str) -> frozenset[str] | None:
        item = self.get(key)
        if item is None:
            return None
        return frozenset(entry.as_text() for entry in item.as_list())

    def _below(self, key: str) -> str:
        step = key if _PLAIN_KEY.fullmatch(key) else None
        if step is None:
            return f"{self.path}[{json.dumps(key, ensure_ascii=False)}]"
        return f"{self.path}.{step}" if self.path else step

    def wrong_type(self, wanted: str) -> WrongType:
        return WrongType(self.path, wanted=wanted, found=_kind(self.value))


def parse(text: str) -> object:
    """Return the JSON document in the text, or raise :class:`NotJson` with its line."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise NotJson(
            "", line=error.lineno, column=error.colno, said=error.msg
        ) from None
    except RecursionError:
        raise NotJson("", line=1, column=1, said="nested too deeply") from None


def line_of(text: str, path: str) -> int:
    """Return the line, from 1, on which a path's value begins in a JSON text.

    Where the path leads out of the document (a missing key), the line of the last part
    that is there.
    """
    steps = [
        key or (json.loads(quoted) if quoted else int(number))
        for key, number, quoted in _STEP.findall(path)
    ]
    position = _skip_space(text, 0)
    for step in steps:
        for name, begins in _members(text, position):
            if name == step:
                position = begins
                break
        else:
            break
    return text.count("\n", 0, position) + 1


_PLAIN_KEY = re.compile(r"[^\W\d][\w-]*")
_STEP = re.compile(
    r"""\.?([^\W\d][\w-]*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]""", re.DOTALL
)
_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_SCALAR = re.compile(r"[^\s,\[\]{}:\"]+")


def _skip_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _members(text: str, position: int) -> Iterator[tuple[str | int, int]]:
    """Yield each key or index of the value at ``position``, and where its value begins."""
    opening = text[position : position + 1]
    if opening not in ("{", "["):
        return
    closing = "}" if opening == "{" else "]"
    number = 0
    position = _skip_space(text, position + 1)
    while position < len(text) and text[position] != closing:
        name: str | int = number
        if opening == "{":
            key = _STRING.match(text, position)
            if key is None:
                return
            name = json.loads(key.group(), strict=False)
            position = _skip_space(text, key.end())
            position = _skip_space(text, position + 1)
        yield name, position
        position = _skip_space(text, _end_of_value(text, position))
        if text[position : position + 1] == ",":
            position = _skip_space(text, position + 1)
        number += 1


def _end_of_value(text: str, position: int) -> int:
    depth = 0
    while position < len(text):
        character = text[position]
        if character == '"':
            string = _STRING.match(text, position)
            position = string.end() if string else len(text)
        elif character in "[{":
            depth += 1
            position += 1
        elif character in "]}":
            depth -= 1
            position += 1
        elif character in " \t\r\n,:":
            position += 1
            continue
        else:
            scalar = _SCALAR.match(text, position)
            position = scalar.end() if scalar else position + 1
        if depth == 0:
            return position
    return position


def _kind(value: object) -> str:
    match value:
        case bool():
            return "true or false"
        case int() | float():
            return "number"
        case str():
            return "text"
        case list():
            return "list"
        case dict():
            return "object"
        case _:
            return "null"
