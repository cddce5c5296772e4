"""Whether a text sounds as if somebody were in danger now, where no fact says so.

The table of facts (`urgency`) knows the words that somebody thought of. People in danger
write other ones: "my father does not answer when I call him". So a second, small model of
two classes stands beside the table and raises what the table misses. It is learnt from
messages written for it and from the starter messages, whose leaves are urgent or not; it
never lowers anything, and whoever reads the message decides.
"""

from functools import cache
from typing import Final

from xunfang.core.language.scripts import is_chinese
from xunfang.core.language.starter import (
    danger_messages,
    starter_messages,
    starter_words,
)
from xunfang.core.language.triage import Evaluation, Examples, Model, evaluate, train

NOW: Final = "now"
CALM: Final = "calm"
LOUD_ENOUGH: Final = 0.7
"""From which share on a text is taken for danger: of messages held out, 76 in 100 about
danger are found, and 7 in 100 of the others are taken for it."""
URGENT_LEAVES: Final = frozenset(
    ("0101", "0102", "0103", "0104", "0105", "0106", "0202", "0403")
)
"""The starter leaves that are U1 by default, but for money lost (0203): somebody who asks
whether to pay sounds like somebody who has paid, and the table knows the difference."""


def sounds_of_danger(text: str) -> bool:
    """Say whether a text sounds as if somebody were in danger now.

    Of what is not in Chinese the model can say nothing: to it, all English sounds alike.
    """
    if not is_chinese(text):
        return False
    likelier, _ = _model().suggest(text)
    return likelier.label == NOW and likelier.sure_share >= LOUD_ENOUGH


def held_out() -> Evaluation:
    """Return what the model says of its own messages when it had not learnt them."""
    messages, words = _examples()
    texts, labels = zip(*messages, strict=True)
    return evaluate(texts, labels, always=words)


@cache
def _model() -> Model:
    messages, words = _examples()
    texts, labels = zip(*messages, strict=True)
    return train(texts, labels, always=words)


def _examples() -> tuple[Examples, Examples]:
    def by_leaf(examples: Examples) -> list[tuple[str, str]]:
        return [
            (text, NOW if leaf in URGENT_LEAVES else CALM) for text, leaf in examples
        ]

    messages = [*by_leaf(starter_messages()), *danger_messages()]
    return messages, by_leaf(starter_words())
