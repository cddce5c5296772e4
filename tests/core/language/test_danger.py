"""What sounds of danger, though no fact of the table stands in it."""

import json
from pathlib import Path

import pytest

from xunfang.core.language.danger import (
    LOUD_ENOUGH,
    NOW,
    URGENT_LEAVES,
    held_out,
    sounds_of_danger,
)
from xunfang.core.language.urgency import Urgency, facts_in, proposed

UNSEEN = [
    json.loads(line)
    for line in (Path(__file__).parent / "danger_unseen.jsonl")
    .read_text("utf-8")
    .splitlines()
]
"""Written by somebody who had seen neither the rules nor the examples: never learnt from,
and no rule is mended for one of them."""


def by_facts(text: str) -> bool:
    return any(fact.urgency is Urgency.U1 for fact in facts_in(text))


@pytest.fixture(scope="module")
def taken(first_day, defaults) -> list[bool]:
    """Whether each unseen message comes before a person at once, sorted by nobody."""
    texts = [each["text"] for each in UNSEEN]
    return [
        sounds_of_danger(text) or proposed(both, defaults, facts_in(text)) is Urgency.U1
        for text, both in zip(texts, first_day.suggest_each(texts), strict=True)
    ]


def test_of_danger_in_words_nobody_had_seen_nine_in_ten_are_found(taken):
    """109 of 120; the table of facts alone finds 56, with the classes 92."""
    found = [at_once for each, at_once in zip(UNSEEN, taken, strict=True) if each["u1"]]

    assert len(found) == 120
    assert sum(found) >= 108


def test_what_only_sounds_of_danger_is_calm_in_nearly_half_the_cases(taken):
    """61 of 120 written to deceive; the table alone is deceived by 41."""
    alarms = [
        at_once for each, at_once in zip(UNSEEN, taken, strict=True) if not each["u1"]
    ]

    assert sum(alarms) <= 66


def test_held_out_messages_are_found_as_the_threshold_says():
    held = held_out()
    share = held.shares[:, held.labels.index(NOW)]
    is_now = held.actual == held.labels.index(NOW)

    assert (share >= LOUD_ENOUGH)[is_now].mean() >= 0.75
    assert (share >= LOUD_ENOUGH)[~is_now].mean() <= 0.08


def test_few_messages_of_a_day_raise_a_false_alarm(messages):
    calm = [each["text"] for each in messages if each["urgency"] not in {"U1", "U2"}]

    assert sum(map(sounds_of_danger, calm)) <= 1


def test_the_urgent_leaves_are_those_of_the_shipped_topics_but_for_money_lost(defaults):
    urgent = {leaf for leaf, urgency in defaults.items() if urgency is Urgency.U1}

    assert urgent == URGENT_LEAVES | {"0203"}


def test_who_asks_before_paying_is_in_no_danger():
    assert not sounds_of_danger("有人让我把钱转到安全账户")


@pytest.mark.parametrize("text", ["", " ", "。。。", "?" * 4000, "\x00\ud83d", "ok"])
def test_a_text_without_words_is_calm(text):
    assert not sounds_of_danger(text)


@pytest.mark.parametrize(
    "text",
    [
        "The street lamp is broken",
        "Thank you officer",
        "The dogs bark all night",
        "When does the office open?",
        "Parking on the pavement every day",
        "My bicycle was stolen last week",
    ],
)
def test_everyday_english_is_calm(text):
    assert not sounds_of_danger(text)
