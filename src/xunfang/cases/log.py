"""A case's log: check the step, add the line, keep what is derived from it right."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.conf import settings

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, can
from xunfang.cases.models import Case, CaseEvent, Topic
from xunfang.core.casework import clocks, steps
from xunfang.core.casework.steps import Actor, Done, State, Step
from xunfang.places import queries as places

ZONE = ZoneInfo(settings.TIME_ZONE)


def actor_of(user: User) -> Actor:
    """Return as what somebody does a step."""
    is_supervisor = can(user, Capability.SUPERVISE_CASES)
    return Actor.SUPERVISOR if is_supervisor else Actor.HANDLER


def locked(case: Case) -> Case:
    """Return the case as it stands, held until the transaction ends."""
    return (
        Case.objects.select_for_update(of=("self",))
        .select_related("topic", "station")
        .get(pk=case.pk)
    )


def due_of(urgency: int, topic: Topic | None, opened_at: datetime) -> clocks.Due:
    """Return by when a case must be replied to and settled."""
    code = topic.code if topic else ""
    return clocks.due(
        urgency,
        opened_at,
        holidays=places.get_holidays(),
        zone=ZONE,
        is_before_paying=code in Topic.BEFORE_PAYING,
        is_about_services=code in Topic.ABOUT_SERVICES,
    )


def add(
    *,
    case: Case,
    step: Step,
    actor: Actor,
    by: User | None,
    at: datetime,
    note: str = "",
    key: UUID | None = None,
    **detail: Any,
) -> bool:
    """Add a line to the log of a locked case and move it on; say whether it is new.

    The same ``key`` again adds nothing. The caller saves the case.

    Raises
    ------
    StepRefused, core.casework.steps.ReasonMissing
    """
    if key is not None and CaseEvent.objects.filter(key=key).exists():
        return False
    log = [
        Done(Step(step), Actor(actor))
        for step, actor in case.events.values_list("step", "actor")
    ]
    state = steps.take(step, log, by=actor, reason=note)
    CaseEvent.objects.create(
        case=case,
        step=step,
        actor=actor,
        by=by,
        at=at,
        note=note.strip(),
        detail=detail,
        key=key or uuid4(),
    )
    _follow(case, state, at)
    return True


def _follow(case: Case, state: State, at: datetime) -> None:
    """Keep beside the case what follows from its new state."""
    if case.paused_at is not None and state is not State.PAUSED:
        moved = clocks.shifted(
            clocks.Due(case.reply_by, case.settle_by), at - case.paused_at
        )
        case.reply_by, case.settle_by = moved.reply_by, moved.settle_by
        case.paused_at = None
    if state is State.PAUSED and case.paused_at is None:
        case.paused_at = at
    if state in {State.ANSWERED, State.CLOSED}:
        case.settled_at = case.settled_at or at
    else:
        case.settled_at = None
    case.state = state
    case.revision += 1
