"""Name causes, merge and retire them; say what lies behind a case, and say otherwise later.

None is removed, and what was said before stays.
"""

import json
from collections.abc import Collection
from datetime import datetime
from importlib import resources

from django.db import transaction
from django.db.models import Q
from django.utils.text import slugify

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.cases import log, services
from xunfang.cases.causes import policies
from xunfang.cases.models import Case, RootCause
from xunfang.core.casework.steps import Step
from xunfang.core.errors import DomainError


class CauseNameTaken(DomainError):
    """There is a cause of this name, in one of the languages; it may be retired."""

    code = "cases.cause_name_taken"


class CauseOver(DomainError):
    """The cause is retired or merged already, or it is to be merged into itself or into
    such a one."""

    code = "cases.cause_over"


@transaction.atomic
def ensure_causes(*, at: datetime) -> int:
    """Take the shipped causes over where there are none; return how many came."""
    if RootCause.objects.exists():
        return 0
    text = resources.files("xunfang.cases.causes").joinpath("data/causes.json")
    rows = json.loads(text.read_text(encoding="utf-8"))
    RootCause.objects.bulk_create(
        RootCause(
            code=row["code"],
            name=row["zh"],
            name_en=row["en"],
            meaning=row["means"],
            meaning_en=row["means_en"],
        )
        for row in rows
    )
    audit.record(kind="causes.loaded", subject="starter", by=None, at=at, n=len(rows))
    return len(rows)


@transaction.atomic
def add_cause(
    *,
    name: str,
    name_en: str,
    meaning: str,
    by: User,
    at: datetime,
    meaning_en: str = "",
) -> RootCause:
    """Add a cause that may be found behind cases from now on.

    Raises
    ------
    NotAllowed, CauseNameTaken
    """
    policies.check_can_keep(by)
    name, name_en = name.strip(), name_en.strip()
    same = Q(name__iexact=name) | Q(name_en__iexact=name_en)
    if RootCause.objects.filter(same).exists():
        raise CauseNameTaken(name_en)
    cause = RootCause.objects.create(
        code=_free_code(name_en),
        name=name,
        name_en=name_en,
        meaning=meaning.strip(),
        meaning_en=meaning_en.strip(),
        added_at=at,
        added_by=by,
    )
    audit.record(kind="cause.added", subject=cause.code, by=by, at=at)
    return cause


def _free_code(name_en: str) -> str:
    """Return a code made of the English name; it stays as it is."""
    base = code = slugify(name_en)[:16].strip("-") or "cause"
    n = 1
    while RootCause.objects.filter(code=code).exists():
        n += 1
        code = f"{base}-{n}"
    return code


def _held(cause: RootCause) -> RootCause:
    """Return a cause held until the transaction ends, still offered."""
    cause = RootCause.objects.select_for_update().get(pk=cause.pk)
    if cause.retired_at is not None:
        raise CauseOver(cause.code)
    return cause


@transaction.atomic
def retire_cause(*, cause: RootCause, by: User, at: datetime) -> RootCause:
    """Offer a cause no longer; of which cases it was said stays.

    Raises
    ------
    NotAllowed, CauseOver
    """
    policies.check_can_keep(by)
    cause = _held(cause)
    cause.retired_at, cause.retired_by = at, by
    cause.save()
    audit.record(kind="cause.retired", subject=cause.code, by=by, at=at)
    return cause


@transaction.atomic
def merge_cause(
    *, cause: RootCause, into: RootCause, by: User, at: datetime
) -> RootCause:
    """Count a cause as another one, with whatever was merged into it before.

    Of which cases it was said stays with it: taken up again, it counts by itself.

    Raises
    ------
    NotAllowed, CauseOver
    """
    policies.check_can_keep(by)
    if cause.pk == into.pk:
        raise CauseOver(cause.code)
    # Always in one order, so that two merges never wait for each other.
    held = {each.pk: _held(each) for each in sorted((cause, into), key=lambda c: c.pk)}
    cause = held[cause.pk]
    cause.retired_at, cause.retired_by, cause.merged_into = at, by, held[into.pk]
    cause.save()
    cause.merged.update(merged_into=into)
    audit.record(kind="cause.merged", subject=cause.code, by=by, at=at, into=into.code)
    return cause


@transaction.atomic
def resume_cause(*, cause: RootCause, by: User, at: datetime) -> RootCause:
    """Offer a retired or merged cause again, and count it by itself.

    Raises
    ------
    NotAllowed
    """
    policies.check_can_keep(by)
    cause = RootCause.objects.select_for_update().get(pk=cause.pk)
    cause.retired_at = cause.retired_by = cause.merged_into = None
    cause.save()
    audit.record(kind="cause.resumed", subject=cause.code, by=by, at=at)
    return cause


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
