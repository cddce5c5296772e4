"""What may be done about a call from its page. A refusal stands in the form it is about."""

from collections.abc import Callable
from http import HTTPStatus

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.calls import queries, services
from xunfang.calls.forms import put_on_top
from xunfang.calls.links import services as links
from xunfang.calls.models import Call, CallLink
from xunfang.calls.referrals import services as referrals
from xunfang.calls.sheets import forms
from xunfang.calls.sheets import services as sheets
from xunfang.calls.sheets.views import call_page, correct_form, get_call, revise_form
from xunfang.core.errors import DomainError
from xunfang.web.http import see_other
from xunfang.web.refusals import STATUSES, sentence_for


def answer(
    request: HttpRequest,
    user: User,
    call: Call,
    name: str,
    form: Form,
    act: Callable[[], object],
) -> HttpResponse:
    """Do it and come back to the call, or show its page with what is wrong in the form.

    What was typed is not lost by a refusal.
    """
    status = HTTPStatus.UNPROCESSABLE_CONTENT
    if form.is_valid():
        try:
            act()
        except DomainError as refusal:
            form.add_error(None, str(sentence_for(refusal)))
            status = STATUSES.get(refusal.code, HTTPStatus.CONFLICT)
        else:
            return see_other(request, url_of(call))
    call = get_call(user, call.number)
    if "revision" in form.fields:
        put_on_top(form, call.revision)
    return call_page(
        request, user, call, page="refused", status=status, filled={name: form}
    )


def url_of(call: Call) -> str:
    """Return the address of a call's page."""
    return reverse("calls:call", args=[call.number])


@require_POST
@capability_required(Capability.TAKE_CALLS)
def revise(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Set right what a call is about, how urgent, and where."""
    call = get_call(user, number)
    form = revise_form(call, request.POST)

    def act() -> None:
        chosen = form.cleaned_data
        sheets.revise_call(
            call=call,
            revision=chosen["revision"],
            call_class=chosen["call_class"],
            urgency=chosen["urgency"],
            place_text=chosen["place_text"],
            point=chosen["point"],
            station=chosen["station"],
            by=user,
            at=timezone.now(),
        )

    return answer(request, user, call, "revise", form, act)


@require_POST
@capability_required(Capability.TAKE_CALLS)
def merge(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Work on a call as part of another one."""
    call = get_call(user, number)
    form = forms.Merge(request.POST, prefix="merge")
    into = _other(user, form, "into")

    def act() -> None:
        assert into is not None  # noqa: S101 -- a form without one is not valid
        links.merge(call=call, into=into, by=user, at=timezone.now())

    return answer(request, user, call, "merge", form, act)


@require_POST
@capability_required(Capability.TAKE_CALLS)
def link(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Say how a call hangs on another one."""
    call = get_call(user, number)
    form = forms.Link(request.POST, prefix="link")
    to = _other(user, form, "to")

    def act() -> None:
        assert to is not None  # noqa: S101 -- a form without one is not valid
        links.link(
            call=call,
            to=to,
            kind=form.cleaned_data["kind"],
            by=user,
            at=timezone.now(),
        )

    return answer(request, user, call, "link", form, act)


def _other(user: User, form: Form, field: str) -> Call | None:
    """Return the call whose number was typed; say in the form where there is none."""
    if not form.is_valid():
        return None
    number = form.cleaned_data[field].strip()
    other = queries.visible_to(user).filter(number__iexact=number).first()
    if other is None:
        form.add_error(field, _("There is no call with this number."))
    return other


@require_POST
@capability_required(Capability.TAKE_CALLS)
def undo_link(request: HttpRequest, user: User, number: str, link: int) -> HttpResponse:
    """Take a link back, or split a merged call off."""
    call = get_call(user, number)
    visible = queries.visible_to(user)
    found = get_object_or_404(
        CallLink.objects.filter(call__in=visible, to__in=visible).select_related(
            "call__merged_into", "to"
        ),
        pk=link,
    )
    links.unlink(link=found, by=user, at=timezone.now())
    return see_other(request, url_of(call))


@require_POST
@capability_required(Capability.DISPATCH)
def feed_back(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Report back how a call ended."""
    call = get_call(user, number)
    form = forms.FeedBack(request.POST, prefix="feed-back")

    def act() -> None:
        services.feed_back(
            call=call,
            outcome=form.cleaned_data["outcome"],
            note=form.cleaned_data["note"],
            final_class=form.cleaned_data["final_class"],
            by=user,
            at=timezone.now(),
        )

    return answer(request, user, call, "feed_back", form, act)


@require_POST
@capability_required(Capability.DISPATCH)
def close(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Close a call; it can be opened again."""
    call = get_call(user, number)
    services.close_call(call=call, by=user, at=timezone.now())
    return see_other(request, url_of(call))


@require_POST
@capability_required(Capability.DISPATCH)
def reopen(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Open a closed call again, with a reason."""
    call = get_call(user, number)
    form = forms.Reason(request.POST, prefix="reopen")

    def act() -> None:
        services.reopen_call(
            call=call, reason=form.cleaned_data["reason"], by=user, at=timezone.now()
        )

    return answer(request, user, call, "reopen", form, act)


@require_POST
@capability_required(Capability.DISPATCH)
def restrict(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Restrict who sees a call, or lift that."""
    call = get_call(user, number)
    form = forms.Restrict(request.POST, prefix="restrict")

    def act() -> None:
        sheets.restrict_call(
            call=call,
            restriction=form.cleaned_data["restriction"],
            reason=form.cleaned_data["reason"],
            by=user,
            at=timezone.now(),
        )

    return answer(request, user, call, "restrict", form, act)


@require_POST
@capability_required(Capability.DISPATCH)
def correct(request: HttpRequest, user: User, number: str, event: int) -> HttpResponse:
    """Correct when a line of the log happened; the line stays."""
    call = get_call(user, number)
    line = get_object_or_404(call.events.select_related("call", "dispatch"), pk=event)
    form = correct_form(line, request.POST)

    def act() -> None:
        chosen = form.cleaned_data
        services.correct_event(
            event=line,
            happened_at=None if chosen["withdraw"] else chosen["happened_at"],
            reason=chosen["reason"],
            by=user,
            at=timezone.now(),
        )

    return answer(request, user, call, f"line-{line.pk}", form, act)


@require_POST
@capability_required(Capability.TAKE_CALLS)
def refer(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Pass a matter on to another office."""
    call = get_call(user, number)
    form = forms.Refer(request.POST, prefix="refer")

    def act() -> None:
        referrals.refer(
            call=call,
            office=form.cleaned_data["office"],
            matter=form.cleaned_data["matter"],
            by=user,
            at=timezone.now(),
        )

    return answer(request, user, call, "refer", form, act)
