"""Signing in and out, and the record of who did what."""

from http import HTTPStatus

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from xunfang.accounts import forms, services
from xunfang.accounts.decorators import capability_required, sign_in_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.audit import queries as audit
from xunfang.web.http import own_address, see_other
from xunfang.web.pages import page_of


@sensitive_post_parameters("password")
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask who is there; then lead them to where they wanted to go."""
    asked_for = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(
        REDIRECT_FIELD_NAME
    )
    next_url = own_address(request, asked_for, default="home")
    if isinstance(request.user, User):
        return see_other(request, next_url)

    form = forms.SignIn(request.POST or None)
    status = HTTPStatus.OK
    if request.method == "POST":
        if form.is_valid() and services.sign_in(
            request=request, at=timezone.now(), **form.cleaned_data
        ):
            return see_other(request, next_url)
        if form.is_valid():
            form.add_error(
                None,
                _(
                    "That name and password do not go together, or the name was tried "
                    "too often. Check both; after ten wrong passwords, wait ten "
                    "minutes or ask your administrator."
                ),
            )
        status = HTTPStatus.UNPROCESSABLE_CONTENT
    context = {"form": form, "next_url": next_url}
    return render(request, "accounts/sign_in.html", context, status=status)


@require_POST
@sign_in_required
def sign_out(request: HttpRequest, user: User) -> HttpResponse:
    """End the session and show the sign-in page."""
    services.sign_out(request=request, by=user, at=timezone.now())
    response = see_other(request, "accounts:sign-in")
    # Whoever takes the device next finds nothing of this person: no page that was kept
    # for when there is no signal, no entry, no service worker.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@require_safe
@capability_required(Capability.SEE_RECORD)
def record(request: HttpRequest, user: User) -> HttpResponse:
    """Show who did what and when, newest first."""
    form = forms.RecordFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    events = audit.events(
        kind=asked.get("kind"),
        first_on=asked.get("first_on"),
        last_on=asked.get("last_on"),
        zone=timezone.get_current_timezone(),
    )
    context = {"form": form, "page": page_of(request, events)}
    return render(request, "accounts/record.html", context)
