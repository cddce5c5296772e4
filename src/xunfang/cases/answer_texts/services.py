"""Write beginnings of answers, approve them, retire them."""

from datetime import date, datetime

from django.db import transaction

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.cases.answer_texts import policies
from xunfang.cases.log import ZONE
from xunfang.cases.models import AnswerTemplate, Topic
from xunfang.core.errors import DomainError


class TemplateChanged(DomainError):
    """Somebody else has changed the template meanwhile."""

    code = "cases.template_changed"


@transaction.atomic
def add_template(
    *, name: str, text: str, topic: Topic | None, by: User, at: datetime
) -> AnswerTemplate:
    """Write a template; it is offered once a supervisor has approved it.

    Raises
    ------
    NotAllowed
    """
    policies.check_can_write(by)
    template = AnswerTemplate.objects.create(
        code=_next_code(), name=name.strip(), text=text.strip(), topic=topic
    )
    audit.record(kind="answer_template.added", subject=template.code, by=by, at=at)
    return template


def _next_code() -> str:
    # None is ever removed, so that their number tells which come next.
    n = AnswerTemplate.objects.count() + 1
    while AnswerTemplate.objects.filter(code=f"T{n:03d}").exists():
        n += 1
    return f"T{n:03d}"


@transaction.atomic
def change_template(
    *,
    template: AnswerTemplate,
    revision: int,
    name: str,
    text: str,
    topic: Topic | None,
    by: User,
    at: datetime,
) -> AnswerTemplate:
    """Write a template anew: nobody has approved what it says now.

    Raises
    ------
    NotAllowed, TemplateChanged
    """
    policies.check_can_write(by)
    template = _held(template, revision)
    before = {"name": template.name, "text": template.text}
    template.name, template.text, template.topic = name.strip(), text.strip(), topic
    template.approved_by, template.approved_on = "", None
    template.is_current, template.retired_on = False, None
    template.revision += 1
    template.save()
    audit.record(
        kind="answer_template.changed",
        subject=template.code,
        by=by,
        at=at,
        before=before,
    )
    return template


@transaction.atomic
def approve_template(
    *, template: AnswerTemplate, revision: int, by: User, at: datetime
) -> AnswerTemplate:
    """Let a template, as one has read it, be used.

    Raises
    ------
    NotAllowed, TemplateChanged
    """
    policies.check_can_approve(by)
    template = _held(template, revision)
    template.approved_by, template.approved_on = by.display_name, _day(at)
    template.is_current, template.retired_on = True, None
    template.revision += 1
    template.save()
    audit.record(kind="answer_template.approved", subject=template.code, by=by, at=at)
    return template


@transaction.atomic
def retire_template(
    *, template: AnswerTemplate, revision: int, by: User, at: datetime
) -> AnswerTemplate:
    """Offer a template no longer; answers that began with it stay as they are.

    Raises
    ------
    NotAllowed, TemplateChanged
    """
    policies.check_can_approve(by)
    template = _held(template, revision)
    template.is_current, template.retired_on = False, _day(at)
    template.revision += 1
    template.save()
    audit.record(kind="answer_template.retired", subject=template.code, by=by, at=at)
    return template


def _held(template: AnswerTemplate, revision: int) -> AnswerTemplate:
    template = AnswerTemplate.objects.select_for_update().get(pk=template.pk)
    if template.revision != revision:
        raise TemplateChanged(template.code)
    return template


def _day(at: datetime) -> date:
    return at.astimezone(ZONE).date()
