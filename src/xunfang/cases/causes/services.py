"""Say what lies behind a case, and say otherwise later; what was said before stays."""

import json
from collections.abc import Collection
from datetime import datetime
from importlib import resources

from django.db import transaction

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.cases import log, services
from xunfang.cases.models import Case, RootCause
from xunfang.core.casework.steps import Step


@transaction.atomic
def ensure_causes(*, at: datetime) -> int:
    """Take the shipped causes over where there are none; return how many came."""
    if RootCause.objects.exists():
        return 0
    text = resources.files("xunfang.cases.causes").joinpath("data/causes.json")
    rows = json.loads(text.read_text(encoding="utf-8"))
    RootCause.objects.bulk_create(
        RootCause(code=row["code"], name=row["zh"], name_en=row["en"]) for row in rows
    )
    audit.record(kind="causes.loaded", subject="starter", by=None, at=at, n=len(rows))
    return len(rows)


@transaction.atomic
def say_causes(
    *,
    case: Case,
    causes: Collection[RootCause],
    revision: int,
    by: User,
    at: datetime,
) -> Case:
    """Say what lies behind a case, in place of what was said before.

    Raises
    ------
    NotAllowed, CaseChanged
    """
    case = services.held(case, by, revision)
    before = sorted(case.causes.values_list("code", flat=True))
    now = sorted(cause.code for cause in causes)
    if now == before:
        return case
    case.causes.set(causes)
    log.add(
        case=case,
        step=Step.NOTED,
        actor=log.actor_of(by),
        by=by,
        at=at,
        causes=now,
        causes_before=before,
    )
    case.save()
    audit.record(kind="case.causes_said", subject=case.number, by=by, at=at, causes=now)
    return case
