"""Two tellings of one matter are found; two matters are told apart."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from xunfang.core.dispatching.alike import Report, like, pairs_of, words_share

EIGHT = datetime(2026, 8, 14, 12, tzinfo=UTC)
HERE, NEAR, FAR = (104.0, 30.0), (104.004, 30.0), (104.01, 30.0)
"""0, about 386 and about 965 m."""


def report(key=0, minutes=0, words="河边有人打架", lonlat=HERE):
    return Report(key, EIGHT + timedelta(minutes=minutes), words, lonlat)


def test_what_is_near_in_place_and_time_is_found_whatever_was_said():
    [found] = like(report(), [report(1, -30, "电动车被偷", NEAR)])

    assert (found.key, found.apart, found.words_share) == (1, timedelta(minutes=30), 0)
    assert 380 < found.distance_m < 390


def test_what_is_far_or_long_ago_is_another_matter_whatever_was_said():
    assert like(report(), [report(1, 0, lonlat=FAR), report(2, -121)]) == []


def test_without_a_point_the_words_decide():
    """河边 边有 有人 人打 打架 against 桥下 下有 有人 人打 打架: 2 * 3 / 10."""
    known = [
        report(1, words="桥下有人打架", lonlat=None),
        report(2, words="空调外机太吵", lonlat=None),
    ]

    [found] = like(report(), known)

    assert (found.key, found.distance_m, found.words_share) == (1, None, 0.6)


def test_the_likeliest_comes_first():
    known = [report(1, words="吵架", lonlat=NEAR), report(2, lonlat=NEAR)]

    assert [found.key for found in like(report(), known)] == [2, 1]


def test_signs_spaces_and_widths_make_no_difference():
    assert pairs_of("有人,打 架！") == pairs_of("有人打架")
    assert words_share("ＡＢ１", "ab1") == 1.0


@given(st.text(), st.text())
def test_words_are_as_alike_one_way_as_the_other(first, second):
    share = words_share(first, second)

    assert share == words_share(second, first)
    assert 0.0 <= share <= 1.0


@given(st.text(alphabet="有人打架河边桥下", min_size=1))
def test_the_same_words_are_wholly_alike(text):
    assert words_share(text, text) == 1.0
