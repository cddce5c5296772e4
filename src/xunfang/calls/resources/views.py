"""The directory of local help: look it up, keep it, hand it out, bring it in."""

from hashlib import sha256
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xunfang.accounts.decorators import capability_required, sign_in_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.calls.models import LocalHelp
from xunfang.calls.resources import forms, policies, queries, services, tables
from xunfang.core.errors import DomainError
from xunfang.units.models import Station
from xunfang.web.http import see_other
from xunfang.web.pages import ROWS_PER_PAGE
from xunfang.web.refusals import say_on_form
from xunfang.web.tables import CSV_TYPE, XLSX_TYPE

CONTENT_TYPES = {"csv": CSV_TYPE, "xlsx": XLSX_TYPE}


@require_GET
@sign_in_required
def help_list(request: HttpRequest, user: User) -> HttpResponse:
    """Show what matches, nearest first where a place is given."""
    policies.check_can_read(user)
    today = timezone.localdate()
    form = forms.SearchHelp(request.GET, stations=list(Station.objects.all()))
    wanted = form.wanted()
    lines = queries.search(day=today, **wanted)
    page = Paginator(lines, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "is_filtered": any(wanted.values()),
        "has_place": wanted["near"] is not None,
        "can_keep": policies.can_keep(user),
        "old_before": today - queries.OLD_AFTER,
        "formats": [("csv", "CSV"), ("xlsx", "XLSX")],
    }
    return render(request, "calls/help.html", context)


@require_GET
@sign_in_required
def help_json(request: HttpRequest, user: User) -> HttpResponse:
    """Answer with the whole directory, for a telephone to search without signal."""
    policies.check_can_read(user)
    response = JsonResponse(
        {
            "format": "xunfang.local-help/1",
            "kinds": queries.kind_words(),
            "help": [
                {
                    "kind": row.kind,
                    "name": row.name,
                    "name_en": row.name_en,
                    "place": row.place_text,
                    "phone": row.phone,
                    "lon": row.lon,
                    "lat": row.lat,
                    "note": row.note,
                    "confirmed_on": row.confirmed_on,
                }
                for row in queries.in_use(timezone.localdate())
            ],
        },
        json_dumps_params={"ensure_ascii": False},
    )
    tag = quote_etag(sha256(response.content).hexdigest()[:32])
    response["ETag"], response["Cache-Control"] = tag, "private, no-cache"
    return get_conditional_response(request, etag=tag, response=response) or response


@require_GET
@capability_required(Capability.EDIT_PLACES)
def help_export(request: HttpRequest, user: User, to: str) -> HttpResponse:
    """Hand the directory out as a table that can be brought in again."""
    if to not in CONTENT_TYPES:
        raise Http404
    today = timezone.localdate()
    return HttpResponse(
        tables.write_help(queries.in_use(today), to),
        content_type=CONTENT_TYPES[to],
        headers={"Content-Disposition": f'attachment; filename="help-{today}.{to}"'},
    )


@require_http_methods(["GET", "POST"])
@capability_required(Capability.EDIT_PLACES)
def help_import(request: HttpRequest, user: User) -> HttpResponse:
    """Bring a list in. Where a line is wrong nothing is taken over; each is named."""
    form = forms.BringHelp(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "columns": tables.COLUMNS}
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_CONTENT
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                rows, wrong = tables.read_help(
                    file.read(), stations=Station.objects.all()
                )
                if not wrong:
                    done = services.import_help(
                        rows=rows, file_name=file.name, by=user, at=timezone.now()
                    )
                    messages.success(
                        request,
                        _("%(new)d new, %(changed)d changed, %(same)d as before.")
                        % {
                            "new": done.n_new,
                            "changed": done.n_changed,
                            "same": done.n_same,
                        },
                    )
                    return see_other(request, reverse("calls:help"))
                context["wrong"] = wrong
            except DomainError as refusal:
                say_on_form(form, refusal)
    return render(request, "calls/help_import.html", context, status=status)


@require_http_methods(["GET", "POST"])
@capability_required(Capability.EDIT_PLACES)
def help_new(request: HttpRequest, user: User) -> HttpResponse:
    """List a thing that is lent."""
    form = forms.EditHelp(request.POST or None, stations=_stations(user))
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_CONTENT
        if form.is_valid():
            try:
                services.add_help(values=form.values(), by=user, at=timezone.now())
            except DomainError as refusal:
                say_on_form(form, refusal)
            else:
                messages.success(request, _("It is in the directory."))
                return see_other(request, reverse("calls:help"))
    return render(request, "calls/help_edit.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@capability_required(Capability.EDIT_PLACES)
def help_edit(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Correct an entry, confirm it, take it off or put it back."""
    row = get_object_or_404(_kept_by(user), pk=pk)
    form = forms.EditHelp(
        request.POST or None,
        instance=LocalHelp.objects.get(pk=row.pk),
        stations=_stations(user),
    )
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_CONTENT
        if form.is_valid():
            try:
                services.change_help(
                    row=row,
                    values=form.values(),
                    revision=form.cleaned_data["revision"] or 0,
                    by=user,
                    at=timezone.now(),
                )
            except DomainError as refusal:
                row.refresh_from_db()
                # Sent again, it takes the place of what is shown as saved.
                form = forms.EditHelp(
                    _with(request, revision=row.revision),
                    instance=LocalHelp.objects.get(pk=row.pk),
                    stations=_stations(user),
                )
                say_on_form(form, refusal)
            else:
                messages.success(request, _("Saved."))
                return see_other(request, reverse("calls:help"))
    context = {"form": form, "row": row}
    return render(request, "calls/help_edit.html", context, status=status)


@require_POST
@capability_required(Capability.EDIT_PLACES)
def help_confirm(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Note that somebody rang today and that it is right."""
    row = get_object_or_404(_kept_by(user), pk=pk)
    services.confirm_help(row=row, by=user, at=timezone.now())
    messages.success(request, _("Confirmed today."))
    return see_other(request, reverse("calls:edit-help", args=[row.pk]))


@require_POST
@capability_required(Capability.EDIT_PLACES)
def help_end(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Take an entry off the directory, or put it back."""
    row = get_object_or_404(_kept_by(user), pk=pk)
    services.end_help(row=row, revision=row.revision, by=user, at=timezone.now())
    messages.success(
        request,
        _("It is in the directory again.")
        if row.ended_on
        else _("It is off the directory from today on."),
    )
    return see_other(request, reverse("calls:edit-help", args=[row.pk]))


def _kept_by(user: User) -> QuerySet[LocalHelp]:
    rows = LocalHelp.objects.select_related("station")
    if user.station_code:
        rows = rows.filter(Q(station=None) | Q(station__code=user.station_code))
    return rows


def _stations(user: User) -> list[Station]:
    rows = Station.objects.all()
    if user.station_code:
        rows = rows.filter(code=user.station_code)
    return list(rows)


def _with(request: HttpRequest, *, revision: int) -> QueryDict:
    """Return what was typed, made from another revision."""
    typed = request.POST.copy()
    typed["revision"] = str(revision)
    return typed
