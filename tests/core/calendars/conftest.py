"""The holidays of 2026 and the demo city's calendar, read from the files we ship."""

from pathlib import Path

import pytest

from xunfang.core.calendars.agenda import TownCalendar
from xunfang.core.calendars.calendar_document import parse_town_calendar
from xunfang.core.calendars.holiday_document import parse_holiday_year
from xunfang.core.calendars.holidays import Holidays, HolidayYear

CLI = Path(__file__).resolve().parents[3] / "src" / "xunfang" / "cli"


@pytest.fixture(scope="session")
def cli_data() -> Path:
    return CLI / "data"


@pytest.fixture(scope="session")
def year_2026(cli_data: Path) -> HolidayYear:
    path = cli_data / "holidays" / "2026.toml"
    return parse_holiday_year(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def holidays(year_2026: HolidayYear) -> Holidays:
    return Holidays((year_2026,))


@pytest.fixture(scope="session")
def yunting() -> TownCalendar:
    path = CLI / "demo" / "data" / "yunting_calendar.toml"
    return parse_town_calendar(path.read_text(encoding="utf-8"))
