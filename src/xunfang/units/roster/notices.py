"""What everybody who goes out on a night should know: weather, a closed bridge."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.core.errors import DomainError
from xunfang.units.models import NightNotice
from xunfang.units.roster import policies
from xunfang.units.roster.refusals import check_not_over


class NoticeSaysNothing(DomainError):
    """A notice needs a text."""

    code = "units.notice_says_nothing"


class NoticeEnded(DomainError):
    """The notice has been taken down before."""

    code = "units.notice_ended"


def notices_of(night: date) -> QuerySet[NightNotice]:
    """Return what stands for a night, as it was posted."""
    return notices_of_nights([night])


def notices_of_nights(nights: Iterable[date]) -> QuerySet[NightNotice]:
    """Return what stands for some nights, as it was posted."""
    return NightNotice.objects.filter(
        night__in=[*nights], ended_at=None
    ).select_related("posted_by")


@transaction.atomic
def post_notice(*, night: date, text: str, by: User, at: datetime) -> NightNotice:
    """Post a notice to all crews of a night.

    Raises
    ------
    NotAllowed
        This person does not edit the rosters of the whole city.
    NightOver
        The night is over.
    NoticeSaysNothing
        There is no text.
    """
    policies.check_can_allocate(by)
    check_not_over(night, at)
    if not text.strip():
        raise NoticeSaysNothing(f"for {night}")
    notice = NightNotice.objects.create(
        night=night, text=text.strip(), posted_at=at, posted_by=by
    )
    audit.record(
        kind="notice.posted", subject=night.isoformat(), by=by, at=at, text=notice.text
    )
    return notice


@transaction.atomic
def end_notice(*, notice: NightNotice, by: User, at: datetime) -> NightNotice:
    """Take a notice down.

    Raises
    ------
    NotAllowed, NightOver
        As ``post_notice``.
    NoticeEnded
        It has been taken down before.
    """
    notice = NightNotice.objects.select_for_update().get(pk=notice.pk)
    policies.check_can_allocate(by)
    check_not_over(notice.night, at)
    if notice.ended_at is not None:
        raise NoticeEnded(notice.text)
    notice.ended_at = at
    notice.save(update_fields=["ended_at"])
    audit.record(
        kind="notice.ended",
        subject=notice.night.isoformat(),
        by=by,
        at=at,
        text=notice.text,
    )
    return notice
