"""What the clock does to cases, without anybody pressing a button."""

from datetime import datetime

from django.db import transaction

from xunfang.audit import services as audit
from xunfang.cases import log, queries
from xunfang.cases.models import Case
from xunfang.core.casework.clocks import Warned, warned
from xunfang.core.casework.steps import Actor, Step

_STAGES = [stage.value for stage in Warned]


def warn_of_late_ones(*, at: datetime) -> int:
    """Note, once a stage, who is to know that a case runs late; return how many.

    Safe to run twice, and by several servers. What waits for something named runs late
    for nobody.
    """
    running = Case.objects.filter(state__in=queries.OPEN_STATES, paused_at=None)
    late = [case for case in running.iterator() if _stage_of(case, at)]
    return sum(_warn(case, at) for case in late)


def _stage_of(case: Case, at: datetime) -> str:
    """Return what is to be noted of a case now; empty if nothing is new."""
    clock, by = (
        ("reply", case.reply_by)
        if case.replied_at is None
        else ("settle", case.settle_by)
    )
    stage = warned(case.opened_at, max(by, case.opened_at), at).value
    clock_before, _, stage_before = case.warned.partition(".")
    if clock_before != clock:
        stage_before = Warned.NOBODY.value
    is_new = _STAGES.index(stage) > _STAGES.index(stage_before)
    return f"{clock}.{stage}" if is_new else ""


@transaction.atomic
def _warn(case: Case, at: datetime) -> bool:
    case = log.locked(case)
    stage = _stage_of(case, at)
    if not stage or case.paused_at is not None:
        return False
    revision = case.revision
    clock, _, told = stage.partition(".")
    log.add(
        case=case,
        step=Step.NOTED,
        actor=Actor.HOUSE,
        by=None,
        at=at,
        warned=told,
        clock=clock,
    )
    # Nobody has worked on it: what somebody is typing is not out of date.
    case.warned, case.revision = stage, revision
    case.save(update_fields=["warned"])
    audit.record(kind="case.warned", subject=case.number, by=None, at=at, stage=stage)
    return True
