"""Open a dispute, note how it stands, end it, open it again."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.core.errors import DomainError
from xunfang.mediations import policies
from xunfang.mediations.models import Dispute, DisputeState
from xunfang.units.models import Station


class DisputeThere(DomainError):
    """The call has been made into a dispute before."""

    code = "mediations.dispute_there"


class DisputeChanged(DomainError):
    """Somebody else has changed the dispute since the page was opened."""

    code = "mediations.dispute_changed"


class NoteMissing(DomainError):
    """A dispute is ended with a few words on how."""

    code = "mediations.note_missing"


@transaction.atomic
def open_dispute(
    *,
    words: str,
    place_text: str,
    by: User,
    at: datetime,
    point: tuple[float, float] | None = None,
    station: Station | None = None,
    source_call: str = "",
) -> Dispute:
    """Open a dispute with what is known of it.

    Raises
    ------
    NotAllowed
        Not this person's ground, or not their work.
    DisputeThere
        The call has been made into a dispute before.
    """
    policies.check_can_open(by, station)
    if source_call and Dispute.objects.filter(source_call=source_call).exists():
        raise DisputeThere(source_call)
    dispute = Dispute.objects.create(
        number=_next_number(at),
        opened_at=at,
        opened_by=by,
        place_text=place_text,
        lon=None if point is None else point[0],
        lat=None if point is None else point[1],
        station=station,
        words=words,
        source_call=source_call,
    )
    audit.record(
        kind="dispute.opened",
        subject=dispute.number,
        by=by,
        at=at,
        source_call=source_call,
    )
    return dispute


def _next_number(at: datetime) -> str:
    """Return the next number of the day: D20260814-003."""
    begins = f"D{timezone.localtime(at):%Y%m%d}-"
    last = (
        Dispute.objects.select_for_update()
        .filter(number__startswith=begins)
        .order_by("-id")
        .first()
    )
    return f"{begins}{1 if last is None else int(last.number[len(begins) :]) + 1:03}"


def _locked(dispute: Dispute, revision: int) -> Dispute:
    dispute = Dispute.objects.select_for_update(of=("self",)).get(pk=dispute.pk)
    if dispute.revision != revision:
        raise DisputeChanged(dispute.number)
    return dispute


@transaction.atomic
def note_dispute(
    *, dispute: Dispute, note: str, revision: int, by: User, at: datetime
) -> Dispute:
    """Note what was done about a dispute, in place of the note before.

    The record keeps the note before.

    Raises
    ------
    NotAllowed, DisputeChanged
    """
    policies.check_can_keep(by, dispute)
    dispute = _locked(dispute, revision)
    was, dispute.note = dispute.note, note.strip()
    _save(dispute)
    audit.record(kind="dispute.noted", subject=dispute.number, by=by, at=at, was=was)
    return dispute


@transaction.atomic
def end_dispute(
    *, dispute: Dispute, note: str, revision: int, by: User, at: datetime
) -> Dispute:
    """Say that a dispute is over, and how.

    Raises
    ------
    NotAllowed, NoteMissing
    DisputeChanged
        Also where it is over already.
    """
    policies.check_can_keep(by, dispute)
    if not note.strip():
        raise NoteMissing(dispute.number)
    dispute = _locked(dispute, revision)
    if dispute.state == DisputeState.ENDED:
        raise DisputeChanged(dispute.number)
    was, dispute.note = dispute.note, note.strip()
    dispute.state, dispute.ended_at = DisputeState.ENDED, at
    _save(dispute)
    audit.record(kind="dispute.ended", subject=dispute.number, by=by, at=at, was=was)
    return dispute


@transaction.atomic
def reopen_dispute(
    *, dispute: Dispute, revision: int, by: User, at: datetime
) -> Dispute:
    """Open a dispute again that was not over after all.

    Raises
    ------
    NotAllowed
    DisputeChanged
        Also where it is open.
    """
    policies.check_can_keep(by, dispute)
    dispute = _locked(dispute, revision)
    if dispute.state == DisputeState.OPEN:
        raise DisputeChanged(dispute.number)
    dispute.state, dispute.ended_at = DisputeState.OPEN, None
    _save(dispute)
    audit.record(kind="dispute.reopened", subject=dispute.number, by=by, at=at)
    return dispute


def _save(dispute: Dispute) -> None:
    dispute.revision += 1
    dispute.save(update_fields=["note", "state", "ended_at", "revision"])
