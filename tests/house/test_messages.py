"""Every sentence of the house is there in Chinese too.

After a change: ``django-admin messages``, fill in what it names, run it again.
"""

import re

import pytest

from tests.house.sources import PACKAGE
from xunfang.core.language.scripts import simplified, traditional
from xunfang.web import catalogue

PO = PACKAGE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd%]|\{\w*\}")


@pytest.fixture(scope="module")
def messages():
    return catalogue.read_po(PO)


def test_catalogue_holds_exactly_the_messages_in_use(messages):
    in_use = set(catalogue.collect(PACKAGE))

    assert in_use - set(messages) == set(), "run: django-admin messages"
    assert set(messages) - in_use == set(), "run: django-admin messages"


def test_every_message_is_translated_and_sure_of_it(messages):
    wanting = [
        (message.context, message.text)
        for message, entry in messages.items()
        if not entry.translation or entry.is_fuzzy
    ]

    assert wanting == []


def test_translations_fill_in_the_same_values(messages):
    differing = [
        message.text
        for message, entry in messages.items()
        if set(PLACEHOLDER.findall(message.plural or message.text))
        != set(PLACEHOLDER.findall(entry.translation))
    ]

    assert differing == []


def test_compiled_catalogues_are_current_in_both_scripts(messages):
    compiled = catalogue.compile_all(messages, PACKAGE / "locale")

    assert {path: path.read_bytes() for path in compiled} == compiled


def test_traditional_sentences_say_what_the_simplified_ones_say(messages):
    """Put back character by character they are the same: no word became another."""
    pairs = [
        (entry.translation, traditional(entry.translation))
        for entry in messages.values()
    ]

    # Traditional readers write 座標 for 坐标: another character, the same word.
    differing = [
        pair
        for pair in pairs
        if simplified(pair[1]) != simplified(pair[0].replace("坐标", "座标"))
    ]
    assert differing == []
