"""Ask that the model be learnt anew; let a topic sort itself, or stop that."""

from datetime import datetime

from django.db import transaction

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, check_can
from xunfang.audit import services as audit
from xunfang.cases.learning import queries, tasks
from xunfang.cases.models import LearningRun, Topic
from xunfang.core.errors import DomainError


class NothingNew(DomainError):
    """Staff have sorted nothing since the last time."""

    code = "cases.nothing_new_to_learn"


class NotPreciseEnough(DomainError):
    """The topic was not measured to be suggested rightly often enough from there on."""

    code = "cases.not_precise_enough"


@transaction.atomic
def ask_to_learn(*, by: User, at: datetime) -> LearningRun:
    """Have the model learnt anew in the background; one run at a time.

    Raises
    ------
    NotAllowed, NothingNew
    """
    check_can(by, Capability.SUPERVISE_CASES)
    tasks.give_up_lost(at=at)
    running = queries.under_way()
    if running is not None:
        return running
    last = queries.history().exclude(outcome=LearningRun.FAILED).first()
    found = queries.examples()
    if not found or (
        last is not None and last.examples_digest == queries.digest_of(found)
    ):
        raise NothingNew(f"{len(found)} labels")
    run = LearningRun.objects.create(asked_at=at, asked_by=by)
    audit.record(kind="learning.asked", subject=str(run.pk), by=by, at=at)
    tasks.queue(run)
    return run


@transaction.atomic
def let_sort_itself(
    *, topic: Topic, above: float | None, by: User, at: datetime
) -> Topic:
    """Let the model decide for a leaf above a certainty; None: a person decides again.

    Raises
    ------
    NotAllowed
    NotPreciseEnough
        Nine of ten were not shown to be right from there on, on words of ours that the
        model had not learnt.
    """
    check_can(by, Capability.SUPERVISE_CASES)
    topic = Topic.objects.select_for_update(of=("self",)).get(pk=topic.pk)
    if above is not None:
        least = queries.least_for(topic)
        if least is None or not least <= above <= 1.0:
            raise NotPreciseEnough(f"{topic.code}: {above}, measured {least}")
    topic.sorts_itself_above = above
    topic.save(update_fields=["sorts_itself_above"])
    audit.record(
        kind="topic.sorts_itself", subject=topic.code, by=by, at=at, above=above
    )
    return topic
