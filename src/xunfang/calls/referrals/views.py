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
from xunfang.calls import policies
from xunfang.calls.forms import put_on_top
from xunfang.calls.models import Referral
from xunfang.calls.referrals import queries, services
from xunfang.calls.referrals.forms import Answer
from xunfang.calls.services import note_view
from xunfang.core.errors import DomainError
from xunfang.web.http import see_other
from xunfang.web.pages import page_of
from xunfang.web.refusals import STATUSES, sentence_for


@require_safe
@capability_required(Capability.SEE_CALLS)
def index(request: HttpRequest, user: User) -> HttpResponse:
    """List what was passed on, what is without an answer apart."""
    found = queries.visible_to(user)
    is_open = request.GET.get("open") == "1"
    if is_open:
        found = found.filter(came_back_at=None)
    context = {
        "page": page_of(request, found),
        "is_open": is_open,
        "can_take": policies.can_take_calls(user),
        "can_edit_sources": policies.can_edit_sources(user),
    }
    return render(request, "calls/referrals.html", context)


@require_safe
@capability_required(Capability.SEE_CALLS)
def receipt(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Show the receipt of a referral as it is printed."""
    referral = get_object_or_404(queries.visible_to(user), number=number)
    note_view(call=referral.call, page="receipt", by=user, at=timezone.now())
    return render(request, "calls/receipt.html", {"referral": referral})


@capability_required(Capability.TAKE_CALLS)
def note_answer(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Note what the office said."""
    referral = get_object_or_404(queries.visible_to(user), number=number)
    note_view(call=referral.call, page="referral", by=user, at=timezone.now())
    form = Answer(
        request.POST or None,
        initial={
            name: getattr(referral, name)
            for name in ("revision", "status", "receipt_number", "answer")
        },
    )
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_CONTENT
        if form.is_valid():
            try:
                services.note_answer(
                    referral=referral, **form.cleaned_data, by=user, at=timezone.now()
                )
            except DomainError as refusal:
                form.add_error(None, str(sentence_for(refusal)))
                status = STATUSES.get(refusal.code, HTTPStatus.CONFLICT)
            else:
                url = reverse("calls:call", args=[referral.call.number])
                return see_other(request, url)
    now = _now(referral)
    if form.is_bound:
        put_on_top(form, now.revision)
    context = {"referral": now, "form": form}
    return render(request, "calls/referral.html", context, status=status)


def _now(referral: Referral) -> Referral:
    """Return a referral as it is now, where somebody else has changed it meanwhile."""
    return Referral.objects.select_related("call", "sent_by").get(pk=referral.pk)
