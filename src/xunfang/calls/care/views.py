"""Life-risk cards, the contacts that are owed, and what was done at one call."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xunfang.accounts.decorators import capability_required, sign_in_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.calls import policies
from xunfang.calls import queries as calls
from xunfang.calls.care import forms, page, queries, services
from xunfang.calls.care.cards import cards, document
from xunfang.calls.models import Call, CallTask, CardTick, HelpRequest, OnSpotResult
from xunfang.calls.resources import queries as resources
from xunfang.calls.resources import services as resource_services
from xunfang.core.errors import DomainError
from xunfang.web.http import see_other
from xunfang.web.pages import page_of
from xunfang.web.refusals import say_on_form


@require_GET
@sign_in_required
def card_list(request: HttpRequest, user: User) -> HttpResponse:
    """Show every card: once loaded, any of them opens without the network."""
    return render(request, "calls/cards.html", {"cards": cards().values()})


@require_GET
@sign_in_required
def cards_json(request: HttpRequest, user: User) -> HttpResponse:
    """Answer with all cards in both languages, for a telephone to keep.

    No word about any call or person, so it may be kept for as long as it is true.
    """
    body, tag = document()
    response = HttpResponse(
        body,
        content_type="application/json",
        headers={"ETag": tag, "Cache-Control": "private, no-cache"},
    )
    return get_conditional_response(request, etag=tag, response=response) or response


@require_GET
@sign_in_required
def after_care(request: HttpRequest, user: User) -> HttpResponse:
    """Show the contacts that are owed, overdue ones first and loudly."""
    policies.check_can_open_calls(user)
    now = timezone.now()
    owed = queries.after_care_owed(user)
    context = {
        "page": page_of(request, owed),
        "n_overdue": queries.count_overdue(user, now=now),
        "given": queries.after_care_given(user)[:10],
        "now": now,
        "soon": now + queries.SOON,
    }
    return render(request, "calls/after_care.html", context)


@require_GET
@sign_in_required
def care(request: HttpRequest, user: User, call: int) -> HttpResponse:
    """Show the card of a call, what was done there, and who can help."""
    policies.check_can_open_calls(user)
    found = _visible(user, call)
    if found.restriction:
        services.note_look(call=found, by=user, at=timezone.now())
    return _page(request, user, found)


@require_POST
@sign_in_required
def tick(request: HttpRequest, user: User, call: int, step: str) -> HttpResponse:
    """Note that a step of the card is done."""
    policies.check_can_open_calls(user)
    found = _visible(user, call)
    services.tick_step(call=found, step=step, by=user, at=timezone.now())
    return _back(request, found, "#card")


@require_POST
@sign_in_required
def untick(request: HttpRequest, user: User, tick: int) -> HttpResponse:
    """Take back a tick."""
    policies.check_can_open_calls(user)
    found = get_object_or_404(
        CardTick.objects.select_related("call__station"),
        pk=tick,
        call__in=calls.visible_to(user),
    )
    services.untick_step(tick=found, by=user, at=timezone.now())
    return _back(request, found.call, "#card")


@require_POST
@sign_in_required
def begin_task(request: HttpRequest, user: User, call: int) -> HttpResponse:
    """Note that work has begun, or that a visit is due."""
    policies.check_can_open_calls(user)
    found = _visible(user, call)
    form = forms.BeginTask(request.POST)
    return _answer(
        request,
        user,
        found,
        form,
        lambda: services.begin_task(
            call=found, by=user, at=timezone.now(), **form.cleaned_data
        ),
        where="#tasks",
        task_form=form,
    )


@require_POST
@sign_in_required
def join_task(request: HttpRequest, user: User, task: int) -> HttpResponse:
    """Add parties to work that goes on."""
    policies.check_can_open_calls(user)
    found = _visible_task(user, task)
    form = forms.JoinTask(request.POST)
    return _answer(
        request,
        user,
        found.call,
        form,
        lambda: services.join_task(
            task=found, by=user, at=timezone.now(), **form.cleaned_data
        ),
        where="#tasks",
    )


@require_POST
@sign_in_required
def end_task(request: HttpRequest, user: User, task: int) -> HttpResponse:
    """Note that work is over, or what came of an after-care contact."""
    policies.check_can_open_calls(user)
    found = _visible_task(user, task)
    form = forms.form_to_end(found, request.POST)
    return _answer(
        request,
        user,
        found.call,
        form,
        lambda: services.end_task(
            task=found, by=user, at=timezone.now(), **form.cleaned_data
        ),
        where="#tasks",
        task_forms={found.pk: form},
    )


@require_POST
@sign_in_required
def note_result(request: HttpRequest, user: User, call: int) -> HttpResponse:
    """Note what came of a call: kind and how many."""
    policies.check_can_open_calls(user)
    found = _visible(user, call)
    form = forms.NoteResult(request.POST)
    return _answer(
        request,
        user,
        found,
        form,
        lambda: services.note_result(
            call=found, by=user, at=timezone.now(), **form.cleaned_data
        ),
        where="#results",
        result_form=form,
    )


@require_POST
@sign_in_required
def take_back_result(request: HttpRequest, user: User, result: int) -> HttpResponse:
    """Take back a count."""
    policies.check_can_open_calls(user)
    found = get_object_or_404(
        OnSpotResult.objects.select_related("call__station"),
        pk=result,
        call__in=calls.visible_to(user),
    )
    services.take_back_result(result=found, by=user, at=timezone.now())
    return _back(request, found.call, "#results")


@require_POST
@sign_in_required
def ask_for_help(request: HttpRequest, user: User, call: int, pk: int) -> HttpResponse:
    """Note that a partner was rung for a call."""
    policies.check_can_open_calls(user)
    found = _visible(user, call)
    row = get_object_or_404(resources.in_use(timezone.localdate()), pk=pk)
    resource_services.ask_for_help(call=found, row=row, by=user, at=timezone.now())
    return _back(request, found, "#help")


@require_POST
@sign_in_required
def note_answer(request: HttpRequest, user: User, asked: int) -> HttpResponse:
    """Note what a partner answered."""
    policies.check_can_open_calls(user)
    found = get_object_or_404(
        HelpRequest.objects.select_related("call__station", "help"),
        pk=asked,
        call__in=calls.visible_to(user),
    )
    form = forms.NoteAnswer(request.POST)
    return _answer(
        request,
        user,
        found.call,
        form,
        lambda: resource_services.note_answer(
            request=found, by=user, at=timezone.now(), **form.cleaned_data
        ),
        where="#help",
    )


@require_POST
@capability_required(Capability.KEEP_DISPUTES)
def open_dispute(request: HttpRequest, user: User, call: int) -> HttpResponse:
    """Make a call into a dispute in one tap."""
    found = _visible(user, call)
    dispute = services.open_dispute(call=found, by=user, at=timezone.now())
    messages.success(request, _("The dispute is open; nothing need be typed again."))
    return see_other(request, reverse("mediations:dispute", args=[dispute.number]))


def _visible(user: User, key: int) -> Call:
    return get_object_or_404(
        calls.visible_to(user).select_related(
            "initial_class", "final_class", "station"
        ),
        pk=key,
    )


def _visible_task(user: User, key: int) -> CallTask:
    return get_object_or_404(
        CallTask.objects.select_related(
            "call__initial_class", "call__final_class", "call__station"
        ),
        pk=key,
        call__in=calls.visible_to(user),
    )


def _page(
    request: HttpRequest,
    user: User,
    call: Call,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    **bound: Any,
) -> HttpResponse:
    context = page.context(user, call, now=timezone.now(), **bound)
    return render(request, "calls/care.html", context, status=status)


def _back(request: HttpRequest, call: Call, where: str) -> HttpResponse:
    return see_other(request, reverse("calls:care", args=[call.pk]) + where)


def _answer(
    request: HttpRequest,
    user: User,
    call: Call,
    form: django_forms.Form,
    act: Callable[[], object],
    *,
    where: str,
    **bound: Any,
) -> HttpResponse:
    """Act where the form is right; else show the page again with what was typed."""
    if form.is_valid():
        try:
            act()
        except DomainError as refusal:
            say_on_form(form, refusal)
        else:
            return _back(request, call, where)
    return _page(request, user, call, status=HTTPStatus.UNPROCESSABLE_CONTENT, **bound)
