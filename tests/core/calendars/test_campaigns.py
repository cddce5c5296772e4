"""Campaigns: the count of days, targets as ranges, and a report that stays as it was."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xunfang.core.calendars.campaigns import (
    Campaign,
    CampaignEntry,
    CampaignNotOver,
    ClosingFigure,
    DailyTarget,
    close_campaign,
)

SUMMER = Campaign("SUMMER", "百日行动", date(2026, 8, 1), date(2026, 11, 8))
AS_OF = datetime(2026, 8, 4, 8, tzinfo=UTC)
THREE_DAYS = Campaign(
    "T",
    "三天行动",
    date(2026, 8, 1),
    date(2026, 8, 3),
    targets=(DailyTarget("hazards", 2, 4),),
)


def entry(day: int, amount: int, *, measure="hazards", recorded=None) -> CampaignEntry:
    return CampaignEntry(
        measure=measure,
        done_on=date(2026, 8, day),
        amount=amount,
        recorded_at=recorded or datetime(2026, 8, day, 23, tzinfo=UTC),
    )


@pytest.mark.row("C08")
def test_day_59_of_a_campaign_begun_on_1_august_is_28_september():
    """31 days of August and 28 of September are 59."""
    assert SUMMER.day_number(date(2026, 9, 28)) == 59
    assert SUMMER.day_number(date(2026, 8, 1)) == 1
    assert SUMMER.day_number(date(2026, 11, 8)) == SUMMER.n_days == 100


@pytest.mark.row("C08")
@pytest.mark.parametrize("day", [date(2026, 7, 31), date(2026, 11, 9)])
def test_outside_the_campaign_no_day_is_counted(day):
    assert SUMMER.day_number(day) is None


@pytest.mark.row("C08")
def test_closing_report_counts_days_within_the_daily_range():
    """3 lies in 2 to 4; 1 + 4 = 5 lies above; the 3rd has no entry and lies below."""
    entries = [entry(1, 3), entry(2, 1), entry(2, 4), entry(1, 500, measure="leaflets")]

    report = close_campaign(THREE_DAYS, entries=entries, as_of=AS_OF)

    assert report.figures == (
        ClosingFigure(
            measure="hazards",
            total=8,
            n_entries=3,
            n_days_below=1,
            n_days_within=1,
            n_days_above=1,
        ),
        ClosingFigure(
            measure="leaflets",
            total=500,
            n_entries=1,
            n_days_below=None,
            n_days_within=None,
            n_days_above=None,
        ),
    )
    assert (report.as_of, report.n_days) == (AS_OF, 3)


@pytest.mark.row("C08")
def test_what_is_recorded_after_the_as_of_time_changes_nothing():
    late = entry(3, 9, recorded=AS_OF + timedelta(seconds=1))
    known = [entry(1, 3)]

    frozen = close_campaign(THREE_DAYS, entries=known, as_of=AS_OF)
    again = close_campaign(THREE_DAYS, entries=[*known, late], as_of=AS_OF)
    corrected = close_campaign(
        THREE_DAYS, entries=[*known, late], as_of=AS_OF + timedelta(days=1)
    )

    assert again == frozen
    assert corrected.figures[0].total == 12
    assert corrected.digest != frozen.digest


@pytest.mark.row("C08")
def test_work_outside_the_campaign_does_not_count():
    entries = [entry(1, 3), entry(4, 7, recorded=datetime(2026, 8, 4, 1, tzinfo=UTC))]

    report = close_campaign(THREE_DAYS, entries=entries, as_of=AS_OF)

    assert report.figures[0].total == 3


def test_a_report_before_the_last_day_is_refused():
    with pytest.raises(CampaignNotOver, match="runs until 2026-08-03"):
        close_campaign(
            THREE_DAYS, entries=[], as_of=datetime(2026, 8, 2, 23, 59, tzinfo=UTC)
        )


def test_a_time_without_zone_is_the_callers_bug():
    with pytest.raises(ValueError, match="time zone"):
        close_campaign(THREE_DAYS, entries=[], as_of=datetime(2026, 8, 4))  # noqa: DTZ001 -- the bug itself


@pytest.mark.parametrize(("low", "high"), [(-1, 3), (4, 3)])
def test_a_target_is_a_range_of_counts(low, high):
    with pytest.raises(ValueError, match="is not a range"):
        DailyTarget("hazards", low, high)


@given(
    st.lists(st.tuples(st.integers(1, 3), st.integers(0, 9)), max_size=12), st.data()
)
def test_the_order_of_rows_and_the_zone_of_their_times_change_nothing(rows, data):
    entries = [entry(day, amount) for day, amount in rows]
    beijing = timezone(timedelta(hours=8))
    shuffled = [
        CampaignEntry(
            row.measure, row.done_on, row.amount, row.recorded_at.astimezone(beijing)
        )
        for row in data.draw(st.permutations(entries))
    ]

    one = close_campaign(THREE_DAYS, entries=entries, as_of=AS_OF)
    other = close_campaign(THREE_DAYS, entries=shuffled, as_of=AS_OF)

    assert one == other
    (figure,) = one.figures
    assert figure.total == sum(amount for _, amount in rows)
    assert (
        sum([figure.n_days_below, figure.n_days_within, figure.n_days_above])
        == THREE_DAYS.n_days
    )
