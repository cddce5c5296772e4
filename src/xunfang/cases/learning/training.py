"""Learn anew, step by step, and keep what was learnt if it is no worse than before."""

from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

import numpy as np
from django.db import transaction

from xunfang.audit import services as audit
from xunfang.cases.learning import queries
from xunfang.cases.learning.queries import LEAST_SUGGESTED, PRECISION, Example
from xunfang.cases.models import LearningRun, Topic
from xunfang.core.language.starter import starter_messages, starter_words
from xunfang.core.language.triage import Evaluation, evaluate, train

N_FOLDS = 5

type Clock = Callable[[], datetime]


def learn(*, run_id: int, clock: Clock) -> str:
    """Do one run, as far as it has not been done; return how it ended.

    Both models are tried on the same words, each held out in turn: the new one knows all
    that staff have sorted, the old one what they had sorted when it was learnt.
    """
    run = LearningRun.objects.filter(pk=run_id).first()
    if run is None or run.stage != LearningRun.WAITING:
        return "" if run is None else run.outcome
    try:
        return _learn(run, clock)
    except Exception:
        _end(run, LearningRun.FAILED, clock())
        raise


def _learn(run: LearningRun, clock: Clock) -> str:
    _enter(run, LearningRun.READING)
    starter, ours = starter_messages(), queries.examples()
    before = queries.present()
    run.n_starter, run.n_labels = len(starter), len(ours)
    run.examples_digest = queries.digest_of(ours)
    texts = [text for text, _ in starter] + [each.text for each in ours]
    labels = [leaf for _, leaf in starter] + [each.leaf for each in ours]

    _enter(run, LearningRun.TRYING)
    tried = evaluate(texts, labels, always=starter_words(), n_folds=N_FOLDS)
    run.macro_f1 = tried.macro_f1()
    run.leaves = _measured(tried, len(starter), ours)

    _enter(run, LearningRun.COMPARING)
    new = [before is None or each.sorted_at > before.asked_at for each in ours]
    unknown = np.array([False] * len(starter) + new)
    tried_before = evaluate(
        texts, labels, always=starter_words(), unknown=unknown, n_folds=N_FOLDS
    )
    run.macro_f1_before = tried_before.macro_f1()
    if run.macro_f1 < run.macro_f1_before:
        return _end(run, LearningRun.WORSE, clock())

    _enter(run, LearningRun.LEARNING)
    run.model = train(texts, labels, always=starter_words(), held=tried).to_bytes()
    return _end(run, LearningRun.KEPT, clock())


def _measured(
    tried: Evaluation, n_starter: int, ours: Sequence[Example]
) -> dict[str, dict[str, Any]]:
    """Return what is known of each topic from our own words, none of them learnt.

    The starter messages are not counted: nobody said them to us.
    """
    own = tried.of(np.arange(len(tried.actual)) >= n_starter)
    suggested = own.margins.argmax(axis=1)
    sure = own.shares.max(axis=1)
    return {
        code: {
            "labels": sum(each.leaf == code for each in ours),
            "least": own.automatic_from(
                code, precision_share=PRECISION, n_least=LEAST_SUGGESTED
            ),
            "tried": [
                [float(sure[row]), int(own.actual[row] == index)]
                for row in np.flatnonzero(suggested == index)
            ],
        }
        for index, code in enumerate(own.labels)
    }


def _enter(run: LearningRun, stage: str) -> None:
    run.stage = stage
    run.save()


@transaction.atomic
def _end(run: LearningRun, outcome: str, at: datetime) -> str:
    run.stage, run.outcome, run.over_at = LearningRun.OVER, outcome, at
    run.save()
    if outcome == LearningRun.KEPT:
        # What was erased since they were learnt is not kept in any form.
        older = LearningRun.objects.filter(pk__lt=run.pk).exclude(model=None)
        older.update(model=None)
        _switch_off_unmeasured(run, at)
    audit.record(
        kind="learning.over",
        subject=str(run.pk),
        by=None,
        at=at,
        outcome=outcome,
        n_labels=run.n_labels,
        macro_f1=run.macro_f1,
        macro_f1_before=run.macro_f1_before,
        model=sha256(run.model).hexdigest() if run.model else "",
    )
    return outcome


def _switch_off_unmeasured(run: LearningRun, at: datetime) -> None:
    """Have a person decide again where the new model is not measured to be as good."""
    for topic in Topic.objects.exclude(sorts_itself_above=None).order_by("code"):
        least = run.leaves.get(topic.code, {}).get("least")
        if least is not None and least <= (topic.sorts_itself_above or 0.0):
            continue
        topic.sorts_itself_above = None
        topic.save(update_fields=["sorts_itself_above"])
        audit.record(
            kind="topic.sorts_itself", subject=topic.code, by=None, at=at, above=None
        )
