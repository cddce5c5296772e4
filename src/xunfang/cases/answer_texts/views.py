"""Beginnings of answers: listed, written, approved, retired."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.cases.answer_texts import policies, queries, services
from xunfang.cases.answer_texts.forms import WriteTemplate
from xunfang.cases.models import AnswerTemplate
from xunfang.web.http import see_other
from xunfang.web.pages import page_of
from xunfang.web.refusals import sentence_for


@require_safe
@capability_required(Capability.SEE_CASES)
def index(request: HttpRequest, user: User) -> HttpResponse:
    """List the templates by code: what waits for approval, what is used, what was."""
    context = {
        "page": page_of(request, queries.templates()),
        "can_write": policies.can_write(user),
        "can_approve": policies.can_approve(user),
    }
    return render(request, "cases/templates.html", context)


@capability_required(Capability.SEE_CASES)
def new(request: HttpRequest, user: User) -> HttpResponse:
    """Write a template."""
    policies.check_can_write(user)
    form = WriteTemplate(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.add_template(**form.typed, by=user, at=timezone.now())
        messages.success(request, _("Written down. A supervisor approves it."))
        return see_other(request, reverse("cases:answer-texts"))
    return _page(request, form, None)


@capability_required(Capability.SEE_CASES)
def template(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Show a template; write it anew."""
    policies.check_can_write(user)
    found = get_object_or_404(queries.templates(), code=code)
    initial = {
        name: getattr(found, name) for name in ("revision", "name", "topic", "text")
    }
    initial["topic"] = found.topic.code if found.topic else None
    form = WriteTemplate(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_template(
                template=found,
                revision=form.cleaned_data["revision"] or 0,
                **form.typed,
                by=user,
                at=timezone.now(),
            )
        except services.TemplateChanged as refusal:
            form.add_error(None, str(sentence_for(refusal)))
            found.refresh_from_db()
            # What was typed stays; sent again, it takes the place of what is there.
            typed = request.POST.copy()
            typed["revision"] = str(found.revision)
            form.data = typed
            return _page(request, form, found, HTTPStatus.CONFLICT)
        messages.success(request, _("Written down. A supervisor approves it."))
        return see_other(request, reverse("cases:answer-texts"))
    return _page(request, form, found)


def _page(
    request: HttpRequest,
    form: WriteTemplate,
    found: AnswerTemplate | None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    is_conflict = status == HTTPStatus.CONFLICT
    if form.is_bound and not is_conflict:
        status = HTTPStatus.UNPROCESSABLE_CONTENT
    context = {"form": form, "template": found, "shows_kept": is_conflict}
    return render(request, "cases/template.html", context, status=status)


@require_POST
@capability_required(Capability.SUPERVISE_CASES)
def approve(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Let a template be used: one press."""
    found = get_object_or_404(queries.templates(), code=code)
    services.approve_template(
        template=found, revision=_revision(request), by=user, at=timezone.now()
    )
    return see_other(request, reverse("cases:answer-texts"))


@require_POST
@capability_required(Capability.SUPERVISE_CASES)
def retire(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Offer a template no longer; approving it again undoes that."""
    found = get_object_or_404(queries.templates(), code=code)
    services.retire_template(
        template=found, revision=_revision(request), by=user, at=timezone.now()
    )
    return see_other(request, reverse("cases:answer-texts"))


def _revision(request: HttpRequest) -> int:
    seen = request.POST.get("revision", "")
    return int(seen) if seen.isdecimal() else -1
