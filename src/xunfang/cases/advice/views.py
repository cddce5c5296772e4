"""The queue of the scam desk, and its figures with their rows."""

from http import HTTPStatus
from typing import Any

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
from xunfang.cases import log, policies
from xunfang.cases import queries as every_case
from xunfang.cases import services as cases
from xunfang.cases.advice import queries, services
from xunfang.cases.advice.forms import AnswerQuestion, TakeDownSaving
from xunfang.cases.answer_texts.queries import in_use
from xunfang.cases.models import Case, Topic
from xunfang.cases.wording import finding_text
from xunfang.core.casework.scam_desk import CLOSES, OPENS
from xunfang.core.casework.steps import State, Step, rule_for
from xunfang.core.errors import DomainError
from xunfang.feedback.models import Where, Word
from xunfang.feedback.showings import note_shown, with_text
from xunfang.web.http import see_other
from xunfang.web.pages import page_of, page_of_list
from xunfang.web.refusals import say_on_form

N_ON_A_PAGE = 20


@require_safe
@capability_required(Capability.SEE_CASES)
def queue(request: HttpRequest, user: User) -> HttpResponse:
    """Show who waits for advice before paying, the longest first."""
    return _queue(request, user)


def _queue(
    request: HttpRequest,
    user: User,
    *,
    sent: tuple[Case, AnswerQuestion] | None = None,
    status: HTTPStatus = HTTPStatus.OK,
    **context: Any,
) -> HttpResponse:
    at = timezone.now()
    found = queries.waiting(user)
    page = page_of(request, found, n_rows=N_ON_A_PAGE)
    actor = log.actor_of(user)
    shown = list(page.object_list)
    if sent is not None and sent[0] not in shown:
        # Somebody else was quicker: what was typed is not lost.
        shown.insert(0, sent[0])
    waiting = queries.rows_of(shown, at)
    note_shown(
        with_text(word for row in waiting for word in row.words),
        to=user,
        where=Where.ADVICE,
        at=at,
    )
    rows = []
    for row in waiting:
        form = AnswerQuestion(
            prefix=row.case.number, initial={"revision": row.case.revision}
        )
        is_sent = sent is not None and sent[0].pk == row.case.pk
        if sent is not None and is_sent:
            form = sent[1]
        may_answer = policies.can_handle(user, row.case) and (
            rule_for(Step.ANSWERED, State(row.case.state), actor) is not None
        )
        rows.append((row, form, may_answer, is_sent))
    savings = queries.stated(user)
    return render(
        request,
        "cases/advice/queue.html",
        {
            "page": page,
            "rows": rows,
            "n_late": queries.late(found, at).count(),
            "templates": in_use(Topic.objects.filter(code=Topic.SUSPICIOUS).first()),
            "figures": queries.figures(queries.answered(user, at=at)),
            "n_savings": len(savings),
            "saved_yuan": sum(row.saving.amount_yuan for row in savings),
            "opens": OPENS,
            "closes": CLOSES,
            "days": queries.COUNTED.days,
            **context,
        },
        status=status,
    )


@require_POST
@capability_required(Capability.SEE_CASES)
def answer(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Answer a question: by a template in one press, or in one's own words."""
    case = get_object_or_404(queries.questions(user), number=number)
    policies.check_can_handle(user, case)
    data = request.POST.copy()
    code = data.get("pick") or data.get(f"{number}-template", "")
    template = in_use(case.topic).filter(code=code).first()
    if template is not None and "pick" in data:
        data[f"{number}-template"], data[f"{number}-text"] = (
            template.code,
            template.text,
        )
    form = AnswerQuestion(data, prefix=number)
    status = HTTPStatus.UNPROCESSABLE_CONTENT
    findings: list[Any] = []
    if form.is_valid():
        try:
            cases.answer(
                case=case,
                text=form.cleaned_data["text"],
                revision=form.cleaned_data["revision"],
                is_confirmed=form.cleaned_data["is_confirmed"],
                template=template,
                by=user,
                at=timezone.now(),
            )
        except DomainError as refusal:
            say_on_form(form, refusal)
            if isinstance(refusal, cases.AnswerMissesPoint):
                findings = [
                    (finding_text(each.flaw), each.words) for each in refusal.findings
                ]
            else:
                status = HTTPStatus.CONFLICT
        else:
            messages.success(request, _("%(case)s is answered.") % {"case": number})
            return see_other(request, reverse("cases:advice"))
    # What was typed stays; sent again, it is made from the case as it now stands.
    case.refresh_from_db(fields=["revision", "state"])
    data[f"{number}-revision"] = str(case.revision)
    return _queue(request, user, sent=(case, form), status=status, findings=findings)


@require_safe
@capability_required(Capability.SEE_CASES)
def answered(request: HttpRequest, user: User) -> HttpResponse:
    """Show the questions behind the figures, the newest first."""
    rows = queries.answered(user, at=timezone.now())
    context = {
        "page": page_of_list(request, rows),
        "figures": queries.figures(rows),
        "days": queries.COUNTED.days,
    }
    return render(request, "cases/advice/answered.html", context)


@capability_required(Capability.SEE_CASES)
def stated(request: HttpRequest, user: User) -> HttpResponse:
    """Show what residents stated, row by row; take down what a word says."""
    form = TakeDownSaving(request.POST or None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_CONTENT
    if request.method == "POST" and form.is_valid():
        number = form.cleaned_data["word"].strip().upper()
        try:
            services.take_down_saving(
                word=_word(user, number),
                amount_yuan=form.cleaned_data["amount_yuan"],
                by=user,
                at=timezone.now(),
            )
        except DomainError as refusal:
            say_on_form(form, refusal)
        else:
            return see_other(request, reverse("cases:advice-stated"))
    rows = queries.stated(user)
    page = page_of_list(request, rows)
    note_shown(
        with_text(row.saving.word for row in page.object_list),
        to=user,
        where=Where.SAVINGS,
        at=timezone.now(),
    )
    context = {
        "form": form,
        "page": page,
        "saved_yuan": sum(row.saving.amount_yuan for row in rows),
    }
    return render(request, "cases/advice/stated.html", context, status=status)


def _word(user: User, number: str) -> Word:
    """Return a word of a case this person may see."""
    visible = every_case.visible_to(user)
    found = Word.objects.filter(
        number=number, links__ended_at=None, links__case__in=visible
    ).first()
    if found is None:
        raise services.NoAdviceGiven(number)
    return found
