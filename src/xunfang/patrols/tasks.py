"""Making a plan in the background. The task is an envelope: ids in, hand on."""

from django.tasks import task
from django.utils import timezone


@task()
def make_plan(*, run_id: int) -> str:
    """Make the plan of one run; asking twice makes it once."""
    from xunfang.patrols import services  # noqa: PLC0415 -- envelope

    return services.make_plan(run_id=run_id, clock=timezone.now)
