"""How soon a message needs a person, from facts that stand in its words.

A class has a default urgency; a fact can raise it and nothing lowers it. The facts are a
table of patterns (``data/urgent_facts.txt``), read by people, independent of what the model suggests: a
message that says a child is in the water is U1 whatever class it is given. Patterns are
matched on one width, case and script (`scripts.aligned`) and know some dialect words.

A false alarm costs an officer a glance, a miss may cost a life: where a pattern cannot
tell "now" from "last year", it counts as now.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from importlib.resources import files

from xunfang.core.language.scripts import aligned
from xunfang.core.language.triage import Suggestion


class Urgency(IntEnum):
    """A smaller number is more urgent, as on the sheets of calls. Values are stored."""

    U1 = 1
    """立即: life in danger, crime in progress; before a person within a minute."""
    U2 = 2
    """当班: within the shift."""
    U3 = 3
    """五日: within five working days."""
    U4 = 4
    """十五日: within fifteen days."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What in a text raises its urgency, and where it stands."""

    code: str
    urgency: Urgency
    start: int
    end: int


_TABLE = "data/urgent_facts.txt"


@cache
def patterns() -> tuple[tuple[str, Urgency, re.Pattern[str]], ...]:
    """Return each fact that is looked for: its code, its urgency and its pattern."""
    text = files("xunfang.core.language").joinpath(_TABLE).read_text("utf-8")
    words: dict[str, str] = {}
    facts: list[tuple[str, Urgency, list[str]]] = []
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("= "):
            _, urgency, code = line.split()
            facts.append((code, Urgency[urgency], []))
        elif facts:
            # No pattern has a space: a line of plain words is that many patterns.
            facts[-1][2].extend(line.split(" "))
        else:
            name, meaning = line.split(" ", maxsplit=1)
            words[name] = f"(?:{meaning})"
    return tuple(
        (
            code,
            urgency,
            re.compile("|".join(_spelt_out(each, words) for each in of_fact)),
        )
        for code, urgency, of_fact in facts
    )


def _spelt_out(pattern: str, words: dict[str, str]) -> str:
    return re.sub(r"<[\u4e00-\u9fff]+>", lambda found: words[found.group()], pattern)


_OVER = re.compile(r"人没事|人都?没伤|已经?(?:灭|扑灭)|烧光|烧完|烧没")
"""After a fire, with nobody hurt: help is needed, the fire brigade is not."""


def facts_in(text: str) -> tuple[Fact, ...]:
    """Return what in a text raises its urgency: the most urgent first, then in order."""
    form = aligned(text)
    over = _OVER.search(form) is not None
    found = [
        Fact(code, urgency, *match.span())
        for code, urgency, pattern in patterns()
        if (match := pattern.search(form)) and not (over and code == "fire")
    ]
    return tuple(sorted(found, key=lambda fact: (fact.urgency, fact.start)))


def raised(default: Urgency, facts: Sequence[Fact]) -> Urgency:
    """Return the urgency of a class, raised by facts and never lowered."""
    return min([default, *(fact.urgency for fact in facts)])


SURE_ENOUGH = 0.5
"""Below it the second suggestion counts too, and nothing waits fifteen days unseen."""


def proposed(
    suggestions: Sequence[Suggestion],
    defaults: Mapping[str, Urgency],
    facts: Sequence[Fact],
) -> Urgency:
    """Return the urgency of a message that nobody has read yet.

    Where the model is not sure, the more urgent of its suggestions counts, and at least
    U3: what may turn out to be urgent does not wait in the slowest queue to be looked at.
    """
    first, *others = suggestions
    urgency = defaults[first.label]
    if first.sure_share < SURE_ENOUGH:
        urgency = min(
            [urgency, Urgency.U3, *(defaults[other.label] for other in others)]
        )
    return raised(urgency, facts)
