"""Every sentence of the house is there in Chinese too.

After a change: ``django-admin messages``, fill in what it names, run it again.
"""

import re

import pytest

from tests.house.sources import PACKAGE
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


def test_compiled_catalogue_is_current(messages):
    assert PO.with_suffix(".mo").read_bytes() == catalogue.compiled(messages)
