"""Making a plan in the background. The task is an envelope: ids in, hand on."""

from functools import partial

from django.db import transaction
from django.tasks import task
from django.utils import timezone

from xunfang.patrols.plans import making


@task()
def make_plan(*, run_id: int) -> str:
    """Make the plan of one run; asking twice makes it once."""
    return making.make_plan(run_id=run_id, clock=timezone.now, queue=queue_plan)


def queue_plan(run_id: int) -> None:
    """Have the plan of a run made in the background, once the run is on disk."""
    transaction.on_commit(partial(make_plan.enqueue, run_id=run_id))
