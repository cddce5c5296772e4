"""Learning in the background: asked for on the page, or at night by itself."""

from datetime import datetime, timedelta
from functools import partial
from typing import Final

from django.db import transaction
from django.tasks import task
from django.utils import timezone

from xunfang.cases.learning import queries, training
from xunfang.cases.log import ZONE
from xunfang.cases.models import LearningRun

NIGHT_HOUR: Final = 3
LOST_AFTER: Final = timedelta(hours=1)
"""A run that was asked for so long ago has died with its worker."""


@task()
def learn(*, run_id: int) -> str:
    """Do one run; asking twice does it once."""
    return training.learn(run_id=run_id, clock=timezone.now)


def queue(run: LearningRun) -> None:
    """Have a run done, once it is on disk."""
    transaction.on_commit(partial(learn.enqueue, run_id=run.pk))


def give_up_lost(*, at: datetime) -> None:
    """End runs that nobody does any more, so that another one can be asked for."""
    LearningRun.objects.exclude(stage=LearningRun.OVER).filter(
        asked_at__lte=at - LOST_AFTER
    ).update(stage=LearningRun.OVER, outcome=LearningRun.FAILED, over_at=at)


def see_to_learning(*, at: datetime) -> None:
    """Once a night, learn from what staff have sorted since the last time."""
    local = at.astimezone(ZONE)
    if local.hour != NIGHT_HOUR:
        return
    give_up_lost(at=at)
    last = LearningRun.objects.defer("model", "leaves").order_by("-pk").first()
    if last is not None and last.asked_at > at - timedelta(hours=2):
        return
    if queries.is_news_since(last):
        with transaction.atomic():
            queue(LearningRun.objects.create(asked_at=at))
