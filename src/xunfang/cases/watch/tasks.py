"""What is seen to each minute and each night."""

from datetime import datetime, timedelta
from typing import Final

from django.tasks import task
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from xunfang.cases.learning.tasks import see_to_learning
from xunfang.cases.livelihood import services as livelihood
from xunfang.cases.log import ZONE
from xunfang.cases.lost import services as lost
from xunfang.cases.watch import erasing, late
from xunfang.feedback import holding
from xunfang.feedback import services as feedback
from xunfang.feedback.showings import erase_old_showings

EVERY: Final = timedelta(hours=1)
LOST_AFTER: Final = timedelta(hours=1)
"""An erasure that began so long ago has died with its worker."""


def see_to_cases(*, at: datetime) -> None:
    """Note which cases run late; let go of what has served its time; learn at night.

    Contacts go on the day the table of CL-06 says, with an event that names their words;
    so do firms' contacts and the texts of things that are back with their owners; traces
    against floods and photos of forms that never came again within the hour; texts of
    emergencies after 24 months; in which lists words were shown after three years.
    """
    late.warn_of_late_ones(at=at)
    today = at.astimezone(ZONE).date()
    feedback.erase_due_contacts(on=today, at=at)
    livelihood.erase_due_contacts(on=today, at=at)
    lost.see_to_items(at=at)
    feedback.purge_knocks(at=at)
    holding.let_go(at=at)
    erase_old_showings(at=at)
    see_that_texts_are_erased(at=at)
    see_to_learning(at=at)


@task()
def erase_texts() -> int:
    """Erase the texts whose time is over, and have it done again in an hour."""
    at = timezone.now()
    n_erased = erasing.erase_old_emergencies(at=at)
    erase_texts.using(run_after=at + EVERY).enqueue()
    return n_erased


def see_that_texts_are_erased(*, at: datetime) -> None:
    """Queue the next erasure unless one is queued or under way."""
    queued = DBTaskResult.objects.filter(task_path=erase_texts.module_path)
    if (
        not queued.filter(status="READY").exists()
        and not queued.filter(status="RUNNING", started_at__gt=at - LOST_AFTER).exists()
    ):
        erase_texts.enqueue()
