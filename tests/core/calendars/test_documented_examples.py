"""What the reference pages tell people to write is understood."""

import re
from pathlib import Path

import pytest

from xunfang.core.calendars.holiday_document import parse_holiday_year
from xunfang.core.calendars.market_text import MarketRuleUnclear, parse_market_rule

REFERENCE = Path(__file__).resolve().parents[3] / "docs" / "reference"
KINDS_OF_RULE = ("last digit", "weekday", "earthly", "named", "daily", "unknown")


def calendar_page() -> str:
    return (REFERENCE / "calendar-file.md").read_text(encoding="utf-8")


def test_the_example_of_a_holiday_file_is_a_holiday_file():
    page = (REFERENCE / "holiday-file.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)

    year = parse_holiday_year(example)

    assert (year.year, year.n_days_off, len(year.makeup_workdays)) == (2026, 7, 2)


def test_every_market_rule_on_the_page_is_understood():
    rows = [
        line.split("|")
        for line in calendar_page().splitlines()
        if line.startswith(tuple(f"| {kind}" for kind in KINDS_OF_RULE))
    ]
    rules = [rule for row in rows for rule in re.findall(r"`([^`]+)`", row[2])]

    assert len(rules) == 15
    for rule in rules:
        parse_market_rule(rule)


def test_every_rule_the_page_calls_unclear_is_refused():
    (line,) = (
        line for line in calendar_page().splitlines() if line.startswith("Refused as")
    )

    for rule in re.findall(r"`([^`]+)`", line):
        with pytest.raises(MarketRuleUnclear):
            parse_market_rule(rule)
