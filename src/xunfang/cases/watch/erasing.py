"""Texts of emergencies are erased after 24 months, and a certificate says so (CL-06).

What somebody said in an emergency names people at their worst, and has done its work when
the emergency is over. Criticism is kept for good, also where it came with one; and nothing
is erased that is still owed an answer.
"""

from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from xunfang.cases.log import ZONE
from xunfang.cases.models import Topic, WordLink
from xunfang.cases.queries import OPEN_STATES
from xunfang.feedback import erasing
from xunfang.feedback.models import Word

KEPT_YEARS: Final = 2
WORDS_AT_ONCE: Final = 500
KEPT_FOR_GOOD: Final = (Topic.CRITICISM, Topic.COMPLAINT)


def erase_old_emergencies(*, at: datetime) -> int:
    """Erase the texts whose time is over; return how many. Safe to run twice."""
    n = 0
    while words := list(_due(at)[:WORDS_AT_ONCE]):
        certificate = erasing.erase_texts(words=words, at=at)
        if certificate is None:
            break
        n += certificate.n_words
    return n


def is_due(*, at: datetime) -> bool:
    """Say whether there was anything to be erased at a moment that is still there."""
    return _due(at).exists()


def _due(at: datetime) -> QuerySet[Word]:
    links = WordLink.objects.filter(word=OuterRef("pk"), ended_at=None)
    criticism = Q(case__topic__code__in=KEPT_FOR_GOOD) | Q(
        case__second_topic__code__in=KEPT_FOR_GOOD
    )
    return Word.objects.filter(
        Exists(links.filter(case__urgency=1)),
        ~Exists(links.filter(criticism | Q(case__state__in=OPEN_STATES))),
        received_at__lte=two_years_before(at),
        said__isnull=False,
    ).order_by("received_at", "pk")


def two_years_before(at: datetime) -> datetime:
    """Return the same moment on the wall clock two years earlier.

    >>> f"{two_years_before(datetime(2028, 2, 29, 12, tzinfo=ZONE)):%F}"
    '2026-02-28'
    """
    local = at.astimezone(ZONE)
    day = 28 if (local.month, local.day) == (2, 29) else local.day
    return local.replace(year=local.year - KEPT_YEARS, day=day)
