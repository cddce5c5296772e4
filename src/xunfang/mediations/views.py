"""Disputes: the list, one of them, and how it stands."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.core.errors import DomainError
from xunfang.mediations import policies, queries, services
from xunfang.mediations.forms import NoteDispute, SearchDisputes
from xunfang.mediations.models import Dispute
from xunfang.web.http import see_other
from xunfang.web.pages import page_of
from xunfang.web.refusals import say_on_form


@require_GET
@capability_required(Capability.SEE_DISPUTES)
def dispute_list(request: HttpRequest, user: User) -> HttpResponse:
    """Show the disputes, open ones first, one page at a time."""
    form = SearchDisputes(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    page = page_of(request, queries.search(user, **wanted))
    context = {"form": form, "page": page, "is_filtered": any(wanted.values())}
    return render(request, "mediations/disputes.html", context)


@require_GET
@capability_required(Capability.SEE_DISPUTES)
def dispute_show(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Show one dispute."""
    dispute = get_object_or_404(queries.visible_to(user), number=number)
    return _page(request, user, dispute, NoteDispute.of(dispute))


@require_POST
@capability_required(Capability.KEEP_DISPUTES)
def dispute_note(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Note what was done; with the button "over", that it is over."""
    dispute = get_object_or_404(queries.visible_to(user), number=number)
    form = NoteDispute(request.POST)
    if not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_CONTENT
        return _page(request, user, dispute, form, status=status)
    is_over = "over" in request.POST
    save = services.end_dispute if is_over else services.note_dispute
    try:
        save(dispute=dispute, by=user, at=timezone.now(), **form.cleaned_data)
    except DomainError as refusal:
        dispute.refresh_from_db()
        # What is typed stays; sent again, it takes the place of what is there now.
        form = NoteDispute(_with(request, revision=dispute.revision))
        say_on_form(form, refusal)
        status = HTTPStatus.UNPROCESSABLE_CONTENT
        return _page(request, user, dispute, form, status=status)
    messages.success(request, _("The dispute is over.") if is_over else _("Saved."))
    return see_other(request, reverse("mediations:dispute", args=[number]))


@require_POST
@capability_required(Capability.KEEP_DISPUTES)
def dispute_reopen(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Open a dispute again."""
    dispute = get_object_or_404(queries.visible_to(user), number=number)
    services.reopen_dispute(
        dispute=dispute, revision=dispute.revision, by=user, at=timezone.now()
    )
    messages.success(request, _("The dispute is open again."))
    return see_other(request, reverse("mediations:dispute", args=[number]))


def _page(
    request: HttpRequest,
    user: User,
    dispute: Dispute,
    form: NoteDispute,
    *,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    context = {
        "dispute": dispute,
        "form": form,
        "can_keep": policies.can_keep(user, dispute),
    }
    return render(request, "mediations/dispute.html", context, status=status)


def _with(request: HttpRequest, *, revision: int) -> QueryDict:
    """Return what was typed, made from another revision."""
    typed = request.POST.copy()
    typed["revision"] = str(revision)
    return typed
