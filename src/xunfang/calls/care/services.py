"""Tick a card, owe and give after-care, note work and results. Nothing is overwritten.

Lower than ``calls.services``, which calls ``owe_after_care``: a call of a class whose card
asks for it owes a contact from the moment it is entered or a unit is sent.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import IntegrityError, transaction

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.calls import policies
from xunfang.calls.care.cards import find_card
from xunfang.calls.models import (
    Call,
    CallTask,
    CardTick,
    OnSpotResult,
    TaskParty,
)
from xunfang.calls.models.care import LONGEST_NOTE
from xunfang.core.errors import DomainError
from xunfang.mediations import services as mediations
from xunfang.mediations.models import Dispute


class StepUnknown(DomainError):
    """The card of this call has no such step."""

    code = "calls.step_unknown"


class TaskOver(DomainError):
    """The task has ended already."""

    code = "calls.task_over"


class EndsBeforeItBegins(DomainError):
    """The time given for the end lies before the beginning, or in the future."""

    code = "calls.ends_before_it_begins"


class PartiesMissing(DomainError):
    """Work on the spot names at least one party."""

    code = "calls.parties_missing"


class CountedAlready(DomainError):
    """A result of this kind is counted for the call: take it back first."""

    code = "calls.counted_already"


class NotForMediation(DomainError):
    """A restricted call is not made into a dispute: its words would be read by others."""

    code = "calls.not_for_mediation"


def owe_after_care(calls: Iterable[Call], *, at: datetime) -> int:
    """Make the after-care contact a task of each call whose card asks for it.

    Safe to repeat: what is owed is owed once, and a task that is there stays as it is.
    Counted from when the call was reported. Calls need their classes at hand
    (``select_related``). Returns how many became owed; at most two queries.
    """
    owed = {}
    for call in calls:
        card = find_card(call.call_class.protocol) if call.call_class else None
        if card is not None and card.after_care_within is not None:
            owed[call.pk] = call.reported_at + card.after_care_within
    if not owed:
        return 0
    there = set(
        CallTask.objects.filter(
            call__in=list(owed), kind=CallTask.AFTER_CARE
        ).values_list("call", flat=True)
    )
    return len(
        CallTask.objects.bulk_create(
            [
                CallTask(
                    call_id=key, kind=CallTask.AFTER_CARE, due_at=due_at, made_at=at
                )
                for key, due_at in owed.items()
                if key not in there
            ],
            # Two desks at once: the constraint keeps one.
            ignore_conflicts=True,
        )
    )


@transaction.atomic
def note_look(
    *, call: Call, by: User, at: datetime, happened_at: datetime | None = None
) -> None:
    """Put in the record that somebody looked at a restricted call.

    ``happened_at`` is when, where a phone without signal tells it later.
    """
    told = {} if happened_at is None else {"read_at": happened_at.isoformat()}
    audit.record(kind="call.restricted_seen", subject=call.number, by=by, at=at, **told)


@transaction.atomic
def tick_step(
    *,
    call: Call,
    step: str,
    by: User,
    at: datetime,
    happened_at: datetime | None = None,
) -> CardTick:
    """Note that a step of the call's card is done. Ticked again, it stays as it was.

    ``happened_at`` is when it was done, where it is told later.

    Raises
    ------
    NotAllowed, StepUnknown
    """
    policies.check_can_look_after(by, call)
    card = find_card(call.call_class.protocol) if call.call_class else None
    if card is None or card.find_step(step) is None:
        raise StepUnknown(f"{call.number} {step}")
    call = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    there = call.card_ticks.filter(card=card.key, step=step, undone_at=None).first()
    if there is not None:
        return there
    tick = CardTick.objects.create(
        call=call,
        card=card.key,
        step=step,
        ticked_at=min(happened_at or at, at),
        recorded_at=at,
        ticked_by=by,
    )
    audit.record(kind="call.step_ticked", subject=call.number, by=by, at=at, step=step)
    return tick


@transaction.atomic
def untick_step(*, tick: CardTick, by: User, at: datetime) -> None:
    """Take back a tick that was a mistake; twice is once.

    Raises
    ------
    NotAllowed
    """
    policies.check_can_look_after(by, tick.call)
    tick = CardTick.objects.select_for_update(of=("self",)).get(pk=tick.pk)
    if tick.undone_at is not None:
        return
    tick.undone_at, tick.undone_by = at, by
    tick.save(update_fields=["undone_at", "undone_by"])
    audit.record(
        kind="call.step_unticked",
        subject=tick.call.number,
        by=by,
        at=at,
        step=tick.step,
    )


@transaction.atomic
def begin_task(
    *,
    call: Call,
    kind: str,
    parties: Collection[str],
    by: User,
    at: datetime,
    begun_at: datetime | None = None,
    due_at: datetime | None = None,
) -> CallTask:
    """Note that work has begun at a call, or that a visit is due, and who takes part.

    Each party once, however many crews name it: the time counts once for all of them.
    With ``due_at`` it has not begun yet.

    Raises
    ------
    NotAllowed, PartiesMissing
    EndsBeforeItBegins
        It would begin in the future.
    """
    policies.check_can_look_after(by, call)
    if due_at is None and begun_at is not None and begun_at > at:
        raise EndsBeforeItBegins(str(begun_at))
    task = CallTask.objects.create(
        call=call,
        kind=kind,
        due_at=due_at,
        begun_at=None if due_at is not None else begun_at or at,
        made_at=at,
        made_by=by,
    )
    if due_at is None and not _add_parties(task, parties):
        raise PartiesMissing(call.number)
    audit.record(kind="call.task_begun", subject=call.number, by=by, at=at, task=kind)
    return task


@transaction.atomic
def join_task(
    *, task: CallTask, parties: Collection[str], by: User, at: datetime
) -> None:
    """Add parties to a task; one that is named already is not named twice.

    Raises
    ------
    NotAllowed
    """
    policies.check_can_look_after(by, task.call)
    CallTask.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if n_added := _add_parties(task, parties):
        audit.record(
            kind="call.task_joined", subject=task.call.number, by=by, at=at, n=n_added
        )


def _add_parties(task: CallTask, parties: Collection[str]) -> int:
    """Add those that are not there yet; crews and partners are known by their names."""
    there = set(task.parties.values_list("name", flat=True))
    wanted = [name for name in dict.fromkeys(map(str.strip, parties)) if name]
    shifts = {
        dispatch.shift.name: dispatch.shift
        for dispatch in task.call.dispatches.select_related("shift")
        if dispatch.shift is not None
    }
    helps = {
        request.help.name: request.help
        for request in task.call.help_requests.select_related("help")
    }
    new = [
        TaskParty(task=task, name=name, shift=shifts.get(name), help=helps.get(name))
        for name in wanted
        if name not in there
    ]
    TaskParty.objects.bulk_create(new)
    return len(new)


@transaction.atomic
def end_task(
    *,
    task: CallTask,
    by: User,
    at: datetime,
    ended_at: datetime | None = None,
    outcome: str = "",
    note: str = "",
) -> CallTask:
    """Note that work is over, or that the after-care contact was made.

    Raises
    ------
    NotAllowed, TaskOver, EndsBeforeItBegins
    """
    policies.check_can_look_after(by, task.call)
    task = CallTask.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if task.ended_at is not None:
        raise TaskOver(str(task))
    ended = ended_at or at
    if ended > at or (task.begun_at is not None and ended < task.begun_at):
        raise EndsBeforeItBegins(str(ended))
    task.ended_at, task.ended_by = ended, by
    task.outcome, task.note = outcome, note.strip()[:LONGEST_NOTE]
    task.save(update_fields=["ended_at", "ended_by", "outcome", "note"])
    audit.record(
        kind="call.task_ended", subject=task.call.number, by=by, at=at, task=task.kind
    )
    return task


@transaction.atomic
def note_result(
    *, call: Call, kind: str, n_counted: int, by: User, at: datetime
) -> OnSpotResult:
    """Note what came of a call on the spot: its kind and how many.

    Raises
    ------
    NotAllowed, CountedAlready
    """
    policies.check_can_look_after(by, call)
    try:
        with transaction.atomic():
            result = OnSpotResult.objects.create(
                call=call, kind=kind, n_counted=n_counted, noted_at=at, noted_by=by
            )
    except IntegrityError as error:
        raise CountedAlready(f"{call.number} {kind}") from error
    audit.record(
        kind="call.result_noted",
        subject=call.number,
        by=by,
        at=at,
        result=kind,
        n=n_counted,
    )
    return result


@transaction.atomic
def take_back_result(*, result: OnSpotResult, by: User, at: datetime) -> None:
    """Take back a count that was wrong; the line stays. Twice is once.

    Raises
    ------
    NotAllowed
    """
    policies.check_can_look_after(by, result.call)
    result = OnSpotResult.objects.select_for_update(of=("self",)).get(pk=result.pk)
    if result.undone_at is not None:
        return
    result.undone_at, result.undone_by = at, by
    result.save(update_fields=["undone_at", "undone_by"])
    audit.record(
        kind="call.result_taken_back",
        subject=result.call.number,
        by=by,
        at=at,
        result=result.kind,
    )


@transaction.atomic
def open_dispute(*, call: Call, by: User, at: datetime) -> Dispute:
    """Make a call into a dispute for mediation: what is known of it is copied, once.

    Raises
    ------
    NotAllowed, NotForMediation
    DisputeThere
        The call has been made into a dispute before.
    """
    policies.check_can_look_after(by, call)
    if call.restriction:
        raise NotForMediation(call.number)
    return mediations.open_dispute(
        source_call=call.number,
        place_text=call.place_text,
        point=None if call.lon is None or call.lat is None else (call.lon, call.lat),
        station=call.station,
        words="\n".join(call.words.values_list("words", flat=True)),
        by=by,
        at=at,
    )
