"""Livelihood requests: the list, those of a case, and one with its offers."""

from collections.abc import Callable
from datetime import date
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
from xunfang.cases import policies
from xunfang.cases import queries as cases
from xunfang.cases.livelihood import forms, queries, services
from xunfang.cases.log import ZONE
from xunfang.cases.models import LivelihoodRequest, Offer
from xunfang.core.errors import DomainError
from xunfang.feedback.models import Where
from xunfang.feedback.showings import note_shown, with_text
from xunfang.web.http import see_other
from xunfang.web.pages import page_of
from xunfang.web.refusals import say_on_form


def _today() -> date:
    return timezone.now().astimezone(ZONE).date()


@require_safe
@capability_required(Capability.SEE_CASES)
def index(request: HttpRequest, user: User) -> HttpResponse:
    """List what has to find a taker, the first due first; what presses is named."""
    form = forms.SearchRequests(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    page = page_of(request, queries.search(user, on=_today(), **wanted))
    context = {
        "form": form,
        "page": page,
        "rows": queries.rows_of(page.object_list, _today()),
        "is_filtered": any(wanted.values()),
    }
    return render(request, "cases/livelihood/list.html", context)


@capability_required(Capability.SEE_CASES)
def of_case(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Show the requests of a case; open one."""
    case = get_object_or_404(cases.visible_to(user), number=number)
    policies.check_can_handle(user, case)
    form = forms.OpenRequest(
        request.POST or None,
        words=cases.words_of([case]),
        initial={"due_on": None, "unit": "jin"},
    )
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_CONTENT
        if form.is_valid():
            try:
                found = services.open_request(
                    case=case, by=user, at=timezone.now(), **form.cleaned_data
                )
            except DomainError as refusal:
                status = say_on_form(form, refusal)
            else:
                messages.success(request, _("Opened. Note who would take it."))
                return see_other(request, _url(found))
    words = list(cases.words_of([case]))
    note_shown(with_text(words), to=user, where=Where.LIVELIHOOD, at=timezone.now())
    context = {
        "case": case,
        "form": form,
        "words": words,
        "rows": queries.rows_of(queries.of_case(case), _today()),
        "is_livelihood": services.is_livelihood(case),
    }
    return render(request, "cases/livelihood/of_case.html", context, status=status)


def _url(found: LivelihoodRequest) -> str:
    return reverse("cases:livelihood-request", args=[found.number])


def _forms(
    user: User, found: LivelihoodRequest, rows: list[queries.RequestRow]
) -> dict[str, Any]:
    standing = [
        (each.offer.pk, f"{each.offer.number} · {each.offer.firm}")
        for each in rows[0].offers
        if each.offer.withdrawn_at is None
    ]
    return {
        "offer": lambda data=None: forms.AddOffer(
            data,
            prefix="offer",
            initial={"unit": found.unit},
            words=cases.words_seen_by(user),
        ),
        "confirm": lambda data=None: forms.Confirm(
            data,
            prefix="confirm",
            offers=standing,
            initial={"said_at": timezone.now()},
        ),
        "close": lambda data=None: forms.CloseRequest(
            data, prefix="close", initial={"revision": found.revision}
        ),
        "withdraw": lambda data=None: forms.OneOffer(data),
        "contact": lambda data=None: forms.OpenContact(data),
    }


def _page(
    request: HttpRequest,
    user: User,
    number: str,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    filled: dict[str, Any] | None = None,
    **context: Any,
) -> HttpResponse:
    found = get_object_or_404(queries.visible_to(user), number=number)
    rows = queries.rows_of([found], _today())
    sheets = {name: make() for name, make in _forms(user, found, rows).items()}
    return render(
        request,
        "cases/livelihood/request.html",
        {
            "request_": found,
            "row": rows[0],
            "forms": sheets | (filled or {}),
            "can_handle": policies.can_handle(user, found.case),
            **context,
        },
        status=status,
    )


@require_safe
@capability_required(Capability.SEE_CASES)
def show(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Show a request, its offers, and who has confirmed what."""
    return _page(request, user, number)


def _act(
    request: HttpRequest,
    user: User,
    number: str,
    name: str,
    act: Callable[[LivelihoodRequest, dict[str, Any]], str],
) -> HttpResponse:
    """Do what one form of the page asks; refused, show the page with what was typed."""
    found = get_object_or_404(queries.visible_to(user), number=number)
    policies.check_can_handle(user, found.case)
    rows = queries.rows_of([found], _today())
    form = _forms(user, found, rows)[name](request.POST)
    status = HTTPStatus.UNPROCESSABLE_CONTENT
    if form.is_valid():
        try:
            done = act(found, form.cleaned_data)
        except DomainError as refusal:
            status = say_on_form(form, refusal)
            if "revision" in form.fields:
                # What was typed stays; sent again, it is made from what stands now.
                form.data = form.data.copy()
                found.refresh_from_db()
                form.data[form.add_prefix("revision")] = str(found.revision)
        else:
            if done:
                messages.success(request, done)
            return see_other(request, _url(found))
    return _page(request, user, number, status=status, filled={name: form})


def _offer(found: LivelihoodRequest, pk: int) -> Offer:
    return get_object_or_404(found.offers.select_related("request__case"), pk=pk)


@require_POST
@capability_required(Capability.SEE_CASES)
def add_offer(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Note what a partner would take."""

    def act(found: LivelihoodRequest, typed: dict[str, Any]) -> str:
        services.add_offer(request=found, by=user, at=timezone.now(), **typed)
        return _("Noted. It is agreed once both sides have confirmed it.")

    return _act(request, user, number, "offer", act)


@require_POST
@capability_required(Capability.SEE_CASES)
def withdraw(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Note that a partner does not take it after all."""

    def act(found: LivelihoodRequest, typed: dict[str, Any]) -> str:
        offer = _offer(found, typed["offer"])
        services.withdraw_offer(offer=offer, by=user, at=timezone.now())
        return _("The offer is withdrawn.")

    return _act(request, user, number, "withdraw", act)


@require_POST
@capability_required(Capability.SEE_CASES)
def confirm(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Note what one side told us, and how."""

    def act(found: LivelihoodRequest, typed: dict[str, Any]) -> str:
        offer = _offer(found, typed.pop("offer"))
        offer = services.confirm(offer=offer, by=user, at=timezone.now(), **typed)
        if offer.agreed_at is None:
            return _("Noted. It is agreed once both sides have confirmed it.")
        return _("Both sides have confirmed: the match is closed.")

    return _act(request, user, number, "confirm", act)


@require_POST
@capability_required(Capability.SEE_CASES)
def close(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Record what came of it."""

    def act(found: LivelihoodRequest, typed: dict[str, Any]) -> str:
        services.close_request(request=found, by=user, at=timezone.now(), **typed)
        return _("Closed with its result. Answer the resident on the page of the case.")

    return _act(request, user, number, "close", act)


@require_POST
@capability_required(Capability.SEE_CASES)
def contact(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Open how a firm's buyer is reached; it stands on the answer and nowhere else."""
    opened: dict[str, Any] = {}

    def act(found: LivelihoodRequest, typed: dict[str, Any]) -> str:
        offer = _offer(found, typed["offer"])
        opened["offer"] = offer.pk
        opened["contact"] = services.open_contact(
            offer=offer, reason=typed["reason"], by=user, at=timezone.now()
        )
        return ""

    response = _act(request, user, number, "contact", act)
    if "contact" in opened:
        response = _page(request, user, number, opened=opened)
        response.headers["Cache-Control"] = "private, no-store"
    return response
