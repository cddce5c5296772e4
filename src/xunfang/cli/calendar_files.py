"""The calendar and holiday files a command works with."""

from collections.abc import Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from xunfang.core.calendars.agenda import TownCalendar
from xunfang.core.calendars.calendar_document import parse_town_calendar
from xunfang.core.calendars.documents import DocumentRefused
from xunfang.core.calendars.holiday_document import parse_holiday_year
from xunfang.core.calendars.holidays import Holidays
from xunfang.core.errors import DomainError


class CalendarFileRefused(DomainError):
    """A file cannot be read, or says something we cannot use."""

    code = "cli.calendar_file_refused"


def load_town_calendar(path: Path | None) -> TownCalendar:
    """Read a town's calendar file; None means the demo city's.

    Raises
    ------
    CalendarFileRefused
        With file, line and remedy.
    """
    source: Path | Traversable = path or (
        files("xunfang.cli") / "demo" / "data" / "yunting_calendar.toml"
    )
    text = _read(source)
    try:
        return parse_town_calendar(text)
    except DocumentRefused as refusal:
        raise _with_file(source, refusal) from refusal


def load_holidays(paths: Sequence[Path] = ()) -> Holidays:
    """Read the yearly holiday files that come with us, and these instead or besides.

    Raises
    ------
    CalendarFileRefused
        With file, line and remedy; also when two of ``paths`` are of one year.
    """
    built_in = files("xunfang.cli") / "data" / "holidays"
    years = {
        year.year: year
        for year in (
            parse_holiday_year(_read(source))
            for source in sorted(built_in.iterdir(), key=lambda row: row.name)
            if source.name.endswith(".toml")
        )
    }
    given: dict[int, Path] = {}
    for path in paths:
        try:
            year = parse_holiday_year(_read(path))
        except DocumentRefused as refusal:
            raise _with_file(path, refusal) from refusal
        if year.year in given:
            raise CalendarFileRefused(
                f"{path}: {given[year.year]} is of {year.year} too; give one of them"
            )
        given[year.year] = path
        years[year.year] = year
    return Holidays(tuple(years[number] for number in sorted(years)))


def _read(source: Path | Traversable) -> str:
    try:
        return source.read_text(encoding="utf-8")
    except OSError as error:
        raise CalendarFileRefused(
            f"{source}: cannot be read ({error.strerror}); check the path"
        ) from error
    except UnicodeDecodeError as error:
        raise CalendarFileRefused(
            f"{source}: not UTF-8 (byte {error.start}); save it as UTF-8"
        ) from error


def _with_file(
    source: Path | Traversable, refusal: DocumentRefused
) -> CalendarFileRefused:
    return CalendarFileRefused(
        f"{source}:{refusal.line}: {refusal.problem}; {refusal.remedy}"
    )
