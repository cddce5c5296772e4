"""Merge, split and link calls. Nothing moves and nothing is removed: all can be undone."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.calls import policies
from xunfang.calls.models import Call, CallLink
from xunfang.calls.services import check_nobody_bound
from xunfang.core.dispatching.sheets import CallStatus
from xunfang.core.errors import DomainError


class LinkedToItself(DomainError):
    """A call is not linked to itself."""

    code = "calls.linked_to_itself"


class LinksGoRound(DomainError):
    """The other call hangs on this one already, directly or through others."""

    code = "calls.links_go_round"


class LinkThere(DomainError):
    """The two are linked in this way already."""

    code = "calls.link_there"


class MergedAlready(DomainError):
    """The call is worked on as part of another one."""

    code = "calls.merged_already"


class MergeClosed(DomainError):
    """One of the two is closed: open it again, or link them instead."""

    code = "calls.merge_closed"


class NotMerged(DomainError):
    """The call is not merged into another one."""

    code = "calls.not_merged"


class LinkUndone(DomainError):
    """The link has been taken back already."""

    code = "calls.link_undone"


@transaction.atomic
def merge(*, call: Call, into: Call, by: User, at: datetime) -> CallLink:
    """Work on a call as part of another one from now on.

    Everything that was said and done stays with the call it was said and done in. Into a
    call that is merged itself means: into the one that is worked on.

    Raises
    ------
    NotAllowed
        This person may not work on both.
    LinkedToItself, LinksGoRound, MergedAlready
    MergeClosed
        One of the two is closed.
    NotYetHandled
        A unit is bound to the call: merge the other one into this, or finish it first.
    """
    call, into = _both(call, into, by)
    if call.merged_into_id is not None:
        raise MergedAlready(call.number)
    into = root_of(into)
    if into.pk == call.pk:
        raise LinksGoRound(call.number)
    _check_no_ring(call, into)
    if CallStatus.CLOSED in {call.status, into.status}:
        raise MergeClosed(f"{call.number} into {into.number}")
    check_nobody_bound(call)
    call.merged_into = into
    call.save(update_fields=["merged_into"])
    link = CallLink.objects.create(
        call=call, to=into, kind=CallLink.MERGED, made_at=at, made_by=by
    )
    _touch(call, into)
    audit.record(
        kind="call.merged", subject=call.number, by=by, at=at, into=into.number
    )
    return link


@transaction.atomic
def split(*, call: Call, by: User, at: datetime) -> CallLink:
    """Work on a merged call by itself again; it stands where its first time puts it.

    Raises
    ------
    NotAllowed, NotMerged
    """
    if call.merged_into is None:
        raise NotMerged(call.number)
    call, into = _both(call, call.merged_into, by)
    if call.merged_into_id != into.pk:
        raise NotMerged(call.number)
    link = CallLink.objects.select_for_update().get(
        call=call, to=into, kind=CallLink.MERGED, undone_at=None
    )
    call.merged_into = None
    call.save(update_fields=["merged_into"])
    _undo(link, by, at)
    _touch(call, into)
    audit.record(kind="call.split", subject=call.number, by=by, at=at, was=into.number)
    return link


@transaction.atomic
def link(*, call: Call, to: Call, kind: str, by: User, at: datetime) -> CallLink:
    """Say how a call hangs on another one that stays a call of its own.

    Raises
    ------
    NotAllowed, LinkedToItself, LinksGoRound, LinkThere
    """
    if kind == CallLink.MERGED:
        msg = "calls are merged by merge()"
        raise ValueError(msg)
    call, to = _both(call, to, by)
    held = CallLink.objects.filter(call=call, to=to, undone_at=None)
    if held.filter(kind=kind).exists():
        raise LinkThere(f"{call.number} {kind} {to.number}")
    _check_no_ring(call, to)
    made = CallLink.objects.create(call=call, to=to, kind=kind, made_at=at, made_by=by)
    _touch(call, to)
    audit.record(
        kind="call.linked",
        subject=call.number,
        by=by,
        at=at,
        to=to.number,
        link=kind,
    )
    return made


@transaction.atomic
def unlink(*, link: CallLink, by: User, at: datetime) -> CallLink:
    """Take a link back; that it was there stays on record.

    Raises
    ------
    NotAllowed, LinkUndone
    """
    if link.kind == CallLink.MERGED:
        return split(call=link.call, by=by, at=at)
    call, to = _both(link.call, link.to, by)
    link = CallLink.objects.select_for_update().get(pk=link.pk)
    if link.undone_at is not None:
        raise LinkUndone(str(link))
    _undo(link, by, at)
    _touch(call, to)
    audit.record(
        kind="call.unlinked",
        subject=call.number,
        by=by,
        at=at,
        to=to.number,
        link=link.kind,
    )
    return link


def root_of(call: Call) -> Call:
    """Return the call that is worked on in a call's stead; itself if none is."""
    while call.merged_into is not None:
        call = call.merged_into
    return call


def _both(call: Call, to: Call, by: User) -> tuple[Call, Call]:
    """Return both under a lock, in the order of their keys: nobody waits in a ring."""
    policies.check_can_work_on(by, call)
    policies.check_can_work_on(by, to)
    if call.pk == to.pk:
        raise LinkedToItself(call.number)
    found = {
        one.pk: one
        for one in Call.objects.select_for_update(of=("self",))
        .filter(pk__in=[call.pk, to.pk])
        .order_by("pk")
    }
    return found[call.pk], found[to.pk]


def _check_no_ring(call: Call, to: Call) -> None:
    """Raise LinksGoRound where links that hold lead from ``to`` back to ``call``."""
    seen, ahead = {to.pk}, {to.pk}
    while ahead:
        ahead = (
            set(
                CallLink.objects.filter(call__in=ahead, undone_at=None).values_list(
                    "to", flat=True
                )
            )
            - seen
        )
        if call.pk in ahead:
            raise LinksGoRound(f"{call.number} and {to.number}")
        seen |= ahead


def _undo(link: CallLink, by: User, at: datetime) -> None:
    link.undone_at, link.undone_by = at, by
    link.save(update_fields=["undone_at", "undone_by"])


def _touch(*calls: Call) -> None:
    """Let forms that were made from the calls as they were notice that they moved on."""
    Call.objects.filter(pk__in=[call.pk for call in calls]).update(
        revision=F("revision") + 1
    )
