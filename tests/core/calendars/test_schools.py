"""Gate posts: half an hour before the bell, on the days there is school."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xunfang.core.calendars.holidays import Holiday, Holidays, HolidayYear
from xunfang.core.calendars.schools import (
    Bell,
    Closure,
    GatePost,
    LeadNotAllowed,
    NoBell,
    School,
    SchoolLevel,
    SchoolReason,
    SchoolTimetable,
    Term,
    gate_posts,
    gate_posts_between,
    why_no_bell,
)

AUTUMN = Term("autumn 2026", date(2026, 9, 1), date(2027, 1, 22))
EVENING = Bell(SchoolLevel.HIGH, 21 * 60 + 30)
TIMETABLE = SchoolTimetable(terms=(AUTUMN,), bells=(EVENING,))
NO_1 = School("SCH-1", "汀东一中", SchoolLevel.HIGH)


def posts_on(day, holidays, *, school=NO_1, timetable=TIMETABLE):
    return gate_posts(school, day, timetable=timetable, holidays=holidays)


@pytest.mark.row("B01")
def test_dismissal_at_2130_on_a_school_day_gives_a_post_at_2100(holidays):
    tuesday = date(2026, 9, 15)

    posts = posts_on(tuesday, holidays)

    assert posts == (
        GatePost(
            school_code="SCH-1",
            on=tuesday,
            bell_min=21 * 60 + 30,
            from_min=21 * 60,
            until_min=21 * 60 + 50,
            reason=SchoolReason.BELL,
        ),
    )


@pytest.mark.row("B01")
@pytest.mark.parametrize(
    "day",
    [
        date(2026, 10, 1),  # National Day itself, a Thursday
        date(2026, 10, 5),  # a Monday off in exchange for a worked weekend
        date(2026, 9, 25),  # Mid-Autumn, a Friday
    ],
)
def test_no_post_on_holidays_and_on_days_exchanged_for_them(day, holidays):
    posts = posts_on(day, holidays)
    why = why_no_bell(NO_1, day, timetable=TIMETABLE, holidays=holidays)

    assert posts == ()
    assert why is not None
    assert why.reason is SchoolReason.NO_BELL_HOLIDAY


@pytest.mark.row("B01")
@pytest.mark.parametrize(
    "day",
    [date(2026, 10, 10), date(2026, 9, 20)],
    ids=["make-up Saturday", "make-up Sunday"],
)
def test_a_make_up_workday_gets_a_post(day, holidays):
    posts = posts_on(day, holidays)

    assert [(post.from_min, post.reason) for post in posts] == [
        (21 * 60, SchoolReason.BELL_ON_MAKEUP_WORKDAY)
    ]


@pytest.mark.row("B01")
def test_make_up_workdays_between_terms_get_no_post(holidays, yunting):
    """14 and 28 February 2026 are worked, but it is the winter vacation."""
    posts = gate_posts_between(
        yunting.schools,
        first_day=date(2026, 1, 31),
        last_day=date(2026, 3, 1),
        timetable=yunting.timetable,
        holidays=holidays,
    )

    assert posts == ()


@pytest.mark.row("B01")
@pytest.mark.parametrize("lead_min", [10, 15, 20, 30])
def test_the_lead_is_chosen_per_school(lead_min, holidays):
    school = School("SCH-2", "二中", SchoolLevel.HIGH, lead_min=lead_min)

    (post,) = posts_on(date(2026, 9, 15), holidays, school=school)

    assert post.from_min == 21 * 60 + 30 - lead_min


def test_another_lead_is_refused():
    with pytest.raises(LeadNotAllowed, match="choose 10, 15, 20 or 30"):
        School("SCH-2", "二中", SchoolLevel.HIGH, lead_min=25)


def test_an_ordinary_weekend_has_no_post_and_needs_no_reason(holidays):
    saturday = date(2026, 9, 12)

    posts = posts_on(saturday, holidays)
    why = why_no_bell(NO_1, saturday, timetable=TIMETABLE, holidays=holidays)

    assert (posts, why) == ((), None)


def test_a_closed_school_has_no_post_and_says_why_the_others_do(holidays):
    day = date(2026, 9, 15)
    closure = Closure(day, day, "台风停课", frozenset({"SCH-1"}), "typhoon")
    timetable = SchoolTimetable((AUTUMN,), (EVENING,), (closure,))
    other = School("SCH-2", "二中", SchoolLevel.HIGH)

    closed = why_no_bell(NO_1, day, timetable=timetable, holidays=holidays)

    assert closed == NoBell(
        school_code="SCH-1",
        on=day,
        reason=SchoolReason.NO_BELL_CLOSED,
        said_reason="台风停课",
        said_reason_en="typhoon",
    )
    assert posts_on(day, holidays, timetable=timetable) == ()
    assert len(posts_on(day, holidays, school=other, timetable=timetable)) == 1


def test_boarders_come_back_on_sunday_evening(holidays):
    sunday_bell = Bell(SchoolLevel.HIGH, 19 * 60, frozenset({7}), "返校")
    timetable = SchoolTimetable((AUTUMN,), (EVENING, sunday_bell))

    (post,) = posts_on(date(2026, 9, 13), holidays, timetable=timetable)

    assert (post.bell_min, post.bell_label) == (19 * 60, "返校")


def test_on_a_make_up_workday_the_bells_of_the_chosen_weekday_ring(holidays):
    """Fridays end at 16:00 here, and the make-up Saturday stands for a Friday."""
    friday = Bell(SchoolLevel.HIGH, 16 * 60, frozenset({5}))
    others = Bell(SchoolLevel.HIGH, 21 * 60 + 30, frozenset({1, 2, 3, 4}))
    timetable = SchoolTimetable((AUTUMN,), (friday, others), makeup_weekday=5)

    (post,) = posts_on(date(2026, 10, 10), holidays, timetable=timetable)

    assert post.bell_min == 16 * 60


def test_a_term_may_be_for_some_levels_only(holidays):
    for_primary = Term(
        "p", date(2026, 9, 1), date(2027, 1, 15), frozenset({SchoolLevel.PRIMARY})
    )
    timetable = SchoolTimetable((for_primary,), (EVENING,))

    assert posts_on(date(2026, 9, 15), holidays, timetable=timetable) == ()


def test_two_bells_are_two_posts_in_order_of_time(holidays, yunting):
    primary = next(row for row in yunting.schools if row.level == "primary")

    posts = posts_on(
        date(2026, 9, 15), holidays, school=primary, timetable=yunting.timetable
    )

    assert [post.from_min for post in posts] == [16 * 60 + 10, 17 * 60 + 30]


@given(st.dates(date(2026, 9, 1), date(2027, 1, 22)), st.integers(0, 6))
def test_declaring_days_off_never_adds_a_post(first, length):
    last = first + timedelta(days=length)
    off = Holiday("h", "放假", "off", first, last)
    ordinary = Holidays((HolidayYear(2026, "n", ()),))
    with_holiday = Holidays((HolidayYear(2026, "n", (off,)),))
    days = [first + timedelta(days=i) for i in range(-3, 10)]

    before = [posts_on(day, ordinary) for day in days]
    after = [posts_on(day, with_holiday) for day in days]

    for day, had, has in zip(days, before, after, strict=True):
        assert has == (() if off.holds(day) else had)
