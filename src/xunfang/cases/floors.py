"""What sorting a case may not do: lose criticism on the way, or slow down what is urgent."""

from xunfang.cases.models import Case, Topic
from xunfang.core.casework.steps import State
from xunfang.core.language.urgency import Urgency, facts_in, raised
from xunfang.feedback.models import Said


def codes(*topics: Topic | None) -> set[str]:
    """Return the codes of the topics that there are."""
    return {topic.code for topic in topics if topic is not None}


def quietens(case: Case, topic: Topic, second_topic: Topic | None) -> bool:
    """Say whether criticism would lose its place, or not be called so any more."""
    if case.topic is not None and case.topic.code == Topic.CRITICISM != topic.code:
        return True
    before = codes(case.topic, case.second_topic)
    return Topic.CRITICISM in before - codes(topic, second_topic)


def least_urgent(case: Case, topic: Topic) -> int:
    """Return how urgent a case is at least, where no supervisor says otherwise.

    While nobody has sorted it, a case is as urgent as the most urgent thing the model
    could not rule out. Whoever has read it can; class and facts remain.
    """
    if case.state != State.NEW:
        return min(case.urgency, topic.urgency or case.urgency)
    said = Said.objects.filter(word__links__case=case, word__links__ended_at=None)
    texts = said.values_list("text", flat=True)
    facts = [fact for text in texts for fact in facts_in(text)]
    return int(raised(Urgency(topic.urgency or case.urgency), facts))
