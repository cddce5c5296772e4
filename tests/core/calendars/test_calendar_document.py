"""A town's calendar file, and how it is refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xunfang.core.calendars.agenda import TownCalendar
from xunfang.core.calendars.calendar_document import parse_town_calendar
from xunfang.core.calendars.campaigns import Campaign, DailyTarget
from xunfang.core.calendars.documents import DocumentRefused
from xunfang.core.calendars.halfmonths import HalfMonthDuty
from xunfang.core.calendars.markets import (
    CalledOff,
    ExtraDay,
    Market,
    Moved,
    Weekdays,
)
from xunfang.core.calendars.night_markets import ALL_WEEKDAYS, NightMarket
from xunfang.core.calendars.quiet_hours import QuietHours
from xunfang.core.calendars.schools import (
    Bell,
    Closure,
    School,
    SchoolLevel,
    SchoolTimetable,
    Term,
)

WHOLE_FILE = """\
format = "xunfang.calendar/1"
place = "临河"
makeup_weekday = 5

[[markets]]
code = "M1"
name = "临河场"
name_en = "Linhe"
station = "S1"
rule = "周日"
from = 06:30:00
until = "12:00"

[[markets.exceptions]]
date = 2026-02-15
kind = "called_off"
reason = "寒潮"

[[markets.exceptions]]
date = 2026-02-22
kind = "moved"
to = 2026-02-21
reason = "灯会"

[[markets.exceptions]]
date = 2026-02-16
kind = "extra"
reason = "大集"

[[night_markets]]
code = "N1"
name = "河边夜市"
months = [6, 7]
from = "19:00"
until = "01:00"

[[schools]]
code = "SCH1"
name = "临河小学"
level = "primary"
lead_min = 20

[[bells]]
level = "primary"
at = "16:40"

[[terms]]
name = "t"
from = 2026-03-02
to = 2026-07-03
levels = ["primary"]

[[closures]]
from = 2026-06-07
to = 2026-06-09
reason = "考场"
schools = ["SCH1"]

[[half_month_duties]]
code = "R"
title = "夜巡"
from = 2026-05-08
to = 2026-12-31

[[campaigns]]
code = "C"
title = "行动"
title_en = "Drive"
from = 2026-08-01
days = 100
from_time = "20:00"
until_time = "02:00"

[[campaigns.targets]]
measure = "hazards"
low = 2
high = 4

[quiet_hours]
from = "21:30"
until = "07:00"
"""


VALUES = st.sampled_from(
    [
        *("0", "-5", "99999", "1.5", "nan", "true", '""', '"x"', '" "', "[]", "[[]]"),
        *("[1]", '["x"]', "[true]", "[2026-01-01]", "{}", "{a = 1}", "07:30:00"),
        *("2026-01-01", "9999-12-31", "0001-01-01", "1979-05-27T07:32:00Z", '"24:00"'),
    ]
)


def refusal_of(text: str) -> DocumentRefused | None:
    try:
        parse_town_calendar(text)
    except DocumentRefused as refusal:
        return refusal
    return None


def test_a_whole_file_is_read():
    town = parse_town_calendar(WHOLE_FILE)

    assert town == TownCalendar(
        place="临河",
        markets=(
            Market(
                code="M1",
                name="临河场",
                rule=Weekdays(frozenset({7})),
                name_en="Linhe",
                station="S1",
                rule_text="周日",
                from_min=390,
                until_min=720,
                exceptions=(
                    CalledOff(date(2026, 2, 15), "寒潮"),
                    Moved(date(2026, 2, 22), date(2026, 2, 21), "灯会"),
                    ExtraDay(date(2026, 2, 16), "大集"),
                ),
            ),
        ),
        night_markets=(
            NightMarket(
                code="N1",
                name="河边夜市",
                from_min=1140,
                until_min=1500,
                months=frozenset({6, 7}),
                weekdays=ALL_WEEKDAYS,
                name_en="河边夜市",
            ),
        ),
        schools=(
            School(
                code="SCH1",
                name="临河小学",
                level=SchoolLevel.PRIMARY,
                name_en="临河小学",
                lead_min=20,
            ),
        ),
        timetable=SchoolTimetable(
            terms=(
                Term(
                    "t",
                    date(2026, 3, 2),
                    date(2026, 7, 3),
                    frozenset({SchoolLevel.PRIMARY}),
                ),
            ),
            bells=(Bell(SchoolLevel.PRIMARY, 1000),),
            closures=(
                Closure(
                    date(2026, 6, 7), date(2026, 6, 9), "考场", frozenset({"SCH1"})
                ),
            ),
            makeup_weekday=5,
        ),
        half_month_duties=(
            HalfMonthDuty(
                code="R",
                title="夜巡",
                first_day=date(2026, 5, 8),
                last_day=date(2026, 12, 31),
                title_en="夜巡",
            ),
        ),
        campaigns=(
            Campaign(
                code="C",
                title="行动",
                first_day=date(2026, 8, 1),
                last_day=date(2026, 11, 8),
                from_min=1200,
                until_min=1560,
                targets=(DailyTarget("hazards", 2, 4),),
                title_en="Drive",
            ),
        ),
        quiet_hours=QuietHours(start_min=1290, end_min=420),
    )


def test_a_file_that_only_says_what_it_is_is_an_empty_town():
    assert parse_town_calendar('format = "xunfang.calendar/1"\n') == TownCalendar()


@pytest.mark.parametrize(
    ("right", "wrong", "complaint"),
    [
        ('rule = "周日"', 'rule = "逢一四七"', "line 10: 逢一四七: say 农历逢"),
        ('rule = "周日"\n', "", "line 5: `rule` is missing"),
        ("from = 06:30:00\n", "", "line 11: only one of `from` and `until`"),
        ('until = "12:00"', 'until = "noon"', "line 12: `until` is no time of day"),
        ("2026-02-15", "2026-02-17", "line 5: M1: 2026-02-17 is no market day"),
        ('kind = "extra"', 'kind = "big"', "line 27: `kind` is 'big'; use one of"),
        ("to = 2026-02-21", "to = 2026-02-22", "line 22: moved onto the same day"),
        ("months = [6, 7]", "months = [6, 13]", "line 33: `months` holds 13"),
        ('"19:00"\nuntil = "01:00"\n', '"19:00"\n', "line 34: only one of"),
        ("lead_min = 20", "lead_min = 25", "line 41: SCH1: a lead of 25 min"),
        (
            'level = "primary"\nlead',
            'level = "college"\nlead',
            "line 40: `level` is 'college'; use one of kindergarten",
        ),
        ('at = "16:40"', 'at = "00:10"', "line 45: 10 is no dismissal time"),
        ("to = 2026-07-03", "to = 2026-02-03", "line 50: t ends before it begins"),
        ('["SCH1"]', '["SCH9"]', "line 57: no school SCH9"),
        ("days = 100", "days = 0", "line 70: 0 days; write 1 to 3660"),
        ("to = 2026-12-31", "to = 9999-12-31", "line 63: 9999-12-31 is too far away"),
        ('from = "19:00"', 'from = "24:30"', "line 34: `from` is on the next day"),
        ("low = 2", "low = 9", "line 76: 9 to 4 is not a range"),
        ('"21:30"', '"25:00"', "line 80: 1500 is not a minute of the day"),
        ("makeup_weekday = 5", "makeup_weekday = 8", "line 3: 8 is no weekday"),
        ("place =", "plaec =", "line 2: `plaec` is not known here; did you mean"),
    ],
)
def test_a_wrong_file_is_refused_with_line_and_remedy(right, wrong, complaint):
    assert right in WHOLE_FILE

    with pytest.raises(DocumentRefused) as refusal:
        parse_town_calendar(WHOLE_FILE.replace(right, wrong, 1))

    assert complaint in str(refusal.value)
    assert refusal.value.remedy


def test_a_code_used_twice_is_refused_where_it_stands_the_second_time():
    start, end = WHOLE_FILE.index("[[schools]]"), WHOLE_FILE.index("[[bells]]")
    text = WHOLE_FILE + WHOLE_FILE[start:end]

    with pytest.raises(DocumentRefused, match="line 83: SCH1 is used twice"):
        parse_town_calendar(text)


def test_one_bracket_too_few_is_named():
    text = WHOLE_FILE.replace("[[night_markets]]", "[night_markets]")

    with pytest.raises(DocumentRefused, match=r"line 30: one \[night_markets\]"):
        parse_town_calendar(text)


def test_marks_and_line_ends_of_other_editors_change_nothing():
    text = "\ufeff" + WHOLE_FILE.replace("\n", "\r\n")

    assert parse_town_calendar(text) == parse_town_calendar(WHOLE_FILE)


SCRAPS = st.sampled_from(
    [
        *("", "[", "]]", '"', "\n", " = ", "1", "-1", "true", "{}", "[[]]", "1e9"),
        *('"25:00"', "2026-02-30", "9999-12-31", "0001-01-01", "1999-01-01T00:00:00"),
        *("农历逢", "空三赶四", "逢十五", "31", "\x00", "[markets]\n", "a.b = 1\n"),
    ]
)


@given(st.data())
def test_whatever_is_written_is_read_or_refused_with_a_line_of_the_file(data):
    text = WHOLE_FILE
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        length = data.draw(st.sampled_from([0, 1, 5, 10, 40]))
        text = text[:start] + data.draw(SCRAPS) + text[start + length :]

    refusal = refusal_of(text)

    assert refusal is None or 1 <= refusal.line <= text.count("\n") + 1
    assert refusal is None or refusal.remedy


@given(st.data())
def test_a_value_of_any_type_is_read_or_refused(data):
    lines = WHOLE_FILE.splitlines()
    keyed = [i for i, line in enumerate(lines) if " = " in line]
    at = data.draw(st.sampled_from(keyed))
    key = lines[at].split(" = ")[0]
    lines[at] = f"{key} = {data.draw(VALUES)}"

    refusal = refusal_of("\n".join(lines))

    assert refusal is None or 1 <= refusal.line <= len(lines)


def test_the_demo_city_keeps_nine_markets_four_night_markets_and_four_levels(yunting):
    assert [market.code for market in yunting.markets] == [
        f"MK0{number}" for number in range(1, 10)
    ]
    assert len(yunting.night_markets) == 4
    assert {school.level for school in yunting.schools} == set(SchoolLevel)
