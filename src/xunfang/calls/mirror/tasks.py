"""Bringing a large table in, and deleting what lines set aside said, in the background."""

from datetime import datetime, timedelta
from functools import partial
from typing import Final

from django.db import transaction
from django.tasks import task
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from xunfang.calls.mirror import importing
from xunfang.calls.mirror.retention import delete_old_lines

EVERY: Final = timedelta(hours=1)
LOST_AFTER: Final = timedelta(hours=1)
"""A deletion that began so long ago has died with its worker."""


@task()
def bring_in(*, import_id: int) -> str:
    """Bring the table of one import in; asking twice brings it in once."""
    return importing.run(import_id=import_id, clock=timezone.now)


def queue(import_id: int) -> None:
    """Have a table brought in, once it is on disk."""
    transaction.on_commit(partial(bring_in.enqueue, import_id=import_id))


@task()
def delete_lines() -> int:
    """Delete what is older than thirty days, and have it done again in an hour."""
    at = timezone.now()
    certificate = delete_old_lines(at=at)
    delete_lines.using(run_after=at + EVERY).enqueue()
    return 0 if certificate is None else certificate.n_lines


def see_that_lines_are_deleted(*, at: datetime) -> None:
    """Queue the next deletion unless one is queued or under way."""
    queued = DBTaskResult.objects.filter(task_path=delete_lines.module_path)
    if (
        not queued.filter(status="READY").exists()
        and not queued.filter(status="RUNNING", started_at__gt=at - LOST_AFTER).exists()
    ):
        delete_lines.enqueue()
