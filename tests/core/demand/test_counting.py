"""Events by place, type of day and time of day, and the days that were covered."""

from datetime import UTC, date, datetime

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from xunfang.core.demand.counting import (
    CellCounts,
    OutsideCover,
    count_events,
    day_types,
)
from xunfang.core.demand.events import ResidentEvents, read_events

MONDAY = date(2026, 6, 1)


def _events(*rows: tuple[str, datetime], class_code: str = "theft") -> ResidentEvents:
    return read_events(
        {
            "place": [place for place, _ in rows],
            "at": [at for _, at in rows],
            "class_code": [class_code] * len(rows),
            "source": ["resident"] * len(rows),
            "link": ["first"] * len(rows),
        },
        places=("A", "B"),
        zone=UTC,
    )


def test_a_fortnight_has_two_days_of_each_weekday():
    days = day_types(MONDAY, date(2026, 6, 14))

    assert days.names[0] == "monday"
    assert days.n_of_type.tolist() == [2] * 7


def test_a_holiday_leaves_its_weekday_and_has_a_type_of_its_own():
    days = day_types(
        MONDAY,
        date(2026, 6, 7),
        special={date(2026, 6, 2): "market day", date(2026, 10, 1): "holiday"},
    )

    assert days.names[7:] == ("holiday", "market day")
    assert days.n_of_type.tolist() == [1, 0, 1, 1, 1, 1, 1, 0, 1]


@pytest.mark.parametrize(
    ("last_on", "special"),
    [(date(2026, 5, 31), {}), (MONDAY, {MONDAY: "sunday"})],
)
def test_a_period_that_ends_first_or_a_market_called_sunday_is_a_bug(last_on, special):
    with pytest.raises(ValueError, match=r"ends before|name of its own"):
        day_types(MONDAY, last_on, special=special)


def test_events_fall_into_their_half_hours():
    """Monday 00:00 and 00:29 are slot 0, 00:30 slot 1; Sunday 23:59 is slot 47."""
    events = _events(
        ("A", datetime(2026, 6, 1, 0, 0, tzinfo=UTC)),
        ("A", datetime(2026, 6, 1, 0, 29, 59, tzinfo=UTC)),
        ("A", datetime(2026, 6, 8, 0, 30, tzinfo=UTC)),
        ("B", datetime(2026, 6, 7, 23, 59, tzinfo=UTC)),
    )

    counts = count_events(events, day_types(MONDAY, date(2026, 6, 14)), n_places=2)

    expected = np.zeros((2, 7, 48))
    expected[0, 0, 0], expected[0, 0, 1], expected[1, 6, 47] = 2, 1, 1
    assert_array_equal(counts.n, expected)
    assert_array_equal(counts.days, np.full((2, 7, 48), 2.0))
    assert counts.slot_minutes == 30


def test_only_the_classes_asked_for_are_counted():
    events = _events(("A", datetime(2026, 6, 1, 12, tzinfo=UTC)), class_code="noise")
    days = day_types(MONDAY, MONDAY)

    assert count_events(events, days, n_places=2, classes={"theft"}).n.sum() == 0
    assert count_events(events, days, n_places=2, classes={"noise"}).n.sum() == 1


def test_what_was_not_covered_is_no_quiet_time():
    """Place B joined on the second Monday; on the first one mornings are missing."""
    covered = np.ones((2, 14, 48), dtype=bool)
    covered[1, :7] = False
    covered[0, 0, :24] = False

    counts = count_events(
        _events(("B", datetime(2026, 6, 8, 9, tzinfo=UTC))),
        day_types(MONDAY, date(2026, 6, 14)),
        n_places=2,
        covered=covered,
    )

    assert counts.days[0, 0, 0] == 1
    assert counts.days[0, 0, 24] == 2
    assert_array_equal(counts.days[1], np.ones((7, 48)))


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 5, 31, 23, tzinfo=UTC),
        datetime(2026, 6, 15, tzinfo=UTC),
        datetime(2026, 6, 2, 9, tzinfo=UTC),
    ],
)
def test_an_event_where_nothing_was_covered_is_refused_by_its_row(at):
    covered = np.ones((1, 14, 1), dtype=bool)
    covered[0, 1] = False
    events = _events(("A", datetime(2026, 6, 1, 9, tzinfo=UTC)), ("A", at))

    with pytest.raises(OutsideCover) as refused:
        count_events(
            events,
            day_types(MONDAY, date(2026, 6, 14)),
            n_places=2,
            covered=covered,
        )

    assert refused.value.row == 1


def test_hours_that_do_not_fill_a_day_are_a_bug():
    with pytest.raises(ValueError, match="divide a day"):
        count_events(
            _events(("A", datetime(2026, 6, 1, 9, tzinfo=UTC))),
            day_types(MONDAY, MONDAY),
            n_places=2,
            slot_minutes=50,
        )


@pytest.mark.parametrize(
    ("n", "days"),
    [
        (np.ones((1, 7, 48)), np.ones((1, 7, 24))),
        (np.ones((7, 48)), np.ones((7, 48))),
        (-np.ones((1, 7, 48)), np.ones((1, 7, 48))),
        (np.ones((1, 7, 48)), np.zeros((1, 7, 48))),
    ],
)
def test_counts_that_cannot_be_are_a_bug(n, days):
    with pytest.raises(ValueError, match=r"disagree|negative|never covered"):
        CellCounts(n, days)
