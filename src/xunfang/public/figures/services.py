"""Enter what no other room knows, and put it right."""

from datetime import date, datetime

from django.db import transaction

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.cases.models import Topic
from xunfang.core.errors import DomainError
from xunfang.feedback.models import Word
from xunfang.public.figures import policies
from xunfang.public.models import SentCount, ThanksItem


class CountUnsourced(DomainError):
    """A count of messages needs days that have been, and a source."""

    code = "public.count_unsourced"


class CountCorrected(DomainError):
    """The count was corrected before: the newer row is the one to correct."""

    code = "public.count_corrected"


class NoThanks(DomainError):
    """The word is no thanks: nothing was given with it."""

    code = "public.no_thanks"


@transaction.atomic
def enter_sent_count(
    *,
    first_on: date,
    last_on: date,
    n_sent: int,
    source: str,
    by: User,
    at: datetime,
    corrects: SentCount | None = None,
) -> SentCount:
    """Enter how many messages were sent in some days; or put a former count right.

    Raises
    ------
    NotAllowed
    CountUnsourced
        No source, days the wrong way round, or days that are still to come.
    CountCorrected
    """
    policies.check_can_enter_figures(by)
    source = source.strip()
    if not source or last_on < first_on or last_on > at.astimezone().date():
        raise CountUnsourced(f"{first_on} to {last_on}, {source!r}")
    if corrects is not None and SentCount.objects.filter(corrects=corrects).exists():
        raise CountCorrected(str(corrects))
    count = SentCount.objects.create(
        first_on=first_on,
        last_on=last_on,
        n_sent=n_sent,
        source=source,
        corrects=corrects,
        at=at,
        by=by,
    )
    audit.record(
        kind="sent_count.entered",
        subject=f"{first_on} {last_on}",
        by=by,
        at=at,
        n_sent=n_sent,
        source=source,
        before=corrects.n_sent if corrects else None,
    )
    return count


@transaction.atomic
def note_thanks_item(
    *, word: Word, item: str, given_on: date, by: User, at: datetime
) -> ThanksItem:
    """Note what came with thanks. Noted again, the last one counts.

    Raises
    ------
    NotAllowed
    NoThanks
    """
    policies.check_can_enter_figures(by)
    links = word.links.filter(ended_at=None, case__topic__code=Topic.THANKS)
    if not links.exists():
        raise NoThanks(word.number)
    noted = ThanksItem.objects.create(
        word=word, item=item, given_on=given_on, at=at, by=by
    )
    audit.record(kind="thanks.item_noted", subject=word.number, by=by, at=at, item=item)
    return noted
