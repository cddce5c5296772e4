"""The administrator's page of systems that may bring what residents say."""

import secrets
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.api.models import Sender
from xunfang.api.senders import queries, services
from xunfang.api.senders.forms import AddSender
from xunfang.core.errors import DomainError
from xunfang.web.http import see_other
from xunfang.web.pages import page_of
from xunfang.web.refusals import STATUSES, sentence_for

SECRET_BYTES = 32


@capability_required(Capability.EDIT_DEVICES)
def senders(request: HttpRequest, user: User) -> HttpResponse:
    """List the senders, and add one; its key is shown on this answer and never again."""
    form = AddSender(request.POST or None)
    status, added, secret = HTTPStatus.OK, None, ""
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_CONTENT
        if form.is_valid():
            secret = secrets.token_urlsafe(SECRET_BYTES)
            try:
                added = services.add_sender(
                    **form.cleaned_data, secret=secret, by=user, at=timezone.now()
                )
            except DomainError as refusal:
                form.add_error("name", str(sentence_for(refusal)))
                status = STATUSES.get(refusal.code, HTTPStatus.CONFLICT)
            else:
                form, status = AddSender(), HTTPStatus.OK
    context = {
        "form": form,
        "added": added,
        "secret": secret,
        "is_webhook": added is not None and added.kind == Sender.WEBHOOK,
        "open311_url": request.build_absolute_uri("/open311/v2/requests.xml"),
        "webhook_url": None
        if added is None
        else request.build_absolute_uri(reverse("api:words", args=[added.name])),
        "page": page_of(request, queries.all_senders()),
    }
    return render(request, "api/senders.html", context, status=status)


@require_POST
@capability_required(Capability.EDIT_DEVICES)
def revoke(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Take nothing more from a sender."""
    sender = get_object_or_404(queries.all_senders(), pk=pk)
    services.revoke_sender(sender=sender, by=user, at=timezone.now())
    return see_other(request, "api:senders")
