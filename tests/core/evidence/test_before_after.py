"""Before and after: exact by hand, by scipy, and by law."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, hypergeom

from xunfang.core.evidence.before_after import (
    Comparison,
    Verdict,
    compare,
    windows_around,
)

COUNTS = st.integers(0, 60)


def judged(before: int, after: int, *elsewhere: int, n_days_after: int = 90):
    beside = elsewhere or (0, 0)
    return compare(
        before=before,
        after=after,
        n_days_before=90,
        n_days_after=n_days_after,
        elsewhere_before=beside[0],
        elsewhere_after=beside[1],
    )


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [
        ((4, 0, 50, 50), Verdict.TOO_FEW),
        ((3, 2, 50, 50), Verdict.BY_CHANCE),
        ((20, 4, 200, 200), Verdict.FEWER),
        ((4, 20, 200, 200), Verdict.MORE),
        # It fell by four fifths, and so did everything around it.
        ((20, 4, 200, 40), Verdict.AS_ELSEWHERE),
        # It stayed as it was while everything around it doubled.
        ((30, 30, 200, 400), Verdict.FEWER),
        ((20, 4), Verdict.NOTHING_BESIDE),
    ],
)
def test_what_is_said_depends_on_what_happened_elsewhere(counts, verdict):
    assert judged(*counts).verdict is verdict


def test_without_a_day_after_nothing_is_compared():
    assert judged(20, 0, 5, 0, n_days_after=0) == Comparison(Verdict.TOO_EARLY)


@given(COUNTS, COUNTS, COUNTS, COUNTS, st.integers(1, 90))
def test_chances_are_those_of_scipy(before, after, beside_before, beside_after, days):
    found = judged(before, after, beside_before, beside_after, n_days_after=days)
    if found.by_chance is not None:
        alone = binom(before + after, days / (90 + days))
        assert found.by_chance == pytest.approx(tails(alone, after))
    if found.by_chance_beside is not None:
        every = before + after + beside_before + beside_after
        drawn = hypergeom(every, after + beside_after, before + after)
        assert found.by_chance_beside == pytest.approx(tails(drawn, after))


def tails(distribution, k: int) -> float:
    return min(1.0, 2 * distribution.cdf(k), 2 * distribution.sf(k - 1))


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_before_and_after_swapped_turn_fewer_into_more(a, b, c, d):
    turned = {Verdict.FEWER: Verdict.MORE, Verdict.MORE: Verdict.FEWER}
    forward, back = judged(a, b, c, d), judged(b, a, d, c)

    assert back.verdict is turned.get(forward.verdict, forward.verdict)


def test_days_before_anything_was_counted_are_in_no_window():
    done_on, today = date(2026, 8, 1), date(2026, 9, 1)

    some = windows_around(done_on, today=today, known_from=date(2026, 7, 20))
    none = windows_around(done_on, today=today, known_from=today)

    assert (some.n_days_before, some.is_known) == (12, False)
    assert (none.before, none.n_days_before) == (None, 0)


def test_the_window_after_is_as_long_as_its_days_are_over():
    """The day itself is in neither; ninety days after 1 August is 30 October."""
    done_on = date(2026, 8, 1)

    whole = windows_around(done_on, today=date(2027, 1, 1))
    assert (whole.after, whole.is_complete) == (
        (date(2026, 8, 2), date(2026, 10, 30)),
        True,
    )
    assert windows_around(done_on, today=done_on).after is None
    assert windows_around(done_on, today=date(2026, 8, 3)).n_days_after == 1
