"""Lost and found for staff: the list, the things of a case, one thing and its return."""

from http import HTTPStatus
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
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
from xunfang.cases.log import ZONE
from xunfang.cases.lost import forms, queries, services
from xunfang.cases.lost.wording import REASONS
from xunfang.cases.models import LostItem
from xunfang.cases.publishing.services import can_be_public
from xunfang.core.errors import DomainError
from xunfang.feedback.models import Where
from xunfang.feedback.showings import note_shown, with_text
from xunfang.web.http import see_other
from xunfang.web.pages import page_of
from xunfang.web.refusals import say_on_form


@require_safe
@capability_required(Capability.SEE_CASES)
def index(request: HttpRequest, user: User) -> HttpResponse:
    """List the things of one's cases, the latest first."""
    form = forms.SearchOurs(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    context = {
        "form": form,
        "page": page_of(request, queries.search(user, **wanted)),
        "is_filtered": any(wanted.values()),
    }
    return render(request, "cases/lost/list.html", context)


@capability_required(Capability.SEE_CASES)
def of_case(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Show the things of a case; enter one."""
    case = get_object_or_404(cases.visible_to(user), number=number)
    policies.check_can_handle(user, case)
    at = timezone.now()
    words = cases.words_of([case])
    form = forms.EnterItem(
        request.POST or None,
        request.FILES or None,
        words=words,
        initial={
            "word": words[0] if len(words) == 1 else None,
            "on": at.astimezone(ZONE).date(),
            "place_name": case.place_name,
            "is_public": can_be_public(case),
        },
    )
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_CONTENT
        if form.is_valid():
            try:
                item = services.enter_item(
                    case=case, by=user, at=at, **form.cleaned_data
                )
            except DomainError as refusal:
                status = say_on_form(form, refusal)
            else:
                messages.success(request, _("Entered."))
                return see_other(request, _url(item))
    shown = list(cases.words_of([case]))
    note_shown(with_text(shown), to=user, where=Where.LOST, at=at)
    context = {
        "case": case,
        "form": form,
        "words": shown,
        "items": queries.of_case(case),
    }
    response = render(request, "cases/lost/of_case.html", context, status=status)
    # A whole number may have been typed: it is kept on no disk, a browser's neither.
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _url(item: LostItem) -> str:
    return reverse("cases:lost-item", args=[item.number])


def _page(
    request: HttpRequest,
    user: User,
    item: LostItem,
    *,
    form: forms.GiveBack | None = None,
    owner_form: forms.OwnerSays | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    likely = [
        (each.item, [REASONS[why] for why in each.reasons])
        for each in queries.suggested(user, item)
    ]
    now = timezone.now()
    initial = {"confirmed_at": now, "lost": request.GET.get("with", "")}
    context = {
        "item": item,
        "likely": likely,
        "returns": queries.returns_of(item),
        "form": form or forms.GiveBack(initial=initial),
        "owner_form": owner_form
        or forms.OwnerSays(prefix="owner", initial={"said_at": now}),
        "can_handle": policies.can_handle(user, item.case),
        "can_be_public": can_be_public(item.case),
    }
    return render(request, "cases/lost/item.html", context, status=status)


def _item(user: User, number: str) -> LostItem:
    return get_object_or_404(queries.visible_to(user), number=number)


@require_safe
@capability_required(Capability.SEE_CASES)
def show(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Show one thing, and what may be the same."""
    return _page(request, user, _item(user, number))


@require_safe
@capability_required(Capability.SEE_CASES)
def photo(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Answer with its picture as it is kept."""
    item = _item(user, number)
    path = Path(settings.MEDIA_ROOT) / item.photo_path
    if not item.photo_path or not path.exists():
        raise Http404
    return HttpResponse(path.read_bytes(), content_type="image/jpeg")


@require_POST
@capability_required(Capability.SEE_CASES)
def give_back(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Give it back; its record and the other one are closed once the owner confirms."""
    item = _item(user, number)
    policies.check_can_handle(user, item.case)
    form = forms.GiveBack(request.POST)
    status = HTTPStatus.UNPROCESSABLE_CONTENT
    if form.is_valid():
        typed = form.cleaned_data
        wanted = typed.pop("lost").strip().upper()
        lost = queries.could_be(user, item).filter(number=wanted).first()
        if wanted and lost is None:
            form.add_error(
                "lost", _("No open record of the other side and kind has this number.")
            )
        else:
            try:
                services.give_back(
                    found=item, lost=lost, by=user, at=timezone.now(), **typed
                )
            except DomainError as refusal:
                status = say_on_form(form, refusal)
            else:
                messages.success(
                    request,
                    _("It is back with its owner. The records are closed.")
                    if typed["confirmed"]
                    else _("Noted. The owner is asked with their receipt."),
                )
                return see_other(request, _url(item))
    return _page(request, user, _item(user, number), form=form, status=status)


@require_POST
@capability_required(Capability.SEE_CASES)
def confirm(request: HttpRequest, user: User, number: str, back: int) -> HttpResponse:
    """Note what the owner told us of a return."""
    item = _item(user, number)
    found = get_object_or_404(
        item.returns.select_related("found__case", "lost"), pk=back
    )
    policies.check_can_handle(user, item.case)
    form = forms.OwnerSays(request.POST, prefix="owner")
    status = HTTPStatus.UNPROCESSABLE_CONTENT
    if form.is_valid():
        try:
            services.confirm(
                back=found, by=user, at=timezone.now(), **form.cleaned_data
            )
        except DomainError as refusal:
            status = say_on_form(form, refusal)
        else:
            messages.success(request, _("Noted."))
            return see_other(request, _url(item))
    return _page(request, user, _item(user, number), owner_form=form, status=status)


@require_POST
@capability_required(Capability.SEE_CASES)
def close(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Close a record: its owner found it, or it was handed on."""
    item = _item(user, number)
    form = forms.CloseItem(request.POST)
    if form.is_valid():
        services.close_item(item=item, by=user, at=timezone.now(), **form.cleaned_data)
    return see_other(request, _url(item))


@require_POST
@capability_required(Capability.SEE_CASES)
def show_to_all(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Put it on the public list, or take it off."""
    item = _item(user, number)
    services.show_to_all(
        item=item, shows=request.POST.get("shows") == "1", by=user, at=timezone.now()
    )
    return see_other(request, _url(item))
