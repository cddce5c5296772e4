"""What the words suggest: urgency by the facts in them, class by the model.

Nothing is decided here unless the sender or the channel said so, or the station lets the
model decide for a leaf above a measured precision.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from xunfang.cases.models import LearningRun, Topic
from xunfang.core.language.danger import sounds_of_danger
from xunfang.core.language.remarks import Remark, remarks_in
from xunfang.core.language.scripts import is_chinese
from xunfang.core.language.starter import starter_messages, starter_words
from xunfang.core.language.triage import DamagedModel, Model, train
from xunfang.core.language.urgency import Urgency, facts_in, proposed, raised
from xunfang.feedback.models import Asks

log = logging.getLogger(__name__)

BY_ASKS: Mapping[str, str] = {
    Asks.CRITICISM: Topic.CRITICISM,
    Asks.SUGGESTION: Topic.SUGGESTION,
    Asks.COMPLAINT: Topic.COMPLAINT,
    Asks.THANKS: Topic.THANKS,
    Asks.OWN_DATA: Topic.OWN_DATA,
}
"""What the sender says it is counts as its class; a person may add another."""
LOOKS_LIKE_COMPLAINT = 0.3
"""How sure the model must be that it is a complaint about an officer, to seal it."""


@dataclass(frozen=True, slots=True)
class SortedAs:
    """What a word looks like."""

    topic: Topic | None
    """What the sender, the channel or the model's certainty makes of it; None: ask."""
    urgency: int
    suggested: list[tuple[str, float]]
    is_complaint: bool
    by_model: bool


def sort(text: str, *, asks: str, topic: Topic | None) -> SortedAs:
    """Say what a text looks like; ``topic`` where the channel gave a class."""
    likely_ones = model().suggest(text)
    codes = [each.label for each in likely_ones]
    found = Topic.objects.filter(code__in=[*codes, BY_ASKS.get(asks, "")])
    leaves = {leaf.code: leaf for leaf in found if leaf.parent_id is not None}
    suggestions = [each for each in likely_ones if each.label in leaves]
    by_model = False
    if topic is None and asks in BY_ASKS:
        topic = leaves.get(BY_ASKS[asks])
    if topic is None and suggestions:
        likely, sure = leaves[suggestions[0].label], suggestions[0].sure_share
        threshold = likely.sorts_itself_above
        if threshold is not None and sure >= threshold:
            topic, by_model = likely, True
    facts = facts_in(text)
    if topic is not None:
        urgency = raised(Urgency(topic.urgency or Urgency.U3), facts)
    elif suggestions:
        defaults = {
            code: Urgency(leaf.urgency or Urgency.U3) for code, leaf in leaves.items()
        }
        urgency = proposed(suggestions, defaults, facts)
        if not is_chinese(text):
            # The model has learnt no other language: what it says of one says nothing.
            urgency = min(urgency, Urgency.U2)
    else:
        urgency = raised(Urgency.U3, facts)
    # Whoever asks before paying tells of threats and police: only facts count there.
    asks_first = topic is not None and topic.code in Topic.BEFORE_PAYING
    if not asks_first and sounds_of_danger(text):
        urgency = Urgency.U1
    is_complaint = (
        (topic is not None and topic.code == Topic.COMPLAINT)
        # Who presses people to rate us well is somebody of ours, whatever the class.
        or Remark.PRESSED in remarks_in(text)
        or any(
            each.label == Topic.COMPLAINT and each.sure_share >= LOOKS_LIKE_COMPLAINT
            for each in suggestions
        )
    )
    shown = [(each.label, round(each.sure_share, 3)) for each in suggestions]
    return SortedAs(topic, int(urgency), shown, is_complaint, by_model)


def model() -> Model:
    """Return the model in use; a new one is met with the next text, in every process.

    That is one short question to the database. The first time after a start, or after a
    night in which something was learnt, takes a moment.
    """
    kept = LearningRun.objects.filter(outcome=LearningRun.KEPT, model__isnull=False)
    newest = kept.order_by("-pk").values_list("pk", flat=True).first()
    if newest is None:
        return _of_the_first_day()
    if _held.get("run") != newest:
        stored = kept.values_list("model", flat=True).get(pk=newest)
        try:
            _held.update(run=newest, model=Model.from_bytes(bytes(stored or b"")))
        except DamagedModel:
            log.exception("the model of run %s cannot be read", newest)
            _held.update(run=newest, model=_of_the_first_day())
    found: Model = _held["model"]
    return found


_held: dict[str, Any] = {}


@lru_cache(maxsize=1)
def _of_the_first_day() -> Model:
    """Return what was learnt from the starter messages."""
    messages = starter_messages()
    return train(
        [text for text, _ in messages],
        [leaf for _, leaf in messages],
        always=starter_words(),
    )
