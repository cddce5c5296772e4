"""The yearly holiday file (``xunfang.holidays/1``): text in, a ``HolidayYear`` out.

The format is described in ``docs/reference/holiday-file.md``.
"""

from datetime import date

from xunfang.core.calendars.documents import Table, read_document
from xunfang.core.calendars.holidays import Holiday, HolidayYear

FORMAT = "xunfang.holidays/1"


def parse_holiday_year(text: str) -> HolidayYear:
    """Read a yearly holiday file.

    Raises
    ------
    DocumentRefused
        With the line, what is wrong there, and what to write instead.
    """
    document = read_document(text, document_format=FORMAT)
    year = document.number("year")
    source = document.text("source")
    holidays = tuple(_holiday(row, year) for row in document.tables("holidays"))
    document.check_no_more_keys()
    if not holidays:
        raise document.refuse(
            "year",
            f"no holidays for {year}",
            "add a [[holidays]] table for each; for a year without any "
            "announcement leave the file out",
        )
    return document.built(
        lambda: HolidayYear(year=year, source=source, holidays=holidays),
        remedy="name each day once in the whole file",
    )


def _holiday(table: Table, year: int) -> Holiday:
    code = table.text("code")
    first_day = _day_near(table, "from", table.day("from"), year)
    last_day = _day_near(table, "to", table.day("to"), year)
    makeup_workdays = table.days("workdays")
    for day in makeup_workdays:
        _day_near(table, "workdays", day, year)
    statutory_days = table.days("statutory")
    name, name_en = table.text("name"), table.text("name_en", "")
    table.check_no_more_keys()
    return table.built(
        lambda: Holiday(
            code=code,
            name=name,
            name_en=name_en or name,
            first_day=first_day,
            last_day=last_day,
            makeup_workdays=makeup_workdays,
            statutory_days=statutory_days,
        ),
        remedy="compare `from`, `to`, `workdays` and `statutory` with the notice",
    )


def _day_near(table: Table, key: str, day: date, year: int) -> date:
    # New Year's days off may begin in December; anything further is a wrong year.
    if not date(year - 1, 12, 1) <= day <= date(year, 12, 31):
        raise table.refuse(
            key,
            f"{day} does not belong to the file of {year}",
            f"correct the date, or put it into the file of {day.year}",
        )
    return day
