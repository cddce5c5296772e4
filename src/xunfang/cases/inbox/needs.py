"""What residents needed in a week: by topic, never by who said it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q

from xunfang.accounts.models import User
from xunfang.cases import queries
from xunfang.cases.log import ZONE
from xunfang.cases.models import Topic
from xunfang.core.casework.steps import State
from xunfang.feedback.models import Channel

MET = (Channel.PATROL, Channel.FACE, Channel.MEETING)
"""Channels by which an officer hears it from a person in front of them."""


@dataclass(frozen=True, slots=True)
class Need:
    """A topic of the week, how often, and how many were answered."""

    topic: Topic
    station: str
    n_said: int
    n_met: int
    """Of these, told to an officer on the street, at a door or in a meeting."""
    n_answered: int


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def needs_of(user: User, monday: date) -> list[Need]:
    """Count the cases of a week by topic and station, the most frequent first."""
    begins = datetime.combine(monday, time(), ZONE)
    answered = Q(state__in=[State.ANSWERED.value, State.CLOSED.value])
    rows = (
        queries.with_words(queries.visible_to(user))
        .filter(
            opened_at__gte=begins,
            opened_at__lt=begins + timedelta(days=7),
            topic__isnull=False,
        )
        .order_by()
        .values("topic", "station__name")
        .annotate(
            n_said=Count("pk", distinct=True),
            n_met=Count(
                "pk",
                filter=Q(links__word__channel__in=MET, links__ended_at=None),
                distinct=True,
            ),
            n_answered=Count("pk", filter=answered, distinct=True),
        )
        .order_by("-n_said", "topic__code", "station__name")
    )
    topics = Topic.objects.in_bulk([row["topic"] for row in rows])
    return [
        Need(
            topics[row["topic"]],
            row["station__name"] or "",
            row["n_said"],
            row["n_met"],
            row["n_answered"],
        )
        for row in rows
    ]
