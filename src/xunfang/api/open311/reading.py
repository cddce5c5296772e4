"""Read what a client sends: strictly, and saying everything that is wrong at once."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final, Self
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

MOST_FIELDS: Final = 200
MOST_SIGNS: Final = 4000
MOST_IDS: Final = 1000
MOST_ROWS: Final = 1000
ROWS_A_PAGE: Final = 50
MOST_DAYS: Final = timedelta(days=90)
_DECIMAL = re.compile(r"[+-]?\d{1,12}(\.\d{1,20})?", re.ASCII)
_WHOLE = re.compile(r"\d{1,6}", re.ASCII)
_LOST_PLUS = re.compile(r"(?<=\d) (?=\d\d:?\d\d$)")
_OTHER_SIGNS = re.compile(r"[^\t\n\r\u0020-\U0010ffff]|[\ud800-\udfff]")


class Refused(Exception):
    """The request is answered with errors."""

    def __init__(self, status: HTTPStatus, *descriptions: object) -> None:
        super().__init__(status, *descriptions)
        self.status = status
        self.descriptions = [str(each) for each in descriptions]


@dataclass(frozen=True, slots=True)
class Fields:
    """What was sent, by name; spaces around are gone, and empty is the same as absent."""

    pairs: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> Self:
        """Gather pairs of a name and a value."""
        found: dict[str, list[str]] = {}
        for name, value in pairs:
            if value := value.strip():
                found.setdefault(name, []).append(value)
        return cls(found)

    def one(self, name: str) -> str:
        """Return the last value sent under a name; empty where there is none."""
        values = self.pairs.get(name)
        return values[-1] if values else ""

    def many(self, name: str) -> Sequence[str]:
        """Return every value sent under a name."""
        return self.pairs.get(name, ())

    def listed(self, name: str) -> list[str]:
        """Return the values of a list separated by commas, each once."""
        parts = (part.strip() for part in ",".join(self.many(name)).split(","))
        return list(dict.fromkeys(part for part in parts if part))


def read_form(content_type: str, body: bytes) -> Fields:
    """Read the body of a POST.

    Raises
    ------
    Refused
        It is no form, or not in UTF-8, or has more fields than anybody needs.
    """
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type != "application/x-www-form-urlencoded":
        raise Refused(
            HTTPStatus.BAD_REQUEST,
            _("Send a form: application/x-www-form-urlencoded, in UTF-8."),
        )
    try:
        pairs = parse_qsl(
            body.decode(),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except UnicodeDecodeError:
        raise Refused(HTTPStatus.BAD_REQUEST, _("The form is not in UTF-8.")) from None
    except ValueError:
        raise Refused(HTTPStatus.BAD_REQUEST, _("The form has too many fields.")) from (
            None
        )
    return Fields.of(pairs)


def read_moment(text: str, *, zone: ZoneInfo) -> datetime | None:
    """Read a date and time; None where it is neither. Without an offset it is ours.

    A plus sign that was not escaped has come as a space. The moment is returned in UTC:
    offsets of sixteen hours, which the format allows, no database takes.

    >>> read_moment("2026-11-20T08:00:00 08:00", zone=ZoneInfo("UTC")).isoformat()
    '2026-11-20T00:00:00+00:00'
    """
    try:
        moment = datetime.fromisoformat(_LOST_PLUS.sub("+", text))
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
        # The first and the last day of the calendar have no neighbour in other zones.
        moment = moment.astimezone(UTC)
        _span = moment - MOST_DAYS, moment + MOST_DAYS
    except (ValueError, OverflowError):
        return None
    return moment


def read_decimal(text: str) -> float | None:
    """Read a number as people write it; None where it is none."""
    return float(text) if _DECIMAL.fullmatch(text) else None


def fit_for_a_line(text: str) -> str:
    """Write something in one line, without signs that cannot be seen."""
    return " ".join(_OTHER_SIGNS.sub(" ", text).split())


@dataclass(slots=True)
class Faults:
    """What is wrong with a request, gathered: a client mends it in one go."""

    descriptions: list[str] = field(default_factory=list)

    def add(self, description: object) -> None:
        """Note something that is wrong."""
        self.descriptions.append(str(description))

    def check(self) -> None:
        """Raise Refused if anything is wrong."""
        if self.descriptions:
            raise Refused(HTTPStatus.BAD_REQUEST, *self.descriptions)


def read_location(fields: Fields, faults: Faults) -> tuple[float, float] | None:
    """Read ``lat`` and ``long``: both or neither; WGS 84."""
    lat, long = fields.one("lat"), fields.one("long")
    if not lat and not long:
        return None
    if not lat or not long:
        faults.add(_("lat and long belong together: one of them is missing."))
        return None
    read_lat, read_long = read_decimal(lat), read_decimal(long)
    if (
        read_lat is None
        or read_long is None
        or not math.isfinite(read_lat + read_long)
        or abs(read_lat) > 90
        or abs(read_long) > 180
    ):
        faults.add(_("lat and long are not a point on earth (WGS 84, in degrees)."))
        return None
    return read_long, read_lat


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when somebody asks."""

    start: datetime
    end: datetime


def read_span(fields: Fields, faults: Faults, *, now: datetime, zone: ZoneInfo) -> Span:
    """Read ``start_date`` and ``end_date``: 90 days at most, the last 90 by default."""
    said: dict[str, datetime | None] = {}
    for name in ("start_date", "end_date"):
        text = fields.one(name)
        said[name] = read_moment(text, zone=zone) if text else None
        if text and said[name] is None:
            faults.add(
                _("%(name)s is not a date and time like 2026-11-20T08:00:00+08:00.")
                % {"name": name}
            )
    start, end = said["start_date"], said["end_date"]
    if start is not None and end is not None:
        if end < start:
            faults.add(_("end_date lies before start_date."))
        elif end - start > MOST_DAYS:
            faults.add(_("start_date and end_date lie more than 90 days apart."))
        return Span(start, end)
    if start is not None:
        return Span(start, start + MOST_DAYS)
    end = end or now
    return Span(end - MOST_DAYS, end)


@dataclass(frozen=True, slots=True)
class Part:
    """Which rows of a list somebody wants."""

    first: int
    n_rows: int


def read_part(fields: Fields, faults: Faults) -> Part:
    """Read ``page`` (from 1) and ``page_size`` (up to 1,000); without them, 1,000 rows."""
    page, size = fields.one("page"), fields.one("page_size")
    if not page and not size:
        return Part(0, MOST_ROWS)
    numbers = []
    for name, text, default, most in (
        ("page", page, 1, 100_000),
        ("page_size", size, ROWS_A_PAGE, MOST_ROWS),
    ):
        number = default
        if text:
            number = int(text) if _WHOLE.fullmatch(text) else 0
        if not 1 <= number <= most:
            faults.add(
                _("%(name)s is not a whole number from 1 to %(most)s.")
                % {"name": name, "most": most}
            )
        numbers.append(number)
    return Part((numbers[0] - 1) * numbers[1], numbers[1])


def read_statuses(fields: Fields, faults: Faults) -> list[str]:
    """Read ``status``: open, closed or both."""
    statuses = [status.lower() for status in fields.listed("status")]
    if not set(statuses) <= {"open", "closed"}:
        faults.add(_("status is open or closed."))
    return statuses
