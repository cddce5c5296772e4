"""Which beginnings of answers there are, and which are offered for a topic."""

from django.db.models import Q, QuerySet

from xunfang.cases.models import AnswerTemplate, Topic


def templates() -> QuerySet[AnswerTemplate]:
    """Return all of them by code."""
    return AnswerTemplate.objects.select_related("topic__parent").order_by("code")


def in_use(topic: Topic | None) -> QuerySet[AnswerTemplate]:
    """Return those that are offered for a topic: its own, its branch's, and any's."""
    fitting = Q(topic=None)
    if topic is not None:
        fitting |= Q(topic=topic) | Q(topic=topic.parent_id)
    return AnswerTemplate.objects.filter(fitting, is_current=True).order_by("code")
