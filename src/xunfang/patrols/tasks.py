"""Making a plan, and folding positions, in the background: envelopes that hand on."""

from datetime import datetime, timedelta
from functools import partial
from typing import Final

from django.db import transaction
from django.tasks import TaskContext, task
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from xunfang.patrols.plans import making
from xunfang.patrols.runs import covering
from xunfang.patrols.runs.datums import look_at_datums
from xunfang.units.models import Fix
from xunfang.units.positions.writing import KEPT_FOR


@task(takes_context=True)
def make_plan(context: "TaskContext[..., str]", *, run_id: int) -> str:
    """Make the plan of one run; asking twice makes it once.

    Where the worker that had it in hand has died, it is begun anew.
    """
    return making.make_plan(
        run_id=run_id,
        clock=timezone.now,
        queue=queue_plan,
        is_again=context.attempt > 1,
    )


def queue_plan(run_id: int) -> None:
    """Have the plan of a run made in the background, once the run is on disk."""
    transaction.on_commit(partial(make_plan.enqueue, run_id=run_id))


FOLD_EVERY: Final = timedelta(hours=1)
LOST_AFTER: Final = timedelta(hours=1)
"""A fold that began so long ago has died with its worker."""


@task()
def fold_positions() -> list[str]:
    """Fold what came since the last time, and have it done again in an hour.

    Doing it twice is harmless: what has not changed is not folded again. Whether devices
    speak the datum that was entered is looked at by the way.
    """
    at = timezone.now()
    nights = covering.fold_what_is_due(at=at)
    look_at_datums(at=at)
    fold_positions.using(run_after=at + FOLD_EVERY).enqueue()
    return [night.isoformat() for night in nights]


def see_that_positions_are_folded(*, at: datetime) -> None:
    """Queue the next fold unless one is queued or under way.

    After a standstill of days positions are due for deletion that nobody has looked at:
    they are folded at once, before whoever deletes them is told to.
    """
    if Fix.objects.filter(fixed_at__lt=at - KEPT_FOR + 2 * FOLD_EVERY).exists():
        covering.fold_what_is_due(at=at)
    queued = DBTaskResult.objects.filter(task_path=fold_positions.module_path)
    if (
        not queued.filter(status="READY").exists()
        and not queued.filter(status="RUNNING", started_at__gt=at - LOST_AFTER).exists()
    ):
        fold_positions.enqueue()
