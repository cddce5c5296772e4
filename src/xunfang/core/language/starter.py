"""What the model learns from on the first day: short messages written for this project.

A station's own labels are added to these; they are read from the package, so that a new
installation suggests classes before anybody has labelled anything. Beside whole messages
each leaf has words of the trade, each of which counts as an example of one word.
"""

from functools import cache
from importlib.resources import files


@cache
def starter_messages() -> tuple[tuple[str, str], ...]:
    """Return each starter message with the code of its leaf."""
    return _beneath_headings("starter_messages.txt")


@cache
def danger_messages() -> tuple[tuple[str, str], ...]:
    """Return messages that sound of danger, each with ``now`` or ``calm``."""
    return _beneath_headings("danger_messages.txt")


@cache
def starter_words() -> tuple[tuple[str, str], ...]:
    """Return each word that speaks for a leaf, with the code of the leaf."""
    words = []
    for line in _lines("starter_words.txt"):
        leaf, *of_leaf = line.split()
        words += [(word, leaf) for word in of_leaf]
    return tuple(words)


def _beneath_headings(name: str) -> tuple[tuple[str, str], ...]:
    heading = ""
    messages = []
    for line in _lines(name):
        if line.startswith("= "):
            heading = line.removeprefix("= ")
        else:
            messages.append((line, heading))
    return tuple(messages)


def _lines(name: str) -> list[str]:
    text = files("xunfang.core.language").joinpath("data", name).read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
