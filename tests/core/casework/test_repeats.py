"""What comes again is counted by place and topic, once its days have gone."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from xunfang.core.casework.repeats import Repeats, repeats_of, together

FIRST, TODAY = date(2026, 3, 1), date(2026, 6, 1)
DAYS = st.integers(-10, 100).map(lambda n: FIRST + timedelta(days=n))
CAME = st.lists(st.tuples(st.sampled_from("AB"), DAYS), max_size=30)


def counted(came, within=30):
    return repeats_of(came, since=FIRST, today=TODAY, within_days=within)


def test_the_last_day_counts_and_what_is_too_young_stands_in_no_base():
    """A again after exactly 30 days counts; after 31 it does not; 20 May is too young."""
    came = [
        ("A", FIRST),
        ("A", FIRST + timedelta(days=30)),
        ("A", FIRST + timedelta(days=61)),
        ("A", date(2026, 5, 20)),
        ("B", FIRST),
    ]

    assert counted(came) == {"A": Repeats(4, 3, 2), "B": Repeats(1, 1, 0)}


@given(CAME)
def test_the_whole_is_the_sum_and_a_longer_wait_never_makes_more_of_the_base(came):
    short, long = together(counted(came, 7).values()), together(counted(came).values())

    assert short.n == long.n == sum(FIRST <= day <= TODAY for _, day in came)
    assert short.n_followed >= long.n_followed
    assert all(0 <= one.n_again <= one.n_followed <= one.n for one in (short, long))
