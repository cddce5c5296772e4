"""What the words suggest: urgency by rules, class by the model, two classes at most.

Nothing is decided here unless the sender or the channel said so, or the station lets the
model decide for a leaf above a measured precision.
"""

from dataclasses import dataclass
from functools import lru_cache

from xunfang.cases.models import Topic
from xunfang.core.language.triage import Model, load_starter, urgency_of
from xunfang.feedback.models import Asks

BY_ASKS = {
    Asks.CRITICISM: Topic.CRITICISM,
    Asks.SUGGESTION: Topic.SUGGESTION,
    Asks.COMPLAINT: Topic.COMPLAINT,
    Asks.THANKS: Topic.THANKS,
    Asks.OWN_DATA: "1007",
}
"""What the sender says it is counts as its class; a person may add another."""
LOOKS_LIKE_COMPLAINT = 0.3
"""How sure the model must be that it is a complaint about an officer, to seal it."""


@dataclass(frozen=True, slots=True)
class SortedAs:
    """What a word looks like."""

    topic: Topic | None
    urgency: int
    suggested: list[tuple[str, float]]
    is_complaint: bool
    by_model: bool


def sort(text: str, *, asks: Asks, topic: Topic | None) -> SortedAs:
    """Say what a text looks like; ``topic`` where the channel gave a class."""
    suggested = [(each.label, round(each.share, 3)) for each in _model().suggest(text)]
    codes = [code for code, _ in suggested]
    topics = {
        each.code: each
        for each in Topic.objects.filter(code__in=[*codes, BY_ASKS.get(asks, "")])
    }
    by_model = False
    if topic is None and asks in BY_ASKS:
        topic = topics.get(BY_ASKS[asks])
    if topic is None and suggested:
        likely, sure = topics.get(codes[0]), suggested[0][1]
        if likely and likely.sorts_itself_above and sure >= likely.sorts_itself_above:
            topic, by_model = likely, True
    is_complaint = (topic is not None and topic.code == Topic.COMPLAINT) or any(
        code == Topic.COMPLAINT and sure >= LOOKS_LIKE_COMPLAINT
        for code, sure in suggested
    )
    # The least urgent that its possible classes allow would let a matter lie: the most
    # urgent of what was said and what is likely counts until a person has looked.
    least = [topic.urgency] if topic else [topics[c].urgency for c in codes[:1] if c in topics]
    urgency = min(urgency_of(text), *(each for each in least if each), 3 if not least else 4)
    return SortedAs(topic, urgency, suggested, is_complaint, by_model)


@lru_cache(maxsize=1)
def _model() -> Model:
    return load_starter()
