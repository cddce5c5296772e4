"""Deleting old fixes in the background, every hour."""

from datetime import datetime, timedelta
from typing import Final

from django.tasks import task
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from xunfang.units.positions.retention import delete_old_fixes

EVERY: Final = timedelta(hours=1)
LOST_AFTER: Final = timedelta(hours=1)
"""A deletion that began so long ago has died with its worker."""


@task()
def delete_fixes() -> int:
    """Delete what is older than three days, and have it done again in an hour."""
    at = timezone.now()
    certificate = delete_old_fixes(at=at)
    delete_fixes.using(run_after=at + EVERY).enqueue()
    return 0 if certificate is None else certificate.n_fixes


def see_that_fixes_are_deleted(*, at: datetime) -> None:
    """Queue the next deletion unless one is queued or under way."""
    queued = DBTaskResult.objects.filter(task_path=delete_fixes.module_path)
    if (
        not queued.filter(status="READY").exists()
        and not queued.filter(status="RUNNING", started_at__gt=at - LOST_AFTER).exists()
    ):
        delete_fixes.enqueue()
