"""``xunfang calendar`` on the shell."""

import argparse
import csv
import json
from pathlib import Path

import pytest

from xunfang.cli import calendar
from xunfang.cli.calendar_phrases import FESTIVALS, KINDS, LEVELS
from xunfang.cli.calendar_phrases import REASONS as PHRASES
from xunfang.core.calendars.duties import REASONS, DutyKind
from xunfang.core.calendars.festivals import Festival
from xunfang.core.calendars.schools import SchoolLevel

GOLDEN = (
    Path(__file__).resolve().parents[2]
    / "core"
    / "calendars"
    / "golden"
    / "market_days_2026.csv"
)


def run(*argv: str) -> int:
    parser = argparse.ArgumentParser(prog="xunfang")
    calendar.add_parser(parser.add_subparsers())
    arguments = parser.parse_args(["calendar", *argv])
    code: int = arguments.handler(arguments)
    return code


def json_lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.row("C01")
def test_one_object_a_market_day_all_647_of_2026(capsys):
    with GOLDEN.open(encoding="utf-8", newline="") as file:
        expected = [
            (row["market"], row["date"], row["name"], row["rule"])
            for row in csv.DictReader(file)
        ]

    code = run(
        *("--from", "2026-01-01", "--to", "2026-12-31", "--kind", "market", "--json")
    )

    rows = json_lines(capsys.readouterr().out)
    found = [(row["market"], row["date"], row["name"], row["rule"]) for row in rows]
    assert code == 0
    assert len(found) == 647
    assert sorted(found) == sorted(expected)


def test_one_day_in_chinese(capsys):
    code = run("2026-10-10", "--held", "NIGHT-ROUND=2026-10-08")

    lines = capsys.readouterr().out.splitlines()
    assert code == 0
    assert lines[0] == "2026年10月10日 星期六 · 农历九月初一 · 巳日 · 调休上班"
    assert (
        "  09:00–12:00  赶场 高岭乡 S10\uff1a空三赶四(丑巳酉日)\uff1a今天是巳日"
        in lines
    )
    assert (
        "  21:00–21:50  护学岗 全市高中\uff1a"
        "调休上课\uff1a高中晚自习21:30放学\uff0c提前30分钟到岗" in lines
    )
    assert (
        "  22:00–次日08:00  安静时段\uff1a不入户走访\uff0c不发可以缓发的消息" in lines
    )


def test_one_day_in_english(capsys):
    code = run("2026-10-01", "--lang", "en")

    lines = capsys.readouterr().out.splitlines()
    assert code == 0
    assert lines[0] == (
        "Thursday 1 October 2026 · day 21 of month 8 of the lunar calendar · "
        "申 day · day off"
    )
    assert "  all day  Festival National Day: every year on 1 October" in lines
    assert lines[-4:] == [
        "    School gate post All high schools: no school: National Day",
        "    School gate post All kindergartens: no school: National Day",
        "    School gate post All middle schools: no school: National Day",
        "    School gate post All primary schools: no school: National Day",
    ]


def test_one_day_as_json(capsys):
    code = run("2026-09-28", "--json", "--kind", "campaign")

    (day,) = json_lines(capsys.readouterr().out)
    (campaign,) = day.pop("duties")
    assert code == 0
    assert day == {
        "date": "2026-09-28",
        "day_kind": "workday",
        "is_workday": True,
        "is_announced": True,
        "lunar": "八月十八",
        "branch": "巳",
        "not_today": [],
        "warnings": [],
    }
    assert campaign["why_en"] == "day 59 of 100 (2026-08-01 to 2026-11-08)"
    assert campaign["params"] == {
        "day_number": 59,
        "n_days": 100,
        "first_day": "2026-08-01",
        "last_day": "2026-11-08",
    }


def test_today_is_shown_when_no_date_is_given(capsys):
    code = run()

    assert code == 0
    assert "农历" in capsys.readouterr().out


@pytest.mark.row("C06")
def test_three_market_days_are_proposed_and_the_taken_one_is_named(capsys):
    code = run(
        *("2026-10-01", "--propose", "3", "--find", "石门坳赶场"),
        *("--busy", "2026-10-25@S10=重阳节活动"),
    )

    printed = capsys.readouterr()
    assert code == 0
    assert [line[:10] for line in printed.out.splitlines()] == [
        "2026-10-11",
        "2026-11-10",
        "2026-11-24",
    ]
    assert printed.err == "2026-10-25  不选 石门坳\uff1a重阳节活动\n"


def test_searching_by_any_word_for_market_day(capsys):
    code = run("2026-02-16", "--find", "赶圩 河湾", "--json")

    (day,) = json_lines(capsys.readouterr().out)
    assert code == 0
    assert [duty["market"] for duty in day["duties"]] == ["MK07"]


@pytest.mark.row("C06")
def test_a_year_without_a_file_is_warned_about_and_still_shown(capsys):
    code = run("2027-10-01", "--lang", "en")

    printed = capsys.readouterr()
    assert code == 0
    assert "Festival National Day" in printed.out
    assert printed.err == (
        "no holiday file for 2027: weekends only, exchanged days unknown; write one "
        "as docs/reference/holiday-file.md says and give it with --holidays FILE\n"
    )


def test_a_holiday_file_of_ones_own_is_used(capsys, tmp_path):
    path = tmp_path / "2027.toml"
    path.write_text(
        'format = "xunfang.holidays/1"\nyear = 2027\nsource = "通知"\n'
        '[[holidays]]\ncode = "national_day"\nname = "国庆节"\n'
        "from = 2027-10-01\nto = 2027-10-07\n",
        encoding="utf-8",
    )

    code = run("2027-10-01", "--kind", "holiday", "--holidays", str(path))

    printed = capsys.readouterr()
    assert code == 0
    assert printed.out.splitlines()[1] == (
        "  全天  节假日 国庆节\uff1a国庆节放假\uff08通知\uff09"
    )
    assert printed.err == ""


def test_a_wrong_calendar_file_is_refused_with_file_line_and_remedy(capsys, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        'format = "xunfang.calendar/1"\n\n[[markets]]\ncode = "A"\nname = "甲"\n'
        'rule = "逢三六九"\n',
        encoding="utf-8",
    )

    code = run("2026-03-01", "--calendar", str(path))

    printed = capsys.readouterr()
    assert code == 1
    assert printed.out == ""
    assert printed.err.startswith(
        f"xunfang calendar: {path}:6: 逢三六九: say 农历逢… or 公历逢…"
    )


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "cannot be read"),
        (b"\xff\xfe", "not UTF-8"),
        (b"", "does not say that it is of this format"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(capsys, tmp_path, content, complaint):
    path = tmp_path / "mine.toml"
    if content is not None:
        path.write_bytes(content)

    code = run("2026-03-01", "--calendar", str(path))

    assert code == 1
    assert complaint in capsys.readouterr().err


@pytest.mark.parametrize(
    "argv",
    [
        ("2026-03-01", "--from", "2026-03-01", "--to", "2026-03-02"),
        ("--from", "2026-03-01"),
        ("--from", "2026-03-02", "--to", "2026-03-01"),
        ("--from", "2026-03-01", "--to", "2026-03-02", "--propose", "3"),
    ],
)
def test_a_period_that_makes_no_sense_is_a_usage_error(capsys, argv):
    assert run(*argv) == 2
    assert capsys.readouterr().err.startswith("xunfang calendar: ")


@pytest.mark.parametrize(
    "argv",
    [
        ("28.9.2026",),
        ("2026-02-30",),
        ("2026-03-01", "--kind", "party"),
        ("2026-03-01", "--propose", "0"),
        ("2026-03-01", "--propose", "1", "--at", "11:00-09:00"),
        ("2026-03-01", "--held", "NIGHT-ROUND"),
    ],
)
def test_an_argument_that_cannot_be_read_is_a_usage_error(capsys, argv):
    with pytest.raises(SystemExit) as stop:
        run(*argv)

    assert stop.value.code == 2
    assert "xunfang calendar: error" in capsys.readouterr().err


def test_rounds_of_a_duty_nobody_knows_are_refused(capsys):
    code = run("2026-09-28", "--held", "NIGHT=2026-09-17")

    assert code == 1
    assert "the calendar has NIGHT-ROUND" in capsys.readouterr().err


def test_a_date_beyond_the_lunar_table_is_refused(capsys):
    assert run("2101-01-01") == 1
    assert "1900 to 2100" in capsys.readouterr().err


def test_every_reason_kind_festival_and_level_can_be_said_in_both_languages():
    assert set(PHRASES) == set(REASONS)
    assert set(KINDS) == set(DutyKind)
    assert set(FESTIVALS) == set(Festival)
    assert set(LEVELS) == set(SchoolLevel)
    for table in (PHRASES, KINDS, FESTIVALS, LEVELS):
        assert all(zh and en for zh, en in table.values())
