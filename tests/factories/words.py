"""What residents say, and the cases that answer it."""

from datetime import UTC, datetime
from typing import Any

from xunfang.cases import services
from xunfang.cases.models import Case
from xunfang.cases.services import TakenIn
from xunfang.cases.topics.services import ensure_topics
from xunfang.feedback.models import Channel

FRIDAY = datetime(2026, 11, 20, 3, 11, tzinfo=UTC)
"""Half past eleven in the morning in the city."""


def say(text: str, *, at: datetime = FRIDAY, **values: Any) -> TakenIn:
    """Have somebody say something by the form, where there are topics."""
    ensure_topics(at=at)
    return services.take_in(
        **{"channel": Channel.WEB, "text": text, "at": at, **values}
    )


def case_about(text: str, *, at: datetime = FRIDAY, **values: Any) -> Case:
    """Return the case that something said has opened."""
    return say(text, at=at, **values).case
