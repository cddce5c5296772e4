"""Shifts of campaigns added up: each once, to the minute."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xunfang.core.planning.campaign_totals import Sum, TaggedShift, total

NIGHT = date(2026, 8, 14)


def shift(key: int, campaign: str = "A", **values) -> TaggedShift:
    facts = {"night": NIGHT, "unit": "S01", "people": 4, "minutes": 480} | values
    return TaggedShift(key, campaign, **facts)


@pytest.mark.row("A01")
def test_totals_of_twenty_tagged_shifts_are_their_sum_to_the_minute():
    """Shift n has 4 people for 400 + n minutes: 20 · 400 + (1 + … + 20) = 8,210
    crew minutes, and four times as many person minutes.
    """
    shifts = [shift(n, minutes=400 + n) for n in range(1, 21)]

    found = total(shifts)

    assert found.whole == Sum(20, 80, 8_210, 32_840)
    assert found.n_shared == 0


@pytest.mark.row("C09")
def test_shift_tagged_by_two_branches_is_worked_once():
    """A and B share shift 1; together they have shifts 1, 2 and 3."""
    rows = [shift(1, "A"), shift(1, "B"), shift(2, "A"), shift(3, "B", unit="S02")]

    found = total(rows)

    assert found.whole == Sum(3, 12, 1_440, 5_760)
    assert found.n_shared == 1
    assert found.by_campaign == {
        "A": Sum(2, 8, 960, 3_840),
        "B": Sum(2, 8, 960, 3_840),
    }
    assert found.by_unit == {
        "S01": Sum(2, 8, 960, 3_840),
        "S02": Sum(1, 4, 480, 1_920),
    }


def test_nothing_tagged_is_nothing():
    assert total([]).whole == Sum()


def test_one_key_for_two_shifts_is_the_callers_bug():
    with pytest.raises(ValueError, match="two different shifts"):
        total([shift(1), shift(1, "B", minutes=60)])


@pytest.mark.parametrize("values", [{"people": 0}, {"minutes": 0}])
def test_shift_of_nobody_or_of_no_time_is_none(values):
    with pytest.raises(ValueError, match="is no shift"):
        shift(1, **values)


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.sampled_from("ABCD"), st.integers(0, 3)),
        max_size=40,
    )
)
def test_parts_add_up_and_a_second_tag_changes_only_what_is_shared(rows):
    tagged = [
        shift(
            key,
            campaign,
            night=NIGHT + timedelta(days=key % 3),
            unit=f"S{key % 4}",
            minutes=100 + key,
        )
        for key, campaign, _again in rows
        for _ in range(1 + _again)
    ]

    found = total(tagged)

    for parts in (found.by_night, found.by_unit):
        assert sum(part.person_minutes for part in parts.values()) == (
            found.whole.person_minutes
        )
        assert sum(part.n_shifts for part in parts.values()) == found.whole.n_shifts
    of_branches = sum(part.n_shifts for part in found.by_campaign.values())
    assert found.whole.n_shifts == len({row.key for row in tagged})
    assert of_branches >= found.whole.n_shifts
    assert (of_branches == found.whole.n_shifts) == (found.n_shared == 0)
