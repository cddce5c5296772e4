"""Matters passed on: the list, the receipt, and what came back."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.cases import policies
from xunfang.cases.consultations.queries import consultations_of
from xunfang.cases.referrals import queries, services
from xunfang.cases.referrals.forms import ReferralAnswer
from xunfang.cases.wording import span_text
from xunfang.core.errors import DomainError
from xunfang.web.http import see_other
from xunfang.web.pages import page_of
from xunfang.web.refusals import say_on_form


@require_safe
@capability_required(Capability.SEE_CASES)
def index(request: HttpRequest, user: User) -> HttpResponse:
    """List what other offices have, what waits longest first; late ones named."""
    at = timezone.now()
    every = queries.visible_to(user)
    shown = request.GET.get("shown", "")
    if shown == "late":
        found = queries.late(every, at)
    elif shown == "all":
        found = every
    else:
        found = every.filter(came_back_at=None)
    page = page_of(request, found)
    rows = [
        (
            referral,
            not referral.is_over and at - referral.sent_at > queries.LATE_AFTER,
            span_text(at - referral.sent_at),
        )
        for referral in page.object_list
    ]
    context = {
        "page": page,
        "rows": rows,
        "offices": queries.by_office(every, at),
        "shown": shown,
    }
    return render(request, "cases/referrals.html", context)


@capability_required(Capability.SEE_CASES)
def referral(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Show the receipt of a referral as it is printed; note what the office said."""
    found = get_object_or_404(queries.visible_to(user), number=number)
    form = ReferralAnswer(
        request.POST or None,
        initial={
            name: getattr(found, name)
            for name in ("revision", "status", "receipt_number", "answer")
        },
    )
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_CONTENT
        if form.is_valid():
            try:
                services.note_answer(
                    referral=found, **form.cleaned_data, by=user, at=timezone.now()
                )
            except DomainError as refusal:
                # What was typed stays; sent again, it takes the place of what is there.
                found.refresh_from_db()
                typed = request.POST.copy()
                typed["revision"] = str(found.revision)
                form = ReferralAnswer(typed)
                status = say_on_form(form, refusal)
            else:
                return see_other(
                    request, reverse("cases:case", args=[found.case.number])
                )
    context = {
        "referral": found,
        "form": form,
        "consultations": consultations_of([found.case])[found.case_id],
        "can_handle": policies.can_handle(user, found.case),
    }
    return render(request, "cases/referral.html", context, status=status)
