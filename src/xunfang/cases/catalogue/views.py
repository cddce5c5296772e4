"""The catalogue as staff see it: listed, searched, added to, changed, looked over."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.cases.catalogue import policies, queries, services
from xunfang.cases.catalogue.forms import SearchServices, WriteService
from xunfang.cases.log import ZONE
from xunfang.cases.models import ServiceItem
from xunfang.core.errors import DomainError
from xunfang.units.models import Station
from xunfang.web.http import see_other
from xunfang.web.pages import page_of
from xunfang.web.refusals import say_on_form


@require_safe
@capability_required(Capability.SEE_CASES)
def index(request: HttpRequest, user: User) -> HttpResponse:
    """List the services by number; those that nobody has looked over are named."""
    today = timezone.now().astimezone(ZONE).date()
    form = SearchServices(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    every = queries.items()
    late = queries.overdue(every, today)
    shown = {"overdue": late, "ended": queries.ended(every, today)}
    found = shown.get(wanted.get("shown", ""), queries.offered(every, today))
    page = page_of(request, queries.search(found, wanted.get("q", "")))
    rows = [
        (
            item,
            max((today - item.reviewed_on - queries.REVIEW_WITHIN).days, 0),
            policies.can_keep(user, item.station),
        )
        for item in page.object_list
    ]
    context = {
        "form": form,
        "page": page,
        "rows": rows,
        "n_late": late.count(),
        "is_filtered": any(wanted.values()),
        "can_add": policies.can_keep(user, _own_station(user)),
    }
    return render(request, "cases/services.html", context)


def _own_station(user: User) -> Station | None:
    return Station.objects.filter(code=user.station_code).first()


@capability_required(Capability.SEE_CASES)
def new(request: HttpRequest, user: User) -> HttpResponse:
    """Add a service."""
    initial = {"number": services.next_number(), "station": _own_station(user)}
    form = WriteService(request.POST or None, user=user, item=None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_item(
                number=form.cleaned_data["number"],
                text=form.text_of_service,
                by=user,
                at=timezone.now(),
            )
        except DomainError as refusal:
            return _page(request, form, None, say_on_form(form, refusal))
        return see_other(request, reverse("cases:services"))
    return _page(request, form, None)


@capability_required(Capability.SEE_CASES)
def item(request: HttpRequest, user: User, number: int) -> HttpResponse:
    """Show a service and what was changed; change it."""
    found = get_object_or_404(queries.items(), number=number)
    can_keep = policies.can_keep(user, found.station)
    form = WriteService(
        request.POST or None,
        user=user,
        item=found,
        initial=WriteService.initial_of(found),
    )
    if request.method == "POST":
        policies.check_can_keep(user, found.station)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_item(
                item=found,
                revision=form.cleaned_data["revision"] or 0,
                text=form.text_of_service,
                by=user,
                at=timezone.now(),
            )
        except DomainError as refusal:
            status = say_on_form(form, refusal)
            found = queries.items().get(pk=found.pk)
            # What was typed stays; sent again, it takes the place of what is there.
            typed = request.POST.copy()
            typed["revision"] = str(found.revision)
            form.data = typed
            return _page(request, form, found, status, can_keep=can_keep)
        messages.success(request, _("Saved."))
        return see_other(request, reverse("cases:services"))
    return _page(request, form, found, can_keep=can_keep)


@require_POST
@capability_required(Capability.SEE_CASES)
def reviewed(request: HttpRequest, user: User, number: int) -> HttpResponse:
    """Say that a service still holds: one press."""
    found = get_object_or_404(queries.items(), number=number)
    seen = request.POST.get("revision", "")
    services.review_item(
        item=found,
        revision=int(seen) if seen.isdecimal() else -1,
        by=user,
        at=timezone.now(),
    )
    return see_other(request, reverse("cases:services"))


def _page(
    request: HttpRequest,
    form: WriteService,
    found: ServiceItem | None,
    status: HTTPStatus = HTTPStatus.OK,
    **context: Any,
) -> HttpResponse:
    if status == HTTPStatus.OK and form.is_bound:
        status = HTTPStatus.UNPROCESSABLE_CONTENT
    labels = {name: field.label for name, field in WriteService.base_fields.items()}
    labels["reviewed_on"] = pgettext("service", "Last reviewed")
    changes = [
        (change, [(labels.get(name), was) for name, was in change.before.items()])
        for change in (found.changes.select_related("by") if found else ())
    ]
    context = {
        "form": form,
        "item": found,
        "changes": changes,
        "can_keep": True,
        # Somebody else was quicker: what is kept now stands above what was typed.
        "shows_kept": status == HTTPStatus.CONFLICT and found is not None,
    } | context
    return render(request, "cases/service.html", context, status=status)
