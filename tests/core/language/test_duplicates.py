"""What was said before, and what many speak of."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xunfang.core.language.duplicates import (
    Corpus,
    _rows_of,
    groups_of_near_duplicates,
    topics_of,
)

LETTERS = st.text(alphabet="路灯坏了停车吵狗", min_size=1, max_size=8)


def test_a_message_sent_twice_with_small_changes_is_one_group():
    groups = groups_of_near_duplicates(
        [
            "小区后门的路灯坏了一个月没有人来修",
            "楼上每天晚上拖椅子吵得睡不着觉",
            "小区后门的路灯坏了一个月没有人来修,请尽快",
        ]
    )

    assert groups[0] == groups[2] != groups[1]


def test_titles_about_one_matter_are_one_topic():
    topics = topics_of(
        [
            "丽景苑搅拌站污染",
            "二小门口停车乱",
            "丽景苑旁建搅拌站",
            "搅拌站离丽景苑太近",
            "求修路",
        ]
    )

    assert topics.tolist() == [0, 1, 0, 0, 2]


def test_words_that_share_a_turn_of_phrase_are_no_topic():
    topics = topics_of(
        [
            "分居了,他天天下班堵我单位门口,没动手,就是跟着,我害怕",
            "老伴突然倒了叫不醒,120打过了,车卡在小区门口进不来,门口停满了",
            "雨一直下,水进屋了,就我跟老伴两个七十多的,门口的沟堵住了",
        ]
    )

    assert topics.tolist() == [0, 1, 2]


def _topics_slowly(titles: list[str], cosine: float) -> list[int]:
    """The same rule with the means written out."""
    rows = _rows_of(titles, shortest=2, longest=2).toarray()
    sums: list[np.ndarray] = []
    topics = []
    for row in rows:
        near = [float(row @ s / max(np.linalg.norm(s), 1e-6)) for s in sums]
        best = int(np.argmax(near)) if near else -1
        if best < 0 or near[best] < cosine:
            sums.append(np.zeros_like(row))
            best = len(sums) - 1
        sums[best] = sums[best] + row
        topics.append(best)
    return topics


@settings(max_examples=40)
@given(st.lists(LETTERS, min_size=1, max_size=14))
def test_topics_are_those_of_means_written_out(titles):
    cosine = 0.2512345  # no cosine of these few texts is as near to it as rounding is

    assert topics_of(titles, cosine=cosine).tolist() == _topics_slowly(titles, cosine)


def test_open_matters_like_a_new_one_come_first(messages):
    corpus = Corpus([m["text"] for m in messages if m["id"] != "M035"])
    others = [m["id"] for m in messages if m["id"] != "M035"]
    lamp = next(m["text"] for m in messages if m["id"] == "M035")

    best, *_ = corpus.similar(lamp, least_cosine=0.1)

    assert others[best.row] == "M034"


def test_a_text_finds_itself_and_another_script_of_itself():
    corpus = Corpus(["門口的路燈壞了", "狗没拴绳"])

    (found,) = corpus.similar("门口的路灯坏了")

    assert (found.row, round(found.cosine, 4)) == (0, 1.0)


@pytest.mark.parametrize("text", ["", "!", "\ud800"])
def test_a_text_with_nothing_in_it_resembles_nothing(text):
    assert Corpus(["路灯坏了", ""]).similar(text) == []
    assert Corpus([]).similar("路灯坏了") == []
    assert topics_of([text, text]).tolist() == [0, 1]
