"""Take things in that were found or are missed, give them back, and forget them in time."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.cases import log, policies
from xunfang.cases import services as cases
from xunfang.cases.lost.photos import blurred
from xunfang.cases.models import Case, LostItem, LostReturn, ReturnConfirmation
from xunfang.cases.models.confirmations import RECEIPT, TOLD
from xunfang.cases.publishing.services import NeverPublic, can_be_public, proposed_text
from xunfang.core.casework.belongings import first_sign, last_four
from xunfang.core.casework.confirming import Says, check_may_say
from xunfang.core.casework.steps import Actor, Step
from xunfang.core.errors import DomainError
from xunfang.feedback import photos as pictures
from xunfang.feedback.codes import new_number
from xunfang.feedback.models import Word
from xunfang.feedback.photos import CleanPhoto

KEPT = timedelta(days=90)
"""How long a text stays after a thing was closed, for whoever asks again."""
NOTICE = timedelta(days=365)
"""How long the owner of a found thing may come (Civil Code, article 318)."""


class ItemInFuture(DomainError):
    """Nobody has found or lost it yet on that day."""

    code = "cases.item_in_future"


class ItemUndescribed(DomainError):
    """A thing without a number, a name or words of what it looks like."""

    code = "cases.item_undescribed"


class ItemClosed(DomainError):
    """The thing is back already, or its record was closed."""

    code = "cases.item_closed"


class NotTheSame(DomainError):
    """What goes back is found, what it is put with is missed, both of one kind."""

    code = "cases.not_the_same"


class ReturnUnconfirmed(DomainError):
    """It must be said how and when the owner confirmed, not in the future; it may be left
    open only where they have a receipt to confirm with."""

    code = "cases.return_unconfirmed"


class ReturnWaits(DomainError):
    """The thing was given back, and the owner is still to say so."""

    code = "cases.return_waits"


class ReceiptOfAnother(DomainError):
    """The word is not that of whoever misses the thing."""

    code = "cases.return_word"


@transaction.atomic
def enter_item(
    *,
    case: Case,
    side: str,
    kind: str,
    on: date,
    by: User,
    at: datetime,
    word: Word | None = None,
    description: str = "",
    place_name: str = "",
    owner_name: str = "",
    document_number: str = "",
    photo: CleanPhoto | None = None,
    shows_photo: bool = False,
    is_public: bool = True,
) -> LostItem:
    """Enter a thing that a case is about.

    Of the name and number on it the first character and the last four signs are kept.
    With the receipt of their ``word`` whoever misses it confirms that they have it back.
    Telephones, numbers and names in the description are covered before it is stored. A
    photo is blurred unless somebody says that nothing can be read on it
    (``shows_photo``); that of a document or card always is.

    Raises
    ------
    NotAllowed, ItemInFuture, ItemUndescribed
    cases.publishing.services.NeverPublic
        It is to be public, and its case is sealed, sensitive or not sorted.
    """
    case = cases.held(case, by)
    if on > at.astimezone(log.ZONE).date():
        raise ItemInFuture(on.isoformat())
    if is_public and not can_be_public(case):
        raise NeverPublic(case.number)
    item = LostItem(
        number=new_number("L", at.astimezone(log.ZONE).date()),
        side=side,
        kind=kind,
        case=case,
        station=case.station,
        word=word,
        description=proposed_text(description.strip())[:300],
        place_name=place_name.strip(),
        on=on,
        name_sign=first_sign(owner_name),
        last_four=last_four(document_number),
        public_since=at if is_public else None,
        entered_at=at,
        entered_by=by,
    )
    if not (item.description or item.last_four or item.name_sign):
        raise ItemUndescribed(case.number)
    if photo is not None:
        item.photo_is_blurred = item.is_paper or not shows_photo
        kept = blurred(photo) if item.photo_is_blurred else photo
        item.photo_path = pictures.keep(
            kept, folder=Path(settings.MEDIA_ROOT), under="lost"
        )
    item.save()
    cases.note_act(case=case, by=by, at=at, item=item.number)
    audit.record(
        kind="lost.entered",
        subject=item.number,
        by=by,
        at=at,
        side=side,
        type=kind,
        public=is_public,
    )
    return item


@transaction.atomic
def show_to_all(*, item: LostItem, shows: bool, by: User, at: datetime) -> LostItem:
    """Put a thing on the public list, or take it off.

    Raises
    ------
    NotAllowed, ItemClosed
    cases.publishing.services.NeverPublic
    """
    case = cases.held(item.case, by)
    [item] = _held([item])
    if shows and not can_be_public(case):
        raise NeverPublic(case.number)
    item.public_since = (item.public_since or at) if shows else None
    item.save(update_fields=["public_since"])
    audit.record(kind="lost.shown", subject=item.number, by=by, at=at, shows=shows)
    return item


def _locked(items: Iterable[LostItem]) -> list[LostItem]:
    """Return things as they stand, held until the transaction ends."""
    keys = [item.pk for item in items]
    found = {
        item.pk: item
        for item in LostItem.objects.select_for_update(of=("self",))
        .select_related("case__station", "case__topic")
        .filter(pk__in=keys)
        .order_by("pk")
    }
    return [found[key] for key in keys]


def _held(items: Iterable[LostItem]) -> list[LostItem]:
    """Return things held that are still open, and with nobody."""
    held = _locked(items)
    for item in held:
        if item.closed_at is not None:
            raise ItemClosed(item.number)
        if item.back_id is not None:
            raise ReturnWaits(item.number)
    return held


@transaction.atomic
def give_back(
    *,
    found: LostItem,
    lost: LostItem | None,
    given_by: str,
    by: User,
    at: datetime,
    confirmed: str = "",
    confirmed_at: datetime | None = None,
) -> LostReturn:
    """Give a found thing back. Once the owner has confirmed, both records are closed.

    Who works on the case of the found thing does it; the other record may be of another
    station. ``lost`` is None where the owner came before they had said that they miss it.
    Without ``confirmed`` the owner is asked, on the page that follows their word.

    Raises
    ------
    NotAllowed, ItemClosed, NotTheSame, ReturnUnconfirmed, ReturnWaits
    """
    policies.check_can_handle(by, found.case)
    items = _held([found] if lost is None else [found, lost])
    if [each.side for each in items] not in (["found"], ["found", "lost"]) or len(
        {each.kind for each in items}
    ) > 1:
        raise NotTheSame(found.number)
    if not confirmed and (lost is None or lost.word_id is None):
        raise ReturnUnconfirmed(found.number)
    back = LostReturn.objects.create(
        found=found, lost=lost, given_by=given_by, at=at, by=by
    )
    if confirmed:
        _keep(_told(back, Says.YES, confirmed, confirmed_at, by, at))
    else:
        for item in items:
            item.back = back
            item.save(update_fields=["back"])
            _note(item, by, at)
    audit.record(
        kind="lost.returned",
        subject=found.number,
        by=by,
        at=at,
        lost=lost.number if lost else "",
        given_by=given_by,
        confirmed=confirmed,
    )
    return back


def _told(
    back: LostReturn,
    says: str,
    channel: str,
    said_at: datetime | None,
    by: User,
    at: datetime,
) -> ReturnConfirmation:
    """Return what staff were told, not kept yet."""
    if channel not in dict(TOLD) or said_at is None or said_at > at:
        raise ReturnUnconfirmed(back.found.number)
    return ReturnConfirmation(
        back=back, says=says, channel=channel, said_at=said_at, by=by, at=at
    )


@transaction.atomic
def confirm(
    *,
    back: LostReturn,
    says: str,
    channel: str,
    said_at: datetime,
    by: User,
    at: datetime,
) -> None:
    """Note what the owner told us of a return: they have it, or it did not happen.

    Raises
    ------
    NotAllowed, ItemClosed, ReturnUnconfirmed
    core.casework.confirming.SaidAlready, core.casework.confirming.NothingToTakeBack
    """
    policies.check_can_handle(by, back.found.case)
    _say(_told(back, says, channel, said_at, by, at))


@transaction.atomic
def confirm_by_receipt(
    *, back: LostReturn, word: Word, says: str, at: datetime
) -> None:
    """Let the owner say with their receipt that they have it, or that they do not.

    Raises
    ------
    ReceiptOfAnother, ItemClosed
    core.casework.confirming.SaidAlready, core.casework.confirming.NothingToTakeBack
    """
    if back.lost is None or back.lost.word_id != word.pk:
        raise ReceiptOfAnother(word.number)
    _say(ReturnConfirmation(back=back, says=says, channel=RECEIPT, said_at=at, at=at))


def _say(said: ReturnConfirmation) -> None:
    _keep(said)
    audit.record(
        kind="lost.confirmed",
        subject=said.back.found.number,
        by=said.by,
        at=said.at,
        says=said.says,
        channel=said.channel,
    )


def _keep(said: ReturnConfirmation) -> None:
    """Keep what the owner said. Both records are closed while their last word is yes; a
    no sets the thing free, to be given to whoever else it may belong to."""
    back = said.back
    items = _locked([each for each in (back.found, back.lost) if each is not None])
    last = back.confirmations.order_by("pk").last()
    check_may_say(said.statement, last.statement if last else None)
    for item in items:
        is_elsewhere = item.back_id not in (None, back.pk)
        is_over = item.outcome not in ("", LostItem.RETURNED) or item.erased_at
        if is_elsewhere or is_over:
            raise ItemClosed(item.number)
    said.save()
    for item in items:
        item.back = None if said.says == Says.NO else back
        if said.says != Says.YES:
            item.outcome, item.closed_at, item.erase_on = "", None, None
        elif item.closed_at is None:
            item.outcome, item.closed_at = LostItem.RETURNED, said.at
            item.erase_on = _erase_on(said.at)
        item.save()
        detail = {} if said.says == Says.YES else {"says": said.says}
        _note(item, said.by, said.at, **detail)


def _erase_on(closed_at: datetime) -> date:
    return (closed_at + KEPT).astimezone(log.ZONE).date()


def _close(item: LostItem, outcome: str, at: datetime) -> None:
    item.outcome, item.closed_at = outcome, at
    item.erase_on = _erase_on(at)
    item.save(update_fields=["outcome", "closed_at", "erase_on"])


def _note(item: LostItem, by: User | None, at: datetime, **detail: Any) -> None:
    """Put a line into the log of a thing's case; that may be another station's."""
    case = log.locked(item.case)
    log.add(
        case=case,
        step=Step.NOTED if by is None else Step.ACTED,
        actor=Actor.HOUSE if by is None else log.actor_of(by),
        by=by,
        at=at,
        item=item.number,
        outcome=item.outcome,
        **detail,
    )
    case.save()


@transaction.atomic
def close_item(*, item: LostItem, outcome: str, by: User, at: datetime) -> LostItem:
    """Close a record without a return: its owner found it, or it was handed on.

    Raises
    ------
    NotAllowed, ItemClosed
    NotTheSame
        Only what is missed is found by its owner, only what was found is handed on.
    """
    policies.check_can_handle(by, item.case)
    [item] = _held([item])
    side = {LostItem.OWN_FIND: LostItem.LOST, LostItem.HANDED_ON: LostItem.FOUND}
    if side.get(outcome) != item.side:
        raise NotTheSame(item.number)
    _close(item, outcome, at)
    _note(item, by, at)
    audit.record(kind="lost.closed", subject=item.number, by=by, at=at, outcome=outcome)
    return item


@transaction.atomic
def see_to_items(*, at: datetime) -> int:
    """Close what nobody came for within a year; erase what has served its time.

    Erased are description, place, first character, last four signs and photo; that there
    was a thing of a kind, and what became of it, stays. Returns how many were erased.
    """
    over = LostItem.objects.filter(closed_at=None, entered_at__lt=at - NOTICE)
    for item in over.order_by("pk"):
        _close(item, LostItem.UNCLAIMED, at)
        audit.record(
            kind="lost.closed",
            subject=item.number,
            by=None,
            at=at,
            outcome=LostItem.UNCLAIMED,
        )
    today = at.astimezone(log.ZONE).date()
    due = list(LostItem.objects.filter(erase_on__lte=today, erased_at=None))
    for item in due:
        if item.photo_path:
            transaction.on_commit(partial(_remove_photo, item.photo_path))
        item.description = item.place_name = item.photo_path = ""
        item.name_sign = item.last_four = ""
        item.erased_at, item.public_since = at, None
        item.save()
    if due:
        audit.record(
            kind="lost.erased",
            subject=today.isoformat(),
            by=None,
            at=at,
            n=len(due),
            items=sorted(item.number for item in due),
        )
    return len(due)


def _remove_photo(path: str) -> None:
    # The same picture may have come with two things: the file goes with the last.
    if not LostItem.objects.filter(photo_path=path).exists():
        (Path(settings.MEDIA_ROOT) / path).unlink(missing_ok=True)
