"""Bringing a large table in, in the background. The task is an envelope."""

from functools import partial

from django.db import transaction
from django.tasks import task
from django.utils import timezone

from xunfang.calls.mirror import importing


@task()
def bring_in(*, import_id: int) -> str:
    """Bring the table of one import in; asking twice brings it in once."""
    return importing.run(import_id=import_id, clock=timezone.now)


def queue(import_id: int) -> None:
    """Have a table brought in, once it is on disk."""
    transaction.on_commit(partial(bring_in.enqueue, import_id=import_id))
