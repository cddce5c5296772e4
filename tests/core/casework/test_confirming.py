"""What a side may say after what it, or staff for it, has said last."""

from datetime import date, timedelta

import pytest

from xunfang.core.casework.confirming import (
    NothingToTakeBack,
    SaidAlready,
    Says,
    Statement,
    check_may_say,
    may_say,
)

TODAY = date(2026, 11, 20)
YES, NO, BACK = Says


def own(says: Says, on: date = TODAY) -> Statement:
    return Statement(says, by_receipt=True, on=on)


def told(says: Says, on: date = TODAY) -> Statement:
    return Statement(says, by_receipt=False, on=on)


@pytest.mark.parametrize("last", [None, own(BACK), told(BACK)])
@pytest.mark.parametrize("new", [own(YES), own(NO), told(YES), told(NO)])
def test_who_has_said_nothing_or_taken_it_back_says_yes_or_no(new, last):
    assert may_say(new, last)


@pytest.mark.parametrize("last", [told(YES), told(NO)])
def test_ones_own_receipt_goes_before_what_staff_wrote_down(last):
    tomorrow = TODAY + timedelta(days=1)

    assert may_say(own(NO, tomorrow), last)
    assert may_say(own(YES, tomorrow), last)
    assert not may_say(told(NO), last)


@pytest.mark.parametrize("says", [YES, NO])
def test_what_was_said_by_receipt_stands(says):
    for new in (own(YES), own(NO), told(YES), told(NO)):
        with pytest.raises(SaidAlready):
            check_may_say(new, own(says))


def test_it_is_taken_back_in_the_same_way_on_the_same_day():
    tomorrow = TODAY + timedelta(days=1)

    assert may_say(own(BACK), own(YES))
    assert may_say(told(BACK), told(NO))
    for new, last in (
        (own(BACK), None),
        (own(BACK), own(BACK)),
        (own(BACK), told(YES)),
        (told(BACK), own(YES)),
        (own(BACK, tomorrow), own(YES)),
    ):
        with pytest.raises(NothingToTakeBack):
            check_may_say(new, last)
