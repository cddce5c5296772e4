"""The same words found however they were typed."""

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xunfang.core.language.scripts import (
    Noted,
    Oddity,
    Script,
    aligned,
    bare_form,
    noted_characters,
    script_of,
    search_form,
    simplified,
)


def test_a_traditional_message_is_found_by_simplified_words(messages):
    asked = next(m["text"] for m in messages if m["id"] == "M014")

    assert "刚接到电话说是我孙子" in search_form(asked)
    assert search_form("爸妈") in search_form(asked)


def test_every_message_in_traditional_has_the_form_of_the_message(messages):
    convert = opencc.OpenCC("s2t").convert

    assert [search_form(convert(m["text"])) for m in messages] == [
        search_form(m["text"]) for m in messages
    ]


@given(st.text())
def test_what_is_found_in_the_aligned_text_stands_there_in_the_text(text):
    assert len(aligned(text)) == len(simplified(text)) == len(text)


@given(st.text())
def test_a_form_of_a_form_is_that_form(text):
    assert search_form(search_form(text)) == search_form(text)


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("门口的路灯坏了", Script.SIMPLIFIED),
        ("門口的路燈壞了", Script.TRADITIONAL),
        ("門口的路燈坏了,请来修", Script.MIXED),
        ("你好,后面里面", Script.EITHER),
        ("OK 110", Script.EITHER),
        ("", Script.EITHER),
    ],
)
def test_the_script_is_told_by_characters_only_one_of_them_has(text, script):
    assert script_of(text) is script


@pytest.mark.parametrize(
    "again",
    [
        "加微信ａｂｃ１２３,稳赚!",
        "加 微 信 abc123 稳赚",
        "加微信\u200babc123。。。稳赚",
        "加微信аbс123稳赚",  # Cyrillic а and с
        "加微信ABC123穩賺",
        "加\u202e微信ábc123，稳赚",
    ],
)
def test_a_repetition_in_disguise_has_the_same_bare_form(again):
    assert bare_form(again) == bare_form("加微信abc123稳赚")


def test_other_words_have_another_bare_form():
    assert bare_form("路灯坏了") != bare_form("路灯好了")


def test_what_cannot_be_seen_is_noted_where_it_stands():
    text = "a\u202eb\u200bc\x07d\ue000e\u0301\u0302\u0303f\n"

    assert noted_characters(text) == (
        Noted(Oddity.BIDI, 1),
        Noted(Oddity.INVISIBLE, 3),
        Noted(Oddity.CONTROL, 5),
        Noted(Oddity.PRIVATE, 7),
        Noted(Oddity.STACKED, 11),
    )
    assert noted_characters("普通的话,\r\n第二行") == ()
