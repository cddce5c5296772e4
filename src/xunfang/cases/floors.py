"""What sorting and joining may not do: lose criticism on the way, or slow down what is urgent."""

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, can
from xunfang.cases import policies
from xunfang.cases.models import Case, Topic
from xunfang.core.casework.steps import State
from xunfang.core.errors import DomainError
from xunfang.core.language.urgency import Urgency, facts_in, raised
from xunfang.feedback.models import Said


class CriticismStays(DomainError):
    """Criticism is given another class by a supervisor only."""

    code = "cases.criticism_stays"


class UrgencyOnlyRises(DomainError):
    """A case is not made less urgent than its class without a supervisor."""

    code = "cases.urgency_only_rises"


def codes(*topics: Topic | None) -> set[str]:
    """Return the codes of the topics that there are."""
    return {topic.code for topic in topics if topic is not None}


def check_may_quieten(case: Case, by: User) -> None:
    """Raise CriticismStays where those who are criticised would make it less seen."""
    if not policies.can_reclassify(by, case):
        raise CriticismStays(case.number)


def check_keeps_class(
    case: Case, topic: Topic | None, second_topic: Topic | None, *, by: User
) -> None:
    """Raise CriticismStays where criticism would lose its place, or not be called so."""
    before, after = codes(case.topic, case.second_topic), codes(topic, second_topic)
    loses_its_place = Topic.CRITICISM in codes(case.topic) - codes(topic)
    if loses_its_place or Topic.CRITICISM in before - after:
        check_may_quieten(case, by)


def check_keeps_urgency(
    case: Case, topic: Topic | None, urgency: int, *, by: User
) -> None:
    """Raise UrgencyOnlyRises where what a case holds would wait longer than it may."""
    least = _least_urgent(case, topic)
    if urgency > least and not can(by, Capability.SUPERVISE_CASES):
        raise UrgencyOnlyRises(f"{case.number}: U{urgency}, at least U{least}")


def _least_urgent(case: Case, topic: Topic | None) -> int:
    """Return how urgent a case is at least, where no supervisor says otherwise.

    While nobody has sorted it, a case is as urgent as the most urgent thing the model
    could not rule out. Whoever has read it can; class and facts remain.
    """
    by_class = (topic.urgency if topic else None) or case.urgency
    if case.state != State.NEW:
        return min(case.urgency, by_class)
    said = Said.objects.filter(word__links__case=case, word__links__ended_at=None)
    texts = said.values_list("text", flat=True)
    facts = [fact for text in texts for fact in facts_in(text)]
    return int(raised(Urgency(by_class), facts))
